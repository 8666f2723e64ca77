"""Why a status is what it is, in plain sentences."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from engine.analysis.analysis import INFERRED_KM
from engine.analysis.evidence import MOST_NAMED, listed, near_front_text, reason_text
from engine.analysis.status import status_text
from engine.control.words import chained, event_text
from engine.io.arguments import checked
from engine.language import listing, tr, trn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.measures.explanation import Explanation, Relief, Report, Step


WORTH_SAYING = 0.05
"""A smaller share of a path than this that is inferred is not worth a sentence."""


@checked
def explanation_sentences(found: Explanation) -> list[str]:
    """Return an explanation in plain sentences.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> analysis = engine.analyze(scenario)
    >>> found = engine.explain(analysis, "castello", "2014-12-20")
    >>> engine.explanation_sentences(found)[0]
    'Castello road is at risk on 2014-12-20, since 2014-12-14. The run ends on 2014-12-31.'
    """
    told = set[str]()
    is_cut = found.status in {"cut", "besieged", "lost"}
    said = [_status_sentence(found)]
    return [*said, *_because(found, told, is_cut=is_cut), *_change(found, told, is_cut=is_cut)]


def _status_sentence(found: Explanation) -> str:
    """Return the status of the day, and how long it lasts."""
    values = {
        "label": found.label,
        "status": status_text(found.status),
        "on": _day(found.on),
        "since": _day(found.since),
        "last": _day(found.last_day),
    }
    if not found.lasts and found.since == found.last_day:
        return tr("{label} is {status} on {on}, on this day alone.", **values)
    if not found.lasts and found.before:
        return tr("{label} is {status} on {on}, from {since} to {last}.", **values)
    if not found.lasts:
        return tr(
            "{label} is {status} on {on}, from the first day of the run, {since}, to {last}.",
            **values,
        )
    if found.before:
        return tr(
            "{label} is {status} on {on}, since {since}. The run ends on {last}.",
            **values,
        )
    return tr(
        "{label} is {status} on {on}, since the run began on {since}. The run ends on {last}.",
        **values,
    )


def _because(found: Explanation, told: set[str], *, is_cut: bool) -> list[str]:
    if found.status == "lost":
        return [
            tr("None of its places is still held. The last to be lost:"),
            *(_with_reports(step, told) for step in found.because),
        ]
    said = []
    if found.because and not found.cut:
        said.append(tr("The best path leads over {places}.", places=_names(found.because)))
    elif found.because and is_cut:
        said.append(tr("Not all of the best path can be passed:"))
    elif found.because:
        said.append(tr("Not all of the best path is secure:"))
    said += [_with_reports(step, told) for step in found.because]
    if found.cut:
        said.append(_cut_by(found, is_cut=is_cut))
        said += [_with_reports(step, told) for step in found.cut if step not in found.because]
    if is_cut and not (found.cut or found.because):
        said.append(f"{found.no_road[:1].upper()}{found.no_road[1:]}.")
    if found.inferred >= WORTH_SAYING:
        said.append(
            tr(
                "{share:.0%} of the path lies more than {km:g} km from the place whose holder it is "
                "taken to have.",
                share=found.inferred,
                km=INFERRED_KM,
            )
        )
    if found.near_front:
        said.append(near_front_text(found.near_front))
    return said


def _cut_by(found: Explanation, *, is_cut: bool) -> str:
    """Return what ground brings a status about alone."""
    places = _names(found.cut)
    if not is_cut:
        return tr("It is kept from being secure by {places} alone.", places=places)
    if found.status == "cut":
        return tr("It is cut by {places} alone.", places=places)
    return tr("It is cut off by {places} alone.", places=places)


def _change(found: Explanation, told: set[str], *, is_cut: bool) -> list[str]:
    said = what_would_change(found, is_cut=is_cut)
    if not found.before:
        return said
    before = status_text(found.before)
    if found.status == "lost":
        return [*said, tr("Until then it was {before}.", before=before)]
    said.append(
        tr(
            "Until then it was {before}. What changed on {since}:",
            before=before,
            since=_day(found.since),
        )
    )
    changed = [_with_reports(step, told) for step in found.changed]
    nothing = tr("no ground of the path: a place was lost, or a right of passage began or ended.")
    return [*said, *(changed or [nothing])]


def what_would_change(found: Explanation | Relief, *, is_cut: bool) -> list[str]:
    """Return which places would have to be captured, or else which road would have to open."""
    change = "cut" if is_cut else "at risk"
    if found.status in {"besieged", "lost"}:
        change = found.status
    if found.captures:
        n = len(found.captures[0])
        sets = [chained([place.label for place in one], " and ") for one in found.captures]
        places = listed(sets, ", or ") if n > 1 else either(sets)
        return [_by_capture(change, n, found.captor, places)]
    if not found.to_open:
        return []
    n = sum(len(step.labels) for step in found.to_open)
    return [_by_opening(change, n, _names(found.to_open))]


def _by_capture(change: str, n: int, captor: str, places: str) -> str:
    """Return the capture of which places would end a status."""
    if change == "cut":
        return trn(
            "To be cut no longer, it takes the capture by {captor} of {n} place: {places}.",
            "To be cut no longer, it takes the capture by {captor} of {n} places: {places}.",
            n, captor=captor, places=places,
        )  # fmt: skip
    if change == "besieged":
        return trn(
            "To be besieged no longer, it takes the capture by {captor} of {n} place: {places}.",
            "To be besieged no longer, it takes the capture by {captor} of {n} places: {places}.",
            n, captor=captor, places=places,
        )  # fmt: skip
    if change == "lost":
        return trn(
            "To be lost no longer, it takes the capture by {captor} of {n} place: {places}.",
            "To be lost no longer, it takes the capture by {captor} of {n} places: {places}.",
            n, captor=captor, places=places,
        )  # fmt: skip
    return trn(
        "To be secure, it takes the capture by {captor} of {n} place: {places}.",
        "To be secure, it takes the capture by {captor} of {n} places: {places}.",
        n, captor=captor, places=places,
    )  # fmt: skip


def _by_opening(change: str, n: int, places: str) -> str:
    """Return the opening of how many pieces of road would end a status that no capture ends."""
    if change == "cut":
        return trn(
            "To be cut no longer, no capture of places is enough: this piece of road would have to "
            "open: {places}.",
            "To be cut no longer, no capture of places is enough: these pieces of road would have to "
            "open: {places}.",
            n, places=places,
        )  # fmt: skip
    if change == "besieged":
        return trn(
            "To be besieged no longer, no capture of places is enough: this piece of road would have "
            "to open: {places}.",
            "To be besieged no longer, no capture of places is enough: these pieces of road would "
            "have to open: {places}.",
            n, places=places,
        )  # fmt: skip
    return trn(
        "To be secure, no capture of places is enough: this piece of road would have to become "
        "secure: {places}.",
        "To be secure, no capture of places is enough: these pieces of road would have to become "
        "secure: {places}.",
        n, places=places,
    )  # fmt: skip


def either(names: Sequence[str]) -> str:
    """Return names of which one is enough; many are only counted."""
    if len(names) > MOST_NAMED + 1:
        first, n = listing(names[:MOST_NAMED]), len(names) - MOST_NAMED
        return trn("{names} or one of {n} more", "{names} or one of {n} more", n, names=first)
    return listing(names, "or")


def _with_reports(step: Step, told: set[str]) -> str:
    """Return the ground, its state, and who says so; sources only of reports not told before."""
    reports = _once(step.reports)
    said = listed([_report(report, known=report.event in told) for report in reports], "; ")
    told |= {report.event for report in reports[:MOST_NAMED]} - {"baseline"}
    reason = reason_text(step.labels, step.state, step.overlooked_label)
    if said:
        return tr("{reason} ({reports}).", reason=reason, reports=said)
    return tr("{reason}, as no report says otherwise.", reason=reason)


def _once(reports: tuple[Report, ...]) -> tuple[Report, ...]:
    """Return reports, with rows of the baseline told once where they say the same."""
    alike: dict[tuple[str, ...], Report] = {}
    for report in reports:
        key = (
            (report.event, report.by, report.date) if report.kind == "baseline" else (report.event,)
        )
        alike.setdefault(key, report)
    return tuple(alike.values())


def _report(report: Report, *, known: bool) -> str:
    """Return a report as text: what, when, and what is known of it, with commas between them."""
    day, source = _day(report.date), report.source
    says = [tr("says {source}", source=source)] if source else []
    if report.kind == "baseline":
        return listing([tr("the baseline of {day}", day=day), *says])
    happened = event_text(report.kind, report.label, report.by_label if report.by else "")
    what = tr("{what} on {day} [{id}]", what=happened, day=day, id=report.event)
    if known:
        return what
    said = [what]
    if report.reported != report.date:
        said.append(tr("reported {day}", day=_day(report.reported)))
    said += says
    if report.confidence < 1:
        said.append(tr("confidence {confidence:g}", confidence=report.confidence))
    return listing(said)


def _names(steps: Sequence[Step]) -> str:
    """Return what to call the ground of several steps, in order, each once."""
    distinct = list(dict.fromkeys(label for step in steps for label in step.labels))
    return listed(distinct) if len(distinct) > MOST_NAMED + 1 else listing(distinct, "and")


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)
