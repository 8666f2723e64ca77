"""The road network that a scenario runs on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.network.network import Network
    from engine.scenario.model import Scenario


def network_of(scenario: Scenario, network: Network | str | Path | None = None) -> Network:
    """Return the road network that a scenario runs on.

    Parameters
    ----------
    scenario
        The scenario: its network counts if no other is given, and a path in it is meant from the folder
        of its file.
    network
        Another network, the name of one, or a path.

    Returns
    -------
    Network
        A network that is given is taken as it is; one that is read has the roads that the scenario
        calls so.

    Raises
    ------
    NetworkError
        If there is no such network, or it cannot be read.
    """
    from engine.network.read import read_network

    if network is None:
        base = Path(scenario.origin.file).parent if scenario.origin.file else None
        return read_network(scenario.network, base=base, policy=scenario.roads.policy)
    if isinstance(network, (str, Path)):
        return read_network(network, policy=scenario.roads.policy)
    return network
