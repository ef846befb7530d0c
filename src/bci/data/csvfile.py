"""The only reader and writer of CSV: strict, and it knows the line of every row.

Parquet is read as if it were CSV: its columns as text below a header in line 1, so that the first row stands
in line 2. What is refused in the one is refused in the other.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bci.errors import InputError, Problem, suggestion
from bci.files import TextFile, is_parquet, lines_of, read_text, text_writer

#: Rows at a time: few enough to stay near the processor while they are taken apart.
BATCH, TABLE_BATCH = 10_000, 2_000

Numbers = NDArray[np.int64]
Codes = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Column:
    """A column of text that holds each different cell once.

    Attributes
    ----------
    words
        The different cells, stripped; two of them may be alike.
    codes
        Shape ``(rows,)``: the place in `words` of each row's cell.
    """

    words: list[str]
    codes: Codes

    def __getitem__(self, row: int) -> str:
        return self.words[int(self.codes[row])]

    def texts(self) -> list[str]:
        """The cells, row by row."""
        texts: list[str] = np.array(self.words, dtype=object)[self.codes].tolist()
        return texts

    def of_words(self, values: ArrayLike, dtype: Any) -> NDArray[Any]:
        """What each row has if each of the words has one of the `values`."""
        return np.asarray(values, dtype=dtype)[self.codes]

    def rows(self, chosen: NDArray[Any]) -> Column:
        """Some of the rows, or all in another order."""
        return Column(self.words, self.codes[chosen])


@dataclass(frozen=True, eq=False)
class Table:
    """A CSV or Parquet file as text, with the line each row starts in."""

    place: str
    header: tuple[str, ...]
    lines: Numbers
    columns: Mapping[str, Column]
    problems: list[Problem]

    @classmethod
    def read(cls, path: Path, required: tuple[str, ...], *, others: bool = False) -> Table:
        """Read a file that has the `required` columns, and no `others` unless allowed."""
        place, problems = str(path), list[Problem]()
        pieces: Iterable[tuple[Any, Any]]
        if is_parquet(path):
            from bci.data.parquetfile import read_columns

            names, pieces = read_columns(path, 10 * BATCH)
            encode: Callable[..., tuple[Sequence[int], list[Codes]]] = _joined
        else:
            names, pieces = _opened(place, read_text(path))
            encode = partial(_encoded, place, problems)
        header = tuple(name.strip() for name in names)
        _check_header(place, header, required, others)
        words = [_Words() for _ in header]
        parts = []
        try:
            for lines, cells in pieces:
                parts.append(encode(lines, cells, words))
        except InputError as error:
            raise InputError([*problems, *error.problems]) from None
        lines_read, codes = _stacked(parts, len(header))
        columns = {
            name: Column([word.strip() for word in known], of)
            for name, known, of in zip(header, words, codes, strict=True)
        }
        return cls(place, header, lines_read, columns, problems)._without_empty_rows()

    def __len__(self) -> int:
        return len(self.lines)

    def refuse(self, row: int, name: str, message: str) -> None:
        """Note a problem with the cell in that column."""
        column = self.header.index(name) + 1
        self.problems.append(Problem(self.place, int(self.lines[row]), column, f"{name}: {message}"))

    def raise_problems(self) -> None:
        """Raise if anything was refused."""
        if self.problems:
            raise InputError(self.problems)

    def _without_empty_rows(self) -> Table:
        """The same without rows of nothing but commas, which spreadsheets leave below the table."""
        empty = np.ones(len(self), dtype=bool)
        for column in self.columns.values():
            if not empty.any():
                return self
            empty &= column.of_words([not word for word in column.words], bool)
        kept = {name: column.rows(~empty) for name, column in self.columns.items()}
        return Table(self.place, self.header, self.lines[~empty], kept, self.problems)


class _Words(dict[str, int]):
    """The number of each different cell, in the order of its first row."""

    def __missing__(self, text: str) -> int:
        self[text] = number = len(self)
        return number


def _opened(place: str, text: str) -> tuple[list[str], Iterator[tuple[list[int], list[list[str]]]]]:
    """The header of a CSV text, and what is below it, a batch at a time."""
    batches = _rows(place, lines_of(text), TABLE_BATCH)
    lines, rows = next(batches, (list[int](), [list[str]()]))
    return rows[0], chain([(lines[1:], rows[1:])], batches)


def _encoded(
    place: str, problems: list[Problem], lines: list[int], rows: list[list[str]], words: list[_Words]
) -> tuple[Sequence[int], list[Codes]]:
    """Lines of the rows that are as long as the header, and the codes of their cells by column."""
    width = len(words)
    if any(len(row) != width for row in rows):
        for line, row in zip(lines, rows, strict=True):
            if len(row) != width and any(cell.strip() for cell in row):
                message = f"{len(row)} fields where the header has {width}; put text with commas in quotes"
                problems.append(Problem(place, line, 1, message))
        kept = [i for i, row in enumerate(rows) if len(row) == width]
        lines, rows = [lines[i] for i in kept], [rows[i] for i in kept]
    columns: Iterable[Sequence[str]] = zip(*rows, strict=True) if rows else [()] * width
    return lines, [
        np.fromiter(map(known.__getitem__, cells), dtype=np.int32, count=len(rows))
        for known, cells in zip(words, columns, strict=True)
    ]


def _joined(
    lines: Sequence[int], columns: list[tuple[list[str], Codes]], words: list[_Words]
) -> tuple[Sequence[int], list[Codes]]:
    """The same for columns that hold each different cell once already."""
    return lines, [
        np.array([known[text] for text in texts], dtype=np.int32)[codes]
        for known, (texts, codes) in zip(words, columns, strict=True)
    ]


def _stacked(parts: list[tuple[Sequence[int], list[Codes]]], width: int) -> tuple[Numbers, Iterable[Codes]]:
    """All batches as one: the lines, and the codes by column."""
    if not parts:
        return np.empty(0, dtype=np.int64), [np.empty(0, dtype=np.int32)] * width
    lines = np.concatenate([np.array(lines, dtype=np.int64) for lines, _ in parts])
    return lines, map(np.concatenate, zip(*(codes for _, codes in parts), strict=True))


def _check_header(place: str, header: tuple[str, ...], required: tuple[str, ...], others: bool) -> None:
    if not header:
        raise InputError.at(place, f"is empty; its first line must be {','.join(required)}", 1, 1)
    if len(header) == 1 and (separator := next((s for s in ";\t|" if s in header[0]), None)):
        name = {";": "semicolons", "\t": "tabs", "|": "bars"}[separator]
        raise InputError.at(place, f"is separated by {name}; save it with commas", 1, 1)
    if not set(required) & set(header):
        raise InputError.at(place, f"has no header; its first line must be {','.join(required)}", 1, 1)
    problems = [
        Problem(place, 1, 1, f"column {name} is missing; the columns are {', '.join(required)}")
        for name in required
        if name not in header
    ]
    for number, name in enumerate(header, start=1):
        if header.index(name) != number - 1:
            problems.append(Problem(place, 1, number, f"column {name!r} stands twice; keep one"))
        elif name not in required and not others:
            message = f"unknown column {name!r}.{suggestion(name, required)}"
            problems.append(
                Problem(place, 1, number, f"{message} Declare it under variables, or take it out")
            )
    if problems:
        raise InputError(problems)


def first_rows(path: Path, encoding: str, rows: int) -> list[tuple[int, list[str]]]:
    """Line and cells of the first rows of a CSV or Parquet file of any shape, gzipped or not.

    Raises
    ------
    InputError
        If the file is empty, or cannot be read.
    """
    for lines, cells in _batches(path, encoding, 0, rows, lambda read: None):
        return list(zip(lines, cells, strict=True))[:rows]
    raise InputError.at(str(path), "is empty; download it again", 1, 1)


def row_batches(
    path: Path, encoding: str, below: int, advance: Callable[[int], object]
) -> Iterator[tuple[list[int], list[list[str]]]]:
    """Lines and cells of the rows below a line, a batch at a time, for files that do not fit in memory.

    Parameters
    ----------
    encoding
        What the file is read as where it is not UTF-8; empty where nothing else is allowed.
    advance
        Told the bytes read since it was last told.
    """
    return _batches(path, encoding, below, BATCH, advance)


def _batches(
    path: Path, encoding: str, below: int, size: int, advance: Callable[[int], object]
) -> Iterator[tuple[list[int], list[list[str]]]]:
    if is_parquet(path):
        yield from _parquet(path, size, below, advance)
        return
    told = 0
    with TextFile(path, encoding) as text:
        for lines, rows in _rows(str(path), text, size):
            advance(text.read_so_far - told)
            told = text.read_so_far
            kept = [i for i, at in enumerate(lines) if at > below]
            if len(kept) < len(rows):
                lines, rows = [lines[i] for i in kept], [rows[i] for i in kept]
            yield lines, rows


def _rows(place: str, text: Iterable[str], size: int) -> Iterator[tuple[list[int], list[list[str]]]]:
    """Lines and cells of a CSV text, a batch at a time."""
    reader = csv.reader(text, strict=True)
    lines, rows, line = list[int](), list[list[str]](), 1
    wrong = None
    try:
        for row in reader:
            lines.append(line)
            rows.append(row)
            line = reader.line_num + 1
            if len(rows) == size:
                yield lines, rows
                lines, rows = [], []
    except csv.Error as error:
        wrong = f"is not valid CSV from here on: {error}; close every quote, and double those inside quotes"
        if "expected after" in str(error):
            wrong += "; cells are separated by commas"
        if str(error).startswith("new-line character"):
            wrong = (
                "has lines that end in a carriage return alone; save it with the line ends of Unix or Windows"
            )
    if rows:
        yield lines, rows
    if wrong:
        raise InputError.at(place, wrong, line, 1)


def _parquet(
    path: Path, size: int, below: int = 0, advance: Callable[[int], object] = lambda read: None
) -> Iterator[tuple[list[int], list[list[str]]]]:
    from bci.data.parquetfile import text_rows

    line = 1
    for rows in text_rows(path, size, advance):
        first = max(below + 1 - line, 0)
        yield list(range(line + first, line + len(rows))), rows[first:]
        line += len(rows)


def write_columns(path: Path, columns: Mapping[str, Sequence[object]]) -> None:
    """Write columns of one length as CSV, gzipped where the name says so.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    with text_writer(path) as stream:
        lines = csv.writer(stream, lineterminator="\n")
        lines.writerow(columns)
        lines.writerows(zip(*columns.values(), strict=True))
