"""The language of a request: what it asks for, what the command speaks, what its browser prefers."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from engine.language import ENGLISH, Language, language_called, languages, speaking, spoken

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

HEADER = "supplyline-language"
"""By which the page says in which language it is."""
MOST_PREFERRED = 20
"""So many languages of a browser are looked at."""


class Speaking:
    """Answers each request in its language.

    Parameters
    ----------
    app
        What answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.own = spoken()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, in a context of its own: others, on other threads, have theirs."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        with speaking(language_asked(scope, self.own), isolates=True):
            await self.app(scope, receive, send)


def language_asked(scope: Scope, own: Language) -> Language:
    """Return the language to answer a request in.

    Parameters
    ----------
    scope
        The request: its query and its headers.
    own
        The language of the command; any other than English goes before that of the browser.

    Examples
    --------
    >>> asked = {"query_string": b"", "headers": [(b"accept-language", b"de, ar-SY;q=0.8, en;q=0.5")]}
    >>> language_asked(asked, Language("en")).code
    'ar'
    """
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    query = parse_qs(scope["query_string"].decode("latin-1"), max_num_fields=20)
    named = [*query.get("lang", [])[:1], headers.get(HEADER, "")]
    asked = next(filter(None, map(_known, named)), None)
    if asked is not None:
        return asked
    if own.code != ENGLISH:
        return own
    preferred = _preferred(headers.get("accept-language", ""))
    return Language(next((code for code in preferred if code in languages()), ENGLISH))


def _known(tag: str) -> Language | None:
    try:
        return language_called(tag)
    except LookupError:
        return None


def _preferred(header: str) -> list[str]:
    """Return the codes of languages that a browser names, the most wanted first."""
    wanted: list[tuple[float, str]] = []
    for one in header.split(",")[:MOST_PREFERRED]:
        name, _, weight = one.partition(";")
        try:
            share = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            share = 0.0
        wanted.append((-share, name.strip().split("-")[0].lower()))
    return [code for _, code in sorted(wanted, key=lambda pair: pair[0])]
