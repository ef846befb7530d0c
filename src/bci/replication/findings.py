"""What was published, as statements that can be checked: the file ``findings.yaml``."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from bci.countries import dyad as read_dyad
from bci.errors import Faults
from bci.files import shipped
from bci.model.definitions import Identifier, Model, Number, Year
from bci.model.periods import Span
from bci.model.periods import spans as periods_of
from bci.model.scheme import Tiling
from bci.yamlfile import check, read

Class = Literal["STATED", "AMBIGUOUS", "INFERRED"]
CLASSES: tuple[Class, ...] = ("STATED", "AMBIGUOUS", "INFERRED")

OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}
_SPANS = re.compile(r"([0-9]{4})-([0-9]{4}) (>|<|>=|<=) ([0-9]{4})-([0-9]{4})")
_ORDER = re.compile(r"(\w+) (>|<|>=|<=) (\w+)")
_WORDS = ("nondecreasing", "not_monotone", "no_abrupt_change")


def compared_spans(atom: str) -> tuple[Span, str, Span] | None:
    """The two spans of a comparison and its operator; None for any other part of a trend.

    Examples
    --------
    >>> compared_spans("1992-1995 > 1996-1999")
    ((1992, 1995), '>', (1996, 1999))
    """
    if match := _SPANS.fullmatch(atom):
        return (int(match[1]), int(match[2])), match[3], (int(match[4]), int(match[5]))
    return None


class FindingSource(Model):
    """Where a statement was published, and how far it could be read."""

    title: str
    place: str
    read: str


class Finding(Model):
    """One published statement in a form that can be checked."""

    id: str
    level: Literal["index", "dimension", "indicator"]
    name: Identifier
    period: tuple[Year, Year]
    type: Literal["band", "band_at_least", "order", "trend"]
    claim: str
    each: Literal["period", "year", "both"]
    statement: str
    class_: Class = Field(alias="class")
    sources: Annotated[list[Identifier], Field(min_length=1)]
    note: str = ""

    @model_validator(mode="after")
    def _grammar(self) -> Finding:
        parts = {"order": [self.claim], "trend": self.atoms}.get(self.type, [])
        allowed = _ORDER if self.type == "order" else _SPANS
        Faults.refuse(
            (
                ("claim",),
                f"{part!r} cannot be read; write 'A op B', '1992-1995 > 1996-1999' or {', '.join(_WORDS)}",
            )
            for part in parts
            if not allowed.fullmatch(part) and (self.type == "order" or part not in _WORDS)
        )
        Faults.refuse(
            (("claim",), f"{start}-{end} ends before it starts")
            for compared in map(compared_spans, self.atoms)
            if compared is not None
            for start, end in (compared[0], compared[2])
            if end < start
        )
        return self

    @field_validator("period")
    @classmethod
    def _in_order(cls, period: tuple[int, int]) -> tuple[int, int]:
        if period[1] < period[0]:
            raise ValueError(f"period {period[0]}-{period[1]} ends before it starts")
        return period

    @property
    def atoms(self) -> list[str]:
        """The parts of a trend, all of which must hold."""
        return [atom.strip() for atom in self.claim.split(";")]

    @property
    def sides(self) -> tuple[str, str, str]:
        """An order as a name, its operator, and a name or a band."""
        left, sign, right = self.claim.split()
        return left, sign, right


class Findings(Model):
    """The file ``findings.yaml``."""

    dyad: str
    periods: Tiling
    abrupt: Number
    abrupt_note: str
    sources: dict[Identifier, FindingSource]
    findings: Annotated[list[Finding], Field(min_length=1)]

    @field_validator("dyad")
    @classmethod
    def _readable(cls, dyad: str) -> str:
        read_dyad(dyad)
        return dyad

    @model_validator(mode="after")
    def _known(self) -> Findings:
        ids = [finding.id for finding in self.findings]
        Faults.refuse(
            (("findings", i), message)
            for i, finding in enumerate(self.findings)
            for message in [
                *(f"source {s!r} is not among the sources" for s in finding.sources if s not in self.sources),
                *([f"id {finding.id!r} stands twice"] if ids.index(finding.id) < i else []),
            ]
        )
        return self

    @property
    def spans(self) -> list[Span]:
        """The periods that statements about periods are tested on."""
        return periods_of(self.periods, (self.periods.from_, self.periods.to))


def load_findings(path: str | Path | None = None) -> Findings:
    """Read a file of findings, the shipped one where None."""
    path = shipped("config") / "findings.yaml" if path is None else Path(path)
    return check(read(path), Findings)
