"""The back-tests of Aleppo, two years and three, each run once for all that look at it."""

from __future__ import annotations

from pathlib import Path

import pytest

import engine
from engine.backtest.backtest import Backtest, Run, run_backtest, score_run
from engine.backtest.truth import read_truth

ROOT = Path(__file__).resolve().parents[2]
TRUTH = ROOT / "data" / "backtest" / "aleppo-truth.csv"


@pytest.fixture(scope="session")
def aleppo() -> Backtest:
    scenario = engine.load_scenario(ROOT / "scenarios" / "aleppo-2014-2015.toml")
    return run_backtest(scenario, read_truth(TRUTH, scenario))


@pytest.fixture(scope="session")
def three_years() -> Run:
    """All reports of the three years, with probabilities: those take most of the time."""
    scenario = engine.load_scenario(ROOT / "scenarios" / "aleppo-2014-2016.toml")
    return score_run(engine.analyze(scenario), read_truth(TRUTH, scenario))
