"""Why a score is what it is, and what moved it between two periods."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from bci import numbers
from bci.arrays import Array, divided
from bci.countries import name as country_name
from bci.data.dyads import Dyad
from bci.errors import InputError
from bci.model import bands
from bci.model.definitions import GRADES, described, measured_variables, options
from bci.model.measures import national_shares
from bci.model.periods import Span, label, single
from bci.model.scheme import measure_of, scale_of
from bci.results import Result, Short, records
from bci.scoring.scores import Scores, score_spans
from bci.scoring.scoring import index_of

#: Two to this power mixtures of two periods are scored to decompose a change.
MOST_INDICATORS = 16


@dataclass(frozen=True, eq=False, repr=False)
class Explanation(Result):
    """A table that explains one dyad-period, or the change between two.

    Attributes
    ----------
    dyad, periods
        What it explains; two periods for a change.
    """

    dyad: Dyad
    periods: tuple[Span, ...]

    def short(self) -> Short:
        """The numbers: of one period with weights and contributions, of two with the change."""
        spans = [*map(label, self.periods)]
        note = f"{' and '.join(map(country_name, self.dyad))}, {' to '.join(spans)}; * rests on partial data."
        rows = records(self._frame)
        names = [f"- {row['name']}" if row["level"] == "indicator" else row["name"] for row in rows]
        if len(spans) == 2:
            heads = ["name", *spans, "change", "contribution"]
            cells = [
                [
                    _score(row, "_before"),
                    _score(row),
                    numbers.signed(row["change"]),
                    numbers.signed(row["contribution"]),
                ]
                for row in rows
            ]
        else:
            ends = [end for end in ("low", "high") if end in self._frame]
            heads = ["name", "value", "score", *ends, "weight", "contribution", "coverage"]
            cells = [
                [_score(row) if head == "score" else numbers.number(row[head]) for head in heads[1:]]
                for row in rows
            ]
        return Short(heads, [[name, *row] for name, row in zip(names, cells, strict=True)], note)


def _score(row: Mapping[str, Any], when: str = "") -> str:
    partial = bool(bands.is_partial(row[f"coverage{when}"]))
    return numbers.score(row[f"score{when}"], row[f"band{when}"], partial=partial)


def explain(
    scores: Scores,
    period: Span | str | None = None,
    *,
    since: Span | str | None = None,
    dyad: Dyad | str | None = None,
) -> Explanation:
    """Take a score apart.

    Parameters
    ----------
    scores
        What `bci.score` returned.
    period, dyad
        Which score, e.g. ``(1992, 1995)`` or ``"1992-1995"``, ``"CHN-RUS"``; either may be left out where
        there is only one. The period need not be one of the scores' own.
    since
        An earlier period: explain the change from it instead.

    Returns
    -------
    Explanation
        Of one period: a row for the index, each dimension and each indicator, with the mean value, scale and
        its basis, score, band, weight in the index, contribution, coverage, quality and sources; for shares
        both national shares and their asymmetry (``share_b - share_a``: above 0, country b depends more).
        The contributions add up to the index.

        Of a change: scores and coverage of both periods, their difference, and what each indicator
        contributed to the change of the index. The contributions add up to that change exactly.

    Raises
    ------
    InputError
        If the dyad is not among the scores, a period lies outside the data, or a change is asked for where
        an index is missing.

    Notes
    -----
    Contributions are Shapley values over the indicators: each one's effect on the index, averaged over every
    order in which indicators could move from 0 (or from the earlier period) to where they are. Under
    arithmetic means with nothing missing this is the weight times the score (or its change); it remains exact
    under any other mean and where data are missing in one of the periods only.

    References
    ----------
    Shapley, L. (1953). A value for n-person games. Contributions to the Theory of Games 2, 307-317.
    """
    pair, span = scores.dyad(dyad), scores.period(period) if period is None else single(period)
    asked = [span] if since is None else [single(since), span]
    years = scores.rows.year
    for start, end in asked:
        if end < years.min() or start > years.max():
            known = f"{years.min()}-{years.max()}"
            raise InputError.at(
                "period", f"{label((start, end))} lies outside the data, which run over {known}"
            )
    on_periods = score_spans(scores, asked)
    if since is None:
        return Explanation(_period(on_periods, pair, span), pair, (span,))
    return Explanation(_change(on_periods, pair, *asked), pair, tuple(asked))


def shapley(before: Array, after: Array, worth: Callable[[Array], Array]) -> Array:
    """What each member contributes to ``worth(after) - worth(before)``; the contributions add up to it.

    Parameters
    ----------
    before, after
        Shape ``(members,)``.
    worth
        Takes shape ``(rows, members)``, gives ``(rows,)``.

    Examples
    --------
    >>> shapley(np.zeros(2), np.array([0.4, 0.2]), lambda scores: scores.prod(axis=1))
    array([0.04, 0.04])
    """
    members = len(before)
    moved = (np.arange(2**members)[:, None] >> np.arange(members)) & 1 == 1
    worths = worth(np.where(moved, after, before))
    size = moved.sum(axis=1)
    orders = np.array([math.factorial(k) * math.factorial(members - k - 1) for k in range(members)])
    contributions = np.empty(members)
    for i in range(members):
        without = np.flatnonzero(~moved[:, i])
        gain = worths[without + 2**i] - worths[without]
        contributions[i] = (orders[size[without]] * gain).sum() / math.factorial(members)
    return contributions


def _indicator_scores(scores: Scores, row: int) -> Array:
    """Scores of the indicators as the index sees them: nothing of a dimension that has no score."""
    if scores.indicators.score.shape[1] > MOST_INDICATORS:
        raise InputError.at("explain", f"takes at most {MOST_INDICATORS} indicators")
    refused = np.isnan(scores.dimensions.score[row])
    by_dimension = scores.scheme.by_dimension(scores.indicators.score[[row]])
    of_dimensions = zip(refused, by_dimension.values(), strict=True)
    return np.concatenate([np.where(none, np.nan, members[0]) for none, (members, _) in of_dimensions])


def _contributions(scores: Scores, before: Array, after: Array) -> Array:
    return shapley(before, after, lambda mixtures: index_of(scores.scheme, mixtures))


def _period(scores: Scores, dyad: Dyad, period: Span) -> pd.DataFrame:
    row = scores.row(dyad, period)
    known = _indicator_scores(scores, row)
    if np.isnan(scores.index.score[row, 0]):
        # Without an index there is nothing to contribute to; under bounds every weight still stands.
        reached = np.full(len(known), np.nan)
        present = np.zeros(len(known)) if scores.scheme.missing.rule == "bounds" else known
    else:
        reached, present = _contributions(scores, np.where(np.isnan(known), np.nan, 0), known), known
    contribution = dict(zip(scores.scheme.indicators, reached, strict=True))
    weight = dict(zip(scores.scheme.indicators, _weights_present(scores, present), strict=True))
    score, coverage = scores.column("score")[row], scores.column("coverage")[row]
    words = scores.scheme.words(bands.band(score, scores.scheme.edges))
    rows = []
    for i, (level, name) in enumerate(scores.names):
        below = _below(scores, level, name)
        entry = {
            "level": level,
            "name": name,
            "value": np.nan,
            "unit": None,
            "scale": None,
            "basis": None,
            "score": score[i],
            "band": words[i],
            "weight": sum(weight[member] for member in below),
            "contribution": sum(contribution[member] for member in below),
            "coverage": coverage[i],
            "quality": _quality(scores, row, i),
        }
        if scores.index.low is not None:
            entry |= {end: scores.column(end)[row, i] for end in ("low", "high")}
        rows.append(entry | (_indicator(scores, name, dyad, period) if level == "indicator" else {}))
    return pd.DataFrame(rows)


def _below(scores: Scores, level: str, name: str) -> tuple[str, ...]:
    """The indicators under a name."""
    if level == "index":
        return scores.scheme.indicators
    return tuple(scores.scheme.tree[name]) if level == "dimension" else (name,)


def _weights_present(scores: Scores, present: Array) -> Array:
    """Weight of each indicator in this index: what is missing weighs nothing, the rest in proportion."""
    parts, whole = [], 0.0
    by_dimension = scores.scheme.by_dimension(present[None]).values()
    for weight, (members, weights) in zip(scores.scheme.dimension_weights, by_dimension, strict=True):
        inside = np.where(np.isnan(members[0]), 0, weights)
        whole += weight if inside.any() else 0
        parts.append(divided(weight * inside, inside.sum(), otherwise=0))
    return divided(np.concatenate(parts), whole, otherwise=0)


def _quality(scores: Scores, row: int, column: int) -> str | None:
    """Shares of the score by grade, e.g. ``A 75%, B 25%``."""
    if scores.index.quality is None:
        return None
    shares = scores.column("quality")[row, column]
    return ", ".join(f"{g} {share:.0%}" for g, share in zip(GRADES, shares, strict=True) if share > 0) or None


def _indicator(scores: Scores, name: str, dyad: Dyad, period: Span) -> dict[str, object]:
    scale = scale_of(scores.scheme, scores.definitions, name)
    values = _of_period(scores.values[[name]], dyad, period)[name]
    entry: dict[str, object] = {"value": values.mean(), "scale": described(scale), "basis": scale.basis}
    entry["scale_note"] = scale.note or None
    if name in scores.definitions:
        entry["unit"] = scores.definitions[name].unit
    if scores.panel is None:
        return entry
    years = _of_period(scores.panel.observations[name], dyad, period)
    noted, years = years, years[values.reindex(years.index).notna()]
    entry["notes"] = _notes(noted) or None
    entry["sources"] = (
        ";".join(dict.fromkeys(i for ids in years["source"] for i in ids.split(";") if i)) or None
    )
    if measure_of(scores.scheme, scores.definitions, name).method == "mutual_share":
        measure = measure_of(scores.scheme, scores.definitions, name)
        variables = measured_variables(measure, scores.definitions[name].variables) or ()
        share_a, share_b = national_shares(
            {variable: years[variable].to_numpy() for variable in variables}, **options(measure)
        )
        if len(years):
            entry |= {"share_a": share_a.mean(), "share_b": share_b.mean()}
            entry["asymmetry"] = share_b.mean() - share_a.mean()
    return entry


def _notes(years: pd.DataFrame) -> str:
    """Notes of the years, each once with the years it is on."""
    by_note: dict[str, list[str]] = {}
    for year, note in zip(years.index.get_level_values("year"), years["note"], strict=True):
        if note:
            by_note.setdefault(note, []).append(str(year))
    return "; ".join(f"{', '.join(of)}: {note}" for note, of in by_note.items())


def _of_period(rows: pd.DataFrame, dyad: Dyad, period: Span) -> pd.DataFrame:
    a, b, year = (rows.index.get_level_values(i) for i in range(3))
    return rows[(a == dyad[0]) & (b == dyad[1]) & (year >= period[0]) & (year <= period[1])]


def _change(scores: Scores, dyad: Dyad, since: Span, period: Span) -> pd.DataFrame:
    rows = [scores.row(dyad, span) for span in (since, period)]
    before, after = (_indicator_scores(scores, row) for row in rows)
    for row, span in zip(rows, (since, period), strict=True):
        if np.isnan(scores.index.score[row, 0]):
            raise InputError.at(label(span), "has no index to explain a change of: too much is missing")
    moved = dict(zip(scores.scheme.indicators, _contributions(scores, before, after), strict=True))
    score, coverage = scores.column("score"), scores.column("coverage")
    words = scores.scheme.words(bands.band(score, scores.scheme.edges))
    table = []
    for i, (level, name) in enumerate(scores.names):
        first, second = score[rows[0], i], score[rows[1], i]
        table.append(
            {
                "level": level,
                "name": name,
                "score_before": first,
                "band_before": words[rows[0], i],
                "coverage_before": coverage[rows[0], i],
                "score": second,
                "band": words[rows[1], i],
                "coverage": coverage[rows[1], i],
                "change": second - first,
                "contribution": sum(moved[member] for member in _below(scores, level, name)),
            }
        )
    return pd.DataFrame(table)


def absences(rows: Iterable[Mapping[str, Any]], spans: Sequence[Span]) -> dict[str, list[str]]:
    """Why an indicator does not count in a period of a change, by indicator; empty where it counts in both.

    Parameters
    ----------
    rows
        The rows of `bci.explain` of a change, in its order, missing as None.
    spans
        Its two periods.

    Returns
    -------
    dict[str, list[str]]
        For example ``no data in 2023``, or ``refused in 2023`` where there are data, but the dimension has
        no score. Such an indicator contributes by joining the index or by leaving it.
    """
    reasons: dict[str, list[str]] = {}
    above: Mapping[str, Any] = {}
    for row in rows:
        if row["level"] == "dimension":
            above = row
        elif row["level"] == "indicator":
            reasons[row["name"]] = [
                f"{'no data' if row[stage] is None else 'refused'} in {label(span)}"
                for stage, span in zip(("score_before", "score"), spans, strict=True)
                if row[stage] is None or above[stage] is None
            ]
    return reasons
