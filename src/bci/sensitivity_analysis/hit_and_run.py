"""Regions of the simplex that linear limits leave, and points drawn from them uniformly, by hit and run.

The method and its references are those of `bci.sensitivity_analysis.sampling.constrained`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from bci.arrays import Array, Mask
from bci.errors import InputError
from bci.model.definitions import LEAST
from bci.sensitivity_analysis.constraints import Limit

#: Radius of the largest ball that a constrained region must hold, where the whole simplex has a side of 1.4.
THINNEST = 1e-6

#: Walks of a constrained draw that are taken side by side.
WALKS = 2**13


def walks(limits: Sequence[Limit], rng: Generator, n: int) -> Array:
    """Shares within limits, of which there is one or more, shape ``(n, k)``; every draw is a walk of its own.

    Raises
    ------
    InputError
        If the limits leave no weights at all, or so few that they hold no ball of radius `THINNEST`.
    """
    polytope = _polytope(limits)
    ball = _chebyshev(polytope)
    if ball is None:
        raise InputError.at("constraints", _conflict(polytope, limits))
    if ball.radius < THINNEST:
        message = f"leave no room to draw from (narrower than {2 * THINNEST:g}); loosen one of them"
        raise InputError.at("constraints", message)
    drawn = np.ones((n, len(ball.centre)))
    if drawn.shape[1] == 1:
        return drawn
    region = _rounded(polytope, ball.centre)
    # A few thousand walks at a time stay in the cache.
    for first in range(0, n, WALKS):
        last = min(first + WALKS, n)
        drawn[first:last] = _hit_and_run(region, rng, last - first)
    return drawn


class _Polytope(NamedTuple):
    """Shares with ``normals @ shares <= most``, and a basis of the directions that keep their sum."""

    normals: Array
    most: Array
    basis: Array

    @property
    def across(self) -> Array:
        """The normals as they stand in the plane of the simplex."""
        return self.normals @ self.basis

    def only(self, rows: Sequence[int] | Mask) -> _Polytope:
        """The same with some of the limits."""
        return _Polytope(self.normals[rows], self.most[rows], self.basis)


class _Region(NamedTuple):
    """A polytope in coordinates in which it is round: shares are ``centre + axes @ place``.

    A place belongs to it where ``normals @ place <= slack``.
    """

    centre: Array
    axes: Array
    normals: Array
    slack: Array


def _polytope(limits: Sequence[Limit]) -> _Polytope:
    """The limits on the shares, and their lower limits of nothing."""
    normals = np.array([limit.normal for limit in limits])
    members = normals.shape[1]
    sizes = np.maximum(np.abs(normals).max(axis=1), LEAST)
    return _Polytope(
        np.concatenate([normals / sizes[:, None], -np.eye(members)]),
        np.concatenate([[limit.most for limit in limits] / sizes, np.zeros(members)]),
        np.linalg.svd(np.ones((1, members)))[2][1:].T,
    )


class _Ball(NamedTuple):
    centre: Array
    radius: float


def _chebyshev(polytope: _Polytope) -> _Ball | None:
    """The largest ball in the plane of the simplex that keeps within the limits, None where nothing does."""
    from scipy.optimize import linprog

    members = polytope.normals.shape[1]
    result = linprog(
        np.append(np.zeros(members), -1),
        A_ub=np.column_stack([polytope.normals, np.linalg.norm(polytope.across, axis=1)]),
        b_ub=polytope.most,
        A_eq=[[1.0] * members + [0.0]],
        b_eq=[1.0],
        bounds=[(None, None)] * members + [(0, 1)],
    )
    return None if result.x is None else _Ball(result.x[:-1], float(result.x[-1]))


def _conflict(polytope: _Polytope, limits: Sequence[Limit]) -> str:
    """Which of the limits leave nothing between them: all that cannot be spared for that."""
    kept = list(range(len(polytope.most)))
    for i in range(len(limits)):
        without = [j for j in kept if j != i]
        if _chebyshev(polytope.only(without)) is None:
            kept = without
    guilty = [repr(limits[i].text) for i in kept if i < len(limits)]
    if len(guilty) == 1:
        return f"{guilty[0]} leaves no weights; shares run from 0 to 1 and add up to 1"
    return f"{' and '.join(guilty)} exclude each other; loosen or drop one of them"


def _rounded(polytope: _Polytope, inside: Array) -> _Region:
    """Newton's method from a point inside to the analytic centre, and its Hessian as unit of length."""
    # A limit that does not vary over the simplex limits nothing there, or nothing would be inside.
    polytope = polytope.only(np.abs(polytope.across).max(axis=1) > 1e-12)
    centre, across = inside, polytope.across
    for _ in range(100):
        slack = polytope.most - polytope.normals @ centre
        gradient = across.T @ (1 / slack)
        hessian = (across / slack[:, None] ** 2).T @ across
        step = -np.linalg.solve(hessian, gradient)
        decrement = np.sqrt(max(0.0, float(-gradient @ step)))
        centre = centre + polytope.basis @ step / (1 + decrement)
        if decrement < 1e-6:
            break
    axes = polytope.basis @ np.linalg.inv(np.linalg.cholesky(hessian)).T
    return _Region(centre, axes, polytope.normals @ axes, polytope.most - polytope.normals @ centre)


def _hit_and_run(region: _Region, rng: Generator, n: int) -> Array:
    """So many walks side by side, from the centre to places independent of each other."""
    freedom = region.axes.shape[1]
    place = np.zeros((freedom, n))
    slack = np.tile(region.slack[:, None], (1, n))
    for _ in range(20 + 5 * freedom**2):
        direction = rng.standard_normal((freedom, n))
        # einsum and not @: products this thin are slower, and by chance far slower, on several threads.
        towards = np.einsum("ij,jn->in", region.normals, direction)
        with np.errstate(divide="ignore", invalid="ignore"):
            steps = slack / towards
        furthest = np.min(steps, axis=0, where=towards > 0, initial=np.inf)
        nearest = np.max(steps, axis=0, where=towards < 0, initial=-np.inf)
        step = nearest + (furthest - nearest) * rng.random(n)
        place += step * direction
        slack -= step * towards
    drawn: Array = region.centre + np.einsum("kj,jn->nk", region.axes, place)
    return drawn
