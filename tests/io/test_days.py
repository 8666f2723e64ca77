"""A day that somebody names exactly is a day, and nothing that only looks like one."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from engine.errors import InputError, unknown_name
from engine.io.days import day_of


@pytest.mark.parametrize(
    "value",
    [
        "2014-12-20",
        dt.date(2014, 12, 20),
        dt.datetime(2014, 12, 20),
        np.datetime64("2014-12-20"),
        np.datetime64("2014-12-20", "ns"),
        pd.Timestamp("2014-12-20"),
    ],
)
def test_a_day_is_a_day(value: object) -> None:
    assert day_of(value) == dt.date(2014, 12, 20)
    assert type(day_of(value)) is dt.date


@pytest.mark.parametrize(
    "value",
    [
        *("2014-12", "today", "20141220", "2014-12-32", "", " 2014-12-20", "2014-12-20T00:00"),
        *("٢٠١٤-١٢-٢٠", "0000-01-01", 20141220, 1.5, True, None, pd.NaT),
        *(np.datetime64("NaT"), np.datetime64("2014-12"), np.datetime64("2014-12-20T01")),
        *(dt.datetime(2014, 12, 20, 1), dt.datetime(2014, 12, 20, tzinfo=dt.UTC)),
        *(pd.Timestamp("2014-12-20 01:00"), np.datetime64("-005-01-01")),
    ],
    ids=repr,
)
def test_what_is_none_is_refused(value: object) -> None:
    with pytest.raises(InputError, match="is not a day; expected YYYY-MM-DD"):
        day_of(value)


def test_an_unknown_name_comes_with_the_nearest() -> None:
    assert str(unknown_name("place", "azas", ["azaz", "mare"])) == (
        "there is no place 'azas'; did you mean 'azaz'?"
    )
    assert str(unknown_name("place", "x", ["azaz", "mare"])) == (
        "there is no place 'x'; expected one of azaz, mare"
    )
    assert str(unknown_name("place", "x", [])) == "there is no place 'x'"
