"""The rule of passage: which ground is possible, secure or hostile, and what overlooking does to it.

The rule stands here alone. Conditions are codes, elementwise over arrays of any shape. Who holds
ground is looked up by the holder's position, where -1 (the last entry) is nobody known. How the
sectors of an overlooking site act together is written with ``&``, ``|`` and ``~`` alone, so that
it serves plain truth values, states packed 64 to a word and decision diagrams.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self, TypeVar

import numpy as np

from engine.control.statements import CLOSED, CONTESTED, EXPOSED, HELD

if TYPE_CHECKING:
    from numpy.typing import NDArray

EFFECTS = (HELD, EXPOSED, CLOSED)
"""What overlooking may do to ground: nothing, or one of two conditions."""


class Boolean(Protocol):
    """What holds in some states or worlds and not in others."""

    def __and__(self, other: Self, /) -> Self:
        """Return where both hold."""

    def __or__(self, other: Self, /) -> Self:
        """Return where at least one holds."""

    def __invert__(self) -> Self:
        """Return where it does not hold."""


E = TypeVar("E", bound=Boolean)


def possible(
    condition: NDArray[np.int64],
    *,
    friendly: NDArray[np.bool_],
    unknown: NDArray[np.bool_],
    contest_open: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Return which ground is possible.

    Parameters
    ----------
    condition
        Codes of `CONDITIONS`, after overlooking.
    friendly, unknown
        The actor may pass over the holder's ground; no holder is known.
    contest_open
        What `contest_open` returns for the contestants of the ground.
    """
    quiet = (condition == HELD) | (condition == EXPOSED)
    return (quiet & (friendly | unknown)) | ((condition == CONTESTED) & contest_open)


def secure(condition: NDArray[np.int64], *, friendly: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which ground is secure; see `possible`."""
    return (condition == HELD) & friendly


def friendly_holders(passable: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return over whose ground an actor may pass, with a last entry for unknown holders.

    Parameters
    ----------
    passable
        Over which actors' ground it may pass, bool of shape (actors, ...).

    Returns
    -------
    numpy.ndarray
        bool of shape (actors + 1, ...).

    Examples
    --------
    >>> friendly_holders(np.array([True, False])).tolist()
    [True, False, False]
    """
    return np.concatenate([passable, np.zeros((1, *passable.shape[1:]), dtype=bool)])


def hostile_holders(passable: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which holders are hostile to an actor; unknown ones are not. See `friendly_holders`.

    Examples
    --------
    >>> hostile_holders(np.array([True, False])).tolist()
    [False, True, False]
    """
    return np.concatenate([~passable, np.zeros((1, *passable.shape[1:]), dtype=bool)])


def contest_open(contestants: NDArray[np.bool_], passable: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return whether ground contested by some is open to an actor, if not secure.

    It is if the actor may pass over the ground of one of them, or if none is named.

    Parameters
    ----------
    contestants
        Sets of contestants, bool of shape (sets, actors).
    passable
        Over which actors' ground the actor may pass, bool of shape (actors,); or of shape
        (actors, sets), where that differs from set to set.

    Returns
    -------
    numpy.ndarray
        bool of shape (sets,).

    Examples
    --------
    >>> contest_open(np.array([[True, False], [False, False]]), np.array([False, True])).tolist()
    [False, True]
    """
    return np.asarray((contestants & passable.T).any(axis=1) | ~contestants.any(axis=1))


def worst_of(own: NDArray[np.int64], effect: NDArray[np.int64] | int) -> NDArray[np.int64]:
    """Return the condition of ground under what overlooking does to it: the worse of the two."""
    return np.maximum(own, effect)


def command(hostile: E, contested: E) -> tuple[E, E]:
    """Return where a sector of an overlooking site commands other ground, and where it threatens it.

    A site closes ground (or does what its rule says) where all its sectors command it; it exposes
    ground where any threatens it.

    Parameters
    ----------
    hostile
        Where the sector is held by an actor hostile to the holder of the ground below, and to the
        actor who wants to pass there.
    contested
        Where the sector is contested, by whomever.
    """
    return hostile & ~contested, hostile | contested
