"""Tipping: against linear programs, every set of members, a grid, and the conditions of an optimum."""

from itertools import combinations
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from made_up import panel
from numpy.typing import NDArray
from scipy.optimize import linprog, minimize

from bci.model.bands import NO_BAND, band
from bci.model.means import arithmetic
from bci.sensitivity_analysis.tipping import Norm, tipping, tipping_weights

Array = NDArray[np.float64]

NAN = np.nan
QUARTERS = np.array([0, 0.25, 0.5, 0.75])

thorough = settings(deadline=None, max_examples=80)
both_norms = pytest.mark.parametrize("norm", get_args(Norm))


def weighed_panel(rows: int, members: int, missing: float, seed: int) -> tuple[Array, Array]:
    """Scores with gaps, and weights of which the last is 0."""
    weights = np.random.default_rng(seed).random(members - 1) + 0.05
    return panel(rows, members, missing, seed), np.append(weights, 0)


def one(scores: list[float], weights: list[float], norm: Norm, edges: Array = QUARTERS) -> tuple[float, int]:
    """Distance and band of a single row."""
    (distance,), (to,) = tipping(np.array([scores]), np.array(weights, dtype=float), edges, norm)
    return float(distance), int(to)


def size(change: Array, norm: Norm) -> Array:
    """Size of changes of weights, along the last axis."""
    return np.linalg.norm(change, 1 if norm == "absolute" else 2, axis=-1)


def on_the_way(score: float, row: Array, edges: Array) -> list[tuple[float, int]]:
    """Edges that some weighting carries the mean over, each with the band beyond."""
    own = int(band(np.array(score), edges))
    upwards = [(edges[own + 1], own + 1)] if own + 1 < len(edges) and row.max() >= edges[own + 1] else []
    downwards = [(edges[own], own - 1)] if own > 0 and row.min() < edges[own] else []
    return upwards + downwards


def least_absolute(row: Array, start: Array, edge: float) -> float:
    """Smallest sum of absolute changes, as a linear program in what is added and what is taken."""
    members = len(row)
    sums = np.vstack([np.ones(members), row])
    solved = linprog(
        np.ones(2 * members),
        A_eq=np.hstack([sums, -sums]),
        b_eq=[0, edge - start @ row],
        A_ub=np.hstack([-np.eye(members), np.eye(members)]),
        b_ub=start,
    )
    return float(solved.fun)


def least_euclidean(row: Array, start: Array, edge: float) -> float:
    """Smallest Euclidean change: the nearest point of every face of the simplex that is not outside it."""
    found = []
    for count in range(1, len(row) + 1):
        for kept in map(list, combinations(range(len(row)), count)):
            sums = np.vstack([np.ones(count), row[kept]])
            short = np.array([1, edge]) - sums @ start[kept]
            point = np.zeros(len(row))
            point[kept] = start[kept] + np.linalg.pinv(sums) @ short
            if np.allclose(sums @ point[kept], [1, edge], atol=1e-10) and (point >= -1e-12).all():
                found.append(np.linalg.norm(point - start))
    return float(min(found))


LEAST = {"absolute": least_absolute, "euclidean": least_euclidean}


@both_norms
@pytest.mark.parametrize("missing", [0, 0.4])
def test_no_smaller_change_leads_to_another_band(missing, norm):
    scores, weights = weighed_panel(60, 5, missing, 1)
    distances, to = tipping(scores, weights, QUARTERS, norm)
    compared = 0
    for row, distance, number in zip(scores, distances, to, strict=True):
        present = ~np.isnan(row)
        held, start = row[present], weights[present] / max(weights[present].sum(), 1e-300)
        if not start.any():
            assert (np.isnan(distance), number) == (True, NO_BAND)
            continue
        ways = [(LEAST[norm](held, start, e), b) for e, b in on_the_way(start @ held, held, QUARTERS)]
        if not ways:
            assert (np.isnan(distance), number) == (True, NO_BAND)
            continue
        assert (distance, number) == (pytest.approx(min(ways)[0], abs=1e-9), min(ways)[1])
        compared += 1
    assert compared > 30


def test_euclidean_tipping_by_a_general_solver():
    scores, weights = weighed_panel(15, 4, 0, 2)
    start = weights / weights.sum()
    distances, to = tipping(scores, weights, QUARTERS, "euclidean")
    for row, distance, number in zip(scores, distances, to, strict=True):
        if number == NO_BAND:
            continue
        edge = QUARTERS[max(number, band(row @ start, QUARTERS))]
        solved = minimize(
            lambda point: ((point - start) ** 2).sum(),
            np.full(4, 0.25),
            bounds=[(0, 1)] * 4,
            constraints=[
                {"type": "eq", "fun": lambda point: point.sum() - 1},
                {"type": "eq", "fun": lambda point, row=row, edge=edge: point @ row - edge},
            ],
            method="SLSQP",
            options={"ftol": 1e-14},
        )
        assert distance == pytest.approx(np.sqrt(solved.fun), abs=1e-6)


@both_norms
def test_nearest_point_of_a_grid_that_lies_in_another_band(norm):
    steps = 400
    first, second = (each.ravel() for each in np.meshgrid(np.arange(steps + 1), np.arange(steps + 1)))
    grid = np.column_stack([first, second, steps - first - second])[first + second <= steps] / steps
    start = np.array([0.5, 0.3, 0.2])
    far = size(grid - start, norm)
    for row in panel(25, 3, 0, 3):
        distance, _ = one(row.tolist(), start.tolist(), norm)
        elsewhere = band(grid @ row, QUARTERS) != band(row @ start, QUARTERS)
        if elsewhere.any():
            assert distance - 1e-12 <= far[elsewhere].min() <= distance + 4 / steps
        else:
            assert np.isnan(distance)


@both_norms
@pytest.mark.parametrize("missing", [0, 0.4])
def test_weights_are_a_weighting_on_the_edge_at_the_distance(missing, norm):
    scores, weights = weighed_panel(300, 6, missing, 4)
    scores[::10] = 0.4
    distances, to = tipping(scores, weights, QUARTERS, norm)
    reached = tipping_weights(scores, weights, QUARTERS, norm)
    tips = to != NO_BAND
    assert 100 < tips.sum() <= 270
    np.testing.assert_array_equal(np.isnan(distances), ~tips)
    np.testing.assert_array_equal(np.isnan(reached), np.repeat(~tips[:, None], 6, axis=1))

    scores, reached, to = scores[tips], reached[tips], to[tips]
    present = ~np.isnan(scores)
    assert (reached >= 0).all()
    assert not reached[~present].any()
    np.testing.assert_allclose(reached.sum(axis=1), 1, atol=1e-14)
    start = np.where(present, weights, 0)
    start /= start.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(size(reached - start, norm), distances[tips], atol=1e-14)
    means = (reached * np.nan_to_num(scores)).sum(axis=1)
    own = band(arithmetic(scores, weights), QUARTERS)
    np.testing.assert_allclose(means, QUARTERS[np.maximum(own, to)], atol=1e-14)
    assert (np.abs(own - to) == 1).all()

    # A hair further the same way lies in the band that is named.
    further = means + 1e-9 * np.sign(to - own)
    np.testing.assert_array_equal(band(further, QUARTERS), to)


coarse = st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0])
rows_of_scores = arrays(
    float,
    st.tuples(st.integers(1, 4), st.just(5)),
    elements=st.just(NAN) | coarse | st.floats(0, 1, width=16),
)
five_weights = arrays(float, 5, elements=st.just(0.0) | st.floats(0.01, 5)).filter(np.any)


@thorough
@given(rows_of_scores, five_weights)
def test_euclidean_weights_fulfil_the_conditions_of_an_optimum(scores, weights):
    # v = max(0, w + a + b s): one line through v - w of all members with weight, above it for the others.
    reached = tipping_weights(scores, weights, QUARTERS, "euclidean")
    for row, point in zip(scores, reached, strict=True):
        if np.isnan(point).any():
            continue
        present = ~np.isnan(row)
        row, point, start = row[present], point[present], weights[present] / weights[present].sum()
        held = point > 1e-9
        line = np.column_stack([np.ones(len(row)), row])
        slope = np.linalg.lstsq(line[held], (point - start)[held], rcond=None)[0]
        if np.ptp(row[held]) > 1e-6:
            np.testing.assert_allclose(line[held] @ slope, (point - start)[held], atol=1e-9)
            assert (start + line @ slope)[~held].max(initial=-1) <= 1e-8


@thorough
@given(rows_of_scores, five_weights, st.sampled_from(get_args(Norm)), st.floats(0.001, 1000))
def test_only_proportions_of_weights_count(scores, weights, norm, times):
    # Scores on an edge but for rounding may fall to either side, and are left out.
    score = arithmetic(scores, weights)
    clear = (np.abs(score[:, None] - QUARTERS[1:]) > 1e-12).all(axis=1)
    once, again = (tipping(scores, factor * weights, QUARTERS, norm) for factor in (1, times))
    np.testing.assert_allclose(once.distance[clear], again.distance[clear], atol=1e-9)


@thorough
@given(rows_of_scores, five_weights)
def test_the_two_distances_bound_each_other(scores, weights):
    absolute = tipping(scores, weights, QUARTERS, "absolute").distance
    euclidean = tipping(scores, weights, QUARTERS, "euclidean").distance
    np.testing.assert_array_equal(np.isnan(absolute), np.isnan(euclidean))
    known = ~np.isnan(absolute)
    assert (euclidean[known] <= absolute[known] + 1e-12).all()
    assert (absolute[known] <= np.sqrt(5) * euclidean[known] + 1e-12).all()
    assert (absolute[known] <= 2 + 1e-12).all()


@both_norms
def test_a_missing_member_is_as_good_as_none(norm):
    scores, weights = weighed_panel(80, 5, 0, 6)
    scores[:, 1] = NAN
    without = tipping(np.delete(scores, 1, axis=1), np.delete(weights, 1), QUARTERS, norm)
    within = tipping(scores, weights, QUARTERS, norm)
    np.testing.assert_allclose(within.distance, without.distance, atol=1e-15)
    np.testing.assert_array_equal(within.band, without.band)


@pytest.mark.parametrize(
    ("scores", "weights", "absolute", "euclidean", "to"),
    [
        # Mean 0.4. A quarter goes from 0.2 to 0.6; or -1/4, 0, +1/4.
        ([0.2, 0.4, 0.6], [1, 1, 1], 0.5, 0.25 * np.sqrt(2), 2),
        # Mean 0.5, on the lower edge of its band: any change downwards leaves it.
        ([0.25, 0.75], [1, 1], 0, 0, 1),
        # Mean 0.375, as far from 0.25 as from 0.5: the higher band.
        ([0.125, 0.625, 0.125, 0.625], [1, 1, 1, 1], 0.5, 0.25, 2),
        # The edge above is reached only where everything lies on 0.5; 0.25 is not fallen below.
        ([0.25, 0.25, 0.5], [2, 1, 1], 1.5, np.sqrt(0.5**2 + 0.25**2 + 0.75**2), 2),
        # One that weighs nothing is given weight: 0.3 rises to 0.5 with a third of 0.9.
        ([0.3, 0.9], [1, 0], 2 / 3, np.sqrt(2) / 3, 2),
        # Of two with no weight the worse stays without.
        ([0.3, 0.9, 0.26], [1, 0, 0], 2 / 3, np.sqrt(2) / 3, 2),
        ([0.3, NAN, 0.9, NAN], [1, 1, 0, 1], 2 / 3, np.sqrt(2) / 3, 2),
    ],
)
def test_tipping_by_hand(scores, weights, absolute, euclidean, to):
    assert one(scores, weights, "absolute") == (pytest.approx(absolute, abs=1e-15), to)
    assert one(scores, weights, "euclidean") == (pytest.approx(euclidean, abs=1e-15), to)


def test_the_two_distances_may_lead_to_different_bands():
    # Mean 0.37. Up: 0.13/0.9 from 0.1 to 1. Down: 0.1 from 1 and 0.05 from 0.7 to 0.1, or -0.1, +0.15, -0.05,
    # the last two after 1 has fallen to zero (-0.1, +0.125, -0.025).
    scores, weights = [1.0, 0.1, 0.7], [1.0, 6, 3]
    assert one(scores, weights, "absolute") == (pytest.approx(0.26 / 0.9), 2)
    assert one(scores, weights, "euclidean") == (pytest.approx(np.sqrt(0.035)), 0)


@both_norms
@pytest.mark.parametrize(
    ("scores", "weights"),
    [
        ([0.3, 0.3, 0.3], [1, 2, 3]),  # equal: no weighting moves the mean
        ([0.25, 0.25, 0.25], [0.1, 0.2, 0.7]),  # equal and on an edge
        ([0.3], [2]),
        ([0.5], [2]),
        ([NAN, 0.3, NAN], [1, 1, 1]),  # all missing but one
        ([0.26, 0.3, 0.49], [1, 1, 1]),  # all in one band
        ([0.25, 0.49], [1, 1]),  # the lowest on the lower edge of the band, which is not below it
        ([NAN, NAN], [1, 1]),  # no score
        ([NAN, 0.3, 0.6], [1, 0, 0]),  # nothing present that weighs
    ],
)
def test_where_nothing_tips(scores, weights, norm):
    distance, to = one(scores, weights, norm)
    assert (np.isnan(distance), to) == (True, NO_BAND)
    assert np.isnan(tipping_weights(np.array([scores]), np.array(weights, dtype=float), QUARTERS, norm)).all()


@both_norms
@pytest.mark.parametrize("score", [0.1, 0.3, 0.55, 0.7])
def test_rounding_does_not_tip_equal_scores_that_lie_on_an_edge(score, norm):
    edges = np.array([0, score])
    for weights in np.random.default_rng(7).random((50, 3)):
        distance, to = one([score] * 3, weights.tolist(), norm, edges)
        assert (np.isnan(distance), to) == (True, NO_BAND)
        distance, to = one([0.05, *[score] * 3], [0, *weights.tolist()], norm, edges)
        assert (distance, to) == (pytest.approx(0, abs=1e-14), 0)


@both_norms
def test_a_single_band_has_no_other(norm):
    distance, to = one([0.1, 0.9], [1, 1], norm, np.array([0.0]))
    assert (np.isnan(distance), to) == (True, NO_BAND)


@both_norms
def test_tiny_distances_keep_their_digits(norm):
    # The mean is 2**-30 short of 0.5; the edge is reached when 2**-30 of 0.5 and a little has moved.
    distance, to = one([0.25 - 2.0**-29, 0.75], [1, 1], norm)
    moved = 2.0**-30 / (0.5 + 2.0**-29)
    assert (distance, to) == (pytest.approx({"absolute": 2, "euclidean": 2**0.5}[norm] * moved, rel=1e-12), 2)


@both_norms
@pytest.mark.parametrize("off", [-1e-12, -1e-13, 0, 1e-13])
def test_a_hair_from_an_edge_is_as_good_as_on_it(off, norm):
    # Of equal scores none leads below the edge; with one that does, the mean is already there.
    distance, to = one([0.5 + off, 0.5], [1, 1], norm)
    assert (np.isnan(distance), to) == (True, NO_BAND)
    assert one([0.5 + off, 0.5, 0.1], [1, 1, 0], norm) == (pytest.approx(0, abs=1e-12), 1)
    # The highest of these reaches the edge.
    distance, to = one([0.3, 0.5 + off], [1, 1], norm)
    assert (distance, to) == (pytest.approx(size(np.array([0.5, 0.5]), norm), abs=1e-9), 2)
