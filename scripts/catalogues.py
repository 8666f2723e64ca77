"""Bring the catalogues of messages up to date with the code, or say what is wrong with them.

Usage::

    python scripts/catalogues.py            # add new messages, take out those that are gone
    python scripts/catalogues.py --check    # (of these rooms, if any are named) say what is untranslated, stale or outside of the catalogues
    python scripts/catalogues.py --new fr page    # begin a language: all rooms, if none is named

Each room of the house has its own catalogue, ``engine/locale/LANGUAGE/ROOM.po``. A language may have some
rooms only: the others speak English.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import io
import json
import re
import string
import sys
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from engine.language import PLURALS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

ROOT = Path(__file__).resolve().parents[1]
ENGINE = ROOT / "engine"
LOCALE = ENGINE / "locale"
KEYWORDS: dict[str, Any] = {
    "tr": None, "trn": (1, 2), "trc": ((1, "c"), 2), "marked": None,
}  # fmt: skip
"""The functions whose literal texts are messages."""
IN_ALL_ROOMS = ("ar",)
"""Languages that lack nothing; of others, what is not translated is shown in English, and no fault."""
UNTRANSLATED = "untranslated"
OF_NODES = {"trNodes": "tr", "trnNodes": "trn"}
"""Those of the page's scripts that take elements among their values."""
_TEXT = r'\s*("(?:[^"\\]|\\.)*")\s*'
_IN_SCRIPT = re.compile(rf"\b({'|'.join([*KEYWORDS, *OF_NODES])})\({_TEXT}(?:,{_TEXT}(?=[,)]))?")
CATALOGUE_OF = {"report/page": "page", "errors.py": "io", "language.py": "io", "batch": "io"}
"""Files whose messages do not stand in the catalogue of their room."""
UNREAD = {
    "connectivity": "arrays in, arrays out: it says nothing to people",
    "scenario/vocabulary.py": "words that files may use, in both languages",
    "scenario/schema.py": "for editors of scenario files, as the keys are",
}
"""Where no text is for readers, and why."""


NOT_FOR_PEOPLE = {
    "__init__.py": ("an error for who writes code", r"^module "),
    "analysis/checks.py": ("commands to type", r"^supplyline "),
    "analysis/least_bad_path.py": ("an error for who writes code", r"^the legs of an enclave"),
    "backtest/backtest.py": (
        "cards at a prompt of Python, in its language",
        r"scored days right$|^without \{\} reports about roads$|^All together$|^left out$",
    ),
    "backtest/truth.py": ("what columns are, for editors of files", r"^(?:The|How|A) .*\.$"),
    "cli/app.py": (
        "examples of commands",
        r"^(?:\{\} |acled |places\.csv |my-case/|scenarios/|--out )",
    ),
    "cli/networks.py": ("commands to type; titles in JSON", r"^supplyline |^Road network|^Places"),
    "cli/printing.py": ("a title in JSON", r"^What is wrong$"),
    "cli/reading.py": ("a command to type", r"^supplyline "),
    "cli/scenarios.py": ("a title in JSON", r"^Reports of "),
    "cli/starting.py": ("a command to type", r"^supplyline "),
    "control/stretches.py": ("an error for who writes code", r"^a strip is made"),
    "errors.py": ("a command to type", r"^pip install "),
    "importers/conflict_events.py": (
        "words of other people's tables, and notes in ours",
        r"^[a-z/ -]+$|^UCDP GED: |^; the report",
    ),
    "importers/importing.py": ("lines of files that are read back", r"^# Written|from the"),
    "importers/reading/": ("words that are looked for in news", r"^[^{}.]*$"),
    "importers/reading/cues_in.py": ("words that are looked for in news", r"."),
    "importers/reading/locating.py": ("words that are looked for in news", r"."),
    "importers/reading/model_task.py": ("a task for a language model", r"."),
    "importers/reading/place_lists.py": ("words that are looked for in news", r"."),
    "importers/reading/places_meant.py": ("words that are looked for in news", r"."),
    "importers/reading/tokens.py": ("an error for who writes code", r"^\{\}: no code"),
    "importers/road_closures.py": (
        "words of other people's tables, and notes in ours",
        r"^[a-z ]+$|^access constraints: ",
    ),
    "importers/sketch.py": ("a command to type", r"^supplyline "),
    "importers/sketch_rows.py": ("what columns are, for editors of files", r"^[A-Z].*\.$"),
    "io/cards.py": ("HTML", r"^<tr>"),
    "io/days.py": ("names of months and weekdays that are read", r"[|]|^monday|^may "),
    "io/tables.py": ("how a web page begins", r"^<!doctype"),
    "io/toml.py": ("how an error of the reader of TOML ends", r"^ \\\("),
    "io/vector.py": ("how warnings of GDAL begin", r"^Measured|^Several features"),
    "measures/explanation.py": ("a card at a prompt of Python", r"^the run begins with it$"),
    "measures/whatif.py": ("an event as it is typed", r"^mallah captured by"),
    "network/__init__.py": ("an error for who writes code", r"^module "),
    "network/cache.py": ("why the cache is not used, which is told to nobody", r"^an?other |^a "),
    "network/endings.py": ("an error for who writes code", r"^a provenance is"),
    "network/obtain.py": ("facts in a file", r"^schematic network$|^that of its source$"),
    "network/overpass.py": ("what servers say and are told", r"^supplyline/|slots?|Slot|out"),
    "network/pbf/": ("why another reader is asked, which is told to nobody", r"^[a-z]"),
    "network/schematic.py": ("a remark in a file", r"^ A schematic network"),
    "probability/importance.py": ("a card at a prompt of Python", r"^verify first$"),
    "report/citation.py": ("citations, which are in one language", r"."),
    "report/geopackage.py": ("styles of QGIS", r"^<"),
    "report/labels.py": ("a word of matplotlib", r"^offset points$"),
    "report/page/html.py": ("HTML and its headers", r"^<|^default-src|^\"use strict"),
    "report/page/told.py": ("a key", r"^cut off$"),
    "report/redaction.py": ("facts in a file", r"^redacted: |^as given$"),
    "report/style.py": ("styles", r"^bold red$|^@media"),
    "report/workbook.py": ("formats of a workbook", r"^wrapped head$|^\[\$-"),
    "scenario/change_sets.py": ("what columns are, for editors of files", r"^[A-Z].*\.$"),
    "scenario/fields.py": ("what keys are, for editors of files", r"^[A-Z].*\.$"),
    "scenario/model.py": ("what keys are, for editors of files", r"."),
    "serve/articles.py": ("a source in a table", r"^added by a person$"),
    "serve/guard.py": ("a header", r"^default-src"),
}
"""By the beginning of the names of files: why some of their texts are not for people, and which."""


class Message(NamedTuple):
    """A message: its context, its forms in English, and where it stands."""

    context: str
    forms: tuple[str, ...]
    file: str
    line: int

    @property
    def id(self) -> Any:
        """As Babel knows it."""
        return self.forms if len(self.forms) > 1 else self.forms[0]


def catalogue_of(path: Path) -> str:
    """Return the name of the catalogue of a file."""
    own = path.relative_to(ENGINE).as_posix()
    named = [name for begin, name in CATALOGUE_OF.items() if own.startswith(begin)]
    return named[0] if named else own.split("/")[0]


@cache
def messages() -> dict[str, list[Message]]:
    """Return the messages of all files, by catalogue, in order."""
    found: dict[str, list[Message]] = {}
    for path in sorted(ENGINE.rglob("*")):
        if path.suffix == ".py":
            found.setdefault(catalogue_of(path), []).extend(_of_code(path))
        elif path.suffix in {".js", ".html"}:
            of_page = _of_script(path) if path.suffix == ".js" else _of_template(path)
            found.setdefault(catalogue_of(path), []).extend(of_page)
    found["cli"] += _of_help()
    found["importers"] += _of_rules()
    return {name: some for name, some in found.items() if some}


def _of_code(path: Path) -> Iterator[Message]:
    own = path.relative_to(ROOT).as_posix()
    source = io.BytesIO(path.read_bytes())
    found = set()
    for line, forms, _, context in extract("python", source, KEYWORDS, (), {"encoding": "utf-8"}):
        texts = (forms,) if isinstance(forms, str) else tuple(forms)
        found.add((context or "", texts))
        yield Message(context or "", texts, own, line)
    yield from (one for one in _calls(path) if (one.context, one.forms) not in found)


def _calls(path: Path) -> Iterator[Message]:
    """Yield the messages of a file, those inside the arguments of others too, which Babel misses."""
    own = path.relative_to(ROOT).as_posix()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
        if isinstance(node, ast.Call) and name in KEYWORDS and node.args:
            n_texts = {"trn": 2, "trc": 2}.get(name, 1)
            texts = [one.value for one in node.args[:n_texts] if isinstance(one, ast.Constant)]
            if len(texts) == n_texts:
                context = texts.pop(0) if name == "trc" else ""
                yield Message(context, tuple(texts), own, node.lineno)


def _of_script(path: Path) -> Iterator[Message]:
    """Return the messages of a script: calls with literal texts, wherever they stand in it."""
    own, text = path.relative_to(ROOT).as_posix(), path.read_text("utf-8")
    for found in _IN_SCRIPT.finditer(text):
        first, second = (one and json.loads(one) for one in found.groups()[1:])
        name, line = OF_NODES.get(found[1], found[1]), text.count("\n", 0, found.start()) + 1
        context = first if name == "trc" else ""
        forms = (second,) if name == "trc" else (first, second) if name == "trn" else (first,)
        yield Message(context, forms, own, line)


class _Template(HTMLParser):
    """The texts of a template of the page, as the page itself finds them."""

    ATTRIBUTES = ("aria-label", "title", "placeholder")
    SILENT = frozenset({"script", "style", "noscript", "bdi", "code", "title"})
    WITHOUT_END = frozenset({"meta", "link", "input", "br", "hr"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.found: list[tuple[str, str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the attributes that people read."""
        given = {name: value or "" for name, value in attrs}
        context = given.get("data-context", "")
        for name in self.ATTRIBUTES:
            self._note(context, given.get(name, ""))
        if tag not in self.WITHOUT_END:
            self.open.append((tag, context))

    def handle_endtag(self, tag: str) -> None:
        """Note the end of an element."""
        assert self.open.pop()[0] == tag, (tag, self.getpos())

    def handle_data(self, data: str) -> None:
        """Note a text."""
        if self.open and not any(tag in self.SILENT for tag, _ in self.open):
            self._note(self.open[-1][1], data)

    def _note(self, context: str, text: str) -> None:
        told = " ".join(re.sub(r"\{\{\w+\}\}", "", text).split())
        if re.search(r"[^\W\d_]{2}", told):
            self.found.append((context, told, self.getpos()[0]))


def _of_template(path: Path) -> Iterator[Message]:
    reader = _Template()
    reader.feed(path.read_text("utf-8"))
    for context, text, line in reader.found:
        yield Message(context, (text,), path.relative_to(ROOT).as_posix(), line)


def _of_help() -> Iterator[Message]:
    """Return the help of the commands and their options, which Typer keeps as it is."""
    from engine.cli.app import help_texts

    for text in dict.fromkeys(help_texts()):
        yield Message("", (text,), "engine/cli/app.py", 1)


def _of_rules() -> Iterator[Message]:
    """Return what is said of each rule by which a text is read, which a table holds."""
    from engine.importers.reading.lexicon import confidences

    for _, said in confidences().values():
        yield Message("", (said,), "engine/importers/reading/tables/confidence.csv", 1)


def updated(code: str, name: str, found: Iterable[Message]) -> Catalog:
    """Return a catalogue with these messages and the translations that it had of them."""
    path = LOCALE / code / f"{name}.po"
    old = read(path, code) if path.exists() else Catalog()
    new = Catalog(code, project="supplyline", fuzzy=False, header_comment=f"# {name}: {code}")
    if code in PLURALS:
        new.mime_headers = [("Plural-Forms", f"nplurals={new.num_plurals}; plural={PLURALS[code]}")]
    for message in found:
        had = old.get(message.forms[0], message.context or None)
        new.add(
            message.id, had.string if had and not had.fuzzy else None,
            locations=[(message.file, None)], context=message.context or None,
        )  # fmt: skip
    return new


def read(path: Path, code: str) -> Catalog:
    """Read a catalogue."""
    with path.open("rb") as file:
        return read_po(file, locale=code)


def written(catalogue: Catalog) -> str:
    """Return a catalogue as text, without the hour of its making."""
    file = io.BytesIO()
    write_po(
        file, catalogue, width=100, include_lineno=False, sort_by_file=False, ignore_obsolete=True
    )
    dates = re.compile(
        r'^"(POT?-(Creation|Revision)-Date|Last-Translator|Generated-By|Language-Team|Report-Msgid-Bugs-To):.*\n',
        re.MULTILINE,
    )
    return dates.sub("", file.getvalue().decode())


def update(codes: Iterable[str], begun: Collection[str] = ()) -> None:
    """Write all catalogues of languages anew, and begin those of some rooms."""
    found = messages()
    for code in codes:
        folder = LOCALE / code
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.po"):
            if old.stem not in found:
                old.unlink()
        for name, some in found.items():
            path = folder / f"{name}.po"
            if path.exists() or name in begun or code in IN_ALL_ROOMS:
                path.write_text(written(updated(code, name, some)), "utf-8")


def problems(code: str, rooms: Collection[str] = ()) -> list[str]:
    """Return what is wrong with the catalogues of a language: of some rooms, or of all.

    Who adds a message need not know every language: it lacks in Arabic alone.
    """
    said = []
    translations: dict[tuple[str, str], Any] = {}
    for name, some in messages().items():
        if rooms and name not in rooms:
            continue
        path = LOCALE / code / f"{name}.po"
        if not path.exists():
            if code in IN_ALL_ROOMS:
                said.append(f"{path.relative_to(ROOT)}: there is no such catalogue")
            continue
        catalogue = read(path, code)
        wanted = {(message.context, message.forms[0]) for message in some}
        has = {
            (m.context or "", m.id if isinstance(m.id, str) else m.id[0]): m
            for m in catalogue
            if m.id
        }
        if code in IN_ALL_ROOMS:
            said += [
                f"{path.name}: not in the catalogue: {id_!r}"
                for _, id_ in sorted(wanted - set(has))
            ]
            said += [f"{path.name}: stale: {id_!r}" for _, id_ in sorted(set(has) - wanted)]
        for key in sorted(wanted & set(has)):
            faults = [
                why for why in _faults(has[key]) if why != UNTRANSLATED or code in IN_ALL_ROOMS
            ]
            said += [f"{path.name}: {why}: {key[1]!r}" for why in faults]
            said_here = has[key].string
            if said_here and translations.setdefault(key, said_here) != said_here:
                said.append(f"{path.name}: translated otherwise elsewhere: {key[1]!r}")
    return said


def _faults(message: Any) -> Iterator[str]:
    """Return what is wrong with the translation of a message."""
    forms = (message.string,) if isinstance(message.string, str) else message.string
    originals = (message.id,) if isinstance(message.id, str) else message.id
    if message.fuzzy:
        yield "marked as fuzzy"
    if not all(forms):
        yield UNTRANSLATED
        return
    wanted = set().union(*map(_names, originals))
    for form in forms:
        has = _names(form)
        lacks = _names(originals[-1]) - has - ({"n"} if len(forms) > 1 else set())
        if has - wanted or lacks:
            yield f"other values in braces ({sorted(has)})"


def _names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def outside(rooms: Collection[str] = ()) -> list[str]:
    """Return texts of the code, of some rooms or all, that people may read and no catalogue has."""
    known = {form for some in messages().values() for one in some for form in one.forms}
    said = []
    for path in sorted(ENGINE.rglob("*.py")):
        own = path.relative_to(ENGINE).as_posix()
        if any(own.startswith(begin) for begin in UNREAD):
            continue
        if rooms and catalogue_of(path) not in rooms:
            continue
        kept = [form for begin, (_, form) in NOT_FOR_PEOPLE.items() if own.startswith(begin)]
        said += [
            f"engine/{own}:{line}: {text!r}"
            for line, text in _unmarked(path)
            if inspect.cleandoc(text) not in known and not any(re.search(k, text) for k in kept)
        ]
    return said


def _unmarked(path: Path) -> Iterator[tuple[int, str]]:
    """Return literals of several words that are no docstring and no argument of a message."""
    tree = ast.parse(path.read_text("utf-8"))
    known: set[ast.AST] = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):  # docstrings, and those of variables
            known |= {one.value for one in body if isinstance(one, ast.Expr)}
        is_call = isinstance(node, ast.Call)
        if is_call and getattr(node.func, "id", "") in {*KEYWORDS, "TypeVar", "cast", "Literal"}:
            known |= {inner for one in node.args for inner in ast.walk(one)}
        if isinstance(node, ast.JoinedStr):
            known |= {inner for one in node.values for inner in ast.walk(one)}
    for node in ast.walk(tree):
        if node in known or not isinstance(node, (ast.JoinedStr, ast.Constant)):
            continue
        parts = node.values if isinstance(node, ast.JoinedStr) else [node]
        text = "".join(str(one.value) if isinstance(one, ast.Constant) else "{}" for one in parts)
        if isinstance(getattr(node, "value", ""), str) and re.search(r"[a-z]{2,} [a-z]{2,}", text):
            yield node.lineno, text


def main() -> int:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--check", nargs="*", metavar="ROOM")
    parser.add_argument("--outside", action="store_true", help="list what stands in no catalogue")
    parser.add_argument("--new", nargs="+", metavar=("LANGUAGE", "ROOM"))
    asked = parser.parse_args()
    codes = sorted(folder.name for folder in LOCALE.iterdir() if folder.is_dir())
    if asked.outside:
        print("\n".join(outside()))
        return 0
    if asked.check is not None:
        said = [line for code in codes for line in problems(code, asked.check)]
        said += outside(asked.check)
        print("\n".join(said) or "the catalogues are whole")
        return bool(said)
    if asked.new:
        code, *rooms = asked.new
        update([code], rooms or messages())
    else:
        update(codes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
