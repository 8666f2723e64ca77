"""The page in other languages: every text, its direction, and the switch from one to another."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

import pytest

from engine.language import speaking
from engine.report.page.html import write_page
from tests.report.page_texts import TEXTS, names_on_the_page, words_left
from tests.report.test_page_for_everybody import faults

if TYPE_CHECKING:
    from pathlib import Path

    from engine import Analysis
    from tests.report.browser import Browser

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.slow]
CHANGE = (
    "act({do: 'add', change: {change: 'add', event: {site: 'mallah', kind: 'captured',"
    " actor: 'government', date: '2014-12-20', source: 'what if'}}}, tr('Added.'), 20)"
)


def texts_in_many_states(browser: Browser) -> list[str]:
    """Return what a reader meets who looks at everything that a written page has."""
    seen = list(browser.run(TEXTS))
    browser.run("part['as-table'].open = true; go(2)")
    seen += browser.run(TEXTS)
    browser.run(CHANGE)
    browser.until("!part.compare.hidden")
    browser.run(
        "part.compare.click(); copy('x', {told: '', what: tr('the link'), asked: tr('the link')})"
    )
    browser.until("!part.sides.hidden")
    seen += browser.run(TEXTS)
    seen += browser.run("map.banners.data.text.concat(map.names.data.text)")
    browser.run("part['whatif-site'].value = 'nowhere'; part['whatif-form'].requestSubmit()")
    browser.until("!part.problems.hidden")
    return seen + list(browser.run(TEXTS))


@pytest.mark.parametrize("code", ["ar", "en-XA"])
def test_no_text_is_outside_the_catalogues(
    browser: Browser, seed: Analysis, page: Path, tmp_path: Path, code: str
) -> None:
    browser.leave()
    if code == "ar":
        browser.visit(f"{page.as_uri()}?lang=ar")
    else:
        with speaking(code):
            browser.open(write_page(seed, tmp_path / "marked.html"))
    names = names_on_the_page(browser)
    assert words_left(texts_in_many_states(browser), names) == []
    assert browser.console == []


def test_arabic_runs_from_right_to_left(browser: Browser, page: Path) -> None:
    browser.leave()
    browser.visit(f"{page.as_uri()}#day=2014-12-20&lang=ar")
    root = "document.documentElement"
    assert browser.run(f"[{root}.lang, {root}.dir]") == ["ar", "rtl"]
    assert browser.text("#date") == "20 كانون الأول 2014"
    assert browser.run("[...document.querySelectorAll('#routes .status')].map((n) => n.textContent)") == [
        "مهدد", "مفتوح", "مفتوح", "مهدد",
    ]  # fmt: skip
    press = (
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'Arrow%s', bubbles: true}))"
    )
    assert browser.run(f"{press % 'Left'}; shown.day") == 20
    assert browser.run(f"{press % 'Right'}; shown.day") == 19
    first, last = browser.run(
        "[...document.querySelectorAll('#timeline .axis span')].map((n) => n.getBoundingClientRect().right)"
    )[::7]
    assert first > last
    assert browser.run("document.documentElement.scrollWidth <= innerWidth")
    printed = base64.b64decode(browser.call("Page.printToPDF", preferCSSPageSize=True)["data"])
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 2
    assert faults(browser) == []
    assert browser.console == []


def test_the_switch_keeps_the_day_and_the_changes(browser: Browser, page: Path) -> None:
    browser.leave()
    browser.visit(f"{page.as_uri()}#day=2014-12-20")
    browser.run(CHANGE)
    for code, word in (
        ("ar-u-nu-arab", "٢١ كانون الأول ٢٠١٤"),
        ("fr", "21 décembre 2014"),
        ("en", "21 December 2014"),
    ):
        browser.run(
            f"setTimeout(() => {{ part.language.value = '{code}'; part.language.dispatchEvent(new Event('change')); }})"
        )
        browser.until(
            f"document.body?.dataset.ready === 'yes' && document.documentElement.lang === '{code}'"
        )
        assert browser.text("#date") == word
        assert browser.run("shown.live.changes.length") == 1
    assert browser.console == []
