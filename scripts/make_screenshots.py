"""Make the pictures of the README and the documentation from the seed scenario.

Usage::

    python scripts/make_screenshots.py [FOLDER]

Writes to FOLDER (``docs/images``, if absent): map, timeline and small maps as the engine draws them,
the page as Chromium shows it, wide and narrow, with the network off, and each step of asking on it.
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
from pathlib import Path

import engine

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from engine.report.canvas import save_picture  # noqa: E402 - found in the folder above
from engine.report.figures import map_slide, maps_slide, timeline_slide  # noqa: E402 - found in the folder above
from engine.report.page.html import write_page  # noqa: E402 - found in the folder above
from engine.serve.session import Session  # noqa: E402 - found in the folder above
from tests.report.browser import Browser  # noqa: E402 - it lies with the tests, which drive it
from tests.serve.support import copied, serving  # noqa: E402 - found in the folder above

SCENARIO = ROOT / "scenarios" / "castello-2014-12.toml"


def main(folder: Path) -> None:
    """Write every picture."""
    folder.mkdir(parents=True, exist_ok=True)
    analysis = engine.analyze(engine.load_scenario(SCENARIO))
    chances, facts = engine.probabilities(analysis), analysis.facts
    save_picture(map_slide(analysis), folder / "map.png", facts)
    save_picture(timeline_slide(analysis, chances), folder / "timeline.png", facts)
    save_picture(maps_slide(analysis), folder / "maps.png", facts)
    with tempfile.TemporaryDirectory() as beside, Browser() as browser:
        page = write_page(analysis, Path(beside) / "report.html", chances)
        for name, width, height in (("page", 1280, 1000), ("page-phone", 390, 844)):
            browser.open(page, width, height)
            browser.run("new Promise((done) => setTimeout(done, 500))")
            browser.screenshot(folder / f"{name}.png")
        ask(browser, Path(beside), folder)
    for path in sorted(folder.glob("*.png")):
        print(path)


def ask(browser: Browser, beside: Path, folder: Path) -> None:
    """Take the steps of the planners' tutorial: open, give a place to another, save under a name."""
    session = Session(copied(beside / "case"), on=dt.date(2014, 12, 20))
    with serving(session) as address:
        browser.leave()
        browser.visit(address.url, 1280, 1000)
        browser.until("data.routes[0].chanceOn || data.routes[0].chance")
        shot(browser, folder / "ask-1-open.png")
        browser.run("part['whatif-site'].value = 'mallah'; choosePlace('mallah')")
        browser.run("part['whatif-kind'].value = 'captured:government'")
        browser.run("part['whatif-day'].value = '2014-12-25'")
        browser.run("part['whatif-day'].dispatchEvent(new Event('input'))")
        browser.click("#whatif-form button")
        browser.until("shown.live.changes.length === 1")
        browser.until("part.first.textContent.includes('cut since 25 December')")
        browser.run("window.scrollTo(0, 0)")
        shot(browser, folder / "ask-2-what-if.png")
        browser.run("part['set-name'].value = 'mallah lost'")
        browser.click("#set-form button")
        browser.until("part.saved.textContent.includes('--with')")
        browser.run("part.whatif.scrollIntoView()")
        shot(browser, folder / "ask-3-saved.png")
        browser.resize(390, 844)
        browser.run("document.getElementById('what').scrollIntoView()")
        shot(browser, folder / "ask-4-phone.png")
        browser.leave()
    session.end()


def shot(browser: Browser, path: Path) -> None:
    """Take a picture of the page once it stands still."""
    browser.run("new Promise((done) => setTimeout(done, 700))")
    browser.screenshot(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images")
