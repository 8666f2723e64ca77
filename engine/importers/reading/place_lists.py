"""Lists of places, of which a sentence says one thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.importers.reading.lexicon import heads, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.importers.reading.place_names import Mention
    from engine.importers.reading.tokens import Token

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
