"""Single changes as the written page looks them up, and as full runs have them: day by day."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

import engine
from engine.analysis.status import enclave_status, route_status
from engine.control.runs import Runs
from engine.control.states import OF_RUNS, States, control_over_time
from engine.report.page.content import _sites
from engine.report.page.offline import whatif_of
from engine.scenario.change_sets import Change, changed_by

if TYPE_CHECKING:
    from engine.analysis.analysis import Analysis
    from engine.control.sectors import Sectors
    from engine.measures.single_changes import Said

NUMBERS = 6


def days_of(analysis: Analysis) -> np.ndarray:
    return np.arange(analysis.states.borders[0], analysis.states.borders[-1])


def page_of(analysis: Analysis) -> dict[str, Any]:
    """Return those parts of the page that single changes are looked up in, without its reasons."""
    kept = np.arange(analysis.sectors.network.n_segments)
    sites = [site["id"] for site in _sites(analysis)]
    whatif = whatif_of(analysis, sites, kept)
    assert whatif is not None
    return {
        "whatif": whatif.data | whatif.texts(),
        "borders": (analysis.states.borders - analysis.states.borders[0]).astype(int).tolist(),
        "pieces": {"sector": analysis.sectors.sector.tolist()},
        "sectors": {
            key: getattr(analysis.states, key)[analysis.states.run_of]
            for key in ("holder", "condition")
        },
        "routes": [{"id": name, "status": words} for name, words in analysis.statuses.items()],
    }


def looked_up(
    page: dict[str, Any], analysis: Analysis, site: str, kind: int, day: int
) -> tuple[dict[str, list[str]], np.ndarray]:
    """Return the statuses, and holder and condition of each piece of road, on every day."""
    table = page["whatif"]
    piece = np.array(page["pieces"]["sector"])
    fine = piece if table["sector"] is None else np.array(table["sector"])
    interval = np.searchsorted(analysis.days, days_of(analysis), side="right") - 1
    statuses = {route["id"]: [route["status"][at] for at in interval] for route in page["routes"]}
    ground = np.array([page["sectors"][key] for key in ("holder", "condition")])
    ground = ground[:, piece][:, :, interval].transpose(2, 0, 1)
    cells = np.array(table["sites"][site][kind]).reshape(-1, NUMBERS).tolist()
    lasts = table["lasts"] or len(interval)
    for at in range(day, min(day + lasts, len(interval))):
        if table["heard"] is not None and day > table["heard"]:
            break
        for first, last, since, until, status, moved in cells:
            if first <= interval[at] <= last and since <= day and (until < 0 or day <= until):
                for route, word in table["statuses"][status]:
                    statuses[page["routes"][route]["id"]][at] = word
                for sector, holder, condition, _ in np.reshape(table["grounds"][moved], (-1, 4)):
                    ground[at][:, fine == sector] = [[holder], [condition]]
    return statuses, ground


def days_to_try(page: dict[str, Any], site: str, kind: int) -> list[int]:
    """Return a day of a change for each answer that the page has, and for those without one."""
    cells = np.array(page["whatif"]["sites"][site][kind], dtype=np.int64).reshape(-1, NUMBERS)
    days = {0, *cells[:, 2].tolist(), *(cells[cells[:, 3] >= 0, 3] + 1).tolist()}
    return sorted(day for day in days if day < page["borders"][-1])


def full_run(
    analysis: Analysis, said: Said, site: str, day: int
) -> tuple[dict[str, list[str]], np.ndarray]:
    """Return the same from a run with the change: what `--with` does."""
    event = said.event(site, days_of(analysis)[day].item())
    scenario = changed_by(analysis.scenario, [Change(change="add", event=event)])
    after = engine.analyze(scenario, network=analysis.network, known_on=analysis.known_on)
    interval = np.searchsorted(after.days, days_of(analysis), side="right") - 1
    statuses = {name: np.array(after.statuses[name])[interval].tolist() for name in after.statuses}
    return statuses, _ground(after.states, after.sectors, interval)


def _ground(states: States, sectors: Sectors, interval: np.ndarray) -> np.ndarray:
    run = states.run_of[sectors.sector][:, interval]
    return np.stack([states.holder[run], states.condition[run]]).transpose(2, 0, 1)


def full_runs(
    analysis: Analysis, sectors: Sectors, asked: list[tuple[Said, str, int]]
) -> list[tuple[dict[str, list[str]], np.ndarray]]:
    """Return the same for many changes: each run's own control, and the statuses of all at once.

    `sectors` are divided for all of the changes. There may be no gate: days do not matter then.
    """
    assert not analysis.scenario.gates
    runs = []
    for said, site, day in asked:
        event = said.event(site, days_of(analysis)[day].item())
        scenario = analysis.scenario.model_copy(
            update={"events": (*analysis.scenario.events, event)}
        )
        runs.append(control_over_time(scenario, sectors, analysis.known_on))
    together = _one_after_the_other(runs)
    terminals = engine.analysis.status.Terminals(analysis.scenario, sectors)
    codes = {
        **{r.id: route_status(terminals, together, r) for r in analysis.scenario.routes},
        **{e.id: enclave_status(terminals, together, e).status for e in analysis.scenario.enclaves},
    }
    found, start = [], 0
    for run in runs:
        interval = np.searchsorted(run.borders[:-1], days_of(analysis), side="right") - 1
        words = {
            name: engine.analysis.status.words_by_code(enclave=name in analysis.enclaves)[
                codes[name][start + interval]
            ].tolist()
            for name in codes
        }
        found.append((words, _ground(run, sectors, interval)))
        start += run.n_intervals
    return found


def _one_after_the_other(runs: list[States]) -> States:
    """Return the states of several runs on one axis of time."""
    start = np.cumsum([0, *(run.n_intervals for run in runs)])
    row = np.concatenate([run.runs.row for run in runs])
    begin = np.concatenate([run.runs.begin + at for run, at in zip(runs, start, strict=False)])
    order = np.lexsort((begin, row))
    first = np.searchsorted(row[order], np.arange(runs[0].runs.n_rows + 1))
    fields = {
        name: np.concatenate([getattr(run, name) for run in runs], axis=-1)[..., order]
        for name in OF_RUNS
    }
    return replace(
        runs[0],
        borders=np.concatenate([*(run.borders[:-1] for run in runs), runs[-1].borders[-1:]]),
        passable=np.concatenate([run.passable for run in runs], axis=-1),
        runs=Runs(first, begin[order], int(start[-1])),
        **fields,
    )
