"""Networks that were read before, opened again as memory-mapped arrays.

One file per network: a line of magic, a head in JSON (the texts, the places, where each array lies
and its sums), then the arrays, each at a multiple of 64 bytes. The name of the file says what was
read, and how: a digest of the bytes of the source, of the policy, and of the version of the engine.
A file that does not fit its own head is read anew.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
from contextlib import suppress
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import platformdirs

from engine.errors import InputError
from engine.io.atomic import finish_interrupted, write_one
from engine.language import ENGLISH, spoken
from engine.network.arrays import Labels, Network, Place, Provenance, Ragged
from engine.network.endings import suffix_of
from engine.network.policy import RoadPolicy
from engine.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


FORMAT = b"supplyline network 4\n"
MOST_FILES = 24
"""Networks kept; the one that was written first goes first."""

WORTHWHILE = 2**20
"""Bytes from which on a source is worth a file in the cache."""

_ALIGN = 64
_IN_SEVERAL_FILES = {".shp"}  # the digest of one would miss a change in another


def cache_folder() -> Path:
    """Return the folder of the cache: ``$SUPPLYLINE_CACHE``, or the user's usual one."""
    chosen = os.environ.get("SUPPLYLINE_CACHE", "")
    return Path(chosen) if chosen else platformdirs.user_cache_path("supplyline", appauthor=False)


def through_cache(
    source: Path, policy: RoadPolicy | None, name: str, read: Callable[[], Network]
) -> Network:
    """Return the network of a file, from the cache if it holds it.

    Parameters
    ----------
    source
        The file.
    policy
        Which ways are roads.
    name
        What the user called it.
    read
        Reads the network from the file.

    Returns
    -------
    Network
        The same as `read` gives.
    """
    if source.stat().st_size < WORTHWHILE or source.suffix.lower() in _IN_SEVERAL_FILES:
        return read()
    file = cache_folder() / f"{_key(source, policy)}.network"
    own = file if spoken().code == ENGLISH else file.with_suffix(f".{spoken().code}.network")
    network = open_network(file)
    if own != file and (network is None or network.provenance.remarks):  # texts for people
        network = open_network(own)
    if network is None:
        network = read()
        file = own if network.provenance.remarks else file
        with suppress(OSError, InputError):  # a full or forbidden disk is no reason not to answer
            save_network(network, file)
            _forget_oldest(file.parent)
    else:
        finish_interrupted(file.parent)  # what a killed run has left
    return replace(network, provenance=replace(network.provenance, name=name))


def _key(source: Path, policy: RoadPolicy | None) -> str:
    """Return a name for what is read, how and by what."""
    policy = policy or RoadPolicy()
    options = {field.name: _plain(getattr(policy, field.name)) for field in fields(policy)}
    said = [FORMAT.decode(), __version__, suffix_of(source), options]
    with source.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256")
    digest.update(json.dumps(said, sort_keys=True).encode())
    return digest.hexdigest()


def _plain(value: Any) -> Any:
    """Return sets and mappings as sorted lists and dictionaries."""
    if isinstance(value, frozenset):
        return sorted(value)
    return {key: sorted(values) for key, values in value.items()}


def save_network(network: Network, file: Path) -> None:
    """Write a network to a file of the cache, whole or not at all."""
    arrays = _arrays(network)
    offsets = np.cumsum([0, *(_room(array.nbytes) for array in arrays.values())]).tolist()
    head = {
        "arrays": {
            name: [array.dtype.str, list(array.shape), offset, _sums(array.tobytes())]
            for (name, array), offset in zip(arrays.items(), offsets[:-1], strict=True)
        },
        "bytes": offsets[-1],
        "texts": {name: list(getattr(network, name).values) for name in _LABELS},
        "places": [asdict(place) for place in network.places],
        "provenance": asdict(network.provenance),
    }
    packed = json.dumps(head, ensure_ascii=False).encode()
    digest = hashlib.sha256(packed).hexdigest().encode()

    def write(part: Path) -> None:
        with part.open("wb") as out:
            out.write(b"%s%s %d\n%s" % (FORMAT, digest, len(packed), packed))
            for array in arrays.values():
                out.write(bytes(_room(out.tell()) - out.tell()))
                out.write(array.tobytes())
            out.write(bytes(_room(out.tell()) - out.tell()))

    write_one(file, write)


def open_network(file: Path) -> Network | None:
    """Return the network of a file of the cache; None if there is none, or it is damaged."""
    try:
        with file.open("rb") as opened:
            data = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
        return _network(data)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _network(data: mmap.mmap) -> Network:
    """Return the network in a file.

    Raises
    ------
    ValueError, KeyError, TypeError
        If the file does not fit its own head.
    """
    if data[: len(FORMAT)] != FORMAT:
        raise ValueError("another format")
    line = data.find(b"\n", len(FORMAT))
    digest, size = data[len(FORMAT) : line].split()
    packed = data[line + 1 : line + 1 + int(size)]
    if hashlib.sha256(packed).hexdigest().encode() != digest:
        raise ValueError("a damaged head")
    head = json.loads(packed)
    begin = _room(line + 1 + int(size))
    if len(data) != begin + head["bytes"]:
        raise ValueError("a file of another length")
    arrays = {
        name: _array(data, dtype, shape, begin + offset, sums)
        for name, (dtype, shape, offset, sums) in head["arrays"].items()
    }
    columns: dict[str, Any] = {name: arrays[name] for name in _PLAIN}
    columns |= {n: Labels(arrays[n], tuple(texts)) for n, texts in head["texts"].items()}
    columns |= {n: Ragged(arrays[f"{n}.starts"], arrays[f"{n}.values"]) for n in _RAGGED}
    places = tuple(_place(place) for place in head["places"])
    return Network(**columns, places=places, provenance=_provenance(head["provenance"]))


def _provenance(said: dict[str, Any]) -> Provenance:
    return Provenance(**{**said, "remarks": tuple(said["remarks"])})


def _place(place: dict[str, Any]) -> Place:
    """Return a place as it was before JSON made lists of its tuples."""
    names = tuple((language, name) for language, name in place["names"])
    return Place(**{**place, "aliases": tuple(place["aliases"]), "names": names})


def _arrays(network: Network) -> dict[str, NDArray[Any]]:
    """Return every array of a network by name."""
    arrays = {name: getattr(network, name) for name in _PLAIN}
    arrays |= {name: getattr(network, name).codes for name in _LABELS}
    for name in _RAGGED:
        rows: Ragged = getattr(network, name)
        arrays |= {f"{name}.starts": rows.starts, f"{name}.values": rows.values}
    return arrays


def _array(
    data: mmap.mmap, dtype: str, shape: list[int], begin: int, sums: list[int]
) -> NDArray[Any]:
    """Return an array that lies in a file, after a look at its sums."""
    count = int(np.prod(shape, dtype=np.int64))
    array = np.frombuffer(data, dtype=dtype, count=count, offset=begin)
    if _sums(array.view(np.uint8).data) != sums:
        raise ValueError("a damaged array")
    return array.reshape(shape)


def _sums(data: bytes | memoryview) -> list[int]:
    """Return two sums over the 64-bit words of some bytes, and the bytes left over.

    They tell a damaged array from a sound one at the pace of memory, unlike a digest.
    """
    whole = len(data) // 8 * 8
    words = np.frombuffer(data[:whole], dtype=np.uint64)
    total, parity = np.add.reduce(words), np.bitwise_xor.reduce(words)
    return [int(total), int(parity), int.from_bytes(data[whole:], "little")]


def _room(size: int) -> int:
    """Return the bytes that something takes up with what is left free behind it."""
    return -(-size // _ALIGN) * _ALIGN


def _forget_oldest(folder: Path) -> None:
    """Remove what is too much in the cache."""
    files = sorted(folder.glob("*.network"), key=lambda file: file.stat().st_mtime)
    for file in files[:-MOST_FILES]:
        file.unlink(missing_ok=True)


_PLAIN = ("node_id", "lon", "lat", "u", "v", "length", "oneway", "minutes")
_LABELS = ("highway", "name", "name_ar", "alt_name", "ref")
_RAGGED = ("ways", "geometry")
