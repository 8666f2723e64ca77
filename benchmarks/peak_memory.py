"""Time and peak memory of one reader on one file: ``python benchmarks/peak_memory.py READER FILE``.

READER is supplyline, pyrosm or osmnx (which wants XML with roads alone). A process for each, so that
the peak is that of the reader; imports count for memory, not for time.
"""

from __future__ import annotations

import sys
import time
from importlib import import_module
from pathlib import Path


def peak_mb() -> float:
    """Return the most memory that this process has had, in MB.

    `getrusage` counts what the process had that started it, too.
    """
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = [one for one in status.read_text().splitlines() if one.startswith("VmHWM")]
        return int(line.split()[1]) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def read(reader: str, path: Path):
    """Return a function that reads the file."""
    if reader == "supplyline":
        from engine.network.osm import read_osm

        import_module("engine.network.pbf")  # so that it counts as import
        return lambda: read_osm(path)
    if reader == "pyrosm":
        import pyrosm

        return lambda: pyrosm.OSM(str(path)).get_network("driving", nodes=True)
    import osmnx

    return lambda: osmnx.simplify_graph(osmnx.graph_from_xml(path, simplify=False, retain_all=True))


def main() -> None:
    """Measure once."""
    job = read(sys.argv[1], Path(sys.argv[2]))
    began, worked = time.perf_counter(), time.process_time()
    result = job()
    seconds, worked = time.perf_counter() - began, time.process_time() - worked
    peak = peak_mb()
    size = getattr(result, "n_segments", "")
    print(
        f"{sys.argv[1]}: {seconds:.2f} s ({worked:.2f} s of work), {peak:.0f} MB {f'({size} segments)' if size else ''}"
    )


if __name__ == "__main__":
    main()
