"""Check the licences of all that the project pins: ``python scripts/check_licences.py``.

Each package of ``constraints.txt`` must be under a permissive licence, or one that binds the package's own files
alone and is used unchanged (MPL-2.0); none under the GPL, LGPL or AGPL. The licence is what the metadata of the
installed package says, as an SPDX expression, a classifier or a short name; where that is unclear, or the package
is not installed here, what was read in its licence by hand (`REVIEWED`), of that version's series. Libraries that
wheels bring along (GEOS, under the LGPL, in those of shapely and pyogrio; OpenBLAS, GDAL, PROJ) have licences of
their own, which these wheels carry; the project ships none of them.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

PINS = Path(__file__).parents[1] / "constraints.txt"
ALLOWED = frozenset(
    [
        "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-CMU", "MPL-2.0", "PSF-2.0",
        "Unlicense", "Zlib",
    ]
)  # fmt: skip
EXCEPTIONS = frozenset(["LLVM-exception"])
CLASSIFIERS = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
NAMES = {
    "3-clause bsd license": "BSD-3-Clause",
    "apache 2.0": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "mit license": "MIT",
}
REVIEWED = {
    "colorama": ("0.4", "BSD-3-Clause"),  # on Windows only
    "docutils": (
        "0",
        "BSD-2-Clause",
    ),  # and public domain; what is under the GPL is an Emacs mode that wheels lack
    "gravel-fragility": ("3", "Apache-2.0"),  # extra bench
    "networkit": ("11", "MIT"),  # extra bench
    "rustworkx": ("0", "Apache-2.0"),  # extra bench
}
"""By name: how the version begins that was looked at, and its licence."""


def licence_of(name: str, version: str) -> str:
    """Return the licence of a package, as an SPDX expression.

    Raises
    ------
    ValueError
        If it is not known.
    """
    series, reviewed = REVIEWED.get(name.lower(), ("", ""))
    if reviewed and version.startswith(series):
        return reviewed
    try:
        found = distribution(name)
    except PackageNotFoundError:
        raise ValueError("it is not installed here, and nobody has looked at its licence") from None
    if found.version != version:
        raise ValueError(f"version {found.version} is installed here")
    facts = found.metadata
    if expression := facts.get("License-Expression"):
        return str(expression)
    named = [
        line.split(" :: ")[-1]
        for line in facts.get_all("Classifier") or []
        if line.startswith("License ::")
    ]
    named = [each for each in named if each != "OSI Approved"]
    if named:
        unknown = [each for each in named if each not in CLASSIFIERS]
        if unknown:
            raise ValueError(f"nobody has looked at {', '.join(unknown)}")
        return " OR ".join(CLASSIFIERS[each] for each in named)
    said = str(facts.get("License") or "").strip()
    return NAMES.get(said.lower(), said or "none")


def refused(expression: str) -> list[str]:
    """Return the licences of an expression under which the project takes nothing.

    Examples
    --------
    >>> refused("MIT OR Apache-2.0"), refused("(MIT AND GPL-2.0-or-later)")
    ([], ['GPL-2.0-or-later'])
    """
    words = re.findall(r"[^\s()]+", expression)
    return [word for word in words if word not in {*ALLOWED, *EXCEPTIONS, "AND", "OR", "WITH"}]


def main() -> None:
    """Check every pin, and tell what is wrong."""
    pins = [line.split("==") for line in PINS.read_text(encoding="utf-8").split() if "==" in line]
    wrong = []
    for name, version in pins:
        try:
            expression = licence_of(name, version)
        except ValueError as error:
            wrong.append(f"{name} {version}: {error}")
            continue
        if bad := refused(expression):
            wrong.append(
                f"{name} {version}: {', '.join(bad)} is not among {', '.join(sorted(ALLOWED))}"
            )
    for line in wrong:
        print(line)
    print(f"{len(pins)} pinned packages, {len(wrong)} without a licence that will do")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
