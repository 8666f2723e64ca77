"""A scenario on made-up webs of streets, scored against what is documented of its routes.

Usage::

    python -m benchmarks.testbeds.truth --seeds 101-120

The webs are made by `benchmarks.testbeds.webs`; rules were tuned on seeds below 100.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.testbeds.webs import make_web, write_web
from engine.analysis.analysis import analyze
from engine.backtest.backtest import score_run
from engine.backtest.truth import read_truth
from engine.scenario.load import load_scenario

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.backtest.course import Score

ROOT = Path(__file__).resolve().parents[2]
SCENARIO = ROOT / "scenarios" / "aleppo-2014-2016.toml"
TRUTH = ROOT / "data" / "backtest" / "aleppo-truth.csv"


def scores_on(network: str | Path | None, scenario: Path = SCENARIO) -> dict[str, Score]:
    """Return the score of every route on a network, and of all of them as ``all``.

    Parameters
    ----------
    network
        A network, or None for the scenario's own.
    scenario
        The scenario.
    """
    run = score_run(
        analyze(load_scenario(scenario), network=network), read_truth(TRUTH), probability=False
    )
    return {score.id: score for score in (*run.scores, run.together)}


def scores_on_web(seed: int, scenario: Path = SCENARIO) -> dict[str, Score]:
    """Return the same on the web of a seed."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"web-{seed}.osm.pbf"
        write_web(make_web(seed), file)
        return scores_on(file, scenario)


def row(name: str, scores: dict[str, Score]) -> str:
    """Return a row of the table: the share of days right by route, and how late cuts begin."""
    shares = [f"{100 * (score.agreement or 0):.1f}" for score in scores.values()]
    onsets = [onset for onset, _ in scores["eastern-aleppo"].borders]
    late = "/".join("never" if onset is None else f"{onset:+d}" for onset in onsets)
    return f"| {name} | " + " | ".join(shares) + f" | {late} |"


def summary(all_scores: Sequence[dict[str, Score]]) -> Iterator[str]:
    """Yield what became of the targets."""
    days = sum(scores["all"].days for scores in all_scores)
    right = sum(scores["all"].right_days for scores in all_scores)
    yield f"days right: {100 * right / days:.2f} % of {days}"
    for route in all_scores[0]:
        shares = [scores[route].agreement or 0 for scores in all_scores]
        yield (
            f"{route}: mean {100 * sum(shares) / len(shares):.2f} %, least {100 * min(shares):.2f}"
            f" %, below 95 % on {sum(share < 0.95 for share in shares)}"
        )
    sieges = [scores["eastern-aleppo"].borders for scores in all_scores]
    for number in range(max(map(len, sieges))):
        late = [borders[number][0] for borders in sieges if len(borders) > number]
        within = sum(onset is not None and abs(onset) <= 2 for onset in late)
        yield f"siege {number + 1} begins within two days on {within} of {len(late)}"


def main() -> None:
    """Print the table for some seeds."""
    parser = argparse.ArgumentParser(description="Score a scenario on made-up webs of streets.")
    parser.add_argument("--seeds", default="101-120", help="the first and the last seed")
    parser.add_argument("--scenario", type=Path, default=SCENARIO)
    given = parser.parse_args()
    first, _, last = given.seeds.partition("-")
    sketch = scores_on(None, given.scenario)
    print("| network | " + " | ".join(sketch) + " | sieges begin |")
    print("|---" * (len(sketch) + 2) + "|")
    print(row("schematic", sketch), flush=True)
    found = []
    for seed in range(int(first), int(last or first) + 1):
        found.append(scores_on_web(seed, given.scenario))
        print(row(f"web {seed}", found[-1]), flush=True)
    print("\n".join(summary(found)))


if __name__ == "__main__":
    main()
