"""What is scored again under drawn weightings: rows of scores, what each row has, and the weights."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bci.arrays import Array
from bci.errors import InputError
from bci.model.scheme import Scheme
from bci.scoring.scores import Scores
from bci.sensitivity_analysis.kernel import Members, Tree
from bci.sensitivity_analysis.sampling import Weightings

Rows = NDArray[np.intp]


class Inputs(NamedTuple):
    """Rows to score again, the pattern of each, and what a row of each pattern has.

    Weights have shape ``(dimensions + indicators, draws)``.
    """

    scores: Array
    pattern: Rows
    members: list[Members]
    tree: Tree
    weights: Array

    @property
    def draws(self) -> int:
        """Number of draws."""
        return int(self.weights.shape[1])


def inputs_of(scores: Scores, weightings: Weightings) -> Inputs:
    scheme = scores.scheme
    _check_fit(scheme, weightings)
    sizes = tuple(map(len, scheme.tree.values()))
    tree = Tree(sizes, scheme.mean("indicators"), scheme.mean("dimensions"))
    drawn = [weightings.dimensions, *weightings.indicators]
    weights = np.ascontiguousarray(np.concatenate(drawn, axis=1, dtype=np.float64).T)
    stages = (scores.indicators.score, scores.dimensions.score, scores.index.score)
    present = np.concatenate([~np.isnan(stage) for stage in stages], axis=1)
    packed = np.packbits(present, axis=1)
    _, firsts, pattern = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    members = [_members(row, tree, weights) for row in present[firsts]]
    return Inputs(scores.indicators.score, pattern.reshape(-1), members, tree, weights)


def _members(present: NDArray[np.bool_], tree: Tree, weights: Array) -> Members:
    dimensions, first = len(tree.sizes), 0
    indicators = []
    for d, size in enumerate(tree.sizes):
        columns = first + np.flatnonzero(present[first : first + size] & present[sum(tree.sizes) + d])
        indicators.append(_weighed(columns, weights[dimensions:]))
        first += size
    there = np.array(
        [d for d, columns in enumerate(indicators) if present[-1] and len(columns)], dtype=np.intp
    )
    return Members(tuple(indicators), _weighed(there, weights[:dimensions]))


def _weighed(members: Rows, weights: Array) -> Rows:
    """Members that some draw weighs; none of them where another draw gives no weight to any."""
    weighed = members[weights[members].any(axis=1)]
    return weighed if weights[weighed].any(axis=0).all() else weighed[:0]


def _check_fit(scheme: Scheme, weightings: Weightings) -> None:
    parts = [weightings.dimensions, *weightings.indicators]
    sizes = [len(scheme.tree), *map(len, scheme.tree.values())]
    if [part.shape for part in parts] != [(len(weightings), size) for size in sizes]:
        found = ", ".join(" by ".join(map(str, part.shape)) for part in parts)
        wanted = ", ".join(map(str, sizes))
        message = f"do not fit scheme {scheme.name}: draws by {wanted} are needed (found {found})"
        raise InputError.at("weightings", message)
    if not len(weightings):
        raise InputError.at("weightings", "hold no draw; draw at least one")
    for part, name in zip(parts, ["the dimensions", *scheme.tree], strict=True):
        if not (part >= 0).all() or (abs(part.sum(axis=1) - 1) > 1e-9).any():
            message = f"those of {name} are not all shares of one, 0 or more and adding up to 1"
            raise InputError.at("weightings", message)
