"""The results as layers: GeoDataFrames in WGS 84, each row with the time for which it holds.

Programs read them: they are in English, whatever language is spoken.
"""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from engine.control.sites import Rank, label_of
from engine.language import ENGLISH, speaking, tr
from engine.report.maps import places_once

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import geopandas
    import pandas as pd
    from numpy.typing import NDArray

    from engine.analysis.analysis import Analysis
    from engine.network.arrays import Labels, Network, Ragged

WGS84 = 4326
ONE_DAY = np.timedelta64(1, "D")


@speaking(ENGLISH)
def layers_of(analysis: Analysis) -> dict[str, geopandas.GeoDataFrame]:
    """Return all layers by name, those that belong below the others first."""
    return {
        "routes": routes_layer(analysis),
        "segments": segments_layer(analysis),
        "sites": sites_layer(analysis),
        "places": places_layer(analysis),
        "events": events_layer(analysis),
    }


@speaking(ENGLISH)
def segments_layer(analysis: Analysis) -> geopandas.GeoDataFrame:
    """Return the pieces of road: a row for each piece and each time during which its state stays.

    Returns
    -------
    geopandas.GeoDataFrame
        ``segment``, ``osm_ways`` (ids, with semicolons between them), ``start``, ``end``
        (half-open), ``last_day``, ``holder`` (empty if unknown), ``condition``, ``overlooked_by``,
        ``event`` (what rules), ``state`` (in words), ``site``, ``label``, ``sector``, ``name``, ``name_ar``, ``ref``,
        ``highway`` and ``length_m``.
    """
    import geopandas
    import pandas as pd

    network, pieces = analysis.sectors.network, analysis.sectors.pieces
    roads = pd.DataFrame(
        {
            "segment": pieces.parent,
            "osm_ways": osm_ways(network),
            "sector": analysis.sectors.sector.astype(np.int64),
            "name": network.name.texts(),
            "name_ar": network.name_ar.texts(),
            "ref": network.ref.texts(),
            "highway": network.highway.texts(),
            "length_m": network.length.round(1),
            "geometry": network.lines,
        }
    )
    spells = analysis.sector_spells()
    spells = spells[shown_spells(analysis).shown]
    rows = roads.reset_index(names="piece").merge(spells, on="sector", how="inner")
    rows = rows.sort_values(["piece", "start"], ignore_index=True)
    columns = [
        "segment", "osm_ways", "start", "end", "last_day", "holder", "condition", "overlooked_by",
        "event", "state", "site", "label", "sector", "name", "name_ar", "ref", "highway", "length_m", "geometry",
    ]  # fmt: skip
    return geopandas.GeoDataFrame(_dated(rows)[columns], crs=WGS84)


def osm_ways(network: Network) -> list[str]:
    """Return the ids of the OSM ways of each piece of road, with semicolons between them."""
    ids = list(map(str, network.ways.values.tolist()))  # noqa: PD011
    borders = pairwise(network.ways.starts.tolist())
    return [ids[start] if end == start + 1 else ";".join(ids[start:end]) for start, end in borders]


@speaking(ENGLISH)
def routes_layer(analysis: Analysis) -> geopandas.GeoDataFrame:
    """Return the paths of routes and enclaves: a row for each time during which status and path stay.

    Returns
    -------
    geopandas.GeoDataFrame
        ``id``, ``kind``, ``label``, ``label_ar``, ``start``, ``end``, ``last_day``, ``status``,
        ``because`` and the ids that it rests on (``sites``, ``overlooked_by``, ``reports``); the geometry is the least bad path, empty where there is none.
    """
    import geopandas
    import pandas as pd

    rows: list[dict[str, Any]] = []
    lines = analysis.sectors.network.lines
    for name, words in analysis.statuses.items():
        asked, paths = analysis.subjects[name], analysis.paths(name)
        starts = [
            at for at in range(len(words))
            if at == 0 or (words[at], _flat(paths[at]).tolist()) != (words[at - 1], _flat(paths[at - 1]).tolist())
        ]  # fmt: skip
        rows += [
            {
                "id": name,
                "kind": "enclave" if name in analysis.enclaves else "route",
                "label": asked.label or name,
                "label_ar": asked.label_ar,
                "start": analysis.days[at],
                "end": analysis.states.borders[end],
                "status": words[at],
                **analysis.because_columns(name, at),
                "geometry": shapely.multilinestrings(lines[_flat(paths[at])]),
            }
            for at, end in zip(starts, [*starts[1:], len(words)], strict=True)
        ]
    columns = [
        "id", "kind", "label", "label_ar", "start", "end", "status", "because", "sites",
        "overlooked_by", "reports", "geometry",
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns)
    return geopandas.GeoDataFrame(_dated(frame), geometry="geometry", crs=WGS84)


def _flat(legs: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    return np.concatenate([np.empty(0, dtype=np.int64), *legs])


def sites_layer(analysis: Analysis) -> geopandas.GeoDataFrame:
    """Return the ground that each site covers: ``id``, ``label``, ``label_ar``, ``kind``, ``km``."""
    import geopandas

    sectors, rows = analysis.sectors, []
    for site, covers in zip(sectors.sites.named, sectors.covers, strict=True):
        on_site = covers[sectors.sector]
        kind = "place" if site.place is not None else Rank(site.rank).name.lower()
        rows.append(
            {
                "id": site.id,
                "label": site.label,
                "label_ar": site.label_ar,
                "kind": kind,
                "km": round(float(sectors.network.length[on_site].sum()) / 1000, 3),
                "geometry": shapely.multilinestrings(sectors.network.lines[on_site]),
            }
        )
    columns = ["id", "label", "label_ar", "kind", "km", "geometry"]
    return geopandas.GeoDataFrame(rows, columns=columns, geometry="geometry", crs=WGS84)


def places_layer(analysis: Analysis) -> geopandas.GeoDataFrame:
    """Return the named points: ``id``, ``name``, ``name_ar``, ``kind``, ``error_km``, ``source``."""
    import geopandas

    rows = [
        (p.id, p.name, p.name_ar, p.kind, p.error_km, p.source, shapely.Point(p.lon, p.lat))
        for p in places_once(analysis)
    ]
    columns = ["id", "name", "name_ar", "kind", "error_km", "source", "geometry"]
    return geopandas.GeoDataFrame(rows, columns=columns, geometry="geometry", crs=WGS84)


@speaking(ENGLISH)
def events_layer(analysis: Analysis) -> geopandas.GeoDataFrame:
    """Return the events, each at a point of its site, for the day on which it happened.

    Returns
    -------
    geopandas.GeoDataFrame
        The columns of `events_table`, ``start`` and ``end`` (the day after).
    """
    import geopandas

    frame = events_table(analysis)
    sites = analysis.sectors.sites
    points = {name: _point_of(analysis, row) for name, row in sites.index.items()}
    frame["start"] = frame["date"]
    frame["end"] = frame["date"] + ONE_DAY
    geometry = [points[site] for site in frame["site"]]
    return geopandas.GeoDataFrame(frame, geometry=geometry, crs=WGS84)


def events_table(analysis: Analysis) -> pd.DataFrame:
    """Return the events: who said what of where, when, how surely, and whether it is believed."""
    import pandas as pd

    scenario = analysis.scenario
    rows = [
        (
            name, event.date, event.earliest, event.latest, event.reported, event.until, event.site,
            label_of(analysis.sectors.sites, (event.site,)), event.kind.replace("_", " "), event.actor or "",
            event.defender or "", ", ".join(event.contestants), event.confidence, bool(believed),
            event.claim, event.dispute, event.source, event.note,
        )
        for name, event, believed in zip(
            scenario.event_ids(), scenario.events, analysis.believed, strict=True
        )
    ]  # fmt: skip
    columns = [
        "id", "date", "earliest", "latest", "reported", "until", "site", "label", "kind",
        "actor", "defender", "contestants", "confidence", "believed", "claim", "dispute", "source",
        "note",
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns)
    for column in ("date", "earliest", "latest", "reported", "until"):
        frame[column] = pd.to_datetime(frame[column]).astype("datetime64[s]")
    return frame


def _point_of(analysis: Analysis, row: int) -> shapely.Point:
    """Return where to mark a site: its place, else the piece of its ground nearest its middle."""
    sectors = analysis.sectors
    place = sectors.sites.named[row].place
    if place is not None:
        return shapely.Point(place.lon, place.lat)
    lines = sectors.network.lines[sectors.covers[row][sectors.sector]]
    if not len(lines):
        return shapely.Point()
    points = shapely.line_interpolate_point(lines, 0.5, normalized=True)
    middle = shapely.centroid(shapely.multipoints(points))
    return points[int(shapely.distance(points, middle).argmin())]


def _dated(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with its days as dates, and the last day of each span beside its end."""
    frame["start"] = frame["start"].astype("datetime64[s]")
    frame["end"] = frame["end"].astype("datetime64[s]")
    frame["last_day"] = frame["end"] - ONE_DAY
    return frame


# Control as GeoJSON: a feature for each piece of road and each time during which its state stays.

MOST_FEATURES = 500_000
"""So many features a layer of roads has, for the programs that open it."""
LINES_AT_ONCE = 2**14
"""The coordinates of so many lines are made texts of at a time."""
DECIMALS = 6
"""Of coordinates in degrees: about 0.1 m."""


class ShownSpells(NamedTuple):
    """Which spells of sectors a layer of roads shows.

    Parameters
    ----------
    shown
        bool of shape (spells,).
    note
        From which day on, if not from the start of the run: a sentence for readers, else empty.
    """

    shown: NDArray[np.bool_]
    note: str


def shown_spells(analysis: Analysis) -> ShownSpells:
    """Return the spells of which a layer has features: all of them, or the latest, if they are many.

    A road has a feature for each spell of its sector. Of more than `MOST_FEATURES`, those are left
    out that end on or before a day; what holds after it is shown whole.
    """
    runs, _ = analysis.states.spells()
    n_pieces = np.bincount(analysis.sectors.sector, minlength=analysis.sectors.n_sectors)
    ends, end_of = np.unique(analysis.states.borders[runs.end], return_inverse=True)
    features = np.bincount(end_of, n_pieces[runs.row], minlength=len(ends))
    later = np.cumsum(features[::-1])[::-1]  # those that end on that day or after it
    too_many = np.flatnonzero(later[:-1] > MOST_FEATURES)
    if not len(too_many):
        return ShownSpells(np.ones(len(end_of), dtype=bool), "")
    since = ends[too_many[-1]]
    note = tr(
        "Roads are shown from {since} on: with every change since {start} they would be "
        "{n:,.0f} features, more than {most:,}; the table of control has all of them by sector.",
        since=since.astype(object), start=analysis.days[0].astype(object),
        n=later[0], most=MOST_FEATURES,
    )  # fmt: skip
    return ShownSpells(end_of > too_many[-1], note)


@speaking(ENGLISH)
def write_geojson(analysis: Analysis, sectors: dict[str, Any], path: Path) -> None:
    """Write the pieces of road with their states over the run, half-open from start to end."""
    head = {"type": "FeatureCollection", "name": "control", **analysis.facts.heading()}
    shown, note = shown_spells(analysis)
    if note:
        head["note"] = note
        sectors = {key: np.asarray(column)[shown] for key, column in sectors.items()}
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "features": [')
        for row, feature in enumerate(_features(analysis, sectors)):
            file.write(",\n" if row else "\n")
            file.write(feature)
        file.write("\n]}\n")


def _features(analysis: Analysis, columns: dict[str, Any]) -> Iterator[str]:
    """Yield each feature as text. Names that a road does not have are left out."""
    sectors, network = analysis.sectors, analysis.sectors.network
    texts_of = {key: map(str, column) for key, column in columns.items() if key != "sector"}
    spells = [
        json.dumps(
            dict(zip(texts_of, row, strict=True)), ensure_ascii=False, separators=(",", ":")
        )[1:]
        for row in zip(*texts_of.values(), strict=True)
    ]
    first = np.searchsorted(columns["sector"], np.arange(sectors.n_sectors + 1)).tolist()
    texts = {key: _as_json(getattr(network, key)) for key in ("name", "name_ar", "ref", "highway")}
    pieces = zip(
        sectors.sector.tolist(),
        sectors.pieces.parent.tolist(),
        network.length.round(1).tolist(),
        osm_ways(network),
        *texts.values(),
        _coordinates(network.geometry),
        strict=True,
    )
    for sector, segment, metres, ways, *tags, line in pieces:
        about = "".join(
            f'"{k}":{text},' for k, text in zip(texts, tags, strict=True) if text != '""'
        )
        head = (
            f'{{"type":"Feature","geometry":{{"type":"LineString","coordinates":{line}}},'
            f'"properties":{{"segment":{segment},"osm_ways":"{ways}","length_m":{metres},{about}"sector":{sector},'
        )
        for spell in spells[first[sector] : first[sector + 1]]:
            yield f"{head}{spell}}}"


def _as_json(labels: Labels) -> list[str]:
    """Return the text of each row as JSON."""
    distinct = [json.dumps(value, ensure_ascii=False) for value in labels.values]  # noqa: PD011
    return [distinct[code] for code in labels.codes.tolist()]


def _coordinates(geometry: Ragged) -> Iterator[str]:
    """Yield the coordinates of each line as JSON; of some lines at a time, for there may be millions of points."""
    for first in range(0, len(geometry), LINES_AT_ONCE):
        starts = geometry.starts[first : first + LINES_AT_ONCE + 1]
        points = geometry.values[starts[0] : starts[-1]]  # noqa: PD011
        texts = [f"[{lon},{lat}]" for lon, lat in np.round(points, DECIMALS).tolist()]
        for start, end in pairwise((starts - starts[0]).tolist()):
            yield f"[{','.join(texts[start:end])}]"
