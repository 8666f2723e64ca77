"""What a sentence says happened: its cues, each with what stands over it.

An aim, a failure, a denial, a condition, or nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.importers.reading.lexicon import Hit, cues, heads, words
from engine.importers.reading.tokens import forms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.importers.reading.clauses import Marked
    from engine.importers.reading.parties import PartyMention
    from engine.importers.reading.place_names import Mention
    from engine.importers.reading.tokens import Sentence, Token


_COMMAS = frozenset(",،")
_UNTRUE_WITHIN = 14
"""How far behind what it says something may be called untrue."""
_NOMINAL = words(
    "سقوط السقوط بسقوط الاستيلاء استيلاء السيطره سيطره سيطرته سيطرتها استعاده دخول تحرير استرجاع استرداد انتزاع "
    "fall capture loss seizure recapture taking control"
)
_GROUND = frozenset(
    {"captured", "present", "held", "contested", "closed", "siege_broken", "raid", "aim"}
)
_MOVES = frozenset({"lost", "left", "entered"})
_ATTACKS = words(
    "attack assault offensive operation push advance storming battle counterattack raid campaign "
    "هجوم الهجوم هجومه هجومها معركه المعركه عمليه العمليه اقتحام الاقتحام"
)
_STATES = frozenset({"described", "describedby", "adjective", "held", "stationed"})
_TO = words("الى to")
_MEANT_AT = words("of at on to towards for")
_LATER = words("then later eventually finally ultimately")
_MEANT_ON = words("على الى")
_VERBAL_NOUNS = words(
    "سيطره سيطرته سيطرتها استعاده استرداد استرجاع انتزاع تحرير اقتحام دخول بسط فرض احكام فك كسر قطع حصار محاصره "
    "تطويق عزل تطهير احتلال اجتياح اسقاط اخضاع طرد فتح استعادتها"
)
_LED_TO = words(
    "ادي ادت يودي تودي افضي افضت اشار اشارت يشير تشير لفت اضافه بالاضافه مشيرا لافتا نظرا انتهي انتهت عمد عمدت لجا لجات "
    "بادر بادرت وصل وصلت مضي مضت مرور مر اشهر شهر اسبوع عام يوم يومين ساعه ساعات اسبوعين شهرين سنه سنوات ايام وافق وافقت اتفق اتفقوا اقدم اقدمت قادر قادره مكافاه احتجاجا ردا "
    "اكد اكدت تاكيد دليل علق علقت عن"
)
"""Before "to" and "on" and a verbal noun: it happened, or is spoken of as a fact."""
_FACT_WITHIN = 4
_FUTURES = ("سي", "ست", "سن")
_NO_FUTURES = words(
    "سياره سيارات سيارتين ستين سنوات سنويا سياسي سياسيه سيناريو سيفات سيناء ستار سنجار سيدي سيده ستاد"
)
_THAT = words("ان انه انها انهم التي الذي")
_FUTURE_WITHIN = 9
_AFTER = words("بعد عقب اثر منذ فور after following since upon")
_BEING = words("is are was were remains remained becomes")
_NOT_DOING = words("عدم وعدم بعدم لعدم")
_MODALS = words("can could may might would should")
_NO_PLAN = words("لا لن لم ليس ليست no")
_UNTIL = words("حتى until till")
"""Begins an aim that no denial before it undoes: "we will not stop until A is free"."""
_ASKS = words(
    "is are was were did do does has have had will can could should why what when who how هل ماذا متى كيف لماذا"
)
_SHORT_QUESTION = 14
_CLOSING = "\"'”»)] "
_PASTS = words("took seized overran retook won drove broke fell")
_BEFORE_PARTICIPLES = words(
    "its their his her our to be been have had has having get got a an the of more newly recently"
)
"""What stands before a participle, not before a verb in the past."""
_SHORT_PERFECT = 4
_THEM = frozenset().union(
    *(forms(f"{stem}:po") for stem in ("دحر", "طرد", "حرر", "استعاد", "انتزع", "احتل", "هاجم"))
)
"""Verbs in the past with an object behind: after a comma they are no verbal nouns."""
_PERFECTS = frozenset().union(
    *(
        forms(f"{stem}:p")
        for stem in (
            "سيطر", "استعاد", "استرد", "استرجع", "انتزع", "احتل", "حرر", "هاجم", "اقتحم", "استولى",
            "دخل", "سقط", "انسحب", "احكم", "اجتاح", "حاصر", "اغلق", "شن", "نفذ", "اطلق",
        )
    )
) - words("دخلا حاصر سقطا")  # fmt: skip
"""Verbs in the past of which no form is a verbal noun as well."""
_TRIES = ("حاول", "يحاول", "تحاول", "محاوله", "محاولا")
_WILL_BE = words("ستكون سيكون")
_FEARS = words("يخشى تخشى مخاوف خشيه تخوف fear fears feared fearing")
"""Conditions under which an aim is still an aim: "they fear that it will turn to A"."""
_AHEAD_WITHIN = 12
"""How far behind an attack it may be called imminent."""


def mode_of(hit: Hit, sentence: Sentence, marks: Marked, clause: int) -> str:
    """Return what stands over a cue: aim, fail, deny, condition; empty if nothing does.

    Parameters
    ----------
    hit
        The words of the cue.
    sentence
        Where they stand.
    marks
        The markers of the sentence.
    clause
        The number of the cue's clause.
    """
    tokens = sentence.tokens
    found: dict[str, Hit] = {}
    for marker in marks.of("aim", "fail", "deny", "condition", "success"):
        if marker.start >= hit.end or marks.clause_of[marker.start] != clause:
            continue
        if _is_of_another(marker, hit, tokens):
            continue
        if _is_over(marker, hit, tokens) and not _is_said_anew(marker, hit, marks, tokens):
            found[marker.means] = marker
    if succeeded := found.pop("success", None):
        found = {
            m: each
            for m, each in found.items()
            if each.start > succeeded.start or m in {"deny", "condition"}
        }
    if said := _mode_said_beside(hit, tokens, marks, clause):
        return said
    if found:
        return _strongest(found, tokens)
    if hit.means in _GROUND and _is_only_meant(hit, tokens):
        return "aim"
    if hit.means in _GROUND | _STATES | _MOVES and _is_question(sentence):
        return "condition"
    infinitive = sentence.language == "en" and hit.means in _GROUND and _is_infinitive(hit, tokens)
    return "aim" if infinitive else ""


def _is_only_meant(hit: Hit, tokens: Sequence[Token]) -> bool:
    """Return whether a verbal noun stands behind a preposition of aims: "works on taking", "verge of taking"."""
    if not hit.start:
        return False
    word, before = tokens[hit.start].norm, tokens[hit.start - 1].norm
    if word.isascii():
        before = tokens[hit.start - 2].norm if before in _LATER and hit.start > 1 else before
        return word.endswith("ing") and before in _MEANT_AT
    if before not in _MEANT_ON or word.removeprefix("ال") not in _VERBAL_NOUNS:
        return False
    facts = {t.norm.lstrip("وف") for t in tokens[max(hit.start - _FACT_WITHIN, 0) : hit.start - 1]}
    return not facts & _LED_TO


def _is_question(sentence: Sentence) -> bool:
    """Return whether a sentence asks: what was joined to a question behind it does not."""
    if sentence.text.rstrip(_CLOSING)[-1:] not in {"?", "؟"}:
        return False
    return sentence.tokens[0].norm in _ASKS or len(sentence.tokens) <= _SHORT_QUESTION


def _strongest(found: dict[str, Hit], tokens: Sequence[Token]) -> str:
    """Return which of several markers rules: of an aim and a condition the nearer, if it is not denied."""
    if "deny" in found and "aim" in found and found["deny"].end < found["aim"].start:
        between = tokens[found["deny"].end : found["aim"].start]
        if any(token.text in _COMMAS for token in between):
            del found["deny"]  # "denies A, and is determined to take B"
    if "condition" in found and "aim" in found:
        nearer = max(("condition", "aim"), key=lambda mode: found[mode].start)
        until = tokens[found["aim"].start].norm in _UNTIL
        if tokens[found["condition"].start].norm in _NO_PLAN and not until:
            nearer = "condition"  # "we do not plan to enter A"
        del found["condition" if nearer == "aim" else "aim"]
    return next((mode for mode in ("deny", "condition", "fail", "aim") if mode in found), "")


def _is_of_another(marker: Hit, hit: Hit, tokens: Sequence[Token]) -> bool:
    """Return whether a marker before a cue speaks of something else, though it is near."""
    if marker.means == "aim" and hit.means == "repelled" and not _tries_to(marker, hit, tokens):
        return True  # "beat off an attempt", "an attempt was beaten off"
    modal = marker.means == "condition" and tokens[marker.start].norm in _MODALS
    if modal and any(t.norm == "that" for t in tokens[marker.end : hit.start]):
        return True  # "what I can say is that they took A"
    feared = modal and any(token.norm in _FEARS for token in tokens[: marker.end])
    if hit.means == "aim" and (feared or tokens[marker.start].norm in _FEARS | _WILL_BE):
        return True  # "they fear that it might turn to A", "the next step will be A"
    apart = marker.end != hit.start  # "almost captured"
    if apart and marker.means in {"aim", "fail"} and _is_told_as_past(hit, tokens):
        return True  # nobody tries to "took"
    before = tokens[hit.start - 1].norm if hit.start else ""
    if before in _AFTER and marker.means in {"aim", "fail"}:
        return True  # "threatens the town after taking A"
    word = tokens[hit.start].norm
    directly = before in _TO or (word[:1] == "ل" and not word.startswith("لسيطر"))
    # "to retake A, which rebels hold"
    return not directly and any(t.norm in _WHICH for t in tokens[marker.end : hit.start])


def _is_told_as_past(hit: Hit, tokens: Sequence[Token]) -> bool:
    """Return whether a verb is finite and past, so that no aim governs it."""
    word = tokens[hit.start].norm
    if word.isascii():
        if hit.takes not in {"after", "from"} or hit.means not in _GROUND | _MOVES:
            return False
        before = tokens[hit.start - 1].norm if hit.start else ""
        return (word.endswith("ed") or word in _PASTS) and before not in _BEFORE_PARTICIPLES
    bare = word[1:] if word[0] in "وف" and len(word) > _SHORT_PERFECT else word
    return bare in _PERFECTS


def _tries_to(marker: Hit, hit: Hit, tokens: Sequence[Token]) -> bool:
    """Return whether somebody only tries to beat off: "tries to stop", not "an attempt was stopped"."""
    if marker.start >= hit.start:
        return False
    if tokens[hit.start].text.isascii():
        return tokens[hit.start - 1].norm == "to"
    near = hit.start - marker.end <= 3
    return (
        near
        and tokens[marker.start].norm.startswith(_TRIES)
        and tokens[hit.start - 1].norm not in {"تم", "تمت"}
    )


def _is_over(marker: Hit, hit: Hit, tokens: Sequence[Token]) -> bool:
    """Return whether what a marker says reaches a cue: a new finite verb after a comma ends it."""
    if marker.start >= hit.start:
        # "is subject to a siege", "took turns in control"
        subject = tokens[hit.start].norm.lstrip("وتي").startswith(("خضع", "بادل", "استعدنا"))
        return marker.start < hit.end and not subject
    if marker.means == "deny" and tokens[marker.start].norm.lstrip("وف") == "لم":
        return marker.end > hit.start  # it denies its own verb
    between = tokens[marker.end : hit.start]
    word = tokens[hit.start].norm
    comma = any(token.text in _COMMAS for token in between)
    joined = word[0] in "وف" or (bool(between) and between[-1].norm in {"كما", "and", "then"})
    verbal_noun = word.startswith(("ال", "لل", "وال")) or (
        word.endswith(("ه", "ها", "هم")) and word.removeprefix("و") not in _THEM
    )
    return not (comma and joined and not verbal_noun) and len(between) <= 22


def _mode_said_beside(hit: Hit, tokens: Sequence[Token], marks: Marked, clause: int) -> str:
    """Return what is said right before a cue ("did not") or behind it: it is untrue, or only supposed."""
    english = tokens[hit.start].text.isascii()
    negatable = english or hit.means not in _STATES | {"closedself", "closed"}
    if negatable and any(m.start <= hit.start <= m.end + english for m in marks.of("negated")):
        return "deny"
    if hit.means not in _STATES and any(
        0 <= m.start - hit.end <= _UNTRUE_WITHIN for m in marks.of("untrue")
    ):
        return "deny"
    if any(t.norm in _NOT_DOING for t in tokens[max(hit.start - 2, 0) : hit.start]):
        return "condition"
    word = tokens[hit.end - 1].norm
    noun = tokens[hit.start].norm.removeprefix("و").removeprefix("ف") in _NOMINAL
    past = hit.start > 0 and tokens[hit.start - 1].norm in _AFTER
    if (
        (word in _ATTACKS or noun)
        and not past
        and any(
            0 <= m.start - hit.end <= _AHEAD_WITHIN and marks.clause_of[m.start] == clause
            for m in marks.of("ahead")
        )
    ):
        return "aim"
    noun = noun or _opens_as_gerund(hit, tokens)
    supposed = any(
        marks.clause_of[m.start] == clause and m.start >= hit.end for m in marks.of("condition")
    )
    supposed = supposed or _is_subject_of_future(hit, tokens, marks)
    supposed = supposed or (_opens_as_gerund(hit, tokens) and _has_verb_behind_name(hit, tokens))
    return "condition" if noun and supposed else ""


def _opens_as_gerund(hit: Hit, tokens: Sequence[Token]) -> bool:
    """Return whether an English sentence begins with a cue as its subject: "Capturing A would"."""
    return hit.start == 0 and tokens[0].norm.endswith("ing")


def _has_verb_behind_name(hit: Hit, tokens: Sequence[Token]) -> bool:
    """Return whether "is" follows a name: "Taking A is important" does not say that it was taken."""
    return any(
        tokens[at].norm in _BEING and tokens[at - 1].text[0].isupper()
        for at in range(hit.end + 1, len(tokens))
    )


def _is_subject_of_future(hit: Hit, tokens: Sequence[Token], marks: Marked) -> bool:
    """Return whether an Arabic verb in the future has a verbal noun as its subject: "taking A will allow"."""
    for at in range(hit.end, min(hit.end + _FUTURE_WITHIN, len(tokens))):
        word = tokens[at].norm
        if at in marks.said_at or tokens[at].text in _COMMAS or word in _THAT:
            return False
        if word.startswith(_FUTURES) and len(word) > _SHORT_PERFECT and word not in _NO_FUTURES:
            return not word.startswith("سيطر")
    return False


def _is_said_anew(marker: Hit, hit: Hit, marks: Marked, tokens: Sequence[Token]) -> bool:
    """Return whether a denial ends at another verb of speech: "denies A, and says that B"."""
    between = range(marker.end + 1, hit.start)
    return marker.means == "deny" and any(
        at in marks.said_at
        and (tokens[at - 1].text in _COMMAS or tokens[at - 1].norm in {"and", "but", "ثم"})
        for at in between
    )


def _is_infinitive(hit: Hit, tokens: Sequence[Token]) -> bool:
    start = hit.start + (tokens[hit.start].norm == "to")
    before = [token.norm for token in tokens[max(start - 4, 0) : start]]
    if not before or before[-1] != "to" or hit.takes == "before" or tokens[start].norm == "have":
        return False  # "claims to have taken"
    return not (
        {
            "enabled",
            "allowed",
            "helped",
            "managed",
            "able",
            "continued",
            "continue",
            "went",
            "continues",
        }
        & set(before)
    )


_FIRST = frozenset({"under_fire", "repelled"})
"""Finer than what their words say alone: "fire control", "stopped the advance on"."""
_FALLEN_WITHIN = 6
_GOALS = words("goal objective target prize")
_BEFORE_NAME = words("the of all both strategic nearby neighbouring key small large")
_BARE = words("take won want wants wanted")
_WHICH = words("which where who التي الذي والتي والذي اللتين اللتان حين حينما عندما")
_WAS = words("كان كانت كانوا")


@dataclass(frozen=True)
class Cue:
    """A verb, verbal noun or phrase that says what happened.

    Parameters
    ----------
    start, end
        Its tokens.
    kind
        A kind of event, or a finer one of the table of cues.
    takes
        Where its places stand: after, before, either, from.
    clause
        The number of its clause.
    mode
        What stands over it: aim, fail, deny, condition; empty if nothing does.
    is_hearsay
        Whether it is only said to be so.
    is_earlier
        Whether it lies before what the text reports as current: the pluperfect.
    is_relative
        Whether its clause begins with "which" and says more of what the clause before names.
    """

    start: int
    end: int
    kind: str
    takes: str
    clause: int
    mode: str
    is_hearsay: bool
    is_earlier: bool
    is_relative: bool = False


def cues_in(
    sentence: Sentence,
    marks: Marked,
    places: Sequence[Mention],
    parties: Sequence[PartyMention],
) -> list[Cue]:
    """Return the cues of a sentence, in order."""
    tokens = sentence.tokens
    taken = {at for party in parties for at in range(party.start, party.end)}
    taken |= {
        at
        for place in places
        if not place.is_reference and place.between is None
        for at in range(place.start, place.end)
    }
    hits = [hit for hit in cues().hits(tokens, sentence.language) if hit.start not in taken]
    hits = [hit for hit in hits if not _spans_clauses(hit, sentence, marks)]
    hits = [hit for hit in hits if not _is_start_of_loss(hit, hits)]
    hits = [
        hit for hit in hits if not _is_bare(hit, tokens) or _names_right_behind(hit, tokens, places)
    ]
    hits.sort(key=lambda hit: (hit.means not in _FIRST, hit.start - hit.end, hit.start))
    chosen: list[Hit] = []
    for hit in hits:
        if all(hit.end <= other.start or other.end <= hit.start for other in chosen):
            chosen.append(hit)
    chosen.sort(key=lambda hit: hit.start)
    chosen = [hit for hit in chosen if not _is_noun_alone(hit, tokens)]
    chosen = [
        hit for hit in chosen if hit.means != "idiom" and not _is_of_a_fall(hit, chosen, marks)
    ]
    return [_cue(hit, sentence, marks) for hit in chosen]


def _is_bare(hit: Hit, tokens: Sequence[Token]) -> bool:
    """Return whether a cue is only "take", "won" or "the goal is", which speak of a place only right before its name."""
    word = tokens[hit.start].norm
    return (hit.end == hit.start + 1 and word in _BARE) or (hit.means == "aim" and word in _GOALS)


def _names_right_behind(hit: Hit, tokens: Sequence[Token], places: Sequence[Mention]) -> bool:
    """Return whether a name follows a cue, with nothing but "the town of" and the like before it."""
    return any(
        hit.end <= place.start
        and all(
            token.norm in _BEFORE_NAME or token.norm in heads()
            for token in tokens[hit.end : place.start]
        )
        for place in places
    )


def _is_noun_alone(hit: Hit, tokens: Sequence[Token]) -> bool:
    """Return whether an English noun does not say what was taken: "their capture led to"."""
    word = tokens[hit.start].norm
    if word == "control" and hit.start == 0 and hit.end == 1:
        return True  # "Control of A gives them the road"
    owned = hit.start > 0 and tokens[hit.start - 1].norm in {"their", "its", "the", "a"}
    following = tokens[hit.end].norm if hit.end < len(tokens) else ""
    alone = owned and hit.end == hit.start + 1 and following not in {"of", "by"}
    return alone and word in {"capture", "recapture", "seize", "retake"}


def _is_start_of_loss(hit: Hit, hits: Sequence[Hit]) -> bool:
    """Return whether "were driven out" is that of "were driven out of A", or "back" of "back to A"."""
    return hit.means == "repelled" and any(
        other.means in {"lost", "none"} and other.start == hit.start and other.end > hit.end
        for other in hits
    )


def _spans_clauses(hit: Hit, sentence: Sentence, marks: Marked) -> bool:
    """Return whether a pattern was found across "but", "while" and the like; "after" may be part of one."""
    clauses = marks.clause_of
    spans = clauses[hit.start] != clauses[hit.end - 1]
    earlier = any(t.norm in _WAS for t in sentence.tokens[hit.start : hit.end])
    return spans and (earlier or sentence.language != "ar" or hit.means != "captured")


def _is_of_a_fall(hit: Hit, chosen: Sequence[Hit], marks: Marked) -> bool:
    """Return whether "in the hands of" says to whom a place fell, not who has held it."""
    clause = marks.clause_of[hit.start]
    return hit.means == "describedby" and any(
        other.means == "captured"
        and 0 <= hit.start - other.end <= _FALLEN_WITHIN
        and marks.clause_of[other.start] == clause
        for other in chosen
    )


def _cue(hit: Hit, sentence: Sentence, marks: Marked) -> Cue:
    clause = marks.clause_of[hit.start]
    earlier = any(
        m.start < (hit.end if hit.means == "describedby" else hit.start)
        and hit.start - m.start <= 8
        and marks.clause_of[m.start] == clause
        and _is_pluperfect(m, hit, sentence)
        for m in marks.of("earlier")
    )
    hearsay = any(
        m.start < hit.end and marks.clause_of[m.start] == clause for m in marks.of("hearsay")
    )
    mode = mode_of(hit, sentence, marks, clause)
    relative = sentence.tokens[marks.clause_of.index(clause)].norm in _WHICH
    return Cue(hit.start, hit.end, hit.means, hit.takes, clause, mode, hearsay, earlier, relative)


def _is_pluperfect(marker: Hit, hit: Hit, sentence: Sentence) -> bool:
    if sentence.language == "en":
        return hit.start - marker.start <= 3
    return True
