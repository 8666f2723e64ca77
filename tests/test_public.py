"""What is public: a known list, each with types, a docstring and an example that runs."""

from __future__ import annotations

import doctest
import inspect
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import engine

ROOT = Path(__file__).parent.parent
PUBLIC = [name for name in engine.__all__ if not name.startswith("_")]
ERRORS = {"NetworkError", "ScenarioError", "SupplylineError"}
"""Named for those who catch them; `InputError` shows what they say."""


def test_only_what_is_public_is_offered() -> None:
    assert dir(engine) == sorted(engine.__all__)
    assert set(PUBLIC) == {name for name in dir(engine) if not name.startswith("_")}
    with pytest.raises(AttributeError, match="no attribute 'margins'"):
        engine.margins  # noqa: B018 - that it is not there is the test


def test_the_reference_has_all_of_it() -> None:
    reference = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    missing = [name for name in PUBLIC if f"engine.{name}\n" not in reference]
    assert not missing


@pytest.mark.parametrize("name", sorted(set(PUBLIC) - ERRORS))
def test_each_has_an_example_that_runs(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("MPLBACKEND", "Agg")
    public = getattr(engine, name)
    (found, *_) = doctest.DocTestFinder(recurse=False).find(public, name, globs={})
    assert found.examples
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    assert runner.run(found, out=said.append).failed == 0, "".join(said)


@pytest.mark.parametrize(
    "name", [name for name in PUBLIC if inspect.isfunction(getattr(engine, name))]
)
def test_each_function_says_what_it_takes_and_returns(name: str) -> None:
    signature = inspect.signature(getattr(engine, name))
    assert signature.return_annotation is not inspect.Signature.empty
    for parameter in signature.parameters.values():
        assert parameter.annotation not in {inspect.Parameter.empty, Any, "Any"}, parameter
        assert parameter.kind not in {parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL}


def test_the_name_alone_loads_no_heavy_library() -> None:
    code = "import engine, sys; print(*sorted({m.split('.')[0] for m in sys.modules}))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert not {"numpy", "pandas", "scipy", "pydantic"} & set(loaded.stdout.split())
