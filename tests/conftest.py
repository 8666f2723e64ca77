"""What tests of several rooms share."""

import pytest

from engine.network import Network, read_network


@pytest.fixture(scope="session")
def aleppo() -> Network:
    return read_network("aleppo-schematic")
