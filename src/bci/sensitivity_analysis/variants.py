"""The file of variants: factors of choice, and what can be chosen for each.

``config/variants.yaml`` is the shipped one. A variant is a part of a scheme, written as in a scheme: what it
names is replaced, the rest stays. Periods stand apart: a score of 2014 is no other estimate of the score of
2012-2015 but one of something else, so a factor of periods is not mixed with the others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import prod
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, field_validator

from bci.errors import Faults, InputError, Problem, suggestion
from bci.files import shipped
from bci.model.definitions import Identifier, Measure, Model, Scale, Score, check_measurable, options
from bci.model.periods import Span, spans
from bci.model.scheme import Aggregation, Missing, Periods, Scheme, Weight, measure_of, scale_of
from bci.scoring.scores import NAMED_ROW, Scores
from bci.yamlfile import Document, Location, check, read

PERIODS: Location = ("periods",)
BANDS: Location = ("bands",)

#: How deep in a scheme lies what a variant replaces whole.
_DEPTH = {"periods": 1, "bands": 1, "dimensions": 4}
_OWN_COLUMNS = frozenset({*NAMED_ROW, "score", "band", "band_scheme", "changed"})


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
        whole: dict[Location, Any] = {PERIODS: self.periods}
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
            message = "leaves nothing to choose; give two variants or more, the first {} for the scheme's own"
            yield (factor,), message
        lengths = of_periods(variants)
        for name, variant in variants.items():
            for at in variant.changes:
                if home.setdefault(at, factor) != factor:
                    message = f"is changed by the factor {home[at]} already; put both into one factor"
                    yield (factor, name, *at), message
                if lengths and at != PERIODS:
                    message = "cannot stand beside periods, which make other rows; move it to another factor"
                    yield (factor, name, *at), message
    if factors and all(map(of_periods, factors.values())):
        yield (
            (),
            "hold no choice but that of periods, which is not combined; add another factor",
        )


def of_periods(variants: Mapping[str, Variant]) -> bool:
    """Whether a factor is one of periods."""
    return any(PERIODS in variant.changes for variant in variants.values())


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
        return prod(len(variants) for variants in self.factors.values() if not of_periods(variants))


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


def merged(content: Mapping[str, Any], changes: Mapping[Location, Any]) -> dict[str, Any]:
    """A scheme's content with what a variant replaces."""
    whole = dict(content)
    for at, value in changes.items():
        part = whole
        for key in at[:-1]:
            part[str(key)] = dict(part[str(key)])
            part = part[str(key)]
        part[str(at[-1])] = value
    return whole


@dataclass(frozen=True)
class Factor:
    """A factor with what its variants change in the scheme at hand."""

    name: str
    variants: tuple[str, ...]
    changes: tuple[Mapping[Location, Any], ...]


def fit(
    variants: Variants, base: Scores, known: Collection[str], start: int | None, end: int | None
) -> tuple[list[Factor], dict[str, list[Span]]]:
    """The factors as they change a scheme, and the periods by variant of a factor of periods.

    Parameters
    ----------
    variants
        As they stand in their file.
    base
        The scores under the scheme.
    known
        The indicators that the data have; what is said of one that the scheme lacks is passed over.
    start, end
        First and last year, as for `bci.score`.

    Raises
    ------
    InputError
        With everything that does not fit, or leaves the scheme as it is.
    """
    fitted = {
        factor: {name: _Fitting(variants, (factor, name), base, known) for name in members}
        for factor, members in variants.factors.items()
    }
    problems = [
        problem
        for members in fitted.values()
        for i, variant in enumerate(members.values())
        for problem in variant.problems(first=i == 0)
    ]
    if problems:
        raise InputError(problems)
    factors: list[Factor] = []
    lengths: dict[str, list[Span]] = {}
    for factor, members in fitted.items():
        if of_periods(variants.factors[factor]):
            lengths = {name: variant.spans(start, end) for name, variant in members.items()}
        else:
            changes = tuple(variant.changes for variant in members.values())
            factors.append(Factor(factor, tuple(members), changes))
    return factors, lengths


class _Fitting:
    """One variant held against a scheme and its data."""

    def __init__(self, variants: Variants, at: tuple[str, str], base: Scores, known: Collection[str]) -> None:
        self.document, self.at = variants.document, ("factors", *at)
        self.base, self.scheme, self.known = base, base.scheme, known
        changes = variants.factors[at[0]][at[1]].changes
        self.changes = {at: value for at, value in changes.items() if not self._elsewhere(at)}

    def _elsewhere(self, at: Location) -> bool:
        """Whether it speaks of an indicator that the data have and the scheme does not."""
        return at[0] in ("scales", "measures") and at[1] not in self.scheme.indicators and at[1] in self.known

    def problems(self, *, first: bool) -> list[Problem]:
        """Everything that is wrong with it."""
        faults = [fault for at, value in self.changes.items() for fault in self._faults(at, value)]
        if not faults:
            if whole := self._problems_of_scheme():
                return whole
            faults = list(self._idle(first=first))
        return [self.document.problem((*self.at, *at), message) for at, message in faults]

    def _problems_of_scheme(self) -> list[Problem]:
        """What the whole scheme would be told, at the place of the variant."""
        depth = len(self.at)
        marks, key_marks = (
            {at[depth:]: mark for at, mark in all_marks.items() if at[:depth] == self.at}
            for all_marks in (self.document.marks, self.document.key_marks)
        )
        content = merged(self.scheme.model_dump(by_alias=True), self.changes)
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
                wanted = "give a folder of indicators to choose between measures"
                yield at, f"the data are values already; {wanted}"
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
        name, other = (
            self.scheme.name,
            [at for at, value in self.changes.items() if not self._as_in_scheme(at, value)],
        )
        if first and other:
            message = f"the first variant must be as the scheme {name}, which says otherwise; put {{}} first"
            yield other[0], message
        # Periods are compared and not combined, so the same ones again weigh nothing.
        elif not first and not other and PERIODS not in self.changes:
            yield (), f"leaves the scheme {name} as it is, which only the first variant may; take it out"

    def _as_in_scheme(self, at: Location, value: Any) -> bool:
        """Whether the scheme has it so itself; of a scale or a measure, method and options count."""
        definitions, name = self.base.definitions, str(at[-1])
        of_scheme: Any
        match at[0]:
            case "periods":
                return self.spans() == list(self.base.periods)
            case "scales":
                of_scheme = scale_of(self.scheme, definitions, name)
            case "measures":
                of_scheme = measure_of(self.scheme, definitions, name)
            case _:
                of_scheme = self.scheme.model_dump(by_alias=True)
                for key in at:
                    of_scheme = of_scheme[key]
                return bool(of_scheme == value)
        return type(of_scheme) is type(value) and options(of_scheme) == options(value)

    def spans(self, start: int | None = None, end: int | None = None) -> list[Span]:
        """The periods it asks for, those of the scores where it asks for none."""
        if PERIODS not in self.changes:
            return list(self.base.periods)
        years = self.base.values.index.get_level_values("year")
        periods = self.changes[PERIODS]
        return spans(periods, (int(years.min()), int(years.max())), start=start, end=end)
