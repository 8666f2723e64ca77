"""Why a status is what it is, in words for people: the ground, its state, and who says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.control.sites import label_of, shared_site

if TYPE_CHECKING:
    from engine.analysis.analysis import Analysis
    from engine.analysis.evidence import Reason


@dataclass(frozen=True)
class Cause:
    """Ground that is in the same state for the same cause.

    Parameters
    ----------
    grounds
        What to call it, stretch by stretch.
    state
        Its holder or its condition.
    overlooked_by
        What to call the site from which it is commanded; empty if that is not the cause.
    words
        The rows of `States.statements` that say so.
    """

    grounds: tuple[str, ...]
    state: str
    overlooked_by: str
    words: tuple[int, ...]

    def sentence(self, most: int | None = None) -> str:
        """Return the cause without its reports; of its grounds at most some are named."""
        over = f" from {self.overlooked_by}" if self.overlooked_by else ""
        return f"{listed(self.grounds, most)} {self.state}{over}"


def causes_of(analysis: Analysis, name: str, interval: int) -> list[Cause]:
    """Return what a status rests on; nothing, if no road leads there."""
    by_state: dict[tuple[str, str], list[Reason]] = {}
    for reason in analysis.reasons(name, interval):
        by_state.setdefault((reason.state, reason.overlooked_by), []).append(reason)
    return [
        Cause(
            tuple(
                dict.fromkeys(
                    label_of(analysis.ground.sites, ground)
                    for ground in shared_site(reason.sites for reason in reasons)
                )
            ),
            state,
            label_of(analysis.ground.sites, (over,)) if over else "",
            tuple(dict.fromkeys(word for reason in reasons for word in reason.statements)),
        )
        for (state, over), reasons in by_state.items()
    ]


def listed(names: tuple[str, ...], most: int | None = None) -> str:
    """Return names as a list; if there are many, the last ones are only counted."""
    if most is None or len(names) <= most + 1:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most} more"


def places_apart(analysis: Analysis, name: str, interval: int) -> dict[str, list[str]]:
    """Return what to call the places of an enclave that stand apart: those lost, and those cut off."""
    enclave = analysis.enclaves[name]
    labels = [label_of(analysis.ground.sites, (place,)) for place in enclave.places]
    return {
        "lost": [label for label, is_so in zip(labels, enclave.lost[:, interval], strict=True) if is_so],
        "cut off": [label for label, is_so in zip(labels, enclave.cut_off[:, interval], strict=True) if is_so],
    }  # fmt: skip
