"""Bad input: one clear message with file and line, exit code 2, nothing written."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from engine.cli import main

if TYPE_CHECKING:
    from pathlib import Path

SCENARIO = """\
title = "A test"
network = "aleppo-schematic"
start = 2014-12-01
end = 2015-01-01
events = "events.csv"

[actors.opposition]
[actors.government]

[[sites]]
id = "castello-road"
road = "Castello road"

[[routes]]
id = "castello"
actor = "opposition"
from = "castello-west"
to = "jandoul"
"""
EVENTS = "date,site,kind,actor\n2014-12-05,mallah,captured,government\n"
ISLAND = """\
<osm version="0.6">
 <node id="1" lat="36.0" lon="37.0"/><node id="2" lat="36.01" lon="37.0"/>
 <way id="3"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/></way>
</osm>
"""


def write(folder: Path, scenario: str = SCENARIO, events: str = EVENTS) -> None:
    (folder / "s.toml").write_text(scenario, encoding="utf-8")
    (folder / "events.csv").write_text(events, encoding="utf-8")


def run(monkeypatch: pytest.MonkeyPatch, *args: str) -> int:
    monkeypatch.setattr(sys, "argv", ["supplyline", *args])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


FAULTS = {
    "broken TOML": (("title = ", "title = ="), None, ["s.toml, line 1"]),
    "unknown key": (("title = ", "titel = "), None, ["s.toml, line 1", "titel", "'title'"]),
    "unknown site of a route": (("jandoul", "jandoulx"), None, ["s.toml", "jandoulx", "'jandoul'"]),
    "unknown actor of a route": (
        ('actor = "opposition"', 'actor = "oposition"'), None,
        ["s.toml, line 16", "oposition", "'opposition'"]),
    "unknown actor of an event": (
        None, ("government", "goverment"), ["events.csv, line 2", "goverment", "'government'"]),
    "a date that is none": (
        None, ("2014-12-05", "2014-02-31"), ["events.csv, line 2", "2014-02-31"]),
    "a range reversed": (
        ("end = 2015-01-01", "end = 2014-11-01"), None, ["s.toml", "2014-11-01", "2014-12-01"]),
    "a duplicate id": (
        ("[[routes]]", '[[sites]]\nid = "castello-road"\nplace = "mallah"\n[[routes]]'), None,
        ["s.toml, line 15", "castello-road"]),
    "an event at no known place": (
        None, ("mallah", "atlantis"), ["events.csv, line 2", "atlantis", "aleppo-schematic"]),
    "a network that is missing": (
        ("aleppo-schematic", "aleppo-schematik"), None, ["aleppo-schematik", "aleppo-schematic"]),
    "a broken OSM file": (("aleppo-schematic", "broken.osm"), None, ["broken.osm"]),
    "an empty network": (("aleppo-schematic", "empty.osm"), None, ["empty.osm", "no road"]),
    "a destination off the network": (
        ('to = "jandoul"', 'to = "far"\n[[places]]\nid = "far"\nlat = 33.5\nlon = 36.3'), None,
        ["s.toml", "'far'", "km from every road"]),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_bad_input_is_named_and_nothing_is_written(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    in_scenario, in_events, said = FAULTS[fault]
    write(
        tmp_path,
        SCENARIO.replace(*in_scenario, 1) if in_scenario else SCENARIO,
        EVENTS.replace(*in_events, 1) if in_events else EVENTS,
    )
    (tmp_path / "broken.osm").write_text(ISLAND[:120])
    (tmp_path / "empty.osm").write_text('<osm version="0.6"></osm>')
    before = sorted(tmp_path.iterdir())
    code = run(monkeypatch, "run", str(tmp_path / "s.toml"), "--out", str(tmp_path / "out"))
    printed = capfd.readouterr()
    assert code == 2
    assert printed.out == ""
    assert "Traceback" not in printed.err
    for part in said:
        assert part in printed.err
    assert sorted(tmp_path.iterdir()) == before


def test_a_missing_scenario_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "run", str(tmp_path / "none.toml")) == 2
    assert "none.toml" in capfd.readouterr().err


def test_a_day_outside_the_run_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path)
    assert run(monkeypatch, "run", str(tmp_path / "s.toml"), "--on", "2016-01-01") == 2
    assert "2014-12-01 to 2014-12-31" in capfd.readouterr().err


def test_a_scenario_without_events_is_legal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, SCENARIO.replace('events = "events.csv"\n', ""))
    assert run(monkeypatch, "run", str(tmp_path / "s.toml"), "--out", str(tmp_path / "out")) == 0
    assert "at risk" in capfd.readouterr().out
    assert (tmp_path / "out" / "status.csv").exists()
