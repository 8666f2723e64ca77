"""The table that says which party of the reports is which actor of the scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.errors import Problem, ScenarioError, nearest_names
from engine.scenario.importers.take import NOBODY
from engine.scenario.tables import read_records

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from engine.scenario.model import Scenario

COLUMNS = ("reported", "actor")


def read_actors(table: Path, scenario: Scenario) -> dict[str, str]:
    """Return the actor of each party that a table names; empty where a cell is.

    Raises
    ------
    ScenarioError
        If the table cannot be read, or names actors that the scenario does not have.
    """
    if not table.exists():
        return {}
    records, problems = read_records(table, COLUMNS, ())
    known: dict[str, str] = {}
    for line, record in records:
        party, actor = str(record.get("reported", "")), str(record.get("actor", ""))
        if actor and actor != NOBODY and actor not in scenario.actors:
            near = nearest_names(actor, scenario.actors)
            expected = f"an actor of the scenario, or {NOBODY!r} to leave the party out"
            message = f"the actor {actor!r} is not known"
            problems.append(Problem(message, str(table), line, "actor", actor, expected, near))
        known[party] = actor
    if problems:
        raise ScenarioError(problems)
    return known


def write_actors(table: Path, known: dict[str, str], unknown: Sequence[str]) -> list[Path]:
    """Add parties to a table, with nothing for their actor; return the files written."""
    from engine.report.cells import write_csv
    from engine.report.folder import write_whole

    rows = [*known.items(), *((party, "") for party in unknown if party not in known)]
    return write_whole(
        table.parent, [table.name], lambda at: write_csv(at / table.name, COLUMNS, rows)
    )
