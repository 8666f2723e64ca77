"""Every public function and method of an analysis, and how each is called on the seed case."""

from __future__ import annotations

import inspect
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import pandas as pd

import engine

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parent.parent
SEED = ROOT / "scenarios" / "castello-2014-12.toml"
TRUTH = ROOT / "data" / "backtest" / "aleppo-truth.csv"
DAY = "2014-12-20"
METHODS = tuple(
    name
    for name, one in inspect.getmembers(engine.Analysis, inspect.isfunction)
    if not name.startswith("_") and name != "card"
)
FUNCTIONS = tuple(name for name in engine.__all__ if inspect.isfunction(getattr(engine, name)))
NAMES = (*FUNCTIONS, *(f"Analysis.{name}" for name in METHODS))


@cache
def seed() -> engine.Analysis:
    """Return the analysis of the seed case."""
    return engine.analyze(engine.load_scenario(SEED))


@cache
def besieged() -> engine.Analysis:
    """Return the seed case with a siege that begins and is broken."""
    lost = [
        "mallah captured by government on 2014-12-25",
        "mallah captured by opposition on 2014-12-28",
    ]
    return engine.whatif(seed(), events=lost)


def arguments(name: str, folder: Path, analysis: engine.Analysis | None = None) -> dict[str, Any]:
    """Return the arguments with which a function or method is called, by parameter.

    Parameters
    ----------
    name
        The function, or ``Analysis.method``.
    folder
        Where files are written.
    analysis
        Another case than the usual one.
    """
    after, own = analysis or besieged(), seed().scenario
    fixtures = ROOT / "tests" / "importers" / "fixtures"
    special: dict[str, Callable[[], dict[str, Any]]] = {
        "analyze": lambda: {"scenario": after.scenario, "network": after.network},
        "load_scenario": lambda: {"path": SEED},
        "read_network": lambda: {"name_or_path": "aleppo-schematic"},
        "read_truth": lambda: {"path": TRUTH},
        "run_backtest": lambda: {"scenario": own, "truth": castello_truth()},
        "sensitivity": lambda: {"analysis": after, "on": DAY, "margins": False},
        "compare": lambda: {"before": seed(), "after": after},
        "explanation_sentences": lambda: {"found": engine.explain(seed(), "castello", DAY)},
        "plot_backtest": lambda: {"test": backtest()},
        "plot_captures": lambda: {"table": captures()},
        "plot_comparison": lambda: {"before": seed(), "after": after},
        "plot_sensitivity": lambda: {"table": sensitivities()},
        "plot_maps": lambda: {"analysis": after, "days": ["2014-12-05", DAY]},
        "whatif_each": lambda: {"analysis": after, "places": ["mallah"], "actor": "government"},
        "access": lambda: {"analysis": after, "places": pd.DataFrame({"id": ["azaz", "hanano"]})},
        "import_reports": lambda: {
            "source": "sheet", "file": fixtures / "sheet-arabic.csv", "into": folder / "none.toml",
        },
        "read_text": lambda: {
            "text": "Handarat fell.", "scenario": own, "places": seed().network.places, "published": DAY,
        },
        "Analysis.share": lambda: {"self": after, "freq": "W"},
        "Analysis.table": lambda: {"self": after, "freq": "W"},
        "Analysis.status": lambda: {"self": after, "on": DAY},
    }  # fmt: skip
    if name in special:
        return special[name]()
    usual: dict[str, Any] = {
        "self": after, "analysis": after, "subject": "castello", "name": "eastern-aleppo",
        "on": DAY, "interval": 0, "path": folder / _FILES.get(name, "file"), "folder": folder / "new",
    }  # fmt: skip
    needed = inspect.signature(function(name)).parameters.values()
    return {one.name: usual[one.name] for one in needed if one.default is inspect.Parameter.empty}


_FILES = {
    "write_geopackage": "a.gpkg",
    "write_geoparquet": "a.parquet",
    "write_page": "a.html",
    "write_xlsx": "a.xlsx",
}


def function(name: str) -> Callable[..., Any]:
    """Return a function or method by its name."""
    home, _, method = name.partition(".")
    found: Callable[..., Any] = (
        getattr(getattr(engine, home), method) if method else getattr(engine, home)
    )
    return found


def call(name: str, folder: Path) -> object:
    """Call it."""
    try:
        return function(name)(**arguments(name, folder))
    finally:
        plt.close("all")


@cache
def castello_truth() -> tuple[Any, ...]:
    """Return what is documented of one route."""
    return tuple(row for row in engine.read_truth(TRUTH) if row.route == "castello")


@cache
def backtest() -> engine.Backtest:
    """Return a back-test of the seed case."""
    return engine.run_backtest(seed().scenario, castello_truth())


@cache
def sensitivities() -> pd.DataFrame:
    """Return a table of sensitivity."""
    return engine.sensitivity(seed(), DAY, margins=False)


@cache
def captures() -> pd.DataFrame:
    """Return what the capture of each of some places changes."""
    places = ["mallah", "handarat", "hreitan", "castello-west"]
    return engine.whatif_each(seed(), places, "government")
