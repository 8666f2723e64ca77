"""The reader holds what docs/reading.md says of it, on articles with coded truth."""

from pathlib import Path

import pytest

from tests.importers.reading.scores import half, read_article, report, total

# Least precision and recall of place, of place and kind, and of place, kind and actor.
LEAST = {
    "a": {"place": (0.95, 0.95), "kind": (0.93, 0.93), "actor": (0.85, 0.85)},
    "b": {"place": (0.95, 0.90), "kind": (0.93, 0.85), "actor": (0.82, 0.73)},
    "c": {"place": (0.95, 0.90), "kind": (0.90, 0.85), "actor": (0.78, 0.75)},
    "d": {"place": (0.95, 0.90), "kind": (0.88, 0.79), "actor": (0.78, 0.72)},
    "e": {"place": (0.94, 0.90), "kind": (0.88, 0.85), "actor": (0.70, 0.67)},
    "f": {"place": (0.97, 0.90), "kind": (0.92, 0.87), "actor": (0.65, 0.60)},
    "g": {"place": (0.91, 0.94), "kind": (0.88, 0.86), "actor": (0.67, 0.65)},
    "h": {"place": (0.95, 0.91), "kind": (0.87, 0.79), "actor": (0.59, 0.52)},
    "i": {"place": (0.95, 0.90), "kind": (0.90, 0.80), "actor": (0.67, 0.59)},
    "j": {"place": (0.96, 0.82), "kind": (0.88, 0.71), "actor": (0.60, 0.48)},
    "k": {"place": (0.94, 0.75), "kind": (0.80, 0.61), "actor": (0.54, 0.40)},
    "l": {"place": (0.95, 0.88), "kind": (0.84, 0.76), "actor": (0.68, 0.62)},
    "m": {"place": (0.94, 0.77), "kind": (0.81, 0.63), "actor": (0.69, 0.53)},
    "n": {"place": (0.93, 0.80), "kind": (0.80, 0.65), "actor": (0.55, 0.45)},
}


@pytest.mark.parametrize("letter", LEAST)
def test_precision_recall_and_aims(letter):
    score = total(letter)
    for key, (precision, recall) in LEAST[letter].items():
        assert score.precision(key) >= precision, (key, report(letter))
        assert score.recall(key) >= recall, (key, report(letter))
    assert score.taken * 50 <= score.aims, report(letter)


def test_the_articles_are_many_and_of_both_languages():
    articles = [path for letter in LEAST for path in half(letter)]
    assert len(articles) >= 165
    for language in ("ar", "en"):
        assert sum(path.stem.endswith(language) for path in articles) >= 12
    kinds = {row[1] for path in articles for row in read_article(path)[2]}
    assert {"captured", "aim", "repelled", "contested", "under_fire", "closed"} <= kinds


def test_the_page_gives_the_figures_that_the_articles_give():
    page = Path("docs/reading.md").read_text(encoding="utf-8")
    for letter, name in [(letter, f"{letter}, as") for letter in LEAST]:
        score = total(letter)
        figures = " | ".join(
            f"{score.precision(key):.2f} / {score.recall(key):.2f}" for key in score.hits
        )
        assert f"| {figures} | {score.taken} of {score.aims} |" in page, (name, figures)
