"""The lowest and the highest score that weights can reach, and the weights that reach them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from bci.arrays import Array
from bci.scoring.scores import Scores
from bci.sensitivity_analysis.exact import reach, reach_weights
from bci.sensitivity_analysis.samplers import shares
from bci.sensitivity_analysis.seen import (
    effective_weights,
    labels_of,
    members_of,
    names_above,
    patterns,
    stacked,
)


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
