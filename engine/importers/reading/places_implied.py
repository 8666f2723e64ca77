"""Places of which a sentence speaks without a verb beside them: lists behind passives, labels, ellipses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.importers.reading.lexicon import words
from engine.importers.reading.places_before import PlacesBefore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.importers.reading.cues_in import Cue

_LISTED_AFTER = words(
    "notably namely including especially were are was include includes included : – - هي هما هم وهي وهما ابرزها منها ومنها بينها"
)
"""What stands between "the villages taken by rebels" and their names."""
_NEAR, _LISTED_WITHIN, _LABEL_WITHIN, _PART_OF_LABEL = 3, 10, 8, 5
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
