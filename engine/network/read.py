"""Open a road network by the name or the path that a scenario gives."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from engine.errors import NetworkError, Problem, nearest_names
from engine.io.arguments import checked
from engine.io.atomic import write_one
from engine.io.text import path_of
from engine.io.vector import file_and_layer, is_answer
from engine.language import tr
from engine.network.endings import GRAPH, JSON, LINES, OSM, READABLE, SUFFIXES, suffix_of

if TYPE_CHECKING:
    from engine.network.arrays import Network
    from engine.network.policy import RoadPolicy


# The formats of network files: by the ending of its name, what reads a file and what writes it.


def read_file(
    path: Path,
    *,
    name: str,
    layer: str = "",
    policy: RoadPolicy | None = None,
    encoding: str = "",
) -> Network:
    """Read a network from a file of any format.

    Parameters
    ----------
    path
        The file.
    name
        What the user called it.
    layer
        The layer of a file of a GIS; all that hold lines, if absent.
    policy
        Which ways are roads.
    encoding
        The encoding of a shapefile, if it is not what it states, nor UTF-8.

    Returns
    -------
    Network
        The network.

    Raises
    ------
    NetworkError
        If the file is missing, of no known format or broken, or has no road.
    """
    suffix = _known_suffix(path, name, READABLE)
    if not path.is_file():
        raise NetworkError(Problem(tr("there is no such file"), name))
    if suffix in OSM or (suffix in JSON and is_answer(path)):
        from engine.network.osm import read_osm

        return read_osm(path, name=name, policy=policy)
    if suffix in GRAPH:
        from engine.network.graphs import read_graphml

        return read_graphml(path, name=name, policy=policy)
    from engine.network.lines import read_lines

    return read_lines(path, name=name, layer=layer, policy=policy, encoding=encoding)


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
        If the format is not known.
    InputError
        If the file cannot be written.
    """
    from engine.network import write

    path = Path(path)
    suffix = _known_suffix(path, str(path), SUFFIXES)
    writer = (
        write.write_osm
        if suffix in OSM
        else write.write_graph
        if suffix in GRAPH
        else write.write_lines
    )
    write_one(path, lambda target: writer(network, target))


def _known_suffix(path: Path, name: str, known: tuple[str, ...]) -> str:
    suffix = suffix_of(path)
    if suffix not in known:
        raise NetworkError(
            Problem(tr("the ending names no format of networks"), name, expected=", ".join(known))
        )
    return suffix


def network_folders() -> tuple[Path, ...]:
    """Return the folders in which names are looked up, in that order.

    First ``$SUPPLYLINE_NETWORKS``, if it is set; then the networks that ship with the engine
    (``data/osm`` of a checkout, ``engine/data/osm`` of an installed wheel); then the user's own folder,
    where fetched networks go.
    """
    chosen = os.environ.get("SUPPLYLINE_NETWORKS", "")
    package = Path(__file__).resolve().parents[1]
    shipped = (package / "data/osm", package.parent / "data/osm")
    return (
        *((Path(chosen),) if chosen else ()),
        next((folder for folder in shipped if folder.is_dir()), shipped[0]),
        user_folder(),
    )


def user_folder() -> Path:
    """Return the folder for the user's own networks; it need not exist."""
    return platformdirs.user_data_path("supplyline", appauthor=False) / "osm"


def known_networks() -> dict[str, Path]:
    """Return the networks that can be opened by name."""
    known: dict[str, Path] = {}
    for folder in network_folders():
        for path in sorted(folder.glob("*")) if folder.is_dir() else ():
            if (suffix := suffix_of(path)) in SUFFIXES:
                known.setdefault(path.name[: -len(suffix)], path)
    return known


@checked
def read_network(
    name_or_path: str | Path,
    *,
    base: Path | None = None,
    policy: RoadPolicy | None = None,
    encoding: str = "",
) -> Network:
    """Read a road network; a large one that was read before is opened from the cache.

    Parameters
    ----------
    name_or_path
        A name (see `known_networks`) or a path; ``roads.gpkg#primary`` is one layer of a file.
    base
        The folder that a relative path starts from; the working directory, if absent.
    policy
        Which ways are roads; the usual ones, if absent.
    encoding
        The encoding of a shapefile; what it states, if absent, or else UTF-8 if that fits.

    Returns
    -------
    Network
        The network, its provenance under the name given.

    Raises
    ------
    NetworkError
        If there is no such name or file, or the file is broken or has no road.

    Examples
    --------
    >>> import engine
    >>> network = engine.read_network("aleppo-schematic")
    >>> network.provenance.schematic
    True
    """
    from engine.network.cache import through_cache

    name = str(name_or_path)
    path, layer = _locate(name, base)

    def read() -> Network:
        return read_file(path, name=name, layer=layer, policy=policy, encoding=encoding)

    return read() if layer else through_cache(path, policy, name, read)


def _locate(name: str, base: Path | None) -> tuple[Path, str]:
    """Return the file meant by a name or a path, and the layer that stands behind a ``#``."""
    known = known_networks()
    if name in known:
        return known[name], ""
    path = path_of(name, base or Path())
    if path.is_file():
        return path, ""
    file, layer = file_and_layer(path)
    if suffix_of(file) in LINES + JSON and file.is_file():
        return file, layer
    files = path.parent.glob("*") if path.parent.is_dir() else ()
    written = Path(name.replace("\\", "/")).parent
    beside = [(written / file.name).as_posix() for file in files if suffix_of(file)]
    raise NetworkError(
        Problem(
            tr("there is no network {name!r}", name=name),
            field="network",
            value=name,
            expected=tr(
                "a name ({names}) or a path to a file ({endings})",
                names=", ".join(known),
                endings=", ".join(READABLE),
            ),
            nearest=nearest_names(name, [*known, *beside]),
        )
    )
