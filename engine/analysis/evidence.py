"""What an answer becomes when some events are known to be true or false."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from engine.control.draws import FALSE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.analysis.chance import Case, Chance
    from engine.analysis.weigh import Answer

Evidence = tuple[tuple[int, bool], ...]
"""Words, each with whether it is true."""


def weigh_given(
    chance: Chance, answers: Sequence[Answer], given: Sequence[Evidence]
) -> NDArray[np.float64]:
    """Return how likely each piece of evidence is, alone and together with each answer.

    Parameters
    ----------
    chance
        The draws, which tell words that are false from words without a say.
    answers
        Answers over these draws.
    given
        The evidence.

    Returns
    -------
    numpy.ndarray
        The probability of the evidence, then that of it and each answer: float64 of shape
        (1 + answers, evidence).
    """
    cases = [(at, case) for at, evidence in enumerate(given) for case in _cases(chance, evidence)]
    weights = [
        np.array([np.where(case.get(number, True), draw.chance, 0.0) for _, case in cases])
        for number, draw in enumerate(chance.draws)
    ]
    alone = np.ones(len(cases))
    for weight in weights:
        alone *= weight.sum(axis=1)
    found = np.zeros((1 + len(answers), len(given)))
    owner = [at for at, _ in cases]
    for row, part in enumerate([alone, *(answer.weight(weights) for answer in answers)]):
        np.add.at(found[row], owner, part)
    return found


def _cases(chance: Chance, evidence: Evidence) -> list[dict[int, NDArray[np.bool_]]]:
    """Return the ways in which evidence can come about, by draw; no two of them at once.

    A report is false because it is false in itself, or because its source is wrong.
    """
    found = []
    for parts in product(*(_ways(chance, word, true=true) for word, true in evidence)):
        case: dict[int, NDArray[np.bool_]] = {}
        for part in parts:
            for number, agrees in part:
                case[number] = case[number] & agrees if number in case else agrees
        found.append(case)
    return found


def _ways(chance: Chance, word: int, *, true: bool) -> list[Case]:
    found: list[Case] = []
    for number, values, given, source in chance.decided(word):
        holds = values != FALSE
        if true:
            found.append([(number, holds), *given, *source])
            continue
        found.append([(number, ~holds), *given])
        found += [[(number, holds), *given, (at, ~right)] for at, right in source]
    return found
