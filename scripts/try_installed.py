"""Try an installed engine in the current folder, which has the shipped scenarios and nothing of the checkout.

Run by ``scripts/check_packages`` and by the workflow that releases.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from importlib.metadata import distribution
from pathlib import Path

import engine
from engine.network.read import known_networks

SEED = "scenarios/castello-2014-12.toml"
ARTICLE = "The regime captured Handarat on 20 December 2014, according to a local news agency.\n"


def supplyline(*words: str) -> str:
    """Run the installed command, and return what it prints."""
    command = shutil.which("supplyline", path=sysconfig.get_path("scripts"))  # .exe on Windows
    done = subprocess.run(
        [str(command), *words], check=False, capture_output=True, text=True, encoding="utf-8"
    )
    if done.returncode:
        sys.exit(f"supplyline {' '.join(words)}: exit code {done.returncode}\n{done.stderr}")
    return done.stdout


def expect(found: object, wanted: object, what: str) -> None:
    """Stop if something is not as it has to be."""
    if found != wanted:
        sys.exit(f"{what}: {found!r}; expected {wanted!r}")


def try_commands() -> None:
    """Run a command of each kind: results, the page, layers, sheets, reading."""
    expect(supplyline("--version"), f"supplyline {engine.__version__}\n", "--version")
    shown = supplyline("run", SEED, "--out", "results")
    expect("at risk" in shown, True, "the status of the seed scenario")
    expect("schematic" in supplyline("check", SEED), True, "the network is called schematic")
    supplyline("report", SEED, "--out", "page.html")  # needs the parts of the page
    expect("<script" in Path("page.html").read_text(encoding="utf-8"), True, "the page's script")
    supplyline("export", SEED, "--out", "layers.gpkg")
    supplyline("export", SEED, "--out", "sheets.xlsx")
    Path("article.txt").write_text(ARTICLE, encoding="utf-8")
    supplyline("read", "article.txt", "--into", SEED, "--published", "2014-12-22")  # needs tables


def try_python() -> None:
    """Use the engine from Python."""
    analysis = engine.analyze(engine.load_scenario(SEED))
    expect(analysis.status("2014-12-20")["castello"], "at risk", "the status in Python")


def main() -> None:
    """Try it."""
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
        try_python()


if __name__ == "__main__":
    main()
