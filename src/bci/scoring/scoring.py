"""Values -> scores of dyad-periods: the one place that knows the order of the steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bci.arrays import Array
from bci.data.dyads import KEY, chosen_dyads, dyad_years
from bci.data.panel import Panel, load_indicators, read_definition
from bci.errors import InputError, Problem, suggestion
from bci.model import means, measures, scales
from bci.model.definitions import Indicator, options
from bci.model.periods import Span, spans
from bci.model.scheme import DEFAULT, Scheme, load_weights, measure_of, scale_of
from bci.scoring.levels import stages_of
from bci.scoring.scores import Scores

if TYPE_CHECKING:
    import pandas as pd


def score(
    data: Panel | pd.DataFrame | str | Path | None = None,
    weights: Scheme | str | Path = DEFAULT,
    *,
    period: str | Sequence[Span] | None = None,
    start: int | None = None,
    end: int | None = None,
    dyads: str | Iterable[str] | None = None,
    minimum_coverage: float | None = None,
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
    minimum_coverage
        Instead of the scheme's: what rests on less data has no score. The scheme is renamed accordingly.

    Returns
    -------
    Scores

    Raises
    ------
    InputError
        If the scheme names an indicator that the data lack, or the data hold a row twice, a dyad in both
        orders or an unknown dyad; or if a minimum coverage is no share, or the scheme refuses nothing.

    Examples
    --------
    >>> round(score().get("index", (2016, 2019)), 3)
    0.648
    """
    scheme = weights if isinstance(weights, Scheme) else load_weights(weights)
    if minimum_coverage is not None:
        scheme = _with_minimum_coverage(scheme, minimum_coverage)
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
    stages = stages_of(scheme, annual, grades, rows.only(chosen), periods)
    return Scores(scheme, definitions, chosen, periods, rows, values, annual, grades, *stages, panel)


def _with_minimum_coverage(scheme: Scheme, least: float) -> Scheme:
    """The scheme with another minimum coverage, under a name and a digest of its own."""
    if not 0 <= least <= 1:
        raise InputError.at("minimum coverage", f"is {least}; give a share from 0 to 1")
    if scheme.missing.rule == "bounds":
        message = f"has no meaning for scheme {scheme.name}, which refuses nothing (missing: bounds)"
        raise InputError.at("minimum coverage", message)
    if least == scheme.missing.minimum_coverage:
        return scheme
    content = scheme.model_dump(mode="json", by_alias=True)
    content["name"] += f"-minimum-coverage-{least:g}"
    content["missing"]["minimum_coverage"] = float(least)
    renamed = Scheme.model_validate(content)
    # Its other mistakes stand in the same file.
    renamed.__dict__["source"] = scheme.source
    return renamed


def _check_members(scheme: Scheme, at_hand: Iterable[str], place: str, what: str) -> None:
    """Refuse a scheme with indicators that the data lack, told where the scheme's file names them."""
    known = list(at_hand)
    problems = []
    for dimension, members in scheme.tree.items():
        for name in [name for name in members if name not in known]:
            advice = f"{suggestion(name, known)} Add {what}, or weigh it 0"
            if scheme.source is None:
                message = f"scheme {scheme.name} needs {name}, which is not there.{advice}"
                problems.append(Problem(place, 0, 0, message))
            else:
                location = ("dimensions", dimension, "indicators", name)
                problems.append(scheme.source.problem(location, f"is not in {place}.{advice}", at_key=True))
    if problems:
        raise InputError(problems)


def _checked_values(frame: pd.DataFrame, scheme: Scheme, definitions: Mapping[str, Indicator]) -> Array:
    """The values of a plain frame as numbers that the measures could have given."""
    import pandas as pd

    problems = []
    for name in scheme.indicators:
        numbers = pd.to_numeric(frame[name], errors="coerce")
        odd = np.isinf(numbers) | (numbers.isna() & frame[name].notna())
        if name in definitions:
            low, high = measures.REACH[measure_of(scheme, definitions, name).method]
            odd |= (numbers < low) | (numbers > high)
        if odd.any():
            (a, b, year), value = frame.index[odd][0], frame[name][odd].iloc[0]
            row, count = f"{a}-{b} {year}", int(odd.sum())
            message = f"{name} is {value} in row {row} ({count} such rows); it cannot be that"
            problems.append(Problem("DataFrame", 0, 0, message))
    if problems:
        raise InputError(problems)
    return frame.to_numpy(dtype=float, na_value=np.nan, copy=True)


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
        parts.append(means.mean(columns, np.array(list(members.values())), scheme.mean("indicators")))
    return means.mean(np.stack(parts, axis=1), scheme.dimension_weights, scheme.mean("dimensions"))


def fitted_numbers(scores: Scores) -> dict[str, dict[str, float]]:
    """What each scale was fitted to, such as ``lower`` and ``upper``; nothing for anchors and ranks."""
    numbers = {}
    for i, name in enumerate(scores.scheme.indicators):
        scale = scale_of(scores.scheme, scores.definitions, name)
        fitted = scales.fit(scale.method, scores.matrix[:, i], **options(scale))
        assert isinstance(fitted, partial)
        numbers[name] = {what: float(n) for what, n in fitted.keywords.items() if isinstance(n, float)}
    return numbers


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
