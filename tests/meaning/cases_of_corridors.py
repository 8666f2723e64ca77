"""Worked examples of corridors, from `docs/meaning.md`."""

from __future__ import annotations

from .cases import case, held, on, route

# One case a paragraph, as a table is read.
# fmt: off

# Four roads from a to d, far apart but for their ends; in brackets what they count on a map for a corridor on Ring.
FAR_APART = [(0, 1, 2900, {"name": "Other"}),  # (8700)
             (0, 1, 8000, {"name": "Ring", "bends": [(37.05, 36.1)]}),  # (8000)
             (0, 1, 700, {"highway": "track", "bends": [(37.05, 36.2)]}),  # (8400)
             (0, 1, 2200, {"highway": "residential", "name_ar": "Ring", "bends": [(37.05, 36.3)]})]
ENDS = [(37.0, 36.0), (37.1, 36.0)]
ON_RING = {"id": "k", "between": ["a", "d"], "road": "Ring", "buffer_km": 0.2}
AD = {"a": 0, "d": 1}
# A road of 9 km from a to d; after 1.8 km a street leads 1.33 km north to q.
TO_Q = [(37.0, 36.0), (37.1, 36.0), (37.02, 36.0), (37.02, 36.012)]
PAST_Q = [(0, 2, 1799), (2, 1, 7197), (2, 3, 1334)]
BROAD = {"id": "k", "between": ["a", "d"], "buffer_km": 1.0}
Q_OF_Y = [held("everywhere"), held("q", "y")]
# A road of 9 km from a to d by m, where a street leads 0.67 km north.
BY_M = [(37.0, 36.0), (37.1, 36.0), (37.05, 36.0), (37.05, 36.006)]
HALVES = [(0, 2, 4498), (2, 1, 4498), (2, 3, 667)]

CASES = [
    case("a corridor seeks its way by names threefold and side streets fourfold", {"r": "occccccccc"},
         on(2, "k", "closed"), schematic=False, nodes=ENDS, roads=FAR_APART[:3], places=AD,
         sites=[ON_RING],
         ground=[(2, 0, 1400, "x", "held"), (2, 1, 4100, "x", "closed"), (2, 2, 300, "x", "held")]),
    case("a side street of its name counts fourfold", {"r": "occccccccc"}, on(2, "k", "closed"),
         schematic=False, nodes=ENDS, places=AD, sites=[ON_RING],
         roads=[*FAR_APART[:3], (0, 1, 1900, FAR_APART[3][3])],
         ground=[(2, 1, 4100, "x", "held"), (2, 3, 1000, "x", "closed")]),
    case("one more than four times as long does not", {"r": "occccccccc"}, on(2, "k", "closed"),
         schematic=False, nodes=ENDS, places=AD, sites=[ON_RING], roads=FAR_APART,
         ground=[(2, 1, 4100, "x", "closed"), (2, 3, 1000, "x", "held")]),
    case("on a schematic network names count, side streets do not, and there is no breadth",
         {"r": "oooooooooo"}, on(2, "k", "closed"), nodes=ENDS, roads=FAR_APART, places=AD,
         sites=[ON_RING], ground=[(2, 1, 4100, "x", "held"), (2, 2, 300, "x", "closed"),
                                  (2, 3, 1000, "x", "held")]),
    case("a corridor divides its ground among its places, whoever speaks of it",
         {"r": "oooocccccc", "q": "cccccccccc"}, on(5, "d", "captured", actor="y"),
         on(8, "k", "closed"), schematic=False, nodes=TO_Q, roads=PAST_Q, places=AD | {"q": 3},
         sites=[BROAD], baseline=Q_OF_Y, routes=[route("a", "d"), route("a", "q", "q")],
         ground=[(1, 0, 1700, "x", "held"), (1, 1, 100, "x", "held"), (1, 2, 990, "x", "held"),
                 (1, 2, 1010, "y", "held"), (5, 1, 2690, "x", "held"), (5, 1, 2710, "y", "held"),
                 (8, 2, 990, "x", "closed"), (8, 2, 1010, "y", "held")]),
    case("without a corridor the road past q is its ground", {"r": "cccccccccc"}, schematic=False,
         nodes=TO_Q, roads=PAST_Q, places=AD | {"q": 3}, baseline=Q_OF_Y,
         ground=[(1, 0, 1700, "y", "held"), (1, 1, 100, "y", "held"), (1, 2, 500, "y", "held")]),
    case("no reach limits the ground of a corridor", {"r": "oooooooooo"}, schematic=False,
         nodes=TO_Q, roads=PAST_Q, places=AD | {"q": 3}, sites=[BROAD], baseline=Q_OF_Y,
         reach_km=0.3, ground=[(1, 1, 3000, "x", "held"), (1, 2, 900, "x", "held"),
                               (1, 2, 1020, "", "held"), (1, 2, 1200, "y", "held")]),
    case("a corridor without places covers its breadth and divides nothing", {"r": "cccccccccc"},
         on(2, "k", "under_fire"), schematic=False, nodes=TO_Q, places=AD | {"q": 3},
         roads=[(0, 2, 1799, {"name": "Ring"}), (2, 1, 7197, {"name": "Ring"}), PAST_Q[2]],
         sites=[{"id": "k", "road": "Ring", "buffer_km": 1.0}], baseline=Q_OF_Y,
         ground=[(2, 1, 100, "y", "exposed"), (2, 2, 990, "y", "exposed"),
                 (2, 2, 1010, "y", "held")]),
    case("of two corridors the nearer has the ground; on a shared road the nearer place",
         {"r": "cccccccccc"}, schematic=False, nodes=BY_M, roads=HALVES, places=AD | {"m": 2},
         sites=[BROAD, {"id": "l", "between": ["m", "d"], "buffer_km": 1.0}],
         baseline=[held("everywhere"), held("m", "y")],
         # West of m the road belongs to the first alone, and a is nearer than d.
         ground=[(1, 0, 4400, "x", "held"), (1, 1, 100, "y", "held"), (1, 1, 2240, "y", "held"),
                 (1, 1, 2260, "x", "held"), (1, 2, 300, "y", "held")]),
    case("of equal places of two corridors that of the first has the ground", {"r": "oooooooooo"},
         schematic=False, nodes=ENDS, roads=[(0, 1, 9000)], places={"a": 0, "b": 0, "d": 1},
         sites=[{"id": "g", "sites": ["l"]}, {"id": "k", "between": ["b", "d"], "buffer_km": 1.0},
                {"id": "l", "between": ["a", "d"], "buffer_km": 1.0}],
         baseline=[held("d"), held("a", "y"), held("b")], routes=[route("b", "d")],
         ground=[(1, 0, 1000, "x", "held")]),
    case("of equal places of one corridor the lower id has the ground", {"r": "cccccccccc"},
         schematic=False, nodes=ENDS, roads=[(0, 1, 9000)], places={"a": 0, "b": 0, "d": 1},
         sites=[{"id": "k", "between": ["b", "a", "d"], "buffer_km": 1.0}],
         baseline=[held("d"), held("a", "y"), held("b")], routes=[route("b", "d")],
         ground=[(1, 0, 1000, "y", "held")]),
]
