"""Exact band shares and tipping points of every score, as tidy frames."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from bci.arrays import Array
from bci.model import bands
from bci.scoring.scores import Scores
from bci.sensitivity_analysis.exact import band_shares
from bci.sensitivity_analysis.nested import nested_share_below
from bci.sensitivity_analysis.seen import (
    effective_weights,
    labels_of,
    members_of,
    names_above,
    own_score,
    patterns,
)
from bci.sensitivity_analysis.tipping import Norm, tipping, tipping_weights

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
