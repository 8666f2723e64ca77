"""What keeps others out of the served page: another tab, another name, another machine, long requests."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from engine.errors import InputError
from engine.serve.guard import MOST_ADDRESS, MOST_BYTES
from engine.serve.server import bound
from engine.serve.session import Session
from tests.serve.support import asked, copied, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.serve.server import Address


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    session = Session(copied(tmp_path_factory.mktemp("served")))
    with serving(session) as at:
        yield at
    session.end()


def test_the_page_comes_with_a_strict_policy(address: Address) -> None:
    status, headers, body = asked(address, "GET", "")
    assert status == 200
    policy = headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert b"<script src=" in body
    assert b"<script>" not in body
    for name in ("page.js", "library.js", "page.css"):
        assert asked(address, "GET", name)[0] == 200


def test_it_listens_on_loopback_alone(address: Address) -> None:
    assert address.host == "127.0.0.1"
    assert len(address.token) >= 32
    with pytest.raises(InputError, match="name the one address"):
        bound("0.0.0.0")
    with pytest.raises(InputError, match="cannot serve"):
        bound("192.0.2.1")
    with pytest.raises(InputError, match="cannot serve"):
        bound(port=address.port)


@pytest.mark.parametrize(
    "path", ["!/", "!/page.js", "!/wrong/page.js", "!//page.js", "!/%2e%2e/etc/passwd"]
)
def test_without_the_token_there_is_nothing(address: Address, path: str) -> None:
    status, headers, body = asked(address, "GET", path)
    assert status == 404
    assert body == b"there is nothing here\n"
    assert "content-security-policy" in headers


@pytest.mark.parametrize("path", ["../page.js", "..%2f..%2fetc%2fpasswd", "/etc/passwd", "engine"])
def test_a_path_opens_no_file(address: Address, path: str) -> None:
    assert asked(address, "GET", path)[0] == 404


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1", "localhost:1", "127.0.0.1:1"]
)
def test_another_name_of_this_machine_is_refused(address: Address, host: str) -> None:
    """That is DNS rebinding: a page's own name, let point here."""
    wanted = f"{host}:{address.port}" if host == "evil.example" else host
    assert asked(address, "GET", "", Host=wanted)[0] in {400, 421}


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "file://"])
def test_another_page_is_refused(address: Address, origin: str) -> None:
    assert asked(address, "GET", "page.js", Origin=origin)[0] == 403
    assert asked(address, "POST", "change", {}, Origin=origin)[0] == 403


def test_a_request_from_another_site_is_refused(address: Address) -> None:
    assert asked(address, "GET", "page.js", Sec_Fetch_Site="cross-site")[0] == 403
    assert asked(address, "GET", "page.js", Sec_Fetch_Site="same-site")[0] == 403
    assert asked(address, "GET", "page.js", Sec_Fetch_Site="same-origin")[0] == 200
    assert asked(address, "POST", "change", {}, Origin="")[0] == 403


def test_long_requests_are_refused(address: Address) -> None:
    length = str(MOST_BYTES + 1)
    assert asked(address, "POST", "change", b"", Content_Length=length)[0] == 413
    assert asked(address, "POST", "change", b"", Content_Length="-1")[0] in {400, 413}
    assert asked(address, "GET", "a" * (MOST_ADDRESS + 1))[0] == 414


def test_a_body_that_does_not_end_is_cut_short(address: Address) -> None:
    head = (
        f"POST /{address.token}/change HTTP/1.1\r\nHost: {address.host}:{address.port}\r\n"
        f"Origin: http://{address.host}:{address.port}\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    with socket.create_connection((address.host, address.port), 30) as link:
        link.sendall(head.encode())
        chunk = b"100000\r\n" + b"a" * 0x100000 + b"\r\n"
        said = b""
        try:
            for _ in range(MOST_BYTES // 0x100000 + 2):
                link.sendall(chunk)
            said = link.recv(1000)
        except ConnectionError:
            said = b"closed"
    assert b"200" not in said.split(b"\r\n", maxsplit=1)[0]
