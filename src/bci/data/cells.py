"""What the cells of indicator files may hold: read column by column, and refused where they stand.

Each different cell of a column is read and checked once, however many rows hold it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bci.arrays import Array
from bci.countries import iso3
from bci.data.csvfile import Table
from bci.data.dyads import KEY
from bci.errors import CountryError, suggestion
from bci.model.definitions import GRADES, LEAST, MOST, Indicator
from bci.model.measures import JOINT_COUNTS

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_YEAR = re.compile(r"[0-9]{4}")

#: Which figure is part of which other.
PARTS = (
    *(("part", "total"), ("flow", "total_a"), ("flow", "total_b")),
    *(("flow_ab", "exports_a"), ("flow_ab", "imports_b"), ("flow_ba", "exports_b"), ("flow_ba", "imports_a")),
)

Numbers = NDArray[np.int64]


def refuse(table: Table, name: str, faults: Callable[[str], Iterable[str]]) -> None:
    """Note what is wrong with the cells of a column."""
    column = table.columns[name]
    wrong = {code: found for code, word in enumerate(column.words) if (found := list(faults(word)))}
    if wrong:
        for row in np.flatnonzero(np.isin(column.codes, list(wrong))).tolist():
            for message in wrong[int(column.codes[row])]:
                table.refuse(row, name, message)


@dataclass(frozen=True, eq=False)
class Dyads:
    """The dyad of each row as a number; pairs that hold no country or the wrong one have numbers, too."""

    number: Numbers
    countries: list[str]
    unread: list[tuple[str, str]]

    def dyad(self, number: int) -> tuple[str, str]:
        """The two countries, or what stands for them."""
        a, b = divmod(int(number), len(self.countries))
        beyond = a - len(self.countries)
        if beyond >= 0:
            return self.unread[beyond * len(self.countries) + b]
        return self.countries[a], self.countries[b]


def dyads_of(table: Table) -> Dyads:
    """The two countries of each row as ISO3, in order."""
    sides = [table.columns[name] for name in KEY[:2]]
    read = [[_country(word) for word in side.words] for side in sides]
    countries = sorted({code for codes in read for code in codes if code}) or [""]
    place = {code: i for i, code in enumerate(countries) if code}
    a, b = (
        side.of_words([place.get(code, -1) for code in codes], np.int64)
        for side, codes in zip(sides, read, strict=True)
    )
    known = (a >= 0) & (b >= 0)
    for name in KEY[:2]:
        refuse(table, name, _odd_country)
    for row in np.flatnonzero(known & (a == b)).tolist():
        table.refuse(row, "iso3_b", f"{countries[a[row]]} with itself is no dyad")
    for row in np.flatnonzero(known & (a > b)).tolist():
        found, right = (
            f"{countries[first]},{countries[second]}"
            for first, second in ((a[row], b[row]), (b[row], a[row]))
        )
        message = f"{found} must be stored as {right}; turn the columns that end in _a and _b with it"
        table.refuse(row, "iso3_a", message)
    number, unread = a * len(countries) + b, dict[tuple[str, str], int]()
    for row in np.flatnonzero(~known).tolist():
        texts = (sides[0][row], sides[1][row])
        number[row] = len(countries) ** 2 + unread.setdefault(texts, len(unread))
    return Dyads(number, countries, list(unread))


def _country(text: str) -> str:
    try:
        return iso3(text)
    except CountryError:
        return ""


def _odd_country(text: str) -> Iterable[str]:
    try:
        iso3(text)
    except CountryError as error:
        worded = any(sign.isalpha() for sign in text)
        hint = f"{text!r} is no country; write its ISO code, such as CHN, or its name"
        yield str(error) if worded else hint


def years_of(table: Table, definition: Indicator) -> Numbers:
    """The year of each row, inside what the indicator declares to cover; 0 where it cannot be read."""
    first, last = definition.coverage.from_, definition.coverage.to

    def faults(text: str) -> Iterable[str]:
        if not _YEAR.fullmatch(text):
            yield f"{text!r} is no year; write four digits"
        elif not first <= int(text) <= last:
            yield f"{text} lies outside the coverage {first}-{last} that {definition.id}.yaml declares"

    refuse(table, "year", faults)
    column = table.columns["year"]
    return column.of_words([int(word) if _YEAR.fullmatch(word) else 0 for word in column.words], np.int64)


def check_once(table: Table, dyads: Dyads, key: Numbers, year: Numbers) -> None:
    """Refuse a dyad-year that an earlier row holds."""
    rows = np.flatnonzero(year)
    in_order = np.sort(key[rows])
    twice = in_order[1:][in_order[1:] == in_order[:-1]]
    first: dict[int, int] = {}
    for row in rows[np.isin(key[rows], twice)].tolist() if len(twice) else ():
        before = first.setdefault(int(key[row]), row)
        if before != row:
            a, b = dyads.dyad(dyads.number[row])
            line = table.lines[before]
            table.refuse(row, "year", f"{a}-{b} {year[row]} stands in line {line} already; keep one")


def figures_of(table: Table, name: str) -> Array:
    """A column of figures; an empty cell is missing."""
    refuse(table, name, lambda text: _odd_figure(name, text, _figure(text)))
    column = table.columns[name]
    return column.of_words([_figure(word) for word in column.words], np.float64)


def _figure(text: str) -> float:
    number = float(text) if _NUMBER.fullmatch(text) else math.nan
    return number if math.isfinite(number) else math.nan


def _odd_figure(name: str, text: str, number: float) -> Iterable[str]:
    """What is wrong with a figure, above all what the variables of the measures cannot be."""
    if math.isnan(number):
        if text:
            yield f"{text!r} is no number; write digits with a decimal point, or leave it empty"
        return
    if number and not LEAST <= abs(number) <= MOST:
        yield f"{text} is no figure; give 0, or a size from {LEAST:g} to {MOST:g}"
    if number < 0:
        yield f"{number:g} is negative; this cannot be less than 0"
    elif name in ("share_a", "share_b") and number > 1:
        yield f"{number:g} is no share; write 0..1 (12 percent is 0.12)"
    elif name in ("count", *JOINT_COUNTS) and number % 1:
        yield f"{number:g} is no count; write a whole number"


def check_totals(table: Table, numbers: Mapping[str, Array]) -> None:
    """Refuse a total that is smaller than its part."""
    for part, total in PARTS:
        if part in numbers and total in numbers:
            for row in np.flatnonzero(numbers[total] < numbers[part]).tolist():
                found = f"{numbers[total][row]:g} is smaller than its part, {part} = {numbers[part][row]:g}"
                table.refuse(row, total, found)


def check_provenance(table: Table, known_sources: Collection[str], figures: NDArray[Any]) -> None:
    """Refuse rows with figures that lack a source or a quality, and unknown ones."""

    def unknown(text: str) -> Iterable[str]:
        for i in filter(None, text.split(";")):
            if i not in known_sources:
                yield f"source {i!r} is not in sources.yaml.{suggestion(i, known_sources)}"

    refuse(table, "source", unknown)
    refuse(table, "quality", lambda text: [] if text in (*GRADES, "") else [_odd_grade(text)])
    for name, message in (
        ("source", "is empty; give the id of a source in sources.yaml"),
        ("quality", _odd_grade("")),
    ):
        column = table.columns[name]
        empty = column.of_words([not word for word in column.words], bool)
        for row in np.flatnonzero(empty & figures).tolist():
            table.refuse(row, name, message)


def _odd_grade(text: str) -> str:
    return f"{text!r} is not allowed; give A, B or C"
