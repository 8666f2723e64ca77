"""What tells one scenario from another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import engine

if TYPE_CHECKING:
    from pathlib import Path

AREA = (
    '{"type":"Polygon","coordinates":[[[37.0,36.2],[37.3,36.2],[37.3,%s],[37.0,%s],[37.0,36.2]]]}'
)


@pytest.mark.parametrize("key", ["area", "line"])
def test_what_a_file_draws_counts(key: str, tmp_path: Path) -> None:
    found = []
    for north in ("36.4", "36.4", "36.5"):
        text, drawn = AREA % (north, north), f'{key} = "drawn.geojson"\n'
        if key == "line":
            text, drawn = text.replace("Polygon", "MultiLineString"), f"{drawn}buffer_km = 2\n"
        (tmp_path / "drawn.geojson").write_text(text, encoding="utf-8")
        case = tmp_path / "case.toml"
        case.write_text(
            'title = "Area"\nstart = 2020-01-01\nend = 2020-02-01\n[actors.a]\n'
            '[[sites]]\nid = "box"\n'
            f"{drawn}"
            '[[routes]]\nid = "r"\nactor = "a"\nfrom = ["azaz"]\nto = "box"\n',
            encoding="utf-8",
        )
        found.append(engine.analyze(engine.load_scenario(case)).facts.scenario_digest)
    assert found[0] == found[1] != found[2]
