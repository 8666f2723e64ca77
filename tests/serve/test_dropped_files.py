"""Files dropped on the page, as they are: each is shown row by row, and nothing is written before a word is said."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import geopandas
import openpyxl
import pytest
import shapely

import engine
from engine.importers.importing import SOURCES
from engine.serve.drops import FORMS
from engine.serve.session import Session
from tests.report.browser import Browser
from tests.serve.support import asked, copied, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.serve.server import Address

FIXTURES = Path(__file__).parents[1] / "importers" / "fixtures"
HEADER = ("date", "site", "kind", "actor", "confidence", "source", "note")
ROWS = (
    ("2014-12-25", "al-Mallah farms", "captured", "government", 0.9, "two agencies", ""),
    ("2014-12-26", "atlantis", "captured", "government", 0.9, "one", "no such place"),
    ("2014-12-27", "handarat", "under fire", "", 0.8, "one", ""),
)
PARTIES = {
    "Military Forces of Exampleland (2000-)": "government", "Government of Exampleland": "government",
    "Made-up Rebel Front": "opposition", "Made-up Islamic Group": "isis", "Rebels": "opposition", "State": "",
}  # fmt: skip


@pytest.fixture
def dropped(tmp_path: Path) -> Iterator[tuple[Session, Address]]:
    session = Session(copied(tmp_path))
    with serving(session) as address:
        yield session, address
    session.end()


def files_of(session: Session) -> dict[str, bytes]:
    folder = session.file.parent
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def posted(address: Address, path: str, body: Any) -> dict[str, Any]:
    code, _, said = asked(address, "POST", path, body)
    assert code == 200, said
    return dict(json.loads(said))


def workbook() -> bytes:
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in (HEADER, *ROWS):
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def layer(folder: Path, ending: str, session: Session) -> bytes:
    (mallah,) = (place for place in session.base.network.places if place.id == "mallah")
    frame = geopandas.GeoDataFrame(
        {"date": ["2014-12-25", "2014-12-28"], "actor": ["government", "government"]},
        geometry=[
            shapely.Point(mallah.lon, mallah.lat).buffer(0.012),
            shapely.box(10.0, 10.0, 10.1, 10.1),
        ],
        crs=4326,
    )
    frame.to_file(folder / f"layer.{ending}")
    return (folder / f"layer.{ending}").read_bytes()


@pytest.mark.parametrize("name", ["week 52.xlsx", "week 52.csv", "control.gpkg", "control.geojson"])
def test_every_form_is_shown_and_then_taken(
    dropped: tuple[Session, Address], tmp_path: Path, name: str
) -> None:
    session, address = dropped
    before = files_of(session)
    ending = name.rsplit(".", 1)[1]
    if ending == "xlsx":
        data = workbook()
    elif ending == "csv":
        data = "\n".join(",".join(map(str, row)) for row in (HEADER, *ROWS)).encode()
    else:
        data = layer(tmp_path, ending, session)
    shown = posted(address, f"drop?name={quote(name)}", data)
    drawn = ending in {"gpkg", "geojson"}
    assert shown["source"] == ("control-polygons" if drawn else "sheet")
    assert [bool(row["event"]) for row in shown["rows"]] == (
        [True, True] if drawn else [True, False, True]
    )
    assert ("off the network" if drawn else "atlantis") in shown["rows"][1]["why"]
    assert drawn or shown["rows"][0]["site"] == "mallah"
    assert files_of(session) == before
    told = posted(address, "take", {"revision": session.revision, "number": shown["number"]})
    assert told["written"]
    fresh = engine.analyze(engine.load_scenario(session.file))
    assert len(fresh.scenario.events) == 32
    assert drawn or fresh.status("2014-12-26")["castello"] == "cut"
    assert session.base.statuses == fresh.statuses


def test_parties_of_an_export_are_told_apart_on_the_page(dropped: tuple[Session, Address]) -> None:
    session, address = dropped
    before = files_of(session)
    shown = posted(address, "drop?name=acled.csv", (FIXTURES / "acled.csv").read_bytes())
    assert shown["source"] == "acled"
    assert "Made-up Rebel Front" in shown["unknown"]
    body = {"number": shown["number"], "source": "acled", "parties": PARTIES}
    known = posted(address, "understand", body)
    assert known["events"] > shown["events"]
    assert "Made-up Rebel Front" not in known["unknown"]
    assert files_of(session) == before
    for wrong in (
        {"parties": {"Rebels": "nobody at all"}},
        {"source": "evil"},
        {"number": 99},
        {"parties": 1},
    ):
        code, _, said = asked(address, "POST", "understand", body | wrong)
        assert code == 400
        assert str(session.file.parent) not in said.decode()
    posted(address, "understand", body)
    posted(address, "take", {"revision": session.revision, "number": shown["number"]})
    assert len(session.base.scenario.events) == 30 + known["events"]


def test_each_form_is_known_by_its_own_columns() -> None:
    """No form is left out, and the one that takes any columns comes after those that have their own."""
    assert set(FORMS) == set(SOURCES)
    assert FORMS[-2:] == ("sheet", "flee")


@pytest.mark.parametrize(
    ("fixture", "source"),
    [("acled.csv", "acled"), ("ucdp-ged.csv", "ucdp-ged"), ("closures.csv", "flee"), ("sheet-arabic.csv", "sheet"),
     ("sheet-hxl.csv", "sheet"), ("access-constraints.geojson", "access-constraints"), ("control.geojson", "control-polygons")],
)  # fmt: skip
def test_files_of_every_publisher_are_told_apart(
    dropped: tuple[Session, Address], fixture: str, source: str
) -> None:
    session, _ = dropped
    assert session.drop(fixture, "", (FIXTURES / fixture).read_bytes())["source"] == source


def test_a_file_that_cannot_be_read_says_why(dropped: tuple[Session, Address]) -> None:
    session, address = dropped
    before = files_of(session)
    for name, data in (
        ("x.xlsx", b"no workbook"),
        ("x.gpkg", b"no layer"),
        ("x.geojson", b"{}"),
        ("x.csv", b""),
    ):
        code, _, said = asked(address, "POST", f"drop?name={name}", data)
        assert code == 400, name
        assert name in json.loads(said)["problems"][0], said
        assert "/tmp" not in said.decode()
    assert files_of(session) == before


@pytest.mark.slow
@pytest.mark.xdist_group("browser")
def test_a_workbook_and_an_export_are_dropped_on_the_page(
    dropped: tuple[Session, Address],
) -> None:
    session, address = dropped
    with Browser() as browser:
        browser.visit(address.url)
        drop(browser, "acled.csv", (FIXTURES / "acled.csv").read_bytes())
        browser.until("part.ask.open")
        choice = "[...document.querySelectorAll('#ask fieldset label')].find((one) => one.textContent.startsWith('Made-up Rebel')).querySelector('select')"
        n = "Number(part['ask-text'].textContent.match(/: (\\d+) reports/)[1])"
        first = browser.run(n)
        browser.run(f"{choice}.value = 'opposition'")
        browser.click("#ask .row button")
        browser.until(f"{n} > {first}")
        assert browser.run(f"{choice}.value") == "opposition"
        browser.click("#ask-no")
        drop(browser, "week 52.xlsx", workbook())
        browser.until("part.ask.open && part['ask-text'].textContent.includes('week 52.xlsx')")
        assert "atlantis" in browser.text("#ask tbody tr:nth-child(2)")
        browser.click("#ask-yes")
        browser.until("document.body?.dataset.ready === 'yes' && shown.live.base === 1")
        assert browser.console == []
    assert session.base.status("2014-12-26")["castello"] == "cut"


def drop(browser: Browser, name: str, data: bytes) -> None:
    """Drop a file as a hand does."""
    browser.run(f"""(() => {{
      const bytes = Uint8Array.from(atob("{base64.b64encode(data).decode()}"), (one) => one.charCodeAt(0));
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([bytes], {json.dumps(name)}));
      document.body.dispatchEvent(new DragEvent("drop", {{ dataTransfer, bubbles: true, cancelable: true }}));
    }})()""")
