"""Who claims a report: the narrator, a source, or a party."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.importers.reading.lexicon import speakers, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.importers.reading.kinds_in import Found
    from engine.importers.reading.parties import PartyMention
    from engine.importers.reading.tokens import Sentence

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
