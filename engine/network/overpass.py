"""Ask an Overpass server for roads and places through osmnx, by its rules, and take no answer on trust.

osmnx makes the queries, sends them and keeps the answers. It would wait without end and without a
word, and take half an answer for a whole one: so each answer is looked at before osmnx gets it, and
how long to wait and when to ask again is decided here.
"""

from __future__ import annotations

import re
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import osmnx
import requests

from engine.errors import NetworkError, Problem
from engine.network.osmnx_settings import AGENT, osmnx_that
from engine.network.overpass_answer import NoAnswerError, look_at, why_unconnected

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from engine.network.area import Box
    from engine.network.policy import RoadPolicy

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
        than `engine.network.overpass_answer.MOST_BYTES`.
    NetworkError
        If there is no whole answer after all attempts.
    """
    patience = patience or Patience()
    if urlsplit(server).scheme not in {"http", "https"}:
        raise NetworkError(Problem("the server has no web address", field="server", value=server))
    with TemporaryDirectory(dir=folder.parent, prefix=".part-", ignore_cleanup_errors=True) as part:
        settings = _settings(Path(part), server, date, patience)

        def ask() -> None:
            with osmnx_that(lambda answer: look_at(answer, patience.longest_wait), **settings):
                _ask(box, policy)

        _ask_patiently(ask, server, patience, say)
        if not folder.is_dir():  # another process may have been here meanwhile
            Path(part).rename(folder)  # none of it is trusted before all of it is there


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
        raise NoAnswerError(f"the connection failed ({error})") from error


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
        say(f"the server has a slot for us in {wait:.0f} s")
        time.sleep(wait)


def seconds_to_slot(status: str) -> float:
    """Return how long to wait by a server's own account (its ``/status`` page)."""
    if re.search(r"[1-9]\d* slots? available now", status):
        return 0.0
    waits = re.findall(r"Slot available after:.*?in (-?\d+) seconds", status)
    return max(0.0, min((float(seconds) for seconds in waits), default=0.0))
