"""Which reports an answer hangs on: what each would change, what settles it, what to verify first."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.analysis.status import method_text, status_text
from engine.io.arguments import checked
from engine.io.cards import Card
from engine.io.days import day_of
from engine.language import tr
from engine.probability.exact import Effort, answer_of, conditional
from engine.probability.monte_carlo import sampled_answer
from engine.probability.probability import ALL_BOUNDS, STATUSES, UncertaintyModel
from engine.probability.query_event import query_events
from engine.probability.uncertainty import NONE
from engine.probability.worlds import NOT_LOST, POSSIBLE, SECURE

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from numpy.typing import NDArray

    from engine.analysis.analysis import Analysis
    from engine.io.days import DayLike
    from engine.probability.exact import Answer, Evidence
    from engine.probability.query_event import QueryEvent
    from engine.probability.uncertainty import Uncertainty

ANSWERS = (
    ("open", SECURE, True),
    ("not open", SECURE, False),
    ("not cut", POSSIBLE, True),
    ("cut", POSSIBLE, False),
    ("not lost", NOT_LOST, True),
    ("lost", NOT_LOST, False),
)
"""What may be settled: that a route is connected in a bound, or not; that an enclave is lost, or not.
A lost enclave counts as cut here, too."""
MOST_SETTLING = 3
"""Sets of more events than this are not looked for."""
MOST_SETS = 20_000
"""Nor are sets of a size of which there are more than this."""
MOST_TO_VERIFY = 5
"""How many reports are put in an order of verification."""
LEAST_GAIN = 1e-6
"""A report that narrows the answer by fewer bits is not worth verifying."""


@dataclass(frozen=True, eq=False, repr=False)
class Importance(Card):
    """What an answer hangs on.

    Parameters
    ----------
    id, on
        The id of the route or enclave, and the day.
    status
        How likely each status is.
    method
        How that was found.
    event_rows
        Of each event, or claim: its name, ``event``; ``site`` (several, with semicolons between them, of a claim), ``kind``, ``date``, ``source``, ``probability`` (that it is true);
        ``open_if_true``, ``open_if_false`` and their difference ``importance_open``; the same for
        ``passable`` (open or at risk) and, of an enclave, for ``lost``; ``entropy_after``, the uncertainty in bits that is expected to be
        left when it is verified. The most important first.
    settling_rows
        The smallest sets of events that settle the answer: ``answer`` (open, not open, not cut,
        cut; of an enclave also not lost, lost, which is cut as well), ``events`` (pairs of a name
        and whether it is true), ``size`` and ``probability`` (that they are all so).
    verify_rows
        Reports in the order in which verifying them narrows the answer most: ``event`` and
        ``entropy_after``.
    entropy
        The uncertainty about the status, in bits.

    `events`, `settling` and `verify` are the rows as tables of pandas.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> analysis = engine.analyze(scenario)
    >>> engine.importance(analysis, "castello", "2014-12-20").method
    'all worlds'
    """

    id: str
    on: np.datetime64
    status: dict[str, float]
    method: str
    event_rows: list[dict[str, Any]]
    settling_rows: list[dict[str, Any]]
    verify_rows: list[dict[str, Any]]
    entropy: float

    @cached_property
    def events(self) -> pd.DataFrame:
        """`event_rows` as a table, by event."""
        import pandas as pd

        keys = ("open", "passable", *["lost"] * ("lost" in self.status))
        columns = ["event", "site", "kind", "date", "latest", "source", "probability"]
        for key in keys:
            columns += [f"{key}_if_true", f"{key}_if_false", f"importance_{key}"]
        return pd.DataFrame(self.event_rows, columns=[*columns, "entropy_after"]).set_index("event")

    @cached_property
    def settling(self) -> pd.DataFrame:
        """`settling_rows` as a table."""
        import pandas as pd

        columns = ["answer", "events", "size", "probability"]
        return pd.DataFrame(self.settling_rows, columns=columns)

    @cached_property
    def verify(self) -> pd.DataFrame:
        """`verify_rows` as a table."""
        import pandas as pd

        return pd.DataFrame(self.verify_rows, columns=["event", "entropy_after"])

    def card(self) -> tuple[str, list[tuple[str, str]]]:
        """Return the probability of each status, and what to verify first."""
        lines = [(status_text(word), f"{share:.4g}") for word, share in self.status.items()]
        lines.append((tr("method"), method_text(self.method)))
        lines += [(tr("verify first"), str(row["event"])) for row in self.verify_rows[:1]]
        return tr("{label} on {day}", label=self.id, day=day_of(self.on)), lines


@dataclass(frozen=True, eq=False)
class _Case:
    """A question on a day: the variables, and the answers in each bound, which may be settled."""

    event: QueryEvent | None
    answers: dict[int, Answer | bool]

    @property
    def open_answers(self) -> dict[int, Answer]:
        """The answers uncertain, by bound."""
        return {b: one for b, one in self.answers.items() if not isinstance(one, bool)}

    def given(self, evidence: list[Evidence]) -> NDArray[np.float64]:
        """Return the probability of evidence, and of each bound with it: shape (1 + bounds, evidence)."""
        found = np.ones((1 + len(ALL_BOUNDS), len(evidence)))
        if not evidence:
            return found
        if self.event is not None:
            uncertain = self.open_answers
            weighed = conditional(self.event, list(uncertain.values()), evidence)
            found[0] = weighed[0]
            for row, bound in enumerate(uncertain, start=1):
                found[1 + bound] = weighed[row]
        for bound, answer in self.answers.items():
            if isinstance(answer, bool):
                found[1 + bound] = found[0] * answer
        return found


@checked
def importance(
    analysis: Analysis, subject: str, on: DayLike, *, effort: Effort | None = None
) -> Importance:
    """Return which events the status of a route on a day hangs on.

    Parameters
    ----------
    analysis
        The scenario, analyzed.
    subject
        The id of a route or an enclave.
    on
        The day.
    effort
        How far to go for an exact answer.

    Raises
    ------
    InputError
        If the route is not known, or the day lies outside the run.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> analysis = engine.analyze(scenario)
    >>> found = engine.importance(analysis, "castello", "2014-12-20")
    >>> found.verify["event"].tolist()[0]
    'e012-mallah'
    """
    name = analysis.subject(subject).id
    analysis.interval_on(on)
    day = np.datetime64(day_of(on))
    model = UncertaintyModel(analysis)
    case = _case_of(model, name, day, effort or Effort())
    statements = _candidates(case.event)
    alone = case.given([()])
    return Importance(
        name,
        day,
        {
            status: share
            for status, share in zip(STATUSES, _shares(alone)[:, 0].tolist(), strict=True)
            if status != "lost" or name in analysis.enclaves
        },
        _method(case),
        _events(analysis, case, statements, is_enclave=name in analysis.enclaves),
        _settling(analysis, case, statements),
        _verify(analysis, case, statements),
        float(_entropy(alone)[0]),
    )


def _case_of(model: UncertaintyModel, name: str, day: np.datetime64, effort: Effort) -> _Case:
    possible = model.possible_states(day)
    structures = {bound: model.queries[name].on(possible, bound) for bound in ALL_BOUNDS}
    in_doubt = {b: one for b, one in structures.items() if not isinstance(one, bool)}
    answers: dict[int, Answer | bool] = {
        bound: one for bound, one in structures.items() if isinstance(one, bool)
    }
    if not in_doubt:
        return _Case(None, answers)
    alone = query_events(list(in_doubt.values()), possible.day)
    also = _related(model.uncertainty, list(alone[0].spans))
    events = query_events(list(in_doubt.values()), possible.day, also, truth=True)
    for bound, event in zip(in_doubt, events, strict=True):
        answers[bound] = answer_of(event, effort) or sampled_answer(event, effort.seed)
    return _Case(events[0], answers)


def _related(uncertainty: Uncertainty, statements: list[int]) -> list[int]:
    """Return the statements that exclude some statements, or that these follow or are followed by."""
    rivals = np.isin(uncertainty.dispute, uncertainty.dispute[statements]) & (
        uncertainty.dispute != NONE
    )
    later = np.isin(uncertainty.after, statements)
    earlier = uncertainty.after[statements]
    return sorted({*np.flatnonzero(rivals | later).tolist(), *earlier[earlier != NONE].tolist()})


def _candidates(event: QueryEvent | None) -> list[int]:
    """Return the statements that may be true or not."""
    if event is None:
        return []
    return sorted(
        statement for statement in event.spans if not event.uncertainty.certain[statement]
    )


def _method(case: _Case) -> str:
    used = [answer.method for answer in case.open_answers.values()]
    order = ("decision diagram", "all worlds", "sampled")
    return max(used, key=order.index, default="certain")


def _shares(weighed: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probability of each status given the evidence, shape (statuses, evidence)."""
    alone, possible, secure, held = weighed
    joint = np.clip([secure, possible - secure, held - possible, alone - held], 0.0, None)
    return np.divide(joint, alone, out=np.full(joint.shape, np.nan), where=alone > 0)


def _entropy(weighed: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the uncertainty about the status that each piece of evidence leaves, in bits."""
    shares = _shares(weighed)
    return -np.where(shares > 0, shares * np.log2(np.where(shares > 0, shares, 1.0)), 0.0).sum(
        axis=0
    )


def _expected_entropy(case: _Case, known: list[int], statements: list[int]) -> NDArray[np.float64]:
    """Return the uncertainty expected to be left when each of some statements is verified after others."""
    evidence: list[Evidence] = [
        tuple(zip((*known, statement), truth, strict=True))
        for statement in statements
        for truth in product((True, False), repeat=len(known) + 1)
    ]
    weighed = case.given(evidence)
    left = np.where(weighed[0] > 0, weighed[0] * _entropy(weighed), 0.0)
    return left.reshape(len(statements), -1).sum(axis=1)


def _verify(analysis: Analysis, case: _Case, statements: list[int]) -> list[dict[str, Any]]:
    """Return the reports to verify: each time the one that leaves the least uncertainty."""
    left = float(_entropy(case.given([()]))[0])
    known: list[int] = []
    rows: list[dict[str, Any]] = []
    while len(known) < MOST_TO_VERIFY and (rest := [w for w in statements if w not in known]):
        after = _expected_entropy(case, known, rest)
        best = int(after.argmin())
        if left - after[best] < LEAST_GAIN:
            break
        left = float(after[best])
        known.append(rest[best])
        rows.append({"event": name_of(analysis, rest[best]), "entropy_after": left})
    return rows


def _events(
    analysis: Analysis, case: _Case, statements: list[int], *, is_enclave: bool
) -> list[dict[str, Any]]:
    """Return what each report would change, the most important first."""
    uncertainty = None if case.event is None else case.event.uncertainty
    evidence: list[Evidence] = [
        ((statement, truth),) for statement in statements for truth in (True, False)
    ]
    weighed = case.given(evidence).reshape(1 + len(ALL_BOUNDS), len(statements), 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        if_true, if_false = ((weighed[1:] / weighed[0])[:, :, at] for at in (0, 1))
    asked = [("open", if_true[SECURE], if_false[SECURE])]
    asked.append(("passable", if_true[POSSIBLE], if_false[POSSIBLE]))
    if is_enclave:
        asked.append(("lost", 1 - if_true[NOT_LOST], 1 - if_false[NOT_LOST]))
    left = _expected_entropy(case, [], statements) if statements else np.empty(0)
    rows: list[dict[str, Any]] = []
    for at, statement in enumerate(statements):
        entry = analysis.states.statements.entries[statement]
        first, last = (
            (uncertainty.first[statement], uncertainty.last[statement]) if uncertainty else (0, 0)
        )
        row: dict[str, Any] = {
            "event": name_of(analysis, statement),
            "site": ";".join(_sites_of(analysis, statement)),
            "kind": getattr(entry, "kind", "baseline"),
            "date": np.datetime64(int(first), "D"),
            "latest": np.datetime64(int(last), "D"),
            "source": entry.source,
            "probability": float(weighed[0, at, 0]),
        }
        for key, true, false in asked:
            row[f"{key}_if_true"], row[f"{key}_if_false"] = float(true[at]), float(false[at])
            row[f"importance_{key}"] = float(true[at] - false[at])
        rows.append(row | {"entropy_after": float(left[at])})
    importances = np.array([[row[f"importance_{key}"] for key, _, _ in asked] for row in rows])
    most = np.abs(importances).reshape(-1, len(asked))
    rank = np.where(np.isnan(most), -1.0, most).max(axis=1, initial=-1.0)  # not known: the last
    return [rows[at] for at in np.argsort(-rank, kind="stable").tolist()]


def name_of(analysis: Analysis, statement: int) -> str:
    """Return the id of an event or of a claim, or what to call a row of the baseline."""
    entry = analysis.states.statements.entries[statement]
    if statement < analysis.states.statements.n_baseline:
        return f"baseline: {entry.claim or entry.site}"
    return entry.claim or analysis.statement_ids[statement]


def _sites_of(analysis: Analysis, report: int) -> Iterable[str]:
    """Return the sites of which a report speaks, each once: several, if it is a claim."""
    statements = analysis.states.statements
    rows = np.flatnonzero(statements.report == report).tolist()
    return dict.fromkeys(statements.entries[row].site for row in rows)


def _settling(analysis: Analysis, case: _Case, statements: list[int]) -> list[dict[str, Any]]:
    """Return the smallest sets of events that settle either answer either way."""
    against: dict[str, Answer] = {}
    for answer, bound, yes in ANSWERS:
        found = case.answers[bound]
        if not isinstance(found, bool) and found.method != "sampled":
            against[answer] = found.negated() if yes else found
    settling = {} if case.event is None else _smallest_settling(case.event, against, statements)
    rows: list[dict[str, Any]] = []
    for answer in against:
        for evidence, share in settling[answer]:
            events = tuple((name_of(analysis, statement), true) for statement, true in evidence)
            rows.append(
                {"answer": answer, "events": events, "size": len(evidence), "probability": share}
            )
    return rows


def _smallest_settling(
    event: QueryEvent, against: dict[str, Answer], statements: list[int]
) -> dict[str, list[tuple[Evidence, float]]]:
    """Return for each answer the sets of one size, the smallest there is, that leave nothing of it.

    None where nothing of it is left anyway.
    """
    found: dict[str, list[tuple[Evidence, float]]] = {answer: [] for answer in against}
    _, *anyway = conditional(event, list(against.values()), [()])
    open_yet = [answer for answer, left in zip(against, anyway, strict=True) if left.any()]
    for size in range(1, min(MOST_SETTLING, len(statements)) + 1):
        if math.comb(len(statements), size) * 2**size > MOST_SETS or not open_yet:
            break
        sets: list[Evidence] = [
            tuple(zip(chosen, truth, strict=True))
            for chosen in combinations(statements, size)
            for truth in product((True, False), repeat=size)
        ]
        alone, *left = conditional(event, [against[answer] for answer in open_yet], sets)
        for answer, share in zip(open_yet, left, strict=True):
            settled = np.flatnonzero((alone > 0) & (share == 0))
            likely = settled[np.argsort(-alone[settled], kind="stable")]
            found[answer] = [(sets[at], float(alone[at])) for at in likely.tolist()]
        open_yet = [answer for answer in open_yet if not found[answer]]
    return found
