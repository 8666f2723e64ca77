"""osmnx under settings of our own, for as long as it takes."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import osmnx

from engine import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import requests

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
