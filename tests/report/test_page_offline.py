"""One change on the written page, in a real browser with the network off."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

import engine
from engine.report.page.html import write_page
from tests.report.browser import Browser
from tests.serve.test_served_page import add

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine import Analysis

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.slow]

DRAWN = (
    "data.pieces.sector.map((s) =>"
    " data.sectors.{what}[s][spellOn(data.sectors.begin[s], intervalOf({day}))])"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def page(seed: Analysis, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_page(seed, tmp_path_factory.mktemp("page") / "report.html")


@pytest.fixture
def opened(browser: Browser, page: Path) -> Iterator[Browser]:
    browser.leave()
    browser.open(page)
    yield browser
    assert browser.console == []
    assert browser.requests == [page.as_uri()]


def statuses(browser: Browser) -> list[list[str]]:
    return browser.run(
        "[...document.querySelectorAll('#routes button')].map((button) =>"
        " [...button.querySelectorAll('.status')].map((chip) => chip.textContent))"
    )


def test_one_change_is_answered_as_the_engine_answers_it(opened: Browser, seed: Analysis) -> None:
    assert "any of 203 places and roads" in opened.text("#offline")
    assert opened.run(
        "[...document.querySelectorAll('#whatif .served')].every((n) => !n.offsetParent)"
    )
    roads = opened.run("go(24); map.roads.data.colour.join()")
    reasons = opened.run("go(2); part.why.textContent")
    add(opened, "mallah", "captured:government", "2014-12-25")
    after = engine.whatif(seed, events=["mallah captured by government on 2014-12-25"])
    for day in (0, 2, 23, 24, 26, 30):
        opened.run(f"go({day})")
        on = seed.days[0].item().replace(day=day + 1)
        before, now = (dict(one.status(str(on))) for one in (seed, after))
        assert statuses(opened) == [list(dict.fromkeys([before[name], now[name]])) for name in now]
    assert opened.run("go(24); document.querySelectorAll('#timeline .track.before').length") == 2
    assert opened.run("map.roads.data.colour.join()") != roads
    holder = after.states.on(after.interval_on("2014-12-25")).holder[after.sectors.sector].tolist()
    drawn = opened.run(DRAWN.format(what="holder", day=24))
    assert drawn == holder
    opened.until("part.why.textContent.includes('supplyline open')")
    assert opened.text("#first") == "Castello road: cut instead of at risk."
    assert "captured by Government forces on 2014-12-25" in opened.text("#changes")
    assert "With changes: " in opened.text("#cite")
    opened.run("go(2)")
    opened.until(f"part.why.textContent === {reasons!r}")


def test_a_second_change_is_refused_and_the_first_undone(opened: Browser) -> None:
    roads = opened.run("go(24); map.roads.data.colour.join()")
    before = statuses(opened)
    add(opened, "castello-road", "closed", "2014-12-25")
    with_one = statuses(opened)
    assert with_one != before
    opened.run("part['whatif-site'].value = 'azaz'; part['whatif-form'].requestSubmit()")
    opened.until("!part.problems.hidden")
    assert "supplyline open" in opened.text("#problems")
    assert statuses(opened) == with_one
    opened.click("#undo")
    opened.until("shown.live.changes.length === 0")
    assert statuses(opened) == before
    assert opened.run("map.roads.data.colour.join()") == roads
    opened.until("!part.why.textContent.includes('supplyline open')")
    opened.click("#redo")
    opened.until("shown.live.changes.length === 1")
    assert statuses(opened) == with_one
    opened.click("#changes input")
    opened.until("!shown.live.changes[0].counts")
    assert statuses(opened) == before


def test_a_road_that_no_report_names_can_be_closed(opened: Browser, seed: Analysis) -> None:
    add(opened, "handarat-road", "closed", "2014-12-03")
    after = engine.whatif(seed, events=["handarat-road closed on 2014-12-03"])
    on = after.interval_on("2014-12-10")
    condition = after.states.on(on).condition[after.sectors.sector].tolist()
    drawn = opened.run(DRAWN.format(what="condition", day=9))
    assert drawn == condition
    opened.run("part['as-table'].open = true; go(9)")
    opened.until("part.ground.textContent.includes('with the change')")


def test_a_link_with_a_change_works_without_the_engine(browser: Browser, page: Path) -> None:
    change = (
        '[{"change":"add","event":{"date":"2014-12-25","site":"mallah","kind":"captured",'
        '"actor":"government","source":"what if"},"counts":true}]'
    )
    browser.leave()
    browser.visit(f"{page.as_uri()}#day=2014-12-26&route=castello&changes={quote(change)}")
    browser.until("shown.live.changes.length === 1")
    assert statuses(browser)[0] == ["at risk", "cut"]
    two = change[:-1] + "," + change[1:]
    browser.leave()
    browser.visit(f"{page.as_uri()}#changes={quote(two)}")
    browser.until("!part.problems.hidden")
    assert "supplyline open" in browser.text("#problems")
    assert browser.console == []


def test_a_redacted_page_answers_nothing(seed: Analysis, browser: Browser, tmp_path: Path) -> None:
    browser.leave()
    browser.open(write_page(engine.redacted(seed), tmp_path / "redacted.html"))
    assert browser.run("part.whatif.hidden")
    assert browser.console == []
