"""Dyads by their scores: ranks, percentiles, and what moved since the period before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bci import numbers
from bci.arrays import Array
from bci.countries import carried_on, iso3
from bci.countries import name as country_name
from bci.errors import CountryError, InputError
from bci.model import bands
from bci.model.periods import Span, label
from bci.results import Short, Shown, records
from bci.scoring.ranks import ranks
from bci.scoring.scores import Scores, bounded, percentiles_among, score_or_range

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False)
class Ranking(Shown):
    """What `rank` returns: dyads by a score, highest first, period by period.

    Attributes
    ----------
    name
        The score: index, a dimension or an indicator.
    country
        ISO3 code of the country whose dyads are ranked, or None for all.
    periods
        First and last years.
    ranked, unranked
        How many dyads have a score, and so a rank, in each of the periods; and how many have none.
    columns
        The columns of `to_frame`, None or NaN where missing.
    """

    name: str
    country: str | None
    periods: tuple[Span, ...]
    ranked: tuple[int, ...]
    unranked: tuple[int, ...]
    columns: Mapping[str, NDArray[Any]] = field(repr=False)

    def to_frame(self) -> pd.DataFrame:
        """Tidy frame of the caller's own, one row a period and ranked dyad.

        Returns
        -------
        pd.DataFrame
            Columns ``period_start, period_end, rank, iso3_a, iso3_b, score, band, coverage, low, high,
            percentile, among, rank_change``; ``partner`` behind ``iso3_b`` where a country was chosen.
        """
        import pandas as pd

        return pd.DataFrame(dict(self.columns)).astype({"rank_change": "Int64"})

    def __len__(self) -> int:
        return len(self.columns["rank"])

    def short(self) -> Short:
        """Ranks with names, scores and bands."""
        rows = [
            [
                str(row["rank"]),
                "-" if row["rank_change"] is None else f"{row['rank_change']:+d}",
                f"{country_name(row['iso3_a'])}-{country_name(row['iso3_b'])}",
                label((row["period_start"], row["period_end"])),
                score_or_range(row),
                numbers.between(row["low"], row["high"]),
                numbers.percentile(row["percentile"]),
            ]
            for row in records(self.columns)
        ]
        heads = ["rank", "change", "dyad", "period", self.name, "reach", "percentile"]
        return Short(heads, rows, f"Ranked by {self.name}; * rests on partial data. {counts(self)}")


def counts(ranking: Ranking) -> str:
    """How many dyads have a rank in each period, and how many have none."""
    each = zip(ranking.periods, ranking.ranked, ranking.unranked, strict=True)
    texts = (f"{label(span)} {ranked} ({unranked})" for span, ranked, unranked in each)
    return f"Dyads ranked (without a score, so not ranked): {', '.join(texts)}"


def rank(
    scores: Scores,
    name: str = "index",
    *,
    country: str | None = None,
    top: int | None = None,
    period: Span | str | None = None,
) -> Ranking:
    r"""Rank dyads by a score, highest first, in each period. Only what has a score is ranked.

    The rank is 1 plus the number of dyads that score higher: ties share the best rank, and the next ranks
    are skipped. The percentile is the share of all other scored dyads of the data that score lower, where
    ties count half,

    .. math:: 100 \, (\text{below} + \text{tied} / 2) / (n - 1),

    from 0 (alone at the bottom) over 50 (the middle) to 100 (alone at the top). It is told beside the score
    because some scores are high for nearly everyone: in the General Assembly the median dyad agrees at
    .83 to .89, so that China and Russia with their .80 to .87 reach the 47th to 52nd percentile only
    (sessions 65, 74 and 78).

    Parameters
    ----------
    scores
        Of two or more dyads, as a rule. The dyads chosen for it are ranked among themselves.
    name
        ``index``, a dimension or an indicator.
    country
        Name or code: only its dyads, ranked among themselves.
    top
        Only ranks up to this; ties at the last place are all kept.
    period
        Only this one of the periods.

    Returns
    -------
    Ranking
        With coverage; ``low`` and ``high``, the reach of the score over everything the missing data could
        be; ``percentile``, always among all dyads of the data with a score in the period, missing where
        there are fewer than two; ``among``, how many these are; and ``rank_change``, places gained since
        the period before among the scores, missing where either period gives the dyad no rank.

    Raises
    ------
    InputError
        If there is no such name, country or period, or `top` is less than 1.

    Examples
    --------
    >>> import bci
    >>> ranking = rank(bci.score(), "political", period="2016-2019")
    >>> ranking.to_frame()[["iso3_a", "iso3_b", "rank", "band"]].to_numpy().tolist()
    [['CHN', 'RUS', 1, 'comprehensive']]
    """
    if top is not None and top < 1:
        raise InputError.at("top", f"is {top}; give 1 or more")
    place, code = scores.place(name), None if country is None else _country(country)
    spans = scores.periods if period is None else (scores.period(period),)
    dyads = np.array(scores.dyads, dtype=object).reshape(-1, 2)
    taken = _taken(scores, dyads, code)
    dyads = dyads[taken]

    def table(of: Scores, stage: str) -> Array:
        column: Array = of.column(stage)[:, place].reshape(-1, len(of.periods))[taken]
        return column

    reach, score = bounded(scores), table(scores, "score")
    share, among = percentiles_among(scores, place)
    order = ranks(score)
    gained = np.full_like(order, np.nan)
    gained[:, 1:] = order[:, :-1] - order[:, 1:]
    shown = [scores.periods.index(span) for span in spans]
    listed = [_listing(order[:, p], dyads, top) for p in shown]
    row = np.concatenate(listed)
    column = np.repeat(np.array(shown), [len(rows) for rows in listed])
    cells = (row, column)
    years = np.array(scores.periods)[column]
    a, b = dyads[row, 0], dyads[row, 1]
    columns: dict[str, NDArray[Any]] = {
        "period_start": years[:, 0],
        "period_end": years[:, 1],
        "rank": order[cells].astype(np.int64),
        "iso3_a": a,
        "iso3_b": b,
    }
    if code is not None:
        columns["partner"] = np.where(a == code, b, a)
    columns |= {
        "score": score[cells],
        "band": scores.scheme.words(bands.band(score[cells], scores.scheme.edges)),
        "coverage": table(scores, "coverage")[cells],
        "low": table(reach, "low")[cells],
        "high": table(reach, "high")[cells],
        "percentile": share[taken][cells],
        "among": among[column],
        "rank_change": _whole(gained[cells]),
    }
    known = (~np.isnan(score)).sum(axis=0)[shown].tolist()
    return Ranking(name, code, spans, tuple(known), tuple(len(dyads) - n for n in known), columns)


def _listing(order: Array, dyads: NDArray[Any], top: int | None) -> NDArray[np.int64]:
    """Which dyads one period lists: by rank, ties by code."""
    wanted = np.flatnonzero(order <= (np.inf if top is None else top))
    names = dyads[wanted].astype(str)
    return wanted[np.lexsort((names[:, 1], names[:, 0], order[wanted]))]


def _taken(scores: Scores, dyads: NDArray[Any], code: str | None) -> NDArray[np.bool_]:
    if code is None:
        return np.ones(len(dyads), dtype=bool)
    taken: NDArray[np.bool_] = (dyads == code).any(axis=1)
    if not taken.any():
        held = sorted({side for dyad in scores.dyads for side in dyad})
        at_hand = ", ".join(held[:5]) + (" ..." if len(held) > 5 else "")
        message = f"no dyad of {code} ({country_name(code)}) is among the scores, which hold {at_hand}."
        raise InputError.at("country", message + carried_on([code]))
    return taken


def _country(text: str) -> str:
    try:
        return iso3(text)
    except CountryError as error:
        raise InputError.at("country", str(error)) from None


def _whole(numbers: Array) -> NDArray[Any]:
    """Whole numbers, None where missing."""
    whole = np.full(numbers.shape, None, dtype=object)
    known = ~np.isnan(numbers)
    whole[known] = numbers[known].astype(np.int64)
    return whole
