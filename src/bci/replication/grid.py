"""The grid on which calibrated numbers are chosen again: the file ``calibration.yaml``."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Discriminator, Field, Tag, field_validator, model_validator

from bci.errors import Faults
from bci.files import shipped
from bci.model.definitions import Identifier, Model, Number, Score
from bci.yamlfile import check, read

Points = list[tuple[float, float]]

MOST_POINTS = 10_000


class AnchorSets(Model):
    """Scales by their anchors."""

    anchors: Annotated[list[Annotated[list[tuple[Number, Score]], Field(min_length=2)]], Field(min_length=1)]
    note: str = ""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        Faults.refuse(_anchor_faults(self.anchors))
        return self

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
        Faults.refuse(_post_faults(self.lower, self.upper))
        return self

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


def _anchor_faults(sets: Sequence[Points]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for i, points in enumerate(sets):
        for j, ((before, _), (after, _)) in enumerate(pairwise(points), start=1):
            if after <= before:
                yield ("anchors", i, j), f"anchor values must increase, but {after:g} follows {before:g}"
        if points in sets[:i]:
            yield ("anchors", i), "stands twice; keep one"


def _post_faults(
    lower: Sequence[float], upper: Sequence[float]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for side, posts in (("lower", lower), ("upper", upper)):
        for i, (before, after) in enumerate(pairwise(posts), start=1):
            if after <= before:
                yield (side, i), f"must increase, but {after:g} follows {before:g}"
    for i, high in enumerate(upper):
        if high <= max(lower):
            yield ("upper", i), f"{high:g} must lie above every lower post, of which one is {max(lower):g}"


def load_grid(path: str | Path | None = None) -> Grid:
    """Read a grid of scales, the shipped one where None.

    Raises
    ------
    InputError
        With everything that is wrong in the file.
    """
    path = shipped("config") / "calibration.yaml" if path is None else Path(path)
    return check(read(path), Grid)
