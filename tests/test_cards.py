"""What the main objects are at a prompt and in a notebook, and that they can be passed around."""

from __future__ import annotations

import copy
import pickle
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from typing import Any

import pytest

import engine
from tests.public import backtest

SEED = "scenarios/castello-2014-12.toml"
HOSTILE = "<script>alert(1)</script>\x1b[31m & \"'\n\u202eevil" + "long " * 100


@pytest.fixture(scope="module")
def seed() -> engine.Analysis:
    return engine.analyze(engine.load_scenario(SEED))


def objects(analysis: engine.Analysis) -> dict[str, Any]:
    return {
        "analysis": analysis,
        "scenario": analysis.scenario,
        "network": analysis.network,
        "explanation": engine.explain(analysis, "castello", "2014-12-20"),
        "importance": engine.importance(analysis, "castello", "2014-12-20"),
        "reading": engine.read_text(
            "Handarat fell. Rebels seized a hill south of Handarat.",
            analysis.scenario,
            analysis.network.places,
            published="2014-12-20",
        ),
        "backtest": backtest(),
        "run": backtest().whole,
    }


def test_cards_are_short_and_say_what_matters(seed: engine.Analysis) -> None:
    for name, one in objects(seed).items():
        for text in (repr(one), str(one), f"{one}"):
            assert 1 < len(text.splitlines()) < 16, name
            assert len(text) < 2500, name
        assert one._repr_html_().startswith("<table>")
    assert "castello        at risk on 2014-12-31, changed once" in repr(seed)
    assert "schematic" in repr(seed)
    assert "at risk" in repr(engine.explain(seed, "castello", "2014-12-20"))
    assert "182 segments" in repr(seed.network)
    assert "handarat   captured on 2014-12-20" in repr(objects(seed)["reading"])


class Tags(HTMLParser):
    """Collects the tags of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - its signature
        self.tags.add(tag)


def test_texts_of_files_are_data_in_cards(seed: engine.Analysis) -> None:
    title = seed.scenario.model_copy(update={"title": HOSTILE})
    for one in (title, engine.analyze(title)):
        tags = Tags()
        tags.feed(one._repr_html_())
        assert tags.tags <= {"table", "caption", "tbody", "tr", "th", "td"}
        for text in (repr(one), one._repr_html_()):
            assert not {"\x1b", "\u202e"} & set(text)
            assert "evil" in text


@pytest.mark.parametrize(
    "passed_on", [copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))]
)
def test_copies_and_pickles_give_the_same_answers(seed: engine.Analysis, passed_on: Any) -> None:
    seed.path("castello", "2014-12-20")  # so that what is cached goes along
    other = passed_on(seed)
    assert other.spells().equals(seed.spells())
    assert other.share("W").equals(seed.share("W"))
    late = ["mallah captured by government on 2014-12-25"]
    mine, its = (engine.whatif(one, events=late).spells() for one in (seed, other))
    assert its.equals(mine)
    for name, one in objects(seed).items():
        assert repr(passed_on(one)) == repr(one), name


def test_threads_share_an_analysis() -> None:
    seed = engine.analyze(engine.load_scenario(SEED))
    days = [f"2014-12-{day:02}" for day in range(1, 32)] * 2
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda day: repr(engine.explain(seed, "castello", day)), days))
        spells = list(pool.map(lambda _: seed.spells(), range(8)))
    fresh = engine.analyze(seed.scenario, network=seed.network)
    assert found == [repr(engine.explain(fresh, "castello", day)) for day in days]
    assert all(one.equals(fresh.spells()) for one in spells)


def test_wrong_arguments_are_told_what_to_pass(seed: engine.Analysis) -> None:
    wrong: Any = SEED
    with pytest.raises(engine.InputError, match=r"expected analyze\(load_scenario\('scenarios/"):
        engine.analyze(wrong)
    with pytest.raises(
        engine.InputError, match=r"not an analysis; expected analyze\(analysis.scenario\)"
    ):
        engine.analyze(seed)  # type: ignore[arg-type]
    with pytest.raises(engine.InputError, match=r"expected events=\['mallah captured"):
        engine.whatif(seed, events="mallah captured by government on 2014-12-25")
    with pytest.raises(engine.InputError, match=r"expected withdraw=\['e012-mallah'\]"):
        engine.whatif(seed, withdraw="e012-mallah")
    with pytest.raises(engine.InputError, match="'2014-13' is not a day"):
        engine.analyze(seed.scenario, known_on="2014-13")
    early = engine.analyze(seed.scenario, known_on="2014-12-10")
    assert early.known_on is not None
    assert early.known_on.isoformat() == "2014-12-10"
