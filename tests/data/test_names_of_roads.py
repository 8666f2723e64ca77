"""The long scenario runs unchanged on a map that calls its roads otherwise, or not at all."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

import engine
from tests.data.rows import SCENARIOS

SKETCH = Path(__file__).resolve().parents[2] / "data" / "osm" / "aleppo-schematic.osm"
ON_A_ROAD = re.compile(r"(?s)<way .*?</way>")
NAMES = re.compile(r' *<tag k="(?:name(?::\w+)?|alt_name|ref)" v="[^"]*" */>\n')


def renamed(text: str, tag: str) -> str:
    """Leave out the names of all roads, and give the Castello road one tag alone."""

    def of(way: re.Match[str]) -> str:
        bare = NAMES.sub("", way[0])
        is_castello = 'k="name" v="Castello road"' in way[0]
        return bare.replace("</way>", f"{tag}</way>") if is_castello else bare

    return ON_A_ROAD.sub(of, text)


@pytest.fixture(scope="module")
def scenario() -> engine.Scenario:
    return engine.load_scenario(SCENARIOS / "aleppo-2014-2016.toml")


@pytest.fixture(scope="module")
def on_the_sketch(scenario: engine.Scenario) -> pd.DataFrame:
    return engine.analyze(scenario).table("D")


@pytest.mark.parametrize(
    "tag",
    [
        '<tag k="name" v="Kastello Road" />',
        '<tag k="name" v="طريق الكاستلو" />',
        '<tag k="name:ar" v="طريق الكاستيلو" />',
        '<tag k="alt_name" v="M5 bypass;Castillo" />',
    ],
)
def test_the_statuses_do_not_hang_on_what_a_map_calls_a_road(
    scenario: engine.Scenario, on_the_sketch: pd.DataFrame, tmp_path: Path, tag: str
) -> None:
    text = SKETCH.read_text(encoding="utf-8")
    other = renamed(text, tag)
    assert other.count(tag) == 1
    assert other.count('k="name"') < text.count('k="name"') - 80
    path = tmp_path / "other.osm"
    path.write_text(other, encoding="utf-8")
    pd.testing.assert_frame_equal(engine.analyze(scenario, network=path).table("D"), on_the_sketch)
