"""What if, side by side, and the sweep over every loss."""

from __future__ import annotations

import datetime as dt

import pytest

import engine
from engine.measures.whatif import event_of
from engine.scenario.change_sets import changed_scenario

LOSS = "mallah captured by government on 2014-12-25"


def test_sentences_tell_of_events():
    event = event_of(LOSS)
    assert (event.site, event.kind, event.actor) == ("mallah", "captured", "government")
    assert event.date == dt.date(2014, 12, 25)
    event = event_of("azaz under fire on 2014-12-02 until 2014-12-05 confidence 0.4")
    assert (event.kind, event.until, event.confidence) == ("under_fire", dt.date(2014, 12, 5), 0.4)
    event = event_of("mallah fighting between government and opposition on 2014-12-02")
    assert event.contestants == ("government", "opposition")
    event = event_of("mare repelled by isis against opposition on 2014-12-02")
    assert (event.actor, event.defender) == ("isis", "opposition")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("mallah is lost", "does not describe an event"),
        ("mallah capturd by government on 2014-12-25", "did you mean 'captured'"),
        ("mallah captured on 2014-12-25", "names its actor"),
        ("mallah captured by government on 2014-13-25", "no such day"),
        ("mallah raid on 2014-12-25 confidence 3", "out of range; expected at most 1"),
    ],
)
def test_other_sentences_are_refused(text, message):
    with pytest.raises(engine.InputError, match=message):
        event_of(text)


def test_before_and_after(seed_analysis):
    after = engine.whatif(seed_analysis, events=[LOSS])
    table = engine.compare(seed_analysis, after)
    changed = table[table.changed]
    assert changed[["id", "before", "after"]].to_numpy().tolist() == [
        ["castello", "at risk", "cut"],
        ["eastern-aleppo", "at risk", "besieged"],
    ]
    assert set(changed.start.dt.date) == {dt.date(2014, 12, 25)}
    assert "al-Mallah farms captured by Government forces" in changed.because.iloc[0]
    assert not engine.compare(seed_analysis, seed_analysis).changed.any()


def test_only_the_days_of_both_runs_are_compared(seed_analysis):
    scenario = seed_analysis.scenario
    later = scenario.model_copy(update={"start": dt.date(2014, 12, 10), "end": dt.date(2015, 2, 1)})
    table = engine.compare(seed_analysis, engine.analyze(later))
    assert (table.start.min().date(), table.end.max().date()) == (
        dt.date(2014, 12, 10),
        scenario.end,
    )
    apart = scenario.model_copy(update={"start": dt.date(2015, 1, 1), "end": dt.date(2015, 2, 1)})
    with pytest.raises(engine.InputError, match="no day in common"):
        engine.compare(seed_analysis, engine.analyze(apart))


def test_a_comparison_of_some_days(seed_analysis):
    after = engine.whatif(seed_analysis, events=[LOSS])
    table = engine.compare(seed_analysis, after, "2014-12-26")
    assert len(table) == len(seed_analysis.subjects)
    assert table.changed.sum() == 2
    with pytest.raises(engine.InputError, match="outside the run"):
        engine.compare(seed_analysis, after, "2015-03-01")


def test_a_report_that_another_came_after_may_be_withdrawn(seed_analysis):
    scenario = seed_analysis.scenario
    follower = next(event for event in scenario.events if event.after)
    changed = changed_scenario(scenario, withdraw=[follower.after])
    kept = {event.id: event for event in changed.events}
    assert follower.after not in kept
    assert not kept[follower.id].after
    assert engine.analyze(changed).statuses.keys() == seed_analysis.statuses.keys()


def test_events_are_withdrawn_delayed_and_doubted(seed_analysis):
    fights = [
        "e012-mallah",
        "s04-mallah",
        "e014-mallah",
        "e016-mallah",
        "s03-mallah",
        "e022-mallah",
    ]
    calm = engine.whatif(seed_analysis, withdraw=fights)
    assert set(calm.statuses["castello"]) == {"open"}
    doubted = engine.whatif(seed_analysis, confidence=dict.fromkeys(fights, 0.1))
    assert set(doubted.statuses["castello"]) == {"open"}
    late = engine.whatif(
        seed_analysis, delay={"e012-mallah": 2, "s04-mallah": dt.date(2014, 12, 16)}
    )
    starts = [late.days[at].astype(object) for at in late.spell_starts["castello"]]
    assert starts == [dt.date(2014, 12, 1), dt.date(2014, 12, 15)]
    (moved,) = [e for e in late.scenario.events if e.id == "e012-mallah"]
    assert (moved.earliest, moved.latest) == (dt.date(2014, 12, 15), dt.date(2014, 12, 16))


def test_only_known_events_can_be_changed(seed_analysis):
    with pytest.raises(engine.InputError, match="did you mean 'e012-mallah'"):
        changed_scenario(seed_analysis.scenario, withdraw=["e012-malah"])
    with pytest.raises(engine.InputError, match="expected at most 1"):
        changed_scenario(seed_analysis.scenario, confidence={"e012-mallah": 2.0})


def test_a_scenario_of_another_time_is_compared_where_they_meet(seed_analysis):
    longer = seed_analysis.scenario.model_copy(update={"end": dt.date(2015, 1, 10)})
    table = engine.compare(seed_analysis, engine.analyze(longer, network=seed_analysis.network))
    tail = table[table.start >= "2015-01-01"]
    assert (tail.before == "").all()
    assert (tail.after != "").all()


def test_the_sweep_says_what_real_events_do(seed_analysis):
    on = dt.date(2014, 12, 20)
    found = engine.sweep(seed_analysis, on, attacker="government")
    said = {(row.sites[0], row.id): row.after for row in found.itertuples()}
    before = seed_analysis.status(on)
    for place in ("mallah", "azaz", "hreitan", "hayyan", "jandoul", "tal-rifaat", "castello-road"):
        event = event_of(f"{place} captured by government on {on}")
        late = event.model_copy(update={"reported": dt.date(2099, 1, 1)})
        after = engine.whatif(seed_analysis, events=[late]).status(on)
        for name in ("castello", "bab-al-salama", "eastern-aleppo"):
            assert said.get((place, name), before[name]) == after[name], (place, name)
    assert found.people.dropna().is_monotonic_decreasing


def test_pairs_are_told_where_they_do_more_than_each_alone(seed_analysis):
    found = engine.sweep(seed_analysis, "2014-12-05", attacker="government", pairs=True)
    assert {len(sites) for sites in found.sites} == {1, 2}
    alone = {(row.sites[0], row.id): row.after for row in found.itertuples() if len(row.sites) == 1}
    for row in found.itertuples():
        if len(row.sites) == 2 and not row.places:
            assert all(alone.get((site, row.id)) != row.after for site in row.sites)


def test_without_azaz_bab_al_hawa_remains(seed_analysis):
    after = engine.whatif(seed_analysis, events=["azaz captured by isis on 2014-12-05"])
    assert after.status("2014-12-06")["bab-al-salama"] == "cut"
    assert after.status("2014-12-06")["eastern-aleppo"] == "connected"
    (row,) = engine.enclave_table(after, "2014-12-06").itertuples()
    assert "bab-al-hawa" in row.lifelines
