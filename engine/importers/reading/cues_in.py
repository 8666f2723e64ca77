"""What a sentence says happened: its cues, each with what stands over it (aim, failure, condition)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.importers.reading.lexicon import Hit, cues, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.importers.reading.clauses import Marked
    from engine.importers.reading.parties import PartyMention
    from engine.importers.reading.place_names import Mention
    from engine.importers.reading.tokens import Sentence, Token

_FIRST = frozenset({"under_fire", "repelled"})
"""Finer than what their words say alone: "fire control", "stopped the advance on"."""
_COMMAS = frozenset(",،")
_UNTRUE_WITHIN = 14
"""How far behind what it says something may be called untrue."""
_NOMINAL = words(
    "سقوط السقوط بسقوط الاستيلاء استيلاء السيطره سيطره سيطرته سيطرتها استعاده دخول تحرير "
    "fall capture loss seizure recapture taking control"
)
_GROUND = frozenset(
    {"captured", "present", "held", "contested", "closed", "siege_broken", "raid", "aim"}
)
_ATTACKS = words(
    "attack assault offensive operation push advance storming battle counterattack raid campaign "
    "هجوم الهجوم هجومه هجومها معركه المعركه عمليه العمليه اقتحام الاقتحام"
)
_STATES = frozenset({"described", "describedby", "adjective", "held", "stationed"})
_FALLEN_WITHIN = 6
_WHICH = words("which التي الذي والتي والذي اللتين اللتان")
_TRIES = ("حاول", "يحاول", "تحاول", "محاوله", "محاولا")
_FEARS = words("يخشى تخشى مخاوف خشيه تخوف fear fears feared fearing")
"""Conditions under which an aim is still an aim: "they fear that it will turn to A"."""
_AHEAD_WITHIN = 8
"""How far behind an attack it may be called imminent."""


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
    """

    start: int
    end: int
    kind: str
    takes: str
    clause: int
    mode: str
    is_hearsay: bool
    is_earlier: bool


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
    hits.sort(key=lambda hit: (hit.means not in _FIRST, hit.start - hit.end, hit.start))
    chosen: list[Hit] = []
    for hit in hits:
        if all(hit.end <= other.start or other.end <= hit.start for other in chosen):
            chosen.append(hit)
    chosen.sort(key=lambda hit: hit.start)
    chosen = [
        hit for hit in chosen if hit.means != "idiom" and not _is_of_a_fall(hit, chosen, marks)
    ]
    return [_cue(hit, sentence, marks) for hit in chosen]


def _is_start_of_loss(hit: Hit, hits: Sequence[Hit]) -> bool:
    """Return whether "were driven out" is that of "were driven out of A"."""
    return hit.means == "repelled" and any(
        other.means == "lost" and other.start == hit.start and other.end > hit.end for other in hits
    )


def _spans_clauses(hit: Hit, sentence: Sentence, marks: Marked) -> bool:
    """Return whether a pattern was found across "but", "while" and the like; "after" may be part of one."""
    clauses = marks.clause_of
    return clauses[hit.start] != clauses[hit.end - 1] and not (
        sentence.language == "ar" and hit.means == "captured"
    )


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
    mode = _mode(hit, sentence, marks, clause)
    return Cue(hit.start, hit.end, hit.means, hit.takes, clause, mode, hearsay, earlier)


def _is_pluperfect(marker: Hit, hit: Hit, sentence: Sentence) -> bool:
    if sentence.language == "en":
        return hit.start - marker.start <= 3
    return True


def _mode(hit: Hit, sentence: Sentence, marks: Marked, clause: int) -> str:
    tokens = sentence.tokens
    found: dict[str, Hit] = {}
    for marker in marks.of("aim", "fail", "deny", "condition", "success"):
        if marker.start >= hit.end or marks.clause_of[marker.start] != clause:
            continue
        if _is_of_another(marker, hit, tokens):
            continue
        if _is_over(marker, hit, tokens) and not _is_said_anew(marker, hit, marks, tokens):
            found[marker.means] = marker
    if found.get("success"):
        found = {m: each for m, each in found.items() if each.start > found["success"].start}
    if said := _mode_said_beside(hit, tokens, marks, clause):
        return said
    if found:
        return _strongest(found)
    infinitive = sentence.language == "en" and hit.means in _GROUND and _is_infinitive(hit, tokens)
    return "aim" if infinitive else ""


def _strongest(found: dict[str, Hit]) -> str:
    """Return which of several markers rules: of an aim and a condition the nearer."""
    if "condition" in found and "aim" in found:
        nearer = max(("condition", "aim"), key=lambda mode: found[mode].start)
        del found["condition" if nearer == "aim" else "aim"]
    return next((mode for mode in ("deny", "condition", "fail", "aim") if mode in found), "")


def _is_of_another(marker: Hit, hit: Hit, tokens: Sequence[Token]) -> bool:
    """Return whether a marker before a cue speaks of something else, though it is near."""
    if marker.means == "aim" and hit.means == "repelled" and not _tries_to(marker, hit, tokens):
        return True  # "beat off an attempt", "an attempt was beaten off"
    if hit.means == "aim" and tokens[marker.start].norm in _FEARS:
        return True  # "they fear that it will turn to A"
    before = tokens[hit.start - 1].norm if hit.start else ""
    directly = before in {"الى", "to"} or tokens[hit.start].norm[:1] == "ل"
    # "to retake A, which rebels hold"
    return not directly and any(t.norm in _WHICH for t in tokens[marker.end : hit.start])


def _tries_to(marker: Hit, hit: Hit, tokens: Sequence[Token]) -> bool:
    """Return whether somebody only tries to beat off: "tries to stop", not "an attempt was stopped"."""
    if marker.start >= hit.start:
        return False
    if tokens[hit.start].text.isascii():
        return tokens[hit.start - 1].norm == "to"
    near = hit.start - marker.end <= 3
    return (
        near
        and tokens[marker.start].norm.startswith(_TRIES)
        and tokens[hit.start - 1].norm not in {"تم", "تمت"}
    )


def _is_over(marker: Hit, hit: Hit, tokens: Sequence[Token]) -> bool:
    """Return whether what a marker says reaches a cue: a new finite verb after a comma ends it."""
    if marker.start >= hit.start:
        return marker.start < hit.end
    between = tokens[marker.end : hit.start]
    word = tokens[hit.start].norm
    comma = any(token.text in _COMMAS for token in between)
    joined = word[0] in "وف" or (bool(between) and between[-1].norm in {"كما", "and", "then"})
    verbal_noun = word.startswith(("ال", "لل", "وال")) or word.endswith(("ه", "ها", "هم"))
    return not (comma and joined and not verbal_noun) and len(between) <= 22


def _mode_said_beside(hit: Hit, tokens: Sequence[Token], marks: Marked, clause: int) -> str:
    """Return what is said right before a cue ("did not") or behind it: it is untrue, or only supposed."""
    if any(m.start <= hit.start <= m.end + 1 for m in marks.of("negated")):
        return "deny"
    if hit.means not in _STATES and any(
        0 <= m.start - hit.end <= _UNTRUE_WITHIN for m in marks.of("untrue")
    ):
        return "deny"
    word = tokens[hit.end - 1].norm
    if (word in _ATTACKS or tokens[hit.start].norm in _NOMINAL) and any(
        0 <= m.start - hit.end <= _AHEAD_WITHIN and marks.clause_of[m.start] == clause
        for m in marks.of("ahead")
    ):
        return "aim"
    nominal = tokens[hit.start].norm in _NOMINAL
    supposed = any(
        marks.clause_of[m.start] == clause and m.start >= hit.end for m in marks.of("condition")
    )
    return "condition" if nominal and supposed else ""


def _is_said_anew(marker: Hit, hit: Hit, marks: Marked, tokens: Sequence[Token]) -> bool:
    """Return whether a denial ends at another verb of speech: "denies A, and says that B"."""
    between = range(marker.end + 1, hit.start)
    return marker.means == "deny" and any(
        at in marks.said_at
        and (tokens[at - 1].text in _COMMAS or tokens[at - 1].norm in {"and", "but", "ثم"})
        for at in between
    )


def _is_infinitive(hit: Hit, tokens: Sequence[Token]) -> bool:
    start = hit.start + (tokens[hit.start].norm == "to")
    before = [token.norm for token in tokens[max(start - 4, 0) : start]]
    if not before or before[-1] != "to" or hit.takes == "before":
        return False
    return not ({"managed", "able", "continued", "continue", "went", "continues"} & set(before))
