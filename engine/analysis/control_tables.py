"""Who held what, as columns: of every sector over time, and of every piece of road on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.analysis.evidence import states_in_words
from engine.control.statements import CONDITIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.analysis.status import Terminals
    from engine.control.states import Snapshot, States


def sector_columns(
    terminals: Terminals, states: States, statement_ids: Sequence[str]
) -> dict[str, Any]:
    """Return a row for each spell of each sector: the times during which its state stays."""
    sectors = terminals.sectors
    runs, kept = states.spells()
    names = np.array(sectors.names, dtype=object)
    labels = np.array([sectors.label(ids) for ids in sectors.site_ids], dtype=object)
    return {
        "sector": runs.row,
        "site": names[runs.row],
        "label": labels[runs.row].tolist(),
        "start": states.borders[runs.begin],
        "end": states.borders[runs.end],
        **_state_columns(terminals, states, kept, statement_ids),
    }


def piece_columns(
    terminals: Terminals, states: States, statement_ids: Sequence[str], interval: int
) -> dict[str, Any]:
    """Return a row for each piece of road on an interval."""
    sectors = terminals.sectors
    network, pieces, sector = sectors.network, sectors.pieces, sectors.sector
    names = np.array(sectors.names, dtype=object)
    every = np.arange(sectors.n_sectors)
    then = _state_columns(terminals, states.on(interval), every, statement_ids)
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
        **{
            name: np.array(then[name], dtype=object)[sector]
            for name in ("holder", "condition", "overlooked_by", "event", "state")
        },
    }


def _state_columns(
    terminals: Terminals,
    then: Snapshot | States,
    at: NDArray[np.int64],
    statement_ids: Sequence[str],
) -> dict[str, Any]:
    """Return what is told of some states: of sectors at a time, or of runs."""
    holders = np.array([*terminals.scenario.actors, ""], dtype=object)
    sites = (site.id for site in terminals.sectors.sites.named)
    ids = (*statement_ids, "")
    tracks = [then.holder_statement[at].tolist(), then.condition_statement[at].tolist()]
    ruling = [dict.fromkeys((ids[one], ids[other])) for one, other in zip(*tracks, strict=True)]
    return {
        "condition": np.array(CONDITIONS, dtype=object)[then.condition[at]],
        "holder": holders[then.holder[at]],
        "overlooked_by": np.array([*sites, ""], dtype=object)[then.overlooked_by[at]],
        "event": [";".join(filter(None, words)) for words in ruling],
        "state": states_in_words(terminals, then, at),
    }
