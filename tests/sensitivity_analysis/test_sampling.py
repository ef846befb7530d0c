"""Drawn weights: their moments against closed forms, the orders and limits they keep, and what is refused.

A mean or a standard deviation is believed within four of its standard errors, at seeds that stay as they are.
"""

from collections.abc import Callable
from typing import Any

import made_up
import numpy as np
import pytest
from house import cases
from numpy.random import Generator

import bci
from bci.arrays import Array
from bci.model.scheme import Scheme
from bci.sensitivity_analysis.constraints import read_constraint
from bci.sensitivity_analysis.sampling import (
    Kind,
    Weightings,
    box,
    constrained,
    dirichlet,
    draw,
    flat,
    lognormal,
    ordered,
    shares,
)

Sampler = Callable[[Array, Generator, int], Array]

N = 20_000
NAMES = ["a", "b", "c", "d", "e", "f"]


def rng(seed: int = 0) -> Generator:
    return np.random.default_rng(seed)


def scheme(**weights: float) -> Scheme:
    """Three dimensions of three, two and one indicators, and one that is dropped."""
    weights = {"p": 2.0, "q": 1.0, "r": 1.0, "dropped": 0.0} | weights
    inside = {"p": {"x": 1, "y": 3, "z": 4}, "q": {"u": 1, "v": 1}, "r": {"w": 5}, "dropped": {"t": 1}}
    return made_up.scheme({name: (weight, inside[name]) for name, weight in weights.items()})


def limits(constraints: list[str], members: int) -> Any:
    return [limit for text in constraints for limit in read_constraint(text, NAMES[:members])]


def assert_moments(drawn: Array, mean: Any, deviation: Any) -> None:
    """Mean and standard deviation of each column, within four standard errors."""
    n, centred = len(drawn), drawn - drawn.mean(axis=0)
    variance = (centred**2).mean(axis=0)
    error = np.sqrt(variance / n)
    assert (abs(drawn.mean(axis=0) - mean) <= 4 * error).all()
    # The error of a variance rests on the fourth moment, and a deviation's is that over twice itself.
    error = np.sqrt(((centred**4).mean(axis=0) - variance**2) / n) / (2 * np.sqrt(variance))
    assert (abs(np.sqrt(variance) - deviation) <= 4 * error).all()


def centroid(members: int) -> tuple[Array, Array]:
    """Mean and deviation of shares in falling order.

    The j-th largest share is the sum over i >= j of D_i / i, with D flat on the simplex and therefore
    cov(D_i, D_l) = (k [i = l] - 1) / (k^2 (k + 1)).
    """
    tail = np.triu(np.ones((members, members))) / np.arange(1, members + 1)
    covariance = (members * np.eye(members) - 1) / (members**2 * (members + 1))
    return tail.sum(axis=1) / members, np.sqrt(np.diag(tail @ covariance @ tail.T))


@pytest.mark.parametrize("members", [2, 3, 6])
@pytest.mark.parametrize("spread", [0.1, 0.5, 0.9])
def test_dirichlet_has_the_stated_spread(members, spread):
    drawn = dirichlet(np.full(members, 7.0), rng(1), N, spread=spread)
    assert_moments(drawn, 1 / members, spread / members)


def test_dirichlet_around_unequal_weights():
    drawn = dirichlet(np.array([1.0, 3.0, 4.0]), rng(2), N, spread=0.5)
    mean = np.array([1, 3, 4]) / 8
    # a0 = (3 - 1)/.5^2 - 1 = 7, so the variance is w(1 - w)/8
    assert_moments(drawn, mean, np.sqrt(mean * (1 - mean) / 8))


@pytest.mark.parametrize("members", [2, 3, 6])
def test_flat_is_uniform_on_the_simplex(members):
    deviation = np.sqrt((members - 1) / (members**2 * (members + 1)))
    assert_moments(flat(np.arange(1.0, members + 1), rng(3), N), 1 / members, deviation)


def test_lognormal_noise_on_the_logarithms():
    drawn = lognormal(np.array([1.0, 2.0, 5.0]), rng(4), N, spread=0.3)
    # What makes the shares add up to one drops out of their ratios: ln(w1/w0) ~ N(ln 2, 2 * .3^2)
    ratios = np.log(drawn[:, 1:] / drawn[:, :1])
    assert_moments(ratios, np.log([2, 5]), 0.3 * np.sqrt(2))


def test_box_noise_up_to_the_spread():
    c = 0.25
    drawn = box(np.array([1.0, 2.0, 5.0]), rng(5), N, spread=c)
    ratios = drawn[:, 1:] / drawn[:, :1]
    # With independent U, V on -1..1: E (1 + cU)/(1 + cV) = ln((1 + c)/(1 - c))/(2c),
    # and E of its square = (1 + c^2/3)/(1 - c^2)
    mean = np.log((1 + c) / (1 - c)) / (2 * c)
    deviation = np.sqrt((1 + c**2 / 3) / (1 - c**2) - mean**2)
    assert_moments(ratios, mean * np.array([2, 5]), deviation * np.array([2, 5]))
    limit = (1 + c) / (1 - c)
    assert (ratios / [2, 5]).max() <= limit
    assert (ratios / [2, 5]).min() >= 1 / limit


def test_three_in_order_have_the_known_mean_shares():
    drawn = ordered(np.ones(3), rng(6), N, chains=[[1, 0, 2]])
    assert (drawn[:, 1] >= drawn[:, 0]).all()
    assert (drawn[:, 0] >= drawn[:, 2]).all()
    assert_moments(drawn[:, [1, 0, 2]], np.array([11, 5, 2]) / 18, centroid(3)[1])


def test_some_in_order_leave_the_others_free():
    drawn = ordered(np.ones(3), rng(7), N, chains=[[2, 0]])
    assert (drawn[:, 2] >= drawn[:, 0]).all()
    assert (drawn[:, 1] > drawn[:, 2]).any()
    assert (drawn[:, 1] < drawn[:, 0]).any()
    # The two share 2/3 on average, and the larger part of anything cut at random is 3/4 of it
    assert drawn.mean(axis=0) == pytest.approx([1 / 6, 1 / 3, 1 / 2], abs=4 * 0.24 / np.sqrt(N))


def test_two_chains_each_in_order():
    drawn = ordered(np.ones(4), rng(8), N, chains=[[0, 1], [3, 2]])
    assert (drawn[:, 0] >= drawn[:, 1]).all()
    assert (drawn[:, 3] >= drawn[:, 2]).all()
    assert drawn.mean(axis=0) == pytest.approx([3 / 8, 1 / 8, 1 / 8, 3 / 8], abs=4 * 0.2 / np.sqrt(N))


CORNERS = np.array([[1, 0, 0], [0, 0, 1], [2 / 3, 1 / 3, 0]])


@pytest.mark.parametrize(
    ("rules", "members", "mean", "deviation"),
    [
        (["a >= b >= c"], 3, *centroid(3)),
        (["a >= b >= c >= d >= e >= f"], 6, *centroid(6)),
        # A lower limit leaves a smaller simplex
        (["a >= 0.2"], 3, [0.2 + 0.8 / 3, 0.8 / 3, 0.8 / 3], 0.8 * np.sqrt(1 / 18)),
        # A multiple cuts off a triangle
        (["a >= 2*b"], 3, CORNERS.mean(axis=0), CORNERS.std(axis=0) / 2),
        # A thin region is gone through from end to end: the rest, .8, is cut at random between b and c
        (["0.2 <= a <= 0.20001"], 3, [0.200005, 0.4, 0.4], np.array([0.00001, 0.8, 0.8]) / np.sqrt(12)),
        # Limits without effect leave the whole simplex
        (["a + b + c <= 1", "a >= a - 1"], 3, 1 / 3, np.sqrt(1 / 18)),
    ],
)
def test_shares_within_limits_have_the_moments_of_their_region(rules, members, mean, deviation):
    region = limits(rules, members)
    drawn = constrained(np.ones(members), rng(10), N, limits=region)
    assert all((drawn @ limit.normal <= limit.most + 1e-12).all() for limit in region)
    assert_moments(drawn, mean, deviation)


def test_sums_and_multiples_agree_with_throwing_away():
    rules = ["a + b <= 0.5", "c <= 2*d + 0.1", "0.05 < a", "d*0.5 >= b - c"]
    drawn = constrained(np.ones(4), rng(13), N, limits=limits(rules, 4))
    plenty = flat(np.ones(4), rng(14), 40 * N)
    a, b, c, d = plenty.T
    kept = plenty[(a + b <= 0.5) & (c <= 2 * d + 0.1) & (a >= 0.05) & (d * 0.5 >= b - c)]
    assert len(kept) > N
    for power in (1, 2):
        one, other = drawn**power, kept**power
        error = np.sqrt(one.var(axis=0) / len(one) + other.var(axis=0) / len(other))
        assert (abs(one.mean(axis=0) - other.mean(axis=0)) <= 4 * error).all()
    # Draws are independent, so the covariance of neighbours is noise
    centred = drawn - drawn.mean(axis=0)
    assert (abs((centred[1:] * centred[:-1]).mean(axis=0)) <= 4 * drawn.var(axis=0) / np.sqrt(N)).all()


def test_no_constraint_is_flat():
    assert np.array_equal(constrained(np.ones(3), rng(), 9, limits=[]), flat(np.ones(3), rng(), 9))


SAMPLERS: dict[str, Sampler] = {
    "dirichlet": lambda w, r, n: dirichlet(w, r, n, spread=0.5),
    "flat": flat,
    "lognormal": lambda w, r, n: lognormal(w, r, n, spread=0.5),
    "box": lambda w, r, n: box(w, r, n, spread=0.5),
    "ordered": lambda w, r, n: ordered(w, r, n, chains=[[0, 2]]),
    "constrained": lambda w, r, n: constrained(w, r, n, limits=limits(["a >= 2*c"], len(w))),
}
every_sampler = pytest.mark.parametrize("sampler", SAMPLERS.values(), ids=SAMPLERS)


@every_sampler
def test_shares_of_one_and_no_member_without_any(sampler):
    drawn = sampler(np.array([1.0, 2.0, 5.0]), rng(), 500)
    assert drawn.shape == (500, 3)
    assert drawn.sum(axis=1) == pytest.approx(np.ones(500), abs=1e-12)
    assert (drawn > 0).all()


@every_sampler
def test_the_seed_decides(sampler):
    weights = np.array([1.0, 2.0, 3.0])
    assert np.array_equal(sampler(weights, rng(1), 50), sampler(weights, rng(1), 50))
    assert not np.array_equal(sampler(weights, rng(1), 50), sampler(weights, rng(2), 50))


def test_a_single_member_has_everything():
    for name in ("dirichlet", "flat", "lognormal", "box"):
        assert SAMPLERS[name](np.array([3.0]), rng(), 5).tolist() == [[1]] * 5
    drawn = constrained(np.array([3.0]), rng(), 5, limits=limits(["a >= 0.2"], 1))
    assert drawn.tolist() == [[1]] * 5


@pytest.mark.parametrize("wide", [1.4, 1.41, 1.4142135])
def test_however_wide_no_member_is_left_without_weight(wide):
    drawn = dirichlet(np.array([1.0, 1.0, 1.0]), rng(), 2000, spread=wide)
    assert np.isfinite(drawn).all()
    assert (drawn > 0).all()
    drawn = lognormal(np.array([1e-30, 1.0, 1e30]), rng(), 2000, spread=1000 * wide)
    assert np.isfinite(drawn).all()
    assert (drawn > 0).all()
    assert drawn.sum(axis=1) == pytest.approx(np.ones(2000))


OPTIONS: list[tuple[Kind, dict[str, Any]]] = [
    ("dirichlet", {"spread": 0.25}),
    ("flat", {}),
    ("lognormal", {"spread": 0.25}),
    ("box", {"spread": 0.25}),
    ("ordered", {"order": "q > p"}),
    ("constrained", {"constraints": ["q >= 0.2", "z <= 0.5"]}),
]


@pytest.mark.parametrize(("kind", "options"), OPTIONS)
def test_weightings_have_the_shape_of_the_scheme(kind, options):
    drawn = draw(scheme(), kind, 40, rng(), **options)
    parts = [drawn.dimensions, *drawn.indicators]
    assert [part.shape for part in parts] == [(40, 3), (40, 3), (40, 2), (40, 1)]
    assert all(part.sum(axis=1) == pytest.approx(np.ones(40)) for part in parts)
    assert len(drawn) == 40
    assert all(part.std(axis=0).min() > 0 for part in parts[:3])


@pytest.mark.parametrize(("levels", "moving"), [("dimensions", [0]), ("indicators", [1, 2])])
def test_one_level_moves_and_the_other_stays(levels, moving):
    drawn = draw(scheme(), "flat", 40, rng(), levels=levels)
    own = [[0.5, 0.25, 0.25], [1 / 8, 3 / 8, 4 / 8], [0.5, 0.5], [1]]
    for i, (part, weights) in enumerate(zip([drawn.dimensions, *drawn.indicators], own, strict=True)):
        if i in moving:
            assert part.std(axis=0).min() > 0
        else:
            assert part == pytest.approx(np.tile(weights, (40, 1)))


def test_orders_reach_dimensions_and_indicators():
    drawn = draw(scheme(), "ordered", 500, rng(), order=["r > p > q", "y > x", "v>u"])
    p, q, r = drawn.dimensions.T
    assert ((r >= p) & (p >= q)).all()
    assert (drawn.indicators[0][:, 1] >= drawn.indicators[0][:, 0]).all()
    assert (drawn.indicators[1][:, 1] >= drawn.indicators[1][:, 0]).all()
    assert (drawn.indicators[0][:, 2] < drawn.indicators[0][:, 0]).any()


def test_constraints_reach_dimensions_and_indicators():
    rules = ["p >= 0.2", "p >= 2*q", "r <= q + 0.1", "0.1 < y - x <= 0.3"]
    drawn = draw(scheme(), "constrained", 500, rng(), constraints=rules)
    p, q, r = drawn.dimensions.T
    hair = 1e-12
    assert ((p >= 0.2 - hair) & (p >= 2 * q - hair) & (r <= q + 0.1 + hair)).all()
    x, y, _ = drawn.indicators[0].T
    assert ((y - x >= 0.1 - hair) & (y - x <= 0.3 + hair)).all()
    # Of u and v nothing was said
    assert_moments(drawn.indicators[1], 0.5, 1 / np.sqrt(12))


def test_a_constraint_may_be_given_alone():
    alone, listed = (
        draw(scheme(), "constrained", 9, rng(), constraints=given).dimensions
        for given in ("p >= 0.2", ["p >= 0.2"])
    )
    assert np.array_equal(alone, listed)


def test_weightings_are_frozen():
    drawn = draw(scheme(), "flat", 2, rng())
    assert isinstance(drawn, Weightings)
    with pytest.raises(AttributeError):
        drawn.dimensions = drawn.dimensions  # type: ignore[misc]


def test_relative_weights_as_shares():
    assert shares(np.array([[1.0, 3.0], [2.0, 2.0]])).tolist() == [[0.25, 0.75], [0.5, 0.5]]


@pytest.mark.parametrize(("text", "expected"), cases("constraints"))
def test_what_a_constraint_says(text, expected):
    found = [(limit.normal.tolist(), limit.most) for limit in read_constraint(text, ["a", "b", "c"])]
    assert found == [(pytest.approx(normal), pytest.approx(most)) for normal, most in expected]


@pytest.mark.parametrize(("kind", "n", "options", "words"), cases("refused_draws"))
def test_a_draw_that_cannot_be_made(kind, n, options, words):
    with pytest.raises(bci.InputError) as caught:
        draw(scheme(), kind, n, rng(), **options)
    assert words in str(caught.value)


def test_all_mistakes_at_once():
    with pytest.raises(bci.InputError) as caught:
        draw(scheme(), "constrained", 5, rng(), constraints=["pp > 1", "p >", "x > u"])
    assert [(problem.line, problem.column) for problem in caught.value.problems] == [(1, 1), (2, 4), (3, 5)]
    with pytest.raises(bci.InputError) as caught:
        draw(scheme(), "dirichlet", 5, rng(), spread=1.42)
    # Of the dimensions and the three indicators one limit holds, of the two another
    assert len(caught.value.problems) == 2
