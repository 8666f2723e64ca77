"""Supply-route and siege analysis: from dated, uncertain reports to the connectivity of roads.

>>> import engine
>>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
>>> analysis = engine.analyze(scenario)
>>> analysis.status("2014-12-20")["castello"]
'at risk'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from engine.version import __version__

if TYPE_CHECKING:
    from engine.analysis.analysis import Analysis, analyze
    from engine.errors import InputError, NetworkError, Problem, ScenarioError, SupplylineError
    from engine.network.arrays import Network
    from engine.network.read import read_network
    from engine.scenario.load import load_scenario
    from engine.scenario.model import Scenario

_HOME = {
    "Analysis": "analysis.analysis",
    "InputError": "errors",
    "Network": "network.arrays",
    "NetworkError": "errors",
    "Problem": "errors",
    "Scenario": "scenario.model",
    "ScenarioError": "errors",
    "SupplylineError": "errors",
    "analyze": "analysis.analysis",
    "load_scenario": "scenario.load",
    "read_network": "network.read",
}

__all__ = [
    "Analysis",
    "InputError",
    "Network",
    "NetworkError",
    "Problem",
    "Scenario",
    "ScenarioError",
    "SupplylineError",
    "__version__",
    "analyze",
    "load_scenario",
    "read_network",
]


def __getattr__(name: str) -> object:
    """Load what is asked for, and with it the libraries that it needs, when it is asked for."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
