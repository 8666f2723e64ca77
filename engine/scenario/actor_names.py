"""Which actor a name in a table means: an id, or a label in either language."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.errors import Problem
from engine.io.normalise import folded
from engine.scenario.fields import CellRead

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from engine.scenario.document import Draft
    from engine.scenario.model import Scenario

EVENT_PARTIES = frozenset({"actor", "defender", "contestants"})
"""Columns of a table of reports that name actors."""


class Parties:
    """The actors of a scenario by every name that they have.

    Parameters
    ----------
    names
        By the id of an actor, its labels.

    Examples
    --------
    >>> parties = Parties({"north": ("Northern Council", "مجلس الشمال"), "south": ()})
    >>> parties.called("northern council"), parties.called("nobody we know")
    (['north'], [])
    """

    def __init__(self, names: Mapping[str, Sequence[object]]) -> None:
        self.ids = names.keys()
        self._named: dict[str, set[str]] = defaultdict(set)
        for actor, labels in names.items():
            for name in (actor, *labels):
                if isinstance(name, str) and name:
                    self._named[folded(name)].add(actor)

    @classmethod
    def of(cls, scenario: Scenario) -> Parties:
        """Return the parties of a scenario."""
        return cls({key: (actor.label, actor.label_ar) for key, actor in scenario.actors.items()})

    def called(self, name: str) -> list[str]:
        """Return the ids of the actors that a name may mean."""
        if name in self.ids:
            return [name]
        return sorted(self._named.get(folded(name), ())) if name.isprintable() else []

    def single(self) -> dict[str, str]:
        """Return the actor of each name, folded, that means only one."""
        return {name: min(ids) for name, ids in self._named.items() if len(ids) == 1}

    def resolve(
        self, rows: Iterable[Draft], keys: AbstractSet[str]
    ) -> tuple[list[Draft], list[Problem]]:
        """Return rows of a table with ids for the labels of actors, and which names are ambiguous."""
        found: list[Problem] = []
        resolved = []
        for draft in rows:
            cells = list(draft.cells)
            for key in keys & draft.values.keys():
                value = draft.values[key]
                names = value if isinstance(value, list) else [value]
                ids = [self._actor(name, draft, key, found) for name in names]
                if ids != names:
                    draft.values[key] = ids if isinstance(value, list) else ids[0]
                    cells.append(CellRead(key, "; ".join(names), "; ".join(ids), "by its label"))
            resolved.append(replace(draft, cells=tuple(cells)))
        return resolved, found

    def _actor(self, name: str, draft: Draft, key: str, found: list[Problem]) -> str:
        """Return the id of the actor that a cell names, or the name itself if it is none."""
        ids = self.called(name)
        if len(ids) > 1:
            message = f"the actor {name!r} may be {' or '.join(ids)}"
            expected = "the id of one of them"
            found.append(Problem(message, draft.file, draft.line, key, name, expected))
        return ids[0] if ids else name
