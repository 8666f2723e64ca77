"""What the page of a sketch may ask: itself, its state, and to be saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from engine.report.page.html import sketch_assets, sketch_page
from engine.serve.endpoints import answering, asset, posted
from engine.serve.fitted import PICTURES

if TYPE_CHECKING:
    from engine.serve.sketching import Sketching


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
