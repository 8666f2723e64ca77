"""Places that only say where another lies, or from where somebody came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.importers.reading.lexicon import forms_of, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.importers.reading.cues_in import Cue, Marked
    from engine.importers.reading.place_names import Mention
    from engine.importers.reading.tokens import Sentence, Token

_RESET = words("على في الى in on at over into against inside عبر towards")
_KEEP_FROM = words(
    "اجزا جزا جز جزءا كل كلا عدد بينها منها نقاط نصف مساحات مساحه قسم القسم معظم اكثر كلا احيا قرى بلدات مناطق ضمن العديد مقربه القريبه بالقرب قريبه القريب قريبا"
)
_WHOLES = words("قرى بلدات القرى البلدات قريه بلده villages towns")
_TOWARDS = words("باتجاه نحو صوب towards toward")
"""An advance towards a place that is stopped is beaten off there."""
_FROM = words("من from")
_ROADS = words("طريق الطريق طرق الطرق road way route corridor")
_STANDING = words("في in at من from داخل inside")
_COUNTS = words("اكثر اقل عدد العديد اجزاء قرب بالقرب مئات عشرات ازيد away far")
_GIVEN_UP = frozenset({"lost", "left"})
_WHERE_TO = words("for to towards toward into الى نحو باتجاه صوب")
_REGIONS = words("province governorate countryside region oblast state county")
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
    tokens, partial, remark = sentence.tokens, marks.at("partial"), ""
    if cue.kind in _GIVEN_UP and start and tokens[start - 1].norm in _WHERE_TO:
        return True, remark  # "left A for B"
    road = start > 1 and tokens[start - 1].norm in _WHERE_TO and tokens[start - 2].norm in _ROADS
    if road and cue.kind in {"reopened", "closed"} and first.between is None:
        return True, remark  # "opened the road to A"
    if first.end < len(tokens) and tokens[first.end].norm in _REGIONS:
        return True, remark  # "in the province of that name"
    window = list(range(after, start))
    for at in reversed(window):
        if tokens[at].norm in _RESET:
            window = [w for w in window if w > at]
            break
    window = window[-4:]
    words = [tokens[at].norm for at in window]
    if any(tokens[at].text in ",،" for at in window[-1:]):
        window, words = [], []
    located = any(
        at in marks.at("locator") and not any(w in partial for w in [*window, at - 1] if w > at - 2)
        for at in window
    )  # "the northern part of A" is a part of A
    near = any(at in marks.at("vicinity") for at in window)
    halted = cue.kind == "repelled" and {tokens[at].norm for at in window} & _TOWARDS
    if located and not (near and cue.kind in _REACH) and not halted:
        if any(
            w.rstrip("ي") in {"شمال", "جنوب", "شرق", "غرب"}
            or w in {"north", "south", "east", "west"}
            for w in words
        ):
            where = " ".join(t.text for t in tokens[window[0] : first.end])
            remark = f"{where!r} is a direction from a place, not a place: not resolved"
        return True, remark
    whole = {
        form for at in range(after, start) for form in forms_of(tokens[at].norm, sentence.language)
    } & _WHOLES
    if near and cue.kind not in _REACH and (whole or not any(at in partial for at in window)):
        return True, remark
    standing = first.clitic == "من" or (start and tokens[start - 1].norm in _STANDING)
    if cue.kind == "strike" and standing and _comes_from(tokens[cue.end : start]):
        return True, remark  # "shells from a checkpoint in A"
    from_ = words[-1:] in (["من"], ["from"]) or first.clitic == "من"
    if from_ and cue.takes != "from":
        back = [at for at in (window[-1] - 1, window[-1] - 2) if at > cue.start]
        kept = any(tokens[at].norm in _KEEP_FROM or at in partial for at in back)
        return not (kept or near), remark
    return False, remark
