"""What the page tells in words, as plain values for JSON: in any language.

First what a meeting asks: how it stands, how close to the edge, what would relieve it, how many people.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.analysis.evidence import reason_text
from engine.analysis.least_bad_path import legs_on
from engine.analysis.query import Query, query_of
from engine.analysis.status import ENCLAVE_STATUS, ROUTE_STATUS, status_text
from engine.control.sites import label_of
from engine.control.words import actor_text, chained, condition_text, kind_text, name_text
from engine.language import ENGLISH, PSEUDO, day_text, marked, speaking, spoken, tr, trc, trn
from engine.measures.enclaves import enclave_rows
from engine.measures.explanation import Known, cut_on, relief_on
from engine.measures.margin import Margin, margin_on
from engine.report.csv import as_text
from engine.report.page.languages import languages_data, overlay, page_languages
from engine.report.sentences import either, what_would_change
from engine.report.style import actor_colours, constants
from engine.scenario.vocabulary import MEANING_OF_KIND, NEED_AN_ACTOR

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.analysis.analysis import Analysis
    from engine.analysis.evidence import Cause
    from engine.measures.explanation import Step
    from engine.report.page.offline import Whatif
    from engine.scenario.model import Event, Holding


BESIEGED = ENCLAVE_STATUS[0]
_PEOPLE = {
    "connected": marked("{n:,} connected"),
    "at_risk": marked("{n:,} at risk"),
    "besieged": marked("{n:,} besieged"),
    "in_lost": marked("{n:,} in lost"),
}
WORST = {BESIEGED, ROUTE_STATUS[0], "lost"}


@dataclass(eq=False)
class Meeting:
    """The answers of an analysis that a meeting asks for first.

    Parameters
    ----------
    analysis
        The scenario, analyzed.
    intervals
        The intervals that will be asked about; all of them, if absent.
    whole
        The analysis of the whole run, if this is the latest part of it.
    """

    analysis: Analysis
    intervals: Sequence[int] | None = None
    known: Known = field(default_factory=Known)
    whole: Analysis | None = None

    def of(
        self, name: str, interval: int, causes: Sequence[Cause], *, edge: bool = True
    ) -> dict[str, Any]:
        """Return what stands first for a route or an enclave on an interval.

        Parameters
        ----------
        name
            The route or the enclave.
        interval
            The interval.
        causes
            What its status rests on then (`Analysis.causes`).
        edge
            Whether it is told how close to the edge it is, which takes long on large networks.

        Returns
        -------
        dict
            ``first`` (one sentence), ``lines`` (of a heading and a text each), ``loss`` and ``gain`` (the
            ids of the places that would cut or relieve it) and ``causes`` (the ids of the sites that a
            reason names).
        """
        since, people = self._since(name, interval), self._people(name, interval)
        steps: list[Cause | Step] = [*causes]
        distance, lines, places = list[str](), list[tuple[str, str]](), dict[str, list[str]]()
        if edge:
            distance, lines, places, cut = self._edge(name, interval)
            steps += cut
        lines.append((tr("People"), chained(people[1:], "; ")))
        return {
            "first": f"{chained([since, *distance, *people[:1]], '; ')}.",
            "lines": [{"head": head, "text": text} for head, text in lines if text],
            **places,
            "causes": sorted(
                {id_ for step in steps for id_ in (*step.sites, step.overlooked_by) if id_}
            ),
        }

    def _edge(
        self, name: str, interval: int
    ) -> tuple[list[str], list[tuple[str, str]], dict[str, list[str]], Sequence[Step]]:
        """Return how far from the edge it is, what that hangs on, the places, and what cuts it."""
        analysis, asked = self.analysis, self._queries[name]
        status = analysis.statuses[name][interval]
        edge = margin_on(analysis, asked, interval, self.known.margins)
        change = "gain" if status in WORST else "loss"
        relief = relief_on(analysis, asked, interval, self.known)
        lines = [
            (tr("Hangs on"), self._sets(edge) if change == "loss" else ""),
            (tr("Relief"), " ".join(what_would_change(relief, is_cut=status in WORST))),
        ]
        places = {change: sorted({place for one in edge.sets for place in one})}
        cut = cut_on(analysis, asked, interval, self.known)
        return [self._distance(name, change, edge)], lines, places, cut

    @cached_property
    def _queries(self) -> dict[str, Query]:
        return {name: query_of(self.analysis, name) for name in self.analysis.subjects}

    def _since(self, name: str, interval: int) -> str:
        run = self.analysis if self.whole is None else self.whole
        interval_of_run = run.states.n_intervals - self.analysis.states.n_intervals + interval
        starts = run.spell_starts[name]
        first = starts[bisect_right(starts, interval_of_run) - 1]
        label = name_text(self.analysis.subjects[name], name)
        status = status_text(self.analysis.statuses[name][interval])
        if not first:
            return tr("{label}: {status} since the start of the run", label=label, status=status)
        day = in_words(str(run.days[first]))
        return tr("{label}: {status} since {day}", label=label, status=status, day=day)

    def _distance(self, name: str, change: str, edge: Margin) -> str:
        """Return how many places from the edge it is."""
        own = status_text(BESIEGED if name in self.analysis.enclaves else ROUTE_STATUS[0])
        if not np.isfinite(edge.found.upper):
            if change == "gain":
                return tr("no capture of places alone would relieve it")
            return tr("no capture of places alone would make it {status}", status=own)
        n = int(edge.found.upper)
        named = self._label(edge.sets[0]) if n == 1 and len(edge.sets) == 1 else ""
        if change == "gain" and named:
            return tr("the capture of {place} would relieve it", place=named)
        if change == "gain":
            return trn(
                "the capture of one place would relieve it",
                "the capture of {n} places would relieve it", n,
            )  # fmt: skip
        if named:
            return tr("one place, {place}, from being {status}", place=named, status=own)
        return trn("one place from being {status}", "{n} places from being {status}", n, status=own)

    def _sets(self, edge: Margin) -> str:
        if not edge.sets or not np.isfinite(edge.found.upper):
            return ""
        by = either([actor_text(self.analysis.scenario, name) for name in edge.by])
        places = either([self._label(one) for one in edge.sets])
        return tr("{places}, if taken by {actor}", places=places, actor=by)

    def _label(self, places: tuple[str, ...]) -> str:
        return chained((self.analysis.sectors.label((place,)) for place in places), " and ")

    def _people(self, name: str, interval: int) -> list[str]:
        """Return how many people depend on it, and how they are."""
        analysis = self.analysis
        served = [
            enclave.id
            for enclave in analysis.scenario.enclaves
            if enclave.id == name or self._serves(name, enclave.id, interval)
        ]
        rows = [(one, self._enclave(one, analysis.days[interval])) for one in served]
        known = [(one, row) for one, row in rows if row.get("people") is not None]
        if not known:
            return []
        told = []
        for each, row in known:
            label = name_text(analysis.subjects[each], each)
            unknown = tr("{people:,}, in which state is not known", people=row["people"])
            state = chained(_people_by_state(row), ", ") or unknown
            told.append(tr("{label}: {state}", label=label, state=state))
        total = sum(row["people"] for _, row in known)
        return [trn("{n:,} people", "{n:,} people", total), *told]

    def _enclave(self, name: str, day: np.datetime64) -> dict[str, Any]:
        """Return the case of an enclave on a day."""
        return next(row for row in self._cases[name] if row["start"] <= day < row["end"])

    @cached_property
    def _cases(self) -> dict[str, list[dict[str, Any]]]:
        """The rows of `enclave_table`, by enclave."""
        days = None
        if self.intervals is not None:
            days = [str(self.analysis.days[interval]) for interval in self.intervals]
        cases: dict[str, list[dict[str, Any]]] = {name: [] for name in self.analysis.enclaves}
        for row in enclave_rows(self.analysis, days):
            cases[row["id"]].append(row)
        return cases

    def _serves(self, route: str, enclave: str, interval: int) -> bool:
        """Return whether the path to an enclave leads over that of a route of the same actor.

        Of a route that is cut, whether it did on the day before it was, and the enclave is besieged.
        """
        analysis = self.analysis
        if analysis.subjects[route].actor != analysis.subjects[enclave].actor:
            return False
        statuses = analysis.statuses[route]
        if route in analysis.enclaves:
            return False
        if statuses[interval] in WORST and analysis.statuses[enclave][interval] != BESIEGED:
            return False
        while interval >= 0 and statuses[interval] in WORST:
            interval -= 1
        if interval < 0:
            return False
        own, other = (self._path(name, interval) for name in (route, enclave))
        return bool(np.isin(own, other).any())

    def _path(self, name: str, interval: int) -> NDArray[np.int64]:
        legs = self.analysis.path(name, str(self.analysis.days[interval]))
        return np.concatenate([np.empty(0, dtype=np.int64), *legs])


def in_words(day: str) -> str:
    """Return a day as people write it.

    Examples
    --------
    >>> in_words("2014-12-04")
    '4 December 2014'
    """
    moment: dt.date = np.datetime64(day, "D").astype(object)
    if spoken().code in {ENGLISH, PSEUDO}:
        return f"{moment.day} {moment:%B %Y}"
    return day_text(moment)


def _people_by_state(row: dict[str, Any]) -> list[str]:
    """Return how many people of an enclave are in which state; those of which none is known are left out."""
    return [tr(text, n=row[state]) for state, text in _PEOPLE.items() if row.get(state)]


@dataclass(frozen=True, eq=False)
class Told:
    """What the page tells in words, in any language; what takes long is computed once for all.

    Parameters
    ----------
    analysis, whatif
        What it is about.
    whole
        The analysis of the whole run, of which this may be the latest part.
    classes
        Of roads, as the page has them.
    reasons
        Whether what every day rests on is told.
    """

    analysis: Analysis
    classes: Sequence[str]
    whatif: Whatif | None
    whole: Analysis
    reasons: bool
    known: Known = field(default_factory=Known)

    def in_languages(self) -> dict[str, Any]:
        """Return it in English, and over that in every other language."""
        own = spoken().code
        codes = dict.fromkeys([*page_languages(), *([own] if own == PSEUDO else [])])
        about = languages_data(codes)
        with speaking(ENGLISH):
            said = self.now()
        for code in codes:
            if code != ENGLISH:
                texts: dict[str, int] = {}
                with speaking(code, isolates=True):
                    over = overlay(said, self.now(), texts)
                about["of"][code] |= {"over": over, "texts": list(texts)}
        return said | {"languages": about}

    def now(self) -> dict[str, Any]:
        """Return it in the language spoken."""
        facts, whatif = self.whole.facts, self.whatif
        return {
            **_words(self.classes),
            "title": facts.called,
            "facts": [*self._left_out(), *facts.sentences()],
            "digests": facts.digests(),
            "credit": _credit(facts.credit),
            "actors": _actors(self.analysis),
            "kinds": kinds_data(),
            "sectors": sectors_data(self.analysis),
            "reports": reports_data(self.analysis),
            "routes": self._routes(),
            "whatif": whatif.data | whatif.texts() if whatif else None,
        }

    def _left_out(self) -> list[str]:
        """Return what is told of a run of which the page has the latest part."""
        part, whole = self.analysis, self.whole
        if part is whole:
            return []
        return [
            tr(
                "This page begins on {day}: it shows the last {n:,} of the {total:,} days on which "
                "something changes, and no older report that rules no ground any more. How close each "
                "status is to the edge, and what would relieve it, is told of the last day alone.",
                day=part.days[0].item(), n=part.states.n_intervals, total=whole.states.n_intervals,
            )
        ]  # fmt: skip

    def _routes(self) -> list[dict[str, Any]]:
        """Return the routes and enclaves, with what their statuses rest on."""
        analysis = self.analysis
        meeting = Meeting(analysis, known=self.known, whole=self.whole)
        n = analysis.states.n_intervals
        told = range(n if self.reasons else 0)
        edges = told if analysis is self.whole else told[-1:]
        routes = []
        for name, words in analysis.statuses.items():
            asked = analysis.subjects[name]
            causes = [self._causes(name, at) for at in told]
            routes.append(
                {
                    "id": name,
                    "kind": "enclave" if name in analysis.enclaves else "route",
                    "label": asked.label or name,
                    "label_ar": asked.label_ar,
                    "cell": as_text(asked.label or name),
                    "actor": asked.actor,
                    "ends": _ends(analysis, name),
                    "status": words,
                    "meeting": [meeting.of(name, at, causes[at], edge=at in edges) for at in told],
                    "why": [why_data(analysis, name, at, causes[at]) for at in told],
                }
            )
        return routes

    def _causes(self, name: str, interval: int) -> list[Cause]:
        """Return what a status rests on by the whole run, with the statements of this part."""
        before = self.whole.states.n_intervals - self.analysis.states.n_intervals
        causes, row = self.whole.causes(name, before + interval), self._row
        if not before:
            return causes
        return [
            replace(one, statements=tuple(row[at] for at in one.statements if at in row))
            for one in causes
        ]

    @cached_property
    def _row(self) -> dict[int, int]:
        """The statement of this part that each statement of the whole run is."""
        row = {one: at for at, one in enumerate(self.analysis.statement_ids)}
        n = self.whole.states.statements.n_baseline
        same = {at: at for at in range(n)}
        ids = self.whole.statement_ids
        return same | {at: row[ids[at]] for at in range(n, len(ids)) if ids[at] in row}


def _actors(analysis: Analysis) -> list[dict[str, str]]:
    colours = actor_colours(analysis.scenario.actors)
    named = [
        {
            "id": name,
            "label": actor.label or name,
            "label_ar": actor.label_ar,
            "colour": colours[name],
        }
        for name, actor in analysis.scenario.actors.items()
    ]
    unknown = trc("holder of ground", "unknown")
    return [*named, {"id": "", "label": unknown, "label_ar": "", "colour": colours[""]}]


def _words(classes: Sequence[str]) -> dict[str, Any]:
    """Return statuses and conditions as the style has them, and classes of roads, with their words."""
    looks: dict[str, Any] = constants()
    return {
        "statuses": [one | {"label": status_text(one["word"])} for one in looks["statuses"]],
        "conditions": [
            one | {"label": _condition_label(one["word"])} for one in looks["conditions"]
        ],
        "class_words": [class_text(name) for name in classes],
    }


def _condition_label(word: str) -> str:
    """Return what the legend calls a condition."""
    return tr("exposed (under fire)") if word == "exposed" else condition_text(word)


def class_text(name: str) -> str:
    """Return a class of roads in words.

    Examples
    --------
    >>> class_text("motorway")
    'motorway'
    """
    words = {
        "route": trc("class of roads", "route"),
        "motorway": trc("class of roads", "motorway"),
        "trunk": trc("class of roads", "trunk"),
        "primary": trc("class of roads", "primary"),
        "secondary": trc("class of roads", "secondary"),
        "tertiary": trc("class of roads", "tertiary"),
        "unclassified": trc("class of roads", "unclassified"),
        "residential": trc("class of roads", "residential"),
        "living_street": trc("class of roads", "living street"),
        "service": trc("class of roads", "service"),
        "track": trc("class of roads", "track"),
        "other": trc("class of roads", "other"),
    }
    return words.get(name, name)


def _credit(credit: str) -> str:
    """Return whom to credit for the roads; those whom nearly every network credits, in the language."""
    return (
        tr("© OpenStreetMap contributors") if credit == "© OpenStreetMap contributors" else credit
    )


def kinds_of_reports() -> list[dict[str, str]]:
    """Return the kinds of events with what tables call them."""
    return [{"id": kind, "label": report_kind(kind)} for kind in MEANING_OF_KIND]


def kinds_data() -> list[dict[str, Any]]:
    """Return what a report may say, those that move the control of ground first."""
    moving = {kind for kind, meaning in MEANING_OF_KIND.items() if meaning.condition}
    return [
        {
            "id": kind,
            "label": kind_text(kind),
            "actor": kind in NEED_AN_ACTOR,
            "moves": kind in moving,
        }
        for kind in sorted(MEANING_OF_KIND, key=lambda kind: kind not in moving)
    ]


def sectors_data(analysis: Analysis) -> dict[str, Any]:
    """Return the spells of every sector: the interval in which each begins, and its state.

    Holder -1 is unknown.
    """
    states, spells = analysis.states, analysis.sector_columns()
    runs, kept = states.spells()
    with speaking(ENGLISH):  # which texts are the same, is so in every language
        pairs = zip(analysis.sector_columns()["state"], spells["event"], strict=True)
        told: dict[tuple[str, str], int] = {}
        numbers = [told.setdefault(pair, len(told)) for pair in pairs]
    texts = dict(zip(numbers, zip(spells["state"], spells["event"], strict=True), strict=True))
    by_sector = {
        "begin": runs.begin.tolist(),
        "holder": states.holder[kept].tolist(),
        "condition": states.condition[kept].tolist(),
        "told": numbers,
    }
    rows = list(pairwise(runs.first.tolist()))
    return {
        "site": [analysis.sectors.label(ids) for ids in analysis.sectors.site_ids],
        "ids": [list(ids) for ids in analysis.sectors.site_ids],
        **{name: [flat[a:b] for a, b in rows] for name, flat in by_sector.items()},
        "texts": [
            {"state": texts[number][0], "reports": texts[number][1]} for number in range(len(told))
        ],
    }


def _ends(analysis: Analysis, name: str) -> list[str]:
    """Return the ids of the sites between which a route leads, or of the places of an enclave."""
    if name in analysis.enclaves:
        return list(analysis.enclaves[name].places)
    ends = [
        end
        for leg in legs_on(analysis.subject(name), None, 0)
        for end in (*leg.sources, *leg.targets)
    ]
    return list(dict.fromkeys(p for end in ends for p in analysis.terminals.parts(end)))


def why_data(
    analysis: Analysis, name: str, interval: int, causes: Sequence[Cause]
) -> dict[str, Any]:
    """Return what the status of a route or an enclave rests on, on an interval."""
    said = [
        {
            "text": cause.reason,
            "named": reason_text(cause.labels, cause.state, ""),
            "sites": cause.sites,
            "over": cause.overlooked_by,
            "reports": cause.statements,
        }
        for cause in causes
    ]
    if name not in analysis.enclaves:
        return {"causes": said}
    return {"causes": said, "apart": _places_apart(analysis, name, interval)}


def _places_apart(analysis: Analysis, name: str, interval: int) -> dict[str, list[str]]:
    """Return what to call the places of an enclave that stand apart: those lost, and those cut off."""
    enclave = analysis.enclaves[name]
    labels = np.array([label_of(analysis.sectors.sites, (place,)) for place in enclave.places])
    return {
        "lost": labels[enclave.lost[:, interval]].tolist(),
        "cut off": labels[enclave.cut_off[:, interval]].tolist(),
    }


def reports_data(analysis: Analysis) -> list[dict[str, Any]]:
    """Return all that was said: first the baseline, then the events, as the states count them."""
    statements, sites = analysis.states.statements, analysis.sectors.sites
    believed = analysis.states.believed.tolist()
    days = day_numbers(analysis, statements.date)
    reports = []
    for row, entry in enumerate(statements.entries):
        site = sites.named[statements.site[row]]
        reports.append(
            {
                "id": analysis.statement_ids[row],
                "place": site.id,
                "day": days[row],
                "date": str(statements.date[row]),
                "site": site.label,
                "site_ar": site.label_ar,
                "believed": believed[row],
                "confidence": entry.confidence,
                "source": entry.source,
                "note": entry.note,
                **_of_entry(analysis, entry),
            }
        )
    return reports


def _of_entry(analysis: Analysis, entry: Event | Holding) -> dict[str, Any]:
    from engine.scenario.model import Event

    return _of_event(analysis, entry) if isinstance(entry, Event) else _of_row(analysis, entry)


def _of_event(analysis: Analysis, event: Event) -> dict[str, Any]:
    days = {"first": event.first_day, "last": event.last_day}
    span = "" if event.first_day == event.last_day else tr("{first} to {last}", **days)
    return {
        "kind": report_kind(event.kind),
        "actor": _label(analysis, event.actor),
        "defender": _label(analysis, event.defender),
        "range": span,
        "reported": str(event.reported or ""),
        "until": str(event.until or ""),
    }


def _of_row(analysis: Analysis, row: Holding) -> dict[str, Any]:
    holder = _label(analysis, row.holder) or tr("nobody known")
    condition = condition_text(row.condition)
    return {"kind": tr("baseline: {condition}, {holder}", condition=condition, holder=holder)}


def report_kind(kind: str) -> str:
    """Return the kind of a report in words: in English the one that its table has."""
    return kind.replace("_", " ") if spoken().code == ENGLISH else kind_text(kind)


def _label(analysis: Analysis, actor: str | None) -> str:
    return actor_text(analysis.scenario, actor) if actor else ""


def day_numbers(analysis: Analysis, days: NDArray[np.datetime64]) -> list[int]:
    """Return days as the page counts them: from the first of the run."""
    return [int(n) for n in (days - analysis.states.borders[0]) / np.timedelta64(1, "D")]
