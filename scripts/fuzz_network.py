"""Feed damaged network files to the readers: ``python scripts/fuzz_network.py [CASES] [SEED] [ENDING ...]``.

With endings (``.gpkg .graphml``), only files that end so are fed, equally often.

Each case is a small valid file of some format (or, for most cases, one block of a PBF file, which is quicker)
with some bytes flipped, cut, repeated, replaced or spliced with another's. A reader may read it or
refuse it with a `NetworkError` (a block: with a `ValueError`); anything else is a finding, as is a case
that takes longer than two seconds, a process that needs more than 2 GiB, or one that dies. Cases run
in worker processes; findings are written to ``fuzz-findings`` in the working directory.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from pathlib import Path

import numpy as np
import osmium
from osmium.osm.mutable import Node, Way

BATCH = 2_000
SECONDS = 2
MEMORY = 2 * 2**30  # of address space, on top of what the libraries take
KINDS = {
    # how often a case is of that kind
    "dense.block": 90,
    "plain.block": 90,
    "dense.osm.pbf": 6,
    "plain.osm.pbf": 6,
    "zlib.osm.pbf": 2,
    "roads.osm": 3,
    "roads.osm.gz": 1,
    "roads.network": 2,
    "answer.json": 4,
    "roads.graphml": 1,
    "roads.geojson": 1,
    "roads.gpkg": 1,
    "roads.parquet": 1,
    "roads.shp": 1,
}
BESIDE = ("roads.dbf", "roads.shx", "roads.prj", "roads.cpg")
"""Files that stand beside one of these, undamaged."""


def write_seeds(folder: Path) -> None:
    """Write a small valid file of every kind."""
    options = {
        "dense.osm.pbf": "pbf,pbf_compression=none",
        "plain.osm.pbf": "pbf,pbf_compression=none,pbf_dense_nodes=false",
        "zlib.osm.pbf": "pbf",
        "roads.osm": "osm",
        "roads.osm.gz": "osm.gz",
    }
    for name, form in options.items():
        with osmium.SimpleWriter(osmium.io.File(str(folder / name), form)) as out:
            for i in range(1, 13):
                tags = {"place": "village", "name": "حندرات", "name:en": "H"} if i % 5 == 0 else {}
                out.add(
                    Node(id=i * 1000, version=1, location=(37 + i / 100, 36 + i % 3), tags=tags)
                )
            for i in range(1, 8):
                refs = [i * 1000, (i + 1) * 1000, (i + 4) * 1000, 99]
                tags = {"highway": "primary", "name": f"R{i}", "oneway": "yes"}
                out.add(Way(id=i, version=1, nodes=refs, tags=tags))
    from engine.network import pbf
    from engine.network.cache import save_network
    from engine.network.read import read_file, write_network

    for kind in ("dense", "plain"):
        (_, _), (_, block), *_ = pbf.blobs(folder / f"{kind}.osm.pbf")
        (folder / f"{kind}.block").write_bytes(block)
    network = read_file(folder / "roads.osm", name="roads")
    save_network(network, folder / "roads.network")
    for name in KINDS:
        if name.endswith((".graphml", ".geojson", ".gpkg", ".parquet", ".shp")):
            write_network(network, folder / name)
    (folder / "answer.json").write_text(json.dumps(answer()))


def answer() -> dict[str, object]:
    """Return what an Overpass server answers."""
    tags = {"highway": "primary", "name": "R", "oneway": "yes"}
    place = {"place": "village", "name:en": "H"}
    nodes = [
        {"type": "node", "id": i, "lat": 36.1, "lon": 37 + i / 9, "tags": place} for i in range(4)
    ]
    ways = [{"type": "way", "id": i, "nodes": [i, i + 1], "tags": tags} for i in range(3)]
    return {"osm3s": {"timestamp_osm_base": "2024-05-06T07:08:09Z"}, "elements": [*nodes, *ways]}


def mutate(data: bytes, other: bytes, random: np.random.Generator) -> bytes:
    """Return the bytes damaged in one place or several."""
    out = bytearray(data)
    for _ in range(int(random.geometric(0.6))):
        at = int(random.integers(len(out) + 1))
        size = int(random.integers(1, 9))
        what = int(random.integers(7))
        if what == 0 and at < len(out):
            out[at] ^= 1 << int(random.integers(8))
        elif what == 1:
            out[at : at + size] = random.bytes(size)
        elif what == 2:
            del out[at : at + size]
        elif what == 3:
            out[at:at] = out[at : at + size] * int(random.integers(1, 50))
        elif what == 4:
            out[at : at + size] = bytes([(0x00, 0x7F, 0x80, 0xFF)[int(random.integers(4))]]) * size
        elif what == 5:
            start = int(random.integers(len(other)))
            out[at : at + size] = other[start : start + int(random.integers(1, 64))]
        else:
            del out[at:]
    return bytes(out)


class TooSlowError(BaseException):
    """A case took too long; no reader may catch this."""


def _alarm(*_: object) -> None:
    raise TooSlowError


def read_case(path: Path, data: bytes) -> str:
    """Read a case; return how it ended."""
    from engine.errors import NetworkError
    from engine.network.build import build_network
    from engine.network.cache import open_network
    from engine.network.osm import read_answers, way_keys
    from engine.network.pbf import Gathered
    from engine.network.pbf._blocks import Block
    from engine.network.policy import RoadPolicy
    from engine.network.read import read_file

    try:
        if path.suffix == ".block":
            Gathered(("highway",), ("highway", "name", "oneway")).add(Block(data))
            return "read"
        path.write_bytes(data)
        if path.suffix == ".json":
            extract = read_answers([path], RoadPolicy(), way_keys(RoadPolicy()), path.name)
            build_network(extract.roads(RoadPolicy()), extract.places())
            return "read"
        if path.suffix == ".network":
            return "refused" if open_network(path) is None else "read"
        read_file(path, name=path.name)
    except NetworkError:
        return "refused"
    except ValueError:
        if path.suffix == ".block":
            return "refused"
        raise
    return "read"


def run_batch(job: tuple[Path, int, int, Path, list[str]]) -> Counter[str]:
    """Run a batch of cases of kinds; return how they ended."""
    folder, seed, cases, findings, names = job
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + MEMORY, taken + MEMORY))
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGALRM, _alarm)
    random = np.random.default_rng(seed)
    seeds = {name: (folder / name).read_bytes() for name in KINDS}
    ends: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as own:
        for name in BESIDE:
            shutil.copy(folder / name, own)
        for case in range(cases):
            name = names[int(random.integers(len(names)))]
            other = seeds[names[int(random.integers(len(names)))]]
            data = mutate(seeds[name], other, random)
            signal.setitimer(signal.ITIMER_REAL, SECONDS)
            try:
                ends[read_case(Path(own) / name, data)] += 1
            except TooSlowError:
                ends["too slow"] += 1
                (findings / f"slow-{seed}-{case}-{name}").write_bytes(data)
            except Exception:  # noqa: BLE001 - anything else is what we are looking for
                ends["wrong error"] += 1
                (findings / f"error-{seed}-{case}-{name}").write_bytes(data)
                (findings / f"error-{seed}-{case}.txt").write_text(traceback.format_exc())
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
    return ends


def main() -> int:
    """Run all cases; return 1 if there are findings."""
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    names = [name for name, weight in KINDS.items() for _ in range(weight)]
    if endings := tuple(sys.argv[3:]):
        names = [name for name in KINDS if name.endswith(endings)]
    findings = Path("fuzz-findings")
    findings.mkdir(exist_ok=True)
    total: Counter[str] = Counter()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as seeds:
        write_seeds(Path(seeds))
        for batch in range(-(-cases // BATCH)):
            size = min(BATCH, cases - batch * BATCH)
            job = (Path(seeds), first + batch, size, findings, names)
            with multiprocessing.get_context("fork").Pool(1) as pool:
                result = pool.apply_async(run_batch, (job,))
                try:
                    total += result.get(timeout=SECONDS * 60 + size)
                except multiprocessing.TimeoutError:
                    total["died or hung"] += 1
            print(
                f"{batch * BATCH + size} cases, {time.monotonic() - began:.0f} s: {dict(total)}",
                flush=True,
            )
    bad = total["too slow"] + total["wrong error"] + total["died or hung"]
    if not bad:
        findings.rmdir()
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
