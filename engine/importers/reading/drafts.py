"""Drafts of reports from a text: each with its sentence, the words that carried it, and who claims it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.importers.reading.back_references import references
from engine.importers.reading.day_words import day_words
from engine.importers.reading.events_in import events_in
from engine.importers.reading.kinds_in import without_steps
from engine.importers.reading.lexicon import confidences, speakers, words
from engine.importers.reading.mentions import places_in
from engine.importers.reading.parties import Parties
from engine.importers.reading.place_lists import lists_of
from engine.importers.reading.place_names import PlaceNames
from engine.importers.reading.tokens import sentences_of
from engine.importers.reports import told_together
from engine.io.arguments import checked
from engine.io.cards import Card
from engine.io.days import day_of
from engine.language import marked, tr
from engine.scenario.vocabulary import either

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engine.importers.reading.day_words import DayWords
    from engine.importers.reading.kinds_in import Found
    from engine.importers.reading.parties import PartyMention
    from engine.importers.reading.place_names import Mention
    from engine.importers.reading.tokens import Sentence, Token
    from engine.io.days import DayLike
    from engine.network.arrays import Place
    from engine.scenario.model import Scenario


_ENDS_OF_SPEAKER = words("ان إن انه انها , ، : that on in")


def claimed(sentence: Sentence, found: Found, parties: Sequence[PartyMention]) -> tuple[str, str]:
    """Return who claims a report, and the rule of its confidence.

    Parameters
    ----------
    sentence
        The sentence of the report.
    found
        What it reports of a place.
    parties
        The parties that it names.
    """
    who, is_party = _speaker(sentence, found, parties)
    if found.is_denied:
        return who or "narrator", "denied"
    if found.cue.is_hearsay:
        return who or "narrator", "hearsay"
    if found.kind == "aim":
        return who or "narrator", "aim"
    if who:
        return who, "party" if is_party else "source"
    return "narrator", "described" if found.kind == "described" else "narrator"


def _speaker(sentence: Sentence, found: Found, parties: Sequence[PartyMention]) -> tuple[str, bool]:
    tokens = sentence.tokens
    for hit in speakers().hits(tokens, sentence.language):
        near = [
            p
            for p in parties
            if (0 <= p.start - hit.end <= 2 and _is_speaker(sentence, hit.start, hit.end, p.start))
            or (
                0 <= hit.start - p.end <= 2
                and (sentence.language == "en" or hit.means == "announced")
                and all(token.is_word for token in tokens[p.end : hit.start])
            )
        ]
        own = [p for p in near if p.party in {found.actor, found.defender}]
        if own:
            return own[0].name, True
        if near and hit.means == "announced":
            return near[0].name, True
        told = _speaker_words(sentence, hit.start, hit.end)
        if told and hit.means == "source":
            return told, False
    return "", False


def _is_speaker(sentence: Sentence, start: int, end: int, party: int) -> bool:
    """Return whether a party behind a verb of speech speaks, and is not what is spoken of."""
    if sentence.language == "en":
        return sentence.tokens[start].norm in {"according", "statement"}
    return not any(token.norm == "ان" for token in sentence.tokens[end:party])


def _speaker_words(sentence: Sentence, start: int, end: int) -> str:
    """Return the words of a sentence that name who speaks."""
    tokens = sentence.tokens
    after = sentence.language == "ar" or tokens[start].norm == "according"
    taken: list[str] = []
    order = (
        range(end, min(end + 7, len(tokens))) if after else range(start - 1, max(start - 7, -1), -1)
    )
    for at in order:
        if tokens[at].norm in _ENDS_OF_SPEAKER or not tokens[at].is_word:
            break
        if tokens[at].norm != "to" or taken:
            taken.append(tokens[at].text)
    return " ".join(taken if after else reversed(taken))


ONE_DAY = dt.timedelta(days=1)
_HAS_DEFENDER = frozenset({"repelled", "siege_broken", "fighting", "contested"})
"""Kinds by which a report says who held the place afterwards, or who contests it."""

_ON_THE_GROUND = frozenset({"captured", "aim", "raid", "siege_broken", "contested", "closed"})
"""Kinds of which who acts goes on acting in the sentences that follow."""
_WE = ("نا", "ناها", "ناه", "ناهم")
"""How Arabic verbs end by which a speaker tells what "we" did."""
_ACTED = frozenset(
    {"captured", "repelled", "contested", "strike", "raid", "siege_broken", "closed"}
)
_GOES_ON_FOR = 3
"""How many sentences back who took one place may be who takes another, where no party is named."""

_FROM = frozenset({"from", "من"})
"""Before a party that a place was taken from."""

_EARLIER_DAYS = 7
"""How many days back what a text puts before its own news may lie, where it names no day."""


@dataclass(frozen=True)
class Draft:
    """One report that a text makes, for a person to accept or correct.

    Parameters
    ----------
    sentence
        The number of its sentence in the text, from 1.
    text
        The sentence.
    words
        The words of it that carried the report.
    place
        The place as the text names it.
    site
        The site or place of the scenario; empty if nothing, or more than one, is called so.
    between
        The ids of the two ends, where a road is named by them.
    kind
        The kind of event.
    actor, defender
        Actors of the scenario; empty where the text names none of them.
    party
        How the text calls the actor.
    date, earliest, latest
        The day, and the days that it may have been.
    claim
        Rows that bear the same word are one claim: true or false together.
    confidence
        By the rule.
    rule
        Which rule gave it.
    source
        Who claims it.
    remark
        What a reviewer should look at.
    """

    sentence: int
    text: str
    words: str
    place: str
    site: str
    between: tuple[str, str] | None
    kind: str
    actor: str
    defender: str
    party: str
    date: dt.date
    earliest: dt.date
    latest: dt.date
    claim: str
    confidence: float
    rule: str
    source: str
    remark: str


@dataclass(frozen=True, repr=False)
class Reading(Card):
    """What a text comes to.

    Parameters
    ----------
    drafts
        The reports, in the order of the text.
    sentences
        Its sentences.
    remarks
        What was seen and not resolved.

    Examples
    --------
    >>> import datetime as dt
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> text = "Rebels seized a hill south of Handarat."
    >>> engine.read_text(text, scenario, (), published=dt.date(2014, 12, 22)).remarks
    ("sentence 1: 'a hill south of Handarat' is a direction from a place, not a place: not resolved",)
    """

    drafts: tuple[Draft, ...]
    sentences: tuple[str, ...]
    remarks: tuple[str, ...]

    def card(self) -> tuple[str, list[tuple[str, str]]]:
        """Return how much was drafted, and of each draft what it says."""
        lines = [
            (name, str(len(getattr(self, name)))) for name in ("sentences", "drafts", "remarks")
        ]
        for one in self.drafts:
            words = (one.kind, one.actor and f"by {one.actor}", f"on {one.date}")
            lines.append((one.site or one.place or "?", " ".join(filter(None, words))))
        return "what a text says", lines


@checked
def read_text(
    text: str,
    scenario: Scenario,
    places: Iterable[Place],
    *,
    published: DayLike,
    actors: Mapping[str, str] | None = None,
) -> Reading:
    """Return drafts of the reports that a text makes, by rules and tables.

    Parameters
    ----------
    text
        News in Arabic or English.
    scenario
        Whose sites and actors it may speak of.
    places
        Those of the scenario's network.
    published
        The day of publication: weekdays and "yesterday" count back from it.
    actors
        Actors by further names.

    Examples
    --------
    >>> import datetime as dt
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> text = "Rebels captured Mare and Tal Malid on Sunday."
    >>> found = engine.read_text(text, scenario, (), published=dt.date(2014, 12, 22))
    >>> [(draft.site, draft.kind, draft.actor, str(draft.date)) for draft in found.drafts]
    [('mare', 'captured', 'opposition', '2014-12-21'), ('tal-malid', 'captured', 'opposition', '2014-12-21')]
    """
    names, parties = PlaceNames(scenario, places), Parties(scenario, actors)
    reader = _Reader(names, parties, day_of(published))
    sentences = sentences_of(text)
    for number, sentence in enumerate(sentences, 1):
        reader.add(number, sentence)
    reader.close()
    return Reading(
        tuple(_without_repeats(reader.drafts)),
        tuple(sentence.text for sentence in sentences),
        tuple(dict.fromkeys(reader.remarks)),
    )


class _Reader:
    def __init__(self, names: PlaceNames, parties: Parties, published: dt.date) -> None:
        self.names, self.parties, self.published = names, parties, published
        self.earlier: list[Mention] = []
        self.latest: list[Mention] = []
        self.lists: list[list[Mention]] = []
        self.last_party = ""
        self.last_actor = ""
        self.acted: list[tuple[int, str]] = []
        self.drafts: list[Draft] = []
        self.open: list[int] = []
        self.remarks: list[str] = []

    def add(self, number: int, sentence: Sentence) -> None:
        """Read one more sentence."""
        tokens = sentence.tokens
        parties = self.parties.mentions(tokens, self.last_actor or self.last_party)
        named = places_in(sentence, self.names, parties)
        back = references(sentence, named, self.earlier, self.names, self.latest, self.lists)
        found, remarks = events_in(sentence, [*named, *back], parties)
        self.remarks += [f"sentence {number}: {remark}" for remark in remarks]
        days = day_words(tokens, self.published)
        for each in without_steps(found):
            if each.kind == "captured" and not parties:
                self.open.append(len(self.drafts))
            self.drafts.append(self._draft(number, sentence, each, parties, days))
        told = {each.place.ids for each in found}
        beside = [m for m in named if m.ids not in told]
        spoken_of = [m for m in named if m.ids in told]
        self.earlier = [*self.earlier[-6:], *(spoken_of or beside)]
        self.latest, self.lists = named, lists_of(tokens, named)
        self.last_party = parties[0].party if parties else self.last_party
        actors = [each.actor for each in found if each.actor]
        self.last_actor = actors[0] if actors else ""
        self.acted += [(number, f.actor) for f in found if f.actor and f.kind in _ON_THE_GROUND]

    def close(self) -> None:
        """Give places that fell in sentences without any party to the one party that takes places in the text."""
        takers = {(d.actor, d.party) for d in self.drafts if d.kind == "captured" and d.actor}
        if len({actor for actor, _ in takers}) != 1:
            return
        for at in self.open:
            if not self.drafts[at].actor:
                told = [self.drafts[at].remark, tr("the actor is that of earlier sentences")]
                remark = told_together([each for each in told if each])
                self.drafts[at] = replace(self.drafts[at], actor=min(takers)[0], remark=remark)

    def _draft(
        self,
        number: int,
        sentence: Sentence,
        found: Found,
        parties: Sequence[PartyMention],
        days: Sequence[DayWords],
    ) -> Draft:
        remarks = [found.remark] if found.remark else []
        actor = found.actor
        if (
            found.kind in {"captured", "aim"}
            and not actor
            and not parties
            and found.cue.takes == "after"
        ):
            actor = self.last_actor
            remarks += [tr("the actor is that of the sentence before")] if actor else []
        if not actor and (carried_over := self._goes_on(number, found, parties, sentence.tokens)):
            actor = carried_over
            remarks.append(tr("the actor is that of earlier sentences"))
        place = found.place
        if len(place.ids) > 1:
            remarks.append(tr("may be {ids}", ids=either(place.ids)))
        if not place.ids and place.between is None:
            remarks.append(tr("no place or site of the scenario is called so"))
        if place.is_reference:
            remarks.append(tr("refers back"))
        who, rule = claimed(sentence, found, parties)
        confidence, said = confidences()[rule]
        date, first, last, why = self._days(found, days, sentence)
        remarks += [why] if why else []
        known = self.parties.actor_of
        carried = sentence.tokens[found.cue.start : found.cue.end]
        return Draft(
            sentence=number,
            text=sentence.text,
            words=" ".join(token.text for token in carried),
            place=place.name,
            site=place.ids[0] if len(place.ids) == 1 and place.between is None else "",
            between=place.between,
            kind=found.kind,
            actor=known.get(actor, ""),
            defender=known.get(found.defender, "") if found.kind in _HAS_DEFENDER else "",
            party=found.actor_words,
            date=date,
            earliest=first,
            latest=last,
            claim=f"{found.group}-{found.cue.start}",
            confidence=confidence,
            rule=tr(said),
            source=who,
            remark=told_together(remarks),
        )

    @staticmethod
    def _is_first_person(found: Found, words: Sequence[Token]) -> bool:
        """Return whether an Arabic verb says "we took"."""
        verb = words[found.cue.start].norm
        return verb.endswith(_WE) and not verb.isascii() and found.kind in _ACTED

    def _goes_on(
        self,
        number: int,
        found: Found,
        parties: Sequence[PartyMention],
        words: Sequence[Token],
    ) -> str:
        """Return who acted in the sentences before, where a sentence leaves open who took or holds a place.

        Of what a party lost, that is somebody else; of what two sides fight for, the other one.
        """
        named = {party.party for party in parties}
        repelled = found.kind == "repelled"
        lost = found.cue.kind in {"lost", "left"} or (
            bool(parties) and all(party.before in _FROM for party in parties)
        )
        if self._is_first_person(found, words) and (speaker := self.parties.speaker()):
            return self.parties.other_side(speaker) if lost or repelled else speaker
        if repelled:
            beaten_by = found.defender or (min(named) if len(named) == 1 else "")
            other = self.parties.other_side(beaten_by)
            told = bool(parties) or found.place.name.isascii()
            return other or (self._acted_last(number, named) if told else "")
        if found.kind == "captured" and lost and len(named) == 1:
            other = self.parties.other_side(*named)
            if other or found.cue.takes == "from":
                return other  # who moved in, if anybody did, is not said
        if found.kind not in {"captured", "described"} or len(named) > lost:
            return ""
        return self._acted_last(number, named)

    def _acted_last(self, number: int, named: set[str]) -> str:
        """Return who acted last in the sentences before, of the parties that a sentence does not name."""
        last = [party for at, party in self.acted if number - _GOES_ON_FOR <= at < number]
        return next((party for party in reversed(last) if party not in named), "")

    def _days(
        self, found: Found, days: Sequence[DayWords], sentence: Sentence
    ) -> tuple[dt.date, dt.date, dt.date, str]:
        if found.kind == "described":  # held "since" a day is held on the day of the news
            days = [day for day in days if not _is_since(sentence, day)]
        if days:
            at = found.cue.start
            near = min(
                days, key=lambda day: min(abs(day.start - at), abs(day.start - found.place.start))
            )
            middle = near.first + (near.last - near.first) // 2
            return middle, near.first, near.last, ""
        if found.cue.is_earlier:
            first, last = self.published - _EARLIER_DAYS * ONE_DAY, self.published - ONE_DAY
            return last - 2 * ONE_DAY, first, last, tr(_EARLIER_UNDATED)
        return self.published, self.published - ONE_DAY, self.published, tr(_UNDATED)


_UNDATED = marked("no day named")
_EARLIER_UNDATED = marked("told as earlier, no day named")


def _is_since(sentence: Sentence, day: DayWords) -> bool:
    """Return whether words for a day say since when."""
    near = sentence.tokens[max(day.start - 2, 0) : day.start + 1]
    return any(token.norm in {"since", "منذ"} for token in near)


def _without_repeats(drafts: Sequence[Draft]) -> list[Draft]:
    """Return the drafts without those that say again what another says, and with claims that several share."""
    kept: dict[tuple[object, ...], Draft] = {}
    for draft in drafts:
        key = (draft.site or draft.place, draft.between, draft.kind, draft.actor)
        there = kept.get(key)
        if there is None:
            kept[key] = draft
        elif there.earliest > draft.latest or draft.earliest > there.latest:
            kept[*key, draft.date] = draft
    rows = [d for d in kept.values() if d.actor or not _is_told_again(d, kept.values())]
    shared = Counter(map(_claim_of, rows))
    numbers: dict[int, dict[tuple[object, ...], int]] = {}
    done = []
    for draft in rows:
        claim, own = _claim_of(draft), numbers.setdefault(draft.sentence, {})
        several = shared[claim] > 1
        number = own.setdefault(claim, len(own) + 1) if several else 0
        done.append(replace(draft, claim=f"s{draft.sentence}-{number}" if several else ""))
    return done


def _is_told_again(draft: Draft, all_: Iterable[Draft]) -> bool:
    """Return whether another draft tells the same of the same days and says who: as headlines and texts do."""
    return any(
        other.actor
        and (other.site or other.place, other.between, other.kind)
        == (draft.site or draft.place, draft.between, draft.kind)
        and (
            other.sentence == draft.sentence
            or (_has_no_day(draft) and other.sentence > draft.sentence)
            or (other.earliest <= draft.latest and draft.earliest <= other.latest)
        )
        for other in all_
    )


def _has_no_day(draft: Draft) -> bool:
    return tr(_UNDATED) in draft.remark or tr(_EARLIER_UNDATED) in draft.remark


def _claim_of(draft: Draft) -> tuple[object, ...]:
    """Return what the rows of one claim have in common: one list, what is said of it, by whom."""
    days = (draft.date, draft.earliest, draft.latest)
    return (draft.sentence, draft.claim, *days, draft.confidence, draft.source)
