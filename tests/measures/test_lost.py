"""Enclaves that are lost: what every measure says of them, on a road of four places."""

from __future__ import annotations

import engine
from tests.meaning.build import day, place, road_network, scenario

NODES = [(37.0 + 0.01 * n, 36.0) for n in range(4)]
NETWORK = road_network(
    NODES,
    [(n, n + 1, 1000) for n in range(3)],
    [place(name, at) for name, at in zip("abcd", NODES, strict=True)],
)
COURSE = (
    {"id": "one", "date": day(3), "site": "c", "kind": "captured", "actor": "y"},
    {"id": "two", "date": day(5), "site": "d", "kind": "captured", "actor": "y"},
    {"id": "again", "date": day(6), "site": "d", "kind": "described", "actor": "y"},
    {"id": "back", "date": day(8), "site": "d", "kind": "captured", "actor": "x"},
)


def pocket(*events, population=90, actors=None, baseline=None):
    return engine.analyze(
        scenario(
            {
                "actors": actors or {"x": {"label": "The holders"}, "y": {"label": "The others"}},
                "sites": [{"id": "pocket", "places": ["c", "d"]}],
                "baseline": baseline or [{"site": site, "holder": "x"} for site in "abcd"],
                "enclaves": [
                    {"id": "pocket", "actor": "x", "lifelines": ["a"], "population": population}
                ],
                "events": events,
            }
        ),
        network=NETWORK,
    )


def test_the_siege_ends_with_the_last_place() -> None:
    analysis = pocket(*COURSE)
    assert [row["status"] for row in analysis.spell_rows()] == [
        "connected", "besieged", "lost", "besieged",
    ]  # fmt: skip
    assert engine.sieges(analysis).what.tolist() == [
        "siege begins", "lost", "held again and besieged",
    ]  # fmt: skip
    assert engine.sieges(pocket(baseline=[{"site": s, "holder": "y"} for s in "cd"])).what.tolist(
    ) == ["lost from the start"]  # fmt: skip


def test_people_of_a_lost_enclave_and_of_its_lost_places() -> None:
    kinds = ["people", "connected", "besieged", "in_lost"]
    whole = engine.enclave_table(pocket(*COURSE))[kinds].astype(object)
    assert whole.where(whole.notna(), None).to_numpy().tolist() == [
        [90, 90, 0, 0],
        [90, 0, None, None],  # c is lost and d besieged: where the people live is not known
        [90, 0, 0, 90],
        [90, 0, None, None],
    ]
    by_place = engine.enclave_table(pocket(*COURSE, population={"c": 60, "d": 30}))[kinds]
    assert by_place.to_numpy().tolist() == [
        [90, 90, 0, 0], [90, 0, 30, 60], [90, 0, 0, 90], [90, 0, 30, 60],
    ]  # fmt: skip


def test_who_took_the_last_place_by_which_report() -> None:
    analysis = pocket(*COURSE)
    found = engine.explain(analysis, "pocket", day(7))
    assert (found.status, found.since, found.before) == ("lost", str(day(5)), "besieged")
    (step,) = found.because
    assert (step.labels, step.state) == (("D",), "held by The others")
    assert [report.event for report in step.reports] == ["two"]
    assert (found.cut, found.to_open) == ((), ())
    assert any(
        "D captured by The others on" in line for line in engine.explanation_sentences(found)
    )
    row = analysis.spell_rows()[2]
    assert (row["sites"], row["reports"]) == ("d", "two")
    held_again = engine.explain(analysis, "pocket", day(8))
    assert [report.event for step in held_again.changed for report in step.reports] == ["back"]
    assert analysis.path("pocket", day(7)) == []


def test_what_would_relieve_it_and_what_its_loss_affects() -> None:
    analysis = pocket(*COURSE)
    swept = engine.sweep(analysis, day(4))
    (row,) = swept[swept.sites == ("d",)].itertuples()
    assert (row.before, row.after, row.places, row.people) == ("besieged", "lost", ("d",), 90)
    swept = engine.sweep(pocket(*COURSE, population={"c": 60, "d": 30}), day(4))
    assert swept[swept.sites == ("d",)].people.tolist() == [30]


def test_the_fourth_outcome() -> None:
    doubtful = [{**event, "confidence": 0.5} for event in COURSE[:2]]
    analysis = pocket(*doubtful)
    found = engine.probabilities(analysis, dates=day(5))
    assert found.probability.to_numpy().tolist() == [[[0.5, 0.0, 0.25, 0.25]]]
    known = engine.as_known(analysis, day(5), probabilities=True)
    assert known["pocket: lost"].tolist() == [0.0, 0.0, 0.25]
    hangs = engine.importance(analysis, "pocket", day(5))
    assert hangs.status == {"open": 0.5, "at risk": 0.0, "cut": 0.25, "lost": 0.25}
    sets = hangs.settling.set_index("answer").events
    weighed = hangs.events.loc["one", ["lost_if_true", "lost_if_false", "importance_lost"]]
    assert weighed.tolist() == [0.5, 0.0, 0.5]
    assert sets["lost"] == (("one", True), ("two", True))
    assert set(sets["not lost"]) == {(("one", False),), (("two", False),)}


def test_a_passage_that_ends_loses_it_and_unknown_ground_does_not() -> None:
    actors = {"x": {"passes": [{"actor": "z", "until": day(4)}]}, "y": {}, "z": {"label": "Guests"}}
    baseline = [{"site": site, "holder": "x" if site in "ab" else "z"} for site in "abcd"]
    analysis = pocket(actors=actors, baseline=baseline)
    assert analysis.statuses["pocket"] == ["connected", "lost"]
    steps = engine.explain(analysis, "pocket", day(5)).because
    assert [step.state for step in steps] == ["held by Guests"]
    unknown = pocket(baseline=[{"site": site, "holder": "x"} for site in "ab"])
    assert unknown.statuses["pocket"] == ["at risk"]


def test_a_lost_enclave_is_supplied_from_nowhere() -> None:
    table = engine.enclave_table(pocket(*COURSE))
    lost = table[table["status"] == "lost"]
    assert len(lost)
    assert set(lost["lifelines"]) == set(lost["doubtful"]) == {()}
    assert ("a",) in set(table["lifelines"])
