import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.io.days import days_of
from engine.io.text import folded, tidy

THE_20TH = dt.date(2014, 12, 20)


@pytest.mark.parametrize(
    "text",
    [
        "2014-12-20", "2014/12/20", "2014.12.20", "20141220",
        "2014-12-20 00:00:00.000", "2014-12-20T10:30:00Z", "20/12/2014 14:05",
        "20 December 2014 00:00", "Dec 20, 2014 10:30 PM",
        "20/12/2014", "20-12-2014", "20.12.2014", "20.12.14", "20 12 2014",
        "20 December 2014", "20 Dec 2014", "20-Dec-14", "20-Dec-2014", "December 20, 2014",
        "Dec 20th, 2014", "Saturday, 20 December 2014", "Sat 20 Dec 2014", "20 DECEMBER 2014",
        "٢٠/١٢/٢٠١٤", "٢٠١٤-١٢-٢٠", "۲۰/۱۲/۲۰۱۴",
        "20 كانون الأول 2014", "٢٠ كانون الاول ٢٠١٤", "20 كانون الأول/ديسمبر 2014",
        "20 كانون الأول (ديسمبر) 2014", "السبت 20 ديسمبر 2014", "يوم السبت ٢٠ كانون الأوّل ٢٠١٤ م",
        "20 Kanun al-Awwal 2014", "20 décembre 2014", "\u200f20/12/2014\u200f",
        "28 صفر 1436", "28 صفر 1436 هـ", "٢٨ صفر ١٤٣٦ ه", "28 Safar 1436 AH", "28/2/1436",
        "1436-02-28", "41993", "41993.0",
        dt.date(2014, 12, 20), dt.datetime(2014, 12, 20, 13, 0),
    ],
)  # fmt: skip
def test_one_day_in_many_forms(text):
    days = days_of(text)
    assert (days.first, days.last) == (THE_20TH, THE_20TH)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("13-14 December 2014", "2014-12-13", "2014-12-14"),
        ("13/12/2014 - 14/12/2014", "2014-12-13", "2014-12-14"),
        ("28 Nov 2014 to 2 Dec 2014", "2014-11-28", "2014-12-02"),
        ("١٣ كانون الأول ٢٠١٤ إلى ١٤ كانون الأول ٢٠١٤", "2014-12-13", "2014-12-14"),
        ("December 2014", "2014-12-01", "2014-12-31"),
        ("شباط 2016", "2016-02-01", "2016-02-29"),
        ("صفر 1436", "2014-11-23", "2014-12-22"),
        ("ذو الحجة 1435", "2014-09-25", "2014-10-24"),
    ],
)
def test_spans_and_months(text, first, last):
    days = days_of(text)
    assert (str(days.first), str(days.last)) == (first, last)
    assert days.first <= days.middle <= days.last


LEVANTINE = (
    "كانون الثاني,شباط,آذار,نيسان,أيار,حزيران,تموز,آب,أيلول,تشرين الأول,تشرين الثاني,كانون الأول"
)
EGYPTIAN = "يناير,فبراير,مارس,أبريل,مايو,يونيو,يوليو,أغسطس,سبتمبر,أكتوبر,نوفمبر,ديسمبر"
ENGLISH = "Jan,February,Mar,April,May,June,Jul,August,Sept,October,Nov,December"


@pytest.mark.parametrize("names", [LEVANTINE, EGYPTIAN, ENGLISH])
def test_every_month_by_name(names):
    months = [days_of(f"5 {name} 2015").first.month for name in names.split(",")]
    assert months == list(range(1, 13))


HIJRI = [
    "محرم", "صفر", "ربيع الأول", "ربيع الآخر", "جمادى الأولى", "جمادى الآخرة",
    "رجب", "شعبان", "رمضان", "شوال", "ذو القعدة", "ذو الحجة",
]  # fmt: skip


@pytest.mark.parametrize(("number", "month"), list(enumerate(HIJRI, 1)))
def test_every_hijri_month_by_name(number, month):
    assert days_of(f"3 {month} 1436").first == days_of(f"3/{number}/1436").first
    assert "give or take a day" in days_of(f"3 {month} 1436").remark


def test_the_month_comes_first_where_told():
    assert days_of("12/20/2014", month_first=True).first == THE_20TH
    with pytest.raises(ValueError, match="no day '12/20/2014' when the day comes first"):
        days_of("12/20/2014")
    with pytest.raises(ValueError, match="when the month comes first"):
        days_of("20/12/2014", month_first=True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("31/02/2015", "no day '31/02/2015'"),
        ("2015-02-31", "no day"),
        ("30 شباط 2015", "no day"),
        ("31 صفر 1436", "Hijri calendar has no day"),
        ("5 رمضان 2014", "no Hijri year"),
        ("yesterday", "not a date"),
        ("Friday", "not a date"),
        ("20 Decembre-ish 2014", "not a date"),
        ("", "no date"),
        ("=TODAY()", "not a date"),
        ("14-13 December 2014", "ends before it begins"),
        ("01/01/0001", "out of range"),
        ("20/12", "not a date"),
        ("20 كانون الأول/يناير 2014", "not a date"),
    ],
)
def test_what_is_no_date_is_refused_with_its_reason(text, message):
    with pytest.raises(ValueError, match=message):
        days_of(text)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)))
def test_every_day_comes_back(day):
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%B %d, %Y"):
        assert days_of(day.strftime(form)).first == day
    assert days_of(day.strftime("%m/%d/%Y"), month_first=True).last == day


def test_names_are_compared_without_what_does_not_matter():
    assert tidy(" a\u00a0b\u200b ٣ ") == "a b 3"
    assert folded("Sheikh Najjār!") == "sheikh najjar"
    assert folded("A'zaz") == folded("azaz")
    assert folded("الملاّح") == folded("الملاح")
    assert folded("كفرة") == folded("كفره")
    assert folded("al-Mallah") == folded("Mallah")
    assert folded("الملاح") == folded("ملاح")
