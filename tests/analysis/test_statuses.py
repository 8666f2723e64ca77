"""Statuses as look-ups and tables, of a route and enclaves whose course is known."""

from __future__ import annotations

import pandas as pd
import pytest

import engine
from engine.analysis.status import STATUS_WORDS
from engine.errors import InputError
from tests.meaning.build import day


def test_by_day_and_over_the_run(analysis) -> None:
    assert analysis.statuses == {
        "r": ["open", "cut", "open", "cut"],
        "d": ["connected", "besieged", "connected", "lost"],
        "both": ["connected", "besieged", "connected", "connected"],
    }
    on = analysis.status(day(3))
    assert on.to_dict() == {"r": "cut", "d": "besieged", "both": "besieged"}
    assert on.cat.categories.tolist() == list(STATUS_WORDS[::-1])
    assert analysis.status("2014-12-07")["d"] == "lost"
    assert [analysis.kind_of(name) for name in on.index] == ["route", "enclave", "enclave"]
    course = analysis.status()
    assert course.dims == ("id", "date")
    assert course.sel(id="both").to_numpy().tolist() == analysis.statuses["both"]
    assert course["date"].to_numpy().astype("datetime64[D]").tolist() == [
        day(n) for n in (1, 3, 5, 7)
    ]
    assert course["end"].to_numpy().astype("datetime64[D]").tolist() == [
        day(n) for n in (3, 5, 7, 11)
    ]
    assert course["kind"].to_numpy().tolist() == ["route", "enclave", "enclave"]
    assert course["label"].to_numpy().tolist() == ["The route", "d", "both"]
    assert course.attrs == analysis.facts.attributes()
    assert (course.attrs["title"], course.attrs["known_on"]) == ("A test", "")


def test_intervals_and_what_lies_outside_the_run(analysis) -> None:
    assert [analysis.interval_on(day(n)) for n in (1, 2, 3, 6, 7, 10)] == [0, 0, 1, 2, 3, 3]
    for outside in (day(0), day(11)):
        with pytest.raises(InputError, match="outside the run; expected 2014-12-01 to 2014-12-10"):
            analysis.interval_on(outside)
    with pytest.raises(
        InputError, match=r"there is no route or enclave 'bot'.*did you mean 'both'"
    ):
        analysis.subject("bot")


def test_tables_by_day_week_and_change(analysis) -> None:
    changes = analysis.table()
    assert changes.index.tolist() == [pd.Timestamp(day(n)) for n in (1, 3, 5, 7)]
    daily = analysis.daily()
    assert len(daily) == 10
    assert daily["r"].tolist() == ["open"] * 2 + ["cut"] * 2 + ["open"] * 2 + ["cut"] * 4
    weeks = analysis.table("W")
    assert weeks["d"].tolist() == ["lost", "lost"]
    shares = analysis.share("W")
    assert shares["d", "lost"].tolist() == pytest.approx([1 / 7, 1])
    assert shares["both", "besieged"].tolist() == pytest.approx([2 / 7, 0])
    assert shares["r"].columns.tolist() == ["cut", "at risk", "open"]
    assert shares["d"].columns.tolist() == ["lost", "besieged", "at risk", "connected"]


def test_the_card_tells_the_run_and_how_often_each_changed(analysis) -> None:
    title, lines = analysis.card()
    assert title == "A test"
    assert dict(lines) == {
        "run": "2014-12-01 to 2014-12-10, 4 intervals",
        "network": "made for a test (schematic)",
        "credit": "",
        "reports": "3 of 4 believed",
        "r": "cut on 2014-12-10, changed 3 times",
        "d": "lost on 2014-12-10, changed 3 times",
        "both": "connected on 2014-12-10, changed 2 times",
    }
    early = engine.analyze(analysis.scenario, network=analysis.network, known_on=day(3))
    told = dict(early.card()[1])
    assert (told["known on"], told["reports"]) == ("2014-12-03", "1 of 4 believed")
    assert told["r"] == "cut on 2014-12-10, changed once"
    assert early.status().attrs["known_on"] == "2014-12-03"
    assert dict(engine.analyze(early.scenario, network=early.network, known_on=day(2)).card()[1])[
        "r"
    ].endswith("changed never")


def test_spells_rest_on_the_ground_and_reports_that_decide(analysis) -> None:
    spells = analysis.spells()
    (cut,) = spells[(spells.id == "r") & (spells.start == pd.Timestamp(day(3)))].itertuples()
    assert (cut.end, cut.last_day) == (pd.Timestamp(day(5)), pd.Timestamp(day(4)))
    assert (cut.kind, cut.label, cut.status) == ("route", "The route", "cut")
    assert (cut.sites, cut.reports) == ("road", "event-1")
    assert cut.because == "Road: held by y (Road captured by y on 2014-12-03 [event-1])"
    (lost,) = spells[(spells.id == "d") & (spells.status == "lost")].itertuples()
    assert (lost.sites, lost.reports) == ("d", "event-3")
    assert analysis.path("d", day(8)) == []
    assert [len(leg) for leg in analysis.path("both", day(8))] == [4]


def test_places_of_an_enclave(analysis) -> None:
    found = analysis.enclave_places("both", day(8))
    assert found.index.tolist() == ["road", "d"]
    assert found["status"].tolist() == ["open", "cut"]
    assert found["lost"].tolist() == [False, True]
    assert found["cut_off"].tolist() == [False, False]


def test_who_holds_what(analysis) -> None:
    spells = analysis.sector_spells()
    road = spells[spells.site == "road"]
    assert road.holder.tolist() == ["x", "y", "x"]
    assert road.event.tolist() == ["baseline", "event-1", "event-2"]
    assert road.state.tolist() == ["held by the Xs", "held by y", "held by the Xs"]
    assert road.end.dt.date.tolist() == [day(3), day(5), day(11)]
    control = analysis.control(day(8))
    assert control.groupby("holder").length_m.sum().to_dict() == {"x": 12_500.0, "y": 2_500.0}
    assert analysis.unknown_share(day(8)) == 0.0
    bare = analysis.scenario.model_copy(
        update={"baseline": analysis.scenario.baseline[1:], "routes": (), "enclaves": ()}
    )
    assert engine.analyze(bare, network=analysis.network).unknown_share(day(1)) == 0.0
    bare = bare.model_copy(update={"baseline": (), "events": analysis.scenario.events[2:3]})
    known = engine.analyze(bare, network=analysis.network)
    assert [known.unknown_share(day(at)) for at in (6, 7)] == [1.0, 1 - 2_500 / 15_000]


def test_what_is_no_scenario_is_refused() -> None:
    with pytest.raises(InputError, match=r"expected analyze\(load_scenario\('x.toml'\)\)"):
        engine.analyze("x.toml")
    with pytest.raises(InputError, match="not a whole number"):
        engine.analyze(3)
