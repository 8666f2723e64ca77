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
    from engine.backtest.backtest import Backtest, run_backtest
    from engine.backtest.output import plot_backtest
    from engine.backtest.truth import read_truth
    from engine.errors import InputError, NetworkError, Problem, ScenarioError, SupplylineError
    from engine.importers.importing import import_reports
    from engine.importers.reading.drafts import Reading, read_text
    from engine.measures.access import access
    from engine.measures.articulation import articulation, disjoint_paths
    from engine.measures.best_paths import best_paths, path_distances
    from engine.measures.enclaves import enclave_table, perimeter, sieges
    from engine.measures.explanation import Explanation, explain
    from engine.measures.margin import margin
    from engine.measures.sensitivity import report_ages, sensitivity
    from engine.measures.sweep import sweep
    from engine.measures.whatif import compare, whatif, whatif_each
    from engine.network.arrays import Network
    from engine.network.read import read_network
    from engine.probability.exact import Effort
    from engine.probability.importance import Importance, importance
    from engine.probability.known import as_known, vintages
    from engine.probability.probability import probabilities
    from engine.report.charts import plot_captures, plot_comparison, plot_sensitivity, plot_share
    from engine.report.citation import Citation, cite
    from engine.report.geopackage import write_geopackage, write_geoparquet
    from engine.report.maps import plot_map, plot_maps
    from engine.report.page.html import write_page
    from engine.report.redaction import redacted
    from engine.report.results import write_results
    from engine.report.sentences import explanation_sentences
    from engine.report.sheets import write_csv_sheets
    from engine.report.timeline import plot_timeline
    from engine.report.workbook import write_xlsx
    from engine.scenario.load import load_scenario
    from engine.scenario.model import Event, Scenario

_HOME = {
    "Analysis": "analysis.analysis",
    "Backtest": "backtest.backtest",
    "Citation": "report.citation",
    "Effort": "probability.exact",
    "Event": "scenario.model",
    "Explanation": "measures.explanation",
    "Importance": "probability.importance",
    "InputError": "errors",
    "Network": "network.arrays",
    "NetworkError": "errors",
    "Problem": "errors",
    "Reading": "importers.reading.drafts",
    "Scenario": "scenario.model",
    "ScenarioError": "errors",
    "SupplylineError": "errors",
    "access": "measures.access",
    "analyze": "analysis.analysis",
    "articulation": "measures.articulation",
    "as_known": "probability.known",
    "best_paths": "measures.best_paths",
    "cite": "report.citation",
    "compare": "measures.whatif",
    "disjoint_paths": "measures.articulation",
    "enclave_table": "measures.enclaves",
    "explain": "measures.explanation",
    "explanation_sentences": "report.sentences",
    "import_reports": "importers.importing",
    "importance": "probability.importance",
    "load_scenario": "scenario.load",
    "margin": "measures.margin",
    "path_distances": "measures.best_paths",
    "perimeter": "measures.enclaves",
    "plot_backtest": "backtest.output",
    "plot_captures": "report.charts",
    "plot_comparison": "report.charts",
    "plot_map": "report.maps",
    "plot_maps": "report.maps",
    "plot_sensitivity": "report.charts",
    "plot_share": "report.charts",
    "plot_timeline": "report.timeline",
    "probabilities": "probability.probability",
    "read_network": "network.read",
    "read_text": "importers.reading.drafts",
    "read_truth": "backtest.truth",
    "redacted": "report.redaction",
    "report_ages": "measures.sensitivity",
    "run_backtest": "backtest.backtest",
    "sensitivity": "measures.sensitivity",
    "sieges": "measures.enclaves",
    "sweep": "measures.sweep",
    "vintages": "probability.known",
    "whatif": "measures.whatif",
    "whatif_each": "measures.whatif",
    "write_csv_sheets": "report.sheets",
    "write_geopackage": "report.geopackage",
    "write_geoparquet": "report.geopackage",
    "write_page": "report.page.html",
    "write_results": "report.results",
    "write_xlsx": "report.workbook",
}

__all__ = [
    "Analysis",
    "Backtest",
    "Citation",
    "Effort",
    "Event",
    "Explanation",
    "Importance",
    "InputError",
    "Network",
    "NetworkError",
    "Problem",
    "Reading",
    "Scenario",
    "ScenarioError",
    "SupplylineError",
    "__version__",
    "access",
    "analyze",
    "articulation",
    "as_known",
    "best_paths",
    "cite",
    "compare",
    "disjoint_paths",
    "enclave_table",
    "explain",
    "explanation_sentences",
    "import_reports",
    "importance",
    "load_scenario",
    "margin",
    "path_distances",
    "perimeter",
    "plot_backtest",
    "plot_captures",
    "plot_comparison",
    "plot_map",
    "plot_maps",
    "plot_sensitivity",
    "plot_share",
    "plot_timeline",
    "probabilities",
    "read_network",
    "read_text",
    "read_truth",
    "redacted",
    "report_ages",
    "run_backtest",
    "sensitivity",
    "sieges",
    "sweep",
    "vintages",
    "whatif",
    "whatif_each",
    "write_csv_sheets",
    "write_geopackage",
    "write_geoparquet",
    "write_page",
    "write_results",
    "write_xlsx",
]


def __getattr__(name: str) -> object:
    """Load what is asked for, and with it the libraries that it needs, when it is asked for."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    """Return what is public."""
    return list(__all__)
