"""What a reader meets on the page: its texts in the browser, and which of them are in no language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.report.browser import Browser

TEXTS = """(() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { parentElement: parent, data: text } = walker.currentNode;
    if (text.trim() && !parent.closest("script, style, noscript")) {
      const whole = parent.textContent; // a message may have elements in it
      found.push(whole.includes("⟦") && parent.children.length ? whole : text);
    }
  }
  for (const node of document.body.querySelectorAll("*")) {
    for (const name of ["aria-label", "title", "placeholder", "aria-valuetext", "alt"]) {
      if (node.getAttribute(name)) { found.push(node.getAttribute(name)); }
    }
  }
  return [...new Set(found)];
})()"""
NAMES = {"label", "label_ar", "en", "ar", "site", "site_ar", "source", "note", "title", "id", "ids",
         "reports", "digests", "version", "value", "credit", "names", "place"}  # fmt: skip
"""Where the page has words that are its scenario's own, and no message."""
OTHERS = ("supplyline open", "supplyline run", "supplyline", "openstreetmap.org", "OpenStreetMap",
          "JavaScript", "Shift", "PNG", "JPEG", "English", "français", "km")  # fmt: skip


def names_on_the_page(browser: Browser) -> list[str]:
    """Return names, sources, notes and ids of a page, the longest first."""
    found: set[str] = set()
    _gather(browser.run("base"), "", found)
    return sorted({one for one in found if re.search(r"[A-Za-z]{2}", one)}, key=len, reverse=True)


def _gather(value: Any, key: str, found: set[str]) -> None:
    if isinstance(value, dict):
        for name, one in value.items():
            if name != "languages":
                _gather(one, name, found)
    elif isinstance(value, list):
        for one in value:
            _gather(one, key, found)
    elif isinstance(value, str) and key in NAMES:
        found.add(value)


def words_left(texts: Iterable[str], names: Iterable[str]) -> list[str]:
    """Return texts that have Latin words besides names and what stands between brackets."""
    left = []
    known = [*names, *OTHERS]
    for text in texts:
        rest, before = text, ""
        while rest != before:  # messages inside messages
            rest, before = re.sub(r"⟦[^⟦⟧]*⟧", "", rest), rest
        for name in known:
            rest = rest.replace(name, "")
        rest = re.sub(r"\d+ [A-Z][a-z]+(\s\d{4})?\b", "", rest)
        if re.search(r"[A-Za-z]{2}", rest):
            left.append(f"{text.strip()!r}: {rest.strip()!r}")
    return left
