"""Random networks and scenarios in which the rules of `docs/meaning.md` occur often.

Everything is small: up to 14 nodes, 22 segments and 7 places, a run of some days. Lengths are
whole metres that have nothing to do with the coordinates, so that ties occur along the roads while
borders of areas and of the ground of places on a map, which depend on coordinates, never fall on them
(`is_generic`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from hypothesis import assume
from hypothesis import strategies as st

from .build import day, scenario
from .dice import Dice
from .draft import Draft
from .ground import Ground

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from hypothesis.vendor.pretty import RepresentationPrinter

    from engine.network.arrays import Network
    from engine.scenario.model import Scenario

RANGES_KM = (2.1, 3.3, 1.4, 4.7, 2.7, 1.1, 3.9, 5.3, 6.1, 0.7)
MARGIN = 0.002  # of the length of a segment


@dataclass(frozen=True, repr=False)
class Question:
    """What is put to the oracle and to the engine."""

    network: Network
    scenario: Scenario
    known_on: dt.date | None

    def _repr_pretty_(self, printer: RepresentationPrinter, _: object) -> None:
        printer.text(repr(self))  # Hypothesis would print every array of the network

    def __repr__(self) -> str:
        """Return what a failure shows: the roads, the places and the entries."""
        net = self.network
        tags = ("oneway", "name", "name_ar", "alt_name", "ref", "ways")
        roads = "\n".join(
            f"{s}: {net.u[s]}-{net.v[s]} {net.length[s]:g} m "
            + " ".join(f"{key}={getattr(net, key)[s]}" for key in tags)
            for s in range(net.n_segments)
        )
        places = {p.id: (p.lon, p.lat) for p in net.places}
        entries = self.scenario.model_dump(exclude_defaults=True, by_alias=True)
        return f"{roads}\n{places}\n{entries}\nknown_on={self.known_on}"


def is_generic(question: Scenario, network: Network) -> bool:
    """Whether the borders of areas and circles keep away from all other cuts and nodes."""
    ground = Ground(question, network, Counter())
    if ground.hangs_on_little:
        return False
    for segment, borders in ground.borders.items():
        length = ground.length[segment]
        cuts = [p.begin for p in ground.pieces if p.segment == segment] + [length]
        for at, after in pairwise(cuts):
            if {at, after} & set(borders) and after - at < MARGIN * length:
                return False
    return True


def _keeps_its_cuts(question: Scenario, network: Network) -> bool:
    """Whether a slightly larger or smaller range cuts the same segments as often."""
    kilometres = question.overlook_range.km
    counts = []
    for factor in (0.985, 1.015):
        scaled = question.overlook_range.model_copy(update={"km": kilometres * factor})
        changed = question.model_copy(update={"overlook_range": scaled})
        ground = Ground(changed, network, Counter())
        counts.append([len(borders) for borders in ground.borders.values()])
    return counts[0] == counts[1]


@st.composite
def questions(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Question:
    """A network, a scenario over it, and sometimes a day up to which reports count."""
    dice = Dice(draw)
    draft = Draft(dice)
    asked = scenario(draft.entries())
    is_map = not draft.network.provenance.schematic
    if is_map or any(site.area or site.line for site in asked.sites):
        assume(is_generic(asked, draft.network))
    if dice.chance(25):
        effect, first = dice.pick(("exposed", "closed")), dice.number(0, len(RANGES_KM) - 1)
        for kilometres in (*RANGES_KM[first:], *RANGES_KM[:first]):
            ranged = scenario(
                asked.model_dump(by_alias=True)
                | {"overlook_range": {"km": kilometres, "effect": effect}}
            )
            if is_generic(ranged, draft.network) and _keeps_its_cuts(ranged, draft.network):
                asked = ranged
                break
    known_on = day(dice.number(0, draft.length)) if dice.chance(25) else None
    return Question(draft.network, asked, known_on)
