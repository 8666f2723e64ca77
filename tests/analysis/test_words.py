"""Statuses, conditions, events and causes in the words of the language spoken."""

import pytest

import engine
from engine.analysis.evidence import listed
from engine.analysis.status import STATUS_WORDS, status_text
from engine.control.statements import CONDITIONS
from engine.control.words import chained, condition_text, event_text, kind_text
from engine.language import speaking
from engine.scenario.vocabulary import MEANING_OF_KIND, condition_of, kind_in_words


@pytest.fixture(scope="module")
def castello():
    return engine.analyze(engine.load_scenario("scenarios/castello-2014-12.toml"))


def test_english_words_are_those_of_the_files():
    assert [status_text(word) for word in STATUS_WORDS] == list(STATUS_WORDS)
    assert [condition_text(word) for word in CONDITIONS] == list(CONDITIONS)
    words = [kind_in_words(kind) for kind in MEANING_OF_KIND]
    with speaking("en-XA"):
        assert [kind_text(kind) for kind in MEANING_OF_KIND] == [f"⟦{word}⟧" for word in words]
        happened = [event_text(kind, "Azaz") for kind in MEANING_OF_KIND]
    assert happened == [f"⟦Azaz {word}⟧" for word in words]


def test_statuses_in_arabic():
    with speaking("ar"):
        said = [status_text(word) for word in STATUS_WORDS]
    assert said == ["مفتوح", "متصل", "مهدد", "مقطوع", "محاصر", "مفقود"]


def test_conditions_in_arabic_are_words_that_files_may_use():
    with speaking("ar"):
        assert [condition_of(condition_text(word)) for word in CONDITIONS] == list(CONDITIONS)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("captured", "سيطرة القوات الحكومية على الملاح"),
        ("described", "تقرير عن سيطرة القوات الحكومية على الملاح"),
        ("siege_broken", "فك الحصار عن الملاح"),
        ("under_fire", "الملاح تحت النار"),
    ],
)
def test_what_happened_in_arabic(kind, said):
    with speaking("ar"):
        assert event_text(kind, "الملاح", "القوات الحكومية") == said


def test_counted_names_in_arabic():
    with speaking("ar"):
        ends = [listed("أ" * n).removeprefix("أ، أ، أ") for n in (5, 6, 14)]
        assert ends == [" واثنان آخران", " و3 أخرى", " و11 أخرى"]
        assert chained(["أ", "ب", "ج"], "; ") == "أ؛ ب؛ ج"


def test_a_cause_is_told_in_the_language_of_the_moment(castello):
    english = castello.because("castello", castello.interval_on("2014-12-20"))
    with speaking("ar"):
        arabic = castello.because("castello", castello.interval_on("2014-12-20"))
    assert castello.because("castello", castello.interval_on("2014-12-20")) == english
    assert arabic == (
        "طريق الكاستيلو: تحت النار، مكشوف من مزارع الملاح "
        "(اشتباكات في مزارع الملاح في 17 كانون الأول 2014 [e016-mallah])"
    )
