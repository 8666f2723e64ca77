"""Drafts of reports for review: an XLSX workbook and a CSV file, the sentence beside the row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.importers.reading.accepted import COLUMNS, row_of
from engine.io.atomic import write_whole
from engine.language import trc
from engine.network.gazetteer import is_arabic
from engine.report.canvas import is_turned
from engine.report.csv import write_csv
from engine.report.workbook import CREATED
from engine.scenario.vocabulary import MEANING_OF_KIND, word_for

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from engine.importers.reading.drafts import Draft

_WIDTHS = {
    "accept": 8,
    "sentence": 60,
    "words": 18,
    "place": 20,
    "site": 20,
    "rule": 24,
    "source": 24,
    "remark": 36,
}
_WIDTH = 12


def write_review(
    base: Path, drafts: Sequence[Draft], reported: dt.date, actors: Sequence[str]
) -> list[Path]:
    """Write drafts for review, as ``BASE.xlsx`` and ``BASE.csv``.

    Parameters
    ----------
    base
        The files, without their ending.
    drafts
        The drafts.
    reported
        The day of publication.
    actors
        The actors of the scenario, to choose from in the workbook.
    """
    rows = [row_of(draft, reported) for draft in drafts]

    def build(folder: Path) -> None:
        _workbook(folder / f"{base.name}.xlsx", rows, actors)
        write_csv(folder / f"{base.name}.csv", COLUMNS, rows, for_excel=True)

    return write_whole(base.parent, [f"{base.name}.xlsx", f"{base.name}.csv"], build)


def _workbook(path: Path, rows: Sequence[tuple[object, ...]], actors: Sequence[str]) -> None:
    import xlsxwriter

    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_date_format": "yyyy-mm-dd",
    }
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties({"created": CREATED})
        sheet = book.add_worksheet(trc("sheet", "drafts"))
        if is_turned():
            sheet.right_to_left()
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        left = book.add_format({"text_wrap": True, "valign": "top"})
        right = book.add_format(
            {"text_wrap": True, "valign": "top", "align": "right", "reading_order": 2}
        )
        day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
        fill = book.add_format(
            {"bg_color": "#FFF7D6", "valign": "top", "border": 1, "border_color": "#CCCCCC"}
        )
        for column, name in enumerate(COLUMNS):
            sheet.write_string(0, column, word_for("drafts", name), head)
            sheet.set_column(column, column, _WIDTHS.get(name, _WIDTH))
        for line, row in enumerate(rows, 1):
            for column, (name, value) in enumerate(zip(COLUMNS, row, strict=True)):
                if name == "accept":
                    sheet.write_blank(line, column, None, fill)
                elif isinstance(value, str):
                    text = word_for("kind", value) if name == "kind" else value
                    sheet.write_string(line, column, text, right if is_arabic(text) else left)
                elif isinstance(value, float):
                    sheet.write_number(line, column, value, left)
                else:
                    sheet.write_datetime(line, column, value, day)
        last = max(len(rows), 1)
        choices = {
            "accept": [word_for("accept", "yes"), word_for("accept", "no")],
            "kind": [word_for("kind", kind) for kind in MEANING_OF_KIND],
            "actor": list(actors),
        }
        for name, choice in choices.items():
            if choice and len(",".join(choice)) < 255:
                at = COLUMNS.index(name)
                sheet.data_validation(
                    1, at, last, at, {"validate": "list", "source": choice, "error_type": "warning"}
                )
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, last, len(COLUMNS) - 1)
