r"""Scores under drawn weightings: how they are spread, how they change, how dyads rank.

The weights are drawn once, up front (`bci.robustness.weightings.draw`), and every dyad and period is scored
under the same draws. What has no score under the scheme's own weights (an indicator without data, a dimension
or an index that the missing rule refuses) has none under any other and takes no part; what is present keeps
the proportions of each draw. A row is missing, too, where some draw gives no weight to anything present.

All draws of all rows are never held at once. Rows are scored in chunks, on any `concurrent.futures`
executor, by sums of one product at a time and never by BLAS: the numbers are the same to the last bit
whatever the chunk, the executor, and the number of workers or threads (of one kind of machine; between kinds,
logarithms and powers may differ in that bit).

Each row by itself: `distribution`. One period against another: `movements`. Dyads among each other:
`acceptability`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise, starmap
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from bci.errors import InputError, Problem, suggestion
from bci.periods import Span, label
from bci.robustness.weightings import Weightings
from bci.scores import Scores
from bci.weights import Scheme

Array = NDArray[np.float64]
Rows = NDArray[np.intp]
Progress = Callable[[int, int], object]
T = TypeVar("T")

QUANTILES = (0.05, 0.5, 0.95)

#: What is nearer than this has not changed, is a tie, or has reached the edge of a band.
TOLERANCE = 1e-12

#: More dyads than this are not ranked: there is a share for each of them and each rank.
MOST_RANKED = 500

#: Scores in a chunk of rows, all draws counted: 64 MB of them.
CHUNK = 2**23

# Half a megabyte of scores at a time stays in the cache, together with what they are made of.
BLOCK = 2**16
# Draws summed up at a time; a count of these fits into 16 bits.
SEGMENT = 2**15
# Chunks that are handed to an executor ahead of the one whose result is awaited.
AHEAD = 64


@dataclass(frozen=True, eq=False)
class Distribution:
    """Scores of every dyad-period over the draws. Rows are those of the scores, NaN where missing.

    Attributes
    ----------
    names
        ``index`` and dimensions.
    draws
        Number of draws.
    quantiles
        Shape ``(rows, names, quantiles asked for)``.
    mean
        Shape ``(rows, names)``.
    bands
        Shape ``(rows, names, bands)``: share of draws in each band, the lowest first.
    """

    names: tuple[str, ...]
    draws: int
    quantiles: Array
    mean: Array
    bands: Array

    @property
    def bands_error(self) -> Array:
        """Standard error of `bands`."""
        return standard_error(self.bands, self.draws)


@dataclass(frozen=True, eq=False)
class Movements:
    """Shares of draws in which scores change from one period to another, both under the same draw.

    Attributes
    ----------
    names
        ``index`` and dimensions.
    draws
        Number of draws.
    pairs
        Periods from and to.
    rise, stay, fall
        Shape ``(dyads, pairs, names)``, adding up to 1; NaN where the score of either period is missing.
    """

    names: tuple[str, ...]
    draws: int
    pairs: tuple[tuple[Span, Span], ...]
    rise: Array
    stay: Array
    fall: Array


@dataclass(frozen=True, eq=False)
class Acceptability:
    """Shares of draws in which a dyad takes a rank among the dyads of a period.

    Attributes
    ----------
    name
        What is ranked: ``index`` or a dimension.
    draws
        Number of draws.
    shares
        Shape ``(periods, dyads, ranks)``, the highest score first; dyads that tie share the better rank. A
        dyad without a score is NaN, and the others rank among themselves.
    """

    name: str
    draws: int
    shares: Array


def standard_error(share: Array, draws: int) -> Array:
    r"""Standard error of a share of independent draws, :math:`\sqrt{p (1 - p) / n}`.

    It says nothing where every draw agrees: a share of 0 or 1 among n draws still allows about 3/n.
    """
    error: Array = np.sqrt(share * (1 - share) / draws)
    return error


def distribution(
    scores: Scores,
    weightings: Weightings,
    *,
    names: Iterable[str] | None = None,
    quantiles: Sequence[float] = QUANTILES,
    chunk: int | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Distribution:
    """How the index and the dimensions of every dyad-period are spread over the draws.

    Parameters
    ----------
    scores
        What is scored again; its scheme gives the tree, the means and the bands.
    weightings
        The draws, of the same tree.
    names
        Some of ``index`` and the dimensions; all of them where None.
    quantiles
        In 0..1, by numpy's method ``linear``. Without any, the draws of a row are never held together, and
        the memory needed does not grow with their number.
    chunk
        Rows handed to a worker at once; `CHUNK` over the number of draws where None.
    executor
        Where chunks are scored: any ``concurrent.futures.Executor``, dask's ``Client.get_executor()``
        included; here, one after the other, where None.
    progress
        Called with the rows done and all rows after each chunk.

    Returns
    -------
    Distribution

    Raises
    ------
    InputError
        If the weightings do not fit the scheme, or a name, quantile or chunk is none.

    References
    ----------
    Tervonen, T. et al. (2009). A stochastic method for robustness analysis in sorting problems. European
    Journal of Operational Research 192(1), 236-242, on shares of draws in a band.

    Examples
    --------
    >>> import bci
    >>> from bci.robustness.weightings import draw
    >>> weightings = draw(bci.load_weights(), "flat", 1000, np.random.default_rng(0))
    >>> drawn = distribution(bci.score(), weightings, names=["index"])
    >>> drawn.quantiles[-1, 0].round(2), drawn.bands[-1, 0].round(2)
    (array([0.46, 0.63, 0.84]), array([0.  , 0.11, 0.67, 0.22]))
    """
    asked = _names(scores.scheme, names)
    if any(not 0 <= q <= 1 for q in quantiles):
        raise InputError.at("quantiles", f"must lie in 0..1 (found {', '.join(map(str, quantiles))})")
    inputs = _inputs(scores, weightings)
    # What equals an edge but for rounding has reached it.
    edges = scores.scheme.edges[1:] - TOLERANCE
    rows = len(inputs.pattern)
    drawn = Distribution(
        tuple(asked),
        inputs.draws,
        np.full((rows, len(asked), len(quantiles)), np.nan),
        np.full((rows, len(asked)), np.nan),
        np.full((rows, len(asked), len(edges) + 1), np.nan),
    )
    tasks = list(_alike(inputs.pattern, _chunk(chunk, inputs.draws)))
    work = (
        (inputs.scores[part], inputs.members[pattern], inputs.tree, inputs.weights, asked, edges, quantiles)
        for pattern, part in tasks
    )
    results = _carried_out(_distribution, work, executor)
    for part, (at, mean, bands) in _told((part for _, part in tasks), results, rows, progress):
        drawn.quantiles[part], drawn.mean[part], drawn.bands[part] = at, mean, bands
    return drawn


def movements(
    scores: Scores,
    weightings: Weightings,
    *,
    pairs: Iterable[tuple[Span, Span]] | None = None,
    names: Iterable[str] | None = None,
    chunk: int | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Movements:
    """In what share of the draws each dyad rises, stays or falls from one period to another.

    Both periods are scored under the same draw, so that a weighting that lifts both is no change.

    Parameters
    ----------
    scores, weightings, names, executor
        As for `distribution`.
    pairs
        Pairs of periods, from and to, of the scores; each period and the next where None.
    chunk, progress
        As for `distribution`, counted in pairs of rows.

    Returns
    -------
    Movements
        Scores nearer to each other than `TOLERANCE` stay.

    Raises
    ------
    InputError
        As for `distribution`, or if a period is not among those of the scores.
    """
    asked = _names(scores.scheme, names)
    chosen = tuple(pairwise(scores.periods)) if pairs is None else tuple(pairs)
    _check_periods([period for pair in chosen for period in pair], scores.periods)
    inputs = _inputs(scores, weightings)
    place = {period: i for i, period in enumerate(scores.periods)}
    steps = np.array([[place[before], place[after]] for before, after in chosen], dtype=np.intp)
    first = np.arange(len(scores.dyads), dtype=np.intp) * len(scores.periods)
    ends = (first[:, None, None] + steps.reshape(-1, 2)).reshape(-1, 2)
    rise, fall = (np.full((len(ends), len(asked)), np.nan) for _ in range(2))
    both = inputs.pattern[ends[:, 0]] * len(inputs.members) + inputs.pattern[ends[:, 1]]
    tasks = list(_alike(both, _chunk(chunk, inputs.draws)))
    work = (
        (
            (inputs.scores[ends[part, 0]], inputs.members[pattern // len(inputs.members)]),
            (inputs.scores[ends[part, 1]], inputs.members[pattern % len(inputs.members)]),
            inputs.tree,
            inputs.weights,
            asked,
        )
        for pattern, part in tasks
    )
    results = _carried_out(_movements, work, executor)
    for part, (rises, falls) in _told((part for _, part in tasks), results, len(ends), progress):
        rise[part], fall[part] = rises, falls
    shape = (len(scores.dyads), len(chosen), len(asked))
    shares = (counts.reshape(shape) / inputs.draws for counts in (rise, inputs.draws - rise - fall, fall))
    return Movements(tuple(asked), inputs.draws, chosen, *shares)


def acceptability(
    scores: Scores,
    weightings: Weightings,
    *,
    name: str = "index",
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Acceptability:
    """In what share of the draws each dyad takes each rank among the dyads of a period.

    Parameters
    ----------
    scores, weightings, executor
        As for `distribution`; a period is a chunk.
    name
        ``index`` or a dimension.
    progress
        Called with the periods done and all periods.

    Returns
    -------
    Acceptability
        Scores nearer to each other than `TOLERANCE` tie.

    Raises
    ------
    InputError
        As for `distribution`, or if there are more than `MOST_RANKED` dyads.

    References
    ----------
    Lahdelma, R. and Salminen, P. (2001). SMAA-2: stochastic multicriteria acceptability analysis for group
    decision making. Operations Research 49(3), 444-454.
    """
    (number,) = _names(scores.scheme, [name]).values()
    if len(scores.dyads) > MOST_RANKED:
        message = f"{len(scores.dyads):,} dyads are too many to rank; choose at most {MOST_RANKED}"
        raise InputError.at("dyads", message)
    inputs = _inputs(scores, weightings)
    periods = len(scores.periods)
    tasks = [np.arange(p, len(inputs.pattern), periods, dtype=np.intp) for p in range(periods)]
    work = (
        (inputs.scores[part], inputs.pattern[part], inputs.members, inputs.tree, inputs.weights, number)
        for part in tasks
    )
    shares = np.full((periods, len(scores.dyads), len(scores.dyads)), np.nan)
    for p, counts in enumerate(_carried_out(_ranks, work, executor)):
        shares[p] = counts / inputs.draws
        if progress:
            progress(p + 1, periods)
    return Acceptability(name, inputs.draws, shares)


# What is scored


class _Tree(NamedTuple):
    """Numbers of indicators by dimension, and the means that make dimensions and the index."""

    sizes: tuple[int, ...]
    within: str | float
    across: str | float


class _Members(NamedTuple):
    """What a row has and some draw weighs: columns of each dimension, and dimensions joined in the index.

    A dimension that is missing has no columns, and a missing index no dimensions.
    """

    indicators: tuple[Rows, ...]
    joined: Rows

    def has(self, name: int) -> bool:
        """Whether there is an index, or the dimension of that number."""
        return len(self.joined if name == INDEX else self.indicators[name]) > 0


class _Inputs(NamedTuple):
    """Rows to score again, the pattern of each, and what a row of each pattern has.

    Weights have shape ``(dimensions + indicators, draws)``.
    """

    scores: Array
    pattern: Rows
    members: list[_Members]
    tree: _Tree
    weights: Array

    @property
    def draws(self) -> int:
        """Number of draws."""
        return int(self.weights.shape[1])


#: Number that stands for the index among those of the dimensions.
INDEX = -1


def _inputs(scores: Scores, weightings: Weightings) -> _Inputs:
    scheme = scores.scheme
    _check_fit(scheme, weightings)
    sizes = tuple(map(len, scheme.tree.values()))
    tree = _Tree(sizes, scheme.mean("indicators"), scheme.mean("dimensions"))
    drawn = [weightings.dimensions, *weightings.indicators]
    weights = np.ascontiguousarray(np.concatenate(drawn, axis=1, dtype=np.float64).T)
    stages = (scores.indicators.score, scores.dimensions.score, scores.index.score)
    present = np.concatenate([~np.isnan(stage) for stage in stages], axis=1)
    packed = np.packbits(present, axis=1)
    _, firsts, pattern = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    members = [_members(row, tree, weights) for row in present[firsts]]
    return _Inputs(scores.indicators.score, pattern.reshape(-1), members, tree, weights)


def _members(present: NDArray[np.bool_], tree: _Tree, weights: Array) -> _Members:
    dimensions, first = len(tree.sizes), 0
    indicators = []
    for d, size in enumerate(tree.sizes):
        columns = first + np.flatnonzero(present[first : first + size] & present[sum(tree.sizes) + d])
        indicators.append(_weighed(columns, weights[dimensions:]))
        first += size
    there = np.array(
        [d for d, columns in enumerate(indicators) if present[-1] and len(columns)], dtype=np.intp
    )
    return _Members(tuple(indicators), _weighed(there, weights[:dimensions]))


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


def _names(scheme: Scheme, names: Iterable[str] | None) -> dict[str, int]:
    """Names and their numbers."""
    known = {"index": INDEX} | {name: d for d, name in enumerate(scheme.tree)}
    asked = list(known if names is None else names)
    problems = [
        Problem("names", 0, 0, f"{name!r} is neither the index nor a dimension.{suggestion(name, known)}")
        for name in asked
        if name not in known
    ]
    if problems:
        raise InputError(problems)
    return {name: known[name] for name in asked}


def _check_periods(asked: Iterable[Span], known: Sequence[Span]) -> None:
    problems = [
        Problem("pairs", 0, 0, f"{label(period)} is none of the periods: {', '.join(map(label, known))}")
        for period in asked
        if period not in known
    ]
    if problems:
        raise InputError(problems)


def _chunk(chunk: int | None, draws: int) -> int:
    if chunk is None:
        return max(1, CHUNK // draws)
    if chunk < 1:
        raise InputError.at("chunk", f"must be 1 row or more (found {chunk})")
    return chunk


# Who does what


def _alike(patterns: Rows, chunk: int) -> Iterator[tuple[int, Rows]]:
    """Each pattern with the rows that have it, at most so many at once."""
    order = np.argsort(patterns, kind="stable")
    starts = np.flatnonzero(np.diff(patterns[order], prepend=-1)).tolist()
    for start, end in pairwise([*starts, len(order)]):
        for first in range(start, end, chunk):
            yield int(patterns[order[start]]), order[first : min(first + chunk, end)]


def _carried_out(
    work: Callable[..., T], tasks: Iterable[tuple[Any, ...]], executor: Executor | None
) -> Iterator[T]:
    """Results in the order of the tasks."""
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


def _told(
    parts: Iterable[Rows], results: Iterable[T], total: int, progress: Progress | None
) -> Iterator[tuple[Rows, T]]:
    """Results with the rows they belong to; `progress` is told when they have been put away."""
    done = 0
    for part, result in zip(parts, results, strict=True):
        yield part, result
        done += len(part)
        if progress:
            progress(done, total)


# What a worker does


def _distribution(
    scores: Array,
    members: _Members,
    tree: _Tree,
    weights: Array,
    names: dict[str, int],
    edges: Array,
    quantiles: Sequence[float],
) -> tuple[Array, Array, Array]:
    """Quantiles, means and band shares of rows of one pattern."""
    draws = weights.shape[1]
    at = np.full((len(scores), len(names), len(quantiles)), np.nan)
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
                at[rows, i] = _quantiles(drawn, quantiles)
    ends = np.full((len(scores), len(names), 1), draws), np.zeros((len(scores), len(names), 1))
    reaching = np.concatenate([ends[0], above, ends[1]], axis=2)
    return at, total / draws, (reaching[..., :-1] - reaching[..., 1:]) / draws


def _quantiles(drawn: Array, quantiles: Sequence[float]) -> Array:
    """Quantiles of each row, shape ``(rows, quantiles)``; puts the draws of each row in order."""
    # Sorting whole rows is vectorized, and faster than finding a few order statistics.
    drawn.sort(axis=1)
    place = np.asarray(quantiles, dtype=float) * (drawn.shape[1] - 1)
    below = np.floor(place).astype(np.intp)
    low, high = drawn[:, below], drawn[:, np.minimum(below + 1, drawn.shape[1] - 1)]
    between: Array = low + (high - low) * (place - below)
    return between


def _movements(
    before: tuple[Array, _Members],
    after: tuple[Array, _Members],
    tree: _Tree,
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


def _ranks(
    scores: Array, patterns: Rows, members: list[_Members], tree: _Tree, weights: Array, name: int
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
    scores: Array, members: _Members, tree: _Tree, weights: Array, name: int, *, whole: bool = False
) -> Iterator[tuple[slice, Array]]:
    """Scores of one name for rows of one pattern, shape ``(some rows, some draws)``, and which rows they are.

    A segment of the draws at a time, or with `whole` all draws of a row at once.
    """
    draws = weights.shape[1]
    width = draws if whole else min(draws, SEGMENT)
    height = max(1, BLOCK // width)
    for start in range(0, draws, width):
        stages = _stages(members, tree, weights[:, start : start + width], name)
        for first in range(0, len(scores), height):
            block = scores[first : first + height]
            drawn = _scores(block, stages, tree)
            shape = (len(block), min(width, draws - start))
            if drawn.shape != shape:
                drawn = np.broadcast_to(drawn, shape).copy()
            yield slice(first, first + height), drawn


class _Stages(NamedTuple):
    """Columns and their shares for each mean of indicators, and the shares of those means in the index."""

    below: list[tuple[Rows, Array]]
    above: Array | None


def _stages(members: _Members, tree: _Tree, weights: Array, name: int) -> _Stages:
    dimensions = len(tree.sizes)

    def within(d: int) -> tuple[Rows, Array]:
        columns = members.indicators[d]
        return columns, _shares(weights[dimensions + columns])

    if name != INDEX:
        return _Stages([within(name)], None)
    above = _shares(weights[members.joined])
    below = [within(d) for d in members.joined]
    if tree.within != tree.across:
        return _Stages(below, above)
    # The same mean on both levels is that mean of the indicators under the products of the shares.
    columns = np.concatenate([columns for columns, _ in below])
    products = np.concatenate([share * shares for share, (_, shares) in zip(above, below, strict=True)])
    return _Stages([(columns, products)], None)


def _shares(weights: Array) -> Array:
    relative: Array = weights / weights.sum(axis=0)
    return relative


def _scores(block: Array, stages: _Stages, tree: _Tree) -> Array:
    parts = [
        _mean([block[:, column, None] for column in columns], shares, tree.within)
        for columns, shares in stages.below
    ]
    return parts[0] if stages.above is None else _mean(parts, stages.above, tree.across)


def _mean(members: Sequence[Array], shares: Array, method: str | float) -> Array:
    """The mean of members that can be broadcast to ``(rows, draws)``, with shares ``(members, draws)``.

    As `bci.aggregate.mean`, but measured from one of the members, so that the mean of equal scores is that
    score to the last bit under any shares.
    """
    if len(members) == 1:
        return members[0]
    if method == "minimum":
        least: Array = reduce(
            np.minimum,
            (_where_weighed(share, member, np.inf) for share, member in zip(shares, members, strict=True)),
        )
        return least
    if method in ("arithmetic", 1):
        last = members[-1]
        mean = _sum(shares[:-1], [member - last for member in members[:-1]])
        mean += last
        # Rounding may lead below zero, where no further mean could follow.
        return np.maximum(mean, 0, out=mean)
    exponent = {"geometric": 0.0, "harmonic": -1.0}[method] if isinstance(method, str) else method
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
