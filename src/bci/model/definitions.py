"""What an indicator is, as written in ``indicators/<id>.yaml``: measure, variables, scale, coverage."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bci.errors import Faults
from bci.model.measures import VARIABLES

# Between these, sums, squares and quotients stay within what floating point can hold.
LEAST, MOST = 1e-30, 1e30
Number = Annotated[float, Field(strict=True, ge=-MOST, le=MOST, allow_inf_nan=False)]
Score = Annotated[float, Field(strict=True, ge=0, le=1)]
FIRST_YEAR, LAST_YEAR = 1800, 2200
Year = Annotated[int, Field(strict=True, ge=FIRST_YEAR, le=LAST_YEAR)]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Basis = Literal["definition", "literature", "calibrated"]
Grade = Literal["A", "B", "C"]

GRADES: tuple[Grade, ...] = ("A", "B", "C")


class Model(BaseModel):
    """A part of a YAML format: unknown keys are errors, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, defer_build=True)


class Count(Model):
    """Number of events in the year."""

    method: Literal["count"]


class Share(Model):
    """A part of a total."""

    method: Literal["share"]


class MutualShare(Model):
    """Mean of the two national shares."""

    method: Literal["mutual_share"]
    mean: Literal["geometric", "arithmetic", "smaller"] = "geometric"
    flows: Literal["pooled", "stronger"] = Field("pooled", description="what becomes of two directed flows")


class VoteSimilarity(Model):
    """Likeness of votes from the nine joint counts of a year."""

    method: Literal["vote_similarity"]
    similarity: Literal[
        "agree",
        "identical",
        "s_absolute",
        "s_squared",
        "kappa_squared",
        "pi_squared",
        "kappa_nominal",
        "pi_nominal",
    ] = "agree"


Measure = Annotated[Count | Share | MutualShare | VoteSimilarity, Field(discriminator="method")]


class ScaleOptions(Model):
    """What every scale says: which way is up, and what its numbers rest on."""

    direction: Literal[1, -1] = Field(1, description="-1 where more of the value is less cooperation")
    basis: Basis = Field(description="what the numbers rest on; calibrated ones are marked wherever used")
    calibrated_to: str = Field("", description="the dyad whose published results they were calibrated to")
    note: str = Field("", description="why these numbers")


class Anchors(ScaleOptions):
    """Piecewise linear through points [value, score], flat outside them."""

    method: Literal["anchors"]
    anchors: Annotated[list[tuple[Number, Score]], Field(min_length=2)]

    @model_validator(mode="after")
    def _increasing(self) -> Self:
        values = [value for value, _ in self.anchors]
        Faults.refuse(
            (("anchors", i), f"anchor values must increase, but {after:g} follows {before:g}")
            for i, (before, after) in enumerate(pairwise(values), start=1)
            if after - before < LEAST
        )
        return self


class Goalposts(ScaleOptions):
    """Straight line between two posts."""

    method: Literal["goalposts"]
    lower: Number
    upper: Number

    @model_validator(mode="after")
    def _increasing(self) -> Self:
        if self.upper - self.lower < LEAST:
            raise ValueError(f"upper ({self.upper:g}) must be above lower ({self.lower:g})")
        return self


class MinMax(ScaleOptions):
    """Straight line from the lowest to the highest value at hand."""

    method: Literal["min_max"]


class ZScore(ScaleOptions):
    """Standard scores, cut off at 0 and 1."""

    method: Literal["z_score"]
    centre: Score = 0.5
    spread: Annotated[float, Field(strict=True, gt=0, le=1)] = 1 / 6


class PercentileRank(ScaleOptions):
    """Share of the other values that lie below."""

    method: Literal["percentile_rank"]


class Rank(ScaleOptions):
    """Rank over the number of values."""

    method: Literal["rank"]
    ties: Literal["average", "lowest"] = "average"


Scale = Annotated[
    Anchors | Goalposts | MinMax | ZScore | PercentileRank | Rank,
    Field(discriminator="method"),
]


class Variable(Model):
    """One column of an indicator's CSV."""

    unit: str
    description: str


class Coverage(Model):
    """The years that an indicator's sources cover; a year inside without a figure is missing."""

    from_: Year = Field(alias="from")
    to: Year

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to < self.from_:
            raise ValueError(f"to ({self.to}) lies before from ({self.from_})")
        return self


class Events(Model):
    """The list of events behind a count, and the rule that says which of them count."""

    file: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*_events\.csv$")]
    kinds: Annotated[list[str], Field(min_length=1)]
    rule: str


class Caveat(Model):
    """What a reader must know of certain years, said wherever they are scored."""

    years: Annotated[list[Year], Field(min_length=1)]
    text: str


class Indicator(Model):
    """One indicator: what the number is, how it is measured and scaled, and what to know before using it."""

    id: Identifier
    title: str
    definition: str
    unit: str
    measure: Measure
    variables: Annotated[dict[Identifier, Variable], Field(min_length=1)]
    scale: Scale
    coverage: Coverage
    references: list[str] = []
    limits: str = ""
    events: Events | None = None
    caveats: list[Caveat] = []

    @model_validator(mode="after")
    def _measurable(self) -> Self:
        check_measurable(self.measure, self.variables)
        if self.events is not None and "count" not in self.variables:
            raise ValueError(
                "events stand behind a count; name the variable that counts them count, or take events out"
            )
        return self


class Source(Model):
    """Where figures come from, and on what terms."""

    title: str
    publisher: str
    place: str
    licence: str
    vintage: str


def measured_variables(measure: Measure, variables: Any) -> tuple[str, ...] | None:
    """The variables that `measure` reads among those at hand, or None where some are wanting."""
    return next((names for names in VARIABLES[measure.method] if set(names) <= set(variables)), None)


def check_measurable(measure: Measure, variables: Any) -> None:
    """Refuse a measure whose variables are not there."""
    if measured_variables(measure, variables) is None:
        needed = " or ".join(", ".join(names) for names in VARIABLES[measure.method])
        raise ValueError(
            f"measure {measure.method} needs the variables {needed}; found {', '.join(variables)}"
        )


def options(part: Model) -> dict[str, Any]:
    """The method's own options, without what is said for readers only."""
    return part.model_dump(exclude={"method", "basis", "calibrated_to", "note"})


def described(part: Model) -> str:
    """A measure or scale in one line: its method and options.

    Examples
    --------
    >>> described(Anchors(method="anchors", anchors=[(0.02, 0), (0.12, 1)], basis="calibrated"))
    'anchors [0.02, 0], [0.12, 1]'
    >>> described(MutualShare(method="mutual_share"))
    'mutual_share, mean geometric'
    """
    given = options(part)
    for name, usual in (("direction", 1), ("flows", "pooled")):
        if given.get(name) == usual:
            del given[name]
    method = str(part.model_dump()["method"])
    if "anchors" in given:
        points = ", ".join(f"[{value:g}, {score:g}]" for value, score in given.pop("anchors"))
        method = f"{method} {points}"
    return ", ".join([method, *(f"{name} {value}" for name, value in given.items())])
