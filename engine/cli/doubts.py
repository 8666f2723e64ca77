"""How answers about uncertain reports read: what a probability hangs on, and what was known when."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from engine.cli.printing import Answer, records, sentences, status_word, table_lines
from engine.control.words import chained, name_text
from engine.language import listing, marked, number_text, tr, trc, trn

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from engine.analysis.analysis import Analysis
    from engine.probability.importance import Importance

MOST_NAMED = 4
"""How many reports a line names before it only counts the rest."""
MOST_SETS = 5
"""How many sets of reports that settle an answer are listed."""
OF_ENCLAVES = {
    "open": "connected",
    "not open": marked("not connected"),
    "not cut": marked("at risk or better"),
    "cut": "besieged",
}
"""What statuses and answers are called of an enclave."""
OF_ROUTES = (marked("not open"), marked("not cut"), marked("not lost"), marked("besieged or lost"))
"""The other answers about a route, and all about an enclave."""
NO_BREAK = "\u00a0"
LEAST_SHOWN = 0.001
"""A change of a probability below this is only counted."""


def importance(analysis: Analysis, found: Importance) -> Answer:
    """Return what the probability of a status depends on."""
    from engine.report.status_table import importance_values, percent

    asked, is_enclave = analysis.subjects[found.id], found.id in analysis.enclaves
    words = OF_ENCLAVES if is_enclave else {}
    shares = listing(
        tr("{status} {share}", status=_answer(words.get(name, name)), share=percent(share))
        for name, share in found.status.items()
    )
    how = {
        "certain": tr("no uncertain report matters"),
        "sampled": trc("how a probability was found", "sampled"),
    }.get(found.method, trc("how a probability was found", "exact"))
    told = tr(
        "{name} on {day}: {shares}.",
        name=name_text(asked, found.id), day=found.on.astype(object), shares=shares,
    )  # fmt: skip
    bits = max(0.0, found.entropy)
    lines = sentences(
        told.replace(" %", f"{NO_BREAK}%"),  # a number and its sign stay on one line
        tr("Uncertainty: {bits:.3f} bits ({how}).", bits=bits, how=how),
    )
    lines = [line.replace(NO_BREAK, " ") for line in lines]
    columns: tuple[str, ...] = (
        "", trc("column", "report"), trc("column", "uncertainty left, bits")
    )  # fmt: skip
    lines += table_lines(columns, _narrowing(found), title=tr("Verify these first"))
    keys = ("open", "passable", *["lost"] * (found.status.get("lost", 0.0) > 0))
    pairs = [(f"{key}_if_true", f"{key}_if_false") for key in keys]
    cells = [
        (*(percent(row[key]) for key in ("probability", *chain(*pairs))), row["event"])
        for row in found.event_rows
        if max(abs(row[one] - row[other]) for one, other in pairs) >= LEAST_SHOWN
    ]
    true, report = trc("column of probabilities", "true"), trc("column", "report")
    columns = (
        true, trc("column", "open if true"), trc("column", "if false"),
        trc("column", "not cut if true"), trc("column", "if false") + " ", report,
    )  # fmt: skip
    title = tr("What each report would change")
    if is_enclave:
        heads = (
            status_word("connected"), tr("at risk or better"), status_word("lost")
        )[: len(keys)]  # fmt: skip
        headed = ((head, trc("column", "if not") + " " * at) for at, head in enumerate(heads))
        columns = (true, *chain(*headed), report)
        title = tr(
            "What each report would change: the probability of each status if it is true, and if not"
        )
    lines += table_lines(columns, cells, title=title, right=columns[:-1])
    if small := len(found.event_rows) - len(cells):
        lines += ["", _of_little_weight(small, more=bool(cells))]
    title = tr("The fewest reports that settle it")
    answers = words | ({"cut": "besieged or lost"} if found.status.get("lost") else {})
    columns = (
        trc("column", "answer"), trc("column", "likely"), trc("column of conditions", "if")
    )  # fmt: skip
    lines += table_lines(columns, _settling(found, answers), title=title)
    return Answer(importance_values(found), lines)


def _answer(word: str) -> str:
    """Return a status or an answer in the language spoken."""
    said = status_word(word)
    return said if said != word else tr(word)


def _of_little_weight(n: int, *, more: bool) -> str:
    """Return that some reports, beside others or alone, would change next to nothing."""
    if more:
        return trn(
            "{n:,} more report would change it by less than 0.1 %.",
            "{n:,} more reports would change it by less than 0.1 %.", n,
        )  # fmt: skip
    return trn(
        "{n:,} report would change it by less than 0.1 %.",
        "{n:,} reports would change it by less than 0.1 %.", n,
    )  # fmt: skip


def _narrowing(found: Importance) -> Iterator[tuple[str, str, str]]:
    """Yield the reports that are worth verifying, as long as each narrows the answer."""
    left = number_text(max(0.0, found.entropy), ".3f")
    for rank, row in enumerate(records(found.verify_rows), start=1):
        after = number_text(max(0.0, row["entropy_after"]), ".3f")
        if after == left:
            return
        yield number_text(rank), row["event"], after
        left = after


def _settling(found: Importance, words: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    from engine.report.status_table import percent

    for answer in dict.fromkeys(row["answer"] for row in found.settling_rows):
        sets = [row for row in found.settling_rows if row["answer"] == answer]
        called = _answer(words.get(answer, answer))
        for row in sets[:MOST_SETS]:
            yield (
                called,
                percent(row["probability"]),
                chained(
                    (
                        tr("{report} true", report=name)
                        if true
                        else tr("{report} false", report=name)
                        for name, true in row["events"]
                    ),
                    " and ",
                ),
            )
        if len(sets) > MOST_SETS:
            more = trn(
                "and {n:,} more set as small",
                "and {n:,} more sets as small", len(sets) - MOST_SETS,
            )  # fmt: skip
            yield called, "", more


def known(pictures: Sequence[dict[str, Any]], day: dt.date, enclaves: Collection[str]) -> Answer:
    """Return what is known of a day, since when, and how the picture changed until then."""
    from engine.report.status_table import known_values

    cells, idle, before = [], 0, dict[str, Any]()
    since: dict[str, str] = {}
    routes = {
        name
        for first in pictures[:1]
        for name, value in _of_a_day(first).items()
        if isinstance(value, str)
    }
    for row in pictures:
        now = {name: _shown(value) for name, value in _of_a_day(row).items()}
        new = {
            name: value for name, value in now.items()
            if before.get(name, "0 %") != value and not (name not in before and value == "0 %")
        }  # fmt: skip
        reports = row["reports"]
        if new:
            said = (
                marked("{changes} (by {reports})")
                if before
                else marked("{changes} (first reported: {reports})")
            )
            changes = _grouped(new, routes, enclaves)
            cells.append((str(row["known_on"]), tr(said, changes=changes, reports=_some(reports))))
        since |= dict.fromkeys(new, str(row["known_on"]))
        idle = 0 if new else idle + len(reports)
        before = now
    statuses = [
        (name, status_word(value), since[name]) for name, value in before.items() if name in routes
    ]
    found = _grouped({name: before[name] for name, *_ in statuses}, routes, enclaves)
    lines = sentences(tr("{day}, as it is known now: {statuses}.", day=day, statuses=found))
    columns: tuple[str, ...] = (
        trc("column", "route"), trc("column", "status"), trc("column", "known so since")
    )  # fmt: skip
    lines += table_lines(columns, statuses, title=tr("Since when it is known"))
    title = tr("How the picture changed as reports came in")
    columns = (trc("column", "known on"), trc("column", "what changed"))
    lines += table_lines(columns, cells, title=title)
    if idle:
        lines += sentences(
            trn(
                "The {n:,} report after that changed nothing.",
                "The {n:,} reports after that changed nothing.", idle,
            )
        )  # fmt: skip
    return Answer({"on": str(day), "known": known_values(pictures)}, lines)


def _of_a_day(row: dict[str, Any]) -> dict[str, Any]:
    """Return the statuses and probabilities of a picture, by what they are of."""
    return {name: value for name, value in row.items() if name not in {"known_on", "reports"}}


def _grouped(new: dict[str, str], routes: set[str], enclaves: Collection[str]) -> str:
    """Return statuses with the routes that have them, then probabilities (``ROUTE: STATUS``)."""
    by_status: dict[str, list[str]] = {}
    chances: dict[str, list[str]] = {}
    for name, value in new.items():
        if name not in routes:
            route = max((each for each in routes if name.startswith(f"{each}: ")), key=len)
            status = name.removeprefix(f"{route}: ")
            word = OF_ENCLAVES.get(status, status) if route in enclaves else status
            chance = tr("{status} {share}", status=_answer(word), share=value)
            chances.setdefault(route, []).append(chance)
        else:
            by_status.setdefault(value, []).append(name)
    said = [
        tr("{status}: {routes}", status=status_word(status), routes=listing(names))
        for status, names in by_status.items()
    ]
    said += [
        tr("{route} {shares}", route=route, shares=listing(shares))
        for route, shares in chances.items()
    ]
    return chained(said, "; ")


def _shown(value: str | float) -> str:
    from engine.report.status_table import percent

    return value if isinstance(value, str) else percent(value)


def _some(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    baseline = tr("baseline")
    said = listing(baseline if name == "baseline" else name for name in names[:MOST_NAMED])
    return (
        trn("{names} and {n} more", "{names} and {n} more", more, names=said) if more > 0 else said
    )
