"""``supplyline read``: from a text to drafts of reports, for a person to review."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.options import AsJson, NetworkName, Quiet, day_of
from engine.cli.printing import for_people, print_json, print_lines, say_wrote
from engine.control.words import kind_text
from engine.errors import InputError, Problem, ScenarioError
from engine.importers.reading.documents import STANDARD_INPUT, document_text
from engine.language import ENGLISH, number_text, spoken, tr, trc, trn

if TYPE_CHECKING:
    import datetime as dt

    from engine.importers.reading.drafts import Draft, Reading
    from engine.scenario.model import Scenario


def read(
    texts: Annotated[
        list[str],
        typer.Argument(metavar="TEXTS", help=".txt, .html, .docx or .pdf; - for standard input."),
    ],
    *,
    into: Annotated[Path, typer.Option("--into", metavar="SCENARIO", help="The scenario file.")],
    published: Annotated[
        str,
        typer.Option(
            "--published", metavar="DATE", help="The day of publication, for 'yesterday'."
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="BASE", help="Where to write: BASE.xlsx and BASE.csv."),
    ] = None,
    actors: Annotated[
        Path | None,
        typer.Option("--actors", metavar="TABLE", help="Which party is which actor (CSV)."),
    ] = None,
    print_task: Annotated[
        bool,
        typer.Option("--print-task", help="Print the task as a prompt for a language model."),
    ] = False,
    network: NetworkName = None,
    again: Annotated[bool, typer.Option("--again", help="Replace what is there.")] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Read news (Arabic or English) into drafts of reports to review, by rules.

    It misses a quarter to a half of what a text reports and gets one row in five wrong, or more: docs/reading.md.
    """
    from engine.importers.reading.drafts import read_text
    from engine.importers.reading.model_task import model_task
    from engine.report.review import write_review
    from engine.scenario.load import load_scenario
    from engine.scenario.road_network import network_of

    day = _day(published)
    scenario = load_scenario(into)
    bodies = [document_text(text) for text in texts]
    places = network_of(scenario, network).places
    if print_task:
        sys.stdout.write(model_task("\n\n".join(bodies), scenario, places, published=day))
        return
    base = out or into.parent / f"drafts-{_stem(texts[0])}"
    _refuse_reviewed(base, again=again)
    also = _actors(actors, scenario)
    readings = [read_text(body, scenario, places, published=day, actors=also) for body in bodies]
    drafts = [draft for reading in readings for draft in _named(reading, readings)]
    with for_people():
        written = write_review(base, drafts, day, tuple(scenario.actors))
    remarks = [remark for reading in readings for remark in reading.remarks]
    if as_json:
        shown = [
            vars(draft) | {"between": draft.between and list(draft.between)} for draft in drafts
        ]
        rows = [
            {key: str(value) if key in _DAYS else value for key, value in row.items()}
            for row in shown
        ]
        files = [str(path) for path in written]
        print_json({"drafts": rows, "remarks": remarks, "files": files}, title=scenario.title)
    elif not quiet:
        _print(drafts, remarks, sum(len(reading.sentences) for reading in readings))
        command = f"supplyline import drafts {written[0]} --into {into}"
        then = tr(
            "fill in the column accept of {file}, then: {command}",
            file=written[0].name, command=command,
        )  # fmt: skip
        print_lines([*say_wrote(written), then])


_DAYS = ("date", "earliest", "latest")


def _day(text: str) -> dt.date:
    day = day_of(text)
    if day is None:
        raise InputError(tr("--published is empty; expected YYYY-MM-DD"))
    return day


def _actors(table: Path | None, scenario: Scenario) -> dict[str, str]:
    from engine.importers.importing import read_actors

    if table is not None and not table.exists():
        raise ScenarioError(
            Problem(tr("there is no such table"), str(table), expected="reported,actor")
        )
    return read_actors(table, scenario) if table else {}


def _stem(text: str) -> str:
    from engine.network.gazetteer import slug

    return slug(Path(text).stem) or "text" if text != STANDARD_INPUT else "text"


def _refuse_reviewed(base: Path, *, again: bool) -> None:
    there = [base.with_name(base.name + ending) for ending in (".xlsx", ".csv")]
    found = [path for path in there if path.exists()]
    if found and not again:
        expected = tr("--again to replace them, or --out BASE")
        message = tr("drafts are there already")
        raise ScenarioError(Problem(message, str(found[0]), expected=expected))


def _named(reading: Reading, readings: list[Reading]) -> list[Draft]:
    """Return the drafts of a text, their claims told from those of other texts."""
    from dataclasses import replace

    if len(readings) == 1:
        return list(reading.drafts)
    number = next(n for n, each in enumerate(readings, 1) if each is reading)
    return [
        replace(draft, claim=f"t{number}-{draft.claim}" if draft.claim else "")
        for draft in reading.drafts
    ]


def _print(drafts: list[Draft], remarks: list[str], sentences: int) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    place, words = trc("column", "place"), trc("column", "words")
    for column in (
        trc("column", "no."), place, trc("column", "kind"), trc("column", "actor"),
        trc("column", "date"), trc("column", "sure"), words,
    ):  # fmt: skip
        table.add_column(column, overflow="fold" if column in {place, words} else "ellipsis")
    for draft in drafts:
        site = " - ".join(draft.between) if draft.between else draft.site or f"{draft.place} ?"
        who = draft.actor or (f"{draft.party} ?" if draft.party else "")
        sure = number_text(draft.confidence, "g")
        kind = draft.kind if spoken().code == ENGLISH else kind_text(draft.kind)
        cells = (site, kind, who, str(draft.date), sure, draft.words)
        table.add_row(number_text(draft.sentence), *cells)
    count = trn(
        "{n} draft. Sentences read: {sentences}. None counts before you accept it.",
        "{n} drafts. Sentences read: {sentences}. None counts before you accept it.",
        len(drafts), sentences=sentences,
    )  # fmt: skip
    print_lines(
        [
            count,
            tr(
                "Read by rules: expect one row in five wrong, or more, and a quarter to a half missing."
            ),
            *[table] * bool(drafts),
            *(tr("not resolved: {remark}", remark=remark) for remark in remarks),
        ]
    )
