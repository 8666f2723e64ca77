"""Scenarios that are too deep, too long or go round are refused with a message, and large ones still read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine import analyze, load_scenario
from engine.errors import ScenarioError
from tests.work import at_most_calls

if TYPE_CHECKING:
    from pathlib import Path

HEAD = 'title = "t"\nstart = 2014-12-01\nend = 2014-12-10\n'
ACTORS = "[actors.opposition]\n[actors.government]\n"
N = 5000
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
    "lists": (HEAD + f"x = {'[' * N}{']' * N}\n" + ACTORS, {}, "too deep in one another"),
    "a few lists": (HEAD + f"x = {'[' * 40}{']' * 40}\n" + ACTORS, {}, "too deep in one another"),
    "inline tables": (HEAD + f"x = {'{a = ' * N}1{'}' * N}\n" + ACTORS, {}, "too deep in one another"),
    "a dotted key": (HEAD + ".".join("a" * N) + " = 1\n" + ACTORS, {}, "too deep in one another"),
    "a header": (HEAD + ACTORS + f"[{'.'.join('a' * N)}]\n", {}, "too deep in one another"),
    "groups by places": (
        HEAD + ACTORS + site("a", places='["b"]') + site("b", places='["a"]'), {},
        "s.toml, line 8: the group holds itself: 'a' in 'b' in 'a'",
    ),
    "groups by both": (
        HEAD + ACTORS + site("a", places='["b"]') + site("b", sites='["a"]'), {},
        "s.toml, line 8: the group holds itself: 'a' in 'b' in 'a'",
    ),
    "a group of its own name": (HEAD + ACTORS + site("azaz", places='["azaz"]'), {}, "'azaz' in 'azaz'"),
    "a stretch": (
        HEAD + ACTORS + site("a", between='["mare", "a"]'), {}, "the stretch lies between itself: 'a' in 'a'",
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


def write(folder: Path, text: str, files: dict[str, str]) -> Path:
    for name, content in {"s.toml": text, **files}.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder / "s.toml"


@pytest.fixture(autouse=True)
def in_bounded_work():
    with at_most_calls(10_000_000):
        yield


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_too_deep_or_goes_round_is_refused(tmp_path: Path, what: str) -> None:
    text, files, message = REFUSED[what]
    with pytest.raises(ScenarioError) as refused:
        load_scenario(write(tmp_path, text, files))
    assert message in str(refused.value)
    assert len(str(refused.value)) < 1000


@pytest.mark.parametrize("what", READ)
def test_what_is_deep_and_sound_is_read(tmp_path: Path, what: str) -> None:
    assert analyze(load_scenario(write(tmp_path, *READ[what]))).scenario.title == "t"
