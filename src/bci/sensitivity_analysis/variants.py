"""The file of variants: factors of choice, and what can be chosen for each.

``config/variants.yaml`` is the shipped one. A variant is a part of a scheme, written as in a scheme: what it
names is replaced, the rest stays. Periods stand apart: a score of 2014 is no other estimate of the score of
2012-2015 but one of something else, so a factor of periods is not mixed with the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import prod
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, field_validator

from bci.errors import Faults, InputError, Problem, suggestion
from bci.files import shipped
from bci.model.definitions import Identifier, Measure, Model, Scale, Score
from bci.model.scheme import Aggregation, Missing, Periods, Weight
from bci.scoring.scores import NAMED_ROW
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
        if all(map(of_periods, kept.values())):
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
