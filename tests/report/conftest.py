"""The seed scenario, a hostile one and a wide one, analyzed once for all tests of the reports."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

import engine
from engine.network.arrays import Labels, Network, Place, Provenance, Ragged
from engine.report.page.html import write_page
from engine.scenario.model import Scenario
from tests.report.browser import Browser

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED = Path(__file__).parents[2] / "scenarios" / "castello-2014-12.toml"
HOSTILE = (
    "<script>alert(1)</script> \"quoted\" 'text' & \u202eturned\u202c {{data}} </script> <!-- @en"
)
FORMULA = '=HYPERLINK("http://example.org")'
ARABIC = "طريق الكاستيلو"


@pytest.fixture(scope="session")
def seed() -> engine.Analysis:
    return engine.analyze(engine.load_scenario(SEED))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def page(seed: engine.Analysis, tmp_path_factory: pytest.TempPathFactory) -> Path:
    chances = engine.probabilities(seed, ["castello", "eastern-aleppo"])
    return write_page(seed, tmp_path_factory.mktemp("page") / "report.html", chances)


@pytest.fixture(scope="session")
def hostile() -> engine.Analysis:
    """Every free text of the scenario and of the network is hostile."""
    scenario = Scenario(
        title=HOSTILE,
        start=dt.date(2020, 1, 1),
        end=dt.date(2020, 1, 11),
        actors={"a": {"label": HOSTILE, "label_ar": HOSTILE}, "b": {"label": FORMULA}},
        places=({"id": "x", "name": HOSTILE, "name_ar": ARABIC, "lat": 0.0, "lon": 0.0},
                {"id": "y", "name": FORMULA, "lat": 0.0, "lon": 0.1}),
        routes=({"id": "r", "label": HOSTILE, "label_ar": HOSTILE, "actor": "a", "from": ["x"], "to": "y"},),
        baseline=({"site": "x", "holder": "a", "source": FORMULA, "note": HOSTILE},
                  {"site": "y", "holder": "a", "source": HOSTILE}),
        events=(
            {"date": dt.date(2020, 1, 5), "site": "y", "kind": "captured", "actor": "b",
             "confidence": 0.9, "source": HOSTILE, "note": FORMULA},
            {"date": dt.date(2020, 1, 7), "site": "x", "kind": "under_fire", "confidence": 0.3,
             "source": FORMULA, "note": HOSTILE},
        ),
    )  # fmt: skip
    return engine.analyze(scenario, network=line_of_roads(2, name=HOSTILE))


@pytest.fixture(scope="session")
def wide() -> engine.Analysis:
    """About ten thousand pieces of road in a grid, with four places and one route."""
    scenario = Scenario(
        title="A grid",
        start=dt.date(2020, 1, 1),
        end=dt.date(2020, 1, 11),
        reach_km=3.0,
        actors={"a": {}, "b": {}},
        places=tuple({"id": f"p{n}", "name": f"Place {n}", "lat": lat, "lon": lon}
                     for n, (lat, lon) in enumerate([(0.0, 0.0), (0.69, 0.0), (0.0, 0.69), (0.69, 0.69)])),
        routes=({"id": "r", "actor": "a", "from": ["p0"], "to": "p3"},),
        baseline=tuple({"site": f"p{n}", "holder": "a"} for n in range(4)),
        events=({"date": dt.date(2020, 1, 5), "site": "p3", "kind": "captured", "actor": "b"},),
    )  # fmt: skip
    return engine.analyze(scenario, network=grid_of_roads(70))


def line_of_roads(nodes: int, name: str = "") -> Network:
    lon = np.arange(nodes) * 0.1
    return _network(lon, np.zeros(nodes), np.arange(nodes - 1), np.arange(1, nodes), name)


def grid_of_roads(side: int) -> Network:
    lon, lat = (axis.ravel() * 0.01 for axis in np.meshgrid(np.arange(side), np.arange(side)))
    at = np.arange(side * side).reshape(side, side)
    u = np.concatenate([at[:, :-1].ravel(), at[:-1].ravel()])
    v = np.concatenate([at[:, 1:].ravel(), at[1:].ravel()])
    return _network(lon, lat, u, v)


def _network(
    lon: np.ndarray, lat: np.ndarray, u: np.ndarray, v: np.ndarray, name: str = ""
) -> Network:
    n = len(u)
    ends = np.stack([np.column_stack([lon[e], lat[e]]) for e in (u, v)], axis=1).reshape(-1, 2)
    classes = ["primary", "tertiary", "residential", "service"]
    text = Labels.of([name] * n)
    return Network(
        np.arange(1, len(lon) + 1), lon, lat, u.astype(np.int32), v.astype(np.int32),
        np.full(n, 1112.0), np.zeros(n, dtype=bool), Labels.of(classes[i % 4] for i in range(n)),
        text, text, text, text, Ragged.of([[i + 1] for i in range(n)]),
        Ragged(np.arange(0, 2 * n + 1, 2), ends),
        (Place("nowhere", "Nowhere", "", "hamlet", 0.001, 0.001),),
        Provenance("made up", credit="Made-up roads", as_of="2020-01-01"),
    )  # fmt: skip
