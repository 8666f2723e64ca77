"""Straight lines of bitwise steps: written down once, run over any number of states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEVER, ALWAYS = 0, 1
"""The values that are 0, and 1, in every state."""


@dataclass(frozen=True, eq=False)
class Program:
    """Steps on registers: ``into = start | (left & right)``, one after the other.

    Parameters
    ----------
    n_registers
        How many registers there are; the first two hold never and always.
    sector, register
        The sectors that are read, and the registers that they are read into, int64 of shape
        (reads,).
    steps
        The registers into, start, left and right of each step, int64 of shape (steps, 4).
    answer
        The register that holds each answer at the end, int64 of shape (answers,).
    """

    n_registers: int
    sector: NDArray[np.int64]
    register: NDArray[np.int64]
    steps: NDArray[np.int64]
    answer: NDArray[np.int64]


class TooManyStepsError(Exception):
    """A program would take more steps than allowed; never leaves the engine."""


class Steps:
    """Steps as they are written down: each makes a new value, and equal ones are one.

    Parameters
    ----------
    most
        How many there may be.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._sector_of: dict[int, int] = {}
        self._value_of_sector: dict[int, int] = {}
        self._value_of_step: dict[tuple[int, int, int], int] = {}
        self._steps: dict[int, tuple[int, int, int]] = {}
        self._n_values = 2

    def _new_value(self) -> int:
        self._n_values += 1
        return self._n_values - 1

    def read(self, sector: int) -> int:
        """Return the value: open in a state if the sector is."""
        if sector not in self._value_of_sector:
            value = self._new_value()
            self._value_of_sector[sector] = value
            self._sector_of[value] = sector
        return self._value_of_sector[sector]

    def either_both(self, start: int, left: int, right: int) -> int:
        """Return the value: ``start | (left & right)``.

        Raises
        ------
        TooManyStepsError
            If it takes a step more than allowed.
        """
        left, right = min(left, right), max(left, right)
        if start == ALWAYS or left == NEVER or start in {left, right}:
            return start
        if left == ALWAYS and right == ALWAYS:
            return ALWAYS
        if start == NEVER and left in {ALWAYS, right}:
            return right
        key = (start, left, right)
        if key not in self._value_of_step:
            if len(self._steps) >= self.most:
                raise TooManyStepsError
            value = self._new_value()
            self._value_of_step[key] = value
            self._steps[value] = key
        return self._value_of_step[key]

    def program(self, answers: list[int]) -> Program:
        """Return the steps that some values take, on as few registers as need be."""
        steps = self._needed(answers)
        last_use = {value: at for at, (_, parts) in enumerate(steps) for value in parts}
        last_use.update(dict.fromkeys([NEVER, ALWAYS, *answers], len(steps)))
        reads = sorted(value for value in self._sector_of if value in last_use)
        place = {value: at for at, value in enumerate([NEVER, ALWAYS, *reads])}
        n_registers, free = len(place), list[int]()
        rows = []
        for at, (value, parts) in enumerate(steps):
            row = [place[part] for part in parts]
            free += [place[part] for part in set(parts) if last_use[part] == at]
            if not free:
                free.append(n_registers)
                n_registers += 1
            place[value] = free.pop()
            rows.append([place[value], *row])
        return Program(
            n_registers,
            np.array([self._sector_of[value] for value in reads], dtype=np.int64),
            np.array([place[value] for value in reads], dtype=np.int64),
            np.array(rows, dtype=np.int64).reshape(-1, 4),
            np.array([place[value] for value in answers], dtype=np.int64),
        )

    def _needed(self, answers: list[int]) -> list[tuple[int, tuple[int, int, int]]]:
        """Return the steps on which answers rest, in the order in which they were written down."""
        needed = set(answers)
        for value in sorted(self._steps, reverse=True):
            if value in needed:
                needed.update(self._steps[value])
        return [(value, parts) for value, parts in self._steps.items() if value in needed]
