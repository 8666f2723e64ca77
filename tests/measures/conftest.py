"""The seed scenario, as it is and with al-Mallah lost on 25 December."""

from __future__ import annotations

import datetime as dt

import pytest

import engine
from engine.scenario.model import Event


@pytest.fixture(scope="package")
def seed_analysis() -> engine.Analysis:
    return engine.analyze(engine.load_scenario("scenarios/castello-2014-12.toml"))


@pytest.fixture(scope="package")
def besieged(seed_analysis: engine.Analysis) -> engine.Analysis:
    lost = Event(
        id="loss", date=dt.date(2014, 12, 25), site="mallah", kind="captured", actor="government"
    )
    events = (*seed_analysis.scenario.events, lost)
    scenario = seed_analysis.scenario.model_copy(update={"events": events})
    return engine.analyze(scenario, network=seed_analysis.network)
