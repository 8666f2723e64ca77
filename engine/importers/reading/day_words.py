"""The day of an event from the words for it, against the day of publication."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, NamedTuple

from engine.importers.reading.day_spans import span
from engine.importers.reading.lexicon import words
from engine.io.days import days_of
from engine.io.text import letters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.importers.reading.tokens import Token

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
