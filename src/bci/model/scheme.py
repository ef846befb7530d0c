"""The scheme: tree, weights, means, missing rule, periods, bands. One YAML file is one whole scheme."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, Discriminator, Field, Tag, field_validator, model_validator

from bci.arrays import Array
from bci.errors import Faults, InputError, suggestion
from bci.files import shipped
from bci.model.definitions import (
    LEAST,
    MOST,
    Identifier,
    Indicator,
    Measure,
    Model,
    Number,
    Scale,
    Score,
    Year,
)
from bci.model.means import MEANS
from bci.yamlfile import Document, check, flow, read

DEFAULT = "papageorgiou-equal"


def _weighable(weight: float) -> float:
    if 0 < weight < LEAST:
        raise ValueError(f"must be 0, or at least {LEAST:g} (found {weight:g})")
    return weight


Weight = Annotated[float, Field(strict=True, ge=0, le=MOST, allow_inf_nan=False), AfterValidator(_weighable)]
Weights = Annotated[dict[Identifier, Weight], Field(min_length=1)]


class Power(Model):
    """A power mean by its exponent."""

    power: Number


def _by_shape(value: Any) -> str:
    return "list" if isinstance(value, list) else _word_or_mapping(value)


def _word_or_mapping(value: Any) -> str:
    return "mapping" if isinstance(value, dict | Model) else "word"


if TYPE_CHECKING:
    MeanName = str
else:
    MeanName = Literal[tuple(MEANS)]

Mean = Annotated[
    Annotated[MeanName, Tag("word")] | Annotated[Power, Tag("mapping")],
    Discriminator(_word_or_mapping),
]


class Dimension(Model):
    """A dimension's weight in the index, and the weights of its indicators."""

    weight: Weight
    indicators: Weights

    @model_validator(mode="after")
    def _some_weight(self) -> Self:
        if not any(self.indicators.values()):
            raise ValueError("all indicator weights are zero; give at least one more than 0")
        return self


class Aggregation(Model):
    """The mean that makes dimensions of indicators, and the one that makes the index of dimensions."""

    indicators: Mean = "arithmetic"
    dimensions: Mean = "arithmetic"


class Missing(Model):
    """What happens where data are missing.

    ``reweight`` and ``strict`` refuse a parent under the minimum coverage and score without it; ``bounds``
    refuses nothing, so its reach need not hold a score that was made by leaving something out.
    """

    rule: Literal["reweight", "strict", "bounds"] = "reweight"
    minimum_coverage: Score = 0.5


class Tiling(Model):
    """Periods of equal length from a first to a last year."""

    length: Annotated[int, Field(strict=True, ge=1)]
    from_: Year = Field(alias="from")
    to: Year

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to < self.from_:
            raise ValueError(f"to ({self.to}) lies before from ({self.from_})")
        return self


Span = tuple[Year, Year]
Periods = Annotated[
    Annotated[Tiling, Tag("mapping")]
    | Annotated[Literal["annual"], Tag("word")]
    | Annotated[list[Span], Field(min_length=1), Tag("list")],
    Discriminator(_by_shape),
]


class Scheme(Model):
    """A whole scheme of weights, as one YAML file holds it.

    Attributes
    ----------
    name, version, description
        What to call it in every output.
    periods
        A tiling, ``annual``, or a list of spans.
    dimensions
        The tree; weights are relative within their parent, and zero drops a member.
    aggregation, missing, bands
        The means, the missing rule, and the lower edges of the bands.
    scales, measures
        Where this scheme reads an indicator in another way than its definition.
    """

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
    version: Annotated[int, Field(strict=True, ge=1)] = 1
    description: str = ""
    periods: Periods
    dimensions: Annotated[dict[Identifier, Dimension], Field(min_length=1)]
    aggregation: Aggregation = Field(default_factory=lambda: Aggregation())
    missing: Missing = Field(default_factory=lambda: Missing())
    bands: Annotated[dict[Identifier, Score], Field(min_length=1)]
    scales: dict[Identifier, Scale] = {}
    measures: dict[Identifier, Measure] = {}

    @field_validator("dimensions")
    @classmethod
    def _sound_tree(cls, dimensions: dict[str, Dimension]) -> dict[str, Dimension]:
        Faults.refuse(_tree_faults(dimensions))
        return dimensions

    @field_validator("bands")
    @classmethod
    def _rising_bands(cls, bands: dict[str, float]) -> dict[str, float]:
        Faults.refuse(_band_faults(bands))
        return bands

    @field_validator("periods")
    @classmethod
    def _separate_periods(cls, periods: Any) -> Any:
        if isinstance(periods, list):
            Faults.refuse(span_faults(periods))
        return periods

    @model_validator(mode="after")
    def _of_members(self) -> Self:
        members = [name for dimension in self.dimensions.values() for name in dimension.indicators]
        Faults.refuse(
            ((part, name), f"is no member of this scheme.{suggestion(name, members)}")
            for part in ("scales", "measures")
            for name in getattr(self, part)
            if name not in members
        )
        return self

    @cached_property
    def source(self) -> Document | None:
        """The file that the scheme was read from; None where it was made in another way."""
        return None

    @cached_property
    def tree(self) -> Mapping[str, Mapping[str, float]]:
        """Indicator weights by dimension, without what weighs nothing."""
        return {
            name: {indicator: weight for indicator, weight in dimension.indicators.items() if weight}
            for name, dimension in self.dimensions.items()
            if dimension.weight
        }

    @cached_property
    def indicators(self) -> tuple[str, ...]:
        """Indicators that weigh anything, in the order of the file."""
        return tuple(indicator for members in self.tree.values() for indicator in members)

    @cached_property
    def dimension_weights(self) -> NDArray[np.float64]:
        """Weights of the dimensions of `tree`, relative."""
        return np.array([self.dimensions[name].weight for name in self.tree])

    @cached_property
    def edges(self) -> NDArray[np.float64]:
        """Lower edges of the bands."""
        return np.array(list(self.bands.values()))

    def words(self, numbers: NDArray[np.int8]) -> NDArray[np.object_]:
        """Bands by their numbers, as `bands.band` gives them; None where there is none."""
        return np.array([*self.bands, None], dtype=object)[numbers]

    def by_dimension(self, columns: Array) -> Mapping[str, tuple[Array, Array]]:
        """Columns of indicators, cut by dimension, and the weights of each cut.

        Parameters
        ----------
        columns
            Shape ``(rows, indicators, ...)``, in the order of `indicators`.
        """
        cuts = np.split(columns, np.cumsum([len(members) for members in self.tree.values()])[:-1], axis=1)
        weights = (np.array(list(members.values())) for members in self.tree.values())
        return dict(zip(self.tree, zip(cuts, weights, strict=True), strict=True))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the scheme's content, blind to comments and layout."""
        content = json.dumps(self.model_dump(mode="json", by_alias=True), sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()

    def overall_weight(self, indicator: str) -> float:
        """An indicator's share in the index, its dimension's share times its own within the dimension."""
        name, members = next((name, members) for name, members in self.tree.items() if indicator in members)
        within = members[indicator] / sum(members.values())
        return float(within * self.dimensions[name].weight / self.dimension_weights.sum())

    def mean(self, level: Literal["indicators", "dimensions"]) -> str | float:
        """The mean at a level, as `means.mean` takes it: a name, or the exponent of a power mean."""
        method = getattr(self.aggregation, level)
        return method.power if isinstance(method, Power) else str(method)


def _tree_faults(dimensions: Mapping[str, Dimension]) -> Iterator[tuple[tuple[str, ...], str]]:
    if not any(dimension.weight for dimension in dimensions.values()):
        yield (), "all dimension weights are zero; give at least one more than 0"
    home: dict[str, str] = {}
    for name, dimension in dimensions.items():
        if name == "index":
            yield (name,), "the name index is taken; call the dimension something else"
        for indicator in dimension.indicators:
            if indicator in dimensions or indicator == "index":
                yield (
                    (name, "indicators", indicator),
                    "names a dimension or the index; give it a name of its own",
                )
            if indicator in home:
                yield (name, "indicators", indicator), f"stands in {home[indicator]} already; keep one"
            home[indicator] = name


def _band_faults(bands: Mapping[str, float]) -> Iterator[tuple[tuple[str, ...], str]]:
    edges = list(bands.items())
    lowest, start = edges[0]
    if start != 0:
        yield (lowest,), f"the lowest band must start at 0 (found {start:g})"
    for (below, low), (above, high) in pairwise(edges):
        if high <= low:
            yield (above,), f"bands must rise, but {high:g} follows {low:g} of {below}"


def span_faults(spans: Sequence[Span]) -> Iterator[tuple[tuple[int], str]]:
    """What is wrong with a list of periods: turned round, out of order, overlapping."""
    for i, (start, end) in enumerate(spans):
        if end < start:
            yield (i,), f"period {start}-{end} ends before it starts"
        elif i and start <= spans[i - 1][1]:
            before = "{}-{}".format(*spans[i - 1])
            yield (i,), f"period {start}-{end} overlaps {before} or comes before it"


def scale_of(scheme: Scheme, definitions: Mapping[str, Indicator], name: str) -> Scale:
    """The scale in force for an indicator: the scheme's own, or its definition's."""
    return scheme.scales[name] if name in scheme.scales else definitions[name].scale


def measure_of(scheme: Scheme, definitions: Mapping[str, Indicator], name: str) -> Measure:
    """The measure in force for an indicator: the scheme's own, or its definition's."""
    return scheme.measures[name] if name in scheme.measures else definitions[name].measure


def scheme_names() -> list[str]:
    """Names of the shipped schemes, the default first."""
    others = {path.stem for path in shipped("config").glob("*.yaml")} - {
        "weights",
        "findings",
        "variants",
        "calibration",
    }
    return [DEFAULT, *sorted(others)]


def load_weights(weights: str | Path = DEFAULT) -> Scheme:
    """Read a scheme.

    Parameters
    ----------
    weights
        The name of a shipped scheme (``papageorgiou-equal``, ``military-first`` ...) or the path of a file.
        What ends in ``.yaml`` or ``.yml``, or holds a path separator, is a path.

    Returns
    -------
    Scheme

    Raises
    ------
    InputError
        If there is no such scheme, or with everything that is wrong in the file.

    Examples
    --------
    >>> load_weights("military-first").overall_weight("arms_trade")
    0.25
    """
    document = read(scheme_path(weights))
    scheme = check(document, Scheme)
    # Kept as a cached property is: no part of what is compared, written or digested.
    scheme.__dict__["source"] = document
    return scheme


def scheme_path(weights: str | Path) -> Path:
    """The file that a scheme's name or path means."""
    path = Path(weights)
    if isinstance(weights, Path) or path.suffix in {".yaml", ".yml"} or len(path.parts) > 1:
        return path
    names = scheme_names()
    if weights not in names:
        near = suggestion(weights, names)
        message = (
            f"no scheme {weights!r}.{near} There are {', '.join(names)}; or give the path of a .yaml file"
        )
        raise InputError.at("scheme", message)
    return shipped("config") / ("weights.yaml" if weights == DEFAULT else f"{weights}.yaml")


def scheme_text(scheme: Scheme) -> str:
    """A scheme as the text of a YAML file that `bci.load_weights` reads back as the same scheme."""
    content = scheme.model_dump(mode="json", by_alias=True)
    lines = [f"{part}: {flow(content[part])}" for part in ("name", "version", "description", "periods")]
    for part in ("dimensions", "scales", "measures"):
        if content[part]:
            lines += [f"{part}:", *(f"  {name}: {flow(value)}" for name, value in content[part].items())]
    lines += [f"{part}: {flow(content[part])}" for part in ("aggregation", "missing", "bands")]
    return "\n".join(lines) + "\n"
