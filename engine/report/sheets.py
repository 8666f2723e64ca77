"""The results as tables, for a workbook or a folder of CSV files, with HXL tags on request."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.analysis.analysis import EVIDENCE_COLUMNS, SPELL_COLUMNS
from engine.control.sites import label_of
from engine.io.arguments import checked
from engine.io.atomic import write_whole
from engine.language import ENGLISH, speaking, tr
from engine.report.csv import write_csv
from engine.report.datapackage import MANIFEST, write_manifest
from engine.report.layers import events_table
from engine.report.maps import last_day
from engine.report.status_table import COLUMNS, probability_rows, refuse_means, since

if TYPE_CHECKING:
    import datetime as dt
    import os
    from collections.abc import Iterator

    import xarray as xr

    from engine.analysis.analysis import Analysis


@dataclass(frozen=True)
class Column:
    """A column: its name, its HXL tag, and its header for people, if that is another."""

    name: str
    tag: str
    title: str = ""

    @property
    def header(self) -> str:
        """What people read above it."""
        return self.title or self.name


@dataclass(frozen=True)
class Sheet:
    """A table.

    Parameters
    ----------
    name
        What it is called.
    columns
        Its columns.
    rows
        Its cells: text, numbers, days, truth values or None.
    title
        What people call it, if that is another name.
    """

    name: str
    columns: tuple[Column, ...]
    rows: list[tuple[Any, ...]]
    title: str = ""

    @property
    def header(self) -> str:
        """What people read above it."""
        return self.title or self.name


def sheets_of(analysis: Analysis, chances: xr.Dataset | None = None) -> dict[str, Sheet]:
    """Return all sheets of an analysis by name, with probabilities where they are given."""
    refuse_means(chances)
    sheets = [
        _overview(analysis, chances),
        _status(analysis),
        *([] if chances is None else [_probability(chances)]),
        _isolated(analysis),
        _events(analysis),
        _sources(analysis),
    ]
    return {sheet.name: sheet for sheet in sheets}


def _columns(*pairs: tuple[str, str]) -> tuple[Column, ...]:
    return tuple(Column(name, tag) for name, tag in pairs)


_TAGS = {
    "id": "#meta+id", "kind": "#meta+kind", "label": "#item+name+i_en", "label_ar": "#item+name+i_ar",
    "status": "#status", "start": "#date+start", "end": "#date+end", "last_day": "#date+last",
    "because": "#description", "sites": "#loc+code+list", "overlooked_by": "#loc+code+overlooking",
    "reports": "#event+id+list", "on": "#date+report", "since": "#date+start", "spells": "#meta+count",
    "date": "#date", "probability": "#indicator+probability", "low": "#indicator+probability+min",
    "high": "#indicator+probability+max", "method": "#meta+method", "worlds": "#meta+worlds",
}  # fmt: skip
SHARES = ("open", "at risk", "cut", "lost")
"""What the columns of probabilities are called: an open enclave is connected, one that is cut besieged."""


def _overview(analysis: Analysis, chances: xr.Dataset | None) -> Sheet:
    """Return the status of each route and enclave on the last day."""
    day = last_day(analysis)
    at = analysis.interval_on(day)
    likely = None if chances is None else chances.probability.sel(date=str(day), method="ffill")
    rows = []
    for name, words in analysis.statuses.items():
        asked = analysis.subjects[name]
        who = (name, analysis.kind_of(name), asked.label or name, asked.label_ar)
        if likely is None:
            shares = []
        elif name in likely["id"].to_numpy():
            shares = likely.sel(id=name).to_numpy().round(4).tolist()
        else:
            shares = [None] * len(SHARES)
        rows.append(
            (*who, words[at], *shares, day, since(analysis, name, at),
             len(analysis.spell_starts[name]), *analysis.because_columns(name, at).values())
        )  # fmt: skip
    columns = (
        *_tagged("id", "kind", "label", "label_ar", "status"),
        *_columns(*((f"P({word})", f"#indicator+probability+{word.replace(' ', '_')}")
                    for word in SHARES if chances is not None)),
        *_tagged("on", "since", "spells", *EVIDENCE_COLUMNS),
    )  # fmt: skip
    return Sheet("overview", columns, rows)


def _tagged(*names: str) -> tuple[Column, ...]:
    return _columns(*((name, _TAGS[name]) for name in names))


def _status(analysis: Analysis) -> Sheet:
    """Return the spells of each route and enclave: the rows of ``status.csv``."""
    days = {"start", "end", "last_day"}
    rows = [
        tuple(_day(row[name]) if name in days else row[name] for name in SPELL_COLUMNS)
        for row in analysis.spell_rows()
    ]
    return Sheet("status", _tagged(*SPELL_COLUMNS), rows)


def _probability(chances: xr.Dataset) -> Sheet:
    at = COLUMNS.index("date")
    rows = [(*row[:at], _day(row[at]), *row[at + 1 :]) for row in probability_rows(chances)]
    return Sheet("probability", _tagged(*COLUMNS), rows)


def _isolated(analysis: Analysis) -> Sheet:
    """Return the places of enclaves that are lost, cut or cut off from the rest, and for how long."""
    rows = []
    for name, enclave in analysis.enclaves.items():
        for row, place in enumerate(enclave.places):
            states = list(
                zip(
                    enclave.lost[row],
                    enclave.place_status[row] == 0,
                    enclave.cut_off[row],
                    strict=True,
                )
            )
            for start, end in _runs(states):
                lost, cut, cut_off = (bool(is_so) for is_so in states[start])
                if lost or cut or cut_off:
                    days = (analysis.days[start], analysis.states.borders[end])
                    rows.append((name, place, label_of(analysis.sectors.sites, (place,)), lost, cut, cut_off,
                                 _day(days[0]), _day(days[1])))  # fmt: skip
    columns = _columns(
        ("enclave", "#meta+id"), ("place", "#loc+code"), ("name", "#loc+name"),
        ("lost", "#indicator+lost+bool"), ("without_supply", "#indicator+cut+bool"),
        ("cut_off_from_the_rest", "#indicator+isolated+bool"), ("start", "#date+start"), ("end", "#date+end"),
    )  # fmt: skip
    return Sheet("isolated places", columns, rows)


def _runs(values: list[Any]) -> Iterator[tuple[int, int]]:
    """Yield where equal values that follow one another start and end."""
    starts = [at for at in range(len(values)) if at == 0 or values[at] != values[at - 1]]
    yield from zip(starts, [*starts[1:], len(values)], strict=True)


_EVENT_TAGS = {
    "id": "#event+id", "date": "#date+occurred", "earliest": "#date+occurred+min",
    "latest": "#date+occurred+max", "reported": "#date+reported", "until": "#date+end",
    "site": "#loc+code", "label": "#loc+name", "kind": "#event+type", "actor": "#group+actor",
    "defender": "#group+defender", "contestants": "#group+list", "confidence": "#indicator+confidence",
    "believed": "#indicator+believed+bool", "claim": "#meta+claim", "dispute": "#meta+dispute", "source": "#meta+source",
    "note": "#description+note",
}  # fmt: skip


def _events(analysis: Analysis) -> Sheet:
    table = events_table(analysis)
    days = {"date", "earliest", "latest", "reported", "until"}
    rows = [
        tuple(_day(value) if name in days else value for name, value in row.items())
        for row in table.to_dict("records")
    ]
    return Sheet("events", _columns(*((name, _EVENT_TAGS[name]) for name in table.columns)), rows)


def _sources(analysis: Analysis) -> Sheet:
    """Return who reports: how many events, how sure on average, from when until when."""
    said: dict[str, list[tuple[dt.date, float]]] = {}
    for event in analysis.scenario.events:
        said.setdefault(event.source or tr("none given"), []).append((event.date, event.confidence))
    known = analysis.scenario.sources
    rows = []
    for source, events in sorted(said.items()):
        days = [day for day, _ in events]
        mean = round(sum(confidence for _, confidence in events) / len(events), 3)
        reliability = known[source].reliability if source in known else None
        rows.append((source, len(events), mean, reliability, min(days), max(days)))
    columns = _columns(
        ("source", "#meta+source"), ("events", "#meta+count"),
        ("mean_confidence", "#indicator+confidence"), ("reliability", "#indicator+reliability"),
        ("first", "#date+start"), ("last", "#date+end"),
    )  # fmt: skip
    return Sheet("sources", columns, rows)


def _day(value: Any) -> dt.date | None:
    import pandas as pd

    if pd.isna(value):
        return None
    return pd.Timestamp(str(value) if isinstance(value, str) else value).date()


@checked
def write_csv_sheets(
    analysis: Analysis,
    folder: str | os.PathLike[str],
    chances: xr.Dataset | None = None,
    *,
    hxl: bool = False,
    for_excel: bool = False,
) -> list[Path]:
    """Write every sheet as a CSV file in UTF-8, and ``datapackage.json``, which says what they are.

    Parameters
    ----------
    analysis
        What to write.
    folder
        Where.
    chances
        What `probabilities` returned, for a table of its own.
    hxl
        Whether a row of HXL tags follows the header.
    for_excel
        Begin each file with the mark by which Excel recognises UTF-8.

    Raises
    ------
    InputError
        If the folder cannot be written to, or the probabilities are means over periods; nothing is
        written then.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> analysis = engine.analyze(scenario)
    >>> with TemporaryDirectory() as folder:
    ...     [path.name for path in engine.write_csv_sheets(analysis, Path(folder) / "sheets")][:2]
    ['overview.csv', 'status.csv']
    """
    with speaking(ENGLISH):
        found = sheets_of(analysis, chances)
    sheets = {f"{name.replace(' ', '-')}.csv": sheet for name, sheet in found.items()}

    def build(into: Path) -> None:
        for name, sheet in sheets.items():
            tags = [tuple(column.tag for column in sheet.columns)] if hxl else []
            header = [column.name for column in sheet.columns]
            write_csv(into / name, header, [*tags, *sheet.rows], for_excel=for_excel)

        write_manifest(into, sheets, analysis.facts.heading())

    return write_whole(Path(folder), [*sheets, MANIFEST], build)
