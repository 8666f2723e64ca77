"""Which ways are roads in a scenario."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from engine.errors import nearest_names
from engine.network.policy import DRIVE, RoadPolicy
from engine.scenario.entry import Entry
from engine.scenario.fields import Texts


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
