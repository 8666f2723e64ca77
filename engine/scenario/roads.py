"""Which ways are roads in a scenario, and the road network that it runs on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Self

from pydantic import Field, model_validator

from engine.errors import nearest_names
from engine.network.policy import DRIVE, RoadPolicy
from engine.scenario.entry import Entry
from engine.scenario.fields import Texts

if TYPE_CHECKING:
    from engine.network.network import Network
    from engine.scenario.model import Scenario


class Roads(Entry):
    """Which ways are roads, where the usual table does not suit."""

    allow: dict[str, Texts] = Field(
        default_factory=dict,
        description="Tag to values that no longer keep a way from being a road.",
    )
    refuse: dict[str, Texts] = Field(
        default_factory=dict, description="Tag to values that keep a way from being a road."
    )
    admit: dict[str, Texts] = Field(
        default_factory=dict,
        description="Tag to values that make a way without a highway tag a road: a ferry, say.",
    )
    barriers: Texts = Field((), description="Values of barrier that nobody passes.")

    @model_validator(mode="after")
    def _allows_what_is_refused(self) -> Self:
        for tag, values in self.allow.items():
            if tag not in DRIVE:
                near = nearest_names(tag, DRIVE)
                hint = f"; nearest: {', '.join(near)}" if near else ""
                raise ValueError(f"allow: no value of {tag!r} is refused{hint}")
            for value in values:
                if value not in DRIVE[tag]:
                    near = nearest_names(value, DRIVE[tag])
                    hint = f"; nearest: {', '.join(near)}" if near else ""
                    raise ValueError(f"allow: {tag}={value} is a road as it is{hint}")
        return self

    @property
    def policy(self) -> RoadPolicy:
        """The table of `engine.network.policy`, with these changes."""
        policy = RoadPolicy(barriers=frozenset(self.barriers))
        for tag, values in self.allow.items():
            policy = policy.allowing(tag, *values)
        for tag, values in self.refuse.items():
            policy = policy.refusing(tag, *values)
        for tag, values in self.admit.items():
            policy = policy.admitting(tag, *values)
        return policy


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
