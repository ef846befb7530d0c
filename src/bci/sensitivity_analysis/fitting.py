"""Variants held against the scheme and the data that they are to change."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bci.errors import InputError, Problem, suggestion
from bci.model.definitions import check_measurable, options
from bci.model.periods import Span, spans
from bci.model.scheme import Scheme, measure_of, scale_of
from bci.scoring.scores import Scores
from bci.sensitivity_analysis.variants import PERIODS, Variants, merged, of_periods
from bci.yamlfile import Document, Location, check


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
        said = variants.factors[at[0]][at[1]].changes
        self.changes = {at: value for at, value in said.items() if not self._elsewhere(at)}

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
        name, other = self.scheme.name, [at for at, value in self.changes.items() if not self._own(at, value)]
        if first and other:
            message = f"the first variant must be as the scheme {name}, which says otherwise; put {{}} first"
            yield other[0], message
        # Periods are compared and not combined, so the same ones again weigh nothing.
        elif not first and not other and PERIODS not in self.changes:
            yield (), f"leaves the scheme {name} as it is, which only the first variant may; take it out"

    def _own(self, at: Location, value: Any) -> bool:
        """Whether the scheme has it so itself; of a scale or a measure, method and options count."""
        definitions, name = self.base.definitions, str(at[-1])
        own: Any
        match at[0]:
            case "periods":
                return self.spans() == list(self.base.periods)
            case "scales":
                own = scale_of(self.scheme, definitions, name)
            case "measures":
                own = measure_of(self.scheme, definitions, name)
            case _:
                own = self.scheme.model_dump(by_alias=True)
                for key in at:
                    own = own[key]
                return bool(own == value)
        return type(own) is type(value) and options(own) == options(value)

    def spans(self, start: int | None = None, end: int | None = None) -> list[Span]:
        """The periods it asks for, those of the scores where it asks for none."""
        if PERIODS not in self.changes:
            return list(self.base.periods)
        years = self.base.values.index.get_level_values("year")
        periods = self.changes[PERIODS]
        return spans(periods, (int(years.min()), int(years.max())), start=start, end=end)
