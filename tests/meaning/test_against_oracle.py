"""The engine against the oracle, on random networks and scenarios in which every rule occurs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, seed, settings

import engine

from .oracle import Solution, solve
from .strategies import MARGIN, Question, questions

if TYPE_CHECKING:
    import datetime as dt

    from engine import Analysis

pytestmark = pytest.mark.slow

CASES, ROUNDS, MOST_ROUNDS = 350, 3, 10
"""So many cases in each round, and rounds: more of these where a rule has hardly occurred in the first."""
AT_LEAST = 4
"""In how many cases each rule must have decided something."""

WORDS = """
baseline held; baseline contested; baseline exposed; baseline closed; baseline not believed;
baseline not known yet; baseline without a holder; word before the baseline;
believed at exactly the limit; event not believed; event not reported yet;
dispute decided; dispute undecided; dispute: first in the file;
kind captured; kind described; kind contested; kind fighting; kind under_fire; kind closed;
kind reopened; kind repelled; kind siege_broken; kind raid; kind strike; kind losses; kind aim;
kind truce; kind statement;
claim believed; claim not believed; claim of a dispute; claim of the baseline;
contestants from actor and defender; contested keeps the holder; defender affirmed;
described keeps the condition; reopened; two tracks: a later word leaves the other track;
latest word; same day: more specific; same day: reported later; same day: further down;
same day: event below baseline; until: the latest one left rules; until: what came meanwhile;
until: nothing is left
"""
GROUND = """
catchments meet on a segment; catchments of a map meet on a segment; tie to the lower id; place without a role; place on the way, at no node;
dead end: left aside; dead end: the place is on it; dead end: the other node has a place; dead end: no other node near;
place without ground;
ground beyond the reach; ground that no place reaches; place under another id;
place with its own reach; stretch by name; stretch by name_ar; stretch by alt_name; stretch by ref;
stretch between two places; stretch between two places on a road;
stretch from the road's nearest nodes; several shortest ways; OSM ways;
corridor: other names threefold; corridor: side streets fourfold; corridor: ground beside the road;
corridor: its nearest place, not the catchment; corridor: no reach limits it;
corridor: the nearest of several; corridor: the nearer place on a shared road;
corridor without places divides nothing; corridor on a schematic network;
stretch of which nothing speaks; area; area along a drawn line; segment split at the border of an area; group; group in a group; unknown ground
"""
PASSAGE = """
passes; passes from a date; passes until a date; passes not yet; passes no longer;
passage is directed; passage is not transitive
"""
OVERLOOKING = """
overlooking wholly: exposed; overlooking wholly: closed; overlooking partly; overlooking contested;
overlooking weakened from closed; overlooking several: the worst; overlooking by range;
overlooking and own condition: the worst; overlooking ground under fire or closed;
overlooking harmless; overlooking spares unknown ground;
overlooking spares who may pass the hill: contested ground;
overlooking spares who may pass the hill: the ground of a friend
"""
STATUS = """
ground held, friend: secure; ground held, foe: neither; ground held, unknown: possible;
ground exposed, friend: possible; ground exposed, foe: neither; ground exposed, unknown: possible;
ground contested, friend: possible; ground contested, foe: neither;
ground contested, nobody named: possible; ground closed: neither;
route open; route at risk; route cut; end: place; end: group; end: area; end: stretch; end: ways;
end that cannot be used; end on the nearest road of within; end too far from the roads of within; ends coincide; several sources; via: the worst leg; within forbids a way;
one-way street in the way
"""
ENCLAVES = """
enclave connected; enclave at risk; enclave besieged; enclave lost;
enclave lost with a way to a place;
enclave: the best of the places held; enclave: a lost place does not count; place lost;
place partly in hostile hands; place cut off; equal groups: the first place
"""
RULES = {
    rule.strip()
    for part in (WORDS, GROUND, PASSAGE, OVERLOOKING, STATUS, ENCLAVES)
    for rule in part.split(";")
}


def test_the_engine_agrees_with_the_oracle(random_seed: int) -> None:
    occurred: Counter[str] = Counter()

    def compare(question: Question) -> None:
        expected = solve(question.scenario, question.network, question.known_on)
        occurred.update(rule for rule, times in expected.rules.items() if times)
        found = engine.analyze(
            question.scenario, network=question.network, known_on=question.known_on
        )
        assert_same(found, expected)

    # What Hypothesis draws hangs on the modules that other tests have loaded (it tries their constants), and
    # cases of one round are alike: how often a rule occurs differs much from round to round.
    asked = settings(
        max_examples=CASES,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
    )(given(questions())(compare))
    seldom: dict[str, int] = {}
    for number in range(MOST_ROUNDS):
        seed(random_seed * MOST_ROUNDS + number)(asked)()
        seldom = {rule: occurred[rule] for rule in RULES if occurred[rule] < AT_LEAST}
        if number + 1 >= ROUNDS and not seldom:
            break
    assert not seldom, f"rules that hardly occurred: {seldom}"


def assert_same(found: Analysis, expected: Solution) -> None:
    """Compare statuses and places on every day, and control on the change dates of both."""
    changes = {*expected.borders[:-1], *found.days.tolist()}
    rows = assert_same_ground(found, expected)
    for on in expected.states:
        statuses = found.status(on)
        for question in (*expected.routes, *expected.enclaves):
            assert statuses[question] == expected.status(question, on), (question, on)
        if on in changes:
            assert_same_places(found, expected, on)
            assert_same_control(found, expected, on, rows)


def assert_same_places(found: Analysis, expected: Solution, on: dt.date) -> None:
    for enclave, days in expected.enclaves.items():
        table = found.enclave_places(enclave, on)
        assert list(table.index) == list(days[on].places)
        for name, there in days[on].places.items():
            row = table.loc[name]
            assert (row.status, bool(row.lost), bool(row.cut_off)) == (
                there.status, there.lost, there.cut_off,
            ), (enclave, name, on)  # fmt: skip


def assert_same_ground(found: Analysis, expected: Solution) -> list[int]:
    """Compare what every site covers; return the row of the engine for each piece, -1 for short ones."""
    sectors, ground = found.sectors, expected.ground
    pieces, sites = sectors.pieces, sectors.sites
    rows = []
    for piece in ground.pieces:
        at, length = float(piece.middle), float(ground.length[piece.segment])
        here = (pieces.parent == piece.segment) & (pieces.from_m <= at) & (at <= pieces.to_m)
        # Pieces shorter than the margin may lie beside the border of a circle, which is not exact.
        rows.append(int(np.flatnonzero(here)[0]) if piece.length >= MARGIN * length else -1)
    for site in sites.named:
        covered = sectors.covers[sites.index[site.id]][sectors.sector]
        mine = ground.covers(site.id)
        for number, row in enumerate(rows):
            assert row < 0 or covered[row] == (number in mine), (site.id, ground.pieces[number])
    return rows


def assert_same_control(found: Analysis, expected: Solution, on: dt.date, rows: list[int]) -> None:
    """Compare holder and condition in the middle of every piece of the oracle."""
    control = found.control(on)
    holder, condition = control["holder"].to_numpy(), control["condition"].to_numpy()
    for sample, row in zip(expected.control(on), rows, strict=True):
        if row >= 0:
            assert (holder[row], condition[row]) == (sample.holder, sample.condition), (sample, on)
