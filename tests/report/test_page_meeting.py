"""What stands first on the page is what the measures say, for every route and every day of the seed scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import engine
from engine.report.page.told import Meeting
from engine.serve.session import to_verify

if TYPE_CHECKING:
    from engine import Analysis


def of(meeting: Meeting, name: str, interval: int) -> dict[str, Any]:
    return meeting.of(name, interval, meeting.analysis.causes(name, interval))


def test_the_sentence_of_the_seed_scenario(seed: Analysis) -> None:
    found = of(Meeting(seed), "castello", seed.interval_on("2014-12-20"))
    assert found["first"] == (
        "Castello road: at risk since 14 December 2014; one place from being cut; 300,000 people."
    )
    told = {line["head"]: line["text"] for line in found["lines"]}
    assert "al-Mallah farms" in told["Hangs on"]
    assert told["Relief"].endswith("1 place: al-Mallah farms.")
    assert told["People"] == "Eastern Aleppo: 300,000 at risk"
    verify = to_verify(seed, "castello", seed.interval_on("2014-12-20"))
    best = engine.importance(seed, "castello", "2014-12-20").verify["event"].iloc[0]
    assert verify is not None
    assert verify["id"] == best
    assert best in verify["text"]


def test_every_day_agrees_with_margin_and_explain(seed: Analysis) -> None:
    meeting = Meeting(seed)
    for name in seed.subjects:
        for at, day in enumerate(seed.days):
            found = of(meeting, name, at)
            (edge,) = engine.margin(seed, str(day), subject=name).to_dict("records")
            places = sorted({place for one in edge["sets"] for place in one})
            assert found[edge["change"]] == places
            assert f": {seed.statuses[name][at]} since" in found["first"]
            explained = engine.explain(seed, name, str(day))
            for step in explained.because:
                assert set(step.sites) <= set(found["causes"])


def test_a_cut_route_says_what_would_relieve_it(seed: Analysis) -> None:
    lost = engine.whatif(seed, events=["mallah captured by government on 2014-12-25"])
    found = of(Meeting(lost), "castello", lost.interval_on("2014-12-26"))
    assert found["first"] == (
        "Castello road: cut since 25 December 2014; the capture of al-Mallah farms would relieve it; 300,000 people."
    )
    assert found["gain"] == ["mallah"]
    enclave = of(Meeting(lost), "eastern-aleppo", lost.interval_on("2014-12-26"))
    assert "300,000 people" in enclave["first"]
    assert {"head": "People", "text": "Eastern Aleppo: 300,000 besieged"} in enclave["lines"]
