"""Values -> scores of dyad-periods: the one place that knows the order of the steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from bci import aggregate, scales
from bci.definitions import GRADES, Indicator, options
from bci.dyadyears import KEY, DyadYears, chosen_dyads, dyad_years
from bci.errors import InputError, Problem, suggestion
from bci.indicators import Panel, load_indicators, read_definition
from bci.periods import Span, spans
from bci.scores import Levels, Scores
from bci.weights import DEFAULT, Scheme, load_weights, measure_of, scale_of

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]


def score(
    data: Panel | pd.DataFrame | str | Path | None = None,
    weights: Scheme | str | Path = DEFAULT,
    *,
    period: str | Sequence[Span] | None = None,
    start: int | None = None,
    end: int | None = None,
    dyads: str | Iterable[str] | None = None,
) -> Scores:
    """Score dyads: values -> annual scores -> means of periods -> dimensions -> index.

    Parameters
    ----------
    data
        A `Panel` or the folder of one, or a plain frame of values with index (or columns) ``iso3_a, iso3_b,
        year`` and one column an indicator, NaN where missing; the shipped China-Russia panel where None.
    weights
        A scheme, or its name or path.
    period
        Periods instead of the scheme's: ``annual``, ``decade``, ``N-year``, ``FROM-TO,...``, or spans.
    start, end
        First and last year instead of the scheme's.
    dyads
        Only these, e.g. ``"CHN-RUS"`` or a list; all of the data where None. Scales are fitted to all of the
        data either way.

    Returns
    -------
    Scores

    Raises
    ------
    InputError
        If the scheme names an indicator that the data lack, or the data hold a row twice, a dyad in both
        orders or an unknown dyad.

    Examples
    --------
    >>> round(score().get("index", (2016, 2019)), 3)
    0.648
    """
    scheme = weights if isinstance(weights, Scheme) else load_weights(weights)
    if data is None or isinstance(data, Panel | str | Path):
        panel = data if isinstance(data, Panel) else load_indicators(data)
        _check_members(scheme, panel.definitions, str(panel.folder), "<indicator>.csv")
        definitions = {name: panel.definitions[name] for name in scheme.indicators}
        rows, values, grades = panel.matrix(scheme.indicators, scheme.measures)
    else:
        panel, grades = None, None
        frame = data if data.index.names == list(KEY) else _indexed(data)
        _check_members(scheme, frame.columns, "DataFrame", "a column")
        definitions = _shipped_definitions(scheme)
        rows = dyad_years(frame.index)
        values = _checked_values(frame[list(scheme.indicators)], scheme, definitions)
    chosen = chosen_dyads(rows.dyads, dyads)
    years = (int(rows.year.min()), int(rows.year.max()))
    periods = tuple(spans(scheme.periods, years, period=period, start=start, end=end))
    annual = _annual_scores(scheme, definitions, values)
    stages = _stages(scheme, annual, grades, rows.only(chosen), periods)
    return Scores(scheme, definitions, chosen, periods, rows, values, annual, grades, *stages, panel)


def score_spans(scores: Scores, periods: Sequence[Span]) -> Scores:
    """The same dyads under the same scheme and scales on other periods, which may overlap."""
    rows = scores.rows.only(scores.dyads)
    indicators, dimensions, index = _stages(scores.scheme, scores.annual, scores.grades, rows, periods)
    return replace(scores, periods=tuple(periods), indicators=indicators, dimensions=dimensions, index=index)


def _stages(
    scheme: Scheme,
    annual: Array,
    grades: NDArray[np.int8] | None,
    rows: DyadYears,
    periods: Sequence[Span],
) -> tuple[Levels, Levels, Levels]:
    """Indicators, dimensions and index on the periods."""
    indicators = _period_means(annual, grades, rows, periods, scheme.missing.rule)
    dimensions = _dimensions(scheme, indicators)
    return indicators, dimensions, _parent(scheme, dimensions, scheme.dimension_weights, "dimensions")


def _check_members(scheme: Scheme, at_hand: Iterable[str], place: str, what: str) -> None:
    known = list(at_hand)
    problems = [
        Problem(
            place,
            0,
            0,
            f"scheme {scheme.name} needs {name}, which is not there.{suggestion(name, known)} "
            f"Add {what}, or weigh it 0",
        )
        for name in scheme.indicators
        if name not in known
    ]
    if problems:
        raise InputError(problems)


#: What a value can be, by the measure it comes from.
REACH = {"count": (0, np.inf), "share": (0, 1), "mutual_share": (0, 1), "vote_similarity": (-1, 1)}


def _checked_values(frame: pd.DataFrame, scheme: Scheme, definitions: Mapping[str, Indicator]) -> Array:
    """The values of a plain frame as numbers that the measures could have given."""
    import pandas as pd

    problems = []
    for name in scheme.indicators:
        numbers = pd.to_numeric(frame[name], errors="coerce")
        odd = np.isinf(numbers) | (numbers.isna() & frame[name].notna())
        if name in definitions:
            low, high = REACH[measure_of(scheme, definitions, name).method]
            odd |= (numbers < low) | (numbers > high)
        if odd.any():
            (a, b, year), value = frame.index[odd][0], frame[name][odd].iloc[0]
            row, found = f"{a}-{b} {year}", int(odd.sum())
            message = f"{name} is {value} in row {row} ({found} such rows); it cannot be that"
            problems.append(Problem("DataFrame", 0, 0, message))
    if problems:
        raise InputError(problems)
    return frame.to_numpy(dtype=float, na_value=np.nan)


def _shipped_definitions(scheme: Scheme) -> dict[str, Indicator]:
    """Definitions of the indicators of a plain frame: shipped ones, for their scales."""
    definitions, problems = {}, []
    for name in scheme.indicators:
        try:
            definitions[name], _ = read_definition(Path(), name)
        except InputError:
            if name not in scheme.scales:
                message = f"indicator {name} has no scale; give it one under scales in the scheme"
                problems.append(Problem(f"scheme {scheme.name}", 0, 0, message))
    if problems:
        raise InputError(problems)
    return definitions


def _indexed(data: pd.DataFrame) -> pd.DataFrame:
    missing = [name for name in KEY if name not in data.columns]
    if missing:
        raise InputError.at(
            "DataFrame", f"lacks {', '.join(missing)}; index or columns must hold {', '.join(KEY)}"
        )
    return data.set_index(list(KEY))


def index_of(scheme: Scheme, indicators: Array) -> Array:
    """The index from scores of indicators, shape ``(rows, indicators)``; what is missing is left out."""
    parts, first = [], 0
    for members in scheme.tree.values():
        columns = indicators[:, first : first + len(members)]
        first += len(members)
        parts.append(aggregate.mean(columns, np.array(list(members.values())), scheme.mean("indicators")))
    return aggregate.mean(np.stack(parts, axis=1), scheme.dimension_weights, scheme.mean("dimensions"))


def _annual_scores(scheme: Scheme, definitions: Mapping[str, Indicator], values: Array) -> Array:
    annual = np.empty_like(values)
    problems = []
    for i, name in enumerate(scheme.indicators):
        scale = scale_of(scheme, definitions, name)
        try:
            annual[:, i] = scales.fit(scale.method, values[:, i], **options(scale))(values[:, i])
        except ValueError as error:
            problems.append(Problem(f"scheme {scheme.name}", 0, 0, f"scale {scale.method} of {name} {error}"))
    if problems:
        raise InputError(problems)
    return annual


def _period_means(
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
    graded = None if grades is None else np.zeros((*shape, len(GRADES)))
    by_year = np.argsort(rows.year, kind="stable")
    years_in_order = rows.year[by_year]
    for p, (start, end) in enumerate(periods):
        first, after = np.searchsorted(years_in_order, [start, end + 1])
        inside = by_year[first:after]
        inside = inside[rows.number[inside] >= 0]
        summed = partial(np.bincount, rows.number[inside], minlength=dyads)
        for i in range(annual.shape[1]):
            column = annual[inside, i]
            present = ~np.isnan(column)
            known[:, p, i] = summed(weights=present)
            total[:, p, i] = summed(weights=np.where(present, column, 0))
            if grades is not None and graded is not None:
                for g in range(len(GRADES)):
                    graded[:, p, i, g] = summed(weights=present & (grades[inside, i] == g))
    years = np.tile([end - start + 1 for start, end in periods], dyads)[:, None]
    counted, summed_up = known.reshape(len(years), -1), total.reshape(len(years), -1)
    mean = np.divide(summed_up, counted, out=np.full_like(summed_up, np.nan), where=counted > 0)
    quality = None
    if graded is not None:
        by_grade, of = graded.reshape(*counted.shape, len(GRADES)), counted[..., None]
        quality = np.divide(by_grade, of, out=np.full_like(by_grade, np.nan), where=of > 0)
    if rule != "bounds":
        return Levels(mean, counted / years, quality=quality)
    low, high = summed_up / years, (summed_up + (years - counted)) / years
    return Levels(np.where(counted == years, mean, np.nan), counted / years, low, high, quality)


def _dimensions(scheme: Scheme, below: Levels) -> Levels:
    """Every dimension from its own columns of indicators."""
    parts, first = [], 0
    for weights in scheme.tree.values():
        members = below.members(slice(first, first + len(weights)))
        first += len(weights)
        parts.append(_parent(scheme, members, np.array(list(weights.values())), "indicators"))
    return Levels.beside(parts)


def _parent(
    scheme: Scheme, members: Levels, weights: Array, level: Literal["indicators", "dimensions"]
) -> Levels:
    """One parent from its members: mean, coverage, quality, and the missing rule."""
    mean = partial(aggregate.mean, weights=weights, method=scheme.mean(level))
    merged, missing = mean(members.score), np.isnan(members.score)
    low = high = None
    if scheme.missing.rule == "bounds":
        assert members.low is not None
        assert members.high is not None
        covered = aggregate.coverage(members.coverage, weights)
        low, high = mean(members.low)[:, None], mean(members.high)[:, None]
        refused = missing.any(axis=1)
    else:
        # What has no score of its own adds nothing to its parent, so the parent does not rest on it either.
        covered = aggregate.coverage(np.where(missing, 0, members.coverage), weights)
        # A hair of tolerance, so that a coverage of exactly the minimum passes in floating point.
        refused = covered < scheme.missing.minimum_coverage - 1e-12
        if scheme.missing.rule == "strict":
            refused |= missing.any(axis=1)
    merged = np.where(refused, np.nan, merged)
    quality = None
    if members.quality is not None:
        quality = aggregate.quality(members.quality, members.score, weights)
        quality = np.where(np.isnan(merged)[:, None], np.nan, quality)[:, None]
    return Levels(merged[:, None], covered[:, None], low, high, quality)
