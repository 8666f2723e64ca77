"""Run ra2ce's multi-link redundancy on a question from standard input; see `benchmarks.peers`."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import networkx as nx
import pandas as pd
from ra2ce.analysis.analysis_config_data.enums.weighing_enum import WeighingEnum
from ra2ce.analysis.losses.multi_link_redundancy import MultiLinkRedundancy
from ra2ce.network.hazard.hazard_names import HazardNames
from shapely import LineString, Point

PROBE = "probe"


def flooded(question: dict, is_open: list[bool]) -> nx.MultiGraph:
    """Build the network with closed segments under a metre of water, and the probe too."""
    graph = nx.MultiGraph(crs="EPSG:4326")
    points = question["nodes"]
    for node, (lon, lat) in enumerate(points):
        graph.add_node(node, x=lon, y=lat, geometry=Point(lon, lat))
    ends = [*question["segments"], (question["start"], question["end"])]
    metres = [*question["length"], 1.0]
    for row, ((u, v), length) in enumerate(zip(ends, metres, strict=True)):
        closed = row >= len(is_open) or not is_open[row]
        graph.add_edge(
            u, v,
            length=length,
            rfid=PROBE if row >= len(is_open) else str(row),
            geometry=LineString([points[u], points[v]]),
            EV1_ma=1.0 if closed else 0.0,
        )  # fmt: skip
    return graph


def main() -> None:
    """Answer every state."""
    question = json.load(sys.stdin)
    connected, seconds = [], []
    for is_open in question["states"]:
        graph = flooded(question, is_open)
        names = HazardNames(pd.DataFrame({"File name": ["flood"], "RA2CE name": ["EV1_ma"]}))
        given = SimpleNamespace(
            analysis=SimpleNamespace(threshold=0.5, weighing=WeighingEnum.LENGTH, name="ours"),
            graph_file_hazard=SimpleNamespace(get_graph=lambda graph=graph: graph),
            input_path=Path(), static_path=Path(), output_path=Path(), hazard_names=names,
        )  # fmt: skip
        began = time.perf_counter()
        with contextlib.redirect_stdout(sys.stderr):
            found = MultiLinkRedundancy(given).execute()
        seconds.append(time.perf_counter() - began)
        table = found.results_collection[0].analysis_result
        connected.append(bool(table.loc[table["rfid"] == PROBE, "connected"].max() == 1))
    json.dump({"connected": connected, "seconds": min(seconds)}, sys.stdout)


if __name__ == "__main__":
    main()
