"""Sobol indices: by hand, by the definition, from a sample, and against closed forms and COINr."""

from collections.abc import Callable
from itertools import product
from statistics import fmean, pvariance

import numpy as np
import pytest
from scipy.stats import sobol_indices, uniform

from bci.sensitivity_analysis.sobol import Indices, exact_sobol


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def by_definition(table: np.ndarray, i: int) -> tuple[float, float]:
    """First-order and total index of factor `i` of a single output, in plain loops over conditional means."""
    everything = [float(table[at]) for at in np.ndindex(*table.shape)]
    given_level = [
        fmean(float(table[at]) for at in np.ndindex(*table.shape) if at[i] == level)
        for level in range(table.shape[i])
    ]
    others = product(*(range(size) for axis, size in enumerate(table.shape) if axis != i))
    given_others = [
        pvariance([float(table[(*rest[:i], level, *rest[i:])]) for level in range(table.shape[i])])
        for rest in others
    ]
    return pvariance(given_level) / pvariance(everything), fmean(given_others) / pvariance(everything)


def test_two_by_two_by_hand():
    # 0 1 / 2 7: mean 2.5, V = (6.25 + 2.25 + 0.25 + 20.25)/4 = 29/4
    # rows: means 0.5 and 4.5, variance 4 = 16/4; columns: means 1 and 4, variance 2.25 = 9/4; together 4/4
    found = exact_sobol(np.array([[0.0, 1.0], [2.0, 7.0]]), factors=2)
    assert found.variance == pytest.approx([29 / 4])
    assert found.first_order[0] == pytest.approx([16 / 29, 9 / 29])
    assert found.total[0] == pytest.approx([20 / 29, 13 / 29])


@pytest.mark.parametrize("sizes", [(2, 3), (3, 2, 4), (5, 1, 2), (2, 2, 2, 3)])
def test_exact_indices_by_the_definition(sizes):
    table = rng(sum(sizes)).normal(size=(*sizes, 3))
    found = exact_sobol(table, len(sizes))
    for output in range(3):
        for i in range(len(sizes)):
            first, total = by_definition(table[..., output], i)
            assert found.first_order[output, i] == pytest.approx(first, abs=1e-12)
            assert found.total[output, i] == pytest.approx(total, abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_first_order_adds_up_to_at_most_one_and_total_to_at_least_one(seed):
    found = exact_sobol(rng(seed).normal(size=(3, 2, 4, 10)), 3)
    assert (found.first_order <= found.total + 1e-12).all()
    assert (found.first_order.sum(axis=1) <= 1 + 1e-12).all()
    assert (found.total.sum(axis=1) >= 1 - 1e-12).all()


def test_without_interaction_first_order_and_total_are_one_thing():
    x, y, z = np.meshgrid([0.0, 1, 5], [2.0, 3], [0.0, 7, 8, 9], indexing="ij")
    found = exact_sobol(x + y + z, 3)
    assert found.first_order == pytest.approx(found.total, abs=1e-14)
    assert found.total.sum() == pytest.approx(1)


def test_units_do_not_matter():
    table = rng().random((3, 4, 2))
    first, other = exact_sobol(table, 3), exact_sobol(1000 - 37 * table, 3)
    assert other.total == pytest.approx(first.total, abs=1e-12)
    assert other.variance == pytest.approx(37**2 * first.variance)


def test_a_constant_has_exactly_nothing_to_share():
    # A third is no exact number, and 0.1 + 0.2 is not 0.3: rounding is no influence.
    table = np.stack([np.full((3, 4), 1 / 3), np.where(rng().random((3, 4)) < 0.5, 0.3, 0.1 + 0.2)], axis=-1)
    assert np.ptp(table[..., 1]) > 0
    found = exact_sobol(table, 2)
    assert (found.first_order == 0).all()
    assert (found.total == 0).all()


def test_a_factor_without_influence_has_exactly_zero():
    table = np.repeat(rng().random((4, 1, 2, 3)), 5, axis=1)
    found = exact_sobol(table, 3)
    assert (found.first_order[:, 1] == 0).all()
    assert (found.total[:, 1] == 0).all()
    assert (found.total[:, [0, 2]] > 0.01).all()


def test_an_output_that_is_missing_somewhere_has_no_indices():
    table = rng().random((3, 3, 2))
    table[1, 2, 0] = np.nan
    found = exact_sobol(table, 2)
    assert np.isnan(found.first_order[0]).all()
    assert np.isnan(found.total[0]).all()
    assert np.isfinite(found.total[1]).all()


def test_a_single_output_of_a_single_factor():
    found = exact_sobol(np.array([0.0, 1.0, 5.0]), 1)
    assert found.first_order.tolist() == found.total.tolist() == [[1]]


def test_scipy_s_estimate_from_a_sample_agrees():
    table = rng(1).random((3, 2, 4, 5))
    sizes = np.array(table.shape[:3])[:, None]

    def outputs(points: np.ndarray) -> np.ndarray:
        return table[tuple((points * sizes).astype(int))].T

    sampled = sobol_indices(func=outputs, n=16384, dists=[uniform()] * 3, rng=rng())
    found = exact_sobol(table, 3)
    assert sampled.first_order == pytest.approx(found.first_order, abs=0.01)
    assert sampled.total_order == pytest.approx(found.total, abs=0.01)


def on_a_grid(function: Callable[[np.ndarray], np.ndarray], factors: int, levels: int) -> Indices:
    """Indices of a function on the unit cube, at the middles of a fine grid."""
    numbers = np.indices([levels] * factors)
    unit = (numbers.reshape(factors, -1) + 0.5) / levels
    return exact_sobol(function(unit).reshape(numbers.shape[1:]), factors)


def ishigami(unit: np.ndarray) -> np.ndarray:
    """``sin x1 + 7 sin^2 x2 + 0.1 x3^4 sin x1``, each from -pi to pi.

    S = 0.3139, 0.4424, 0 and T = 0.5576, 0.4424, 0.2437: Ishigami, T. and Homma, T. (1990). An importance
    quantification technique in uncertainty analysis for computer models. ISUMA '90, 398-403.
    """
    x = (2 * unit - 1) * np.pi
    return np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])


def test_ishigami():
    found = on_a_grid(ishigami, factors=3, levels=64)
    main, square, both = (1 + 0.1 * np.pi**4 / 5) ** 2 / 2, 49 / 8, 0.01 * np.pi**8 * (1 / 18 - 1 / 50)
    total = main + square + both
    assert found.first_order[0] == pytest.approx(np.array([main, square, 0]) / total, abs=0.001)
    assert found.total[0] == pytest.approx(np.array([main + both, square, both]) / total, abs=0.001)
    assert found.first_order[0] == pytest.approx([0.3139, 0.4424, 0], abs=0.001)


G_WEIGHTS = np.array([0, 1, 4.5, 9, 99, 99])


def sobol_g(unit: np.ndarray) -> np.ndarray:
    """Product of ``(|4 x - 2| + a) / (1 + a)``.

    With ``V_i = 1 / 3 (1 + a_i)^2`` the variance V is the product of the ``1 + V_i`` less 1, first order is
    ``V_i / V``, and total ``V_i`` times the product of the other ``1 + V_j``, over V: Saltelli, A. and Sobol,
    I. M. (1995). About the use of rank transformation in sensitivity analysis of model output. Reliability
    Engineering and System Safety 50(3), 225-239.
    """
    a = G_WEIGHTS[:, None]
    return ((np.abs(4 * unit - 2) + a) / (1 + a)).prod(axis=0)


def test_sobol_g():
    found = on_a_grid(sobol_g, factors=6, levels=6)
    # At the middles of 6 levels |4 x - 2| is 1/3, 1 or 5/3, of variance 8/27 and not 1/3.
    parts = 8 / (27 * (1 + G_WEIGHTS) ** 2)
    variance = (1 + parts).prod() - 1
    assert found.variance == pytest.approx([variance])
    assert found.first_order[0] == pytest.approx(parts / variance)
    assert found.total[0] == pytest.approx(parts / (1 + parts) * (1 + variance) / variance)


def test_the_indices_that_coinr_estimates(reference):
    """``x1 + 2 x2 + 3 x3 + 2 x1 x3``, of which COINr takes 256 points."""
    path = reference / "oracle" / "coinr" / "sobol_indices.csv"
    known = np.genfromtxt(path, delimiter=",", skip_header=1)[:, 1:]
    found = on_a_grid(lambda x: x[0] + 2 * x[1] + 3 * x[2] + 2 * x[0] * x[2], factors=3, levels=64)
    # Main effects 2 x1, 2 x2, 4 x3 over x in 0..1: 4/12, 4/12, 16/12; x1 x3: 4/144; together 292/144
    assert found.first_order[0] == pytest.approx(np.array([48, 48, 192]) / 292, abs=0.001)
    assert found.total[0] == pytest.approx(np.array([52, 48, 196]) / 292, abs=0.001)
    assert found.first_order[0] == pytest.approx(known[:, 0], abs=0.15)
    assert found.total[0] == pytest.approx(known[:, 1], abs=0.15)
