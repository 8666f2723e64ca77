"""The floors of the house: no import leads up or round, and the picture shows them as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scripts import floors

if TYPE_CHECKING:
    from pathlib import Path


def test_every_import_leads_down() -> None:
    assert floors.problems() == []


def test_the_picture_is_drawn_from_the_imports() -> None:
    drawn = floors.PICTURE.read_text(encoding="utf-8")
    assert drawn == floors.picture(), "draw it anew: python scripts/floors.py"


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"network/osm.py": "import os"}, []),
        (
            {"network/osm.py": "from engine.report.maps import plot", "report/maps.py": "plot = 1"},
            ["engine/network/osm.py:1 imports engine.report.maps, not below"],
        ),
        (
            {"batch/run.py": "import engine.backtest.one", "backtest/one.py": ""},
            ["engine/batch/run.py:1 imports engine.backtest.one, not below"],
        ),
        (
            {"io/a.py": "import engine.io.b", "io/b.py": "import engine.io.a"},
            ["a circle of imports: engine.io.a, engine.io.b"],
        ),
        (
            {"io/a.py": "def f():\n    import engine.io.b", "io/b.py": "import os"},
            [
                "engine/io/a.py:2 imports engine.io.b inside a function, though it loads nothing heavy"
            ],
        ),
        ({"io/a.py": "def f():\n    import engine.io.b", "io/b.py": "import scipy"}, []),
        (
            {"io/one.py": "", "control/one.py": ""},
            ["one name for several files: engine.control.one, engine.io.one"],
        ),
        ({"__init__.py": "", "cli/a.py": "import engine"}, []),
        (
            {"__init__.py": "", "report/a.py": "import engine"},
            ["engine/report/a.py:1 imports engine, not below"],
        ),
        ({"cellar/a.py": ""}, ["engine.cellar.a stands on no floor"]),
    ],
)
def test_what_breaks_the_rules_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], said: list[str]
) -> None:
    for name, text in files.items():
        path = tmp_path / "engine" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.setattr(floors, "ROOT", tmp_path)
    assert floors.problems() == said
