"""What a single value of a scenario may be: days, names, shares, degrees, kilometres."""

from __future__ import annotations

import codecs
import datetime as dt
import unicodedata
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    field_validator,
    model_validator,
)

from engine.errors import InputError, Problem, nearest_names
from engine.io.days import ISO_DAY, day_of
from engine.language import tr
from engine.network.policy import DRIVE, RoadPolicy
from engine.scenario.vocabulary import meant_in_another_language

if TYPE_CHECKING:
    from collections.abc import Sequence


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


class UnfitError(ValueError):
    """What is wrong with a value, in a sentence, and what would be right.

    Parameters
    ----------
    sentence
        What is wrong.
    expected
        What would have been right, where only the check knows that.
    """

    def __init__(self, sentence: str, expected: str = "") -> None:
        super().__init__(sentence)
        self.expected = expected


class UnfitTogetherError(ValueError):
    """Several things that are wrong with one entry."""

    def __init__(self, faults: Sequence[UnfitError]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


def _in_words(table: str) -> BeforeValidator:
    """Return what takes the words of other languages for the keys of a table of words."""
    return BeforeValidator(partial(meant_in_another_language, table))


KindWord = Annotated[Kind, _in_words("kind")]
ConditionWord = Annotated[Condition, _in_words("condition")]
ModeWord = Annotated[Mode, _in_words("mode")]
AnyModeWord = Annotated[Literal["civilian", "convoy", "any"], _in_words("mode")]
EffectWord = Annotated[Literal["exposed", "closed"], _in_words("condition")]
OnewayWord = Annotated[Literal["ignore", "respect"], _in_words("oneway")]
WeekdayWord = Annotated[Weekday, _in_words("weekday")]

DAY_FORM = "YYYY-MM-DD"
"""How a day is written in a file."""


def _to_day(value: object) -> object:
    """Take a date, or text as YYYY-MM-DD, and nothing that only looks like one."""
    if isinstance(value, dt.datetime):
        raise UnfitError(tr("a day has no time of day"), DAY_FORM)
    try:
        return day_of(value)
    except InputError:
        is_none = isinstance(value, str) and ISO_DAY.fullmatch(value)
        why = tr("the calendar has no such day") if is_none else tr("this is not a date")
        raise UnfitError(why, DAY_FORM) from None


def to_list(value: object) -> object:
    """Take one name for a list of one."""
    return (value,) if isinstance(value, str) else value


def _not_a_truth_value(value: object) -> object:
    if isinstance(value, bool):
        raise UnfitError(tr("this is not a number"), tr("a number such as 0.5"))
    return value


def _to_name(value: str) -> str:
    """Refuse what the eye cannot see and a spreadsheet would run; compose accents one way."""
    if value != value.strip():
        raise ValueError(tr("a name has no space around it"))
    for letter in value:
        if letter != " " and unicodedata.category(letter) in {"Cc", "Cf", "Zs", "Zl", "Zp"}:
            code = f"U+{ord(letter):04X}"
            raise ValueError(tr("the name holds an invisible character ({code})", code=code))
    if value[:1] in {"=", "+", "@"}:
        raise ValueError(tr("a name does not begin like the formula of a spreadsheet"))
    return unicodedata.normalize("NFC", value)


def _to_free_text(value: str) -> str:
    """Bring text for readers to the form in which every table gives it back as it was."""
    if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise ValueError(tr("the text holds a character that no file can hold"))
    return value.replace("\r\n", "\n").replace("\r", "\n").strip()


def _to_line(value: str) -> str:
    """Refuse what no file of results can hold, or a terminal obeys, in text for labels."""
    for letter in value:
        if unicodedata.category(letter) in {"Cc", "Cs"} and letter not in "\t\n\r":
            code = f"U+{ord(letter):04X}"
            raise ValueError(tr("the text holds a control character ({code})", code=code))
    return value


Day = Annotated[dt.date, BeforeValidator(_to_day)]
Name = Annotated[str, Field(min_length=1), AfterValidator(_to_name)]
Line = Annotated[str, AfterValidator(_to_line)]
Text = Annotated[str, Field(min_length=1), AfterValidator(_to_line)]
Mark = Annotated[str, AfterValidator(_to_name)]
FreeText = Annotated[str, AfterValidator(_to_free_text)]
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
Distance = Annotated[float, Field(gt=0, le=40_000), BeforeValidator(_not_a_truth_value)]
"""Kilometres, no farther than round the Earth; or as many in an hour."""
Factor = Annotated[float, Field(ge=1, le=1_000_000), BeforeValidator(_not_a_truth_value)]
Margin = Annotated[float, Field(ge=0, le=20_000), BeforeValidator(_not_a_truth_value)]
"""Kilometres, no farther than the other side of the Earth."""
People = Annotated[int, Field(ge=0, le=10_000_000_000), BeforeValidator(_not_a_truth_value)]
Days = Annotated[int, Field(ge=1, le=4_000_000), BeforeValidator(_not_a_truth_value)]
"""A number of days; the calendar has no more."""
WayId = Annotated[int, Field(ge=-(2**63), lt=2**63), BeforeValidator(_not_a_truth_value)]


# What all entries of a scenario share: they cannot change, and know where they were read.


class CellRead(NamedTuple):
    """A cell that says something else than what is written in it.

    Parameters
    ----------
    key
        What the column says.
    written
        The cell as written.
    value
        What it was read as.
    remark
        Why so, where that is not plain.
    """

    key: str
    written: str
    value: str
    remark: str


@dataclass(frozen=True)
class Origin:
    """Where an entry was read; empty for one made in code.

    Parameters
    ----------
    file
        The file as the user named it.
    line
        The line of its first key or header, or of its row in a table; counted from 1.
    keys
        Pairs of key and line, for the keys that stand on lines of their own.
    elsewhere
        Key, file and line, for the keys that an included file gives.
    cells
        Cells of a row that were read as something else than what is written in them.
    """

    file: str = ""
    line: int | None = None
    keys: tuple[tuple[str, int], ...] = ()
    elsewhere: tuple[tuple[str, str, int | None], ...] = ()
    cells: tuple[CellRead, ...] = ()

    def place_of(self, key: str) -> tuple[str, int | None]:
        """Return the file and the line of a key, or of the entry."""
        for name, file, line in self.elsewhere:
            if name == key:
                return file, line
        return self.file, dict(self.keys).get(key, self.line)


class Entry(BaseModel):
    """What all entries share: immutable, strict about keys, and aware of where they were read."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True, allow_inf_nan=False
    )
    _origin: Origin = PrivateAttr(default_factory=Origin)

    @property
    def origin(self) -> Origin:
        """Where the entry was read."""
        return self._origin

    def read_at(self, origin: Origin) -> Self:
        """Note where the entry was read, and return it."""
        self._origin = origin
        return self

    def problem(
        self,
        message: str,
        field: str = "",
        value: str = "",
        expected: str = "",
        nearest: tuple[str, ...] = (),
    ) -> Problem:
        """Return a problem with this entry, at its place in its file."""
        place = self._origin.place_of(field)
        return Problem(message, *place, field, value, expected, nearest)


# Which ways are roads in a scenario.


def _with_nearest(message: str, near: tuple[str, ...]) -> str:
    if not near:
        return message
    return tr("{message}; nearest: {names}", message=message, names=", ".join(near))


class Roads(Entry):
    """Which ways are roads, where the usual table does not suit."""

    allow: dict[Text, Texts] = Field(
        default_factory=dict,
        description="Tag to values that no longer keep a way from being a road.",
    )
    refuse: dict[Text, Texts] = Field(
        default_factory=dict, description="Tag to values that keep a way from being a road."
    )
    admit: dict[Text, Texts] = Field(
        default_factory=dict,
        description="Tag to values that make a way without a highway tag a road: a ferry, say.",
    )
    barriers: Texts = Field((), description="Values of barrier that nobody passes.")
    credit: Text | None = Field(None, description="Whom to credit for the roads of the network.")
    schematic: bool | None = Field(
        None, description="Whether the lines of the network only stand for roads."
    )
    encoding: str = Field(
        "", description="The encoding of a shapefile's texts, if it does not state it: cp1256, say."
    )

    @field_validator("encoding")
    @classmethod
    def _is_known(cls, encoding: str) -> str:
        try:
            return codecs.lookup(encoding).name if encoding else ""
        except LookupError:
            message = tr("there is no encoding {encoding!r}", encoding=encoding)
            raise ValueError(message) from None

    @model_validator(mode="after")
    def _allows_what_is_refused(self) -> Self:
        for tag, values in self.allow.items():
            if tag not in DRIVE:
                message = tr("allow: no value of {tag!r} is refused", tag=tag)
                raise ValueError(_with_nearest(message, nearest_names(tag, DRIVE)))
            for value in values:
                if value not in DRIVE[tag]:
                    message = tr("allow: {tag}={value} is a road as it is", tag=tag, value=value)
                    raise ValueError(_with_nearest(message, nearest_names(value, DRIVE[tag])))
        return self

    @property
    def policy(self) -> RoadPolicy:
        """The table of `engine.network.policy`, with these changes."""
        policy = RoadPolicy(barriers=frozenset(self.barriers))
        for tag, values in self.allow.items():
            policy = policy.allowing(tag, *values)
        for tag, values in self.refuse.items():
            policy = policy.refusing(tag, *values)
        for tag, values in self.admit.items():
            policy = policy.admitting(tag, *values)
        return policy
