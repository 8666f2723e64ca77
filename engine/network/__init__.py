"""Road networks: read from OSM data and other formats, kept as immutable arrays."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.network.arrays import Labels, Network, Place, Provenance, Ragged
    from engine.network.gazetteer import Match, find_places, resolve_place
    from engine.network.graphs import from_networkx, to_networkx
    from engine.network.lines import from_lines, to_lines
    from engine.network.policy import RoadPolicy
    from engine.network.read import known_networks, read_network, write_network

_HOME = {
    "Labels": "arrays",
    "Match": "gazetteer",
    "Network": "arrays",
    "Place": "arrays",
    "Provenance": "arrays",
    "Ragged": "arrays",
    "RoadPolicy": "policy",
    "find_places": "gazetteer",
    "from_lines": "lines",
    "from_networkx": "graphs",
    "known_networks": "read",
    "read_network": "read",
    "resolve_place": "gazetteer",
    "to_lines": "lines",
    "to_networkx": "graphs",
    "write_network": "read",
}

__all__ = [
    "Labels",
    "Match",
    "Network",
    "Place",
    "Provenance",
    "Ragged",
    "RoadPolicy",
    "find_places",
    "from_lines",
    "from_networkx",
    "known_networks",
    "read_network",
    "resolve_place",
    "to_lines",
    "to_networkx",
    "write_network",
]


def __getattr__(name: str) -> object:
    """Load what is asked for, and with it the libraries that it needs, when it is asked for."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
