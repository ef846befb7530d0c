"""How sure every score is: what other weights can do to it, exactly where the score is a weighted mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bci import numbers
from bci.arrays import Array, divided
from bci.errors import InputError
from bci.model import bands
from bci.model.periods import label
from bci.model.scheme import Scheme
from bci.results import Result, Short, records
from bci.scoring.scores import ROW, Scores
from bci.sensitivity_analysis.exact import band_shares, mean_range, weights_at_ends
from bci.sensitivity_analysis.montecarlo import distribution, standard_error
from bci.sensitivity_analysis.nested import nested_share_below
from bci.sensitivity_analysis.one_at_a_time import one_at_a_time
from bci.sensitivity_analysis.sampling import draw, shares
from bci.sensitivity_analysis.tipping import Norm, tipping, tipping_weights

#: Draws behind a share where no exact one is to be had; its standard error is at most half a point.
DRAWS = 10_000


@dataclass(frozen=True, eq=False, repr=False)
class Sensitivity(Result):
    """What other weights can do to the index and the dimensions.

    The frame has one row a dyad, period and name, with ``score`` and ``band``, and

    ``low, high``
        the lowest and highest score that any weights on either level can reach;
    ``low_within, high_within``
        the same with every weight's share at most ``within`` (a share of itself) away from the scheme's;
    ``agree, agree_error``
        the share of all weightings that give the scheme's band, and what it may be wrong by: flat over the
        dimensions and flat inside each for the index, flat over its indicators for a dimension;
    ``tipping, tipping_band``
        the smallest share of the weight that must move between indicators to reach another band, and which;
        missing where no weighting reaches one;
    ``matters, swing``
        the weight that moves the score most between being halved and doubled, and by how much.

    Which data count is settled by the scheme's own weights: what has no score under the scheme has none
    under any weighting and takes no part, and what has one is refused by none, although a weighting that
    leans on missing data would fall under the minimum coverage.

    Attributes
    ----------
    scores
        The scores it is about.
    within
        Half-width of the box around the scheme's shares, relative to each.
    """

    scores: Scores = field(repr=False)
    within: float
    _moved: pd.DataFrame = field(repr=False)

    def weights(self) -> pd.DataFrame:
        """The scores as one weight at a time goes from nothing to everything; see `one_at_a_time`."""
        return self._moved.copy()

    def ranges(self) -> pd.DataFrame:
        """The weights that reach the ends.

        One row a dyad, period, name and indicator below it: its weight in the index (or dimension) ``now``,
        and where the score is lowest and highest over all weights (``low``, ``high``) and over the box
        (``low_within``, ``high_within``).
        """
        _additive(self.scores, "weights of the ends")
        return _range_table(self.scores, self.within)

    def shares(self) -> pd.DataFrame:
        """Exact share of the weightings that put each score in each band.

        ``over`` says which weightings: ``both`` levels (flat over the dimensions and flat inside each),
        ``dimensions`` (the indicator weights as in the scheme), or ``indicators`` (flat over all of them at
        once for the index, over its own for a dimension).
        """
        _additive(self.scores, "shares")
        return _share_table(self.scores)

    def tipping(self) -> pd.DataFrame:
        """The nearest weights that lead into another band.

        One row a dyad, period, name and indicator below it: its weight in the index (or dimension) ``now``,
        and at the tipping point by the sum of absolute changes (``absolute``) and by Euclidean distance
        (``euclidean``), with the two distances and the band.
        """
        _additive(self.scores, "tipping points")
        return _tipping_table(self.scores)

    def short(self) -> Short:
        """Band, agreement, range and tipping of every index."""
        rows = [_short_row(row) for row in records(self._frame) if row["level"] == "index"]
        heads = ["dyad", "period", "index", "agree", "reach", "within", "next band", "matters most"]
        note = (
            "agree: share of all weightings that give the same band; reach: over any weights; within: over "
            f"those whose shares stay within {self.within:.0%}; next band: and the weight that must move."
        )
        return Short(heads, rows, note)


def _short_row(row: Mapping[str, Any]) -> list[str]:
    start = [f"{row['iso3_a']}-{row['iso3_b']}", label((row["period_start"], row["period_end"]))]
    if row["score"] is None:
        return [*start, "missing", *["-"] * 5]
    return [
        *start,
        numbers.score(row["score"], row["band"]),
        numbers.percent(row["agree"]),
        numbers.between(row["low"], row["high"]),
        numbers.between(row["low_within"], row["high_within"]),
        "-" if row["tipping"] is None else f"{row['tipping_band']}: {numbers.percent(row['tipping'])}",
        row["matters"] or "-",
    ]


def sensitivity(scores: Scores, *, within: float = 0.5) -> Sensitivity:
    """What other weights could make of the scores.

    Parameters
    ----------
    scores
        What `bci.score` returned.
    within
        Half-width of a box around the weights, relative to each share: 0.5 is plus and minus 50 per cent.

    Returns
    -------
    Sensitivity

    Raises
    ------
    InputError
        If `within` is negative or not finite.

    Notes
    -----
    Exact where means are arithmetic. Under other means the ranges over all weights are exact still (all the
    weight on one member gives its score); the box and the tipping point are missing, and ``agree`` comes
    from draws, with its standard error.

    Examples
    --------
    >>> import bci
    >>> answer = sensitivity(bci.score()).to_frame().query("name == 'index' and period_start == 2016").iloc[0]
    >>> answer["band"], float(answer["low"].round(3)), float(answer["high"].round(3))
    ('enhanced', 0.287, 1.0)
    """
    if not 0 <= within < np.inf:
        raise InputError.at("within", f"{within:g} is no half-width; give 0 or more, e.g. 0.5 for 50%")
    parents = _parents(scores)
    columns = {
        "low": [np.fmin.reduce(parent.members, axis=1) for parent in parents],
        "high": [np.fmax.reduce(parent.members, axis=1) for parent in parents],
    }
    if is_additive(scores.scheme):
        columns |= _reach_within(scores.scheme, parents, within)
        columns |= _exact_agreement(scores.scheme, parents) | _tipping(scores.scheme, parents)
    else:
        columns |= _drawn_agreement(scores, parents)
    table = pd.concat([parent.labels for parent in parents], ignore_index=True)
    missing = table["score"].isna()
    # A name without a score takes no part, whatever its members have.
    table = table.assign(
        **{name: np.where(missing, np.nan, np.concatenate(parts)) for name, parts in columns.items()}
    )
    moved = one_at_a_time(scores)
    return Sensitivity(_with_matters(table, scores.scheme, moved), scores, within, moved)


def is_additive(scheme: Scheme) -> bool:
    """Whether index and dimensions are weighted arithmetic means."""
    return scheme.mean("indicators") == scheme.mean("dimensions") == "arithmetic"


class _Parent(NamedTuple):
    """The index or a dimension, and the indicators below it as its weights see them.

    Attributes
    ----------
    labels
        A row a dyad-period: its labels, ``level``, ``name``, ``score`` and ``band``.
    indicators
        Names of the indicators below it.
    members
        Their scores, shape ``(rows, indicators)``; missing in what the missing rule refuses.
    weights
        Their shares of one among the present, 0 where missing; NaN in rows with nothing present.
    """

    labels: pd.DataFrame
    indicators: tuple[str, ...]
    members: Array
    weights: Array

    @property
    def score(self) -> Array:
        """The score, shape ``(rows,)``."""
        return self.labels["score"].to_numpy()

    def patterns(self) -> Iterator[tuple[NDArray[np.intp], Array]]:
        """Rows that have the same members, and the weights of these."""
        kinds, kind = np.unique(~np.isnan(self.members), axis=0, return_inverse=True)
        for number, present in enumerate(kinds):
            if present.any():
                rows = np.flatnonzero(kind.ravel() == number)
                yield rows, self.weights[rows[0]]

    def by_indicator(self) -> pd.DataFrame:
        """The labels once for each ``indicator``, with its weight ``now``."""
        table = self.labels.loc[np.repeat(np.arange(len(self.members)), len(self.indicators))]
        now = np.where(np.isnan(self.members), np.nan, self.weights).ravel()
        return table.reset_index(drop=True).assign(
            indicator=list(self.indicators) * len(self.members), now=now
        )


def _parents(scores: Scores) -> list[_Parent]:
    """The index, then the dimensions."""
    scheme = scores.scheme
    parts, across = [], []
    for d, (name, (members, weights)) in enumerate(scheme.by_dimension(scores.indicators.score).items()):
        score = scores.dimensions.score[:, d]
        members = np.where(np.isnan(score)[:, None], np.nan, members)
        held = _shares_present(members, weights)
        parts.append(
            _Parent(_labels(scores, "dimension", name, score), tuple(scheme.tree[name]), members, held)
        )
        across.append(scheme.dimension_weights[d] * np.nan_to_num(held))
    score = scores.index.score[:, 0]
    members = np.concatenate([part.members for part in parts], axis=1)
    members = np.where(np.isnan(score)[:, None], np.nan, members)
    weights = _shares_present(members, np.concatenate(across, axis=1))
    return [_Parent(_labels(scores, "index", "index", score), scheme.indicators, members, weights), *parts]


def _labels(scores: Scores, level: str, name: str, score: Array) -> pd.DataFrame:
    band = scores.scheme.words(bands.band(score, scores.scheme.edges))
    table = pd.DataFrame(scores.row_labels, columns=ROW)
    return table.assign(level=level, name=name, score=score, band=band)


def _shares_present(members: Array, weights: Array) -> Array:
    """Weights as shares of one among the members that are present; NaN where none weighs anything."""
    held = np.where(np.isnan(members), 0, weights)
    return divided(held, held.sum(axis=1, keepdims=True))


def _in_own_band(parent: _Parent, edges: Array, by_band: Array) -> Array:
    number = bands.band(parent.score, edges)
    share: Array = np.take_along_axis(by_band, np.maximum(number, 0)[:, None].astype(int), axis=1)[:, 0]
    return share


def _exact_agreement(scheme: Scheme, parents: Sequence[_Parent]) -> dict[str, list[Array]]:
    by_band, error = _nested_bands(scheme, parents[0])
    agree, errors = [_in_own_band(parents[0], scheme.edges, by_band)], [error]
    for parent in parents[1:]:
        by_band = band_shares(parent.members, scheme.edges)
        agree.append(_in_own_band(parent, scheme.edges, by_band))
        errors.append(np.zeros(len(by_band)))
    return {"agree": agree, "agree_error": errors}


def _drawn_agreement(scores: Scores, parents: Sequence[_Parent]) -> dict[str, list[Array]]:
    weightings = draw(scores.scheme, "flat", DRAWS, np.random.default_rng(0))
    drawn = distribution(scores, weightings, quantiles=()).bands
    agree = [_in_own_band(p, scores.scheme.edges, drawn[:, i]) for i, p in enumerate(parents)]
    return {"agree": agree, "agree_error": [standard_error(share, DRAWS) for share in agree]}


def _nested_bands(scheme: Scheme, index: _Parent) -> tuple[Array, Array]:
    """Shares of all weightings on both levels by band, ``(rows, bands)``, and their error."""
    groups = [members for members, _ in scheme.by_dimension(index.members).values()]
    below = [nested_share_below(groups, edge) for edge in scheme.edges[1:]]
    known = np.where(np.isnan(index.score), np.nan, 1.0)
    steps = [np.zeros(len(known)), *(each.share for each in below), np.ones(len(known))]
    error = np.max([np.zeros(len(known)), *(each.error for each in below)], axis=0)
    return np.diff(np.stack(steps, axis=1), axis=1) * known[:, None], error * known


def _tipping(scheme: Scheme, parents: Sequence[_Parent]) -> dict[str, list[Array]]:
    columns: dict[str, list[Array]] = {"tipping": [], "tipping_band": []}
    for parent in parents:
        distance, band = np.full((2, len(parent.members)), np.nan)
        for rows, weights in parent.patterns():
            nearest = tipping(parent.members[rows], weights, scheme.edges)
            # What one member loses another gains: half the sum of changes is the weight that moves.
            distance[rows] = nearest.distance / 2
            band[rows] = np.where(nearest.band == bands.NO_BAND, np.nan, nearest.band)
        columns["tipping"].append(distance)
        columns["tipping_band"].append(band)
    return columns


def _with_matters(table: pd.DataFrame, scheme: Scheme, moved: pd.DataFrame) -> pd.DataFrame:
    """Bands in words, and the weight with the largest swing."""
    for column in ("low_within", "high_within", "tipping", "tipping_band"):
        if column not in table:
            table[column] = np.nan
    table["tipping_band"] = scheme.words(table["tipping_band"].fillna(bands.NO_BAND).to_numpy(dtype=np.int8))
    keys = [*ROW, "name"]
    moved = moved.dropna(subset=["swing"])
    most = moved.loc[moved.groupby(keys)["swing"].idxmax(), [*keys, "weight", "swing"]]
    table = table.merge(most.rename(columns={"weight": "matters"}), on=keys, how="left", validate="1:1")
    order = ["level", "name", "score", "band", "low", "high", "low_within", "high_within", "agree"]
    order += ["agree_error", "tipping", "tipping_band", "matters", "swing"]
    return table.sort_values(ROW, kind="stable", ignore_index=True)[[*ROW, *order]]


def _additive(scores: Scores, what: str) -> None:
    if not is_additive(scores.scheme):
        message = f"exact {what} need arithmetic means on both levels; use draws for this scheme"
        raise InputError.at(f"scheme {scores.scheme.name}", message)


def _box(weights: Array, within: float) -> tuple[Array, Array]:
    """The lowest and highest shares so far from the scheme's; all of the simplex where that is infinite."""
    now = shares(weights)
    if np.isinf(within):
        return np.zeros_like(now), np.ones_like(now)
    return np.maximum(now * (1 - within), 0), np.minimum(now * (1 + within), 1)


def _boxes(scheme: Scheme, within: float) -> list[tuple[Array, Array]]:
    return [_box(np.array(list(members.values())), within) for members in scheme.tree.values()]


def _reach_within(scheme: Scheme, parents: Sequence[_Parent], within: float) -> dict[str, list[Array]]:
    inside = [mean_range(p.members, *box) for p, box in zip(parents[1:], _boxes(scheme, within), strict=True)]
    lows, highs = ([ends[end] for ends in inside] for end in (0, 1))
    # More of a dimension's score never lowers the index, so its ends are reached through theirs.
    across = _box(scheme.dimension_weights, within)
    low, high = (mean_range(np.stack(ends, axis=1), *across) for ends in (lows, highs))
    return {"low_within": [low.low, *lows], "high_within": [high.high, *highs]}


def _indicators_at_ends(
    scheme: Scheme, dimensions: Sequence[_Parent], within: float
) -> Iterator[tuple[str, list[Array]]]:
    """Weights of indicators in the index and in each dimension where these are lowest, and highest."""
    boxes, across = _boxes(scheme, within), _box(scheme.dimension_weights, within)
    means = [mean_range(p.members, *box) for p, box in zip(dimensions, boxes, strict=True)]
    weights = [weights_at_ends(p.members, *box) for p, box in zip(dimensions, boxes, strict=True)]
    for place, end in enumerate(("low", "high")):
        inside = [
            np.nan_to_num(_shares_present(parent.members, at_ends[place]))
            for parent, at_ends in zip(dimensions, weights, strict=True)
        ]
        ends = np.stack([mean[place] for mean in means], axis=1)
        above = np.nan_to_num(_shares_present(ends, weights_at_ends(ends, *across)[place]))
        in_index = np.concatenate([above[:, [d]] * part for d, part in enumerate(inside)], axis=1)
        yield end, [in_index, *inside]


def _range_table(scores: Scores, within: float) -> pd.DataFrame:
    parents = _parents(scores)
    tables = [parent.by_indicator() for parent in parents]
    for suffix, half_width in (("", np.inf), ("_within", within)):
        for end, weights in _indicators_at_ends(scores.scheme, parents[1:], half_width):
            for table, parent, part in zip(tables, parents, weights, strict=True):
                table[f"{end}{suffix}"] = np.where(np.isnan(parent.members), np.nan, part).ravel()
    return pd.concat(tables, ignore_index=True)


def _share_table(scores: Scores) -> pd.DataFrame:
    scheme, (index, *dimensions) = scores.scheme, _parents(scores)
    known = np.where(np.isnan(index.score), np.nan, 1.0)[:, None]
    spread = [
        (index, "both", _nested_bands(scheme, index)[0]),
        (index, "dimensions", band_shares(scores.dimensions.score, scheme.edges) * known),
        *(
            (parent, "indicators", band_shares(parent.members, scheme.edges))
            for parent in (index, *dimensions)
        ),
    ]
    tables = []
    for parent, over, by_band in spread:
        columns = {word: by_band[:, i] for i, word in enumerate(scheme.bands)}
        tables.append(parent.labels.drop(columns="band").assign(over=over, **columns))
    return pd.concat(tables, ignore_index=True)


def _tipping_table(scores: Scores) -> pd.DataFrame:
    scheme, norms, tables = scores.scheme, get_args(Norm), []
    for parent in _parents(scores):
        table = parent.by_indicator()
        for norm in norms:
            at = np.full(parent.members.shape, np.nan)
            distance, band = np.full(len(at), np.nan), np.full(len(at), bands.NO_BAND)
            for rows, weights in parent.patterns():
                at[rows] = tipping_weights(parent.members[rows], weights, scheme.edges, norm)
                distance[rows], band[rows] = tipping(parent.members[rows], weights, scheme.edges, norm)
            table[norm] = at.ravel()
            table[f"{norm}_distance"] = np.repeat(distance, len(parent.indicators))
            table[f"{norm}_band"] = np.repeat(scheme.words(band), len(parent.indicators))
        tables.append(table)
    return pd.concat(tables, ignore_index=True)
