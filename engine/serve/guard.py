"""Who may ask the server, how much, and in which language: what stands before every request.

A page of another site that is open in the same browser can send requests to a loopback address. It
does not know the token in the address, its ``Origin`` is another, and a name of its own that it lets
point to this machine (DNS rebinding) stands in ``Host``. Each of the three is refused by itself.

The language is what the request asks for, what the command speaks, or what its browser prefers.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.responses import PlainTextResponse

from engine.language import ENGLISH, Language, language_called, languages, speaking, spoken, tr
from engine.report.page.html import TILES

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.types import ASGIApp, Message, Receive, Scope, Send


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


MOST_BYTES = 32 * 2**20
"""The longest request: a file of reports that is dropped on the page."""
MOST_ADDRESS = 4096
"""The longest path with its query."""
READS = frozenset({"GET", "HEAD"})

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
    f"img-src 'self' data: blob: {TILES}; font-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""Scripts come from this server alone, none stands in the page; Bokeh writes its styles there."""
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


class TooLongError(Exception):
    """A request is longer than it said, or than is read."""


class Guard:
    """Lets only requests of the page itself through to an application.

    Parameters
    ----------
    app
        What answers them.
    token
        The first part of every path.
    hosts
        The names, with their port, by which the server may be called.
    most_bytes
        The longest body.
    """

    def __init__(
        self, app: ASGIApp, token: str, hosts: Collection[str], most_bytes: int = MOST_BYTES
    ) -> None:
        self.app = app
        self.token = token
        self.hosts = frozenset(hosts)
        self.most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # the page opens no web socket
            return
        refused = self._refusal(scope)
        if refused:
            await _refuse(*refused)(scope, receive, _with_headers(send))
            return
        started = False

        async def sent(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await _with_headers(send)(message)

        try:
            await self.app(scope, self._bounded(receive), sent)
        except TooLongError:
            if not started:
                await _refuse(413, tr("too long"))(scope, receive, _with_headers(send))

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        """Return why a request is refused, with its HTTP status; None if it is not."""
        headers = _headers(scope)
        host = (_only(headers, "host") or "").lower()
        first = scope["path"].split("/", 2)[1]
        origin, changes = _only(headers, "origin"), scope["method"] not in READS
        length = _only(headers, "content-length") or "0"
        refusals = (
            (host not in self.hosts, 421, tr("this server has another name")),
            (_length_of_address(scope) > MOST_ADDRESS, 414, tr("the address is too long")),
            (not secrets.compare_digest(first.encode(), self.token.encode()), 404, tr("there is nothing here")),
            (origin not in {None, f"http://{host}"}, 403, tr("asked from another page")),
            (_only(headers, "sec-fetch-site") not in {None, "same-origin", "none"}, 403, tr("asked from another page")),
            (changes and origin is None, 403, tr("a change says from which page it comes")),
            (not length.isdecimal() or int(length) > self.most_bytes, 413, tr("too long")),
        )  # fmt: skip
        return next(((status, why) for refused, status, why in refusals if refused), None)

    def _bounded(self, receive: Receive) -> Receive:
        """Return a receiver that stops at the longest body."""
        left = self.most_bytes

        async def received() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise TooLongError
            return message

        return received


def _length_of_address(scope: Scope) -> int:
    return len(scope["raw_path"]) + len(scope["query_string"])


def _headers(scope: Scope) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return found


def _only(headers: dict[str, list[str]], name: str) -> str | None:
    """Return a header; None if it is absent, nothing of use if it comes twice."""
    values = headers.get(name, [])
    return None if not values else values[0] if len(values) == 1 else ""


def _refuse(status: int, why: str) -> PlainTextResponse:
    return PlainTextResponse(f"{why}\n", status)


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            ours = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
            message["headers"] = [*message.get("headers", []), *ours]
        await send(message)

    return sent
