"""Ask an Overpass server for roads and places through osmnx, by its rules, and take no answer on trust.

osmnx makes the queries, sends them and keeps the answers. It would wait without end and without a
word, and take half an answer for a whole one: so each answer is looked at before osmnx gets it, and
how long to wait and when to ask again is decided here.
"""

from __future__ import annotations

import re
import socket
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import osmnx
import requests
from urllib3.exceptions import NewConnectionError

from engine.errors import NetworkError, Problem
from engine.io.atomic import write_whole
from engine.language import tr
from engine.version import __version__

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from engine.network.cut_out import Box
    from engine.network.policy import RoadPolicy


# Take no answer of an Overpass server on trust: a map is whole, of a bearable size, and without an error.

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
    message = (
        tr("the connection failed ({reason})", reason=str(reason))
        if again
        else tr("it cannot be reached ({reason})", reason=str(reason))
    )
    return NoAnswerError(message, again=again)


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
                raise TooMuchError(tr("it sends more than {most} MiB", most=MOST_BYTES // 2**20))
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
        message = tr("the server is busy ({code})", code=str(answer.status_code))
        raise NoAnswerError(message, wait)
    if not answer.ok:
        said = " ".join(re.sub(r"<[^>]*>", " ", answer.text[:4000]).split())[:200]
        status = f"{answer.status_code} {answer.reason}"
        message = tr("the server refuses the query ({status}): {said}", status=status, said=said)
        raise NetworkError(Problem(message, field="server", value=answer.url))


def _check_whole(answer: requests.Response) -> None:
    """Raise unless an answer is Overpass JSON without an error in it."""
    try:
        said = answer.json()
    except (ValueError, RecursionError) as error:
        if answer.content.lstrip().startswith(b"{"):
            raise NoAnswerError(tr("the map was cut off in the middle")) from error
        raise NoAnswerError(tr("the server answers with something that is no map")) from error
    if not isinstance(said, dict) or not isinstance(said.get("elements"), list):
        raise NoAnswerError(tr("the server answers with something that is no map"))
    if remark := " ".join(str(said.get("remark", "")).split())[:200]:
        if "timed out" in remark or "out of memory" in remark:
            raise TooMuchError(remark)
        raise NoAnswerError(tr("the server remarks: {remark}", remark=remark))


# osmnx under settings of our own, for as long as it takes.

AGENT = f"supplyline/{__version__} (supply-route and siege analysis)"


@contextmanager
def osmnx_that(look_at: Callable[[requests.Response], None], **settings: Any) -> Iterator[None]:
    """Let osmnx ask under our name, show each answer before it takes it, and leave no trace.

    Its settings are global: two threads should not do this at once.

    Parameters
    ----------
    look_at
        Is shown every answer, its body not yet read, and may raise: then the answer is let go.
    settings
        Other settings of osmnx, by name.
    """

    def show(answer: requests.Response, **_: Any) -> None:
        try:
            look_at(answer)
        except Exception:
            answer.close()
            raise

    ours: dict[str, Any] = {
        "doh_url_template": None,  # nobody else is told what is asked for
        "http_user_agent": AGENT,
        "requests_kwargs": {"hooks": {"response": show}},
        **settings,
    }
    before = {name: getattr(osmnx.settings, name) for name in ours}
    resolve = socket.getaddrinfo  # osmnx puts its own in its place
    try:
        for name, value in ours.items():
            setattr(osmnx.settings, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(osmnx.settings, name, value)
        socket.getaddrinfo = resolve


PLACES: dict[str, bool | str | list[str]] = {"place": True, "barrier": "border_control"}
"""Tags of the places that are asked for, as osmnx takes them."""

_WHOLE_M2 = 1e13


@dataclass(frozen=True)
class Patience:
    """How long to wait for a server.

    Parameters
    ----------
    attempts
        How often to ask for one part of the area.
    first_wait
        Seconds before the second attempt; each further wait is twice as long.
    longest_wait
        Seconds that no wait exceeds, whatever the server asks for.
    timeout
        Seconds without a byte after which the server is taken to be gone.
    query_timeout
        Seconds that the server may work on a query.
    """

    attempts: int = 6
    first_wait: float = 5.0
    longest_wait: float = 300.0
    timeout: float = 200.0
    query_timeout: int = 180

    def wait(self, attempt: int) -> float:
        """Return the seconds to wait after an attempt, counted from 0."""
        return min(self.first_wait * 2**attempt, self.longest_wait)


def way_filters(policy: RoadPolicy) -> list[str]:
    """Return the filters for roads, in Overpass QL: what any of them lets through is asked for.

    The usual one is the ``drive`` filter of osmnx, but for values being compared whole:
    ``motor_vehicle=unknown`` has a "no" in it, and is a road.
    """
    refused = "".join(
        f"[{_quoted(tag)}!~{_any_of(values)}]" for tag, values in policy.refuse.items() if values
    )
    admitted = (f"[{_quoted(tag)}~{_any_of(values)}]" for tag, values in policy.admit.items())
    return [f"{filter_}{refused}" for filter_ in ('["highway"]', *admitted)]


def _any_of(values: frozenset[str]) -> str:
    """Return the regular expression for any of some values, whole."""
    return _quoted(f"^({'|'.join(re.escape(value) for value in sorted(values))})$")


def _quoted(text: str) -> str:
    """Return a text as Overpass QL quotes it: whatever it holds, it stays a text."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def download(
    box: Box,
    folder: Path,
    *,
    server: str,
    policy: RoadPolicy,
    date: dt.date | None = None,
    patience: Patience | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> None:
    """Put what a server knows of the roads and places of a box into a folder, whole or not at all.

    Parameters
    ----------
    box
        The area; what comes reaches 500 m beyond it.
    folder
        The folder, which must not exist yet, in one that does: files of Overpass JSON.
    server
        Address of the interface, without ``/interpreter``.
    policy
        Which ways are roads.
    date
        The day of the map, at its 00:00 UTC; now, if absent.
    patience
        How long to wait for the server.
    say
        Is told what happens.

    Raises
    ------
    TooMuchError
        If the server says that the query takes it too long or needs too much memory, or sends more
        than `engine.network.overpass.MOST_BYTES`.
    NetworkError
        If there is no whole answer after all attempts.
    """
    patience = patience or Patience()
    if urlsplit(server).scheme not in {"http", "https"}:
        message = tr("the server has no web address")
        raise NetworkError(Problem(message, field="server", value=server))

    def fill(part: Path) -> None:
        settings = _settings(part, server, date, patience)

        def ask() -> None:
            with osmnx_that(lambda answer: look_at(answer, patience.longest_wait), **settings):
                _ask(box, policy)

        _ask_patiently(ask, server, patience, say)

    write_whole(folder, None, fill)  # none of it is trusted before all of it is there


def _ask_patiently(
    ask: Callable[[], None], server: str, patience: Patience, say: Callable[[str], None]
) -> None:
    """Ask again and again, with growing pauses, until there is an answer or no more patience."""
    for attempt in range(1, patience.attempts + 1):
        try:
            _wait_for_slot(server, patience, say)
            return ask()
        except NoAnswerError as error:
            last = error
        if not last.again or attempt == patience.attempts:
            break
        wait = max(last.wait, patience.wait(attempt - 1))
        say(tr("{reason}; asking again in {seconds:.0f} s", reason=str(last), seconds=wait))
        time.sleep(wait)
    raise NetworkError(
        Problem(
            tr("no map from {server}: {reason}", server=server, reason=str(last)),
            field="server",
            value=server,
            expected=tr(
                "a connection; without one, cut the area out of an extract that you have: "
                "--from-pbf FILE.osm.pbf"
            ),
        )
    )


def _ask(box: Box, policy: RoadPolicy) -> None:
    """Let osmnx ask for what it does not have yet."""
    try:
        with suppress(InterruptedError):  # what osmnx says when it has kept the answer
            osmnx.graph_from_bbox(box, custom_filter=way_filters(policy))
        with suppress(InterruptedError):
            osmnx.features_from_bbox(box, PLACES)
    except requests.ConnectionError as error:
        raise why_unconnected(error) from error
    except requests.RequestException as error:
        message = tr("the connection failed ({reason})", reason=str(error))
        raise NoAnswerError(message) from error


def _settings(
    folder: Path, server: str, date: dt.date | None, patience: Patience
) -> dict[str, Any]:
    """Return how osmnx keeps answers of a server in a folder, and does no more."""
    day = f'[date:"{date.isoformat()}T00:00:00Z"]' if date else ""
    return {
        "cache_folder": folder,
        "cache_only_mode": True,
        "max_query_area_size": _WHOLE_M2,  # one request for each kind: smaller parts are made here
        "overpass_rate_limit": False,  # see `_wait_for_slot`
        "overpass_settings": f"[out:json][timeout:{patience.query_timeout}]{day}",
        "overpass_url": server,
        "requests_timeout": patience.timeout,
        "use_cache": True,
    }


def _wait_for_slot(server: str, patience: Patience, say: Callable[[str], None]) -> None:
    """Wait until the server has a slot free for us, as it says itself.

    osmnx does the same, but a minute where the server does not say, and as long as it says.
    """
    try:
        with requests.get(
            f"{server.rstrip('/')}/status",
            headers={"User-Agent": AGENT},
            timeout=min(30, patience.timeout),
            stream=True,
        ) as answer:
            text = next(answer.iter_content(10_000), b"").decode(errors="replace")
    except requests.RequestException:
        return  # not every server tells; the query itself will show
    wait = min(seconds_to_slot(text), patience.longest_wait)
    if wait:
        say(tr("the server has a slot for us in {seconds:.0f} s", seconds=wait))
        time.sleep(wait)


def seconds_to_slot(status: str) -> float:
    """Return how long to wait by a server's own account (its ``/status`` page)."""
    if re.search(r"[1-9]\d* slots? available now", status):
        return 0.0
    waits = re.findall(r"Slot available after:.*?in (-?\d+) seconds", status)
    return max(0.0, min((float(seconds) for seconds in waits), default=0.0))
