"""Names that are taken for places spelt otherwise: each place and command where that happens says so."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest

from engine.cli.app import app
from engine.errors import NetworkError
from engine.importers.importing import import_reports

if TYPE_CHECKING:
    from pathlib import Path

SCENARIO = """\
title = "Names"
start = 2014-12-01
end = 2015-01-01
events = "events.csv"
baseline = "holdings.csv"
{top}
[actors.opposition]
[actors.government]
{more}
"""
TABLES = {
    "events.csv": ("date", "site", "kind", "actor"),
    "holdings.csv": ("site", "holder"),
}
ROUTE = '[[routes]]\nid = "r"\nactor = "opposition"\n'
ENCLAVE = '[[enclaves]]\nid = "e"\nactor = "opposition"\n'
KEYS = {
    "event": 'events = [{{ date = 2014-12-05, site = "{0}", kind = "strike" }}]',
    "holding": 'baseline = [{{ site = "{0}", holder = "opposition" }}]',
    "route from": ROUTE + 'from = "{0}"\nto = "azaz"',
    "route to": ROUTE + 'from = "azaz"\nto = "{0}"',
    "route via": ROUTE + 'from = "azaz"\nvia = "{0}"\nto = "handarat"',
    "lifeline": ENCLAVE + 'site = "azaz"\nlifelines = ["{0}"]',
    "site of an enclave": ENCLAVE + 'site = "{0}"\nlifelines = ["azaz"]',
    "place of a site": '[[sites]]\nid = "s"\nplace = "{0}"',
    "group": '[[sites]]\nid = "s"\nplaces = ["azaz", "{0}"]',
    "group of sites": '[[sites]]\nid = "s"\nsites = ["azaz", "{0}"]',
    "stretch": '[[sites]]\nid = "s"\nbetween = ["azaz", "{0}"]',
    "overlook": '[[overlooks]]\nsite = "{0}"\nonto = "azaz"',
    "overlooked": '[[overlooks]]\nsite = "azaz"\nonto = "{0}"',
    "gate": '[[gates]]\nsite = "{0}"',
}  # fmt: skip
NAMES = ("Mallaah", "malah")


def lay_out(
    folder: Path, key: str = "", name: str = "", rows: dict[str, tuple[str, ...]] | None = None
) -> Path:
    if rows is None:
        rows = {}
    top = KEYS[key].format(name) if key in {"event", "holding"} else ""
    text = SCENARIO.format(top=top, more=KEYS[key].format(name) if key and not top else "")
    for table, header in TABLES.items():
        if top.startswith(table.replace("holdings", "baseline")[:-4]):
            text = text.replace(f'{top.split(" =")[0]} = "{table}"\n', "")
        with (folder / table).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *([rows[table]] if table in rows else [])])
    path = folder / "names.toml"
    path.write_text(text, encoding="utf-8")
    return path


NUMBERS = {
    "falls": '[falls]\n"Mallaah" = 0.5\n',
    "population": ENCLAVE + 'site = "s"\nlifelines = ["azaz"]\npopulation = { Mallaah = 5 }\n'
    '[[sites]]\nid = "s"\nplaces = ["mallah", "handarat"]',
}  # fmt: skip


@pytest.fixture
def said(capsys):
    """Return what a command writes on the error stream."""

    def run(*arguments: object) -> str:
        with pytest.raises(SystemExit) as end:
            app([str(one) for one in arguments])
        told = capsys.readouterr().err
        assert end.value.code == 0, told
        return " ".join(told.split())

    return run


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("key", KEYS)
def test_each_key_that_names_a_place(tmp_path, said, key, name):
    path = lay_out(tmp_path, key, name)
    command = "check" if name == "malah" else "run"
    assert f"{name!r} was taken for 'mallah'" in said(command, path, "-q")


@pytest.mark.parametrize("key", NUMBERS)
def test_numbers_are_for_ids_alone(tmp_path, said, key):
    path = lay_out(tmp_path)
    route = ROUTE + 'from = "mallah"\nto = "azaz"\n'
    path.write_text(path.read_text(encoding="utf-8") + route + NUMBERS[key], encoding="utf-8")
    assert f"{key} names 'Mallaah', which" in said("check", path, "-q")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("command", ["run", "check", "margin", "export", "backtest"])
def test_each_table_and_command(tmp_path, said, table, command):
    name = "Mallaah"
    row = (
        ("2014-12-05", name, "captured", "government")
        if "events" in table
        else (name, "opposition")
    )
    path = lay_out(tmp_path, "route to", "azaz", {table: row})
    (tmp_path / "truth.csv").write_text("route,state,first,last\nr,not cut,2014-12-01,2014-12-03\n")
    more = {
        "export": ("--out", tmp_path / "a.gpkg"),
        "backtest": ("--truth", tmp_path / "truth.csv"),
    }
    told = said(command, path, *more.get(command, ()), "-q")
    assert f"{table}, line 2: the site {name!r} was taken for 'mallah'" in told
    assert told.count("taken for") == 1


@pytest.mark.parametrize("command", ["batch", "open", "run"])
def test_areas_and_names_in_jobs_and_pages(tmp_path, said, monkeypatch, command):
    closed = ("2014-12-05", "sea", "closed", "")
    path = lay_out(tmp_path, "route to", "Mallaah", {"events.csv": closed})
    corners = [[0, 0], [1, 0], [1, 1], [0, 0]]
    area = {"type": "Polygon", "coordinates": [corners]}
    (tmp_path / "sea.geojson").write_text(json.dumps(area))
    site = '[[sites]]\nid = "sea"\narea = "sea.geojson"\n'
    path.write_text(path.read_text(encoding="utf-8") + site, encoding="utf-8")
    monkeypatch.setattr("engine.serve.server.serve", lambda session, *_: session.end())
    more = {"batch": ("--out", tmp_path / "out", "--workers", 1), "open": ("--no-browser",)}
    told = said(command, path, *more.get(command, ()), "-q")
    assert "'Mallaah' was taken for 'mallah'" in told
    assert "no road lies in the area of site 'sea'" in told


def test_the_middle_of_an_area(capsys):
    with pytest.raises(NetworkError, match="no such file"):
        app(["fetch", "x", "--around", "Mallaah", "--from-pbf", "none.osm.pbf"])
    assert "'Mallaah' was taken for 'mallah'" in capsys.readouterr().err


@pytest.mark.parametrize("key", ["route from", "group", "event", "lifeline"])
def test_the_area_of_a_scenario_has_every_place_that_it_names(tmp_path, capsys, monkeypatch, key):
    boxes = []

    def stopped(_: str, box: object, *__: object, **___: object) -> None:
        boxes.append(box)
        raise NetworkError("far enough")

    monkeypatch.setattr("engine.network.obtain.cut_network", stopped)
    for name in ("anjara", "Anjarra", "عنجارة"):
        path = lay_out(tmp_path, key, name)
        with pytest.raises(NetworkError, match="far enough"):
            app(["fetch", "x", "--scenario", str(path), "--from-pbf", "none.osm.pbf"])
    assert len(set(boxes)) == 1
    assert "'Anjarra' was taken for 'anjara'" in capsys.readouterr().err


@pytest.mark.parametrize("name", NAMES)
def test_names_in_options(tmp_path, said, name):
    path = lay_out(tmp_path, "route to", "azaz")
    event = f"{name} captured by government on 2014-12-25"
    taken = f"{name!r} was taken for 'mallah'"
    assert taken in said("whatif", path, "--event", event)
    pairs = f"date=2014-12-25, site={name}, kind=captured, actor=government"
    assert taken in said("events", path, "--add", pairs)
    new = ("--title", "t", "--start", "2014-12-01", "--end", "2015-01-01", "--actor", "own")
    assert taken in said("new", tmp_path / "new.toml", "--around", name, *new)


@pytest.mark.parametrize("name", NAMES)
def test_names_in_imported_files(tmp_path, name):
    path = lay_out(tmp_path, "route to", "azaz")
    files = {
        "sheet": f"date,place,event\n2014-12-14,{name},raid\n",
        "flee": f"#closure_type,name1,name2,closure_start,closure_end\nlinks,{name},Azaz,1,2\n",
        "acled": "event_id_cnty,event_date,event_type,actor1,location,latitude,longitude\n"
        f"A,2014-12-14,Explosions/Remote violence,x,{name},36.277,37.118\n",
    }
    for source, text in files.items():
        file = tmp_path / f"{source}-in.csv"
        file.write_text(text)
        found = import_reports(source, file, path)
        assert f"{name!r} was taken for mallah" in found.result.rows[0].why
        assert f"names taken for other spellings: {name} for mallah" in found.result.remarks


def test_a_name_as_it_is_needs_no_word(tmp_path, said):
    for name in ("mallah", "MALLAH", "al-Mallah farms", "مزارع الملاح", "Ard Al Mallah"):
        assert "taken for" not in said("check", lay_out(tmp_path, "route to", name), "-q")


def test_an_option_that_names_a_site_otherwise_is_told(tmp_path, said):
    path = lay_out(tmp_path, "route to", "azaz")
    assert "'malah' was taken for 'mallah': " in said("events", path, "--site", "malah")
    assert "'azzaz' was taken for 'azaz': " in said("access", path, "--lifeline", "azzaz")
