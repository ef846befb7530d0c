r"""How much of a variance each choice explains: Sobol indices, exact from all combinations.

For an output :math:`Y` of independent factors :math:`X_1 \dots X_k`

.. math:: S_i = \frac{V[E(Y \mid X_i)]}{V(Y)}, \qquad T_i = \frac{E[V(Y \mid X_{\sim i})]}{V(Y)},

the share of the variance that factor :math:`i` explains on its own (first order), and with everything in
which it takes part (total): :math:`S_i \le T_i` and :math:`\sum S_i \le 1 \le \sum T_i`, equal where no two
factors interact. Total 0 says that the factor has no influence; total 1, that no other has any without it.

References
----------
Sobol, I. M. (2001). Global sensitivity indices for nonlinear mathematical models and their Monte Carlo
estimates. Mathematics and Computers in Simulation 55(1-3), 271-280.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from bci.arrays import Array, divided

#: Outputs that lie no further apart than this differ by rounding alone: they are made for scores in 0..1.
ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Indices:
    """Sobol indices of several outputs.

    Attributes
    ----------
    first_order, total
        Shape ``(outputs, factors)``: in 0..1; all 0 for an
        output that does not vary, and missing (NaN) for one that is missing somewhere.
    variance
        Shape ``(outputs,)``: the variance that is shared out.
    """

    first_order: Array
    total: Array
    variance: Array


def exact_sobol(table: Array, factors: int) -> Indices:
    r"""Indices from every combination of levels, each level of a factor equally likely.

    The expectations and variances of the definition are plain means over the table:
    :math:`V(Y) = \frac1N \sum (y - \bar y)^2` over all :math:`N` combinations, :math:`E(Y \mid X_i)` the mean
    over all that have the level, :math:`V(Y \mid X_{\sim i})` the variance over the levels of :math:`i` while
    the others stand still. Nothing is estimated.

    Parameters
    ----------
    table
        Shape ``(levels of the first factor, ..., levels of the last, *outputs)``.
    factors
        How many of the axes are factors.

    Returns
    -------
    Indices
        Of the outputs in their order, flattened.

    Examples
    --------
    ``x + 2 y`` with x and y 0 or 1: variances 1/4 and 4/4 of 5/4.

    >>> exact_sobol(np.array([[0.0, 2.0], [1.0, 3.0]]), factors=2).first_order
    array([[0.2, 0.8]])
    """
    values = table.reshape(*table.shape[:factors], -1)
    axes = tuple(range(factors))
    variance = values.var(axis=axes)
    first = np.empty((values.shape[-1], factors))
    total = np.empty_like(first)
    for i in axes:
        others = tuple(axis for axis in axes if axis != i)
        first[:, i] = values.mean(axis=others).var(axis=0)
        total[:, i] = values.var(axis=i).mean(axis=tuple(range(factors - 1)))
        idle = np.ptp(values, axis=i).reshape(-1, len(variance)).max(axis=0) <= ROUNDING
        first[idle, i] = total[idle, i] = 0
    first, total = (divided(part, variance[:, None], 0.0) for part in (first, total))
    return Indices(first, total, variance)


def indices_with_gaps(values: Array, factors: Mapping[str, tuple[str, ...]]) -> tuple[Indices, list[str]]:
    """Exact Sobol indices of each output over the variants that ever give it.

    Parameters
    ----------
    values
        Shape ``(variants of the first factor, ..., of the last, outputs)``, missing where there is none.
    factors
        Names of the variants by factor.

    Returns
    -------
    indices, left_out
        A variant under which an output is always missing is left out for it; if it is still missing
        somewhere, so are its indices. What was left out, as ``factor=variant``, for each output.
    """
    sizes = values.shape[:-1]
    axes = tuple(range(len(sizes)))
    present = ~np.isnan(values)
    # One row a variant: whether it ever gives the output.
    given = np.concatenate([present.any(axis=axes[:i] + axes[i + 1 :]) for i in axes])
    words = [f"{factor}={variant}" for factor, variants in factors.items() for variant in variants]
    first, total = np.full((2, values.shape[-1], len(sizes)), np.nan)
    variance, left_out = np.full(values.shape[-1], np.nan), [""] * values.shape[-1]
    patterns, which = np.unique(given, axis=1, return_inverse=True)
    for p in np.flatnonzero(patterns.any(axis=0)):
        outputs, kept = np.flatnonzero(which == p), patterns[:, p]
        levels = [np.flatnonzero(part) for part in np.split(kept, np.cumsum(sizes)[:-1])]
        indices = exact_sobol(values[np.ix_(*levels, outputs)], len(sizes))
        first[outputs], total[outputs] = indices.first_order, indices.total
        variance[outputs] = indices.variance
        for output in outputs:
            left_out[output] = "; ".join(np.array(words)[~kept])
    return Indices(first, total, variance), left_out
