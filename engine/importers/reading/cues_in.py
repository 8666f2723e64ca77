"""What a sentence says happened: its cues, each with what stands over it (aim, failure, condition)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.importers.reading.cue_modes import mode_of
from engine.importers.reading.lexicon import Hit, cues, heads, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.importers.reading.clauses import Marked
    from engine.importers.reading.parties import PartyMention
    from engine.importers.reading.place_names import Mention
    from engine.importers.reading.tokens import Sentence, Token

_FIRST = frozenset({"under_fire", "repelled"})
"""Finer than what their words say alone: "fire control", "stopped the advance on"."""
_FALLEN_WITHIN = 6
_GOALS = words("goal objective target prize")
_BEFORE_NAME = words("the of all both strategic nearby neighbouring key small large")
_BARE = words("take won want wants wanted")
_WHICH = words("which where who التي الذي والتي والذي اللتين اللتان حين حينما عندما")
_WAS = words("كان كانت كانوا")


@dataclass(frozen=True)
class Cue:
    """A verb, verbal noun or phrase that says what happened.

    Parameters
    ----------
    start, end
        Its tokens.
    kind
        A kind of event, or a finer one of the table of cues.
    takes
        Where its places stand: after, before, either, from.
    clause
        The number of its clause.
    mode
        What stands over it: aim, fail, deny, condition; empty if nothing does.
    is_hearsay
        Whether it is only said to be so.
    is_earlier
        Whether it lies before what the text reports as current: the pluperfect.
    is_relative
        Whether its clause begins with "which" and says more of what the clause before names.
    """

    start: int
    end: int
    kind: str
    takes: str
    clause: int
    mode: str
    is_hearsay: bool
    is_earlier: bool
    is_relative: bool = False


def cues_in(
    sentence: Sentence,
    marks: Marked,
    places: Sequence[Mention],
    parties: Sequence[PartyMention],
) -> list[Cue]:
    """Return the cues of a sentence, in order."""
    tokens = sentence.tokens
    taken = {at for party in parties for at in range(party.start, party.end)}
    taken |= {
        at
        for place in places
        if not place.is_reference and place.between is None
        for at in range(place.start, place.end)
    }
    hits = [hit for hit in cues().hits(tokens, sentence.language) if hit.start not in taken]
    hits = [hit for hit in hits if not _spans_clauses(hit, sentence, marks)]
    hits = [hit for hit in hits if not _is_start_of_loss(hit, hits)]
    hits = [
        hit for hit in hits if not _is_bare(hit, tokens) or _names_right_behind(hit, tokens, places)
    ]
    hits.sort(key=lambda hit: (hit.means not in _FIRST, hit.start - hit.end, hit.start))
    chosen: list[Hit] = []
    for hit in hits:
        if all(hit.end <= other.start or other.end <= hit.start for other in chosen):
            chosen.append(hit)
    chosen.sort(key=lambda hit: hit.start)
    chosen = [hit for hit in chosen if not _is_noun_alone(hit, tokens)]
    chosen = [
        hit for hit in chosen if hit.means != "idiom" and not _is_of_a_fall(hit, chosen, marks)
    ]
    return [_cue(hit, sentence, marks) for hit in chosen]


def _is_bare(hit: Hit, tokens: Sequence[Token]) -> bool:
    """Return whether a cue is only "take", "won" or "the goal is", which speak of a place only right before its name."""
    word = tokens[hit.start].norm
    return (hit.end == hit.start + 1 and word in _BARE) or (hit.means == "aim" and word in _GOALS)


def _names_right_behind(hit: Hit, tokens: Sequence[Token], places: Sequence[Mention]) -> bool:
    """Return whether a name follows a cue, with nothing but "the town of" and the like before it."""
    return any(
        hit.end <= place.start
        and all(
            token.norm in _BEFORE_NAME or token.norm in heads()
            for token in tokens[hit.end : place.start]
        )
        for place in places
    )


def _is_noun_alone(hit: Hit, tokens: Sequence[Token]) -> bool:
    """Return whether an English noun does not say what was taken: "their capture led to"."""
    word = tokens[hit.start].norm
    if word == "control" and hit.start == 0 and hit.end == 1:
        return True  # "Control of A gives them the road"
    owned = hit.start > 0 and tokens[hit.start - 1].norm in {"their", "its", "the", "a"}
    following = tokens[hit.end].norm if hit.end < len(tokens) else ""
    alone = owned and hit.end == hit.start + 1 and following not in {"of", "by"}
    return alone and word in {"capture", "recapture", "seize", "retake"}


def _is_start_of_loss(hit: Hit, hits: Sequence[Hit]) -> bool:
    """Return whether "were driven out" is that of "were driven out of A"."""
    return hit.means == "repelled" and any(
        other.means == "lost" and other.start == hit.start and other.end > hit.end for other in hits
    )


def _spans_clauses(hit: Hit, sentence: Sentence, marks: Marked) -> bool:
    """Return whether a pattern was found across "but", "while" and the like; "after" may be part of one."""
    clauses = marks.clause_of
    spans = clauses[hit.start] != clauses[hit.end - 1]
    earlier = any(t.norm in _WAS for t in sentence.tokens[hit.start : hit.end])
    return spans and (earlier or sentence.language != "ar" or hit.means != "captured")


def _is_of_a_fall(hit: Hit, chosen: Sequence[Hit], marks: Marked) -> bool:
    """Return whether "in the hands of" says to whom a place fell, not who has held it."""
    clause = marks.clause_of[hit.start]
    return hit.means == "describedby" and any(
        other.means == "captured"
        and 0 <= hit.start - other.end <= _FALLEN_WITHIN
        and marks.clause_of[other.start] == clause
        for other in chosen
    )


def _cue(hit: Hit, sentence: Sentence, marks: Marked) -> Cue:
    clause = marks.clause_of[hit.start]
    earlier = any(
        m.start < (hit.end if hit.means == "describedby" else hit.start)
        and hit.start - m.start <= 8
        and marks.clause_of[m.start] == clause
        and _is_pluperfect(m, hit, sentence)
        for m in marks.of("earlier")
    )
    hearsay = any(
        m.start < hit.end and marks.clause_of[m.start] == clause for m in marks.of("hearsay")
    )
    mode = mode_of(hit, sentence, marks, clause)
    relative = sentence.tokens[marks.clause_of.index(clause)].norm in _WHICH
    return Cue(hit.start, hit.end, hit.means, hit.takes, clause, mode, hearsay, earlier, relative)


def _is_pluperfect(marker: Hit, hit: Hit, sentence: Sentence) -> bool:
    if sentence.language == "en":
        return hit.start - marker.start <= 3
    return True
