"""Places: what reports name, with their names in every script, and where they are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A named point.

    Parameters
    ----------
    id
        The name that scenarios use: lower case ASCII and hyphens.
    name, name_ar
        English (or transliterated) and Arabic names; either may be empty.
    kind
        The OSM value of ``place`` (or ``border_control``).
    lon, lat
        WGS 84 degrees.
    aliases
        Other names, in any script.
    names
        Pairs of language code and name for every ``name:xx`` tag.
    error_km
        How far off the coordinates may be, in km; 0 if not stated.
    source
        What kind of source the coordinates come from.
    osm_id
        The id of the OSM node, 0 if there is none.
    """

    id: str
    name: str
    name_ar: str
    kind: str
    lon: float
    lat: float
    aliases: tuple[str, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    error_km: float = 0.0
    source: str = ""
    osm_id: int = 0
