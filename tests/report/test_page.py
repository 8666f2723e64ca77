"""The page in a real browser with the network off: it opens, moves, explains, and trusts no text."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from engine import analyze
from engine.report.page.content import mercator, page_data, pieces_to_keep
from engine.report.page.html import page_html, write_page
from engine.report.style import ROAD_CLASSES, class_rank

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine import Analysis
    from tests.report.browser import Browser

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.slow]
LIBRARY_MB = 1.5


@pytest.fixture
def opened(browser: Browser, page: Path) -> Iterator[Browser]:
    browser.console.clear()
    browser.requests.clear()
    browser.open(page)
    yield browser
    assert browser.console == []
    # icons of the browser's own controls come as data: nothing is asked of the network for them
    assert [url for url in browser.requests if not url.startswith("data:")] == [page.as_uri()]


def colours(browser: Browser) -> list[str]:
    return list(browser.run("map.roads.data.colour"))


def test_is_small_and_asks_the_network_for_nothing(browser: Browser, page: Path) -> None:
    browser.open(page)
    assert page.stat().st_size < (LIBRARY_MB + 3) * 1e6
    assert browser.console == []
    assert browser.requests[0] == page.as_uri()
    assert [
        url for url in browser.requests[1:] if not url.startswith(("data:", page.as_uri()))
    ] == []


def test_begins_on_the_last_day(opened: Browser) -> None:
    assert opened.text("#date") == "31 December 2014"
    assert opened.text("#routes button:first-child .status") == "at risk"
    assert opened.text("#why-head") == "Why Castello road is at risk on 31 December 2014"
    assert "exposed, overlooked from al-Mallah farms" in opened.text("#why")
    assert "confidence 70 %" in opened.text("#why")
    assert "Schematic network" in opened.text("#subject")


def test_the_slider_moves_everything(opened: Browser) -> None:
    before = opened.run("map.roads.data.dash")
    opened.run("part.day.value = 0; part.day.dispatchEvent(new Event('input'))")
    assert opened.text("#date") == "1 December 2014"
    assert opened.text("#routes button:first-child .status") == "open"
    assert opened.text("#counted") == "0 of 30"
    assert opened.run("map.roads.data.dash") != before
    assert "over 99.9 %" in opened.text("#likely") or "open 100 %" in opened.text("#likely")


def test_keys_move_the_day_and_jump_to_changes(opened: Browser) -> None:
    opened.key("Home")
    assert opened.text("#date") == "1 December 2014"
    opened.key("ArrowRight")
    assert opened.text("#date") == "2 December 2014"
    opened.key("ArrowRight", shift=True)
    assert opened.text("#date") == "8 December 2014"
    opened.key("ArrowLeft", shift=True)
    assert opened.text("#date") == "1 December 2014"
    opened.key("End")
    assert opened.text("#date") == "31 December 2014"


def test_plays_to_the_end_and_stops(opened: Browser) -> None:
    opened.run("go(28)")
    opened.key(" ")
    opened.until("shown.timer !== null")
    opened.until("shown.day === lastDay && shown.timer === null")
    assert opened.run("part.play.getAttribute('aria-pressed')") == "false"


def test_a_click_on_a_spell_goes_there(opened: Browser) -> None:
    opened.click("#timeline .track button.at-risk")
    assert opened.text("#date") == "14 December 2014"
    opened.click("#timeline .track button.connected")
    assert opened.text("#date") == "1 December 2014"
    assert "Eastern Aleppo" in opened.text("#why-head")


def test_a_click_on_a_route_explains_it(opened: Browser) -> None:
    opened.click("#routes button:nth-child(3)")
    assert opened.text("#why-head").startswith("Why Khanasser road is open")
    chosen = opened.run("map.chosen.data.xs.length")
    assert chosen == opened.run("data.paths[data.routes[2].path.at(-1)].length")


def test_reports_follow_the_day_and_the_filter(opened: Browser) -> None:
    opened.run("go(14)")
    assert opened.run("part.reports.children.length") == opened.run(
        "data.reports.filter((r) => r.id !== 'baseline' && r.day <= 14).length"
    )
    opened.run(
        "part.span.value = 'all'; part.words.value = 'azaz'; part.words.dispatchEvent(new Event('input'))"
    )
    assert int(opened.run("part.reports.children.length")) == opened.run(
        "data.reports.filter((r) => r.id !== 'baseline' && JSON.stringify(Object.values(r)).toLowerCase().includes('azaz')).length"
    )
    opened.run(
        "part.words.value = ''; part.believed.checked = true; part.believed.dispatchEvent(new Event('input'))"
    )
    assert opened.text("#counted") == "27 of 30"


def test_a_reason_leads_to_its_report(opened: Browser) -> None:
    opened.click("#why a")
    assert opened.run("document.querySelector('#reports li.found') !== null")
    assert "e022" not in opened.text("#reports li.found")
    assert "2014-12-30" in opened.text("#reports li.found")


def test_hovering_names_a_place_in_both_scripts(opened: Browser) -> None:
    opened.click("#all")
    opened.run("window.scrollTo(0, 0)")
    x, y = opened.run("""(() => {
      const box = part.map.getBoundingClientRect(), { x_range, y_range } = map.plot;
      const row = map.spots.data.en.indexOf('Khanasser');
      return [box.x + box.width * (map.spots.data.x[row] - x_range.start) / (x_range.end - x_range.start),
              box.y + box.height * (1 - (map.spots.data.y[row] - y_range.start) / (y_range.end - y_range.start))];
    })()""")
    opened.mouse("mouseMoved", x - 30, y - 30)
    opened.mouse("mouseMoved", x, y)
    shadows = """(() => { const all = []; const walk = (node) => { all.push(node.textContent ?? '');
      node.querySelectorAll?.('*').forEach((one) => one.shadowRoot && walk(one.shadowRoot)); };
      walk(document); return all.join(' '); })()"""
    opened.until(f"{shadows}.includes('خناصر') && {shadows}.includes('Khanasser')")


def test_the_wheel_zooms_and_names_appear(opened: Browser) -> None:
    near = float(opened.run("map.scale"))
    opened.click("#all")
    assert float(opened.run("map.scale")) > 3 * near  # it begins on the chosen route
    few = int(opened.run("map.names.data.text.length"))
    opened.run("go(lastDay); choose(0); toRoute()")
    names = list(opened.run("map.names.data.text"))
    assert any(name.startswith("Castello complex") for name in names)
    assert few > 10
    scale = float(opened.run("map.scale"))
    opened.click("#nearer")
    assert float(opened.run("map.scale")) == pytest.approx(0.6 * scale)


@pytest.mark.parametrize("width", [1280, 820, 390])
def test_looks_whole_at_every_width(opened: Browser, tmp_path: Path, width: int) -> None:
    opened.resize(width, 900)
    opened.run("part.all.click(); window.scrollTo(0, 0)")
    opened.run("new Promise((done) => setTimeout(done, 400))")
    assert opened.run("document.documentElement.scrollWidth") == width
    picture = np.asarray(Image.open(opened.screenshot(tmp_path / "page.png")).convert("RGB"))
    assert picture.shape[:2] == (900, width)
    for colour in ((42, 157, 143), (0, 114, 178)):  # an open way, and a holder's roads
        assert (np.abs(picture.astype(int) - colour).sum(axis=2) < 12).sum() > 200


def test_the_base_map_waits_for_the_readers_word(opened: Browser) -> None:
    assert [url for url in opened.requests[1:] if not url.startswith("data:")] == []
    opened.click("#tiles")
    opened.until("map.tiles && map.plot.renderers.includes(map.tiles)")
    opened.run("new Promise((done) => setTimeout(done, 500))")
    asked = [url for url in opened.requests if url.startswith("http")]
    assert asked
    assert all(url.startswith("https://tile.openstreetmap.org/") for url in asked)
    opened.call("Page.navigate", url="about:blank")  # no tile comes, since the network is off
    opened.until("location.href === 'about:blank'")
    opened.console.clear()
    del opened.requests[1:]


def test_hostile_text_shows_as_text(browser: Browser, hostile: Analysis, tmp_path: Path) -> None:
    browser.console.clear()
    browser.run("window.alert = () => { throw new Error('a text was run') }")
    browser.open(write_page(hostile, tmp_path / "hostile.html"))
    assert browser.text("h1") == hostile.scenario.title
    assert browser.run("document.title") == hostile.scenario.title
    assert hostile.scenario.routes[0].label in browser.text("#routes")
    assert hostile.scenario.events[0].source in browser.text("#reports")
    assert hostile.scenario.events[0].note in browser.text("#reports")
    assert browser.run("document.querySelectorAll('script').length") == 3
    bare = "[...document.querySelectorAll('#reports bdi, #routes bdi')].every((node) => node.children.length === 0)"
    assert browser.run(bare)
    assert browser.console == []


def test_a_text_cannot_turn_its_neighbours_around(
    browser: Browser, hostile: Analysis, tmp_path: Path
) -> None:
    browser.open(write_page(hostile, tmp_path / "hostile.html"))
    isolated = "getComputedStyle(document.querySelector('#reports bdi')).unicodeBidi"
    assert browser.run(isolated) == "isolate"


def test_ten_thousand_pieces_stay_smooth(browser: Browser, wide: Analysis, tmp_path: Path) -> None:
    browser.console.clear()
    browser.open(write_page(wide, tmp_path / "wide.html"))
    assert 9_000 < int(browser.run("map.drawn.length")) <= 10_000
    took = float(
        browser.run("""(async () => {
      const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      await frame();
      const start = performance.now();
      for (let step = 0; step < 5; step += 1) { go(step); map.look(map.middle(), map.scale * 0.97); await frame(); }
      return (performance.now() - start) / 5;
    })()""")
    )
    assert took < 1500  # without a graphics card, on a machine that does other things too
    assert browser.console == []


def test_more_roads_thin_by_class_and_say_so(
    browser: Browser, wide: Analysis, tmp_path: Path
) -> None:
    data = page_data(wide) | {"most_drawn": 4000, "left_out": 123}
    (tmp_path / "thin.html").write_text(page_html(data), encoding="utf-8")
    browser.open(tmp_path / "thin.html")
    browser.run("toAll()")
    assert int(browser.run("map.drawn.length")) <= 4000
    assert re.search(r"pieces of road drawn, down to class “primary”", browser.text("#drawn"))
    assert "123 pieces of the least classes are left out" in browser.text("#drawn")
    browser.run("map.look(map.middle(), map.scale / 8)")
    assert "pieces of road drawn" not in browser.text("#drawn")


def test_thinning_keeps_ways_and_whole_classes(
    wide: Analysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = wide.sectors.network
    always = np.flatnonzero(class_rank(network.highway) == ROAD_CLASSES.index("service") + 1)[:5]
    monkeypatch.setattr("engine.report.page.content.MOST_KEPT", 6000)
    kept, rank, names = pieces_to_keep(network, always)
    assert np.isin(always, kept).all()
    assert {names[code] for code in np.unique(rank[kept])} == {"route", "primary", "tertiary"}


def test_a_row_of_the_baseline_counts_only_from_when_it_was_known(seed: Analysis) -> None:
    early = analyze(seed.scenario, network=seed.network, known_on=dt.date(2014, 11, 1))
    rows = [report for report in page_data(early)["reports"] if report["id"] == "baseline"]
    assert rows
    assert [row["believed"] for row in rows] == [row["date"] <= "2014-11-01" for row in rows]
    assert not all(row["believed"] for row in rows)


def test_the_page_is_the_same_each_time(seed: Analysis) -> None:
    assert page_html(page_data(seed)) == page_html(page_data(seed))


def test_texts_cannot_end_their_script(hostile: Analysis) -> None:
    text = page_html(page_data(hostile))
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert data is not None
    assert json.loads(data[1])["title"] == hostile.scenario.title
    assert "<" not in data[1]


def test_mercator_is_that_of_base_maps() -> None:
    found = mercator(np.array([[0.0, 0.0], [180.0, 85.0511287798066]]))
    assert np.allclose(found, [[0, 0], [20037508.342789, 20037508.342789]], atol=1e-3)
