r"""How far weights must move before a score changes its band.

Scores and weights as in `bci.model.means`: scores ``(rows, k)``, NaN where missing, weights ``(k,)`` and
relative. What moves are the weights of the members present, as shares of one. A member that is present but
weighs nothing may be given weight.

Distances and bands: `tipping`. The weights that are reached: `tipping_weights`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bci.arrays import Array, Mask, divided
from bci.model.bands import HAIR, NO_BAND, band
from bci.model.means import arithmetic
from bci.sensitivity_analysis.exact import pieces

Norm = Literal["absolute", "euclidean"]
Bands = NDArray[np.int8]


class Tipping(NamedTuple):
    """The smallest change of weights that leads into another band, and that band, each ``(rows,)``."""

    distance: Array
    band: Bands


def tipping(scores: Array, weights: Array, edges: Array, norm: Norm = "absolute") -> Tipping:
    r"""Distance from the given weights to the nearest that put the weighted mean in another band.

    .. math:: d = \min_v \lVert v - w \rVert \quad\text{where}\quad
        v_i \ge 0, \quad \sum v_i = 1, \quad \sum v_i s_i = t

    over the edge :math:`t` above the score and the one below it. The band above is entered on its edge, as
    edges belong to the band above them. The band below is entered as soon as the score is under the edge: no
    change is the smallest, and the distance is the infimum, which is the distance to the edge itself. A score
    on the lower edge of its band therefore tips at 0. On an edge is, as for bands, what is short of it by no
    more than `bci.model.bands.HAIR`.

    ``absolute``, :math:`\sum |v_i - w_i|`: what some members lose others gain, so the distance is twice the
    weight moved. A unit that moves from a member to the highest lifts the mean by the difference of their
    scores. Taking from the lowest first, all they have, and giving to the highest lifts most for what is
    moved (greedy, exact; downwards in mirror image).

    ``euclidean``, :math:`\sqrt{\sum (v_i - w_i)^2}`: the nearest point of a hyperplane in the simplex, which
    fulfils the conditions of Karush, Kuhn and Tucker :math:`v_i = \max(0, w_i + \lambda + \mu s_i)`. While
    no weight reaches zero that is

    .. math:: v_i = w_i + (t - \bar w) \frac{s_i - \bar s}{\sum_j (s_j - \bar s)^2},
        \qquad d = \frac{|t - \bar w|}{\sqrt{\sum_j (s_j - \bar s)^2}}

    with :math:`\bar w = \sum w_i s_i` and :math:`\bar s` the plain mean. Beyond it, follow :math:`v(\mu)`
    from :math:`\mu = 0` upwards: the weights that are not zero move at the rates :math:`s_i - \bar s`, with
    :math:`\bar s` over these. One that falls to zero has a score under :math:`\bar s`; without it
    :math:`\bar s` rises, so that :math:`w_i + \lambda + \mu s_i` keeps falling and it never comes back. At
    most k steps, each closed, thus lead to the point that fulfils all conditions.

    Parameters
    ----------
    scores
        Shape ``(rows, k)``, NaN where missing.
    weights
        Shape ``(k,)``, 0 or more, relative.
    edges
        Lower edges of the bands, increasing, the first of them 0.
    norm
        ``absolute`` or ``euclidean``.

    Returns
    -------
    Tipping
        Distances from 0 (on the edge) to at most 2 (``absolute``) or the root of 2; of two bands at one
        distance the higher. NaN and `NO_BAND` where no weighting leads to another band, and where the score
        is missing.

    References
    ----------
    Held, M., Wolfe, P. and Crowder, H. (1974). Validation of subgradient optimization. Mathematical
    Programming 6, 62-88, on projection onto the simplex.

    Examples
    --------
    A quarter of all weight must move before the mean of 0.4 is 0.5:

    >>> scores, weights, edges = np.array([[0.2, 0.4, 0.6]]), np.ones(3), np.array([0, 0.25, 0.5, 0.75])
    >>> tipping(scores, weights, edges).distance.round(12), tipping(scores, weights, edges).band
    (array([0.5]), array([2], dtype=int8))
    >>> tipping_weights(scores, weights, edges).round(6)
    array([[0.083333, 0.333333, 0.583333]])
    """
    parts = [_nearest(scores[rows], weights, edges, norm)[:2] for rows in pieces(*scores.shape)]
    return Tipping(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def tipping_weights(scores: Array, weights: Array, edges: Array, norm: Norm = "absolute") -> Array:
    """Weights at which the band of `tipping` is reached.

    Takes what `tipping` does.

    Returns
    -------
    Array
        Shape ``(rows, k)``, sum 1, and 0 for missing members; the weighted mean is on the edge. NaN where
        `tipping` has no distance.
    """
    parts = [_nearest(scores[rows], weights, edges, norm)[2] for rows in pieces(*scores.shape)]
    return np.concatenate(parts)


def _nearest(scores: Array, weights: Array, edges: Array, norm: Norm) -> tuple[Array, Bands, Array]:
    order = np.argsort(scores, axis=1)
    ordered = np.take_along_axis(scores, order, axis=1).T
    present = ~np.isnan(ordered)
    start = np.where(present, weights[order.T], 0)
    with np.errstate(invalid="ignore"):
        start = start / start.sum(axis=0)

    score = arithmetic(scores, weights)
    number = band(score, edges)
    known = ~np.isnan(score)
    above = np.append(edges[1:], np.inf)[number]
    below = np.append(-np.inf, edges[1:])[number]
    # Missing scores get the highest, to keep the order; they have no weight, and none to receive.
    ordered = np.fmax.accumulate(ordered, axis=0)

    lift = _LIFTS[norm]
    change = np.zeros((2, *ordered.shape))
    distance = np.full((2, len(scores)), np.inf)
    # Both comparisons with the tolerance that bands have for rounding.
    rows = np.flatnonzero(known & (ordered[-1] >= above - HAIR))
    gap = np.minimum(above, ordered[-1]) - score
    distance[0, rows], change[0][:, rows] = lift(
        ordered[:, rows], start[:, rows], present[:, rows], np.maximum(gap, 0)[rows]
    )
    rows = np.flatnonzero(known & (ordered[0] < below - HAIR))
    distance[1, rows], mirrored = lift(
        -ordered[::-1, rows], start[::-1, rows], present[::-1, rows], np.maximum(score - below, 0)[rows]
    )
    change[1][:, rows] = mirrored[::-1]

    downwards = distance[1] < distance[0]
    nearest = np.where(downwards, distance[1], distance[0])
    tips = np.isfinite(nearest)
    reached = np.empty(scores.shape)
    moved = np.where(tips, start + np.where(downwards, change[1], change[0]), np.nan)
    np.put_along_axis(reached, order, moved.T, axis=1)
    to = np.where(tips, np.where(downwards, number - 1, number + 1), NO_BAND).astype(np.int8)
    return np.where(tips, nearest, np.nan), to, reached


def _absolute(scores: Array, weights: Array, present: Mask, gap: Array) -> tuple[Array, Array]:
    """Distance and change of weights that lift means by a gap; scores ``(k, rows)`` in ascending order."""
    change = np.zeros_like(scores)
    left = gap
    for lifted, weight, taken in zip(scores[-1] - scores, weights, change, strict=True):
        enough = divided(left, lifted, 0.0)
        np.negative(np.minimum(weight, enough), out=taken)
        left = np.maximum(left + taken * lifted, 0)
    moved = 0 - change.sum(axis=0)
    highest = len(present) - 1 - np.argmax(present[::-1], axis=0)
    change[highest, np.arange(len(gap))] += moved
    return 2 * moved, change


def _euclidean(scores: Array, weights: Array, present: Mask, gap: Array) -> tuple[Array, Array]:
    """As `_absolute`, by the shortest way."""
    change = np.zeros_like(scores)
    below_top, active = scores - scores[-1], present.copy()
    rows, left = np.arange(len(gap)), gap
    for _ in range(len(scores)):
        moving, lag, held = active[:, rows], below_top[:, rows], weights[:, rows]
        centre = np.where(moving, lag, 0).sum(axis=0) / moving.sum(axis=0)
        rate = np.where(moving, lag - centre, 0)
        spread = (rate**2).sum(axis=0)
        to_edge = divided(left, spread, 0.0)
        remaining = held + change[:, rows]
        to_zero = np.divide(remaining, -rate, out=np.full_like(rate, np.inf), where=rate < 0)
        step = np.minimum(to_edge, to_zero.min(axis=0))
        fallen = to_zero <= step
        change[:, rows] = np.where(fallen, -held, np.maximum(change[:, rows] + step * rate, -held))
        active[:, rows] = moving & ~fallen
        on = to_edge > step
        rows, left = rows[on], (left - step * spread)[on]
    return np.sqrt((change**2).sum(axis=0)), change


_LIFTS: Mapping[Norm, Callable[[Array, Array, Mask, Array], tuple[Array, Array]]] = {
    "absolute": _absolute,
    "euclidean": _euclidean,
}
