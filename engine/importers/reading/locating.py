"""Places that only say where another lies, or from where somebody came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.importers.reading.lexicon import forms_of, words
from engine.language import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.importers.reading.clauses import Marked
    from engine.importers.reading.cues_in import Cue
    from engine.importers.reading.place_names import Mention
    from engine.importers.reading.tokens import Sentence, Token

_RESET = words("على في الى in on at over into against inside عبر towards")
_KEEP_FROM = words(
    "اجزا جزا جز جزءا كل كلا عدد بينها منها نقاط نصف مساحات مساحه قسم القسم معظم اكثر كلا احيا قرى بلدات مناطق ضمن العديد مقربه القريبه بالقرب قريبه القريب قريبا"
)
_NEAR_FROM = words("مقربه القريبه بالقرب قريبه القريب قريبا قريبين")
"""Of these before "from", what befalls a place reaches it only where it reaches from near."""
_WHOLES = words("قرى بلدات القرى البلدات قريه بلده villages towns")
_TOWARDS = words("باتجاه نحو صوب towards toward")
"""An advance towards a place that is stopped is beaten off there."""
_FROM = words("من from")
_ROADS = words("طريق الطريق طرق الطرق road way route corridor")
_SIDES = frozenset({"شمال", "جنوب", "شرق", "غرب", "north", "south", "east", "west"})
_STANDING = words("في in at من from داخل inside")
_COUNTS = words("اكثر اقل عدد العديد اجزاء قرب بالقرب مئات عشرات ازيد away far")
_GIVEN_UP = frozenset({"lost", "left"})
_WHERE_TO = words("for to towards toward into الى نحو باتجاه صوب")
_REGIONS = words("province governorate countryside region oblast state county")
_ON_A_ROAD = frozenset({"strike", "fighting", "raid", "losses", "aim", "repelled", "under_fire"})
"""What happens on a road to a place and reaches that place."""
_REACH = frozenset(
    {
        "fighting",
        "strike",
        "losses",
        "raid",
        "repelled",
        "under_fire",
        "aim",
        "none",
        "truce",
        "siege_broken",
    }
)
"""Kinds that reach a place from near it."""


def _comes_from(between: Sequence[Token]) -> bool:
    """Return whether words between a strike and a place say from where it came."""
    for at, token in enumerate(between[:-1]):
        before = between[at - 1].norm if at else ""
        if token.norm in _FROM and before not in _KEEP_FROM | _COUNTS:
            return not any(each.text in ",،" for each in between[at:])
    return False


def _is_end_of_way(tokens: Sequence[Token], start: int, first: Mention, cue: Cue) -> bool:
    """Return whether a place is where somebody went or fired from, a road led, or the name of a province."""
    before = tokens[start - 1].norm if start else ""
    if cue.kind in _GIVEN_UP and before in _WHERE_TO:
        return True  # "left A for B"
    road = start > 1 and before in _WHERE_TO and tokens[start - 2].norm in _ROADS
    if road and cue.kind not in _ON_A_ROAD and first.between is None:
        return True  # "opened the road to A", "holds all roads into A"
    if first.end < len(tokens) and tokens[first.end].norm in _REGIONS:
        return True
    # "shells from a checkpoint in A"
    return cue.kind == "strike" and before in _STANDING and _comes_from(tokens[cue.end : start])


def _is_from(cue: Cue, back: Sequence[str], *, kept: bool) -> bool:
    """Return whether "from" before a place only says from where, or near which place something was."""
    if cue.kind not in _REACH and any(word in _NEAR_FROM for word in back):
        return True  # "took a hill near A"
    return not (kept or any(word in _KEEP_FROM for word in back))


def only_locates(
    sentence: Sentence, marks: Marked, after: int, start: int, first: Mention, cue: Cue
) -> tuple[bool, str]:
    """Return whether a place only locates another, and what to say of it.

    Parameters
    ----------
    sentence
        Where it stands.
    marks
        The markers of the sentence.
    after
        Where the words begin that may say so.
    start
        Where the place begins, its head included.
    first
        The place.
    cue
        What the sentence would otherwise report of it.
    """
    tokens, partial = sentence.tokens, marks.at("partial")
    if _is_end_of_way(tokens, start, first, cue):
        return True, ""
    window = list(range(after, start))
    for at in reversed(window):
        if tokens[at].norm in _RESET:
            window = [w for w in window if w > at]
            break
    if commas := [at for at in window[:-1] if tokens[at].text in ",،"]:
        window = [at for at in window if at > commas[-1]]  # "A, in the north, and B"
    window = window[-4:]
    words = [tokens[at].norm for at in window]
    if any(tokens[at].text in ",،" for at in window[-1:]):
        window, words = [], []
    located = any(
        at in marks.at("locator") and not any(w in partial for w in [*window, at - 1] if w > at - 2)
        for at in window
    )  # "the northern part of A" is a part of A
    side = tokens[start - 1].norm if start else ""
    if located and cue.kind in _REACH and side.endswith("ern") and first.tail:
        located = False  # "strikes on the eastern A district"
    near = any(at in marks.at("vicinity") for at in window)
    halted = cue.kind == "repelled" and {tokens[at].norm for at in window} & _TOWARDS
    if located and not (near and cue.kind in _REACH) and not halted:
        where = " ".join(t.text for t in tokens[window[0] : first.end])
        said = tr("{words!r} is a direction from a place, not a place: not resolved", words=where)
        return True, said if any(w.rstrip("ي") in _SIDES for w in words) else ""
    whole = {
        form for at in range(after, start) for form in forms_of(tokens[at].norm, sentence.language)
    } & _WHOLES
    if near and cue.kind not in _REACH and (whole or not any(at in partial for at in window)):
        return True, ""
    from_ = words[-1:] in (["من"], ["from"]) or first.clitic == "من"
    if from_ and cue.takes != "from":
        back = [at for at in (window[-1] - 1, window[-1] - 2) if at > cue.start]
        return _is_from(
            cue, [tokens[at].norm for at in back], kept=near or bool({*back} & partial)
        ), ""
    return False, ""
