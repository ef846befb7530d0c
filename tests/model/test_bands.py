"""Bands: inclusive lower edges, the ends, what is missing, distances, and a plain loop as second route."""

import numpy as np
import pytest

from bci.arrays import Array
from bci.model.bands import HAIR, NO_BAND, above_edge, band, is_partial, to_next
from bci.model.means import mean

NAN = np.nan
QUARTERS = np.array([0, 0.25, 0.5, 0.75])
UNEVEN = np.array([0, 0.1, 0.7, 1.0])


def below(value: float) -> float:
    """A number so far under a value that no rounding can be meant."""
    return value - 2 * HAIR


@pytest.mark.parametrize(
    ("edges", "scores", "numbers"),
    [
        # A band starts at its lower edge.
        (QUARTERS, [0.0, 0.1, below(0.25), 0.25, below(0.5)], [0, 0, 0, 1, 1]),
        (QUARTERS, [0.5, below(0.75), 0.75, 0.9, 1.0], [2, 2, 3, 3, 3]),
        # One that starts at 1 holds 1 alone; a single one holds every score.
        (UNEVEN, [below(1.0), 1.0], [2, 3]),
        (np.array([0.0]), [0.0, 0.4, 1.0], [0, 0, 0]),
        # A missing score has none: its number picks the last of a list, where the words of bands have none.
        (QUARTERS, [NAN, 1.0, NAN], [-1, 3, -1]),
        # Bands have the shape of the scores.
        (QUARTERS, [[0.1, NAN], [0.3, 0.6], [0.8, 1.0]], [[0, NO_BAND], [1, 2], [3, 3]]),
    ],
)
def test_bands_of_scores(edges, scores, numbers):
    assert band(np.array(scores), edges).tolist() == numbers


@pytest.mark.parametrize(
    ("score", "up", "down"),
    [
        (0.0, 0.25, 0.0),
        (0.125, 0.125, 0.125),
        (0.25, 0.25, 0.0),
        (0.625, 0.125, 0.125),
        # There is nothing above the highest band.
        (0.75, NAN, 0.0),
        (1.0, NAN, 0.25),
        (NAN, NAN, NAN),
    ],
)
def test_distances_to_the_edges(score, up, down):
    np.testing.assert_array_equal(to_next(np.array([score]), QUARTERS), [up])
    np.testing.assert_array_equal(above_edge(np.array([score]), QUARTERS), [down])


def test_data_are_partial_where_coverage_is_short_of_1_by_more_than_rounding():
    # As for a score on an edge: what is short by no more than a hair is not short.
    coverages = [0.0, 0.5, below(1.0), 1 - HAIR, 1.0, NAN]
    assert is_partial(coverages).tolist() == [True, True, True, False, False, False]


def test_distances_have_the_shape_of_the_scores():
    scores = np.array([[0.125, NAN], [0.25, 1.0]])
    np.testing.assert_array_equal(to_next(scores, QUARTERS), [[0.125, NAN], [0.25, NAN]])
    np.testing.assert_array_equal(above_edge(scores, QUARTERS), [[0.125, NAN], [0.0, 0.25]])


def some_scores() -> Array:
    """Scores at random, on edges, and missing."""
    rng = np.random.default_rng(0)
    return np.concatenate([rng.uniform(size=2000), QUARTERS, UNEVEN, [1.0, NAN]])


@pytest.mark.parametrize("edges", [QUARTERS, UNEVEN, np.array([0.0]), np.linspace(0, 1, 12)[:-1]])
def test_bands_are_those_of_a_plain_loop(edges):
    slow = []
    for score in some_scores():
        number = NO_BAND
        for i, edge in enumerate(edges):
            if score >= edge:
                number = i
        slow.append(number)
    assert band(some_scores(), edges).tolist() == slow


@pytest.mark.parametrize("edges", [QUARTERS, UNEVEN, np.linspace(0, 1, 12)[:-1]])
def test_distances_reach_from_edge_to_edge(edges):
    scores = some_scores()
    number = band(scores, edges)
    inside = (number != NO_BAND) & (number < len(edges) - 1)
    widths = np.diff(edges)[number[inside]]
    reach = to_next(scores, edges) + above_edge(scores, edges)
    np.testing.assert_allclose(reach[inside], widths, rtol=0, atol=1e-15)
    assert np.isnan(reach[~inside]).all()


def test_a_score_moved_by_its_distance_is_in_the_next_band():
    # Multiples of 1/64, so that nothing is rounded.
    scores = np.arange(48) / 64
    moved = scores + to_next(scores, QUARTERS)
    assert (band(moved, QUARTERS) == band(scores, QUARTERS) + 1).all()
    assert (above_edge(moved, QUARTERS) == 0).all()


@pytest.mark.parametrize("weights", [[0.7, 0.3], [0.1, 0.2, 0.3], [1, 1, 1]])
def test_members_that_all_lie_on_an_edge_have_a_mean_in_the_upper_band(weights):
    for edge in (0.25, 0.5, 0.7, 0.75):
        merged = mean(np.full((1, len(weights)), edge), np.array(weights, dtype=float))
        assert band(merged, np.array([0, edge])) == [1]
