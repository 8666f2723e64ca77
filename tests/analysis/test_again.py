"""A change to an analyzed scenario against a full run, on random edits one after the other."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

import engine
from engine.analysis import again
from engine.control import splicing
from engine.control.states import OF_RUNS
from engine.errors import InputError
from engine.measures.whatif import event_of
from engine.scenario.change_sets import changed_scenario
from engine.scenario.check import problems
from engine.scenario.model import Event
from tests.control.test_states import ACTORS, DAYS, NAMES, NETWORK, busy
from tests.draws import Draws
from tests.meaning.build import day, scenario

if TYPE_CHECKING:
    from engine.analysis.analysis import Analysis


def as_a_full_run(now: Analysis) -> None:
    """Assert that an analysis is what a full run says of its scenario."""
    full = engine.analyze(now.scenario, network=NETWORK)
    assert now.spell_rows() == full.spell_rows()
    assert np.array_equal(now.states.borders, full.states.borders)
    assert np.array_equal(now.states.runs.key, full.states.runs.key)
    for name in OF_RUNS:
        found, expected = getattr(now.states, name), getattr(full.states, name)
        assert np.array_equal(found, expected), name
        assert found.dtype == expected.dtype, name
    for name, status in full.routes.items():
        assert np.array_equal(now.routes[name], status)
    for name, enclave in full.enclaves.items():
        assert enclave.places == now.enclaves[name].places
        for part in ("place_status", "lost", "cut_off", "status"):
            found = getattr(now.enclaves[name], part)
            assert np.array_equal(found, getattr(enclave, part)), part
    for name in ("site", "date", "report", "confidence", "contestant"):
        assert np.array_equal(
            getattr(now.states.statements, name),
            getattr(full.states.statements, name),
        ), name
    assert np.array_equal(now.states.believed, full.states.believed)
    for actor in range(len(full.scenario.actors)):
        for found, expected in zip(
            now.states.bounds(actor), full.states.bounds(actor), strict=True
        ):
            assert np.array_equal(found, expected)
    assert np.array_equal(now.states.since, full.states.since)
    assert np.array_equal(now.states.passable, full.states.passable)


class Edits(RuleBasedStateMachine):
    """Reports added, withdrawn, delayed and doubted; what a full run says is said after each."""

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        drawn = scenario(busy(Draws(data.draw)))
        assume(not problems(drawn))  # such as a site that overlooks itself
        self.now = engine.analyze(drawn, network=NETWORK)

    def _changed(self, **changes: Any) -> None:
        with suppress(InputError):
            self.now = engine.whatif(self.now, **changes)

    def _some_event(self, at: int) -> str:
        ids = self.now.scenario.event_ids()
        return ids[at % len(ids)] if ids else "none"

    @rule(
        site=st.sampled_from([*NAMES, "g0", "g2"]),
        actor=st.sampled_from(ACTORS),
        on=st.integers(1, DAYS),
    )
    def add(self, site: str, actor: str, on: int) -> None:
        self._changed(events=[f"{site} captured by {actor} on {day(on)}"])

    @rule(at=st.integers(0, 60))
    def withdraw(self, at: int) -> None:
        self._changed(withdraw=[self._some_event(at)])

    @rule(at=st.integers(0, 60), days=st.integers(1, 9))
    def delay(self, at: int, days: int) -> None:
        self._changed(delay={self._some_event(at): days})

    @rule(at=st.integers(0, 60), sure=st.sampled_from([0.2, 0.9]))
    def doubt(self, at: int, sure: float) -> None:
        self._changed(confidence={self._some_event(at): sure})

    @invariant()
    def as_a_full_run(self) -> None:
        as_a_full_run(self.now)


TestEdits = pytest.mark.slow(Edits.TestCase)
TestEdits.settings = settings(
    max_examples=6, stateful_step_count=5, deadline=None, suppress_health_check=list(HealthCheck)
)


def test_ground_is_kept_where_it_is_the_same() -> None:
    few = {
        "actors": {"x": {}, "y": {}},
        "baseline": [{"site": name, "holder": "x"} for name in ("p0", NAMES[-1])],
        "routes": [{"id": "r", "actor": "x", "from": "p0", "to": NAMES[-1]}],
    }
    before = engine.analyze(scenario(few), network=NETWORK)
    same = engine.whatif(before, events=[f"p0 captured by y on {day(3)}"])
    assert same.sectors is before.sectors
    assert same.terminals.kernel() is before.terminals.kernel()
    other = engine.whatif(before, events=[f"p5 captured by y on {day(3)}"])
    assert other.sectors is not before.sectors
    assert other.sectors.n_sectors > before.sectors.n_sectors


PLAIN = {
    "actors": {"x": {}, "y": {}},
    "baseline": [{"site": name, "holder": "x"} for name in ("p0", NAMES[-1])],
    "events": [
        {"date": day(2), "site": "p1", "kind": "captured", "actor": "y", "id": "first"},
        {"date": day(3), "site": "p1", "kind": "captured", "actor": "x", "id": "second"},
        {"date": day(4), "site": "p0", "kind": "contested", "id": "third", "after": "second"},
        {"date": day(5), "site": "p0", "kind": "captured", "actor": "y", "id": "fourth"},
    ],
    "routes": [{"id": "r", "actor": "x", "from": "p0", "to": NAMES[-1]}],
}


@pytest.mark.parametrize(
    ("changes", "is_kept"),
    [
        ({"events": [f"p0 captured by y on {day(4)}"]}, True),
        ({"events": [f"p1 captured by y on {day(4)}"], "confidence": {"fourth": 0.4}}, True),
        ({"withdraw": ["fourth"]}, True),
        ({"withdraw": ["second"]}, False),  # another comes after it
        ({"withdraw": ["first"]}, False),  # the first to name its site
        ({"delay": {"third": 1}}, False),  # it comes after another
        ({"events": [f"p5 captured by y on {day(4)}"]}, False),  # no one named it
    ],
)
def test_statements_are_kept_where_plain_reports_change(
    changes: dict[str, Any], *, is_kept: bool
) -> None:
    before = engine.analyze(scenario(PLAIN), network=NETWORK)
    changed = changed_scenario(
        before.scenario, **{**changes, "events": [event_of(e) for e in changes.get("events", ())]}
    )
    assert (again._kept_events(before, changed) is not None) is is_kept
    now, full = again.analyze_again(before, changed), engine.analyze(changed, network=NETWORK)
    assert now.spell_rows() == full.spell_rows()
    assert np.array_equal(now.routes["r"], full.routes["r"])


FAR = [
    {"date": day(at), "site": f"p{at}", "kind": "captured", "actor": "xy"[at % 2], "id": f"on-{at}"}
    for at in (2, 4, 6, 8)
]


@pytest.mark.parametrize(
    ("changes", "intervals"),
    [
        ({"events": [f"p2 captured by x on {day(4)}"]}, 0),
        ({"events": [f"p2 captured by x on {day(5)}"]}, 1),  # a day on which nothing happened
        ({"events": [f"p2 captured by x on {day(5)} until {day(9)}"]}, 2),
        ({"delay": {"on-4": 1}}, 0),  # one day instead of another
        ({"withdraw": ["on-6"]}, -1),  # the only report of its day
        ({"withdraw": ["on-4", "on-6"], "confidence": {"on-8": 0.4}}, -2),
    ],
)
def test_runs_are_made_anew_only_where_a_change_bears_on_ground(
    changes: dict[str, Any], intervals: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hill over a few places, a gate and passage that ends: days come and go, and ground stays as it was."""
    several = {
        "actors": {"x": {}, "y": {"passes": [{"actor": "x", "until": day(7)}]}},
        "baseline": [{"site": f"p{at}", "holder": "x"} for at in range(10)],
        "events": FAR,
        "overlooks": [{"site": "p8", "onto": "p2"}],
        "gates": [{"site": "p3", "from": day(3), "modes": ["convoy"]}],
        "routes": [
            {"id": f"r{actor}", "actor": actor, "from": "p0", "to": "p9", "mode": "any"}
            for actor in "xy"
        ],
        "enclaves": [{"id": "e", "actor": "y", "site": "p4", "lifelines": ["p0"]}],
    }
    before = engine.analyze(scenario(several), network=NETWORK)
    asked: list[int] = []
    in_full = splicing.control_by

    def noted(question: Any, ground: Any, *rest: Any) -> Any:
        asked.append(ground.n_sectors)
        return in_full(question, ground, *rest)

    monkeypatch.setattr(splicing, "control_by", noted)
    now = engine.whatif(before, **changes)
    assert len(asked) == 1
    assert asked[0] < before.sectors.n_sectors
    monkeypatch.undo()
    assert now.states.n_intervals - before.states.n_intervals == intervals
    as_a_full_run(now)


def test_a_change_to_a_site_without_ground_changes_no_ground() -> None:
    """An area beside all roads, of which reports speak all the same: of the days alone there are more."""
    void = {"id": "void", "area": [[0, 0], [0, 1], [1, 1]]}
    asked = PLAIN | {
        "sites": [void],
        "baseline": [*PLAIN["baseline"], {"site": "void", "holder": "x"}],
    }
    before = engine.analyze(scenario(asked), network=NETWORK)
    for on, more in ((5, 0), (7, 1)):
        now = engine.whatif(before, events=[f"void captured by y on {day(on)}"])
        assert now.states.n_intervals == before.states.n_intervals + more
        as_a_full_run(now)


@pytest.mark.parametrize("word", ["actor", "id"])
def test_a_change_that_is_wrong_is_refused_as_by_a_full_run(word: str) -> None:
    before = engine.analyze(scenario(PLAIN), network=NETWORK)
    wrong = {"date": day(4), "site": "p0", "kind": "captured", "actor": "y", "id": "new"}
    wrong[word] = "fourth"
    with pytest.raises(InputError, match="fourth"):
        engine.whatif(before, events=[Event.model_validate(wrong)])
