"""How far a packed file may swell before it is taken for a bomb."""

from __future__ import annotations

import bz2
import gzip
import zlib
from typing import TYPE_CHECKING

from engine.errors import NetworkError

if TYPE_CHECKING:
    from pathlib import Path

MAX_RATIO = 100
"""Unpacked bytes per packed byte; OSM data comes to 10 to 30 as XML and to less than 10 as PBF."""

SMALL = 64 * 2**20
"""Unpacked bytes that are let through whatever the ratio."""

_PIECE = 2**20


class Budget:
    """What is left of the bytes that a file may unpack to.

    Parameters
    ----------
    packed
        Bytes of the file.
    """

    def __init__(self, packed: int) -> None:
        self.left = SMALL + MAX_RATIO * packed

    def spend(self, unpacked: int) -> None:
        """Take note of bytes unpacked.

        Raises
        ------
        NetworkError
            If they are too many.
        """
        self.left -= unpacked
        if self.left < 0:
            raise NetworkError(
                f"it unpacks to more than {MAX_RATIO} times its size: not a map, but a bomb"
            )


def check_ratio(path: Path) -> None:
    """Unpack a ``.gz`` or ``.bz2`` file to nowhere, and refuse it if it swells too much.

    Raises
    ------
    NetworkError
        If it does.
    OSError, EOFError
        If the file is broken.
    """
    budget = Budget(path.stat().st_size)
    try:
        with gzip.open(path) if path.suffix == ".gz" else bz2.open(path) as unpacked:
            while piece := unpacked.read(_PIECE):
                budget.spend(len(piece))
    except zlib.error as error:
        raise OSError(str(error)) from error
