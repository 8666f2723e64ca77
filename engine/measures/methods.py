"""The measures as methods of an analysis; each is documented where it is computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    import geopandas
    import pandas as pd

    from engine.analysis.analysis import Analysis
    from engine.measures.best_paths import By
    from engine.measures.explanation import Explanation


class Measures:
    """What an `Analysis` can be asked of sieges, besides status."""

    def margin(self, on: str | dt.date | None = None, **options: Any) -> pd.DataFrame:
        """Return the fewest places whose loss would cut, or gain relieve: `engine.measures.margin`."""
        from engine.measures.margin import margin

        return margin(_whole(self), on, **options)

    def critical(
        self, on: str | dt.date | None = None, *, of: str | None = None
    ) -> geopandas.GeoDataFrame:
        """Return the places and roads on every open way: `engine.measures.articulation`."""
        from engine.measures.articulation import critical

        return critical(_whole(self), on, of=of)

    def disjoint(self, on: str | dt.date | None = None, *, of: str | None = None) -> pd.DataFrame:
        """Return how many open ways share no road: `engine.measures.articulation`."""
        from engine.measures.articulation import disjoint

        return disjoint(_whole(self), on, of=of)

    def best_ways(
        self, on: str | dt.date | None = None, *, of: str | None = None, by: By = "time"
    ) -> geopandas.GeoDataFrame:
        """Return the best open ways and the next best: `engine.measures.best_paths`."""
        from engine.measures.best_paths import ways

        return ways(_whole(self), on, of=of, by=by)

    def distances(self, *, by: By = "time") -> pd.DataFrame:
        """Return how far the best ways are over time: `engine.measures.best_paths`."""
        from engine.measures.best_paths import distances

        return distances(_whole(self), by=by)

    def enclave_table(self, on: str | dt.date | None = None) -> pd.DataFrame:
        """Return lifelines and people of enclaves over time: `engine.measures.enclaves`."""
        from engine.measures.enclaves import enclave_table

        return enclave_table(_whole(self), on)

    def sieges(self) -> pd.DataFrame:
        """Return when sieges began and were broken: `engine.measures.enclaves`."""
        from engine.measures.enclaves import sieges

        return sieges(_whole(self))

    def perimeter(self, on: str | dt.date | None = None) -> pd.DataFrame:
        """Return who holds the ground around enclaves: `engine.measures.enclaves`."""
        from engine.measures.enclaves import perimeter

        return perimeter(_whole(self), on)

    def explain(self, name: str, on: str | dt.date) -> Explanation:
        """Return why a status is what it is: `engine.measures.explanation`."""
        from engine.measures.explanation import explain

        return explain(_whole(self), name, on)

    def whatif(self, **changes: Any) -> Analysis:
        """Return the analysis with some events changed: `engine.measures.whatif`."""
        from engine.measures.whatif import whatif

        return whatif(_whole(self), **changes)

    def compare(self, after: Analysis) -> pd.DataFrame:
        """Return the statuses of this and another analysis side by side: `engine.measures.whatif`."""
        from engine.measures.whatif import compare

        return compare(_whole(self), after)

    def sweep(self, on: str | dt.date | None = None, **options: Any) -> pd.DataFrame:
        """Return what the loss of each site would do: `engine.measures.sweep`."""
        from engine.measures.sweep import sweep

        return sweep(_whole(self), on, **options)

    def access(
        self, places: pd.DataFrame | str | Path | None = None, **options: Any
    ) -> geopandas.GeoDataFrame:
        """Return which places can be reached from where, by whom: `engine.measures.access`."""
        from engine.measures.access import access

        return access(_whole(self), places, **options)

    def sensitivity(self, on: str | dt.date | None = None, *, margins: bool = True) -> pd.DataFrame:
        """Return how firm status and margin are: `engine.measures.sensitivity`."""
        from engine.measures.sensitivity import sensitivity

        return sensitivity(_whole(self), on, margins=margins)

    def ages(self) -> pd.DataFrame:
        """Return how old the reports are that statuses rest on: `engine.measures.sensitivity`."""
        from engine.measures.sensitivity import ages

        return ages(_whole(self))


def _whole(measures: Measures) -> Analysis:
    return cast("Analysis", measures)
