"""Ranks and percentiles of scores, column by column."""

from __future__ import annotations

import numpy as np

from bci.arrays import Array, divided

#: Scores that agree to so many decimals are ties: what differs beyond is the rounding of sums.
DECIMALS = 12


def ranks(scores: Array) -> Array:
    """Standard competition ranks of each column, highest first: 1 plus the number that score higher.

    Parameters
    ----------
    scores
        Shape ``(dyads, columns)``, NaN where missing. Equal to `DECIMALS` decimals is a tie.

    Returns
    -------
    Array
        Same shape, NaN where the score is missing.

    Examples
    --------
    >>> ranks(np.array([[0.2], [0.9], [0.9], [np.nan], [0.5]])).ravel()
    array([ 4.,  1.,  1., nan,  3.])
    """
    lower, tied, others = _below(scores)
    return 1 + others - lower - tied


def percentiles(scores: Array) -> Array:
    r"""Share of the others of a column that score lower, :math:`100 (below + tied / 2) / (n - 1)`.

    Parameters
    ----------
    scores
        Shape ``(dyads, columns)``, NaN where missing. Equal to `DECIMALS` decimals is a tie.

    Returns
    -------
    Array
        Same shape, 0..100; NaN where the score is missing, and in a column with fewer than two scores.

    Examples
    --------
    >>> percentiles(np.array([[0.2], [0.9], [0.9], [np.nan], [0.5]])).ravel().round(1)
    array([ 0. , 83.3, 83.3,  nan, 33.3])
    """
    lower, tied, others = _below(scores)
    return divided(100 * (lower + tied / 2), others)


def _below(scores: Array) -> tuple[Array, Array, Array]:
    """For every score, how many of its column are lower, how many others are equal, how many others are."""
    lower, tied, others = (np.full(scores.shape, np.nan) for _ in range(3))
    for n, column in enumerate(np.round(scores, DECIMALS).T):
        known = ~np.isnan(column)
        values, in_order = column[known], np.sort(column[known])
        first = np.searchsorted(in_order, values, side="left")
        lower[known, n] = first
        tied[known, n] = np.searchsorted(in_order, values, side="right") - first - 1
        others[known, n] = len(values) - 1
    return lower, tied, others
