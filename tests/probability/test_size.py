"""Many reports at once: fast enough, exact where it can be, and the same on any processor."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from engine.probability.exact import Effort, answer_of
from engine.probability.probability import UncertaintyModel, probabilities

from .chains import chain
from .grids import grid
from .test_known import analysis, by_day, day, on

pytestmark = pytest.mark.slow

DAY = np.datetime64("2014-12-05")
ROOT = Path(__file__).parents[2]
RUN = """
import sys
from tests.probability.grids import grid
from tests.probability.test_checkpoint import bytes_of
from engine.probability.probability import probabilities
from engine.probability.exact import Effort
one = grid(4, 14, seed=3, lost=0.0)
for effort in (Effort(), Effort(at_once=2**20), Effort(most_worlds=0, most_nodes=0, tolerance=0.02)):
    sys.stdout.buffer.write(bytes_of(probabilities(one, dates="2014-12-05", effort=effort)))
"""


def test_twenty_events_that_matter_take_less_than_a_second() -> None:
    model = UncertaintyModel(grid(5, 20, seed=1, lost=0.0))
    model.query_event("r", DAY, 0)
    shares = []
    for effort in (Effort(), Effort(at_once=2**20)):
        begun = time.process_time()
        event = model.query_event("r", DAY, 1)
        answer = answer_of(event, effort)
        shares.append(
            float(answer.weight([variable.probability for variable in event.variables])[0])
        )
        assert time.process_time() - begun < 1
        assert event.n_worlds == 2**20
    assert shares[0] == pytest.approx(shares[1], abs=1e-12)


def test_forty_events_are_exact_by_a_diagram() -> None:
    found = probabilities(grid(8, 40, seed=3, lost=0.0), dates="2014-12-05").isel(id=0, date=0)
    assert found.worlds >= 2**39
    assert found.method == "decision diagram"
    assert np.array_equal(found.low, found.high)


@pytest.mark.parametrize("reports", [500, 1200])
def test_hundreds_of_reports_on_one_road_are_exact(reports) -> None:
    begun = time.process_time()
    found = probabilities(chain(reports), dates="2014-12-05").isel(id=0, date=0)
    assert found.method == "decision diagram"
    assert float(found.probability.sel(status="open")) == pytest.approx(0.999**reports, rel=1e-12)
    assert float(found.worlds) == (2.0**reports if reports < 1024 else np.inf)
    assert time.process_time() - begun < 10


def test_a_source_may_have_many_reports_some_of_them_in_an_order() -> None:
    reports = [
        on(3, "b", "captured", actor="y", source="herald", confidence=0.1, id=f"e{at}")
        for at in range(24)
    ]
    reports[1]["after"] = "e0"
    reports[0] |= {"latest": day(4)}
    reports[1] |= {"latest": day(4)}
    found = analysis(*reports, sources={"herald": {"reliability": 0.6}})
    assert by_day(found)[4] == pytest.approx(0.4 + 0.6 * 0.9**24)
    # On day 3, of the two in an order: neither has happened if both are false, or true on day 4.
    neither = 0.9 * 0.9 + 2 * 0.1 * 0.9 / 2 + 0.1 * 0.1 / 3
    assert by_day(found)[3] == pytest.approx(0.4 + 0.6 * 0.9**22 * neither)


def test_the_bytes_do_not_depend_on_the_number_of_threads() -> None:
    code = RUN
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=os.environ
            | dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), n),
            check=True,
            capture_output=True,
        ).stdout
        for n in ("1", "2")
    }
    assert len(found) == 1
    assert len(found.pop()) > 100
