"""How much calibration buys: findings that are left out while the scales are chosen."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Discriminator, Field, Tag, field_validator, model_validator

from bci.arrays import Array, Mask
from bci.countries import dyad as read_dyad
from bci.data.panel import Panel, load_indicators
from bci.errors import Faults, InputError, suggestion
from bci.files import shipped
from bci.model import means, scales
from bci.model.definitions import Anchors, Goalposts, Identifier, Model, Number, Scale, Score, options
from bci.model.scheme import DEFAULT, Scheme, load_weights, scale_of
from bci.replication.claims import Claim, Claims, Place, claims_of
from bci.replication.findings import Class, Findings, load_findings
from bci.results import Result, Short, records
from bci.scoring.scores import Scores, score_spans
from bci.yamlfile import check, read

HOLDS, FAILS, CANNOT_TELL = 1, 0, -1

_COMPARED: Mapping[str, Callable[[Array, float], Mask]] = {
    ">": np.greater,
    "<": np.less,
    ">=": np.greater_equal,
    "<=": np.less_equal,
}


@dataclass(frozen=True, eq=False, repr=False)
class CrossValidation(Result):
    """What became of findings that were left out while the scales were chosen.

    The frame has one row a finding: ``id``, ``class``, ``level``, ``name``; whether it holds under the
    ``scheme`` itself; the share of the grid at which it holds (``on_grid``), and its share of the points that
    keep most of all findings (``in_sample``). Left out: how many of the others can be kept at once
    (``others_kept``), at how many points that is (``best_points``), and the share of these points at which it
    holds itself (``left_out``). ``implied_by`` are the others that hold nowhere on the grid without it: as
    long as these stay in, it has not been left out in earnest.

    Attributes
    ----------
    base
        The scheme whose calibrated scales are chosen again.
    classes
        Classes of the findings.
    choices
        The scales that can be chosen, by indicator.
    shipped
        Number of the point at which all scales are those of the scheme.
    verdicts
        Shape ``(points, findings)``, findings in the order of the frame: 1 holds, 0 fails, -1 cannot be told.
    """

    base: Scheme
    classes: tuple[Class, ...]
    choices: Mapping[str, tuple[Scale, ...]] = field(repr=False)
    _points: pd.DataFrame = field(repr=False)
    shipped: int
    verdicts: NDArray[np.int8] = field(repr=False)

    @property
    def points(self) -> pd.DataFrame:
        """One row a grid point: the number of each indicator's choice, and how many findings are ``kept``."""
        return self._points.copy()

    def totals(self) -> pd.DataFrame:
        """The figures of the whole.

        Returns
        -------
        pd.DataFrame
            A row for ``all`` findings and one for those ``moved`` by calibration, which hold at some grid
            points and fail at others. How many ``findings`` these are; how many hold under the ``scheme``;
            the most that hold at one grid point (``in_sample``); and of the left-out ones, how many hold at
            all of the best points of the others (``left_out``), at some of them only (``left_out_partly``),
            and the sum of their shares (``left_out_sum``). To compare with, the sum of their shares of the
            whole grid: what a point taken ``at_random`` keeps on average. Then how many hold at every grid
            point (``always``) and at none (``never``).
        """
        always, never = self._frame["on_grid"] == 1, self._frame["on_grid"] == 0
        rows = []
        for name, inside in (("all", pd.Series(True, always.index)), ("moved", ~always & ~never)):
            part, held = self._frame[inside], self.verdicts[:, inside.to_numpy()] == HOLDS
            share = part["left_out"]
            partly = (share > 0) & (share < 1)
            holding = part["scheme"].map(lambda holds: holds is True)
            left_out = (int((share == 1).sum()), int(partly.sum()), float(share.sum()))
            counts = (len(part), int(holding.sum()), int(held.sum(axis=1).max()))
            ends = (int(always[inside].sum()), int(never[inside].sum()))
            rows.append((name, *counts, *left_out, float(part["on_grid"].sum()), *ends))
        columns = ["which", "findings", "scheme", "in_sample", "left_out", "left_out_partly", "left_out_sum"]
        return pd.DataFrame(rows, columns=[*columns, "at_random", "always", "never"])

    def short(self) -> Short:
        """The figures of the whole."""
        totals = records(self.totals())
        rows = [
            [f"{value:g}" if isinstance(value, float) else str(value) for value in row.values()]
            for row in totals
        ]
        return Short([head.replace("_", " ") for head in totals[0]], rows, self.in_words())

    def in_words(self) -> str:
        """What came out, in sentences."""
        every, moved = (row for _, row in self.totals().iterrows())
        lines = [
            f"Scheme {self.base.name}, {' and '.join(self.classes)} findings: {every['findings']};"
            f" {len(self._points)} grid points.",
            f"{every['scheme']} hold under the scheme; at most {every['in_sample']} hold at one point.",
            f"{every['always']} hold at every point and need no calibration, {every['never']} at none;"
            f" {moved['findings']} depend on the choice.",
        ]
        lines += [
            f"Of {part['findings']} {which} {part['scheme']} hold under the scheme. Left out while the scales"
            f" are chosen, {part['left_out']} hold at every best choice, {part['left_out_partly']} at some:"
            f" {part['left_out_sum']:.2f} in sum, against {part['at_random']:.2f} at a point taken at random."
            for which, part in (("findings", every), ("that depend on the choice", moved))
        ]
        return "\n".join(lines)


def cross_validate(
    data: Panel | pd.DataFrame | None = None,
    weights: Scheme | str | Path = DEFAULT,
    findings: Findings | None = None,
    *,
    grid: Grid | None = None,
    classes: Sequence[Class] = ("STATED",),
) -> CrossValidation:
    r"""Choose the calibrated scales again, with each finding left out in turn.

    Parameters
    ----------
    data, weights, findings
        As for `bci.check_findings`.
    grid
        The scales to choose from; the shipped ones where None.
    classes
        Findings of these classes; they are what is kept and what is left out.

    Returns
    -------
    CrossValidation

    Raises
    ------
    InputError
        If the grid names an indicator that neither scheme nor data have, holds none of the scheme's, or does
        not hold the scale that the scheme has; or if no finding is of these classes.

    Notes
    -----
    With :math:`h_{pf} = 1` where finding :math:`f` holds at grid point :math:`p`, else 0,

    .. math:: B_f = \arg\max_p \sum_{g \ne f} h_{pg}, \qquad
              \text{left out}_f = \frac{1}{|B_f|} \sum_{p \in B_f} h_{pf}.

    All best points count alike: the others do not tell them apart. A finding that cannot be told counts as
    not holding. Scores are missing at the same places at every grid point, since a scale gives every value a
    score.

    References
    ----------
    Stone, M. (1974). Cross-validatory choice and assessment of statistical predictions. Journal of the Royal
    Statistical Society B 36, 111-147.

    Examples
    --------
    >>> totals = cross_validate().totals()
    >>> totals["scheme"].tolist(), totals["left_out_sum"].round(2).tolist()
    ([34, 9], [31.13, 6.13])
    """
    scheme = weights if isinstance(weights, Scheme) else load_weights(weights)
    data = load_indicators() if data is None else data
    claims = claims_of(data, scheme, load_findings() if findings is None else findings, classes)
    choices, shipped_choice = _choices(load_grid() if grid is None else grid, data, claims.scores)
    shape = [len(part) for part in choices.values()]
    chosen = np.indices(shape).reshape(len(shape), -1).T
    table = _scores_on_grid(claims, choices, chosen)
    verdicts = np.full((len(chosen), len(claims.verdicts)), CANNOT_TELL, dtype=np.int8)
    for i, verdict in enumerate(claims.verdicts):
        if verdict.holds is not None:
            verdicts[:, i] = holding(claims.by_id[verdict.finding.id], table)

    held = verdicts == HOLDS
    frame = pd.DataFrame(
        [(v.finding.id, v.finding.class_, v.finding.level, v.finding.name, v.holds) for v in claims.verdicts],
        columns=["id", "class", "level", "name", "scheme"],
    ).astype({"scheme": object})
    frame = pd.concat([frame, leave_one_out(held)], axis=1)
    frame["implied_by"] = [";".join(frame["id"][implying]) for implying in _implying(held)]
    points = pd.DataFrame(chosen, columns=list(choices))
    points["kept"] = held.sum(axis=1)
    at = int(np.ravel_multi_index(shipped_choice, shape))
    return CrossValidation(frame, scheme, tuple(classes), choices, points, at, verdicts)


def leave_one_out(held: Mask) -> pd.DataFrame:
    """What becomes of each finding at the points that keep most of the others.

    Parameters
    ----------
    held
        Shape ``(points, findings)``: whether a finding holds at a point.

    Returns
    -------
    pd.DataFrame
        A row a finding: ``on_grid``, ``in_sample``, ``others_kept``, ``best_points``, ``left_out``, as in
        `CrossValidation`.
    """
    kept = held.sum(axis=1)
    in_sample = held[kept == kept.max()].mean(axis=0)
    rows = []
    for i in range(held.shape[1]):
        others = kept - held[:, i]
        best = others == others.max()
        rows.append(
            (held[:, i].mean(), in_sample[i], int(others.max()), int(best.sum()), held[best, i].mean())
        )
    columns = ["on_grid", "in_sample", "others_kept", "best_points", "left_out"]
    return pd.DataFrame(rows, columns=columns)


def _implying(held: Mask) -> Iterator[Mask]:
    """For each finding that holds at some points only, the others that never hold without it."""
    for i in range(held.shape[1]):
        # What holds at every point is implied by anything, and what holds at none implies anything.
        sayable = held.any(axis=0) & ~held[:, i].all() & (np.arange(held.shape[1]) != i)
        yield np.asarray(sayable & ~(held & ~held[:, [i]]).any(axis=0))


def holding(claim: Claim, table: Mapping[Place, Array]) -> Mask:
    """Whether a claim holds, at many points at once: shape ``(points,)``, like each score of the table."""
    held = np.ones(len(next(iter(table.values()))), dtype=bool)
    for left, sign, right, bound in claim.all_of:
        difference = table[left] if right is None else table[left] - table[right]
        held &= _COMPARED[sign](difference, bound)
    for path in claim.not_monotone:
        steps = np.diff(np.array([table[place] for place in path]), axis=0)
        held &= (steps > 0).any(axis=0) & (steps < 0).any(axis=0)
    return held


def _choices(
    grid: Grid, data: Panel | pd.DataFrame, scores: Scores
) -> tuple[dict[str, tuple[Scale, ...]], list[int]]:
    """The scales to choose from by indicator, and the number of the one in force for each."""
    scheme, known = scores.scheme, scores.definitions
    at_hand = list(data.columns) if isinstance(data, pd.DataFrame) else list(data.definitions)
    choices, in_force, problems = {}, [], []
    for name, part in grid.indicators.items():
        if name not in scheme.indicators:
            if name not in at_hand:
                meant = suggestion(name, at_hand)
                problems.append(f"{name} is no indicator of the scheme or the data.{meant}")
            continue
        scale = scale_of(scheme, known, name)
        points = _points_of(scale)
        if points not in part.choices:
            shown = f"scale {scale.method}" if points is None else f"scale {[list(p) for p in points]}"
            problems.append(f"{name} lacks the {shown} of scheme {scheme.name}; add it to the grid")
            continue
        number = part.choices.index(points)
        in_force.append(number)
        choices[name] = tuple(
            scale if i == number else _with_points(scale, points) for i, points in enumerate(part.choices)
        )
    if not choices and not problems:
        problems.append(f"has no indicator of scheme {scheme.name}")
    InputError.all("calibration grid", problems)
    return choices, in_force


def _points_of(scale: Scale) -> Points | None:
    """The anchors of a scale that has any."""
    if isinstance(scale, Goalposts):
        return [(scale.lower, 0.0), (scale.upper, 1.0)]
    return list(scale.anchors) if isinstance(scale, Anchors) else None


def _with_points(scale: Scale, points: Points) -> Anchors:
    note = "A point of the calibration grid."
    return Anchors(method="anchors", anchors=points, direction=scale.direction, basis="calibrated", note=note)


def _scores_on_grid(
    claims: Claims, choices: Mapping[str, Sequence[Scale]], chosen: NDArray[np.intp]
) -> dict[Place, Array]:
    """Every score that is asked for, at every grid point: shape ``(points,)`` each."""
    scores, spans = claims.scores, claims.spans
    scheme, names = scores.scheme, scores.scheme.indicators
    on_spans = score_spans(scores, spans)
    first = on_spans.row(read_dyad(claims.findings.dyad), spans[0])
    rows = slice(first, first + len(spans))
    # The mean over a span is the indicator's own affair, so each choice is averaged once, not at each point.
    indicators = np.empty((len(chosen), len(names), len(spans)))
    indicators[:] = on_spans.indicators.score[rows].T
    for number in range(int(chosen.max()) + 1):
        annual = scores.annual.copy()
        for name, part in choices.items():
            if number < len(part):
                column, scale = names.index(name), part[number]
                values = scores.values.to_numpy()[:, column]
                annual[:, column] = scales.fit(scale.method, values, **options(scale))(values)
        averaged = score_spans(replace(scores, annual=annual), spans).indicators.score[rows]
        for i, name in enumerate(choices):
            column = names.index(name)
            indicators[chosen[:, i] == number, column] = averaged[:, column]

    dimensions = {
        name: _mean(members, weights, scheme.mean("indicators"), on_spans.dimensions.score[rows, d])
        for d, (name, (members, weights)) in enumerate(scheme.by_dimension(indicators).items())
    }
    together = np.stack(list(dimensions.values()), axis=1)
    index = _mean(
        together, scheme.dimension_weights, scheme.mean("dimensions"), on_spans.index.score[rows, 0]
    )
    columns = {"index": index, **dimensions, **{name: indicators[:, i] for i, name in enumerate(names)}}
    return {(name, span): columns[name][:, spans.index(span)] for name, span in claims.places}


def _mean(members: Array, weights: Array, method: str | float, at_scheme: Array) -> Array:
    """The parent of ``(points, members, spans)`` at every point and span; missing where the scheme's is."""
    rows = np.moveaxis(members, 1, 2)
    parent = means.mean(rows.reshape(-1, len(weights)), weights, method).reshape(rows.shape[:2])
    return np.where(np.isnan(at_scheme), np.nan, parent)


Points = list[tuple[float, float]]

MOST_POINTS = 10_000


class AnchorSets(Model):
    """Scales by their anchors."""

    anchors: Annotated[list[Annotated[list[tuple[Number, Score]], Field(min_length=2)]], Field(min_length=1)]
    note: str = ""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        Faults.refuse(self._faults())
        return self

    def _faults(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        for i, points in enumerate(self.anchors):
            for j, ((before, _), (after, _)) in enumerate(pairwise(points), start=1):
                if after <= before:
                    yield ("anchors", i, j), f"anchor values must increase, but {after:g} follows {before:g}"
            if points in self.anchors[:i]:
                yield ("anchors", i), "stands twice; keep one"

    @property
    def choices(self) -> list[Points]:
        """The anchors of each scale."""
        return list(self.anchors)


class Posts(Model):
    """Straight scales, from every lower to every upper post."""

    lower: Annotated[list[Number], Field(min_length=1)]
    upper: Annotated[list[Number], Field(min_length=1)]
    note: str = ""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        Faults.refuse(self._faults())
        return self

    def _faults(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        for side, posts in (("lower", self.lower), ("upper", self.upper)):
            for i, (before, after) in enumerate(pairwise(posts), start=1):
                if after <= before:
                    yield (side, i), f"must increase, but {after:g} follows {before:g}"
        highest = max(self.lower)
        for i, post in enumerate(self.upper):
            if post <= highest:
                yield ("upper", i), f"{post:g} must lie above every lower post, of which one is {highest:g}"

    @property
    def choices(self) -> list[Points]:
        """The anchors of each scale."""
        return [[(low, 0.0), (high, 1.0)] for low in self.lower for high in self.upper]


def _by_keys(value: Any) -> str:
    sets = "anchors" in value if isinstance(value, dict) else isinstance(value, AnchorSets)
    return "sets" if sets else "posts"


Choices = Annotated[
    Annotated[AnchorSets, Tag("sets")] | Annotated[Posts, Tag("posts")],
    Discriminator(_by_keys),
]


class Grid(Model):
    """The file ``calibration.yaml``."""

    note: str
    indicators: Annotated[dict[Identifier, Choices], Field(min_length=1)]

    @field_validator("indicators")
    @classmethod
    def _not_too_many(cls, indicators: dict[str, Any]) -> dict[str, Any]:
        points = math.prod(len(part.choices) for part in indicators.values())
        if points > MOST_POINTS:
            raise ValueError(f"everything with everything makes {points} points; at most {MOST_POINTS}")
        return indicators


def load_grid(path: str | Path | None = None) -> Grid:
    """Read a grid of scales, the shipped one where None.

    Raises
    ------
    InputError
        With everything that is wrong in the file.
    """
    path = shipped("config") / "calibration.yaml" if path is None else Path(path)
    return check(read(path), Grid)
