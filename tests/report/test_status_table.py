"""The table at a terminal: 80 columns, plain when piped, right on any day."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from engine.errors import InputError
from engine.report.status_table import status_page

if TYPE_CHECKING:
    from engine import Analysis


def printed(analysis: Analysis, on: dt.date | None = None, **settings: object) -> str:
    screen = io.StringIO()
    Console(file=screen, width=80, **settings).print(status_page(analysis, on))  # type: ignore[arg-type]
    return screen.getvalue()


def test_fits_eighty_columns_without_a_colour_code(seed: Analysis) -> None:
    text = printed(seed)
    assert max(len(line.rstrip()) for line in text.splitlines()) <= 80
    assert "\x1b" not in text
    assert "Schematic network" in text
    assert "27 of 30 events believed" in text


def test_colours_a_terminal_unless_told_not_to(
    seed: Analysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[33m" in printed(seed, force_terminal=True, color_system="standard")
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[33m" not in printed(seed, force_terminal=True)


def test_says_the_status_of_the_day_asked_about(seed: Analysis) -> None:
    def castello(day: dt.date | None) -> list[str]:
        return [
            next(iter(column.cells)).plain
            for column in status_page(seed, day).renderables[1].columns
        ]

    assert castello(dt.date(2014, 12, 13)) == ["Castello road", "open", "2014-12-01", "2"]
    assert castello(None) == ["Castello road", "at risk", "2014-12-14", "2"]


def test_a_day_outside_the_run_is_refused(seed: Analysis) -> None:
    with pytest.raises(InputError, match="expected 2014-12-01 to 2014-12-31"):
        status_page(seed, dt.date(2015, 1, 1))


def test_names_the_site_that_all_stretches_share(seed: Analysis) -> None:
    last = seed.states.n_intervals - 1
    assert seed.because("castello", last) == (
        "Castello road: exposed, overlooked from al-Mallah farms "
        "(al-Mallah farms fighting on 2014-12-30 [e022-mallah])"
    )
    assert "and 7 more: held by Opposition forces" in seed.because("bab-al-salama", last)


def test_markup_in_a_name_is_text(hostile: Analysis) -> None:
    assert "<script>alert(1)</script>" in "".join(printed(hostile).split("\n"))
