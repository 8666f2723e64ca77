"""The language of messages: catalogues, plurals, days, digits, and what falls back to English."""

import ast
import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest

from engine import errors
from engine.language import (
    called,
    day_text,
    language_of_environment,
    languages,
    listing,
    speaking,
    spoken,
    tr,
    trn,
)

WHOLE = (
    "analysis",
    "backtest",
    "cli",
    "control",
    "importers",
    "io",
    "measures",
    "network",
    "page",
    "probability",
    "report",
    "scenario",
    "serve",
)
"""The rooms all of whose messages are translated."""
DAY = dt.date(2014, 12, 20)


def test_without_a_catalogue_a_message_is_english():
    assert tr("no such message: {day}", day=DAY) == "no such message: 2014-12-20"
    with speaking("ar"):
        assert tr("no such message: {share:.0%}", share=0.5) == "no such message: 50%"


def test_a_language_holds_inside_its_block_alone():
    with speaking("ar"):
        assert spoken().from_right_to_left
        assert listing(["أ", "ب", "ج"], "and") == "أ، ب وج"
    assert listing(["a", "b", "c"], "and") == "a, b and c"


def test_an_unknown_language_is_refused():
    with pytest.raises(LookupError, match="tlh"), speaking("tlh"):
        pass


def test_months_are_those_of_the_levant():
    with speaking("ar"):
        assert day_text(DAY) == "20 كانون الأول 2014"


def test_digits_on_request():
    with speaking("ar") as arabic, speaking(type(arabic)("ar", eastern_digits=True)):
        assert day_text(DAY) == "٢٠ كانون الأول ٢٠١٤"
        assert tr("{share:.1%}", share=0.125) == "١٢٫٥٪"
        assert tr("{name}", name="E12") == "E12"


def test_names_are_isolated_where_it_is_asked_for():
    with speaking("ar", isolates=True):
        assert tr("{name}", name="Azaz") == "\u2068Azaz\u2069"
    with speaking("en", isolates=True):
        assert tr("{name}", name="Azaz") == "Azaz"


def test_forms_stand_in_the_order_of_translators():
    with speaking("ar"):
        said = [trn("{n} place", "{n} places", n) for n in (1, 2, 3, 11, 100)]
    assert said == ["مكان واحد", "مكانان", "3 أماكن", "11 مكانا", "100 مكان"]


def test_a_list_of_names_runs_from_right_to_left():
    with speaking("ar", isolates=True):
        assert tr("{names}", names=listing(["حلب", "Azaz"])) == (
            "\u2067\u2068حلب\u2069، \u2068Azaz\u2069\u2069"
        )


def test_each_number_has_the_form_of_its_language():
    with speaking("ar"):
        forms = {
            trn("one of {names} and {n} more", "one of {names} and {n} more", n, names="")
            for n in (1, 2, 3)
        }
    assert len(forms) == 3


@pytest.mark.parametrize(
    ("environment", "code"),
    [
        ({"LANG": "ar_SY.UTF-8"}, "ar"),
        ({"LANG": "C", "LANGUAGE": "ar"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "de:ar:en"}, "ar"),
        ({"LC_ALL": "en_GB.UTF-8", "LANG": "ar_SY"}, "en"),
        ({"LC_MESSAGES": "ar@euro"}, "ar"),
        ({}, "en"),
    ],
)
def test_the_locale_chooses(environment, code):
    assert language_of_environment(environment) == code


def test_a_name_in_the_script_of_the_language():
    with speaking("ar"):
        assert called("Azaz", "أعزاز") == "أعزاز"
        assert called("Azaz", "") == "Azaz"
    assert called("Azaz", "أعزاز") == "Azaz"
    assert called("", "أعزاز") == "أعزاز"


def test_an_error_is_told_in_the_language():
    with speaking("ar"):
        said = str(errors.unknown_name("actor", "goverment", ["government"]))
    assert "هل تقصد 'government'؟" in said


def test_the_catalogues_are_whole():
    assert languages()[:2] == ("en", "ar")
    done = subprocess.run(
        [sys.executable, "scripts/catalogues.py", "--check", *WHOLE],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.returncode) == ("the catalogues are whole\n", 0)


def test_no_message_stands_inside_of_an_f_string():
    """Extraction sees what is between quotes as one text: a message there is in no catalogue."""
    found = [
        f"{path}:{call.lineno}"
        for path in Path("engine").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.JoinedStr)
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") in {"tr", "trc", "trn", "marked"}
        and isinstance(call.args[0], ast.Constant)
    ]
    assert found == []
