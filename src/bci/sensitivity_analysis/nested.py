r"""The share of all weightings on two levels: flat within each dimension and flat across them.

Weights that are flat on the simplex of all indicators give a dimension with many of them much weight. Here
every dimension is drawn alike, whatever its number of indicators, as in a scheme of two levels.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb, pi
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bci.arrays import Array
from bci.sensitivity_analysis.exact import from_edge, pieces

Complex = NDArray[np.complex128]

# The sum runs over theta = START * exp(n * STEP). Its error is about exp(-pi**2 / STEP), 2e-26, times a power
# of the number of dimensions; that of every other node, which the estimate shows, about 1e-13 times it.
STEP = 1 / 6
START = 2.0**-22
LAST_NODE = 400
INNER_NODES = 6

# Rows whose integrand has fallen this low are done; they are looked for every few nodes.
NEGLIGIBLE = 1e-16
LOOK = 8

ROUNDING = 1e-12


class NestedShare(NamedTuple):
    """Shares of all weightings and what they may be wrong by, each ``(rows,)``."""

    share: Array
    error: Array


def nested_share_below(groups: Sequence[Array], edge: float) -> NestedShare:
    r"""Share of all weightings on two levels under which the index is below an edge.

    The index is :math:`Y = \sum_d u_d X_d`, a dimension :math:`X_d = \sum_i w_{di} s_{di}`, with the
    :math:`u` and each :math:`w_d` drawn evenly from the simplex over the members present, independently.
    Wanted is :math:`P(Y < t)`.

    **One integral.** Flat weights are standard exponentials :math:`E_d` over their sum, so :math:`Y < t` when
    :math:`\sum_d E_d (X_d - t) < 0`. The terms are independent; the characteristic function of each is

    .. math:: \psi_d(\theta) = E \frac{1}{1 - i\theta(X_d - t)}

    and the probability that their sum is negative is (Gil-Pelaez)

    .. math:: P(Y < t) = \frac12 - \frac1\pi \int_{-\infty}^{\infty}
        \operatorname{Im} \prod_d \psi_d(e^\tau) \, d\tau

    This is the inversion of :math:`E (z - Y)^{-D} = \prod_d E (z - X_d)^{-1}` along the line
    :math:`z = t - i/\theta`. It holds for any number of dimensions, one included, and wherever the scores
    lie: a score on the edge gives a factor of 1, no singularity. On the logarithmic axis the integrand is
    analytic for :math:`|\operatorname{Im} \tau| < \pi/2` whatever the scores, as :math:`\psi` has no poles
    off the imaginary axis, so the trapezoidal rule with step h errs by :math:`O(e^{-\pi^2/h})` alike for
    equal, close and distant scores.

    **The factors.** An exponential times flat weights over m members is m independent exponentials times
    :math:`b`, the smallest of :math:`m - 1` numbers drawn evenly from 0..1. With :math:`v_i = s_i - t`

    .. math:: \psi(\theta) = A_{m-1}(\theta), \qquad A_r(\theta) = E K(b_r \theta), \qquad
        K(\theta) = \prod_i \frac{1}{1 - i\theta v_i}

    with :math:`A_0 = K`. From :math:`\lambda\theta` to :math:`\theta`, :math:`\lambda < 1`: either j of the r
    numbers lie below :math:`\lambda`, or none does, and then their smallest has the density
    :math:`r(1-q)^{r-1}` on :math:`\lambda..1`. So

    .. math:: A_r(\theta) = \sum_{j=1}^r \binom rj \lambda^j (1-\lambda)^{r-j} A_j(\lambda\theta)
        + \int_\lambda^1 r (1-q)^{r-1} K(q\theta) \, dq

    in which the last integral, over a short interval far from any pole, is left to a few Gauss-Legendre
    nodes. Each step is a mean of numbers of modulus 1 at most: nothing cancels and no error grows, where
    the textbook formulas by partial fractions lose all digits for close scores.

    Parameters
    ----------
    groups
        One array a dimension, shape ``(rows, k_d)``, NaN where missing. A dimension with nothing present
        takes no part in its row.
    edge
        The edge :math:`t`.

    Returns
    -------
    NestedShare
        Shares of shape ``(rows,)``; exactly 0 where no score is below the edge (which belongs to the band
        above it), exactly 1 where one is below and none above; NaN where nothing is present. The error is
        the difference from the sum with half the nodes, plus 1e-12 for rounding. It overstates, as the error
        of the full sum is about the square of that of the half: for up to 12 dimensions of up to 12 members
        shares are right to 1e-12, whatever the scores.

    References
    ----------
    Gil-Pelaez, J. (1951). Note on the inversion theorem. Biometrika 38, 481-482. Hannum, R., Hollander, M.
    and Langberg, N. (1981). Distributional results for random functionals of a Dirichlet process. Annals of
    Probability 9(4), 665-670, for the use made of it here. Lijoi, A. and Prünster, I. (2009).
    Distributional properties of means of random probability measures. Statistics Surveys 3, 47-95, for the
    transform on which it rests. Trefethen, L. and Weideman, J. (2014). The exponentially convergent
    trapezoidal rule. SIAM Review 56(3), 385-458.

    Examples
    --------
    >>> groups = [np.array([[0.1, 0.7]]), np.array([[0.4, np.nan]]), np.array([[0.2, 0.9]])]
    >>> nested_share_below(groups, 0.5).share.round(6)
    array([0.694372])
    """
    members = sum(group.shape[1] for group in groups)
    parts = [_below([group[rows] for group in groups], edge) for rows in pieces(len(groups[0]), members)]
    return NestedShare(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def _below(groups: Sequence[Array], edge: float) -> tuple[Array, Array]:
    differences = [np.ascontiguousarray(from_edge(group, edge).T) for group in groups]
    together = np.vstack(differences)
    lowest, highest = np.fmin.reduce(together, axis=0), np.fmax.reduce(together, axis=0)
    share = np.where(np.isnan(lowest), np.nan, np.where(lowest < 0, 1.0, 0.0))
    error = np.where(np.isnan(lowest), np.nan, 0.0)

    open_ = np.flatnonzero((lowest < 0) & (highest > 0))
    # The share does not depend on the unit, and in this one the integrand falls off alike in all rows.
    unit = np.maximum(-lowest, highest)[open_]
    share[open_], error[open_] = _integral([each[:, open_] / unit for each in differences])
    return share, error


def _integral(differences: Sequence[Array]) -> tuple[Array, Array]:
    """Shares below 0 and their errors, from differences ``(k_d, rows)`` of which the largest is 1."""
    counts = [(~np.isnan(each)).sum(axis=0) for each in differences]
    # A missing member gives a factor of 1, as one on the edge does, but does not count.
    members = [np.nan_to_num(each) for each in differences]
    rules = [_rule(len(each)) for each in members]
    means = [each.sum(axis=0) / np.maximum(count, 1) for each, count in zip(members, counts, strict=True)]
    levels = [_first_levels(each) for each in members]

    # Left of the first node the integrand is theta times the sum of the means: a geometric series.
    slope = START * np.sum(means, axis=0)
    fine, coarse = slope / np.expm1(STEP), slope / np.expm1(2 * STEP)
    rows = np.arange(len(slope))
    for number in range(LAST_NODE):
        if number:
            theta = START * np.exp(number * STEP)
            levels = [
                _next_levels(level, each, theta, *rule)
                for level, each, rule in zip(levels, members, rules, strict=True)
            ]
        product = np.prod([_chosen(*pair) for pair in zip(levels, counts, strict=True)], axis=0)
        fine[rows] += product.imag
        if number % 2 == 0:
            coarse[rows] += product.imag
        if number % LOOK == 0:
            # An index would leave what follows scattered in memory; take() does not.
            on = np.flatnonzero(np.abs(product) > NEGLIGIBLE)
            rows, counts = rows[on], [count[on] for count in counts]
            members = [each.take(on, axis=1) for each in members]
            levels = [level.take(on, axis=1) for level in levels]
            if not len(rows):
                break

    share = np.clip(0.5 - STEP / pi * fine, 0, 1)
    return share, np.abs(STEP / pi * (fine - 2 * coarse)) + ROUNDING


def _rule(members: int) -> tuple[Array, Array, Array]:
    """What one step takes: nodes on ``lambda..1``, the levels' weights in the new levels, and the nodes'."""
    ratio = np.exp(-STEP)
    nodes, widths = np.polynomial.legendre.leggauss(INNER_NODES)
    nodes = np.append((1 + ratio + (1 - ratio) * nodes) / 2, 1)
    widths = np.append((1 - ratio) / 2 * widths, 0)
    carried = np.zeros((members, members))
    fresh = np.zeros((members, len(nodes)))
    fresh[0, -1] = 1
    for r in range(1, members):
        carried[r, 1 : r + 1] = [comb(r, j) * ratio**j * (1 - ratio) ** (r - j) for j in range(1, r + 1)]
        fresh[r] = r * (1 - nodes) ** (r - 1) * widths
    return nodes, carried, fresh


def _first_levels(members: Array) -> Complex:
    """A_r at START, ``(k, rows)``, where K is 1 + i theta times the sum."""
    smallest = 1 / np.arange(1, len(members) + 1)
    first: Complex = 1 + 1j * START * smallest[:, None] * members.sum(axis=0)
    return first


def _next_levels(
    levels: Complex, members: Array, theta: float, nodes: Array, carried: Array, fresh: Array
) -> Complex:
    """A_r at theta from A_r one step before."""
    if len(members) == 1:
        return _product(members, np.array([theta]))
    # By einsum on reals: matrix products this flat spend their time on threads.
    old, within = levels.view(float), _product(members, theta * nodes).view(float)
    new: Array = np.einsum("rj,jn->rn", carried, old) + np.einsum("rj,jn->rn", fresh, within)
    return new.view(np.complex128)


def _product(members: Array, thetas: Array) -> Complex:
    """K, ``(thetas, rows)``."""
    product: Complex = np.ones((len(thetas), members.shape[1]), dtype=complex)
    factor = np.ones_like(product)
    for member in members:
        np.multiply(thetas[:, None], -member, out=factor.imag)
        product /= factor
    return product


def _chosen(levels: Complex, counts: NDArray[np.intp]) -> Complex:
    """The factor of each row: the level of its number of members; the first, of 1, where there is none."""
    factor: Complex = np.take_along_axis(levels, np.maximum(counts - 1, 0)[None], axis=0)[0]
    return factor
