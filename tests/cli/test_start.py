"""Which heavy libraries each command may load: what loads more is slow to answer."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from engine.cli.app import GROUPS

ROOT = Path(__file__).parents[2]
HEAVY = (
    "bokeh", "dask", "geopandas", "matplotlib", "multiprocessing", "networkx", "numba", "numpy",
    "osmium", "osmnx", "oxidd", "pandas", "PIL", "pyarrow", "pydantic", "pyogrio", "rapidfuzz",
    "scipy", "shapely", "xarray", "xlsxwriter",
)  # fmt: skip
SCENARIO = {"numpy", "osmium", "pydantic", "shapely"}
"""What reading a scenario, and who held which road when, takes."""
MAY_LOAD = {
    "run": SCENARIO,
    "batch": SCENARIO | {"matplotlib", "multiprocessing", "oxidd", "PIL"},
    "report": SCENARIO | {"bokeh", "scipy"},
    "plot": SCENARIO | {"matplotlib", "PIL"},
    "export": SCENARIO | {"geopandas", "pandas", "pyarrow", "pyogrio"},
    "cite": SCENARIO,
    "explain": SCENARIO,
    "doubt": SCENARIO | {"oxidd"},
    "known": SCENARIO | {"oxidd"},
    "margin": SCENARIO,
    "critical": SCENARIO | {"scipy"},
    "ways": SCENARIO,
    "enclaves": SCENARIO,
    "access": SCENARIO,
    "sweep": SCENARIO,
    "sensitivity": SCENARIO,
    "whatif": SCENARIO,
    "compare": SCENARIO,
    "new": SCENARIO,
    "events": SCENARIO | {"rapidfuzz"},
    "schema": {"numpy", "pydantic"},
    "places": SCENARIO | {"rapidfuzz"},
    "check": SCENARIO,
}
"""By command, as its example runs it; `run` without files to write."""
UNHELD = {"backtest", "fetch", "import", "open", "read", "sketch"}
"""Commands that need a network, other files or a browser, or take long."""

RUN_EACH = """
import json, os, sys
from pathlib import Path
from engine.cli.app import app  # nothing heavy, or each command would be said to load it

heavy, commands = json.loads(sys.argv[1])
assert not [name for name in heavy if name in sys.modules], "the list of commands is heavy"
for number, arguments in enumerate(commands):
    if os.fork() == 0:
        said = os.open(f"{number}.txt", os.O_WRONLY | os.O_CREAT)
        os.dup2(said, 1)
        os.dup2(said, 2)
        try:
            app(arguments, standalone_mode=False)
        except SystemExit as stop:
            code = stop.code or 0
        except BaseException as error:
            print(repr(error))
            code = 1
        else:
            code = 0
        found = [name for name in heavy if name in sys.modules]
        Path(f"{number}.json").write_text(json.dumps([code, found]))
        sys.stdout.flush()
        os._exit(0)
    os.wait()
"""


def test_every_command_is_named() -> None:
    assert {name for group in GROUPS.values() for name in group} == {*MAY_LOAD, *UNHELD}


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="each command is a fork")
def test_commands_load_no_more_than_they_need(tmp_path: Path) -> None:
    examples = {
        name: [name, *shlex.split(example.partition(">")[0])]
        for group in GROUPS.values()
        for name, (_, example) in group.items()
        if name in MAY_LOAD
    }
    commands = [
        [str(ROOT / word) if word.startswith("scenarios/") else word for word in words]
        for words in examples.values()
    ]
    by_name = dict(zip(examples, commands, strict=True))
    by_name["batch"][1] = str(ROOT / "scenarios/castello-2014-12.toml")
    by_name["new"] += ["--title", "Who?", "--start", "2014-12-01", "--end", "2015-01-01"]
    by_name["new"] += ["--actor", "one,other"]
    del by_name["run"][2:]  # without files to write
    subprocess.run(
        [sys.executable, "-c", RUN_EACH, json.dumps([HEAVY, commands])],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True,
    )  # fmt: skip
    too_much = {}
    for number, name in enumerate(examples):
        code, loaded = json.loads((tmp_path / f"{number}.json").read_text())
        said = (tmp_path / f"{number}.txt").read_text()
        assert code == 0, (name, said)
        if set(loaded) - MAY_LOAD[name]:
            too_much[name] = sorted(set(loaded) - MAY_LOAD[name])
    assert not too_much, json.dumps(too_much)
