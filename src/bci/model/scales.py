"""Values -> scores: one pure function a method, fitted apart from being applied.

``fit(method, values, **options)`` looks at the values once and returns the scale; the scale is a plain
function of values that can be applied to other years and other dyads without moving what it gave before.
Scores run from 0 to 1, and a missing value has a missing score. With ``direction=-1`` more of the value
means less cooperation.

Fixed: `anchors`, `goalposts`. Fitted to the values: `min_max`, `z_score`, `percentile_rank`, `rank`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from bci.arrays import Array

Scale = Callable[[Array], Array]


def anchors(values: Array, *, points: ArrayLike, direction: int = 1) -> Array:
    """Piecewise linear through the points ``[value, score]``, flat outside them.

    Parameters
    ----------
    values
        Any shape.
    points
        Shape ``(k, 2)``, values strictly increasing, scores in 0..1.
    direction
        1, or -1 to turn the scores round (``1 - score``).

    Examples
    --------
    >>> anchors(np.array([0.0, 0.07, 0.5, np.nan]), points=[[0.02, 0], [0.12, 1]])
    array([0. , 0.5, 1. , nan])
    """
    known = np.asarray(points, dtype=float)
    # np.interp sends a missing value through unchanged, so that it stays missing.
    score: Array = np.interp(values, known[:, 0], known[:, 1])
    return score if direction == 1 else 1 - score


def goalposts(values: Array, *, lower: float, upper: float, direction: int = 1) -> Array:
    r"""Straight line between two posts, cut off beyond them.

    .. math:: s = \min(1, \max(0, (v - l) / (u - l)))

    References
    ----------
    OECD and JRC (2008). Handbook on Constructing Composite Indicators, on distance to a reference.
    UNDP, Human Development Report, technical notes, on goalposts.
    """
    score = np.clip((values - lower) / (upper - lower), 0, 1)
    return score if direction == 1 else 1 - score


def z_score(
    values: Array, *, mean: float, deviation: float, centre: float, spread: float, direction: int = 1
) -> Array:
    r"""Standard scores around `centre`, `spread` to a standard deviation, cut off at 0 and 1.

    .. math:: s = \min(1, \max(0, c + d (v - \bar v) / s_v \cdot \sigma))

    with :math:`s_v` the standard deviation over ``n - 1`` and :math:`d` the direction.
    """
    return np.clip(centre + direction * spread * (values - mean) / deviation, 0, 1)


def percentile_rank(values: Array, *, reference: Array, direction: int = 1) -> Array:
    """Share of the other reference values that lie below: ``(rank - 1) / (n - 1)``, ties at their lowest."""
    below = np.searchsorted(reference, direction * values, side="left")
    return _where_known(values, np.minimum(below / (len(reference) - 1), 1))


def rank(values: Array, *, reference: Array, ties: str, direction: int = 1) -> Array:
    """Rank among the reference values over their number, so that the highest has 1.

    Ties share their ``average`` rank or take the ``lowest``. A value outside the reference stands where it
    would be inserted.
    """
    low = np.searchsorted(reference, direction * values, side="left")
    high = np.searchsorted(reference, direction * values, side="right")
    order = (low + np.maximum(high, low + 1) + 1) / 2 if ties == "average" else low + 1.0
    return _where_known(values, np.minimum(order / len(reference), 1))


def fit(method: str, values: Array, **options: Any) -> Scale:
    """The scale of that method, fitted to `values`.

    Parameters
    ----------
    method
        A name of `METHODS`.
    values
        The values the scale is fitted to; missing ones are passed over. `anchors` and `goalposts` are fixed
        and do not look at them.
    **options
        What the method takes: ``anchors``; ``lower``, ``upper``; ``centre``, ``spread``; ``ties``; and for
        all of them ``direction``, 1 or -1.

    Returns
    -------
    Scale
        A function of values to scores of the same shape.

    Raises
    ------
    ValueError
        If the values do not vary (or are fewer than two) where the method divides by their variation.

    Examples
    --------
    >>> scale = fit("min_max", np.array([1.0, 3.0, np.nan]))
    >>> scale(np.array([2.0, 9.0]))
    array([0.5, 1. ])
    """
    return METHODS[method](values[~np.isnan(values)], **options)


def _fit_anchors(values: Array, anchors_: Sequence[Sequence[float]], direction: int) -> Scale:
    return partial(anchors, points=tuple(map(tuple, anchors_)), direction=direction)


def _fit_goalposts(values: Array, lower: float, upper: float, direction: int = 1) -> Scale:
    return partial(goalposts, lower=lower, upper=upper, direction=direction)


def _fit_min_max(values: Array, direction: int = 1) -> Scale:
    _needs_variation(values)
    return partial(goalposts, lower=values.min(), upper=values.max(), direction=direction)


def _fit_z_score(values: Array, centre: float = 0.5, spread: float = 1 / 6, direction: int = 1) -> Scale:
    _needs_variation(values)
    return partial(
        z_score,
        mean=values.mean(),
        deviation=values.std(ddof=1),
        centre=centre,
        spread=spread,
        direction=direction,
    )


def _fit_percentile_rank(values: Array, direction: int = 1) -> Scale:
    _needs_variation(values)
    return partial(percentile_rank, reference=np.sort(direction * values), direction=direction)


def _fit_rank(values: Array, ties: str = "average", direction: int = 1) -> Scale:
    _needs_variation(values)
    return partial(rank, reference=np.sort(direction * values), ties=ties, direction=direction)


METHODS: Mapping[str, Callable[..., Scale]] = {
    "anchors": lambda values, anchors, direction=1: _fit_anchors(values, anchors, direction),
    "goalposts": _fit_goalposts,
    "min_max": _fit_min_max,
    "z_score": _fit_z_score,
    "percentile_rank": _fit_percentile_rank,
    "rank": _fit_rank,
}


def _needs_variation(values: Array) -> None:
    if len(values) < 2 or values.min() == values.max():
        found = f"{len(values)} value(s), all equal" if len(values) else "no value"
        raise ValueError(f"cannot be fitted to {found}; choose anchors or goalposts")


def _where_known(values: Array, score: Array) -> Array:
    return np.where(np.isnan(values), np.nan, score)
