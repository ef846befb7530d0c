"""The weights that the published findings allow: a finding is a linear statement about weights."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from bci import numbers
from bci.arrays import Array, Mask
from bci.countries import dyad as read_dyad
from bci.data.panel import Panel, load_indicators
from bci.errors import InputError
from bci.model.scheme import DEFAULT, Scheme, load_weights
from bci.replication.claims import Claim, claims_of
from bci.replication.findings import Class, Findings, load_findings
from bci.replication.linear import (
    SAME,
    TOLERANCE,
    Inequality,
    NotLinear,
    Region,
    ScoreFunctions,
    Which,
    chebyshev_centre,
    minimised,
    region_of,
    weight_ranges,
)
from bci.replication.verdicts import Verdict, check_findings
from bci.results import Result, Short, records

Shape = Literal["full", "flat", "point"]


@dataclass(frozen=True, eq=False, repr=False)
class Allowed(Result):
    """The weightings that keep the published findings.

    The frame has one row a weight: its ``parent``, ``name``, its share in the ``scheme``, the lowest and the
    highest share (``low``, ``high``) over the weightings that keep the kept findings, its share at their
    ``centre``, and findings that set the two limits (``low_by``, ``high_by``; empty where only the rule
    does that no weight lies below 0).

    Attributes
    ----------
    which
        Whose weights: of the ``dimensions`` in the index, or of the ``indicators`` in their dimensions. The
        others are as the scheme has them.
    scheme
        The scheme.
    classes
        Classes of the findings that were asked for.
    conflicts
        Every smallest set of findings that no weighting keeps together, a single finding included.
    largest
        Every largest set that can be kept; `kept` is the first.
    radius
        Of the largest ball within the region, by Euclidean distance: every weighting nearer to the centre
        keeps what is kept.
    shape
        Of the region of weightings that keep these: ``full``, ``flat`` (no ball fits: the weights hang
        together), or ``point``.
    region
        The region as ``(normals, least)``: weights ``w`` with ``normals @ w >= least``, none below 0 and
        those of one parent adding up to 1.
    """

    which: Which
    scheme: Scheme
    classes: tuple[Class, ...]
    _findings: pd.DataFrame = field(repr=False)
    conflicts: tuple[tuple[str, ...], ...]
    largest: tuple[tuple[str, ...], ...]
    radius: float
    shape: Shape
    region: Region = field(repr=False)

    @property
    def findings(self) -> pd.DataFrame:
        """One row a finding.

        ``id``, ``class``, ``level``, ``name``; what it is here (``kind``: ``linear``; ``fixed``, where these
        weights do not matter; ``not linear``; ``cannot tell``) and ``why``; whether it holds under the
        ``scheme``; whether any weighting keeps it ``alone``; whether it is among the linear ones that are
        ``kept``; whether it holds at the ``centre``.
        """
        return self._findings.copy()

    @property
    def kept(self) -> tuple[str, ...]:
        """The findings that are kept."""
        return self.largest[0]

    @property
    def failing(self) -> tuple[str, ...]:
        """Findings that depend on the weights and fail under the scheme."""
        depend = self._findings["kind"].isin(["linear", "not linear"])
        fails = self._findings["scheme"].map(lambda held: held is False)
        return tuple(self._findings.loc[depend & fails, "id"])

    @property
    def centre(self) -> Array:
        """Shares at the centre, in the order of the frame."""
        return self._frame["centre"].to_numpy(dtype=float)

    def short(self) -> Short:
        """How far each weight can go, and where it is at the centre."""
        rows = [
            [
                row["name"],
                numbers.number(row["scheme"]),
                numbers.between(row["low"], row["high"]),
                numbers.number(row["centre"]),
            ]
            for row in records(self._frame)
        ]
        return Short(["weight", "scheme", "allowed", "centre"], rows, self.in_words())

    def in_words(self) -> str:
        """What came out, in sentences."""
        counts = self._findings["kind"].value_counts()
        linear, fixed, other, untold = (
            counts.get(kind, 0) for kind in ("linear", "fixed", "not linear", "cannot tell")
        )
        lines = [
            f"Weights of {self.which}, scheme {self.scheme.name}, {' and '.join(self.classes)} findings:"
            f" {linear} are linear in them, {fixed} do not depend on them, {other} are not linear,"
            f" {untold} cannot be told.",
            f"Of those that depend on them the scheme fails {_named(self.failing)}.",
        ]
        if self.conflicts:
            lines.append(f"No weighting keeps all {linear} together: their region is empty.")
        else:
            lines.append(f"Some weightings keep all {linear} together.")
        for conflict in self.conflicts:
            together = "together " if len(conflict) > 1 else ""
            lines.append(f"No weighting keeps {together}{_named(conflict)}.")
        if self.conflicts:
            linear_ids = self._findings.loc[self._findings["kind"] == "linear", "id"]
            given_up = _named(name for name in linear_ids if name not in self.kept)
            sets = f"; {len(self.largest)} sets are as large" if len(self.largest) > 1 else ""
            lines.append(f"At most {len(self.kept)} can be kept, without {given_up}{sets}.")
        shape = {
            "full": f"a ball of radius {self.radius:.4f} fits into their region",
            "flat": "their region is flat: no ball fits into it, the weights hang together",
            "point": "their region is a single point",
        }[self.shape]
        lines.append(f"Of the weightings that keep these, {shape}.")
        lines += [
            f"{row['name']}: {row['low']:.3f} to {row['high']:.3f}, centre {row['centre']:.3f}"
            f" (scheme {row['scheme']:.3f})."
            for _, row in self._frame.iterrows()
        ]
        return "\n".join(lines)


def _named(ids: Iterable[str]) -> str:
    return ", ".join(ids) or "none"


def allowed_weights(
    data: Panel | pd.DataFrame | None = None,
    weights: Scheme | str | Path = DEFAULT,
    findings: Findings | None = None,
    *,
    which: Which = "dimensions",
    classes: Sequence[Class] = ("STATED",),
) -> Allowed:
    """The weightings that keep the published findings, with the scores of indicators as they are.

    Parameters
    ----------
    data, weights, findings
        As for `bci.check_findings`.
    which
        ``dimensions``: the weights of the dimensions in the index, with the weights inside dimensions as in
        the scheme. ``indicators``: the weights inside all dimensions at once, with the dimensions' as in the
        scheme.
    classes
        Findings of these classes.

    Returns
    -------
    Allowed

    Raises
    ------
    InputError
        If a mean of the scheme is not arithmetic, or no finding is of these classes.

    Notes
    -----
    Weightings under which other scores are missing than under the scheme are left out. A weight may come down
    to 0 in the ranges. A scheme that weighs a dimension 0 drops it, and the findings on it can no longer be
    told; read such an end as a limit.

    See Also
    --------
    bci.replication.linear : how findings become linear, the centre and the ranges

    Examples
    --------
    >>> allowed = allowed_weights()
    >>> allowed.failing
    ('index-1995-2019-growth', 'index-1992-2019-rise')
    >>> allowed.conflicts
    ()
    """
    scheme = weights if isinstance(weights, Scheme) else load_weights(weights)
    for level in ("indicators", "dimensions"):
        if getattr(scheme.aggregation, level) != "arithmetic":
            message = (
                f"the mean of {level} is not arithmetic; findings are linear in weights only if both are"
            )
            raise InputError.at(f"scheme {scheme.name}", message)
    data = load_indicators() if data is None else data
    claims = claims_of(data, scheme, load_findings() if findings is None else findings, classes)
    functions = ScoreFunctions(which, claims.scores, claims.spans, read_dyad(claims.findings.dyad))

    kinds = {verdict.finding.id: _kind_of(verdict, claims.by_id, functions) for verdict in claims.verdicts}
    linear = {name: inequalities for name, (kind, _, inequalities) in kinds.items() if kind == "linear"}
    nothing = np.zeros(len(functions.members))

    def keeping(names: Iterable[str]) -> Region:
        return region_of((row for name in names for row in linear[name]), len(nothing))

    def can_be_kept(names: Iterable[str]) -> bool:
        return minimised(nothing, keeping(names), functions.sums) is not None

    excluding = conflicts(tuple(linear), can_be_kept)
    largest = largest_sets(
        excluding, tuple(linear), lambda names: chebyshev_centre(functions.sums, keeping(names))[1]
    )
    region = keeping(largest[0])
    centre, radius = chebyshev_centre(functions.sums, region)
    frame = _ranges(functions, {name: linear[name] for name in largest[0]}, region)
    frame.insert(5, "centre", centre)
    widest = float((frame["high"] - frame["low"]).max())
    shape: Shape = "point" if widest < SAME else "full" if radius > SAME else "flat"
    alone = {name: (name,) not in excluding for name in linear}
    table = pd.DataFrame(
        [
            (f.id, f.class_, f.level, f.name, *kinds[f.id][:2], v.holds, alone.get(f.id))
            for v in claims.verdicts
            for f in [v.finding]
        ],
        columns=["id", "class", "level", "name", "kind", "why", "scheme", "alone"],
    ).astype({"scheme": object, "alone": object})
    table["kept"] = table["id"].isin(largest[0])
    allowed = Allowed(frame, which, scheme, tuple(classes), table, excluding, largest, radius, shape, region)
    at_centre = check_findings(data, centre_scheme(allowed), claims.findings).verdicts
    table["centre"] = pd.Series([verdict.holds for verdict in at_centre], dtype=object)
    return allowed


def _kind_of(
    verdict: Verdict, claims: Mapping[str, Claim], functions: ScoreFunctions
) -> tuple[str, str, list[Inequality]]:
    """What a finding is here, why, and its rows if it is linear."""
    if verdict.holds is None:
        return "cannot tell", verdict.found, []
    claim = claims[verdict.finding.id]
    if not functions.depend(claim):
        return "fixed", "", []
    try:
        return "linear", "", functions.inequalities(claim)
    except NotLinear as reason:
        return "not linear", str(reason), []


def _ranges(
    functions: ScoreFunctions, kept: Mapping[str, Sequence[Inequality]], region: Region
) -> pd.DataFrame:
    """The lowest and the highest share of each weight, and who sets these limits."""
    owners = np.array([name for name, rows in kept.items() for _ in rows], dtype=object)
    bounds = np.column_stack(region)
    limits, held_by = weight_ranges(functions.sums, region)

    def named(rows: Mask) -> str:
        # Of rows that say the same the programme names one; all their findings are meant.
        same = (bounds[:, None] == bounds[rows]).all(axis=2).any(axis=1)
        return ";".join(dict.fromkeys(owners[same]))

    parents = [parent for parent, positions in functions.groups.items() for _ in positions]
    frame = pd.DataFrame({"parent": parents, "name": functions.members, "scheme": functions.shares})
    frame[["low", "high"]] = limits
    for end, column in enumerate(("low_by", "high_by")):
        frame[column] = [named(rows) for rows in held_by[:, end]]
    return frame


def centre_scheme(allowed: Allowed) -> Scheme:
    """The scheme with the weights of the centre, rounded as far as the findings bear.

    Its name is the scheme's with ``-centre`` behind it, or ``-centre-inside`` where the weights are those of
    indicators inside dimensions.
    """
    shares = _rounded(allowed)
    frame = allowed.to_frame()
    content = allowed.scheme.model_dump(mode="json", by_alias=True)
    for parent, name, share in zip(frame["parent"], frame["name"], shares, strict=True):
        if allowed.which == "dimensions":
            content["dimensions"][name]["weight"] = share
        else:
            content["dimensions"][parent]["indicators"][name] = share
    linear = int((allowed.findings["kind"] == "linear").sum())
    whose = "dimensions" if allowed.which == "dimensions" else "indicators inside dimensions"
    content["name"] = f"{allowed.scheme.name}-centre{'' if allowed.which == 'dimensions' else '-inside'}"
    content["version"] = 1
    content["description"] = (
        f"Calibrated to the published findings. As {allowed.scheme.name}, with the weights of {whose}"
        f" at the centre of all weightings that keep {len(allowed.kept)} of the {linear}"
        f" {' and '.join(allowed.classes)} findings that are linear in them. That it keeps them is how it was"
        " made, and no evidence for these weights."
    )
    return Scheme.model_validate(content)


def _rounded(allowed: Allowed) -> list[float]:
    """The centre with the fewest decimals that keep the findings."""
    normals, least = allowed.region
    centre, parents = allowed.centre, allowed.to_frame()["parent"]
    for digits in (3, 4, 6, 9):
        shares = centre.round(digits)
        relative = shares / pd.Series(shares).groupby(parents.to_numpy()).transform("sum").to_numpy()
        if (normals @ relative >= least).all() and ((shares > 0) == (centre > TOLERANCE)).all():
            return [float(share) for share in shares]
    return [float(share) if share > TOLERANCE else 0.0 for share in centre]


def conflicts(
    names: Sequence[str], feasible: Callable[[tuple[str, ...]], bool]
) -> tuple[tuple[str, ...], ...]:
    """Every smallest set that is not feasible: any smaller part of it is.

    Convex sets in :math:`k` dimensions meet if any :math:`k + 1` of them do (Helly), so that no smallest
    conflict of linear statements about :math:`k` free weights has more than :math:`k + 1` members. Whatever
    can be kept leaves out a member of each conflict (a hitting set). As long as leaving out a
    smallest hitting set of the conflicts known so far does not make the rest feasible, the rest holds another
    conflict; when all do, there is none left to find.

    Parameters
    ----------
    names
        What may be kept.
    feasible
        Whether some of them, in the order of `names`, can be kept together. Parts of a feasible set must be
        feasible.

    Returns
    -------
    tuple
        Conflicts by size, then in the order of `names`; none where all can be kept.

    References
    ----------
    Reiter, R. (1987). A theory of diagnosis from first principles. Artificial Intelligence 32, 57-95.

    Examples
    --------
    >>> conflicts("abcd", lambda kept: not {"a", "b"} <= {*kept} and "d" not in kept)
    (('d',), ('a', 'b'))
    """
    seen: dict[tuple[str, ...], bool] = {}

    def keeps(kept: tuple[str, ...]) -> bool:
        if kept not in seen:
            seen[kept] = feasible(kept)
        return seen[kept]

    known: list[tuple[str, ...]] = []
    while True:
        rests = (tuple(n for n in names if n not in hit) for hit in hitting_sets(known))
        conflict = next((rest for rest in rests if not keeps(rest)), None)
        if conflict is None:
            order = {name: i for i, name in enumerate(names)}
            return tuple(sorted(known, key=lambda each: (len(each), [order[name] for name in each])))
        for name in conflict:
            smaller = tuple(n for n in conflict if n != name)
            if not keeps(smaller):
                conflict = smaller
        known.append(conflict)


def hitting_sets(sets: Iterable[Iterable[str]]) -> list[frozenset[str]]:
    """Every smallest set with a member of each of the sets: without any of its members it misses one.

    Examples
    --------
    >>> sorted(map(sorted, hitting_sets(["ab", "bc"])))
    [['a', 'c'], ['b']]
    """
    hits: list[frozenset[str]] = [frozenset()]
    for members in sets:
        grown = {hit if hit & {*members} else hit | {name} for hit in hits for name in members}
        hits = [hit for hit in grown if not any(other < hit for other in grown)]
    return hits


def largest_sets(
    excluding: Sequence[Sequence[str]], names: Sequence[str], radius: Callable[[tuple[str, ...]], float]
) -> tuple[tuple[str, ...], ...]:
    """The largest sets that can be kept, that with the largest ball first, then in the order of the file."""
    hits = hitting_sets(excluding)
    fewest = min(len(hit) for hit in hits)
    order = {name: i for i, name in enumerate(names)}
    sets = [tuple(name for name in names if name not in hit) for hit in hits if len(hit) == fewest]
    sets.sort(key=lambda kept: [order[name] for name in kept])
    # Radii that differ by less than a programme's tolerance must not decide.
    return tuple(sets if len(sets) == 1 else sorted(sets, key=lambda kept: -round(radius(kept), 6)))
