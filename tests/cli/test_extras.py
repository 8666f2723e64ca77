"""Libraries that only an extra brings: whoever lacks one is told which, before anything is done."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pyarrow as pa
import pytest

import engine
from engine.cli import main
from engine.errors import EXTRA_OF, InputError
from engine.network import write_network

ROOT = Path(__file__).parents[2]
SEED = str(ROOT / "scenarios/castello-2014-12.toml")
COMMANDS = {
    "pyarrow": (
        ("export", SEED, "--out", "layers.gpkg"),
        ("export", SEED, "--out", "roads.parquet"),
        ("run", SEED, "--network", "map.parquet"),
        ("check", SEED, "--network", "map.parquet"),
        ("places", "Mare", "--network", "map.parquet"),
    ),
    "distributed": (
        ("batch", SEED, "--scheduler", "tcp://127.0.0.1:1", "--out", "results"),
        ("batch", SEED, "--scheduler", "tcp://127.0.0.1:1", "--out", "results", "--json"),
    ),
    "numba": (),  # the kernel answers without it, in more time
}
CASES = [(library, words) for library, commands in COMMANDS.items() for words in commands]


def test_every_extra_of_the_engine_is_declared_and_part_of_all() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    assert extras["all"] == [f"supplyline[{','.join(sorted(set(EXTRA_OF.values())))}]"]
    assert "supplyline[all]" in extras["dev"]
    for library, extra in EXTRA_OF.items():
        assert any(library in line for line in extras[extra])
        assert not any(line.startswith(library) for line in project["dependencies"])
    assert set(COMMANDS) == set(EXTRA_OF)


@pytest.fixture(autouse=True, scope="module")
def loaded() -> None:
    """Load what pyarrow loads on first use: pandas keeps texts in it, if it was there when pandas came."""
    pa.chunked_array([[1]]).filter(pa.chunked_array([[True]]))


@pytest.mark.parametrize(("library", "words"), CASES, ids=lambda part: str(part)[:40])
def test_a_command_names_the_extra_that_it_lacks(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    library: str,
    words: tuple[str, ...],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, library, None)
    monkeypatch.setattr(sys, "argv", ["supplyline", *words])
    (tmp_path / "map.parquet").write_bytes(b"PAR1")
    with pytest.raises(SystemExit) as ended:
        main()
    said = " ".join("".join(capsys.readouterr()).split())
    assert ended.value.code == 2
    assert said.count(library) == 1
    assert f"pip install 'supplyline[{EXTRA_OF[library]}]'" in said
    assert [path.name for path in tmp_path.iterdir()] == ["map.parquet"]


def test_python_names_the_extra_that_it_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    analysis = engine.analyze(engine.load_scenario(SEED))
    for library in EXTRA_OF:
        monkeypatch.setitem(sys.modules, library, None)
    needs = {
        "layers": (
            lambda: engine.write_geopackage(analysis, tmp_path / "a.gpkg"),
            lambda: engine.write_geoparquet(analysis, tmp_path / "a.parquet"),
            lambda: write_network(analysis.network, tmp_path / "b.parquet"),
        ),
        "fast": (lambda: engine.path_distances(analysis),),
    }
    for extra, calls in needs.items():
        for call in calls:
            with pytest.raises(InputError, match=rf"supplyline\[{extra}\]"):
                call()
    assert not list(tmp_path.iterdir())
