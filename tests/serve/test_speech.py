"""The language of a request: of its address, the page, the command and the browser; each thread has its own."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from engine.language import Language, speaking
from engine.serve.guard import language_asked
from engine.serve.session import Session, sentence_of
from engine.serve.sketching import Sketching
from tests.serve.support import asked, copied, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine.serve.server import Address


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Session, Address]]:
    session = Session(copied(tmp_path_factory.mktemp("speech")))
    with serving(session) as address:
        yield session, address
    session.end()


def scope(query: str = "", **headers: str) -> dict[str, object]:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"query_string": query.encode(), "headers": named}


@pytest.mark.parametrize(
    ("request_", "own", "code"),
    [
        (scope(), "en", "en"),
        (scope(accept_language="de, ar-SY;q=0.8, fr;q=0.9"), "en", "fr"),
        (scope(accept_language="ar;q=x, en"), "en", "en"),
        (scope(accept_language="fr"), "ar", "ar"),
        (scope("lang=en", accept_language="fr"), "ar", "en"),
        (scope("lang=tlh", supplyline_language="ar-u-nu-arab"), "en", "ar"),
        (scope("lang=ar&lang=en&" + "&".join("a=1" for _ in range(9))), "en", "ar"),
    ],
)
def test_the_address_goes_before_the_command_and_that_before_the_browser(
    request_: dict[str, object], own: str, code: str
) -> None:
    assert language_asked(request_, Language(own)).code == code


def test_the_page_is_in_the_language_asked_for(served: tuple[Session, Address]) -> None:
    _, address = served
    page = asked(address, "GET", "?lang=ar")[2].decode()
    assert '<html lang="ar" dir="rtl">' in page
    assert "تحتاج هذه الصفحة إلى JavaScript" in page
    data = page.split('id="data">')[1].split("</script>")[0]
    shown = json.loads(data)
    assert list(shown["languages"]["of"]) == ["ar"]
    assert [one["label"] for one in shown["statuses"]][:2] == ["مفتوح", "متصل"]
    assert '<html lang="en" dir="ltr">' in asked(address, "GET", "")[2].decode()


def test_each_request_is_answered_in_its_own_language(served: tuple[Session, Address]) -> None:
    _, address = served

    def first(code: str) -> str:
        answer = asked(address, "GET", "day?revision=0&day=19", supplyline_language=code)
        return str(json.loads(answer[2])["routes"][0]["meeting"]["first"])

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(first, ["ar", "en", "fr", "ar", "en", "fr"]))
    assert found[:3] == found[3:]
    assert found[1].startswith("Castello road: at risk since 14 December 2014")
    assert "مهدد" in found[0]
    assert "depuis le 14 décembre 2014" in found[2]


def test_what_is_refused_is_said_in_the_language(served: tuple[Session, Address]) -> None:
    _, address = served
    arabic = {"supplyline_language": "ar"}
    problems = json.loads(asked(address, "POST", "act", {"revision": "x"}, **arabic)[2])["problems"]
    assert problems == ["رقم المراجعة ناقص؛ المتوقع عدد صحيح"]
    assert asked(address, "GET", "!/nothing", Accept_Language="fr, ar;q=0.9")[0] == 404
    assert asked(address, "GET", "!/nothing?lang=ar")[2].decode() == "لا شيء هنا\n"


def test_changes_are_told_by_the_names_of_places(served: tuple[Session, Address]) -> None:
    session, _ = served
    event = {"site": "mallah", "kind": "captured", "actor": "government", "date": "2014-12-20",
             "earliest": "2014-12-19", "latest": "2014-12-21", "until": "2014-12-28",
             "confidence": 0.5, "source": "what if"}  # fmt: skip
    session.act(session.revision, {"do": "add", "change": {"change": "add", "event": event}})
    with speaking("ar"):
        told = session.state()["changes"][0]["text"]
    assert told == (
        "مزارع الملاح: سيطرة (القوات الحكومية)، في 20 كانون الأول 2014 "
        "(بين 19 كانون الأول 2014 و21 كانون الأول 2014) حتى 28 كانون الأول 2014، درجة الثقة 0.5"
    )
    english = sentence_of(session.changes[0], session.base.scenario)
    assert english == (
        "mallah captured by Government forces on 2014-12-20 "
        "(between 2014-12-19 and 2014-12-21) until 2014-12-28, confidence 0.5"
    )
    with speaking("en-XA"):
        marked = session.state()["changes"][0]["text"]
    assert (marked[0], marked[-1], marked.count("⟦")) == ("⟦", "⟧", marked.count("⟧"))


def test_the_page_of_a_sketch_speaks_too(tmp_path: Path) -> None:
    with serving(Sketching(tmp_path / "sketch")) as address:
        page = asked(address, "GET", "?lang=ar")[2].decode()
        body = {"seen": {}, "places": 7, "roads": []}
        refused = asked(address, "POST", "save", body, supplyline_language="ar")[2]
    assert '<html lang="ar" dir="rtl">' in page
    assert "طريق سريع" in page
    assert json.loads(refused)["problems"] == ["\u2068places\u2069 ناقصة؛ المتوقع قائمة"]
