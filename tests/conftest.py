"""What tests of several rooms share: the schematic network, and the seed of random tests."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import settings

from engine.network import Network, read_network

FIXED, FRESH = "fixed", "fresh"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--seed``."""
    parser.addoption(
        "--seed",
        default=FIXED,
        metavar="N|fresh",
        help="seed of the random tests; 'fresh' draws one and says which (default: the same cases in every run)",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Hand the seed to Hypothesis before its own plugin asks for it; workers get the one drawn here."""
    if config.option.seed == FRESH:
        config.option.seed = str(secrets.randbelow(2**32))
    is_fixed = config.option.seed == FIXED
    if not is_fixed:
        if not config.option.seed.isdecimal():
            raise pytest.UsageError(f"--seed {config.option.seed!r}: expected a number, or {FRESH}")
        config.option.hypothesis_seed = config.option.seed
    settings.register_profile("seeded", derandomize=is_fixed, database=None, deadline=None)
    settings.load_profile("seeded")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Say the seed, since the header of a quiet run is not shown."""
    config = session.config
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if config.option.seed != FIXED and reporter is not None:
        reporter.write_line(f"random tests: repeat this run with --seed {config.option.seed}")


@pytest.fixture(scope="session")
def random_seed(pytestconfig: pytest.Config) -> int:
    """Return the seed for cases that NumPy draws: 0 unless ``--seed`` says another."""
    return 0 if pytestconfig.option.seed == FIXED else int(pytestconfig.option.seed)


@pytest.fixture(scope="session")
def aleppo() -> Network:
    return read_network("aleppo-schematic")
