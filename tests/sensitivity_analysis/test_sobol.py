"""Sobol indices: by hand, by the definition, by another estimator, and against closed forms and COINr."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from statistics import fmean, pvariance

import numpy as np
import pytest

from bci.sensitivity_analysis.sobol import Indices, discrete_sobol, estimate, exact_sobol


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


def test_two_by_two_by_hand() -> None:
    # 0 1 / 2 7: mean 2.5, V = (6.25 + 2.25 + 0.25 + 20.25)/4 = 29/4
    # rows: means 0.5 and 4.5, variance 4 = 16/4; columns: means 1 and 4, variance 2.25 = 9/4; together 4/4
    found = exact_sobol(np.array([[0.0, 1.0], [2.0, 7.0]]), factors=2)
    assert found.variance == pytest.approx([29 / 4])
    assert found.first_order[0] == pytest.approx([16 / 29, 9 / 29])
    assert found.total[0] == pytest.approx([20 / 29, 13 / 29])


@pytest.mark.parametrize("sizes", [(2, 3), (3, 2, 4), (5, 1, 2), (2, 2, 2, 3)])
def test_exact_indices_by_the_definition(sizes: tuple[int, ...]) -> None:
    table = rng(sum(sizes)).normal(size=(*sizes, 3))
    found = exact_sobol(table, len(sizes))
    for output in range(3):
        for i in range(len(sizes)):
            first, total = by_definition(table[..., output], i)
            assert found.first_order[output, i] == pytest.approx(first, abs=1e-12)
            assert found.total[output, i] == pytest.approx(total, abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_first_order_adds_up_to_at_most_one_and_total_to_at_least_one(seed: int) -> None:
    found = exact_sobol(rng(seed).normal(size=(3, 2, 4, 10)), 3)
    assert (found.first_order <= found.total + 1e-12).all()
    assert (found.first_order.sum(axis=1) <= 1 + 1e-12).all()
    assert (found.total.sum(axis=1) >= 1 - 1e-12).all()


def test_without_interaction_first_order_and_total_are_one_thing() -> None:
    x, y, z = np.meshgrid([0.0, 1, 5], [2.0, 3], [0.0, 7, 8, 9], indexing="ij")
    found = exact_sobol(x + y + z, 3)
    assert found.first_order == pytest.approx(found.total, abs=1e-14)
    assert found.total.sum() == pytest.approx(1)


def test_units_do_not_matter() -> None:
    table = rng().random((3, 4, 2))
    first, other = exact_sobol(table, 3), exact_sobol(1000 - 37 * table, 3)
    assert other.total == pytest.approx(first.total, abs=1e-12)
    assert other.variance == pytest.approx(37**2 * first.variance)


def routes(table: np.ndarray, factors: int) -> Iterator[Indices]:
    yield exact_sobol(table, factors)
    yield discrete_sobol(table, table.shape[:factors], 256, rng())


def test_a_constant_has_exactly_nothing_to_share() -> None:
    # A third is no exact number, and 0.1 + 0.2 is not 0.3: rounding is no influence.
    table = np.stack([np.full((3, 4), 1 / 3), np.where(rng().random((3, 4)) < 0.5, 0.3, 0.1 + 0.2)], axis=-1)
    assert np.ptp(table[..., 1]) > 0
    for found in routes(table, 2):
        assert (found.first_order == 0).all()
        assert (found.total == 0).all()


def test_a_factor_without_influence_has_exactly_zero() -> None:
    table = np.repeat(rng().random((4, 1, 2, 3)), 5, axis=1)
    for found in routes(table, 3):
        assert (found.first_order[:, 1] == 0).all()
        assert (found.total[:, 1] == 0).all()
        assert (found.total[:, [0, 2]] > 0.01).all()


def test_an_output_that_is_missing_somewhere_has_no_indices() -> None:
    table = rng().random((3, 3, 2))
    table[1, 2, 0] = np.nan
    for found in routes(table, 2):
        assert np.isnan(found.first_order[0]).all()
        assert np.isnan(found.total[0]).all()
        assert np.isfinite(found.total[1]).all()


def test_a_single_output_of_a_single_factor() -> None:
    for found in routes(np.array([0.0, 1.0, 5.0]), 1):
        assert found.first_order.shape == found.total.shape == (1, 1)
        assert found.first_order[0, 0] == pytest.approx(1, abs=0.02)
        assert found.total[0, 0] == pytest.approx(1, abs=0.02)


def test_a_sample_agrees_with_all_combinations() -> None:
    table = rng(1).random((3, 2, 4, 5))
    exact, sampled = exact_sobol(table, 3), discrete_sobol(table, (3, 2, 4), 16384, rng())
    assert sampled.first_order == pytest.approx(exact.first_order, abs=0.01)
    assert sampled.total == pytest.approx(exact.total, abs=0.01)
    assert sampled.variance == pytest.approx(exact.variance, rel=0.01)


def test_every_level_is_equally_likely() -> None:
    seen = []

    def remember(numbers: np.ndarray) -> np.ndarray:
        seen.append(numbers)
        return numbers[0].astype(float)

    discrete_sobol(remember, (3, 5), 1024, rng())
    for i, levels in enumerate((3, 5)):
        counts = np.bincount(seen[0][i], minlength=levels)
        assert len(counts) == levels
        assert counts / 1024 == pytest.approx(1 / levels, abs=0.005)


def test_a_function_and_its_table_are_one_thing() -> None:
    table = rng(2).random((3, 4))
    from_table = discrete_sobol(table, (3, 4), 128, rng(7))
    from_function = discrete_sobol(lambda numbers: table[tuple(numbers)], (3, 4), 128, rng(7))
    assert np.array_equal(from_table.total, from_function.total)
    assert np.array_equal(from_table.first_order, from_function.first_order)
    assert not np.array_equal(from_table.total, discrete_sobol(table, (3, 4), 128, rng(8)).total)


def test_a_number_of_points_that_is_no_power_of_two() -> None:
    with pytest.raises(ValueError, match="power of 2"):
        discrete_sobol(np.zeros((2, 2)), (2, 2), 100, rng())


LEVELS = 1024


def evenly(function: Callable[[np.ndarray], np.ndarray]) -> Callable[[np.ndarray], np.ndarray]:
    """A function on the unit cube as one of level numbers, so many that the steps do not show."""
    return lambda numbers: function((numbers + 0.5) / LEVELS)


def ishigami(unit: np.ndarray) -> np.ndarray:
    """``sin x1 + 7 sin^2 x2 + 0.1 x3^4 sin x1``, each from -pi to pi.

    S = 0.3139, 0.4424, 0 and T = 0.5576, 0.4424, 0.2437: Ishigami, T. and Homma, T. (1990). An importance
    quantification technique in uncertainty analysis for computer models. ISUMA '90, 398-403.
    """
    x = (2 * unit - 1) * np.pi
    return np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])


def test_ishigami() -> None:
    found = discrete_sobol(evenly(ishigami), [LEVELS] * 3, 8192, rng())
    main, square, both = (1 + 0.1 * np.pi**4 / 5) ** 2 / 2, 49 / 8, 0.01 * np.pi**8 * (1 / 18 - 1 / 50)
    total = main + square + both
    assert found.first_order[0] == pytest.approx(np.array([main, square, 0]) / total, abs=0.01)
    assert found.total[0] == pytest.approx(np.array([main + both, square, both]) / total, abs=0.01)
    assert found.first_order[0] == pytest.approx([0.3139, 0.4424, 0], abs=0.01)


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


def test_sobol_g() -> None:
    found = discrete_sobol(evenly(sobol_g), [LEVELS] * 6, 8192, rng())
    parts = 1 / (3 * (1 + G_WEIGHTS) ** 2)
    variance = (1 + parts).prod() - 1
    assert found.variance == pytest.approx([variance], rel=0.02)
    assert found.first_order[0] == pytest.approx(parts / variance, abs=0.01)
    assert found.total[0] == pytest.approx(parts / (1 + parts) * (1 + variance) / variance, abs=0.01)


def test_estimate_by_hand() -> None:
    # A 1 3, B 2 0: mean 1.5, V = (0.25 + 2.25 + 0.25 + 2.25)/3 = 5/3
    # the first factor changes nothing; with the second A becomes B:
    # S = (2 (2 - 1) + 0 (0 - 3))/2 / V = 1 / V = 0.6, T = (1 + 9)/4 / V = 2.5 / V = 1.5
    found = estimate(np.array([1.0, 3]), np.array([2.0, 0]), np.array([[1.0, 3], [2, 0]]))
    assert found.variance == pytest.approx([5 / 3])
    assert found.first_order.tolist() == [[0, pytest.approx(0.6)]]
    assert found.total.tolist() == [[0, pytest.approx(1.5)]]


def test_estimate_of_several_outputs_is_that_of_each() -> None:
    a, b, ab = rng(1).random((2, 50)), rng(2).random((2, 50)), rng(3).random((3, 2, 50))
    together = estimate(a, b, ab)
    for output in range(2):
        alone = estimate(a[output], b[output], ab[:, output])
        assert np.array_equal(together.first_order[output], alone.first_order[0])
        assert np.array_equal(together.total[output], alone.total[0])


def test_estimate_of_a_constant() -> None:
    found = estimate(np.full(8, 0.1), np.full(8, 0.1), np.full((2, 8), 0.1))
    assert found.first_order.tolist() == found.total.tolist() == [[0, 0]]


def test_estimate_is_that_of_coinr(reference: Path) -> None:
    folder = reference / "oracle" / "coinr"
    design = np.loadtxt(folder / "sobol_design.csv", delimiter=",", skiprows=1)
    known = np.genfromtxt(folder / "sobol_indices.csv", delimiter=",", skip_header=1)[:, 1:]
    y = design[:, 3].reshape(5, 256)
    found = estimate(y[0], y[1], y[2:])
    assert found.first_order[0] == pytest.approx(known[:, 0], abs=1e-9)
    assert found.total[0] == pytest.approx(known[:, 1], abs=1e-9)
    assert found.variance[0] == pytest.approx(known[0, 2], abs=1e-9)


def test_the_preferred_estimate_is_the_closer_one() -> None:
    """On the function of COINr's table, with as many points, over several seeds."""

    def y(x: np.ndarray) -> np.ndarray:
        return x[0] + 2 * x[1] + 3 * x[2] + 2 * x[0] * x[2]

    # Main effects 2 x1, 2 x2, 4 x3 over x in 0..1: 4/12, 4/12, 16/12; x1 x3: 4/144; together 292/144
    true = np.array([48, 48, 192]) / 292
    plain, centred = [], []
    for seed in range(20):
        a, b = rng(seed).random((2, 3, 256))
        swapped = [y(np.where(np.arange(3)[:, None] == i, b, a)) for i in range(3)]
        plain.append(estimate(y(a), y(b), np.stack(swapped)).first_order[0] - true)
        sampled = discrete_sobol(evenly(y), [LEVELS] * 3, 256, rng(seed))
        centred.append(sampled.first_order[0] - true)
    assert np.sqrt(np.mean(np.square(centred))) < 0.02
    assert np.sqrt(np.mean(np.square(plain))) > 0.05
