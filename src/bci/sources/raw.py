"""Raw files as downloaded: title lines, header, and rows piece by piece, each cell with its place."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bci.arrays import Array
from bci.countries import iso3
from bci.data.csvfile import first_rows, row_batches
from bci.errors import CountryError, InputError, Problem
from bci.model import definitions
from bci.sources.rules import Rules

#: After so many problems in one file, reading stops and tells them.
MOST_PROBLEMS = 1000


#: Room for units: thousands of dollars become millions before they meet what a figure may be.
LEAST = definitions.LEAST * 1e9
MOST = definitions.MOST

_WHOLE = re.compile(r"-?[0-9]+", re.ASCII)
_FIGURE = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", re.ASCII)


@dataclass(frozen=True, eq=False)
class Raw:
    """A raw file that was recognised.

    Attributes
    ----------
    path
        The file: CSV, gzipped CSV, or Parquet.
    header
        Names of its columns.
    header_line
        The line that holds them, counted from 1.
    title
        The rows above the header, which many exports begin with.
    encoding
        What the file is read as where it is not UTF-8; empty where nothing else is allowed.
    loose_end
        Whether rows may end in a comma that the header lacks; where the first does, every row must.
    advance
        Told the bytes read since it was last told, for a progress bar.
    problems
        What was found wrong so far.
    """

    path: Path
    header: tuple[str, ...]
    header_line: int = 1
    title: tuple[tuple[str, ...], ...] = ()
    encoding: str = ""
    loose_end: bool = False
    advance: Callable[[int], object] = field(default=lambda read: None, repr=False)
    problems: list[Problem] = field(default_factory=list, repr=False)

    @property
    def place(self) -> str:
        """The name of the file in messages."""
        return str(self.path)

    def pieces(self, columns: Sequence[str]) -> Iterator[Piece]:
        """The rows below the header, some 10,000 at a time, of some columns only, as stripped text.

        Rows of another length than the header are refused; empty rows are passed over. Whole numbers lose
        the ``.0`` that other programs write behind them.

        Raises
        ------
        InputError
            If one of the columns stands twice.
        """
        self.refuse_twice(columns)
        self.raise_problems()
        places = [self.header.index(name) for name in columns]
        width, length = len(self.header), -1
        for lines, rows in row_batches(self.path, self.encoding, self.header_line, self.advance):
            kept_lines, kept = [], []
            for line, row in zip(lines, rows, strict=True):
                if length < 0 and any(cell.strip() for cell in row):
                    one_more = len(row) == width + 1 and not row[-1].strip()
                    length = width + (self.loose_end and one_more)
                if len(row) == length and (length == width or not row[-1].strip()):
                    kept_lines.append(line)
                    kept.append(row)
                elif any(cell.strip() for cell in row):
                    above = "the header" if length == width else "the first row"
                    self.refuse(line, 1, f"{len(row)} fields where {above} has {length}")
            yield Piece(
                self,
                kept_lines,
                {name: [_cell(row[i]) for row in kept] for name, i in zip(columns, places, strict=True)},
            )

    def refuse_twice(self, columns: Iterable[str]) -> None:
        """Note each of some columns that stands twice, whatever its case: nothing says which one counts."""
        first: dict[str, int] = {}
        wanted = {name.casefold() for name in columns if name}
        for number, name in enumerate(self.header, start=1):
            key = name.casefold()
            if key in wanted and first.setdefault(key, number) != number:
                message = f"column {name!r} stands twice, in columns {first[key]} and {number}; keep one"
                self.refuse(self.header_line, number, message)

    def refuse(self, line: int, column: int, message: str) -> None:
        """Note a problem; raise all of them when there are too many."""
        self.problems.append(Problem(self.place, line, column, message))
        if len(self.problems) >= MOST_PROBLEMS:
            self.raise_problems()

    def raise_problems(self) -> None:
        """Raise if anything was refused."""
        if self.problems:
            raise InputError(self.problems)


@dataclass(frozen=True, eq=False)
class Piece:
    """Some rows of a raw file.

    Attributes
    ----------
    raw
        The file.
    lines
        The line of each row.
    columns
        The cells as stripped text, by column.
    wrong
        Rows in which a cell was refused: nothing else is to be said of them.
    """

    raw: Raw
    lines: Sequence[int]
    columns: Mapping[str, list[str]]
    wrong: set[int] = field(default_factory=set)

    def __len__(self) -> int:
        return len(self.lines)

    def refuse(self, row: int, name: str, message: str) -> None:
        """Note a problem with one cell."""
        column = self.raw.header.index(name) + 1
        self.wrong.add(row)
        self.raw.refuse(self.lines[row], column, f"{name}: {message}" if name else message)

    def numbers(self, name: str, missing: Collection[str] = ("",), lowest: float = 0) -> Array:
        """A column of figures, NaN where a cell holds a missing marker; what is no figure is refused."""
        cells = self.columns[name]
        known: dict[str, float] = dict.fromkeys(missing, math.nan)
        numbers = np.empty(len(cells))
        for i, text in enumerate(cells):
            number = known.get(text)
            if number is None:
                number = known[text] = _number(text)
            if number != number and text not in missing:
                markers = ", ".join(repr(marker) for marker in missing if marker)
                allowed = f", or {markers} where missing" if markers else ""
                self.refuse(i, name, f"{text!r} is no number; write digits with a decimal point{allowed}")
            elif number < lowest:
                self.refuse(i, name, f"{text} is less than {lowest:g}, which this cannot be")
            elif 0 < abs(number) < LEAST or abs(number) > MOST:
                self.refuse(i, name, f"{text} is no figure; give 0, or a size from {LEAST:g} to {MOST:g}")
            numbers[i] = number
        return numbers

    def whole(self, name: str, lowest: int, highest: int) -> NDArray[np.int64]:
        """A column of whole numbers between two ends (years, sessions, codes); anything else is refused."""
        known: dict[str, int | None] = {}
        whole = np.full(len(self), lowest, dtype=np.int64)
        for i, text in enumerate(self.columns[name]):
            if text not in known:
                known[text] = _whole(text, lowest, highest)
            number = known[text]
            if number is None:
                self.refuse(i, name, f"{text!r} is no whole number from {lowest} to {highest}")
            else:
                whole[i] = number
        return whole

    def countries(self, name: str, read: Callable[[str], str], rules: Rules) -> list[str]:
        """A column of countries as ISO3; ``""`` where the rules leave a name out.

        Parameters
        ----------
        read
            From the text of the file to ISO3, e.g. `bci.countries.iso3`; raises `CountryError`, or returns ""
            for what the source lists beside countries (regions, "World", non-state actors).
        """
        known: dict[str, str | CountryError] = {}
        countries = []
        for i, text in enumerate(self.columns[name]):
            if text not in known:
                known[text] = read_country(text, read, rules)
            country = known[text]
            if isinstance(country, CountryError):
                self.refuse(i, name, f"{country} Read it with --reading, or leave it out with --leave-out")
                country = ""
            countries.append(country)
        return countries


def read_country(
    text: str, read: Callable[[str], str] = iso3, rules: Rules | None = None
) -> str | CountryError:
    """One name or code of a raw file as ISO3; ``""`` where it is left out."""
    if rules is not None and (text in rules.left_out or text in rules.readings):
        rules.met.add(text)
        return "" if text in rules.left_out else rules.readings[text]
    try:
        return read(text)
    except CountryError as error:
        return error


def _cell(text: str) -> str:
    """The text of a cell: pandas and Parquet write code 2 as ``2.0`` where a column has gaps."""
    text = text.strip()
    return text[:-2] if text.endswith(".0") and _WHOLE.fullmatch(text, 0, len(text) - 2) else text


def _number(text: str) -> float:
    # float() also takes "1_000", "nan" and "infinity", which no figure looks like.
    number = float(text) if _FIGURE.fullmatch(text) else math.nan
    return number if math.isfinite(number) else math.nan


def _whole(text: str, lowest: int, highest: int) -> int | None:
    number = int(text) if _WHOLE.fullmatch(text) and len(text) < 19 else None
    return number if number is not None and lowest <= number <= highest else None


def beginning(path: Path, encoding: str, rows: int = 40) -> list[tuple[int, list[str]]]:
    """Line and cells of the first rows of a raw file, to recognise it by."""
    return first_rows(path, encoding, rows)
