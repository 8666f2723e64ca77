"""Which places a sentence speaks of: the whole, a part, what lies in it or near it.

Also without a verb beside them: in lists behind passives, labels, ellipses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.importers.reading.lexicon import heads, words
from engine.importers.reading.place_lists import PlacesBefore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.importers.reading.cues_in import Cue
    from engine.importers.reading.place_names import Mention


_LISTED_AFTER = words(
    "notably namely including especially were are was include includes included : – - هي هما هم وهي وهما ابرزها منها ومنها بينها"
)
"""What stands between "the villages taken by rebels" and their names."""
_TIMES = words(
    "days hours weeks months day week month later earlier before after يوم يومين ايام ساعات اسبوع شهر"
)
_TIMES_WITHIN = 5
_ALONGSIDE = frozenset(
    {"fighting", "described", "describedby", "held", "stationed", "strike", "losses"}
)
"""What a place may be besides the place of an attack beaten off."""
_TITLES = words("offensive battle operation campaign siege talks")
_IN = words("in at around inside near في داخل")


class PlacesImplied(PlacesBefore):
    """What is left of the cues of a sentence when those beside their places were read."""

    def listed_after(self, used: set[int], governed: set[int]) -> list[tuple[int, Cue]]:
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

    def of_label(self, used: set[int], governed: set[int]) -> list[tuple[int, Cue]]:
        """Return what a note says of its label: "Mallah: the army has taken several hills"."""
        colon = next((at for at, t in enumerate(self.tokens[:_LABEL_WITHIN]) if t.text == ":"), 0)
        if not colon or not self.groups or self.groups[0][-1].end > colon or 0 in governed:
            return []
        label = self.groups[0][0]
        titled = {t.norm for t in self.tokens[self.groups[0][-1].end : colon]} & _TITLES
        if titled:
            return []  # "the battle of A: what has been won"
        if len(self.groups) > 1 or min(label.start, label.head_at) > 1:
            return []
        return [
            (0, cue)
            for cue in self.cues
            if cue.start > colon and cue.start not in used and cue.kind != "none"
        ]

    def parts_of_place_before(self, used: set[int], governed: set[int]) -> list[tuple[int, Cue]]:
        """Return what is taken of a place named before: "in A, marines regained several positions"."""
        pairs = []
        for cue in self.cues:
            if cue.start in used or cue.kind != "captured" or cue.takes != "after" or cue.mode:
                continue
            at = self.list_before(cue)
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

    def elliptic(
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

    def beaten_at(
        self, used: set[int], governed: set[int], pairs: Sequence[tuple[int, Cue]]
    ) -> list[tuple[int, Cue]]:
        """Return attacks beaten off of which only who held on says where: "rebels in A beat back B"."""
        if any(cue.kind in {"raid", "aim", "repelled"} for _, cue in pairs):
            return []
        found = []
        for cue in self.cues:
            at = self.list_before(cue) if cue.kind == "repelled" and not cue.mode else None
            if at is None or cue.start in used:
                continue
            if any(n == at and c.kind not in _ALONGSIDE for n, c in pairs):
                continue
            first = self.groups[at][0]
            start = min(first.start, first.head_at)
            if self.resumes(cue) or (
                start and (self.tokens[start - 1].norm in _IN or first.clitic.endswith("ب"))
            ):
                found.append((at, cue))
                governed.add(at)
        return found


_TAKEN_AT = words("على من عن")
_PRONOUNS = words(
    "it them منها منه عنها عنه فيها فيه اليها اليه بها به داخلها لها له لهما عليها عليه عليهما"
)
_NEAR, _LISTED_WITHIN, _LABEL_WITHIN, _PART_OF_LABEL = 3, 10, 8, 5
_GENERAL = words(
    "المناطق مناطق الاحياء احيا القرى قرى البلدات الاراضي اراضي النقاط المواقع areas territory villages districts land"
)
_CITY = "حلب"
_AROUND = words("around surrounding outside المحيطه المجاوره المتاخمه القريبه التابعه حول")
_OF_PLACE = words(
    "outskirts outskirt approaches suburbs suburb edge edges districts quarters blocks half part parts neighbourhoods neighborhoods"
)
_BUILDINGS = words(
    "oven plant bakery school academy factory bridge station barracks garage mill quarry college mosque"
)
_OF_PLACE_WITHIN = 3
_HIM = words("عليه منه فيه اليه عنه له")
_CIVIL = words(
    "مشفي مشافي مشاف المشفي المشافي مستشفي مستشفيات المستشفي مدرسه المدرسه مدارس سوق السوق مخبز فرن مسجد منازل منشات hospital hospitals clinic clinics school "
    "schools market markets bakery bakeries homes residential civilian civilians"
)
_LAST = words("اخر last remaining")
_WHOLE = words("كامل كل جميع كافه")
_WITHIN = words("في داخل ضمن")
_STATES = frozenset({"described", "describedby", "stationed"})


class PlacesMeant(PlacesImplied):
    """Whether a cue speaks of a place itself."""

    def is_about_near(self, at: int, cue: Cue) -> bool:
        """Return whether a cue speaks of what lies near a place: "the villages around A are held by"."""
        first = self.groups[at][0]
        start = min(first.start, first.head_at)
        before = self.tokens[start - 1].norm if start else ""
        return before in _AROUND and not cue.mode and cue.kind in {"captured", "lost", *_STATES}

    def is_of_one(self, cue: Cue) -> bool:
        """Return whether a cue ends with an Arabic "it", masculine."""
        return self.tokens[cue.end - 1].norm in _HIM

    def are_two(self, at: int) -> bool:
        """Return whether "the two towns" or a list of two stands there, which no "it" means."""
        start = self.groups[at][-1].start
        twins = [group for group in self.groups if group[-1].start == start]
        return len(twins) > 1

    def is_of_general_noun(self, at: int, cue: Cue) -> bool:
        """Return whether "which they hold" speaks of "the areas", not of the place named before these."""
        end = self.groups[at][-1].end
        nouns = [self.tokens[w].norm.lstrip("و") for w in range(max(end, cue.start - 4), cue.start)]
        return cue.kind == "describedby" and any(
            noun in _GENERAL or (noun == "مدينه" and _CITY in nouns) for noun in nouns
        )

    def is_part(self, place: Mention, cue: Cue) -> bool:
        """Return whether a cue speaks of a part of a place: "took two buildings of A"."""
        if place.end < cue.start and cue.takes == "after":  # the label of a note
            return any(at in self.partial for at in range(cue.end, cue.end + _PART_OF_LABEL))
        if place.end < cue.start and self.tokens[cue.end - 1].norm in _PRONOUNS:
            return False  # "took a part of A, and then all of it"
        return self._is_part_of_whole_behind(place) or self._has_part_before(place, cue)

    def _has_part_before(self, place: Mention, cue: Cue) -> bool:
        """Return whether a word for a part stands before a place, and nothing between them."""
        start = min(place.start, place.head_at)
        first = max(cue.end if cue.end <= start else 0, start - (6 if cue.end <= start else 3))
        stands_before = place.end <= cue.start and cue.kind == "describedby"
        near = self.marks.at("vicinity") if stands_before else set()
        names = {at for group in self.groups for p in group for at in range(p.start, p.end)}
        stop = [at for at in reversed(range(first, start)) if at in near | names | self.partial]
        # "near A, which the army holds" speaks of A
        return bool(stop) and stop[0] not in near | names and not self._is_last(stop[0])

    def _is_last(self, at: int) -> bool:
        """Return whether the part that was taken was the last: "the last rebel positions in A"."""
        return any(t.norm in _LAST for t in self.tokens[max(at - 2, 0) : at])

    def is_in_place(self, group: Sequence[Mention], cue: Cue) -> bool:
        """Return whether an Arabic verb has another object, which lies in a place: "took a hill in A"."""
        first = group[0]
        start = min(first.start, first.head_at)
        if self.sentence.language != "ar" or cue.takes != "after" or start < cue.end:
            return False
        bound = first.clitic.endswith("ب") or (first.head_at < first.start and self._has_in(start))
        if not bound and self.tokens[start - 1].norm not in _WITHIN:
            return False
        named = {at for p in self.parties for at in range(p.start, p.end)}
        between = range(cue.end, start - (not bound))
        words_ = [self.tokens[at].norm for at in between if at not in named]
        if self.tokens[cue.end - 1].norm in _TAKEN_AT:
            return bool(words_) and not any(w in _LAST or w in _WHOLE for w in words_)
        on = [n for n, word in enumerate(words_) if word in _TAKEN_AT]
        return bool(on) and len(words_) > on[-1] + 1 and not _LAST & set(words_)

    def _has_in(self, start: int) -> bool:
        """Return whether a word for a kind of place has "in" before it: "bi-mantiqat A"."""
        word = self.tokens[start].norm
        return word[0] == "ب" and word not in heads() and word[1:] in heads()

    def _is_part_of_whole_behind(self, place: Mention) -> bool:
        """Return whether what follows an English name is a part of the place: "A's eastern outskirts"."""
        following = [t.norm for t in self.tokens[place.end : place.end + _OF_PLACE_WITHIN]]
        behind = self.tokens[place.end : place.end + 1]
        if behind and behind[0].text[0].isupper() and behind[0].norm in _BUILDINGS:
            return True  # "captured the Ramouseh Oven"
        own = self.sentence.text[self.tokens[place.end - 1].at :].split(" ", 1)[0]
        return own.rstrip(",.").endswith(("'s", "’s")) and any(w in _OF_PLACE for w in following)

    def strikes(self, place: Mention, cue: Cue, kind: str) -> bool:
        """Return whether aircraft act, or a hospital and the like is what was hit."""
        above = any(
            party.party == "aircraft" and 0 <= cue.start - party.end <= _NEAR
            for party in self.parties
        )
        above = above and kind == "raid"
        named = {at for g in self.groups for p in g for at in range(p.start, p.end)}
        hit = {
            self.tokens[at].norm.lstrip("وبل")
            for at in range(cue.start, place.start)
            if at not in named and at + 1 not in named
        }
        return above or bool(hit & _CIVIL)
