"""What the page may ask of a session, and how it is answered: paths, queries, JSON."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from engine.errors import InputError
from engine.language import tr
from engine.report.page.html import assets, served_page, sketch_assets, sketch_page
from engine.serve.session import MeanwhileError
from engine.serve.sketching import PICTURES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from engine.serve.session import Session
    from engine.serve.sketching import Sketching


TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
LONGEST_WAIT_S, SHORT_WAIT_S = 20.0, 0.1
MOST_JSON = 2**20


def endpoints(session: Session) -> list[Route]:
    """Return what answers each path, below the token."""
    return [
        Route("/", lambda _: HTMLResponse(served_page(session.page()))),
        *(Route(f"/{name}", asset(name, text)) for name, text in assets().items()),
        Route("/state", answering(lambda _: session.state())),
        Route("/wait", _waiting(session)),
        Route(
            "/day",
            answering(
                lambda q: session.day(q.number("revision"), q.number("day"), before=q.before)
            ),
        ),
        Route(
            "/chances",
            answering(
                lambda q: {
                    "routes": session.chances(
                        q.number("revision"), q.optional("day"), before=q.before
                    )
                }
            ),
        ),
        Route(
            "/drop",
            _uploaded(lambda q, data: session.drop(q.text("name"), q.text("source"), data)),
            methods=["POST"],
        ),
        Route(
            "/read",
            _uploaded(lambda q, data: session.read(q.text("name"), q.text("published"), data)),
            methods=["POST"],
        ),
        Route("/understand", posted(lambda body: _understand(session, body)), methods=["POST"]),
        *(Route(f"/{name}", _doing(session, do), methods=["POST"]) for name, do in _DOINGS.items()),
    ]


class Query:
    """The numbers and texts of a request's query."""

    def __init__(self, request: Request) -> None:
        self._values = request.query_params

    @property
    def before(self) -> bool:
        """Whether the answer without the changes is asked for."""
        return self.text("side") == "before"

    def optional(self, key: str) -> int | None:
        """Return a whole number; None, if it is absent."""
        return self.number(key) if key in self._values else None

    def number(self, key: str) -> int:
        """Return a whole number."""
        text = self._values.get(key, "")
        if not text.isdecimal() or len(text) > 9:
            raise InputError(
                tr("{key} = {text!r}; expected a whole number", key=key, text=text[:40])
            )
        return int(text)

    def text(self, key: str) -> str:
        """Return a text; empty, if it is absent."""
        return self._values.get(key, "")


def _save(session: Session, body: dict[str, Any]) -> list[str]:
    return [session.save(_revision(body), str(body.get("name", ""))).name]


def _write(session: Session, body: dict[str, Any]) -> list[str]:
    return [path.name for path in session.write(_revision(body))]


def _understand(session: Session, body: dict[str, Any]) -> dict[str, Any]:
    number, source, parties = (body.get(key) for key in ("number", "source", "parties"))
    if not isinstance(parties, dict) or not all(isinstance(one, str) for one in parties.values()):
        raise InputError(tr("parties are missing; expected an object of texts"))
    at = number if isinstance(number, int) else -1
    return session.understand(at, source if isinstance(source, str) else "", parties)


def _take(session: Session, body: dict[str, Any]) -> list[str]:
    number = body.get("number")
    return [
        path.name
        for path in session.take(_revision(body), number if isinstance(number, int) else -1)
    ]


def _act(session: Session, body: dict[str, Any]) -> list[str]:
    action = body.get("action")
    session.act(_revision(body), action if isinstance(action, dict) else {})
    return []


def _accept(session: Session, body: dict[str, Any]) -> list[str]:
    number, rows = body.get("number"), body.get("rows")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError(tr("rows are missing; expected a list of objects"))
    at = number if isinstance(number, int) else -1
    again = body.get("again") is True
    return [path.name for path in session.accept(_revision(body), at, rows, again=again)]


def _take_back(session: Session, body: dict[str, Any]) -> list[str]:
    return [path.name for path in session.take_back(_revision(body))]


_DOINGS: dict[str, Callable[[Session, dict[str, Any]], list[str]]] = {
    "act": _act,
    "save": _save,
    "write": _write,
    "take": _take,
    "accept": _accept,
    "take-back": _take_back,
}
"""What a request may do, by its path; each returns the names of the files written."""


def _revision(body: dict[str, Any]) -> int:
    revision = body.get("revision")
    if not isinstance(revision, int):
        raise InputError(tr("revision is missing; expected a whole number"))
    return revision


def asset(name: str, text: str) -> Callable[[Request], Awaitable[Response]]:
    """Return what answers with a script or a style sheet."""
    media = TYPES[name[name.rindex(".") :]]

    async def answer(_: Request) -> Response:
        return Response(text, media_type=media)

    return answer


def _said(ask: Callable[[], Any]) -> Response:
    """Return an answer as JSON; what is wrong with a request, with 400, or 409 if it came too late."""
    try:
        return JSONResponse(ask())
    except MeanwhileError as error:
        return JSONResponse({"problems": [str(error)]}, 409)
    except InputError as error:
        return JSONResponse({"problems": [str(problem) for problem in error.problems]}, 400)


def answering(ask: Callable[[Query], Any]) -> Callable[[Request], Response]:
    """Return what answers a question; one that comes too late is no error: the page asks again."""

    def told(request: Request) -> Any:
        try:
            return ask(Query(request))
        except MeanwhileError:
            return {"stale": True}

    return lambda request: _said(lambda: told(request))


def _doing(
    session: Session, do: Callable[[Session, dict[str, Any]], list[str]]
) -> Callable[[Request], Awaitable[Response]]:
    return posted(lambda body: {"written": do(session, body)} | session.state())


def posted(do: Callable[[dict[str, Any]], Any]) -> Callable[[Request], Awaitable[Response]]:
    """Return what answers an object of JSON that is sent."""

    async def answer(request: Request) -> Response:
        if int(request.headers.get("content-length", "0")) > MOST_JSON:
            return JSONResponse({"problems": [tr("too long")]}, 413)
        try:
            body = json.loads(await request.body())
        except ValueError:
            body = None
        if not isinstance(body, dict):
            return JSONResponse({"problems": [tr("this is no object of JSON")]}, 400)
        given: dict[str, Any] = body
        return await run_in_threadpool(_said, lambda: do(given))

    return answer


def _uploaded(
    understand: Callable[[Query, bytes], Any],
) -> Callable[[Request], Awaitable[Response]]:
    """Return what answers a file that was dropped, chosen or pasted."""

    async def answer(request: Request) -> Response:
        query, data = Query(request), await request.body()
        return await run_in_threadpool(_said, lambda: understand(query, data))

    return answer


def _waiting(session: Session) -> Callable[[Request], Awaitable[Response]]:
    """Return what answers once the revision is another one: how other tabs and files are heard of."""

    async def answer(request: Request) -> Response:
        known = Query(request).text("revision")
        for _ in range(round(LONGEST_WAIT_S / SHORT_WAIT_S)):
            if str(session.revision) != known or await request.is_disconnected():
                break
            try:
                await asyncio.sleep(SHORT_WAIT_S)
            except asyncio.CancelledError:  # the server ends
                break
        return JSONResponse({"revision": session.revision})

    return answer


def sketch_endpoints(sketching: Sketching) -> list[Route]:
    """Return what answers each path, below the token."""
    return [
        Route("/", lambda _: HTMLResponse(sketch_page(sketching.state()))),
        *(Route(f"/{name}", asset(name, text)) for name, text in sketch_assets().items()),
        Route("/picture", lambda _: _picture(sketching)),
        Route("/state", answering(lambda _: sketching.state())),
        Route("/save", posted(sketching.save), methods=["POST"]),
    ]


def _picture(sketching: Sketching) -> Response:
    """Return the picture that lies beside the tables."""
    path = sketching.picture()
    if path is None:
        return Response(status_code=404)
    return Response(path.read_bytes(), media_type=PICTURES[path.suffix.lower()])
