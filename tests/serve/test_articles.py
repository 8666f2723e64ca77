"""Articles on the page: read, decided by a person, imported whole, taken back; also in a real browser."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from engine.errors import InputError
from engine.serve.articles import document_name
from engine.serve.session import Session
from tests.report.browser import Browser
from tests.serve.support import copied, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script> =cmd() \u202eturned"
TEXT = f"""{HOSTILE} captured the village.

Government forces captured Mallah on 25 December. Rebels captured Mare and Tal Malid on Sunday.

سيطرت قوات النظام على حندرات يوم الجمعة.
"""


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    opened = Session(copied(tmp_path))
    yield opened
    opened.end()


def _files(session: Session) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes()
        for path in session.file.parent.iterdir()
        if not path.name.endswith(".journal")
    }


def _statuses(session: Session) -> dict:
    return session.base.status("2014-12-27").to_dict()


def _read(session: Session) -> dict:
    return session.read("", "2014-12-28", TEXT.encode())


def test_nothing_counts_before_it_is_accepted_and_all_is_taken_back(session: Session) -> None:
    before, statuses = _files(session), _statuses(session)
    found = _read(session)
    assert _files(session) == before
    at = next(n for n, one in enumerate(found["drafts"]) if one["site"] == "mallah")
    rows = [{"draft": n, "accept": n == at or None} for n in range(len(found["drafts"]))]
    more = {"site": "castello-road", "kind": "closed", "date": "2014-12-26"}
    rows.append({"draft": None, "sentence": 1, "accept": True} | more)
    session.accept(session.revision, found["number"], rows, again=False)
    assert session.state()["imported"] == {"name": found["name"], "reports": 2}
    assert _statuses(session) != statuses
    notes = [
        event.note for event in session.base.scenario.events if event.origin.file.endswith(".csv")
    ]
    assert any("<script>alert(2)</script>" in note for note in notes)
    with pytest.raises(InputError, match="imported before"):
        session.accept(session.revision, found["number"], rows, again=False)
    session.take_back(session.revision)
    assert _files(session) == before
    assert _statuses(session) == statuses
    with pytest.raises(InputError, match="no import"):
        session.take_back(session.revision)


def test_one_row_that_cannot_be_taken_holds_all_of_them(session: Session) -> None:
    before, found = _files(session), _read(session)
    good = {"draft": 0, "accept": True, "site": "mallah"}
    for wrong, why in (
        ({"site": "atlantis"}, r"draft 2 .*atlantis"),
        ({"kind": "teleported"}, r"draft 2 .*kind"),
        ({"date": "next week"}, r"draft 2 .*next week"),
        ({"confidence": "7"}, r"draft 2 .*confidence"),
    ):
        rows = [good, {"draft": 1, "accept": True} | wrong]
        with pytest.raises(InputError, match=why):
            session.accept(session.revision, found["number"], rows, again=False)
    for rows, why in (
        ([{"draft": 0, "accept": None}], "nothing is accepted"),
        ([{"draft": 99, "accept": True}], "no draft 99"),
        ([{"draft": None, "sentence": 0, "accept": True}], "no sentence 0"),
    ):
        with pytest.raises(InputError, match=why):
            session.accept(session.revision, found["number"], rows, again=False)
    assert _files(session) == before


def test_what_somebody_changed_since_is_not_taken_back(session: Session) -> None:
    found = _read(session)
    rows = [
        {
            "draft": None,
            "sentence": 1,
            "accept": True,
            "site": "mallah",
            "kind": "fighting",
            "date": "2014-12-26",
        }
    ]
    session.accept(session.revision, found["number"], rows, again=False)
    session.file.write_text(session.file.read_text() + "\n# mine\n")
    before = _files(session)
    with pytest.raises(InputError, match="has changed since"):
        session.take_back(session.revision)
    assert _files(session) == before


def test_a_text_needs_a_day_and_a_form_that_is_read(session: Session) -> None:
    for name, day, data, why in (
        ("a.txt", "", b"They took Mare.", "day of publication"),
        ("a.txt", "22.12.", b"They took Mare.", "day of publication"),
        ("a.png", "2014-12-22", b"They took Mare.", "file of this kind"),
        ("../x/a.docx", "2014-12-22", b"They took Mare.", r"a\.docx: this is no DOCX"),
        ("a.txt", "2014-12-22", b"...", "no text"),
        ("a.txt", "2014-12-22", b"Mare. " * 40_000, "240,000 letters"),
    ):
        with pytest.raises(InputError, match=why) as said:
            session.read(name, day, data)
        assert "/tmp" not in str(said.value)
    assert document_name("", "حلب اليوم".encode()).startswith("text-")
    assert document_name("..\\..\\a b.TXT", b"") == "a b.txt"


# In a real browser.

_DRAFT = "#article-drafts li:nth-child({})"


@pytest.fixture
def page(session: Session) -> Iterator[Browser]:
    with serving(session) as at, Browser() as browser:
        browser.visit(at.url)
        browser.run("window.alert = () => { throw new Error('a text was run') }")
        yield browser
        assert browser.console == []
        browser.leave()


def _set(browser: Browser, selector: str, value: str) -> None:
    browser.run(
        f"(() => {{ const node = document.querySelector({json.dumps(selector)});"
        f"node.value = {json.dumps(value)};"
        "node.dispatchEvent(new Event('input')); node.dispatchEvent(new Event('change')); })()"
    )


@pytest.mark.slow
@pytest.mark.xdist_group("browser")
def test_a_text_is_pasted_reviewed_imported_and_taken_back(page: Browser, session: Session) -> None:
    before = _files(session)
    page.click("#article-open")
    _set(page, "#article-day", "2014-12-28")
    _set(page, "#article-text", TEXT)
    page.click("#article-form button[type=submit]")
    page.until("articles.review")
    assert page.run("document.querySelectorAll('#articles img, #articles script').length") == 0
    assert "onerror" in page.text("#article-body")
    arabic = "[...document.querySelectorAll('#article-body p')].at(-1)"
    assert page.run(f"getComputedStyle({arabic}).direction") == "rtl"
    sides = (
        "[part['article-body'], part['article-drafts']].map((one) => one.getBoundingClientRect())"
    )
    assert page.run(f"(([one, other]) => one.right <= other.left && one.height > 200)({sides})")
    at = page.run("articles.review.reading.drafts.findIndex(({ site }) => site === 'mallah') + 1")
    page.click(f"{_DRAFT.format(at)} .accept")
    assert page.run(
        "[...document.querySelectorAll('#article-body .now mark')].map((one) => one.textContent)"
    ) == ["captured", "Mallah"]
    page.click(f"{_DRAFT.format(at + 1)} .accept")
    _set(page, f"{_DRAFT.format(at + 1)} [data-field=site]", "atlantis")
    assert "2 accepted (1 corrected)" in page.text("#article-counts")
    assert _files(session) == before
    page.click("#article-import")
    page.until("!part['article-problems'].hidden")
    assert "atlantis" in page.text(f"{_DRAFT.format(at + 1)} .refused")
    assert _files(session) == before
    assert all("400" in entry for entry in page.console)
    page.console.clear()
    page.run("window.isLeft = true")
    page.call("Page.reload")  # what was decided outlives it
    page.until(
        "!window.isLeft && document.body?.dataset.ready === 'yes' && articles.review && part.articles.open"
    )
    assert "2 accepted (1 corrected)" in page.text("#article-counts")
    _set(page, f"{_DRAFT.format(at + 1)} [data-field=site]", "mare")
    page.click("#article-import")
    page.until("document.body?.dataset.ready === 'yes' && shown.live.base === 1")
    assert page.text("#article-told").startswith("Imported 2 reports")
    assert _statuses(session)["castello"] == "cut"
    page.click("#article-back")
    page.until("document.body?.dataset.ready === 'yes' && shown.live.base === 2")
    assert _files(session) == before


@pytest.mark.slow
@pytest.mark.xdist_group("browser")
def test_a_dropped_text_is_read_and_a_dropped_table_is_not(page: Browser) -> None:
    drop = """(([name, text]) => {{
      const carried = new DataTransfer();
      carried.items.add(new File([text], name));
      document.dispatchEvent(new DragEvent("drop", {{ dataTransfer: carried, bubbles: true, cancelable: true }}));
    }})({})"""
    page.run("part['article-day'].value = '2014-12-22'")
    page.run(
        drop.format(json.dumps(["week 50.html", "<p>Rebels captured <b>Mare</b> on Sunday.</p>"]))
    )
    page.until("articles.review && part.articles.open")
    assert page.text("#article-name") == "week 50.html"
    assert page.run("document.querySelector('#article-drafts [data-field=site]').value") == "mare"
    page.click("#article-close")
    page.run(drop.format(json.dumps(["a.txt", "date,site,kind\n2014-12-25,mallah,fighting\n"])))
    page.until("part.ask.open")
    page.click("#ask-no")
