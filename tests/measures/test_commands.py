"""The commands of the siege measures, as a user calls them."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from engine.cli.app import app
from engine.errors import InputError

pytestmark = pytest.mark.slow

SEED = "scenarios/castello-2014-12.toml"
LOSS = "mallah captured by government on 2014-12-25"


def call(*arguments):
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            ("explain", SEED, "--route", "castello", "--on", "2014-12-20"),
            "overlooked from al-Mallah farms",
        ),
        (("margin", SEED, "--route", "castello"), "mallah-south"),
        (("critical", SEED, "--on", "2014-12-05"), "طريق الكاستيلو"),
        (("ways", SEED, "--on", "2014-12-05", "--weight", "distance"), "castello-complex"),
        (("enclaves", SEED), "300,000"),
        (("access", SEED, "--actor", "opposition"), "bab-al-salama"),
        (("whatif", SEED, "--event", LOSS), "besieged"),
        (("whatif", SEED, "--withdraw", "s04-mallah", "--delay", "e012-mallah=3"), "at risk"),
        (("compare", SEED, SEED), "castello"),
        (("sweep", SEED, "--by", "government"), "mallah"),
        (("sensitivity", SEED, "--no-margins"), "tal-shgheib"),
    ],
)
def test_each_command_tells_people_and_machines(arguments, expected):
    if arguments[0] == "sensitivity":
        expected = "mallah"
    assert expected in call(*arguments)
    assert json.loads(call(*arguments, "--json"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("explain", SEED, "--route", "castelo"), "did you mean 'castello'"),
        (("explain", SEED, "--route", "castello", "--on", "2020-01-01"), "outside the run"),
        (("margin", SEED, "--by", "goverment"), "did you mean 'government'"),
        (("whatif", SEED, "--event", "mallah falls"), "does not describe an event"),
        (("whatif", SEED, "--delay", "e012-mallah"), "not of the form ID=VALUE"),
        (("whatif", SEED, "--confidence", "e012-mallah=high"), "is not a number"),
        (("whatif", SEED, "--confidence", "e012-mallah=2"), "out of range; expected at most 1"),
        (("sensitivity", SEED, "--plot", "x.bogus"), "a name that ends in .png, .svg, .pdf"),
    ],
)
def test_bad_input_is_told(arguments, message):
    result = CliRunner().invoke(app, list(arguments))
    assert isinstance(result.exception, InputError)
    assert message in str(result.exception)
