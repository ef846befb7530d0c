"""All weightings at once: limits against linear programs and corners, shares against fractions and draws."""

from fractions import Fraction
from itertools import product
from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from made_up import panel
from numpy.typing import NDArray
from scipy.optimize import linprog

from bci.model.bands import band
from bci.model.means import arithmetic
from bci.sensitivity_analysis.exact import band_shares, mean_range, share_below, weights_at_ends

Array = NDArray[np.float64]

NAN = np.nan
HAIR = 1e-12
QUARTERS = np.array([0, 0.25, 0.5, 0.75])

thorough = settings(deadline=None, max_examples=80)


def box(members: int, seed: int) -> tuple[Array, Array]:
    """A box around made-up weights, narrow for some members and wide for others."""
    rng = np.random.default_rng(seed)
    centre = rng.dirichlet(np.ones(members))
    return centre * rng.random(members), np.minimum(1, centre * (1 + 2 * rng.random(members)))


def corners(lowest: Array, highest: Array) -> Array:
    """Every corner of the box cut by sum 1: all members but one at a limit."""
    found = []
    for free, sides in product(range(len(lowest)), product([0, 1], repeat=len(lowest) - 1)):
        corner = np.insert(np.where(sides, np.delete(highest, free), np.delete(lowest, free)), free, 0)
        corner[free] = 1 - corner.sum()
        if lowest[free] - HAIR <= corner[free] <= highest[free] + HAIR:
            found.append(corner)
    return np.array(found)


def one(scores: list[float], edge: float) -> float:
    """Share below of a single row."""
    (share,) = share_below(np.array([scores]), edge)
    return float(share)


def test_reach_by_hand():
    # All at 0.25, and the quarter left over goes to 0.9: 0.25*0.2 + 0.25*0.4 + 0.5*0.9; or to 0.2.
    ends = mean_range(np.array([[0.2, 0.4, 0.9]]), np.full(3, 0.25), np.full(3, 0.5))
    np.testing.assert_allclose(np.ravel(ends), [0.425, 0.6], atol=1e-15)


@pytest.mark.parametrize("seed", range(8))
def test_reach_of_complete_rows_solves_the_linear_program(seed):
    scores, (lowest, highest) = panel(5, 6, 0, seed), box(6, seed)
    ends = mean_range(scores, lowest, highest)
    limits = np.column_stack([lowest, highest])
    for row, low, high in zip(scores, *ends, strict=True):
        least, most = (linprog(sign * row, A_eq=np.ones((1, 6)), b_eq=[1], bounds=limits) for sign in (1, -1))
        assert low == pytest.approx(least.fun, abs=1e-9)
        assert high == pytest.approx(-most.fun, abs=1e-9)


@pytest.mark.parametrize("seed", range(12))
def test_reach_of_rows_with_gaps_is_at_the_best_corner(seed):
    scores, (lowest, highest) = panel(40, 5, 0.4, seed), box(5, seed)
    ends = mean_range(scores, lowest, highest)
    means = np.array([arithmetic(scores, corner) for corner in corners(lowest, highest)])
    known = ~np.isnan(scores).all(axis=1)
    np.testing.assert_allclose(ends.low[known], means[:, known].min(axis=0), atol=1e-13)
    np.testing.assert_allclose(ends.high[known], means[:, known].max(axis=0), atol=1e-13)
    assert np.isnan(ends.low[~known]).all()


def test_no_admissible_weights_lead_beyond_the_reach():
    scores, (lowest, highest) = panel(200, 5, 0.4, 1), box(5, 1)
    ends = mean_range(scores, lowest, highest)
    known = ~np.isnan(ends.low)
    at = corners(lowest, highest)
    for mixture in np.random.default_rng(2).dirichlet(np.full(len(at), 0.2), 300):
        means = arithmetic(scores, mixture @ at)[known]
        assert (ends.low[known] - HAIR <= means).all()
        assert (means <= ends.high[known] + HAIR).all()


@pytest.mark.parametrize("missing", [0, 0.4])
def test_reach_weights_lie_in_the_box_and_lead_there(missing):
    scores, (lowest, highest) = panel(60, 5, missing, 3), box(5, 3)
    pairs = zip(mean_range(scores, lowest, highest), weights_at_ends(scores, lowest, highest), strict=True)
    for ends, weights in pairs:
        known = ~np.isnan(ends)
        assert (weights[known] >= lowest - HAIR).all()
        assert (weights[known] <= highest + HAIR).all()
        np.testing.assert_allclose(weights[known].sum(axis=1), 1, atol=HAIR)
        means = [arithmetic(row[None], own)[0] for row, own in zip(scores, weights, strict=True)]
        np.testing.assert_allclose(means, ends, atol=HAIR)
        assert np.isnan(weights[~known]).all()


def test_without_limits_the_reach_is_from_lowest_to_highest_score():
    scores = panel(300, 6, 0.5, 4)
    scores[scores < 0.1] = 0
    scores[np.isnan(scores).all(axis=1), 0] = 0.5
    ends = mean_range(scores, np.zeros(6), np.ones(6))
    np.testing.assert_array_equal(ends.low, np.nanmin(scores, axis=1))
    np.testing.assert_array_equal(ends.high, np.nanmax(scores, axis=1))
    assert not np.signbit(ends.low).any()


def test_fixed_weights_reach_their_own_mean():
    scores, weights = panel(100, 7, 0.3, 5), np.array([3, 1, 1, 2, 0, 5, 1]) / 13
    for end in mean_range(scores, weights, weights):
        np.testing.assert_allclose(end, arithmetic(scores, weights), atol=1e-15)


def test_a_row_without_admissible_weight_on_what_is_present_is_missing():
    # The missing member must have everything; nothing is present in the second row.
    ends = mean_range(np.array([[NAN, 0.5], [NAN, NAN]]), np.array([1.0, 0]), np.array([1.0, 0.3]))
    assert np.isnan(ends).all()


def test_a_missing_member_can_leave_almost_everything_to_the_others():
    # 0.9 may have 0.4 at most; with 0.2 at nothing and the rest on the missing member, it has all of P = 0.4.
    ends = mean_range(np.array([[0.2, 0.9, NAN]]), np.zeros(3), np.array([0.5, 0.4, 1]))
    np.testing.assert_array_equal(np.ravel(ends), [0.2, 0.9])


def test_what_adding_up_may_lose_leaves_a_box_its_weighting():
    for limits in ([1 + 1e-9], [1 + 1e-9]), ([0.0], [1 - 1e-9]):
        ends = mean_range(np.array([[0.3]]), *map(np.array, limits))
        np.testing.assert_allclose(np.ravel(ends), 0.3, rtol=0, atol=1e-15)


@pytest.mark.parametrize(
    ("lowest", "highest", "words"),
    [
        ([0.6, 0.6], [0.7, 0.7], "lowest weights add up to 1.2, over 1"),
        ([0.1, 0.1], [0.4, 0.5], "highest weights add up to 0.9, under 1"),
        ([-0.1, 0.1], [1, 1], "must be 0 or more"),
        ([0.5, 0.2], [0.4, 1], "none above its highest"),
    ],
)
def test_a_box_without_weightings_is_refused(lowest, highest, words):
    for function in (mean_range, weights_at_ends):
        with pytest.raises(ValueError, match=words):
            function(np.array([[0.2, 0.3]]), np.array(lowest), np.array(highest))


def in_fractions(scores: list[float], edge: float) -> float:
    """Share below by truncated powers, for scores that all differ, in exact arithmetic."""
    exact = [Fraction(score) for score in scores]
    return float(
        sum(
            (Fraction(edge) - own) ** (len(exact) - 1) / prod(other - own for other in exact if other != own)
            for own in exact
            if own < edge
        )
    )


@pytest.mark.parametrize(
    ("scores", "edge", "share"),
    [
        ([0.2, 0.6], 0.5, 0.75),  # below while the second weighs less than 0.3/0.4
        ([0.25, 0.75, 0.75], 0.5, 1 / 4),  # a corner with half of each of two sides: 1/2 * 1/2
        ([0.25, 0.25, 0.75], 0.5, 3 / 4),  # all but such a corner
        ([0.25, 0.625, 0.75], 0.5, 1 / 3),  # a corner with 0.25/0.375 of one side and 0.25/0.5 of the other
        ([0.5, 0.25, 0.75], 0.5, 1 / 2),  # the first drops out
        ([0.5, 0.5, 0.75], 0.5, 0),
        ([0.5, 0.5, 0.25], 0.5, 1),
        ([0.5, 0.5, 0.5], 0.5, 0),
        ([0.3, 0.3, 0.3], 0.3, 0),
        ([0.3, 0.3, 0.3], 0.5, 1),
        ([0.3, 0.3, 0.3], 0.1, 0),
        ([0.5], 0.5, 0),
        ([0.5], 0.5 + 1e-9, 1),
        ([0.5], np.nextafter(0.5, 1), 0),  # rounding alone, as for bands
        ([NAN, 0.2, NAN], 0.5, 1),
        ([NAN, 0.5, NAN], 0.5, 0),
        ([NAN, 0.2, 0.6], 0.5, 0.75),
        # One that is a hair short of the edge is on it, and drops out beside others.
        ([0.2, 0.5 - HAIR / 2], 0.5, 1),
        ([0.2, 0.5 - HAIR / 2, 0.6], 0.5, 0.75),
    ],
)
def test_share_below_in_closed_cases(scores, edge, share):
    assert one(scores, edge) == pytest.approx(share, abs=1e-15)


@pytest.mark.parametrize("edge", [0.1, 0.3, 0.55, 0.7])
@pytest.mark.parametrize("off", [-1e-9, -2e-12, -1e-12, -1e-13, 0, 1e-13, 1e-9])
def test_a_single_score_is_below_where_its_band_is(edge, off):
    assert one([edge + off], edge) == (band(np.array(edge + off), np.array([0, edge])) == 0)


def test_share_below_of_nothing_is_missing():
    assert np.isnan(one([NAN, NAN], 0.5))


@pytest.mark.parametrize("members", [2, 3, 6, 12, 30])
def test_share_below_in_fractions(members):
    scores = panel(12, members, 0, members)
    for edge in (0.1, 0.5, 0.6):
        expected = [in_fractions(row, edge) for row in scores.tolist()]
        np.testing.assert_allclose(share_below(scores, edge), expected, rtol=1e-13, atol=0)


@pytest.mark.parametrize("gap", [1e-3, 1e-8, 1e-15])
def test_share_below_keeps_its_digits_for_close_scores(gap):
    scores = [0.2, 0.2 + gap, 0.2 + 2 * gap, 0.7, 0.7 + gap]
    assert one(scores, 0.5) == pytest.approx(in_fractions(scores, 0.5), rel=1e-14)


@pytest.mark.parametrize("offset", [1e-6, 1e-12, 1e-16])
def test_a_score_moves_over_the_edge_without_a_jump(offset):
    at = one([0.2, 0.125, 0.9], 0.125)
    assert one([0.2, 0.125 - offset, 0.9], 0.125) == pytest.approx(at, abs=20 * offset)
    at = one([0.05, 0.125, 0.9], 0.125)
    assert one([0.05, 0.125 + offset, 0.9], 0.125) == pytest.approx(at, abs=20 * offset)


def test_share_below_on_a_fine_grid():
    # Middles of small cells of the simplex; a line leaves about one in doubt in each row of cells.
    steps = 600
    parts = (np.arange(steps) + 0.5) / steps
    first, second = (each.ravel() for each in np.meshgrid(parts, parts))
    inside = first + second < 1
    weights = np.column_stack([first, second, 1 - first - second])[inside]
    for scores in panel(10, 3, 0, 7):
        assert (weights @ scores < 0.4).mean() == pytest.approx(one(scores.tolist(), 0.4), abs=3 / steps)
    pairs = np.column_stack([parts, 1 - parts])
    for scores in panel(10, 2, 0, 8):
        assert (pairs @ scores < 0.4).mean() == pytest.approx(one(scores.tolist(), 0.4), abs=1 / steps)


def test_share_below_against_two_million_draws():
    rng = np.random.default_rng(0)
    draws = 2_000_000
    weights = rng.standard_exponential((draws, 6))
    scores = np.array([[0.9, 0.1, 0.45, 0.7, 0.2, 0.62], [0.9, NAN, 0.45, NAN, 0.2, 0.62]])
    for row, share in zip(scores, share_below(scores, 0.5), strict=True):
        counted = ((weights @ np.nan_to_num(row - 0.5)) < 0).mean()
        assert counted == pytest.approx(share, abs=5 * np.sqrt(share * (1 - share) / draws))


rows_of_scores = arrays(
    float,
    st.tuples(st.integers(1, 3), st.integers(1, 6)),
    elements=st.just(NAN) | st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]) | st.floats(0, 1, width=32),
)
# Numbers such that one less them, and the distance of a score to them, is not rounded.
edges = st.integers(1, 63).map(lambda number: number / 64)


@thorough
@given(rows_of_scores, edges, edges)
def test_the_share_below_grows_with_the_edge(scores, first, second):
    known = ~np.isnan(scores).all(axis=1)
    low, high = (share_below(scores, edge)[known] for edge in sorted([first, second]))
    assert (low <= high + 1e-15).all()


@thorough
@given(rows_of_scores, edges)
def test_turned_round_the_shares_below_and_above_change_places(scores, edge):
    scores = np.round(scores * 2**20) / 2**20
    on_edge = (np.isnan(scores) | (scores == edge)).all(axis=1)
    both = share_below(scores, edge) + share_below(1 - scores, 1 - edge)
    np.testing.assert_allclose(both[~on_edge], 1, atol=1e-14)


@thorough
@given(rows_of_scores, st.integers(0, 99))
def test_shares_are_blind_to_the_order_of_rows_and_members(scores, seed):
    rng = np.random.default_rng(seed)
    rows, members = rng.permutation(scores.shape[0]), rng.permutation(scores.shape[1])
    moved = band_shares(scores[rows][:, members], QUARTERS)
    np.testing.assert_array_equal(moved, band_shares(scores, QUARTERS)[rows])


@thorough
@given(rows_of_scores, st.lists(edges, unique=True, max_size=5))
def test_band_shares_add_up_to_one_and_follow_the_share_below(scores, inner):
    lower = np.array([0, *sorted(inner)])
    shares = band_shares(scores, lower)
    known = ~np.isnan(scores).all(axis=1)
    assert shares.shape == (len(scores), len(lower))
    assert np.isnan(shares[~known]).all()
    assert (shares[known] >= 0).all()
    np.testing.assert_allclose(shares[known].sum(axis=1), 1, atol=1e-15)
    for edge, up_to in zip(lower[1:], shares.cumsum(axis=1).T, strict=False):
        np.testing.assert_allclose(up_to, share_below(scores, edge), atol=1e-14)


def test_the_narrowest_bands_have_no_negative_share():
    lower = np.array([0, 0.5])
    while len(lower) < 20:
        lower = np.append(lower, np.nextafter(lower[-1], 1))
    assert (band_shares(panel(2000, 6, 0, 12), lower) >= 0).all()


def test_a_mean_that_no_weighting_moves_has_its_band_alone():
    scores = np.array([[0.3, NAN], [0.5, 0.5], [1.0, 1.0], [0.0, 0.0]])
    np.testing.assert_array_equal(band_shares(scores, QUARTERS), np.eye(4)[band(scores[:, 0], QUARTERS)])
