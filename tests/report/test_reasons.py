"""Every output tells the same reason for a status, in the same words, with the same ids."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from csv import DictReader
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from rich.text import Text

import engine
from engine.analysis.evidence import because_columns
from engine.report.geopackage import write_geopackage
from engine.report.page.content import page_data
from engine.report.redaction import redacted
from engine.report.results import write_results
from engine.report.sheets import sheets_of
from engine.report.status_table import status_page
from tests.meaning.strategies import Question, questions

if TYPE_CHECKING:
    from engine import Analysis

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("reasons")]  # one page for all

SCENARIOS = Path(__file__).parents[2] / "scenarios"
IDS = ("because", "sites", "overlooked_by", "reports")
Told = dict[tuple[str, str], tuple[str, ...]]
"""By route and first day of a spell: the text and the ids."""


@pytest.fixture(scope="module", params=["castello-2014-12", "aleppo-2014-2016"])
def analysis(request: pytest.FixtureRequest) -> Analysis:
    return engine.analyze(engine.load_scenario(SCENARIOS / f"{request.param}.toml"))


@pytest.fixture(scope="module")
def told(analysis: Analysis) -> Told:
    return {
        (name, str(analysis.days[at])): tuple(because_columns(analysis.causes(name, at)).values())
        for name, starts in analysis.spell_starts.items()
        for at in starts
    }


@pytest.fixture(scope="module")
def page(analysis: Analysis) -> dict[str, Any]:
    return page_data(analysis)


def test_files_and_frames(analysis: Analysis, told: Told, tmp_path: Path) -> None:
    write_results(analysis, tmp_path)
    with (tmp_path / "status.csv").open(encoding="utf-8") as file:
        rows = list(DictReader(file))
    assert {(r["id"], r["start"]): tuple(r[key] for key in IDS) for r in rows} == told
    summary = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    spells = {
        (name, spell["start"]): tuple(spell[key] for key in IDS)
        for name, about in (summary["routes"] | summary["enclaves"]).items()
        for spell in about["spells"]
    }
    assert spells == told
    frame = analysis.spells()
    assert {
        (row.id, str(row.start.date())): tuple(getattr(row, key) for key in IDS)
        for row in frame.itertuples()
    } == told
    sheet = sheets_of(analysis)["status"]
    names = [column.name for column in sheet.columns]
    assert {
        (row[0], str(row[names.index("start")])): tuple(row[names.index(key)] for key in IDS)
        for row in sheet.rows
    } == told


def test_layers(analysis: Analysis, told: Told, tmp_path: Path) -> None:
    with closing(sqlite3.connect(write_geopackage(analysis, tmp_path / "l.gpkg"))) as package:
        rows = package.execute(f"SELECT id, start, {', '.join(IDS)} FROM routes").fetchall()
    found = {(name, start): tuple(rest) for name, start, *rest in rows}
    assert told.items() <= found.items()


@pytest.mark.xdist_group("the page of each scenario")
def test_the_page(analysis: Analysis, told: Told, page: dict[str, Any]) -> None:
    for route in page["routes"]:
        for at in analysis.spell_starts[route["id"]]:
            text, *ids = told[route["id"], str(analysis.days[at])]
            causes = route["why"][at]["causes"]
            assert all(cause["text"] in text for cause in causes)
            reports = [page["reports"][row]["id"] for cause in causes for row in cause["reports"]]
            assert ";".join(dict.fromkeys(reports)) == ids[-1]
            if not causes:
                assert text == "no road leads there"


def test_run_and_explain(analysis: Analysis, told: Told) -> None:
    days = sorted({day for _, day in told})
    for day in days:
        at = analysis.interval_on(day)
        page = status_page(analysis, np.datetime64(day).item())
        lines = [text.plain for text in page.renderables if isinstance(text, Text)]
        for name in analysis.statuses:
            label = analysis.subjects[name].label
            assert f"{label}, {analysis.statuses[name][at]}: {analysis.because(name, at)}" in lines
    for (name, day), (text, sites, over, reports) in told.items():
        found = engine.explain(analysis, name, day)
        assert (
            ";".join(dict.fromkeys(site for step in found.because for site in step.sites)) == sites
        )
        assert (
            ";".join(dict.fromkeys(s.overlooked_by for s in found.because if s.overlooked_by))
            == over
        )
        said = dict.fromkeys(report.event for step in found.because for report in step.reports)
        assert ";".join(said) == reports
        for cause in analysis.causes(name, analysis.interval_on(day)):
            assert cause.reason in text
            assert any(
                sentence.startswith(cause.reason)
                for sentence in engine.explanation_sentences(found)
            )


@pytest.mark.xdist_group("the page of each scenario")
def test_roads_tell_their_state_alike(
    analysis: Analysis, page: dict[str, Any], tmp_path: Path
) -> None:
    control = analysis.control(str(analysis.days[-1]))
    write_results(analysis, tmp_path)
    features = json.loads((tmp_path / "control.geojson").read_text(encoding="utf-8"))["features"]
    last = str(analysis.ends[-1])
    of_file = [one["properties"] for one in features if one["properties"]["end"] == last]
    assert [one["state"] for one in of_file] == control["state"].tolist()
    assert [one["overlooked_by"] for one in of_file] == control["overlooked_by"].tolist()
    sectors = page["sectors"]
    texts = [sectors["texts"][row[-1]]["state"] for row in sectors["told"]]
    assert [texts[sector] for sector in page["pieces"]["sector"]] == control["state"].tolist()
    assert set(control["overlooked_by"]) - {""} <= set(analysis.sectors.sites.index)


def test_the_band_lies_over_the_ground_that_is_the_reason(analysis: Analysis) -> None:
    """Of each spell's reasons, a site covers a piece of the path that the map draws."""
    sectors = analysis.sectors
    compared = 0
    for name, starts in analysis.spell_starts.items():
        for at in starts:
            if analysis.statuses[name][at] == "lost":  # no path is asked about any more
                assert analysis.paths(name)[at] == analysis.path(name, str(analysis.days[at])) == []
                continue
            pieces = np.concatenate(analysis.paths(name)[at])
            assert (
                pieces.tolist()
                == np.concatenate(analysis.path(name, str(analysis.days[at]))).tolist()
            )
            drawn = {sectors.site_ids[sector] for sector in sectors.sector[pieces].tolist()}
            reasons = {reason.sites for reason in analysis.reasons(name, at)}
            assert bool(len(pieces)) == bool(reasons)
            compared += len(reasons & drawn)
            assert len(reasons - drawn) <= 2, (name, at)  # ends whose own ground is not passed
    assert compared > 10


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(questions())
def test_random_scenarios(asked: Question) -> None:
    """Outputs agree, a reason is true of its ground, and a redacted analysis can be told as well."""
    analysis = engine.analyze(asked.scenario, network=asked.network, known_on=asked.known_on)
    page = {route["id"]: route for route in page_data(analysis)["routes"]}
    for spell in analysis.spell_rows():
        name, at = spell["id"], analysis.interval_on(spell["start"].item())
        causes = analysis.causes(name, at)
        assert spell["because"] == "; ".join(map(str, causes)) or not causes
        assert [c["text"] for c in page[name]["why"][at]["causes"]] == [c.reason for c in causes]
        found = engine.explain(analysis, name, str(spell["start"]))
        assert [(s.sites, s.state, s.overlooked_by) for s in found.because] == [
            (c.sites, c.state, c.overlooked_by) for c in causes
        ]
        _hold_of_their_ground(analysis, name, at)
    shared = redacted(analysis)
    assert all(spell["because"] for spell in shared.spell_rows())


def _hold_of_their_ground(analysis: Analysis, name: str, at: int) -> None:
    then = analysis.view(name).on(at).on(at)
    actor = analysis.terminals.actor_code(analysis.subject(name).actor)
    secure, possible = then.secure(actor), then.possible(actor)
    ids = analysis.sectors.site_ids
    status = analysis.statuses[name][at]
    cut, open_ = status in {"cut", "besieged"}, status in {"open", "connected"}
    for reason in analysis.reasons(name, at):
        of_ground = [sector for sector, sites in enumerate(ids) if sites == reason.sites]
        kept = secure[of_ground] if open_ else ~possible[of_ground] if cut else ~secure[of_ground]
        assert kept.any(), (name, at, reason)
        if status == "at risk":
            assert possible[of_ground].any()
