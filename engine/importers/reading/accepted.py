"""Reviewed drafts as reports: the rows that a person accepted, or the checked answer of a language model."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engine.errors import InputError, Problem, ScenarioError, nearest_names
from engine.importers.reading.documents import document_text
from engine.importers.reading.lexicon import confidences
from engine.importers.reports import FileRead, Options, Report, shortened, told_together
from engine.io.days import DateReader, day_of
from engine.io.spreadsheets import read_sheet
from engine.io.text import folded, text_of, tidy
from engine.language import marked, tr, trn
from engine.network.gazetteer import slug
from engine.scenario.vocabulary import columns_by_name, kind_of, words_for

if TYPE_CHECKING:
    from pathlib import Path

    from engine.importers.reading.drafts import Draft

COLUMNS = (
    "accept",
    "sentence",
    "words",
    "place",
    "site",
    "kind",
    "actor",
    "defender",
    "date",
    "earliest",
    "latest",
    "reported",
    "confidence",
    "rule",
    "source",
    "party",
    "claim",
    "remark",
)
"""The columns of a table of drafts."""
NEEDED = ("accept", "sentence", "kind", "date")
ACCEPTED = frozenset(map(folded, words_for("accept", "yes")))
REFUSED = frozenset(map(folded, words_for("accept", "no")))
ROAD_ENDS = " -- "
"""What stands between the two ends by which a draft names a road."""
_SHORTEST_QUOTE = 8
_DAYS = ("date", "earliest", "latest", "reported")


def row_of(draft: Draft, reported: dt.date) -> tuple[object, ...]:
    """Return the row of a draft for review, nothing accepted yet."""
    site = ROAD_ENDS.join(draft.between) if draft.between else draft.site
    values = {
        **vars(draft),
        "accept": "",
        "sentence": draft.text,
        "site": site,
        "reported": reported,
    }
    return tuple(values[column] for column in COLUMNS)


def read_drafts(path: Path, options: Options | None = None) -> FileRead:
    """Return the reports that a person accepted of a table of drafts, or those of a model's answer.

    Parameters
    ----------
    path
        A table as `supplyline read` writes it (CSV, XLSX, ODS), its column ``accept`` filled in; or
        the answer of a language model (JSON), with `Options.text` the text that it was given.
    options
        What the user says of the file.

    Raises
    ------
    ScenarioError
        If it cannot be read, or a model's answer comes without its text.
    """
    options = options or Options()
    if path.suffix.lower() == ".json":
        return _answer(path, options)
    if options.text is not None:
        message = tr("--text is for the answer of a language model (JSON), and this is a table")
        raise ScenarioError(Problem(message, str(path), expected=tr("no --text")))
    table = read_sheet(path, options.sheet).table(
        lambda header: len(columns_by_name(list(map(str, header)), "drafts"))
    )
    header = [folded(str(name)) for name in table.header]
    for key, at in columns_by_name([str(name) for name in table.header], "drafts").items():
        header[at] = key
    missing = [name for name in NEEDED if name not in header]
    if missing:
        message = tr("there is no column {names}", names=", ".join(map(repr, missing)))
        expected = tr("a table of drafts, as `supplyline read` writes it")
        near = nearest_names(missing[0], header)
        raise ScenarioError(
            Problem(message, table.file, table.line, missing[0], "", expected, near)
        )
    rows = [
        (line, {name: cell for name, cell in zip(header, cells, strict=False) if cell != ""})
        for line, cells in table.rows
    ]
    reader = DateReader.of(
        (row[name] for _, row in rows for name in _DAYS if name in row),
        month_first=options.month_first or None,
        usually=None,  # they were written YYYY-MM-DD: whoever wrote them anew knows the order
        day_0=table.day_0,
    )
    _refuse_either_order(path, rows, reader)
    reports, apart = _with_claims([_report(line, row, reader) for line, row in rows], path.stem)
    taken = sum(not report.refused for report in reports)
    open_ = sum(report.refused == tr(_NOT_YET) for report in reports)
    remarks = (
        [tr("dates: {why}", why=reader.why)]
        if reader.month_first is not None and reader.why
        else []
    )
    remarks += [
        trn(
            "{n} of {all} drafts are accepted",
            "{n} of {all} drafts are accepted",
            taken,
            all=len(reports),
        )
    ]
    if open_:
        remarks.append(
            trn(
                "{n} have nothing in the column accept",
                "{n} have nothing in the column accept",
                open_,
            )
        )
    if apart:
        remarks.append(
            tr(
                "rows {rows} left their claim: day, confidence or source differ in it",
                rows=", ".join(map(str, apart)),
            )
        )
    return FileRead(reports, tuple(remarks))


_NOT_YET = marked("nobody has accepted it yet: the column accept is empty")
_REFUSED = marked("it was not accepted")


def _refuse_either_order(
    path: Path, rows: list[tuple[int, dict[str, Any]]], reader: DateReader
) -> None:
    """Refuse a table with an accepted row whose day may be either of two, for all that the table shows.

    Raises
    ------
    ScenarioError
        With the first such day: a spreadsheet program rewrote them all.
    """
    if reader.month_first is not None:
        return
    for line, row in rows:
        for name in _DAYS:
            if not _is_accepted(_text(row.get("accept", ""))) or name not in row:
                continue
            if reader.is_ambiguous(row[name]):
                try:
                    reader.read(row[name])
                except ValueError as error:
                    expected = tr(
                        "the days as YYYY-MM-DD, or --month-first if the month comes first"
                    )
                    if (book := path.with_suffix(".xlsx")) != path and book.is_file():
                        expected = tr(
                            "the days as YYYY-MM-DD, --month-first if the month comes first, or the "
                            "workbook {file} beside it, where they are as they were read",
                            file=book.name,
                        )
                    text = str(row[name])
                    raise ScenarioError(
                        Problem(str(error), str(path), line, name, text, expected)
                    ) from None


def refuse_none_accepted(path: Path, found: FileRead, *, again: bool) -> None:
    """Refuse a table of drafts of which nobody accepted a row: there is nothing to import.

    Parameters
    ----------
    path
        The table.
    found
        What was read of it.
    again
        Whether it takes the place of what was imported: then it may refuse every row.

    Raises
    ------
    ScenarioError
        It names the workbook or the CSV file beside it, if rows are accepted there.
    """
    reasons = {report.refused for report in found.reports}
    if not reasons <= {tr(_NOT_YET), tr(_REFUSED)} or (again and reasons == {tr(_REFUSED)}):
        return
    expected = tr("yes in the column accept of each row that is right")
    for ending in _ENDINGS:
        other = path.with_suffix(ending)
        if other != path and other.is_file() and (n := _accepted_in(other)):
            expected = trn(
                "{n} row is accepted in {file} beside it: import that",
                "{n} rows are accepted in {file} beside it: import that",
                n,
                file=other.name,
            )
            break
    message = trn(
        "none of {n} draft is accepted", "none of {n} drafts is accepted", len(found.reports)
    )
    raise ScenarioError(Problem(message, str(path), None, "accept", "", expected))


_ENDINGS = (".xlsx", ".csv", ".ods")


def _accepted_in(path: Path) -> int:
    """Return how many rows of another table of drafts are accepted; none if it cannot be read."""
    try:
        found = read_drafts(path)
    except InputError:
        return 0
    return sum(not report.refused for report in found.reports)


def _is_accepted(raw: str) -> bool:
    return raw in {"✓", "✔"} or (bool(raw) and folded(raw) in ACCEPTED)


def _with_claims(reports: list[Report], name: str) -> tuple[tuple[Report, ...], list[int]]:
    """Return reports with claims of their file, and the rows that were corrected out of theirs.

    Rows of one claim are one report, with one day, confidence and source; the rows of two files
    that bear the same word are not one claim.
    """
    first: dict[object, list[object]] = {}
    found, apart = [], []
    for report in reports:
        claim = report.values.get("claim")
        if report.refused or not claim:
            found.append(report)
            continue
        common = [report.values.get(key) for key in _SHARED]
        rest = {key: value for key, value in report.values.items() if key != "claim"}
        if first.setdefault(claim, common) == common:
            rest["claim"] = f"{slug(name) or 'drafts'}-{claim}"
        else:
            apart.append(report.row)
        found.append(replace(report, values=rest))
    return tuple(found), apart


_SHARED = (*_DAYS, "confidence", "source")


def _report(line: int, row: dict[str, Any], reader: DateReader) -> Report:
    cells = {name: _text(value) for name, value in row.items()}
    where = cells.get("site") or cells.get("place", "")
    said = shortened(" ".join(filter(None, (where, cells.get("kind"), cells.get("actor")))))
    raw = cells.get("accept", "")
    if not raw or folded(raw) in REFUSED or raw in {"-", "✗"}:
        return Report(line, said, refused=tr(_REFUSED) if raw else tr(_NOT_YET))
    if not _is_accepted(raw):
        refused = tr("accept is {text!r}; expected yes, no or nothing", text=raw)
        return Report(line, said, refused=refused)
    try:
        values: dict[str, object] = {"kind": kind_of(cells.get("kind", ""))}
        days = {name: reader.read(row[name]) for name in _DAYS if name in row}
        values |= {name: found.first for name, found in days.items()}
    except ValueError as error:
        return Report(line, said, refused=str(error))
    values |= {name: cells[name] for name in ("actor", "defender", "source") if cells.get(name)}
    report = _with_rest(line, said, values, cells, where)
    remarks = dict.fromkeys(found.remark for found in days.values())
    return report if report.refused else replace(report, remark=told_together(remarks))


def _with_rest(
    line: int, said: str, values: dict[str, object], cells: dict[str, str], where: str
) -> Report:
    if "date" not in values:
        return Report(line, said, refused=tr("there is no date"))
    try:
        values["confidence"] = float(cells.get("confidence") or 1)
    except ValueError:
        refused = tr("confidence is {text!r}; expected 0 to 1", text=cells["confidence"])
        return Report(line, said, refused=refused)
    values["note"] = tidy(cells.get("sentence", ""))
    if cells.get("claim"):
        values["claim"] = cells["claim"]
    ends = where.split(ROAD_ENDS.strip())
    between = (ends[0].strip(), ends[1].strip()) if len(ends) == 2 else None
    return Report(line, said, values, place="" if between else where, between=between)


def _text(value: object) -> str:
    """Return a cell as text, without the mark that keeps a spreadsheet from reading a formula."""
    text = value.isoformat() if isinstance(value, dt.date) else str(value).strip()
    return text[1:] if text[:1] == "'" and text[1:2] in tuple("=+-@") else text


# The answer of a language model, which nobody has to believe: every quote is looked up in the text.

RULES = tuple(confidences())
"""What a model may say of who claims a report; the confidence follows from it."""


def _answer(path: Path, options: Options) -> FileRead:
    if options.text is None:
        message = tr("an answer comes without its text")
        expected = tr(
            "--text TEXT, the text that the model was given: its quotes are looked up in it"
        )
        raise ScenarioError(Problem(message, str(path), expected=expected))
    try:
        answer = json.loads(_without_fence(text_of(path)))
    except json.JSONDecodeError as error:
        message = tr("this is no JSON ({reason})", reason=error.msg)
        raise ScenarioError(Problem(message, str(path), error.lineno)) from None
    rows = answer.get("reports") if isinstance(answer, dict) else answer
    if not isinstance(rows, list):
        message = tr("there is no list of reports")
        expected = tr('an object with a list "reports", as `supplyline read --print-task` asks for')
        raise ScenarioError(Problem(message, str(path), expected=expected))
    body = _comparable(document_text(options.text))
    return FileRead(tuple(_checked(number, row, body) for number, row in enumerate(rows, 1)))


def _without_fence(text: str) -> str:
    """Return an answer without the fence that models put around code."""
    lines = text.strip().splitlines()
    fenced = len(lines) > 1 and lines[0].startswith("```") and lines[-1].startswith("```")
    return "\n".join(lines[1:-1]) if fenced else text


def _comparable(text: str) -> str:
    return " ".join(tidy(text).split())


def _checked(number: int, row: object, body: str) -> Report:
    """Return a row of a model's answer as a report, or why it is refused."""
    if not isinstance(row, dict):
        refused = tr("it is no object with keys and values")
        return Report(number, shortened(str(row)), refused=refused)
    cells = {str(key): "" if value is None else str(value).strip() for key, value in row.items()}
    said = shortened(f"{cells.get('place', '')} {cells.get('kind', '')} {cells.get('actor', '')}")
    try:
        _check_quote(cells.get("sentence", ""), body)
        values = _values_of_answer(cells)
    except (ValueError, InputError) as error:
        return Report(number, said, refused=str(error))
    return _with_rest(number, said, values, cells, cells["place"])


def _check_quote(quote: str, body: str) -> None:
    """Refuse what the text does not say.

    Raises
    ------
    ValueError
        If there is no quote, or the text has no such sentence.
    """
    if len(_comparable(quote)) < _SHORTEST_QUOTE:
        raise ValueError(tr("it quotes no sentence of the text"))
    if _comparable(quote) not in body:
        message = tr("the text has no such sentence: {quote!r}", quote=shortened(quote, 60))
        raise ValueError(message)


def _values_of_answer(cells: dict[str, str]) -> dict[str, object]:
    """Return what a row of an answer sets of an event; its confidence goes to the cells.

    Raises
    ------
    ValueError
        If it was not accepted, or says something that the schema does not have.
    """
    if cells.get("accept") and folded(cells["accept"]) in REFUSED:
        raise ValueError(tr(_REFUSED))
    if not cells.get("place"):
        raise ValueError(tr("it names no place"))
    rule = cells.get("claimed_by", "")
    if rule not in RULES:
        near = nearest_names(rule, RULES, most=1)
        said = {"text": rule, "names": ", ".join(RULES)}
        if near:
            message = tr(
                "claimed_by is {text!r}; expected {names} (did you mean {near!r}?)",
                **said,
                near=near[0],
            )
            raise ValueError(message)
        raise ValueError(tr("claimed_by is {text!r}; expected {names}", **said))
    cells["confidence"] = str(confidences()[rule][0])
    values: dict[str, object] = {"kind": kind_of(cells.get("kind", ""))}
    for name in ("date", "earliest", "latest"):
        if cells.get(name):
            values[name] = day_of(cells[name])
    return values | {
        name: cells[name] for name in ("actor", "defender", "source") if cells.get(name)
    }
