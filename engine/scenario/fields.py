"""What a single value of a scenario may be: days, names, shares, degrees, kilometres."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Mode = Literal["civilian", "convoy"]
Condition = Literal["held", "contested", "exposed", "closed"]
Kind = Literal[
    "captured",
    "contested",
    "fighting",
    "under_fire",
    "closed",
    "reopened",
    "described",
    "siege_broken",
    "repelled",
    "raid",
    "strike",
    "losses",
    "aim",
    "truce",
    "statement",
]


def _to_day(value: object) -> object:
    """Take a date, or text as YYYY-MM-DD, and nothing that only looks like one."""
    if isinstance(value, dt.datetime):
        raise ValueError("a day has no time of day")  # noqa: TRY004 - pydantic wants ValueError
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            raise ValueError("the calendar has no such day") from None
    if not isinstance(value, dt.date):
        raise ValueError("this is not a date")  # noqa: TRY004 - pydantic wants ValueError
    return value


def to_list(value: object) -> object:
    """Take one name for a list of one."""
    return (value,) if isinstance(value, str) else value


def _not_a_truth_value(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("this is not a number")  # noqa: TRY004 - pydantic wants ValueError
    return value


def _to_name(value: str) -> str:
    """Refuse what the eye cannot see and a spreadsheet would run; compose accents one way."""
    if value != value.strip():
        raise ValueError("a name has no space around it")
    for letter in value:
        if letter != " " and unicodedata.category(letter) in {"Cc", "Cf", "Zs", "Zl", "Zp"}:
            raise ValueError(f"the name holds an invisible character (U+{ord(letter):04X})")
    if value[:1] in {"=", "+", "@"}:
        raise ValueError("a name does not begin like the formula of a spreadsheet")
    return unicodedata.normalize("NFC", value)


Day = Annotated[dt.date, BeforeValidator(_to_day)]
Name = Annotated[str, Field(min_length=1), AfterValidator(_to_name)]
Text = Annotated[str, Field(min_length=1)]
Mark = Annotated[str, AfterValidator(_to_name)]
Names = Annotated[
    tuple[Name, ...], BeforeValidator(to_list, json_schema_input_type=Name | tuple[Name, ...])
]
Texts = Annotated[
    tuple[Text, ...], BeforeValidator(to_list, json_schema_input_type=Text | tuple[Text, ...])
]
Number = Annotated[float, BeforeValidator(_not_a_truth_value)]
Share = Annotated[float, Field(ge=0.0, le=1.0), BeforeValidator(_not_a_truth_value)]
Latitude = Annotated[float, Field(ge=-90, le=90), BeforeValidator(_not_a_truth_value)]
Longitude = Annotated[float, Field(ge=-180, le=180), BeforeValidator(_not_a_truth_value)]
Distance = Annotated[float, Field(gt=0), BeforeValidator(_not_a_truth_value)]
Factor = Annotated[float, Field(ge=1), BeforeValidator(_not_a_truth_value)]
Margin = Annotated[float, Field(ge=0), BeforeValidator(_not_a_truth_value)]
