"""The back-test of two years of Aleppo, run once for all that look at it."""

from __future__ import annotations

from pathlib import Path

import pytest

import engine
from engine.backtest.backtest import Backtest, backtest
from engine.backtest.truth import read_truth

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def aleppo() -> Backtest:
    scenario = engine.load_scenario(ROOT / "scenarios" / "aleppo-2014-2015.toml")
    return backtest(scenario, read_truth(ROOT / "data" / "backtest" / "aleppo-truth.csv"))
