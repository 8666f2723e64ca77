"""Areas to fetch: boxes in degrees, and how to come by them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from engine.errors import NetworkError, Problem
from engine.network.network import EARTH_RADIUS_M

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy as np
    from numpy.typing import NDArray

KM_PER_DEGREE = math.radians(1) * EARTH_RADIUS_M / 1000


class Box(NamedTuple):
    """A box in WGS 84 degrees that does not cross the date line."""

    west: float
    south: float
    east: float
    north: float

    def checked(self) -> Box:
        """Return the box.

        Raises
        ------
        NetworkError
            If it is empty, or not on the globe.
        """
        if -180 <= self.west < self.east <= 180 and -90 <= self.south < self.north <= 90:
            return self
        raise NetworkError(
            Problem(
                f"the box {', '.join(f'{edge:g}' for edge in self)} is empty or off the globe",
                field="bbox",
                expected="west, south, east, north in degrees, as in 36.6 35.7 37.6 36.7",
            )
        )

    def grown(self, km: float) -> Box:
        """Return the box with a margin of some km on every side, cut at the edge of the map."""
        north = km / KM_PER_DEGREE
        widest = max(abs(self.south), abs(self.north)) + north
        east = north / max(math.cos(math.radians(min(widest, 89.0))), 0.01)
        return Box(
            max(self.west - east, -180.0),
            max(self.south - north, -90.0),
            min(self.east + east, 180.0),
            min(self.north + north, 90.0),
        ).checked()

    def tiles(self, most: float) -> Iterator[Box]:
        """Yield equal parts of at most so many square degrees, from the south-west on."""
        count = max(
            1, math.ceil(math.sqrt((self.east - self.west) * (self.north - self.south) / most))
        )
        wide, high = (self.east - self.west) / count, (self.north - self.south) / count
        for row in range(count):
            for column in range(count):
                yield Box(
                    self.west + column * wide,
                    self.south + row * high,
                    self.east if column == count - 1 else self.west + (column + 1) * wide,
                    self.north if row == count - 1 else self.south + (row + 1) * high,
                )

    def holds(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which points lie in the box, its edge included."""
        inside = (self.west <= lon) & (lon <= self.east)
        return inside & (self.south <= lat) & (lat <= self.north)


def box_around(points: Iterable[tuple[float, float]], km: float) -> Box:
    """Return the box that holds all points (lon, lat), with a margin of some km around it.

    Raises
    ------
    NetworkError
        If there are no points.
    """
    lon, lat = zip(*points, strict=True) if (points := list(points)) else ((), ())
    if not lon:
        raise NetworkError("there is nothing to draw a box around")
    return Box(min(lon), min(lat), max(lon), max(lat)).grown(max(km, 0.001))
