"""How sure every score is: what other weights can do to it, exactly where the score is a weighted mean."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from bci.arrays import Array
from bci.errors import InputError
from bci.model import bands
from bci.results import Result
from bci.scoring.scores import ROW, Scores
from bci.sensitivity_analysis.ends import ends, ends_within, range_tables
from bci.sensitivity_analysis.exact import band_shares
from bci.sensitivity_analysis.montecarlo import distribution
from bci.sensitivity_analysis.one_at_a_time import one_at_a_time
from bci.sensitivity_analysis.outcomes import standard_error
from bci.sensitivity_analysis.sampling import draw
from bci.sensitivity_analysis.seen import (
    effective_weights,
    is_additive,
    labels_of,
    members_of,
    names_above,
    own_score,
    patterns,
    stacked,
)
from bci.sensitivity_analysis.spaces import nested_bands, share_tables, tipping_tables
from bci.sensitivity_analysis.tipping import tipping

#: Draws behind a share where no exact one is to be had; its standard error is at most half a point.
DRAWS = 10_000


@dataclass(frozen=True, eq=False)
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

    def _repr_html_(self) -> str:
        from bci.output.notebook import sensitivity_html

        return sensitivity_html(self)


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
