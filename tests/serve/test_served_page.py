"""The served page in a real browser: the same page, and out of reach of a hostile one in another tab."""

from __future__ import annotations

import datetime as dt
import http.server
import threading
from typing import TYPE_CHECKING

import pytest

import engine
from engine.serve.session import Session
from tests.report.browser import Browser
from tests.serve.support import copied, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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
    session = Session(copied(tmp_path_factory.mktemp("served")), on=dt.date(2014, 12, 20))
    with serving(session) as at:
        yield at
    session.end()


def test_it_is_the_page_with_no_script_inside(browser: Browser, address: Address) -> None:
    browser.leave()
    browser.visit(address.url)
    assert browser.text("#date") == "20 December 2014"
    assert browser.text("#routes button:first-child .status") == "at risk"
    browser.until("part.first.textContent.startsWith('Castello road: at risk since 14 December')")
    browser.until("part.verify.textContent.includes('Verify first')")
    assert "Computing" not in browser.text("#why")
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
    assert browser.text("body").strip() == "this server has another name"


@pytest.fixture
def asking(browser: Browser, tmp_path: Path) -> Iterator[tuple[Browser, Session, Address]]:
    """Return a browser on the page of a session of its own; nothing may go wrong on its console."""
    session = Session(copied(tmp_path))
    with serving(session) as at:
        browser.leave()
        browser.visit(at.url)
        yield browser, session, at
        assert browser.console == []
        browser.leave()
    session.end()


def add(browser: Browser, site: str, kind: str, day: str) -> None:
    n = browser.run("shown.live.changes.length")
    browser.run(
        f"part['whatif-site'].value = {site!r}; part['whatif-kind'].value = {kind!r};"
        f"part['whatif-day'].value = {day!r}; part['whatif-day'].dispatchEvent(new Event('input'))"
    )
    browser.click("#whatif-form button")
    browser.until(f"shown.live.changes.length === {n} + 1")


def test_a_place_is_given_to_another_and_everything_follows(
    asking: tuple[Browser, Session, Address],
) -> None:
    browser, session, _ = asking
    roads = browser.run("go(24); map.roads.data.colour.join()")
    add(browser, "mallah", "captured:government", "2014-12-25")
    assert browser.text("#date") == "25 December 2014"
    assert "cut instead of at risk" in browser.text("#said")
    assert browser.run(
        "[...document.querySelectorAll('#routes button:first-child .status')].map((n) => n.textContent)"
    ) == ["at risk", "cut"]
    assert browser.text("#timeline .before button") == "open"
    assert browser.run("document.querySelectorAll('#timeline .track.before').length") == 2
    assert browser.run("map.roads.data.colour.join()") != roads
    browser.until("part.first.textContent.startsWith('Castello road: cut since 25 December 2014')")
    assert browser.text("#first").endswith("of al-Mallah farms would relieve it; 300,000 people.")
    assert "Castello road: cut since 25 December 2014, was at risk" in browser.text("#answers")
    assert browser.run("map.edges.data.marker.includes('square')")
    assert browser.run(
        "[...map.names.data.text].some((name) => name.startsWith('al-Mallah farms'))"
    )
    browser.click("#edge button")
    assert browser.run("part['whatif-site'].value") == "mallah"
    browser.until(
        "document.querySelector('#why').textContent.includes('overlooked from al-Mallah')"
    )
    browser.until("part.likely.textContent.includes('Probability: ')")
    assert session.now.status("2014-12-25")["castello"] == "cut"
    browser.click("#undo")
    browser.until("shown.live.changes.length === 0")
    assert browser.run("document.querySelectorAll('#timeline .track.before').length") == 0
    assert browser.run("map.roads.data.colour.join()") == roads
    browser.click("#redo")
    browser.until("shown.live.changes.length === 1")
    browser.click("#changes input")
    browser.until("!shown.live.changes[0].counts")
    assert session.now is session.base
    browser.click("#changes button")
    browser.until("shown.live.changes.length === 0")


def test_a_report_is_added_with_all_that_it_says(asking: tuple[Browser, Session, Address]) -> None:
    browser, session, _ = asking
    browser.run("go(19)")
    assert (
        browser.run("part['whatif-day'].value") == "2014-12-20"
    )  # the day shown, until one is written
    browser.click("#whatif-more summary")
    browser.run("""for (const [key, value] of Object.entries({ site: "مزارع الملاح", kind: "contested", source: "a witness",
      sure: "70", earliest: "2014-12-19", latest: "2014-12-22", defender: "opposition", note: "<i>not sure</i>" })) {
      part[`whatif-${key}`].value = value;
    }""")
    browser.click("#whatif-form button")
    browser.until("shown.live.changes.length === 1")
    event = session.changes[0].event
    assert event is not None
    assert (event.site, event.kind, event.source, event.confidence) == (
        "mallah",
        "contested",
        "a witness",
        0.7,
    )
    assert (str(event.earliest), str(event.latest), event.until) == (
        "2014-12-19",
        "2014-12-22",
        None,
    )
    assert (event.defender, event.note) == ("opposition", "<i>not sure</i>")
    assert "between 2014-12-19 and 2014-12-22" in browser.text("#changes")
    assert browser.run("document.querySelector('main i:not(.marks i)') === null")
    browser.run("part['whatif-sure'].value = '150'; part['whatif-form'].requestSubmit()")
    assert browser.run("part['whatif-sure'].validity.rangeOverflow")
    assert len(session.changes) == 1


def test_late_answers_take_no_focus_and_no_button_away(
    asking: tuple[Browser, Session, Address],
) -> None:
    """Between pressing and letting go, and between two keys, the answer of the engine may come."""
    browser, _, _ = asking
    browser.until("data.routes[0].chanceOn && part.verify.children.length")
    parts = ("routes", "why", "edge", "changes", "timeline", "reports")
    browser.run(f"window.kept = {list(parts)}.map((id) => [part[id], part[id].firstElementChild])")
    browser.run(
        "part.routes.children[1].focus(); data.routes.forEach((one) => {{ one.chanceOn = undefined; }}); render()"
    )
    browser.until("data.routes[0].chanceOn && part.likely.textContent")
    same = "window.kept.filter(([node, first]) => node.firstElementChild !== first).map(([node]) => node.id)"
    assert browser.run(same) == []
    assert browser.run("document.activeElement === part.routes.children[1]")
    browser.run("choose(1)")
    browser.until("part.routes.children[1].ariaPressed === 'true'")
    assert browser.run("document.activeElement === part.routes.children[1]")


def test_a_report_and_a_place_lead_to_their_day_and_ground(
    asking: tuple[Browser, Session, Address],
) -> None:
    browser, _, _ = asking
    browser.click("#reports li:last-child > button")
    report = browser.run(
        "data.reports.filter(({ id }) => id !== 'baseline').sort((a, b) => a.day - b.day)[0]"
    )
    assert isinstance(report, dict)
    assert browser.run("iso(shown.day)") == report["date"]
    place = browser.run("map.net.spot('" + report["place"] + "')")
    assert browser.run("map.middle()") == pytest.approx(place, abs=1)
    browser.run("go(24); map.onPick(['mallah'])")
    assert "contested" in browser.text("#here")
    assert browser.text("#here button") == "14 December 2014"
    browser.click("#here button")
    assert browser.run("iso(shown.day)") == "2014-12-14"
    assert browser.run("[map.picked.data.x[0], map.picked.data.y[0]]") == browser.run(
        "map.net.spot('mallah')"
    )


def test_before_and_after_stand_side_by_side(
    asking: tuple[Browser, Session, Address],
) -> None:
    browser, session, _ = asking
    assert browser.run("part.compare.hidden")
    add(browser, "mallah", "captured:government", "2014-12-25")
    browser.until("data.routes[0].chanceOn")
    browser.click("#compare")
    browser.until("!part.sides.hidden && base.routes[0].chanceOn?.day === shown.day")
    cells = "[...document.querySelectorAll('#sides tr')].map((row) => [...row.children].map((one) => one.textContent))"
    told = {head: (before, after) for head, before, after in browser.run(cells)}  # type: ignore[attr-defined]
    assert told["Status"] == ("at risk", "cut")
    assert told["In short"][0].startswith(
        "Castello road: at risk since 14 December 2014; one place"
    )
    assert told["In short"][1].startswith("Castello road: cut since 25 December 2014")
    assert "exposed" in told["Why"][0]
    assert "closed" in told["Why"][1]
    assert "cut 0 %" in told["Probability"][0]
    assert "cut 100 %" in told["Probability"][1]
    one = session.day(session.revision, 24, before=True)["routes"][0]
    assert told["In short"][0] == one["meeting"]["first"]
    assert browser.run("[without.breaks.data.x.length, map.breaks.data.x.length]") == [0, 1]
    assert browser.run("map.looks.data.x0.length") == 1
    browser.click("#nearer")
    assert browser.run("without.scale === map.scale && `${without.middle()}` === `${map.middle()}`")
    browser.run("without.zoom(2)")
    assert browser.run("without.scale === map.scale")
    browser.run("go(20)")
    browser.until("document.querySelector('#sides').textContent.includes('14 December')")
    browser.click("#undo")
    browser.until("part.compare.hidden && part['side-before'].hidden && part.sides.hidden")


def test_reports_are_doubted_moved_and_left_out(asking: tuple[Browser, Session, Address]) -> None:
    browser, session, _ = asking
    item = "#reports li:has(button[aria-label^='Leave out this report: al-Mallah farms fighting, 2014-12-30'])"
    browser.click(f"{item} .doubts button:nth-child(2)")
    browser.until("part.ask.open")
    browser.run("document.querySelector('#ask input').value = '30'")
    browser.click("#ask-yes")
    browser.until("shown.live.changes.length === 1")
    assert session.changes[0].confidence == 0.3
    browser.run("part.span.value = 'all'; part.span.dispatchEvent(new Event('input'))")
    browser.click(f"{item} .doubts button:nth-child(3)")
    browser.until("part.ask.open")
    browser.run("document.querySelector('#ask input').value = '2014-12-29'")
    browser.click("#ask-yes")
    browser.until("shown.live.changes.length === 2")
    assert str(session.changes[1].date) == "2014-12-29"
    browser.run("renderReports()")
    browser.click("#reports li .doubts button:first-child")
    browser.until("shown.live.changes.length === 3")
    assert session.changes[2].change == "withdraw"


def test_a_click_on_the_map_chooses_a_place_or_a_road(
    asking: tuple[Browser, Session, Address],
) -> None:
    browser, _, _ = asking
    browser.run("part.all.click(); window.scrollTo(0, 0)")
    spot = """(() => {{ const box = part.map.getBoundingClientRect(), {{ x_range, y_range }} = map.plot;
      const [x, y] = {where};
      return [box.x + box.width * (x - x_range.start) / (x_range.end - x_range.start),
              box.y + box.height * (1 - (y - y_range.start) / (y_range.end - y_range.start))]; }})()"""
    for where, found in (
        ("[map.spots.data.x, map.spots.data.y].map((all) => all[map.spots.data.en.indexOf('Safira')])", "safira"),
        ("(() => { const { xs, ys } = map.net.lines[data.paths[data.routes[2].path.at(-1)].at(3)]; return [(xs[0] + xs[1]) / 2, (ys[0] + ys[1]) / 2]; })()", ""),
    ):  # fmt: skip
        browser.run("part['whatif-site'].value = ''")
        x, y = browser.run(spot.format(where=where))
        browser.mouse("mousePressed", x, y, button="left", clickCount=1)
        browser.mouse("mouseReleased", x, y, button="left", clickCount=1)
        browser.until("part['whatif-site'].value !== ''")
        if found:
            assert browser.run("part['whatif-site'].value") == found
            assert browser.text("#whatif-name").startswith("Safira")


def test_what_is_refused_is_said_and_nothing_moves(
    asking: tuple[Browser, Session, Address],
) -> None:
    browser, session, _ = asking
    browser.run("part['whatif-site'].value = 'atlantis';part['whatif-form'].requestSubmit()")
    browser.until("!part.problems.hidden")
    assert "atlantis" in browser.text("#problems")
    assert session.changes == ()
    assert all("400" in entry for entry in browser.console)
    browser.console.clear()


def test_saved_opened_and_written(asking: tuple[Browser, Session, Address]) -> None:
    browser, session, _ = asking
    add(browser, "castello-road", "closed", "2014-12-10")
    browser.run("part['set-name'].value = 'road closed'")
    browser.click("#set-form button")
    browser.until("part.saved.textContent.includes('--with')")
    assert '--with "road closed"' in browser.text("#saved")
    assert engine.load_scenario(session.file, with_="road closed").events[-1].kind == "closed"
    browser.click("#changes button")
    browser.until("shown.live.changes.length === 0")
    browser.run(
        "part['set-list'].value = 'road closed'; part['set-list'].dispatchEvent(new Event('change'))"
    )
    browser.until("shown.live.changes.length === 1")
    browser.click("#write")
    assert "closed" in browser.text("#ask-text")
    browser.click("#ask-yes")
    browser.until("document.body?.dataset.ready === 'yes' && shown.live.base === 1")
    assert browser.text("#date") == "10 December 2014"
    assert browser.text("#routes button:first-child .status") == "cut"
    assert engine.load_scenario(session.file).events[-1].kind == "closed"


def test_somebody_else_is_heard_of(asking: tuple[Browser, Session, Address]) -> None:
    browser, session, _ = asking
    event = {"date": "2014-12-25", "site": "mallah", "kind": "captured", "actor": "government"}
    session.act(session.revision, {"do": "add", "change": {"change": "add", "event": event}})
    browser.until("shown.live.changes.length === 1")
    assert "Changed by somebody else" in browser.text("#said")


def test_a_file_is_shown_row_by_row_before_it_is_taken(
    asking: tuple[Browser, Session, Address],
) -> None:
    browser, session, _ = asking
    text = "date,site,kind,actor,source\\n2014-12-25,mallah,captured,government,<b>bold</b>\\n2014-12-26,atlantis,closed,,x\\n"
    browser.run(f"onFile(new File([{text!r}.replaceAll('\\\\n', '\\n')], 'week 52.csv'))")
    browser.until("part.ask.open")
    assert browser.run("document.querySelectorAll('#ask tbody tr').length") == 2
    assert browser.run("document.querySelector('#ask b') === null")
    assert "not taken" in browser.text("#ask tbody tr:nth-child(2)")
    browser.click("#ask-yes")
    browser.until("document.body?.dataset.ready === 'yes' && shown.live.base === 1")
    assert session.base.status("2014-12-26")["castello"] == "cut"


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> \u202eturned </script>"


def test_hostile_texts_stay_texts(browser: Browser, tmp_path: Path) -> None:
    file = copied(tmp_path)
    text = file.read_text(encoding="utf-8")
    text = text.replace('label = "Castello road"', f"label = '{HOSTILE}'")
    text = text.replace('label = "Government forces"', f"label = '{HOSTILE}'")
    file.write_text(text, encoding="utf-8")
    session = Session(file)
    with serving(session) as at:
        browser.leave()
        browser.visit(at.url)
        browser.run("window.alert = () => { throw new Error('a text was run') }")
        add(browser, "mallah", "captured:government", "2014-12-25")
        browser.run(
            "part['whatif-site'].value = '<script>alert(3)</script>'; part['whatif-form'].requestSubmit()"
        )
        browser.until("!part.problems.hidden")
        assert "<script>" in browser.text("#problems")
        assert "<script>" in browser.text("#first")
        assert "<script>" in browser.text("#changes")
        marks = "document.querySelectorAll('main img, main script, dialog script, header script').length"
        assert browser.run(marks) == 0
        assert [one for one in browser.console if "400" not in one] == []
        browser.leave()
    session.end()
