"""The kind of event that a cue means in its sentence, after aims, failures, denials and conditions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.importers.reading.lexicon import words
from engine.importers.reading.tokens import is_dated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.importers.reading.clauses import Marked
    from engine.importers.reading.cues_in import Cue
    from engine.importers.reading.parties import PartyMention
    from engine.importers.reading.place_names import Mention
    from engine.importers.reading.tokens import Sentence, Token

_GROUND = frozenset(
    {
        "captured",
        "present",
        "held",
        "closed",
        "siege_broken",
        "contested",
        "raid",
        "lost",
        "left",
        "closedself",
        "entered",
        "reopened",
    }
)
"""Finer kinds that change something on the ground, if it happens."""
_RELATIVE = frozenset({"التي", "الذي", "والتي", "والذي"})
_SUPPOSED = frozenset({"under_fire", "described", "captured", "truce", "aim", "strike"})
"""Kinds besides those that are none under a condition."""
_GIVEN_UP = frozenset({"lost", "left"})
_TO_IT = words("له لها لهم لهما")
_RULES = words("control controls controlling rule rules ruling run")
"""Verbs of holding that nobody aims at who does it already: "wants to control A"."""
_ADVANCE = words("تقدم التقدم تقدما زحف advance advances advancing")
_TURNED = {"deny": "statement", "fail": "repelled"}
_NEAR_WORDS = 2
_AIMED = "ستهدف"
"""Part of the Arabic verb that says both "to hit" and "to aim at"."""
_PLAIN = {
    "adjective": "described",
    "describedby": "described",
    "present": "captured",
    "lost": "captured",
    "left": "captured",
    "passed": "captured",
    "stationed": "described",
    "closedself": "closed",
}

_ENDS_OF = {
    "raid": frozenset({"captured", "repelled", "siege_broken"}),
    "contested": frozenset({"captured", "repelled", "siege_broken"}),
    "captured": frozenset({"siege_broken", "closed"}),
    "aim": frozenset({"captured", "repelled", "siege_broken", "contested"}),
}
"""Kinds by which an attack, an entry or an advance ends, of which the same sentence tells."""


@dataclass(frozen=True)
class Found:
    """What a sentence reports of a place.

    Parameters
    ----------
    place
        The place named.
    cue
        The words that carried it.
    kind
        The kind of event.
    actor, defender
        Parties; empty if none is named.
    is_denied
        Whether it is denied.
    group
        The number of the list that it stands in, in the sentence.
    actor_words
        How the text calls the actor.
    remark
        What a reviewer should know.
    """

    place: Mention
    cue: Cue
    kind: str
    actor: str
    defender: str
    is_denied: bool
    group: int
    actor_words: str = ""
    remark: str = ""


def kind_in_sentence(cue: Cue, sentence: Sentence, marks: Marked, cues: Sequence[Cue]) -> str:
    """Return the kind of event, empty if nothing happened."""
    kind = _of_words(cue, sentence, marks)
    turned = _under_mode(cue, kind, sentence)
    return _against(cue, kind, cues) if turned is None else turned


def _of_words(cue: Cue, sentence: Sentence, marks: Marked) -> str:
    """Return the kind that the words of a cue mean in their sentence."""
    if cue.kind == "held":
        return _held(cue, sentence, marks)
    if cue.kind == "entered":
        return _entered(cue, sentence)
    kind = _PLAIN.get(cue.kind, cue.kind)
    aimed = kind == "strike" and _AIMED in sentence.tokens[cue.start].norm
    return "aim" if aimed and cue.mode == "aim" else kind


def _under_mode(cue: Cue, kind: str, sentence: Sentence) -> str | None:
    """Return what an aim, failure, denial or condition makes of a kind; None if it changes nothing."""
    changes = cue.kind in _GROUND
    said = _under_aim(cue, kind, sentence)
    if said is not None:
        return said
    if cue.mode == "condition":
        return "" if changes or kind in _SUPPOSED else kind
    if cue.mode == "deny" and kind in {"strike", "described"}:
        return "statement"
    return _TURNED[cue.mode] if cue.mode in _TURNED and (changes or kind == "aim") else None


def _under_aim(cue: Cue, kind: str, sentence: Sentence) -> str | None:
    """Return what an aim makes of leaving, holding, beating off and a truce; None of all else."""
    if cue.kind in _GIVEN_UP and cue.mode in {"aim", "condition"}:
        return ""  # "plans to leave A" is no attempt on A
    if kind == "truce" and cue.mode in {"aim", "fail"}:
        return ""  # nobody stopped firing
    words = {token.norm for token in sentence.tokens[cue.start : cue.end]}
    if kind == "repelled" and cue.mode == "aim":  # "tries to stop the advance on A"
        return "aim" if words & _ADVANCE else "raid"
    if kind == "described" and cue.mode == "aim" and sentence.tokens[cue.start].norm in _RULES:
        return "aim"
    return None


def _against(cue: Cue, kind: str, cues: Sequence[Cue]) -> str:
    """Return a kind after what stands before it: an attack that was beaten off, an aim."""
    changes = cue.kind in _GROUND
    if kind == "contested" and repelled_before(cue, cues, _NEAR_WORDS):
        return "repelled"  # "beat off an advance"
    if kind in {"aim", "raid"} or (cue.mode == "aim" and changes):
        if repelled_before(cue, cues):
            return "repelled"
        return "aim" if cue.mode == "aim" else kind
    return kind


def _entered(cue: Cue, sentence: Sentence) -> str:
    """Return what an entry means: told as past and certain, the place was taken; else it is contested."""
    word = sentence.tokens[cue.start].norm.removeprefix("و")
    before = sentence.tokens[cue.start - 1].norm if cue.start else ""
    past = word not in {"enter", "enters"} and (not word.startswith(("ي", "ت")) or before == "ان")
    past = past or is_dated(sentence.text)
    return "captured" if past and not cue.is_hearsay and not cue.mode else "contested"


def _held(cue: Cue, sentence: Sentence, marks: Marked) -> str:
    """Return what the present tense of control means: headlines tell news in it."""
    still = any(h.start < cue.start and cue.start - h.end <= 4 for h in marks.of("still"))
    relative = cue.start > 0 and sentence.tokens[cue.start - 1].norm in _RELATIVE
    return "captured" if sentence.is_headline and not still and not relative else "described"


def repelled_before(cue: Cue, cues: Sequence[Cue], within: int = 18) -> Cue | None:
    """Return the cue before another in its clause that says that the attack was beaten off."""
    near = [
        other
        for other in cues
        if other.kind == "repelled"
        and other.clause in {cue.clause, cue.clause - cue.is_relative}
        and 0 <= cue.start - other.end <= within
    ]
    return near[-1] if near else None


def beaten_off(
    found: list[Found],
    beaten: Sequence[Cue],
    parties: Sequence[PartyMention],
    marks: Marked,
    tokens: Sequence[Token],
) -> list[Found]:
    """Return the rows with attacks beaten off of which the sentence says so further on."""
    for cue in beaten:
        if any(f.cue.start >= cue.start for f in found):
            continue
        own = [p for p in parties if marks.clause_of[p.start] == cue.clause]
        opening = {token.norm for token in tokens[max(cue.start - 1, 0) : cue.start + 1]}
        passive = bool(opening & {"was", "were", "been"})
        before = [] if passive else [p.party for p in own if p.end <= cue.start]
        after = {p.party for p in own if p.start >= cue.end}
        by = {p.party for p in own if passive and p.start >= cue.end and p.before == "by"}
        if cue.end < len(tokens) and tokens[cue.end].norm in _TO_IT:  # "our forces met it"
            before, after = [p.party for p in own if p.start >= cue.end][:1] or before, set()
        for at, f in enumerate(found):
            if (
                (f.kind in {"raid", "aim"} or (passive and _is_entry(f)))
                and (not after or f.actor in after or passive)
                and f.actor not in before[-1:]
            ):
                actor = "" if f.actor in by else f.actor  # "was beaten back by the rebels"
                defender = next(iter(by), before[-1] if before else f.defender)
                found[at] = replace(f, kind="repelled", actor=actor, defender=defender)
    return found


def _is_entry(found: Found) -> bool:
    """Return whether somebody only came into a place."""
    return found.kind == "contested" or found.cue.kind == "entered"


def after_failure(found: list[Found], marks: Marked) -> list[Found]:
    """Return the rows with tries that came to nothing as the text says after them."""
    for marker in marks.of("fail", "beaten"):
        governed = [f for f in found if f.cue.mode == "fail" and f.cue.start >= marker.start]
        if governed and not all(f.place.is_reference for f in governed):
            continue
        tried = [
            at
            for at, f in enumerate(found)
            if f.kind in {"raid", "aim"} and f.cue.start < marker.start
        ]
        if tried:
            last = max(found[at].cue.start for at in tried)
            for at in tried:
                if found[at].cue.start == last:
                    found[at] = replace(found[at], kind="repelled")
            found = [f for f in found if f not in governed]
    return found


def without_steps(found: Sequence[Found]) -> list[Found]:
    """Return what a sentence reports without attacks and entries of which it tells how they ended."""
    ends = [f for f in found if f.cue.kind not in {"lost", "left"}]
    return [
        f
        for f in found
        if not _is_step(f)
        or not any(
            (f.place.ids, f.place.between) == (end.place.ids, end.place.between)
            and end.kind in _ENDS_OF.get(f.kind, ())
            and end is not f
            and not (end.cue.is_earlier and end.cue.start > f.cue.start)
            and (f.kind == "captured" or f.actor == end.actor or not (f.actor and end.actor))
            for end in ends
        )
    ]


def _is_step(found: Found) -> bool:
    """Return whether a report is of an attack, an advance, a try or an entry, which may end in another."""
    if found.kind == "captured":
        return found.cue.kind == "entered"
    return found.kind in {"raid", "contested"} or (
        found.kind == "aim" and (found.cue.kind == "aim" or found.cue.mode == "aim")
    )
