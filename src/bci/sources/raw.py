"""Raw files as downloaded: title lines, header, and rows piece by piece, each cell with its place.

A reader of a format takes `Raw.pieces` of the columns it needs, as `Raw.spelt` has them, and of each `Piece`
whole columns at a time: `Piece.numbers` (parsed by Arrow), `Piece.whole`, `Piece.countries`, and
`Piece.columns`, which hold each different cell once (`Column.words`, with `Column.codes` row by row), so that
a name or code is read once however often it stands there; `Piece.of_words` reads anything else likewise.
`Piece.rows` takes some rows of a piece. All of these note what is wrong with line and column; `raise_all`
raises what was noted in some files.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, overload

import numpy as np
from numpy.typing import ArrayLike

from bci.arrays import Array, Whole
from bci.countries import iso3
from bci.data.tables import first_rows
from bci.errors import CountryError, InputError, Problem
from bci.model import definitions
from bci.sources.batches import Layout, batches
from bci.sources.rules import Rules

if TYPE_CHECKING:
    import pyarrow as pa

T = TypeVar("T")

#: What to do about a name that is no known country.
CHOICE = "Read it with --reading, or leave it out with --leave-out"

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
        """The rows below the header, many at a time, of some columns only.

        Rows of another length than the header are refused; empty rows are passed over.

        Raises
        ------
        InputError
            If one of the columns stands twice.
        """
        self.refuse_twice(columns)
        self.raise_problems()
        names = list(dict.fromkeys(columns))
        places = [self.header.index(name) for name in names]
        layout = Layout(len(self.header), self.header_line, places, self.loose_end)
        for lines, cells in batches(self.path, self.encoding, layout, self.advance, self.refuse):
            yield Piece(self, lines, dict(zip(names, cells, strict=True)))

    def spelt(self, names: Iterable[str]) -> dict[str, str]:
        """Those of some columns that the file has, whatever their case, as its header spells them first."""
        spellings = {spelling.casefold(): spelling for spelling in reversed(self.header)}
        return {name: spellings[name.casefold()] for name in names if name.casefold() in spellings}

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


def raise_all(raws: Iterable[Raw]) -> None:
    """Raise if anything was refused in any of the files."""
    problems = [problem for raw in raws for problem in raw.problems]
    if problems:
        raise InputError(problems)


@dataclass(frozen=True, eq=False)
class Column(Sequence[str]):
    """A column of text that holds each different cell once.

    Attributes
    ----------
    words
        The different cells, stripped; whole numbers lose the ``.0`` that other programs write behind them.
        Two of them may be alike.
    codes
        Shape ``(rows,)``: the place in `words` of each row's cell.
    """

    words: Sequence[str]
    codes: Whole

    @classmethod
    def of(cls, cells: pa.StringArray) -> Column:
        """The cells as they stand in a file."""
        coded = cells.dictionary_encode()
        words = [_cell(text) for text in coded.dictionary.to_pylist()]
        return cls(words, coded.indices.to_numpy(zero_copy_only=False).astype(np.int64))

    def __len__(self) -> int:
        return len(self.codes)

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> list[str]: ...
    def __getitem__(self, row: int | slice) -> str | list[str]:
        return self.texts()[row] if isinstance(row, slice) else self.words[self.codes[row]]

    def __iter__(self) -> Iterator[str]:
        return iter(self.texts())

    def texts(self) -> list[str]:
        """The cells, row by row."""
        texts: list[str] = np.array([*self.words, ""], dtype=object)[self.codes].tolist()
        return texts


def first_of_each(columns: Sequence[Column]) -> tuple[Whole, Whole]:
    """The first row of each different combination of cells, and which of these combinations each row has."""
    number = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        number = np.unique(number * len(column.words) + column.codes, return_inverse=True)[1]
    _, first, number = np.unique(number, return_index=True, return_inverse=True)
    return first, number


@dataclass(frozen=True, eq=False)
class Piece:
    """Some rows of a raw file.

    Attributes
    ----------
    raw
        The file.
    lines
        The line of each row.
    cells
        The cells as they stand in the file, by column.
    wrong
        Rows in which a cell was refused: nothing else is to be said of them.
    """

    raw: Raw
    lines: Whole
    cells: Mapping[str, pa.StringArray]
    wrong: set[int] = field(default_factory=set)

    def __len__(self) -> int:
        return len(self.lines)

    @cached_property
    def columns(self) -> Mapping[str, Column]:
        """The cells as text, by column."""
        return _Columns(self.cells)

    def rows(self, kept: ArrayLike) -> Piece:
        """Some of the rows, by their places."""
        places = np.asarray(kept, dtype=np.int64)
        return Piece(
            self.raw,
            self.lines[places],
            {name: cells.take(places) for name, cells in self.cells.items()},
        )

    def refuse(self, row: int, name: str, message: str) -> None:
        """Note a problem with one cell."""
        column = self.raw.header.index(name) + 1
        self.wrong.add(row)
        self.raw.refuse(int(self.lines[row]), column, f"{name}: {message}" if name else message)

    def of_words(self, name: str, read: Callable[[str], T], otherwise: T) -> list[T]:
        """What each word of a column is read as; `otherwise`, and its rows refused, where it cannot be.

        Parameters
        ----------
        read
            From a word to what it means; raises `ValueError` with what is wrong with it.
        """
        column = self.columns[name]
        values, messages = [], dict[int, str]()
        for number, word in enumerate(column.words):
            try:
                values.append(read(word))
            except ValueError as error:
                values.append(otherwise)
                messages[number] = str(error)
        for row in np.flatnonzero(np.isin(column.codes, list(messages))).tolist() if messages else ():
            self.refuse(row, name, messages[int(column.codes[row])])
        return values

    def numbers(self, name: str, missing: Collection[str] = ("",), lowest: float = 0) -> Array:
        """A column of figures, NaN where a cell holds a missing marker; what is no figure is refused."""
        figures = _figures(self.cells[name], missing, lowest)
        if figures is None:
            by_word = self.of_words(name, partial(_figure, missing=missing, lowest=lowest), math.nan)
            figures = np.array(by_word, dtype=np.float64)[self.columns[name].codes]
        return figures

    def whole(self, name: str, lowest: int, highest: int) -> Whole:
        """A column of whole numbers between two ends (years, sessions, codes); anything else is refused."""
        by_word = self.of_words(name, partial(_whole, lowest=lowest, highest=highest), lowest)
        return np.array(by_word, dtype=np.int64)[self.columns[name].codes]

    def countries(self, name: str, read: Callable[[str], str], rules: Rules) -> Column:
        """A column of countries as ISO3; ``""`` where the rules leave a name out.

        Parameters
        ----------
        read
            From the text of the file to ISO3, e.g. `bci.countries.iso3`; raises `CountryError`, or returns ""
            for what the source lists beside countries (regions, "World", non-state actors).
        """

        def country(text: str) -> str:
            code = read_country(text, read, rules)
            if isinstance(code, CountryError):
                raise ValueError(f"{code} {CHOICE}")
            return code

        return Column(self.of_words(name, country, ""), self.columns[name].codes)


class _Columns(dict[str, Column]):
    """Columns as text, each made when it is asked for."""

    def __init__(self, cells: Mapping[str, pa.StringArray]) -> None:
        super().__init__()
        self._cells = cells

    def __missing__(self, name: str) -> Column:
        self[name] = column = Column.of(self._cells[name])
        return column


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


def _figures(cells: pa.StringArray, missing: Collection[str], lowest: float) -> Array | None:
    """All cells as figures at once; None where one of them must be looked at."""
    import pyarrow as pa
    from pyarrow import compute

    markers = compute.is_in(cells, pa.array(list(missing), pa.string()))
    known = compute.if_else(markers, None, cells) if compute.any(markers).as_py() else cells
    try:
        figures = np.array(known.cast(pa.float64()))
    except pa.ArrowInvalid:
        return None
    size = np.abs(figures)
    allowed = (figures >= lowest) & ((size == 0) | (size >= LEAST)) & (size <= MOST)
    is_missing = markers.to_numpy(zero_copy_only=False)
    return figures if (allowed | is_missing).all() else None


def _figure(text: str, missing: Collection[str], lowest: float) -> float:
    if text in missing:
        return math.nan
    # float() also takes "1_000", "nan" and "infinity", which no figure looks like.
    number = float(text) if _FIGURE.fullmatch(text) else math.nan
    if not math.isfinite(number):
        markers = ", ".join(repr(marker) for marker in missing if marker)
        allowed = f", or {markers} where missing" if markers else ""
        raise ValueError(f"{text!r} is no number; write digits with a decimal point{allowed}")
    if number < lowest:
        raise ValueError(f"{text} is less than {lowest:g}, which this cannot be")
    if 0 < abs(number) < LEAST or abs(number) > MOST:
        raise ValueError(f"{text} is no figure; give 0, or a size from {LEAST:g} to {MOST:g}")
    return number


def _whole(text: str, lowest: int, highest: int) -> int:
    number = int(text) if _WHOLE.fullmatch(text) and len(text) < 19 else None
    if number is None or not lowest <= number <= highest:
        raise ValueError(f"{text!r} is no whole number from {lowest} to {highest}")
    return number


def beginning(path: Path, encoding: str, rows: int = 40) -> list[tuple[int, list[str]]]:
    """Line and cells of the first rows of a raw file, to recognise it by."""
    return first_rows(path, encoding, rows)
