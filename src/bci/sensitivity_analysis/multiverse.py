"""Every combination of the choices that could have been made otherwise, and which choice matters most.

A file of variants names factors of choice and, for each, its variants; `choices` scores the whole product of
the factors. A factor of periods stands apart: each of its variants is compared with the scheme on the years
they share.

References
----------
Saisana, M., Saltelli, A. and Tarantola, S. (2005). Uncertainty and sensitivity analysis techniques as tools
for the quality assessment of composite indicators. Journal of the Royal Statistical Society A 168(2),
307-323.
Steegen, S., Tuerlinckx, F., Gelman, A. and Vanpaemel, W. (2016). Increasing transparency through a multiverse
analysis. Perspectives on Psychological Science 11(5), 702-712.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bci import numbers
from bci.arrays import Array
from bci.data.panel import Panel
from bci.errors import InputError, suggestion
from bci.model.periods import Span
from bci.model.scheme import DEFAULT, Scheme
from bci.results import Result, Short, records
from bci.scoring.scores import NAMED_ROW, Scores, score_spans
from bci.scoring.scoring import score
from bci.sensitivity_analysis.combinations import Multiverse, Progress, upper
from bci.sensitivity_analysis.sobol import indices_with_gaps
from bci.sensitivity_analysis.variants import Variants, fit, load_variants

LIMIT = 10_000
#: Scores that a result may hold; more would not fit into the memory of an ordinary computer.
MOST_SCORES = 20_000_000


def choices(
    data: Panel | pd.DataFrame | str | Path | None = None,
    scheme: Scheme | str | Path = DEFAULT,
    variants: Variants | str | Path | Mapping[str, Any] | None = None,
    *,
    limit: int = LIMIT,
    progress: Progress | None = None,
    period: str | Sequence[Span] | None = None,
    start: int | None = None,
    end: int | None = None,
    dyads: str | Iterable[str] | None = None,
) -> Choices:
    """Score every combination of choices.

    Parameters
    ----------
    data, scheme, period, start, end, dyads
        As for `bci.score`. A plain frame holds values already, so that no measure of it can be changed.
    variants
        The factors of choice: read, a path, a mapping, or the shipped ones where None.
    limit
        Combinations to score at most.
    progress
        Called with the number of combinations scored and to score, after each. Those that differ in the edges
        of the bands alone have one score and count once.

    Returns
    -------
    Choices

    Raises
    ------
    InputError
        If there are more combinations than `limit`, with their number and the time they would take; if a
        variant does not fit the scheme or the data, or leaves the scheme as it is; and as `bci.score`.

    Examples
    --------
    >>> means = {"arithmetic": {}, "geometric": {"aggregation": {"dimensions": "geometric"}}}
    >>> edges = {"limited": 0, "moderate": 0.3, "enhanced": 0.5, "comprehensive": 0.7}
    >>> bands = {"quarters": {}, "other": {"bands": edges}}
    >>> print(choices(variants={"factors": {"means": means, "bands": bands}}).in_words().splitlines()[0])
    4 combinations of 2 choices, 7 dyad-periods.
    """
    chosen = variants if isinstance(variants, Variants) else load_variants(variants)
    base = score(data, scheme, period=period, start=start, end=end, dyads=dyads)
    known = data.columns if isinstance(data, pd.DataFrame) else base.panel.definitions if base.panel else ()
    factors, lengths = fit(chosen, base, frozenset(known), start, end)
    multiverse, place = Multiverse(base, factors), chosen.document.place
    if chosen.combinations > limit:
        raise InputError.at(place, _too_many(chosen.combinations, multiverse, limit))
    width = len(base.index.score) * (1 + len(base.scheme.tree))
    if chosen.combinations * width > MOST_SCORES:
        message = (
            f"{chosen.combinations:,} combinations of {width:,} scores are more than the {MOST_SCORES:,} that"
            " fit; choose some of the dyads or factors"
        )
        raise InputError.at(place, message)
    names = {factor.name: factor.variants for factor in factors}
    return Choices(multiverse.frame(progress), base, names, _by_year(base, lengths, place))


def _too_many(count: int, multiverse: Multiverse, limit: int) -> str:
    last = tuple(size - 1 for size in multiverse.sizes)
    # Once before, since what combinations share is computed with the first of them.
    multiverse.score(last)
    begun = perf_counter()
    multiverse.score(last)
    seconds = (perf_counter() - begun) * multiverse.to_score
    return (
        f"{count:,} combinations are more than the limit of {limit:,} and would take about {_time(seconds)}; "
        f"allow them with a limit of {count}, or take fewer factors"
    )


def _time(seconds: float) -> str:
    for size, unit in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:,.0f} {unit}"
    return f"{max(seconds, 1):.0f} seconds"


@dataclass(frozen=True, eq=False, repr=False)
class Choices(Result):
    """Scores of the index and the dimensions under every combination of choices.

    The frame has one row a combination, dyad, period and name: the variant chosen for each factor,
    ``changed`` (how many of them are not the scheme's own), ``iso3_a, iso3_b, period_start, period_end,
    level, name``, ``score`` and ``band``, the latter by the edges of the combination. The first combination
    is the scheme itself; where ``changed`` is 1, a single choice differs from it.

    Attributes
    ----------
    scores
        The scores under the scheme itself.
    factors
        Names of the variants by factor, the scheme's own first.
    by_year
        A factor of periods, apart from the combinations: a row a ``variant``, dyad, ``year`` and name, with
        the score and band of the variant's period that holds the year (``period_start, period_end``), the
        same of the scheme's (``score_scheme, band_scheme``), the ``difference``, and ``band_change`` (missing
        where either has no band). The years are those that lie in a period of every variant.
    """

    scores: Scores
    factors: Mapping[str, tuple[str, ...]]
    by_year: pd.DataFrame = field(repr=False)

    @property
    def combinations(self) -> int:
        """Number of combinations."""
        return len(self._frame) // len(self._labels)

    @cached_property
    def _labels(self) -> pd.DataFrame:
        return upper(self.scores)[NAMED_ROW]

    def _column(self, name: str) -> NDArray[Any]:
        """A column of the frame, shape ``(variants of the first factor, ..., of the last, outputs)``."""
        return self._frame[name].to_numpy().reshape(*map(len, self.factors.values()), -1)

    @cached_property
    def _another_band(self) -> Array:
        """1 where the band is not that of the scheme, missing where there is none to compare."""
        band = self._column("band")
        of_scheme = band[(0,) * len(self.factors)]
        return np.where(pd.notna(band) & pd.notna(of_scheme), band != of_scheme, np.nan)

    def importance(self, of: Literal["score", "band"] = "score") -> pd.DataFrame:
        """How much of the variance over all combinations each factor explains: exact Sobol indices.

        Parameters
        ----------
        of
            ``score``; or ``band``, which is 1 where the band is not that of the scheme and 0 where it is.

        Returns
        -------
        pd.DataFrame
            A row a dyad, period, name and ``factor``: ``first_order``, the share of the variance that the
            factor explains alone; ``total``, its share with everything in which it takes part; the
            ``variance``; ``missing``, the share of combinations without a score (or without a band to
            compare); and ``left_out``.

        Notes
        -----
        The variants of a factor count as equally likely and the factors as independent; what does not vary
        has 0 everywhere. Where some combinations give no score, shares of a variance over all of them do not
        exist. A variant that never gives a score for the row is then left out for it and named in
        ``left_out`` (``missing=strict``); if all other combinations have a score, the indices are those of
        the factors without it; if not, they are missing.

        See Also
        --------
        bci.sensitivity_analysis.sobol.exact_sobol : the formulas
        """
        values = self._column("score") if of == "score" else self._another_band
        indices, left_out = indices_with_gaps(values, self.factors)
        each = len(self.factors)
        table = self._labels.loc[self._labels.index.repeat(each)].reset_index(drop=True)
        return table.assign(
            factor=np.tile(np.array(list(self.factors), dtype=object), len(self._labels)),
            first_order=indices.first_order.ravel(),
            total=indices.total.ravel(),
            variance=indices.variance.repeat(each),
            missing=np.isnan(values).mean(axis=tuple(range(each))).repeat(each),
            left_out=np.repeat(np.array(left_out, dtype=object), each),
        )

    def overall(self, of: Literal["score", "band"] = "score") -> pd.DataFrame:
        r"""The importance of each factor over all dyads and periods together.

        Sobol indices of the whole set of scores :math:`Y_r`, the mean of the rows' indices weighted by their
        variances: :math:`S_i = \sum_r V[E(Y_r \mid X_i)] / \sum_r V(Y_r)`, and the total likewise.

        Returns
        -------
        pd.DataFrame
            A row a name and ``factor``: ``first_order``, ``total``, and ``rows``, the number of dyad-periods
            whose indices are not missing.

        References
        ----------
        Lamboni, M., Monod, H. and Makowski, D. (2011). Multivariate sensitivity analysis to measure global
        contribution of input factors in dynamic models. Reliability Engineering and System Safety 96(4).
        """
        table = self.importance(of).dropna(subset=["total"])
        shares = ["first_order", "total"]
        table[shares] = table[shares].mul(table["variance"], axis=0)
        by = table.assign(rows=1).groupby(["level", "name", "factor"], sort=False)
        sums = by[[*shares, "variance", "rows"]].sum()
        variance = sums.pop("variance")
        sums[shares] = sums[shares].div(variance, axis=0).where(variance > 0, 0)
        return sums.reset_index()

    def short(self) -> Short:
        """How much of the variance of the index each choice explains."""
        table = self.overall().query("name == 'index'")
        rows = [
            [row["factor"], numbers.percent(row["first_order"]), numbers.percent(row["total"])]
            for row in records(table)
        ]
        return Short(["choice", "alone", "in all"], rows, self.in_words())

    def in_words(self, name: str = "index") -> str:
        """Which choice matters most, in a few sentences.

        Parameters
        ----------
        name
            ``index`` or a dimension.
        """
        names = ["index", *self.scores.scheme.tree]
        if name not in names:
            near = suggestion(name, names)
            message = f"{name!r} is not among the scores.{near} There are {', '.join(names)}"
            raise InputError.at("name", message)
        rows = len(self.scores.index.score)
        moved = float(pd.Series(self._another_band[..., self._labels["name"] == name].ravel()).mean())
        sentences = [
            f"{self.combinations:,} combinations of {len(self.factors)} choices, {rows:,} dyad-periods.",
            f"Score of {name}: {self._ranked(name, 'score')}.",
            f"Band of {name}: another than the scheme's in {_percent(moved)} of the combinations and "
            f"dyad-periods that have one; {self._ranked(name, 'band')}.",
            *self._unscored(name),
        ]
        years = self.by_year[self.by_year["name"] == name]
        for variant, part in list(years.groupby("variant", sort=False))[1:]:
            changed = int(part["band_change"].eq(True).sum())
            sentences.append(
                f"Periods {variant}: another band in {changed:,} of {len(part):,} dyad-years, "
                f"mean absolute difference {part['difference'].abs().mean():.3f}."
            )
        return "\n".join(sentences)

    def _ranked(self, name: str, of: Literal["score", "band"]) -> str:
        table = self.overall(of)
        table = table[table["name"] == name].sort_values("total", ascending=False, kind="stable")
        moving, idle = table[table["total"] > 0], table.loc[table["total"] == 0, "factor"]
        if moving.empty:
            return "no choice changes it"
        shares = ", ".join(
            f"{factor} {_percent(total)} ({_percent(first)})"
            for factor, first, total in moving[["factor", "first_order", "total"]].itertuples(index=False)
        )
        without = f"; no influence: {', '.join(idle)}" if len(idle) else ""
        leading = f"the choice of {moving['factor'].iloc[0]} matters most"
        return f"{leading}. Shares of the variance in all (and alone): {shares}{without}"

    def _unscored(self, name: str) -> Iterator[str]:
        """What the shares leave out, and what they cannot be told of."""
        table = self.importance().query("name == @name").drop_duplicates(NAMED_ROW)
        lost, unknown = float(table["missing"].mean()), int(table["total"].isna().sum())
        if lost:
            left_out = table.loc[table["left_out"] != "", "left_out"].value_counts()
            listed = ", ".join(f"{what} in {count:,}" for what, count in left_out.items())
            without = f" Left out of the shares, by dyad-periods: {listed}." if listed else ""
            yield f"No score in {_percent(lost)} of the combinations and dyad-periods.{without}"
        if unknown:
            yield f"In {unknown:,} dyad-periods the shares cannot be told."


def _percent(share: float) -> str:
    return "under 1%" if 0 < share < 0.005 else f"{share:.0%}"


def _by_year(base: Scores, lengths: Mapping[str, Sequence[Span]], place: str) -> pd.DataFrame:
    """Each variant of periods beside the scheme, as `Choices.by_year`."""
    held = [{year for start, end in spans for year in range(start, end + 1)} for spans in lengths.values()]
    years = sorted(set.intersection(*held)) if held else []
    if held and not years:
        raise InputError.at(place, "the variants of periods share no year")
    of_scheme = _on_years(base, base.periods, years)
    parts = []
    for variant, spans in (lengths or {"": base.periods}).items():
        part = _on_years(base, spans, years)
        part.insert(0, "variant", variant)
        part["score_scheme"], part["band_scheme"] = of_scheme["score"], of_scheme["band"]
        part["difference"] = part["score"] - part["score_scheme"]
        known = part["band"].notna() & part["band_scheme"].notna()
        part["band_change"] = (part["band"] != part["band_scheme"]).astype(object).where(known, None)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _on_years(base: Scores, spans: Sequence[Span], years: Sequence[int]) -> pd.DataFrame:
    """The scores of the periods that hold the years, dyad by dyad and year by year."""
    held = [(year, *span) for year in years for span in spans if span[0] <= year <= span[1]]
    table = upper(score_spans(replace(base, grades=None), spans))
    merged = table.merge(pd.DataFrame(held, columns=["year", *NAMED_ROW[2:4]], dtype=int))
    return merged.sort_values([*NAMED_ROW[:2], "year"], kind="stable", ignore_index=True)
