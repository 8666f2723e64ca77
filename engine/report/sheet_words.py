"""What sheets, their columns and the words in their cells are called, in the language spoken."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engine.analysis.status import STATUS_WORDS, method_text, status_text
from engine.control.words import actor_text
from engine.language import ENGLISH, listing, spoken, trc
from engine.scenario.vocabulary import COLUMNS, word_for

if TYPE_CHECKING:
    from engine.report.sheets import Sheet
    from engine.scenario.model import Scenario


def in_words(sheet: Sheet, scenario: Scenario) -> Sheet:
    """Return a sheet in the language spoken; importers know its events by these words, too.

    Its columns keep their names, by which programs tell them, and get titles.
    """
    if spoken().code == ENGLISH:
        return sheet
    columns = tuple(
        replace(column, title=column_title(sheet.name, column.name)) for column in sheet.columns
    )
    rows = [
        tuple(
            _cell(sheet.name, column.name, value, scenario)
            for column, value in zip(columns, row, strict=True)
        )
        for row in sheet.rows
    ]
    return replace(sheet, columns=columns, rows=rows, title=sheet_title(sheet.name))


def sheet_title(name: str) -> str:
    """Return what a sheet is called."""
    titles = {
        "overview": trc("sheet", "overview"),
        "status": trc("sheet", "status"),
        "probability": trc("sheet", "probability"),
        "isolated places": trc("sheet", "isolated places"),
        "events": trc("sheet", "events"),
        "sources": trc("sheet", "sources"),
    }
    return titles[name]


def column_title(sheet: str, name: str) -> str:
    """Return what a column is called: of events as files call it, so that importers know it."""
    if sheet == "events" and name in COLUMNS["events"]:
        return word_for("events", name)
    if name.startswith("P("):
        return trc("column", "P({status})", status=status_text(name[2:-1]))
    titles = {
        "id": trc("column", "id"),
        "kind": trc("column", "kind"),
        "label": trc("column", "label"),
        "label_ar": trc("column", "label_ar"),
        "status": trc("column", "status"),
        "on": trc("column", "on"),
        "since": trc("column", "since"),
        "spells": trc("column", "spells"),
        "because": trc("column", "because"),
        "sites": trc("column", "sites"),
        "overlooked_by": trc("column", "overlooked_by"),
        "reports": trc("column", "reports"),
        "start": trc("column", "start"),
        "end": trc("column", "end"),
        "last_day": trc("column", "last_day"),
        "date": trc("column", "date"),
        "probability": trc("column", "probability"),
        "low": trc("column", "low"),
        "high": trc("column", "high"),
        "method": trc("column", "method"),
        "worlds": trc("column", "worlds"),
        "enclave": trc("column", "enclave"),
        "place": trc("column", "place"),
        "name": trc("column", "name"),
        "lost": trc("column", "lost"),
        "without_supply": trc("column", "without_supply"),
        "cut_off_from_the_rest": trc("column", "cut_off_from_the_rest"),
        "believed": trc("column", "believed"),
        "source": trc("column", "source"),
        "events": trc("column", "events"),
        "mean_confidence": trc("column", "mean_confidence"),
        "reliability": trc("column", "reliability"),
        "first": trc("column", "first"),
        "last": trc("column", "last"),
    }
    if sheet == "events" and name == "label":
        return trc("column", "name of the site")
    return titles[name]


def _cell(sheet: str, column: str, value: Any, scenario: Scenario) -> Any:
    """Return a value for people; what is no word of the engine stays as it is."""
    if isinstance(value, bool):
        return word_for("answer", "yes" if value else "no")
    if not isinstance(value, str) or not value:
        return value
    if column == "status" and value in STATUS_WORDS:
        return status_text(value)
    if column == "kind":
        key = value.replace(" ", "_")
        return word_for("kind", key) if sheet == "events" else _question(value)
    if column in {"actor", "defender", "contestants"}:
        return listing(actor_text(scenario, one) for one in value.split(", "))
    return method_text(value) if column == "method" else value


def _question(kind: str) -> str:
    return (
        trc("kind of question", "enclave")
        if kind == "enclave"
        else trc("kind of question", "route")
    )
