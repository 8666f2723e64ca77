"""Why a status is what it is, in plain sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.analysis.analysis import INFERRED_KM
from engine.analysis.causes import MOST_NAMED, listed, reason_text
from engine.io.arguments import checked
from engine.scenario.vocabulary import MEANING_OF_KIND, kind_in_words

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
    since = found.since if found.before else f"the run began on {found.since}"
    span = f"since {since}. The run ends on {found.last_day}"
    if not found.lasts:
        first = found.since if found.before else f"the first day of the run, {found.since},"
        span = f"from {first} to {found.last_day}"
        if found.since == found.last_day:
            span = "on this day alone"
    said = [f"{found.label} is {found.status} on {found.on}, {span}."]
    is_cut = found.status in {"cut", "besieged", "lost"}
    told = set[str]()
    return [*said, *_because(found, told, is_cut=is_cut), *_change(found, told, is_cut=is_cut)]


def _because(found: Explanation, told: set[str], *, is_cut: bool) -> list[str]:
    if found.status == "lost":
        return [
            "None of its places is still held. The last to be lost:",
            *(_with_reports(step, told) for step in found.because),
        ]
    said = []
    if found.because and not found.cut:
        said.append(f"The best path leads over {_names(found.because)}.")
    elif found.because:
        said.append(f"Not all of the best path {'can be passed' if is_cut else 'is secure'}:")
    said += [_with_reports(step, told) for step in found.because]
    if found.cut:
        what = (
            ("cut" if found.status == "cut" else "cut off") if is_cut else "kept from being secure"
        )
        said.append(f"It is {what} by {_names(found.cut)} alone.")
        said += [_with_reports(step, told) for step in found.cut if step not in found.because]
    if is_cut and not (found.cut or found.because):
        said.append(f"{found.no_road[:1].upper()}{found.no_road[1:]}.")
    if found.inferred >= WORTH_SAYING:
        said.append(
            f"{found.inferred:.0%} of the path lies more than {INFERRED_KM:g} km from the place "
            "whose holder it is taken to have."
        )
    return said


def _change(found: Explanation, told: set[str], *, is_cut: bool) -> list[str]:
    said = []
    said += what_would_change(found, is_cut=is_cut)
    if found.before and found.status == "lost":
        said.append(f"Until then it was {found.before}.")
    elif found.before:
        said.append(f"Until then it was {found.before}. What changed on {found.since}:")
        said += [_with_reports(step, told) for step in found.changed] or [
            "no ground of the path: a place was lost, or a right of passage began or ended."
        ]
    return said


def what_would_change(found: Explanation | Relief, *, is_cut: bool) -> list[str]:
    """Return which places would have to be captured, or else which road would have to open."""
    change = "cut no longer" if is_cut else "secure"
    if found.status in {"besieged", "lost"}:
        change = f"{found.status} no longer"
    if found.captures:
        n = len(found.captures[0])
        sets = [" and ".join(place.label for place in one) for one in found.captures]
        places = f"{n} places: {listed(sets, ', or ')}" if n > 1 else f"1 place: {either(sets)}"
        return [f"To be {change}, it takes the capture by {found.captor} of {places}."]
    if not found.to_open:
        return []
    verb = "open" if is_cut else "become secure"
    pieces = (
        "this piece" if sum(len(step.labels) for step in found.to_open) == 1 else "these pieces"
    )
    enough = f"To be {change}, no capture of places is enough"
    return [f"{enough}: {pieces} of road would have to {verb}: {_names(found.to_open)}."]


def either(names: Sequence[str]) -> str:
    """Return names of which one is enough; many are only counted."""
    if len(names) > MOST_NAMED + 1:
        return f"{', '.join(names[:MOST_NAMED])} or one of {len(names) - MOST_NAMED} more"
    return " or ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def _with_reports(step: Step, told: set[str]) -> str:
    """Return the ground, its state, and who says so; sources only of reports not told before."""
    reports = _once(step.reports)
    said = listed([_report(report, known=report.event in told) for report in reports], "; ")
    told |= {report.event for report in reports[:MOST_NAMED]} - {"baseline"}
    why = f" ({said})" if said else ", as no report says otherwise"
    return f"{reason_text(step.labels, step.state, step.overlooked_label)}{why}."


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
    source = f", says {report.source}" if report.source else ""
    if report.kind == "baseline":
        return f"the baseline of {report.date}{source}"
    takes = MEANING_OF_KIND[report.kind].holder_from == "actor"
    by = f" by {report.by_label}" if report.by and takes else ""
    what = f"{report.label} {kind_in_words(report.kind)}{by} on {report.date} [{report.event}]"
    if known:
        return what
    later = f", reported {report.reported}" if report.reported != report.date else ""
    sure = f", confidence {report.confidence:g}" if report.confidence < 1 else ""
    return f"{what}{later}{source}{sure}"


def _names(steps: Sequence[Step]) -> str:
    """Return what to call the ground of several steps, in order, each once."""
    distinct = list(dict.fromkeys(label for step in steps for label in step.labels))
    if len(distinct) > MOST_NAMED + 1:
        return listed(distinct)
    if len(distinct) < 2:
        return "".join(distinct)
    return ", ".join(distinct[:-1]) + " and " + distinct[-1]
