"""How sure every score is: what other weights can do to it, exactly where the score is a weighted mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bci import numbers
from bci.arrays import Array
from bci.errors import InputError
from bci.model import bands
from bci.model.periods import label
from bci.model.scheme import Scheme
from bci.results import Result, Short, records
from bci.scoring.scores import ROW, Scores
from bci.sensitivity_analysis.exact import band_shares, reach, reach_weights
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
        return pd.concat(list(range_tables(self.scores, self.within)), ignore_index=True)

    def shares(self) -> pd.DataFrame:
        """Exact share of the weightings that put each score in each band.

        ``over`` says which weightings: ``both`` levels (flat over the dimensions and flat inside each),
        ``dimensions`` (the indicator weights as in the scheme), or ``indicators`` (flat over all of them at
        once for the index, over its own for a dimension).
        """
        _additive(self.scores, "shares")
        return pd.concat(share_tables(self.scores), ignore_index=True)

    def tipping(self) -> pd.DataFrame:
        """The nearest weights that lead into another band.

        One row a dyad, period, name and indicator below it: its weight in the index (or dimension) ``now``,
        and at the tipping point by the sum of absolute changes (``absolute``) and by Euclidean distance
        (``euclidean``), with the two distances and the band.
        """
        _additive(self.scores, "tipping points")
        return pd.concat(list(tipping_tables(self.scores)), ignore_index=True)

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
    table = labels_of(scores)
    columns = ends(scores)
    if is_additive(scores.scheme):
        columns |= ends_within(scores, within) | _exact_agreement(scores) | _tipping(scores)
    else:
        columns |= _drawn_agreement(scores)
    table = table.assign(**{name: values.T.ravel() for name, values in columns.items()})
    moved = one_at_a_time(scores)
    return Sensitivity(_with_matters(table, scores, moved), scores, within, moved)


def _in_own_band(scores: Scores, name: str, by_band: Array) -> Array:
    own = bands.band(own_score(scores, name), scores.scheme.edges)
    picked: Array = np.take_along_axis(by_band, np.maximum(own, 0)[:, None].astype(int), axis=1)[:, 0]
    return np.where(own == bands.NO_BAND, np.nan, picked)


def _exact_agreement(scores: Scores) -> dict[str, Array]:
    both, error = nested_bands(scores)
    agree, errors = [_in_own_band(scores, "index", both)], [error]
    for name in scores.scheme.tree:
        by_band = band_shares(members_of(scores, name), scores.scheme.edges)
        agree.append(_in_own_band(scores, name, by_band))
        errors.append(np.zeros(len(by_band)))
    return stacked(scores, {"agree": agree, "agree_error": errors})


def _drawn_agreement(scores: Scores) -> dict[str, Array]:
    weightings = draw(scores.scheme, "flat", DRAWS, np.random.default_rng(0))
    drawn = distribution(scores, weightings, quantiles=())
    agree = [
        _in_own_band(scores, name, drawn.bands[:, i]) for i, name in enumerate(names_above(scores.scheme))
    ]
    return stacked(scores, {"agree": agree, "agree_error": [standard_error(share, DRAWS) for share in agree]})


def _tipping(scores: Scores) -> dict[str, Array]:
    distances, into = [], []
    for name in names_above(scores.scheme):
        seen = members_of(scores, name)
        distance, band = np.full(len(seen), np.nan), np.full(len(seen), np.nan)
        for rows, present in patterns(seen):
            found = tipping(seen[rows], effective_weights(scores.scheme, name, present), scores.scheme.edges)
            # What one member loses another gains: half the sum of changes is the weight that moves.
            distance[rows] = found.distance / 2
            band[rows] = np.where(found.band == bands.NO_BAND, np.nan, found.band)
        distances.append(distance)
        into.append(band)
    return stacked(scores, {"tipping": distances, "tipping_band": into})


def _with_matters(table: pd.DataFrame, scores: Scores, moved: pd.DataFrame) -> pd.DataFrame:
    """Bands in words, and the weight with the largest swing."""
    for column in ("low_within", "high_within", "tipping", "tipping_band"):
        if column not in table:
            table[column] = np.nan
    words = np.array([*scores.scheme.bands, None], dtype=object)
    number = table["tipping_band"].fillna(-1).astype(int)
    table["tipping_band"] = words[number.to_numpy()]
    keys = [*ROW, "name"]
    moved = moved.dropna(subset=["swing"])
    most = moved.loc[moved.groupby(keys)["swing"].idxmax(), [*keys, "weight", "swing"]]
    table = table.merge(most.rename(columns={"weight": "matters"}), on=keys, how="left", validate="1:1")
    order = ["level", "name", "score", "band", "low", "high", "low_within", "high_within", "agree"]
    order += ["agree_error", "tipping", "tipping_band", "matters", "swing"]
    return table.sort_values(keys[:4], kind="stable", ignore_index=True)[[*keys[:4], *order]]


def _additive(scores: Scores, what: str) -> None:
    if not is_additive(scores.scheme):
        message = f"exact {what} need arithmetic means on both levels; use draws for this scheme"
        raise InputError.at(f"scheme {scores.scheme.name}", message)


def ends(scores: Scores) -> dict[str, Array]:
    with np.errstate(all="ignore"):
        seen = [members_of(scores, name) for name in names_above(scores.scheme)]
    return stacked(
        scores,
        {
            "low": [np.where(np.isnan(part), np.inf, part).min(axis=1) for part in seen],
            "high": [np.where(np.isnan(part), -np.inf, part).max(axis=1) for part in seen],
        },
    )


def ends_within(scores: Scores, within: float) -> dict[str, Array]:
    scheme = scores.scheme
    inside = [
        reach(members_of(scores, name), *box(np.array(list(members.values())), within))
        for name, members in scheme.tree.items()
    ]
    low, high = (np.stack([getattr(ends, end) for ends in inside], axis=1) for end in ("lowest", "highest"))
    # More of a dimension's score never lowers the index, so its ends are reached through theirs.
    own = box(scheme.dimension_weights, within)
    both = [reach(low, *own).lowest, reach(high, *own).highest]
    return stacked(scores, {"low_within": [both[0], *low.T], "high_within": [both[1], *high.T]})


def box(weights: Array, within: float) -> tuple[Array, Array]:
    own = shares(weights)
    if np.isinf(within):
        return np.zeros_like(own), np.ones_like(own)
    return np.maximum(own * (1 - within), 0), np.minimum(own * (1 + within), 1)


def _present_shares(members: Array, weights: Array) -> Array:
    """Whole weightings as shares of one among the members that are present."""
    held = np.where(np.isnan(members), 0, weights)
    total = held.sum(axis=1, keepdims=True)
    of_present: Array = np.divide(held, total, out=np.full_like(held, np.nan), where=total > 0)
    return of_present


def _of_present(scores: Scores, name: str, weights: Array) -> Array:
    return _present_shares(members_of(scores, name), weights)


def range_tables(scores: Scores, within: float) -> Iterator[pd.DataFrame]:
    scheme, named = scores.scheme, labels_of(scores)
    boxes: dict[str, list[Array]] = {}
    for stage, half in (("", np.inf), ("_within", within)):
        inside = []
        for name, members in scheme.tree.items():
            own, seen = box(np.array(list(members.values())), half), members_of(scores, name)
            inside.append((reach(seen, *own), reach_weights(seen, *own)))
        over = box(scheme.dimension_weights, half)
        for end, place in (("low", 0), ("high", 1)):
            below = [
                np.nan_to_num(_of_present(scores, n, w[place]))
                for n, (_, w) in zip(scheme.tree, inside, strict=True)
            ]
            ends = np.stack([r[place] for r, _ in inside], axis=1)
            above = np.nan_to_num(_present_shares(ends, reach_weights(ends, *over)[place]))
            together = [above[:, [d]] * part for d, part in enumerate(below)]
            boxes[f"{end}{stage}"] = [np.concatenate(together, axis=1), *below]
    for n, name in enumerate(names_above(scheme)):
        indicators = scheme.indicators if name == "index" else tuple(scheme.tree[name])
        seen = members_of(scores, name)
        labels = named[named["name"] == name].reset_index(drop=True)
        table = labels.loc[np.repeat(np.arange(len(seen)), len(indicators))].reset_index(drop=True)
        table["indicator"] = list(indicators) * len(seen)
        now = np.full(seen.shape, np.nan)
        for rows, present in patterns(seen):
            now[rows] = np.where(present, effective_weights(scheme, name, present), np.nan)
        table["now"] = now.ravel()
        for column, parts in boxes.items():
            table[column] = np.where(np.isnan(seen), np.nan, parts[n]).ravel()
        yield table


NORMS: tuple[Norm, ...] = ("absolute", "euclidean")


def share_tables(scores: Scores) -> list[pd.DataFrame]:
    scheme, tables = scores.scheme, []
    named = labels_of(scores)
    by_name = {name: named[named["name"] == name].drop(columns="band") for name in names_above(scheme)}
    edges = scheme.edges
    known = np.where(np.isnan(own_score(scores, "index")), np.nan, 1.0)[:, None]
    spread = [
        ("index", "both", nested_bands(scores)[0]),
        ("index", "dimensions", band_shares(scores.dimensions.score, edges) * known),
        ("index", "indicators", band_shares(members_of(scores, "index"), edges)),
    ]
    spread += [(name, "indicators", band_shares(members_of(scores, name), edges)) for name in scheme.tree]
    for name, over, by_band in spread:
        table = by_name[name].assign(over=over)
        tables.append(table.assign(**{word: by_band[:, i] for i, word in enumerate(scheme.bands)}))
    return tables


def tipping_tables(scores: Scores) -> Iterator[pd.DataFrame]:
    named = labels_of(scores)
    words = np.array([*scores.scheme.bands, None], dtype=object)
    for name in names_above(scores.scheme):
        labels = named[named["name"] == name].reset_index(drop=True)
        indicators = scores.scheme.indicators if name == "index" else tuple(scores.scheme.tree[name])
        seen = members_of(scores, name)
        columns = {key: np.full(seen.shape, np.nan) for key in ("now", *NORMS)}
        distances = {norm: np.full(len(seen), np.nan) for norm in NORMS}
        into = {norm: np.full(len(seen), bands.NO_BAND) for norm in NORMS}
        for rows, present in patterns(seen):
            now = effective_weights(scores.scheme, name, present)
            columns["now"][rows] = np.where(present, now, np.nan)
            for norm in NORMS:
                found = tipping(seen[rows], now, scores.scheme.edges, norm)
                columns[norm][rows] = tipping_weights(seen[rows], now, scores.scheme.edges, norm)
                distances[norm][rows], into[norm][rows] = found.distance, found.band
        table = labels.loc[np.repeat(np.arange(len(seen)), len(indicators))].reset_index(drop=True)
        table["indicator"] = list(indicators) * len(seen)
        table["now"] = columns["now"].ravel()
        for norm in NORMS:
            table[norm] = columns[norm].ravel()
            table[f"{norm}_distance"] = np.repeat(distances[norm], len(indicators))
            table[f"{norm}_band"] = np.repeat(words[into[norm]], len(indicators))
        yield table


def nested_bands(scores: Scores) -> tuple[Array, Array]:
    """Shares of all weightings on both levels by band, ``(rows, bands)``, and their error."""
    below = [nested_share_below(_groups(scores), edge) for edge in scores.scheme.edges[1:]]
    rows = len(scores.index.score)
    known = np.where(np.isnan(own_score(scores, "index")), np.nan, 1.0)
    steps = np.stack([np.zeros(rows), *(each.share for each in below), np.ones(rows)], axis=1)
    error = np.max([np.zeros(rows), *(each.error for each in below)], axis=0)
    return np.diff(steps, axis=1) * known[:, None], error * known


def _groups(scores: Scores) -> list[Array]:
    """Scores of the indicators as the index sees them, dimension by dimension."""
    seen, groups, first = members_of(scores, "index"), [], 0
    for members in scores.scheme.tree.values():
        groups.append(seen[:, first : first + len(members)])
        first += len(members)
    return groups


def is_additive(scheme: Scheme) -> bool:
    """Whether index and dimensions are weighted arithmetic means."""
    return scheme.mean("indicators") == scheme.mean("dimensions") == "arithmetic"


def names_above(scheme: Scheme) -> list[str]:
    """The index and the dimensions."""
    return ["index", *scheme.tree]


def members_of(scores: Scores, name: str) -> Array:
    """Scores of the indicators under a name as its weights see them: nothing of what has no score."""
    sizes = [len(members) for members in scores.scheme.tree.values()]
    refused = np.repeat(np.isnan(scores.dimensions.score), sizes, axis=1)
    seen = np.where(refused | np.isnan(own_score(scores, "index"))[:, None], np.nan, scores.indicators.score)
    if name == "index":
        return seen
    seen = np.where(refused, np.nan, scores.indicators.score)
    place = list(scores.scheme.tree).index(name)
    return seen[:, sum(sizes[:place]) : sum(sizes[: place + 1])]


def effective_weights(scheme: Scheme, name: str, present: NDArray[np.bool_]) -> Array:
    """Shares of one of the indicators under a name when only some are present."""
    if name != "index":
        inside = np.array(list(scheme.tree[name].values())) * present
        return shares(inside) if inside.any() else inside
    parts, first = [], 0
    for weight, members in zip(scheme.dimension_weights, scheme.tree.values(), strict=True):
        inside = np.array(list(members.values())) * present[first : first + len(members)]
        first += len(members)
        parts.append(weight * shares(inside) if inside.any() else inside)
    together = np.concatenate(parts)
    return shares(together) if together.any() else together


def own_score(scores: Scores, name: str) -> Array:
    """The score of the index or of a dimension, shape ``(rows,)``."""
    if name == "index":
        return scores.index.score[:, 0]
    return scores.dimensions.score[:, list(scores.scheme.tree).index(name)]


def labels_of(scores: Scores) -> pd.DataFrame:
    parts = []
    for name in names_above(scores.scheme):
        part = pd.DataFrame(scores.row_labels, columns=ROW)
        own = own_score(scores, name)
        part["level"] = "index" if name == "index" else "dimension"
        part["name"], part["score"] = name, own
        words = np.array([*scores.scheme.bands, None], dtype=object)
        part["band"] = words[bands.band(own, scores.scheme.edges)]
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def patterns(seen: Array) -> Iterator[tuple[NDArray[np.intp], NDArray[np.bool_]]]:
    """Rows that have the same members, and those members."""
    present = ~np.isnan(seen)
    kinds, kind = np.unique(present, axis=0, return_inverse=True)
    for i, members in enumerate(kinds):
        if members.any():
            yield np.flatnonzero(kind.ravel() == i), members


def stacked(scores: Scores, columns: dict[str, list[Array]]) -> dict[str, Array]:
    """Columns of names side by side, missing wherever the score itself is."""
    missing = np.stack([np.isnan(own_score(scores, name)) for name in names_above(scores.scheme)], axis=1)
    return {key: np.where(missing, np.nan, np.stack(values, axis=1)) for key, values in columns.items()}
