"""``supplyline enclaves``: enclaves over time: lifelines, people, sieges, and who stands around."""

from __future__ import annotations

from engine.cli.frames import records, show
from engine.cli.options import AnyDay, AsJson, NetworkName, ScenarioFile, day_of
from engine.cli.output import print_json


def enclaves(
    file: ScenarioFile,
    *,
    on: AnyDay = None,
    network: NetworkName = None,
    as_json: AsJson = False,
) -> None:
    """Say from where enclaves are supplied, how many people are besieged, and since when."""
    from engine.analysis.analysis import analyze
    from engine.measures.enclaves import enclave_table, perimeter, sieges
    from engine.scenario.load import load_scenario

    analysis = analyze(load_scenario(file), network=network)
    day = day_of(on)
    tables = {
        "enclaves": enclave_table(analysis, day),
        "sieges": sieges(analysis),
        "perimeter": perimeter(analysis, day),
    }
    if as_json:
        print_json({name: records(table) for name, table in tables.items()})
        return
    show(tables["enclaves"], as_json=False, title="Enclaves")
    show(tables["sieges"], as_json=False, title="Sieges", nothing="no siege")
    show(tables["perimeter"], as_json=False, title="Who holds the roads that lead out")
