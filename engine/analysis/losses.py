"""Lost enclaves: which place was the last, and who holds places by which report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.analysis.evidence import reason_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.analysis.evidence import Reason
    from engine.analysis.status import EnclaveStatus, Terminals
    from engine.control.states import States


def last_places(
    terminals: Terminals, states: States, enclave: EnclaveStatus, since: int
) -> tuple[str, ...]:
    """Return the places of an enclave that were the last to be lost.

    Parameters
    ----------
    since
        The interval since which no place of it is held. If that is the first of all, its last
        places are those of the latest reports.
    """
    if since:
        return enclave.chosen(~enclave.lost[:, since - 1])
    said = states.on(since).holder_statement
    reported = [
        states.statements.date[said[_own_sectors(terminals, name)]].max() for name in enclave.places
    ]
    return enclave.chosen(np.array(reported) == max(reported))


def reasons_of_places(
    terminals: Terminals, states: States, actor: str, places: Sequence[str], interval: int
) -> list[Reason]:
    """Return who holds some places of an enclave at their nodes, and who says so."""
    sectors = [sector for name in places for sector in _own_sectors(terminals, name).tolist()]
    then = states.on(interval)
    found = [reason_for(terminals, then, actor, sector) for sector in dict.fromkeys(sectors)]
    return list(dict.fromkeys(found))


def _own_sectors(terminals: Terminals, place: str) -> NDArray[np.int64]:
    """Return the ground that decides whether a place is lost: its own at its node."""
    kernel = terminals.kernel()
    ends = terminals.ends(kernel, (place,))
    return np.unique(kernel.sector[ends.vertex[ends.own]])
