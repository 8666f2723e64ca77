"""The paper cites what its list of references has, and its example runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAPER = (ROOT / "paper" / "paper.md").read_text(encoding="utf-8")


def test_every_reference_is_cited_and_listed() -> None:
    listed = re.findall(
        r"^@\w+\{(\w+),", (ROOT / "paper/paper.bib").read_text("utf-8"), re.MULTILINE
    )
    assert sorted(listed) == sorted(set(re.findall(r"\[@(\w+)\]", PAPER)))


def test_the_figures_are_those_that_the_script_draws() -> None:
    script = (ROOT / "paper" / "figures.py").read_text(encoding="utf-8")
    assert set(re.findall(r"\]\((\w+\.pdf)\)", PAPER)) == set(re.findall(r'"(\w+\.pdf)"', script))


@pytest.mark.slow
def test_the_example_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    (block,) = re.findall(r"```python\n(.*?)```", PAPER, re.DOTALL)
    names: dict[str, object] = {}
    exec(compile(block, "paper.md", "exec"), names)
    assert "analysis" in names
