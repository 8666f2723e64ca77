"""Dates as people write them: day first, month names in many languages, Arabic digits, Hijri."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from engine.errors import InputError
from engine.io.text import folded, tidy, whole_number_as_such
from engine.language import marked, tr

if TYPE_CHECKING:
    from collections.abc import Iterator

HIJRI_YEARS = range(1343, 1501)
"""Years that can only be meant in the Hijri calendar, and that its table covers."""
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
"""How a day is written that means the same in every program."""
SPREADSHEET_DAY_0 = dt.date(1899, 12, 30)
"""Day 0 of the day counts of spreadsheets."""
SPREADSHEET_1904_DAY_0 = dt.date(1904, 1, 1)
"""Day 0 of those that keep the date system of 1904."""

_GREGORIAN = (
    "january jan كانون الثاني|يناير|جانفي|kanun al thani|kanoun al thani|janvier|ocak",
    "february feb شباط|فبراير|فيفري|shubat|shbat|fevrier|subat",
    "march mar آذار|اذار|مارس|adhar|azar|mars|mart",
    "april apr نيسان|أبريل|إبريل|ابريل|أفريل|nisan|avril",
    "may أيار|ايار|مايو|ماي|ayyar|ayar|mai|mayis",
    "june jun حزيران|يونيو|يونيه|جوان|haziran|hazeran|juin",
    "july jul تموز|يوليو|يوليه|جويلية|tammuz|tamouz|juillet|temmuz",
    "august aug آب|اب|أغسطس|اغسطس|أوت|ab|aout|agustos",
    "september sep sept أيلول|ايلول|سبتمبر|aylul|eylul|septembre",
    "october oct تشرين الأول|تشرين الاول|أكتوبر|اكتوبر|tishrin al awwal|octobre|ekim",
    "november nov تشرين الثاني|نوفمبر|tishrin al thani|novembre|kasim",
    "december dec كانون الأول|كانون الاول|ديسمبر|kanun al awwal|kanoun al awal|decembre|aralik",
)
_HIJRI = (
    "محرم|المحرم|muharram|moharram",
    "صفر|safar",
    "ربيع الأول|ربيع اول|rabi al awwal|rabi i|rabi 1|rabi al awal",
    "ربيع الآخر|ربيع الثاني|rabi al thani|rabi al akhir|rabi ii|rabi 2",
    "جمادى الأولى|جمادى الاول|jumada al ula|jumada al awwal|jumada i|jumada 1",
    "جمادى الآخرة|جمادى الثانية|جمادى الثاني|jumada al thani|jumada al akhirah|jumada ii|jumada 2",
    "رجب|rajab",
    "شعبان|shaban|shaaban",
    "رمضان|ramadan|ramadhan",
    "شوال|shawwal|shawal",
    "ذو القعدة|ذي القعدة|dhu al qadah|dhu al qidah|dhul qadah|zulqada",
    "ذو الحجة|ذي الحجة|dhu al hijjah|dhul hijjah|zulhijja",
)
_WEEKDAYS = (
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri "
    "sat sun الاثنين الإثنين الثلاثاء الأربعاء الاربعاء الخميس الجمعة السبت الأحد الاحد يوم"
)


def _names(rows: tuple[str, ...]) -> dict[str, int]:
    """Return the number of each month by folded name; a row is ``word word ...|name|name``."""
    named: dict[str, int] = {}
    for month, row in enumerate(rows, 1):
        first, *rest = row.split("|")
        words = first.split()
        latin = [word for word in words if word.isascii()]
        arabic = " ".join(word for word in words if not word.isascii())
        named |= {folded(name): month for name in (*latin, arabic, *rest) if name}
    return named


_GREGORIAN_MONTH = _names(_GREGORIAN)
_HIJRI_MONTH = _names(_HIJRI)
_WEEKDAY = {folded(name) for name in _WEEKDAYS.split()}
_ERA = {
    folded(word) for word in ["ad", "ce", "ah", "h", "م", "ه", "هجري", "هجرية", "ميلادي", "ميلادية"]
}
_MONTH_WORDS = sorted({*_GREGORIAN_MONTH, *_HIJRI_MONTH}, key=len, reverse=True)
_MONTH = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, _MONTH_WORDS))})(?!\w)")


DayLike: TypeAlias = "str | dt.date | np.datetime64"
"""A day as it is named in code: see `day_of`."""


def shifted(day: dt.date, days: int) -> dt.date:
    """Return the day some days later, or earlier; the calendar's last or first if it has no such day.

    Examples
    --------
    >>> shifted(dt.date(9999, 12, 30), 7), shifted(dt.date(2014, 12, 30), -1)
    (datetime.date(9999, 12, 31), datetime.date(2014, 12, 29))
    """
    try:
        return day + dt.timedelta(days=days)
    except OverflowError:
        return dt.date.max if days > 0 else dt.date.min


@dataclass(frozen=True)
class Days:
    """The days that a date may mean.

    Parameters
    ----------
    first, last
        The first and the last of them; the same, if the date is exact.
    remark
        How it was understood, where that is not plain.
    """

    first: dt.date
    last: dt.date
    remark: str = ""

    @property
    def middle(self) -> dt.date:
        """The day in the middle, the earlier of two."""
        return self.first + (self.last - self.first) // 2


def day_of(value: object) -> dt.date:
    """Return the day that somebody names exactly, in code or in an option of a command.

    Parameters
    ----------
    value
        A date, a date of NumPy or pandas without a time of day, or text as YYYY-MM-DD.

    Raises
    ------
    InputError
        If it is anything else: a month, a number, a word, a moment, no date at all.

    Examples
    --------
    >>> day_of("2014-12-20")
    datetime.date(2014, 12, 20)
    >>> day_of("2014-12")
    Traceback (most recent call last):
    ...
    engine.errors.InputError: '2014-12' is not a day; expected YYYY-MM-DD
    """
    day = value
    if isinstance(day, np.datetime64) and np.datetime_data(day.dtype)[0] not in {"Y", "M", "W"}:
        whole = day.astype("datetime64[D]")
        day = whole.item() if whole == day else None
    elif isinstance(day, dt.datetime) and day == day:  # noqa: PLR0124 - NaT of pandas is not itself
        day = day.date() if day.time() == dt.time() and day.tzinfo is None else None
    elif isinstance(day, str) and ISO_DAY.fullmatch(day):
        with suppress(ValueError):
            day = dt.date.fromisoformat(day)
    if isinstance(day, dt.date) and not isinstance(day, dt.datetime):
        return day
    raise not_a_day(value)


def not_a_day(value: object) -> InputError:
    """Return the error that says that something is no day, and what one is."""
    written = tr("a value of type {name}", name=type(value).__name__)
    if isinstance(value, (str, int, float, dt.date, np.generic)):
        written = repr(str(value))
    return InputError(tr("{value} is not a day; expected YYYY-MM-DD", value=written))


def days_among(value: object) -> list[dt.date]:
    """Return the days that somebody names in code: one, or several.

    Parameters
    ----------
    value
        A day as `day_of` takes it; or a list, tuple, set or generator of days, or a column, an index
        or an array of them.

    Raises
    ------
    InputError
        If it is none of these.

    Examples
    --------
    >>> days_among(["2014-12-20", np.datetime64("2014-12-21")])
    [datetime.date(2014, 12, 20), datetime.date(2014, 12, 21)]
    """
    if isinstance(value, (str, dt.date, np.datetime64)):
        return [day_of(value)]
    several = value.to_numpy() if hasattr(value, "to_numpy") else value  # of pandas, or xarray
    if isinstance(several, np.ndarray):
        several = several.reshape(1) if several.ndim == 0 else several
    if isinstance(several, Iterable) and not isinstance(several, (bytes, Mapping)):
        return [day_of(one) for one in several]
    raise not_a_day(value)


def days_of(
    value: object, *, month_first: bool = False, day_0: dt.date = SPREADSHEET_DAY_0
) -> Days:
    """Return the days that a date means.

    Parameters
    ----------
    value
        A date, or text: ``2014-12-20``, ``20/12/2014``, ``20 December 2014``, ``13-14 Dec 2014``,
        ``December 2014``, ``٢٠ كانون الأول ٢٠١٤``, ``28 Safar 1436``, ``28/2/1436``, ...
    month_first
        Read ``12/20/2014`` as the 20th of December.
    day_0
        The day from which the day counts of the spreadsheet run that it stands in.

    Raises
    ------
    ValueError
        If it is none; the message says why.

    Examples
    --------
    >>> days_of("20/12/2014").first
    datetime.date(2014, 12, 20)
    >>> days_of("٢٠ كانون الأول ٢٠١٤").first
    datetime.date(2014, 12, 20)
    >>> days_of("13-14 December 2014").last
    datetime.date(2014, 12, 14)
    """
    if isinstance(value, dt.datetime):
        return Days(value.date(), value.date())
    if isinstance(value, dt.date):
        return Days(value, value)
    text = whole_number_as_such(tidy(str(value)))
    if not text:
        raise ValueError(tr("there is no date"))
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text):
        return _spreadsheet_day(int(float(text)), day_0)
    halves = re.split(r"\s+(?:-|–|—|to|until|till|إلى|الى|حتى)\s+|(?<=\d)\s*[–—]\s*(?=\d)", text)
    if len(halves) == 2 and all(_has_year(half) for half in halves):
        start, end = (_one(half, text, month_first=month_first) for half in halves)
        return _ordered(start.first, end.last, start.remark or end.remark, text)
    return _one(text, text, month_first=month_first)


def _has_year(text: str) -> bool:
    return bool(re.search(r"\d{4}|[/.-]\d{2}$", text))


def _one(text: str, whole: str, *, month_first: bool) -> Days:
    """Return the days of a single date or of a span within one month."""
    numbers = re.sub(r"[T ]\d{1,2}:\d{2}.*$", "", text)
    if found := re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", numbers):
        year, month, day = map(int, found.groups())
        return _exact(year, month, day, whole)
    if found := re.fullmatch(r"(\d{4})(\d{2})(\d{2})", numbers):
        year, month, day = map(int, found.groups())
        return _exact(year, month, day, whole)
    if found := re.fullmatch(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})", numbers):
        one, other, end = found.groups()
        day, month = (int(other), int(one)) if month_first else (int(one), int(other))
        return _exact(_full_year(end), month, day, whole, month_first=month_first)
    return _in_words(numbers, whole)


def _spreadsheet_day(number: int, day_0: dt.date) -> Days:
    day = day_0 + dt.timedelta(days=number)
    remark = tr("the number {number} was read as the day count of a spreadsheet", number=number)
    return Days(day, day, remark)


# The order of day and month in a column, where numbers alone say which is which.

_DAY_AND_MONTH = re.compile(r"(?<!\d)(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")


@dataclass(frozen=True)
class DateReader:
    """Reads the dates of one table: in one order of day and month, from one day 0.

    Parameters
    ----------
    month_first
        Whether the month comes first; None if that is not known, and ambiguous dates are refused.
    why
        Why so, for the reader of the table; empty if it was said, or nothing hangs on it.
    day_0
        The day from which the day counts of the spreadsheet run.
    """

    month_first: bool | None
    why: str = ""
    day_0: dt.date = SPREADSHEET_DAY_0

    @classmethod
    def of(
        cls,
        values: Iterable[object],
        *,
        month_first: bool | None = None,
        usually: bool | None = False,
        day_0: dt.date = SPREADSHEET_DAY_0,
    ) -> DateReader:
        """Return the reader of a table, by the dates in it.

        Parameters
        ----------
        values
            All dates of the table: 13 to 31 can only be a day.
        month_first
            What the user says; None if nothing.
        usually
            The order if neither the user nor the table tells it; None to refuse ambiguous dates.
        day_0
            The day from which the day counts of the spreadsheet run.

        Examples
        --------
        >>> DateReader.of(["12/05/2014", "12/25/2014"]).read("12/05/2014").first
        datetime.date(2014, 12, 5)
        """
        if month_first:
            return cls(month_first=True, day_0=day_0)
        shown: dict[bool, str] = {}
        ambiguous = ""
        for text, first, second in _numbers_of_dates(values):
            if first > 12 or second > 12:
                shown.setdefault(second > 12, text)
            elif first != second:
                ambiguous = ambiguous or text
        if len(shown) == 2:
            both = {"one": repr(shown[True]), "other": repr(shown[False])}
            why = tr("there are both {one} and {other}", **both)
            return cls(None, why, day_0)
        if shown:
            ((is_month, text),) = shown.items()
            why = tr("the month comes first, as in {text}", text=repr(text)) if is_month else ""
            return cls(is_month, why, day_0)
        if ambiguous and usually is not None:
            said = (
                marked("the month comes first, as nothing says otherwise of {text}")
                if usually
                else marked("the day comes first, as nothing says otherwise of {text}")
            )
            why = tr(said, text=repr(ambiguous))
            return cls(usually, why, day_0)
        why = tr("nothing in the table shows which comes first") if usually is None else ""
        return cls(usually, why, day_0)

    def read(self, value: object) -> Days:
        """Return the days that a date means, as `days_of` does.

        Raises
        ------
        ValueError
            If it is none, or day and month may be exchanged.
        """
        if not self.is_ambiguous(value):
            return days_of(value, month_first=self._month_first_for(value), day_0=self.day_0)
        if self.month_first is None:
            one, other = (days_of(value, month_first=order).first for order in (False, True))
            raise ValueError(
                tr(
                    "{text} may be {one} or {other}: {reason}",
                    text=repr(str(value)), one=one, other=other, reason=self.why,
                )
            )  # fmt: skip
        days = days_of(value, month_first=self.month_first, day_0=self.day_0)
        return replace(days, remark=days.remark or self.why)

    def is_ambiguous(self, value: object) -> bool:
        """Return whether day and month of a date may be exchanged, for all that it says itself."""
        numbers = list(_numbers_of_dates([value]))
        return any(first <= 12 and second <= 12 for _, first, second in numbers) and any(
            first != second for _, first, second in numbers
        )

    def _month_first_for(self, value: object) -> bool:
        if self.month_first is not None:
            return self.month_first
        return any(second > 12 for _, _, second in _numbers_of_dates([value]))


def _numbers_of_dates(values: Iterable[object]) -> Iterator[tuple[str, int, int]]:
    """Yield the first and the second number of dates such as ``12/05/2014``, with their text."""
    for value in values:
        if isinstance(value, str):
            text = tidy(value)
            for found in _DAY_AND_MONTH.finditer(text):
                first, _, second, year = found.groups()
                if int(year) not in HIJRI_YEARS:
                    yield text, int(first), int(second)


def _full_year(text: str) -> int:
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year < 70 else 1900)


def _in_words(text: str, whole: str) -> Days:
    """Return the days of a date whose month is a name."""
    words = folded(re.sub(r"(\d)(?:st|nd|rd|th)\b", r"\1", text))
    months = {
        (name not in _GREGORIAN_MONTH, _GREGORIAN_MONTH.get(name) or _HIJRI_MONTH[name])
        for name in _MONTH.findall(words)
    }
    rest = _MONTH.sub(" ", words).split()
    numbers = [int(word) for word in rest if word.isdigit()]
    strange = [word for word in rest if not word.isdigit() and word not in _WEEKDAY | _ERA]
    if len(months) != 1 or strange or not 1 <= len(numbers) <= 3:
        raise ValueError(tr("{text} is not a date", text=repr(whole)))
    ((is_hijri, month),) = months
    year = next((number for number in numbers if number > 999), numbers[-1])
    numbers.remove(year)
    if year < 100:
        year = _full_year(f"{year:02}")
    if is_hijri and year not in HIJRI_YEARS:
        raise ValueError(tr("{text} has a Hijri month, but no Hijri year", text=repr(whole)))
    if not numbers:
        return _whole_month(year, month, whole)
    start, end = (_exact(year, month, day, whole) for day in (numbers[0], numbers[-1]))
    return _ordered(start.first, end.last, start.remark, whole)


def _ordered(first: dt.date, last: dt.date, remark: str, whole: str) -> Days:
    if last < first:
        raise ValueError(tr("{text} ends before it begins", text=repr(whole)))
    return Days(first, last, remark)


def _exact(year: int, month: int, day: int, whole: str, *, month_first: bool = False) -> Days:
    if year in HIJRI_YEARS:
        return _hijri(year, month, day, whole)
    try:
        date = dt.date(year, month, day)
    except ValueError:
        said = marked("the calendar has no day {text}")
        if month > 12 >= day:
            said = (
                marked("the calendar has no day {text} when the month comes first")
                if month_first
                else marked("the calendar has no day {text} when the day comes first")
            )
        raise ValueError(tr(said, text=repr(whole))) from None
    if not 1900 <= year <= 2200:
        raise ValueError(tr("the year of {text} is out of range", text=repr(whole)))
    return Days(date, date)


def _hijri(year: int, month: int, day: int, whole: str) -> Days:
    from hijridate import Hijri

    try:
        there = Hijri(year, month, day).to_gregorian()
    except (ValueError, OverflowError):
        raise ValueError(tr("the Hijri calendar has no day {text}", text=repr(whole))) from None
    date = dt.date(there.year, there.month, there.day)
    remark = tr(
        "{text} is {day} by the Umm al-Qura calendar, give or take a day",
        text=repr(whole), day=date,
    )  # fmt: skip
    return Days(date, date, remark)


def _whole_month(year: int, month: int, whole: str) -> Days:
    remark = tr("{text} names no day: any day of the month", text=repr(whole))
    if year in HIJRI_YEARS:
        first = _hijri(year, month, 1, whole).first
        following = (year + month // 12, month % 12 + 1)
        return Days(first, _hijri(*following, 1, whole).first - dt.timedelta(days=1), remark)
    last = calendar.monthrange(year, month)[1]
    return Days(_exact(year, month, 1, whole).first, _exact(year, month, last, whole).last, remark)
