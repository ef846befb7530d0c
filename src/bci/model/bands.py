"""Score -> band. Lower edges are inclusive; a missing score has no band."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bci.arrays import Array, Mask

NO_BAND = -1

#: A score that lies on an edge may come out of its mean a rounding below it, and must not fall for that.
HAIR = 1e-12


def band(score: Array, edges: Array) -> NDArray[np.int8]:
    """Number of the band that holds each score.

    Parameters
    ----------
    score
        Any shape, 0..1, unrounded.
    edges
        Lower edges, increasing, the first of them 0; inclusive, with a tolerance of `HAIR` for rounding.

    Returns
    -------
    NDArray
        Same shape: 0 for the lowest band, `NO_BAND` where the score is missing.

    Examples
    --------
    >>> band(np.array([0.0, 0.25, 0.74, 1.0, np.nan]), np.array([0, 0.25, 0.5, 0.75]))
    array([ 0,  1,  2,  3, -1], dtype=int8)
    """
    number = np.searchsorted(np.subtract(edges, HAIR), score, side="right") - 1
    return np.where(np.isnan(score), NO_BAND, number).astype(np.int8)


def is_partial(coverage: ArrayLike) -> Mask:
    """Whether a score rests on partial data: its coverage is under 1 by more than `HAIR`."""
    return np.asarray(coverage) < 1 - HAIR


def to_next(score: Array, edges: Array) -> Array:
    """Distance up to the lower edge of the next band; missing in the top band and without a score.

    Examples
    --------
    >>> to_next(np.array([0.125, 0.25, 0.9]), np.array([0, 0.25, 0.5, 0.75]))
    array([0.125, 0.25 ,   nan])
    """
    upper = np.append(edges[1:], np.nan)
    return np.where(np.isnan(score), np.nan, upper[band(score, edges)] - score)


def above_edge(score: Array, edges: Array) -> Array:
    """Distance down to the lower edge of the score's own band; missing without a score."""
    return np.where(np.isnan(score), np.nan, np.maximum(score - edges[band(score, edges)], 0))
