"""What a sentence reports of each place: cues and places brought together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.importers.reading.cues_in import cues_in, marked
from engine.importers.reading.lexicon import forms_of, heads, words
from engine.importers.reading.roles import roles_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.importers.reading.cues_in import Cue, Marked
    from engine.importers.reading.mentions import Mention
    from engine.importers.reading.parties import PartyMention
    from engine.importers.reading.sentences import Sentence

_FIRST_PLACE_WITHIN = 16
_NEXT_LIST_WITHIN = 9
_BEFORE_WITHIN = 14
_CHAIN = words(", ، و and - – / the كل منها بينها كذلك ايضا كلا كلتا as well both also including of in على في ثم او or all ومنها بالاضافه اضافه الى هي هما وهي وهما")
_REACH = frozenset({"fighting", "strike", "losses", "raid", "repelled", "under_fire", "aim", "none", "truce"})
"""Kinds that reach a place from near it."""
_RESET = words("على في الى in on at over into against inside عبر towards")
_KEEP_FROM = words("اجزا جزا جز جزءا كل كلا عدد بينها منها نقاط نصف مساحات مساحه قسم القسم معظم اكثر كلا احيا قرى بلدات مناطق ضمن العديد مقربه القريبه بالقرب قريبه القريب قريبا")
_JOINT = words("و وعلى وفي والى وكذلك وايضا كما and also including بالاضافه اضافه plus well ومنها بينها")
_GROUND = frozenset({"captured", "present", "held", "closed", "siege_broken", "contested", "raid", "lost", "reopened"})
_WHOLES = words("قرى بلدات القرى البلدات قريه بلده villages towns")
_AFTER = words("بعد اثر عقب after following")
_BACKWARD = frozenset({"fighting", "strike", "closed", "losses"})
"""Kinds whose place may stand before them: "in Mare, clashes broke out"."""


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


def events_in(
    sentence: Sentence, places: Sequence[Mention], parties: Sequence[PartyMention]
) -> tuple[list[Found], list[str]]:
    """Return what a sentence reports of each place, and what it says that was not resolved."""
    reader = _Reader(sentence, places, parties)
    return reader.read(), reader.remarks


class _Reader:
    def __init__(
        self, sentence: Sentence, places: Sequence[Mention], parties: Sequence[PartyMention]
    ) -> None:
        self.sentence, self.tokens, self.parties = sentence, sentence.tokens, parties
        self.marks: Marked = marked(sentence)
        self.cues = cues_in(sentence, self.marks, places, parties)
        self.groups = self._lists(sorted(places, key=lambda place: place.start))
        self.remarks: list[str] = []
        self.located: set[int] = set()
        self.locator, self.vicinity = self.marks.at("locator"), self.marks.at("vicinity")
        self.partial = self.marks.at("partial")

    def read(self) -> list[Found]:
        pairs: list[tuple[int, Cue]] = []
        governed: set[int] = set()
        used: set[int] = set()
        for number in range(len(self.groups)):
            cue = self._governing(number)
            if cue is not None:
                governed.add(number)
                used.add(cue.start)
                pairs.append((number, cue))
        for cue in self.cues:
            number = self._list_before(cue)
            if number is not None and (cue.takes == "before" or (cue.takes == "either" and cue.start not in used)):
                pairs.append((number, cue))
                used.add(cue.start)
                governed.add(number)
        for cue in self.cues:
            told_after = cue.start > 0 and self.tokens[cue.start - 1].norm in _AFTER
            if cue.start not in used and not told_after and cue.takes in {"after", "either"} and cue.kind in _BACKWARD:
                number = self._list_before(cue)
                if number is not None and number not in governed | self.located:
                    pairs.append((number, cue))
                    governed.add(number)
        found = [each for number, cue in pairs for each in self._rows(number, cue)]
        beaten = [cue for cue in self.cues if cue.kind == "repelled" and not cue.mode and cue.start not in used]
        return self._after_failure(self._beaten_off(found, beaten))

    def _beaten_off(self, found: list[Found], beaten: Sequence[Cue]) -> list[Found]:
        """Return the rows with attacks beaten off of which the sentence says so further on."""
        for cue in beaten:
            if any(f.cue.start >= cue.start for f in found):
                continue
            own = [p for p in self.parties if self.marks.clause_of[p.start] == cue.clause]
            before = [p.party for p in own if p.end <= cue.start]
            after = {p.party for p in own if p.start >= cue.end}
            for at, f in enumerate(found):
                if f.kind == "raid" and (not after or f.actor in after) and f.actor not in before[-1:]:
                    found[at] = replace(f, kind="repelled", defender=before[-1] if before else f.defender)
        return found

    def _lists(self, places: Sequence[Mention]) -> list[list[Mention]]:
        """Return the places in lists: with nothing but conjunctions and heads between them."""
        known = heads()
        lists: list[list[Mention]] = []
        for place in places:
            if lists:
                last = lists[-1][-1]
                gap = [t.norm for t in self.tokens[last.end : place.start]]
                gap = [w for at, w in enumerate(gap) if not (w == "من" and at and gap[at - 1] in {"كل", "كلا", "كلا"})]
                plain = all(w in _CHAIN or w in known or w.lstrip("ولفب") in known or w[1:] in known for w in gap)
                joined = bool(gap) or "و" in place.clitic
                if plain and joined and len(gap) <= 5 and not last.is_reference and not place.is_reference:
                    lists[-1].append(place)
                    continue
            lists.append([place])
        return lists

    def _governing(self, number: int) -> Cue | None:
        """Return the cue before a list that speaks of it."""
        first = self.groups[number][0]
        start = first.head_at if first.head_at < first.start else first.start
        clause = self.marks.clause_of[first.start]
        before = [
            cue
            for cue in self.cues
            if cue.start < first.start and cue.takes != "before" and cue.clause == clause
        ]
        if not before:
            return None
        while len(before) > 1 and before[-1].kind == "described" and start - before[-1].end > 4:
            before.pop()
        cue = before[-1]
        if cue.kind == "none":
            return None
        inner = self._places_between_at(cue.end, start)
        near_end = max([cue.end, *(place.end for place in inner)])
        named = sum(p.end - p.start for p in self.parties if near_end <= p.start < start)
        gap = start - near_end - 2 * named
        if self._only_locates(near_end, start, first, cue):
            self.located.add(number)
            return None
        if inner:
            window = self.tokens[near_end : first.start]
            if any(near_end <= p.start < first.start for p in self.parties) or any(
                near_end <= h.start < first.start for h in self.marks.of("deny", "aim", "condition")
            ):
                return None
            joint = any(t.norm in _JOINT for t in window) or "و" in first.clitic or (
                start < first.start and self.tokens[start].norm.startswith("و")
            )
            if not joint or gap > _NEXT_LIST_WITHIN:
                return None
        elif gap > _FIRST_PLACE_WITHIN:
            return None
        return cue

    def _places_between_at(self, start: int, end: int) -> list[Mention]:
        return [p for group in self.groups for p in group if start <= p.start and p.end <= end]

    def _only_locates(self, near_end: int, start: int, first: Mention, cue: Cue) -> bool:
        """Return whether a place only says where another lies, or from where somebody came."""
        after_party = max([p.end for p in self.parties if near_end <= p.start < start], default=near_end)
        window = list(range(after_party, start))
        for at in reversed(window):
            if self.tokens[at].norm in _RESET:
                window = [w for w in window if w > at]
                break
        window = window[-4:]
        words = [self.tokens[at].norm for at in window]
        if any(self.tokens[at].text in ",،" for at in window[-1:]):
            window, words = [], []
        located = any(at in self.locator for at in window)
        near = any(at in self.vicinity for at in window)
        if located and not (near and cue.kind in _REACH):
            if any(w.rstrip("ي") in {"شمال", "جنوب", "شرق", "غرب"} or w in {"north", "south", "east", "west"} for w in words):
                where = " ".join(t.text for t in self.tokens[window[0] : first.end])
                self.remarks.append(f"{where!r} is a direction from a place, not a place: not resolved")
            return True
        whole = {form for at in range(after_party, start) for form in forms_of(self.tokens[at].norm, self.sentence.language)} & _WHOLES
        if near and cue.kind not in _REACH and (whole or not any(at in self.partial for at in window)):
            return True
        from_ = words[-1:] in (["من"], ["from"]) or first.clitic in {"من"}
        if from_ and cue.takes != "from":
            earlier = self.tokens[window[-1] - 1].norm if window[-1] > 0 else ""
            return not (earlier in _KEEP_FROM or near or (window[-1] - 1) in self.partial)
        return False

    def _list_before(self, cue: Cue) -> int | None:
        """Return the list before a cue that it speaks of."""
        ends = [
            (number, group[-1])
            for number, group in enumerate(self.groups)
            if group[-1].end <= cue.start and cue.start - group[-1].end <= _BEFORE_WITHIN
        ]
        own = [number for number, last in ends if self.marks.clause_of[last.start] == cue.clause]
        if own:
            return own[-1]
        near = [number for number, last in ends if self.marks.clause_of[last.start] == cue.clause - 1]
        relative = {"which", "that", "حيث", "التي", "الذي"}
        if near and cue.kind == "strike" and cue.takes == "after":
            return near[-1]
        opening = {self.tokens[at].norm for at in range(max(cue.start - 3, 0), cue.start + 1)}
        return near[-1] if near and opening & relative else None

    def _rows(self, number: int, cue: Cue) -> list[Found]:
        kind, denied = self._kind(cue)
        if not kind or (kind == "described" and cue.is_earlier):
            return []
        group = self.groups[number]
        if cue.takes == "before" and cue.kind == "describedby" and group[-1].end <= cue.start:
            group = group[-1:]
        doer = self._repelled_before(cue) or cue if kind == "repelled" and cue.mode != "fail" else cue
        actor, defender, called = roles_of(doer, kind, group, self.tokens, self.parties, self.marks)
        rows = []
        for place in group:
            own = kind
            if kind == "captured" and self._is_part(place, cue):
                own = "contested"
            remark = "who holds it now is not said" if cue.kind == "lost" else ""
            rows.append(Found(place, cue, own, actor, defender, denied, number, called, remark))
        return rows

    def _is_part(self, place: Mention, cue: Cue) -> bool:
        start = place.head_at if place.head_at < place.start else place.start
        first = max(cue.end, start - 6)
        for at in reversed(range(first, start)):
            if any(p.start <= at < p.end for group in self.groups for p in group):
                return False
            if at in self.partial:
                return True
        return False

    def _kind(self, cue: Cue) -> tuple[str, bool]:
        """Return the kind of event, empty if nothing happened; and whether it is denied."""
        kind = cue.kind
        if kind in {"adjective", "describedby"}:
            kind = "described"
        if kind == "held":
            still = any(h.start < cue.start and cue.start - h.end <= 4 for h in self.marks.of("still"))
            relative = cue.start > 0 and self.tokens[cue.start - 1].norm in {"التي", "الذي", "والتي", "والذي"}
            kind = "captured" if self.sentence.is_headline and not still and not relative else "described"
        if kind in {"present", "lost"}:
            kind = "captured"
        if kind == "closedself":
            kind = "closed"
        if cue.mode == "condition":
            return ("" if kind in {*_GROUND, "under_fire", "described", "captured"} else kind), False
        if cue.mode == "deny" and cue.kind in {*_GROUND, "aim"}:
            return "statement", True
        if cue.mode == "fail" and cue.kind in {*_GROUND, "aim"}:
            return "repelled", False
        if cue.mode == "aim" and cue.kind in _GROUND:
            return ("repelled" if self._repelled_before(cue) else "aim"), False
        if kind in {"aim", "raid"} and self._repelled_before(cue):
            return "repelled", False
        return kind, False

    def _repelled_before(self, cue: Cue) -> Cue | None:
        near = [
            other
            for other in self.cues
            if other.kind == "repelled" and other.clause == cue.clause and 0 <= cue.start - other.end <= 18
        ]
        return near[-1] if near else None

    def _after_failure(self, found: list[Found]) -> list[Found]:
        """Return the rows with tries that came to nothing as the text says after them."""
        for marker in self.marks.of("fail"):
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
