"""Weights between linear bounds: linear programmes on a polytope, in plain arrays.

References
----------
Boyd, S. and Vandenberghe, L. (2004). Convex Optimization, section 8.5.1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bci.arrays import Array

#: ``(normals, least)``: the points ``x`` with ``normals @ x >= least``.
Region = tuple[Array, Array]

#: How far a linear programme may miss a bound.
TOLERANCE = 1e-9
#: What differs by less is the same weight.
SAME = 1e-6


def solve(sums: Array, cost: Array, region: Region) -> tuple[Array, Array] | None:
    """The weighting of least cost in a region and the multipliers of its rows; None where it is empty."""
    return _programme(cost, region, (sums, np.ones(len(sums))), lower=0.0)


def _programme(
    cost: Array, region: Region, equal: tuple[Array, Array] | None, lower: float | None
) -> tuple[Array, Array] | None:
    """The least cost on a region, from the lower bound of each unknown up; None where nothing is in it."""
    from scipy.optimize import linprog

    normals, least = region
    solved = linprog(
        cost,
        A_ub=-normals,
        b_ub=-least,
        A_eq=None if equal is None else equal[0],
        b_eq=None if equal is None else equal[1],
        bounds=(lower, None),
        method="highs",
        options={"primal_feasibility_tolerance": TOLERANCE, "dual_feasibility_tolerance": TOLERANCE},
    )
    if solved.status == 2:
        return None
    if solved.status != 0:
        raise RuntimeError(f"linear programme not solved: {solved.message}")
    return np.asarray(solved.x, dtype=float), np.asarray(solved.ineqlin.marginals, dtype=float)


def ranges(sums: Array, region: Region) -> tuple[Array, NDArray[np.bool_]]:
    """How far each weight can go, and the rows that hold it there.

    Returns
    -------
    limits, held_by
        Shape ``(weights, 2)``, the lowest and the highest; shape ``(weights, 2, rows)``.
    """
    size = sums.shape[1]
    limits, held_by = np.empty((size, 2)), np.empty((size, 2, len(region[1])), dtype=bool)
    for i in range(size):
        for end, sign in enumerate((1.0, -1.0)):
            solved = solve(sums, sign * np.eye(size)[i], region)
            assert solved is not None, "the region is empty"
            limits[i, end], held_by[i, end] = solved[0][i], abs(solved[1]) > TOLERANCE
    return limits.clip(0, 1), held_by


def centre_of(sums: Array, region: Region) -> tuple[Array, float]:
    r"""The Chebyshev centre of a region of weightings, and the radius of the ball around it.

    .. math:: \max r : \quad a_j \cdot x - \lVert P a_j \rVert r \ge b_j

    over the rows of the region and those that keep weights from falling below 0, with :math:`P` the
    projection onto the directions in which weights can move. Where that has many solutions they are a region
    of fewer dimensions; its own centre is taken, and so on down to a point.

    Parameters
    ----------
    sums
        Shape ``(parents, weights)``: which weights add up to 1.
    region
        Rows ``normals @ weights >= least``; some weighting must keep them.

    Returns
    -------
    centre, radius
        Weights; Euclidean distance in weights, 0 where the region is flat.
    """
    size = sums.shape[1]
    normals, least = np.vstack([region[0], np.eye(size)]), np.append(region[1], np.zeros(size))
    start = solve(sums, np.zeros(size), (normals, least))
    assert start is not None, "the region is empty"
    point, fixed, radius = start[0], sums, None
    while (moves := _directions(fixed)).shape[1]:
        along = normals @ moves
        norms = np.linalg.norm(along, axis=1)
        movable = norms > TOLERANCE
        along, norms = along[movable], norms[movable]
        room = np.minimum(least[movable] - normals[movable] @ point, 0.0)
        grown = np.hstack([along, -norms[:, None]])
        solved = _programme(np.append(np.zeros(moves.shape[1]), -1.0), (grown, room), None, lower=None)
        assert solved is not None
        step, reach = solved[0][:-1], max(float(solved[0][-1]), 0.0)
        radius = reach if radius is None else radius
        point = point + moves @ step
        room = np.minimum(room - along @ step + norms * reach, 0.0)
        # The centres of the largest balls are the region of the next round. Rows that touch every
        # such ball hold it flat.
        normals, least = normals[movable], normals[movable] @ point + room
        touching: NDArray[np.intp] = np.flatnonzero(room >= room.max() - SAME)
        looseness = np.array([_looseness(along, room, row) for row in touching])
        held = touching[looseness <= max(SAME, looseness.min())]
        fixed = np.vstack([fixed, normals[held]])
    return np.maximum(point, 0.0), radius or 0.0


def _directions(fixed: Array) -> Array:
    """An orthonormal basis of the directions that leave these functions as they are, one a column."""
    _, strengths, directions = np.linalg.svd(fixed)
    rank = int((strengths > 1e-7 * strengths[0]).sum())
    return directions[rank:].T


def _looseness(along: Array, room: Array, row: np.intp) -> float:
    """How far from its bound a row can come within the region."""
    solved = _programme(-along[row], (along, room), None, lower=None)
    assert solved is not None
    return float(along[row] @ solved[0] - room[row])
