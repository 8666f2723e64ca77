"""What the documentation shows is what happens."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

import engine

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def cells_of(name: str) -> list[str]:
    notebook = json.loads((DOCS / name).read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


def names_after(name: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return what a notebook has found after its last cell."""
    monkeypatch.chdir(DOCS)
    names: dict[str, Any] = {}
    with mpl.rc_context({"backend": "agg"}):
        for number, cell in enumerate(cells_of(name)):
            exec(compile(cell, f"cell {number}", "exec"), names)
        plt.close("all")
    return names


def test_the_notebook_runs_from_start_to_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    names = names_after("tutorial-researchers.ipynb", monkeypatch)
    assert "52 reports, 116 places at the start" in capsys.readouterr().out
    assert names["test"].whole.together.agreement == 1
    assert set(names["changed"].index[names["changed"] > 0]) == {
        "bab-al-salama", "north-eastern", "eastern-aleppo",
    }  # fmt: skip


def test_a_figure_for_a_paper_takes_few_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    names = names_after("figure-for-a-paper.ipynb", monkeypatch)
    drawn = "\n".join(cells_of("figure-for-a-paper.ipynb")[:2])
    assert len([line for line in drawn.splitlines() if line.strip()]) < 30
    assert all(ax.get_legend() and ax.get_title(loc="left") for ax in names["axes"])
    assert names["captures"]["place"].nunique() == 116
    assert set(names["compared"].query("changed")["id"]) == {"castello", "eastern-aleppo"}
    assert set(names["weekly"]["method"].to_numpy().ravel()) <= {"certain", "all worlds"}


def test_the_figure_of_the_back_test_is_that_of_its_page(monkeypatch: pytest.MonkeyPatch) -> None:
    names = names_after("figure-of-the-back-test.ipynb", monkeypatch)
    page = (DOCS / "backtest.md").read_text(encoding="utf-8")
    for name, row in names["test"].whole.table().drop("all").iterrows():
        told = next(line for line in page.splitlines() if line.startswith(f"| {name} |"))
        cells = [cell.strip() for cell in told.split("|")]
        assert cells[2] == f"{row['days']}"
        assert float(cells[3][:-1]) == round(100 * row["agreement"], 1)
        assert [*map(float, (cells[5], cells[9], cells[10]))] == pytest.approx(
            [row["kappa"], row["brier"], row["brier_of_constant"]], abs=0.0005
        )
    assert names["again"].whole.together.agreement < 0.6


@pytest.mark.parametrize("path", sorted(DOCS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_is_stored_without_outputs(path: Path) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    assert not any(cell.get("outputs") for cell in notebook["cells"])


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """The files of the planners' tutorial."""
    text = (DOCS / "tutorial-planners.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```(?:toml|csv)\n(.*?)```", text, re.DOTALL)
    for name, block in zip(["case.toml", "holdings.csv", "reports.csv"], blocks, strict=True):
        (tmp_path / name).write_text(block, encoding="utf-8")
    return tmp_path / "case.toml"


def test_the_arabic_page_for_planners_shows_the_same_files_and_commands() -> None:
    pages = [DOCS / "tutorial-planners.md", DOCS / "ar" / "tutorial-planners.md"]
    texts = [page.read_text(encoding="utf-8") for page in pages]
    found = [re.findall(r"^```\w+\n.*?^```$", text, re.DOTALL | re.MULTILINE) for text in texts]
    assert len(found[0]) == 7
    found[0] = [re.sub(r"(?s)(```console\n.*?)\n.*", r"\1 --lang ar", block) for block in found[0]]
    found[1] = [re.sub(r"(?s)(```console\n.*?)\n.*", r"\1", block) for block in found[1]]
    assert found[0] == found[1]  # what the commands print is held by test_shown_commands
    pictures = [re.findall(r"images/[\w.-]+", text) for text in texts]
    assert pictures[0] == pictures[1]


def spells(path: Path, name: str) -> list[tuple[str, str]]:
    table = engine.analyze(engine.load_scenario(path)).spells()
    mine = table[table["id"] == name]
    return [
        (f"{day:%m-%d}", status) for day, status in zip(mine["start"], mine["status"], strict=True)
    ]


def test_the_case_of_the_planners_comes_out_as_told(case: Path) -> None:
    assert spells(case, "north") == [("12-01", "open")]
    assert spells(case, "castello") == [
        ("12-01", "open"), ("12-14", "at risk"), ("12-25", "cut"), ("12-30", "at risk"),
    ]  # fmt: skip


def test_the_capture_believed_too_easily(case: Path) -> None:
    reports = case.with_name("reports.csv")
    text = reports.read_text(encoding="utf-8")
    assert text.count(",0.6,") == 1
    reports.write_text(text.replace(",0.6,", ",0.4,"), encoding="utf-8")
    assert spells(case, "castello") == [("12-01", "open"), ("12-14", "at risk")]


def test_the_citation_names_the_version() -> None:
    lines = (ROOT / "CITATION.cff").read_text(encoding="utf-8").splitlines()
    citation = dict(line.split(": ", 1) for line in lines if ": " in line)
    assert citation["version"] == engine.__version__
    assert citation["license"] == "MIT"
    assert {"cff-version", "message", "title"} <= set(citation)


def test_every_page_is_reached_and_every_link_leads_somewhere() -> None:
    pages = {path.name: path.read_text(encoding="utf-8") for path in DOCS.glob("*.md")}
    for name, text in pages.items():
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", text):
            assert (DOCS / target).exists(), f"{name}: {target}"
