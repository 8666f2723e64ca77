"""The worked examples, answered by the oracle and by the engine."""

from __future__ import annotations

import pytest

import engine

from . import cases_of_control, cases_of_corridors, cases_of_overlooking, cases_of_status
from .build import day
from .cases import LETTER, Case
from .oracle import solve

RUN = [day(number) for number in range(1, 11)]
CASES = [
    case
    for cases in (cases_of_control, cases_of_corridors, cases_of_overlooking, cases_of_status)
    for case in cases.CASES
]
by_name = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))


def in_words(status: str, *, lost: bool, cut_off: bool) -> str:
    return " ".join([LETTER[status], *["lost"] * bool(lost), *["cut off"] * bool(cut_off)])


@by_name
def test_oracle(case: Case) -> None:
    answer = solve(case.scenario, case.network, case.known_on)
    found = {name: "".join(LETTER[answer.status(name, on)] for on in RUN) for name in case.days}
    assert found == case.days
    for number, segment, metre, holder, condition in case.ground:
        (sample,) = (
            sample
            for sample in answer.control(day(number))
            if sample.segment == segment and sample.begin_m < metre < sample.end_m
        )
        assert (holder, condition) == (sample.holder, sample.condition), (number, segment, metre)
    for (enclave, number, name), words in case.places.items():
        there = answer.enclaves[enclave][day(number)].places[name]
        found = in_words(there.status, lost=there.lost, cut_off=there.cut_off)
        assert found == words, (enclave, number, name)


@by_name
def test_engine(case: Case) -> None:
    answer = engine.analyze(case.scenario, network=case.network, known_on=case.known_on)
    found = {name: "".join(LETTER[answer.status(on)[name]] for on in RUN) for name in case.days}
    assert found == case.days
    for number, segment, metre, holder, condition in case.ground:
        control = answer.control(day(number))
        there = control[
            (control.segment == segment) & (control.from_m < metre) & (metre < control.to_m)
        ]
        assert list(zip(there.holder, there.condition, strict=True)) == [(holder, condition)], (
            number, segment, metre,
        )  # fmt: skip
    for (enclave, number, name), words in case.places.items():
        there = answer.enclave_places(enclave, day(number)).loc[name]
        found = in_words(there.status, lost=there.lost, cut_off=there.cut_off)
        assert found == words, (enclave, number, name)


@pytest.mark.parametrize("name", cases_of_overlooking.COMBINATIONS)
def test_the_reason_agrees_with_the_status_under_a_hill(name: str) -> None:
    three = cases_of_overlooking.COMBINATIONS[name]
    case = cases_of_overlooking.combination(name)
    found = engine.analyze(case.scenario, network=case.network).reasons("r", 0)
    if three.status == "o":
        assert not any(reason.overlooked_by for reason in found)
        return
    (reason,) = found
    assert reason.sites[0] == "c"
    assert reason.overlooked_by == ("hill" if three.reason == "hill" else "")
    assert three.reason == "hill" or f"held by {three.holder}" in reason.state or three.contested
