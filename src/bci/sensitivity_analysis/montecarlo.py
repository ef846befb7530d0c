r"""Scores under drawn weightings: how they are spread, how they change, how dyads rank.

The weights are drawn once, up front (`sampling.draw`), and every dyad and period is scored
under the same draws. What has no score under the scheme's own weights (an indicator without data, a dimension
or an index that the missing rule refuses) has none under any other and takes no part; what is present keeps
the proportions of each draw. A row is missing, too, where some draw gives no weight to anything present.

All draws of all rows are never held at once. Rows are scored in chunks, on any `concurrent.futures`
executor, by sums of one product at a time and never by BLAS: the numbers are the same to the last bit
whatever the chunk, the executor, and the number of workers or threads (of one kind of machine; between kinds,
logarithms and powers may differ in that bit).

Each row by itself: `distribution`. One period against another: `movements`. Dyads among each other:
`acceptability`. What they give is in `bci.sensitivity_analysis.montecarlo`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bci.arrays import Array
from bci.errors import InputError, Problem, suggestion
from bci.model.periods import Span, label
from bci.model.scheme import Scheme
from bci.scoring.scores import ROW, Scores
from bci.sensitivity_analysis.kernel import (
    INDEX,
    TOLERANCE,
    Members,
    Progress,
    Tree,
    alike,
    carried_out,
    moves_of_rows,
    ranks_of_rows,
    spread_of_rows,
    told,
)
from bci.sensitivity_analysis.sampling import Weightings

QUANTILES = (0.05, 0.5, 0.95)

#: More dyads than this are not ranked: there is a share for each of them and each rank.
MOST_RANKED = 500

#: Scores in a chunk of rows, all draws counted: 64 MB of them.
CHUNK = 2**23


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
    >>> from bci.sensitivity_analysis.sampling import draw
    >>> weightings = draw(bci.load_weights(), "flat", 1000, np.random.default_rng(0))
    >>> drawn = distribution(bci.score(), weightings, names=["index"])
    >>> drawn.quantiles[-1, 0].round(2), drawn.bands[-1, 0].round(2)
    (array([0.46, 0.63, 0.84]), array([0.  , 0.11, 0.67, 0.22]))
    """
    asked = _names(scores.scheme, names)
    if any(not 0 <= q <= 1 for q in quantiles):
        raise InputError.at("quantiles", f"must lie in 0..1 (found {', '.join(map(str, quantiles))})")
    inputs = inputs_of(scores, weightings)
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
    tasks = list(alike(inputs.pattern, _chunk(chunk, inputs.draws)))
    work = (
        (inputs.scores[part], inputs.members[pattern], inputs.tree, inputs.weights, asked, edges, quantiles)
        for pattern, part in tasks
    )
    results = carried_out(spread_of_rows, work, executor)
    for part, (at, mean, bands) in told((part for _, part in tasks), results, rows, progress):
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
    inputs = inputs_of(scores, weightings)
    place = {period: i for i, period in enumerate(scores.periods)}
    steps = np.array([[place[before], place[after]] for before, after in chosen], dtype=np.intp)
    first = np.arange(len(scores.dyads), dtype=np.intp) * len(scores.periods)
    ends = (first[:, None, None] + steps.reshape(-1, 2)).reshape(-1, 2)
    rise, fall = (np.full((len(ends), len(asked)), np.nan) for _ in range(2))
    both = inputs.pattern[ends[:, 0]] * len(inputs.members) + inputs.pattern[ends[:, 1]]
    tasks = list(alike(both, _chunk(chunk, inputs.draws)))
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
    results = carried_out(moves_of_rows, work, executor)
    for part, (rises, falls) in told((part for _, part in tasks), results, len(ends), progress):
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
    inputs = inputs_of(scores, weightings)
    periods = len(scores.periods)
    tasks = [np.arange(p, len(inputs.pattern), periods, dtype=np.intp) for p in range(periods)]
    work = (
        (inputs.scores[part], inputs.pattern[part], inputs.members, inputs.tree, inputs.weights, number)
        for part in tasks
    )
    shares = np.full((periods, len(scores.dyads), len(scores.dyads)), np.nan)
    for p, counts in enumerate(carried_out(ranks_of_rows, work, executor)):
        shares[p] = counts / inputs.draws
        if progress:
            progress(p + 1, periods)
    return Acceptability(name, inputs.draws, shares)


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


def distribution_table(scores: Scores, drawn: Distribution, quantiles: tuple[float, ...]) -> pd.DataFrame:
    """One row a dyad, period and name: mean, quantiles, and the shares of bands with their errors."""
    tables = []
    for n, name in enumerate(drawn.names):
        table = pd.DataFrame(scores.row_labels, columns=ROW).assign(name=name, mean=drawn.mean[:, n])
        for q, quantile in enumerate(quantiles):
            table[f"q{quantile * 100:g}"] = drawn.quantiles[:, n, q]
        for b, word in enumerate(scores.scheme.bands):
            table[word] = drawn.bands[:, n, b]
            table[f"{word}_error"] = drawn.bands_error[:, n, b]
        tables.append(table)
    return pd.concat(tables).sort_values(ROW, kind="stable", ignore_index=True)


def movements_table(scores: Scores, drawn: Movements) -> pd.DataFrame:
    """One row a dyad, name and pair of periods: shares of draws in which the score rises, stays and falls."""
    rows = [
        (*dyad, *before, *after, name, drawn.rise[d, p, n], drawn.stay[d, p, n], drawn.fall[d, p, n])
        for d, dyad in enumerate(scores.dyads)
        for p, (before, after) in enumerate(drawn.pairs)
        for n, name in enumerate(drawn.names)
    ]
    spans = ["from_start", "from_end", "to_start", "to_end"]
    return pd.DataFrame(rows, columns=["iso3_a", "iso3_b", *spans, "name", "rise", "stay", "fall"])


def ranks_table(scores: Scores, drawn: Acceptability) -> pd.DataFrame:
    """One row a period, dyad and rank: share of draws in which the dyad takes that rank, 1 the highest."""
    rows = [
        (*dyad, *period, drawn.name, rank + 1, drawn.shares[p, d, rank])
        for p, period in enumerate(scores.periods)
        for d, dyad in enumerate(scores.dyads)
        for rank in range(drawn.shares.shape[2])
    ]
    return pd.DataFrame(rows, columns=[*ROW, "name", "rank", "share"])


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
