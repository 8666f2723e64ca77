"""Take no answer of an Overpass server on trust: a map is whole, of a bearable size, and without an error."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from urllib3.exceptions import NewConnectionError

from engine.errors import NetworkError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    import requests

MOST_BYTES = 512 * 2**20
"""Bytes of an answer, unpacked, from which on smaller parts are asked for."""

_BUSY = {429, 502, 503, 504}


class TooMuchError(Exception):
    """The server could not finish the query: a smaller area may do."""


class NoAnswerError(Exception):
    """The server did not answer, or not with a whole map: asking again, after a wait, may help."""

    def __init__(self, message: str, wait: float = 0.0, *, again: bool = True) -> None:
        super().__init__(message)
        self.wait = wait
        self.again = again


def why_unconnected(error: requests.ConnectionError) -> NoAnswerError:
    """Return why there is no connection; asking again does not help where nothing answers at all."""
    reason = getattr(error.args[0], "reason", error) if error.args else error
    again = not isinstance(reason, NewConnectionError)
    what = "the connection failed" if again else "it cannot be reached"
    return NoAnswerError(f"{what} ({reason})", again=again)


class _Counted:
    """The body of an answer, up to the most bytes that it may have."""

    def __init__(self, body: Any) -> None:
        self._body = body

    def __getattr__(self, name: str) -> Any:
        return getattr(self._body, name)

    def stream(self, *args: Any, **options: Any) -> Iterator[bytes]:
        """Yield piece after piece."""
        size = 0
        for piece in self._body.stream(*args, **options):
            size += len(piece)
            if size > MOST_BYTES:
                raise TooMuchError(f"it sends more than {MOST_BYTES // 2**20} MiB")
            yield piece


def look_at(answer: requests.Response, longest_wait: float) -> None:
    """Raise unless an answer is a whole map.

    Parameters
    ----------
    answer
        The answer, its body not yet read.
    longest_wait
        Seconds that a server may ask us to wait.

    Raises
    ------
    NoAnswerError
        If the server is busy, or answers with something else or half of it.
    TooMuchError
        If the query was too much for it, or the answer is too large.
    NetworkError
        If it refuses the query.
    """
    answer.raw = _Counted(answer.raw)
    if not answer.is_redirect:
        check_status(answer, longest_wait)
        _check_whole(answer)


def check_status(answer: requests.Response, longest_wait: float) -> None:
    """Raise what `look_at` raises, unless a server says that this is its answer."""
    if answer.status_code in _BUSY:
        asked = answer.headers.get("Retry-After", "")
        wait = min(float(asked) if asked.isdigit() else 0.0, longest_wait)
        raise NoAnswerError(f"the server is busy ({answer.status_code})", wait)
    if not answer.ok:
        said = " ".join(re.sub(r"<[^>]*>", " ", answer.text[:4000]).split())[:200]
        status = f"{answer.status_code} {answer.reason}"
        message = f"the server refuses the query ({status}): {said}"
        raise NetworkError(Problem(message, field="server", value=answer.url))


def _check_whole(answer: requests.Response) -> None:
    """Raise unless an answer is Overpass JSON without an error in it."""
    try:
        said = answer.json()
    except (ValueError, RecursionError) as error:
        if answer.content.lstrip().startswith(b"{"):
            raise NoAnswerError("the map was cut off in the middle") from error
        raise NoAnswerError("the server answers with something that is no map") from error
    if not isinstance(said, dict) or not isinstance(said.get("elements"), list):
        raise NoAnswerError("the server answers with something that is no map")
    if remark := " ".join(str(said.get("remark", "")).split())[:200]:
        if "timed out" in remark or "out of memory" in remark:
            raise TooMuchError(remark)
        raise NoAnswerError(f"the server remarks: {remark}")
