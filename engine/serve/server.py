"""The server of the page: on this machine alone, for as long as the command runs."""

from __future__ import annotations

import secrets
import socket
from contextvars import copy_context
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from engine.errors import InputError
from engine.language import tr
from engine.serve.endpoints import endpoints, sketch_endpoints
from engine.serve.guard import Guard, Speaking
from engine.serve.journal import Watch
from engine.serve.sketching import Sketching

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp

    from engine.serve.session import Session

LOOPBACK = "127.0.0.1"
LONGEST_GOODBYE_S = 1


@dataclass(frozen=True)
class Address:
    """Where the page is served.

    Parameters
    ----------
    host, port
        The address of this machine and the port.
    token
        What only the page and whoever opened it know.
    """

    host: str
    port: int
    token: str

    @property
    def url(self) -> str:
        """The address to open."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/{self.token}/"

    @property
    def hosts(self) -> set[str]:
        """What ``Host`` may say."""
        named = {self.url.split("/")[2]}
        return named | ({f"localhost:{self.port}"} if self.host == LOOPBACK else set())


def application(session: Session | Sketching, address: Address) -> ASGIApp:
    """Return the application that serves a session, or a sketch, at an address."""
    routes = sketch_endpoints(session) if isinstance(session, Sketching) else endpoints(session)
    app = Starlette(routes=[Mount(f"/{address.token}", routes=routes)])
    return Speaking(Guard(app, address.token, address.hosts))


def bound(host: str = LOOPBACK, port: int = 0) -> tuple[socket.socket, Address]:
    """Return a socket that listens, and the address to which it is bound.

    Parameters
    ----------
    host
        An address of this machine.
    port
        A port; any free one, for 0.

    Raises
    ------
    InputError
        If the address is not one of this machine, or stands for all of them, or the port is taken.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        if found[4][0] in {"0.0.0.0", "::"}:  # noqa: S104 - it is refused here
            raise InputError(
                tr("--host {host}: name the one address of this machine that others use", host=host)
            )
        listening = socket.socket(found[0], socket.SOCK_STREAM)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(found[4])
            listening.listen()  # whoever comes before the server is ready waits
        except OSError:
            listening.close()
            raise
    except UnicodeError as error:  # what a name of the network cannot be
        raise InputError(
            tr("--host {host!r}: this is no address of this machine", host=host)
        ) from error
    except OSError as error:
        reason = error.strerror or error
        raise InputError(
            tr("cannot serve at {host}, port {port}: {reason}", host=host, port=port, reason=reason)
        ) from error
    name, taken = listening.getsockname()[:2]
    return listening, Address(str(name), int(taken), secrets.token_urlsafe(24))


def serve(
    session: Session,
    listening: socket.socket,
    address: Address,
    begun: Callable[[], object] = lambda: None,
) -> None:
    """Serve a session until Ctrl-C.

    Parameters
    ----------
    session
        What to serve.
    listening, address
        What `bound` returned.
    begun
        Called once requests are answered.
    """
    context = copy_context()  # a thread begins without one, and what is wrong is told in words
    watch = Watch(session.files, lambda: context.run(session.reload))
    watch.start()
    try:
        run(session, listening, address, begun)
    finally:
        watch.stop()
        session.end()


def run(
    session: Session | Sketching,
    listening: socket.socket,
    address: Address,
    begun: Callable[[], object] = lambda: None,
) -> None:
    """Answer requests until Ctrl-C; a session is watched and ended by `serve`, a sketch needs neither."""
    config = uvicorn.Config(
        application(session, address),
        log_level="warning",
        server_header=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=LONGEST_GOODBYE_S,
        h11_max_incomplete_event_size=2**15,
        limit_concurrency=64,
    )
    server = _Server(config, begun)
    server.run(sockets=[listening])


class _Server(uvicorn.Server):
    """A server that says when it has begun."""

    def __init__(self, config: uvicorn.Config, begun: Callable[[], object]) -> None:
        super().__init__(config)
        self._begun = begun

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._begun()
