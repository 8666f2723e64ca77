"""How answers about uncertain reports read: what a probability hangs on, and what was known when."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from engine.cli.printing import records, sentences, table_lines
from engine.cli.wording import Answer, counted

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
    "not open": "not connected",
    "not cut": "at risk or better",
    "cut": "besieged",
}
"""What statuses and answers are called of an enclave."""
NO_BREAK = "\u00a0"
LEAST_SHOWN = 0.001
"""A change of a probability below this is only counted."""


def importance(analysis: Analysis, found: Importance) -> Answer:
    """Return what the probability of a status depends on."""
    from engine.report.probabilities import importance_values, percent

    asked, is_enclave = analysis.subjects[found.id], found.id in analysis.enclaves
    words = OF_ENCLAVES if is_enclave else {}
    shares = ", ".join(
        f"{words.get(name, name)} {percent(share)}" for name, share in found.status.items()
    )
    how = {"certain": "no uncertain report matters", "sampled": "sampled"}.get(
        found.method, "exact"
    )
    lines = sentences(
        # a number and its sign stay on one line
        f"{asked.label or found.id} on {found.on}: {shares}.".replace(" %", f"{NO_BREAK}%"),
        f"Uncertainty: {max(0.0, found.entropy):.3f} bits ({how}).",
    )
    lines = [line.replace(NO_BREAK, " ") for line in lines]
    lines += table_lines(
        ("", "report", "uncertainty left, bits"), _narrowing(found), title="Verify these first"
    )
    keys = ("open", "passable", *["lost"] * (found.status.get("lost", 0.0) > 0))
    pairs = [(f"{key}_if_true", f"{key}_if_false") for key in keys]
    cells = [
        (*(percent(row[key]) for key in ("probability", *chain(*pairs))), row["event"])
        for row in found.event_rows
        if max(abs(row[one] - row[other]) for one, other in pairs) >= LEAST_SHOWN
    ]
    columns: tuple[str, ...] = (
        "true", "open if true", "if false", "not cut if true", "if false ", "report",
    )  # fmt: skip
    title = "What each report would change"
    if is_enclave:
        heads = ("connected", "at risk or better", "lost")[: len(keys)]
        headed = ((head, f"if not{' ' * at}") for at, head in enumerate(heads))
        columns = ("true", *chain(*headed), "report")
        title += ": how likely each is if it is true, and if not"
    lines += table_lines(columns, cells, title=title, right=columns[:-1])
    if small := len(found.event_rows) - len(cells):
        noun = "more report" if cells else "report"
        lines += ["", f"{counted(small, noun)} would change it by less than 0.1 %."]
    title = "The fewest reports that settle it"
    answers = words | ({"cut": "besieged or lost"} if found.status.get("lost") else {})
    lines += table_lines(("answer", "likely", "if"), _settling(found, answers), title=title)
    return Answer(importance_values(found), lines)


def _narrowing(found: Importance) -> Iterator[tuple[str, str, str]]:
    """Yield the reports that are worth verifying, as long as each narrows the answer."""
    left = f"{max(0.0, found.entropy):.3f}"
    for rank, row in enumerate(records(found.verify_rows), start=1):
        after = f"{max(0.0, row['entropy_after']):.3f}"
        if after == left:
            return
        yield str(rank), row["event"], after
        left = after


def _settling(found: Importance, words: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    from engine.report.probabilities import percent

    for answer in dict.fromkeys(row["answer"] for row in found.settling_rows):
        sets = [row for row in found.settling_rows if row["answer"] == answer]
        called = words.get(answer, answer)
        for row in sets[:MOST_SETS]:
            yield (
                called,
                percent(row["probability"]),
                " and ".join(
                    f"{name} {'true' if true else 'false'}" for name, true in row["events"]
                ),
            )
        if len(sets) > MOST_SETS:
            yield called, "", f"and {counted(len(sets) - MOST_SETS, 'more set')} as small"


def known(pictures: Sequence[dict[str, Any]], day: dt.date, enclaves: Collection[str]) -> Answer:
    """Return what is known of a day, since when, and how the picture changed until then."""
    from engine.report.probabilities import known_values

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
            by = "by" if before else "first reported:"
            cells.append(
                (str(row["known_on"]), f"{_grouped(new, routes, enclaves)} ({by} {_some(reports)})")
            )
        since |= dict.fromkeys(new, str(row["known_on"]))
        idle = 0 if new else idle + len(reports)
        before = now
    statuses = [(name, value, since[name]) for name, value in before.items() if name in routes]
    found = _grouped({name: value for name, value, _ in statuses}, routes, enclaves)
    lines = sentences(f"{day}, as it is known now: {found}.")
    lines += table_lines(
        ("route", "status", "known so since"), statuses, title="Since when it is known"
    )
    title = "How the picture came about: what changed as reports came in"
    lines += table_lines(("known on", "what changed"), cells, title=title)
    if idle:
        lines += sentences(f"The {counted(idle, 'report')} after that changed nothing.")
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
            chances.setdefault(route, []).append(f"{word} {value}")
        else:
            by_status.setdefault(value, []).append(name)
    said = [f"{status}: {', '.join(names)}" for status, names in by_status.items()]
    said += [f"{route} {', '.join(shares)}" for route, shares in chances.items()]
    return "; ".join(said)


def _shown(value: str | float) -> str:
    from engine.report.probabilities import percent

    return value if isinstance(value, str) else percent(value)


def _some(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
