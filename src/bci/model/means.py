"""Scores -> scores: one pure function a mean, and what becomes of coverage.

Scores have shape ``(rows, members)`` and weights ``(members,)``; weights are relative. A member that is
missing in a row, or that weighs nothing, takes no part in that row: the remaining weights keep their
proportions. A row without any member is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from bci.arrays import Array, Mask, divided


def arithmetic(scores: Array, weights: Array) -> Array:
    r"""Weighted arithmetic mean, :math:`\sum w_i s_i / \sum w_i`: high scores make good low ones."""
    present = _present(scores, weights)
    return divided(np.where(present, scores, 0) @ weights, present @ weights)


def geometric(scores: Array, weights: Array) -> Array:
    r"""Weighted geometric mean, :math:`\exp(\sum w_i \ln s_i / \sum w_i)`; a single 0 makes it 0."""
    present = _present(scores, weights)
    with np.errstate(divide="ignore"):
        logs = np.log(np.where(present, scores, 1))
    return np.exp(divided(logs @ weights, present @ weights))


def minimum(scores: Array, weights: Array) -> Array:
    """The lowest score among the members that weigh anything: nothing can be made good."""
    present = _present(scores, weights)
    lowest = np.where(present, scores, np.inf).min(axis=1)
    return np.where(present.any(axis=1), lowest, np.nan)


def power(scores: Array, weights: Array, exponent: float) -> Array:
    r"""Weighted power mean, :math:`(\sum w_i s_i^p / \sum w_i)^{1/p}`.

    The larger `exponent` (p), the more the high scores decide; 1 is arithmetic, -1 harmonic, 0 (the limit)
    geometric, minus infinity the minimum. With a negative exponent a single 0 makes it 0.
    """
    if exponent in LIMITS:
        return LIMITS[exponent](scores, weights)
    present = _present(scores, weights)
    # Measured from the score that decides in the end: no power overflows, and none is lost in rounding.
    ends = np.where(present, scores, -np.inf if exponent > 0 else np.inf)
    deciding = ends.max(axis=1, keepdims=True) if exponent > 0 else ends.min(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        powers = np.expm1(exponent * np.log(np.where(present, scores / deciding, 1)))
        mean = deciding[:, 0] * np.exp(np.log1p(divided(powers @ weights, present @ weights)) / exponent)
    return np.where(present.any(axis=1), np.where(deciding[:, 0] == 0, 0, mean), np.nan)


#: Exponents at which the power mean has a form of its own.
LIMITS: Mapping[float, Callable[[Array, Array], Array]] = {1: arithmetic, 0: geometric, -np.inf: minimum}

#: The means that have a name, by their exponents as power means. Schemes, draws, spreadsheets and the page
#: all read this table: another mean is another line.
MEANS: Mapping[str, float] = {
    "arithmetic": 1,
    "geometric": 0,
    "harmonic": -1,
    "minimum": -np.inf,
    "cubic": 3,  # Anand and Sen 1997, for the Human Poverty Index: the strongest members decide
}


def exponent_of(method: str | float) -> float:
    """The exponent of a mean: of its name by `MEANS`, or itself."""
    return MEANS[method] if isinstance(method, str) else method


def mean(scores: Array, weights: Array, method: str | float = "arithmetic") -> Array:
    """The mean of that name, or the power mean of that exponent.

    Parameters
    ----------
    scores
        Shape ``(rows, members)``, in 0..1, NaN where missing.
    weights
        Shape ``(members,)``, 0 or more, not all 0.
    method
        A name of `MEANS`, or the exponent of a power mean.

    Returns
    -------
    Array
        Shape ``(rows,)``, between the lowest and the highest score present; NaN where none is.

    References
    ----------
    Anand, S. and Sen, A. (1997). Concepts of human development and poverty: a multidimensional perspective.
    Human Development Papers, UNDP.
    OECD and JRC (2008). Handbook on Constructing Composite Indicators, on weighting and aggregation.

    Examples
    --------
    >>> scores, weights = np.array([[0.2, 0.8], [0.2, np.nan]]), np.array([1.0, 1.0])
    >>> mean(scores, weights), mean(scores, weights, "geometric").round(12)
    (array([0.5, 0.2]), array([0.4, 0.2]))
    """
    return power(scores, weights, exponent_of(method))


def coverage(coverages: Array, weights: Array) -> Array:
    """Share of a parent's weight that rests on data: its members' coverages, weighted.

    Parameters
    ----------
    coverages
        Shape ``(rows, members)``, from 0 (no data) to 1 (data in every year).
    weights
        Shape ``(members,)``.
    """
    covered: Array = coverages @ weights / weights.sum()
    return covered


def quality(qualities: Array, scores: Array, weights: Array) -> Array:
    """Share of a parent's score that rests on each quality grade: its present members' shares, weighted.

    Parameters
    ----------
    qualities
        Shape ``(rows, members, grades)``, adding up to 1 over the grades where a member is present.
    scores
        Shape ``(rows, members)``; tells which members are present.
    weights
        Shape ``(members,)``.
    """
    present = _present(scores, weights)
    weighted = np.where(present[..., None], qualities, 0) * weights[:, None]
    return divided(weighted.sum(axis=1), (present @ weights)[:, None])


def _present(scores: Array, weights: Array) -> Mask:
    return ~np.isnan(scores) & (weights > 0)
