"""Articles on the page: a text is read into drafts, a person decides, what was accepted is imported whole."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.errors import InputError, Problem
from engine.importers.importing import import_reports, understood_reports
from engine.importers.reading.accepted import COLUMNS, row_of
from engine.importers.reading.documents import ENDINGS, document_text
from engine.importers.reading.drafts import read_text
from engine.importers.reading.lexicon import confidences
from engine.io.days import day_of
from engine.io.tables import write_table
from engine.io.text import portable
from engine.language import tr
from engine.network.gazetteer import is_arabic, slug
from engine.report.page.told import kinds_of_reports
from engine.serve.drops import LONGEST_NAME, MOST_KEPT, MOST_ROWS, plain_name

if TYPE_CHECKING:
    from engine.analysis.analysis import Analysis
    from engine.importers.editing import Undo
    from engine.importers.importing import Imported
    from engine.importers.reading.drafts import Draft, Reading

MOST_LETTERS = 200_000
"""A longer text is a book: it is read by the command, which shows no page."""
CORRECTED = (
    "site", "kind", "actor", "defender", "date", "earliest", "latest", "confidence", "source",
)  # fmt: skip
"""What a person may correct in a draft; the sentence stays that of the text."""


class Article(NamedTuple):
    """A text that was read, and the drafts of it."""

    name: str
    published: dt.date
    reading: Reading


class Articles:
    """The texts that were read in a session, and the last import from one of them.

    Parameters
    ----------
    scenario
        Where accepted reports go to.
    """

    def __init__(self, scenario: Path) -> None:
        self.scenario = scenario
        self._kept: dict[int, Article] = {}
        self._count = 0
        self._undo: Undo | None = None
        self._imported: dict[str, Any] | None = None

    @property
    def imported(self) -> dict[str, Any] | None:
        """The last import that can be taken back: the name of its text, and how many reports."""
        return self._imported

    def read(self, name: str, published: str, data: bytes, analysis: Analysis) -> dict[str, Any]:
        """Read a text into drafts, and keep both; nothing is written.

        Parameters
        ----------
        name
            The name of the file; its ending says what it is. ``.txt`` for what was pasted.
        published
            The day of publication.
        data
            The file.
        analysis
            The scenario and its network, for the names of places and parties.

        Raises
        ------
        InputError
            If it cannot be read, or the day is missing.
        """
        day = _day(published)
        file = document_name(name, data)
        with TemporaryDirectory(prefix="supplyline-") as folder:
            at = Path(folder) / file
            at.write_bytes(data)
            try:
                text = document_text(at)
            except InputError as error:
                raise InputError(_named(error, at)) from None
        if len(text) > MOST_LETTERS:
            message = tr("the text has {n:,} letters", n=len(text))
            expected = tr(
                "at most {most:,}; `supplyline read` takes longer ones", most=MOST_LETTERS
            )
            raise InputError(Problem(message, file, expected=expected))
        scenario = analysis.scenario
        reading = read_text(text, scenario, analysis.network.places, published=day)
        self._count += 1
        self._kept[self._count] = Article(file, day, reading)
        for old in sorted(self._kept)[:-MOST_KEPT]:
            del self._kept[old]
        return {
            "number": self._count,
            "name": file,
            "published": day.isoformat(),
            "before": self._import_of(file).exists(),
            "sentences": [{"text": one, "rtl": is_arabic(one)} for one in reading.sentences],
            "drafts": [_told(draft) for draft in reading.drafts[:MOST_ROWS]],
            "remarks": list(reading.remarks),
            "kinds": kinds_of_reports(),
            "actors": [
                {"id": name, "label": actor.label or name, "label_ar": actor.label_ar}
                for name, actor in scenario.actors.items()
            ],
        }

    def accept(
        self, number: int, rows: list[dict[str, Any]], *, again: bool, analysis: Analysis
    ) -> list[Path]:
        """Import the accepted rows of a text, all or none, and return the files written.

        Parameters
        ----------
        number
            That of the text.
        rows
            Each with ``draft`` (its number, from 0; none for a report that a person added),
            ``sentence`` (from 1), ``accept`` and what was corrected.
        again
            Replace what was imported from this text before.
        analysis
            The scenario and its network.

        Raises
        ------
        InputError
            If nothing is accepted, or a row that is cannot be taken; nothing is written then.
        """
        article = self._kept.get(number)
        if article is None:
            raise InputError(
                tr("no text with the number {number!r} was read here: read it again", number=number)
            )
        if len(rows) > MOST_ROWS:
            raise InputError(tr("{n} rows; expected at most {most}", n=len(rows), most=MOST_ROWS))
        table = [_reviewed(article, row) for row in rows]
        taken = [at for at, row in enumerate(rows) if row.get("accept") is True]
        if not taken:
            raise InputError(tr("nothing is accepted yet"))
        network = analysis.network
        with TemporaryDirectory(prefix="supplyline-") as folder:
            file = Path(folder) / f"{_stem(article.name)}.csv"
            write_table(file, COLUMNS, table)
            found = understood_reports("drafts", file, self.scenario, network=network, again=again)
            refused = [
                tr(
                    "draft {number} ({text}): {why}",
                    number=at + 1,
                    text=found.rows[at].text,
                    why=found.rows[at].why,
                )
                for at in taken
                if not found.rows[at].event
            ]
            if refused:
                raise InputError([Problem(text) for text in refused])
            imported = import_reports("drafts", file, self.scenario, network=network, again=again)
        self._note(article.name, imported)
        return list(imported.files)

    def undo(self) -> list[Path]:
        """Take the last import back, and return the files that changed.

        Raises
        ------
        InputError
            If there is none, or somebody has changed what it wrote.
        """
        if self._undo is None:
            raise InputError(tr("there is no import of an article to take back"))
        changed = self._undo.take_back(self.scenario)
        self._undo = self._imported = None
        return changed

    def _note(self, name: str, imported: Imported) -> None:
        self._undo = imported.undo
        self._imported = {"name": name, "reports": len(imported.result.events)}

    def _import_of(self, name: str) -> Path:
        return self.scenario.with_name(f"imported-{_stem(name)}.toml")


def document_name(name: str, data: bytes) -> str:
    """Return a name for a text that leads nowhere else; what was pasted is named by what it holds.

    Raises
    ------
    InputError
        If no text is read from a file of its ending.

    Examples
    --------
    >>> document_name("../../etc/week 50.docx", b""), document_name("", b"Clashes near Mare")
    ('week 50.docx', 'clashes-near-mare.txt')
    """
    if not name:
        words = " ".join(data[:400].decode("utf-8", errors="replace").split()[:6])
        return f"{_plain_stem(words)}.txt"
    message = tr("no text is read from a file of this kind")
    return plain_name(name, ENDINGS, message, otherwise="text")


def _plain_stem(text: str) -> str:
    """Return a text as a part of a name of a file, in letters that every system takes."""
    from zlib import crc32

    return portable(slug(text)[:LONGEST_NAME].strip("-")) or f"text-{crc32(text.encode()):08x}"


def _stem(name: str) -> str:
    """Return how the table of drafts of a text is called."""
    return f"drafts-{_plain_stem(PurePath(name).stem)}"


def _day(text: str) -> dt.date:
    if not text:
        expected = tr("YYYY-MM-DD: weekdays and 'yesterday' count back from it")
        raise InputError(Problem(tr("the day of publication is missing"), expected=expected))
    try:
        return day_of(text)
    except ValueError as error:
        raise InputError(tr("the day of publication: {why}", why=error)) from None


def _named(error: InputError, file: Path) -> list[Problem]:
    """Return problems that name a file as the reader knows it."""
    return [
        Problem(one.message.replace(str(file), file.name), file.name, expected=one.expected)
        for one in error.problems
    ]


def _told(draft: Draft) -> dict[str, Any]:
    """Return a draft for the page, with where its words stand in its sentence."""
    row = {
        name: value.isoformat() if isinstance(value, dt.date) else value
        for name, value in zip(COLUMNS, row_of(draft, draft.date), strict=True)
        if name not in {"accept", "sentence", "reported"}
    }
    return row | {"sentence": draft.sentence, "marks": _marks(draft)}


def _marks(draft: Draft) -> list[list[int]]:
    """Return the first and the last character (exclusive) of what to mark in a sentence."""
    found = []
    for text in (draft.words, draft.place):
        pattern = r"[\W_]*".join(map(re.escape, text.split()))
        if pattern and (hit := re.search(pattern, draft.text)):
            found.append([hit.start(), hit.end()])
    return sorted(found)


def _reviewed(article: Article, row: dict[str, Any]) -> list[object]:
    """Return a row of the table of drafts as a person left it.

    Raises
    ------
    InputError
        If it names a draft or a sentence that the text does not have.
    """
    drafts, sentences = article.reading.drafts, article.reading.sentences
    at, sentence = row.get("draft"), row.get("sentence")
    if at is not None:
        if not isinstance(at, int) or not 0 <= at < len(drafts):
            raise InputError(tr("there is no draft {at!r}", at=at))
        values = dict(zip(COLUMNS, row_of(drafts[at], article.published), strict=True))
    else:
        if not isinstance(sentence, int) or not 1 <= sentence <= len(sentences):
            raise InputError(tr("there is no sentence {at!r}", at=sentence))
        values = dict.fromkeys(COLUMNS, "") | {
            "sentence": sentences[sentence - 1],
            "reported": article.published,
            "confidence": confidences()["narrator"][0],
            "rule": tr("added by a person"),
            "remark": tr("added by a person"),
        }
    values["accept"] = (
        "yes" if row.get("accept") is True else "no" if row.get("accept") is False else ""
    )
    values |= {name: str(row[name])[:400] for name in CORRECTED if row.get(name) is not None}
    return [values[column] for column in COLUMNS]
