"""Run the commands that the README and the documentation show, and hold what they print against what is shown.

Usage::

    python scripts/show_commands.py [--write]

A block ``console`` has commands behind ``$`` and what they print; three dots on a line of their own stand for lines left
out. A block ``sh`` has commands alone. A block of another kind has none. Each page has a folder with the shipped files and those of `FILES`, in which
its commands run in their order. With ``--write``, blocks ``console`` without dots get what is printed now.
"""

from __future__ import annotations

import io
import re
import shlex
import shutil
import sys
import tempfile
import zipfile
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from unittest import mock

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from engine.cli import main as supplyline  # noqa: E402 - found in the folder above

PAGES = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs").glob("ar/*.md")),
]
ELSEWHERE = {
    "commands.md": "made from the commands, whose examples tests/cli/test_start.py runs",
    "tutorial-article.md": "tests/docs/test_tutorial_article.py runs it",
}
"""Pages whose commands are run by other tests."""
NOT_RUN = {
    r"fetch": "asks OpenStreetMap, or cuts out of an extract of a country",
    r"open": "serves a page until it is stopped; tests/serve drive it",
    r".*--network aleppo( |$)": "needs what fetch brings",
    r".*--network (syria|YOURS)": "needs an extract of a country",
    r".*--scheduler": "needs a cluster; tests/batch have one",
    r"batch .*--workers": "the same in more processes; tests/batch run it",
    r"backtest scenarios/aleppo-2014-2016": "takes long; tests/backtest run it",
    r"new my-scenario": "asks for what is missing; tests/importers answer it",
    r"run scenarios/helsinki": "needs the extract of another package; tests/data/test_helsinki.py runs it",
}
"""What is not run here, by the beginning of its arguments, and why."""
OTHERS = {
    "make",
    "source",
    "pipx",
    "uv",
    "python",
    "python3",
    "py",
    "pip",
    "cd",
    "man",
    ".venv/bin/pip",
    "conda",
    "brew",
}
"""Programs that are not ours; tests read what they name."""
ARTICLE = "On Saturday the opposition repelled an attack on Hayyan, a field commander said. Government forces captured al-Mallah.\n"
DOCUMENT = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body></w:document>'
ANSWER = '[{"quote": "Government forces captured al-Mallah.", "site": "mallah", "kind": "captured", "actor": "government", "date": "2014-12-20", "claimed_by": "narrator"}]'  # fmt: skip
ACLED = """\
event_id_cnty,event_date,time_precision,event_type,sub_event_type,actor1,inter1,actor2,inter2,location,latitude,longitude,geo_precision,source,notes,fatalities
XX1,20 December 2014,1,Battles,Armed clash,Military Forces of Exampleland (2000-),1,Made-up Rebel Front,2,Mallah,36.277,37.118,1,Example News,Clashes.,0
XX2,21 December 2014,1,Protests,Peaceful protest,Protesters (Exampleland),6,,,Azaz,36.586,37.044,1,Example News,A march.,0
"""
FILES = {
    "article.txt": ARTICLE,
    "my-scenario.toml": 'include = "scenarios/castello-2014-12.toml"\ntitle = "My scenario"\n',
    "case.toml": 'include = "scenarios/castello-2014-12.toml"\ntitle = "My case"\n',
    "answer.json": ANSWER,
    "acled-export.csv": ACLED,
    "my-camps.csv": "id,name,lat,lon\nmy-camp,Handarat north,36.31,37.19\n",
    "places.csv": "id,name,lat,lon\na,A,36.1,37.1\nb,B,36.2,37.1\nc,C,36.2,37.3\n",
    "roads.csv": "id,through\none,a;b\ntwo,b;c\n",
}
"""Files of the reader's own, by the names that the pages give them."""
BLOCK = re.compile(
    r"^```(?P<kind>console|sh|toml|csv)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
FENCE = re.compile(r"^```(?P<kind>[^\n`]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
KINDS = {"console", "sh", "powershell"}
CASE = ("case.toml", "holdings.csv", "reports.csv")
"""The files of the tutorial for planners, in the order in which it shows them."""


class Shown(NamedTuple):
    """A command of a page: its number of line, its text, its words, and what it is said to print, if that is shown."""

    line: int
    text: list[str]
    words: list[str]
    prints: list[str] | None


def blocks(page: Path) -> Iterator[re.Match[str]]:
    """Yield the blocks of a page that show commands."""
    for found in BLOCK.finditer(page.read_text(encoding="utf-8")):
        if found["kind"] in {"console", "sh"}:
            yield found


def commands(found: re.Match[str]) -> list[Shown]:
    """Return the commands of a block, ours and others."""
    first = found.string.count("\n", 0, found.start()) + 2
    marked, shown = found["kind"] == "console", list[Shown]()
    lines = iter(enumerate(found["text"].splitlines(), first))
    for number, text in lines:
        if marked and not text.startswith("$ "):
            prints = shown[-1].prints
            assert prints is not None
            prints.append(text)
            continue
        written = [text]
        while written[-1].endswith("\\"):
            written.append(next(lines)[1])
        joined = " ".join(one.removesuffix("\\").strip() for one in written)
        words = shlex.split(joined.removeprefix("$ ") if marked else joined, comments=True)
        if words:
            shown.append(Shown(number, written, words, [] if marked else None))
    return shown


def arguments(words: list[str]) -> list[str] | None:
    """Return the arguments of a command of ours; None of another program.

    Raises
    ------
    ValueError
        If the program is neither ours nor a known one.
    """
    program, *rest = words
    if program in {"supplyline", ".venv/bin/supplyline"}:
        return rest
    if program in OTHERS or program.startswith("python"):
        return None
    raise ValueError(f"{program} is not a program that the pages show")


def why_not(asked: list[str]) -> str:
    """Return why a command is not run here; empty, if it is."""
    text = " ".join(asked)
    return next((why for start, why in NOT_RUN.items() if re.match(start, text)), "")


def lay_out(folder: Path) -> None:
    """Put the shipped files, and those of a reader, into a folder."""
    for name in ("scenarios", "data"):
        shutil.copytree(ROOT / name, folder / name)
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    tutorial = (ROOT / "docs" / "tutorial-planners.md").read_text(encoding="utf-8")
    written = [one["text"] for one in BLOCK.finditer(tutorial) if one["kind"] in {"toml", "csv"}]
    paragraph = f"<w:p><w:r><w:t>{ARTICLE}</w:t></w:r></w:p>"
    with zipfile.ZipFile(folder / "article.docx", "w") as word:
        word.writestr("word/document.xml", DOCUMENT.format(paragraph))
    (folder / "my-case").mkdir()
    for name, text in zip(CASE, written, strict=True):
        (folder / "my-case" / name).write_text(text, encoding="utf-8")
    changes = "change,counts,date,site,kind,actor\nadd,yes,2014-12-25,mallah,captured,government\n"
    (folder / "scenarios/castello-2014-12.mallah lost.changes.csv").write_text(changes)
    shutil.copy(folder / "article.txt", folder / "scenarios" / "article.txt")


def run(asked: list[str]) -> tuple[int, list[str]]:
    """Run a command of ours in the working directory; return its exit code and the lines that it prints."""
    to = ""
    if ">" in asked:
        asked, to = asked[: asked.index(">")], asked[-1]
    out = io.StringIO()
    with (
        mock.patch.object(sys, "argv", ["supplyline", *asked]),
        redirect_stdout(out),
        redirect_stderr(out),
    ):
        try:
            supplyline()
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
    if to:
        Path(to).write_text(out.getvalue(), encoding="utf-8")
        return code, []
    return code, [line.rstrip() for line in out.getvalue().splitlines()]


def accept_all(table: Path) -> None:
    """Do what the reader of a page does in a spreadsheet: write yes beside every draft."""
    import openpyxl

    book = openpyxl.load_workbook(table)
    header, *rows = list(book.active.iter_rows())
    at = [cell.value for cell in header].index("accept")
    for row in rows:
        row[at].value = "yes"
    book.save(table)


def agree(shown: list[str], printed: list[str]) -> bool:
    """Return whether lines are printed as shown; three dots stand for any lines.

    Examples
    --------
    >>> agree(["one", "...", "four"], ["one", "two", "three", "four"])
    True
    """
    pattern = "".join(
        "(?:.*\n)*" if line.strip() == "..." else re.escape(line.rstrip()) + "\n" for line in shown
    )
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in printed)) is not None


def check(page: Path, *, write: bool = False) -> list[str]:
    """Return where a page shows a command that fails, or prints something else."""
    wrong, text = list[str](), page.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as home, chdir(home):
        lay_out(Path(home))
        for block in FENCE.finditer(text):
            if block["kind"] not in KINDS and re.search(
                r"^(\$ )?supplyline ", block["text"], re.MULTILINE
            ):
                line = text.count("\n", 0, block.start()) + 1
                wrong.append(
                    f"{page.name}, line {line}: a command stands in a block {block['kind']!r}"
                )
        for block in blocks(page):
            now = list[str]()
            for shown in commands(block):
                printed = _printed(page, shown, wrong)
                now += [*shown.text, *(printed if shown.prints is not None else ())]
            if block["kind"] == "sh" and text[block.end() :].lstrip().startswith("```text"):
                line = text.count("\n", 0, block.start()) + 1
                wrong.append(
                    f"{page.name}, line {line}: what a command prints belongs in a block console"
                )
            if block["kind"] == "console":
                text = text.replace(block["text"], "".join(f"{line}\n" for line in now))
    if write:
        page.write_text(text, encoding="utf-8", newline="\n")
    return wrong


def _printed(page: Path, shown: Shown, wrong: list[str]) -> list[str]:
    """Return what a command prints, or what is shown of one that is not run or has lines left out."""
    asked, as_shown = arguments(shown.words), shown.prints or []
    if asked is None or why_not(asked):
        return as_shown
    if asked[:2] == ["import", "drafts"] and asked[2].endswith(".xlsx"):
        accept_all(Path(asked[2]))
    code, printed = run(asked)
    at = f"{page.name}, line {shown.line}: supplyline {' '.join(asked)}"
    if code:
        wrong.append(f"{at}: exit code {code}: {' '.join(printed[-3:])}")
        return as_shown
    if shown.prints is None or agree(shown.prints, printed):
        return as_shown
    wrong.append(f"{at} prints\n" + "\n".join(printed))
    return as_shown if "..." in map(str.strip, as_shown) else printed


def main() -> None:
    """Check all pages, or bring them up to date."""
    wrong = [
        line
        for page in PAGES
        if page.name not in ELSEWHERE
        for line in check(page, write="--write" in sys.argv)
    ]
    print("\n".join(wrong) or "every command prints what is shown")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
