"""Scenarios that are too deep, too long or go round are refused with a message, and large ones still read."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from engine import analyze, load_scenario
from engine.control import states
from engine.errors import ScenarioError
from engine.io import text
from engine.scenario import load
from engine.scenario.fields import Entry
from engine.scenario.model import Scenario
from scripts.fuzz_scenario import WHOLE, case, drawn_cases, leaves, toml_of, tried
from tests.work import at_most_calls

if TYPE_CHECKING:
    from pathlib import Path

HEAD = 'title = "t"\nstart = 2014-12-01\nend = 2014-12-10\n'
ACTORS = "[actors.opposition]\n[actors.government]\n"
N = 5000
MOST_CALLS = 10_000_000
EVENTS = 'events = "e.csv"\n'


def site(name: str, **keys: object) -> str:
    return f'[[sites]]\nid = "{name}"\n' + "".join(
        f"{key} = {held}\n" for key, held in keys.items()
    )


def events(after: list[str]) -> str:
    rows = (f"e{at},2014-12-05,azaz,raid,{name}\n" for at, name in enumerate(after))
    return "id,date,site,kind,after\n" + "".join(rows)


def chain(n: int) -> dict[str, str]:
    files = {f"i{at}.toml": f'include = "i{at + 1}.toml"\n' for at in range(n)}
    return files | {f"i{n}.toml": ACTORS}


REFUSED = {
    "lists": (HEAD + f"x = {'[' * N}{']' * N}\n" + ACTORS, {}, "nested too deeply"),
    "a few lists": (HEAD + f"x = {'[' * 40}{']' * 40}\n" + ACTORS, {}, "nested too deeply"),
    "inline tables": (HEAD + f"x = {'{a = ' * N}1{'}' * N}\n" + ACTORS, {}, "nested too deeply"),
    "a dotted key": (HEAD + ".".join("a" * N) + " = 1\n" + ACTORS, {}, "nested too deeply"),
    "a header": (HEAD + ACTORS + f"[{'.'.join('a' * N)}]\n", {}, "nested too deeply"),
    "groups by places": (
        HEAD + ACTORS + site("a", places='["b"]') + site("b", places='["a"]'), {},
        "s.toml, line 8: the group contains itself: 'a' in 'b' in 'a'",
    ),
    "groups by both": (
        HEAD + ACTORS + site("a", places='["b"]') + site("b", sites='["a"]'), {},
        "s.toml, line 8: the group contains itself: 'a' in 'b' in 'a'",
    ),
    "a group of its own name": (HEAD + ACTORS + site("azaz", places='["azaz"]'), {}, "'azaz' in 'azaz'"),
    "a stretch": (
        HEAD + ACTORS + site("a", between='["mare", "a"]'), {}, "the stretch refers to itself: 'a' in 'a'",
    ),
    "a long circle": (
        HEAD + ACTORS + "".join(site(f"s{at}", places=f'["s{(at + 1) % N}"]') for at in range(N)), {},
        "'s7' and 4993 more",
    ),
    "events in a long circle": (
        EVENTS + HEAD + ACTORS, {"e.csv": events([f"e{(at + 1) % N}" for at in range(N)])},
        "'e7' and 4993 more",
    ),
    "includes": ('include = "i0.toml"\n' + HEAD, chain(3000), "more than 50 files include one another in turn"),
}  # fmt: skip
READ = {
    "groups": (
        HEAD + ACTORS + "".join(site(f"s{at}", places=f'["s{at + 1}"]') for at in range(N)) + site(f"s{N}", place='"azaz"'), {},
    ),
    "events": (EVENTS + HEAD + ACTORS, {"e.csv": events(["", *(f"e{at}" for at in range(N - 1))])}),
    "includes": ('include = "i0.toml"\n' + HEAD, chain(40)),
}  # fmt: skip


def value_at(path: tuple[str | int, ...]) -> Any:
    value: Any = WHOLE
    for step in path:
        value = value[step]
    return value


def write(folder: Path, whole: str, files: dict[str, str]) -> Path:
    for name, content in {"s.toml": whole, **files}.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder / "s.toml"


@pytest.fixture(autouse=True)
def in_bounded_work(request):
    if request.node.originalname == "test_hostile_values_are_read_or_refused":
        yield  # each of its cases is bounded
        return
    with at_most_calls(MOST_CALLS):
        yield


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_too_deep_or_goes_round_is_refused(tmp_path: Path, what: str) -> None:
    whole, files, message = REFUSED[what]
    with pytest.raises(ScenarioError) as refused:
        load_scenario(write(tmp_path, whole, files))
    assert message in str(refused.value)
    assert len(str(refused.value)) < 1000


@pytest.mark.parametrize("what", READ)
def test_what_is_deep_and_sound_is_read(tmp_path: Path, what: str) -> None:
    assert analyze(load_scenario(write(tmp_path, *READ[what]))).scenario.title == "t"


def test_more_entries_than_memory_holds_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = "".join(f"[actors.a{at}]\n" for at in range(load.MOST_NAMED + 1))
    with pytest.raises(ScenarioError, match="has 10,001 actors; expected at most 10,000"):
        load_scenario(write(tmp_path, HEAD + many, {}))
    monkeypatch.setattr(load, "MOST_ENTRIES", 100)
    rows = events([""] * 101)
    with pytest.raises(ScenarioError, match="has 101 events; expected at most 100"):
        load_scenario(write(tmp_path, EVENTS + HEAD + ACTORS, {"e.csv": rows}))
    monkeypatch.setattr(text, "MOST_BYTES", 2**20)
    with pytest.raises(ScenarioError, match=r"e\.csv: the file is 2 MB large; expected at most 1"):
        load_scenario(write(tmp_path, EVENTS + HEAD + ACTORS, {"e.csv": " \n" * 2**20}))


def test_more_days_than_can_be_computed_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ages = 'title = "t"\nstart = 0001-01-01\nend = 9999-12-31\n' + ACTORS
    gate = '[[gates]]\nsite = "jandoul"\n'
    file = write(tmp_path, ages + gate + 'days = ["mon"]\n', {})
    expected = (
        r"line 8: the state may change on 3,652,058 days of the run: a gate .* at most 100,000"
    )
    with pytest.raises(ScenarioError, match=expected):
        analyze(load_scenario(file))
    held = '[[baseline]]\nsite = "azaz"\nholder = "government"\n'
    sound = load_scenario(write(tmp_path, ages + gate + held, {}))
    assert analyze(sound).states.n_intervals == 1
    monkeypatch.setattr(states, "MOST_BYTES", 3)
    with pytest.raises(
        ScenarioError,
        match=r"line 3: who may pass over whose .* 2 actors, and 1 days .* shorter run",
    ):
        analyze(sound)


@pytest.mark.parametrize(
    "path",
    [path for path in leaves(WHOLE) if type(value_at(path)) in {int, float}],
    ids=lambda path: ".".join(map(str, path)),
)
def test_no_field_takes_what_is_no_number(tmp_path: Path, path: tuple[str | int, ...]) -> None:
    """Each numeric field of each model refuses what is not finite or far out of range."""
    for value in (float("inf"), float("-inf"), float("nan"), 1e308, 10**400, True):
        # what a shape encloses is looked at later
        command = "check" if {"area", "line"} & set(path) else "load"
        assert case(tmp_path, path, value, command) == "refused", value


def test_every_field_of_every_model_is_tried() -> None:
    """The scenario of which each value is replaced has them all."""
    given: dict[type[Entry], set[str]] = {}

    def note(entry: object) -> None:
        if isinstance(entry, Entry):
            given.setdefault(type(entry), set()).update(entry.model_fields_set)
            entry = [getattr(entry, name) for name in entry.model_fields_set]
        for held in entry.values() if isinstance(entry, dict) else entry:
            if isinstance(held, (Entry, dict, list, tuple)):
                note(held)

    note(Scenario.model_validate(WHOLE))
    for model in Entry.__subclasses__():
        if model.__module__ in {"engine.scenario.model", "engine.scenario.fields"}:
            assert given[model] == set(model.model_fields), model


@pytest.mark.slow
def test_hostile_values_are_read_or_refused(tmp_path: Path, random_seed: int) -> None:
    found = set()
    for drawn in drawn_cases(400, random_seed):
        with at_most_calls(MOST_CALLS):
            found.add(case(tmp_path, *drawn))
    assert found <= {"read", "refused", "left out"}


COMMANDS = {
    "check": (), "run": ("--probability",), "margin": (), "critical": (), "ways": (), "enclaves": (), "known": (),
    "access": ("--actor", "opposition"), "report": ("--out", "page.html"), "export": ("--out", "layers.gpkg"),
    "plot": ("--what", "timeline", "--out", "t.png"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("first", "last"), [("0001-01-01", "9999-12-31"), ("9999-12-30", "9999-12-31")]
)
def test_a_run_may_last_from_the_first_to_the_last_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: str, last: str
) -> None:
    monkeypatch.chdir(tmp_path)
    whole = WHOLE | {"start": dt.date.fromisoformat(first), "end": dt.date.fromisoformat(last)}
    del whole["gates"]  # one that opens on Mondays makes half a million intervals
    whole["events"] = [
        {"date": day, "site": "azaz", "kind": "captured", "actor": "government", "confidence": 0.6}
        for day in (whole["start"], whole["end"])
    ]
    file = write(tmp_path, toml_of(whole), {})
    for command, options in COMMANDS.items():
        assert tried(tmp_path, [command, str(file), *options]) == "read", command
    assert tried(tmp_path, ["run", str(file), "--redact"]) == "read"
