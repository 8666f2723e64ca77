"""Make the pictures of the README and the documentation from the seed scenario.

Usage::

    python scripts/make_screenshots.py [FOLDER]

Writes to FOLDER (``docs/images``, if absent): map, timeline and small maps as the engine draws them,
and the page as Chromium shows it, wide and narrow, with the network off.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import engine

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from engine.report.canvas import save_picture  # noqa: E402
from engine.report.figures import map_slide, maps_slide, timeline_slide  # noqa: E402
from engine.report.page.html import write_page  # noqa: E402
from tests.report.browser import Browser  # noqa: E402 - it lies with the tests, which drive it

SCENARIO = ROOT / "scenarios" / "castello-2014-12.toml"


def main(folder: Path) -> None:
    """Write every picture."""
    folder.mkdir(parents=True, exist_ok=True)
    analysis = engine.analyze(engine.load_scenario(SCENARIO))
    chances = engine.probabilities(analysis)
    save_picture(map_slide(analysis), folder / "map.png")
    save_picture(timeline_slide(analysis, chances), folder / "timeline.png")
    save_picture(maps_slide(analysis), folder / "maps.png")
    with tempfile.TemporaryDirectory() as beside, Browser() as browser:
        page = write_page(analysis, Path(beside) / "report.html", chances)
        for name, width, height in (("page", 1280, 1000), ("page-phone", 390, 844)):
            browser.open(page, width, height)
            browser.run("new Promise((done) => setTimeout(done, 500))")
            browser.screenshot(folder / f"{name}.png")
    for path in sorted(folder.glob("*.png")):
        print(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images")
