"""Long panels are worked through in pieces: no seam shows, and no row is no mistake."""

from collections.abc import Callable

import numpy as np
import pytest
from made_up import QUARTERS, panel

from bci.arrays import Array
from bci.sensitivity_analysis.exact import (
    CELLS,
    band_shares,
    mean_range,
    pieces,
    share_below,
    weights_at_ends,
)
from bci.sensitivity_analysis.nested import nested_share_below
from bci.sensitivity_analysis.tipping import tipping, tipping_weights

EDGES = np.array(list(QUARTERS.values()))
BOX = np.full(6, 0.1), np.full(6, 0.3)
WEIGHTS = np.array([1, 2, 3, 4, 5, 0.0])
FORMULAS: list[Callable[[Array], object]] = [
    lambda scores: mean_range(scores, *BOX),
    lambda scores: weights_at_ends(scores, *BOX),
    lambda scores: share_below(scores, 0.5),
    lambda scores: band_shares(scores, EDGES),
    lambda scores: nested_share_below([scores[:, :2], scores[:, 2:]], 0.5),
    lambda scores: tipping(scores, WEIGHTS, EDGES),
    lambda scores: tipping(scores, WEIGHTS, EDGES, "euclidean"),
    lambda scores: tipping_weights(scores, WEIGHTS, EDGES),
    lambda scores: tipping_weights(scores, WEIGHTS, EDGES, "euclidean"),
]


def parts(result: object) -> list[Array]:
    return list(result) if isinstance(result, tuple) else [np.asarray(result)]


@pytest.mark.parametrize("formula", FORMULAS)
def test_long_panels_are_worked_through_without_a_seam(formula):
    some = panel(50, 6, 0.2, 11)
    times = 3 * CELLS // some.size
    many = np.tile(some, (times, 1))
    assert len(list(pieces(*many.shape))) > 2
    for long, short in zip(parts(formula(many)), parts(formula(some)), strict=True):
        tiled = np.tile(short, (times, *[1] * (short.ndim - 1)))
        np.testing.assert_allclose(long, tiled, rtol=0, atol=1e-13)


@pytest.mark.parametrize(("members", "rows"), [(1, 32_768), (4, 8_192), (8, 4_096), (150, 4_096)])
def test_a_piece_has_so_many_scores_but_never_few_rows(members, rows):
    # 32,768 scores, and 4,096 rows where that is more.
    assert list(pieces(2 * rows + 1, members)) == [slice(i * rows, (i + 1) * rows) for i in range(3)]


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_panel_without_rows(formula):
    assert all(len(part) == 0 for part in parts(formula(np.empty((0, 6)))))
