"""A headless Chromium, driven over a pair of pipes: no port, no driver, no package."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from typing import TYPE_CHECKING, Self

import pytest

if TYPE_CHECKING:
    from pathlib import Path

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--hide-scrollbars",
    "--proxy-server=127.0.0.1:9",  # nothing answers there: the network is off
    "--remote-debugging-pipe",
)


class PageLeftError(Exception):
    """The page gave way to another while it was asked something."""


class Browser:
    """One tab. Use as a context manager."""

    def __init__(self, *flags: str) -> None:
        self.profile = tempfile.mkdtemp(prefix="supplyline-chromium-")
        hear, self._say = os.pipe()
        self._hear, say = os.pipe()

        command = [executable(), *FLAGS, *flags, f"--user-data-dir={self.profile}", "about:blank"]
        wire = f'exec "$@" 3<&{hear} 4>&{say}'  # the two ends that the browser expects
        self._process = subprocess.Popen(
            ["bash", "-c", wire, "bash", *command],
            pass_fds=(hear, say),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(hear)
        os.close(say)
        self._buffer, self._number, self._session = b"", 0, None
        self.console: list[str] = []
        self.requests: list[str] = []

    def __enter__(self) -> Self:
        targets = self.call("Target.getTargets")["targetInfos"]
        page = next(target for target in targets if target["type"] == "page")
        attached = self.call("Target.attachToTarget", targetId=page["targetId"], flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        return self

    def __exit__(self, *_: object) -> None:
        self._session = None
        try:
            self.call("Browser.close")
            self._process.wait(10)
        except (OSError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        os.close(self._say)
        os.close(self._hear)
        shutil.rmtree(self.profile, ignore_errors=True)

    def call(self, method: str, **params: object) -> dict:
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._say, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next(time.monotonic() + 60)
            if answer.get("id") == self._number:
                if "navigated" in answer.get("error", {}).get("message", ""):
                    raise PageLeftError
                assert "error" not in answer, answer["error"]
                return answer["result"]

    def _next(self, until: float) -> dict:
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._hear], [], [], max(until - time.monotonic(), 0))
            assert ready, "the browser does not answer"
            read = os.read(self._hear, 1 << 20)
            assert read, "the browser has gone"
            self._buffer += read
        text, self._buffer = self._buffer.split(b"\0", 1)
        message = json.loads(text)
        self._note(message.get("method", ""), message.get("params", {}))
        return message

    def _note(self, method: str, params: dict) -> None:
        if method == "Runtime.exceptionThrown":
            self.console.append(json.dumps(params["exceptionDetails"])[:600])
        elif method == "Runtime.consoleAPICalled" and params["type"] in {
            "error",
            "warning",
            "assert",
        }:
            self.console.append(json.dumps(params["args"])[:600])
        elif method == "Log.entryAdded" and params["entry"]["level"] in {"error", "warning"}:
            self.console.append(json.dumps(params["entry"])[:600])
        elif method == "Network.requestWillBeSent":
            url = params["request"]["url"]
            if not url.startswith("data:"):  # such as the icon of a field for a day: it is inside
                self.requests.append(url)

    def open(self, page: Path, width: int = 1280, height: int = 900) -> float:
        """Open a file and wait until it says that it is ready; return the seconds that took."""
        return self.visit(page.as_uri(), width, height)

    def visit(self, url: str, width: int = 1280, height: int = 900) -> float:
        """Open an address in the same way."""
        self.resize(width, height)
        start = time.monotonic()
        self.call("Page.navigate", url=url)
        self.until("document.body && document.body.dataset.ready === 'yes'")
        return time.monotonic() - start

    def leave(self) -> None:
        """Leave the page, and forget what it asked and said."""
        self.call("Page.navigate", url="about:blank")
        self.until("location.href === 'about:blank' && document.readyState === 'complete'")
        self.console.clear()
        self.requests.clear()

    def resize(self, width: int, height: int) -> None:
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=False)  # fmt: skip

    def run(self, expression: str) -> object:
        result = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def until(self, expression: str, seconds: float = 20) -> None:
        stop = time.monotonic() + seconds
        while not self._is_true(expression):
            assert time.monotonic() < stop, f"never came true: {expression}; {self.console}"
            time.sleep(0.03)

    def _is_true(self, expression: str) -> bool:
        try:
            return bool(self.run(f"Boolean({expression})"))
        except PageLeftError:
            return False

    def text(self, selector: str) -> str:
        return str(self.run(f"document.querySelector({json.dumps(selector)}).textContent"))

    def click(self, selector: str) -> None:
        """Click with the mouse, once the element stands still and nothing lies over it.

        A page that draws itself again moves its buttons: a click where one has been hits another, or
        nothing. One that did not reach its element is made again, as a reader would.
        """
        stop = time.monotonic() + 20
        missed = True
        while missed:
            point = self.run(_STILL.replace("SELECTOR", json.dumps(selector)))
            assert time.monotonic() < stop, f"never still: {selector}; {self.console}"
            if point:
                x, y = point
                self.mouse("mousePressed", x, y, button="left", clickCount=1)
                self.mouse("mouseReleased", x, y, button="left", clickCount=1)
                missed = bool(self.run("window.clickMissed === true"))

    def mouse(self, kind: str, x: float, y: float, **more: object) -> None:
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def key(self, name: str, text: str = "", *, shift: bool = False) -> None:
        more = {"key": name, "code": name or text, "modifiers": 8 if shift else 0}
        codes = {"ArrowLeft": 37, "ArrowRight": 39, "Home": 36, "End": 35, " ": 32}
        more["windowsVirtualKeyCode"] = codes.get(name, 0)
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **more)
        self.call("Input.dispatchKeyEvent", type="keyUp", **more)

    def screenshot(self, path: Path, *, whole: bool = False) -> Path:
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(shot["data"]))
        return path


# The middle of an element that is the same one, at the same place and on top, over some frames; else nothing.
_STILL = """(async () => {
  const element = document.querySelector(SELECTOR);
  element?.scrollIntoView({ block: "center", behavior: "instant" });
  const middle = () => {
    const box = element.getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
  };
  let point = element && middle();
  for (let frame = 0; element && frame < 4; frame += 1) {
    await new Promise((done) => requestAnimationFrame(done));
    const moved = middle();
    const top = document.elementFromPoint(...moved);
    const same = moved.every((value, at) => value === point[at]) && document.querySelector(SELECTOR) === element;
    if (!same || !top || !(element.contains(top) || top.contains(element))) {
      return null;
    }
    point = moved;
  }
  if (element?.contains(document.elementFromPoint(...point))) {
    window.clickMissed = true;
    element.addEventListener("click", () => (window.clickMissed = false), { once: true, capture: true });
  }
  return point;
})()"""


def executable() -> str:
    """Return the browser; a machine without one cannot test the page, and a check without one fails."""
    found = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if not found and not os.environ.get("CI"):
        pytest.skip("the page is tested in a real browser: install chromium")
    assert found, "the page is tested in a real browser: install chromium"
    return found
