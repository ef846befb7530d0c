"""One weight at a time: the scores as a single weight goes from nothing to everything."""

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

#: What each mean averages: the mean is the inverse of the weighted sum of the transformed scores.
_TRANSFORMS: dict[str, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {
    "arithmetic": (lambda s: s, lambda g: g),
    "geometric": (np.log, np.exp),
    "harmonic": (lambda s: 1 / s, lambda g: 1 / g),
}


def transform(method: str | float) -> tuple[Callable[[Array], Array], Callable[[Array], Array]] | None:
    """The function that a mean averages and its inverse; None for the minimum, which averages nothing."""
    if isinstance(method, str):
        return _TRANSFORMS.get(method)
    if method == 0:
        return _TRANSFORMS["geometric"]
    return (lambda s: s**method), (lambda g: g ** (1 / method))


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
    through: Callable[[Array], Array] = _unchanged
    if weight in scheme.tree:
        member = list(scheme.tree).index(weight)
        # An index that is refused has no score, whatever its weights.
        refused = np.isnan(scores.index.score)
        seen = np.where(refused, np.nan, scores.dimensions.score)
        path = _Path(seen, scheme.dimension_weights, scheme.mean("dimensions"), member)
        edges = scheme.edges[1:] + np.zeros((len(scores.index.score), 1))
    else:
        dimension = next(d for d, members in scheme.tree.items() if weight in members)
        first = scheme.indicators.index(next(iter(scheme.tree[dimension])))
        inside = scheme.tree[dimension]
        own_scores = scores.indicators.score[:, first : first + len(inside)]
        # A dimension that is refused has no score, whatever its weights.
        refused = np.isnan(scores.dimensions.score[:, list(scheme.tree).index(dimension)])
        own_scores = np.where(refused[:, None], np.nan, own_scores)
        member = list(inside).index(weight)
        path = _Path(own_scores, np.array(list(inside.values())), scheme.mean("indicators"), member)
        edges = scheme.edges[1:] + np.zeros((len(own_scores), 1))
        if name == "index":
            through = _through(scores, dimension)
            edges = _edges_inside(scores, dimension)
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


def _unchanged(own: Array) -> Array:
    return own


class _Path:
    """A parent's score as the share of one member moves, the others in proportion."""

    def __init__(self, members: Array, weights: Array, method: str | float, member: int) -> None:
        self.method = method
        self.own = members[:, member]
        present = ~np.isnan(members)
        held = present @ weights
        with np.errstate(divide="ignore", invalid="ignore"):
            self.share_now = np.where(present[:, member], weights[member] / held, np.nan)
        others = np.where(np.arange(len(weights)) == member, np.nan, members)
        self.others = means.mean(others, weights, method)

    def share_times(self, factor: float) -> Array:
        """The share after the weight itself is multiplied."""
        return factor * self.share_now / (factor * self.share_now + 1 - self.share_now)

    def at(self, share: Array) -> Array:
        """The parent's score at these shares."""
        merged = _blend(self.own, self.others, share, self.method)
        merged = np.where((share == 1) | np.isnan(self.others), self.own, merged)
        merged = np.where((share == 0) & ~np.isnan(self.others), self.others, merged)
        return np.where(np.isnan(self.share_now), np.nan, merged)

    def meeting(self, edge: Array) -> Array:
        """The share at which the parent meets an edge, missing where none in 0..1 does."""
        pair = transform(self.method)
        if pair is None:
            return np.full(len(edge), np.nan)
        with np.errstate(all="ignore"):
            if isinstance(self.method, str) or self.method == 0:
                own, others, target = (pair[0](x) for x in (self.own, self.others, edge))
            else:
                base = _deciding(self.own, self.others, self.method)
                own, others, target = (_power(x / base, self.method) for x in (self.own, self.others, edge))
            share: Array = (target - others) / (own - others)
        movable = ~np.isnan(self.share_now)
        return np.where(movable & (share >= 0) & (share <= 1), share, np.nan)


def _blend(own: Array, others: Array, share: Array, method: str | float) -> Array:
    """The mean of two, the first with a share of its own in every row."""
    pair = transform(method)
    if pair is None:
        return np.minimum(own, others)
    with np.errstate(all="ignore"):
        if isinstance(method, str) or method == 0:
            g, back = pair
            return back(share * g(own) + (1 - share) * g(others))
        base = _deciding(own, others, method)
        gained = share * _power(own / base, method) + (1 - share) * _power(others / base, method)
        return np.where(base == 0, 0, base * np.exp(np.log1p(gained) / method))


def _deciding(own: Array, others: Array, exponent: float) -> Array:
    """The score that decides a power mean in the end; measured from it, no power overflows."""
    return np.maximum(own, others) if exponent > 0 else np.minimum(own, others)


def _power(ratio: Array, exponent: float) -> Array:
    """``ratio ** exponent - 1``, exact for the smallest exponents."""
    risen: Array = np.expm1(exponent * np.log(ratio))
    return risen


def _through(scores: Scores, dimension: str) -> Callable[[Array], Array]:
    """The index as a function of one dimension's score."""
    scheme, place = scores.scheme, list(scores.scheme.tree).index(dimension)

    def index(own: Array) -> Array:
        moved = scores.dimensions.score.copy()
        moved[:, place] = own
        merged = means.mean(moved, scheme.dimension_weights, scheme.mean("dimensions"))
        return np.where(np.isnan(own) | np.isnan(scores.index.score[:, 0]), np.nan, merged)

    return index


def _edges_inside(scores: Scores, dimension: str) -> Array:
    """The scores of a dimension at which the index meets each band edge; missing where none does."""
    scheme, place = scores.scheme, list(scores.scheme.tree).index(dimension)
    pair = transform(scheme.mean("dimensions"))
    edges = scheme.edges[1:]
    if pair is None:
        return np.full((len(scores.index.score), len(edges)), np.nan)
    g, back = pair
    seen = np.where(np.isnan(scores.index.score), np.nan, scores.dimensions.score)
    path = _Path(seen, scheme.dimension_weights, scheme.mean("dimensions"), place)
    with np.errstate(all="ignore"):
        rest = np.where(np.isnan(path.others), 0, (1 - path.share_now) * g(path.others))
        inside = back((g(edges) - rest[:, None]) / path.share_now[:, None])
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
    frame["band"] = np.array([*scores.scheme.bands, None], dtype=object)[new_band]
    known = (old_band != bands.NO_BAND) & (new_band != bands.NO_BAND)
    frame["band_change"] = known & (old_band != new_band)
    return frame
