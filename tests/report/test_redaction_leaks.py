"""Every text of a scenario and of its network is marked; no output with ``--redact`` shows a mark."""

from __future__ import annotations

import datetime as dt
import json
import re
import typing
import zipfile
from typing import TYPE_CHECKING, Any

import geopandas
import pytest
import shapely
from pydantic import BaseModel
from typer.testing import CliRunner

import engine
from engine.cli.app import app
from engine.report.redaction import redacted
from engine.scenario.model import Scenario

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine.scenario.fields import Entry

pytestmark = pytest.mark.slow

MARK = "secret"
ENUMERATED = {"oneway", "effect", "kind", "mode", "modes", "days", "condition", "holder"}
"""Fields with values of a list, or the names of actors, which stay."""
STAYS = {
    "Scenario.title", "Scenario.title_ar", "Scenario.actors", "Actor.label", "Actor.label_ar", "Passage.actor",
    "Route.id", "Route.label", "Route.label_ar", "Route.actor", "Event.actor", "Event.defender",
    "Event.contestants", "Holding.contestants", "Enclave.label", "Enclave.label_ar",
    "Enclave.id", "Enclave.actor", "Roads.credit",
}  # fmt: skip
DAY = dt.date(2020, 1, 8)
FULL: dict[str, Any] = {
    "title": "A title that stays",
    "title_ar": "عنوان يبقى",
    "start": dt.date(2020, 1, 1),
    "end": dt.date(2020, 2, 3),
    "believe": 0.5,
    "stale_after": 300,
    "overlook_range": {"km": 0.5},
    "falls": {f"{MARK}-p1": 0.3778123},
    "travel": {"speeds": {"primary": 40}},
    "roads": {
        "credit": "A credit that stays",
        "encoding": "UTF-8",
        "allow": {"access": ["private"]},
        "refuse": {f"{MARK}-tag": [f"{MARK}-value"]},
        "admit": {f"{MARK}-other": [f"{MARK}-ferry"]},
        "barriers": [f"{MARK}-barrier"],
    },
    "actors": {
        "own": {"label": "Own", "label_ar": "نحن", "passes": [{"actor": "other", "from": DAY}]},
        "other": {"label": "Other"},
    },
    "sources": {f"{MARK}-source": {"label": f"{MARK}-source-label", "reliability": 0.9}},
    "places": [
        {"id": f"{MARK}-p{n}", "name": f"{MARK}-place-{n}", "name_ar": f"{MARK}-ar-{n}", "lat": 0.0,
         "lon": n * 0.1, "aliases": [f"{MARK}-alias-{n}"], "kind": f"{MARK}-kind",
         "source": f"{MARK}-place-source", "population": 123457}
        for n in range(4)
    ],
    "sites": [
        {"id": f"{MARK}-twin", "label": f"{MARK}-twin", "label_ar": f"{MARK}-ar", "place": f"{MARK}-p2"},
        {"id": f"{MARK}-road", "road": [f"{MARK}-road-name"]},
        {"id": f"{MARK}-between", "between": [f"{MARK}-p0", f"{MARK}-p1"]},
        {"id": f"{MARK}-area", "area": f"{MARK}-area.geojson"},
        {"id": f"{MARK}-line", "line": f"{MARK}-line.geojson", "buffer_km": 0.5},
        {"id": f"{MARK}-group", "places": [f"{MARK}-p2"], "sites": [f"{MARK}-twin"]},
        {"id": "pocket", "label": "Pocket", "label_ar": "جيب", "places": [f"{MARK}-p2", f"{MARK}-p3"]},
    ],
    "overlooks": [
        {"site": f"{MARK}-p3", "onto": f"{MARK}-between"},
        {"site": f"{MARK}-p3", "onto": f"{MARK}-line"},
    ],
    "gates": [
        {"site": f"{MARK}-p1", "modes": ["convoy"], "days": ["mon"], "note": f"{MARK}-gate-note"},
        {"site": f"{MARK}-twin", "modes": ["civilian"], "note": f"{MARK}-gate-note"},
    ],
    "routes": [
        {"id": "r", "label": "Route", "label_ar": "طريق", "actor": "own", "from": [f"{MARK}-p0"],
         "via": [f"{MARK}-p1"], "to": f"{MARK}-p3", "within": f"{MARK}-road"},
    ],
    "enclaves": [
        {"id": "pocket", "label": "Pocket", "label_ar": "جيب", "site": f"{MARK}-group", "actor": "own",
         "lifelines": [f"{MARK}-p0"], "population": {f"{MARK}-p2": 123457}},
    ],
    "baseline": [
        *({"site": f"{MARK}-p{n}", "holder": "own", "source": f"{MARK}-row-source", "note": f"{MARK}-row",
           "claim": f"{MARK}-claim"}
          for n in range(4)),
        {"site": f"{MARK}-p2", "condition": "contested", "contestants": ["own", "other"],
         "date": dt.date(2020, 1, 9), "holder": "own"},
    ],
    "events": [
        {"id": f"{MARK}-e1", "date": dt.date(2020, 1, 16), "earliest": dt.date(2020, 1, 15),
         "latest": dt.date(2020, 1, 17), "reported": dt.date(2020, 1, 18), "site": f"{MARK}-area",
         "kind": "captured", "actor": "other", "defender": "own", "confidence": 0.9,
         "dispute": f"{MARK}-dispute", "claim": f"{MARK}-said", "source": f"{MARK}-source", "note": f"{MARK}-event-note"},
        {"id": f"{MARK}-e2", "date": dt.date(2020, 1, 23), "site": f"{MARK}-p1", "kind": "fighting",
         "contestants": ["own", "other"], "after": f"{MARK}-e1", "source": f"{MARK}-source"},
        {"id": f"{MARK}-e3", "date": dt.date(2020, 1, 24), "lat": 0.0, "lon": 0.31, "precision_km": 5,
         "kind": "under_fire", "note": f"{MARK}-event-note"},
    ],
}  # fmt: skip


def toml(value: Any) -> str:
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{json.dumps(key)} = {toml(one)}" for key, one in value.items()) + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return str(value) if isinstance(value, dt.date) else json.dumps(value, ensure_ascii=False)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp(f"{MARK}-user")
    lines = [
        shapely.LineString([(n * 0.1, 0), (n * 0.1 + 0.05, 0.01), ((n + 1) * 0.1, 0)])
        for n in range(3)
    ]
    lines += [shapely.LineString([(n * 0.1, 0), (n * 0.1, 0.02)]) for n in (1, 2)]
    texts = ("name", "name_ar", "alt_name", "ref")
    columns = {text: [f"{MARK}-{text}"] * 5 for text in texts} | {"highway": ["primary"] * 5}
    columns["name"] = [f"{MARK}-road-name"] * 5
    roads = geopandas.GeoDataFrame(columns, geometry=lines, crs=4326)
    roads.to_file(folder / f"{MARK}-roads.geojson")
    area = geopandas.GeoDataFrame(geometry=[shapely.box(0.25, -0.1, 0.4, 0.1)], crs=4326)
    area.to_file(folder / f"{MARK}-area.geojson")
    geopandas.GeoDataFrame(geometry=lines[:1], crs=4326).to_file(folder / f"{MARK}-line.geojson")
    values = FULL | {"network": str(folder / f"{MARK}-roads.geojson")}
    path = folder / f"{MARK}.toml"
    path.write_text(
        "\n".join(f"{json.dumps(k)} = {toml(v)}" for k, v in values.items()), encoding="utf-8"
    )
    return path


def texts_of(annotation: object) -> bool:
    """Whether a field may hold free text; a name of a list of values is none."""
    if typing.get_origin(annotation) is typing.Literal:
        return False
    inner = [each for each in typing.get_args(annotation) if not isinstance(each, str)]
    return annotation is str or any(map(texts_of, inner))


def models_of(annotation: object) -> Iterator[type[Entry]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        for field in annotation.model_fields.values():
            yield from models_of(field.annotation)
    for inner in typing.get_args(annotation):
        yield from models_of(inner)


def found_in(value: object) -> Iterator[tuple[str, object]]:
    """Yield every field of every model of a scenario with its value."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield f"{type(value).__name__}.{name}", getattr(value, name)
            yield from found_in(getattr(value, name))
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from found_in(one)
    elif isinstance(value, dict):
        for one in value.values():
            yield from found_in(one)


def test_every_text_field_of_every_model_is_marked() -> None:
    marked = {
        name for name, value in found_in(Scenario.model_validate(FULL | {"network": MARK}))
        if MARK in str(value)
    }  # fmt: skip
    fields = {
        f"{model.__name__}.{name}"
        for model in models_of(Scenario)
        for name, field in model.model_fields.items()
        if name not in ENUMERATED and texts_of(field.annotation)
    }
    assert len(fields) > 50
    assert fields - marked - STAYS <= {
        "Headcount.people",
        "Roads.allow",
        "Roads.encoding",
        "Travel.speeds",
    }


def read(path: Path) -> str:
    if path.suffix == ".xlsx":
        package = zipfile.ZipFile(path)
        return "\n".join(package.read(name).decode() for name in package.namelist())
    if path.suffix == ".parquet":
        return geopandas.read_parquet(path).to_csv() + path.read_bytes().decode("utf-8", "ignore")
    return path.read_bytes().decode("utf-8", "ignore")


COMMANDS = {
    "run": ("out",),
    "report": ("page.html",),
    "plot": ("map.svg", "maps.svg", "timeline.svg"),
    "export": ("l.gpkg", "l.parquet", "l.geojson", "s.xlsx", "sheets"),
}


def test_every_command_that_redacts_is_tried() -> None:
    info = app.registered_commands
    with_option = {
        command.name or command.callback.__name__ for command in info
        if command.callback and "redact" in typing.get_type_hints(command.callback)
    }  # fmt: skip
    assert with_option == set(COMMANDS)


@pytest.mark.parametrize("known_on", [(), ("--known-on", "2020-01-17")])
@pytest.mark.parametrize("command", COMMANDS)
def test_no_mark_is_left(
    file: Path, tmp_path: Path, command: str, known_on: tuple[str, ...]
) -> None:
    for name in COMMANDS[command]:
        out = tmp_path / name
        what = ("--what", out.stem) if command == "plot" else ()
        options = ("--hxl",) if command == "export" else ()
        arguments = [command, str(file), "--redact", "--out", str(out), *known_on, *what, *options]
        shown = CliRunner().invoke(app, arguments)
        assert shown.exit_code == 0, shown.exception
        texts = shown.output.replace(str(out), "").replace(str(tmp_path), "")
        written = sorted(out.rglob("*")) if out.is_dir() else [out]
        assert written
        texts += "\n".join(path.name + read(path) for path in written)
        if command != "run":
            texts += (
                CliRunner().invoke(app, [*arguments, "--json"]).output.replace(str(tmp_path), "")
            )
        else:
            texts += CliRunner().invoke(app, [command, str(file), "--redact", "--json"]).output
        assert "A title that stays" in texts
        assert re.findall(f".{{0,40}}{MARK}.{{0,40}}", texts) == []
        for figure in ("123457", "123,457", "0.3778123", "2020-01-16"):
            assert figure not in texts


def test_gates_are_shown_as_on_the_day_that_a_week_shows(file: Path) -> None:
    exact = engine.analyze(engine.load_scenario(file))
    shared = redacted(exact)
    for week, monday in enumerate(shared.days):
        inside = [at for at, day in enumerate(exact.days) if monday <= day < monday + 7] or [0]
        on_days = [[words[at] for words in exact.statuses.values()] for at in inside]
        assert [words[week] for words in shared.statuses.values()] in on_days
    assert shared.scenario.gates
    for gate in shared.scenario.gates:
        assert not gate.days
        assert not gate.note
        assert gate.from_ is not None
        assert gate.from_.weekday() == 0
    closed = [
        shared.because("r", at) for at, word in enumerate(shared.statuses["r"]) if word == "cut"
    ]
    assert any("closed" in text for text in closed)


def test_known_on_counts_the_same_reports_as_without(file: Path) -> None:
    for day in (dt.date(2020, 1, 16), dt.date(2020, 1, 18), dt.date(2020, 1, 30)):
        exact = engine.analyze(engine.load_scenario(file), known_on=day)
        assert redacted(exact).facts.believed == exact.facts.believed
