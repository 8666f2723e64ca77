"""What has an id and labels, found by any of them as people write them."""

from __future__ import annotations

from collections import defaultdict
from functools import reduce
from typing import TYPE_CHECKING

from engine.errors import InputError, Problem
from engine.io.normalise import folded
from engine.language import tr

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class Labels:
    """Things of one kind by every name that they have.

    Parameters
    ----------
    names
        By the id of a thing, its labels; empty ones and what is no text are left out.

    Examples
    --------
    >>> known = Labels({"north": ("Northern Council", "مجلس الشمال"), "south": ()})
    >>> known.called("northern council"), known.called("nobody we know")
    (['north'], [])
    """

    def __init__(self, names: Mapping[str, Sequence[object]]) -> None:
        self.ids = names.keys()
        self._named: dict[str, set[str]] = defaultdict(set)
        for thing, labels in names.items():
            for name in (thing, *labels):
                if isinstance(name, str) and name:
                    self._named[_key(name)].add(thing)

    def called(self, name: str) -> list[str]:
        """Return the ids of what a name may mean: its own, if it is an id."""
        if name in self.ids:
            return [name]
        return sorted(self._named.get(_key(name), ())) if name.isprintable() else []

    def single(self) -> dict[str, str]:
        """Return the id of each name, folded, that means only one."""
        return {name: min(ids) for name, ids in self._named.items() if len(ids) == 1}

    def id_of(self, kind: str, name: str) -> str:
        """Return the one id that a name means; the name itself, if it means none.

        Parameters
        ----------
        kind
            What it would be the name of, for the message.
        name
            An id or a label.

        Raises
        ------
        InputError
            If it means several: the message names them.

        Examples
        --------
        >>> Labels({"north": ("Council",), "south": ("Council",)}).id_of("actor", "council")
        Traceback (most recent call last):
        engine.errors.InputError: the actor 'council' may be north or south; expected the id of one of them
        """
        ids = self.called(name)
        if len(ids) > 1:
            message = tr("the {kind} {name!r} may be {ids}", kind=kind, name=name, ids=either(ids))
            raise InputError(Problem(message, value=name, expected=tr("the id of one of them")))
        return ids[0] if ids else name


def either(names: Iterable[str]) -> str:
    """Return names of which one is meant, with "or" between each and the next.

    Examples
    --------
    >>> either(["north", "south", "west"])
    'north or south or west'
    """
    return reduce(lambda one, other: tr("{first} or {last}", first=one, last=other), names)


def altogether(names: Iterable[str]) -> str:
    """Return names of which all are meant, with "and" between each and the next.

    Examples
    --------
    >>> altogether(["at least 1", "at most 5"])
    'at least 1 and at most 5'
    """
    return reduce(lambda one, other: tr("{first} and {last}", first=one, last=other), names)


def _key(name: str) -> str:
    """Return what is compared of a name: its letters, or all of one that has none."""
    return folded(name) or name
