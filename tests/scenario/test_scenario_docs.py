"""What is published about the scenario format holds."""

import datetime as dt
import re
import tomllib
from pathlib import Path
from typing import get_args

import jsonschema
import pytest
import typer

from engine.scenario import model
from engine.scenario.document import INCLUDE, LISTS, NAMED
from engine.scenario.load import load_scenario
from engine.scenario.schema import json_schema, schema_text

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "scenario.md").read_text()
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL)
TOMLS = [text for kind, text in BLOCKS if kind == "toml"]
CSVS = dict(re.findall(r"`([\w-]+\.csv)`:\n\n```csv\n(.*?)```", PAGE, re.DOTALL))
FRAME = """\
title = "t"
start = 2014-12-01
end = 2015-01-01
{settings}
[actors.opposition]
[actors.government]
{sections}
"""


def write(folder, text):
    for name, table in CSVS.items():
        (folder / name).write_text(table)
    (folder / "common").mkdir()
    (folder / "common" / "sites.toml").write_text('[[sites]]\nid = "other"\nroad = "M5"\n')
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "parties.toml").write_text("[actors.kurdish]\n")
    for name, table in CSVS.items():
        (folder / "scenarios" / name).write_text(table)
    (folder / "scenarios" / "example.toml").write_text(TOMLS[0])
    path = folder / "scenarios" / "scenario.toml"
    if "title" not in text:
        is_section = text.startswith("[")
        text = FRAME.format(
            settings="" if is_section else text, sections=text if is_section else ""
        )
    path.write_text(text)
    return path


@pytest.mark.parametrize("text", TOMLS)
def test_every_example_is_a_valid_scenario(tmp_path, text):
    path = write(tmp_path, text)
    assert load_scenario(path).actors
    jsonschema.validate(as_json(path), json_schema(), jsonschema.Draft202012Validator)


def test_the_complete_example_says_what_the_page_says(tmp_path):
    scenario = load_scenario(write(tmp_path, TOMLS[0]))
    assert set(CSVS) == {"holdings.csv", "events.csv"}
    assert [event.id for event in scenario.events] == ["E1", "E2"]
    assert scenario.baseline[1].contestants == ("opposition", "government")


def keys_of(entry):
    return {field.alias or name for name, field in entry.model_fields.items()}


@pytest.mark.parametrize(
    ("heading", "keys"),
    [("## Settings", keys_of(model.Scenario) | {INCLUDE})]
    + [("## `[actors.NAME]`", keys_of(model.Actor) | keys_of(model.Passage))]
    + [("## `[sources.NAME]`", keys_of(model.Source))]
    + [
        (f"## `[[{key}]]`" if key not in {"baseline", "events"} else f"## `{key}`", keys_of(entry))
        for key, entry in LISTS.items()
    ],
)
def test_every_key_is_explained(heading, keys):
    section = PAGE.partition(heading)[2].partition("\n## ")[0]
    assert keys - set(re.findall(r"`(\w+)`", section)) == set()


def test_every_kind_is_explained():
    section = PAGE.partition("| kind | what it does |")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
    explained = [kind for row in rows for kind in re.findall(r"`(\w+)`", row)]
    assert sorted(explained) == sorted(get_args(model.Kind))


def test_the_published_schema_is_current():
    # If this fails: supplyline schema > docs/scenario.schema.json
    assert (ROOT / "docs" / "scenario.schema.json").read_text() == schema_text()


def as_json(path):
    """Return a TOML file with its days as text, the way editors hold it against a schema."""

    def convert(value):
        if isinstance(value, dict):
            return {key: convert(item) for key, item in value.items()}
        if isinstance(value, list):
            return [convert(item) for item in value]
        return value.isoformat() if isinstance(value, dt.date) else value

    return convert(tomllib.loads(path.read_text()))


@pytest.mark.parametrize("path", sorted((ROOT / "scenarios").glob("*.toml")), ids=lambda p: p.name)
def test_scenarios_of_the_project_fit_the_schema_and_load(path):
    jsonschema.validate(as_json(path), json_schema(), jsonschema.Draft202012Validator)
    assert load_scenario(path).routes


@pytest.mark.parametrize(
    "wrong",
    [
        {"evnts": []},
        {"oneway": "maybe"},
        {"believe": 2},
        {"routes": [{"id": "r"}]},
        {"events": [{"date": "2014-12-01", "site": "x", "kind": "capturd"}]},
        {"events": 3},
        {"title": ""},
    ],
)
def test_the_schema_refuses_what_the_engine_refuses(wrong):
    good = {"title": "t", "start": "2014-12-01", "end": "2015-01-01", "actors": {"a": {}}}
    jsonschema.validate(good, json_schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(good | wrong, json_schema())


def test_every_section_is_in_the_schema():
    assert set(json_schema()["properties"]) == {*model.Scenario.model_fields, INCLUDE}
    assert {*NAMED, *LISTS} <= set(json_schema()["properties"])


def test_the_page_on_importing_names_every_importer_and_option():
    from engine.cli.app import app
    from engine.importers.importing import SOURCES

    page = (ROOT / "docs" / "importing.md").read_text()
    assert [name for name in SOURCES if f"### `{name}`" not in page] == []
    named = {command.name or command.callback.__name__ for command in app.registered_commands}
    assert {"import", "new", "events", "check"} <= named
    options = set(re.findall(r"(--[a-z][a-z-]+)", page))
    commands = typer.main.get_command(app).commands.values()
    known = {name for command in commands for one in command.params for name in one.opts}
    assert options - known == set()
