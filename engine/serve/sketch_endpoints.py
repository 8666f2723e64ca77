"""What the page of a sketch may ask: itself, its state, and to be saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse
from starlette.routing import Route

from engine.report.page.html import sketch_assets, sketch_page
from engine.serve.endpoints import answering, asset, posted

if TYPE_CHECKING:
    from engine.serve.sketching import Sketching


def sketch_endpoints(sketching: Sketching) -> list[Route]:
    """Return what answers each path, below the token."""
    return [
        Route("/", lambda _: HTMLResponse(sketch_page(sketching.state()))),
        *(Route(f"/{name}", asset(name, text)) for name, text in sketch_assets().items()),
        Route("/state", answering(lambda _: sketching.state())),
        Route("/save", posted(sketching.save), methods=["POST"]),
    ]
