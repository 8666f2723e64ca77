"""Who held what, as columns: of every sector over time, and of every piece of road on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.analysis.evidence import state_in_words
from engine.control.statements import CONDITIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.analysis.status import Terminals
    from engine.control.states import States


def sector_columns(
    terminals: Terminals, states: States, statement_ids: Sequence[str]
) -> dict[str, Any]:
    """Return a row for each spell of each sector: the times during which its state stays."""
    sectors = terminals.sectors
    key = np.stack(
        [
            states.holder_statement,
            states.condition_statement,
            states.condition,
            states.overlooked_by,
        ]
    )
    new = np.ones(states.holder.shape, dtype=bool)
    new[:, 1:] = (np.diff(key, axis=2) != 0).any(axis=0)
    sector, first = np.nonzero(new)
    last = np.append(first[1:], 0)
    last[np.append(np.diff(sector) > 0, True)] = states.n_intervals
    names = np.array(sectors.names, dtype=object)
    holders = np.array([*terminals.scenario.actors, ""], dtype=object)
    overlooking = np.array([*(site.id for site in sectors.sites.named), ""], dtype=object)
    labels = [sectors.label(ids) for ids in sectors.site_ids]
    spells = list(zip(sector.tolist(), first.tolist(), strict=True))
    return {
        "sector": sector,
        "site": names[sector],
        "label": [labels[each] for each in sector.tolist()],
        "start": states.borders[first],
        "end": states.borders[last],
        "condition": np.array(CONDITIONS, dtype=object)[states.condition[sector, first]],
        "holder": holders[states.holder[sector, first]],
        "overlooked_by": overlooking[states.overlooked_by[sector, first]],
        "event": [_ruling(states, statement_ids, each, interval) for each, interval in spells],
        "state": [state_in_words(terminals, states, *each) for each in spells],
    }


def piece_columns(
    terminals: Terminals, states: States, statement_ids: Sequence[str], interval: int
) -> dict[str, Any]:
    """Return a row for each piece of road on an interval."""
    sectors = terminals.sectors
    network, pieces, sector = sectors.network, sectors.pieces, sectors.sector
    names = np.array(sectors.names, dtype=object)
    holders = np.array([*terminals.scenario.actors, ""], dtype=object)
    overlooking = np.array([*(site.id for site in sectors.sites.named), ""], dtype=object)
    ruling = [_ruling(states, statement_ids, each, interval) for each in range(sectors.n_sectors)]
    return {
        "segment": pieces.parent,
        "from_m": pieces.from_m,
        "to_m": pieces.to_m,
        "length_m": network.length,
        "name": network.name.texts(),
        "name_ar": network.name_ar.texts(),
        "ref": network.ref.texts(),
        "highway": network.highway.texts(),
        "sector": sector,
        "site": names[sector],
        "holder": holders[states.holder[sector, interval]],
        "condition": np.array(CONDITIONS, dtype=object)[states.condition[sector, interval]],
        "overlooked_by": overlooking[states.overlooked_by[sector, interval]],
        "event": np.array(ruling, dtype=object)[sector],
        "state": np.array(
            [state_in_words(terminals, states, n, interval) for n in range(sectors.n_sectors)],
            dtype=object,
        )[sector],
    }


def _ruling(states: States, statement_ids: Sequence[str], sector: int, interval: int) -> str:
    """Return the ids of the statements that rule a sector, with semicolons between them."""
    tracks = (states.holder_statement, states.condition_statement)
    ruling = [int(track[sector, interval]) for track in tracks]
    return ";".join(dict.fromkeys(statement_ids[one] for one in ruling if one >= 0))
