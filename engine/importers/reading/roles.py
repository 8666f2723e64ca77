"""Who acts and who defends, of the parties that a sentence names."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from engine.importers.reading.lexicon import word_list, words
from engine.importers.reading.tokens import forms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.importers.reading.clauses import Marked
    from engine.importers.reading.cues_in import Cue
    from engine.importers.reading.parties import PartyMention
    from engine.importers.reading.place_names import Mention
    from engine.importers.reading.tokens import Token

_AGAINST = word_list("before_opponent")
_BY = word_list("before_doer_of_passive")
_OBJECT = (_AGAINST - words("من")) | words("على")
_TO = word_list("before_taker")
_DOER = word_list("before_doer")
_TARGET = word_list("before_target")
_ON = words("على")
_FIRING = words(
    "مروحيه مروحيات طايره طايرات طيران مقاتله مقاتلات مدفعيه دبابه راجمه راجمات قناص قناصه حاجز"
)
"""What stands before the object of an Arabic verb: a party after it does not act."""
_ON_THE_GROUND = frozenset(
    {"captured", "contested", "described", "closed", "siege_broken", "fighting", "repelled", "aim"}
)
"""Kinds that no aircraft does: "rebels backed by warplanes took A"."""
_PASSIVE = frozenset({"captured", "describedby"})
_WHICH = words("which that who التي الذي والتي والذي")
_HELD = words("controlled held administered backed supported")
"""Before "by" they say who holds a place or helps, not who acts."""
_FROM = words("من")
"""Of a strike it says who makes it: "shelling from the army's guns"."""
_AMID = words("amid amidst وسط")
"""What goes on beside: who acts in the clause before does not act here."""
_BETWEEN = words("بين between among من by")
_WITHIN_CLAUSE = 4
_ATTACKS = words(
    "attack attacks assault assaults advance offensive push attempt attempts raid column convoy counterattack counteroffensive"
)
_BEEN = words("was were been being")
_HANDS = words("hand hands control grip rule possession")
_LED = words("announced launched carried led fired mounted staged conducted made begun out")
"""Before "by" they say who acts, unlike "besieged by" of what another does."""
_FROM_HANDS = words("يد بيد ايدي بايدي بايد")
_AND = words("and then")
_SPEAKS_FOR = words("باسم for")
_IMPOSED = words("تفرضه يفرضه فرضته فرضه فرضوه يفرضونه تضربه ضربته تفرضها فرضتها")
_ENTERED = ("دخل", "حرر", "احتل", "انتزع", "استعادو")
_PERFECTS = frozenset().union(
    *(
        forms(f"{stem}:{code}")
        for stem in ("دخل", "سيطر", "استولى", "انتزع", "احتل", "استعاد", "فجر", "اقتحم", "هاجم", "حاصر", "قطع", "تقدم")
        for code in ("p", "po")
    )
)  # fmt: skip
"""Verbs that go on with the subject of the verb before them."""
_SUFFERS = ("تعرض", "تتعرض", "يتعرض")
Roles = tuple[str, str, str]
"""The actor, the defender, and how the text calls the actor."""


def roles_of(
    cue: Cue,
    kind: str,
    group: Sequence[Mention],
    tokens: Sequence[Token],
    parties: Sequence[PartyMention],
    marks: Marked,
) -> Roles:
    """Return who acts and who defends in what a cue says of a list of places."""
    parties = [p for p in parties if p.party != "aircraft" or kind not in _ON_THE_GROUND]
    own = [p for p in parties if marks.clause_of[p.start] == cue.clause]
    if kind == "statement":
        parties = _behind_denial(cue, parties, marks)
        own = [p for p in own if p in parties]
    if kind == "truce":
        return _roles(None, None)  # nobody stops firing alone
    if kind == "fighting":
        return _fighting(cue, [p for p in own if not _speaks(p, tokens)], parties)
    if kind == "repelled" and cue.mode != "fail":
        return _repelled(cue, own, parties, tokens)
    suffers = tokens[cue.start].norm.lstrip("و").startswith(_SUFFERS)
    if cue.kind in {"lost", "left"}:
        taker = next((p for p in own if p.start >= cue.end and p.before in _TO), None)
        return _roles(taker, None)
    stands_before = cue.takes in {"near", "next"} and group[-1].end <= cue.start
    if (
        suffers
        or cue.takes == "before"
        or stands_before
        or (cue.kind in _PASSIVE and cue.takes == "either")
    ):
        return _of_place_before(cue, kind, own, tokens, parties)
    return _active(cue, kind, group, own, tokens, parties, marks)


def _behind_denial(
    cue: Cue, parties: Sequence[PartyMention], marks: Marked
) -> Sequence[PartyMention]:
    """Return the parties of what is denied, without who denies it or says that it is untrue."""
    said = [m.start for m in marks.of("deny") if m.start < cue.start]
    said += [at for at in marks.said_at if at < cue.start]
    if said and cue.start > max(said):
        return [p for p in parties if p.start > max(said) and p.before not in _SPEAKS_FOR]
    return parties


def _of_place_before(
    cue: Cue,
    kind: str,
    own: Sequence[PartyMention],
    tokens: Sequence[Token],
    parties: Sequence[PartyMention],
) -> Roles:
    """Return the roles where the place stands before its verb, as in the passive."""
    tries = [p for p in own if p.end <= cue.start and not _is_object(p) and p.before != "ل"]
    if cue.mode == "aim" and kind != "described" and tries:
        return _roles(tries[-1], None)  # "which the army tries to take"
    inside = _subject_of_relative(cue, own, tokens)
    if inside is not None and kind != "described":
        return _roles(inside, None)
    found = _passive(cue, own, kind, tokens)
    entered = tokens[cue.start].norm.lstrip("وف").startswith(_ENTERED) or _has_object(cue, tokens)
    subject = [p for p in own if p.end <= cue.start and not _is_object(p)]
    if _has_object(cue, tokens) and not found[0] and subject:
        return _roles(subject[-1], None)
    if (
        kind == "described" and not found[0] and cue.takes != "next"
    ):  # "the army says it still holds it"
        holders = [p for p in own if p.end <= cue.start and not _is_object(p)]
        return _roles(holders[-1] if holders else None, None)
    if found[0] or not (kind == "under_fire" or cue.mode == "aim" or entered):
        return found
    earlier = [p for p in parties if p.end <= cue.start and not _is_object(p)]
    return _roles(earlier[-1] if earlier else None, None)


def _subject_of_relative(
    cue: Cue, own: Sequence[PartyMention], tokens: Sequence[Token]
) -> PartyMention | None:
    """Return the party between an Arabic "which" and its verb: "which the army had taken"."""
    before = [at for at in range(max(cue.start - 6, 0), cue.start) if tokens[at].norm in _WHICH]
    if not before or tokens[cue.start].text.isascii():
        return None
    between = [p for p in own if before[-1] < p.start and p.end <= cue.start]
    return between[-1] if between else None


def _has_object(cue: Cue, tokens: Sequence[Token]) -> bool:
    """Return whether a verb has "it" or "them" as its object, so that who stands before it acts."""
    word = tokens[cue.end - 1].norm
    return word in {"it", "them"} or (cue.kind != "lost" and word.endswith(("تها", "وها", "تهما")))


def _active(
    cue: Cue,
    kind: str,
    group: Sequence[Mention],
    own: Sequence[PartyMention],
    tokens: Sequence[Token],
    parties: Sequence[PartyMention],
    marks: Marked,
) -> Roles:
    """Return the roles where a verb acts on the places behind it."""
    if _is_passive(cue, kind, tokens):
        return _roles(next((p for p in own if p.start >= cue.end and p.before == "by"), None), None)
    first, last = group[0].start, group[-1].end
    if last <= cue.start:  # "A, which the army took": who acts stands in the clause
        first = cue.end + _WITHIN_CLAUSE
    against = _AGAINST - _FROM if kind == "strike" else _AGAINST
    inside = _behind_verb(cue, kind, [p for p in own if cue.start < p.start < first], own, tokens)
    actor = next((p for p in inside if p.before not in against), None)
    doing = {"by"} if kind in {"closed", "reopened"} else _BY
    if actor is not None and tokens[cue.start].text.isascii() and actor.before not in doing:
        actor = None
    if _is_driven_out(cue, actor, own):
        return _roles(None, actor)
    if subject := _who_drove_out(cue, actor, own):
        return _roles(subject, actor)
    by = next(
        (
            p
            for p in own
            if p.start >= last
            and p.before in _DOER
            and p.start - last <= 12
            and not any(t.norm in _WHICH for t in tokens[last : p.start])
            and not any(t.norm in _HELD for t in tokens[max(p.start - 3, 0) : p.start])
            and not _is_of_participle(p, tokens)
            and not _is_behind_new_clause(tokens[last : p.start])
            and not (p.before in _FROM_HANDS and kind == "strike")
        ),
        None,
    )
    before = _in_front(cue, own, tokens, marks)
    if cue.kind in {"described", "adjective"}:
        actor = _holder(cue, own, before, tokens) or actor
    actor = actor or by or (before[-1] if before else None)
    if actor is None:
        earlier = [p for p in parties if p.end <= cue.start and not _is_object(p)]
        which = any(t.norm == "which" for t in tokens[max(cue.start - 3, 0) : cue.start])
        beside = any(tokens[at].norm in _AMID for at in range(max(cue.start - 6, 0), cue.start))
        begun = kind == "strike" and marks.clause_of[cue.start] in marks.apart
        told = earlier and cue.mode != "deny" and not beside and not begun
        actor = earlier[-which] if told else None
    if actor is None and not any(p.end <= cue.start for p in parties):
        actor = _subject_of_participle(cue, last, tokens, parties)
    others = [
        p for p in own if actor is not None and p.party != actor.party and p.start > cue.start
    ]
    defender = next((p for p in others if p.before in _AGAINST or _is_target(p)), None)
    return _roles(actor, defender)


def _is_passive(cue: Cue, kind: str, tokens: Sequence[Token]) -> bool:
    """Return whether an English attack is told of whom it hit: "a column was ambushed near A"."""
    before = tokens[cue.start - 1].norm if cue.start else ""
    return kind in {"raid", "strike"} and before in _BEEN and tokens[cue.start].text.endswith("ed")


def _behind_verb(
    cue: Cue,
    kind: str,
    inside: Sequence[PartyMention],
    own: Sequence[PartyMention],
    tokens: Sequence[Token],
) -> list[PartyMention]:
    """Return the parties between a verb and its places that may be its subject."""
    found = [p for p in inside if not _is_target(p)]
    if kind in {"strike", "losses"}:
        found = [p for p in found if p.before != "ل" or _fires(p, tokens)]  # "hit a gathering of"
    if kind == "losses":
        found = [p for p in found if not p.name.endswith("ين")]  # whom it struck
    found = [p for p in found if not any(t.norm in _ON for t in tokens[cue.start : p.start])]
    if any(p.end <= cue.start for p in own):  # "broke the siege that rebels had laid to A"
        found = [p for p in found if not _is_in_relative(cue, p, tokens)]
    return found


def _fires(party: PartyMention, tokens: Sequence[Token]) -> bool:
    """Return whether what stands before an Arabic party is what it fires with: "a helicopter of"."""
    return party.start > 0 and tokens[party.start - 1].norm.removeprefix("ال") in _FIRING


def _holder(
    cue: Cue,
    own: Sequence[PartyMention],
    before: Sequence[PartyMention],
    tokens: Sequence[Token],
) -> PartyMention | None:
    """Return who holds a place: the party before the verb, beside a participle whatever stands before it."""
    within = [p for p in own if cue.start <= p.start < cue.end]
    if cue.kind == "adjective":
        within = within or [p for p in own if p.end == cue.start]
    if within:
        return within[0]  # "the ISIS-held town"
    beside = [p for p in own if 0 <= cue.start - p.end <= 1]
    if beside and tokens[cue.start].norm.startswith("ال"):
        return beside[-1]  # "on the fighters entrenched in A"
    return before[-1] if before else None


def _is_in_relative(cue: Cue, party: PartyMention, tokens: Sequence[Token]) -> bool:
    """Return whether a party behind an Arabic verb stands in what "which" says of its object."""
    between = tokens[cue.start + 1 : party.start]
    return any(t.norm in _WHICH or t.norm in _IMPOSED for t in between)


def _subject_of_participle(
    cue: Cue, last: int, tokens: Sequence[Token], parties: Sequence[PartyMention]
) -> PartyMention | None:
    """Return who acts in "Upon seizing A and B, the army ...": the subject of what follows."""
    word = tokens[cue.start].norm
    if not (word.endswith("ing") or (word.startswith("ب") and word.endswith(("ها", "ه", "هم")))):
        return None
    return next((p for p in parties if p.start >= last and not _is_object(p)), None)


def _in_front(
    cue: Cue, own: Sequence[PartyMention], tokens: Sequence[Token], marks: Marked
) -> list[PartyMention]:
    """Return the parties before a verb that may be its subject, the likeliest last."""
    before = [p for p in own if p.end <= cue.start and not _is_object(p)]
    before = [p for p in before if not _is_of_participle(p, tokens)]
    before = [p for p in before if p.before != "ل"] or before
    if before and cue.mode == "aim" and _is_infinitive(cue, tokens):
        said = [m.start for m in marks.of("aim") if m.start < cue.start]
        before = [p for p in before if said and p.end <= said[0]] or before
    if before and (_is_participle(cue, tokens) or _goes_on(cue, tokens)):
        before = before[:1]
    return before


def _is_driven_out(cue: Cue, party: PartyMention | None, own: Sequence[PartyMention]) -> bool:
    """Return whether the one party of "the rebels were forced to leave A" is who left it."""
    return (
        cue.takes == "from"
        and cue.kind == "captured"
        and party is not None
        and party.start < cue.end
        and len(own) == 1
    )


def _who_drove_out(
    cue: Cue, out: PartyMention | None, own: Sequence[PartyMention]
) -> PartyMention | None:
    """Return the subject of "the army drove rebels out of A", where it stands before its verb."""
    if cue.takes != "from" or cue.kind != "captured" or out is None:
        return None
    before = [p for p in own if p.end <= cue.start and not _is_object(p)]
    return before[-1] if before and before[-1].party != out.party else None


def _roles(actor: PartyMention | None, defender: PartyMention | None) -> Roles:
    return (
        actor.party if actor else "",
        defender.party if defender else "",
        actor.name if actor else "",
    )


def _is_behind_new_clause(between: Sequence[Token]) -> bool:
    """Return whether a comma and "and" stand between a place and a party: "hit A, and shells by rebels"."""
    texts = [token.norm if token.is_word else token.text for token in between]
    return any(a == "," and b == "and" for a, b in pairwise(texts))


def _is_of_participle(party: PartyMention, tokens: Sequence[Token]) -> bool:
    """Return whether "by" belongs to what is said of a place besides: "A, besieged by rebels"."""
    at = party.start - 1
    while at > 0 and tokens[at].norm != "by":
        at -= 1
    word = tokens[at - 1].norm if at > 0 else ""
    return party.before == "by" and word.endswith(("ed", "en")) and word not in _LED


def _is_infinitive(cue: Cue, tokens: Sequence[Token]) -> bool:
    """Return whether an English cue is an infinitive: who aims stands before what says so."""
    start = cue.start + (tokens[cue.start].norm == "to")
    return start > 0 and tokens[start - 1].norm == "to"


def _is_participle(cue: Cue, tokens: Sequence[Token]) -> bool:
    """Return whether an English participle after a comma has the subject of the sentence."""
    word = tokens[cue.start].text
    return word.endswith("ing") and cue.start > 0 and tokens[cue.start - 1].text in {",", "and"}


def _goes_on(cue: Cue, tokens: Sequence[Token]) -> bool:
    """Return whether an Arabic verb behind "and" has the subject of the verb before it."""
    word = tokens[cue.start].norm
    return word.startswith(("وت", "وي")) or (word[0] in "وف" and word[1:] in _PERFECTS)


def _is_target(party: PartyMention) -> bool:
    return party.before in _TARGET


def _is_object(party: PartyMention) -> bool:
    return party.before in _OBJECT or _is_target(party)


def _attacks(party: PartyMention, tokens: Sequence[Token]) -> bool:
    """Return whether the attack of an English phrase is a party's: "a rebel assault", "an attack by rebels"."""
    behind = {t.norm for t in tokens[party.end : party.end + 1]}
    before = {t.norm for t in tokens[max(party.start - 5, 0) : party.start]}
    return bool(behind & _ATTACKS) or (party.before == "by" and bool(before & _ATTACKS))


def _is_of_a_thing(party: PartyMention, tokens: Sequence[Token]) -> bool:
    """Return whether "of" before a party does not say in whose hands something is."""
    near = {t.norm for t in tokens[max(party.start - 5, 0) : party.start]}
    return party.before == "of" and not near & (_HANDS | {"by"})


def _speaks(party: PartyMention, tokens: Sequence[Token]) -> bool:
    return party.end < len(tokens) and tokens[party.end].norm in {"said", "says", "reported"}


def _fighting(cue: Cue, own: Sequence[PartyMention], parties: Sequence[PartyMention]) -> Roles:
    after = [p for p in own if p.start >= cue.end]
    before = [p for p in own if p.end <= cue.start]
    if after and after[0].before in {"مع", "with", "against", "ضد"}:
        return _roles(before[-1] if before else None, after[0])
    both = [p for p in parties if p.start >= cue.end][:2]
    if not both or both[0].before not in _BETWEEN:
        beside = [p for p in before if cue.start - p.end <= _WITHIN_CLAUSE and not _is_object(p)]
        verb = cue.takes == "after" and beside and not beside[-1].before.startswith("ل")
        return _roles(beside[-1] if verb else None, None)
    first = both[0]
    second = next((p for p in both if p.party != first.party), None)
    return _roles(first, second)


def _repelled(
    cue: Cue,
    own: Sequence[PartyMention],
    parties: Sequence[PartyMention],
    tokens: Sequence[Token],
) -> Roles:
    """Return the attacker as actor, and who beat it off as defender."""
    pool = [p for p in own if abs(p.start - cue.start) < 25] or list(parties)
    english = tokens[cue.start].text.isascii()
    attacker = next((p for p in pool if english and _attacks(p, tokens)), None)
    attacker = attacker or next(
        (p for p in pool if p.start >= cue.end and p.before in _BY and not english), None
    )
    if english and tokens[cue.start].norm in _BEEN:  # "they were kept out of A by the army"
        by = next((p for p in pool if p.start >= cue.end and p.before == "by"), None)
        subjects = [p for p in pool if p.end <= cue.start and not _attacks(p, tokens)]
        return _roles(attacker or (subjects[-1] if subjects else None), by)
    beaten = [p for p in pool if p is not attacker]
    before = [p for p in beaten if p.end <= cue.start]
    after = [p for p in beaten if p.start >= cue.end]
    close = [p for p in after if p.start - cue.end <= 1 and not english]
    defender = close[0] if close else (before[-1] if before else None)
    if attacker is None:
        attacker = next((p for p in after if defender is None or p.party != defender.party), None)
    if attacker is not None and defender is not None and attacker.party == defender.party:
        attacker = None
    return _roles(attacker, defender)


def _passive(cue: Cue, own: Sequence[PartyMention], kind: str, tokens: Sequence[Token]) -> Roles:
    own = [p for p in own if p.before != "from"]
    if kind == "closed":
        own = [p for p in own if not _is_of_a_thing(p, tokens)]
    after = [p for p in own if p.start >= cue.end - 1 and p.start - cue.end <= 8]
    by = _BY | _FROM if kind == "strike" else _BY
    named = [p for p in after if p.before in by or p.start - cue.end <= 1]
    if named:
        return _roles(named[0], None)
    if kind == "described" or cue.kind == "captured":
        inside = [p for p in own if cue.start <= p.start]
        return _roles(inside[0] if inside else None, None)
    return _roles(None, None)
