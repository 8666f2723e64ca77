"""Small random networks and scenarios: control, overlooking, passage, gates and sieges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from tests.draws import Draws
from tests.meaning.build import day, place, road_network, scenario
from tests.meaning.strategies import Question

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn

    from engine import Network

ACTORS = ("x", "y", "z")
CONDITIONS = (*("held",) * 8, "contested", "contested", "exposed", "closed")
KINDS = ("captured", "captured", "captured", "fighting", "under_fire", "closed", "described")


def random_network(random: Draws, nodes: int, places: int) -> Network:
    """A tree and some more roads, with places at some of the nodes; oneway tags here and there."""
    points = [(37 + 0.02 * (n % 4) + 0.001 * n, 36 + 0.02 * (n // 4)) for n in range(nodes)]
    ends = [(int(random.integers(max(0, n - 3), n)), n) for n in range(1, nodes)]
    for _ in range(int(random.integers(2, 2 * nodes))):
        u, v = random.choice(nodes, 2, replace=False)
        ends.append((int(u), int(v)))
    roads = [
        (u, v, int(random.integers(5, 50)) * 100, {"oneway": bool(random.random() < 0.3)})
        for u, v in ends
    ]
    at = random.choice(nodes, places, replace=False)
    return road_network(
        points, roads, [place("abcdefghijkl"[i], points[n]) for i, n in enumerate(at)]
    )


@st.composite
def random_cases(draw: DrawFn, *, nodes: int = 8, places: int = 6) -> Question:
    """Draw a network and a scenario with a route, one with a stop, and an enclave."""
    random = Draws(draw)
    names = list("abcdefghijkl"[:places])
    shuffled = [str(name) for name in random.permutation(names)]
    pick = lambda items: items[int(random.integers(len(items)))]  # noqa: E731 - two words long
    passes: dict[str, Any] = {actor: {} for actor in ACTORS}
    for actor in ACTORS:
        for other in ACTORS:
            if actor != other and random.random() < 0.2:
                passes[actor].setdefault("passes", []).append(other)
    mine = pick((0.9, 0.6, 0.1))
    baseline = []
    for name in names:
        row: dict[str, Any] = {"site": name, "condition": pick(CONDITIONS)}
        if random.random() < 0.9:
            at_end = name in shuffled[:4] and random.random() < 0.9
            row["holder"] = "x" if at_end or random.random() < mine else pick(ACTORS)
        if row["condition"] == "contested" and random.random() < 0.7:
            row["contestants"] = [pick(ACTORS)]
        if random.random() < 0.1:
            row["date"] = day(int(random.integers(-1, 6)))
        baseline.append(row)
    events = [
        {"site": pick([*names, "pair"]), "kind": pick(KINDS), "actor": pick(ACTORS),
         "date": day(int(random.integers(1, 7))), "reported": day(int(random.integers(7, 9)))}
        for _ in range(int(random.integers(0, 4)))
    ]  # fmt: skip
    overlooks = [
        {"site": a, "onto": b, "effect": pick(("exposed", "closed", "closed"))}
        for a, b in (random.choice([*names, "pair"], 2, replace=False).tolist() for _ in range(int(random.integers(0, 4))))
    ]  # fmt: skip
    entries: dict[str, Any] = {
        "start": day(1), "end": day(8), "actors": passes, "baseline": baseline, "events": events,
        "overlooks": overlooks,
        "sites": [{"id": "pair", "places": shuffled[:2]}, {"id": "pocket", "places": shuffled[2:4]}],
        "routes": [
            {"id": "straight", "actor": "x", "from": shuffled[0], "to": shuffled[1]},
            {"id": "stop", "actor": "x", "from": shuffled[1], "via": shuffled[2], "to": shuffled[3]},
        ],
        "enclaves": [{"id": "pocket", "actor": "x", "lifelines": [shuffled[0]]}],
        "oneway": "respect" if random.random() < 0.4 else "ignore",
    }  # fmt: skip
    if random.random() < 0.15:
        entries["overlook_range"] = {"km": 2.3, "effect": pick(("exposed", "closed"))}
    if random.random() < 0.2:
        entries["gates"] = [
            {"site": pick(names), "modes": pick(("civilian", "convoy")), "days": ["mon", "thu"]}
        ]
    return Question(random_network(random, nodes, places), scenario(entries), None)
