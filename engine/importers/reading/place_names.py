"""The names of places and sites as texts write them: with clitics, glued, misspelt, in either script.

And names that no place of the scenario has, where the text says that they are places.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.importers.reading.lexicon import (
    also_called,
    cues,
    heads,
    markers,
    speakers,
    without_clitics,
    word_list,
    words,
)
from engine.io.text import folded, letters, skeleton
from engine.network.gazetteer import is_arabic, names_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.importers.reading.tokens import Sentence, Token
    from engine.network.arrays import Place
    from engine.scenario.model import Scenario


_MOST_WORDS = 6
_WHOLE_NAME = 4
"""A name of so many words is whole, though "in" or "of" follows."""
_LEAST_SOUND = 3
_LEAST_LIKENESS = 75
_LEFT_OUT = frozenset({"crossing", "base", "camp", "district"})
"""Classes of words that texts leave out of a name."""
_DISTRICTS = words("أحياء")
_HOUSING = words("مساكن")
"""Left out of a name even where what is left has no article."""
_WEAPONS = words("الصواريخ المدفعية الدفاع الدبابات المشاة الهندسة التسليح الرادار")
"""Words that are no name of a base where the word for the base is left out."""
_VOWELS = frozenset("aeiou")
_SIDES = frozenset({"eastern", "western", "northern", "southern"})
_COMMON = frozenset(
    map(
        folded,
        words(
            "الباب الشعار السكري المرجة السلامة البل كفرة حيان ماير جبرين الزهراء نبل الحيدرية الخالدية صفات منغ بحري الراعي Mari"
        ),
    )
)
"""Names that are words too: taken only after a head such as "town of", in a list, or a preposition."""


@dataclass(frozen=True)
class Mention:
    """A place named.

    Parameters
    ----------
    start, end
        Its tokens; the head ("town of") is left out.
    ids
        The places or sites that it may be; none if nothing known is called so.
    name
        As it is written.
    clitic
        The letters that Arabic writes before it.
    head
        The class of the word before the name: village, town, road, ...; empty if there is none.
    head_at
        Where that word stands, else `start`.
    tail
        The class of the word behind the name, as in "Menagh airbase"; empty if there is none.
    between
        The ids of the two ends of a road that is named by them.
    is_reference
        Whether it refers back: "the town".
    """

    start: int
    end: int
    ids: tuple[str, ...]
    name: str
    clitic: str = ""
    head: str = ""
    head_at: int = 0
    tail: str = ""
    between: tuple[str, str] | None = None
    is_reference: bool = False


class PlaceNames:
    """Which words of a text name a place or site of a scenario.

    Parameters
    ----------
    scenario
        Its sites and its own places.
    places
        Those of the network.
    """

    def __init__(self, scenario: Scenario, places: Iterable[Place]) -> None:
        self.kinds: dict[str, str] = {}
        self._written: list[tuple[str, str]] = []
        self._exact: dict[str, dict[str, bool]] = defaultdict(dict)
        self._glued: dict[str, set[str]] = defaultdict(set)
        self._sound: dict[str, set[tuple[str, str]]] = defaultdict(set)
        own = {place.id for place in scenario.places}
        for place in places:
            if place.id not in own:
                self._add(place.id, [*names_of(place), place.id.replace("-", " ")], place.kind)
        for entry in scenario.places:
            names = [entry.name, entry.name_ar, *entry.aliases, entry.id.replace("-", " ")]
            self._add(entry.id, names, entry.kind)
        for site in scenario.sites:
            roads = () if site.between and len(site.road) == 0 else site.road
            names = [site.label, site.label_ar, site.id.replace("-", " "), *roads]
            self._add(site.id, names, "road" if site.is_stretch else "area")
        self._add_short_forms(self._written)

    def _add(self, name_id: str, names: Iterable[str], kind: str) -> None:
        self.kinds[name_id] = kind
        written = list(filter(None, names))
        further = [also for name in written for also in also_called().get(folded(name), ())]
        for name in dict.fromkeys([*written, *further]):
            self._written.append((name_id, name))
            key = folded(name)
            if not key:
                continue
            self._exact[key][name_id] = name.startswith("ال")
            for glued in {key.replace(" ", ""), letters(name).replace(" ", "")}:
                if len(glued) > 4 and " " in name:
                    self._glued[glued].add(name_id)
            if len(skeleton(key)) >= _LEAST_SOUND:
                self._sound[skeleton(key)].add((name_id, key))

    def _add_short_forms(self, names: Iterable[tuple[str, str]]) -> None:
        """Let names be found by the shorter forms in use, where no other name is written so."""
        short: dict[str, dict[str, bool]] = defaultdict(dict)
        for name_id, name in names:
            for form in _short_forms(name):
                if folded(form) not in self._exact:
                    short[folded(form)][name_id] = form.startswith("ال")
        for key, ids in short.items():
            if len(ids) == 1:
                self._exact[key] = ids

    def at(
        self, tokens: Sequence[Token], start: int, *, after_head: bool, as_name: bool = False
    ) -> tuple[int, tuple[str, ...], str] | None:
        """Return where the longest name that begins at a token ends, its ids, and the clitic before it.

        Parameters
        ----------
        tokens
            Those of a sentence.
        start
            Where the name begins.
        after_head
            Whether a word such as "town of" stands before it: then misspellings count as well.
        as_name
            Whether a name that is a word too counts as a name here.
        """
        if not tokens[start].is_word:
            return None
        longest = start + 1
        while longest < min(len(tokens), start + _MOST_WORDS) and (
            tokens[longest].is_word or tokens[longest].text == "-"
        ):
            longest += 1
        for end in range(longest, start, -1):
            if not tokens[end - 1].is_word:
                continue
            parts = [token.text for token in tokens[start:end] if token.is_word]
            goes_on = end < len(tokens) and tokens[end].norm in {"at", "in", "of"}
            if parts[0].islower() and len(parts) < _WHOLE_NAME and goes_on:
                continue  # "the artillery base at A" is named by A
            for first, clitic in _variants(parts[0]):
                ids = self._ids(
                    " ".join([first, *parts[1:]]), after_head=after_head, as_name=as_name
                )
                if ids:
                    return end, ids, clitic
        return None

    def _ids(self, name: str, *, after_head: bool, as_name: bool) -> tuple[str, ...]:
        key = folded(name)
        if not key or key.isdigit():
            return ()
        arabic = is_arabic(name)
        written_small = " " in name and key in self._exact and name[0].islower()
        if not arabic and not _is_capital(name) and not written_small:
            return ()
        if key in self._exact:
            if key in _COMMON and not (after_head or as_name):
                return ()
            found = self._exact[key]
            if arabic and " " not in name:
                own = name.startswith("ال")
                alike = {i: article for i, article in found.items() if article == own}
                found = alike or (found if after_head and len(found) == 1 else {})
            return tuple(sorted(found))
        for glued in (key.replace(" ", ""), letters(name)):
            if len(glued) > 4 and glued in self._glued:
                return tuple(sorted(self._glued[glued]))
        return self._alike(key, arabic=arabic, after_head=after_head)

    def _alike(self, key: str, *, arabic: bool, after_head: bool) -> tuple[str, ...]:
        """Return the places whose names sound the same and look alike."""
        from rapidfuzz import fuzz

        if arabic and not after_head and len(key) < 6:
            return ()
        scored = [
            (fuzz.ratio(name, key), place)
            for place, name in self._sound.get(skeleton(key), ())
            if is_arabic(name) == arabic
            and name.count(" ") == key.count(" ")
            and (name[0] == key[0] or ({name[0], key[0]} <= _VOWELS and " " not in key))
        ]
        best = max(scored, default=(0.0, ""))
        if best[0] < _LEAST_LIKENESS:
            return ()
        return tuple(sorted({place for score, place in scored if score == best[0]}))


def _short_forms(name: str) -> list[str]:
    """Return a name without the word that says what it is, or the city that it is part of.

    "Bab al-Salama" for the Arabic for "crossing of Bab al-Salama", "the eastern districts" for "the
    eastern districts of Aleppo", "East Aleppo" for "Eastern Aleppo".
    """
    first, *rest = name.split()
    if not rest:
        return []
    if len(rest) > 1 and rest[-1].startswith("وال"):
        return [" ".join([first, *rest[:-1]])]  # "the academies of artillery and of armament"
    if first.lower() in _SIDES and len(rest) == 1:
        return [f"{first[:-3]} {rest[0]}"]
    if heads().get(letters(first), "") not in _LEFT_OUT or first.startswith("ال"):
        return []
    plain = letters(first) in _HOUSING or len(rest) > 1 or rest[0].startswith("ال")
    known = letters(rest[0]) not in _WEAPONS and plain
    forms = [" ".join(rest)] if known else []
    if len(rest) == 2 and rest[1].startswith("ال") and letters(first) in _DISTRICTS:
        forms.append(f"ال{first} {rest[1]}")
    return forms


def _is_capital(name: str) -> bool:
    words = name.split()
    return words[0][:1].isupper() or (len(words) > 1 and words[1][:1].isupper())


def _variants(word: str) -> list[tuple[str, str]]:
    """Return a word as it is, and without what Arabic writes before it, with that preposition."""
    found = [(word, "")]
    if not is_arabic(word):
        return found
    rest, taken = word, ""
    for _ in range(2):
        if len(rest) < 3 or rest[0] not in "وفبلك":
            break
        letter, rest = rest[0], rest[1:]
        taken += letter
        if letter == "ل" and rest.startswith("ل"):
            found.append((f"ا{rest}", taken))
        found.append((rest, taken))
    return found


_NO_SETTLEMENTS = frozenset({"road", "base", "front", "district"})
_STARTERS = word_list("begins_a_name")
_STOP = word_list("no_name_ar")
_CAPITAL = re.compile(r"[A-Z][\w'’-]+$")
_NOT_A_NAME = word_list("no_name_en")


def unknown_place(
    sentence: Sentence, at: int, head: str, listing: tuple[str, int], found: Sequence[Mention]
) -> Mention | None:
    """Return a name that no place has, where a head or the list that it stands in says that it is one.

    Parameters
    ----------
    sentence
        Where it stands.
    at
        The token at which it would begin.
    head
        The class of the word before it; empty if there is none.
    listing
        The class of the head of its list, and where that stands.
    found
        The places before it.
    """
    tokens = sentence.tokens
    own, list_at = listing
    listed = bool(found) and bool(own) and not head and is_chained(tokens, found[-1].end, at)
    if not head and sentence.language == "en" and _CAPITAL.match(tokens[at].text):
        own = head = _head_after(tokens, at)
        list_at = at
    if not tokens[at].is_word or not (head or listed) or own in _NO_SETTLEMENTS:
        return None
    name = _english if sentence.language == "en" else _arabic
    end, clitic = name(tokens, at, list_at, listed=listed)
    if end == at:
        return None
    text = _text(sentence, at, end)[len(clitic) :]
    return Mention(at, end, (), text, clitic, own, at if listed else list_at)


def _english(tokens: Sequence[Token], at: int, list_at: int, *, listed: bool) -> tuple[int, str]:
    """Return where a name in capitals ends; where it begins, if it is none."""
    del list_at, listed
    end = at
    while (
        end < len(tokens)
        and _CAPITAL.match(tokens[end].text)
        and tokens[end].norm not in _NOT_A_NAME
    ):
        end += 1
        if end + 1 < len(tokens) and tokens[end].text == "-":
            end += 1
    before = tokens[at - 1].norm if at else ""
    return (at if before in heads() and before.endswith("s") else end), ""


def _arabic(tokens: Sequence[Token], at: int, list_at: int, *, listed: bool) -> tuple[int, str]:
    """Return where a name after a head or in its list ends, and the conjunction before it."""
    if not listed and without_clitics(tokens[list_at].norm)[-1].startswith("ال"):
        return at, ""
    word = tokens[at].norm
    clitic = "و" if listed and word[0] == "و" else ""
    bare = word[len(clitic) :]
    apart = tokens[at - 1].norm in {",", "،", "و"}
    if (listed and not clitic and not apart) or not _may_be_a_name(bare):
        return at, ""
    end = at + 1
    if bare in _STARTERS and end < len(tokens) and tokens[end].is_word:
        return end + 1, clitic
    if listed:
        if not _PLURAL & set(without_clitics(tokens[list_at].norm)) or _is_verb(tokens, at, "ar"):
            return at, ""
        two = end + 1 < len(tokens) and tokens[end].is_word and _may_be_a_name(tokens[end].norm)
        end += two and not clitic and tokens[end + 1].text in {",", "،"}
    return end, clitic


def is_chained(tokens: Sequence[Token], end: int, at: int) -> bool:
    """Return whether nothing but commas and conjunctions stands between two names."""
    between = [token.norm for token in tokens[end:at]]
    if all(word in {",", "،", "و", "and", "-", "–", "/", "او", "or", "the"} for word in between):
        return bool(between) or (at < len(tokens) and tokens[at].norm[:1] == "و")
    return False


_PLURAL = word_list("heads_of_lists")
_REGIONS = word_list("regions")


def _may_be_a_name(word: str) -> bool:
    return not (
        (len(word) < 3 and word not in _STARTERS)
        or word in _STOP | _REGIONS
        or any(form in heads() for form in without_clitics(word)[:2] if form not in _STARTERS)
        or word.isdigit()
        or word[:2] in {"لل", "بش"}
    )


def _is_verb(tokens: Sequence[Token], at: int, language: str) -> bool:
    """Return whether a word of a list begins a new clause instead."""
    word = tokens[at].norm.removeprefix("و")
    if word.startswith(("است", "يت", "تت")) or (word.endswith("ت") and not word.endswith("ات")):
        return True
    return any(
        hit.start == 0
        for table in (cues(), markers(), speakers())
        for hit in table.hits(tokens[at : at + 4], language)
    )


def _head_after(tokens: Sequence[Token], at: int) -> str:
    """Return the class of the head behind a name or a list of names: "Harjala and Dalha villages"."""
    for token in tokens[at + 1 : at + 8]:
        if token.norm in heads():
            return heads()[token.norm]
        if not (_CAPITAL.match(token.text) or token.norm in {"and", ",", "-", "al"}):
            break
    return ""


def _text(sentence: Sentence, start: int, end: int) -> str:
    last = sentence.tokens[end - 1]
    return sentence.text[sentence.tokens[start].at : last.at + len(last.text)]
