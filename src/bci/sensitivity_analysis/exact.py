r"""All weightings at once, without drawing any: how far a mean can go, and what share leaves it in a band.

Scores have shape ``(rows, k)``, NaN where missing. A missing member takes no part in its row: the remaining
weights keep their proportions. A row with nothing present gives NaN. Large panels are worked through in
pieces, so that what is needed beside the result stays small.

Limits: `mean_range`, `weights_at_ends`. Shares of the simplex: `share_below`, `band_shares`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from bci.arrays import Array, divided
from bci.model.bands import HAIR

# A piece of a panel: this many scores, so that the arrays at work stay in the cache, but enough rows to be
# worth the calls. Some forty temporaries of its size take 10 MB, and under 200 MB for 150 members.
CELLS, ROWS = 2**15, 2**12

# What adding up shares of one may lose.
ROUNDING = 1e-9


class Range(NamedTuple):
    """The two ends of what a weighted mean can become: means ``(rows,)`` or weights ``(rows, k)``."""

    low: Array
    high: Array


def mean_range(scores: Array, low_weight: Array, high_weight: Array) -> Range:
    r"""Lowest and highest weighted mean over all weights in a box.

    .. math:: \max_w \frac{\sum_p w_i s_i}{\sum_p w_i}
        \quad\text{where}\quad l_i \le w_i \le u_i, \quad \sum_i w_i = 1

    with sums :math:`\sum_p` over the members present, and the same for the minimum. With :math:`l = 0` and
    :math:`u = 1` the two ends are the lowest and the highest score present.

    Let :math:`P = \sum_p w_i` be the weight that falls to the members present. The missing ones can take
    the rest if and only if

    .. math:: \max(L_p, 1 - U_m) \le P \le \min(U_p, 1 - L_m)

    with :math:`L, U` the sums of :math:`l, u` over the present (p) and the missing (m). For a given P the
    best is greedy: all at :math:`l_i`, and what remains to the highest scores first, each up to
    :math:`u_i`. The weighted sum :math:`N(P)` is therefore concave, and linear between the breakpoints at
    which a member is full: there :math:`N(P)/P = b + a/P`, which is monotone, so that the maximum lies at a
    breakpoint or at an end of the range. A concave function over a positive linear one has a single peak;
    hence the peak over all breakpoints, moved into the range, is the maximum. In a complete row P is 1 and
    nothing but the greedy filling is left.

    Parameters
    ----------
    scores
        Shape ``(rows, k)``, NaN where missing.
    low_weight, high_weight
        Shape ``(k,)``: the box, in shares of one, ``0 <= lowest <= highest``.

    Returns
    -------
    Range
        Means of shape ``(rows,)``. NaN where nothing is present, or where no weighting in the box leaves
        anything to the members present.

    Raises
    ------
    ValueError
        If the box holds no weighting: the lowest weights exceed 1 in sum, the highest do not reach 1, or a
        lowest weight is negative or above its highest.

    References
    ----------
    Dantzig, G. (1957). Discrete-variable extremum problems. Operations Research 5(2), 266-277, on greedy
    filling. Charnes, A. and Cooper, W. (1962). Programming with linear fractional functionals. Naval
    Research Logistics Quarterly 9, 181-186.

    Examples
    --------
    >>> scores = np.array([[0.2, 0.4, 0.9], [0.2, np.nan, 0.9]])
    >>> ends = mean_range(scores, np.array([0.25, 0.25, 0.25]), np.array([0.5, 0.5, 0.5]))
    >>> ends.low.round(6), ends.high.round(6)
    (array([0.425   , 0.433333]), array([0.6     , 0.666667]))
    """
    low, high = _ends(scores, low_weight, high_weight, of=0)
    return Range(0 - low, high)


def weights_at_ends(scores: Array, low_weight: Array, high_weight: Array) -> Range:
    """Weights in the box that lead to the two ends of `mean_range`.

    Takes and raises what `mean_range` does.

    Returns
    -------
    Range
        Weights of shape ``(rows, k)``: whole weightings, in the box and with sum 1. What falls to missing
        members lies equally far between lowest and highest for all of them, and plays no part in the mean.
        NaN in rows without a mean.
    """
    return Range(*_ends(scores, low_weight, high_weight, of=1))


def share_below(scores: Array, edge: float) -> Array:
    r"""Share of all weightings under which the weighted mean is below an edge.

    :math:`P(\sum w_i s_i < t)` for weights drawn evenly from all of the simplex over the members present
    (flat Dirichlet), computed exactly.

    Flat weights are standard exponentials :math:`E_i` over their sum, so the mean is below :math:`t` when
    :math:`\sum (s_i - t) E_i < 0`. Call the negative differences :math:`-x_1, \dots, -x_h` and the positive
    ones :math:`y_1, \dots, y_k`. One of each has the characteristic function

    .. math:: \frac{1}{(1 + i\theta x)(1 - i\theta y)}
        = \frac{x}{x + y} \frac{1}{1 + i\theta x} + \frac{y}{x + y} \frac{1}{1 - i\theta y}

    and so :math:`yE' - xE` is distributed like :math:`-xE` alone with probability :math:`x/(x+y)`, and
    like :math:`yE'` alone otherwise. With :math:`G(k, h)` the share for the first k positive and h negative
    differences that gives

    .. math:: G(k, h) = \frac{x_h G(k-1, h) + y_k G(k, h-1)}{x_h + y_k}, \qquad G(0, h) = 1, \quad G(k, 0) = 0

    a mean of shares at every step, in which nothing cancels: the error is a few units in the last place,
    however close or equal the scores. A score equal to the edge adds 0 to the sum and drops out. Weightings
    with the mean on the edge itself make up a share of 0, unless all scores present are on the edge: the mean
    is then never below it, as a lower edge belongs to its band. A score short of the edge by no more than
    `bci.model.bands.HAIR` counts as on it, here as there.

    Parameters
    ----------
    scores
        Shape ``(rows, k)``, NaN where missing.
    edge
        The edge :math:`t`.

    Returns
    -------
    Array
        Shape ``(rows,)``, from 0 (no score is below) to 1 (none is above and one below); NaN where nothing
        is present.

    References
    ----------
    Varsi, G. (1973). The multidimensional content of the frustum of the simplex. Pacific Journal of
    Mathematics 46(1), 303-314. Ali, M. (1973). Content of the frustum of a simplex. Pacific Journal of
    Mathematics 48(2), 313-322. The derivation is ours.

    Examples
    --------
    >>> share_below(np.array([[0.2, 0.6], [0.2, np.nan], [0.5, 0.5]]), 0.5)
    array([0.75, 1.  , 0.  ])
    """
    return np.concatenate([_below(np.sort(scores[rows], axis=1), edge) for rows in pieces(*scores.shape)])


def band_shares(scores: Array, edges: Array) -> Array:
    """Share of all weightings that puts the weighted mean in each band.

    Parameters
    ----------
    scores
        Shape ``(rows, k)``, NaN where missing.
    edges
        Lower edges, increasing, the first of them 0. Each belongs to the band above it.

    Returns
    -------
    Array
        Shape ``(rows, bands)``, differences of `share_below` with sum 1; NaN where nothing is present.

    Examples
    --------
    >>> band_shares(np.array([[0.0, 1.0], [0.5, 0.5]]), np.array([0, 0.25, 0.5, 0.75]))
    array([[0.25, 0.25, 0.25, 0.25],
           [0.  , 0.  , 1.  , 0.  ]])
    """
    return np.concatenate([_in_bands(np.sort(scores[rows], axis=1), edges) for rows in pieces(*scores.shape)])


def from_edge(scores: Array, edge: float) -> Array:
    """Scores less an edge, and 0 where rounding alone may have put a score below it, as for its band."""
    difference = scores - edge
    return np.where((difference < 0) & (scores >= edge - HAIR), 0, difference)


def pieces(rows: int, members: int) -> Iterator[slice]:
    """Slices of rows, small ones, and at least one."""
    step = max(ROWS, CELLS // members)
    return (slice(start, start + step) for start in range(0, max(1, rows), step))


def _ends(scores: Array, low_weight: Array, high_weight: Array, of: int) -> Iterator[Array]:
    """What `_highest` gives of the scores turned round, and of the scores."""
    _needs_a_weighting(low_weight, high_weight)
    ends = [
        [_highest(side, low_weight, high_weight)[of] for side in (-scores[rows], scores[rows])]
        for rows in pieces(*scores.shape)
    ]
    return (np.concatenate(side) for side in zip(*ends, strict=True))


def _highest(scores: Array, lowest: Array, highest: Array) -> tuple[Array, Array]:
    """The highest means of `mean_range`, and the weights that lead to them."""
    order = np.argsort(-scores, axis=1)
    ordered = np.take_along_axis(scores, order, axis=1).T
    present = ~np.isnan(ordered)
    ordered = np.nan_to_num(ordered)
    floor, room = lowest[order.T], (highest - lowest)[order.T]
    held_floor, held_room = np.where(present, floor, 0), np.where(present, room, 0)
    rest_floor, rest_room = (floor - held_floor).sum(axis=0), (room - held_room).sum(axis=0)

    filled = np.cumsum(held_room, axis=0)
    bottom, base = held_floor.sum(axis=0), (held_floor * ordered).sum(axis=0)
    totals = np.vstack([bottom, bottom + filled])
    sums = np.vstack([base, base + np.cumsum(held_room * ordered, axis=0)])
    peak = np.argmax(divided(sums, totals, -np.inf), axis=0)

    least = np.maximum(bottom, 1 - rest_floor - rest_room)
    most = np.minimum(totals[-1], 1 - rest_floor)
    total = np.clip(np.take_along_axis(totals, peak[None], axis=0)[0], least, most)
    held = held_floor + np.clip(total - bottom - (filled - held_room), 0, held_room)
    total = held.sum(axis=0)
    mean = divided((held * ordered).sum(axis=0), total)
    rest = floor + room * divided(1 - total - rest_floor, rest_room, 0.0)

    weights = np.empty(scores.shape)
    whole = np.where(np.isnan(mean), np.nan, np.where(present, held, rest))
    np.put_along_axis(weights, order, whole.T, axis=1)
    return mean, weights


def _below(ordered: Array, edge: float) -> Array:
    """`share_below` of rows in ascending order, missing scores last."""
    difference = np.ascontiguousarray(from_edge(ordered, edge).T)
    negative = (difference < 0).sum(axis=0)
    share = np.where(np.isnan(ordered).all(axis=1), np.nan, 0.0)
    for count in range(1, len(difference) + 1):
        rows = np.flatnonzero(negative == count)
        # A positive difference of 0 changes nothing, which suits missing scores as well as those on the edge.
        share[rows] = _recurrence(-difference[:count, rows], np.fmax(difference[count:, rows], 0))
    return share


def _recurrence(below: Array, above: Array) -> Array:
    """G(k, h) of `share_below`, from x of shape ``(h, rows)`` and y of shape ``(k, rows)``."""
    shares = np.zeros((len(above) + 1, below.shape[1]))
    shares[0] = 1
    for x in below:
        for k, y in enumerate(above, start=1):
            shares[k] = (x * shares[k - 1] + y * shares[k]) / (x + y)
    last: Array = shares[-1]
    return last


def _in_bands(ordered: Array, edges: Array) -> Array:
    below = np.zeros((len(edges) + 1, len(ordered)))
    for number, edge in enumerate(edges[1:], start=1):
        below[number] = _below(ordered, edge)
    below[-1] = 1
    below[:, np.isnan(ordered).all(axis=1)] = np.nan
    # Rounding may turn two nearly equal shares round.
    return np.diff(np.maximum.accumulate(below), axis=0).T


def _needs_a_weighting(lowest: Array, highest: Array) -> None:
    if (lowest < 0).any() or (lowest > highest).any():
        raise ValueError("the lowest weights must be 0 or more, and none above its highest weight")
    if lowest.sum() > 1 + ROUNDING:
        raise ValueError(f"no weighting in the box: the lowest weights add up to {lowest.sum():g}, over 1")
    if highest.sum() < 1 - ROUNDING:
        raise ValueError(f"no weighting in the box: the highest weights add up to {highest.sum():g}, under 1")
