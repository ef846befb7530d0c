"""Annual scores -> means of periods -> dimensions -> index, each with what it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bci.arrays import Array, divided, frozen
from bci.data.dyads import DyadYears
from bci.model import means
from bci.model.definitions import GRADES
from bci.model.missing import refused
from bci.model.periods import Span
from bci.model.scheme import Missing, Scheme


@dataclass(frozen=True, eq=False)
class Levels:
    """Scores of one stage for rows of dyad-periods, and what they rest on.

    Attributes
    ----------
    score
        Shape ``(rows, names)``, NaN where missing.
    coverage
        Same shape: share of the weight that rests on data, 0..1.
    low, high
        Same shape: the reach of the score over everything the missing data could be; only under the rule
        ``bounds`` and from `reach_of`, else None.
    quality
        Shape ``(rows, names, 3)``: share of the score that rests on quality A, B and C; None where the
        data carry no grades.
    """

    score: Array
    coverage: Array
    low: Array | None = None
    high: Array | None = None
    quality: Array | None = None

    def __post_init__(self) -> None:
        for stage in (self.score, self.coverage, self.low, self.high, self.quality):
            if stage is not None:
                frozen(stage)

    def members(self, columns: slice) -> Levels:
        """Some of the names."""
        others = (self.low, self.high, self.quality)
        return Levels(
            self.score[:, columns],
            self.coverage[:, columns],
            *(None if stage is None else stage[:, columns] for stage in others),
        )

    @staticmethod
    def beside(parts: Sequence[Levels]) -> Levels:
        """The names of several, one after the other."""
        first = parts[0]
        return Levels(
            np.concatenate([part.score for part in parts], axis=1),
            np.concatenate([part.coverage for part in parts], axis=1),
            *(
                None
                if getattr(first, stage) is None
                else np.concatenate([getattr(part, stage) for part in parts], axis=1)
                for stage in ("low", "high", "quality")
            ),
        )


#: Indicators, dimensions and index.
Stages: TypeAlias = tuple[Levels, Levels, Levels]


def stages_of(
    scheme: Scheme,
    annual: Array,
    grades: NDArray[np.int8] | None,
    rows: DyadYears,
    periods: Sequence[Span],
) -> Stages:
    """Indicators, dimensions and index on the periods, each of ``len(rows.dyads) * len(periods)`` rows."""
    indicators = period_means(annual, grades, rows, periods, scheme.missing.rule)
    dimensions = dimensions_of(scheme, indicators)
    return indicators, dimensions, parent_of(scheme, dimensions, scheme.dimension_weights, "dimensions")


def period_means(
    annual: Array,
    grades: NDArray[np.int8] | None,
    rows: DyadYears,
    periods: Sequence[Span],
    rule: str,
) -> Levels:
    """Mean of the years with data, indicator by indicator, and the share of the years that have any."""
    dyads = len(rows.dyads)
    shape = (dyads, len(periods), annual.shape[1])
    total, known = np.zeros(shape), np.zeros(shape)
    by_grade = [] if grades is None else [grades == grade for grade in range(len(GRADES))]
    graded = np.zeros((*shape, len(by_grade)))
    wanted = np.flatnonzero(rows.number >= 0)
    by_year = wanted[np.argsort(rows.year[wanted], kind="stable")]
    years_in_order = rows.year[by_year]
    for p, (start, end) in enumerate(periods):
        first, after = np.searchsorted(years_in_order, [start, end + 1])
        inside = by_year[first:after]
        summed = partial(np.bincount, rows.number[inside], minlength=dyads)
        for i in range(annual.shape[1]):
            column = annual[inside, i]
            present = ~np.isnan(column)
            known[:, p, i] = summed(weights=present)
            total[:, p, i] = summed(weights=np.where(present, column, 0))
            for g, of_grade in enumerate(by_grade):
                graded[:, p, i, g] = summed(weights=present & of_grade[inside, i])
    years = np.tile([end - start + 1 for start, end in periods], dyads)[:, None]
    counted, summed_up = known.reshape(len(years), -1), total.reshape(len(years), -1)
    mean = divided(summed_up, counted)
    quality = divided(graded.reshape(*counted.shape, len(by_grade)), counted[..., None]) if by_grade else None
    if rule != "bounds":
        return Levels(mean, counted / years, quality=quality)
    low, high = summed_up / years, (summed_up + (years - counted)) / years
    return Levels(np.where(counted == years, mean, np.nan), counted / years, low, high, quality)


def dimensions_of(scheme: Scheme, below: Levels) -> Levels:
    """Every dimension from its own columns of indicators."""
    parts, first = [], 0
    for weights in scheme.tree.values():
        members = below.members(slice(first, first + len(weights)))
        first += len(weights)
        parts.append(parent_of(scheme, members, np.array(list(weights.values())), "indicators"))
    return Levels.beside(parts)


def parent_of(
    scheme: Scheme, members: Levels, weights: Array, level: Literal["indicators", "dimensions"]
) -> Levels:
    """One parent from its members: mean, coverage, quality, and the missing rule."""
    mean = partial(means.mean, weights=weights, method=scheme.mean(level))
    missing, rule = np.isnan(members.score), scheme.missing
    low = high = None
    if rule.rule == "bounds":
        assert members.low is not None
        assert members.high is not None
        low, high = mean(members.low)[:, None], mean(members.high)[:, None]
        covered = means.coverage(members.coverage, weights)
    else:
        # What has no score of its own adds nothing to its parent, so the parent does not rest on it either.
        covered = means.coverage(np.where(missing, 0, members.coverage), weights)
    without = refused(missing, covered, rule.rule, rule.minimum_coverage)
    merged = np.where(without, np.nan, mean(members.score))
    quality = None
    if members.quality is not None:
        quality = means.quality(members.quality, members.score, weights)
        quality = np.where(np.isnan(merged)[:, None], np.nan, quality)[:, None]
    return Levels(merged[:, None], covered[:, None], low, high, quality)


def reach_of(
    scheme: Scheme,
    annual: Array,
    rows: DyadYears,
    periods: Sequence[Span],
    made: tuple[Levels, Levels, Levels],
) -> tuple[Levels, Levels, Levels]:
    r"""The stages with `low` and `high`, whatever the scheme's missing rule is.

    Every mean is monotone, so its ends are the means of its members' ends. A year without data counts as 0
    and as 1: an indicator of mean score :math:`s` in :math:`k` of :math:`n` years reaches from
    :math:`k s / n` to :math:`(k s + n - k) / n`. A dimension that the index leaves out, as it was refused
    for its coverage, counts as wholly unknown, from 0 to 1: so a score always lies within its own reach.

    Parameters
    ----------
    annual, rows, periods
        As for `stages_of`, which made the stages.
    made
        Indicators, dimensions and index under the scheme's own rule.
    """
    indicators, dimensions, index = made
    if index.low is not None:
        return made
    bounds = scheme.model_copy(update={"missing": Missing(rule="bounds")})
    below = period_means(annual, None, rows, periods, "bounds")
    parents = dimensions_of(bounds, below)
    assert parents.low is not None
    assert parents.high is not None
    left_out = np.isnan(dimensions.score) & ~np.isnan(index.score)
    members = replace(
        parents, low=np.where(left_out, 0, parents.low), high=np.where(left_out, 1, parents.high)
    )
    top = parent_of(bounds, members, bounds.dimension_weights, "dimensions")
    return (
        replace(indicators, low=below.low, high=below.high),
        replace(dimensions, low=parents.low, high=parents.high),
        replace(index, low=top.low, high=top.high),
    )
