"""What ground may be on a day, by each sector on its own: the first, coarse look for doubt."""

from __future__ import annotations

from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from engine.control.overlook import overlooking
from engine.control.states import UNKNOWN
from engine.control.tracks import CONTESTED_BY
from engine.control.words import CLOSED, EXPOSED, HELD
from engine.control.worlds import EFFECTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.control.worlds import Day


class Leeway:
    """What the tracks of each sector may say, taken one by one.

    What it calls possible may still be excluded by how words hang together; what it excludes is
    out of the question.

    Parameters
    ----------
    day
        The day.
    """

    def __init__(self, day: Day) -> None:
        self.day = day
        n_sectors, n_values = day.ground.n_sectors, CONTESTED_BY + len(day.tracks.contestants)
        self.holder = np.zeros((n_sectors, day.n_actors + 1), dtype=bool)
        self.value = np.zeros((n_sectors, n_values), dtype=bool)
        for sector in range(n_sectors):
            holder, condition = day.track(sector)
            self.holder[sector, list(holder.values)] = True  # unknown is -1: the last column
            self.value[sector, list(condition.values)] = True

    def bounds(self, actor: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return which ground may be, and which must be, in the bounds of an actor.

        Returns
        -------
        may, must
            bool of shape (bounds, sectors).
        """
        inside, outside = np.zeros((2, 2, len(self.holder)), dtype=bool)
        holders = (*np.flatnonzero(self.holder[:, :-1].any(axis=0)).tolist(), UNKNOWN)
        values = np.flatnonzero(self.value.any(axis=0)).tolist()
        for holder, effect, value in product(holders, EFFECTS, values):
            may = self.holder[:, holder] & self.effects[effect][holder] & self.value[:, value]
            for bound, within in enumerate(self.day.bounds(actor, holder, effect, value)):
                (inside if within else outside)[bound] |= may
        return inside, ~outside

    @cached_property
    def effects(self) -> dict[int, NDArray[np.bool_]]:
        """Whether overlooking may do something to ground that somebody holds.

        By effect: bool of shape (actors + 1, sectors), the last row for unknown ground.
        """
        shape = (self.day.n_actors + 1, len(self.holder))
        effects = {effect: np.zeros(shape, dtype=bool) for effect in EFFECTS}
        effects[HELD][:] = True
        contested = self.value[:, CONTESTED_BY:].any(axis=1)
        calm = self.value[:, :CONTESTED_BY].any(axis=1)
        for site, onto, worst in overlooking(self.day.scenario, self.day.ground):
            over = self.day.ground.covers[site]
            if not over.any():
                continue
            for holder in range(self.day.n_actors):
                hostile, friendly = self._hostile(holder)
                none = (friendly & calm)[over].all()
                wholly = (hostile & calm)[over].all()
                partly = (hostile | contested)[over].any()
                effects[HELD][holder, onto] &= none
                effects[EXPOSED][holder, onto] |= partly
                if worst == CLOSED:
                    effects[CLOSED][holder, onto] |= wholly
        return effects

    def _hostile(self, actor: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return which ground may be held by those hostile to an actor, and which by others."""
        passable = np.append(self.day.passable[actor], [True])  # unknown ground is not hostile
        hostile = (self.holder & ~passable).any(axis=1)
        others = (self.holder & passable).any(axis=1)
        return np.asarray(hostile), np.asarray(others)
