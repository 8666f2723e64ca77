"""Words for control of ground as people read them: conditions, kinds of events, names of both scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from engine.language import called, marked, spoken, tr, trc
from engine.scenario.vocabulary import kind_in_words, word_for

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.scenario.model import Scenario


class Named(Protocol):
    """What has a label in both scripts: a route, an enclave, a site, an actor."""

    @property
    def label(self) -> str:
        """In English."""

    @property
    def label_ar(self) -> str:
        """In Arabic; may be empty."""


def name_text(one: Named, otherwise: str = "") -> str:
    """Return what to call something in the language spoken: by its label, or else by its id.

    Examples
    --------
    >>> import engine
    >>> from engine.language import speaking
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> with speaking("ar"):
    ...     print(name_text(scenario.routes[0]))
    طريق الكاستيلو
    """
    return called(one.label, one.label_ar) or otherwise


def actor_text(scenario: Scenario, actor: str) -> str:
    """Return what to call an actor in the language spoken."""
    return name_text(scenario.actors[actor], actor)


def condition_text(condition: str) -> str:
    """Return a condition of ground in the language spoken.

    Examples
    --------
    >>> from engine.language import speaking
    >>> with speaking("ar"):
    ...     print(condition_text("contested"))
    متنازع عليه
    """
    words = {
        "held": trc("condition of ground", "held"),
        "contested": trc("condition of ground", "contested"),
        "exposed": trc("condition of ground", "exposed"),
        "closed": trc("condition of ground", "closed"),
    }
    return words[condition]


def kind_text(kind: str) -> str:
    """Return a kind of event in the language spoken, as it stands alone or after its site.

    Examples
    --------
    >>> from engine.language import speaking
    >>> kind_text("described")
    'reported as held'
    >>> with speaking("ar"):
    ...     print(kind_text("siege_broken"))
    فك الحصار
    """
    if kind == "baseline":
        return trc("kind of event", "baseline")
    word = word_for("kind", kind)
    return tr(kind_in_words(kind)) if word == kind else word  # a language without words of files


_HAPPENED = {
    "captured": marked("{place} captured"),
    "described": marked("{place} reported as held"),
    "contested": marked("{place} contested"),
    "fighting": marked("{place} fighting"),
    "under_fire": marked("{place} under fire"),
    "closed": marked("{place} closed"),
    "reopened": marked("{place} reopened"),
    "siege_broken": marked("{place} relieved"),
    "repelled": marked("{place} held against an attack"),
    "raid": marked("{place} raided"),
    "strike": marked("{place} struck"),
    "losses": marked("{place} reported with losses"),
    "aim": marked("{place} aim"),
    "truce": marked("{place} truce"),
    "statement": marked("{place} statement"),
}
_HAPPENED_BY = {
    "captured": marked("{place} captured by {actor}"),
    "described": marked("{place} reported as held by {actor}"),
}
"""Kinds of events that say who holds the ground."""


def event_text(kind: str, place: str, actor: str = "") -> str:
    """Return what happened where, as a piece of text that a date may follow.

    Parameters
    ----------
    kind
        The kind of event.
    place
        What to call its site.
    actor
        What to call the actor; only kinds that say who holds the ground name it.

    Examples
    --------
    >>> from engine.language import speaking
    >>> event_text("captured", "Mallah", "government")
    'Mallah captured by government'
    >>> with speaking("ar"):
    ...     print(event_text("under_fire", "الملاح"))
    الملاح تحت النار
    """
    if actor and kind in _HAPPENED_BY:
        return tr(_HAPPENED_BY[kind], place=place, actor=actor)
    return tr(_HAPPENED[kind], place=place)


_CHAINS = {
    ", ": marked("{first}, {next}"),
    "; ": marked("{first}; {next}"),
    ", or ": marked("{first}, or {next}"),
    " and ": marked("{first} and {last}"),
    " or ": marked("{first} or {last}"),
}


def chained(texts: Iterable[str], between: str) -> str:
    """Return texts as a list with the same word or sign between all of them.

    Parameters
    ----------
    texts
        In order.
    between
        As it is in English: ``", "``, ``"; "``, ``", or "``, ``" and "`` or ``" or "``.

    Examples
    --------
    >>> from engine.language import speaking
    >>> with speaking("ar"):
    ...     print(chained(["الحكومة", "المعارضة"], " and "))
    الحكومة والمعارضة
    """
    if spoken().code == "en":
        return between.join(texts)
    begin, *others = list(texts) or [""]
    for text in others:
        begin = tr(_CHAINS[between], first=begin, next=text, last=text)
    return begin
