"""Rows scored under every draw, a block at a time, and counted: the numerical core of `montecarlo`.

Rows with the same members are scored together. Plain arrays in and out, and numpy alone, so that a process or
a machine elsewhere has little to load.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from functools import reduce
from itertools import pairwise, starmap
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from bci.arrays import Array, Mask

Rows = NDArray[np.intp]
Progress = Callable[[int, int], object]
T = TypeVar("T")

#: What is nearer than this has not changed, is a tie, or has reached the edge of a band.
TOLERANCE = 1e-12

#: Number that stands for the index among those of the dimensions.
INDEX = -1

# Half a megabyte of scores at a time stays in the cache, together with what they are made of.
BLOCK = 2**16
# Draws summed up at a time; a count of these fits into 16 bits.
SEGMENT = 2**15

#: Chunks that are handed to an executor ahead of the one whose result is awaited.
AHEAD = 64


class Tree(NamedTuple):
    """Numbers of indicators by dimension, and the exponents of the means of dimensions and the index."""

    sizes: tuple[int, ...]
    within: float
    across: float


class Members(NamedTuple):
    """What a row has and some draw weighs: columns of each dimension, and dimensions joined in the index.

    A dimension that is missing has no columns, and a missing index no dimensions.
    """

    indicators: tuple[Rows, ...]
    joined: Rows

    def has(self, name: int) -> bool:
        """Whether there is an index, or the dimension of that number."""
        return len(self.joined if name == INDEX else self.indicators[name]) > 0


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


def inputs_of(scores: Array, present: Mask, tree: Tree, weights: Array) -> Inputs:
    """Rows sorted by what they have: `present` tells of indicators, then of dimensions, then of the index."""
    packed = np.packbits(present, axis=1)
    _, firsts, pattern = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    members = [_members(row, tree, weights) for row in present[firsts]]
    return Inputs(scores, pattern.reshape(-1), members, tree, weights)


def _members(present: Mask, tree: Tree, weights: Array) -> Members:
    dimensions, first = len(tree.sizes), 0
    indicators = []
    for d, size in enumerate(tree.sizes):
        columns = first + np.flatnonzero(present[first : first + size] & present[sum(tree.sizes) + d])
        indicators.append(_weighed(columns, weights[dimensions:]))
        first += size
    joined = [d for d, columns in enumerate(indicators) if present[-1] and len(columns)]
    return Members(tuple(indicators), _weighed(np.array(joined, dtype=np.intp), weights[:dimensions]))


def _weighed(members: Rows, weights: Array) -> Rows:
    """Members that some draw weighs; none of them where another draw gives no weight to any."""
    weighed = members[weights[members].any(axis=1)]
    return weighed if weights[weighed].any(axis=0).all() else weighed[:0]


def rows_by_pattern(patterns: Rows, chunk: int) -> Iterator[tuple[int, Rows]]:
    """Each pattern with the rows that have it, at most so many at once."""
    order = np.argsort(patterns, kind="stable")
    starts = np.flatnonzero(np.diff(patterns[order], prepend=-1)).tolist()
    for start, end in pairwise([*starts, len(order)]):
        for first in range(start, end, chunk):
            yield int(patterns[order[start]]), order[first : min(first + chunk, end)]


def computed(
    work: Callable[..., T], tasks: Iterable[tuple[Any, ...]], executor: Executor | None
) -> Iterator[T]:
    """Results in the order of the tasks, which are handed to the executor little by little."""
    return starmap(work, tasks) if executor is None else _handed_out(work, tasks, executor)


def _handed_out(work: Callable[..., T], tasks: Iterable[tuple[Any, ...]], executor: Executor) -> Iterator[T]:
    waiting: deque[Future[T]] = deque()
    try:
        for task in tasks:
            waiting.append(executor.submit(work, *task))
            if len(waiting) > AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


def with_progress(
    parts: Iterable[Rows], results: Iterable[T], total: int, progress: Progress | None
) -> Iterator[tuple[Rows, T]]:
    """Results with the rows they belong to; `progress` hears of them when they have been put away."""
    done = 0
    for part, result in zip(parts, results, strict=True):
        yield part, result
        done += len(part)
        if progress:
            progress(done, total)


def spread_of_rows(
    scores: Array,
    members: Members,
    tree: Tree,
    weights: Array,
    names: dict[str, int],
    edges: Array,
    quantiles: Sequence[float],
) -> tuple[Array, Array, Array]:
    """Quantiles, means and band shares of rows of one pattern."""
    draws = weights.shape[1]
    at_levels = np.full((len(scores), len(names), len(quantiles)), np.nan)
    total = np.full((len(scores), len(names)), np.nan)
    above = np.full((len(scores), len(names), len(edges)), np.nan)
    for i, name in enumerate(names.values()):
        if not members.has(name):
            continue
        total[:, i], above[:, i] = 0, 0
        for rows, drawn in _blocks(scores, members, tree, weights, name, whole=len(quantiles) > 0):
            # The same segments whatever is held, so that sums are the same.
            for start in range(0, drawn.shape[1], SEGMENT):
                segment = drawn[:, start : start + SEGMENT]
                total[rows, i] += segment.sum(axis=1)
                for j, edge in enumerate(edges):
                    # Bytes are summed far faster than truth values are counted.
                    reached = (segment >= edge).view(np.uint8)
                    above[rows, i, j] += reached.sum(axis=1, dtype=np.uint16)
            if len(quantiles):
                at_levels[rows, i] = _quantiles(drawn, quantiles)
    ends = np.full((len(scores), len(names), 1), draws), np.zeros((len(scores), len(names), 1))
    reaching = np.concatenate([ends[0], above, ends[1]], axis=2)
    return at_levels, total / draws, (reaching[..., :-1] - reaching[..., 1:]) / draws


def _quantiles(drawn: Array, quantiles: Sequence[float]) -> Array:
    """Quantiles of each row, shape ``(rows, quantiles)``; puts the draws of each row in order."""
    # Sorting whole rows is vectorized, and faster than finding a few order statistics.
    drawn.sort(axis=1)
    place = np.asarray(quantiles, dtype=float) * (drawn.shape[1] - 1)
    below = np.floor(place).astype(np.intp)
    low, high = drawn[:, below], drawn[:, np.minimum(below + 1, drawn.shape[1] - 1)]
    between: Array = low + (high - low) * (place - below)
    return between


def moves_of_rows(
    before: tuple[Array, Members],
    after: tuple[Array, Members],
    tree: Tree,
    weights: Array,
    names: dict[str, int],
) -> tuple[Array, Array]:
    """Numbers of draws in which pairs of rows, of one pattern at either end, rise and fall."""
    rise, fall = (np.full((len(before[0]), len(names)), np.nan) for _ in range(2))
    for i, name in enumerate(names.values()):
        if not (before[1].has(name) and after[1].has(name)):
            continue
        rise[:, i], fall[:, i] = 0, 0
        both = (_blocks(*end, tree, weights, name) for end in (before, after))
        for (rows, earlier), (_, later) in zip(*both, strict=True):
            change = later - earlier
            for counts, moved in ((rise, change > TOLERANCE), (fall, change < -TOLERANCE)):
                counts[rows, i] += moved.view(np.uint8).sum(axis=1, dtype=np.uint16)
    return rise, fall


def ranks_of_rows(
    scores: Array, patterns: Rows, members: list[Members], tree: Tree, weights: Array, name: int
) -> Array:
    """Numbers of draws in which each dyad takes each rank; NaN for a dyad without a score."""
    dyads, draws = len(scores), weights.shape[1]
    counts = np.full((dyads, dyads), np.nan)
    groups = [
        (members[k], np.flatnonzero(patterns == k)) for k in np.unique(patterns) if members[k].has(name)
    ]
    if not groups:
        return counts
    ranked = np.sort(np.concatenate([rows for _, rows in groups]))
    counts[ranked] = 0
    width = max(1, BLOCK // dyads)
    for first in range(0, draws, width):
        some = weights[:, first : first + width]
        drawn = np.empty((some.shape[1], dyads))
        for having, rows in groups:
            for part, block in _blocks(scores[rows], having, tree, some, name, whole=True):
                drawn[:, rows[part]] = block.T
        counts[ranked] += _rank_counts(drawn[:, ranked], dyads)
    return counts


def _rank_counts(drawn: Array, ranks: int) -> Array:
    """How often each column takes each rank among its row, shape ``(columns, ranks)``."""
    columns = drawn.shape[1]
    order = np.argsort(-drawn, axis=1, kind="stable")
    in_order = np.take_along_axis(drawn, order, axis=1)
    place = np.tile(np.arange(columns), (len(drawn), 1))
    place[:, 1:][in_order[:, :-1] - in_order[:, 1:] <= TOLERANCE] = 0
    rank = np.maximum.accumulate(place, axis=1)
    counts = np.bincount((order * ranks + rank).ravel(), minlength=columns * ranks)
    return counts.reshape(columns, ranks).astype(np.float64)


# Scores under draws


def _blocks(
    scores: Array, members: Members, tree: Tree, weights: Array, name: int, *, whole: bool = False
) -> Iterator[tuple[slice, Array]]:
    """Scores of one name for rows of one pattern, shape ``(some rows, some draws)``, and which rows they are.

    A segment of the draws at a time, or with `whole` all draws of a row at once.
    """
    draws = weights.shape[1]
    width = draws if whole else min(draws, SEGMENT)
    height = max(1, BLOCK // width)
    for start in range(0, draws, width):
        levels = _levels(members, tree, weights[:, start : start + width], name)
        for first in range(0, len(scores), height):
            block = scores[first : first + height]
            drawn = _scores(block, levels, tree)
            shape = (len(block), min(width, draws - start))
            if drawn.shape != shape:
                drawn = np.broadcast_to(drawn, shape).copy()
            yield slice(first, first + height), drawn


class _Levels(NamedTuple):
    """Columns and their shares for each mean of indicators, and the shares of those means in the index."""

    below: list[tuple[Rows, Array]]
    above: Array | None


def _levels(members: Members, tree: Tree, weights: Array, name: int) -> _Levels:
    dimensions = len(tree.sizes)

    def within(d: int) -> tuple[Rows, Array]:
        columns = members.indicators[d]
        return columns, _shares(weights[dimensions + columns])

    if name != INDEX:
        return _Levels([within(name)], None)
    above = _shares(weights[members.joined])
    below = [within(d) for d in members.joined]
    if tree.within != tree.across:
        return _Levels(below, above)
    # The same mean on both levels is that mean of the indicators under the products of the shares.
    columns = np.concatenate([columns for columns, _ in below])
    products = np.concatenate([share * shares for share, (_, shares) in zip(above, below, strict=True)])
    return _Levels([(columns, products)], None)


def _shares(weights: Array) -> Array:
    relative: Array = weights / weights.sum(axis=0)
    return relative


def _scores(block: Array, levels: _Levels, tree: Tree) -> Array:
    parts = [
        _mean([block[:, column, None] for column in columns], shares, tree.within)
        for columns, shares in levels.below
    ]
    return parts[0] if levels.above is None else _mean(parts, levels.above, tree.across)


def _mean(members: Sequence[Array], shares: Array, exponent: float) -> Array:
    """The mean of members that can be broadcast to ``(rows, draws)``, with shares ``(members, draws)``.

    As `bci.model.means.power`, but measured from one of the members, so that the mean of equal scores is that
    score to the last bit under any shares.
    """
    if len(members) == 1:
        return members[0]
    if exponent == -np.inf:
        least: Array = reduce(
            np.minimum,
            (_where_weighed(share, member, np.inf) for share, member in zip(shares, members, strict=True)),
        )
        return least
    if exponent == 1:
        last = members[-1]
        mean = _sum(shares[:-1], [member - last for member in members[:-1]])
        mean += last
        # Rounding may lead below zero, where no further mean could follow.
        return np.maximum(mean, 0, out=mean)
    top = reduce(np.maximum, members)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        relative = [member / top for member in members]
        if exponent == 0:
            mean = np.exp(_sum(shares, [np.log(part) for part in relative]))
        else:
            powers = _sum(shares, [part**exponent for part in relative])
            mean = (powers / _sum(shares, [np.ones((1, 1))] * len(shares))) ** (1 / exponent)
    # Where the highest score is zero, all are.
    return np.where(top > 0, top * mean, 0.0)


def _sum(shares: Array, members: Sequence[Array]) -> Array:
    """Sum of the members by their shares, one product after the other; nothing of what weighs nothing."""
    # Draws fewer than half a buffer are copied through it, which takes four times as long as multiplying
    # them; the size goes back to what it was when the context ends.
    with np.errstate():
        np.setbufsize(256)
        total: Array = shares[0] * _where_weighed(shares[0], members[0], 0.0)
        product = np.empty_like(total)
        for share, member in zip(shares[1:], members[1:], strict=True):
            np.multiply(share, _where_weighed(share, member, 0.0), out=product)
            total += product
    return total


def _where_weighed(share: Array, member: Array, otherwise: float) -> Array:
    return member if share.all() else np.where(share > 0, member, otherwise)
