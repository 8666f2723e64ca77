"""Write a network: as OSM data, as a graph of osmnx, or as lines with a table."""

from __future__ import annotations

import ctypes
import glob
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import check_installed
from engine.network.build import TEXT_TAGS, own_ids
from engine.network.endings import suffix_of
from engine.network.extract import (
    CREDIT_TAG,
    GENERATOR,
    LENGTH_TAG,
    MINUTES_TAG,
    SCHEMATIC_GENERATOR,
    SCHEMATIC_TAG,
    credit_tags,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import osmium
    from numpy.typing import NDArray

    from engine.network.arrays import Network, Place


MEASURED_M = 0.5
"""A road of a schematic network that is so much longer than it is drawn has a length of its own."""
DRIVERS = {".gpkg": "GPKG", ".geojson": "GeoJSON", ".shp": "ESRI Shapefile"}
"""What GDAL calls the formats of lines."""


@contextmanager
def osm_writer(path: Path, generator: str, as_of: str = "") -> Iterator[osmium.SimpleWriter]:
    """Write OSM data with pyosmium, saying which program wrote it and of which day the map is."""
    import osmium

    header = osmium.io.Header()
    header.set("generator", generator)
    if as_of:
        header.set("osmosis_replication_timestamp", f"{as_of}T00:00:00Z")
    out = osmium.SimpleWriter(osmium.io.File(str(path), suffix_of(path)[1:]), header=header)
    try:
        yield out
        out.close()
    except BaseException:
        # what could not be closed ends the process when it is destroyed: it never is
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(out))
        raise


def write_osm(network: Network, path: Path) -> None:
    """Write OSM data: a way per segment, with its own id where one way made one segment.

    Bends, and whatever else OpenStreetMap does not know, get negative ids. The first node bears the
    credit, if it is not OpenStreetMap's contributors'.
    """
    generator = SCHEMATIC_GENERATOR if network.provenance.schematic else GENERATOR
    with osm_writer(path, generator) as out:
        for node in _nodes(network):
            out.add_node(node)
        for way in _ways(network):
            out.add_way(way)


def _nodes(network: Network) -> Iterator[osmium.osm.mutable.Node]:
    """Yield the nodes, the bends and the places that are not on a road."""
    from osmium.osm.mutable import Node

    credit = credit_tags(network.provenance)
    on_road = {place.osm_id: _tags(place) for place in network.places if place.osm_id}
    node_id, bend_id, lowest = _vertex_ids(network)
    for osm_id, *at in zip(
        node_id.tolist(), network.lon.tolist(), network.lat.tolist(), strict=True
    ):
        tags, credit = on_road.pop(osm_id, {}) | credit, {}
        yield Node(id=osm_id, version=1, location=tuple(at), tags=tags)
    bends = network.geometry.values[~_is_end(network)]
    for osm_id, at in zip(bend_id.tolist(), bends.tolist(), strict=True):
        yield Node(id=osm_id, version=1, location=tuple(at))
    for place in network.places:
        if not place.osm_id:
            lowest -= 1
        elif place.osm_id not in on_road:
            continue
        osm_id = place.osm_id or lowest
        yield Node(id=osm_id, version=1, location=(place.lon, place.lat), tags=_tags(place))


def _ways(network: Network) -> Iterator[osmium.osm.mutable.Way]:
    """Yield a way per segment."""
    from osmium.osm.mutable import Way

    node_id, bend_id, _ = _vertex_ids(network)
    is_end, starts = _is_end(network), network.geometry.starts
    refs = np.empty(len(is_end), dtype=np.int64)
    refs[~is_end] = bend_id
    refs[starts[:-1]], refs[starts[1:] - 1] = node_id[network.u], node_id[network.v]
    alone = np.diff(network.ways.starts) == 1
    drawn = network.vertex_offset[starts[1:] - 1]
    otherwise = network.provenance.schematic & (np.abs(network.length - drawn) > MEASURED_M)
    way_id = own_ids(np.where(alone, network.ways.values[network.ways.starts[:-1]], 0))
    for row, osm_id in enumerate(way_id.tolist()):
        tags = {tag: getattr(network, column)[row] for column, tag in TEXT_TAGS.items()}
        tags["oneway"] = "yes" if network.oneway[row] else ""
        if otherwise[row]:
            tags[LENGTH_TAG] = f"{network.length[row] / 1000:.10g}"
        if len(network.minutes) and np.isfinite(network.minutes[row]):
            tags[MINUTES_TAG] = f"{network.minutes[row]:.10g}"
        said = {tag: text for tag, text in tags.items() if text}
        yield Way(
            id=osm_id, version=1, nodes=refs[starts[row] : starts[row + 1]].tolist(), tags=said
        )


def _vertex_ids(network: Network) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """Return the ids of the nodes, of the bends, and the lowest id in use."""
    node_id = own_ids(network.node_id)
    lowest = int(min(node_id.min(), min((place.osm_id for place in network.places), default=0)))
    n_bends = len(network.geometry.values) - 2 * network.n_segments
    return node_id, lowest - 1 - np.arange(n_bends), lowest - n_bends


def _is_end(network: Network) -> NDArray[np.bool_]:
    """Return which vertices of the geometry are ends of segments."""
    is_end = np.zeros(len(network.geometry.values), dtype=bool)
    is_end[network.geometry.starts[:-1]] = is_end[network.geometry.starts[1:] - 1] = True
    return is_end


def _tags(place: Place) -> dict[str, str]:
    """Return the tags of a place."""
    kind = {"barrier": place.kind} if place.kind == "border_control" else {"place": place.kind}
    languages = dict(place.names)
    tags = {
        **{f"name:{language}": name for language, name in languages.items()},
        **kind,
        "name": place.name_ar or place.name,
        "name:en": languages.get("en", place.name if place.name_ar else ""),
        "alt_name": ";".join(place.aliases),
        "source": place.source,
        "supplyline:id": place.id,
        "supplyline:error_km": f"{place.error_km:g}" if place.error_km else "",
    }
    return {key: value for key, value in tags.items() if value}


def write_graph(network: Network, path: Path) -> None:
    """Write GraphML as osmnx does; it has no room for places."""
    import osmnx

    from engine.network.graphs import to_networkx

    osmnx.save_graphml(to_networkx(network), path)


def write_lines(network: Network, path: Path) -> None:
    """Write the segments as lines; a GeoPackage gets the places as a second layer."""
    from engine.network.lines import to_lines, to_points

    frame = to_lines(network)
    if suffix_of(path) == ".parquet":
        check_installed("pyarrow", "GeoParquet files")
        frame.to_parquet(path)
    elif suffix_of(path) == ".gpkg":
        frame.to_file(path, layer="segments", driver="GPKG")
        to_points(network).to_file(path, layer="places", driver="GPKG")
    else:
        if suffix_of(path) == ".shp":  # its columns have names of at most ten letters
            frame = frame.drop(columns=[SCHEMATIC_TAG, CREDIT_TAG], errors="ignore")
        frame.to_file(path, driver=DRIVERS[suffix_of(path)])
        _keep_case(path)


def _keep_case(path: Path) -> None:
    """Give the parts of a shapefile the case of the ending asked for: GDAL writes them in lower case."""
    written = path.with_suffix(path.suffix.lower())
    if path.suffix == written.suffix or not written.is_file():
        return
    for part in path.parent.glob(f"{glob.escape(path.stem)}.*"):
        part.rename(path if part == written else part.with_suffix(part.suffix.upper()))
