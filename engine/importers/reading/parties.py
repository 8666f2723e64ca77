"""Parties in a sentence, by the table of names and the scenario's actors."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.importers.reading.lexicon import party_names, word_list, words
from engine.importers.reading.tokens import tokens_of
from engine.io.text import letters

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.importers.reading.tokens import Token
    from engine.scenario.model import Actor, Scenario

SELF = "self"
"""The group of names by which a party speaks of itself: "our forces"."""
SAME = "*"
"""The group of names that mean the party named last."""
_CLITICS = "وفبلك"
_ARTICLES = words(
    "the a an its their syrian russian ukrainian iraqi local allied other several some"
)
_BACKED = words(
    "backed supported aided alongside مدعومه مدعوما مدعومين المدعومه بدعم بمسانده باسناد بغطا"
)
_ARMY = words("army government armed جيش الجيش حكومه حكومة الحكومة الحكومية المسلحة")
_HEADS = words("حركه حركة جماعه جماعة ميليشيا مليشيا")
_OF_ISIS = ("jihadists", "extremists")
_KINDS_OF_PARTY = words("قوات حركة جماعة ألوية كتائب ميليشيا مليشيا تنظيم جبهة فصائل")
_AIRCRAFT = "aircraft"
_SAY = words("said says told added قال وقال قالت وقالت اضاف واضاف اكد واكد يقول تقول")
_FORCES = words("fighters forces members troops units militants soldiers")


class PartyMention(NamedTuple):
    """A party named: its tokens, the party, its name as written, and the word before it."""

    start: int
    end: int
    party: str
    name: str
    before: str


class Parties:
    """The names by which texts call parties, and the actors of the scenario that they are.

    Parameters
    ----------
    scenario
        Whose actors they may be.
    also
        Actors by further names.
    """

    def __init__(self, scenario: Scenario, also: Mapping[str, str] | None = None) -> None:
        self._names: dict[tuple[str, ...], str] = {}
        self.actor_of: dict[str, str] = {}
        for party, names in party_names().items():
            for name in names:
                self._names[_key(name)] = party
        for actor, entry in scenario.actors.items():
            own = [name for name in (actor.replace("-", " "), entry.label, entry.label_ar) if name]
            known = [self._names[_key(name)] for name in own if _key(name) in self._names]
            party = next((name for name in known if name != SAME), actor)
            self.actor_of[party] = actor
            for name in [*own, *_short(own)]:
                self._names[_key(name)] = party
        for name, actor in (also or {}).items():
            if actor in scenario.actors:
                party = next((p for p, a in self.actor_of.items() if a == actor), actor)
                self._names[_key(name)] = party
        self._stand_in(scenario)
        self._named_by: dict[str, str] = {}
        self._speaking = self._first = ""
        self._longest = max(map(len, self._names))

    def _stand_in(self, scenario: Scenario) -> None:
        """Let the one army of a scenario stand for "the government", and of two sides the other for "rebels"."""
        armies = [actor for actor, entry in scenario.actors.items() if _is_army(actor, entry)]
        if len(armies) == 1:
            self.actor_of.setdefault("government", armies[0])
            others = [actor for actor in scenario.actors if actor != armies[0]]
            if len(others) == 1:
                self.actor_of.setdefault("opposition", others[0])

    def mentions(self, tokens: Sequence[Token], last: str = "") -> list[PartyMention]:
        """Return the parties that tokens name, in order.

        Parameters
        ----------
        tokens
            Those of a sentence.
        last
            The party named last before it, for names such as "the group".
        """
        found: list[PartyMention] = []
        at = 0
        while at < len(tokens):
            hit = self._at(tokens, at)
            if hit is None:
                at += 1
                continue
            end, party, clitic = hit
            if party == SAME:
                latter = tokens[at].norm.startswith("الاخير")
                head = tokens[end - 1].norm.removeprefix("ال")
                joined = bool(found) and found[-1].end == at  # "the army and the militias"
                party = (found[-1] if latter or joined else found[0]).party if found else last
                party = self._named_by.get(head, party)
            if party == SELF:
                party = self._own(tokens, end, found, last)
            if party == _AIRCRAFT and found and found[-1].end == at:
                party = ""  # "a government warplane"
            if party:
                name = " ".join(token.text for token in tokens[at:end])
                self._named_by |= {t.norm: party for t in tokens[at : end - 1] if t.norm in _HEADS}
                self._named_by |= dict.fromkeys(_OF_ISIS if party == "isis" else (), party)
                self._first = self._first or party
                before = _target_behind(tokens, end) or clitic or _word_before(tokens, at)
                found.append(PartyMention(at, end, party, name, before))
            at = end
        return found

    def _own(
        self, tokens: Sequence[Token], end: int, found: Sequence[PartyMention], last: str
    ) -> str:
        """Return the party that says "our forces": the one named beside it, else the speaker."""
        if end + 1 < len(tokens) and tokens[end].text in ",،":
            beside = self._at(tokens, end + 1)
            if beside is not None and beside[1] not in {SELF, SAME}:
                self._speaking = beside[1]
        said = any(token.norm in _SAY for token in tokens)
        return self._speaking or (found[0].party if found and said else self._first or last)

    def _at(self, tokens: Sequence[Token], at: int) -> tuple[int, str, str] | None:
        hit = self._named_at(tokens, at)
        if hit is not None and tokens[at].norm == "the" and at + 1 < len(tokens):
            longer = self._named_at(tokens, at + 1)  # "the regime" of "the regime warplanes"
            hit = longer if longer is not None and longer[0] > hit[0] else hit
        return hit

    def _named_at(self, tokens: Sequence[Token], at: int) -> tuple[int, str, str] | None:
        """Return where the longest name that begins at a token ends, its party and preposition."""
        for end in range(min(len(tokens), at + self._longest), at, -1):
            words = tuple(token.norm for token in tokens[at:end])
            for first, clitic in _variants(words[0]):
                party = self._names.get((first, *words[1:]))
                if party and _is_name(tokens[at:end]):
                    of = "ل" if words[0].startswith("لل") else clitic
                    return end, party, of
        return None


def _is_army(actor: str, entry: Actor) -> bool:
    """Return whether an actor is called an army or a government."""
    own = {token.norm for name in (actor, entry.label, entry.label_ar) for token in tokens_of(name)}
    return bool(own & _ARMY)


def _short(names: Sequence[str]) -> list[str]:
    """Return Arabic names without the word for what they are: "the Rapid Support" of "Forces of the ..."."""
    short = []
    for name in names:
        first, _, rest = name.partition(" ")
        if letters(first) in _KINDS_OF_PARTY and rest.startswith("ال"):
            short.append(rest)
    return short


def _word_before(tokens: Sequence[Token], at: int) -> str:
    """Return what stands before a party: the preposition, or "backed" of who only helps."""
    at -= 1
    while at > 0 and tokens[at].norm in _ARTICLES:
        at -= 1
    if at < 0:
        return ""
    word = tokens[at].norm
    if word in {"by", "من", "بـ"} and at > 0 and tokens[at - 1].norm in _BACKED:
        return "with"
    if word == "of" and at > 0 and tokens[at - 1].norm in _FORCES:
        return ""
    if word in _BACKED and at > 0 and tokens[at - 1].text == "-":
        return ""  # "US-backed fighters" act themselves
    return "with" if word in _BACKED else word


def _target_behind(tokens: Sequence[Token], end: int) -> str:
    """Return the thing of a party's that an English adjective names: "rebel checkpoints" do not act."""
    word = tokens[end].norm if end < len(tokens) else ""
    return word if tokens[end - 1].text.isascii() and word in word_list("before_target") else ""


def _is_name(tokens: Sequence[Token]) -> bool:
    """Return whether a short name in Latin letters is written as one, and is not a plain word."""
    text = tokens[0].text
    return not (len(tokens) == 1 and len(text) <= 3 and text.isascii() and not text.isupper())


def _variants(word: str) -> list[tuple[str, str]]:
    """Return a word without what Arabic writes before it, and the preposition that this was."""
    found = [(word, "")]
    if word.isascii():
        return found
    rest, taken = word, ""
    for _ in range(2):
        if len(rest) < 4 or rest[0] not in _CLITICS:
            break
        letter, rest = rest[0], rest[1:]
        taken = letter if letter in "لب" else taken
        if letter == "ل" and rest.startswith("ل"):
            found.append((f"ا{rest}", taken))
        found.append((rest, taken))
    return found


def _key(name: str) -> tuple[str, ...]:
    return tuple(token.norm for token in tokens_of(name))
