"""Which actor a name in a table means: an id, or a label in either language."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.errors import Problem
from engine.scenario.fields import CellRead
from engine.scenario.labelled import Labels

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from engine.scenario.document import Draft
    from engine.scenario.model import Event, Scenario

EVENT_PARTIES = frozenset({"actor", "defender", "contestants"})
"""Columns of a table of reports that name actors."""


class Parties(Labels):
    """The actors of a scenario by every name that they have.

    Examples
    --------
    >>> parties = Parties({"north": ("Northern Council", "مجلس الشمال"), "south": ()})
    >>> parties.called("northern council"), parties.called("nobody we know")
    (['north'], [])
    """

    @classmethod
    def of(cls, scenario: Scenario) -> Parties:
        """Return the parties of a scenario."""
        return cls({key: (actor.label, actor.label_ar) for key, actor in scenario.actors.items()})

    def named_by_id(self, event: Event) -> Event:
        """Return an event with ids for the labels of actors.

        Raises
        ------
        InputError
            If a label is that of several actors.
        """
        said = {
            key: tuple(self.id_of("actor", name) for name in value)
            if isinstance(value, tuple)
            else self.id_of("actor", value)
            for key in EVENT_PARTIES
            if (value := getattr(event, key))
        }
        return event.model_copy(update=said)

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
