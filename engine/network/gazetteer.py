"""The gazetteer: places, their names in every script, and the finding of them by name."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import AmbiguousNameError, NetworkError, Problem
from engine.io.text import plain, skeleton
from engine.language import marked, tr, trn
from engine.network.arrays import Network, Place, great_circle_m

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


NAMELESS = "n{}"
"""The id of a place without a name in Latin letters, from the id of its OSM node."""

OTHER_NAMES = (
    "name",
    "int_name",
    "alt_name",
    "official_name",
    "old_name",
    "loc_name",
    "short_name",
)
"""Tags (also with a language behind a colon) whose names become aliases."""


NamedNode = tuple[int, float, float, "Mapping[str, str]"]
"""OSM id, longitude, latitude (WGS 84 degrees) and tags of a node."""


_ARABIC_LETTER = re.compile("[\u0600-\u06ff]")


def slug(name: str) -> str:
    """Return a name as a scenario writes it: lower-case ASCII letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def is_place(tags: Mapping[str, str]) -> bool:
    """Return whether a node with these tags belongs in the gazetteer."""
    return "place" in tags or tags.get("barrier") == "border_control"


def places_from_nodes(nodes: Iterable[NamedNode]) -> tuple[Place, ...]:
    """Return the gazetteer of OSM nodes.

    Parameters
    ----------
    nodes
        The nodes of places.

    Returns
    -------
    tuple of Place
        In the order of the OSM ids; ids are made unique by ``-2``, ``-3`` behind later ones.
    """
    places: list[Place] = []
    taken: set[str] = set()
    for osm_id, lon, lat, tags in sorted(nodes, key=lambda node: node[0]):
        place = _place(osm_id, lon, lat, tags)
        place = replace(place, id=_unique(place.id, taken))
        taken.add(place.id)
        places.append(place)
    return tuple(places)


def _unique(wanted: str, taken: set[str]) -> str:
    if wanted not in taken:
        return wanted
    return next(name for n in count(2) if (name := f"{wanted}-{n}") not in taken)


def _place(osm_id: int, lon: float, lat: float, tags: Mapping[str, str]) -> Place:
    local = tags.get("name", "")
    arabic = tags.get("name:ar", "") or (local if is_arabic(local) else "")
    latin = "" if is_arabic(local) else local
    english = tags.get("name:en", "") or tags.get("int_name", "") or latin
    aliases = dict.fromkeys(
        alias.strip()
        for key, value in sorted(tags.items())
        if key.split(":")[0] in OTHER_NAMES and key not in {"name:en", "name:ar"}
        for alias in value.split(";")
    )
    return Place(
        id=tags.get("supplyline:id", "") or slug(english) or NAMELESS.format(osm_id),
        name=english,
        name_ar=arabic,
        kind=tags.get("supplyline:kind", "") or tags.get("place", "") or tags.get("barrier", ""),
        lon=lon,
        lat=lat,
        aliases=tuple(alias for alias in aliases if alias not in {"", english, arabic}),
        names=tuple((k[5:], v) for k, v in sorted(tags.items()) if k.startswith("name:")),
        error_km=_kilometres(tags.get("supplyline:error_km", "")),
        source=tags.get("source", ""),
        osm_id=osm_id,
    )


def is_arabic(text: str) -> bool:
    """Return whether a text has a letter of the Arabic script."""
    return _ARABIC_LETTER.search(text) is not None


def _kilometres(text: str) -> float:
    return float(text) if re.fullmatch(r"\d{1,3}(\.\d{1,6})?", text) else 0.0


# Find places by name, as people write names: in either script, spelt in their own way.

Places = Network | tuple[Place, ...]

AS_WRITTEN, SAME_NAME, SAME_SOUND, SIMILAR = 3, 2, 1, 0
"""How a place fits a text: its id or a name to the letter; a name but for the writer's habits; a
name by its consonants; a name that looks like it."""

LEAST_LIKENESS = 0.75
"""A name looks like a text from this share of letters in common on (rapidfuzz, 0 to 1)."""

_SOUND_LIKENESS = 0.5


@dataclass(frozen=True)
class Match:
    """A place that fits a text.

    Parameters
    ----------
    place
        The place.
    name
        The name of it that fits best.
    fit
        `AS_WRITTEN`, `SAME_NAME`, `SAME_SOUND` or `SIMILAR`.
    likeness
        Share of letters in common, 0 to 1.
    """

    place: Place
    name: str
    fit: int
    likeness: float


def find_places(
    places: Places, text: str, *, near: tuple[float, float] | None = None, most: int = 10
) -> list[Match]:
    """Return the places that a text may mean, best first.

    Parameters
    ----------
    places
        A network or its gazetteer.
    text
        A name in Arabic or Latin letters, or an id.
    near
        Longitude and latitude: of places that fit equally well, the one nearest to it comes first.
    most
        How many to return at most.

    Returns
    -------
    list of Match
        Empty if nothing looks like it.

    Examples
    --------
    >>> from engine.network import read_network
    >>> find_places(read_network("aleppo-schematic"), "أعزاز")[0].place.id
    'azaz'
    """
    known = places.places if isinstance(places, Network) else places
    found = [match for place in known if (match := _best_match(place, text)) is not None]
    metres = _metres_from(near, found)
    order = sorted(
        range(len(found)),
        key=lambda i: (-found[i].fit, -found[i].likeness, metres[i], found[i].place.id),
    )
    return [found[i] for i in order[:most]]


def resolve_place(places: Places, text: str, *, file: str = "", line: int | None = None) -> Place:
    """Return the one place that a text means.

    An id counts before a name to the letter, that before a name spelt by other habits, that before
    one with the same consonants. A name that only looks similar is never taken for it.

    Parameters
    ----------
    places
        A network or its gazetteer.
    text
        A name in Arabic or Latin letters, or an id.
    file, line
        Where the text stands, for the message.

    Returns
    -------
    Place
        The place.

    Raises
    ------
    AmbiguousNameError
        If several places fit equally well: the message lists them.
    NetworkError
        If no place fits.

    Examples
    --------
    >>> from engine.network import read_network
    >>> resolve_place(read_network("aleppo-schematic"), "Azaz").id
    'azaz'
    """
    known = places.places if isinstance(places, Network) else places
    by_id = next((place for place in known if place.id == text), None)
    if by_id is not None:
        return by_id
    found = find_places(known, text, most=len(known))
    best = [match for match in found if match.fit == found[0].fit and match.fit > SIMILAR]
    if len(best) == 1:
        return best[0].place
    if best:
        message = trn(
            "{name!r} may be any of {n} places: {places}",
            "{name!r} may be any of {n} places: {places}",
            len(best),
            name=text,
            places=", ".join(_described(match.place) for match in best[:8]),
        )
        expected = tr("the id of one of them")
        raise AmbiguousNameError(Problem(message, file, line, "place", text, expected))
    nearest = tuple(match.place.id for match in found[:3])
    message, expected = tr("there is no place {name!r}", name=text), tr("a place of the network")
    raise NetworkError(Problem(message, file, line, "place", text, expected, nearest))


BY_SOUND = marked("it sounds the same")
BY_SPELLING = marked("it is another spelling")
"""Why a name was taken for that of a place that is spelt otherwise; to be translated where shown."""


def meant_place(places: Places, name: str) -> tuple[Place | None, str] | None:
    """Return the one place that a name means, and why, if it is spelt otherwise.

    Parameters
    ----------
    places
        A network or its gazetteer.
    name
        A name in Arabic or Latin letters, or an id.

    Returns
    -------
    tuple of (Place or None, str), or None
        No place if several fit equally well; None if nothing fits.

    Examples
    --------
    >>> from engine.network import read_network
    >>> place, why = meant_place(read_network("aleppo-schematic"), "Mallaah")
    >>> place.id, why
    ('mallah', 'it sounds the same')
    """
    known = places.places if isinstance(places, Network) else places
    found = find_places(known, name, most=len(known))
    best = [match for match in found if match.fit == found[0].fit > SIMILAR]
    if not best:
        return None
    if len(best) > 1:
        return None, ""
    why = BY_SOUND if best[0].fit == SAME_SOUND else BY_SPELLING
    return best[0].place, why if is_spelt_otherwise(best[0].place, name) else ""


def is_spelt_otherwise(place: Place, text: str) -> bool:
    """Return whether a place was found by a text that is none of its names as anybody writes them.

    Capitals, accents and hyphens do not count, nor do the letters that writers of Arabic exchange.

    Examples
    --------
    >>> from engine.network import read_network
    >>> mallah = find_places(read_network("aleppo-schematic"), "Mallaah")[0].place
    >>> is_spelt_otherwise(mallah, "MALLAH"), is_spelt_otherwise(mallah, "malah")
    (False, True)
    """
    written = _spelling(text)
    if written in map(_spelling, (place.id, *names_of(place))):
        return False
    same = any(plain(name) == plain(text) for name in names_of(place))
    return not (is_arabic(text) and same)


def _spelling(name: str) -> str:
    letters = (c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", "".join(letters).casefold().replace("_", " ")))


def names_of(place: Place) -> tuple[str, ...]:
    """Return every name of a place, in every language, each once."""
    names = (place.name, place.name_ar, *place.aliases, *(name for _, name in place.names))
    return tuple(dict.fromkeys(name for name in names if name))


def _best_match(place: Place, text: str) -> Match | None:
    """Return how a place fits a text by the best of its names, or None if it does not."""
    matches = [Match(place, place.id, AS_WRITTEN, 1.0)] if place.id == text else []
    for name in names_of(place):
        likeness = _likeness(name, text)
        fit = _fit(name, text, likeness)
        if fit > SIMILAR or likeness >= LEAST_LIKENESS:
            matches.append(Match(place, name, fit, likeness))
    return max(matches, key=lambda match: (match.fit, match.likeness), default=None)


def _likeness(name: str, text: str) -> float:
    from rapidfuzz import fuzz

    one, other = plain(name), plain(text)
    whole = fuzz.ratio(one, other) / 100
    return max(whole, 0.9 * fuzz.token_set_ratio(one, other) / 100)


def _fit(name: str, text: str, likeness: float) -> int:
    if name == text:
        return AS_WRITTEN
    if plain(name) == plain(text) != "":
        return SAME_NAME
    sound = skeleton(text)
    other_script = is_arabic(name) != is_arabic(text)
    if len(sound) > 1 and skeleton(name) == sound and (other_script or likeness >= _SOUND_LIKENESS):
        return SAME_SOUND
    return SIMILAR


def _metres_from(near: tuple[float, float] | None, found: list[Match]) -> list[float]:
    if near is None:
        return [0.0] * len(found)
    lon = np.array([match.place.lon for match in found])
    lat = np.array([match.place.lat for match in found])
    return great_circle_m(np.array(near[0]), np.array(near[1]), lon, lat).tolist()


def _described(place: Place) -> str:
    kind = f"{place.kind}, " if place.kind else ""
    return f"{place.id} ({kind}{place.lat:.4f} N, {place.lon:.4f} E)"
