"""Every frame and array that is handed out: one id, ordered statuses, days as datetime64, empty or not."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import engine
from engine.analysis.status import STATUS_WORDS, ordered_statuses
from engine.analysis.statuses import DAYS, STATUSES
from tests.public import NAMES, arguments, besieged, call, function, seed, sensitivities

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OTHER_NAMES_OF_AN_ID = {"route", "enclave", "subject", "route_id", "name_of_route"}
NO_FRAMES = ("write_", "plot_", "read_", "load_", "import_")


@cache
def bare() -> engine.Analysis:
    """Return a case without routes and enclaves: all frames of them are empty."""
    nothing = seed().scenario.model_copy(update={"routes": (), "enclaves": ()})
    return engine.analyze(nothing, network=seed().network)


def frames_in(found: object) -> Iterator[pd.DataFrame]:
    """Yield the frames of an answer, and those in its fields, their index among the columns."""
    for one in (found, *vars(found).values()) if hasattr(found, "__dict__") else (found,):
        if isinstance(one, pd.Series):
            yield one.reset_index()
        elif isinstance(one, pd.DataFrame):
            yield one.reset_index() if one.columns.nlevels == 1 else one.T.reset_index()


def faults_of(frame: pd.DataFrame) -> Iterator[str]:
    for name in map(str, frame.columns):
        if name in OTHER_NAMES_OF_AN_ID:
            yield f"{name}: an id is called id"
        column = frame[name] if name in frame else frame.iloc[:, 0]
        words = (
            set(column.dropna())
            if column.dtype in ("object", "str") and not _nested(column)
            else set()
        )
        if (
            name in STATUSES or (words and words <= set(STATUS_WORDS))
        ) and column.dtype != ordered_statuses():
            yield f"{name}: {column.dtype} instead of ordered statuses"
        dated = {type(one).__name__ for one in column} & {"date", "datetime", "datetime64"}
        if (name in DAYS or dated) and column.dtype != "datetime64[s]":
            yield f"{name}: {column.dtype} instead of datetime64"


def _nested(column: pd.Series) -> bool:
    return any(isinstance(one, (tuple, list, dict, np.ndarray)) for one in column)


SLOW = {"sensitivity"}
"""Measures that analyse a case many times; the frame of one run is enough."""


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith(NO_FRAMES)])
def test_all_frames_name_and_type_alike(name: str, tmp_path: Path) -> None:
    answers = [sensitivities() if name in SLOW else call(name, tmp_path)]
    given = arguments(name, tmp_path, bare())
    if not {"subject", "name"} & set(given) and name not in {"access", "compare", *SLOW}:
        answers.append(function(name)(**given))
    for found in answers:
        for frame in frames_in(found):
            assert not [*faults_of(frame)]
        if isinstance(found, (xr.Dataset, xr.DataArray)):
            assert found.dims[0] == "id" if isinstance(found, xr.DataArray) else "id" in found.dims
            for dim in {"date", "known_on"} & set(map(str, found.dims)):
                assert found[dim].dtype == "datetime64[ns]"


def test_frames_that_were_empty_are_not_here() -> None:
    """Frames whose rows the seed case lacks are looked at where it has some."""
    sieges = engine.sieges(besieged())
    assert sieges["what"].tolist() == ["siege begins", "siege broken"]
    known = engine.as_known(besieged(), "2014-12-26")
    assert known["castello"].dtype == ordered_statuses()
    assert known.index.dtype == "datetime64[s]"


def test_missing_statuses_are_missing() -> None:
    fewer = seed().scenario.model_copy(update={"routes": seed().scenario.routes[1:]})
    found = engine.compare(engine.analyze(fewer, network=seed().network), seed())
    castello = found[found["id"] == "castello"]
    assert castello["before"].isna().all()
    assert castello["after"].notna().all()
    assert castello["changed"].all()
