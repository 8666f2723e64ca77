"""Which actor a name in a table means: an id, or a label in either language."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.errors import Problem
from engine.language import tr
from engine.scenario.fields import CellRead
from engine.scenario.vocabulary import Labels, either

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
            key: tuple(self.id_of(tr("actor"), name) for name in value)
            if isinstance(value, tuple)
            else self.id_of(tr("actor"), value)
            for key in EVENT_PARTIES
            if (value := getattr(event, key))
        }
        return event.model_copy(update=said)

    def resolve(
        self, rows: Iterable[Draft], keys: AbstractSet[str]
    ) -> tuple[list[Draft], list[Problem]]:
        """Return entries with ids for the labels of actors, and which names are ambiguous.

        Labels in Latin letters count in tables alone: elsewhere a file names ids.
        """
        found: list[Problem] = []
        resolved = []
        for draft in rows:
            cells = list(draft.cells)
            for key in keys & draft.values.keys():
                value = draft.values[key]
                names = value if isinstance(value, list) else [value]
                if not all(isinstance(name, str) for name in names):
                    continue  # of a file that is not a table; what is wrong there is told later
                if not draft.in_table and all(name.isascii() for name in names):
                    continue
                ids = [self._actor(name, draft, key, found) for name in names]
                if ids != names:
                    draft.values[key] = ids if isinstance(value, list) else ids[0]
                    written, read = "; ".join(names), "; ".join(ids)
                    cells.append(CellRead(key, written, read, tr("by its label")))
            resolved.append(replace(draft, cells=tuple(cells)))
        return resolved, found

    def _actor(self, name: str, draft: Draft, key: str, found: list[Problem]) -> str:
        """Return the id of the actor that a cell names, or the name itself if it is none."""
        ids = self.called(name)
        if len(ids) > 1:
            message = tr(
                "the {kind} {name!r} may be {ids}", kind=tr("actor"), name=name, ids=either(ids)
            )
            expected = tr("the id of one of them")
            found.append(Problem(message, draft.file, draft.line, key, name, expected))
        return ids[0] if ids else name
