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
`acceptability`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pandas as pd

from bci.arrays import Array
from bci.errors import InputError, suggestion
from bci.model.means import exponent_of
from bci.model.periods import Span
from bci.model.scheme import Scheme
from bci.scoring.scores import ROW, Scores
from bci.sensitivity_analysis.kernel import (
    INDEX,
    TOLERANCE,
    Inputs,
    Progress,
    Tree,
    computed,
    inputs_of,
    moves_of_rows,
    ranks_of_rows,
    rows_by_pattern,
    spread_of_rows,
    with_progress,
)
from bci.sensitivity_analysis.sampling import Weightings

QUANTILES = (0.05, 0.5, 0.95)

#: More dyads than this are not ranked: there is a share for each of them and each rank.
MOST_RANKED = 500

#: Scores in a chunk of rows, all draws counted: 64 MB of them.
CHUNK = 2**23


@dataclass(frozen=True, eq=False)
class Distribution:
    """Scores of every dyad-period over the draws. Rows are those of the scores, NaN where missing.

    Attributes
    ----------
    scores
        What was scored again.
    names
        ``index`` and dimensions.
    draws
        Number of draws.
    levels
        Levels of the quantiles, in 0..1.
    quantiles
        Shape ``(rows, names, levels)``.
    mean
        Shape ``(rows, names)``.
    bands
        Shape ``(rows, names, bands)``: share of draws in each band, the lowest first.
    """

    scores: Scores = field(repr=False)
    names: tuple[str, ...]
    draws: int
    levels: tuple[float, ...]
    quantiles: Array
    mean: Array
    bands: Array

    @property
    def bands_error(self) -> Array:
        """Standard error of `bands`."""
        return standard_error(self.bands, self.draws)

    def to_frame(self) -> pd.DataFrame:
        """One row a dyad, period and name: mean, quantiles, and the shares of bands with their errors."""
        tables, errors = [], self.bands_error
        for n, name in enumerate(self.names):
            table = pd.DataFrame(self.scores.row_labels, columns=ROW).assign(name=name, mean=self.mean[:, n])
            for q, level in enumerate(self.levels):
                table[f"q{level * 100:g}"] = self.quantiles[:, n, q]
            for b, word in enumerate(self.scores.scheme.bands):
                table[word], table[f"{word}_error"] = self.bands[:, n, b], errors[:, n, b]
            tables.append(table)
        return pd.concat(tables).sort_values(ROW, kind="stable", ignore_index=True)


@dataclass(frozen=True, eq=False)
class Movements:
    """Shares of draws in which scores change from one period to another, both under the same draw.

    Attributes
    ----------
    scores
        What was scored again.
    names
        ``index`` and dimensions.
    draws
        Number of draws.
    pairs
        Periods from and to.
    rise, stay, fall
        Shape ``(dyads, pairs, names)``, adding up to 1; NaN where the score of either period is missing.
    """

    scores: Scores = field(repr=False)
    names: tuple[str, ...]
    draws: int
    pairs: tuple[tuple[Span, Span], ...]
    rise: Array
    stay: Array
    fall: Array

    def to_frame(self) -> pd.DataFrame:
        """One row a dyad, pair of periods and name: shares of draws that rise, stay and fall."""
        labels = [
            (*dyad, *before, *after, name)
            for dyad in self.scores.dyads
            for before, after in self.pairs
            for name in self.names
        ]
        spans = ["from_start", "from_end", "to_start", "to_end"]
        table = pd.DataFrame(labels, columns=["iso3_a", "iso3_b", *spans, "name"])
        return table.assign(rise=self.rise.ravel(), stay=self.stay.ravel(), fall=self.fall.ravel())


@dataclass(frozen=True, eq=False)
class Acceptability:
    """Shares of draws in which a dyad takes a rank among the dyads of a period.

    Attributes
    ----------
    scores
        What was scored again.
    name
        What is ranked: ``index`` or a dimension.
    draws
        Number of draws.
    shares
        Shape ``(periods, dyads, ranks)``, the highest score first; dyads that tie share the better rank. A
        dyad without a score is NaN, and the others rank among themselves.
    """

    scores: Scores = field(repr=False)
    name: str
    draws: int
    shares: Array

    def to_frame(self) -> pd.DataFrame:
        """One row a period, dyad and rank: share of draws in which the dyad has that rank, 1 the highest."""
        labels = [
            (*dyad, *period, self.name, rank + 1)
            for period in self.scores.periods
            for dyad in self.scores.dyads
            for rank in range(len(self.scores.dyads))
        ]
        return pd.DataFrame(labels, columns=[*ROW, "name", "rank"]).assign(share=self.shares.ravel())


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
    >>> from bci.sensitivity_analysis.sampling import draw
    >>> weightings = draw(bci.load_weights(), "flat", 1000, np.random.default_rng(0))
    >>> drawn = distribution(bci.score(), weightings, names=["index"])
    >>> drawn.quantiles[-1, 0].round(2), drawn.bands[-1, 0].round(2)
    (array([0.46, 0.63, 0.84]), array([0.  , 0.11, 0.67, 0.22]))
    """
    asked = _names(scores.scheme, names)
    if any(not 0 <= q <= 1 for q in quantiles):
        raise InputError.at("quantiles", f"must lie in 0..1 (found {', '.join(map(str, quantiles))})")
    inputs = _inputs_of(scores, weightings)
    # What equals an edge but for rounding has reached it.
    edges = scores.scheme.edges[1:] - TOLERANCE
    rows = len(inputs.pattern)
    drawn = Distribution(
        scores,
        tuple(asked),
        inputs.draws,
        tuple(quantiles),
        np.full((rows, len(asked), len(quantiles)), np.nan),
        np.full((rows, len(asked)), np.nan),
        np.full((rows, len(asked), len(edges) + 1), np.nan),
    )
    tasks = list(rows_by_pattern(inputs.pattern, _chunk(chunk, inputs.draws)))
    work = (
        (inputs.scores[part], inputs.members[pattern], inputs.tree, inputs.weights, asked, edges, quantiles)
        for pattern, part in tasks
    )
    results = computed(spread_of_rows, work, executor)
    for part, (at, mean, bands) in with_progress((part for _, part in tasks), results, rows, progress):
        drawn.quantiles[part], drawn.mean[part], drawn.bands[part] = at, mean, bands
    return drawn


def movements(
    scores: Scores,
    weightings: Weightings,
    *,
    names: Iterable[str] | None = None,
    chunk: int | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Movements:
    """In what share of the draws each dyad rises, stays or falls from one period to the next.

    Both periods are scored under the same draw, so that a weighting that lifts both is no change.

    Parameters
    ----------
    scores, weightings, names, executor
        As for `distribution`.
    chunk, progress
        As for `distribution`, counted in pairs of rows.

    Returns
    -------
    Movements
        Scores nearer to each other than `TOLERANCE` stay.

    Raises
    ------
    InputError
        As for `distribution`.
    """
    asked = _names(scores.scheme, names)
    pairs = tuple(pairwise(scores.periods))
    inputs = _inputs_of(scores, weightings)
    before = np.arange(len(inputs.pattern), dtype=np.intp).reshape(-1, len(scores.periods))[:, :-1].ravel()
    ends = np.stack([before, before + 1], axis=1)
    rise, fall = (np.full((len(ends), len(asked)), np.nan) for _ in range(2))
    both = inputs.pattern[ends[:, 0]] * len(inputs.members) + inputs.pattern[ends[:, 1]]
    tasks = list(rows_by_pattern(both, _chunk(chunk, inputs.draws)))
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
    results = computed(moves_of_rows, work, executor)
    for part, (rises, falls) in with_progress((part for _, part in tasks), results, len(ends), progress):
        rise[part], fall[part] = rises, falls
    shape = (len(scores.dyads), len(pairs), len(asked))
    shares = (counts.reshape(shape) / inputs.draws for counts in (rise, inputs.draws - rise - fall, fall))
    return Movements(scores, tuple(asked), inputs.draws, pairs, *shares)


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
    inputs = _inputs_of(scores, weightings)
    periods = len(scores.periods)
    tasks = [np.arange(p, len(inputs.pattern), periods, dtype=np.intp) for p in range(periods)]
    work = (
        (inputs.scores[part], inputs.pattern[part], inputs.members, inputs.tree, inputs.weights, number)
        for part in tasks
    )
    shares = np.full((periods, len(scores.dyads), len(scores.dyads)), np.nan)
    for p, counts in enumerate(computed(ranks_of_rows, work, executor)):
        shares[p] = counts / inputs.draws
        if progress:
            progress(p + 1, periods)
    return Acceptability(scores, name, inputs.draws, shares)


def _names(scheme: Scheme, names: Iterable[str] | None) -> dict[str, int]:
    """Names and their numbers."""
    known = {"index": INDEX} | {name: d for d, name in enumerate(scheme.tree)}
    asked = list(known if names is None else names)
    InputError.all(
        "names",
        (
            f"{name!r} is neither the index nor a dimension.{suggestion(name, known)}"
            for name in asked
            if name not in known
        ),
    )
    return {name: known[name] for name in asked}


def _chunk(chunk: int | None, draws: int) -> int:
    if chunk is None:
        return max(1, CHUNK // draws)
    if chunk < 1:
        raise InputError.at("chunk", f"must be 1 row or more (found {chunk})")
    return chunk


def _inputs_of(scores: Scores, weightings: Weightings) -> Inputs:
    """The scores and the weightings as the kernel takes them."""
    scheme = scores.scheme
    InputError.all("weightings", _misfits(scheme, weightings))
    sizes = tuple(map(len, scheme.tree.values()))
    within, across = (float(exponent_of(scheme.mean(level))) for level in ("indicators", "dimensions"))
    drawn = [weightings.dimensions, *weightings.indicators]
    weights = np.ascontiguousarray(np.concatenate(drawn, axis=1, dtype=np.float64).T)
    levels = (scores.indicators.score, scores.dimensions.score, scores.index.score)
    present = np.concatenate([~np.isnan(level) for level in levels], axis=1)
    return inputs_of(scores.indicators.score, present, Tree(sizes, within, across), weights)


def _misfits(scheme: Scheme, weightings: Weightings) -> Iterator[str]:
    parts = [weightings.dimensions, *weightings.indicators]
    sizes = [len(scheme.tree), *map(len, scheme.tree.values())]
    if [part.shape for part in parts] != [(len(weightings), size) for size in sizes]:
        shapes = ", ".join(" by ".join(map(str, part.shape)) for part in parts)
        wanted = ", ".join(map(str, sizes))
        yield f"do not fit scheme {scheme.name}: draws by {wanted} are needed (found {shapes})"
    elif not len(weightings):
        yield "hold no draw; draw at least one"
    else:
        for part, name in zip(parts, ["the dimensions", *scheme.tree], strict=True):
            if not (part >= 0).all() or (abs(part.sum(axis=1) - 1) > 1e-9).any():
                yield f"those of {name} are not all shares of one, 0 or more and adding up to 1"
