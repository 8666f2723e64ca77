"""A made-up region in memory: streets, places, and reports over many days.

The same arguments give the same region. Nothing in it stands for a real place.
"""

from __future__ import annotations

import datetime as dt

import numpy as np

from engine.network.arrays import Labels, Network, Place, Provenance, Ragged, great_circle_m
from engine.scenario.model import Actor, Event, Holding, Overlook, Route, Scenario, Site

SEGMENTS = 330_000
PLACES, ROADS, AREAS = 194, 4, 2
SITES = PLACES + ROADS + AREAS
MOST_ROADS = 12
DATES = 1_000
ACTORS = ("east", "west", "north")
KINDS = ("captured", "captured", "captured", "contested", "under_fire", "closed", "reopened")
STREET_SHARE = 0.85
BENDS = 3
START = dt.date(2000, 1, 1)
WEST, SOUTH = 37.0, 36.0


def region(
    segments: int = SEGMENTS, places: int = PLACES, roads: int = ROADS, *, seed: int = 1
) -> Network:
    """Build a jittered grid of streets with gaps, one-way streets, named roads and places.

    Parameters
    ----------
    segments
        About how many segments.
    places
        How many places, strewn at random.
    roads
        How many streets from end to end have a name.
    seed
        Of everything.
    """
    random = np.random.default_rng(seed)
    side = max(3, round((segments / 2 / STREET_SHARE) ** 0.5))
    x, y = np.meshgrid(np.arange(side), np.arange(side))
    jitter = random.uniform(-0.3, 0.3, (2, side, side))
    lon = (WEST + 0.0011 * (x + jitter[0])).ravel()
    lat = (SOUTH + 0.0009 * (y + jitter[1])).ravel()
    node = np.arange(side * side).reshape(side, side)
    u = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    v = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    street = np.concatenate(
        [np.repeat(np.arange(side), side - 1), np.tile(np.arange(side), side - 1) + side]
    )
    named = np.linspace(0, 2 * side, 2 * roads + 1, dtype=int)[1::2]
    road = np.zeros(2 * side, dtype=np.int32)
    road[named] = np.arange(1, roads + 1)
    kept = np.flatnonzero((random.random(len(u)) < STREET_SHARE) | (road[street] > 0))
    names = Labels(road[street][kept], ("", *(f"Road {at}" for at in range(1, roads + 1))))
    return _network(lon, lat, u[kept], v[kept], names, places, random)


def _network(
    lon: np.ndarray,
    lat: np.ndarray,
    u: np.ndarray,
    v: np.ndarray,
    names: Labels,
    places: int,
    random: np.random.Generator,
) -> Network:
    """Put streets with bends and places into a network."""
    part = np.linspace(0, 1, BENDS + 2)[:, np.newaxis]
    ends = [np.stack([lon[end], lat[end]], axis=-1)[:, np.newaxis] for end in (u, v)]
    lines = ends[0] * (1 - part) + ends[1] * part
    lines[:, 1:-1] += random.uniform(-1e-4, 1e-4, lines[:, 1:-1].shape)
    metres = great_circle_m(
        lines[:, :-1, 0], lines[:, :-1, 1], lines[:, 1:, 0], lines[:, 1:, 1]
    ).sum(axis=1)
    n = len(u)
    none = Labels(np.zeros(n, dtype=np.int32), ("",))
    at = random.choice(np.unique(np.concatenate([u, v])), places, replace=False)
    return Network(
        node_id=np.arange(1, len(lon) + 1),
        lon=lon,
        lat=lat,
        u=u.astype(np.int32),
        v=v.astype(np.int32),
        length=metres,
        oneway=random.random(n) < 0.1,
        highway=Labels(np.ones(n, dtype=np.int32), ("", "residential")),
        name=names,
        name_ar=none,
        alt_name=none,
        ref=none,
        ways=Ragged(np.arange(n + 1), np.arange(1, n + 1)),
        geometry=Ragged(np.arange(0, n * (BENDS + 2) + 1, BENDS + 2), lines.reshape(-1, 2)),
        places=tuple(
            Place(f"p{i}", f"Place {i}", "", "village", float(lon[a]), float(lat[a]))
            for i, a in enumerate(at)
        ),
        provenance=Provenance("made up for a benchmark", credit="", schematic=True),
    )


def sites_of(network: Network, areas: int = AREAS) -> tuple[Site, ...]:
    """Name the roads of a region as sites, and areas between its places."""
    names, counts = np.unique(network.name.texts().astype(str), return_counts=True)
    longest = [name for name in names[np.argsort(-counts, kind="stable")].tolist() if name]
    roads = [Site(id=f"road-{at}", road=(name,)) for at, name in enumerate(longest[:MOST_ROADS])]
    middle = np.array([(place.lon, place.lat) for place in network.places[:areas]])
    size = np.ptp(network.lon) / 10 * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    squares = [
        Site(id=f"area-{at}", area=tuple(map(tuple, (m + size).tolist())))
        for at, m in enumerate(middle)
    ]
    return (*roads, *squares)


def reports(network: Network, dates: int = DATES, *, per_date: int = 2, seed: int = 1) -> Scenario:
    """Build a scenario over the places of a region in which something changes on every date.

    Parameters
    ----------
    network
        The region.
    dates
        On how many days in a row something happens.
    per_date
        How many reports each day brings.
    seed
        Of everything.
    """
    random = np.random.default_rng(seed)
    sites = sites_of(network)
    column = np.array([place.lon for place in network.places])
    places = [network.places[at].id for at in np.argsort(column)]
    names = [*places, *(site.id for site in sites)]
    return Scenario(
        title="A benchmark",
        network="none",
        start=START,
        end=START + dt.timedelta(days=dates + 1),
        actors={
            "east": Actor(passes=({"actor": "north"},)),
            "west": Actor(),
            "north": Actor(),
        },
        sites=sites,
        baseline=tuple(
            Holding(site=name, holder=ACTORS[int(at < len(places) // 4 or random.random() < 0.2)])
            for at, name in enumerate(places)
        ),
        events=tuple(
            _event(START + dt.timedelta(days=day + 1), names[site], random)
            for day in range(dates)
            for site in random.choice(len(names), per_date, replace=False)
        ),
        overlooks=tuple(
            Overlook(site=places[a], onto=places[b])
            for a, b in random.choice(len(places), (min(10, len(places) // 2), 2), replace=False)
        ),
        routes=(
            Route(
                id="across",
                actor="east",
                **{"from": tuple(places[-2:])},
                to=places[len(places) // 4],
            ),
        ),
    )


def doubtful(network: Network, events: int, *, seed: int = 0) -> Scenario:
    """Build a scenario in which so many places may have been captured on one day, each as likely as not."""
    random = np.random.default_rng(seed)
    plain = reports(network, 1, per_date=1)
    held = [row.site for row in plain.baseline][len(network.places) // 4 :]
    captured = tuple(
        Event(
            date=START + dt.timedelta(days=1),
            site=site,
            kind="captured",
            actor="west",
            confidence=0.5,
        )
        for site in random.permutation(held)[:events].tolist()
    )
    return plain.model_copy(update={"events": captured})


def _event(date: dt.date, site: str, random: np.random.Generator) -> Event:
    kind = KINDS[random.integers(len(KINDS))]
    actor = ACTORS[random.choice(len(ACTORS), p=(0.75, 0.15, 0.1))]
    return Event(date=date, site=site, kind=kind, actor=actor if kind == "captured" else None)
