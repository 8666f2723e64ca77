"""Find places by name, as people write names: in either script, spelt in their own way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.errors import AmbiguousNameError, NetworkError, Problem
from engine.io.normalise import plain, skeleton
from engine.network.arrays import Network, great_circle_m
from engine.network.places import Place, is_arabic

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
        candidates = ", ".join(_described(match.place) for match in best[:8])
        message = f"{text!r} may be any of {len(best)} places: {candidates}"
        raise AmbiguousNameError(
            Problem(message, file, line, "place", text, "the id of one of them")
        )
    nearest = tuple(match.place.id for match in found[:3])
    message, expected = f"there is no place {text!r}", "a place of the network"
    raise NetworkError(Problem(message, file, line, "place", text, expected, nearest))


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
