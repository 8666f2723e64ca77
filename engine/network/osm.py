"""Read a network from a file of OSM data: XML (also compressed) and PBF."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from engine.errors import NetworkError, Problem
from engine.network.arrays import Network, Provenance
from engine.network.build import NAME_TAGS, build_network
from engine.network.endings import OSM
from engine.network.extract import SCHEMATIC_TAG, check_ratio
from engine.network.policy import RoadPolicy

if TYPE_CHECKING:
    from pathlib import Path

    from engine.network.extract import Extract

SCHEMATIC_CREDIT = "Schematic network of the supplyline project, not OpenStreetMap data"


def read_osm(path: Path, *, name: str = "", policy: RoadPolicy | None = None) -> Network:
    """Read a network from a file of OSM data.

    Parameters
    ----------
    path
        A file in one of the formats of `engine.network.endings.OSM`.
    name
        What the user called it; the path, if absent.
    policy
        Which ways are roads.

    Returns
    -------
    Network
        The same bytes give the same arrays.

    Raises
    ------
    NetworkError
        If the file is missing or broken, has coordinates that are not on the globe, or no road.
    """
    name, policy = name or str(path), policy or RoadPolicy()
    extract = read_extract(path, policy, name)
    return build_network(extract.roads(policy), extract.places(), provenance_of(extract, name))


def provenance_of(extract: Extract, name: str) -> Provenance:
    """Return where OSM data comes from: from OpenStreetMap, unless it says that it is schematic."""
    if extract.is_schematic:
        return Provenance(name, SCHEMATIC_CREDIT, schematic=True, as_of=extract.as_of)
    return Provenance(name, as_of=extract.as_of)


def way_keys(policy: RoadPolicy, more: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the tags of roads to keep: what the policy looks at, the names, and more."""
    return tuple(dict.fromkeys((*policy.looks_at(), *NAME_TAGS.values(), SCHEMATIC_TAG, *more)))


def read_extract(
    path: Path, policy: RoadPolicy, name: str, *, more: tuple[str, ...] = ()
) -> Extract:
    """Read what a file says of roads and places.

    Parameters
    ----------
    path, policy, name
        As for `read_osm`.
    more
        Tags of ways to keep besides those that the engine uses.

    Raises
    ------
    NetworkError
        If the file is missing or broken, or has coordinates that are not on the globe.
    """
    from engine.network.pbf import plain, reader
    from engine.network.pbf.protobuf import UnusualError

    if not path.is_file():
        raise NetworkError(Problem("there is no such file", name))
    road_keys = tuple({"highway": "", **policy.admit, SCHEMATIC_TAG: ""})
    keys = way_keys(policy, more)
    try:
        if path.suffix == ".pbf":
            with suppress(UnusualError):
                return reader.scan(path, road_keys, keys)
        elif path.suffix in {".gz", ".bz2"}:
            check_ratio(path)
        return plain.scan(path, road_keys, keys)
    except NetworkError as error:
        raise NetworkError(Problem(str(error), name)) from error
    except (RuntimeError, ValueError, OSError, EOFError, MemoryError) as error:
        message = f"not readable as OSM data: {error}"
        raise NetworkError(Problem(message, name, expected=", ".join(OSM))) from error
