"""Worked examples of routes and enclaves, from `docs/meaning.md`."""

from __future__ import annotations

from .cases import ABCD, BOX, FLAT, LINE, case, day, held, on, route

# One case a paragraph, as a table is read.
# fmt: off

ONE_WAY = [(0, 1, 1000, {"oneway": True}), (2, 1, 1000), (2, 3, 1000, {"oneway": True})]
POCKET = {"id": "pocket", "places": ["c", "d", "e"]}
LONG = [(0, 1, 1000), (1, 2, 1000), (2, 3, 1000), (3, 4, 1000)]
FIVE = ABCD | {"e": 4}
ENCLAVE = [{"id": "pocket", "actor": "x", "lifelines": ["a"]}]

BESIDE_RING = [(37.0, 36.0), (37.1, 36.0), (37.05, 36.003), (37.05, 36.01)]
STRIP = {"id": "strip", "area": [[36.99, 35.99], [37.11, 35.99], [37.11, 36.002], [36.99, 36.002]]}

CASES = [
    # ---- ends -----------------------------------------------------------------------------------
    case("an end is usable only over its own ground", "oocccccccc", on(3, "d", "closed")),
    case("source and destination in one place", {"r": "oorrcccccc"},
         on(3, "a", "under_fire"), on(5, "a", "closed"), routes=[route("a", "a")]),
    case("any member of a group", "oooocccccc", on(3, "d", "closed"), on(5, "c", "closed"),
         sites=[{"id": "cd", "places": ["c", "d"]}], routes=[route("b", "cd")]),
    case("any of several sources", "oorrcccccc", on(3, "a", "under_fire"), on(2, "d", "closed"),
         on(5, "a", "closed"), routes=[route(["d", "a"], "b")]),
    case("an area as an end: any of its nodes", "oocccccccc", on(3, "box", "closed"), nodes=FLAT,
         roads=[(0, 1, 4000), (1, 2, 1000), (2, 3, 1000)], sites=[BOX], routes=[route("d", "box")]),
    case("a stretch as an end", "oooocccccc", on(3, "b", "closed", until=day(4)),
         on(5, "c", "captured", actor="y"),
         roads=[(0, 1, 1000), (1, 2, 1000, {"name": "Ring"}), (2, 3, 1000)],
         sites=[{"id": "ring", "road": "Ring"}], routes=[route("d", "ring")]),

    case("on a map the end lies on the nearest road of within, if it is near",
         {"on": "oooccooooo", "far": "cccccccccc"},
         on(4, "c", "captured", actor="y", until=day(6)), on(8, "d", "captured", actor="y"),
         # Ring passes c, whose node has a road of its own, 0.3 km away, and e 1.1 km away.
         schematic=False, nodes=BESIDE_RING,
         roads=[(0, 1, 9000, {"name": "Ring"}), (2, 3, 2000), (3, 1, 9000)],
         places={"a": 0, "d": 1, "c": 2, "e": 3},
         sites=[{"id": "ring", "road": "Ring"}],
         routes=[route("a", "c", "on", within="ring"), route("a", "e", "far", within="ring")],
         ground=[(4, 0, 4400, "y", "held"), (8, 0, 4400, "x", "held"), (8, 0, 7500, "y", "held")]),
    case("it lies on the nearest road of an area or a group as well",
         {"group": "oooccooooo", "in": "oooccooooo"},
         on(4, "c", "captured", actor="y", until=day(6)), on(8, "d", "captured", actor="y"),
         schematic=False, nodes=BESIDE_RING,
         roads=[(0, 1, 9000, {"name": "Ring"}), (2, 3, 2000), (3, 1, 9000)],
         places={"a": 0, "d": 1, "c": 2, "e": 3},
         sites=[STRIP, {"id": "in-strip", "sites": ["strip"]}],
         routes=[route("a", "c", "in", within="strip"), route("a", "c", "group", within="in-strip")]),
    case("such an end has all ground of within that meets it", {"r": "ooccoooooo"},
         on(2, "c", "captured", actor="y"), on(3, "ring", "closed", until=day(5)),
         schematic=False, nodes=BESIDE_RING, roads=[(0, 1, 9000, {"name": "Ring"}), (2, 3, 2000)],
         places={"a": 0, "d": 1, "c": 2, "e": 3}, sites=[{"id": "ring", "road": "Ring"}],
         # No road leads from c to Ring, whose ground there is nearest to a and d.
         routes=[route("a", "c", within="ring")],
         ground=[(2, 0, 4400, "x", "held"), (2, 1, 100, "y", "held")]),

    # ---- routes ---------------------------------------------------------------------------------
    case("via: the worst leg", {"r": "oorrcccccc", "direct": "oooooooooo"},
         on(3, "s", "under_fire"), on(5, "s", "closed"),
         roads=[*LINE, (1, 5, 1000)], places=ABCD | {"s": 5},
         routes=[route("a", "d", via=["s"]), route("a", "d", "direct")]),
    case("within: only over one site", {"r": "ooocccoooo", "free": "oooooooooo"},
         on(4, "b", "closed", until=day(7)),
         roads=[(0, 1, 1000, {"name": "Main"}), (1, 2, 1000, {"name": "Main"}),
                (2, 3, 1000, {"name": "Main"}), (0, 3, 3000)],
         sites=[{"id": "main", "road": "Main"}],
         routes=[route("a", "d", within="main"), route("a", "d", "free")]),
    case("within: the ground at an end must belong to it too", {"r": "cccccccccc"},
         roads=[(0, 1, 1000), (1, 2, 1000, {"name": "Main"}), (2, 3, 1000, {"name": "Main"})],
         sites=[{"id": "main", "road": "Main"}], routes=[route("a", "a", within="main")]),
    case("ends that no road joins", "cccccccccc", roads=[(0, 1, 1000), (2, 3, 1000)]),
    case("one-way tags are ignored", {"r": "oooooooooo", "back": "oooooooooo"}, roads=ONE_WAY,
         routes=[route("a", "d"), route("d", "a", "back")]),
    case("one-way tags are respected",
         {"r": "oooooooooo", "back": "cccccccccc", "mid": "oooooooooo"},
         roads=ONE_WAY, oneway="respect",
         routes=[route("a", "d"), route("d", "a", "back"), route("c", "b", "mid")]),

    # ---- enclaves -------------------------------------------------------------------------------
    case("an enclave is as well off as the best of the places held", {"pocket": "oorrrccccc"},
         on(3, "b", "under_fire"), on(6, "b", "closed"),
         roads=LONG, places=FIVE, sites=[POCKET], routes=[], enclaves=ENCLAVE),
    case("lost places leave the enclave", {"pocket": "oooooccloo"},
         on(3, "d", "captured", actor="y"), on(6, "c", "captured", actor="y"),
         on(8, "e", "captured", actor="y"), on(9, "c", "captured", actor="x"),
         roads=LONG, places=FIVE, sites=[POCKET], routes=[], enclaves=ENCLAVE,
         by_place={("pocket", 2, "d"): "o", ("pocket", 3, "c"): "o", ("pocket", 3, "d"): "c lost",
                   ("pocket", 3, "e"): "c cut off", ("pocket", 6, "e"): "c",
                   ("pocket", 6, "c"): "c lost",
                   ("pocket", 8, "e"): "c lost", ("pocket", 9, "c"): "o"}),
    case("an enclave is lost with its last place, and no longer once one is held again",
         {"pocket": "oocllllcco"},
         on(3, "c", "captured", actor="y"), on(3, "d", "captured", actor="y"),
         on(4, "e", "captured", actor="y"), on(8, "e", "captured", actor="x"),
         on(10, "c", "captured", actor="x"), on(10, "d", "captured", actor="x"),
         roads=LONG, places=FIVE, sites=[POCKET], routes=[], enclaves=ENCLAVE,
         by_place={("pocket", 4, "e"): "c lost", ("pocket", 8, "e"): "c"}),
    case("an enclave is lost from the start where nobody of its own ever held it",
         {"pocket": "lllccccccc"}, on(4, "e", "captured", actor="x"),
         roads=LONG, places=FIVE, sites=[POCKET], routes=[], enclaves=ENCLAVE,
         baseline=[held("a"), held("b"), held("pocket", "y")]),
    case("nobody known to hold the ground: not lost", {"pocket": "rrrlllllll"},
         on(4, "c", "captured", actor="y"), on(4, "d", "captured", actor="y"),
         on(4, "e", "captured", actor="y"),
         roads=LONG, places=FIVE, sites=[POCKET], routes=[], enclaves=ENCLAVE,
         baseline=[held("a"), held("b")]),
    case("a place held by who lets pass is not lost", {"pocket": "llllloooll"},
         on(9, "pocket", "captured", actor="y"),
         roads=LONG, places=FIVE, sites=[POCKET], routes=[], enclaves=ENCLAVE,
         actors={"x": {"passes": [{"actor": "z", "from": day(6)}]}, "y": {}, "z": {}},
         baseline=[held("a"), held("b"), held("pocket", "z")]),
    case("cut off from the largest group", {"pocket": "oooooooooo"},
         on(3, "c", "closed"), roads=[*LONG, (0, 3, 1000)], places=FIVE, sites=[POCKET], routes=[],
         enclaves=ENCLAVE,
         by_place={("pocket", 2, "c"): "o", ("pocket", 3, "c"): "c cut off",
                   ("pocket", 3, "e"): "o"}),
    case("of two equal groups the one with the first place counts", {"pocket": "oooooooooo"},
         on(3, "d", "closed"), roads=LONG, places=FIVE, routes=[], enclaves=ENCLAVE,
         sites=[{"id": "inner", "places": ["e"]}, {"id": "pocket", "sites": ["inner", "c"]}],
         by_place={("pocket", 3, "c"): "o cut off", ("pocket", 3, "e"): "c"}),
    case("a contested place is not lost while nobody hostile holds it", {"pocket": "orrrrrrrrr"},
         on(2, "everywhere", "contested", contestants=["x", "y"]),
         on(4, "c", "described", actor="y"),
         roads=LONG, places=FIVE, sites=[POCKET], routes=[], enclaves=ENCLAVE,
         by_place={("pocket", 2, "c"): "r", ("pocket", 4, "c"): "r lost", ("pocket", 4, "d"): "r"}),
    case("the status of a lost place does not count", {"pocket": "orcccccccc"},
         on(2, "c", "fighting", contestants=["x"]), on(2, "d", "under_fire"),
         on(2, "e", "under_fire"),
         on(3, "c", "captured", actor="y"), on(4, "c", "fighting", contestants=["x"]),
         on(4, "d", "closed"), on(4, "e", "closed"),
         roads=LONG, places=FIVE, sites=[POCKET], routes=[], enclaves=ENCLAVE,
         by_place={("pocket", 2, "c"): "r", ("pocket", 3, "d"): "c", ("pocket", 4, "c"): "r lost",
                   ("pocket", 4, "d"): "c", ("pocket", 4, "e"): "c cut off"}),
    case("one-way tags do not matter for who is cut off from the rest", {"pocket": "oooooooooo"},
         roads=[(0, 1, 1000), (1, 2, 1000), (2, 3, 1000, {"oneway": True}),
                (4, 3, 1000, {"oneway": True})],
         places=FIVE, sites=[POCKET], routes=[], enclaves=ENCLAVE, oneway="respect",
         by_place={("pocket", 1, "c"): "o", ("pocket", 1, "d"): "o", ("pocket", 1, "e"): "c"}),
]
