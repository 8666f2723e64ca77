"""``supplyline schema``: the JSON Schema of scenario files, for editors."""

from __future__ import annotations


def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from engine.cli.printing import print_json
    from engine.scenario.schema import json_schema

    print_json(json_schema())
