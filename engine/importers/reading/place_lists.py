"""Lists of places of which a sentence says one thing: behind what it says, or before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.importers.reading.clauses import marked
from engine.importers.reading.cues_in import cues_in
from engine.importers.reading.lexicon import heads, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.importers.reading.clauses import Marked
    from engine.importers.reading.cues_in import Cue
    from engine.importers.reading.parties import PartyMention
    from engine.importers.reading.place_names import Mention
    from engine.importers.reading.tokens import Sentence, Token


_CHAIN = words(
    ", ، و & and - – / the كل منها بينها كذلك ايضا كلا كلتا as well both also including of in على في ثم او or all ومنها بالاضافه اضافه الى هي هما وهي وهما ومن"
)


_TO = words("الى")
_JOINTS = words(
    ", ، و & and - – / ثم او or كذلك ايضا كل also بينها منها ومنها هي هما وهي وهما both"
)
_LONGEST_GAP = 8
_FINITE = words("is was are were has have")


def lists_of(tokens: Sequence[Token], places: Sequence[Mention]) -> list[list[Mention]]:
    """Return places in lists: with nothing but conjunctions and heads between them.

    Parameters
    ----------
    tokens
        Those of a sentence.
    places
        The places that it names; one that only says where another lies is left out.
    """
    known = heads()
    lists: list[list[Mention]] = []
    for place in sorted(places, key=lambda place: place.start):
        if lists:
            last = lists[-1][-1]
            gap = [t.norm for t in tokens[last.end : place.start]]
            gap = [
                w
                for at, w in enumerate(gap)
                if not (w == "من" and at and gap[at - 1] in {"كل", "كلا"})
            ]
            plain = all(
                w in _CHAIN
                or w.isdigit()
                or w in known
                or w.lstrip("ولفب") in known
                or w[1:] in known
                for w in gap
            )
            plain = plain and not ("as" in gap and "well" not in gap)
            plain = plain and (not _TO & set(gap) or any("اضافه" in word for word in gap))
            plain = plain or _passes_names(tokens[last.end : place.start])
            joined = (
                bool(set(gap) & _JOINTS) or "و" in place.clitic or _has_and(tokens, last, place)
            )
            if _holds(tokens, last, place):
                continue
            joined = joined and not _begins_anew(tokens, gap, place)
            if (
                plain
                and joined
                and len(gap) <= _LONGEST_GAP
                and not last.is_reference
                and not place.is_reference
            ):
                lists[-1].append(place)
                continue
        lists.append([place])
    return lists


def _has_and(tokens: Sequence[Token], last: Mention, place: Mention) -> bool:
    """Return whether an Arabic word between two names has "and" written before it: "and the town of"."""
    return any(t.norm.startswith("و") for t in tokens[last.end : place.start])


def _passes_names(between: Sequence[Token]) -> bool:
    """Return whether a list passes names that nobody knows: "A, Tal Sousin, Kafr Qares and B"."""
    words = [token for token in between if token.is_word]
    named = all(token.text[0].isupper() or token.norm in {"and", "al"} for token in words)
    return (
        named and between[:1] != () and between[0].text == "," and between[-1].text in {",", "and"}
    )


def _begins_anew(tokens: Sequence[Token], gap: Sequence[str], place: Mention) -> bool:
    """Return whether a place behind a comma is the subject of what follows: "took A, the town of B is"."""
    following = tokens[place.end].norm if place.end < len(tokens) else ""
    return "," in gap and "and" not in gap and following in _FINITE


def _holds(tokens: Sequence[Token], last: Mention, place: Mention) -> bool:
    """Return whether a place only says in which other the one before it lies."""
    if last.is_reference or place.is_reference or last.between or place.between:
        return False
    start = min(place.start, place.head_at)
    return [t.norm for t in tokens[last.end : start]] in (["في"], ["in"], ["in", "the"])


_BEFORE_WITHIN = 14
_ARTICLES = words("a an the one")
_PAST = words("took held won overran retook taken lost hold")
_RELATIVE = words("التي الذي اللتان اللتين والتي والذي which that")
_RESUMED = words("عنه عنها عنهما عليه عليها عليهما منه منها فيه فيها")
_PRONOUNS = words(
    "it them منها منه عنها عنه فيها فيه اليها اليه بها به داخلها لها له لهما عليها عليه عليهما"
)
_PREDICATE = words("but and is are was were now still also")
_RELATIVE_WITHIN, _ASIDE_WITHIN = 7, 8
"""How many words stand at most between "which" and its verb, and between a place and "which"."""
_AFTER = words("بعد اثر عقب after following")
_WHICH_WITHIN = 3
_NEAR, _LISTED_WITHIN, _LABEL_WITHIN, _PART_OF_LABEL = 3, 10, 8, 5
_THEN = words("ثم then لكن")
_IN_OF = words("في على عند حول in at around from on into")
_ITS = words("its their")
_INSIDE_IT = words("داخلها داخله فيها فيه محيطها محيطه حولها حوله there")
_COPULA = words("is are was were still remains a an the")
_RESUMED_WITHIN = 5


def _is_possessed(word: str) -> bool:
    """Return whether an Arabic noun ends in "its": "in its quarters"."""
    return len(word) > 4 and not word.isascii() and word.endswith("ها")


class PlacesBefore:
    """The cues and lists of places of a sentence, and which list before a cue is its own.

    Parameters
    ----------
    sentence
        The sentence.
    places
        The places that it names.
    parties
        The parties that it names.
    """

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

    def list_before(self, cue: Cue) -> int | None:
        """Return the list before a cue that it speaks of."""
        ends = [
            (number, group[-1])
            for number, group in enumerate(self.groups)
            if group[-1].end <= cue.start and self.distance(group[-1].end, cue) <= _BEFORE_WITHIN
        ]
        own = [number for number, last in ends if self.marks.clause_of[last.start] == cue.clause]
        if own:
            return own[-1]
        near = [
            number
            for number, last in ends
            if self.marks.clause_of[last.start] == cue.clause - 1
            and (number not in self.located or self.is_followed_by_which(last))
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

    def list_in_clause_before(self, cue: Cue) -> int | None:
        """Return the last list of the clause before that of a cue."""
        near = [
            number
            for number, group in enumerate(self.groups)
            if group[-1].end <= cue.start
            and self.marks.clause_of[group[-1].start] >= cue.clause - 1
            and number not in self.located
        ]
        return near[-1] if near else None

    def stands_near(self, cue: Cue) -> bool:
        """Return whether a list stands right before a cue: "A, stronghold of", "A, subject to"."""
        for group in self.groups:
            between = self.tokens[group[-1].end : cue.start]
            plain = [t for t in between if t.is_word and t.norm not in _COPULA]
            if group[-1].end <= cue.start and len(plain) <= _NEAR:
                return True
        return False

    def is_followed_by_which(self, place: Mention) -> bool:
        """Return whether a relative clause begins right behind a place."""
        return any(t.norm in _RELATIVE for t in self.tokens[place.end : place.end + _WHICH_WITHIN])

    def distance(self, end: int, cue: Cue) -> int:
        """Return how many words stand before a cue, those of a clause put in between left out."""
        commas = [at for at in range(end, cue.start) if self.tokens[at].text in ",،"]
        if len(commas) > 1 and commas[0] == end and cue.start - commas[-1] <= _NEAR:
            return 0  # "A, the home town of many, was taken"
        return sum(
            self.marks.clause_of[at] in {cue.clause, cue.clause - 1} for at in range(end, cue.start)
        )

    def told_after(self, cue: Cue) -> bool:
        """Return whether a cue only says after what something happened: "after three car bombs"."""
        before = [t.norm for t in self.tokens[max(cue.start - 2, 0) : cue.start]]
        return any(word in _AFTER for word in before)

    def has_other_object(self, cue: Cue) -> bool:
        """Return whether "which cut the last road" says what was cut: not the place named before."""
        before = {t.norm for t in self.tokens[max(cue.start - 2, 0) : cue.start]}
        return self.sentence.language == "en" and "which" in before

    def is_from_there(self, cue: Cue) -> bool:
        """Return whether the place before a strike is where it came from: "A, from where rebels fire"."""
        before = [t.norm for t in self.tokens[max(cue.start - _BEFORE_WITHIN, 0) : cue.start]]
        return any(
            word == "from" and before[at + 1] in {"where", "which", "there"}
            for at, word in enumerate(before[:-1])
        )

    def resumes(self, cue: Cue) -> bool:
        """Return whether a cue comes back to a place named: "fighting goes on in its centre", "then closed"."""
        if cue.kind == "truce" and self.sentence.language == "ar":
            return True
        if cue.start and self.tokens[cue.start - 1].norm in _THEN:
            return True
        after = [t.norm for t in self.tokens[cue.end : cue.end + _RESUMED_WITHIN]]
        return any(
            word in _IN_OF and (after[at + 1] in _ITS or _is_possessed(after[at + 1]))
            for at, word in enumerate(after[:-1])
        ) or any(word in _INSIDE_IT for word in after)

    def relatives(self, used: set[int]) -> list[tuple[int, Cue]]:
        """Return the cues of relative clauses that none of the other rules used, with their lists."""
        pairs = []
        for cue in self.cues:
            at = self.relative_object(cue) if cue.start not in used else None
            if at is not None:
                pairs.append((at, cue))
                used.add(cue.start)
        return pairs

    def relative_object(self, cue: Cue) -> int | None:
        """Return the list of which a clause speaks that names who acts: "A, which rebels took"."""
        arabic = self.sentence.language == "ar"
        if cue.takes != "after" or cue.kind == "none" or (arabic and cue.kind == "lost"):
            return None
        opening = next(
            (at for at in reversed(range(cue.start)) if self.tokens[at].norm in _RELATIVE), None
        )
        if opening is None or cue.start - opening > _RELATIVE_WITHIN:
            return self.bare_relative_object(cue)
        acts = any(opening < party.start and party.end <= cue.start for party in self.parties)
        between = {self.tokens[at].norm for at in range(opening, cue.start)}
        acts = acts or (not arabic and bool(between & {"it", "they"}))
        if arabic:  # "which" comes back as a pronoun: "the siege of it"
            after = self.tokens[cue.start : cue.start + _RELATIVE_WITHIN + 1]
            acts = any(token.norm in _RESUMED for token in after)
        near = [n for n, g in enumerate(self.groups) if 0 <= opening - g[-1].end <= _ASIDE_WITHIN]
        return near[-1] if acts and near else None

    def bare_relative_object(self, cue: Cue) -> int | None:
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
            word = self.tokens[cue.end - 1].norm
            verb = word.endswith("ed") or word in _PAST or self.tokens[cue.start].norm == "had"
            if between[0] == "," and between[1:2] and between[1] in _ARTICLES and marks and verb:
                self.of_last.add(cue.start)
                return number
        return None

    def after_relative(self, cue: Cue) -> bool:
        """Return whether "which" before a verb says that its place stands before it."""
        return cue.start > 0 and self.tokens[cue.start - 1].norm in _RELATIVE

    def places_between_at(self, start: int, end: int) -> list[Mention]:
        """Return the places that stand within a span of tokens."""
        return [p for group in self.groups for p in group if start <= p.start and p.end <= end]
