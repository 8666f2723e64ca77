"""How many people live where, on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from engine.scenario.model import Enclave


def people_on(enclave: Enclave, day: dt.date) -> int | dict[str, int] | None:
    """Return the latest count of an enclave's people by a day: in all, by place, or none known."""
    counts = enclave.population
    if not isinstance(counts, tuple):
        return counts
    known = [count for count in counts if count.from_ <= day]
    return max(known, key=lambda count: count.from_).people if known else None


def people_in(count: int | dict[str, int] | None, places: Sequence[str]) -> int | None:
    """Return how many people live in some places of an enclave; None if that is not known.

    A count for the whole enclave does not tell how many live where.
    """
    if not isinstance(count, dict):
        return None
    return sum(count.get(place, 0) for place in places)
