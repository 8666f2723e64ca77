"""The page for everybody: screen readers, touch, dark screens, print, and what is taken along."""

from __future__ import annotations

import base64
import csv
import io
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine import Analysis
    from tests.report.browser import Browser

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.slow]
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture
def opened(browser: Browser, page: Path) -> Iterator[Browser]:
    browser.leave()
    browser.open(page)
    yield browser
    assert browser.console == []


def faults(browser: Browser) -> list[str]:
    """Return what the rules for accessibility find."""
    if not AXE.exists():
        if not os.environ.get("CI"):
            pytest.skip("axe-core is not there: make page")
        raise AssertionError("axe-core is not there: make page")
    browser.run(AXE.read_text(encoding="utf-8") + "; undefined")
    found = browser.run(
        "axe.run().then((found) => found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 120)).join(' | ')}`))"
    )
    return list(found)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (390, "light")])
def test_screen_readers_find_no_fault(
    browser: Browser, page: Path, width: int, scheme: str
) -> None:
    emulate(browser, scheme)
    browser.open(page, width)
    browser.run("part['as-table'].open = true; render()")
    assert faults(browser) == []
    emulate(browser, "light")


def emulate(browser: Browser, scheme: str) -> None:
    browser.call(
        "Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}]
    )


def test_a_dark_screen_gets_a_dark_page(browser: Browser, page: Path) -> None:
    emulate(browser, "dark")
    browser.open(page)
    assert (
        browser.run("getComputedStyle(document.documentElement).backgroundColor")
        == "rgb(23, 24, 27)"
    )
    emulate(browser, "light")
    assert (
        browser.run("getComputedStyle(document.documentElement).backgroundColor")
        == "rgb(255, 255, 255)"
    )


def test_the_map_stands_as_a_table_too(opened: Browser, seed: Analysis) -> None:
    opened.click("#as-table summary")
    opened.until("part.ground.querySelectorAll('tbody tr').length > 0")
    assert opened.run("part.ground.querySelectorAll('tbody tr').length") == seed.sectors.n_sectors
    row = "[...part.ground.querySelectorAll('tr')].find((one) => one.textContent.startsWith('al-Mallah farms')).textContent"
    assert "contested" in opened.run(row)
    opened.run("go(0)")
    assert "contested" not in opened.run(row)


def test_every_control_is_reached_by_the_keyboard(opened: Browser) -> None:
    reached = opened.run(
        "[...document.querySelectorAll('button, input, select, summary, a')].filter((n) => n.tabIndex < 0 && !n.closest('dialog')).length"
    )
    assert reached == 0
    assert opened.run(
        "[...document.querySelectorAll('button')].every((n) => (n.ariaLabel || n.textContent).trim())"
    )


def test_it_prints_on_two_pages(opened: Browser) -> None:
    printed = base64.b64decode(opened.call("Page.printToPDF", preferCSSPageSize=True)["data"])
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 2


def test_plays_faster_and_again(opened: Browser) -> None:
    opened.run("part.speed.value = '150'; part.loop.checked = true; go(lastDay - 1); play(true)")
    opened.until("shown.day === lastDay")
    opened.until("shown.day < 5 && shown.timer !== null")
    opened.run("play(false)")


def test_a_link_brings_back_day_and_route(browser: Browser, page: Path) -> None:
    browser.leave()
    browser.visit(f"{page.as_uri()}#day=2014-12-20&route=khanasser")
    assert browser.text("#date") == "20 December 2014"
    assert browser.text("#why-head").startswith("Why Khanasser road")
    browser.leave()
    browser.visit(f"{page.as_uri()}#day=2099-01-01&route=nowhere&changes=[{{}}]")
    assert browser.text("#date") == "31 December 2014"
    browser.until("!part.problems.hidden")
    assert "supplyline open" in browser.text("#problems")


def test_table_picture_and_citation_are_taken_along(opened: Browser, seed: Analysis) -> None:
    opened.run("""window.kept = []; URL.createObjectURL = (blob) => { window.kept.push(blob); return 'data:,'; };
      HTMLAnchorElement.prototype.click = () => {}""")
    opened.click("#sheet")
    text = opened.run("window.kept[0].text()")
    rows = list(csv.reader(io.StringIO(str(text).removeprefix("\ufeff"))))
    assert [row[1] for row in rows[1:]] == [row["status"] for row in seed.spell_rows()]
    opened.click("#picture")
    opened.until("window.kept.length === 2")
    assert opened.run("window.kept[1].type") == "image/png"
    assert int(opened.run("window.kept[1].size")) > 20_000
    assert re.search(
        r"supplyline \d.*, scenario [0-9a-f]{12}, network [0-9a-f]{12}\. Schematic network\.",
        opened.text("#cite"),
    )


def test_two_fingers_and_one_move_the_map(browser: Browser, page: Path) -> None:
    browser.leave()
    browser.open(page, 390, 844)
    browser.call("Emulation.setTouchEmulationEnabled", enabled=True, maxTouchPoints=2)
    browser.run("window.scrollTo(0, 0)")
    x, y = browser.run(
        "(() => { const b = part.map.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; })()"
    )
    middle = browser.run("map.middle()")
    browser.call(
        "Input.synthesizeScrollGesture",
        x=x,
        y=y,
        xDistance=60,
        yDistance=0,
        gestureSourceType="touch",
    )
    browser.until(f"map.middle()[0] < {middle[0]}")
    scale = browser.run("map.scale")
    browser.call("Input.synthesizePinchGesture", x=x, y=y, scaleFactor=2, gestureSourceType="touch")
    browser.until(f"map.scale < {scale}")
    browser.call("Emulation.setTouchEmulationEnabled", enabled=False)
