"""Scores of a yes-or-no answer, and of a probability, against what is documented day by day.

The event in question is "cut". Arrays run over days, in order: `state` holds `CUT`, `NOT_CUT` or
`NOT_SCORED` (`engine.backtest.truth`), int8; `said` is True where the answer is cut, bool. A score
that is undefined is None.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.backtest.truth import CUT, NOT_CUT, NOT_SCORED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    State = NDArray[np.int8]
    Said = NDArray[np.bool_]
    Chance = NDArray[np.float64]

BINS = 10
"""Into how many classes of equal width reliability divides the probabilities."""


@dataclass(frozen=True)
class Bin:
    """A class of probabilities that lie near one another.

    Parameters
    ----------
    low, high
        Its borders; `high` belongs to it only in the last class.
    days
        How many scored days have a probability in it.
    mean
        Their mean probability of being cut.
    observed
        The share of them that are documented as cut.
    """

    low: float
    high: float
    days: int
    mean: float
    observed: float


def agreement(state: State, said: Said) -> float | None:
    """Return the share of scored days on which the answer is right."""
    scored = state != NOT_SCORED
    if not scored.any():
        return None
    return float(np.mean((state[scored] == CUT) == said[scored]))


def agreement_of_constant(state: State) -> float | None:
    """Return the agreement of the better of two answers: always cut, and never cut."""
    share = share_cut(state)
    return None if share is None else max(share, 1 - share)


def share_cut(state: State) -> float | None:
    """Return the share of scored days that are documented as cut."""
    scored = state[state != NOT_SCORED]
    return float(np.mean(scored == CUT)) if len(scored) else None


def kappa(state: State, said: Said) -> float | None:
    """Return Cohen's kappa: agreement beyond that of chance, 1 if perfect.

    Undefined where answer and truth are the same constant: chance agrees as well. The kappa of
    any constant answer is 0, or undefined.
    """
    scored = state != NOT_SCORED
    right = agreement(state, said)
    if right is None:
        return None
    true, answer = np.mean(state[scored] == CUT), np.mean(said[scored])
    by_chance = float(true * answer + (1 - true) * (1 - answer))
    return None if by_chance == 1 else (right - by_chance) / (1 - by_chance)


def spells(mask: Said) -> NDArray[np.int64]:
    """Return the first position of each run of True and the first one after it, shape (runs, 2)."""
    borders = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]])))
    return borders.reshape(-1, 2)


def false_alarms(state: State, said: Said) -> int:
    """Return how many spells of the answer meet a day documented as not cut and none as cut."""
    found = [state[start:end] for start, end in spells(said)]
    return sum(bool((days == NOT_CUT).any() and not (days == CUT).any()) for days in found)


def misses(state: State, said: Said) -> int:
    """Return how many documented spells hold no day on which the answer is cut."""
    return sum(not said[start:end].any() for start, end in spells(state == CUT))


def border_errors(state: State, said: Said) -> list[tuple[int | None, int | None]]:
    """Return by how many days the answer errs on the onset and the end of each documented spell.

    Positive is late. Where days that are not scored lie between "not cut" and "cut", the border is
    known only to lie among them: within them the error is 0. A border is undefined (None) at a
    spell that the answer misses, and where nothing before (or after) the spell is documented. Of
    several spells of the answer that meet the documented one, the first gives the onset, the last
    the end.
    """
    answers = spells(said)
    errors: list[tuple[int | None, int | None]] = []
    for start, end in spells(state == CUT):
        met = answers[(answers[:, 0] < end) & (answers[:, 1] > start)]
        if not len(met):
            errors.append((None, None))
            continue
        before, after = _last_not_cut(state[:start]), _last_not_cut(state[end:][::-1])
        onset = None if before is None else _outside(met[0, 0], before + 1, start)
        back = None if after is None else _outside(met[-1, 1], end, len(state) - after - 1)
        errors.append((onset, back))
    return errors


def _last_not_cut(state: State) -> int | None:
    """Return the last day documented as not cut, if no day documented as cut follows it."""
    scored = np.flatnonzero(state != NOT_SCORED)
    return int(scored[-1]) if len(scored) and state[scored[-1]] == NOT_CUT else None


def _outside(value: int, low: int, high: int) -> int:
    """Return how far a value lies outside a span, both ends of which belong to it."""
    return int(min(value - low, 0) + max(value - high, 0))


def brier(state: State, chance: Chance) -> float | None:
    """Return the Brier score of the probability of being cut: 0 if perfect, 0.25 for a coin."""
    scored = state != NOT_SCORED
    if not scored.any():
        return None
    return float(np.mean((chance[scored] - (state[scored] == CUT)) ** 2))


def brier_of_constant(state: State) -> float | None:
    """Return the Brier score of the best constant probability: the share of days cut."""
    share = share_cut(state)
    return None if share is None else share * (1 - share)


def reliability(state: State, chance: Chance, bins: int = BINS) -> tuple[Bin, ...]:
    """Return how often what was said with some probability came true; classes without days left out."""
    scored = state != NOT_SCORED
    said, true = chance[scored], state[scored] == CUT
    edges = np.linspace(0, 1, bins + 1)
    of = np.clip(np.searchsorted(edges, said, side="right") - 1, 0, bins - 1)
    return tuple(
        Bin(
            float(edges[at]),
            float(edges[at + 1]),
            int((of == at).sum()),
            float(said[of == at].mean()),
            float(true[of == at].mean()),
        )
        for at in np.unique(of)
    )


def calibration_error(classes: tuple[Bin, ...]) -> float | None:
    """Return the reliability term of the Brier score: the mean squared gap of the classes."""
    days = sum(one.days for one in classes)
    if not days:
        return None
    return sum(one.days * (one.mean - one.observed) ** 2 for one in classes) / days
