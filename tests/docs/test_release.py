"""One version everywhere, and workflows that run what the project promises."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

import engine
from engine.report.citation import AUTHOR, TITLE
from engine.version import RELEASED

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def test_the_version_has_one_source() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "version" in project["project"]["dynamic"]
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert (cited["version"], str(cited["date-released"])) == (engine.__version__, RELEASED)
    assert (cited["title"], cited["authors"][0]["name"]) == (TITLE, AUTHOR)
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## {engine.__version__} - {RELEASED}\n" in changes


def test_the_lowest_python_that_is_promised_is_tested() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lowest = project["project"]["requires-python"].removeprefix(">=")
    tests = yaml.safe_load((ROOT / ".github/workflows/tests.yml").read_text(encoding="utf-8"))
    matrix = tests["jobs"]["tests"]["strategy"]["matrix"]
    assert matrix["python"] == [lowest, "3.12", "3.13", "3.14"]
    systems = {*matrix["os"], *(one["os"] for one in matrix["include"])}
    assert {name.split("-")[0] for name in systems} == {"ubuntu", "macos", "windows"}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_what_a_workflow_runs_is_there(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {"contents": "read"}  # more only where a job says so
    text = path.read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"\bmake (\w+)", text):
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE), target
    for script in re.findall(r"bash (\S+)", text):
        assert (ROOT / script).exists()
