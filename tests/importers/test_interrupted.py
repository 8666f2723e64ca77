"""Edits of the user's files that are killed at any step, and two edits at once."""

import multiprocessing
import os
import shutil
from pathlib import Path

import pytest

from engine import load_scenario
from engine.importers.editing import add_events, event_of
from engine.importers.importing import import_reports

FIXTURES = Path(__file__).parent / "fixtures"
KILLED = 7
STEPS = 12


def edit(scenario, network, what):
    if what == "add":
        add_events(scenario, [event_of(["date=2014-12-20", "site=mallah", "kind=raid"])], network)
    else:
        source = FIXTURES / ("control.geojson" if what == "polygons" else "acled.csv")
        import_reports(
            "control-polygons" if what == "polygons" else "acled", source, scenario,
            actors=scenario.parent / "actors.csv", network=network, again=True,
        )  # fmt: skip


def killed_at(step, scenario, network, what):
    """Edit, but die just before a file or a folder is renamed for the `step`-th time."""
    left = step

    def before(rename):
        def wrapped(*args, **keys):
            nonlocal left
            if left == 0:
                os._exit(KILLED)
            left -= 1
            return rename(*args, **keys)

        return wrapped

    os.rename, os.replace = before(os.rename), before(os.replace)
    edit(scenario, network, what)


def child(target, *args):
    process = multiprocessing.get_context("fork").Process(target=target, args=args)
    process.start()
    return process


def state(path):
    scenario = load_scenario(path)
    return sorted(event.id for event in scenario.events), sorted(site.id for site in scenario.sites)


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.parametrize("what", ["acled", "polygons", "add"])
@pytest.mark.parametrize("already", [False, True])
def test_whatever_step_is_killed_the_scenario_is_the_old_or_the_new(
    scenario, aleppo, tmp_path, what, already
):
    if already:
        edit(scenario, aleppo, what)
    old = state(scenario)
    new_folder = tmp_path / "new"
    shutil.copytree(scenario.parent, new_folder, ignore=lambda *_: ["new"])
    edit(new_folder / scenario.name, aleppo, what)
    new = state(new_folder / scenario.name)
    seen = set()
    for step in range(STEPS):
        folder = tmp_path / f"step-{step}"
        shutil.copytree(
            scenario.parent, folder, ignore=lambda _, names: [n for n in names if n.startswith(("new", "step"))]
        )  # fmt: skip
        process = child(killed_at, step, folder / scenario.name, aleppo, what)
        process.join()
        after = state(folder / scenario.name)
        assert after in (old, new)
        seen.add((process.exitcode, after == new))
        if what != "add":
            edit(folder / scenario.name, aleppo, what)
            assert state(folder / scenario.name) == new
        assert not list(folder.glob(".supplyline*"))
        if process.exitcode == 0:
            break
    assert any(code == KILLED for code, _ in seen)
    assert (0, True) in seen


def add_some(scenario, network, who):
    for day in range(1, 6):
        pairs = [f"id={who}-{day}", f"date=2014-12-0{day}", "site=mallah", "kind=raid"]
        add_events(scenario, [event_of(pairs)], network)


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_edits_at_once_wait_for_one_another(scenario, aleppo):
    processes = [child(add_some, scenario, aleppo, who) for who in "abcd"]
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 4
    assert sorted(event.id for event in load_scenario(scenario).events) == [
        f"{who}-{day}" for who in "abcd" for day in range(1, 6)
    ]
