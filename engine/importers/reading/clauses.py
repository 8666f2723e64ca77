"""The markers of a sentence, and the clauses into which they divide it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.importers.reading.lexicon import Hit, markers, speakers, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.importers.reading.tokens import Sentence, Token

_FINITE = frozenset({"is", "are", "was", "were", "has", "have", "had", "remains", "fell"})
_AS_WHAT = words(
    "a an part many much saying of false untrue lies baseless fabricated being having early late little yet usual"
)
"""What follows "as" where it begins no clause."""
_SINCE_WHEN = words(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december the then early late mid last yesterday dawn morning midnight its noon summer "
    "spring autumn winter this that"
)
"""What follows "since" where it begins no clause."""
_APART = words("while whereas فيما بينما")


@dataclass(frozen=True)
class Marked:
    """The markers of a sentence, and the clause of each token."""

    hits: tuple[Hit, ...]
    clause_of: tuple[int, ...]
    said_at: frozenset[int] = frozenset()
    """The verbs by which somebody says something."""
    apart: frozenset[int] = frozenset()
    """The clauses that begin with "while" and the like: they have a subject of their own."""

    def of(self, *means: str) -> list[Hit]:
        """Return the markers that mean one of these."""
        return [hit for hit in self.hits if hit.means in means]

    def at(self, *means: str) -> set[int]:
        """Return the tokens that markers of these meanings cover."""
        return {at for hit in self.of(*means) for at in range(hit.start, hit.end)}


def marked(sentence: Sentence) -> Marked:
    """Return the markers of a sentence, and its clauses: they begin at "while", "which" and the like."""
    tokens = sentence.tokens
    hits = [hit for hit in markers().hits(tokens, sentence.language) if not _is_month(hit, tokens)]
    arabic = sentence.language == "ar"  # of which "in the way of" begins as "in case"
    aims = [hit for hit in hits if hit.means == "aim" or (hit.means == "fail" and arabic)]
    hits = [  # "their orders were to": an aim, not "were they to"
        hit
        for hit in hits
        if hit.means != "condition"
        or not any(a.start <= hit.start and hit.end <= a.end and a != hit for a in aims)
    ]
    failed = [hit for hit in hits if hit.means == "fail"]
    hits = [
        hit
        for hit in hits
        if hit.means != "success" or not any(f.start <= hit.start < f.end for f in failed)
    ]
    starts = {
        hit.start
        for hit in hits
        if hit.means == "break" and not _is_idiom(hit, tokens) and not _is_put_in(hit, tokens)
    }
    sides = [
        at
        for at in range(1, len(tokens))
        if tokens[at].norm in {"جهه", "جانب"} and tokens[at - 1].norm == "من"
    ]
    starts |= {
        at for at, t in enumerate(tokens) if at and t.norm == "كما" and tokens[at - 1].text == "،"
    }
    starts -= {
        at - 1 for at in sides[1:]
    }  # "between the one on one side and the other on the other"
    clauses: list[int] = []
    clause, main = 0, -1
    for at, token in enumerate(tokens):
        if at in starts or token.text in ";؛":
            aside = token.norm == "which" and at > 0 and tokens[at - 1].text == ","
            main = clause if aside and main < 0 else -1
            clause = max(clauses, default=0) + 1
        elif main >= 0 and token.norm in _FINITE and tokens[at - 1].text == ",":
            clause, main = (
                main,
                -1,
            )  # "Azaz, which lies near A, is held by": the clause before goes on
        clauses.append(clause)
    apart = frozenset(
        clauses[at]
        for at in starts
        if tokens[at].norm.lstrip("و") in _APART or tokens[at].norm in _APART
    )
    said_at = frozenset(hit.start for hit in speakers().hits(tokens, sentence.language))
    return Marked(tuple(hits), tuple(clauses), said_at, apart)


def _is_month(hit: Hit, tokens: Sequence[Token]) -> bool:
    return hit.end == hit.start + 1 and tokens[hit.start].text == "May" and hit.start > 0


def _is_put_in(hit: Hit, tokens: Sequence[Token]) -> bool:
    """Return whether a phrase stands between dashes: "attacked - in turn - the town"."""
    before = tokens[hit.start - 1].text if hit.start else ""
    behind = [token.text for token in tokens[hit.end : hit.end + 1]]
    return before == "-" and behind == ["-"]


def _is_idiom(hit: Hit, tokens: Sequence[Token]) -> bool:
    """Return whether "as" is that of "as well as"."""
    word = tokens[hit.start].norm
    following = tokens[hit.start + 1].norm if hit.start + 1 < len(tokens) else ""
    if word in {"after", "before"} and following in {"midnight", "dawn", "noon", "sunset", "dark"}:
        return True
    around = {t.norm for t in tokens[max(hit.start - 2, 0) : hit.start + 3]}
    if word == "as" and following in _AS_WHAT:
        return True
    if word == "since":
        return following in _SINCE_WHEN or following[:1].isdigit()
    return word == "as" and bool(around & {"well", "such", "known", "far", "soon"})
