"""The formats of network files: by the ending of its name, what reads a file and what writes it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import NetworkError, Problem
from engine.network.endings import GRAPH, OSM, SUFFIXES, suffix_of

if TYPE_CHECKING:
    from engine.network.network import Network
    from engine.network.policy import RoadPolicy


def read_file(path: Path, *, name: str, policy: RoadPolicy | None = None) -> Network:
    """Read a network from a file of any format.

    Parameters
    ----------
    path
        The file.
    name
        What the user called it.
    policy
        Which ways are roads; a graph has been through one already.

    Returns
    -------
    Network
        The network.

    Raises
    ------
    NetworkError
        If the file is missing, of no known format or broken, or has no road.
    """
    suffix = _known_suffix(path, name)
    if not path.is_file():
        raise NetworkError(Problem("there is no such file", name))
    if suffix in OSM:
        from engine.network.osm import read_osm

        return read_osm(path, name=name, policy=policy)
    if suffix in GRAPH:
        from engine.network.graphml import read_graphml

        return read_graphml(path, name=name)
    from engine.network.lines import read_lines

    return read_lines(path, name=name, policy=policy)


def write_network(network: Network, path: str | Path) -> None:
    """Write a network to a file, whole or not at all.

    Parameters
    ----------
    network
        The network.
    path
        The file; its ending (one of `SUFFIXES`) says the format. An existing file is replaced.

    Raises
    ------
    NetworkError
        If the format is not known, or the file cannot be written.
    """
    from engine.network import write

    path = Path(path)
    suffix = _known_suffix(path, str(path))
    writer = (
        write.write_osm
        if suffix in OSM
        else write.write_graph
        if suffix in GRAPH
        else write.write_lines
    )
    try:
        write.write_whole(path, lambda target: writer(network, target))
    except OSError as error:
        raise NetworkError(Problem(f"cannot be written: {error.strerror}", str(path))) from error


def _known_suffix(path: Path, name: str) -> str:
    suffix = suffix_of(path)
    if not suffix:
        raise NetworkError(
            Problem("the ending names no format of networks", name, expected=", ".join(SUFFIXES))
        )
    return suffix
