"""The served page in a real browser: the same page, and out of reach of a hostile one in another tab."""

from __future__ import annotations

import datetime as dt
import http.server
import threading
from typing import TYPE_CHECKING

import pytest

from engine.serve.session import Session
from tests.report.browser import Browser
from tests.serve.support import copied, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.serve.server import Address

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.slow]
REBOUND = "rebound.example"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return a browser for which a foreign name leads to this machine."""
    with Browser(
        f"--host-resolver-rules=MAP {REBOUND} 127.0.0.1", f"--proxy-bypass-list={REBOUND}"
    ) as opened:
        yield opened


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    file = copied(tmp_path_factory.mktemp("served"))
    with serving(Session(file, on=dt.date(2014, 12, 20))) as at:
        yield at


def test_it_is_the_page_with_no_script_inside(browser: Browser, address: Address) -> None:
    browser.console.clear()
    browser.requests.clear()
    browser.visit(address.url)
    assert browser.text("#date") == "20 December 2014"
    assert browser.text("#routes button:first-child .status") == "at risk"
    assert browser.run("[...document.scripts].every((one) => one.src || one.type.endsWith('json'))")
    assert [url for url in browser.requests if not url.startswith((address.url, "data:"))] == []
    assert browser.console == []


class _Hostile(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>hostile</title><body data-ready=yes>")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def hostile() -> Iterator[int]:
    """Serve a page of another origin on this machine, and return its port."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Hostile) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def test_a_hostile_page_in_another_tab_gets_nothing(
    browser: Browser, address: Address, hostile: int
) -> None:
    """Even one that has found out the token."""
    browser.visit(f"http://127.0.0.1:{hostile}/")
    tried = browser.run(f"""(async () => {{
      const got = [];
      for (const options of [{{}}, {{ mode: "no-cors" }}, {{ method: "POST", body: "{{}}" }},
        {{ method: "POST", mode: "no-cors", body: "{{}}" }}]) {{
        got.push(await fetch("{address.url}page.js", options).then(async (answer) => (await answer.text()).length, () => 0));
      }}
      const script = document.createElement("script");
      script.src = "{address.url}page.js";
      got.push(await new Promise((done) => {{ script.onload = () => done(1); script.onerror = () => done(0); document.body.append(script); }}));
      const frame = document.createElement("iframe");
      frame.src = "{address.url}";
      const loaded = new Promise((done) => {{ frame.onload = done; }});
      document.body.append(frame);
      await loaded;
      let inside = 0;
      try {{ inside = frame.contentDocument?.body.children.length ?? 0; }} catch {{ inside = 0; }}
      return [...got, inside];
    }})()""")
    assert tried == [0] * 6


def test_a_name_let_point_here_gets_nothing(browser: Browser, address: Address) -> None:
    browser.call("Page.navigate", url=f"http://{REBOUND}:{address.port}/{address.token}/")
    browser.until("document.readyState === 'complete' && location.host.startsWith('rebound')")
    assert browser.text("body").strip() == "this server does not go by that name"
