"""A network drawn from two tables: what it holds, and what is refused by row with nothing written."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from typer.testing import CliRunner

import engine
from engine.cli.app import app
from engine.errors import InputError, NetworkError
from engine.importers.sketch import sketch
from engine.language import speaking
from engine.measures.best_paths import minutes_of
from engine.network.cache import open_network, save_network
from engine.network.read import read_network, write_network
from engine.network.schematic import drawn_km
from engine.network.split import split
from engine.report.redaction import SAFE_CREDITS

PLACES = """\
name,name_ar,kind,lat,lon,error_km
Asun Bridge,جسر العاصون,landmark,12.10,30.10,0.5
Dera,ديرة,town,12.20,30.20,
,حليم,village,12.25,30.05,
ሚርና,,town,12.00,30.15,
"""
ROADS = """\
road,الرقم,class,through,length,minutes
North road,N1,primary,"Dera; asun bridge; 12.05,30.12; ሚርና",30,40
,,,حليم;dera,,
طريق الجسر,,Secondary,حليم؛Asun-bridge,,
"""


def tables(folder: Path, places: str = PLACES, roads: str = ROADS) -> tuple[Path, Path, Path]:
    folder.mkdir(exist_ok=True)
    (folder / "places.csv").write_text(places, encoding="utf-8")
    (folder / "roads.csv").write_text(roads, encoding="utf-8")
    return folder / "places.csv", folder / "roads.csv", folder / "drawn.osm"


def workbook(folder: Path) -> Path:
    import csv

    import xlsxwriter

    path = folder / "both.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, text in (("roads", ROADS), ("places", PLACES)):
            sheet = book.add_worksheet(name)
            for line, row in enumerate(csv.reader(text.splitlines())):
                for column, cell in enumerate(row):
                    number = cell.replace(".", "", 1).isdigit() and line
                    sheet.write(line, column, float(cell) if number else cell)
    return path


def test_places_and_roads_are_drawn(tmp_path: Path) -> None:
    drawn = sketch(*tables(tmp_path))
    network = drawn.network
    assert [(p.id, p.name, p.name_ar) for p in reversed(network.places)] == [
        ("asun-bridge", "Asun Bridge", "جسر العاصون"),
        ("dera", "Dera", "ديرة"),
        ("place-4", "", "حليم"),
        ("place-5", "ሚርና", ""),
    ]
    assert network.places[-1].error_km == 0.5
    named = {(n, a, r, h) for n, a, r, h in zip(
        network.name.texts(), network.name_ar.texts(), network.ref.texts(),
        network.highway.texts(), strict=True,
    )}  # fmt: skip
    assert named == {
        ("North road", "", "N1", "primary"),
        ("", "", "", "unclassified"),
        ("طريق الجسر", "طريق الجسر", "", "secondary"),
    }
    north = network.name.among({"North road"})
    assert network.length[north].sum() == pytest.approx(30_000)
    legs = [[(12.2, 30.2), (12.1, 30.1)], [(12.1, 30.1), (12.05, 30.12), (12.0, 30.15)]]
    drawn_legs = sorted(map(drawn_km, legs))
    assert sorted(network.length[north] / 30_000) == pytest.approx(
        [km / sum(drawn_legs) for km in drawn_legs]
    )
    assert any("1 of 3 roads state a travel time" in remark for remark in drawn.remarks)


def test_roads_of_one_name_are_several(tmp_path: Path) -> None:
    drawn = sketch(*tables(tmp_path, PLACES, ROADS + "North road,N1,primary,Dera;ሚርና,,\n"))
    assert drawn.network.name.among({"North road"}).sum() == 3
    text = drawn.path.read_text(encoding="utf-8")
    assert text.count('v="north-road"') == text.count('v="north-road-5"') == 1


def test_it_is_called_schematic_and_nobody_elses(tmp_path: Path) -> None:
    drawn = sketch(*tables(tmp_path))
    provenance = drawn.network.provenance
    assert provenance.schematic
    assert provenance.credit in SAFE_CREDITS
    assert "project" not in provenance.credit
    assert "Schematic" in provenance.credit
    text = drawn.path.read_text(encoding="utf-8")
    assert 'generator="supplyline-schematic"' in text
    assert "places.csv and roads.csv" in text
    for name in ("again.osm.pbf", "again.osm"):
        write_network(drawn.network, tmp_path / name)
        again = engine.read_network(tmp_path / name)
        assert (again.provenance.schematic, again.provenance.credit) == (True, provenance.credit)
        assert again.length.sum() == pytest.approx(drawn.network.length.sum())


def test_a_table_of_roads_may_have_one_column(tmp_path: Path) -> None:
    rows = "Through\nDera; asun bridge; ሚርና\nحليم;dera;ሚርና\ndera;asun bridge;حليم\n"
    places, roads, out = tables(tmp_path, roads=rows)
    sketch(places, roads, out)
    assert engine.read_network(out).length.size == 6


def test_a_workbook_holds_both_tables(tmp_path: Path) -> None:
    from_text = sketch(*tables(tmp_path))
    path = workbook(tmp_path)
    drawn = sketch(path, path, tmp_path / "book.osm")
    ours = [(p.id, p.lat, p.lon) for p in from_text.network.places]
    assert [(p.id, p.lat, p.lon) for p in drawn.network.places] == ours
    assert drawn.network.length.tolist() == from_text.network.length.tolist()


@pytest.mark.parametrize(
    ("places", "roads", "file", "line", "said"),
    [
        ("Dera,,town,12.21,30.21,\n", "", "places", 6, "the id 'dera' of a place is used twice"),
        ("Dera 2,ديرة,town,12.201,30.201,\n", "", "places", 6, "has the name of 'dera' (line 3)"),
        ("Derra,,town,12.20,30.20,\n", "", "places", 6, "lies where 'dera' lies (line 3)"),
        ("Lonely,,town,12.11,30.20,\n", "", "places", 6, "no road leads to the place 'lonely'"),
        ("Turned,,town,30.12,12.11,\n", ",,,Dera;Turned,,\n", "places", 6, "probably swapped"),
        (",,town,12.11,30.12,\n", "", "places", 6, "neither an id nor a name"),
        ("South,,town,95,30.12,\n", ",,,Dera;South,,\n", "places", 6, "lat"),
        ("", ",,,Dera;Deraa,,\n", "roads", 5, "did you mean 'Dera'"),
        ("", ",,,Dera - Asun Bridge,,\n", "roads", 5, "semicolons between places: Dera; Asun"),
        ("", ",,,Dera;حليمة,,\n", "roads", 5, "did you mean 'حليم'"),
        ("", ",,,Dera,,\n", "roads", 5, "at least two places"),
        ("", ",,,Dera;Dera;ሚርና,,\n", "roads", 5, "from 'dera' to itself"),
        ("", ',,,"12.1,30.1;Dera;ሚርና",,\n', "roads", 5, "begins and ends at a place"),
        ("", ',,,"Dera;30.12,12.15;ሚርና",,\n', "roads", 5, "bend '30.12,12.15' are probably swapped"),
        ("", ",,,Dera;ሚርና,3,\n", "roads", 5, "shorter than the straight line (22.9 km)"),
        ("", ",,,Dera;ሚርና,23000,\n", "roads", 5, "times the straight line"),
        ("", ",,,Dera;ሚርና,,1\n", "roads", 5, "km/h"),
        ("", ",,,Dera;ሚርና,far,\n", "roads", 5, "length_km"),
        ("", ",,primry,Dera;ሚርና,,\n", "roads", 5, "did you mean 'primary'"),
        ("", ",,track,Dera;ሚርና,,\n", "roads", 5, "does not count such ways"),
        ("", ",,,dera;حليم,,\n", "roads", 5, "same places as that of line 3"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_by_row(
    places: str, roads: str, file: str, line: int, said: str, tmp_path: Path
) -> None:
    paths = tables(tmp_path, PLACES + places, ROADS + roads)
    with pytest.raises(InputError) as refused:
        sketch(*paths)
    here = [p for p in refused.value.problems if (Path(p.file).stem, p.line) == (file, line)]
    assert any(said in str(problem) for problem in here), refused.value
    assert len(refused.value.problems) <= 2
    assert not paths[2].exists()


def test_swapped_coordinates_are_found_and_right_ones_are_not(tmp_path: Path) -> None:
    draws = random.Random(7)
    for case in range(12):
        lat, lon = draws.uniform(-60, 60), draws.uniform(-85, 85)
        if abs(lat - lon) < 2:
            lon += 3
        spots = [(lat + draws.uniform(-0.3, 0.3), lon + draws.uniform(-0.3, 0.3)) for _ in range(8)]
        roads = "name,through\n" + "".join(f"r{n},p{n};p{n + 1}\n" for n in range(7))
        wrong = draws.randrange(8)
        for swap in (False, True):
            rows = "".join(
                f"p{n},{b:.4f},{a:.4f}\n" if swap and n == wrong else f"p{n},{a:.4f},{b:.4f}\n"
                for n, (a, b) in enumerate(spots)
            )
            paths = tables(tmp_path / f"{case}-{swap}", "id,lat,lon\n" + rows, roads)
            if not swap:
                assert len(sketch(*paths).network.places) == 8
                continue
            with pytest.raises(InputError) as refused:
                sketch(*paths)
            assert [p.line for p in refused.value.problems if "swapped" in p.message] == [wrong + 2]


def test_nothing_is_replaced_unasked(tmp_path: Path) -> None:
    paths = [str(path) for path in tables(tmp_path)]
    command = ["sketch", *paths[:2], "--out", paths[2]]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    assert "Schematic: its lines stand for roads" in done.output
    before = Path(paths[2]).read_bytes()
    refused = CliRunner().invoke(app, command)
    assert "--again" in str(refused.exception)
    Path(paths[2]).write_text("mine")
    assert CliRunner().invoke(app, command).exit_code != 0
    assert Path(paths[2]).read_text() == "mine"
    assert CliRunner().invoke(app, [*command, "--again"]).exit_code == 0
    assert Path(paths[2]).read_bytes() == before
    with pytest.raises(InputError, match=r"NAME\.osm"):
        sketch(*tables(tmp_path)[:2], tmp_path / "drawn.txt")


def test_places_that_the_roads_do_not_connect_are_told(tmp_path: Path) -> None:
    more = "A,,town,12.3,30.3,\nB,,town,12.31,30.31,\n"
    drawn = sketch(*tables(tmp_path, PLACES + more, ROADS + ",,,A;B,,\n"))
    assert any("apart from the others are a, b" in remark for remark in drawn.remarks)


def test_stated_minutes_are_the_travel_time(tmp_path: Path) -> None:
    """Shared out by length, kept through files and cuts, and used before the speed of the class."""
    drawn = sketch(*tables(tmp_path))
    network = drawn.network
    north = network.name.among({"North road"})
    assert network.minutes[north] == pytest.approx(40 * network.length[north] / 30_000)
    assert np.isnan(network.minutes[~north]).all()

    for ending in (".osm", ".osm.pbf", ".graphml", ".gpkg", ".geojson"):
        write_network(network, tmp_path / f"again{ending}")
        again = read_network(tmp_path / f"again{ending}")
        assert np.nansum(again.minutes) == pytest.approx(40), ending
        assert np.isnan(again.minutes).sum() == np.isnan(network.minutes).sum(), ending
    save_network(network, tmp_path / "kept.network")
    kept = open_network(tmp_path / "kept.network")
    assert kept is not None
    np.testing.assert_array_equal(kept.minutes, network.minutes)
    cut = split(
        network, np.array([0, 1, 2, 2]), network.length[[0, 1, 2, 2]] * [0.5, 0.2, 0.3, 0.9]
    )
    np.testing.assert_allclose(
        np.bincount(cut.parent, np.nan_to_num(cut.network.minutes)), np.nan_to_num(network.minutes)
    )

    case = tmp_path / "case.toml"
    baseline = "".join(
        f'[[baseline]]\nsite = "{site}"\nholder = "a"\nconfidence = 1\n'
        for site in ("dera", "place-5", "asun-bridge")
    )
    case.write_text(
        'title = "t"\nnetwork = "drawn.osm"\nstart = 2020-01-01\nend = 2020-01-02\n[actors.a]\n'
        f'{baseline}[[routes]]\nid = "r"\nactor = "a"\nfrom = "dera"\nto = "place-5"\n'
    )
    analysis = engine.analyze(engine.load_scenario(case))
    pieces = analysis.sectors.network
    takes, stated = minutes_of(analysis), ~np.isnan(pieces.minutes)
    assert takes[stated].sum() == pytest.approx(40)
    speed = {"unclassified": 30, "secondary": 50}
    for row in np.flatnonzero(~stated):
        assert takes[row] == pytest.approx(
            pieces.length[row] * 60 / 1000 / speed[pieces.highway[row]]
        )
    best = engine.best_paths(analysis, "2020-01-01").iloc[0]
    assert best["minutes"] == pytest.approx(40)
    with pytest.raises(NetworkError, match="minutes has 1 rows"):
        replace(network, minutes=np.array([1.0]))


TWICE = "Dera,,town,12.55,30.55,\n"
TURNED = "Turned,,town,30.12,12.11,\n"


@pytest.mark.parametrize(
    ("places", "roads", "said"),
    [
        (TWICE, ",,,Dera;Asun Bridge;حليم,20,\n", "the id 'dera' of a place is used twice"),
        (TURNED, ",,,Dera;Turned,30,\n", "lat and lon of 'turned' are probably swapped"),
        ("Marun,,town,12.x,30.1,\n", ",,,Dera;Marun,,\n", "lat"),
        (",مارون,town,12.1,,\n", ",,,ديرة;مارون;حليم,,\n", "lon"),
        ("Marun,,town,12.1\n", ",,,Dera;Marun,,\n", "the row has 4 cells"),
        ("Dera 2,ديرة,town,12.201,30.201,\n", ",,,ديرة;ሚርና,,\n", "has the name of 'dera'"),
    ],
)  # fmt: skip
def test_a_fault_of_a_place_is_told_alone(
    places: str, roads: str, said: str, tmp_path: Path
) -> None:
    paths = tables(tmp_path, PLACES + places, ROADS + roads)
    with pytest.raises(InputError) as refused:
        sketch(*paths)
    (problem,) = refused.value.problems
    assert (Path(problem.file).stem, problem.line) == ("places", 6)
    assert said in str(problem)
    assert not paths[2].exists()


def test_another_fault_is_told_beside_that_of_a_place(tmp_path: Path) -> None:
    paths = tables(tmp_path, PLACES + "Marun,,town,12.x,30.1,\n", ROADS + ",,,Deraa;Marun,,\n")
    with pytest.raises(InputError) as refused:
        sketch(*paths)
    assert [Path(problem.file).stem for problem in refused.value.problems] == ["places", "roads"]
    assert "did you mean 'Dera'" in str(refused.value.problems[1])


def test_tables_without_rows_or_roads_and_sheets_are_named(tmp_path: Path) -> None:
    head, whole = PLACES.partition("\n")[0] + "\n", tables(tmp_path)
    with pytest.raises(InputError, match=r"places\.csv, line 1: the table has no rows"):
        sketch(*tables(tmp_path / "p", head))
    with pytest.raises(InputError, match=r"roads\.csv, line 1: .* expected a row for each road"):
        sketch(*tables(tmp_path / "r", roads="through\n"))
    with pytest.raises(InputError, match="a table of roads is needed beside that of places"):
        sketch(whole[0], whole[0], whole[2])
    book = openpyxl.load_workbook(workbook(tmp_path))
    del book["roads"]
    book.save(tmp_path / "one.xlsx")
    with pytest.raises(InputError, match="a workbook with a sheet for each"):
        sketch(tmp_path / "one.xlsx", tmp_path / "one.xlsx", whole[2])
    book = openpyxl.load_workbook(workbook(tmp_path))
    book["places"]["D3"], book["roads"]["D3"] = 95, "Deraa;حليم"
    book.save(tmp_path / "wrong.xlsx")
    with pytest.raises(InputError) as refused:
        sketch(tmp_path / "wrong.xlsx", tmp_path / "wrong.xlsx", whole[2])
    files = {problem.file.partition(", ")[2] for problem in refused.value.problems}
    assert files == {"sheet 'places'", "sheet 'roads'"}
    assert not whole[2].exists()


def test_classes_and_kinds_may_be_arabic_words(tmp_path: Path) -> None:
    places = PLACES.replace(",village,", ",قرية,").replace("ديرة,town", "ديرة,مدينة")
    roads = ROADS.replace(",primary,", ",رئيسي,").replace("Secondary", "طريق ثانوي")
    drawn = sketch(*tables(tmp_path, places, roads))
    assert {p.id: p.kind for p in drawn.network.places}["dera"] == "city"
    assert {p.name_ar: p.kind for p in drawn.network.places}["حليم"] == "village"
    assert set(drawn.network.highway.texts()) == {"primary", "secondary", "unclassified"}
    assert 'k="place" v="locality"' in (text := drawn.path.read_text(encoding="utf-8"))
    assert text.count('v="locality"') == 1  # the bridge alone
    wrong = tables(tmp_path / "w", places, roads.replace("رئيسي", "رئيسس"))
    with speaking("ar"), pytest.raises(InputError) as refused:
        sketch(*wrong)
    assert refused.value.problems[0].nearest[0].startswith("رئيسي")
    assert "رئيسي" in refused.value.problems[0].expected


def test_tables_in_another_encoding(tmp_path: Path) -> None:
    paths = tables(tmp_path, PLACES.replace("ሚርና", "Mirna"), ROADS.replace("ሚርና", "Mirna"))
    for path in paths[:2]:
        path.write_bytes(path.read_text(encoding="utf-8").encode("windows-1256"))
    with pytest.raises(InputError, match="encoding"):
        sketch(*paths)
    words = ["sketch", *map(str, paths[:2]), "--out", str(paths[2]), "--encoding", "windows-1256"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.exception
    assert "حليم" in {place.name_ar for place in read_network(paths[2]).places}
    table = tmp_path / "more.csv"
    table.write_bytes("id,name_ar,lat,lon\nz,زيتونة,12.1,30.1\n".encode("windows-1256"))
    asked = ["places", "زيتونة", "--network", str(paths[2]), "--places", str(table)]
    assert CliRunner().invoke(app, asked).exit_code != 0
    found = CliRunner().invoke(app, [*asked, "--encoding", "windows-1256"])
    assert "زيتونة" in found.output


def test_a_new_table_of_holdings_has_the_names_beside_the_ids(tmp_path: Path) -> None:
    drawn = sketch(*tables(tmp_path))
    words = [
        "new", str(tmp_path / "case.toml"), "--network", str(drawn.path), "--title", "Q", "--actor",
        "A,B", "--start", "2030-01-01", "--end", "2030-02-01",
    ]  # fmt: skip
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.exception
    table = tmp_path / "case-holdings.csv"
    rows = table.read_text(encoding="utf-8").splitlines()
    assert rows[0].startswith("site,name,holder,")
    assert {"place-4,حليم", "place-5,ሚርና"} <= {",".join(row.split(",")[:2]) for row in rows}
    holdings = engine.load_scenario(tmp_path / "case.toml").baseline
    assert "place-4" in {holding.site for holding in holdings}
