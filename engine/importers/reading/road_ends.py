"""Roads that are named by their ends: "the road from Azaz to Mare"."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from engine.importers.reading.lexicon import heads, without_clitics, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.importers.reading.place_names import Mention
    from engine.importers.reading.tokens import Token

_ROAD_LINKS = words(
    "الواصل الواصله الرابط الرابطه الممتد بين الدولي الذي يصل يربط من linking connecting between from links connects that which leading running supply main strategic"
)
_BETWEEN = words("بين between")
_FAR = 20
_TO = words("- – — / و الى ب and to with")


@cache
def _roads() -> frozenset[str]:
    return frozenset(word for word, kind in heads().items() if kind == "road") | words(
        "امداد الامداد خط link"
    )


def with_roads(tokens: Sequence[Token], found: list[Mention]) -> list[Mention]:
    """Return the mentions with roads in place of the two ends that name them."""
    merged: list[Mention] = []
    for mention in found:
        before = merged[-1] if merged else None
        if before is not None and before.between is None and _is_road(tokens, before, mention):
            pair = (before.ids[0], mention.ids[0])
            name = f"{before.name} - {mention.name}"
            start = _road_start(tokens, before.start)
            ends = replace(before, start=start, end=mention.end, ids=(), name=name, head="road")
            merged[-1] = replace(ends, between=pair, head_at=start)
        else:
            merged.append(mention)
    return [_half_known(tokens, mention) for mention in merged]


def _half_known(tokens: Sequence[Token], mention: Mention) -> Mention:
    """Return a road of which only one end is known as a place that nothing known is called."""
    end = mention.end
    start = _road_start(tokens, mention.start)
    links = {token.norm for token in tokens[start + 1 : mention.start]} & _ROAD_LINKS
    if (
        mention.between
        or start == mention.start
        or not links - {"الدولي", "main", "strategic", "supply", "running"}
    ):
        return mention
    if end + 1 < len(tokens) and tokens[end].norm in _TO | {"ب"} and tokens[end + 1].is_word:
        name = " ".join(token.text for token in tokens[start : end + 2])
        return replace(
            mention, start=start, end=end + 2, ids=(), name=name, head="road", head_at=start
        )
    return mention


def _is_road(tokens: Sequence[Token], one: Mention, other: Mention) -> bool:
    if not (one.ids and other.ids) or one.ids == other.ids:
        return False
    joint = [
        "و" if t.norm.startswith("و") and t.norm[1:] in heads() else t.norm
        for t in tokens[one.end : other.start]
        if t.norm not in heads() and t.norm != "the"
    ]
    linked = bool(joint) or other.clitic in {"و", "ب", "وب", "ل"}
    if len(joint) > 1 or not linked or any(word not in _TO for word in joint):
        return False
    after = tokens[other.end].norm if other.end < len(tokens) else ""
    if after in _roads() and joint[:1] in (["-"], ["–"], ["—"], ["/"], ["to"]):
        return True
    at = _road_start(tokens, one.start)
    if at == one.start:
        return False
    between = {t.norm for t in tokens[at + 1 : one.start]} & _ROAD_LINKS
    return bool(between) or joint[:1] in (["-"], ["–"], ["—"], ["/"], ["to"], ["الي"])


def _road_start(tokens: Sequence[Token], start: int) -> int:
    """Return where the word for the road before a name stands; the start of the name if there is none."""
    near = {token.norm for token in tokens[max(start - 2, 0) : start]}
    if near & _BETWEEN:  # "cut the road of supply of the rebels between A and B"
        for at in range(start - 1, max(start - _FAR, -1), -1):
            if any(form in _roads() for form in without_clitics(tokens[at].norm)):
                return at
            if tokens[at].text in ",،.:":
                break
    for at in range(start - 1, max(start - 6, -1), -1):
        if any(form in _roads() for form in without_clitics(tokens[at].norm)):
            return at
        word = tokens[at].norm
        if word not in _ROAD_LINKS and word not in heads() and not word.startswith("ال"):
            break
    return start
