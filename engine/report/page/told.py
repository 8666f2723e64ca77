"""What the page tells in words, as plain values for JSON: in any language."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.analysis.causes import reason_text
from engine.analysis.least_bad_path import legs_on
from engine.analysis.status import status_text
from engine.control.sites import label_of
from engine.control.words import actor_text, condition_text, kind_text
from engine.language import ENGLISH, PSEUDO, speaking, spoken, tr, trc
from engine.measures.explanation import Known
from engine.report.csv import as_text
from engine.report.page.languages import languages_data, overlay, page_languages
from engine.report.page.meeting import Meeting
from engine.report.style import actor_colours, constants
from engine.scenario.vocabulary import MEANING_OF_KIND, NEED_AN_ACTOR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.analysis.analysis import Analysis
    from engine.analysis.causes import Cause
    from engine.report.page.offline import Whatif
    from engine.scenario.model import Event, Holding


@dataclass(frozen=True, eq=False)
class Told:
    """What the page tells in words, in any language; what takes long is computed once for all.

    Parameters
    ----------
    analysis, whatif
        What it is about.
    classes
        Of roads, as the page has them.
    reasons
        Whether what every day rests on is told.
    """

    analysis: Analysis
    classes: Sequence[str]
    whatif: Whatif | None
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
        facts, whatif = self.analysis.facts, self.whatif
        return {
            **_words(self.classes),
            "title": facts.called,
            "facts": facts.sentences(),
            "digests": facts.digests(),
            "credit": _credit(facts.credit),
            "actors": _actors(self.analysis),
            "kinds": kinds_data(),
            "sectors": sectors_data(self.analysis),
            "reports": reports_data(self.analysis),
            "routes": self._routes(),
            "whatif": whatif.data | whatif.texts() if whatif else None,
        }

    def _routes(self) -> list[dict[str, Any]]:
        """Return the routes and enclaves, with what their statuses rest on."""
        analysis = self.analysis
        meeting = Meeting(analysis, known=self.known)
        told = range(analysis.states.n_intervals if self.reasons else 0)
        routes = []
        for name, words in analysis.statuses.items():
            asked = analysis.subjects[name]
            causes = [analysis.causes(name, at) for at in told]
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
                    "meeting": [meeting.of(name, at, causes[at]) for at in told],
                    "why": [why_data(analysis, name, at, causes[at]) for at in told],
                }
            )
        return routes


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
