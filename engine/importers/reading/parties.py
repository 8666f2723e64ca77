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
_MILITIAS = words("ميليشيا مليشيا ميليشيات مليشيات")
_OF_ISIS = ("jihadists", "extremists")
_KINDS_OF_PARTY = words("قوات حركة جماعة ألوية كتائب ميليشيا مليشيا تنظيم جبهة فصائل")
_AIRCRAFT = "aircraft"
_SAY = words("said says told added قال وقال قالت وقالت اضاف واضاف اكد واكد يقول تقول")
_SPEAKER_WITHIN = 9
_FEARED = words("fear fears feared fearing")
_DOES = words("has had holds held took seized captured overran controls will also now still then")
"""What follows "it" where that is who acts: "it has taken", not "it was taken"."""
_OF_MANY = frozenset(
    {"government", "opposition", "aircraft", "russia", "ukraine", "iraq", "turkey"}
)
"""Parties that nobody calls "the group"."""
_FORCES = words("fighters forces members troops units militants soldiers")
_ARMED = word_list("armed_things")
_ARMED_AR = word_list("armed_things_ar")
_HELD = words("held controlled occupied run administered")


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
        self._speaking = self._first = self._group = ""
        self._longest = max(map(len, self._names))

    def _stand_in(self, scenario: Scenario) -> None:
        """Let the one army of a scenario stand for "the government", and of two sides the other for "rebels"."""
        armies = [actor for actor, entry in scenario.actors.items() if _is_army(actor, entry)]
        if len(armies) == 1:
            self.actor_of.setdefault("government", armies[0])
            others = [actor for actor in scenario.actors if actor != armies[0]]
            if len(others) == 1:
                self.actor_of.setdefault("opposition", others[0])

    def speaker(self) -> str:
        """Return the party that says "we" in the text: the one that speaks, else the one named first."""
        return self._speaking or self._first

    def other_side(self, party: str) -> str:
        """Return the party against which one fights, where the scenario has only two."""
        sides = {actor: name for name, actor in reversed(self.actor_of.items())}
        own = self.actor_of.get(party, "")
        others = [name for actor, name in sides.items() if actor != own]
        return others[0] if own and len(others) == 1 else ""

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
                head = _head(tokens[end - 1])
                joined = bool(found) and found[-1].end == at  # "the army and the militias"
                party = (found[-1] if latter or joined else found[0]).party if found else last
                party = self._named_by.get(head, self._group if head == "group" else party) or party
                if found and {t.norm for t in tokens[max(at - 2, 0) : at]} & _FEARED:
                    party = _feared(found, last)
            if party == SELF:
                party = self._own(tokens, end, found, last)
            if party == _AIRCRAFT and found and found[-1].end == at:
                party = ""  # "a government warplane"
            if party:
                name = " ".join(token.text for token in tokens[at:end])
                self._named_by |= {
                    _head(t): party for t in tokens[at : end - 1] if _head(t) in _HEADS
                }
                self._named_by |= dict.fromkeys(_OF_ISIS if party == "isis" else (), party)
                self._first = self._first or party
                self._group = party if party not in _OF_MANY else self._group
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
        said = [at for at, token in enumerate(tokens) if token.norm in _SAY]
        if said and not found and not self._speaking:
            self._speaking = self._speaker(tokens, end, said)
        return self._speaking or (found[0].party if found and said else self._first or last)

    def _speaker(self, tokens: Sequence[Token], end: int, said: Sequence[int]) -> str:
        """Return the party next to "said" behind what it says: "we hold it, a rebel spokesman said"."""
        near: list[tuple[int, str]] = []
        for at in range(end, len(tokens)):
            hit = self._at(tokens, at)
            if hit is not None and hit[1] not in {SELF, SAME}:
                near.append((min(abs(at - one) for one in said), hit[1]))
        distance, party = min(near, default=(_SPEAKER_WITHIN, ""))
        return party if distance < _SPEAKER_WITHIN else ""

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
                written = tokens[at].norm != "it" and _is_name(tokens[at:end])
                if party and (written or _is_subject(tokens, at)):
                    of = "ل" if words[0].startswith("لل") else clitic
                    return end, party, of
        return self._adjective_at(tokens, at)

    def _adjective_at(self, tokens: Sequence[Token], at: int) -> tuple[int, str, str] | None:
        """Return the party of an English adjective of one before arms or "-held": "Russian bombs"."""
        if not tokens[at].text.isascii():
            return self._arabic_adjective_at(tokens, at)
        if not tokens[at].text[0].isupper():
            return None
        party = self._names.get((tokens[at].norm, "forces"))
        behind = [token.norm for token in tokens[at + 1 : at + 4]]
        armed = bool(set(behind[:1]) & _ARMED) or (
            bool(set(behind[1:2]) & _ARMED) and tokens[at + 1].text.islower()
        )
        held = behind[:1] == ["-"] and bool(set(behind[1:2]) & _HELD)
        return (at + 1, party, "") if party and (armed or held) else None

    def _arabic_adjective_at(self, tokens: Sequence[Token], at: int) -> tuple[int, str, str] | None:
        """Return the party of an Arabic adjective of one behind arms: "the Russian shelling"."""
        before = tokens[at - 1].norm.lstrip(_CLITICS) if at else ""
        if before.removeprefix("ال") not in _ARMED_AR:
            return None
        word = tokens[at].norm.removeprefix("ال")
        feminine = word if word.endswith("ه") else f"{word}ه"
        party = self._names.get((letters("القوات"), f"ال{feminine}"))
        return (at + 1, party, "") if party else None


def _feared(found: Sequence[PartyMention], last: str) -> str:
    """Return whom "they" means in "rebels fear they might": not the rebels."""
    others = [p.party for p in found if p.party != found[-1].party]
    return others[-1] if others else (last if last != found[-1].party else "")


def _head(token: Token) -> str:
    """Return the word for what a party is, "militia" in one spelling."""
    word = token.norm.removeprefix("ال")
    return "ميليشيا" if word in _MILITIAS else word


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
    short = len(tokens) == 1 and len(text) <= 3 and text.isascii()
    return text.isupper() or not short or sum(letter.isupper() for letter in text) > 1


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


def _is_subject(tokens: Sequence[Token], at: int) -> bool:
    """Return whether "it" is who acts."""
    following = tokens[at + 1].norm if at + 1 < len(tokens) else ""
    return tokens[at].norm == "it" and following in _DOES


def _key(name: str) -> tuple[str, ...]:
    return tuple(token.norm for token in tokens_of(name))
