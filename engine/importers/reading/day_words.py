"""The day of an event from the words for it, against the day of publication.

And words for more than a day: a month or a part of it, a week, a year; and days by ordinals, as Arabic writes them.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, NamedTuple

from engine.importers.reading.lexicon import words
from engine.io.days import HIJRI_YEARS, days_of
from engine.io.text import letters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.importers.reading.tokens import Token


Span = tuple[int, dt.date, dt.date]
"""The token after the words, and the first and the last day that they may mean."""
_BEFORE_MONTH = words(
    "in of since mid early late last by until from during في منذ من شهر خلال حتى قبل بعد بين عام"
)
_PARTS = {
    word: part
    for part, names in enumerate(
        ("early مطلع بداية بدايات أوائل اوائل beginning", "mid منتصف أواسط اواسط middle",
         "late end نهاية أواخر اواخر ختام")
    )
    for word in words(names)
}  # fmt: skip
_LAST = words("الماضي الماضية الفائت الفائتة المنصرم المنصرمة السابق السابقة last")
_WEEK, _MONTH, _YEAR = words("الأسبوع week"), words("الشهر month"), words("العام السنة year")
_UNITS = {
    letters(word): number
    for number, names in enumerate(
        ("الأول الحادي", "الثاني", "الثالث", "الرابع", "الخامس", "السادس", "السابع", "الثامن", "التاسع", "العاشر"),
        1,
    )
    for word in names.split()
}  # fmt: skip
_TENS = {letters("العشرين"): 20, letters("الثلاثين"): 30}
_YEARS = range(1990, 2101)


def span(tokens: Sequence[Token], at: int, published: dt.date) -> Span | None:
    """Return the days that words beginning at a token mean, where they mean more than one."""
    return (
        _ordinal_day(tokens, at, published)
        or _month(tokens, at, published)
        or _last(tokens, at, published)
        or _year(tokens, at)
    )


def _norm(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].norm if 0 <= at < len(tokens) else ""


def _month_at(tokens: Sequence[Token], at: int, published: dt.date) -> Span | None:
    """Return a month by its name, of the year that follows or else the latest that has begun."""
    for length in (2, 1):
        part = tokens[at : at + length]
        name = " ".join(token.text for token in part)
        if len(part) < length or not all(token.text.isalpha() for token in part):
            continue
        given = _norm(tokens, at + length)
        stated = given.isdigit() and (int(given) in _YEARS or int(given) in HIJRI_YEARS)
        islamic = round((published.year - 622) * 33 / 32)
        usual = [published.year, published.year - 1, islamic + 1, islamic, islamic - 1]
        for year in [int(given)] if stated else usual:
            try:
                found = days_of(f"{name} {year}")
            except ValueError:  # no month of that calendar
                continue
            if found.first <= published and found.first != found.last:
                return at + length + stated, found.first, found.last
    return None


def _month(tokens: Sequence[Token], at: int, published: dt.date) -> Span | None:
    before = _norm(tokens, at - 1)
    if tokens[at].text.isascii() and not tokens[at].text.istitle():
        return None
    if before not in _BEFORE_MONTH and before not in _PARTS and before != "-":
        return None
    found = _month_at(tokens, at, published)
    if found is None:
        return None
    end, first, last = found
    end += _norm(tokens, end) in _LAST
    near = (_norm(tokens, back) for back in range(at - 1, max(at - 4, -1), -1))
    part = next((_PARTS[word] for word in near if word in _PARTS), None)
    if part is not None:
        borders = [first, first + 10 * ONE, first + 20 * ONE, last + ONE]
        first, last = borders[part], borders[part + 1] - ONE
    return end, first, min(last, published) if first <= published else last


def _ordinal_day(tokens: Sequence[Token], at: int, published: dt.date) -> Span | None:
    """Return a day as "the fourth of January" in Arabic."""
    unit, end = _UNITS.get(tokens[at].norm, 0), at + 1
    if not unit and tokens[at].norm in _TENS:
        unit = _TENS[tokens[at].norm]
    elif unit and _norm(tokens, end) == "عشر":
        unit, end = unit + 10, end + 1
    elif unit and _norm(tokens, end).startswith("و") and _norm(tokens, end)[1:] in _TENS:
        unit, end = unit + _TENS[_norm(tokens, end)[1:]], end + 1
    if not unit or _norm(tokens, end) != "من":
        return None
    end += 1 + (_norm(tokens, end + 1) in {"شهر", "الشهر"})
    month = _month_at(tokens, end, published) if end < len(tokens) else None
    if month is None:
        return None
    day = month[1] + (unit - 1) * ONE
    return (month[0], day, day) if day <= month[2] else None


def _last(tokens: Sequence[Token], at: int, published: dt.date) -> Span | None:
    """Return last week, month or year, and the weekend before the day of publication."""
    word, following, before = tokens[at].norm, _norm(tokens, at + 1), _norm(tokens, at - 1)
    if word == "weekend":
        sunday = published - ((published.weekday() - 6) % 7 or 7) * ONE
        return at + 1, sunday - ONE, sunday
    arabic = following in _LAST
    if not arabic and before != "last":
        return None
    end = at + 1 + arabic
    if word in _WEEK:
        return end, published - 13 * ONE, published - ONE
    if word in _MONTH:
        last = published.replace(day=1) - ONE
        return end, last.replace(day=1), last
    if word in _YEAR:
        return end, dt.date(published.year - 1, 1, 1), dt.date(published.year - 1, 12, 31)
    return None


def _year(tokens: Sequence[Token], at: int) -> Span | None:
    text, before = tokens[at].text, _norm(tokens, at - 1)
    if not (text.isdigit() and len(text) == 4 and int(text) in _YEARS):
        return None
    if before not in words("in since during of عام سنة في منذ العام"):
        return None
    return at + 1, dt.date(int(text), 1, 1), dt.date(int(text), 12, 31)


ONE = dt.timedelta(days=1)
_WEEKDAYS = {
    word: day
    for day, names in enumerate(
        (
            "الاثنين الإثنين monday",
            "الثلاثاء tuesday",
            "الأربعاء wednesday",
            "الخميس thursday",
            "الجمعة friday",
            "السبت saturday",
            "الأحد sunday",
        )
    )
    for word in map(letters, names.split())
}
_TODAY = words("اليوم today tonight الليلة")
_YESTERDAY = words("أمس البارحة yesterday overnight")
_BEFORE_LAST = words("أول اول")
_NUMBERS = {
    letters(word): number
    for number, names in {
        1: "يوم واحد one a",
        2: "يومين two",
        3: "ثلاثة three",
        4: "أربعة four",
        5: "خمسة five",
        6: "ستة six",
        7: "سبعة أسبوع seven",
        14: "أسبوعين",
        10: "عشرة ten",
    }.items()
    for word in names.split()
}
_MONTH_SPAN = 5


class DayWords(NamedTuple):
    """Words for a day: their tokens, and the first and the last day that they may mean."""

    start: int
    end: int
    first: dt.date
    last: dt.date


def day_words(tokens: Sequence[Token], published: dt.date) -> list[DayWords]:
    """Return the words for days in a sentence, in order."""
    found: list[DayWords] = []
    at = 0
    while at < len(tokens):
        hit = _at(tokens, at, published)
        if hit is not None and hit.first <= published:
            found.append(hit)
            at = hit.end
        else:
            at += 1
    return found


def _at(tokens: Sequence[Token], at: int, published: dt.date) -> DayWords | None:
    word = tokens[at].norm.lstrip("و") if tokens[at].norm not in _WEEKDAYS else tokens[at].norm
    following = [token.norm for token in tokens[at + 1 : at + 5]]
    named = _named_day(tokens, at, word, following, published)
    if named or (named := _ago(tokens, at, word, following, published)):
        return named
    longer = span(tokens, at, published)
    return DayWords(at, longer[0], longer[1], min(longer[2], published)) if longer else None


def _named_day(
    tokens: Sequence[Token], at: int, word: str, following: list[str], published: dt.date
) -> DayWords | None:
    """Return the day of a date, a weekday, "yesterday" or "today"."""
    if word in _BEFORE_LAST and following[:1] and following[0] in _YESTERDAY:
        return DayWords(at, at + 2, published - 2 * ONE, published - 2 * ONE)
    month_first = word in _MONTHS_BEFORE_DAY and bool(following) and following[0].isdigit()
    if word.isdigit() or month_first:
        return _date(tokens, at, published)
    if word in _WEEKDAYS:
        back = (published.weekday() - _WEEKDAYS[word]) % 7
        if following[:1] and following[0] in {"الماضي", "الفايت", "المنصرم"} and back == 0:
            back = 7
        day = published - back * ONE
        end = at + 2 if following[:1] and following[0] in {"الماضي", "الفايت"} else at + 1
        return DayWords(at, end, day, day)
    if word in _YESTERDAY:
        day = published - ONE
        weekday = next((w for w in following[:1] if w in _WEEKDAYS), "")
        return DayWords(at, at + (2 if weekday else 1), day, day)
    if word in _TODAY:
        end = at + 2 if following[:1] and following[0] in _WEEKDAYS else at + 1
        return DayWords(at, end, published, published)
    return None


def _ago(
    tokens: Sequence[Token], at: int, word: str, following: list[str], published: dt.date
) -> DayWords | None:
    """Return the day of "three days ago", "a week earlier", "in recent days"."""
    if word in {"قبل", "منذ"} and following:
        number = _NUMBERS.get(following[0]) or (int(following[0]) if following[0].isdigit() else 0)
        if following[0] == "ايام":
            return DayWords(at, at + 2, published - 7 * ONE, published - 2 * ONE)
        if (
            number
            and 0 < number < 60
            and (following[0] in {"يومين", "اسبوع", "اسبوعين"} or "ايام" in following[:2])
        ):
            day = published - number * ONE
            return DayWords(at, at + 2, day, day)
    if word in {"الماضيه", "الاخيره"} and at and tokens[at - 1].norm in {"الايام", "ايام"}:
        return DayWords(at - 1, at + 1, published - 7 * ONE, published)
    if (
        word in {"day", "days", "week", "weeks"}
        and at
        and following[:1] in (["ago"], ["earlier"], ["before"])
    ):
        number = _NUMBERS.get(tokens[at - 1].norm, 0)
        if tokens[at - 1].text.isdigit():
            number = int(tokens[at - 1].text)
        number *= 7 if word.startswith("week") else 1
        if number:
            return DayWords(at - 1, at + 2, published - number * ONE, published - number * ONE)
    return None


_MONTHS_BEFORE_DAY = words(
    "january february march april may june july august september october november december"
)


def _date(tokens: Sequence[Token], at: int, published: dt.date) -> DayWords | None:
    """Return the day of a date in words, the year that of publication unless it says otherwise."""
    for length in range(_MONTH_SPAN, 1, -1):
        part = tokens[at : at + length]
        if len(part) < length or not any(len(t.norm) > 2 and not t.norm.isdigit() for t in part):
            continue
        if any(not token.is_word and token.text != "/" for token in part):
            continue
        text = " ".join(token.text for token in part)
        for full in (text, f"{text} {published.year}"):
            if full is not text and re.search(r"\d{4}", text):
                continue
            try:
                days = days_of(full)
            except ValueError:
                continue
            if days.first != days.last:
                continue
            day = days.first
            if full is not text and day > published:
                day = day.replace(year=day.year - 1)
            return DayWords(at, at + length, day, day)
    return None
