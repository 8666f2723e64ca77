"""Why: the ground that a status hangs on, the reports that made it, and what changed."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.analysis.evidence import causes_of, reason_for, reasons_of_places
from engine.analysis.query import friendly, is_lost, open_by_mode, query_of, status_code
from engine.analysis.status import CUT, LOST, OPEN, status_text
from engine.connectivity.bits import pack, unpack
from engine.connectivity.hitting_sets import HittingSets, minimum_hitting_sets
from engine.control.sites import label_of
from engine.control.words import actor_text, chained, name_text
from engine.io.arguments import checked
from engine.io.cards import Card
from engine.io.days import day_of
from engine.language import tr
from engine.measures.best_paths import best_path
from engine.measures.margin import Margin, fewest_gains

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.analysis.analysis import Analysis
    from engine.analysis.evidence import Cause, NearFront, Reason
    from engine.analysis.query import Query
    from engine.io.days import DayLike

ONE_DAY = np.timedelta64(1, "D")
MOST_TRIALS = 1 << 15
"""How many sets of sectors to try for a cut before the integer program takes over."""


@dataclass(frozen=True)
class Report:
    """A report or a row of the baseline that an answer rests on: ids, and labels for people."""

    event: str
    site: str
    label: str
    kind: str
    date: str
    reported: str
    by: str
    by_label: str
    source: str
    confidence: float
    note: str


@dataclass(frozen=True)
class Place:
    """A place: its id, and what to call it."""

    site: str
    label: str


@dataclass(frozen=True)
class Step:
    """Ground in one state for one reason, and the reports that say so.

    Parameters
    ----------
    sites, labels
        The ids of the sites that cover it, and what to call it, piece by piece.
    state
        Its holder or its condition.
    overlooked_by, overlooked_label
        The site from which it is commanded, if that is why: its id, and what to call it.
    reports
        Who says so.
    """

    sites: tuple[str, ...]
    labels: tuple[str, ...]
    state: str
    overlooked_by: str
    overlooked_label: str
    reports: tuple[Report, ...]


@dataclass(frozen=True)
class Relief:
    """What would change a status that is not open: see `Explanation` for the fields.

    `to_open` is empty where captures are enough.
    """

    status: str
    captures: tuple[tuple[Place, ...], ...]
    captor: str
    to_open: tuple[Step, ...]


@dataclass(frozen=True, eq=False)
class Known:
    """Answers found before, by all that they depend on: for those who ask about many days.

    Parameters
    ----------
    margins
        See `engine.measures.margin.margin`.
    sets
        The sets of sectors that cut a question, or open it.
    """

    margins: dict[bytes, Margin] = field(default_factory=dict)
    sets: dict[bytes, NDArray[np.int64]] = field(default_factory=dict)


@dataclass(frozen=True, repr=False)
class Explanation(Card):
    """Why a route or an enclave has its status on a day.

    Parameters
    ----------
    id, label, on, status
        What is explained.
    since, last_day
        The spell of this status, both days included.
    lasts
        Whether the spell lasts to the end of the run.
    because
        What the status rests on, as every output tells it: of an open route the ground of its
        path, at risk the ground that is not secure on the least bad path, cut the ground that is
        not even possible there, and of a lost enclave the places that were the last to be lost.
    cut
        For a status that is not open, the fewest pieces of ground that bring this about alone:
        all other ground might be open (or secure), and it would still be so. One such set;
        none for a lost enclave.
    captures, captor
        What would change a status that is not open: every smallest set of places that would open
        (or secure) it if its own actor captured them, and what to call that actor. Empty if no
        set of places does.
    to_open
        The fewest pieces of road that would have to open (or become secure), whoever holds them.
        One such set.
    before
        The status before this spell; empty if the run begins with it.
    changed
        The ground that turned the status at the beginning of this spell, as it is since then.
    inferred
        On a map, the share of the best path whose holder is inferred from a place more than
        `INFERRED_KM` away, 0 to 1; 0 on a schematic network.
    no_road
        Why no road leads there, whoever holds the ground; empty if one does.
    near_front
        On a map, ground near a front without which no possible path is left: see `Analysis.near_front`.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> analysis = engine.analyze(scenario)
    >>> [step.overlooked_by for step in engine.explain(analysis, "castello", "2014-12-20").because]
    ['mallah']
    """

    id: str
    label: str
    on: str
    status: str
    since: str
    last_day: str
    lasts: bool
    because: tuple[Step, ...]
    cut: tuple[Step, ...]
    captures: tuple[tuple[Place, ...], ...]
    captor: str
    to_open: tuple[Step, ...]
    before: str
    changed: tuple[Step, ...]
    inferred: float = 0.0
    no_road: str = ""
    near_front: NearFront | None = None

    def card(self) -> tuple[str, list[tuple[str, str]]]:
        """Return the status, how long it lasts, and what it rests on."""
        lines = [
            (
                tr("status"),
                tr(
                    "{status} from {start} to {end}",
                    status=status_text(self.status), start=day_of(self.since),
                    end=day_of(self.last_day),
                ),
            ),
            (
                tr("before"),
                status_text(self.before) if self.before else tr("the run begins with it"),
            ),
        ]  # fmt: skip
        for step in self.because:
            ground = chained(step.labels, " and ")
            told = tr("{ground}: {state}", ground=ground, state=step.state)
            lines.append((tr("because"), told))
            lines += [(tr("reported"), report.event) for report in step.reports]
        return tr("{label} on {day}", label=self.label, day=day_of(self.on)), lines

    def as_dict(self) -> dict[str, Any]:
        """Return the explanation as plain data, for JSON."""
        return asdict(self)


@checked
def explain(analysis: Analysis, subject: str, on: DayLike) -> Explanation:
    """Return why a route or an enclave has its status on a day.

    Raises
    ------
    InputError
        If there is no such route or enclave, or the day lies outside the run.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> analysis = engine.analyze(scenario)
    >>> found = engine.explain(analysis, "castello", "2014-12-20")
    >>> found.status, found.since
    ('at risk', '2014-12-14')
    """
    asked, at = query_of(analysis, subject), analysis.interval_on(on)
    starts = analysis.spell_starts[subject]
    first = max(start for start in starts if start <= at)
    end = min((start for start in starts if start > at), default=analysis.states.n_intervals)
    status, known = status_code(analysis, subject, at), Known()
    to_open = np.empty(0, dtype=np.int64)
    if status not in {OPEN, LOST}:
        to_open = fewest_to_open(analysis, asked, at, secure=status != CUT)
    reasons = analysis.reasons(subject, at)
    return Explanation(
        subject,
        name_text(analysis.subject(subject), subject),
        str(day_of(on)),
        analysis.statuses[subject][at],
        str(analysis.days[first]),
        str(analysis.states.borders[end] - ONE_DAY),
        end == analysis.states.n_intervals,
        _told(analysis, reasons),
        cut_on(analysis, asked, at, known),
        _captures(analysis, asked, at, known),
        _captor(analysis, subject),
        _steps(analysis, subject, at, to_open),
        analysis.statuses[subject][first - 1] if first else "",
        _told(analysis, _changed(analysis, asked, first) if first else []),
        _inferred(analysis, subject, at),
        "" if reasons else analysis.because(subject, at),
        analysis.near_front(subject, on),
    )


def _inferred(analysis: Analysis, subject: str, at: int) -> float:
    """Return the share of a path on a map whose holder is inferred from afar."""
    if analysis.network.provenance.schematic:
        return 0.0
    share = analysis.inferred_share(subject, str(analysis.days[at]))
    return 0.0 if np.isnan(share) else share


def cut_on(analysis: Analysis, asked: Query, interval: int, known: Known) -> tuple[Step, ...]:
    """Return the fewest pieces of ground that alone bring a status about: see `Explanation.cut`."""
    status = status_code(analysis, asked.id, interval)
    if status in {OPEN, LOST}:
        return ()
    cut = smallest_cut(analysis, asked, interval, secure=status != CUT, known=known.sets)
    return _steps(analysis, asked.id, interval, cut)


def relief_on(analysis: Analysis, asked: Query, interval: int, known: Known) -> Relief:
    """Return what would change the status of an interval: captures, or else what would have to open."""
    captures, status = (
        _captures(analysis, asked, interval, known),
        status_code(analysis, asked.id, interval),
    )
    to_open: tuple[Step, ...] = ()
    if not captures and status not in {OPEN, LOST}:
        secure = status != CUT
        found = fewest_to_open(analysis, asked, interval, secure=secure, known=known.sets)
        to_open = _steps(analysis, asked.id, interval, found)
    return Relief(
        analysis.statuses[asked.id][interval], captures, _captor(analysis, asked.id), to_open
    )


def _captor(analysis: Analysis, subject: str) -> str:
    actor = analysis.subject(subject).actor
    return actor_text(analysis.scenario, actor)


def _captures(
    analysis: Analysis, asked: Query, interval: int, known: Known
) -> tuple[tuple[Place, ...], ...]:
    """Return the smallest sets of places whose capture opens a question, or secures it."""
    status = status_code(analysis, asked.id, interval)
    if status == OPEN:
        return ()
    found = fewest_gains(analysis, asked, interval, secure=status > CUT, known=known.margins)
    sites = analysis.sectors.sites
    return tuple(
        tuple(Place(name, label_of(sites, (name,))) for name in one) for one in found.sets if one
    )


def smallest_cut(
    analysis: Analysis,
    asked: Query,
    interval: int,
    *,
    secure: bool,
    known: dict[bytes, NDArray[np.int64]] | None = None,
) -> NDArray[np.int64]:
    """Return the fewest closed sectors that alone cut a question, int64; one such set.

    Closed is what is not possible, or what is not secure. `known` has the answers found before on the
    same ground, and takes this one.
    """
    closed, keeps, _ = _ground(analysis, asked, interval, secure=secure)
    known, key = {} if known is None else known, _key("cut", asked, closed, keeps)
    if key in known:
        return known[key]

    def flips(chosen: NDArray[np.uint64]) -> NDArray[np.uint64]:
        is_open = np.full((analysis.sectors.n_sectors, chosen.shape[1]), ~np.uint64(0))
        is_open[closed] = ~chosen
        return ~asked.connected([is_open], np.repeat(keeps, chosen.shape[1], axis=1))

    def path_over(chosen: NDArray[np.bool_]) -> NDArray[np.bool_] | None:
        is_open = np.ones(analysis.sectors.n_sectors, dtype=bool)
        is_open[closed] = ~chosen
        cost = np.zeros(len(is_open))
        cost[closed] = 1.0
        path = asked.path_sectors([is_open], keeps[:, 0] > 0, cost)
        return np.isin(closed, path) if len(path) else None

    def surviving(chosen: NDArray[np.bool_]) -> list[NDArray[np.bool_] | None]:
        return [path_over(one) for one in chosen]

    known[key] = _first_set(
        closed, minimum_hitting_sets(len(closed), flips, surviving, most_trials=MOST_TRIALS)
    )
    return known[key]


def fewest_to_open(
    analysis: Analysis,
    asked: Query,
    interval: int,
    *,
    secure: bool,
    known: dict[bytes, NDArray[np.int64]] | None = None,
) -> NDArray[np.int64]:
    """Return the fewest closed sectors that would have to open, int64; one such set.

    For `known` see `smallest_cut`.
    """
    closed, keeps, now = _ground(analysis, asked, interval, secure=secure)
    known, key = {} if known is None else known, _key("open", asked, closed, keeps)
    if key in known:
        return known[key]

    def ground(chosen: NDArray[np.uint64]) -> tuple[list[NDArray[np.uint64]], NDArray[np.uint64]]:
        is_open = np.where(now[:, np.newaxis], ~np.uint64(0), np.uint64(0))
        is_open = np.repeat(is_open, chosen.shape[1], axis=1)
        is_open[closed] = chosen
        return [is_open], np.repeat(keeps, chosen.shape[1], axis=1)

    def flips(chosen: NDArray[np.uint64]) -> NDArray[np.uint64]:
        return asked.connected(*ground(chosen))

    def surviving(chosen: NDArray[np.bool_]) -> list[NDArray[np.bool_] | None]:
        words = pack(np.ascontiguousarray(chosen.T))
        blocked, connected = (
            unpack(found, len(chosen)) for found in asked.blocked_sectors(*ground(words))
        )
        return [None if on else row for row, on in zip(blocked[closed].T, connected, strict=True)]

    known[key] = _first_set(
        closed, minimum_hitting_sets(len(closed), flips, surviving, most_trials=MOST_TRIALS)
    )
    return known[key]


def _ground(
    analysis: Analysis, asked: Query, interval: int, *, secure: bool
) -> tuple[NDArray[np.int64], NDArray[np.uint64], NDArray[np.bool_]]:
    """Return the closed sectors of a question, its friendly ground, and the open ground.

    Places of an enclave that are lost might be held again: all of them are taken for friendly
    where none is left.
    """
    is_open = np.any(open_by_mode(analysis, asked, interval, secure=secure), axis=0)
    near = np.zeros_like(is_open)
    near[asked.kernel.sector] = True
    keeps = friendly(analysis, asked, interval)
    if not any(len(targets.vertex) for _, targets in asked.legs_kept(keeps)):
        keeps = np.ones_like(keeps)
    words = np.where(keeps, ~np.uint64(0), np.uint64(0))[:, np.newaxis]
    return np.flatnonzero(near & ~is_open), words, is_open


def _key(what: str, asked: Query, closed: NDArray[np.int64], keeps: NDArray[np.uint64]) -> bytes:
    own = keeps[asked.own_ground()]
    return b" ".join([what.encode(), asked.id.encode(), closed.tobytes(), own.tobytes()])


def _first_set(closed: NDArray[np.int64], found: HittingSets) -> NDArray[np.int64]:
    return closed[list(found.sets[0])] if found.sets else np.empty(0, dtype=np.int64)


def _steps(
    analysis: Analysis, name: str, interval: int, sectors: NDArray[np.int64]
) -> tuple[Step, ...]:
    return _told(analysis, _reasons(analysis, name, interval, sectors))


def _reasons(
    analysis: Analysis, name: str, interval: int, sectors: NDArray[np.int64]
) -> list[Reason]:
    then, actor = analysis.view(name).on(interval).on(interval), analysis.subject(name).actor
    return [reason_for(analysis.terminals, then, actor, sector) for sector in sectors.tolist()]


def _causes(analysis: Analysis, reasons: Sequence[Reason]) -> list[Cause]:
    terminals, states = analysis.terminals, analysis.states
    return causes_of(terminals, states, analysis.statement_ids, list(dict.fromkeys(reasons)))


def _told(analysis: Analysis, reasons: Sequence[Reason]) -> tuple[Step, ...]:
    return tuple(
        Step(
            cause.sites,
            cause.labels,
            cause.state,
            cause.overlooked_by,
            cause.overlooked_label,
            tuple(_report(analysis, one) for one in cause.statements),
        )
        for cause in _causes(analysis, reasons)
    )


def _report(analysis: Analysis, statement: int) -> Report:
    statements = analysis.states.statements
    entry = statements.entries[statement]
    by = getattr(entry, "actor", None) or getattr(entry, "holder", None) or ""
    return Report(
        analysis.statement_ids[statement],
        entry.site,
        label_of(analysis.sectors.sites, (entry.site,)),
        getattr(entry, "kind", "baseline"),
        str(statements.date[statement]),
        str(statements.reported[statement]),
        by,
        actor_text(analysis.scenario, by) if by else "",
        entry.source,
        entry.confidence,
        entry.note,
    )


def causes_of_change(analysis: Analysis, subject: str, first: int) -> list[Cause]:
    """Return the ground that turned a status on the first interval of a spell, for people."""
    reasons = _changed(analysis, query_of(analysis, subject), first)
    return _causes(analysis, reasons)


def _changed(analysis: Analysis, asked: Query, first: int) -> list[Reason]:
    """Return the ground of the better path, before or after, that is not so good on the other day.

    Of an enclave that was lost until then, the places that are held again.
    """
    if is_lost(analysis, asked.id, first - 1):
        enclave, actor = analysis.enclaves[asked.id], analysis.subject(asked.id).actor
        held = enclave.chosen(~enclave.lost[:, first])
        states = analysis.states
        return reasons_of_places(analysis.terminals, states, actor, held, first)
    if is_lost(analysis, asked.id, first):
        return analysis.reasons(asked.id, first)
    better, worse = first, first - 1
    if status_code(analysis, asked.id, first) < status_code(analysis, asked.id, first - 1):
        better, worse = first - 1, first
    path = best_path(analysis, asked, better)
    if path is None:
        return []
    secure = status_code(analysis, asked.id, worse) != CUT
    then = np.any(open_by_mode(analysis, asked, worse, secure=secure), axis=0)
    sectors = dict.fromkeys(analysis.sectors.sector[path.pieces].tolist())
    moved = np.array([sector for sector in sectors if not then[sector]], dtype=np.int64)
    return _reasons(analysis, asked.id, first, moved)
