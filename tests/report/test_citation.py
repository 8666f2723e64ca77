"""A result can be cited: every output carries the digests, which tell scenarios and roads from others."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pyarrow.parquet as pq
import pytest
import xarray as xr
from PIL import Image
from pypdf import PdfReader

import engine
from engine.report.canvas import blank, save_picture
from engine.report.datapackage import MANIFEST
from engine.report.geopackage import write_layer_as_geojson
from engine.report.sheets import write_csv_sheets

ROOT = Path(__file__).parents[2]
SEED = ROOT / "scenarios" / "castello-2014-12.toml"


def digests(analysis: engine.Analysis) -> tuple[str, str]:
    return analysis.facts.scenario_digest, analysis.facts.network_digest


def test_every_output_has_both_digests(seed: engine.Analysis, tmp_path: Path) -> None:
    scenario, network = digests(seed)
    folder = tmp_path / "run"
    engine.write_results(seed, folder)
    said: dict[str, str] = {
        name: (folder / name).read_text(encoding="utf-8")
        for name in ("summary.json", "control.geojson", MANIFEST)
    }
    said["sheets"] = write_csv_sheets(seed, tmp_path / "sheets")[-1].read_text(encoding="utf-8")
    said["layer"] = write_layer_as_geojson(seed, tmp_path / "a.geojson").read_text("utf-8")
    with ZipFile(engine.write_xlsx(seed, tmp_path / "a.xlsx")) as book:
        said["xlsx"] = book.read("docProps/core.xml").decode()
    metadata = pq.read_metadata(engine.write_geoparquet(seed, tmp_path / "a.parquet")).metadata
    said["parquet"] = metadata[b"supplyline"].decode()
    with Image.open(folder / "map.png") as picture:
        said["png"] = str(picture.info)
    for ending in ("svg", "pdf"):
        save_picture(blank((2, 2)), tmp_path / f"a.{ending}", seed.facts)
    said["svg"] = (tmp_path / "a.svg").read_text(encoding="utf-8")
    said["pdf"] = str(PdfReader(tmp_path / "a.pdf").metadata)
    for name, text in said.items():
        assert scenario in text, name
        assert network in text, name
    short = {"page": engine.write_page(seed, tmp_path / "a.html").read_text(encoding="utf-8")}
    package = engine.write_geopackage(seed, tmp_path / "a.gpkg")
    with closing(sqlite3.connect(package)) as opened:
        short["gpkg"] = str(opened.execute("SELECT about FROM about").fetchall())
    for name, text in short.items():
        assert seed.facts.digests() in text, name


def test_arrays_keep_them_in_netcdf(seed: engine.Analysis, tmp_path: Path) -> None:
    found = engine.probabilities(seed, "castello", ["2014-12-01", "2014-12-20"])
    for number, array in enumerate((found, seed.status())):
        path = tmp_path / f"{number}.nc"
        array.to_netcdf(path, engine="scipy")
        with xr.open_dataset(path, engine="scipy") as again:
            kept = again.attrs or again["status"].attrs
            assert (kept["scenario_digest"], kept["network_digest"]) == digests(seed)
            assert kept["credit"] == seed.facts.credit


def test_what_changes_the_question_changes_its_digest(
    seed: engine.Analysis, tmp_path: Path
) -> None:
    scenario, network = digests(seed)
    shutil.copytree(ROOT / "scenarios", tmp_path / "elsewhere" / "scenarios")
    shutil.copytree(ROOT / "data" / "osm", tmp_path / "elsewhere" / "data" / "osm")
    moved = tmp_path / "elsewhere" / "scenarios" / SEED.name
    assert digests(engine.analyze(engine.load_scenario(moved))) == (scenario, network)
    roads = tmp_path / "elsewhere" / "data" / "osm" / "aleppo-schematic.osm"
    again = engine.analyze(engine.load_scenario(moved), network=str(roads))
    assert digests(again) == (scenario, network)
    doubted = engine.whatif(seed, confidence={"e022-mallah": 0.71})
    assert doubted.facts.scenario_digest != scenario
    assert doubted.facts.network_digest == network
    longer = seed.network.length.copy()
    longer[0] += 1e-6
    assert replace(seed.network, length=longer).digest != network
    assert replace(seed.network, length=np.array(seed.network.length)).digest == network
    assert engine.redacted(seed).facts.scenario_digest != scenario


def test_the_list_of_a_folder_is_true(seed: engine.Analysis, tmp_path: Path) -> None:
    chances = engine.probabilities(seed, "castello", ["2014-12-20"])
    for written in (
        engine.write_results(seed, tmp_path / "run", chances),
        write_csv_sheets(seed, tmp_path / "sheets", chances),
    ):
        package = json.loads(written[-1].read_text(encoding="utf-8"))
        listed = {one["path"]: one for one in package["resources"]}
        assert [*listed, MANIFEST] == [path.name for path in written]
        assert "probability.csv" in listed
        assert package["title"] == seed.scenario.title
        for path in written[:-1]:
            one, content = listed[path.name], path.read_bytes()
            assert one["bytes"] == len(content)
            assert one["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
            assert re.fullmatch(r"[-a-z0-9._]+", one["name"])
            if path.suffix == ".csv":
                header = content.decode().splitlines()[0].split(",")
                assert [field["name"] for field in one["schema"]["fields"]] == header
    status = [(tmp_path / folder / "status.csv").read_bytes() for folder in ("run", "sheets")]
    assert status[0] == status[1]  # one name, one table


def test_hostile_titles_break_no_entry(seed: engine.Analysis) -> None:
    scenario = seed.scenario.model_copy(update={"title": r"100 % } \input{x} {a_b} #1 & $2^3~"})
    found = engine.cite(engine.analyze(scenario)).bibtex
    entry = found.split("@misc{scenario")[1]
    bare = re.sub(r"\\textbackslash\{\}|\\text\w+\{\}|\\.", "", found)
    assert bare.count("{") == bare.count("}")
    assert r"100 \% \} \textbackslash{}input\{x\} \{a\_b\} \#1 \& \$2" in entry


@pytest.mark.parametrize("known_on", [None, "2014-12-20"])
def test_a_citation_says_what_was_known(known_on: str | None) -> None:
    analysis = engine.analyze(engine.load_scenario(SEED), known_on=known_on)
    found = engine.cite(analysis)
    for text in (found.text, found.bibtex):
        assert analysis.facts.scenario_digest[:12] in text
        assert analysis.facts.network_digest[:12] in text
        assert engine.__version__ in text
        assert ("as known on 2014-12-20" in text) == (known_on is not None)
