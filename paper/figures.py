"""Draw the figures of the paper.

Usage::

    python paper/figures.py [FOLDER]

Writes to FOLDER (``paper``, if absent) the roads and statuses of the seed scenario, as PDF.
"""

from __future__ import annotations

import sys
from pathlib import Path

import engine
from engine.report.canvas import save_picture
from engine.report.figures import map_column, timeline_column

ROOT = Path(__file__).resolve().parents[1]
SCENARIO = ROOT / "scenarios" / "castello-2014-12.toml"


def main(folder: Path) -> None:
    """Draw both figures."""
    folder.mkdir(parents=True, exist_ok=True)
    analysis = engine.analyze(engine.load_scenario(SCENARIO))
    chances = engine.probabilities(analysis)
    save_picture(map_column(analysis, "2014-12-20"), folder / "map.pdf", analysis.facts)
    save_picture(timeline_column(analysis, chances), folder / "timeline.pdf", analysis.facts)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "paper")
