"""What a sentence reports of each place: cues and places brought together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.importers.reading.kinds_in import (
    Found,
    after_failure,
    beaten_off,
    kind_in_sentence,
    repelled_before,
)
from engine.importers.reading.lexicon import word_list, words
from engine.importers.reading.locating import only_locates
from engine.importers.reading.places_meant import PlacesMeant
from engine.importers.reading.roles import roles_of
from engine.io.text import letters
from engine.language import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.importers.reading.cues_in import Cue
    from engine.importers.reading.parties import PartyMention
    from engine.importers.reading.place_names import Mention
    from engine.importers.reading.tokens import Sentence

_FIRST_PLACE_WITHIN = 16
_NEXT_LIST_WITHIN = 9
_JOINT = words(
    "وقبله وقبلها وقبلهما وبعده وبعدها وشارع وسوق ودوار ومبني ومدرسه ومشفي ومستشفي ومعها ومعه ومعهما و وعلى وفي والى وكذلك وايضا كما عن and also including among along together بالاضافه اضافه plus well ومنها بينها وعند وقرب وداخل وحول وباتجاه وبمحيط ومحيط ومن واطراف ومشارف وضواحي وتخوم ومزارع وصولا"
)
_ADJECTIVE_WITHIN = 6
_TAKEN_AT = words("على من عن")
_HELD_BEFORE = frozenset(
    {"strike", "raid", "fighting", "repelled", "closed", "siege_broken", "aim"}
)
"""What befalls a place that somebody holds and goes on holding."""
_TAKES_FROM = frozenset({"captured", "present", "entered"})
_AND_THAT = words("وان وانه وانها وانهم")
_INTO = words("الى into to")
_ONTO = words("على on at")
_NEAR, _LISTED_WITHIN, _LABEL_WITHIN, _PART_OF_LABEL = 3, 10, 8, 5
_TARGETS = words("تعزيزات قافله reinforcements convoy convoys")
_SUCH = words("including notably such namely like especially")
_ARE = words("are were have remain")
_IN_THE_AIR = words(
    "warplanes warplane planes jets aircraft helicopters helicopter airforce الجو طيران الطيران طايرات الطايرات مروحيات المروحيات مقاتلات"
)
_STATES = frozenset({"described", "describedby", "stationed"})
_DUAL = ("تين", "تان", "ين")
_BESIDE = frozenset({"near", "next"})
"""What cues take that speak of the list right before them; "near" takes else what follows."""
_OF_PARTIES = frozenset({"stationed", "left", "passed"})
"""Kinds that are events only where a party is their subject: "troops left Mare", not "families"."""
_THEN = words("ثم then لكن")
_BACKWARD = frozenset({"fighting", "strike", "closed", "losses", "truce"})
"""Kinds whose place may stand before them: "in Mare, clashes broke out"."""


def events_in(
    sentence: Sentence, places: Sequence[Mention], parties: Sequence[PartyMention]
) -> tuple[list[Found], list[str]]:
    """Return what a sentence reports of each place, and what it says that was not resolved."""
    reader = _Reader(sentence, places, parties)
    return reader.read(), reader.remarks


class _Reader(PlacesMeant):
    def read(self) -> list[Found]:
        """Return what the sentence reports of each place."""
        pairs: list[tuple[int, Cue]] = []
        governed: set[int] = set()
        used: set[int] = set()
        pairs += self._in_front(used, governed)
        pairs += self._behind(used, governed)
        pairs += self._backward(used, governed)
        pairs += self.relatives(used)
        pairs += self.listed_after(used, governed)
        pairs += self.beaten_at(used, governed, pairs)
        pairs += self.of_label(used, governed)
        pairs += self.parts_of_place_before(used, governed)
        pairs += self.elliptic(used, governed, pairs)
        found = [each for number, cue in pairs for each in self._rows(number, cue)]
        beaten = [
            cue
            for cue in self.cues
            if cue.kind == "repelled" and cue.mode in {"", "aim"} and cue.start not in used
        ]
        return after_failure(
            beaten_off(found, beaten, self.parties, self.marks, self.tokens), self.marks
        )

    def _in_front(self, used: set[int], governed: set[int]) -> list[tuple[int, Cue]]:
        """Return the cues that speak of the lists behind them."""
        pairs = []
        for number in range(len(self.groups)):
            cue = self._governing(number)
            if cue is None:
                continue
            governed.add(number)
            used.add(cue.start)
            self.governors.append((cue, self.groups[number][-1].start))
            pairs.append((number, cue))
            over = self._over_adjective(cue)
            if over is not None:
                used.add(over.start)
                taken = over.kind in _TAKES_FROM and not over.mode
                if taken:
                    pairs.pop()  # "captured rebel-held A": nobody holds it any more as it was held
                pairs.append((number, over))
        return pairs

    def _behind(self, used: set[int], governed: set[int]) -> list[tuple[int, Cue]]:
        """Return the cues that speak of the lists before them, as the passive does."""
        pairs = []
        for cue in self.cues:
            at = self.list_before(cue) if cue.kind != "none" else None
            apart = cue.takes in _BESIDE and not self.stands_near(cue)
            ahead = any(g[0].start >= cue.end for g in self.groups)
            if at is None or (apart and (cue.takes == "next" or cue.start in used or ahead)):
                continue
            if cue.kind == "closed" and cue.takes == "either" and self.told_after(cue):
                continue  # "left A after it was encircled"
            if self.is_of_one(cue) and self.are_two(at):
                continue
            end = self.groups[at][-1].end
            if any(t.text == ":" for t in self.tokens[end + 1 : min(end + 3, cue.start)]):
                continue  # "the battle of A: what has been won"
            if self.is_about_near(at, cue) or self.is_of_general_noun(at, cue):
                continue
            besieged = cue.kind in {"closed", "closedself"}
            if (
                besieged
                and at in self.located
                and not self.is_followed_by_which(self.groups[at][-1])
            ):
                continue
            if cue.takes in {"before", *_BESIDE} or (
                cue.takes == "either" and cue.start not in used
            ):
                pairs.append((at, cue))
                used.add(cue.start)
                governed.add(at)
        return pairs

    def _backward(self, used: set[int], governed: set[int]) -> list[tuple[int, Cue]]:
        """Return the cues left whose place may stand before them: "in Mare, clashes broke out"."""
        pairs = []
        for cue in self.cues:
            if cue.start in used or not self._may_be_behind(cue):
                continue
            at = self.list_before(cue)
            resumed = self.resumes(cue)
            if at is None and resumed:
                at = self.list_in_clause_before(cue)
            if at is None or (at in governed and not resumed) or at in self.located | self.aside:
                continue
            pairs.append((at, cue))
            governed.add(at)
        return pairs

    def _may_be_behind(self, cue: Cue) -> bool:
        if self.told_after(cue) or cue.takes not in {"after", "either"}:
            return False
        if cue.kind == "closed" and (cue.mode or self.has_other_object(cue)):
            return False
        return cue.kind in _BACKWARD and not (cue.kind == "strike" and self.is_from_there(cue))

    def _governing(self, number: int) -> Cue | None:
        """Return the cue before a list that speaks of it."""
        first = self.groups[number][0]
        start = min(first.start, first.head_at)
        clause = self.marks.clause_of[first.start]
        before = [
            cue
            for cue in self.cues
            if cue.start < first.start
            and cue.takes not in {"before", "next"}
            and not (cue.takes == "near" and self.stands_near(cue))
            and cue.clause == clause
            and not (
                cue.takes == "either"
                and self.after_relative(cue)
                and self.tokens[cue.end].norm != "of"
            )
        ]
        while len(before) > 1 and self._is_aside(before, start):
            before.pop()
        cue = before[-1] if before else None
        if cue is None or cue.kind == "none":
            if cue is not None:
                self.aside.add(number)
            return None
        inner = self.places_between_at(cue.end, start)
        preposition = self.tokens[start - 1].norm if start else ""
        if preposition in _INTO or (cue.kind == "strike" and preposition in _ONTO):
            held = {at for own, at in self.governors if own.kind in _STATES}
            located = [p for n in self.located for p in self.groups[n]]
            inner = [p for p in inner if p not in located and p.start not in held]
        near_end = max([cue.end, *(place.end for place in inner)])
        named = sum(p.end - p.start for p in self.parties if near_end <= p.start < start)
        gap = start - near_end - 2 * named
        if self._only_locates(near_end, start, first, cue):
            self.located.add(number)
            return None
        if self.told_after(cue) and any(t.text in ",،" for t in self.tokens[cue.end : start]):
            return None
        if self._is_parted(cue, number, start):
            return None
        within = self._goes_on(near_end, first, gap, cue) if inner else gap <= _FIRST_PLACE_WITHIN
        if inner and not within and self.marks.at("locator") & set(range(start - 3, start)):
            self.located.add(number)  # "A, close to B": what follows does not speak of B
        return cue if within else None

    def _is_parted(self, cue: Cue, number: int, start: int) -> bool:
        """Return whether a comma and a new speaker, or the subject of a cue, stand between it and a list."""
        commas = [at for at in range(cue.end, start) if self.tokens[at].text in ",،"]
        if any(self.tokens[at + 1].norm in _AND_THAT for at in commas):
            return True  # "they took A, and that the road to B is open"
        if any(at + 1 in self.marks.said_at for at in commas):
            return True  # "bombed, and rebels say that A"
        if commas and cue.is_relative and cue.kind != "none" and self._is_object_relative(cue):
            return True  # "A, which soldiers abandoned, and people in B"
        if not commas or cue.takes != "either" or cue.kind != "captured" or not number:
            return False
        subject = self.groups[number - 1][-1]
        behind = cue.start - subject.end
        return 0 <= behind <= _NEAR and self.marks.clause_of[subject.start] == cue.clause

    def _is_object_relative(self, cue: Cue) -> bool:
        """Return whether an English "which" is the object of its clause: a party stands before the verb."""
        opening = self.marks.clause_of.index(cue.clause)
        return self.sentence.language == "en" and any(
            opening < party.start and 0 <= cue.start - party.end <= 1 for party in self.parties
        )

    def _over_adjective(self, cue: Cue) -> Cue | None:
        """Return the cue that speaks of a place of which an adjective says who holds it: "hit rebel-held A"."""
        if cue.kind != "adjective":
            return None
        before = [c for c in self.cues if c.end <= cue.start and c.clause == cue.clause]
        if not before or before[-1].kind not in _HELD_BEFORE | _TAKES_FROM:
            return None
        near = cue.start - before[-1].end <= _ADJECTIVE_WITHIN
        return before[-1] if near and before[-1].takes == "after" else None

    def _is_aside(self, before: Sequence[Cue], start: int) -> bool:
        """Return whether a cue only describes a target or a party: "shelled strongholds of ..."."""
        last, one = before[-1], before[-2]
        if last.kind == "none":  # "strikes on reinforcements in A"
            struck = one.kind == "strike" and last.start - one.end <= _NEAR
            return struck and self.tokens[last.start].norm in _TARGETS
        if last.kind not in _STATES:
            return False
        if last.kind == "adjective" and self._is_put_off(last, start):
            return True
        party = any(last.end <= each.start < start for each in self.parties)
        targets = {t.norm.removeprefix("و") for t in self.tokens[one.end : last.start]}
        party = party or bool(targets & word_list("before_target"))
        onto = self.tokens[start - 1].norm in _ONTO if start else False
        if one.kind == "strike" and onto and self.places_between_at(last.end, start):
            return True  # "shelling by forces stationed in A on B"
        struck = party and one.kind in {"strike", "raid", "losses"} and last.start - one.end <= 8
        return start - last.end > 4 or (struck and not self.places_between_at(one.end, last.start))

    def _is_put_off(self, cue: Cue, start: int) -> bool:
        """Return whether a comma parts an adjective from a place: "rebel-held areas, killing ten in A"."""
        commas = [at for at in range(cue.end, start) if self.tokens[at].text == ","]
        return any(self.tokens[at + 1].norm not in _SUCH for at in commas)

    def _goes_on(self, near_end: int, first: Mention, gap: int, cue: Cue) -> bool:
        """Return whether a list goes on the one before it: "the town of A, and also B"."""
        located = [p for n in self.located for p in self.groups[n]]
        inner = [p for p in self.places_between_at(cue.end, near_end) if p not in located]
        last = max((p.start for p in inner), default=-1)
        if all(cue.start != own.start or at < last for own, at in self.governors):
            return False  # the list before this one is not of the same cue
        between = range(near_end, first.start)
        marks = self.marks.of("deny", "aim", "condition")
        starts = [*(party.start for party in self.parties), *(mark.start for mark in marks)]
        if any(start in between for start in starts):
            return False
        head = min(first.start, first.head_at)
        joint = any(self.tokens[at].norm in _JOINT for at in between) or "و" in first.clitic
        joint = joint or self._is_second_object(cue, near_end, head)
        joint = joint or (head < first.start and self.tokens[head].norm.startswith("و"))
        return joint and gap <= _NEXT_LIST_WITHIN

    def _is_second_object(self, cue: Cue, near_end: int, head: int) -> bool:
        """Return whether "and days before, of B" has the preposition of the first list: "took hold of A"."""
        places = self.places_between_at(cue.end, near_end)
        if not places or self.sentence.language != "ar":
            return False
        first = min(places[0].start, places[0].head_at)
        preposition = self.tokens[first - 1].norm
        return (
            preposition in _TAKEN_AT
            and self.tokens[head - 1].norm == preposition
            and any(t.norm.startswith("و") or t.norm in _THEN for t in self.tokens[near_end:head])
        )

    def _only_locates(self, near_end: int, start: int, first: Mention, cue: Cue) -> bool:
        after_party = max(
            [p.end for p in self.parties if near_end <= p.start < start], default=near_end
        )
        locates, remark = only_locates(self.sentence, self.marks, after_party, start, first, cue)
        self.remarks += [remark] if remark else []
        return locates

    def _rows(self, number: int, cue: Cue) -> list[Found]:
        kind = kind_in_sentence(cue, self.sentence, self.marks, self.cues)
        denied = kind == "statement"
        if not kind or (kind == "described" and cue.is_earlier):
            return []
        group = self.groups[number]
        if (
            cue.takes in {"before", *_BESIDE}
            and cue.kind == "describedby"
            and group[-1].end <= cue.start
        ):
            word = self.tokens[cue.start].norm
            finite = word in _ARE or word.endswith(_DUAL)
            finite = finite or any(
                t.norm in _ARE for t in self.tokens[max(cue.start - 2, 0) : cue.start]
            )
            finite = finite or any(
                t.norm in {"all", "both", "each"} for t in self.tokens[group[-1].end : cue.start]
            )
            group = group if finite else group[-1:]
        group = group[-1:] if cue.start in self.of_last else group
        doer = (
            repelled_before(cue, self.cues) or cue
            if kind == "repelled" and cue.mode != "fail"
            else cue
        )
        actor, defender, called = roles_of(doer, kind, group, self.tokens, self.parties, self.marks)
        if cue.kind in _OF_PARTIES and not actor and not self._has_subject(cue):
            return []
        drives_out = cue.kind == "captured" and cue.takes == "from"
        if drives_out and kind != "repelled" and not self._has_subject(cue):
            return []
        rows = []
        for place in group:
            flies = actor == "aircraft" or any(letters(w) in _IN_THE_AIR for w in called.split())
            flies = flies or self.strikes(place, cue, kind)
            own = "strike" if kind in {"raid", "losses"} and flies else kind
            part = (cue.takes != "next" and self.is_part(place, cue)) or (
                kind == "captured" and self.is_in_place(group, cue)
            )
            if kind in {"captured", "described"} and part:
                own = "contested"
            remark = tr("who holds it now is not said") if cue.kind in {"lost", "left"} else ""
            if cue.kind == "entered" and own == "captured":
                remark = tr("it was entered; that it was taken is not said")
            rows.append(Found(place, cue, own, actor, defender, denied, number, called, remark))
        return rows

    def _has_subject(self, cue: Cue) -> bool:
        """Return whether a party of the clause may be the subject of a cue."""
        return any(
            self.marks.clause_of[party.start] == cue.clause and not party.before.startswith("ل")
            for party in self.parties
        )
