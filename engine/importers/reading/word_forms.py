"""The forms of a word of the tables: `stem:code` stands for what conjugation and clitics make of it."""

from __future__ import annotations

from functools import cache

from engine.io.text import letters

_ENDINGS = ("", "ت", "وا", "ا", "تا", "نا")
_PLURAL = ("ون", "وا", "ان", "ا", "ن")
_OBJECTS = ("ها", "ه", "هما", "هم")
_OWNERS = ("ه", "ها", "هم", "هما", "نا")
_PREPOSITIONS = ("", "ب", "ل", "ك")
_VOWELS = frozenset("aeiou")


@cache
def forms(entry: str) -> frozenset[str]:
    """Return the words that an entry of a table stands for, in the spelling of tokens.

    Parameters
    ----------
    entry
        A word, or a word with codes behind a colon. Arabic: ``p`` conjugates a perfect, ``i`` an
        imperfect that is written without its first letter, ``f`` gives its future, ``q`` its purpose
        ("in order to"); ``o`` adds object pronouns to those and leaves out what has none; ``n`` adds
        article, prepositions and possessives to a noun. English: ``v`` inflects a regular verb.

    Examples
    --------
    >>> sorted(forms("seize:v"))
    ['seize', 'seized', 'seizes', 'seizing']
    """
    stem, _, codes = entry.partition(":")
    if not codes:
        return frozenset({letters(stem)})
    found: list[str] = []
    bound = "o" in codes
    for code in codes:
        match code:
            case "v":
                found += _english(stem)
            case "n":
                found += _noun(stem)
            case "p":
                found += _perfect(stem, bound=bound)
            case "i":
                found += _imperfect(stem, "يتن", bound=bound)
            case "f":
                found += [f"س{form}" for form in _imperfect(stem, "يتن", bound=bound)]
            case "q":
                found += [f"ل{form}" for form in _imperfect(stem, "يت", bound=bound)]
            case "o":
                pass
            case _:
                raise ValueError(f"{entry!r}: no code {code!r}")
    return frozenset(map(letters, found))


def _english(verb: str) -> list[str]:
    if verb.endswith("e"):
        return [verb, f"{verb}s", f"{verb}d", f"{verb[:-1]}ing"]
    if verb.endswith("y") and verb[-2] not in _VOWELS:
        return [verb, f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing"]
    third = f"{verb}es" if verb.endswith(("s", "sh", "ch", "x", "z")) else f"{verb}s"
    return [verb, third, f"{verb}ed", f"{verb}ing"]


def _perfect(stem: str, *, bound: bool) -> list[str]:
    weak = stem.endswith("ى")
    short = stem[:-1] if weak else stem
    if bound:
        plain = f"{short}ا" if weak else short
        return [
            f"{form}{it}"
            for form in (plain, f"{short}ت", f"{short}و", f"{short}نا")
            for it in _OBJECTS
        ]
    if weak:
        return [stem, f"{short}ت", f"{short}وا", f"{short}يا", f"{short}تا", f"{short}ينا"]
    return [f"{stem}{ending}" for ending in _ENDINGS]


def _imperfect(stem: str, persons: str, *, bound: bool) -> list[str]:
    weak = stem.endswith(("ى", "ي"))
    short = stem[:-1] if weak else stem
    found = []
    for person in persons:
        if bound:
            plain = f"{short}ي" if weak else stem
            found += [f"{person}{form}{it}" for form in (plain, f"{short}ون", f"{short}و") for it in _OBJECTS]  # fmt: skip
        else:
            found += [f"{person}{stem}", *(f"{person}{short}{ending}" for ending in _PLURAL)]
    return found


def _noun(stem: str) -> list[str]:
    bare = f"{stem[:-1]}ت" if stem.endswith(("ة", "ه")) else stem
    if stem.endswith("اء"):
        bare = f"{stem[:-1]}ئ"
    found = []
    for form in (stem, *(f"{bare}{owner}" for owner in _OWNERS)):
        found += [f"{before}{form}" for before in _PREPOSITIONS]
    if stem.endswith("اء"):
        found += [f"{stem}{owner}" for owner in _OWNERS]
    return [*found, f"ال{stem}", f"بال{stem}", f"لل{stem}", f"كال{stem}"]
