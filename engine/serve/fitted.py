"""How a picture was fitted below a sketch: its name and size, and points known on it and on the ground."""

from __future__ import annotations

from math import isfinite
from typing import Any

from engine.errors import InputError
from engine.language import tr

PICTURES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
"""Media types of pictures by ending."""
_LONGEST_NAME = 200
_MOST_PIXELS = 100_000
_MOST_DEGREES = 180


def checked_fit(given: Any) -> dict[str, Any]:
    """Return a fit as the page gives it.

    Raises
    ------
    InputError
        If it is none.

    Examples
    --------
    >>> point = {"pixel": [1, 2], "at": [36.2, 37.1]}
    >>> checked_fit({"name": "map.png", "size": [800, 600], "points": [point, point]})["name"]
    'map.png'
    """
    fit = given if isinstance(given, dict) else {}
    name, size, points = fit.get("name"), fit.get("size"), fit.get("points")
    if not (_is_name(name) and _are_numbers(size, _MOST_PIXELS) and isinstance(points, list)):
        raise InputError(tr("it does not say how a picture was fitted"))
    pairs = [(point.get("pixel"), point.get("at")) for point in points if isinstance(point, dict)]
    known = all(
        _are_numbers(pixel, 10 * _MOST_PIXELS) and _are_numbers(at, _MOST_DEGREES)
        for pixel, at in pairs
    )
    if not (2 <= len(pairs) == len(points) <= 3 and known):
        raise InputError(tr("it does not say how a picture was fitted"))
    return {
        "name": name,
        "size": size,
        "points": [{"pixel": pixel, "at": at} for pixel, at in pairs],
    }


def _is_name(name: Any) -> bool:
    """Return whether a picture is called so, and lies in no other folder."""
    if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_NAME:
        return False
    ending = name[name.rfind(".") :].lower()
    return ending in PICTURES and name.isprintable() and not set(name) & set("/\\:")


def _are_numbers(pair: Any, most: float) -> bool:
    """Return whether something is two numbers of a size."""
    return (
        isinstance(pair, list)
        and len(pair) == 2
        and all(isinstance(n, int | float) and not isinstance(n, bool) for n in pair)
        and all(isfinite(n) and abs(n) <= most for n in pair)
    )
