"""Pictures: names that do not cover one another, shaped Arabic, credit, and the same bytes each time."""

from __future__ import annotations

import io
import re
import shutil
from dataclasses import replace
from html import unescape
from itertools import combinations
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.path import Path as Outline
from matplotlib.text import Annotation
from PIL import Image

import engine
from engine.errors import InputError
from engine.network.arrays import Place
from engine.report import figures
from engine.report.canvas import SLIDE, blank, save_picture
from engine.report.figures import (
    map_column,
    map_slide,
    maps_slide,
    timeline_column,
    timeline_slide,
)
from engine.report.maps import names_of, plot_map

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from matplotlib.figure import Figure

    from engine import Analysis

ALL = (map_slide, map_column, maps_slide, timeline_slide, timeline_column)


@pytest.fixture(scope="module", autouse=True)
def no_window() -> None:
    mpl.use("Agg")


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(lambda artist: hasattr(artist, "get_text"))]


def test_no_name_covers_another(seed: Analysis) -> None:
    figure = map_slide(seed)
    for ax in figure.axes:
        names = [child for child in ax.get_children() if isinstance(child, Annotation)]
        boxes = [name.get_window_extent() for name in names]
        assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
        frame = ax.get_window_extent()
        for box in boxes:
            assert frame.x0 <= box.x0 <= box.x1 <= frame.x1
            assert frame.y0 <= box.y0 <= box.y1 <= frame.y1
    assert len(figure.axes) == 3  # the whole, the closer view, the legend


def test_ends_of_routes_are_named_in_both_scripts(seed: Analysis) -> None:
    said = texts(map_slide(seed))
    for name in ("Bab al-Salama crossing\nمعبر باب السلامة", "Azaz\nأعزاز", "Hreitan\nحريتان"):
        assert name in said


def test_arabic_is_shaped_and_joined() -> None:
    figure = blank((4, 1))

    def width(text: str) -> float:
        return float(figure.text(0, 0, text, fontsize=20).get_window_extent().width)

    word = "الكاستيلو"
    apart = sum(width(letter) for letter in word)
    assert width(word) < 0.7 * apart


@pytest.mark.parametrize("draw", ALL)
def test_says_whose_data_it_is(seed: Analysis, draw: Callable[[Analysis], Figure]) -> None:
    said = " ".join(" ".join(texts(draw(seed))).split())
    for fact in ("Schematic network", "not OpenStreetMap data", "27 of 30 events believed",
                 "no known holder", "supplyline 0", seed.scenario.title):  # fmt: skip
        assert fact in said


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_same_input_gives_same_bytes(seed: Analysis, tmp_path: Path, suffix: str) -> None:
    one, other = (tmp_path / f"{name}{suffix}" for name in ("one", "other"))
    for path in (one, other):
        save_picture(timeline_slide(seed), path, seed.facts)
    assert one.read_bytes() == other.read_bytes()


def test_text_in_svg_is_text_in_every_script(seed: Analysis, tmp_path: Path) -> None:
    path = tmp_path / "map.svg"
    figure = map_slide(seed)
    before = sorted(texts(figure))
    save_picture(figure, path, seed.facts)
    drawn = path.read_text(encoding="utf-8")
    assert path.stat().st_size < 500_000
    shown = {unescape(text) for text in re.findall(r"<text[^>]*>([^<]*)</text>", drawn)}
    for name in names_of(seed):
        if name.english in before:
            assert name.english in shown
    assert any("حلب" in text for text in shown)
    assert 'id="haloed-' in drawn
    assert "paint-order" in drawn
    assert sorted(texts(figure)) == before
    assert any(text.get_path_effects() for text in figure.findobj(Annotation))


def test_a_slide_fills_a_slide(seed: Analysis, tmp_path: Path) -> None:
    save_picture(map_slide(seed), tmp_path / "map.png", seed.facts)
    with Image.open(tmp_path / "map.png") as picture:
        width, height = picture.size
    assert width / height == pytest.approx(SLIDE[0] / SLIDE[1], rel=0.01)
    assert width >= 1900


def test_plots_return_axes_and_take_them(seed: Analysis) -> None:
    figure = blank((5, 5))
    ax = figure.add_subplot()
    assert engine.plot_map(seed, "2014-12-20", ax) is ax
    assert engine.plot_timeline(seed, ax=figure.add_subplot()) in figure.axes
    from matplotlib import pyplot as plt

    made = [
        engine.plot_map(seed, names=False),
        engine.plot_timeline(seed),
        *engine.plot_maps(seed, ["2014-12-01", "2014-12-14"]),
    ]
    assert all(isinstance(one, Axes) for one in made)
    assert all(
        "not OpenStreetMap data" in " ".join(texts(one.figure)[:400]).replace("\n", " ")
        for one in made
    )
    plt.close("all")


def test_side_streets_of_a_wide_map_are_thin_and_below(wide: Analysis) -> None:
    ax = plot_map(wide, ax=blank((5, 5)).add_subplot(), names=False)
    roads = [lines for lines in ax.collections if to_hex(lines.get_edgecolor()[0]) == "#0072b2"]
    by_width = sorted((lines.get_linewidth()[0], lines.get_zorder()) for lines in roads)
    assert len(by_width) == 3  # primary; tertiary; residential and service
    assert [order for _, order in by_width] == sorted(order for _, order in by_width)
    drawn = sum(
        int((path.codes == Outline.MOVETO).sum()) for lines in roads for path in lines.get_paths()
    )
    assert drawn == int(
        (wide.states.on(wide.states.n_intervals - 1).holder[wide.sectors.sector] == 0).sum()
    )


def test_a_place_of_the_scenario_and_of_the_map_is_shown_once(wide: Analysis) -> None:
    known = (
        Place("n1", "Place 1", "", "village", 0.005, 0.695),
        Place("n2", "Place 1", "", "village", 0.5, 0.5),
    )
    network = replace(wide.network, places=known)
    shown = [(name.english, name.lon) for name in names_of(replace(wide, network=network))]
    assert ("Place 1", 0.0) in shown
    assert ("Place 1", 0.5) in shown  # another place of that name, far away
    assert len(shown) == 5


def test_small_maps_are_of_the_days_asked_for(seed: Analysis) -> None:
    assert {"2014-12-01", "2014-12-14"} <= set(texts(maps_slide(seed)))
    days = [f"2014-12-{day:02}" for day in range(1, 32)]
    shown = [text for text in texts(maps_slide(seed, days)) if text in days]
    assert len(shown) == 12
    assert {shown[0], shown[-1]} == {days[0], days[-1]}


def test_the_timeline_shows_probabilities(seed: Analysis) -> None:
    chances = engine.probabilities(seed, "castello", ["2014-12-01", "2014-12-20"])
    plain, likely = timeline_slide(seed), timeline_slide(seed, chances)
    bands = [len(figure.axes[0].patches) for figure in (plain, likely)]
    assert bands[1] == bands[0] + 3
    assert any("the probability of each (exact)" in text for text in texts(likely))


def test_hostile_text_is_drawn_as_text(hostile: Analysis, tmp_path: Path) -> None:
    path = tmp_path / "map.svg"
    save_picture(map_slide(hostile), path, hostile.facts)
    assert "<script" not in path.read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_film_has_a_picture_for_each_day(
    seed: Analysis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "DPI", 40)
    seen: list[tuple[int, int]] = []
    path = figures.write_animation(
        seed,
        tmp_path / "film.gif",
        ["2014-12-01", "2014-12-20"],
        progress=lambda *n: seen.append(n),
    )
    with Image.open(path) as film:
        assert film.n_frames == 2
        first = np.asarray(film.convert("RGB"))
        film.seek(1)
        assert (np.asarray(film.convert("RGB")) != first).any()
    assert seen == [(1, 2), (2, 2)]


@pytest.mark.slow
def test_parts_of_a_film_are_drawn_once_and_look_as_if_drawn_anew(
    seed: Analysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "DPI", 60)
    drawn, draw = [], figures.plot_map
    monkeypatch.setattr(figures, "plot_map", lambda *a, **k: [drawn.append(a[1]), draw(*a, **k)][1])
    days = ["2014-12-01", "2014-12-20", "2014-12-02"]
    frames = list(figures._frames(seed, days, None))
    assert drawn == ["2014-12-01", "2014-12-01", "2014-12-20", "2014-12-20"]
    for day, frame in zip(days[1:], frames[1:], strict=True):
        plain = io.BytesIO()
        map_slide(seed, day).savefig(plain, dpi=60)
        with Image.open(plain) as picture:
            assert np.array_equal(np.asarray(frame), np.asarray(picture.convert("RGB")))


def test_an_mp4_needs_ffmpeg(
    seed: Analysis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(InputError, match="ffmpeg"):
        figures.write_animation(seed, tmp_path / "film.mp4", ["2014-12-01"])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="films as MP4 are made by ffmpeg")
def test_an_mp4_is_a_film(seed: Analysis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "DPI", 40)
    path = figures.write_animation(seed, tmp_path / "film.mp4", ["2014-12-01", "2014-12-20"])
    assert path.read_bytes()[4:8] == b"ftyp"


def test_a_day_without_supply_can_be_seen_in_two_years(seed: Analysis) -> None:
    figure = blank((12, 2))
    ax = figure.add_axes((0.1, 0.2, 0.88, 0.7))
    engine.plot_timeline(seed, ax)
    bars = {tuple(round(part, 3) for part in bar.get_facecolor()): bar.zorder for bar in ax.patches}
    assert len(bars) == 2
    assert all(
        bar.get_linewidth() >= 1 and bar.get_edgecolor() == bar.get_facecolor()
        for bar in ax.patches
    )
    by_colour = sorted(bars.items(), key=lambda item: item[1])
    assert by_colour[0][0][2] > by_colour[1][0][2]  # teal lies below yellow
