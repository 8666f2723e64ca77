"""What kinds of events mean, and the words by which files name columns, kinds and conditions.

The words stand in ``words/LANGUAGE.csv``, which a translator can edit: of those between bars the first
is the one that the engine writes, and all are read, in every language at once.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from functools import cache, reduce
from importlib.resources import files
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from engine.errors import InputError, Problem, nearest_names
from engine.io.text import folded
from engine.language import ENGLISH, marked, spoken, tr

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# What each kind of event sets. Everything else that knows kinds takes it from here or is tested
# against it: the model, the arrays of statements, warnings, importers, the pages of documentation.


class Meaning(NamedTuple):
    """What a kind of event sets: the field that names the holder, and the condition."""

    holder_from: str | None
    condition: str | None


MEANING_OF_KIND = {
    "captured": Meaning("actor", "held"),
    "described": Meaning("actor", None),
    "contested": Meaning(None, "contested"),
    "fighting": Meaning(None, "contested"),
    "under_fire": Meaning(None, "exposed"),
    "closed": Meaning(None, "closed"),
    "reopened": Meaning(None, "held"),
    "siege_broken": Meaning("defender", None),
    "repelled": Meaning("defender", None),
    "raid": Meaning("defender", None),
    "strike": Meaning("defender", None),
    "losses": Meaning("defender", None),
    "aim": Meaning(None, None),
    "truce": Meaning(None, None),
    "statement": Meaning(None, None),
}
NEED_AN_ACTOR = frozenset(k for k, sets in MEANING_OF_KIND.items() if sets.holder_from == "actor")
"""Kinds that say who holds the ground, and so must name an actor."""

# The words that files may use, of every language: data, one file for each.

FOLDER = "words"
"""Where they stand: ``LANGUAGE.csv``, with the words for each key of each table between bars."""
KEYS = {
    "kind": tuple(MEANING_OF_KIND),
    "condition": ("held", "contested", "exposed", "closed"),
    "mode": ("civilian", "convoy", "any"),
    "weekday": ("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
    "oneway": ("ignore", "respect"),
    "change": ("add", "withdraw", "doubt", "move"),
    "state": ("not cut", "cut", "not besieged", "besieged", "lost", "undetermined"),
    "answer": ("yes", "no"),
    "accept": ("yes", "no"),
    "road_class": (
        *("motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential"),
    ),
    "place_kind": (
        *("city", "town", "village", "hamlet", "suburb", "quarter", "neighbourhood", "locality"),
        "border_control",
    ),
}
"""What words can stand for, by table."""
COLUMNS: dict[str, tuple[str, ...]] = {
    "events": (
        *("id", "date", "earliest", "latest", "until", "reported", "site", "lat", "lon"),
        *("precision_km", "kind", "actor", "defender", "contestants", "confidence", "claim"),
        *("dispute", "after", "source", "note"),
    ),
    "baseline": (
        *("site", "name", "date", "holder", "condition", "contestants", "confidence", "claim"),
        *("source", "note"),
    ),
    "places": (
        *("id", "name", "name_ar", "aliases", "kind", "lat", "lon", "error_km", "source"),
        "population",
    ),
    "roads": (
        *("id", "name", "name_ar", "aliases", "ref", "highway", "alignment", "through"),
        *("length_km", "minutes", "source", "note"),
    ),
    "sites": (
        *("id", "label", "label_ar", "place", "road", "between", "buffer_km", "reach_km"),
        *("area", "line", "ways", "places", "sites"),
    ),
    "truth": (
        *("route", "state", "first", "last", "first_doubt_days", "last_doubt_days"),
        *("under_fire", "note"),
    ),
    "parties": ("reported", "actor"),
    "polygons": ("date", "actor"),
    "drafts": (
        *("accept", "sentence", "words", "place", "site", "kind", "actor", "defender", "date"),
        *("earliest", "latest", "reported", "confidence", "rule", "source", "party", "claim"),
        "remark",
    ),
}
COLUMNS["sketch_places"] = COLUMNS["places"]
COLUMNS["changes"] = ("change", "counts", *COLUMNS["events"], "was")
"""The columns of a table: of a section of a scenario, of the truth table, of a sketch, of a named set
of changes, of the table of parties, of a layer of polygons, of a table of drafts."""
_LIKE = {"sketch_places": "places", "changes": "events"}
"""Tables whose columns are called as those of others."""


@cache
def _files() -> dict[str, dict[tuple[str, str], tuple[str, ...]]]:
    """Return the words of each language by table and key; English first, as its order counts."""
    folder = files("engine.scenario") / FOLDER
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".csv"))
    return {
        name.removesuffix(".csv"): _words_in((folder / name).read_text(encoding="utf-8"))
        for name in sorted(names, key=lambda name: name != f"{ENGLISH}.csv")
    }


def _words_in(text: str) -> dict[tuple[str, str], tuple[str, ...]]:
    found = {}
    for row in csv.DictReader(text.splitlines()):
        words = tuple(word.strip() for word in row["words"].split("|") if word.strip())
        for table in row["table"].split():
            found[table, row["key"]] = words
    return found


@cache
def words_for(table: str, key: str) -> tuple[str, ...]:
    """Return the words of all languages for a key of a table, itself first.

    Parameters
    ----------
    table
        Of `KEYS`, or of `COLUMNS`: its columns.
    key
        One of its keys.

    Examples
    --------
    >>> words_for("truth", "under_fire")
    ('under_fire', 'exposed', 'تحت النار')
    """
    tables = (table, _LIKE.get(table, table))
    found = (words.get((each, key), ()) for words in _files().values() for each in tables)
    return tuple(dict.fromkeys((key, *chain.from_iterable(found))))


def word_for(table: str, key: str) -> str:
    """Return the word for a key of a table in the language spoken; in English the key itself.

    Examples
    --------
    >>> from engine.language import speaking
    >>> with speaking("ar"):
    ...     print(word_for("kind", "captured"), word_for("events", "date"))
    سيطرة التاريخ
    """
    words = _files().get(spoken().code, {}) if spoken().code != ENGLISH else {}
    tables = (table, _LIKE.get(table, table))
    found = next((words[each, key] for each in tables if words.get((each, key))), (key,))
    return found[0]


def usual_words(table: str, key: str) -> tuple[str, ...]:
    """Return the words for a key of a table in the language spoken, or in English.

    Examples
    --------
    >>> usual_words("events", "reported")
    ('report date', 'date reported', 'published')
    """
    tables = (table, _LIKE.get(table, table))
    codes = (spoken().code, ENGLISH)
    found = (_files().get(code, {}).get((each, key), ()) for code in codes for each in tables)
    return next(filter(None, found), ())


@cache
def _known(table: str) -> dict[str, tuple[str, str]]:
    """Return the key that each word of a table means, and how it is written; by the word, folded."""
    described = {
        word: (condition, written)
        for word, (kind, written) in (_known("kind") if table == "condition" else {}).items()
        if (condition := _CONDITION_OF.get(kind))
    }
    named = {folded(key): (key, folded(key)) for key in KEYS[table]}
    words = {
        folded(word): (key, folded(word) if word.isascii() else word)
        for key in reversed(KEYS[table])
        for word in reversed(words_for(table, key))
    }
    return described | words | named


_CONDITION_OF = {
    kind: "held" if kind == "described" else sets.condition
    for kind, sets in MEANING_OF_KIND.items()
    if (sets.condition or kind == "described") and kind not in {"captured", "reopened"}
}
"""The condition that a word for a kind of event means, where ground is described."""


def meant(table: str, text: str) -> str:
    """Return the key of a table that a word of any language means; the text itself, if none.

    Examples
    --------
    >>> meant("weekday", "الجمعة"), meant("answer", "perhaps")
    ('fri', 'perhaps')
    """
    found = _known(table).get(folded(text))
    return found[0] if found else text


def meant_in_another_language(table: str, value: object) -> object:
    """Return the key that a word of another language than English means; anything else as it is.

    Where a file has always named keys, English has no other words than these.
    """
    if not isinstance(value, str) or value.isascii():
        return value
    return meant(table, value)


def nearest_word(table: str, text: str) -> tuple[str, ...]:
    """Return the word of a table that looks most like a text, as it is written; or nothing."""
    known = _known(table)
    return tuple(known[word][1] for word in nearest_names(folded(text), known, most=1))


def kind_of(text: str) -> str:
    """Return the kind of event that a word in English or Arabic means.

    Raises
    ------
    ValueError
        If it means none; the message names the nearest word.

    Examples
    --------
    >>> kind_of("Captured"), kind_of("سيطرة"), kind_of("clashes")
    ('captured', 'captured', 'fighting')
    """
    return _meant("kind", text)


def condition_of(text: str) -> str:
    """Return the condition of ground that a word in English or Arabic means.

    Raises
    ------
    ValueError
        If it means none; the message names the nearest word.
    """
    return _meant("condition", text)


_UNKNOWN = {
    "kind": (
        marked("{text!r} is no kind of event that is known"),
        marked("{text!r} is no kind of event that is known (did you mean {near!r}?)"),
    ),
    "condition": (
        marked("{text!r} is no condition that is known"),
        marked("{text!r} is no condition that is known (did you mean {near!r}?)"),
    ),
}


def _meant(table: str, text: str) -> str:
    if folded(text) in (known := _known(table)):
        return known[folded(text)][0]
    near = nearest_word(table, text)
    alone, with_hint = _UNKNOWN[table]
    raise ValueError(tr(with_hint, text=text, near=near[0]) if near else tr(alone, text=text))


# Which column of a table is which: by name in any language, or by HXL tag.

TAGS = {
    "id": "#event+id|#event+code|#meta+id",
    "earliest": "#date+start|#date+earliest",
    "latest": "#date+end|#date+latest",
    "until": "#date+until",
    "reported": "#date+reported|#date+published",
    "date": "#date+occurred|#date+event|#date",
    "lat": "#geo+lat",
    "lon": "#geo+lon",
    "precision_km": "#geo+precision",
    "site": "#loc+name|#loc",
    "kind": "#event+type|#event+kind|#event|#access+status|#status",
    "defender": "#group+defender|#org+defender",
    "contestants": "#group+contestants|#group+list",
    "actor": "#group+actor|#group|#org+actor|#org",
    "confidence": "#event+confidence|#indicator+confidence|#meta+confidence",
    "source": "#meta+source",
    "note": "#description|#meta+note",
}
"""HXL tags by the key of an event, the most exact first."""


def columns_by_name(header: list[str], section: str = "events") -> dict[str, int]:
    """Return the position of the column for each key that the header of a table names.

    Examples
    --------
    >>> columns_by_name(["التاريخ", "Location", "weather"])
    {'date': 0, 'site': 1}
    """
    names = [folded(name) for name in header]
    found: dict[str, int] = {}
    for exactly in (True, False):
        for key in COLUMNS[section]:
            own, *others = words_for(section, key)
            for name in [own] if exactly else others:
                at = names.index(folded(name)) if folded(name) in names else None
                if key not in found and at is not None and at not in found.values():
                    found[key] = at
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def columns_by_tag(tags: list[str]) -> dict[str, int]:
    """Return the position of the column for each key of an event that a row of HXL tags names.

    A column counts for a tag if it has the same hashtag and at least its attributes.

    Examples
    --------
    >>> columns_by_tag(["#date +occurred", "#loc+name+en", "#adm1"])
    {'date': 0, 'site': 1}
    """
    parsed = [_parts(tag) for tag in tags]
    found: dict[str, int] = {}
    for key, known in TAGS.items():
        for tag, attributes in map(_parts, known.split("|")):
            for at, (hashtag, own) in enumerate(parsed):
                fits = hashtag == tag and attributes <= own and at not in found.values()
                if fits and key not in found:
                    found[key] = at
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def _parts(tag: str) -> tuple[str, frozenset[str]]:
    hashtag, *attributes = "".join(tag.lower().split()).split("+")
    return hashtag, frozenset(attributes)


def kind_in_words(kind: str) -> str:
    """Return a kind of event as it reads after the name of its site, in English.

    Examples
    --------
    >>> kind_in_words("under_fire"), kind_in_words("described")
    ('under fire', 'reported as held')
    """
    return _AFTER_THE_SITE.get(kind, kind.replace("_", " "))


_AFTER_THE_SITE = {
    "described": "reported as held",
    "repelled": "held against an attack",
    "siege_broken": "relieved",
    "raid": "raided",
    "strike": "struck",
    "losses": "reported with losses",
}
"""Kinds of events that read otherwise after the name of their site."""


# What has an id and labels, found by any of them as people write them.


class Labels:
    """Things of one kind by every name that they have.

    Parameters
    ----------
    names
        By the id of a thing, its labels; empty ones and what is no text are left out.

    Examples
    --------
    >>> known = Labels({"north": ("Northern Council", "مجلس الشمال"), "south": ()})
    >>> known.called("northern council"), known.called("nobody we know")
    (['north'], [])
    """

    def __init__(self, names: Mapping[str, Sequence[object]]) -> None:
        self.ids = names.keys()
        self._named: dict[str, set[str]] = defaultdict(set)
        for thing, labels in names.items():
            for name in (thing, *labels):
                if isinstance(name, str) and name:
                    self._named[_key(name)].add(thing)

    def called(self, name: str) -> list[str]:
        """Return the ids of what a name may mean: its own, if it is an id."""
        if name in self.ids:
            return [name]
        return sorted(self._named.get(_key(name), ())) if name.isprintable() else []

    def single(self) -> dict[str, str]:
        """Return the id of each name, folded, that means only one."""
        return {name: min(ids) for name, ids in self._named.items() if len(ids) == 1}

    def id_of(self, kind: str, name: str) -> str:
        """Return the one id that a name means; the name itself, if it means none.

        Parameters
        ----------
        kind
            What it would be the name of, for the message.
        name
            An id or a label.

        Raises
        ------
        InputError
            If it means several: the message names them.

        Examples
        --------
        >>> Labels({"north": ("Council",), "south": ("Council",)}).id_of("actor", "council")
        Traceback (most recent call last):
        engine.errors.InputError: the actor 'council' may be north or south; expected the id of one of them
        """
        ids = self.called(name)
        if len(ids) > 1:
            message = tr("the {kind} {name!r} may be {ids}", kind=kind, name=name, ids=either(ids))
            raise InputError(Problem(message, value=name, expected=tr("the id of one of them")))
        return ids[0] if ids else name


def either(names: Iterable[str]) -> str:
    """Return names of which one is meant, with "or" between each and the next.

    Examples
    --------
    >>> either(["north", "south", "west"])
    'north or south or west'
    """
    return reduce(lambda one, other: tr("{first} or {last}", first=one, last=other), names)


def altogether(names: Iterable[str]) -> str:
    """Return names of which all are meant, with "and" between each and the next.

    Examples
    --------
    >>> altogether(["at least 1", "at most 5"])
    'at least 1 and at most 5'
    """
    return reduce(lambda one, other: tr("{first} and {last}", first=one, last=other), names)


def _key(name: str) -> str:
    """Return what is compared of a name: its letters, or all of one that has none."""
    return folded(name) or name
