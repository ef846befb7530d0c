"""Shares on two levels: against shares on one, closed cases, other integrals, and draws."""

from collections.abc import Sequence
from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy.integrate import dblquad, quad

from bci.sensitivity_analysis.exact import share_below
from bci.sensitivity_analysis.nested import nested_share_below

Array = NDArray[np.float64]

NAN = np.nan
SURE = 1e-12

brief = settings(deadline=None, max_examples=25)


def nested(*groups: Sequence[float], edge: float = 0.5) -> float:
    """Share of a single row, whose error must be as small as promised."""
    (share,), (error,) = nested_share_below([np.array([group], dtype=float) for group in groups], edge)
    assert error < 1e-9
    return float(share)


def awkward(rows: int, members: int, edge: float, seed: int) -> Array:
    """Scores on the edge, a hair from it or from each other, equal, at the ends, and missing."""
    rng = np.random.default_rng(seed)
    size = (rows, members)
    scores, hair = rng.random(size), rng.choice([-1, 1], size) * 10.0 ** -rng.integers(2, 16, size)
    beside = np.roll(scores, 1, axis=1)
    kinds = [scores, np.full(size, edge), edge + hair, beside, beside + hair, np.round(scores), scores * NAN]
    return np.clip(np.choose(rng.integers(0, len(kinds), size), kinds), 0, 1)


@pytest.mark.parametrize("edge", [0.01, 0.25, 0.5, 0.9])
@pytest.mark.parametrize("members", [1, 2, 3, 6, 12])
def test_a_single_dimension_is_its_own_share(members, edge):
    scores = awkward(200, members, edge, members)
    share, error = nested_share_below([scores], edge)
    np.testing.assert_allclose(share, share_below(scores, edge), rtol=0, atol=SURE)
    assert (np.nan_to_num(error) < 1e-11).all()


@pytest.mark.parametrize("edge", [0.01, 0.25, 0.5, 0.9])
@pytest.mark.parametrize(("dimensions", "bound"), [(2, 1e-10), (3, 1e-9), (6, 1e-8), (12, 1e-6)])
def test_dimensions_of_one_score_are_a_single_level(dimensions, bound, edge):
    scores = awkward(200, dimensions, edge, dimensions)
    share, error = nested_share_below(np.split(scores, dimensions, axis=1), edge)
    np.testing.assert_allclose(share, share_below(scores, edge), rtol=0, atol=SURE)
    assert (np.nan_to_num(error) < bound).all()


@pytest.mark.parametrize(("dimensions", "members"), [(4, 2), (4, 3), (12, 12)])
def test_equal_scores_in_a_dimension_are_as_good_as_one(dimensions, members):
    scores = awkward(200, dimensions, 0.5, members)
    groups = [np.repeat(scores[:, [column]], members, axis=1) for column in range(dimensions)]
    share, _ = nested_share_below(groups, 0.5)
    np.testing.assert_allclose(share, share_below(scores, 0.5), rtol=0, atol=SURE)


def test_nearly_equal_scores_give_what_equal_ones_do():
    # Differences of logarithms, the textbook formula, would lose all digits here.
    for gap in (1e-6, 1e-10, 1e-14):
        near = nested([0.2, 0.2 + gap, 0.2 + 2 * gap, 0.2 + 3 * gap], [0.8, 0.8 - gap])
        assert near == pytest.approx(nested([0.2], [0.8]), abs=4 * gap + SURE)


def test_a_dimension_that_begins_on_the_edge():
    # X = t + b a with b flat on 0..1, against t - c: the share is E c/(c + a b) = (c/a) log(1 + a/c).
    for a, c in [(0.4, 0.3), (0.001, 0.5), (0.5, 0.001)]:
        assert nested([0.5, 0.5 + a], [0.5 - c]) == pytest.approx(c / a * log(1 + a / c), abs=SURE)


def test_a_dimension_across_the_edge_against_one_on_it():
    # The one on the edge never decides: X is flat on 0.2..0.6, below 0.5 for three quarters.
    assert nested([0.2, 0.6], [0.5]) == pytest.approx(0.75, abs=SURE)
    assert nested([0.2, 0.6], [0.5, 0.5], [0.5, 0.5, 0.5]) == pytest.approx(0.75, abs=SURE)


def test_what_is_symmetric_about_the_edge_is_below_it_half_of_the_time():
    assert nested([0.3, 0.7], [0.45, 0.55], [0.1, 0.5, 0.9]) == pytest.approx(0.5, abs=SURE)


@pytest.mark.parametrize(
    ("groups", "share"),
    [
        ([[0.5, 0.5], [0.5]], 0),
        ([[0.5, 0.5], [0.5, np.nextafter(0.5, 1)]], 0),
        ([[0.5, 0.5], [0.5, np.nextafter(0.5, 0)]], 0),  # rounding alone, as for bands
        ([[0.5, 0.5], [0.5, 0.5 - 1e-9]], 1),
        ([[0.1, 0.5], [0.2, 0.3]], 1),
        ([[0.5, 0.6], [0.7, 0.8]], 0),
        ([[0.3, 0.3], [0.3, 0.3]], 1),
    ],
)
def test_no_rounding_where_every_weighting_agrees(groups, share):
    assert nested(*groups) == share


def test_rounding_leads_no_share_beyond_its_ends_and_no_error_under_what_it_may_be():
    # One score is above the edge, by next to nothing; and turned round, one below.
    below = [np.random.default_rng(8).uniform(0, 0.4, (500, members)) for members in (2, 3, 1)]
    below[1][:, 0] = 0.5 + 1e-6
    for groups in (below, [1 - group for group in below]):
        share, error = nested_share_below(groups, 0.5)
        assert ((share >= 0) & (share <= 1)).all()
        assert (error >= SURE).all()


def test_nothing_present_is_missing():
    share, error = nested_share_below([np.full((1, 2), NAN), np.full((1, 1), NAN)], 0.5)
    assert np.isnan([share, error]).all()


def test_missing_members_and_dimensions_take_no_part():
    whole = nested([0.2, 0.7], [0.4], [0.6, 0.9, 0.1])
    assert nested([0.2, NAN, 0.7], [NAN, NAN], [0.4, NAN], [0.6, 0.9, 0.1]) == pytest.approx(whole, abs=SURE)


def of_two(x: float, y: float) -> float:
    """Share below 0 for two differences."""
    if (x < 0) == (y < 0):
        return float(x < 0)
    return min(x, y) / (min(x, y) - max(x, y))


@pytest.mark.parametrize(
    ("first", "second"),
    [((0.2, 0.7), (0.3, 0.9)), ((0.1, 0.4), (0.45, 0.8)), ((0.05, 0.2), (0.6, 0.61)), ((0.3, 0.5), (0.4, 1))],
)
def test_two_pairs_by_integration_over_both_dimensions(first, second):
    # Integrated over each quarter about the edge, as the share has a kink where a difference is 0.
    (a, b), (c, d) = (np.array(pair) - 0.5 for pair in (first, second))
    total = 0.0
    for left, right in [(a, min(b, 0.0)), (max(a, 0.0), b)]:
        for low, high in [(c, min(d, 0.0)), (max(c, 0.0), d)]:
            if left < right and low < high:
                total += dblquad(of_two, low, high, left, right, epsabs=1e-11, epsrel=1e-11)[0]
    assert nested(first, second) == pytest.approx(total / (b - a) / (d - c), abs=1e-10)


def by_logarithms(differences: Sequence[float], theta: float) -> complex:
    """E 1/(1 - i theta X) as divided difference of z**(m-2) log z, for scores far apart."""
    z = 1 - 1j * theta * np.array(differences)
    size = len(z)
    others = [np.prod(own - np.delete(z, i)) for i, own in enumerate(z)]
    return complex((size - 1) * (z ** (size - 2) * np.log(z) / others).sum() if size > 1 else 1 / z[0])


@pytest.mark.parametrize(
    "groups",
    [
        [(0.2, 0.7), (0.3, 0.9)],
        [(0.2, 0.7), (0.35,), (0.1, 0.9)],
        [(0.0, 0.3, 1.0), (0.35, 0.8), (0.9, 0.1)],
        [(0.1, 0.45, 0.8), (0.0, 0.4, 1.0)],
    ],
)
def test_the_same_integral_from_logarithms_by_adaptive_quadrature(groups):
    def integrand(theta: float) -> float:
        factors = [by_logarithms([score - 0.55 for score in group], theta) for group in groups]
        return float(np.prod(factors).imag / theta)

    def mirrored(inverse: float) -> float:
        return integrand(1 / inverse) / inverse**2

    # Near 0 the integrand is the sum of the mean differences, but for a multiple of theta squared.
    start = 0.002
    total = start * sum(np.mean(group) - 0.55 for group in groups)
    for function, left, right in [(integrand, start, 1), (integrand, 1, 10), (mirrored, 1e-9, 0.1)]:
        total += quad(function, left, right, epsabs=1e-10, epsrel=1e-10, limit=500)[0]
    assert nested(*groups, edge=0.55) == pytest.approx(0.5 - total / np.pi, abs=1e-8)


def test_against_two_million_draws():
    rng = np.random.default_rng(0)
    draws = 2_000_000
    groups = [[0.7, 0.2, 0.45], [0.3, 0.9], [0.62], [0.35, 0.8]]
    below = np.zeros(draws)
    for group in groups:
        own = rng.standard_exponential((draws, len(group)))
        below += rng.standard_exponential(draws) * ((own @ np.array(group)) / own.sum(axis=1) - 0.5)
    share = nested(*groups)
    assert (below < 0).mean() == pytest.approx(share, abs=5 * np.sqrt(share * (1 - share) / draws))


def test_draws_are_not_flat_over_all_indicators():
    # Three against one: on one level the three have three quarters of the weight on average, on two a half.
    assert nested([0.2, 0.2, 0.2], [0.8]) == pytest.approx(0.5, abs=SURE)
    assert share_below(np.array([[0.2, 0.2, 0.2, 0.8]]), 0.5)[0] == pytest.approx(1 - 0.5**3)


def test_the_mean_of_the_index_follows_from_its_shares():
    # The mean of what lies in 0..1 is the integral of the share not below. Moving the edge by t is moving all
    # scores by -t; between scores the share is smooth, and few Gauss-Legendre nodes do.
    groups = [[0.1, 0.8, 0.3], [0.6, 0.9], [0.4]]
    nodes, widths = np.polynomial.legendre.leggauss(8)
    kinks = np.array([0, 0.1, 0.3, 0.4, 0.6, 0.8, 0.9, 1])
    half = np.diff(kinks)[:, None] / 2
    at, width = (kinks[:-1, None] + half * (1 + nodes)).ravel(), (half * widths).ravel()
    share, _ = nested_share_below([np.array(group) - at[:, None] for group in groups], 0)
    mean = width @ (1 - share)
    assert mean == pytest.approx(np.mean([np.mean(group) for group in groups]), abs=1e-6)


scores = st.just(NAN) | st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]) | st.floats(0, 1, width=16)
some_groups = st.integers(1, 3).flatmap(
    lambda rows: st.lists(
        st.integers(1, 4).flatmap(lambda members: arrays(float, (rows, members), elements=scores)),
        min_size=1,
        max_size=4,
    )
)
edges = st.integers(1, 63).map(lambda number: number / 64)


@brief
@given(some_groups, edges, edges)
def test_the_share_grows_with_the_edge(groups, first, second):
    low, high = (nested_share_below(groups, edge).share for edge in sorted([first, second]))
    known = ~np.isnan(low)
    assert ((low >= 0) & (high <= 1))[known].all()
    assert (low[known] <= high[known] + SURE).all()


@brief
@given(some_groups, edges)
def test_turned_round_the_shares_below_and_above_change_places(groups, edge):
    groups = [np.round(group * 2**20) / 2**20 for group in groups]
    together = np.concatenate(groups, axis=1)
    on_edge = (np.isnan(together) | (together == edge)).all(axis=1)
    both = sum(
        nested_share_below(each, at).share
        for each, at in [(groups, edge), ([1 - group for group in groups], 1 - edge)]
    )
    np.testing.assert_allclose(np.asarray(both)[~on_edge], 1, atol=2 * SURE)


@brief
@given(some_groups, edges, st.integers(0, 99))
def test_the_order_of_dimensions_and_members_is_indifferent(groups, edge, seed):
    rng = np.random.default_rng(seed)
    moved = [groups[i][:, rng.permutation(groups[i].shape[1])] for i in rng.permutation(len(groups))]
    expected = nested_share_below(groups, edge).share
    np.testing.assert_allclose(nested_share_below(moved, edge).share, expected, rtol=0, atol=SURE)
