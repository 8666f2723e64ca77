"""The files of a run: all of them or none, the same bytes each time, text that stays text."""

from __future__ import annotations

import csv
import itertools
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine.analysis.analysis import SPELL_COLUMNS
from engine.errors import InputError
from engine.report.csv import as_text
from engine.report.layers import segments_layer, write_geojson
from engine.report.results import OUTPUTS, write_results

if TYPE_CHECKING:
    from engine import Analysis

SEED = Path(__file__).parents[2] / "scenarios" / "castello-2014-12.toml"


@pytest.fixture(scope="module")
def written(seed: Analysis, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_results(seed, tmp_path_factory.mktemp("results") / "new" / "out")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_all_files_are_there_and_say_the_same(seed: Analysis, written: list[Path]) -> None:
    assert [path.name for path in written] == list(OUTPUTS)
    folder = written[0].parent
    assert sorted(path.name for path in folder.iterdir()) == sorted(OUTPUTS)
    assert [path.name for path in folder.parent.iterdir()] == ["out"]

    spells = rows_of(written[0])
    assert list(spells[0]) == list(SPELL_COLUMNS)
    at_risk = next(row for row in spells if row["id"] == "castello" and row["status"] == "at risk")
    assert (at_risk["start"], at_risk["last_day"]) == ("2014-12-14", "2014-12-31")
    assert "mallah" in at_risk["because"]

    summary = json.loads(written[3].read_text(encoding="utf-8"))
    assert summary["schematic"] is True
    assert summary["routes"]["castello"]["spells"][1]["start"] == at_risk["start"]
    assert summary["events"] == {"count": 30, "believed": seed.facts.believed}


def test_control_covers_every_sector_without_a_gap(seed: Analysis, written: list[Path]) -> None:
    rows = rows_of(written[1])
    by_sector: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        by_sector.setdefault(row["sector"], []).append(row)
    assert len(by_sector) == seed.sectors.n_sectors
    for spells in by_sector.values():
        assert spells[0]["start"] == "2014-12-01"
        assert spells[-1]["end"] == "2015-01-01"
        assert all(one["end"] == other["start"] for one, other in itertools.pairwise(spells))


def test_geojson_has_a_feature_for_each_piece_and_spell(
    seed: Analysis, written: list[Path]
) -> None:
    found = json.loads(written[2].read_text(encoding="utf-8"))
    assert found["schematic"] is True
    assert "not OpenStreetMap" in found["credit"]
    spells = seed.sector_spells().groupby("sector").size()
    assert len(found["features"]) == sum(spells[sector] for sector in seed.sectors.sector)
    first = found["features"][0]
    assert first["geometry"]["type"] == "LineString"
    assert {"start", "end", "holder", "condition", "event"} <= set(first["properties"])


@pytest.mark.parametrize("lines", [1, 7, 10**6])
def test_how_many_lines_are_made_texts_at_a_time_changes_nothing(
    seed: Analysis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: int
) -> None:
    """Each feature has the points of its piece of road, and the OSM ways that it is part of."""
    monkeypatch.setattr("engine.report.layers.LINES_AT_ONCE", lines)
    network, pieces = seed.sectors.network, seed.sectors.pieces
    expected = [
        (
            int(segment),
            [[round(x, 6) for x in point] for point in network.geometry[row].tolist()],
            ";".join(str(way) for way in network.ways[row].tolist()),
        )
        for row, segment in enumerate(pieces.parent)
    ]
    path = tmp_path / "control.geojson"
    write_geojson(seed, seed.sector_columns(), path)
    found = [
        (told["segment"], feature["geometry"]["coordinates"], told["osm_ways"])
        for feature in json.loads(path.read_text(encoding="utf-8"))["features"]
        for told in [feature["properties"]]
    ]
    assert [feature for feature, _ in itertools.groupby(found)] == expected


def test_of_too_many_features_the_latest_are_shown(
    seed: Analysis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What holds after the day that is named is there whole, and nothing that was over by then."""
    monkeypatch.setattr("engine.report.layers.MOST_FEATURES", 400)
    write_results(seed, tmp_path)
    found = json.loads((tmp_path / "control.geojson").read_text(encoding="utf-8"))
    since = re.search(r"from (\S+) on", found["note"])[1]
    assert (
        json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))["note"] == found["note"]
    )
    spells = seed.sector_spells()
    spells = spells[spells["end"].astype(str) > since].groupby("sector").size()
    assert len(found["features"]) == sum(spells[sector] for sector in seed.sectors.sector) <= 400
    assert len(found["features"]) == len(segments_layer(seed))
    assert min(one["properties"]["end"] for one in found["features"]) > since


@pytest.mark.slow
def test_same_input_gives_same_bytes(written: list[Path], tmp_path: Path) -> None:
    script = (
        "import sys, engine; from pathlib import Path; from engine.report.results import write_results;"
        "write_results(engine.analyze(engine.load_scenario(sys.argv[1])), Path(sys.argv[2]))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    subprocess.run([sys.executable, "-c", script, str(SEED), str(tmp_path / "there")],
                   check=True, env=environment, cwd=SEED.parents[1])  # fmt: skip
    for path in written:
        assert path.read_bytes() == (tmp_path / "there" / path.name).read_bytes(), path.name


def test_a_file_in_the_way_stops_everything(seed: Analysis, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="out: cannot be written"):
        write_results(seed, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert (tmp_path / "out").read_text(encoding="utf-8") == "mine"


def test_a_failure_midway_leaves_the_old_results(
    seed: Analysis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "status.csv").write_text("old", encoding="utf-8")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("engine.report.results.write_geojson", full)
    with pytest.raises(InputError, match="No space left on device"):
        write_results(seed, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["status.csv"]
    assert (tmp_path / "out" / "status.csv").read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_what_looks_like_a_formula_is_text(text: str) -> None:
    assert as_text(text) == "'" + text


@pytest.mark.parametrize("value", ["plain", "1-2", "", -1.5, None])
def test_other_cells_stay_as_they_are(value: object) -> None:
    assert as_text(value) is value


def test_hostile_texts_stay_in_their_cells(hostile: Analysis, tmp_path: Path) -> None:
    written = write_results(hostile, tmp_path / "out")
    for path in written[:2]:
        for row in rows_of(path):
            assert None not in row
            assert not any(cell.startswith(("=", "+", "@")) for cell in row.values())
    json.loads(written[2].read_text(encoding="utf-8"))
    assert json.loads(written[3].read_text(encoding="utf-8"))["title"] == hostile.scenario.title
