"""A server on a thread of the test, and requests to it as another page would send them."""

from __future__ import annotations

import http.client
import json
import shutil
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn

from engine.serve.server import Address, application, bound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.serve.session import Session

ROOT = Path(__file__).parents[2]
SEED = "castello-2014-12.toml"


def copied(folder: Path, name: str = SEED) -> Path:
    """Return a scenario in a folder of its own, with all that it names."""
    shutil.copytree(ROOT / "data" / "osm", folder / "data" / "osm")
    (folder / "scenarios").mkdir(parents=True)
    for file in (ROOT / "scenarios").iterdir():
        shutil.copy(file, folder / "scenarios")
    return folder / "scenarios" / name


@contextmanager
def serving(session: Session) -> Iterator[Address]:
    """Serve a session on any free port of this machine."""
    listening, address = bound()
    config = uvicorn.Config(
        application(session, address), log_level="error", lifespan="off", ws="none",
        timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield address
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()
        assert not thread.is_alive()


def asked(
    address: Address, method: str, path: str, body: Any = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Send a request; `headers` with underscores for dashes take the place of the page's own."""
    link = http.client.HTTPConnection(address.host, address.port, timeout=30)
    own = f"{address.host}:{address.port}"
    sent = {"Host": own, **({"Origin": f"http://{own}"} if method == "POST" else {})}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    full = path if path.startswith("!") else f"/{address.token}/{path}"
    link.request(method, full.removeprefix("!"), data, {k: v for k, v in sent.items() if v})
    answer = link.getresponse()
    found = (
        answer.status,
        {name.lower(): value for name, value in answer.getheaders()},
        answer.read(),
    )
    link.close()
    return found
