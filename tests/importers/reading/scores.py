"""Score the reader on the articles beside this file: python -m tests.importers.reading.scores."""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Self

import engine
from engine.scenario.road_network import network_of

ARTICLES = Path(__file__).parent / "articles"
SCENARIOS = {
    "aleppo": Path("scenarios/aleppo-2014-2016.toml"),
    "elsewhere": ARTICLES / "elsewhere.toml",
    "farther": ARTICLES / "farther.toml",
    "sieges": ARTICLES / "sieges.toml",
    **{path.stem: path for path in ARTICLES.glob("abroad-*.toml")},
}
Row = tuple[str, str, str]


@dataclass
class Score:
    """Counts over articles: of drafts, of coded rows, and of what they share."""

    drafts: int = 0
    coded: int = 0
    aims: int = 0
    taken: int = 0
    unresolved: int = 0
    hits: dict[str, int] = field(default_factory=lambda: {"place": 0, "kind": 0, "actor": 0})
    found: dict[str, int] = field(default_factory=lambda: {"place": 0, "kind": 0, "actor": 0})

    def __iadd__(self, other: Score) -> Self:
        for key in ("drafts", "coded", "aims", "taken", "unresolved"):
            setattr(self, key, getattr(self, key) + getattr(other, key))
        for key in self.hits:
            self.hits[key] += other.hits[key]
            self.found[key] += other.found[key]
        return self

    def precision(self, key: str) -> float:
        """Return the share of drafts that are coded."""
        return self.hits[key] / max(self.drafts, 1)

    def recall(self, key: str) -> float:
        """Return the share of coded rows that are drafted."""
        return self.found[key] / max(self.coded, 1)


def _road(line: str) -> str:
    """Return a coded row with the two ends of its road in order: from A to B and back is one road."""
    place, comma, rest = line.partition(",")
    return "+".join(sorted(place.split("+"))) + comma + rest


def read_article(path: Path) -> tuple[dict[str, str], str, list[Row]]:
    """Return the header, the text and the coded rows of an article."""
    body, _, coded = path.read_text(encoding="utf-8").partition("\n---\n")
    published, scenario, text = body.split("\n", 2)
    header = dict(line.split(": ", 1) for line in (published, scenario))
    rows = [
        tuple((*_road(line.replace(" -- ", "+")).split(","), "", "")[:3])
        for line in coded.splitlines()
        if line.strip()
    ]
    return header, text, rows  # type: ignore[return-value]


_cache: dict[str, tuple[engine.Scenario, object]] = {}


def drafts_of(path: Path) -> tuple[engine.Reading, list[Row]]:
    """Return what the reader makes of an article, and what was coded."""
    header, text, rows = read_article(path)
    name = header["scenario"]
    if name not in _cache:
        scenario = engine.load_scenario(SCENARIOS[name])
        _cache[name] = (scenario, network_of(scenario, None).places if name == "aleppo" else ())
    scenario, places = _cache[name]
    published = dt.date.fromisoformat(header["published"])
    return engine.read_text(text, scenario, places, published=published), rows  # type: ignore[arg-type]


def score_of(path: Path) -> tuple[Score, list[Row], list[Row]]:
    """Return the score of an article, the drafts that were not coded, and the rows not drafted."""
    reading, coded = drafts_of(path)
    made = list(
        dict.fromkeys(
            ("+".join(sorted(d.between)) if d.between else d.site, d.kind, d.actor)
            for d in reading.drafts
            if d.site or d.between
        )
    )
    score = Score(drafts=len(made), coded=len(coded), unresolved=len(reading.drafts) - len(made))
    for key, width in (("place", 1), ("kind", 2), ("actor", 3)):
        known, drafted = {row[:width] for row in coded}, {row[:width] for row in made}
        score.hits[key] = sum(row[:width] in known for row in made)
        score.found[key] = sum(row[:width] in drafted for row in coded)
    captures = {row[0] for row in coded if row[1] == "captured"}
    aims = {row[0] for row in coded if row[1] == "aim"} - captures
    score.aims = len(aims)
    score.taken = len(aims & {row[0] for row in made if row[1] == "captured"})
    extra = [row for row in made if row[:2] not in {each[:2] for each in coded}]
    missed = [row for row in coded if row[:2] not in {each[:2] for each in made}]
    return score, extra, missed


def half(letter: str) -> list[Path]:
    """Return the articles of a half: ``a`` was written before the rules, ``b`` after them."""
    return sorted(ARTICLES.glob(f"{letter}*.txt"))


@cache
def total(letter: str, language: str = "") -> Score:
    """Return the score of a half, or of its articles in a language."""
    found = Score()
    for path in half(letter):
        if path.stem.endswith(language):
            found += score_of(path)[0]
    return found


def report(letters: str) -> str:
    """Return the scores of the halves, a line each, and then what is wrong in each article."""
    lines = []
    for letter in letters:
        for language in ("", "-ar", "-en"):
            score = total(letter, language)
            shown = "  ".join(
                f"{key} {score.precision(key):.2f} {score.recall(key):.2f}" for key in score.hits
            )
            lines.append(
                f"{letter}{language:3} {score.drafts} drafts, {score.coded} coded: precision and recall of "
                f"{shown}; {score.taken} of {score.aims} aims taken; {score.unresolved} unresolved"
            )
    for path in (path for letter in letters for path in half(letter)):
        _, extra, missed = score_of(path)
        if extra or missed:
            lines.append(
                f"{path.stem}: drafted but not coded {extra}, coded but not drafted {missed}"
            )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(report(sys.argv[1] if len(sys.argv) > 1 else "ab") + "\n")
