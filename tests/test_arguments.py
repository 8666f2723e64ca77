"""Arguments of every public function: another kind, another name and a day that is none are refused."""

from __future__ import annotations

import datetime as dt
import inspect
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import pandas as pd
import pytest

import engine
from tests.public import DAY, NAMES, SEED, arguments, function, seed

if TYPE_CHECKING:
    from pathlib import Path

TABLE = pd.DataFrame({"id": ["castello"], "n": [1]})
DAYS_THAT_ARE_NONE: list[Any] = ["2014-13-40", "20 December", "2014-12", 20141220, TABLE, dt.datetime(2014, 12, 20, 9), pd.NaT]  # fmt: skip
WRONG: dict[str, list[Any]] = {
    "Analysis": ["x.toml", SEED, TABLE, None, 3],
    "Scenario": ["x.toml", SEED, TABLE, None, 3],
    "Explanation": ["castello", TABLE, None],
    "Backtest": ["castello", TABLE, None],
    "Network": [3, TABLE, "aleppo-schematik"],
    "DayLike": [*DAYS_THAT_ARE_NONE, ["2014-12-20"], "1914-12-20"],
    "Dates": [*DAYS_THAT_ARE_NONE, ["2014-12-20", "soon"], "1914-12-20", {"on": DAY}],
    "Sequence[DayLike]": [DAY, 3, TABLE, [3], ["soon"]],
    "date": [3, TABLE],
    "published": DAYS_THAT_ARE_NONE,
    "known_on": DAYS_THAT_ARE_NONE,
    "with_": ["no such set", 3, [3]],
    "import_reports.actors": [3, TABLE],
    "read_text.actors": ["x.csv", 3],
    "subject": ["castelo", 3, ["castello"], TABLE],
    "subjects": ["castelo", 3, ["castelo"], [3], TABLE, {"castello": 1}],
    "name": ["eastern-alepo", 3, ["castello"], TABLE],
    "actor": ["goverment", 3, ["government"], None],
    "attacker": ["goverment", 3, ["government"]],
    "actors": ["government", ["goverment"], 3, [3], TABLE],
    "lifelines": ["azaz", ["azas"], 3, TABLE],
    "mode": ["convoi", 3],
    "weight": ["tim", 3],
    "freq": ["week", "", 3],
    "interval": [DAY, 999, -1, 0.5],
    "events": ["mallah captured by government on 2014-12-25", 3, [3], ["mallah fell"], TABLE],
    "withdraw": ["e012-mallah", 3, ["e012-malah"], TABLE],
    "delay": ["e012-mallah", {"e012-malah": 1}, {"e012-mallah": "soon"}, ["e012-mallah"], TABLE],
    "confidence": ["0.5", {"e012-malah": 0.5}, {"e012-mallah": "high"}, {"e012-mallah": 2}],
    "places": ["mallah", 3, ["malah"], [3]],
    "path": [3, None, TABLE],
    "file": [3, None, TABLE],
    "into": [3, None, TABLE],
    "folder": [3, None, TABLE],
    "name_or_path": ["aleppo-schematik", 3, None, TABLE],
    "truth": ["truth.csv", 3, None, TABLE, [3]],
    "table": ["castello", 3, None, TABLE],
    "chances": ["x.nc", TABLE, 3],
    "effort": ["high", 3],
    "ax": ["left", 3, plt.Figure()],
    "axes": ["left", 3],
    "title": [3, TABLE],
    "status": ["opne", 3, None],
    "labels": ["before", 3, ["before"], ["a", "b", "c"], [1, 2]],
    "Extent": ["all", 3, (1, 2)],
    "bool": ["yes", 3, None],
    "int": ["3", 0.5, -1],
    "float": ["3", TABLE],
    "source": ["shet", 3, None],
    "text": [3, None, TABLE],
}
"""Values that are refused, by the kind or the name of a parameter."""
OPTIONS_OF_FILES = {"base", "policy", "encoding", "options", "checkpoint", "progress", "known"}
"""Parameters tried elsewhere, or that only the engine itself passes."""


def cases() -> list[tuple[str, str, Any]]:
    """Return each function with each parameter and each value that it must refuse."""
    found = []
    for name in NAMES:
        for one in inspect.signature(function(name)).parameters.values():
            kind = str(one.annotation).removesuffix(" | None").split(" | ")[0].rsplit(".", 1)[-1]
            kind = str(one.annotation) if str(one.annotation) in WRONG else kind
            values = next(
                (WRONG[key] for key in (f"{name}.{one.name}", one.name, kind) if key in WRONG), None
            )
            if one.name in OPTIONS_OF_FILES or one.name == "self":
                continue
            assert values is not None, (name, one)
            optional = "None" in str(one.annotation) or one.annotation == "Dates"
            found += [
                (name, one.name, value) for value in values if value is not None or not optional
            ]
    return found


def test_each_parameter_refuses_what_it_cannot_be(tmp_path: Path) -> None:
    accepted, others = [], []
    for name, parameter, value in cases():
        given = arguments(name, tmp_path) | {parameter: value}
        try:
            function(name)(**given)
            accepted.append((name, parameter, value))
        except engine.InputError as error:
            text = str(error)
            assert len(text) < 400, text
            assert "object at 0x" not in text, text
        except Exception as error:  # noqa: BLE001 - any other is a fault
            others.append((name, parameter, value, repr(error)))
    assert not others
    assert not accepted
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", NAMES)
def test_an_argument_of_another_name_is_told(name: str) -> None:
    with pytest.raises(TypeError, match="'nothing_like_it'"):
        function(name)(nothing_like_it=1)


def test_the_nearest_name_of_an_argument_or_all_are_told() -> None:
    for call, wrong, message in (
        (engine.whatif, "event", r"no argument 'event'; did you mean 'events'\?"),
        (engine.margin, "on", "no argument 'on'; its arguments: analysis, dates, subject"),
    ):
        with pytest.raises(TypeError, match=message):
            call(seed(), **{wrong: DAY})
