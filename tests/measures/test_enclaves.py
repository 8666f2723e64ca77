"""Enclaves, access, explanations and sensitivity on the seed scenario."""

from __future__ import annotations

import datetime as dt
import json

import pandas as pd
import pytest

import engine
from engine.measures.access import people_by_access
from engine.report.charts import tornado
from engine.scenario.model import Enclave


def with_people(analysis, population):
    (enclave,) = analysis.scenario.enclaves
    changed = Enclave.model_validate({**enclave.model_dump(), "population": population})
    scenario = analysis.scenario.model_copy(update={"enclaves": (changed,)})
    return engine.analyze(scenario, network=analysis.network)


def test_an_enclave_over_time(besieged):
    table = engine.enclave_table(besieged)
    assert table.status.tolist() == ["connected", "at risk", "besieged", "at risk"]
    assert table.lifelines.iloc[0] == ("bab-al-salama", "bab-al-hawa")
    assert table.besieged.tolist() == [0, 0, 300000, 0]
    sieges = engine.sieges(besieged)
    assert list(zip(sieges.date.dt.date, sieges.what, strict=True)) == [
        (dt.date(2014, 12, 25), "siege begins"),
        (dt.date(2014, 12, 30), "siege broken"),
    ]
    changed = engine.explain(besieged, sieges.id[1], "2014-12-30").changed
    assert all(step.state in sieges.because[1] for step in changed)
    assert sieges.because[1].count("; ") < 3  # not all ground of the open path


def test_a_second_siege_begins_again(besieged):
    again = engine.whatif(besieged, events=["mallah captured by government on 2014-12-31"])
    assert engine.sieges(again).what.tolist()[-1] == "siege begins again"


def test_people_by_date_and_by_place(seed_analysis):
    counts = [
        {"from": dt.date(2014, 12, 1), "people": 300000},
        {"from": dt.date(2014, 12, 20), "people": {"hanano": 1000, "sakhour": 500}},
    ]
    table = engine.enclave_table(with_people(seed_analysis, counts))
    assert table.start.dt.day.tolist() == [1, 14, 20]
    assert table.people.tolist() == [300000, 300000, 1500]
    assert table.at_risk.tolist() == [0, 300000, 1500]
    assert engine.enclave_table(with_people(seed_analysis, None)).people.isna().all()


def test_the_perimeter_adds_up(seed_analysis):
    table = engine.perimeter(seed_analysis, "2014-12-05")
    assert table.share.sum() == pytest.approx(1)
    assert {"government", "opposition"} <= set(table.holder)


def test_access_equals_the_routes_of_the_scenario(besieged):
    table = engine.access(
        besieged, actors=["opposition"], lifelines=["bab-al-salama", "bab-al-hawa"]
    )
    for name in ("hanano", "sakhour", "jandoul"):
        part = table[table.place == name]
        assert part.status.tolist()[-1] in {"at risk", "open"}
    held = besieged.enclave_places("eastern-aleppo", "2014-12-26")
    for name, row in held.iterrows():
        part = table[
            (table.place == name) & (table.start <= "2014-12-26") & (table.end > "2014-12-26")
        ]
        assert part.status.tolist() == [row.status]
    far = table[table.place == "al-bab"]
    assert far.status.tolist() == ["cut"]


def test_access_from_a_list(seed_analysis, tmp_path):
    path = tmp_path / "places.csv"
    path.write_text("id,lon,lat,population\nhanano,,,1000\ncamp,37.1,36.3,50\n", encoding="utf-8")
    table = engine.access(seed_analysis, path, actors=["opposition", "government"])
    assert set(table.place) == {"hanano", "camp"}
    people = people_by_access(table)
    assert people.groupby(["actor", "start"]).people.sum().unique().tolist() == [1050]
    path.write_bytes("\ufeffID;Lon;Lat;People\r\nhanano;;;1000\r\ncamp;37,1;36,3;50\r\n".encode())
    again = engine.access(seed_analysis, path, actors=["opposition", "government"])
    assert again.equals(table)
    path.write_text("id,population\nnowhere,5\n", encoding="utf-8")
    with pytest.raises(engine.InputError, match=r"line 2.*'nowhere' is not known"):
        engine.access(seed_analysis, path)
    with pytest.raises(engine.InputError, match="there is no such file"):
        engine.access(seed_analysis, tmp_path / "none.csv")
    with pytest.raises(engine.InputError, match="no column 'id'"):
        engine.access(seed_analysis, pd.DataFrame({"name": ["x"]}))


def test_why_it_is_cut(besieged):
    explanation = engine.explain(besieged, "castello", "2014-12-26")
    assert (explanation.status, explanation.since, explanation.before) == (
        "cut", "2014-12-25", "at risk",
    )  # fmt: skip
    (step,) = explanation.cut
    assert (step.state, step.overlooked_by) == ("closed", "mallah")
    assert step.reports[0].event == "loss"
    assert [step.labels for step in explanation.to_open] == [("Castello road",)]
    assert {s.overlooked_by for s in explanation.changed} == {"mallah"}
    text = " ".join(engine.explanation_sentences(explanation))
    assert "al-Mallah farms captured by Government forces on 2014-12-25 [loss]" in text
    assert "castello-" not in text  # people read labels
    assert json.loads(json.dumps(explanation.as_dict()))["status"] == "cut"


def test_why_it_is_open_and_why_at_risk(seed_analysis):
    opened = engine.explain(seed_analysis, "castello", "2014-12-05")
    assert (opened.cut, opened.to_open, opened.before) == ((), (), "")
    (step,) = opened.because
    assert (step.state, step.labels) == ("held by Opposition forces", ("Castello road",))
    assert (
        len(engine.explanation_sentences(opened)) == 3
    )  # the same word for all of it is told once
    risky = engine.explain(seed_analysis, "castello", "2014-12-20")
    assert len(risky.cut) == 1
    assert risky.to_open[0].labels == ("Castello road",)
    assert "e016-mallah" in " ".join(engine.explanation_sentences(risky))


def test_why_an_enclave_is_besieged(besieged):
    explanation = engine.explain(besieged, "eastern-aleppo", "2014-12-26")
    assert any("castello-road" in step.sites for step in explanation.cut)
    assert len(explanation.to_open) == 1
    assert any(step.overlooked_by == "mallah" for step in explanation.changed)


def test_only_known_questions_are_explained(seed_analysis):
    with pytest.raises(engine.InputError, match="did you mean 'castello'"):
        engine.explain(seed_analysis, "castelo", "2014-12-20")


@pytest.mark.slow
def test_how_firm_it_is(seed_analysis, tmp_path):
    table = engine.sensitivity(seed_analysis, margins=False)
    moved = table[(table.what == "mallah") & (table.id == "castello")]
    assert moved.statuses.tolist() == [("open",)]
    assert (table.days == table.better + table.worse).all()
    assert table.days.is_monotonic_decreasing
    believe = table[(table.factor == "believe") & (table.value == "0.9")]
    assert set(believe.id) == {"castello", "eastern-aleppo"}
    tornado(seed_analysis, table.to_dict("records"), tmp_path / "tornado.png")
    assert [path.name for path in tmp_path.iterdir()] == ["tornado.png"]
    assert (tmp_path / "tornado.png").read_bytes().startswith(b"\x89PNG")


def test_how_old_the_word_is(seed_analysis):
    table = engine.report_ages(seed_analysis)
    assert (table.age_at_start >= 0).all()
    castello = table[table.id == "castello"].iloc[-1]
    assert (castello.oldest, castello.age_at_end) == ("s04-mallah", 17)
