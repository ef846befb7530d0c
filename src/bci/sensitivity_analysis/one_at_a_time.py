"""One at a time: the scores as one weight goes from nothing to everything, or without one member."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from bci.arrays import Array
from bci.errors import InputError
from bci.model import bands, means
from bci.model.scheme import Scheme
from bci.scoring.scores import ROW, Scores
from bci.scoring.scoring import score

HALVED, DOUBLED = 0.5, 2.0
COLUMNS = [
    *(*ROW, "name", "weight", "share"),
    *("at_zero", "at_one", "halved", "doubled", "swing", "crossings"),
]


def one_at_a_time(scores: Scores) -> pd.DataFrame:
    r"""The index and each dimension as one weight goes from nothing to everything.

    A weight takes the share :math:`x` in its parent, the others keep their proportions. With :math:`g` what
    the parent's mean averages (itself for the arithmetic mean), :math:`s` the member's score and :math:`o`
    the mean of the others, the parent is

    .. math:: m(x) = g^{-1}(x\,g(s) + (1 - x)\,g(o)),

    so it meets a band edge :math:`t` at :math:`x = (g(t) - g(o)) / (g(s) - g(o))`, if that lies in 0..1. An
    indicator moves the index through its dimension, whose score at the edge follows from the same formula.

    Returns
    -------
    pd.DataFrame
        A row a dyad-period, ``name`` (the index or a dimension) and ``weight`` (a member below it): the
        ``share`` of the weight now, the scores ``at_zero`` and ``at_one``, ``halved`` and ``doubled`` (the
        weight itself, before it is made relative), their ``swing``, and ``crossings``, the shares at which
        the score meets a band edge, as ``0.41 moderate/enhanced``. What is missing has no weight to move.
    """
    parts = [_moved(scores, name, weight) for name, weight in _pairs(scores.scheme)]
    if not parts:
        return pd.DataFrame(columns=COLUMNS)
    table = pd.concat(parts, ignore_index=True)
    return table.sort_values(ROW, kind="stable", ignore_index=True)


def _pairs(scheme: Scheme) -> Iterator[tuple[str, str]]:
    """Every parent with every weight below it that can move it."""
    for dimension in scheme.tree:
        if len(scheme.tree) > 1:
            yield "index", dimension
    for dimension, members in scheme.tree.items():
        for indicator in members:
            if len(members) > 1:
                yield "index", indicator
                yield dimension, indicator


def _moved(scores: Scores, name: str, weight: str) -> pd.DataFrame:
    scheme = scores.scheme
    edges = np.tile(scheme.edges[1:], (len(scores.index.score), 1))
    through: Callable[[Array], Array] = _unchanged
    if weight in scheme.tree:
        path = _in_index(scores, weight)
    else:
        dimension = next(d for d, members in scheme.tree.items() if weight in members)
        path = _in_dimension(scores, dimension, weight)
        if name == "index":
            through, edges = _through(scores, dimension), _edges_inside(scores, dimension)
    frame = pd.DataFrame(scores.row_labels, columns=ROW)
    frame["name"], frame["weight"] = name, weight
    frame["share"] = path.share_now
    for column, share in (
        ("at_zero", np.zeros(len(frame))),
        ("at_one", np.ones(len(frame))),
        ("halved", path.share_times(HALVED)),
        ("doubled", path.share_times(DOUBLED)),
    ):
        frame[column] = through(path.at(share))
    frame["swing"] = (frame["doubled"] - frame["halved"]).abs()
    frame["crossings"] = _crossings(path, edges, list(scheme.bands))
    return frame


def _unchanged(score: Array) -> Array:
    return score


def _in_index(scores: Scores, dimension: str) -> _Path:
    """The index as the weight of a dimension moves."""
    scheme = scores.scheme
    # An index that is refused has no score, whatever its weights.
    members = np.where(np.isnan(scores.index.score), np.nan, scores.dimensions.score)
    return _Path(members, scheme.dimension_weights, scheme.mean("dimensions"), _place(scheme, dimension))


def _in_dimension(scores: Scores, dimension: str, indicator: str) -> _Path:
    """A dimension as the weight of an indicator moves."""
    scheme = scores.scheme
    members, weights = scheme.by_dimension(scores.indicators.score)[dimension]
    # A dimension that is refused has no score, whatever its weights.
    refused = np.isnan(scores.dimensions.score[:, [_place(scheme, dimension)]])
    place = list(scheme.tree[dimension]).index(indicator)
    return _Path(np.where(refused, np.nan, members), weights, scheme.mean("indicators"), place)


def _place(scheme: Scheme, dimension: str) -> int:
    return list(scheme.tree).index(dimension)


class _Path:
    """A parent's score as the share of one member moves, the others in proportion."""

    def __init__(self, members: Array, weights: Array, method: str | float, member: int) -> None:
        self.score = members[:, member]
        present = ~np.isnan(members)
        held = present @ weights
        with np.errstate(divide="ignore", invalid="ignore"):
            self.share_now = np.where(present[:, member], weights[member] / held, np.nan)
        others = np.where(np.arange(len(weights)) == member, np.nan, members)
        self.others = means.mean(others, weights, method)
        self.exponent = means.exponent_of(method)
        self.averaged, self.back = _transform_of(self.exponent, self.score, self.others)

    def share_times(self, factor: float) -> Array:
        """The share after the weight itself is multiplied."""
        return factor * self.share_now / (factor * self.share_now + 1 - self.share_now)

    def at(self, share: Array) -> Array:
        """The parent's score at these shares."""
        if self.exponent == -np.inf:
            parent = np.minimum(self.score, self.others)
        else:
            with np.errstate(all="ignore"):
                parent = self.back(
                    share * self.averaged(self.score) + (1 - share) * self.averaged(self.others)
                )
        parent = np.where((share == 1) | np.isnan(self.others), self.score, parent)
        parent = np.where((share == 0) & ~np.isnan(self.others), self.others, parent)
        return np.where(np.isnan(self.share_now), np.nan, parent)

    def meeting(self, edge: Array) -> Array:
        """The share at which the parent meets an edge, missing where none in 0..1 does."""
        if self.exponent == -np.inf:
            return np.full(len(edge), np.nan)
        with np.errstate(all="ignore"):
            others = self.averaged(self.others)
            share = (self.averaged(edge) - others) / (self.averaged(self.score) - others)
        movable = ~np.isnan(self.share_now)
        return np.where(movable & (share >= 0) & (share <= 1), share, np.nan)


Transform = tuple[Callable[[Array], Array], Callable[[Array], Array]]


def _transform(exponent: float) -> Transform:
    """What a power mean averages, and its inverse."""
    if exponent == 0:
        return np.log, np.exp
    return (lambda score: score**exponent), (lambda averaged: averaged ** (1 / exponent))


def _transform_of(exponent: float, score: Array, others: Array) -> Transform:
    """The same for the mean of two scores, measured from the one that decides in the end.

    So no power overflows, and the smallest exponents are exact.
    """
    if exponent in (1, 0, -1):
        return _transform(exponent)
    base = np.maximum(score, others) if exponent > 0 else np.minimum(score, others)

    def averaged(score: Array) -> Array:
        risen: Array = np.expm1(exponent * np.log(score / base))
        return risen

    def back(risen: Array) -> Array:
        return np.where(base == 0, 0, base * np.exp(np.log1p(risen) / exponent))

    return averaged, back


def _through(scores: Scores, dimension: str) -> Callable[[Array], Array]:
    """The index as a function of one dimension's score."""
    scheme, place = scores.scheme, _place(scores.scheme, dimension)

    def index(score: Array) -> Array:
        moved = scores.dimensions.score.copy()
        moved[:, place] = score
        merged = means.mean(moved, scheme.dimension_weights, scheme.mean("dimensions"))
        return np.where(np.isnan(score) | np.isnan(scores.index.score[:, 0]), np.nan, merged)

    return index


def _edges_inside(scores: Scores, dimension: str) -> Array:
    """The scores of a dimension at which the index meets each band edge; missing where none does."""
    path, edges = _in_index(scores, dimension), scores.scheme.edges[1:]
    if path.exponent == -np.inf:
        return np.full((len(scores.index.score), len(edges)), np.nan)
    averaged, back = _transform(path.exponent)
    with np.errstate(all="ignore"):
        rest = np.where(np.isnan(path.others), 0, (1 - path.share_now) * averaged(path.others))
        inside = back((averaged(edges) - rest[:, None]) / path.share_now[:, None])
    return np.where((inside >= 0) & (inside <= 1), inside, np.nan)


def _crossings(path: _Path, edges: Array, words: list[str]) -> list[str]:
    met = (
        np.stack([path.meeting(edges[:, i]) for i in range(edges.shape[1])], axis=1) if edges.size else edges
    )
    return [
        "; ".join(
            f"{share:.4f} {words[i]}/{words[i + 1]}"
            for share, i in sorted((float(share), i) for i, share in enumerate(row) if not np.isnan(share))
        )
        for row in met
    ]


def without(scheme: Scheme, name: str) -> Scheme | None:
    """The scheme with one indicator or dimension weighing nothing; None where nothing would be left."""
    content = scheme.model_dump(by_alias=True)
    dimensions = content["dimensions"]
    for dimension, part in dimensions.items():
        if name == dimension or (name in part["indicators"] and len(scheme.tree[dimension]) == 1):
            part["weight"] = 0
        elif name in part["indicators"]:
            part["indicators"][name] = 0
    if not any(part["weight"] for part in dimensions.values()):
        return None
    return Scheme.model_validate(content | {"name": f"{scheme.name}-without-{name}"})


def leave_one_out(scores: Scores) -> pd.DataFrame:
    """Scores without each indicator and each dimension in turn.

    Returns
    -------
    pd.DataFrame
        A row a ``dropped`` member (with its ``level``), dyad, period and ``name``: the index, and the
        dimension the member stands in. ``score`` without it, ``difference`` to the score with everything
        in, ``band``, and whether that is another (``band_change``).
    """
    parts = []
    for level, name, reduced in reduced_scores(scores):
        home = next((d for d, members in scores.scheme.tree.items() if name in members), None)
        kept = [known for _, known in reduced.names]
        parts += [
            _difference(scores, reduced, level, name, parent)
            for parent in ("index", home)
            if parent is not None and parent in kept
        ]
    if not parts:
        raise InputError.at(
            f"scheme {scores.scheme.name}", "has a single indicator; there is nothing to leave out"
        )
    return pd.concat(parts, ignore_index=True)


def reduced_scores(scores: Scores) -> Iterator[tuple[str, str, Scores]]:
    """The scores without each member that can be left out."""
    data = scores.panel if scores.panel is not None else scores.values
    dyads = ["-".join(dyad) for dyad in scores.dyads]
    for level, name in scores.names[1:]:
        scheme = without(scores.scheme, name)
        if scheme is not None:
            yield level, name, score(data, scheme, period=scores.periods, dyads=dyads)


def _difference(scores: Scores, reduced: Scores, level: str, name: str, parent: str) -> pd.DataFrame:
    old, new = (
        each.column("score")[:, [known for _, known in each.names].index(parent)]
        for each in (scores, reduced)
    )
    old_band, new_band = (bands.band(values, scores.scheme.edges) for values in (old, new))
    frame = pd.DataFrame(scores.row_labels, columns=ROW)
    frame.insert(0, "level", level)
    frame.insert(1, "dropped", name)
    frame["name"], frame["score"], frame["difference"] = parent, new, new - old
    frame["band"] = scores.scheme.words(new_band)
    known = (old_band != bands.NO_BAND) & (new_band != bands.NO_BAND)
    frame["band_change"] = known & (old_band != new_band)
    return frame
