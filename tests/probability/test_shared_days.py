"""Days that share an answer, or a diagram, against each day on its own."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings

import engine
from engine.probability import probability
from engine.probability.exact import Effort
from engine.probability.probability import probabilities

from .random_doubt import on_the_way

SETTINGS = settings(
    max_examples=8, suppress_health_check=list(HealthCheck), phases=[Phase.generate, Phase.shrink]
)


@pytest.mark.slow
def test_the_run_is_what_its_days_are_to_the_last_bit(monkeypatch) -> None:
    built: list[object] = []
    answer_of = probability.answer_of

    def noted(event, effort):
        built.append(event)
        return answer_of(event, effort)

    monkeypatch.setattr(probability, "answer_of", noted)
    together = apart = 0

    @SETTINGS
    @given(on_the_way(more=True))
    def compare(case) -> None:
        nonlocal together, apart
        question, _ = case
        analysis = engine.analyze(
            question.scenario, network=question.network, known_on=question.known_on
        )
        for effort in (Effort(), Effort(at_once=0)):
            built.clear()
            whole = probabilities(analysis, effort=effort)
            together += len(built)
            built.clear()
            for day in whole.date.to_numpy().astype("datetime64[D]"):
                alone = probabilities(analysis, dates=day, effort=effort)
                assert whole.sel(date=[day]).identical(alone)
            apart += len(built)

    compare()
    assert 20 < together < 0.9 * apart
