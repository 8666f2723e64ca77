"""The text of a document: plain text, HTML, DOCX, PDF with a text layer, or standard input."""

from __future__ import annotations

import io
import re
import sys
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from engine.errors import Problem, ScenarioError
from engine.importers.reading.lexicon import words
from engine.io.text import text_of
from engine.language import tr

if TYPE_CHECKING:
    import os

STANDARD_INPUT = "-"
ENDINGS = (".txt", ".md", ".html", ".htm", ".docx", ".pdf")
MOST_BYTES = 50_000_000
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SKIPPED = words("script style noscript nav footer aside form button svg template")
_BLOCKS = words(
    "p div br li ul ol h1 h2 h3 h4 h5 h6 td th tr table blockquote article section header title figcaption"
)


def document_text(path: str | os.PathLike[str]) -> str:
    """Return the text of a document; `STANDARD_INPUT` reads what is piped in.

    Raises
    ------
    ScenarioError
        If it cannot be read, is of another kind, or has no text.
    """
    if str(path) == STANDARD_INPUT:
        text = sys.stdin.buffer.read(MOST_BYTES).decode("utf-8-sig", errors="replace")
        return _with_text(text, tr("standard input"))
    file = Path(path)
    ending = file.suffix.lower()
    if ending not in ENDINGS:
        message = tr("this is no document that can be read")
        expected = tr(
            "{endings}, or {mark} for standard input",
            endings=", ".join(ENDINGS),
            mark=STANDARD_INPUT,
        )
        raise ScenarioError(Problem(message, str(file), expected=expected))
    if ending in {".docx", ".pdf"}:
        data = _bytes(file)
        text = _docx(data, file) if ending == ".docx" else _pdf(data, file)
    else:
        text = text_of(file)
        text = html_text(text) if ending in {".html", ".htm"} else text
    return _with_text(text, str(file))


def _with_text(text: str, file: str) -> str:
    if not any(letter.isalpha() for letter in text):
        message = (
            tr("there is no text; scanned pages have no text layer")
            if file.lower().endswith(".pdf")
            else tr("there is no text")
        )
        raise ScenarioError(Problem(message, file, expected=tr("a text")))
    return text


def _bytes(file: Path) -> bytes:
    try:
        data = file.read_bytes()
    except OSError as error:
        message = tr("cannot be read ({reason})", reason=error.strerror)
        raise ScenarioError(Problem(message, str(file))) from None
    if len(data) > MOST_BYTES:
        message, expected = tr("the file is too large"), tr("at most 50 MB")
        raise ScenarioError(Problem(message, str(file), expected=expected))
    return data


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.skipping = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.skipping += tag in _SKIPPED
        if tag in _BLOCKS:
            self.parts.append("\n\n")

    def handle_endtag(self, tag: str) -> None:
        self.skipping = max(self.skipping - (tag in _SKIPPED), 0)
        if tag in _BLOCKS:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self.skipping:
            self.parts.append(re.sub(r"\s+", " ", data))


def html_text(page: str) -> str:
    r"""Return what a page says, a blank line between its blocks, without its menus and scripts.

    Examples
    --------
    >>> html_text("<h1>News</h1><script>x()</script><p>They took <b>Mare</b>.</p>")
    'News\n\nThey took Mare.'
    """
    parser = _Page()
    parser.feed(page)
    parser.close()
    return re.sub(r"\s*\n\s*\n\s*", "\n\n", "".join(parser.parts)).strip()


def _docx(data: bytes, file: Path) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            part = book.getinfo("word/document.xml")
            if part.file_size > MOST_BYTES:
                raise ScenarioError(Problem(tr("the document unpacks to too much"), str(file)))
            root = ET.fromstring(book.read(part))  # noqa: S314 - expat refuses what swells
    except (zipfile.BadZipFile, KeyError, ET.ParseError):
        raise ScenarioError(Problem(tr("this is no DOCX document"), str(file))) from None
    return "\n\n".join(_paragraph(paragraph) for paragraph in root.iter(f"{_WORD}p"))


def _paragraph(paragraph: ET.Element) -> str:
    """Return the text of a paragraph, without what tracked changes have deleted."""
    space = {f"{_WORD}tab", f"{_WORD}br"}
    shown = (part for part in paragraph.iter() if part.tag in {f"{_WORD}t", *space})
    return "".join(" " if part.tag in space else part.text or "" for part in shown)


def _pdf(data: bytes, file: Path) -> str:
    import pypdf
    from pypdf.errors import PyPdfError

    reading: Any = pypdf

    try:
        reader = reading.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise ScenarioError(Problem(tr("the document has a password"), str(file)))
        return "\n".join(page.extract_text() for page in reader.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, OSError, RecursionError) as error:
        message = tr("this PDF cannot be read ({reason})", reason=str(error))
        raise ScenarioError(Problem(message, str(file))) from None
