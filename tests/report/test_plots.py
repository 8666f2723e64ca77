"""Every plotting function: axes returned, yours used, a title, a legend, and no text outside the picture."""

from __future__ import annotations

import inspect
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import StepPatch

import engine
from engine.report.charts import plot_comparison
from tests.public import (
    DAY,
    FUNCTIONS,
    arguments,
    backtest,
    besieged,
    function,
    seed,
    sensitivities,
)

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PLOTS = [name for name in FUNCTIONS if name.startswith("plot_")]
LONG = "A route that people call by a name of many words, through towns and past $checkpoints$"


@pytest.fixture(scope="module")
def wordy() -> engine.Analysis:
    """Return the seed case with a long title and long labels, and what no formula may be made of."""
    scenario = besieged().scenario
    routes = tuple(one.model_copy(update={"label": LONG}) for one in scenario.routes)
    longer = scenario.model_copy(update={"routes": routes, "title": f"{LONG}: {LONG} $x_1$"})
    return engine.analyze(longer, network=seed().network)


def draw(
    name: str, folder: Path, analysis: engine.Analysis | None = None, **more: Any
) -> list[Axes]:
    found = function(name)(**arguments(name, folder, analysis) | more)
    return found if isinstance(found, list) else [found]


def whole(figure: Figure) -> None:
    """Draw a figure, and hold that nothing which shows, texts above all, lies outside of it."""
    figure.canvas.draw()
    drawn = figure.get_tightbbox()  # ticks beyond the ends of an axis are not drawn
    assert drawn is not None
    width, height = figure.get_size_inches()
    spare = (drawn.x0, drawn.y0, width - drawn.x1, height - drawn.y1)
    assert min(spare) > -0.02, spare


@pytest.mark.parametrize("words", ["usual", "long"])
@pytest.mark.parametrize("name", PLOTS)
def test_a_new_figure_is_whole(
    name: str, words: str, wordy: engine.Analysis, tmp_path: Path
) -> None:
    axes = draw(name, tmp_path, wordy if words == "long" else None)
    figure = axes[0].get_figure(root=True)
    assert figure is not None
    whole(figure)
    said = " ".join(text.get_text() for text in figure.findobj(plt.Text)).replace("\n", " ")
    assert "not OpenStreetMap data" in said
    assert any(ax.get_title(loc="left") for ax in axes)
    assert figure.legends or any(ax.get_legend() for ax in axes)
    plt.close("all")


@pytest.mark.parametrize("name", PLOTS)
def test_yours_are_used(name: str, tmp_path: Path) -> None:
    plt.close("all")
    figure, grid = plt.subplots(1, 2, figsize=(14, 7), layout="constrained")
    if "axes" in inspect.signature(function(name)).parameters:
        given = [grid[0]] if name == "plot_backtest" else list(grid)
        assert draw(name, tmp_path, axes=given) == given
        with pytest.raises(engine.InputError, match="axes for"):
            draw(name, tmp_path, axes=[*given, grid[0]])
    else:
        assert draw(name, tmp_path, ax=grid[0]) == [grid[0]]
        given = [grid[0]]
    assert plt.get_fignums() == [figure.number]
    assert any(ax.get_legend() for ax in given)
    whole(figure)
    plt.close("all")


def test_tables_and_probabilities_of_something_else_are_refused() -> None:
    weekly = engine.probabilities(seed(), "castello", freq="W")
    assert len(engine.plot_share(seed(), "castello", chances=weekly).lines) == 1
    for subject, status, freq, message in (
        ("castello", "at risk", "MS", r"expected probabilities\(analysis, 'castello', freq='MS'\)"),
        ("khanasser", "at risk", "W", "no route or enclave in the probabilities 'khanasser'"),
        ("castello", "at rsk", "W", "no status of 'castello' 'at rsk'; did you mean 'at risk'"),
        ("castello", "besieged", "W", "expected one of cut, at risk, open"),
    ):
        with pytest.raises(engine.InputError, match=message):
            engine.plot_share(seed(), subject, status, freq=freq, chances=weekly)
    with pytest.raises(engine.InputError, match="expected what whatif_each returned"):
        engine.plot_captures(sensitivities())
    with pytest.raises(engine.InputError, match="1 labels for two analyses"):
        plot_comparison(seed(), besieged(), labels=["one"])
    plt.close("all")


def test_means_over_weeks_are_no_probabilities_of_days(tmp_path: Path) -> None:
    weekly = engine.probabilities(seed(), "castello", freq="W")
    for write in (
        engine.write_results,
        engine.write_page,
        engine.write_xlsx,
        engine.write_csv_sheets,
    ):
        with pytest.raises(engine.InputError, match=r"means over periods \('W'\)"):
            write(
                seed(),
                tmp_path / f"{write.__name__}.{'html' if 'page' in write.__name__ else 'xlsx'}",
                weekly,
            )
    with pytest.raises(engine.InputError, match="without freq"):
        engine.plot_timeline(seed(), chances=weekly)
    assert not [*tmp_path.iterdir()]


def test_bands_are_the_shares_of_all_statuses() -> None:
    weekly = engine.probabilities(seed(), "eastern-aleppo", freq="W")
    plain = engine.plot_share(seed(), "eastern-aleppo", None)
    likely = engine.plot_share(seed(), "eastern-aleppo", None, chances=weekly)
    assert plain.get_legend_handles_labels()[1] == ["at risk", "connected"]
    expected = weekly["probability"].sel(id="eastern-aleppo")
    for ax, at_risk in (
        (plain, seed().share("W")["eastern-aleppo", "at risk"]),
        (likely, expected.sel(status=["at risk", "cut", "lost"]).sum("status")),
    ):
        top = {patch.get_label(): patch.get_data() for patch in ax.patches}  # type: ignore[attr-defined]  # steps
        assert top["at risk"].values == pytest.approx(at_risk.to_numpy())
        assert top["connected"].values == pytest.approx(1)
        assert (top["connected"].baseline == top["at risk"].values).all()
    plt.close("all")


def test_steps_that_nobody_sees_are_not_drawn() -> None:
    days = [f"2014-12-{day:02}" for day in range(1, 32)]
    chances = engine.probabilities(seed(), "castello", days).copy(deep=True)
    open_ = 0.5 + 0.002 * (np.arange(31) % 2) + 0.3 * (np.arange(31) >= 20)
    chances["probability"][0] = np.stack([open_, 1 - open_, 0 * open_, 0 * open_], axis=1)
    ax = engine.plot_timeline(seed(), chances=chances)
    steps = [patch.get_data() for patch in ax.patches if isinstance(patch, StepPatch)]
    assert {len(step.values) for step in steps} == {2}
    assert {str(np.datetime64(int(step.edges[1]), "D")) for step in steps} == {"2014-12-21"}
    plt.close("all")


@pytest.mark.parametrize("inches", [3.0, 9.0])
def test_letters_beside_bars_do_not_overlap(inches: float) -> None:
    _, ax = plt.subplots(figsize=(7, inches), layout="constrained")
    engine.plot_captures(engine.whatif_each(seed(), None, "government"), ax=ax)
    figure = ax.get_figure(root=True)
    assert figure is not None
    figure.canvas.draw()
    boxes = [label.get_window_extent() for label in ax.get_yticklabels()]
    assert len(boxes) > 10
    assert all(low.y1 <= high.y0 + 1 for low, high in pairwise(boxes))
    plt.close("all")


def test_bars_are_the_days_that_differ() -> None:
    each = engine.whatif_each(seed(), ["mallah", "azaz"], "government", on="2014-12-25")
    ax = engine.plot_captures(each)
    assert {text.get_text() for text in ax.get_yticklabels()} == {"al-Mallah farms", "Azaz"}
    assert "Castello road" in ax.get_legend_handles_labels()[1]
    widths = {bar.get_width() for bar in ax.patches}
    assert widths - {0} == {5, 7}
    ax = engine.plot_comparison(seed(), besieged())
    assert len({bar.get_facecolor() for bar in ax.patches}) == 3
    assert engine.plot_map(seed(), DAY, names=False).get_legend() is not None
    assert backtest().whole.table().loc["all", "right_days"] == 31
    plt.close("all")
