"""Which OSM ways are roads, and which of them are one-way: one table, open to change."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

DRIVE: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "highway": frozenset(
            [
                "abandoned",
                "bridleway",
                "bus_guideway",
                "construction",
                "corridor",
                "cycleway",
                "elevator",
                "escalator",
                "footway",
                "no",
                "path",
                "pedestrian",
                "planned",
                "platform",
                "proposed",
                "raceway",
                "razed",
                "rest_area",
                "service",
                "services",
                "steps",
                "track",
            ]
        ),
        "area": frozenset({"yes"}),
        "access": frozenset({"private"}),
        "motor_vehicle": frozenset({"no"}),
        "motorcar": frozenset({"no"}),
        "service": frozenset(
            ["alley", "driveway", "emergency_access", "parking", "parking_aisle", "private"]
        ),
    }
)
"""Tags that make a way no road: the ``drive`` network of osmnx."""

CLASSES = frozenset(
    [
        *("motorway", "trunk", "primary", "secondary", "tertiary"),
        *("motorway_link", "trunk_link", "primary_link", "secondary_link", "tertiary_link"),
        *("unclassified", "residential", "living_street", "road", "unknown", "busway", "ferry"),
        *("emergency_bay", "mini_roundabout", "turning_circle", "yes"),
        *DRIVE["highway"],
    ]
)
"""The values of ``highway`` that OpenStreetMap and its exports use for what may be driven on or is refused."""

FORWARD = frozenset({"yes", "true", "1", "f", "ft", "y", "forward"})
"""Values of ``oneway``, in lower case, that allow travel only along the way."""

BACKWARD = frozenset({"-1", "reverse", "t", "tf", "backward"})
"""Values of ``oneway``, in lower case, that allow travel only against the way."""

BOTH_WAYS = frozenset(
    {"", "no", "false", "0", "b", "n", "both", "reversible", "alternating", "none"}
)
"""Values of ``oneway``, in lower case, that allow travel both ways."""


def class_of(highway: str) -> str:
    """Return a highway class as OpenStreetMap writes it.

    Examples
    --------
    >>> class_of("Living street"), class_of("track_grade3")
    ('living_street', 'track')
    """
    plain = highway.strip().lower().replace(" ", "_")
    return "track" if _TRACK_WITH_GRADE.fullmatch(plain) else plain


_TRACK_WITH_GRADE = re.compile("track_grade[1-5]")  # as Geofabrik has tracks


@dataclass(frozen=True)
class RoadPolicy:
    """What counts as a road.

    Parameters
    ----------
    refuse
        Tag to values: a way with any of them is not a road. A value of the data that lists
        several (``private;customers``) is refused if one of them is.
    admit
        Tag to values: a way with any of them is a road although it has no ``highway`` tag; the
        value becomes its highway class. ``{"route": {"ferry"}}`` admits ferries.
    barriers
        Values of ``barrier`` on a node that nobody passes: the ways end there, on either side.
    oneway_highways
        Highway classes that are one-way unless their ``oneway`` tag says otherwise.

    Examples
    --------
    >>> policy = RoadPolicy().allowing("highway", "track").refusing("bridge", "yes")
    >>> policy.highway_class({"highway": "track"})
    'track'
    >>> policy.highway_class({"highway": "primary", "bridge": "yes"})
    ''
    """

    refuse: Mapping[str, frozenset[str]] = field(default_factory=lambda: DRIVE)
    admit: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    barriers: frozenset[str] = frozenset()
    oneway_highways: frozenset[str] = frozenset({"motorway"})

    def refusing(self, tag: str, *values: str) -> RoadPolicy:
        """Return the policy that also refuses ways with these values of a tag."""
        wider = self.refuse.get(tag, frozenset()) | frozenset(values)
        return replace(self, refuse=MappingProxyType({**self.refuse, tag: wider}))

    def allowing(self, tag: str, *values: str) -> RoadPolicy:
        """Return the policy that no longer refuses ways with these values of a tag."""
        narrower = self.refuse.get(tag, frozenset()) - frozenset(values)
        return replace(self, refuse=MappingProxyType({**self.refuse, tag: narrower}))

    def admitting(self, tag: str, *values: str) -> RoadPolicy:
        """Return the policy that also admits ways with these values of a tag."""
        wider = self.admit.get(tag, frozenset()) | frozenset(values)
        return replace(self, admit=MappingProxyType({**self.admit, tag: wider}))

    def looks_at(self) -> tuple[str, ...]:
        """Return every tag that the policy looks at, sorted."""
        looked_at = {"highway", "oneway", "junction", *self.refuse, *self.admit}
        return tuple(sorted(looked_at))

    def asked_in_vain(self, there: Collection[str]) -> list[str]:
        """Return the tags that it asks for otherwise than the usual policy, and that are not there."""
        usual = RoadPolicy()
        asked = {**self.refuse, **self.admit}
        return sorted(
            tag
            for tag, values in asked.items()
            if values and tag not in there and values != usual.refuse.get(tag)
        )

    def highway_class(self, tags: Mapping[str, str]) -> str:
        """Return the class of the road that tags describe, or nothing if it is not a road."""
        tags = {**tags, "highway": class_of(tags.get("highway", ""))}
        for tag, values in self.refuse.items():
            said = [value.strip() for value in tags.get(tag, "").split(";")]
            if not values.isdisjoint([*said, *map(str.lower, said)]):
                return ""
        if highway := tags["highway"]:
            return highway.split(";")[0]
        return next((tags[tag] for tag, ok in self.admit.items() if tags.get(tag) in ok), "")

    def direction(self, tags: Mapping[str, str]) -> int:
        """Return 1 for travel along the way only, -1 for against it only, 0 for both."""
        oneway = _plain(tags.get("oneway", ""))
        if oneway in BACKWARD:
            return -1
        if oneway in FORWARD or tags.get("junction") == "roundabout":
            return 1
        return int(not oneway and class_of(tags.get("highway", "")) in self.oneway_highways)

    @staticmethod
    def knows_direction(oneway: str) -> bool:
        """Return whether a value of ``oneway`` is one that is understood."""
        return _plain(oneway) in FORWARD | BACKWARD | BOTH_WAYS


def _plain(oneway: str) -> str:
    return oneway.strip().lower().removesuffix(".0")
