"""Evidence for people: reasons alike told once, by what readers call the ground; ids beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.connectivity.shortest_path import shortest_path_between_ends
from engine.control.sites import label_of, shared_site
from engine.control.words import actor_text, chained, event_text
from engine.language import tr, trn
from engine.network.arrays import great_circle_m
from engine.scenario.vocabulary import MEANING_OF_KIND

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from engine.analysis.evidence import Reason
    from engine.analysis.least_bad_path import Leg
    from engine.analysis.status import Terminals
    from engine.connectivity.kernel import Kernel
    from engine.control.states import States
    from engine.scenario.model import Event, Holding

MOST_NAMED = 3
"""How many pieces of ground, and how many statements, a text names before it only counts them."""


@dataclass(frozen=True)
class Cause:
    """Ground that is in one state for one reason, as every output tells it.

    Parameters
    ----------
    sites
        The ids of the sites that cover the ground, each once.
    labels
        What to call the ground, piece by piece.
    state
        Its holder or its condition, in words.
    overlooked_by, overlooked_label
        The site from which it is commanded, if that is the reason: its id, and what to call it.
    statements
        Who says so, positions in `States.statements`.
    reports
        The ids of these statements, each once: of events, or ``baseline``.
    said
        The statements in words, each once.
    """

    sites: tuple[str, ...]
    labels: tuple[str, ...]
    state: str
    overlooked_by: str
    overlooked_label: str
    statements: tuple[int, ...]
    reports: tuple[str, ...]
    said: tuple[str, ...]

    @property
    def reason(self) -> str:
        """The ground and its state."""
        return reason_text(self.labels, self.state, self.overlooked_label)

    def __str__(self) -> str:
        """Return the ground, its state, and who says so."""
        return f"{self.reason} ({listed(self.said, '; ')})" if self.said else self.reason


def reason_text(labels: Sequence[str], state: str, overlooked_label: str) -> str:
    """Return the ground and its state as text."""
    ground = listed(labels)
    if not overlooked_label:
        return tr("{ground}: {state}", ground=ground, state=state)
    return tr(
        "{ground}: {state}, overlooked from {place}",
        ground=ground, state=state, place=overlooked_label,
    )  # fmt: skip


def listed(texts: Sequence[str], between: str = ", ") -> str:
    """Return texts as a list; if there are many, the last ones are only counted."""
    if len(texts) <= MOST_NAMED + 1:
        return chained(texts, between)
    names, n = chained(texts[:MOST_NAMED], between), len(texts) - MOST_NAMED
    if ";" in between:
        return trn("{names}; and {n} more", "{names}; and {n} more", n, names=names)
    return trn("{names} and {n} more", "{names} and {n} more", n, names=names)


def causes_of(
    terminals: Terminals, states: States, ids: Sequence[str], reasons: Sequence[Reason]
) -> list[Cause]:
    """Return reasons for people: ground in the same state for the same reason is told once.

    `ids` are those of the statements.
    """
    sites = terminals.sectors.sites
    by_state: dict[tuple[str, str], list[Reason]] = {}
    for reason in reasons:
        by_state.setdefault((reason.state, reason.overlooked_by), []).append(reason)
    causes = []
    for (state, over), alike in by_state.items():
        grounds = shared_site(reason.sites for reason in alike)
        statements = tuple(dict.fromkeys(one for reason in alike for one in reason.statements))
        said = [_statement_in_words(terminals, states, ids, one) for one in statements]
        causes.append(
            Cause(
                tuple(dict.fromkeys(site for ground in grounds for site in ground)),
                tuple(dict.fromkeys(terminals.sectors.label(ground) for ground in grounds)),
                state,
                over,
                label_of(sites, (over,)) if over else "",
                statements,
                tuple(dict.fromkeys(ids[one] for one in statements)),
                tuple(dict.fromkeys(said)),
            )
        )
    return causes


def why_no_road(terminals: Terminals, legs: Sequence[Leg]) -> str:
    """Return why no road leads over the legs of a route or an enclave, whoever holds the ground."""
    sites = terminals.sectors.sites

    def any_of(names: Sequence[str]) -> str:
        return chained([label_of(sites, (name,)) for name in names], " or ")

    for sources, targets, within in legs:
        kernel = terminals.kernel(within)
        bound = any_of((within,)) if within else ""
        ends = {names: terminals.ends(kernel, names) for names in (sources, targets)}
        for names, found in ends.items():
            if not found.own.any():
                return _nothing_meets(bound, any_of(names), _km_off(terminals, kernel, names))
        everywhere = np.zeros(kernel.n_vertices)
        if not len(shortest_path_between_ends(kernel, everywhere, ends[sources], ends[targets])):
            return _nothing_connects(bound, any_of(sources), any_of(targets))
    return no_road()


def no_road() -> str:
    """Return that no road leads there, of which no more is known."""
    return tr("no road leads there")


def _nothing_meets(bound: str, place: str, km: float | None) -> str:
    """Return that no road, or none of a bound, meets a place, and how far the nearest one is."""
    if bound and km is not None:
        return tr(
            "no road leads there: no road of {bound} meets {place}; the nearest is {km:.1f} km away",
            bound=bound, place=place, km=km,
        )  # fmt: skip
    if bound:
        return tr("no road leads there: no road of {bound} meets {place}", bound=bound, place=place)
    if km is not None:
        return tr(
            "no road leads there: no road meets {place}; the nearest is {km:.1f} km away",
            place=place, km=km,
        )  # fmt: skip
    return tr("no road leads there: no road meets {place}", place=place)


def _nothing_connects(bound: str, start: str, end: str) -> str:
    if bound:
        return tr(
            "no road leads there: no road of {bound} connects {start} with {end}",
            bound=bound, start=start, end=end,
        )  # fmt: skip
    return tr("no road leads there: no road connects {start} with {end}", start=start, end=end)


def _km_off(terminals: Terminals, kernel: Kernel, names: Sequence[str]) -> float | None:
    """Return how far the nearest road of a kernel is from the nodes of sites; None without either."""
    network = terminals.sectors.network
    nodes = np.concatenate([terminals.nodes(p) for name in names for p in terminals.parts(name)])
    there = np.unique(kernel.meeting_node)
    if not len(there) or not len(nodes):
        return None
    metres = great_circle_m(
        network.lon[nodes][:, np.newaxis], network.lat[nodes][:, np.newaxis],
        network.lon[there], network.lat[there],
    )  # fmt: skip
    return float(metres.min()) / 1000


def because_columns(causes: Sequence[Cause], otherwise: str = "") -> dict[str, str]:
    """Return causes as columns of a table: a text for people, and the ids that it rests on.

    Without causes the text is what no road leading there comes from (`why_no_road`).

    ``because``, ``sites`` (with semicolons between them), ``overlooked_by`` and ``reports``.
    """
    sites = dict.fromkeys(site for cause in causes for site in cause.sites)
    over = dict.fromkeys(cause.overlooked_by for cause in causes if cause.overlooked_by)
    reports = dict.fromkeys(report for cause in causes for report in cause.reports)
    return {
        "because": chained(map(str, causes), "; ") or otherwise or no_road(),
        "sites": ";".join(sites),
        "overlooked_by": ";".join(over),
        "reports": ";".join(reports),
    }


def _statement_in_words(
    terminals: Terminals, states: States, ids: Sequence[str], statement: int
) -> str:
    """Return one statement as text: what, when, and which event or row of the baseline."""
    statements = states.statements
    entry: Event | Holding = statements.entries[statement]
    day: dt.date = statements.date[statement].item()
    if statement < statements.n_baseline:
        return tr("baseline of {day}", day=day)
    kind = getattr(entry, "kind", "")
    label = label_of(terminals.sectors.sites, (entry.site,))
    actor = getattr(entry, "actor", None) if MEANING_OF_KIND[kind].holder_from == "actor" else None
    who = actor_text(terminals.scenario, actor) if actor else ""
    what = event_text(kind, label, who)
    return tr("{what} on {day} [{id}]", what=what, day=day, id=ids[statement])
