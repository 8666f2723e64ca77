"""One vocabulary of statuses and conditions: pictures, page, layers, sheets and terminal agree."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex

import engine
from engine.analysis.status import (
    AT_RISK,
    CUT,
    ENCLAVE_STATUS,
    LOST,
    OPEN,
    ROUTE_STATUS,
    STATUS_WORDS,
)
from engine.control.statements import CONDITIONS
from engine.report.canvas import blank
from engine.report.geopackage import SEGMENT_MM, style_of
from engine.report.maps import plot_map
from engine.report.page.content import page_data
from engine.report.page.html import MODULES, SKETCH_MODULES, page_html
from engine.report.style import (
    CONDITION_STYLE,
    STATUS_COLOUR,
    STATUS_STYLE,
    class_of,
    line_style,
    severity,
)
from engine.report.workbook import write_xlsx

if TYPE_CHECKING:
    from engine import Analysis

PAGE = Path(engine.__file__).parent / "report" / "page"
TOP_LEVEL = re.compile(r"^(?:export )?(?:async )?(?:function|const|let|class) (\w+)", re.MULTILINE)


def luminance(colour: str) -> float:
    channels = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def test_every_status_and_condition_has_one_look() -> None:
    assert set(STATUS_STYLE) == set(STATUS_WORDS) >= {*ROUTE_STATUS, *ENCLAVE_STATUS}
    assert set(CONDITION_STYLE) == set(CONDITIONS)
    of_enclaves = [ENCLAVE_STATUS[code] for code in (LOST, CUT, AT_RISK, OPEN)]
    for words in (ROUTE_STATUS, of_enclaves):  # from worst to best
        assert [severity(word) for word in words] == sorted(map(severity, words), reverse=True)


@pytest.mark.parametrize("status", STATUS_WORDS)
def test_letters_on_a_status_can_be_read(status: str) -> None:
    dark, light = sorted(map(luminance, STATUS_STYLE[status][:2]))
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_the_page_has_the_looks_of_the_pictures(seed: Analysis) -> None:
    data = page_data(seed)
    assert {one["word"]: one["colour"] for one in data["statuses"]} == STATUS_COLOUR
    assert [one["word"] for one in data["statuses"]] == list(STATUS_WORDS)
    for one in data["conditions"]:
        drawn = line_style(one["word"])
        assert one["dashes"] == (() if drawn == "solid" else drawn[1])
    page = page_html(data)
    for word, style in STATUS_STYLE.items():
        rule = re.search(rf"\.{class_of(word)} {{ background: (\S+); color: (\S+);", page)
        assert rule is not None
        assert rule.groups() == (style.colour, style.ink)


def test_layers_have_the_looks_of_the_pictures() -> None:
    routes = style_of("routes", {})
    for number, (word, style) in enumerate(STATUS_STYLE.items()):
        assert f'<category value="{word}" label="{word}" symbol="{number}"' in routes
        symbol = re.search(
            rf'name="{number}" alpha="1">.*?pass="(\d+)".*?line_color" v="(\S+?),255"', routes
        )
        assert symbol is not None
        assert int(symbol[1]) == severity(word)
        assert "#{:02x}{:02x}{:02x}".format(*map(int, symbol[2].split(","))) == style.colour
    segments = style_of("segments", {"own": "Own"})
    for word, condition in CONDITION_STYLE.items():
        found = re.search(rf"WHEN &quot;condition&quot; = '{word}' THEN '(\S+?)'", segments)
        dashes = [float(mm) / SEGMENT_MM for mm in found[1].split(";")] if found else []
        assert dashes == pytest.approx(condition.dashes, abs=0.01)


def test_sheets_have_the_colours_of_the_pictures(seed: Analysis, tmp_path: Path) -> None:
    package = zipfile.ZipFile(write_xlsx(seed, tmp_path / "s.xlsx"))
    styles = package.read("xl/styles.xml").decode()
    sheet = package.read("xl/worksheets/sheet1.xml").decode()
    formats = re.findall(r"<dxf>.*?</dxf>", styles)
    for word, style in STATUS_STYLE.items():
        rule = re.search(rf'dxfId="(\d+)"[^>]*><formula>"{word}"</formula>', sheet)
        assert rule is not None
        assert f'rgb="FF{style.colour[1:].upper()}"' in formats[int(rule[1])]


def test_a_besieged_enclave_is_drawn_above_open_routes() -> None:
    scenario = engine.Scenario.model_validate({
        "title": "One road, two answers", "start": "2020-01-01", "end": "2020-01-03",
        "actors": {"a": {}, "b": {}},
        "places": [{"id": f"p{n}", "lat": 0.0, "lon": n * 0.1} for n in range(3)],
        "sites": [{"id": "pocket", "places": ["p2"]}],
        "routes": [{"id": "r", "actor": "b", "from": "p0", "to": "p1"}],
        "enclaves": [{"id": "pocket", "actor": "a", "lifelines": "p0"}],
        "baseline": [{"site": "p0", "holder": "b"}, {"site": "p1", "holder": "b"}, {"site": "p2", "holder": "a"}],
    })  # fmt: skip
    from tests.report.conftest import line_of_roads

    analysis = engine.analyze(scenario, network=line_of_roads(3))
    assert list(analysis.status("2020-01-01")) == ["open", "besieged"]
    ax = plot_map(analysis, "2020-01-01", blank((4, 4)).add_subplot())
    order = {
        to_hex(lines.get_edgecolor()[0]): lines.get_zorder()
        for lines in ax.collections if isinstance(lines, PathCollection)
    }  # fmt: skip
    assert order[STATUS_COLOUR["besieged"]] > order[STATUS_COLOUR["open"]]


@pytest.mark.parametrize("modules", [MODULES, SKETCH_MODULES])
def test_modules_that_become_one_script_have_no_name_in_common(modules: tuple[str, ...]) -> None:
    """Of two functions of one name in one script, the second would silently replace the first."""
    named = Counter(
        found
        for module in modules
        for found in TOP_LEVEL.findall((PAGE / module).read_text(encoding="utf-8"))
    )
    assert len(named) > 20
    assert [name for name, times in named.items() if times > 1] == []


def test_every_module_is_part_of_a_page() -> None:
    assert {path.name for path in PAGE.glob("*.js")} == {*MODULES, *SKETCH_MODULES}
