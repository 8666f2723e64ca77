"""Probabilities of days to those of weeks, on numbers that are known."""

from __future__ import annotations

import numpy as np
import xarray as xr

from engine.probability.probability import over_periods

METHODS = ("certain", "all worlds", "sampled")


def test_means_by_days_and_the_worst_method_and_most_worlds_of_a_week() -> None:
    """Monday 1 December 2014 to Sunday the 21st; changes on the 4th and the 15th."""
    days = np.array(["2014-12-01", "2014-12-04", "2014-12-15"], "datetime64[ns]")
    shares = np.array([[[0.0, 1.0], [0.7, 0.3], [0.2, 0.8]]])
    found = xr.Dataset(
        {
            "probability": (("id", "date", "status"), shares),
            "low": (("id", "date", "status"), shares / 2),
            "high": (("id", "date", "status"), shares + 1),
            "method": (("id", "date"), [["sampled", "all worlds", "certain"]]),
            "worlds": (("id", "date"), [[7, 9, 3]]),
        },
        {"id": ["r"], "date": days, "status": ["open", "cut"]},
    )
    weeks = over_periods(found, np.datetime64("2014-12-22"), "W", METHODS)
    assert weeks["date"].dt.day.to_numpy().tolist() == [7, 14, 21]
    opened = weeks["probability"].sel(id="r", status="open").to_numpy()
    np.testing.assert_allclose(opened, [0.7 * 4 / 7, 0.7, 0.2])
    np.testing.assert_allclose(weeks["low"].sel(id="r", status="open"), opened / 2)
    np.testing.assert_allclose(weeks["high"].sel(id="r", status="cut"), 2 - opened)
    assert weeks["method"].to_numpy().tolist() == [["sampled", "all worlds", "certain"]]
    assert weeks["worlds"].to_numpy().tolist() == [[9, 9, 3]]
