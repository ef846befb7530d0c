"""Which choice matters most where some combinations give no score."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from bci.arrays import Array
from bci.sensitivity_analysis.sobol import Indices, exact_sobol


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
        found = exact_sobol(values[np.ix_(*levels, outputs)], len(sizes))
        first[outputs], total[outputs] = found.first_order, found.total
        variance[outputs] = found.variance
        for output in outputs:
            left_out[output] = "; ".join(np.array(words)[~kept])
    return Indices(first, total, variance), left_out


def mean_of_known(values: NDArray[np.generic], axes: tuple[int, ...] | None) -> Array:
    """The mean of what is there, missing where nothing is."""
    present = ~np.isnan(values)
    summed = np.where(present, values, 0).sum(axis=axes, dtype=float)
    counted = present.sum(axis=axes)
    mean: Array = np.divide(summed, counted, out=np.full(np.shape(summed), np.nan), where=counted > 0)
    return mean
