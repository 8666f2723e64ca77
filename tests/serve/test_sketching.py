"""A sketch drawn on the page: saved as two tables, whole, with what else stood in them; and the network."""

from __future__ import annotations

import json
import shutil
import time
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from typer.testing import CliRunner

import engine
from engine.cli.app import app
from engine.errors import InputError
from engine.network.read import read_network
from engine.report.page.html import sketch_assets, sketch_page
from engine.serve.sketching import Sketching
from tests.report.browser import Browser
from tests.serve.support import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PLACES = """\
الاسم,lat,lon,source,id
مارون,12.30,30.10,an old map,
عاصون,12.240,30.12,"one, two",asun
ديرة,12.12,30.15,,
"""
ROADS = """\
road,through,class,note
Valley road,مارون; عاصون;ديرة,primary,as told
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    at = tmp_path / "the valley"
    at.mkdir()
    (at / "places.csv").write_text(PLACES, encoding="utf-8")
    (at / "roads.csv").write_text(ROADS, encoding="utf-8")
    return at


def test_the_page_is_there_with_the_sketch_in_it(folder: Path) -> None:
    text = sketch_page(Sketching(folder).state())
    assert "{{" not in text
    assert "the valley" in text
    assert all(name in text for name in sketch_assets())


def test_a_sketch_keeps_what_it_does_not_change(folder: Path) -> None:
    sketching = Sketching(folder)
    state = sketching.state()
    state["places"][1] |= {"name": "Asun", "lat": 12.25}
    state["places"].append(
        {"row": None, "name": "Hill <b>", "kind": "village", "lat": 12.2, "lon": 30.2}
    )
    state["roads"].append(
        {"row": None, "name": "Hill road", "minutes": 12, "through": [0, [12.25, 30.15], 3]}
    )
    found = sketching.save(state)
    assert found["written"] == ["places.csv", "roads.csv", "the-valley.osm"]
    assert found["lacking"] == []
    assert (folder / "places.csv").read_text(encoding="utf-8").splitlines()[:3] == [
        "الاسم,lat,lon,source,id,name,kind",
        "مارون,12.30,30.10,an old map,place-2,,",
        'عاصون,12.25,30.12,"one, two",asun,Asun,',
    ]
    assert (folder / "roads.csv").read_text(encoding="utf-8").splitlines() == [
        "road,through,class,note,minutes",
        "Valley road,place-2; asun; place-4,primary,as told,",
        'Hill road,"place-2; 12.25,30.15; hill-b",,,12',
    ]
    network = read_network(folder / "the-valley.osm")
    assert network.provenance.schematic
    assert len(network.places) == 4


def test_a_place_that_goes_takes_nothing_else_along(folder: Path) -> None:
    """An id that came from the line of a row would be another place's by then."""
    sketching = Sketching(folder)
    state = sketching.state()
    del state["places"][0]
    state["roads"][0]["through"] = [0, 1]
    sketching.save(state)
    again = Sketching(folder).state()
    assert [place["name_ar"] for place in again["places"]] == ["عاصون", "ديرة"]
    assert again["roads"][0]["through"] == [0, 1]


def test_nothing_is_written_over_somebody_elses_change(folder: Path) -> None:
    sketching = Sketching(folder)
    state = sketching.state()
    (folder / "roads.csv").write_text(ROADS + "Mine,مارون;ديرة,track,\n", encoding="utf-8")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(InputError, match="changed meanwhile"):
        sketching.save(state)
    (folder / "the-valley.osm").write_text("somebody's", encoding="utf-8")
    state["seen"] = sketching.state()["seen"] | {"the-valley.osm": ""}
    with pytest.raises(InputError, match=r"the-valley\.osm: it has changed"):
        sketching.save(state)
    assert (folder / "the-valley.osm").read_text(encoding="utf-8") == "somebody's"
    assert {path: (folder / path).read_bytes() for path in before} == before


def test_what_cannot_be_is_said_by_row_and_nothing_is_written(folder: Path) -> None:
    sketching = Sketching(folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    for change, why in (
        (lambda s: s["places"][0].update(lat=123.0), r"places\.csv, line 2.*lat"),
        (lambda s: s["places"][0].update(lat="north"), "lat = 'north'|no number"),
        (lambda s: s["roads"][0].update(through=[0]), "at least two places"),
        (lambda s: s["roads"][0].update(through=[0, 7]), "leads through '7'"),
        (lambda s: s["roads"][0].update(through=[0, [1], 2]), "a place or a bend"),
        (lambda s: s["places"][0].update(row=9), "no row 9"),
        (lambda s: s.update(places=None), "places are missing"),
    ):
        state = json.loads(json.dumps(sketching.state()))
        change(state)
        with pytest.raises(InputError, match=why) as said:
            sketching.save(state)
        assert "/tmp" not in str(said.value)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_tables_that_are_no_network_yet_are_saved_without_one(folder: Path) -> None:
    sketching = Sketching(folder)
    state = sketching.state()
    state["places"].append(
        {"row": None, "name": "Lone", "kind": "village", "lat": 12.2, "lon": 30.2}
    )
    found = sketching.save(state)
    assert found["written"] == ["places.csv", "roads.csv"]
    assert "no road leads to the place 'lone'" in found["lacking"][0]
    assert "supplyline-" not in found["lacking"][0]
    assert len(Sketching(folder).state()["places"]) == 4


def test_open_says_what_a_sketch_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "case.toml").write_text("", encoding="utf-8")
    for arguments, why in (
        (["case.toml"], "a sketch is a folder"),
        (["valley", "--on", "2014-12-01"], "--on is for scenarios"),
        (["valley", "--network", "x.osm"], "--network is for scenarios"),
    ):
        found = CliRunner().invoke(
            app, ["open", str(tmp_path / arguments[0]), "--sketch", *arguments[1:]]
        )
        assert isinstance(found.exception, InputError)
        assert why in str(found.exception)
    assert not (tmp_path / "valley").exists()


POINTS = [{"pixel": [80, 60], "at": [12.4, 30.0]}, {"pixel": [720, 60], "at": [12.4, 30.4]}]


def test_how_a_picture_was_fitted_is_kept_beside_the_tables(folder: Path) -> None:
    sketching = Sketching(folder)
    state = sketching.state()
    assert state["picture"] is None
    fit = {"name": "خريطة.png", "size": [800, 600], "points": POINTS}
    found = sketching.save(state | {"picture": fit})
    assert found["written"] == ["places.csv", "roads.csv", "the-valley.osm", "picture.json"]
    again = Sketching(folder)
    assert again.state()["picture"] == fit | {"here": False}
    assert again.picture() is None
    (folder / "خريطة.png").write_bytes(b"picture")
    assert again.picture() == folder / "خريطة.png"
    before = (folder / "picture.json").read_bytes()
    again.save(again.state() | {"picture": None})
    assert (folder / "picture.json").read_bytes() == before
    with pytest.raises(InputError, match=r"picture\.json: it has changed"):
        again.save(state | {"seen": again.state()["seen"] | {"picture.json": ""}, "picture": fit})


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "../secret.png"}, {"name": "notes.txt"}, {"name": ""}, {"size": [800]}, {"points": POINTS[:1]},
        {"points": [*POINTS, *POINTS]}, {"points": [{"pixel": [1, 2], "at": [12.4, float("nan")]}] * 2},
        {"points": [{"pixel": [True, 2], "at": [12.4, 30]}] * 2}, {"points": ["here", "there"]},
    ],
)  # fmt: skip
def test_what_is_no_fit_is_refused_and_not_read(folder: Path, wrong: dict[str, object]) -> None:
    sketching = Sketching(folder)
    fit = {"name": "map.png", "size": [800, 600], "points": POINTS} | wrong
    with pytest.raises(InputError, match="does not say how a picture was fitted"):
        sketching.save(sketching.state() | {"picture": fit})
    assert not (folder / "picture.json").exists()
    (folder / "picture.json").write_text(json.dumps(fit), encoding="utf-8")
    with pytest.raises(InputError, match=r"picture\.json: it does not say how"):
        sketching.state()


# In a real browser: three places and two roads over a picture, saved, and the run of the network.

PICTURE = """(async () => {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: 800, height: 600 });
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#efe8d0";
  pen.fillRect(0, 0, 800, 600);
  pen.strokeRect(80, 60, 640, 480);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  const carried = new DataTransfer();
  carried.items.add(new File([blob], "map.png", { type: "image/png" }));
  part.picture.files = carried.files;
  part.picture.dispatchEvent(new Event("change"));
})()"""
CORNERS = (((80, 60), (12.4, 30.0)), ((720, 60), (12.4, 30.4)), ((80, 540), (12.1, 30.0)))


@pytest.fixture
def page(tmp_path: Path) -> Iterator[tuple[Browser, Path]]:
    home = tmp_path / "drawn"
    with serving(Sketching(home)) as at, Browser() as browser:
        browser.visit(at.url)
        yield browser, home
        assert browser.console == []
        assert [
            url for url in browser.requests if not url.startswith((at.url, "data:", "blob:"))
        ] == []
        browser.run("page.saved = now()")  # or the browser asks whether to leave what is not saved
        browser.leave()


# Where a point of the map is seen, once it has stood at one place, with nothing over it, for some frames; else nothing.
_SEEN = """(async () => {{
  part.map.scrollIntoView({{ block: "center", behavior: "instant" }});
  const seen = () => {{
    const box = part.map.getBoundingClientRect();
    const [x, y] = map.onScreen({world});
    return [box.x + x, box.y + y];
  }};
  const point = seen();
  for (let frame = 0; frame < 4; frame += 1) {{
    await new Promise((done) => requestAnimationFrame(done));
    const top = document.elementFromPoint(...point);
    if (!top || !part.map.contains(top) || seen().some((value, at) => value !== point[at])) {{
      return null;
    }}
  }}
  return point;
}})()"""


def _seen(browser: Browser, world: str) -> tuple[float, float]:
    stop = time.monotonic() + 20
    while not (point := browser.run(_SEEN.format(world=world))):
        assert time.monotonic() < stop, f"never stood still: {world}"
    return point


def _point(browser: Browser, world: str) -> None:
    """Click the map where a point of it lies, once the page stands still."""
    x, y = _seen(browser, world)
    browser.mouse("mousePressed", x, y, button="left", clickCount=1)
    browser.mouse("mouseReleased", x, y, button="left", clickCount=1)


def _type(browser: Browser, selector: str, text: str) -> None:
    browser.run(
        f"(() => {{ const node = document.querySelector({json.dumps(selector)}); node.value = {json.dumps(text)};"
        "node.dispatchEvent(new Event('change')); })()"
    )


@pytest.mark.slow
@pytest.mark.xdist_group("browser")
def test_a_sketch_is_drawn_over_a_picture_saved_and_run(
    page: tuple[Browser, Path], tmp_path: Path
) -> None:
    browser, home = page
    browser.run(PICTURE)
    browser.until("page.picture")
    for number, (pixel, at) in enumerate(CORNERS, 1):
        _point(browser, f"toWorld(page.picture.matrix, {list(pixel)})")
        browser.until(f"page.points.length === {number}")
        _type(browser, "#points li:last-child input", f"{at[0]}, {at[1]}")
    browser.until("page.picture.fitted && document.querySelectorAll('#points li').length === 3")
    where = browser.run("fromMercator(toWorld(page.picture.matrix, [720, 540]))")
    assert where == pytest.approx([12.1, 30.4], abs=2e-3)
    browser.click("[name=mode][value=place]")
    spots = {"Marun": (12.35, 30.1), "عاصون": (12.25, 30.15), "Dera": (12.15, 30.3)}
    for number, (name, at) in enumerate(spots.items(), 1):
        _point(browser, f"toMercator({list(at)})")
        browser.until(f"now().places.length === {number}")
        assert browser.run("document.activeElement.closest('li').dataset.key") == str(number - 1)
        browser.run(
            f"document.activeElement.value = {json.dumps(name)}; document.activeElement.dispatchEvent(new Event('change'))"
        )
    browser.click("[name=mode][value=road]")
    for course in (["Marun", "عاصون", "Dera", "Dera"], ["Marun", (12.3, 30.28), "Dera", "Dera"]):
        for one in course:
            _point(browser, f"toMercator({list(spots.get(one, one))})")
    browser.until("now().roads.length === 2 && !page.pending.length")
    browser.click("#undo")
    browser.until("now().roads.length === 1")
    browser.click("#redo")
    browser.until("now().roads.length === 2")
    _type(browser, "#roads li:first-child label:first-child input", "<img src=x onerror=alert(1)>")
    browser.click("#save")
    browser.until("part.next.textContent.includes('supplyline new')")
    assert browser.run("document.querySelectorAll('main img').length") == 0
    kept = ["drawn.osm", "picture.json", "places.csv", "roads.csv"]
    assert sorted(path.name for path in home.iterdir()) == kept

    # In the next session the picture lies as it did: chosen again, or beside the tables.
    here = str(browser.run("location.href"))
    browser.visit(here)
    browser.until("!page.picture")
    assert "map.png" in browser.text("#picture-told")
    browser.run(PICTURE)
    browser.until("page.picture?.fitted && page.points.length === 3 && part.save.disabled")
    again = browser.run("fromMercator(toWorld(page.picture.matrix, [720, 540]))")
    assert again == pytest.approx(where, abs=1e-9)
    Image.new("RGB", (800, 600)).save(home / "map.png")
    browser.run("page.saved = now()")
    browser.visit(here)
    browser.until("page.picture?.fitted")
    assert browser.run("page.picture.matrix") == pytest.approx(
        browser.run("fitOf(page.known.picture.points)")
    )

    assert CliRunner().invoke(app, [
        "sketch", str(home / "places.csv"), str(home / "roads.csv"), "--out", str(tmp_path / "again.osm"),
    ]).exit_code == 0  # fmt: skip
    assert (tmp_path / "again.osm").read_bytes() == (home / "drawn.osm").read_bytes()
    network = read_network(home / "drawn.osm")
    placed = {place.name or place.name_ar: (place.lat, place.lon) for place in network.places}
    for name, at in spots.items():
        assert placed[name] == pytest.approx(at, abs=2e-3)
    case = tmp_path / "case.toml"
    shutil.copy(home / "drawn.osm", tmp_path)
    case.write_text(
        'title = "t"\nnetwork = "drawn.osm"\nstart = 2020-01-01\nend = 2020-01-03\n[actors.a]\n[actors.b]\n'
        + "".join(
            f'[[baseline]]\nsite = "{site}"\nholder = "a"\n'
            for site in ("marun", "place-2", "dera")
        )
        + '[[events]]\ndate = 2020-01-02\nsite = "dera"\nkind = "captured"\nactor = "b"\n'
        '[[routes]]\nid = "r"\nactor = "a"\nfrom = "marun"\nto = "dera"\n',
        encoding="utf-8",
    )
    analysis = engine.analyze(engine.load_scenario(case))
    assert [analysis.status(day)["r"] for day in ("2020-01-01", "2020-01-02")] == ["open", "cut"]


@pytest.mark.slow
@pytest.mark.xdist_group("browser")
def test_lists_do_what_the_map_does_and_a_place_is_dragged(page: tuple[Browser, Path]) -> None:
    browser, _ = page
    for number, (name, at) in enumerate((("Marun", "12.3, 30.1"), ("Dera", "12.1, 30.2")), 1):
        browser.run(
            f"part['place-name'].value = {name!r}; part['place-at'].value = {at!r}; part['add-place'].requestSubmit()"
        )
        browser.until(f"now().places.length === {number}")
    browser.run("page.pending = [0, 1]; render()")
    browser.click("#end-road")
    browser.until("now().roads.length === 1")
    _type(browser, "#roads .through", "Marun; nowhere")
    browser.until("!part.problems.hidden")
    assert "nowhere" in browser.text("#problems")
    _type(browser, "#roads .through", "Marun; 12.2, 30.3; Dera")
    browser.until("now().roads[0].through.length === 3")
    browser.click("#all")
    x, y = _seen(browser, "toMercator([12.1, 30.2])")
    browser.mouse("mousePressed", x, y, button="left", clickCount=1)
    browser.mouse("mouseMoved", x + 40, y - 30, button="left", buttons=1)
    browser.mouse("mouseReleased", x + 40, y - 30, button="left", clickCount=1)
    browser.until("now().places[1].lat > 12.1 && now().places[1].lon > 30.2")
    browser.click("#undo")
    browser.until("now().places[1].lat === 12.1")
