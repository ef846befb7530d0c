"""One indicator's file of figures, and the events behind them: read, and every cell checked.

Each different cell of a column is judged once, however many rows hold it.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bci.arrays import Array, Mask, Whole, frozen
from bci.countries import iso3
from bci.data.dyads import KEY, Dyad, DyadYears
from bci.data.tables import Column, Table, figure
from bci.errors import CountryError, suggestion
from bci.files import content
from bci.model.definitions import GRADES, LEAST, MOST, Indicator
from bci.model.measures import JOINT_COUNTS

if TYPE_CHECKING:
    import pandas as pd

PROVENANCE = ("source", "quality", "note")
EVENT_COLUMNS = ("iso3_a", "iso3_b", "event", "date", "name", "kind", "place", "source", "quality", "note")

_YEAR = re.compile(r"[0-9]{4}")
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")

#: Variables that are no more than 1, and whole ones.
SHARES, COUNTS = ("share_a", "share_b"), ("count", *JOINT_COUNTS)
#: Which figure is part of which other.
PARTS = (
    *(("part", "total"), ("flow", "total_a"), ("flow", "total_b")),
    *(("flow_ab", "exports_a"), ("flow_ab", "imports_b"), ("flow_ba", "exports_b"), ("flow_ba", "imports_a")),
)


@dataclass(frozen=True, eq=False)
class Figures:
    """The figures of one indicator, dyad by dyad and year by year.

    Attributes
    ----------
    rows
        Dyad and year of each row, in order; no rows where there are no figures at all.
    numbers
        The variables, each of shape ``(rows,)``, NaN where missing.
    provenance
        ``source``, ``quality`` and ``note`` as text.
    """

    rows: DyadYears
    numbers: Mapping[str, Array]
    provenance: Mapping[str, Column]

    def __post_init__(self) -> None:
        for numbers in self.numbers.values():
            frozen(numbers)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The same with index ``iso3_a, iso3_b, year``."""
        import pandas as pd

        texts = {name: column.texts() for name, column in self.provenance.items()}
        return pd.DataFrame({**self.numbers, **texts}, index=self.rows.labels())


def read_observations(
    path: Path, raw: bytes, definition: Indicator, known_sources: Collection[str]
) -> Figures:
    """The figures of one indicator, checked.

    Parameters
    ----------
    raw
        What the file holds (see `bci.files.content`).

    Raises
    ------
    InputError
        With every wrong cell of the file. The column of a problem is the number of the field, the line of a
        Parquet file that of the row as if the header were line 1.
    """
    table = Table.read(path, raw, (*KEY, *definition.variables, *PROVENANCE))
    dyads, number = _dyads(table)
    year = _years(table, definition)
    numbers = {name: _figures(table, name) for name in definition.variables}
    _check_totals(table, numbers)
    _check_provenance(table, known_sources, ~np.logical_and.reduce([*map(np.isnan, numbers.values())]))
    rows, order = _in_order(table, dyads, number, year)
    table.raise_problems()
    return Figures(
        rows,
        {name: column[order] for name, column in numbers.items()},
        {name: table.columns[name].rows(order) for name in PROVENANCE},
    )


def read_events(path: Path, known_sources: Collection[str]) -> pd.DataFrame:
    """A list of events, dates as they are written (``2003``, ``2003-08`` or ``2003-08-06``).

    Raises
    ------
    InputError
        With every wrong cell of the file.
    """
    import pandas as pd

    table = Table.read(path, content(path), EVENT_COLUMNS, others=True)
    dyads, number = _dyads(table)
    table.refuse_words("date", _odd_date)
    for name in ("event", "kind"):
        table.refuse_words(name, lambda text: [] if text else ["is empty; every event needs one"])
    _check_provenance(table, known_sources, np.ones(len(table), dtype=bool))
    table.raise_problems()
    countries = {name: [dyads[i][side] for i in number.tolist()] for side, name in enumerate(KEY[:2])}
    return pd.DataFrame({name: column.texts() for name, column in table.columns.items()} | countries)


def check_counts(path: Path, definition: Indicator, events: pd.DataFrame, kinds: Iterable[str]) -> None:
    """Refuse every count that is not the number of events behind it.

    A dyad of which no event is listed was counted elsewhere; its counts stand on their own sources.
    """
    table = Table.read(path, content(path), (*KEY, *definition.variables, *PROVENANCE))
    (dyads, number), year, count = _dyads(table), _years(table, definition), _figures(table, "count")
    counted: dict[Any, int] = counted_events(events, kinds).to_dict()
    listed = set(zip(events["iso3_a"], events["iso3_b"], strict=True))
    for row in np.flatnonzero(~np.isnan(count)).tolist():
        dyad = dyads[number[row]]
        events_of_year = counted.get((*dyad, int(year[row])), 0)
        if dyad in listed and count[row] != events_of_year:
            message = (
                f"{count[row]:g} is not the number of listed events that count, {events_of_year}; mend one"
            )
            table.refuse(row, "count", message)
    table.raise_problems()


def counted_events(events: pd.DataFrame, kinds: Iterable[str]) -> pd.Series:
    """Events that count, by dyad and year: each event id once, however many rows it has."""
    counted = events[events["kind"].isin(list(kinds))].drop_duplicates(["iso3_a", "iso3_b", "event"])
    year = counted["date"].str[:4].astype(int).rename("year")
    return counted.groupby(["iso3_a", "iso3_b", year]).size().rename("count")


def _dyads(table: Table) -> tuple[list[Dyad], Whole]:
    """The dyads of a table in alphabetical order, and which of them each row holds.

    What is no country stands for itself, so that a row that holds it twice is told as well.
    """
    sides = [table.columns[name] for name in KEY[:2]]
    read = [[_country(word) or word for word in side.words] for side in sides]
    names = sorted({name for side in read for name in side})
    place = {name: i for i, name in enumerate(names)}
    a, b = (
        side.of_words([place[name] for name in of_words], np.int64)
        for side, of_words in zip(sides, read, strict=True)
    )
    for name in KEY[:2]:
        table.refuse_words(name, _odd_country)
    known = np.array([bool(_country(name)) for name in names], dtype=bool)
    for row in np.flatnonzero((a >= b) & known[a] & known[b]).tolist():
        first, second = names[a[row]], names[b[row]]
        if first == second:
            table.refuse(row, "iso3_b", f"{first} with itself is no dyad")
        else:
            order = f"{first},{second} must be stored as {second},{first}"
            table.refuse(row, "iso3_a", f"{order}; turn the columns that end in _a and _b with it")
    pairs, number = np.unique(a * len(names) + b, return_inverse=True)
    return [(names[pair // len(names)], names[pair % len(names)]) for pair in pairs.tolist()], number


def _country(text: str) -> str:
    try:
        return iso3(text)
    except CountryError:
        return ""


def _odd_country(text: str) -> Iterator[str]:
    try:
        iso3(text)
    except CountryError as error:
        worded = any(sign.isalpha() for sign in text)
        yield (
            str(error) if worded else f"{text!r} is no country; write its ISO code, such as CHN, or its name"
        )


def _years(table: Table, definition: Indicator) -> Whole:
    """The year of each row, inside what the indicator declares to cover; 0 where it cannot be read."""
    first, last = definition.coverage.from_, definition.coverage.to

    def faults(text: str) -> Iterator[str]:
        if not _YEAR.fullmatch(text):
            yield f"{text!r} is no year; write four digits"
        elif not first <= int(text) <= last:
            yield f"{text} lies outside the coverage {first}-{last} that {definition.id}.yaml declares"

    table.refuse_words("year", faults)
    column = table.columns["year"]
    return column.of_words([int(word) if _YEAR.fullmatch(word) else 0 for word in column.words], np.int64)


def _in_order(table: Table, dyads: list[Dyad], number: Whole, year: Whole) -> tuple[DyadYears, Whole | slice]:
    """The rows by dyad and year, and their places in the table; a dyad-year that stands twice is refused."""
    key = number * 10_000 + year
    if (key[1:] > key[:-1]).all():
        return DyadYears(year, number, tuple(dyads)), slice(None)
    order = np.argsort(key, kind="stable")
    key, year = key[order], year[order]
    for place in (np.flatnonzero((key[1:] == key[:-1]) & (year[1:] > 0)) + 1).tolist():
        (a, b), line = dyads[number[order[place]]], table.lines[order[np.searchsorted(key, key[place])]]
        table.refuse(order[place], "year", f"{a}-{b} {year[place]} stands in line {line} already; keep one")
    return DyadYears(year, number[order], tuple(dyads)), order


def _figures(table: Table, name: str) -> Array:
    """A column of figures; an empty cell is missing."""
    column = table.columns[name]
    figures = column.figures()
    sound = (figures == 0) | (figures >= LEAST) & (figures <= (1 if name in SHARES else MOST))
    if name in COUNTS:
        sound &= figures % 1 == 0
    table.refuse_words(name, partial(_odd_figure, name), among=np.flatnonzero(~sound).tolist())
    return column.of_words(figures, np.float64)


def _odd_figure(name: str, text: str) -> Iterator[str]:
    """What is wrong with a figure, above all what the variables of the measures cannot be."""
    number = figure(text)
    if math.isnan(number):
        if text:
            yield f"{text!r} is no number; write digits with a decimal point, or leave it empty"
        return
    if number and not LEAST <= abs(number) <= MOST:
        yield f"{text} is no figure; give 0, or a size from {LEAST:g} to {MOST:g}"
    if number < 0:
        yield f"{number:g} is negative; this cannot be less than 0"
    elif name in SHARES and number > 1:
        yield f"{number:g} is no share; write 0..1 (12 percent is 0.12)"
    elif name in COUNTS and number % 1:
        yield f"{number:g} is no count; write a whole number"


def _check_totals(table: Table, numbers: Mapping[str, Array]) -> None:
    """Refuse a total that is smaller than its part."""
    for part, total in PARTS:
        if part in numbers and total in numbers:
            for row in np.flatnonzero(numbers[total] < numbers[part]).tolist():
                smaller = f"{numbers[total][row]:g} is smaller than its part, {part} = {numbers[part][row]:g}"
                table.refuse(row, total, smaller)


def _check_provenance(table: Table, known_sources: Collection[str], figures: Mask) -> None:
    """Refuse rows with figures that lack a source or a quality, and unknown ones."""

    def unknown(text: str) -> Iterator[str]:
        for source in filter(None, text.split(";")):
            if source not in known_sources:
                yield f"source {source!r} is not in sources.yaml.{suggestion(source, known_sources)}"

    table.refuse_words("source", unknown)
    table.refuse_words("quality", lambda text: [] if text in (*GRADES, "") else [_odd_grade(text)])
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


def _odd_date(text: str) -> Iterator[str]:
    try:
        datetime.date.fromisoformat((text + "-01-01")[:10])
        odd = _DATE.fullmatch(text) is None
    except ValueError:
        odd = True
    if odd:
        yield f"{text!r} is no date; write 2003, 2003-08 or 2003-08-06"
