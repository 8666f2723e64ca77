"""Read a network from GraphML as osmnx saves it, and write it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.parsers import expat

from engine.errors import NetworkError, Problem
from engine.network.network import Network, Provenance

if TYPE_CHECKING:
    from pathlib import Path

    import networkx as nx


def read_graphml(path: Path, *, name: str = "") -> Network:
    """Read a network from a GraphML file.

    Parameters
    ----------
    path
        The file.
    name
        What the user called it; the path, if absent.

    Returns
    -------
    Network
        With the nodes of the graph, if it was simplified; else with its true junctions.

    Raises
    ------
    NetworkError
        If the file is broken, defines entities, or holds no roads with positions.
    """
    from engine.network.graphs import from_networkx

    name = name or str(path)
    try:
        _check_harmless(path)
        graph = _load(path)
        return from_networkx(graph, provenance=Provenance(name))
    except NetworkError as error:
        raise NetworkError(Problem(str(error), name)) from error
    except Exception as error:  # osmnx, networkx, ast and shapely each have their own
        message = f"not readable as GraphML of osmnx: {error}"
        raise NetworkError(Problem(message, name)) from error


def _load(path: Path) -> nx.MultiDiGraph[int]:
    import osmnx

    return osmnx.load_graphml(path)


def _check_harmless(path: Path) -> None:
    """Refuse a document type: GraphML needs none, and all entities are declared in one."""

    def refuse(*_: object) -> None:
        raise NetworkError(
            "it has a document type, which may name files or swell: GraphML has none"
        )

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    with path.open("rb") as file:
        parser.ParseFile(file)
