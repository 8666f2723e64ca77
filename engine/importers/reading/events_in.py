"""What a sentence reports of each place: cues and places brought together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.importers.reading.cues_in import cues_in, marked
from engine.importers.reading.kinds_in import (
    Found,
    after_failure,
    beaten_off,
    kind_in_sentence,
    repelled_before,
)
from engine.importers.reading.lexicon import words
from engine.importers.reading.locating import only_locates
from engine.importers.reading.place_lists import lists_of
from engine.importers.reading.roles import roles_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.importers.reading.cues_in import Cue, Marked
    from engine.importers.reading.parties import PartyMention
    from engine.importers.reading.place_names import Mention
    from engine.importers.reading.tokens import Sentence

_FIRST_PLACE_WITHIN = 16
_NEXT_LIST_WITHIN = 9
_BEFORE_WITHIN = 14
_JOINT = words(
    "ومعها ومعه ومعهما و وعلى وفي والى وكذلك وايضا كما عن and also including among along together بالاضافه اضافه plus well ومنها بينها وعند وقرب وداخل وحول وباتجاه وبمحيط ومحيط ومن واطراف ومشارف وضواحي وتخوم ومزارع وصولا"
)
_ADJECTIVE_WITHIN = 6
_TAKEN_AT = words("على من عن")
_INTO = words("الى into to")
_ARTICLES = words("a an the one")
_PAST = words("took held won overran retook taken lost hold")
_ONTO = words("على on at")
_RELATIVE = words("التي الذي اللتان اللتين والتي والذي which that")
_WHICH = words("which that التي الذي والتي والذي اللتين اللتان")
_RESUMED = words("عنه عنها عنهما عليه عليها عليهما منه منها فيه فيها")
_PRONOUNS = words("it them منها منه عنها عنه فيها فيه اليها اليه بها به داخلها لها له لهما عليها عليه عليهما")
_PREDICATE = words("but and is are was were now still also")
_RELATIVE_WITHIN, _ASIDE_WITHIN = 7, 8
"""How many words stand at most between "which" and its verb, and between a place and "which"."""
_AFTER = words("بعد اثر عقب after following")
_LISTED_AFTER = words(
    "were are was include includes included : – - هي هما هم وهي وهما ابرزها منها ومنها بينها"
)
"""What stands between "the villages taken by rebels" and their names."""
_WHICH_WITHIN = 3
_NEAR, _LISTED_WITHIN, _LABEL_WITHIN, _PART_OF_LABEL = 3, 10, 8, 5
_TIMES = words("days hours weeks months day week month later earlier before after يوم يومين ايام ساعات اسبوع شهر")
_TIMES_WITHIN = 5
_TARGETS = words("تعزيزات قافله reinforcements convoy convoys")
_STATES = frozenset({"described", "describedby", "stationed"})
_DUAL = ("تين", "تان", "ين")
_BESIDE = frozenset({"near", "next"})
"""What cues take that speak of the list right before them; "near" takes else what follows."""
_ALONGSIDE = frozenset(
    {"fighting", "described", "describedby", "held", "stationed", "strike", "losses"}
)
"""What a place may be besides the place of an attack beaten off."""
_OF_PARTIES = frozenset({"stationed", "left", "passed"})
"""Kinds that are events only where a party is their subject: "troops left Mare", not "families"."""
_THEN = words("ثم then لكن")
_IN_OF = words("في على عند حول in at around from on into")
_ITS = words("its their")
_INSIDE_IT = words("داخلها داخله فيها فيه محيطها محيطه حولها حوله there")
_RESUMED_WITHIN = 5
_IN = words("in at around inside near في داخل")
_BACKWARD = frozenset({"fighting", "strike", "closed", "losses", "truce"})
"""Kinds whose place may stand before them: "in Mare, clashes broke out"."""


def events_in(
    sentence: Sentence, places: Sequence[Mention], parties: Sequence[PartyMention]
) -> tuple[list[Found], list[str]]:
    """Return what a sentence reports of each place, and what it says that was not resolved."""
    reader = _Reader(sentence, places, parties)
    return reader.read(), reader.remarks


def _is_possessed(word: str) -> bool:
    """Return whether an Arabic noun ends in "its": "in its quarters"."""
    return len(word) > 4 and not word.isascii() and word.endswith("ها")


class _Reader:
    def __init__(
        self, sentence: Sentence, places: Sequence[Mention], parties: Sequence[PartyMention]
    ) -> None:
        self.sentence, self.tokens, self.parties = sentence, sentence.tokens, parties
        self.marks: Marked = marked(sentence)
        self.cues = cues_in(sentence, self.marks, places, parties)
        self.groups = lists_of(self.tokens, places)
        self.remarks: list[str] = []
        self.located: set[int] = set()
        self.aside: set[int] = set()
        self.of_last: set[int] = set()
        self.governors: list[tuple[Cue, int]] = []
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
                self.governors.append((cue, self.groups[number][-1].start))
                pairs.append((number, cue))
                over = self._over_adjective(cue)
                if over is not None:
                    used.add(over.start)
                    pairs.append((number, over))
        for cue in self.cues:
            at = self._list_before(cue) if cue.kind != "none" else None
            if cue.takes in _BESIDE and not self._stands_near(cue):
                if cue.takes == "next" or cue.start in used:
                    continue
            if at is not None and (
                cue.takes in {"before", *_BESIDE} or (cue.takes == "either" and cue.start not in used)
            ):
                pairs.append((at, cue))
                used.add(cue.start)
                governed.add(at)
        for cue in self.cues:
            if (
                cue.start not in used
                and not self._told_after(cue)
                and cue.takes in {"after", "either"}
                and cue.kind in _BACKWARD
                and not (cue.kind == "closed" and (cue.mode or self._has_other_object(cue)))
                and not (cue.kind == "strike" and self._is_from_there(cue))
            ):
                at = self._list_before(cue)
                resumed = self._resumes(cue)
                if at is None and resumed:
                    at = self._list_in_clause_before(cue)
                if at is not None and (resumed or at not in governed):
                    if at not in self.located | self.aside:
                        pairs.append((at, cue))
                        governed.add(at)
        pairs += self._relatives(used)
        pairs += self._listed_after(used, governed)
        pairs += self._beaten_at(used, governed, pairs)
        pairs += self._of_label(used, governed)
        pairs += self._parts_of_place_before(used, governed)
        pairs += self._elliptic(used, governed, pairs)
        found = [each for number, cue in pairs for each in self._rows(number, cue)]
        beaten = [
            cue
            for cue in self.cues
            if cue.kind == "repelled" and cue.mode in {"", "aim"} and cue.start not in used
        ]
        return after_failure(
            beaten_off(found, beaten, self.parties, self.marks, self.tokens), self.marks
        )

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
            and not (cue.takes == "near" and self._stands_near(cue))
            and cue.clause == clause
            and not (cue.takes == "either" and self._after_relative(cue))
        ]
        while len(before) > 1 and self._is_aside(before, start):
            before.pop()
        cue = before[-1] if before else None
        if cue is None or cue.kind == "none":
            if cue is not None:
                self.aside.add(number)
            return None
        inner = self._places_between_at(cue.end, start)
        before = self.tokens[start - 1].norm if start else ""
        if before in _INTO or (cue.kind == "strike" and before in _ONTO):
            located = [p for n in self.located for p in self.groups[n]]
            inner = [p for p in inner if p not in located]
        near_end = max([cue.end, *(place.end for place in inner)])
        named = sum(p.end - p.start for p in self.parties if near_end <= p.start < start)
        gap = start - near_end - 2 * named
        if self._only_locates(near_end, start, first, cue):
            self.located.add(number)
            return None
        if self._told_after(cue) and any(t.text in ",،" for t in self.tokens[cue.end : start]):
            return None
        within = self._goes_on(near_end, first, gap, cue) if inner else gap <= _FIRST_PLACE_WITHIN
        if inner and not within and self.marks.at("locator") & set(range(start - 3, start)):
            self.located.add(number)  # "A, close to B": what follows does not speak of B
        return cue if within else None

    def _told_after(self, cue: Cue) -> bool:
        """Return whether a cue only says after what something happened: "after three car bombs"."""
        before = [t.norm for t in self.tokens[max(cue.start - 2, 0) : cue.start]]
        return any(word in _AFTER for word in before)

    def _has_other_object(self, cue: Cue) -> bool:
        """Return whether "which cut the last road" says what was cut: not the place named before."""
        before = {t.norm for t in self.tokens[max(cue.start - 2, 0) : cue.start]}
        return self.sentence.language == "en" and "which" in before

    def _is_from_there(self, cue: Cue) -> bool:
        """Return whether the place before a strike is where it came from: "A, from where rebels fire"."""
        before = [t.norm for t in self.tokens[max(cue.start - _BEFORE_WITHIN, 0) : cue.start]]
        return any(
            word == "from" and before[at + 1] in {"where", "which", "there"}
            for at, word in enumerate(before[:-1])
        )

    def _resumes(self, cue: Cue) -> bool:
        """Return whether a cue comes back to a place named: "fighting goes on in its centre", "then closed"."""
        if cue.kind == "truce" and self.sentence.language == "ar":
            return True
        if (cue.start and self.tokens[cue.start - 1].norm in _THEN):
            return True
        after = [t.norm for t in self.tokens[cue.end : cue.end + _RESUMED_WITHIN]]
        return any(
            word in _IN_OF and (after[at + 1] in _ITS or _is_possessed(after[at + 1]))
            for at, word in enumerate(after[:-1])
        ) or any(word in _INSIDE_IT for word in after)

    def _list_in_clause_before(self, cue: Cue) -> int | None:
        """Return the last list of the clause before that of a cue."""
        near = [
            number
            for number, group in enumerate(self.groups)
            if group[-1].end <= cue.start
            and self.marks.clause_of[group[-1].start] >= cue.clause - 1
            and number not in self.located
        ]
        return near[-1] if near else None

    def _relatives(self, used: set[int]) -> list[tuple[int, Cue]]:
        """Return the cues of relative clauses that none of the other rules used, with their lists."""
        pairs = []
        for cue in self.cues:
            at = self._relative_object(cue) if cue.start not in used else None
            if at is not None:
                pairs.append((at, cue))
                used.add(cue.start)
        return pairs

    def _stands_near(self, cue: Cue) -> bool:
        """Return whether a list stands right before a cue: "A, stronghold of", "A, subject to"."""
        for group in self.groups:
            between = self.tokens[group[-1].end : cue.start]
            if group[-1].end <= cue.start and sum(t.is_word for t in between) <= _NEAR:
                return True
        return False

    def _listed_after(self, used: set[int], governed: set[int]) -> list[tuple[int, Cue]]:
        """Return the passives whose places follow: "the villages taken by rebels were A and B"."""
        pairs = []
        for cue in self.cues:
            if cue.start in used or cue.takes != "before" or cue.kind == "none":
                continue
            number = next((n for n, g in enumerate(self.groups) if g[0].start >= cue.end), None)
            if number is None or number in governed:
                continue
            first = self.groups[number][0]
            start = min(first.start, first.head_at)
            between = self.tokens[cue.end : start]
            parties = {at for p in self.parties for at in range(p.start, p.end)}
            plain = cue.kind != "describedby" and all(at in parties for at in range(cue.end, start))
            listed = any(token.norm in _LISTED_AFTER for token in between)
            if len(between) <= _LISTED_WITHIN and (listed or (plain and len(between) > 0)):
                pairs.append((number, cue))
                governed.add(number)
        return pairs

    def _of_label(self, used: set[int], governed: set[int]) -> list[tuple[int, Cue]]:
        """Return what a note says of its label: "Mallah: the army has taken several hills"."""
        colon = next((at for at, t in enumerate(self.tokens[:_LABEL_WITHIN]) if t.text == ":"), 0)
        if not colon or not self.groups or self.groups[0][-1].end > colon or 0 in governed:
            return []
        label = self.groups[0][0]
        if len(self.groups) > 1 or min(label.start, label.head_at) > 1:
            return []
        return [
            (0, cue)
            for cue in self.cues
            if cue.start > colon and cue.start not in used and cue.kind != "none"
        ]

    def _parts_of_place_before(self, used: set[int], governed: set[int]) -> list[tuple[int, Cue]]:
        """Return what is taken of a place named before: "in A, marines regained several positions"."""
        pairs = []
        for cue in self.cues:
            if cue.start in used or cue.kind != "captured" or cue.takes != "after" or cue.mode:
                continue
            at = self._list_before(cue)
            if at is None or at in governed | self.located | self.aside:
                continue
            first = self.groups[at][0]
            start = min(first.start, first.head_at)
            within = bool(start) and self.tokens[start - 1].norm in _IN
            part = self.partial & set(range(cue.end, cue.end + _PART_OF_LABEL))
            if (within or first.clitic.endswith("ب")) and part:
                pairs.append((at, cue))
                governed.add(at)
        return pairs

    def _elliptic(
        self, used: set[int], governed: set[int], pairs: Sequence[tuple[int, Cue]]
    ) -> list[tuple[int, Cue]]:
        """Return second subjects without a verb: "A was taken on Monday and B two days later"."""
        found = []
        for number, group in enumerate(self.groups):
            if number in governed | self.located or number == 0:
                continue
            start = min(group[0].start, group[0].head_at)
            joint = self.tokens[start - 1].norm in {"and", ","} or group[0].clitic.startswith("و")
            behind = [t.norm for t in self.tokens[group[-1].end : group[-1].end + _TIMES_WITHIN]]
            timed = any(word in _TIMES for word in behind)
            own = [
                cue
                for n, cue in pairs
                if n == number - 1
                and cue.start in used
                and cue.takes in {"before", "either"}
                and cue.kind in {"captured", "lost"}
                and cue.start < start
                and self.marks.clause_of[start] == cue.clause
            ]
            verbs = [cue for cue in self.cues if own and own[0].end <= cue.start]
            if joint and timed and own and not verbs:
                found.append((number, own[0]))
                governed.add(number)
        return found

    def _beaten_at(
        self, used: set[int], governed: set[int], pairs: Sequence[tuple[int, Cue]]
    ) -> list[tuple[int, Cue]]:
        """Return attacks beaten off of which only who held on says where: "rebels in A beat back B"."""
        if any(cue.kind in {"raid", "aim", "repelled"} for _, cue in pairs):
            return []
        found = []
        for cue in self.cues:
            at = self._list_before(cue) if cue.kind == "repelled" and not cue.mode else None
            if at is None or cue.start in used:
                continue
            if any(n == at and c.kind not in _ALONGSIDE for n, c in pairs):
                continue
            first = self.groups[at][0]
            start = min(first.start, first.head_at)
            if self._resumes(cue) or start and (self.tokens[start - 1].norm in _IN or first.clitic.endswith("ب")):
                found.append((at, cue))
                governed.add(at)
        return found

    def _relative_object(self, cue: Cue) -> int | None:
        """Return the list of which a clause speaks that names who acts: "A, which rebels took"."""
        if cue.takes != "after" or cue.kind in {"none", "lost"}:
            return None
        opening = next(
            (at for at in reversed(range(cue.start)) if self.tokens[at].norm in _WHICH), None
        )
        if opening is None or cue.start - opening > _RELATIVE_WITHIN:
            return self._bare_relative_object(cue)
        acts = any(opening < party.start and party.end <= cue.start for party in self.parties)
        if self.sentence.language == "ar":  # "which" comes back as a pronoun: "the siege of it"
            after = self.tokens[cue.start : cue.start + _RELATIVE_WITHIN + 1]
            acts = any(token.norm in _RESUMED for token in after)
        near = [n for n, g in enumerate(self.groups) if 0 <= opening - g[-1].end <= _ASIDE_WITHIN]
        return near[-1] if acts and near else None

    def _bare_relative_object(self, cue: Cue) -> int | None:
        """Return the list of which an English clause without "which" speaks: "A, a town rebels took"."""
        if self.sentence.language != "en":
            return None
        subject = next((p for p in self.parties if 0 <= cue.start - p.end <= 1), None)
        for number, group in enumerate(self.groups):
            end = group[-1].end
            if subject is None or not 0 < subject.start - end <= _RELATIVE_WITHIN:
                continue
            between = [t.norm for t in self.tokens[end : subject.start]]
            following = next((g[0].start for g in self.groups[number + 1 :]), len(self.tokens))
            marks = [at for at in range(cue.end, following) if not self.tokens[at].is_word]
            verb = self.tokens[cue.end - 1].norm
            verb = verb.endswith("ed") or verb in _PAST or self.tokens[cue.start].norm == "had"
            if between[0] == "," and between[1:2] and between[1] in _ARTICLES and marks and verb:
                self.of_last.add(cue.start)
                return number
        return None

    def _over_adjective(self, cue: Cue) -> Cue | None:
        """Return the cue that speaks of a place of which an adjective says who holds it: "hit rebel-held A"."""
        if cue.kind != "adjective":
            return None
        before = [c for c in self.cues if c.end <= cue.start and c.clause == cue.clause]
        if not before or before[-1].kind not in {"strike", "raid", "fighting", "repelled"}:
            return None
        near = cue.start - before[-1].end <= _ADJECTIVE_WITHIN
        return before[-1] if near and before[-1].takes == "after" else None

    def _after_relative(self, cue: Cue) -> bool:
        """Return whether "which" before a verb says that its place stands before it."""
        return cue.start > 0 and self.tokens[cue.start - 1].norm in _RELATIVE

    def _is_aside(self, before: Sequence[Cue], start: int) -> bool:
        """Return whether a cue only describes a target or a party: "shelled strongholds of ..."."""
        last, one = before[-1], before[-2]
        if last.kind == "none":  # "strikes on reinforcements in A"
            struck = one.kind == "strike" and last.start - one.end <= _NEAR
            return struck and self.tokens[last.start].norm in _TARGETS
        if last.kind not in _STATES:
            return False
        party = any(last.end <= each.start < start for each in self.parties)
        struck = party and one.kind in {"strike", "raid", "losses"} and last.start - one.end <= 8
        return start - last.end > 4 or (struck and not self._places_between_at(one.end, last.start))

    def _goes_on(self, near_end: int, first: Mention, gap: int, cue: Cue) -> bool:
        """Return whether a list goes on the one before it: "the town of A, and also B"."""
        located = [p for n in self.located for p in self.groups[n]]
        inner = [p for p in self._places_between_at(cue.end, near_end) if p not in located]
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
        places = self._places_between_at(cue.end, near_end)
        if not places or self.sentence.language != "ar":
            return False
        first = min(places[0].start, places[0].head_at)
        preposition = self.tokens[first - 1].norm
        return (
            preposition in _TAKEN_AT
            and self.tokens[head - 1].norm == preposition
            and any(t.norm.startswith("و") or t.norm in _THEN for t in self.tokens[near_end:head])
        )

    def _places_between_at(self, start: int, end: int) -> list[Mention]:
        return [p for group in self.groups for p in group if start <= p.start and p.end <= end]

    def _only_locates(self, near_end: int, start: int, first: Mention, cue: Cue) -> bool:
        after_party = max(
            [p.end for p in self.parties if near_end <= p.start < start], default=near_end
        )
        locates, remark = only_locates(self.sentence, self.marks, after_party, start, first, cue)
        self.remarks += [remark] if remark else []
        return locates

    def _list_before(self, cue: Cue) -> int | None:
        """Return the list before a cue that it speaks of."""
        ends = [
            (number, group[-1])
            for number, group in enumerate(self.groups)
            if group[-1].end <= cue.start and self._distance(group[-1].end, cue) <= _BEFORE_WITHIN
        ]
        own = [number for number, last in ends if self.marks.clause_of[last.start] == cue.clause]
        if own:
            return own[-1]
        near = [
            number
            for number, last in ends
            if self.marks.clause_of[last.start] == cue.clause - 1
            and (number not in self.located or self._is_followed_by_which(last))
        ]
        relative = {"which", "that", "حيث", "التي", "الذي"}
        if near and cue.kind == "strike" and cue.takes == "after":
            return near[-1]
        opening = {self.tokens[at].norm for at in range(max(cue.start - 3, 0), cue.start + 1)}
        begun = [at for at in range(cue.start) if self.marks.clause_of[at] == cue.clause]
        same_subject = 0 < len(begun) <= 3 and all(
            self.tokens[at].norm in _PREDICATE for at in begun
        )
        end = self.tokens[cue.end - 1].norm
        points_back = end in _PRONOUNS or (
            cue.kind in {"closed", "captured", "strike"} and end.endswith(("ها", "هما"))
        )
        is_meant = opening & relative or same_subject or points_back
        return near[-1] if near and is_meant else None

    def _is_followed_by_which(self, place: Mention) -> bool:
        """Return whether a relative clause begins right behind a place."""
        return any(t.norm in _WHICH for t in self.tokens[place.end : place.end + _WHICH_WITHIN])

    def _distance(self, end: int, cue: Cue) -> int:
        """Return how many words stand before a cue, those of a clause put in between left out."""
        commas = [at for at in range(end, cue.start) if self.tokens[at].text in ",،"]
        if len(commas) > 1 and commas[0] == end and cue.start - commas[-1] <= _NEAR:
            return 0  # "A, the home town of many, was taken"
        return sum(
            self.marks.clause_of[at] in {cue.clause, cue.clause - 1} for at in range(end, cue.start)
        )

    def _rows(self, number: int, cue: Cue) -> list[Found]:
        kind = kind_in_sentence(cue, self.sentence, self.marks, self.cues)
        denied = kind == "statement"
        if not kind or (kind == "described" and cue.is_earlier):
            return []
        group = self.groups[number]
        if cue.takes in {"before", *_BESIDE} and cue.kind == "describedby" and group[-1].end <= cue.start:
            word = self.tokens[cue.start].norm
            finite = word in {"are", "were", "have", "remain"} or word.endswith(_DUAL)
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
        if cue.kind == "captured" and cue.takes == "from" and not self._has_subject(cue):
            return []
        rows = []
        for place in group:
            own = "strike" if kind in {"raid", "losses"} and actor == "aircraft" else kind
            if kind in {"captured", "described"} and self._is_part(place, cue):
                own = "contested"
            remark = "who holds it now is not said" if cue.kind in {"lost", "left"} else ""
            if cue.kind == "entered" and own == "captured":
                remark = "it was entered; that it was taken is not said"
            rows.append(Found(place, cue, own, actor, defender, denied, number, called, remark))
        return rows

    def _has_subject(self, cue: Cue) -> bool:
        """Return whether a party of the clause may be the subject of a cue."""
        return any(
            self.marks.clause_of[party.start] == cue.clause and not party.before.startswith("ل")
            for party in self.parties
        )

    def _is_part(self, place: Mention, cue: Cue) -> bool:
        start = min(place.start, place.head_at)
        first = max(cue.end if cue.end <= start else 0, start - (6 if cue.end <= start else 3))
        if place.end < cue.start and cue.takes == "after":  # the label of a note
            return any(at in self.partial for at in range(cue.end, cue.end + _PART_OF_LABEL))
        if place.end < cue.start and self.tokens[cue.end - 1].norm in _PRONOUNS:
            return False  # "took a part of A, and then all of it"
        for at in reversed(range(first, start)):
            if any(p.start <= at < p.end for group in self.groups for p in group):
                return False
            if at in self.partial:
                return True
        return False
