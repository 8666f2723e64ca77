"""Random arrays that shrink: what tests use of ``numpy.random.Generator``, drawn by Hypothesis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hypothesis.strategies import DrawFn

Size = int | tuple[int, ...]


class Draws:
    """Draw in the words of NumPy; a failing case shrinks to low numbers, first items and False.

    All numbers of a case are read, a byte each, from one string of bytes. Drawn one by one, most
    cases would be copies of others in which Hypothesis makes two numbers equal: too many of them
    to meet every kind of case as often as the tests want to see it.
    """

    TAPE = 256

    def __init__(self, draw: DrawFn) -> None:
        self._draw, self._left = draw, b""

    def _bytes(self, size: Size | None) -> np.ndarray:
        length = 1 if size is None else int(np.prod(size))
        if length > len(self._left):
            room = max(length, self.TAPE)
            self._left = self._draw(st.binary(min_size=room, max_size=room))
        taken, self._left = self._left[:length], self._left[length:]
        return np.frombuffer(taken, dtype=np.uint8).astype(np.int64).reshape(size or ())

    def integers(self, low: int, high: int | None = None, size: Size | None = None) -> Any:
        """Return whole numbers from ``low`` (or 0) to below ``high``."""
        low, high = (0, low) if high is None else (low, high)
        assert 0 < high - low <= 128, "more numbers than a byte spreads over evenly"
        drawn = low + self._bytes(size) % (high - low)
        return int(drawn) if size is None else drawn

    def random(self, size: Size | None = None) -> Any:
        """Return numbers from 0 to below 1, which shrink upwards: ``random() < share`` to False."""
        drawn = (255 - self._bytes(size)) / 256
        return float(drawn) if size is None else drawn

    def choice(
        self, items: Sequence[Any] | int, size: Size | None = None, *, replace: bool = True
    ) -> Any:
        """Return one of some items, or an array of them, each at most once if told so."""
        items = np.arange(items) if isinstance(items, int) else np.asarray(items)
        if size is None:
            return items[self.integers(len(items))]
        if not replace:
            return self.permutation(items)[:size]
        return items[self.integers(len(items), size=size)]

    def permutation(self, items: Sequence[Any]) -> np.ndarray:
        """Return the items in another order."""
        items = np.asarray(items)
        return items[np.argsort(self._bytes(len(items)), kind="stable")]
