"""The served page for everybody: no fault for screen readers in any state, and a planner's two minutes at two widths."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import engine
from engine.serve.session import Session
from tests.report.browser import Browser
from tests.report.test_page_for_everybody import emulate, faults
from tests.serve.support import ROOT, copied, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine.serve.server import Address

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.slow]
TAKEN = "{ date: '2014-12-25', site: 'mallah', kind: 'captured', actor: 'government' }"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as opened:
        yield opened


@pytest.fixture
def asking(browser: Browser, tmp_path: Path) -> Iterator[tuple[Browser, Session, Address]]:
    session = Session(copied(tmp_path), on=dt.date(2014, 12, 20))
    with serving(session) as at:
        yield browser, session, at
        assert browser.console == []
        emulate(browser, "light")
        browser.leave()
    session.end()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (390, "light")])
def test_screen_readers_find_no_fault_in_any_state(
    asking: tuple[Browser, Session, Address], width: int, scheme: str
) -> None:
    browser, _, address = asking
    emulate(browser, scheme)
    browser.leave()
    browser.visit(address.url, width)
    browser.run(f"act({{ do: 'add', change: {{ change: 'add', event: {TAKEN} }} }}, '', 24)")
    browser.until("shown.live.changes.length === 1 && data.routes[0].chanceOn")
    browser.click("#compare")
    browser.until("!part.sides.hidden && base.routes[0].chanceOn?.day === shown.day")
    browser.run(
        "map.onPick(['mallah']); part['whatif-more'].open = true; part['as-table'].open = true; render()"
    )
    assert faults(browser) == []
    assert browser.run("document.documentElement.scrollWidth") == width
    browser.run("askFor(data.reports.find(({ id }) => id === 'e012-mallah'), 'doubt')")
    assert faults(browser) == []
    browser.run(
        "part['ask-no'].click(); onFile(new File(['date,site,kind,actor\\n2014-12-25,mallah,captured,the army\\n'], 'a.csv'))"
    )
    browser.until("part.ask.open")
    assert browser.run("part.ask.querySelectorAll('fieldset select').length") == 1
    assert faults(browser) == []
    assert browser.run("part.ask.getBoundingClientRect().right") <= width
    browser.run("part['ask-no'].click()")


def test_a_reader_with_keys_alone_asks_and_undoes(asking: tuple[Browser, Session, Address]) -> None:
    browser, session, address = asking
    browser.visit(address.url)
    browser.run("part['whatif-site'].focus()")
    browser.call("Input.insertText", text="mallah")
    browser.run("part['whatif-kind'].value = 'captured:government'")
    browser.call(
        "Input.dispatchKeyEvent", type="keyDown", key="Enter", text="\r", windowsVirtualKeyCode=13
    )
    browser.call("Input.dispatchKeyEvent", type="keyUp", key="Enter", windowsVirtualKeyCode=13)
    browser.until("shown.live.changes.length === 1")
    browser.until("part.said.textContent.includes('cut instead of at risk')")
    assert browser.run("document.activeElement === part['whatif-site']")
    browser.run("part.undo.focus()")
    browser.key(" ", " ")
    browser.until("shown.live.changes.length === 0")
    assert session.changes == ()
    assert browser.run("shown.timer === null")  # the space bar pressed a button, it did not play


@pytest.mark.parametrize("width", [1280, 390])
def test_a_planners_two_minutes(browser: Browser, tmp_path: Path, width: int) -> None:
    """From `open` to a named what-if, a page to mail, and the same answer from `run --with`."""
    file = copied(tmp_path)
    command = [sys.executable, "-c", "from engine.cli import main; main()"]
    opened = subprocess.Popen(
        [*command, "open", str(file), "--no-browser", "--json"],
        stdout=subprocess.PIPE, text=True, cwd=ROOT, env=dict(os.environ),
    )  # fmt: skip
    try:
        assert opened.stdout is not None
        url = json.loads("".join(iter(opened.stdout.readline, "}\n")) + "}")["url"]
        browser.leave()
        browser.visit(url, width, 844)
        browser.click("#whatif-site")
        browser.call("Input.insertText", text="al-Mallah farms")
        browser.run("document.activeElement.blur()")  # its list of suggestions takes no click then
        browser.run("part['whatif-kind'].value = 'captured:government'")
        browser.run(  # in one go: until it is told, the field follows the day that is shown
            "part['whatif-day'].value = '2014-12-25'; part['whatif-day'].dispatchEvent(new Event('input'))"
        )
        browser.click("#whatif-form > button")
        browser.until(
            "part.first.textContent.startsWith('Castello road: cut since 25 December 2014')"
        )
        browser.click("#set-name")
        browser.call("Input.insertText", text="mallah lost")
        browser.click("#set-form button")
        browser.until("part.saved.textContent.includes('--with')")
        said = browser.text("#saved code")
        assert browser.run("document.documentElement.scrollWidth") == width
        assert browser.console == []
        browser.leave()
    finally:
        opened.terminate()
        opened.wait(20)
        opened.stdout.close()  # type: ignore[union-attr]
    assert said.endswith(f'run {file.name} --with "mallah lost"')
    page = tmp_path / "mailed.html"
    for asked in (
        ["run", str(file), "--out", str(tmp_path / "out")],
        ["report", str(file), "--out", str(page)],
    ):
        done = subprocess.run([*command, *asked, "--with", "mallah lost"], cwd=ROOT, capture_output=True, text=True, check=False)  # fmt: skip
        assert done.returncode == 0, done.stderr
    fresh = engine.analyze(engine.load_scenario(file, with_="mallah lost"))
    assert "cut" in (tmp_path / "out" / "status.csv").read_text(encoding="utf-8")
    browser.visit(f"{page.as_uri()}#day=2014-12-26", width, 844)
    assert (
        browser.text("#routes button:first-child .status")
        == fresh.status("2014-12-26")["castello"]
        == "cut"
    )
    assert browser.text("#first").startswith("Castello road: cut since 25 December 2014")
    browser.leave()
