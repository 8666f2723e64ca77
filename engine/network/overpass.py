"""Ask an Overpass server for roads and places, by its rules, and take no answer on trust."""

from __future__ import annotations

import gzip
import re
import time
import urllib.error
import urllib.request
import zlib
from dataclasses import dataclass
from http.client import HTTPException
from typing import IO, TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from engine import __version__
from engine.errors import NetworkError, Problem
from engine.network.policy import RoadPolicy

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from pathlib import Path

    from engine.network.area import Box

SERVER = "https://overpass-api.de/api"
"""The server that is asked unless another is named."""

AGENT = f"supplyline/{__version__} (supply-route and siege analysis)"
MOST_BYTES = 2 * 2**30
_PIECE = 2**18
_BUSY = {429, 502, 503, 504}


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


class TooMuchError(Exception):
    """The server could not finish the query: a smaller area may do."""


class NoAnswerError(Exception):
    """The server did not answer, or not with a whole map: asking again, after a wait, may help."""

    def __init__(self, message: str, wait: float = 0.0, *, again: bool = True) -> None:
        super().__init__(message)
        self.wait = wait
        self.again = again


def query(box: Box, *, date: dt.date | None = None, timeout: int = 180) -> str:
    """Return the query for the drivable roads and the places of a box.

    Parameters
    ----------
    box
        The area.
    date
        The day of the map, at its 00:00 UTC; now, if absent.
    timeout
        Seconds that the server may work on it.
    """
    refused = "".join(
        f'["{tag}"!~"^({"|".join(sorted(values))})$"]'
        for tag, values in RoadPolicy().refuse.items()
    )
    where = f"({box.south:.7f},{box.west:.7f},{box.north:.7f},{box.east:.7f})"
    day = f'[date:"{date.isoformat()}T00:00:00Z"]' if date else ""
    return (
        f"[out:xml][timeout:{timeout}]{day};("
        f'way["highway"]{refused}{where};'
        f'node["place"]{where};node["barrier"="border_control"]{where};'
        ");(._;>;);out body;"
    )


def download(
    text: str,
    target: Path,
    *,
    server: str = SERVER,
    patience: Patience | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> None:
    """Put the answer to a query into a file, whole or not at all.

    Parameters
    ----------
    text
        The query.
    target
        The file: OSM XML.
    server
        Address of the interface, without ``/interpreter``.
    patience
        How long to wait for it.
    say
        Is told what happens.

    Raises
    ------
    TooMuchError
        If the server says that the query takes it too long or needs too much memory.
    NetworkError
        If there is no whole answer after all attempts.
    """
    patience = patience or Patience()
    if urlsplit(server).scheme not in {"http", "https"}:
        raise NetworkError(Problem("the server has no web address", field="server", value=server))
    for attempt in range(patience.attempts):
        try:
            _wait_for_slot(server, patience, say)
            return _ask(text, target, server, patience)
        except NoAnswerError as error:
            last, wait = error, max(error.wait, patience.wait(attempt))
        if not last.again:
            break
        if attempt < patience.attempts - 1:
            say(f"{last}; asking again in {wait:.0f} s")
            time.sleep(wait)
    raise NetworkError(
        Problem(
            f"no map from {server}: {last}",
            field="server",
            value=server,
            expected="a connection; without one, cut the area out of an extract that you have: "
            "--from-pbf FILE.osm.pbf",
        )
    )


def _ask(text: str, target: Path, server: str, patience: Patience) -> None:
    """Ask once; keep the answer only if it is a whole map."""
    part = target.with_name(target.name + ".part")
    request = _request(f"{server.rstrip('/')}/interpreter", urlencode({"data": text}).encode())
    try:
        with urllib.request.urlopen(request, timeout=patience.timeout) as answer:  # noqa: S310 - checked
            packed = answer.headers.get("Content-Encoding") == "gzip"
            _copy(gzip.GzipFile(fileobj=answer) if packed else answer, part)
        _check_whole(part)
        part.replace(target)
    except urllib.error.HTTPError as error:
        raise _refusal(error, patience) from error
    except urllib.error.URLError as error:
        again = isinstance(error.reason, TimeoutError)
        raise NoAnswerError(f"it cannot be reached ({error.reason})", again=again) from error
    except (OSError, HTTPException, EOFError, zlib.error) as error:
        raise NoAnswerError(f"the connection failed ({error})") from error
    finally:
        part.unlink(missing_ok=True)


def _request(address: str, data: bytes | None = None) -> urllib.request.Request:
    headers = {"User-Agent": AGENT, "Accept-Encoding": "gzip" if data else "identity"}
    return urllib.request.Request(address, data, headers)  # noqa: S310 - its scheme is checked


def _copy(answer: IO[bytes] | gzip.GzipFile, part: Path) -> None:
    size = 0
    with part.open("wb") as file:
        while piece := answer.read(_PIECE):
            size += len(piece)
            if size > MOST_BYTES:
                raise NetworkError("the server sends more than 2 GiB: ask for a smaller area")
            file.write(piece)


def _refusal(error: urllib.error.HTTPError, patience: Patience) -> Exception:
    """Return what an answer with an error status means."""
    said = " ".join(re.sub(r"<[^>]*>", " ", error.read(4000).decode(errors="replace")).split())[
        :200
    ]
    if error.code in _BUSY:
        asked = error.headers.get("Retry-After", "")
        wait = min(float(asked) if asked.isdigit() else 0.0, patience.longest_wait)
        return NoAnswerError(f"the server is busy ({error.code})", wait)
    message = f"the server refuses the query ({error.code} {error.reason}): {said}"
    return NetworkError(Problem(message, field="server", value=error.url))


def _check_whole(part: Path) -> None:
    """Raise unless a file is OSM XML from its first to its last tag, without an error in it."""
    with part.open("rb") as file:
        head = file.read(4000)
        file.seek(max(0, part.stat().st_size - 2000))
        tail = file.read()
    if b"<osm" not in head:
        raise NoAnswerError("the server answers with something that is no map")
    if remark := re.search(rb"<remark>(.*?)</remark>", tail, re.DOTALL):
        said = " ".join(remark[1].decode(errors="replace").split())[:200]
        if "timed out" in said or "out of memory" in said:
            raise TooMuchError(said)
        raise NoAnswerError(f"the server remarks: {said}")
    if not tail.rstrip().endswith(b"</osm>"):
        raise NoAnswerError("the map was cut off in the middle")


def map_date(file: Path) -> str:
    """Return the day of the data that an answer states, ISO 8601; empty if it does not."""
    with file.open("rb") as opened:
        found = re.search(rb'osm_base="(\d{4}-\d{2}-\d{2})T', opened.read(4000))
    return found[1].decode() if found else ""


def _wait_for_slot(server: str, patience: Patience, say: Callable[[str], None]) -> None:
    """Wait until the server has a slot free for us, as it says itself."""
    try:
        request = _request(f"{server.rstrip('/')}/status")
        with urllib.request.urlopen(request, timeout=min(30, patience.timeout)) as answer:  # noqa: S310
            text = answer.read(10_000).decode(errors="replace")
    except (OSError, HTTPException):
        return  # not every server tells; the query itself will show
    wait = min(seconds_to_slot(text), patience.longest_wait)
    if wait:
        say(f"the server has a slot for us in {wait:.0f} s")
        time.sleep(wait)


def seconds_to_slot(status: str) -> float:
    """Return how long to wait by a server's own account (its ``/status`` page)."""
    if re.search(r"[1-9]\d* slots? available now", status):
        return 0.0
    waits = re.findall(r"Slot available after:.*?in (-?\d+) seconds", status)
    return max(0.0, min((float(seconds) for seconds in waits), default=0.0))
