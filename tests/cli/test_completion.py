"""Routes, actors and days of the scenario on the command line are completed in a shell."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from engine.cli.app import app

SEED = "scenarios/castello-2014-12.toml"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (("--route", "c"), ["castello"]),
        (("--by", "g"), ["government"]),
        (("--on", "2014-12-31"), ["2014-12-31"]),
    ],
)
def test_values_of_the_scenario_are_completed(typed: tuple[str, str], expected: list[str]) -> None:
    words = ["supplyline", "margin", SEED, *typed]
    environment = {
        "_SUPPLYLINE_COMPLETE": "complete_bash",
        "COMP_WORDS": " ".join(words),
        "COMP_CWORD": str(len(words) - 1),
    }
    done = CliRunner().invoke(app, [], prog_name="supplyline", env=environment)
    assert done.stdout.split() == expected
