"""Try an installed engine in the current folder, which has the shipped scenarios and nothing of the checkout.

``python scripts/try_installed.py core`` does what a plain installation must do, and sees that it says what it lacks;
without the word, all extras must be there. Run by ``scripts/check_packages``, and so by the workflow that releases.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from importlib.metadata import distribution
from importlib.util import find_spec
from pathlib import Path

import engine
from engine.errors import EXTRA_OF
from engine.network.read import known_networks

SEED = "scenarios/castello-2014-12.toml"
ARTICLE = "The regime captured Handarat on 20 December 2014, according to a local news agency.\n"


def ended(*words: str) -> subprocess.CompletedProcess[str]:
    """Run the installed command to its end."""
    command = shutil.which("supplyline", path=sysconfig.get_path("scripts"))  # .exe on Windows
    return subprocess.run(
        [str(command), *words], check=False, capture_output=True, text=True, encoding="utf-8"
    )


def supplyline(*words: str) -> str:
    """Run the installed command, and return what it prints."""
    done = ended(*words)
    if done.returncode:
        sys.exit(f"supplyline {' '.join(words)}: exit code {done.returncode}\n{done.stderr}")
    return done.stdout


def expect(found: object, wanted: object, what: str) -> None:
    """Stop if something is not as it has to be."""
    if found != wanted:
        sys.exit(f"{what}: {found!r}; expected {wanted!r}")


def try_commands() -> None:
    """Run a command of each kind: results, answers, the page, pictures, sheets, reading."""
    expect(supplyline("--version"), f"supplyline {engine.__version__}\n", "--version")
    shown = supplyline("run", SEED, "--out", "results")
    expect("at risk" in shown, True, "the status of the seed scenario")
    expect("schematic" in supplyline("check", SEED), True, "the network is called schematic")
    supplyline("report", SEED, "--out", "page.html")  # needs the parts of the page
    expect("<script" in Path("page.html").read_text(encoding="utf-8"), True, "the page's script")
    supplyline("export", SEED, "--out", "sheets.xlsx")
    supplyline("export", SEED, "--out", "roads.geojson")
    supplyline("plot", SEED, "--out", "map.png")
    on = ("--on", "2014-12-20")
    for name in ("explain", "doubt", "margin"):
        supplyline(name, SEED, "--route", "castello", *on)
    for name in ("known", "critical", "ways", "enclaves", "sweep"):
        supplyline(name, SEED, *on)
    supplyline("access", SEED, "--actor", "opposition", *on)
    Path("article.txt").write_text(ARTICLE, encoding="utf-8")
    supplyline("read", "article.txt", "--into", SEED, "--published", "2014-12-22")  # needs tables


def try_layers(*, core: bool) -> None:
    """Write layers, or see that what they need is named."""
    for file in ("layers.gpkg", "roads.parquet"):
        done = ended("export", SEED, "--out", file)
        expect(done.returncode, 2 if core else 0, f"the exit code of export to {file}")
        expect("supplyline[layers]" in done.stderr, core, f"what export to {file} says")
        expect(Path(file).is_file(), not core, f"{file} is written")


def try_python(*, core: bool) -> None:
    """Use the engine from Python."""
    analysis = engine.analyze(engine.load_scenario(SEED))
    expect(analysis.status("2014-12-20")["castello"], "at risk", "the status in Python")
    expect(len(analysis.daily()), 31, "days of a table in Python")
    expect(analysis.control("2014-12-20").crs.to_epsg(), 4326, "roads in Python")
    if not core:
        expect("castello" in engine.path_distances(analysis), True, "distances in Python")


def main() -> None:
    """Try it."""
    core = sys.argv[1:] == ["core"]
    for library in EXTRA_OF:
        expect(find_spec(library) is None, core, f"{library} is left out")
    here = Path(sysconfig.get_path("purelib"))
    expect(Path(engine.__file__).is_relative_to(here), True, f"{engine.__file__} is installed")
    network = Path(str(known_networks()["aleppo-schematic"]))
    expect(network.is_relative_to(here), True, f"{network} is installed")
    manual = Path(sysconfig.get_path("data")) / "share" / "man" / "man1" / "supplyline.1"
    expect(manual.is_file(), True, f"{manual} is installed")
    expect(distribution("supplyline").version, engine.__version__, "the version that is installed")
    with tempfile.TemporaryDirectory() as cache:
        os.environ["SUPPLYLINE_CACHE"] = cache
        try_commands()
        try_layers(core=core)
        try_python(core=core)


if __name__ == "__main__":
    main()
