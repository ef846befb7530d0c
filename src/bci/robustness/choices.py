"""Every combination of the choices that could have been made otherwise, and which choice matters most.

A file of variants (``config/variants.yaml`` is the shipped one) names factors of choice and, for each, its
variants. A variant is a part of a scheme, written as in a scheme: what it names is replaced, the rest stays.
`choices` scores the whole product of the factors. Periods stand apart: a score of 2014 is no other estimate
of the score of 2012-2015 but one of something else, so a factor of periods is not mixed with the others, and
each of its variants is compared with the scheme on the years they share (`Choices.period_lengths`).

References
----------
Saisana, M., Saltelli, A. and Tarantola, S. (2005). Uncertainty and sensitivity analysis techniques as tools
for the quality assessment of composite indicators. Journal of the Royal Statistical Society A 168(2),
307-323.
Steegen, S., Tuerlinckx, F., Gelman, A. and Vanpaemel, W. (2016). Increasing transparency through a multiverse
analysis. Perspectives on Psychological Science 11(5), 702-712.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import prod
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field, field_validator

from bci import bands, scales
from bci.comparing import ROW
from bci.definitions import Identifier, Measure, Model, Scale, Score, check_measurable, options
from bci.errors import Faults, InputError, Problem, suggestion
from bci.files import shipped
from bci.indicators import Panel
from bci.periods import Span, spans
from bci.results import Result
from bci.robustness.sobol import Indices, discrete_sobol, exact_sobol
from bci.scores import Scores
from bci.scoring import score, score_spans
from bci.weights import (
    DEFAULT,
    Aggregation,
    Missing,
    Periods,
    Scheme,
    Weight,
    measure_of,
    scale_of,
)
from bci.yamlfile import Document, Location, check, read

Array = NDArray[np.float64]
Numbers = tuple[int, ...]
Progress = Callable[[int, int], None]

LIMIT = 10_000
#: Scores that a result may hold; more would not fit into the memory of an ordinary computer.
MOST_SCORES = 20_000_000

#: What says how an indicator is read.
_READING = ("scales", "measures")
#: How deep in a scheme lies what a variant replaces whole.
_DEPTH = {"periods": 1, "bands": 1, "dimensions": 4}
_OWN_COLUMNS = frozenset({*ROW, "score", "band", "band_scheme", "changed"})


class DimensionPart(Model):
    """Other weights of a dimension and of its indicators."""

    weight: Weight | None = None
    indicators: dict[Identifier, Weight] = {}


class Variant(Model):
    """A part of a scheme, as one variant of a factor writes it."""

    dimensions: dict[Identifier, DimensionPart] = {}
    aggregation: Aggregation = Aggregation()
    missing: Missing = Missing()
    periods: Periods | None = None
    bands: dict[Identifier, Score] = {}
    scales: dict[Identifier, Scale] = {}
    measures: dict[Identifier, Measure] = {}

    @cached_property
    def changes(self) -> Mapping[Location, Any]:
        """What it replaces, by the place in a scheme."""
        plain = dict(_leaves(self.model_dump(exclude_unset=True, by_alias=True)))
        whole: dict[Location, Any] = {("periods",): self.periods}
        whole |= {("scales", name): scale for name, scale in self.scales.items()}
        whole |= {("measures", name): measure for name, measure in self.measures.items()}
        return {at: whole.get(at, value) for at, value in plain.items()}


def _leaves(part: Any, at: Location = ()) -> Iterator[tuple[Location, Any]]:
    if isinstance(part, dict) and (not at or len(at) < _DEPTH.get(str(at[0]), 2)):
        for key, value in part.items():
            yield from _leaves(value, (*at, key))
    else:
        yield at, part


class VariantsFile(Model):
    """A file of variants: factors of choice by name, and the variants of each, the scheme's own first."""

    factors: Annotated[dict[Identifier, dict[Identifier, Variant]], Field(min_length=1)]

    @field_validator("factors")
    @classmethod
    def _separate_choices(cls, factors: dict[str, dict[str, Variant]]) -> dict[str, dict[str, Variant]]:
        Faults.refuse(_factor_faults(factors))
        return factors


def _factor_faults(factors: Mapping[str, Mapping[str, Variant]]) -> Iterator[tuple[Location, str]]:
    home: dict[Location, str] = {}
    for factor, variants in factors.items():
        if factor in _OWN_COLUMNS:
            yield (factor,), "is the name of a column of the results; call the factor something else"
        if len(variants) < 2:
            yield (
                (factor,),
                "leaves nothing to choose; give two variants or more, the first {} for the scheme's own",
            )
        of_periods = _changes_periods(variants)
        for name, variant in variants.items():
            for at in variant.changes:
                if home.setdefault(at, factor) != factor:
                    message = f"is changed by the factor {home[at]} already; put both into one factor"
                    yield (factor, name, *at), message
                if of_periods and at != ("periods",):
                    yield (
                        (factor, name, *at),
                        "cannot stand beside periods, which make other rows; move it to another factor",
                    )
    if factors and all(map(_changes_periods, factors.values())):
        yield (
            (),
            "hold no choice but that of periods, which takes no part in combinations; add another factor",
        )


def _changes_periods(variants: Mapping[str, Variant]) -> bool:
    return any(("periods",) in variant.changes for variant in variants.values())


@dataclass(frozen=True)
class Variants:
    """Factors of choice, as `load_variants` reads them.

    Attributes
    ----------
    factors
        Variants by name, by factor.
    document
        Where they stand in their file.
    """

    factors: Mapping[str, Mapping[str, Variant]]
    document: Document = field(repr=False)

    @property
    def combinations(self) -> int:
        """Number of combinations; a factor of periods does not multiply them."""
        return prod(len(variants) for variants in self.factors.values() if not _changes_periods(variants))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the factors and their variants, blind to comments and layout."""
        content = {
            factor: {
                name: variant.model_dump(mode="json", by_alias=True, exclude_unset=True)
                for name, variant in variants.items()
            }
            for factor, variants in self.factors.items()
        }
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    def only(self, names: Iterable[str]) -> Variants:
        """Some of the factors; the others stay as the scheme has them.

        Raises
        ------
        InputError
            With every name that is no factor, or if only a factor of periods would be left.
        """
        wanted, place = list(names), self.document.place
        there = f"There are {', '.join(self.factors)}"
        unknown = [name for name in wanted if name not in self.factors]
        if unknown:
            raise InputError(
                Problem(place, 0, 0, f"no factor {name!r}.{suggestion(name, self.factors)} {there}")
                for name in unknown
            )
        kept = {name: self.factors[name] for name in self.factors if name in wanted}
        if all(map(_changes_periods, kept.values())):
            raise InputError.at(place, "needs a factor that is not one of periods")
        return replace(self, factors=kept)


def load_variants(variants: str | Path | Mapping[str, Any] | None = None) -> Variants:
    """Read a file of variants.

    Parameters
    ----------
    variants
        The path of a file, the same content as a mapping, or the shipped file where None.

    Raises
    ------
    InputError
        With everything that is wrong: unknown keys, a factor of a single variant, two factors that change the
        same thing.

    Examples
    --------
    >>> load_variants().combinations
    729
    """
    if isinstance(variants, Mapping):
        marks = dict.fromkeys(_locations(variants), (0, 0))
        document = Document("variants", variants, marks, marks)
    else:
        document = read(shipped("config") / "variants.yaml" if variants is None else Path(variants))
    return Variants(check(document, VariantsFile).factors, document)


def _locations(part: Any, at: Location = ()) -> Iterator[Location]:
    yield at
    if isinstance(part, Mapping | list):
        items = part.items() if isinstance(part, Mapping) else enumerate(part)
        for key, value in items:
            yield from _locations(value, (*at, key))


@dataclass(frozen=True)
class _Factor:
    """A factor with what its variants change in the scheme at hand."""

    name: str
    variants: tuple[str, ...]
    changes: tuple[Mapping[Location, Any], ...]

    def touches(self, wanted: Callable[[Location], bool]) -> bool:
        return any(wanted(at) for change in self.changes for at in change)


def _against_scheme(
    variants: Variants, base: Scores, known: Collection[str], start: int | None, end: int | None
) -> tuple[list[_Factor], Mapping[str, Sequence[Span]]]:
    """The factors as they change the scheme, and the periods of a factor of periods."""
    problems: list[Problem] = []
    factors: list[_Factor] = []
    lengths: dict[str, Sequence[Span]] = {}
    for factor, members in variants.factors.items():
        fitted = {name: _Fitting(variants, (factor, name), base, known) for name in members}
        for i, variant in enumerate(fitted.values()):
            problems += variant.problems(first=i == 0)
        if problems:
            continue
        if _changes_periods(members):
            lengths = {name: variant.spans(start, end) for name, variant in fitted.items()}
        else:
            changes = tuple(variant.changes for variant in fitted.values())
            factors.append(_Factor(factor, tuple(members), changes))
    if problems:
        raise InputError(problems)
    return factors, lengths


class _Fitting:
    """One variant held against a scheme and its data."""

    def __init__(self, variants: Variants, at: tuple[str, str], base: Scores, known: Collection[str]) -> None:
        self.document, self.at = variants.document, ("factors", *at)
        self.base, self.scheme, self.known = base, base.scheme, known
        said = variants.factors[at[0]][at[1]].changes
        self.changes = {at: value for at, value in said.items() if not self._elsewhere(at)}

    def _elsewhere(self, at: Location) -> bool:
        """Whether it speaks of an indicator that the data have and the scheme does not."""
        return at[0] in _READING and at[1] not in self.scheme.indicators and at[1] in self.known

    def problems(self, *, first: bool) -> list[Problem]:
        """Everything that is wrong with it."""
        faults = [fault for at, value in self.changes.items() for fault in self._faults(at, value)]
        if not faults:
            told_as_a_scheme = self._problems_of_scheme()
            if told_as_a_scheme:
                return told_as_a_scheme
            faults = list(self._idle(first=first))
        return [self.document.problem((*self.at, *at), message) for at, message in faults]

    def _problems_of_scheme(self) -> list[Problem]:
        """What the whole scheme would be told, at the place of the variant."""
        depth = len(self.at)
        marks, key_marks = (
            {at[depth:]: mark for at, mark in all_marks.items() if at[:depth] == self.at}
            for all_marks in (self.document.marks, self.document.key_marks)
        )
        content = _merged(self.scheme.model_dump(by_alias=True), self.changes)
        try:
            check(Document(self.document.place, content, marks, marks | key_marks), Scheme)
        except InputError as error:
            within = ".".join(map(str, self.at))
            return [replace(problem, message=f"{within}.{problem.message}") for problem in error.problems]
        return []

    def _faults(self, at: Location, value: Any) -> Iterator[tuple[Location, str]]:
        scheme, name = self.scheme, str(at[-1])
        match at[0]:
            case "scales" | "measures" if name not in scheme.indicators:
                near = suggestion(name, self.known)
                yield at, f"is an indicator neither of the scheme {scheme.name} nor of the data.{near}"
            case "measures" if self.base.panel is None:
                yield (
                    at,
                    "the data are values already; give a folder of indicators to choose between measures",
                )
            case "measures":
                try:
                    check_measurable(value, self.base.definitions[name].variables)
                except ValueError as error:
                    yield at, str(error)
            case "dimensions" if at[1] not in scheme.tree:
                near = suggestion(str(at[1]), scheme.tree)
                yield at[:2], f"is no dimension of the scheme {scheme.name}.{near}"
            case "dimensions" if at[2] == "indicators" and name not in scheme.tree[str(at[1])]:
                near = suggestion(name, scheme.tree[str(at[1])])
                yield at, f"is no indicator of {at[1]} in the scheme {scheme.name}.{near}"
            case "dimensions" if value == 0:
                yield at, "must weigh more than 0, so that all combinations score the same names"
            case "bands" if list(value) != list(scheme.bands):
                words = ", ".join(scheme.bands)
                yield at, f"must give an edge to each band of the scheme {scheme.name}, in its order: {words}"

    def _idle(self, *, first: bool) -> Iterator[tuple[Location, str]]:
        """Whether it leaves the scheme as it is, as the first variant must and no other may."""
        name, other = self.scheme.name, [at for at, value in self.changes.items() if not self._own(at, value)]
        if first and other:
            yield (
                other[0],
                f"the first variant must be as the scheme {name}, which says otherwise; put {{}} first",
            )
        # Periods are compared and not combined, so the same ones again weigh nothing.
        elif not first and not other and ("periods",) not in self.changes:
            yield (), f"leaves the scheme {name} as it is, which only the first variant may; take it out"

    def _own(self, at: Location, value: Any) -> bool:
        definitions, name = self.base.definitions, str(at[-1])
        match at[0]:
            case "scales":
                return _same(value, scale_of(self.scheme, definitions, name))
            case "measures":
                return _same(value, measure_of(self.scheme, definitions, name))
            case "periods":
                return self.spans() == list(self.base.periods)
        own: Any = self.scheme.model_dump(by_alias=True)
        for key in at:
            own = own[key]
        return bool(own == value)

    def spans(self, start: int | None = None, end: int | None = None) -> list[Span]:
        """The periods it asks for, those of the scores where it asks for none."""
        if ("periods",) not in self.changes:
            return list(self.base.periods)
        years = self.base.values.index.get_level_values("year")
        periods = self.changes["periods",]
        return spans(periods, (int(years.min()), int(years.max())), start=start, end=end)


def _same(part: Model, other: Model) -> bool:
    """Whether two scales or measures are one method with the same options."""
    return type(part) is type(other) and options(part) == options(other)


def _merged(content: Mapping[str, Any], changes: Mapping[Location, Any]) -> dict[str, Any]:
    """A scheme's content with what a variant replaces."""
    merged = dict(content)
    for at, value in changes.items():
        part = merged
        for key in at[:-1]:
            part[str(key)] = dict(part[str(key)])
            part = part[str(key)]
        part[str(at[-1])] = value
    return merged


class _Combinations:
    """Scores of combinations of choices; what several of them share is computed once.

    Values depend on the measures alone, annual scores on measures and scales, and everything above them on
    the annual scores and the rest of the scheme.
    """

    def __init__(self, base: Scores, factors: Sequence[_Factor]) -> None:
        # Shares of quality are not asked for, and take half of the time.
        self.base, self.factors = replace(base, grades=None), factors
        self.content = base.scheme.model_dump(by_alias=True)
        self.sizes = tuple(len(factor.variants) for factor in factors)
        self.scoring = [factor.touches(lambda at: at[0] != "bands") for factor in factors]
        self.banding = [factor.touches(lambda at: at[0] == "bands") for factor in factors]
        self.merging = [factor.touches(lambda at: at[0] not in ("bands", *_READING)) for factor in factors]
        self.reading = {
            name: [factor.touches({(part, name) for part in _READING}.__contains__) for factor in factors]
            for name in base.scheme.indicators
        }
        self._schemes: dict[Numbers, Scheme] = {}
        self._values: dict[tuple[str, Any], Array] = {}
        self._annual: dict[tuple[str, Numbers], Array] = {}

    def _changes(self, numbers: Numbers) -> dict[Location, Any]:
        chosen = zip(self.factors, numbers, strict=True)
        return {at: value for factor, number in chosen for at, value in factor.changes[number].items()}

    def _named(self, numbers: Numbers) -> str:
        chosen = zip(self.factors, numbers, strict=True)
        return ", ".join(f"{factor.name}={factor.variants[number]}" for factor, number in chosen if number)

    def score(self, numbers: Numbers) -> Array:
        """Scores of the index and the dimensions, shape ``(dyad-periods, names)``."""
        annual = np.stack([self._column(name, numbers) for name in self.base.scheme.indicators], axis=1)
        there = replace(self.base, scheme=self._scheme(numbers), annual=annual)
        return _upper(score_spans(there, self.base.periods))

    def edges(self, numbers: Numbers) -> Array:
        """Lower edges of the bands."""
        edges = self._changes(numbers).get(("bands",), self.content["bands"])
        return np.array(list(edges.values()), dtype=float)

    def _scheme(self, numbers: Numbers) -> Scheme:
        key = _only(numbers, self.merging)
        if key not in self._schemes:
            self._schemes[key] = Scheme.model_validate(_merged(self.content, self._changes(key)))
        return self._schemes[key]

    def _column(self, name: str, numbers: Numbers) -> Array:
        key = _only(numbers, self.reading[name])
        if (name, key) not in self._annual:
            changes, scheme = self._changes(key), self.base.scheme
            scale = changes.get(("scales", name), scale_of(scheme, self.base.definitions, name))
            values = self._measured(name, changes.get(("measures", name)))
            try:
                annual = scales.fit(scale.method, values, **options(scale))(values)
            except ValueError as error:
                message = f"{self._named(key)}: scale {scale.method} of {name} {error}"
                raise InputError.at(f"scheme {scheme.name}", message) from None
            self._annual[name, key] = annual
        return self._annual[name, key]

    def _measured(self, name: str, measure: Measure | None) -> Array:
        if measure is None or self.base.panel is None:
            return self.base.values[name].to_numpy()
        key = name, measure
        if key not in self._values:
            self._values[key] = self.base.panel.values({name: measure})[name].to_numpy()
        return self._values[key]

    def everything(self, progress: Progress | None) -> tuple[Array, NDArray[np.int8]]:
        """Scores and numbers of bands of all combinations, shape ``(variants ..., dyad-periods, names)``."""
        shape = (len(self.base.index.score), 1 + len(self.base.scheme.tree))
        table = np.empty((*self.sizes, *shape))
        for done, numbers in enumerate(self._distinct(self.scoring), start=1):
            table[_all_like(numbers, self.scoring)] = self.score(numbers)
            if progress:
                progress(done, self.to_score)
        in_bands = np.empty(table.shape, dtype=np.int8)
        for numbers in self._distinct(self.banding):
            alike = _all_like(numbers, self.banding)
            in_bands[alike] = bands.band(table[alike], self.edges(numbers))
        return table, in_bands

    @property
    def to_score(self) -> int:
        """How many combinations differ in more than the edges of the bands."""
        return prod(size for size, counts in zip(self.sizes, self.scoring, strict=True) if counts)

    def _distinct(self, counts: Sequence[bool]) -> Iterator[Numbers]:
        sizes = (size if counted else 1 for size, counted in zip(self.sizes, counts, strict=True))
        return iter(np.ndindex(*sizes))


def _only(numbers: Numbers, counts: Sequence[bool]) -> Numbers:
    return tuple(number if counted else 0 for number, counted in zip(numbers, counts, strict=True))


def _all_like(numbers: Numbers, counts: Sequence[bool]) -> tuple[int | slice, ...]:
    return tuple(number if counted else slice(None) for number, counted in zip(numbers, counts, strict=True))


@dataclass(frozen=True, eq=False)
class Choices(Result):
    """Scores of the index and the dimensions under every combination of choices.

    The frame has one row a combination, dyad, period and name: the variant chosen for each factor,
    ``changed`` (how many of them are not the scheme's own), ``iso3_a, iso3_b, period_start, period_end,
    level, name``, ``score`` and ``band``, the latter by the edges of the combination. The first combination
    is the scheme itself; where ``changed`` is 1, a single choice differs from it.

    Attributes
    ----------
    scores
        The scores under the scheme itself.
    variants
        What was chosen from.
    factors
        Names of the variants by factor, the scheme's own first.
    """

    scores: Scores
    variants: Variants = field(repr=False)
    factors: Mapping[str, tuple[str, ...]]
    _years: pd.DataFrame = field(repr=False)
    _table: Array = field(repr=False)
    _bands: NDArray[np.int8] = field(repr=False)

    @property
    def combinations(self) -> int:
        """Number of combinations."""
        return prod(self._sizes)

    @property
    def _sizes(self) -> tuple[int, ...]:
        return tuple(map(len, self.factors.values()))

    @property
    def _axes(self) -> tuple[int, ...]:
        return tuple(range(len(self.factors)))

    @property
    def _own_bands(self) -> NDArray[np.int8]:
        own: NDArray[np.int8] = self._bands[(0,) * len(self.factors)]
        return own

    @cached_property
    def _another_band(self) -> Array:
        """1 where the band is not that of the scheme, missing where there is none to compare."""
        there, own = self._bands, self._own_bands
        known = (there != bands.NO_BAND) & (own != bands.NO_BAND)
        return np.where(known, there != own, np.nan)

    def band_changes(self) -> pd.DataFrame:
        """Every row of the frame whose band is not that of the scheme, which is added as ``band_scheme``.

        A combination that gives no score gives no other band either; `by_variant` counts those.
        """
        changed = self._another_band.ravel() == 1
        words = np.array([*self.scores.scheme.bands, None], dtype=object)
        own = np.broadcast_to(words[self._own_bands], self._bands.shape).ravel()
        rows: pd.DataFrame = self._frame[changed]
        return rows.assign(band_scheme=own[changed])

    def by_variant(self, *, each: bool = False) -> pd.DataFrame:
        """What each variant does, over everything that can be chosen beside it.

        Parameters
        ----------
        each
            Each dyad and period by itself, instead of the mean over all of them.

        Returns
        -------
        pd.DataFrame
            A row a ``factor``, ``variant`` and name (and dyad and period): ``mean_change``, the mean
            difference to the same combination with the factor's first variant, over those where both have a
            score; ``same_band``, the share of the combinations with this variant whose band is that of the
            scheme; ``missing``, the share without a score. The rest of the combinations is in another band.
        """
        same = np.where(self._own_bands == bands.NO_BAND, np.nan, self._bands == self._own_bands)
        parts = []
        for i, (factor, variants) in enumerate(self.factors.items()):
            for v, variant in enumerate(variants):
                there = self._table.take(v, axis=i)
                part = _labels(self.scores)
                columns = {
                    "mean_change": there - self._table.take(0, axis=i),
                    "same_band": same.take(v, axis=i),
                    "missing": np.isnan(there).astype(float),
                }
                for column, values in columns.items():
                    part[column] = _mean(values, self._axes[:-1]).ravel()
                part.insert(0, "factor", factor)
                part.insert(1, "variant", variant)
                parts.append(part)
        table = pd.concat(parts, ignore_index=True)
        if each:
            return table
        by = ["factor", "variant", "level", "name"]
        return table.drop(columns=ROW[:4]).groupby(by, sort=False).mean().reset_index()

    def period_lengths(self) -> pd.DataFrame:
        """A factor of periods, apart from the combinations, with everything else as in the scheme.

        Returns
        -------
        pd.DataFrame
            A row a ``variant``, dyad, ``year`` and name: the score and band of the variant's period that
            holds the year (``period_start, period_end``), the same of the scheme's (``score_scheme,
            band_scheme``), the ``difference``, and ``band_change`` (missing where either has no band). The
            years are those that lie in a period of every variant. No rows without a factor of periods.
        """
        return self._years.copy()

    def importance(self, of: Literal["score", "band"] = "score") -> pd.DataFrame:
        """How much of the variance over all combinations each factor explains: exact Sobol indices.

        Parameters
        ----------
        of
            ``score``; or ``band``, which is 1 where the band is not that of the scheme and 0 where it is.

        Returns
        -------
        pd.DataFrame
            A row a dyad, period, name and ``factor``: ``first_order``, the share of the variance that the
            factor explains alone; ``total``, its share with everything in which it takes part; the
            ``variance``; ``missing``, the share of combinations without a score (or without a band to
            compare); and ``left_out``.

        Notes
        -----
        The variants of a factor count as equally likely and the factors as independent; what does not vary
        has 0 everywhere. Where some combinations give no score, shares of a variance over all of them do not
        exist. A variant that never gives a score for the row is then left out for it and named in
        ``left_out`` (``missing=strict``); if all other combinations have a score, the indices are those of
        the factors without it; if not, they are missing.

        See Also
        --------
        bci.robustness.sobol.exact_sobol : the formulas
        """
        values = self._table if of == "score" else self._another_band
        flat = values.reshape(*self._sizes, -1)
        indices, left_out = _indices(flat, self.factors)
        return _importance(
            self.scores, list(self.factors), indices, _mean(np.isnan(flat), self._axes), left_out
        )

    def overall(self, of: Literal["score", "band"] = "score") -> pd.DataFrame:
        r"""The importance of each factor over all dyads and periods together.

        Sobol indices of the whole set of scores :math:`Y_r`, the mean of the rows' indices weighted by their
        variances: :math:`S_i = \sum_r V[E(Y_r \mid X_i)] / \sum_r V(Y_r)`, and the total likewise.

        Returns
        -------
        pd.DataFrame
            A row a name and ``factor``: ``first_order``, ``total``, and ``rows``, the number of dyad-periods
            whose indices are not missing.

        References
        ----------
        Lamboni, M., Monod, H. and Makowski, D. (2011). Multivariate sensitivity analysis to measure global
        contribution of input factors in dynamic models. Reliability Engineering and System Safety 96(4).
        """
        table = self.importance(of).dropna(subset=["total"])
        parts = table.assign(
            first_order=table["first_order"] * table["variance"],
            total=table["total"] * table["variance"],
            rows=1,
        )
        sums = parts.groupby(["level", "name", "factor"], sort=False)[
            ["first_order", "total", "variance", "rows"]
        ].sum()
        variance = sums.pop("variance")
        for column in ("first_order", "total"):
            sums[column] = (sums[column] / variance).where(variance > 0, 0)
        return sums.reset_index()

    def in_words(self, name: str = "index") -> str:
        """Which choice matters most, in a few sentences.

        Parameters
        ----------
        name
            ``index`` or a dimension.
        """
        names = [known for _, known in _names(self.scores)]
        if name not in names:
            near = suggestion(name, names)
            raise InputError.at(
                "name", f"{name!r} is not among the scores.{near} There are {', '.join(names)}"
            )
        place, rows = names.index(name), len(self.scores.index.score)
        moved = float(_mean(self._another_band[..., place], None))
        sentences = [
            f"{self.combinations:,} combinations of {len(self.factors)} choices, {rows:,} dyad-periods.",
            f"Score of {name}: {self._ranked(name, 'score')}.",
            f"Band of {name}: another than the scheme's in {_percent(moved)} of the combinations and "
            f"dyad-periods that have one; {self._ranked(name, 'band')}.",
            *self._unscored(name),
        ]
        years = self._years[self._years["name"] == name]
        for variant, part in list(years.groupby("variant", sort=False))[1:]:
            changed = int(part["band_change"].eq(True).sum())
            sentences.append(
                f"Periods {variant}: another band in {changed:,} of {len(part):,} dyad-years, "
                f"mean absolute difference {part['difference'].abs().mean():.3f}."
            )
        return "\n".join(sentences)

    def _ranked(self, name: str, of: Literal["score", "band"]) -> str:
        table = self.overall(of)
        table = table[table["name"] == name].sort_values("total", ascending=False, kind="stable")
        moving, idle = table[table["total"] > 0], table.loc[table["total"] == 0, "factor"]
        if moving.empty:
            return "no choice changes it"
        shares = ", ".join(
            f"{factor} {_percent(total)} ({_percent(first)})"
            for factor, first, total in moving[["factor", "first_order", "total"]].itertuples(index=False)
        )
        without = f"; no influence: {', '.join(idle)}" if len(idle) else ""
        leading = f"the choice of {moving['factor'].iloc[0]} matters most"
        return f"{leading}. Shares of the variance in all (and alone): {shares}{without}"

    def _unscored(self, name: str) -> Iterator[str]:
        """What the shares leave out, and what they cannot be told of."""
        table = self.importance().query("name == @name").drop_duplicates(ROW)
        lost, unknown = float(table["missing"].mean()), int(table["total"].isna().sum())
        if lost:
            left_out = table.loc[table["left_out"] != "", "left_out"].value_counts()
            listed = ", ".join(f"{what} in {count:,}" for what, count in left_out.items())
            without = f" Left out of the shares, by dyad-periods: {listed}." if listed else ""
            yield f"No score in {_percent(lost)} of the combinations and dyad-periods.{without}"
        if unknown:
            yield f"In {unknown:,} dyad-periods the shares cannot be told."


def choices(
    data: Panel | pd.DataFrame | str | Path | None = None,
    scheme: Scheme | str | Path = DEFAULT,
    variants: Variants | str | Path | Mapping[str, Any] | None = None,
    *,
    limit: int = LIMIT,
    progress: Progress | None = None,
    period: str | Sequence[Span] | None = None,
    start: int | None = None,
    end: int | None = None,
    dyads: str | Iterable[str] | None = None,
) -> Choices:
    """Score every combination of choices.

    Parameters
    ----------
    data, scheme, period, start, end, dyads
        As for `bci.score`. A plain frame holds values already, so that no measure of it can be changed.
    variants
        The factors of choice: read, a path, a mapping, or the shipped ones where None.
    limit
        Combinations to score at most.
    progress
        Called with the number of combinations scored and to score, after each. Those that differ in the edges
        of the bands alone have one score and count once.

    Returns
    -------
    Choices

    Raises
    ------
    InputError
        If there are more combinations than `limit`, with their number and the time they would take; if a
        variant does not fit the scheme or the data, or leaves the scheme as it is; and as `bci.score`.

    Examples
    --------
    >>> means = {"arithmetic": {}, "geometric": {"aggregation": {"dimensions": "geometric"}}}
    >>> edges = {"limited": 0, "moderate": 0.3, "enhanced": 0.5, "comprehensive": 0.7}
    >>> bands = {"quarters": {}, "other": {"bands": edges}}
    >>> found = choices(variants={"factors": {"means": means, "bands": bands}})
    >>> len(found.band_changes().query("name == 'index' and changed == 1"))
    2
    """
    read_in, base, known = _read_in(data, scheme, variants, period, start, end, dyads)
    factors, lengths = _against_scheme(read_in, base, known, start, end)
    combinations, width = _Combinations(base, factors), len(_labels(base))
    if read_in.combinations > limit:
        raise _too_many(read_in, combinations, limit)
    what = f"{read_in.combinations:,} combinations of {width:,} scores"
    _refuse_size(read_in, read_in.combinations * width, what)
    table, numbers = combinations.everything(progress)
    frame = _frame(base, factors, table, numbers)
    by_year = _by_year(read_in, base, lengths)
    names = {factor.name: factor.variants for factor in factors}
    return Choices(frame, base, read_in, names, by_year, table, numbers)


def sampled_importance(
    data: Panel | pd.DataFrame | str | Path | None = None,
    scheme: Scheme | str | Path = DEFAULT,
    variants: Variants | str | Path | Mapping[str, Any] | None = None,
    *,
    n: int = 1024,
    rng: np.random.Generator | int = 0,
    progress: Progress | None = None,
    period: str | Sequence[Span] | None = None,
    start: int | None = None,
    end: int | None = None,
    dyads: str | Iterable[str] | None = None,
) -> pd.DataFrame:
    """What `Choices.importance` gives, estimated from a sample where all combinations are too many.

    Parameters
    ----------
    data, scheme, variants, period, start, end, dyads
        As for `choices`.
    n
        Points of the sample, a power of 2; ``n`` times the number of factors and two are looked up, each
        combination being scored once. With the shipped variants and data 1024 leave a root mean square error
        of 0.007 and four times as many about a third of it.
    rng
        Generator or seed.
    progress
        Called with the number of points looked up and to look up.

    Returns
    -------
    pd.DataFrame
        As `Choices.importance`, of the score. Nothing is left out: where a combination of the sample gives no
        score, the indices are missing.
    """
    if n < 1 or n & (n - 1):
        raise InputError.at("sample", f"n must be a power of 2, as 512 or 1024 (found {n})")
    read_in, base, known = _read_in(data, scheme, variants, period, start, end, dyads)
    factors, _ = _against_scheme(read_in, base, known, start, end)
    combinations = _Combinations(base, factors)
    points, width = n * (len(factors) + 2), len(_labels(base))
    _refuse_size(read_in, points * width, f"{points:,} points of {width:,} scores")
    scored: dict[Numbers, Array] = {}
    looked_up, gaps = 0, np.zeros(width)

    def outputs(numbers: NDArray[np.int64]) -> Array:
        nonlocal looked_up, gaps
        numbers = np.where(np.array(combinations.scoring)[:, None], numbers, 0)
        unique, which, counts = np.unique(numbers, axis=1, return_inverse=True, return_counts=True)
        keys = [tuple(column) for column in unique.T.tolist()]
        for key, count in zip(keys, counts.tolist(), strict=True):
            if key not in scored:
                scored[key] = combinations.score(key).ravel()
            looked_up += count
            gaps = gaps + count * np.isnan(scored[key])
            if progress:
                progress(looked_up, points)
        return np.stack([scored[key] for key in keys], axis=1)[:, which.reshape(-1)]

    levels = [len(factor.variants) for factor in factors]
    indices = discrete_sobol(outputs, levels, n, np.random.default_rng(rng))
    return _importance(base, [factor.name for factor in factors], indices, gaps / points, [""] * width)


def _read_in(
    data: Panel | pd.DataFrame | str | Path | None,
    scheme: Scheme | str | Path,
    variants: Variants | str | Path | Mapping[str, Any] | None,
    period: str | Sequence[Span] | None,
    start: int | None,
    end: int | None,
    dyads: str | Iterable[str] | None,
) -> tuple[Variants, Scores, frozenset[str]]:
    """The variants, the scores under the scheme itself, and the names of all indicators at hand."""
    read_in = variants if isinstance(variants, Variants) else load_variants(variants)
    base = score(data, scheme, period=period, start=start, end=end, dyads=dyads)
    known: Iterable[Any] = data.columns if isinstance(data, pd.DataFrame) else base.definitions
    if base.panel is not None:
        known = base.panel.definitions
    return read_in, base, frozenset(map(str, known))


def _upper(scores: Scores) -> Array:
    """Scores of the index and the dimensions side by side."""
    return np.concatenate([scores.index.score, scores.dimensions.score], axis=1)


def _names(scores: Scores) -> list[tuple[str, str]]:
    return [("index", "index"), *(("dimension", name) for name in scores.scheme.tree)]


def _labels(scores: Scores) -> pd.DataFrame:
    rows = [
        (*dyad, *period, *name)
        for dyad in scores.dyads
        for period in scores.periods
        for name in _names(scores)
    ]
    return pd.DataFrame(rows, columns=ROW)


def _too_many(variants: Variants, combinations: _Combinations, limit: int) -> InputError:
    last = tuple(size - 1 for size in combinations.sizes)
    # Once before, since what combinations share is computed with the first of them.
    combinations.score(last)
    begun = perf_counter()
    combinations.score(last)
    seconds = (perf_counter() - begun) * combinations.to_score
    count = variants.combinations
    return InputError.at(
        variants.document.place,
        f"{count:,} combinations are more than the limit of {limit:,} and would take about {_time(seconds)}; "
        f"allow them with limit={count}, take fewer factors, or estimate their importance from a sample",
    )


def _time(seconds: float) -> str:
    for size, unit in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:,.0f} {unit}"
    return f"{max(seconds, 1):.0f} seconds"


def _refuse_size(variants: Variants, size: int, what: str) -> None:
    if size > MOST_SCORES:
        message = f"{what} are more than the {MOST_SCORES:,} that fit; choose some of the dyads or factors"
        raise InputError.at(variants.document.place, message)


def _frame(
    base: Scores, factors: Sequence[_Factor], table: Array, in_bands: NDArray[np.int8]
) -> pd.DataFrame:
    sizes = tuple(len(factor.variants) for factor in factors)
    labels = _labels(base)
    numbers = np.indices(sizes).reshape(len(sizes), -1)
    columns: dict[str, Any] = {
        factor.name: np.array(factor.variants, dtype=object)[chosen].repeat(len(labels))
        for factor, chosen in zip(factors, numbers, strict=True)
    }
    columns["changed"] = (numbers > 0).sum(axis=0).repeat(len(labels))
    columns |= {name: np.tile(labels[name].to_numpy(), prod(sizes)) for name in ROW}
    words = np.array([*base.scheme.bands, None], dtype=object)
    return pd.DataFrame(columns | {"score": table.ravel(), "band": words[in_bands.ravel()]})


def _by_year(variants: Variants, base: Scores, lengths: Mapping[str, Sequence[Span]]) -> pd.DataFrame:
    """Each variant of periods beside the scheme, on the years that lie in a period of every one of them."""
    held = [{year for start, end in each for year in range(start, end + 1)} for each in lengths.values()]
    years = sorted(set.intersection(*held)) if held else []
    if held and not years:
        raise InputError.at(variants.document.place, "the variants of periods share no year")
    own = _year_by_year(base, base.periods, years)
    parts = []
    for variant, periods in (lengths or {"": base.periods}).items():
        part = _year_by_year(base, periods, years)
        part.insert(0, "variant", variant)
        part["score_scheme"], part["band_scheme"] = own["score"], own["band"]
        part["difference"] = part["score"] - part["score_scheme"]
        known = part["band"].notna() & part["band_scheme"].notna()
        part["band_change"] = (part["band"] != part["band_scheme"]).astype(object).where(known, None)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _year_by_year(base: Scores, periods: Sequence[Span], years: Sequence[int]) -> pd.DataFrame:
    """The scores of the periods that hold the years, dyad by dyad and year by year."""
    there = score_spans(replace(base, grades=None), periods)
    held = [i for year in years for i, (start, end) in enumerate(periods) if start <= year <= end]
    rows = np.arange(len(_labels(there))).reshape(len(base.dyads), len(periods), -1)[:, held].ravel()
    scored, words = _upper(there).ravel(), np.array([*base.scheme.bands, None], dtype=object)
    frame = _labels(there).assign(score=scored, band=words[bands.band(scored, base.scheme.edges)])
    frame = frame.iloc[rows].reset_index(drop=True)
    names = len(_names(base))
    frame.insert(2, "year", np.tile(np.repeat(np.array(years, dtype=int), names), len(base.dyads)))
    return frame


def _indices(values: Array, factors: Mapping[str, tuple[str, ...]]) -> tuple[Indices, list[str]]:
    """Exact indices of each output, and what was left out for it because it never gives a score."""
    sizes, count = tuple(map(len, factors.values())), values.shape[-1]
    axes = tuple(range(len(sizes)))
    present = ~np.isnan(values)
    scored = [present.any(axis=tuple(other for other in axes if other != axis)) for axis in axes]
    patterns, which = np.unique(np.concatenate(scored), axis=1, return_inverse=True)
    first, total = np.full((2, count, len(sizes)), np.nan)
    variance, left_out = np.full(count, np.nan), np.empty(count, dtype=object)
    words = [f"{factor}={variant}" for factor, variants in factors.items() for variant in variants]
    for p, pattern in enumerate(patterns.T):
        outputs = np.flatnonzero(which.reshape(-1) == p)
        left_out[outputs] = "; ".join(
            word for word, kept in zip(words, pattern, strict=True) if pattern.any() and not kept
        )
        levels = [np.flatnonzero(part) for part in np.split(pattern, np.cumsum(sizes)[:-1])]
        if pattern.any():
            found = exact_sobol(values[np.ix_(*levels, outputs)], len(sizes))
            first[outputs], total[outputs] = found.first_order, found.total
            variance[outputs] = found.variance
    return Indices(first, total, variance), left_out.tolist()


def _importance(
    base: Scores, factors: Sequence[str], indices: Indices, missing: Array, left_out: Sequence[str]
) -> pd.DataFrame:
    labels = _labels(base)
    columns: dict[str, Any] = {name: labels[name].to_numpy().repeat(len(factors)) for name in ROW}
    columns["factor"] = np.tile(np.array(factors, dtype=object), len(labels))
    columns["first_order"], columns["total"] = indices.first_order.ravel(), indices.total.ravel()
    for name, values in (("variance", indices.variance), ("missing", missing), ("left_out", left_out)):
        columns[name] = np.repeat(np.asarray(values), len(factors))
    return pd.DataFrame(columns)


def _mean(values: NDArray[Any], axes: tuple[int, ...] | None) -> Array:
    """The mean of what is there, missing where nothing is."""
    present = ~np.isnan(values)
    summed = np.where(present, values, 0).sum(axis=axes, dtype=float)
    counted = present.sum(axis=axes)
    mean: Array = np.divide(summed, counted, out=np.full(np.shape(summed), np.nan), where=counted > 0)
    return mean


def _percent(share: float) -> str:
    return "under 1%" if 0 < share < 0.005 else f"{share:.0%}"
