"""Who held what, as columns: of every sector over time, and of every piece of road on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.control.words import CONDITIONS

if TYPE_CHECKING:
    from engine.analysis.analysis import Analysis


def sector_columns(analysis: Analysis) -> dict[str, Any]:
    """Return a row for each spell of each sector: the times during which its state stays."""
    states = analysis.states
    key = np.stack(
        [states.holder_word, states.condition_word, states.condition, states.overlooked_by]
    )
    new = np.ones(states.holder.shape, dtype=bool)
    new[:, 1:] = (np.diff(key, axis=2) != 0).any(axis=0)
    sector, first = np.nonzero(new)
    last = np.append(first[1:], 0)
    last[np.append(np.diff(sector) > 0, True)] = states.n_intervals
    names = np.array(analysis.connections.sector_names, dtype=object)
    spells = zip(sector.tolist(), first.tolist(), strict=True)
    return {
        "sector": sector,
        "site": names[sector],
        "start": analysis.days[first],
        "end": states.borders[last],
        "condition": np.array(CONDITIONS, dtype=object)[states.condition[sector, first]],
        "holder": analysis.holder_names[states.holder[sector, first]],
        "event": [_ruling(analysis, each, interval) for each, interval in spells],
    }


def piece_columns(analysis: Analysis, interval: int) -> dict[str, Any]:
    """Return a row for each piece of road on an interval."""
    ground, states = analysis.ground, analysis.states
    network, pieces, sector = ground.network, ground.pieces, ground.sector
    names = np.array(analysis.connections.sector_names, dtype=object)
    overlooking = np.array([*(site.id for site in ground.sites.named), ""], dtype=object)
    ruling = [_ruling(analysis, each, interval) for each in range(ground.n_sectors)]
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
        "holder": analysis.holder_names[states.holder[sector, interval]],
        "condition": np.array(CONDITIONS, dtype=object)[states.condition[sector, interval]],
        "overlooked_by": overlooking[states.overlooked_by[sector, interval]],
        "event": np.array(ruling, dtype=object)[sector],
    }


def _ruling(analysis: Analysis, sector: int, interval: int) -> str:
    """Return the ids of the words that rule a sector, with semicolons between them."""
    tracks = (analysis.states.holder_word, analysis.states.condition_word)
    words = [int(track[sector, interval]) for track in tracks]
    return ";".join(dict.fromkeys(analysis.word_names[word] for word in words if word >= 0))
