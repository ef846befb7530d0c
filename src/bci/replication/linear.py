r"""Findings as linear statements about weights.

Under arithmetic means a score in a span is linear in the weights of its members,

.. math:: \text{index}_t = \sum_d u_d\, s_{dt}, \qquad s_{dt} = \sum_i v_{di}\, s_{it},

so that a band (:math:`e_k \le s < e_{k+1}`), an order, a comparison of two spans, ``nondecreasing`` and
``no_abrupt_change`` are linear inequalities on the simplex of :math:`u`, or on the product of the simplexes
of :math:`v`. What must be more is more by at least `MARGIN`. ``not_monotone`` is not linear; findings on
indicators do not depend on weights.

Where a member is missing, the weights of the others are rescaled: :math:`s = \sum_P v_i s_i / \sum_P v_i`
over the members :math:`P` that are there. :math:`s \ge t` is then :math:`\sum_P v_i (s_i - t) \ge 0`,
exactly; likewise where two such scores have the same members missing, and with a single member present the
score is that member's. What would multiply weights with weights is not linear. A minimum coverage is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bci.arrays import Array, Mask
from bci.model.bands import HAIR
from bci.model.periods import Span, label
from bci.replication.claims import Claim, Comparison, Place
from bci.scoring.scores import Scores, score_spans

Which = Literal["dimensions", "indicators"]

#: What "more than" means here, in scores: by a millionth. A linear programme knows "at least" only.
MARGIN = 1e-6


class NotLinear(Exception):
    """A finding is no linear statement about the weights."""


class Inequality(NamedTuple):
    """A linear statement about weightings, ``normal @ weights >= least``."""

    normal: Array
    least: float


class ScoreFunction(NamedTuple):
    r"""A score as a function of the weights :math:`x`.

    :math:`c + a \cdot x + \sum_k t_k \cdot x / b_k \cdot x`, where `conditions` hold. A quotient stands for
    a parent with a missing member: the weights of what is there are rescaled.
    """

    constant: float
    linear: Array
    quotients: tuple[tuple[Array, Array], ...] = ()
    conditions: tuple[Inequality, ...] = ()


class ScoreFunctions:
    """Scores as functions of one kind of weights, the other kind as the scheme has it.

    Which scores are missing is taken as under the scheme: conditions keep each parent above its minimum
    coverage where it has a score there, and below where it has none.
    """

    def __init__(self, which: Which, scores: Scores, spans: Sequence[Span], dyad: tuple[str, str]) -> None:
        self.which, self.scheme = which, scores.scheme
        tree = self.scheme.tree
        self.members = tuple(tree) if which == "dimensions" else self.scheme.indicators
        #: Positions of the weights that share a parent; they add up to 1.
        self.groups: dict[str, list[int]] = {"index": list(range(len(tree)))}
        if which == "indicators":
            self.groups = {d: [self.members.index(i) for i in inside] for d, inside in tree.items()}
        on_spans = score_spans(scores, spans)
        first = on_spans.row(dyad, spans[0])
        self.rows = {span: first + i for i, span in enumerate(spans)}
        self.scores = on_spans
        self.table = {name: on_spans.column("score")[:, i] for i, (_, name) in enumerate(on_spans.names)}

    @cached_property
    def shares(self) -> Array:
        """The scheme's own weights, relative."""
        weights = self.scheme.dimension_weights
        if self.which == "indicators":
            weights = np.array([w for inside in self.scheme.tree.values() for w in inside.values()])
        shares = np.empty_like(weights)
        for positions in self.groups.values():
            shares[positions] = weights[positions] / weights[positions].sum()
        return shares

    @cached_property
    def sums(self) -> Array:
        """Which weights add up to 1, one row a parent."""
        return np.array([np.isin(np.arange(len(self.members)), p) for p in self.groups.values()], dtype=float)

    def function(self, place: Place) -> ScoreFunction:
        """A score that is there under the scheme."""
        name, span = place
        row = self.rows[span]
        if name == "index" and self.which == "dimensions":
            levels = self.scores.dimensions
            function = self._parent(levels.score[row], levels.coverage[row], self.groups["index"])
        elif name == "index":
            function = self._index(row)
        elif name in self.groups:
            function = self._dimension(name, row)
        else:
            function = ScoreFunction(float(self.table[name][row]), np.zeros(len(self.members)))
        return function._replace(
            conditions=tuple(row for row in function.conditions if not self._always(row))
        )

    def depend(self, claim: Claim) -> bool:
        """Whether these weights matter to a claim at all."""
        functions = map(self.function, claim.places)
        return any(f.quotients or f.conditions or self._constant(f.linear) is None for f in functions)

    def _always(self, row: Inequality) -> bool:
        """Whether every weighting keeps a row."""
        return bool(sum(row.normal[positions].min() for positions in self.groups.values()) >= row.least)

    def _dimension(self, name: str, row: int) -> ScoreFunction:
        levels, positions = self.scores.indicators, self.groups[name]
        return self._parent(levels.score[row, positions], levels.coverage[row, positions], positions)

    def _parent(self, scores: Array, coverage: Array, positions: list[int]) -> ScoreFunction:
        present = ~np.isnan(scores)
        weights = self._spread(present, positions)
        summed = self._spread(np.where(present, scores, 0), positions)
        conditions = self._coverage(self._spread(np.where(present, coverage, 0), positions))
        if present.all():
            return ScoreFunction(0.0, summed, (), conditions)
        conditions += (Inequality(weights, MARGIN),)
        if present.sum() == 1:
            return ScoreFunction(float(scores[present][0]), np.zeros_like(summed), (), conditions)
        return ScoreFunction(0.0, np.zeros_like(summed), ((summed, weights),), conditions)

    def _index(self, row: int) -> ScoreFunction:
        """The index by way of the dimensions that have a score under the scheme."""
        shares = self.scheme.dimension_weights / self.scheme.dimension_weights.sum()
        present = ~np.isnan(self.scores.dimensions.score[row])
        constant, linear, covered = 0.0, np.zeros(len(self.members)), np.zeros(len(self.members))
        quotients: list[tuple[Array, Array]] = []
        conditions: list[Inequality] = []
        for (name, positions), share, has_score in zip(self.groups.items(), shares, present, strict=True):
            function, rests_on = self._dimension(name, row), self._covered(row, positions)
            if not has_score:
                if rests_on.any():
                    conditions.append(Inequality(-rests_on, MARGIN - self.scheme.missing.minimum_coverage))
                continue
            part = share / shares[present].sum()
            constant, linear = constant + part * function.constant, linear + part * function.linear
            covered = covered + share * rests_on
            quotients += [(part * top, bottom) for top, bottom in function.quotients]
            conditions += function.conditions
        return ScoreFunction(constant, linear, tuple(quotients), (*conditions, *self._coverage(covered)))

    def _covered(self, row: int, positions: list[int]) -> Array:
        levels = self.scores.indicators
        coverage = np.where(np.isnan(levels.score[row, positions]), 0, levels.coverage[row, positions])
        return self._spread(coverage, positions)

    def _coverage(self, covered: Array) -> tuple[Inequality, ...]:
        # With the hair of tolerance that scoring has.
        least = self.scheme.missing.minimum_coverage - HAIR
        return () if self.scheme.missing.rule == "bounds" else (Inequality(covered, least),)

    def _spread(self, values: NDArray[Any], positions: list[int]) -> Array:
        spread = np.zeros(len(self.members))
        spread[positions] = values
        return spread

    def inequalities(self, claim: Claim) -> list[Inequality]:
        """A claim as linear rows.

        Raises
        ------
        NotLinear
            If it is no conjunction of linear statements.
        """
        if claim.not_monotone:
            raise NotLinear(
                "not_monotone asks for a rise or a fall somewhere: one of several things, not all"
            )
        return [row for comparison in claim.all_of for row in self._compared(comparison)]

    def _compared(self, comparison: Comparison) -> Iterator[Inequality]:
        left = self.function(comparison.left)
        zero = ScoreFunction(0.0, np.zeros(len(self.members)))
        right = zero if comparison.right is None else self.function(comparison.right)
        turn = 1.0 if comparison.sign[0] == ">" else -1.0
        margin = MARGIN if comparison.sign in (">", "<") else 0.0
        constant = turn * (left.constant - right.constant - comparison.bound) - margin
        linear = turn * (left.linear - right.linear)
        quotients = [(turn * top, bottom) for top, bottom in left.quotients]
        quotients += [(-turn * top, bottom) for top, bottom in right.quotients]
        if not quotients:
            yield Inequality(linear, -constant)
        else:
            fixed = self._constant(linear)
            bottom = quotients[0][1]
            if fixed is None or any((other != bottom).any() for _, other in quotients):
                spans = {place[1] for place in (comparison.left, comparison.right) if place is not None}
                missing = " and ".join(label(span) for span in sorted(spans))
                raise NotLinear(f"members are missing in {missing}, which multiplies weights with weights")
            # The bottom is above 0, so the statement may be multiplied with it.
            yield Inequality(sum((top for top, _ in quotients), (constant + fixed) * bottom), 0.0)
        yield from left.conditions
        yield from right.conditions

    def _constant(self, linear: Array) -> float | None:
        """The value of a linear function that is the same everywhere, or None."""
        values = [linear[positions] for positions in self.groups.values()]
        return float(sum(v[0] for v in values)) if all(np.ptp(v) == 0 for v in values) else None


def region_of(rows: Iterable[Inequality], size: int) -> Region:
    """Rows below each other."""
    together = np.array([(*row.normal, row.least) for row in rows]).reshape(-1, size + 1)
    return together[:, :-1], together[:, -1]


#: ``(normals, least)``: the points ``x`` with ``normals @ x >= least``.
Region = tuple[Array, Array]

#: How far a linear programme may miss a bound.
TOLERANCE = 1e-9
#: What differs by less is the same weight.
SAME = 1e-6


def minimised(cost: Array, region: Region, sums: Array | None = None) -> tuple[Array, Array] | None:
    """The point of least cost in a region and the multipliers of its rows; None where it is empty.

    With `sums`, of weightings: none below 0, those of one row adding up to 1.
    """
    from scipy.optimize import linprog

    normals, least = region
    solved = linprog(
        cost,
        A_ub=-normals,
        b_ub=-least,
        A_eq=sums,
        b_eq=None if sums is None else np.ones(len(sums)),
        bounds=(None if sums is None else 0.0, None),
        method="highs",
        options={"primal_feasibility_tolerance": TOLERANCE, "dual_feasibility_tolerance": TOLERANCE},
    )
    if solved.status == 2:
        return None
    if solved.status != 0:
        raise RuntimeError(f"linear programme not solved: {solved.message}")
    return np.asarray(solved.x, dtype=float), np.asarray(solved.ineqlin.marginals, dtype=float)


def weight_ranges(sums: Array, region: Region) -> tuple[Array, Mask]:
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
            solved = minimised(sign * np.eye(size)[i], region, sums)
            assert solved is not None, "the region is empty"
            limits[i, end], held_by[i, end] = solved[0][i], abs(solved[1]) > TOLERANCE
    return limits.clip(0, 1), held_by


def chebyshev_centre(sums: Array, region: Region) -> tuple[Array, float]:
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
    start = minimised(np.zeros(size), (normals, least), sums)
    assert start is not None, "the region is empty"
    point, fixed, radius = start[0], sums, None
    while (moves := _directions(fixed)).shape[1]:
        along = normals @ moves
        norms = np.linalg.norm(along, axis=1)
        movable = norms > TOLERANCE
        along, norms = along[movable], norms[movable]
        room = np.minimum(least[movable] - normals[movable] @ point, 0.0)
        grown = np.hstack([along, -norms[:, None]])
        solved = minimised(np.append(np.zeros(moves.shape[1]), -1.0), (grown, room))
        assert solved is not None
        step, grown_by = solved[0][:-1], max(float(solved[0][-1]), 0.0)
        radius = grown_by if radius is None else radius
        point = point + moves @ step
        room = np.minimum(room - along @ step + norms * grown_by, 0.0)
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
    solved = minimised(-along[row], (along, room))
    assert solved is not None
    return float(along[row] @ solved[0] - room[row])
