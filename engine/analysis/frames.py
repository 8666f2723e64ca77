"""Frames that are handed out: statuses are ordered categories, days are datetime64, empty or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from engine.analysis.status import ordered_statuses

if TYPE_CHECKING:
    import pandas as pd

    F = TypeVar("F", bound=pd.DataFrame)

DAYS = frozenset({"date", "start", "end", "last_day", "latest", "known_on"})
"""The columns that hold days, in every frame."""
STATUSES = frozenset({"status", "before", "after"})
"""The columns that hold statuses, in every frame."""


def typed(frame: F) -> F:
    """Return a frame whose columns of days and statuses have the types that these have everywhere.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = typed(pd.DataFrame({"id": ["r"], "start": ["2014-12-01"], "status": ["cut"]}))
    >>> frame["status"].cat.ordered, str(frame["start"].dtype)
    (True, 'datetime64[s]')
    """
    types: dict[str, object] = {}
    for name in frame.columns:
        if name in DAYS:
            types[name] = "datetime64[s]"
        elif name in STATUSES:
            types[name] = ordered_statuses()
    return frame.astype(types)  # type: ignore[arg-type]  # names or dtypes, as pandas takes them
