"""Random arrays for tests: like NumPy's in shape and range, and small where something fails."""

from __future__ import annotations

import numpy as np
from hypothesis import find, given
from hypothesis import strategies as st

from tests.draws import Draws


@given(st.data())
def test_draws_have_the_shapes_and_ranges_of_numpy(data) -> None:
    draws = Draws(data.draw)
    table = draws.integers(2, 7, size=(3, 40))
    assert table.shape == (3, 40)
    assert set(table.ravel()) <= {2, 3, 4, 5, 6}
    assert 0 <= draws.random() < 1
    assert draws.choice(["a", "b"]) in {"a", "b"}
    assert len(set(draws.choice(9, 4, replace=False))) == 4
    assert sorted(draws.permutation(list("abc"))) == list("abc")


def test_a_failing_case_comes_out_small() -> None:
    @st.composite
    def arrays(draw) -> np.ndarray:
        return Draws(draw).integers(0, 10, size=6)

    smallest = find(arrays(), lambda array: np.count_nonzero(array > 3) >= 2)
    assert sorted(smallest.tolist()) == [0, 0, 0, 0, 4, 4]
