"""The list of importers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.scenario.importers.access_constraints import read_access_constraints
from engine.scenario.importers.acled import read_acled
from engine.scenario.importers.control_polygons import read_control_polygons
from engine.scenario.importers.flee_closures import read_flee_closures
from engine.scenario.importers.sheet import read_plain_sheet
from engine.scenario.importers.ucdp_ged import read_ucdp_ged

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine.scenario.importers.reports import Options, Report

    Importer = Callable[[Path, Options | None], list[Report]]

SOURCES: dict[str, Importer] = {
    "acled": read_acled,
    "ucdp-ged": read_ucdp_ged,
    "control-polygons": read_control_polygons,
    "flee": read_flee_closures,
    "access-constraints": read_access_constraints,
    "sheet": read_plain_sheet,
}
"""What reads a file, by the name of its publisher or form."""
