"""What the weights of the index or of a dimension see: the indicators below it that have a score."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bci.arrays import Array
from bci.model import bands
from bci.model.scheme import Scheme
from bci.scoring.scores import ROW, Scores
from bci.sensitivity_analysis.samplers import shares


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
