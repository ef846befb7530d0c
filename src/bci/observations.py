"""The figures of one indicator and the events behind them: read, and every cell checked."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bci.countries import iso3
from bci.csvfile import Table
from bci.definitions import GRADES, LEAST, MOST, Indicator
from bci.dyadyears import KEY, DyadYear
from bci.errors import CountryError, Problem, suggestion
from bci.measures import JOINT_COUNTS

if TYPE_CHECKING:
    import pandas as pd

PROVENANCE = ("source", "quality", "note")
EVENT_COLUMNS = ("iso3_a", "iso3_b", "event", "date", "name", "kind", "place", "source", "quality", "note")

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_YEAR = re.compile(r"[0-9]{4}")
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")


@dataclass(frozen=True, eq=False)
class Figures:
    """The figures of one indicator, dyad by dyad and year by year.

    Attributes
    ----------
    keys
        Dyad and year of each row.
    columns
        The variables as numbers, NaN where missing, and ``source``, ``quality`` and ``note`` as text.
    """

    keys: list[DyadYear]
    columns: Mapping[str, list[Any]]

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The same with index ``iso3_a, iso3_b, year``."""
        import pandas as pd

        return pd.DataFrame(self.columns, index=pd.MultiIndex.from_tuples(self.keys, names=KEY))


def read_observations(path: Path, definition: Indicator, known_sources: Iterable[str]) -> Figures:
    """The figures of one indicator, checked.

    Raises
    ------
    InputError
        With every wrong cell of the file. The column of a problem is the number of the field.
    """
    table = Table.read(path, required=(*KEY, *definition.variables, *PROVENANCE))
    rows: list[tuple[DyadYear, list[Any]]] = []
    seen: dict[DyadYear, int] = {}
    for line, cells in table.rows:
        row = Row(table, line, cells)
        dyad, year = row.dyad(), row.year(definition)
        numbers = {name: row.number(name) for name in definition.variables}
        row.check_figures(definition, numbers)
        row.check_provenance(known_sources, any(not math.isnan(number) for number in numbers.values()))
        if year and (*dyad, year) in seen:
            row.refuse(
                "year", f"{dyad[0]}-{dyad[1]} {year} stands in line {seen[*dyad, year]} already; keep one"
            )
        seen.setdefault((*dyad, year), line)
        rows.append(((*dyad, year), [*numbers.values(), *(cells[name] for name in PROVENANCE)]))
    if not table.rows and not table.problems:
        table.problems.append(
            Problem(table.place, 1, 1, "holds no rows; write one a dyad-year below the header")
        )
    table.raise_problems()
    rows.sort(key=lambda row: row[0])
    columns = zip(*(cells for _, cells in rows), strict=True)
    names = (*definition.variables, *PROVENANCE)
    return Figures([key for key, _ in rows], {n: list(c) for n, c in zip(names, columns, strict=True)})


def read_events(path: Path, known_sources: Iterable[str]) -> pd.DataFrame:
    """A list of events, dates as they are written (``2003``, ``2003-08`` or ``2003-08-06``).

    Raises
    ------
    InputError
        With every wrong cell of the file.
    """
    import pandas as pd

    table = Table.read(path, required=EVENT_COLUMNS, others=True)
    events = []
    for line, cells in table.rows:
        row = Row(table, line, cells)
        a, b = row.dyad()
        if not _is_date(cells["date"]):
            row.refuse("date", f"{cells['date']!r} is no date; write 2003, 2003-08 or 2003-08-06")
        for name in ("event", "kind"):
            if not cells[name]:
                row.refuse(name, "is empty; every event needs one")
        row.check_provenance(known_sources, True)
        events.append({**cells, "iso3_a": a, "iso3_b": b})
    table.raise_problems()
    return pd.DataFrame(events, columns=list(table.header))


def _is_date(text: str) -> bool:
    try:
        datetime.date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        return False
    return _DATE.fullmatch(text) is not None


def check_counts(path: Path, definition: Indicator, events: pd.DataFrame, kinds: Iterable[str]) -> None:
    """Refuse every count that is not the number of events behind it.

    A dyad of which no event is listed was counted elsewhere; its counts stand on their own sources.
    """
    table = Table.read(path, required=(*KEY, *definition.variables, *PROVENANCE))
    counted = counted_events(events, kinds)
    listed = {key[:2] for key in counted.index}
    for line, cells in table.rows:
        row = Row(table, line, cells)
        dyad, year, count = row.dyad(), row.year(definition), row.number("count")
        found = counted.get((*dyad, year), 0)
        if dyad in listed and not math.isnan(count) and count != found:
            row.refuse("count", f"{count:g} is not the number of listed events that count, {found}; mend one")
    table.raise_problems()


def counted_events(events: pd.DataFrame, kinds: Iterable[str]) -> pd.Series:
    """Events that count, by dyad and year: each event id once, however many rows it has."""
    counted = events[events["kind"].isin(list(kinds))].drop_duplicates(["iso3_a", "iso3_b", "event"])
    year = counted["date"].str[:4].astype(int).rename("year")
    return counted.groupby(["iso3_a", "iso3_b", year]).size().rename("count")


@dataclass(frozen=True)
class Row:
    """One row of a table while it is checked."""

    table: Table
    line: int
    cells: Mapping[str, str]

    def refuse(self, name: str, message: str) -> None:
        """Note a problem with the cell in that column."""
        column = self.table.header.index(name) + 1
        self.table.problems.append(Problem(self.table.place, self.line, column, f"{name}: {message}"))

    def dyad(self) -> tuple[str, str]:
        """The two countries as ISO3, in order."""
        countries = []
        for name in ("iso3_a", "iso3_b"):
            text = self.cells[name]
            try:
                countries.append(iso3(text))
            except CountryError as error:
                worded = any(sign.isalpha() for sign in text)
                hint = f"{text!r} is no country; write its ISO code, such as CHN, or its name"
                self.refuse(name, str(error) if worded else hint)
        if len(countries) == 2:
            a, b = countries
            if a == b:
                self.refuse("iso3_b", f"{a} with itself is no dyad")
            elif a > b:
                message = f"{a},{b} must be stored as {b},{a}; turn the columns that end in _a and _b with it"
                self.refuse("iso3_a", message)
            return a, b
        return self.cells["iso3_a"], self.cells["iso3_b"]

    def year(self, definition: Indicator) -> int:
        """The year, inside what the indicator declares to cover."""
        text = self.cells["year"]
        first, last = definition.coverage.from_, definition.coverage.to
        if not _YEAR.fullmatch(text):
            self.refuse("year", f"{text!r} is no year; write four digits")
            return 0
        if not first <= int(text) <= last:
            message = f"{text} lies outside the coverage {first}-{last} that {definition.id}.yaml declares"
            self.refuse("year", message)
        return int(text)

    def number(self, name: str) -> float:
        """A figure; an empty cell is missing."""
        text = self.cells[name]
        if not text:
            return math.nan
        number = float(text) if _NUMBER.fullmatch(text) else math.nan
        if not math.isfinite(number):
            self.refuse(name, f"{text!r} is no number; write digits with a decimal point, or leave it empty")
            return math.nan
        if number and not LEAST <= abs(number) <= MOST:
            self.refuse(name, f"{text} is no figure; give 0, or a size from {LEAST:g} to {MOST:g}")
        return number

    def check_figures(self, definition: Indicator, numbers: Mapping[str, float]) -> None:
        """Refuse what the variables of the measures cannot be."""
        for name, number in numbers.items():
            if math.isnan(number):
                continue
            if number < 0:
                self.refuse(name, f"{number:g} is negative; this cannot be less than 0")
            elif name in ("share_a", "share_b") and number > 1:
                self.refuse(name, f"{number:g} is no share; write 0..1 (12 percent is 0.12)")
            elif name in ("count", *JOINT_COUNTS) and number % 1:
                self.refuse(name, f"{number:g} is no count; write a whole number")
        part = "part" if "part" in numbers else "flow"
        for total in ("total", "total_a", "total_b"):
            if numbers.get(total, math.inf) < numbers.get(part, -math.inf):
                self.refuse(total, f"{numbers[total]:g} is smaller than its part, {part} = {numbers[part]:g}")

    def check_provenance(self, known_sources: Iterable[str], has_figures: bool) -> None:
        """Refuse figures without a source and a quality, and unknown ones."""
        source, quality = self.cells["source"], self.cells["quality"]
        for i in filter(None, source.split(";")):
            if i not in known_sources:
                message = f"source {i!r} is not in sources.yaml.{suggestion(i, known_sources)}"
                self.refuse("source", message)
        if has_figures and not source:
            self.refuse("source", "is empty; give the id of a source in sources.yaml")
        if quality not in (*GRADES, "") or (has_figures and not quality):
            self.refuse("quality", f"{quality!r} is not allowed; give A, B or C")
