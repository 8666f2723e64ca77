"""The commands report, plot and export: what they write, and what they refuse."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from engine.cli import main

SEED = str(Path(__file__).parents[2] / "scenarios" / "castello-2014-12.toml")


def run(monkeypatch: pytest.MonkeyPatch, *args: str) -> int:
    monkeypatch.setattr(sys, "argv", ["supplyline", *args])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (["report", SEED], "page.html"),
        (["plot", SEED, "--on", "2014-12-20", "--column"], "map.svg"),
        (["plot", SEED, "--what", "timeline"], "timeline.png"),
        (["plot", SEED, "--what", "maps"], "maps.png"),
        (["export", SEED, "--redact"], "layers.gpkg"),
        (["export", SEED], "roads.parquet"),
        (["export", SEED], "roads.geojson"),
        (["export", SEED, "--hxl"], "sheets.xlsx"),
        (["plot", SEED, "--what", "timeline"], "TIMELINE.PNG"),
        (["plot", SEED, "--what", "timeline"], "TIMELINE.PDF"),
        (["export", SEED], "LAYERS.GPKG"),
        (["export", SEED], "SHEETS.XLSX"),
    ],
)
def test_writes_what_the_name_says(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    command: list[str],
    name: str,
) -> None:
    assert run(monkeypatch, *command, "--out", str(tmp_path / "out" / name)) == 0
    assert [path.name for path in (tmp_path / "out").iterdir()] == [name]
    assert capsys.readouterr().out == f"wrote {tmp_path / 'out' / name}\n"


def test_a_folder_takes_csv_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert run(monkeypatch, "export", SEED, "--out", str(tmp_path / "sheets"), "--excel") == 0
    assert len(list((tmp_path / "sheets").glob("*.csv"))) == 5


def test_quiet_says_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(monkeypatch, "export", SEED, "--out", str(tmp_path / "x.xlsx"), "--quiet") == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (["plot", SEED, "--out", "map.bmp"], "a name that ends in .png, .svg, .pdf, .gif, .mp4"),
        (["export", SEED, "--out", "map.shp"], "a name that ends in .gpkg"),
        (
            ["plot", SEED, "--out", "map.png", "--on", "2016-01-01"],
            "expected 2014-12-01 to 2014-12-31",
        ),
        (["plot", SEED, "--out", "map.png", "--on", "soon"], "'soon' is not a day"),
        (["report", SEED, "--redact", "--probability"], "--redact"),
        (["report", "nowhere.toml"], "nowhere.toml"),
    ],
)
def test_bad_input_is_said_once_and_nothing_is_written(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    command: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(monkeypatch, *command) == 2
    said = capsys.readouterr()
    assert message in said.err
    assert said.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
