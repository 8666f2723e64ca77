"""A redacted analysis: no output of it says where, when or who, closer than it should."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from typing import TYPE_CHECKING

import numpy as np
import pytest
from rich.console import Console

import engine
from engine.network import read_network, write_network
from engine.report.figures import map_slide, timeline_slide
from engine.report.geopackage import write_geopackage, write_geoparquet
from engine.report.page.content import page_data
from engine.report.redaction import GRID_DEG, REDACTED, redacted
from engine.report.results import write_results
from engine.report.status_table import status_page
from engine.report.workbook import write_xlsx

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def shared(seed: engine.Analysis) -> engine.Analysis:
    return redacted(seed)


@pytest.fixture(scope="module")
def written(shared: engine.Analysis, tmp_path_factory: pytest.TempPathFactory) -> str:
    """All that any output says, in one text."""
    folder = tmp_path_factory.mktemp("redacted")
    paths = [*write_results(shared, folder / "out"), write_geopackage(shared, folder / "l.gpkg"),
             write_geoparquet(shared, folder / "l.parquet")]  # fmt: skip
    texts = [path.read_bytes().decode("utf-8", "ignore") for path in paths]
    package = zipfile.ZipFile(write_xlsx(shared, folder / "s.xlsx"))
    texts += [package.read(name).decode("utf-8", "ignore") for name in package.namelist()]
    texts.append(json.dumps(page_data(shared), ensure_ascii=False))
    screen = io.StringIO()
    Console(file=screen, width=400).print(status_page(shared))
    texts.append(screen.getvalue())
    for figure in (map_slide(shared), timeline_slide(shared)):
        texts += [
            text.get_text() for text in figure.findobj(lambda artist: hasattr(artist, "get_text"))
        ]
    return "\n".join(texts)


def test_no_source_note_or_id_is_left(seed: engine.Analysis, written: str) -> None:
    for name, event in zip(seed.scenario.event_ids(), seed.scenario.events, strict=True):
        assert name not in written
        assert event.source not in written
        assert event.note not in written
    for row in seed.scenario.baseline:
        assert not row.source or row.source not in written


def test_no_name_of_a_place_is_left(seed: engine.Analysis, written: str) -> None:
    kept = " ".join(
        [seed.scenario.title, *(f"{q.label} {q.label_ar} {q.id}" for q in seed.subjects.values())]
    )
    for place in seed.network.places:
        for name in (place.id, place.name, place.name_ar):
            assert not name or len(name) < 5 or name in kept or name not in written, name


def test_days_are_mondays(shared: engine.Analysis) -> None:
    assert all(day.astype(object).weekday() == 0 for day in shared.states.borders)
    assert all(event.date.weekday() == 0 for event in shared.scenario.events)
    assert all(
        event.reported is event.earliest is event.latest is None for event in shared.scenario.events
    )


def test_coordinates_lie_on_the_grid(shared: engine.Analysis) -> None:
    for network in (shared.network, shared.sectors.network):
        for column in (network.geometry.values, network.lon, network.lat):
            steps = column / GRID_DEG
            assert np.allclose(steps, np.round(steps), atol=1e-6)
        assert not any(network.name.texts())
        assert len(network.ways.values) == 0


def test_a_week_shows_its_worst_day(seed: engine.Analysis, shared: engine.Analysis) -> None:
    rank = {"cut": 0, "besieged": 0, "at risk": 1, "open": 2, "connected": 2}
    for week, monday in enumerate(shared.days):
        days = [monday + np.timedelta64(n, "D") for n in range(7)]
        inside = [day for day in days if seed.days[0] <= day < seed.ends[-1]]
        sums = [sum(rank[word] for word in seed.status(str(day))) for day in inside]
        assert sum(rank[words[week]] for words in shared.statuses.values()) == min(sums)


def test_says_that_it_is_redacted(written: str) -> None:
    assert REDACTED in written


def test_the_day_of_knowledge_is_coarse_too(seed: engine.Analysis) -> None:
    known = engine.analyze(seed.scenario, network=seed.network, known_on=dt.date(2014, 12, 18))
    assert redacted(known).known_on == dt.date(2014, 12, 15)


def test_a_credit_that_the_scenario_states_stays(tmp_path: Path) -> None:
    write_network(read_network("aleppo-schematic"), tmp_path / "secret-name.shp")
    text = (
        'title = "t"\nstart = 2014-12-01\nend = 2014-12-31\nnetwork = "secret-name.shp"\n'
        '[actors.red]\n[[places]]\nid = "a"\nname = "A"\nlat = 36.2\nlon = 37.1\n'
        '[[places]]\nid = "b"\nname = "B"\nlat = 36.3\nlon = 37.1\n'
        '[[routes]]\nid = "r"\nactor = "red"\nfrom = "a"\nto = "b"\n'
    )
    for more, credit in (("", "as given"), ('[roads]\ncredit = "A survey"\n', "A survey")):
        (tmp_path / "s.toml").write_text(text + more)
        analysis = redacted(engine.analyze(engine.load_scenario(tmp_path / "s.toml")))
        assert analysis.network.provenance.credit == f"{credit} ({REDACTED})"
        assert analysis.sectors.network.provenance.credit == f"{credit} ({REDACTED})"
