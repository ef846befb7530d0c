"""The only reader of CSV: strict, and it knows the line of every row."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from bci.errors import InputError, Problem, suggestion
from bci.files import TextFile, read_text

BATCH = 100_000


@dataclass(frozen=True)
class Table:
    """A CSV file as text, with the line each row starts in."""

    place: str
    header: tuple[str, ...]
    rows: list[tuple[int, dict[str, str]]]
    problems: list[Problem]

    @classmethod
    def read(cls, path: Path, required: tuple[str, ...], *, others: bool = False) -> Table:
        """Read a CSV file that has the `required` columns, and no `others` unless allowed."""
        place, text = str(path), read_text(path)
        lines = csv.reader(io.StringIO(text), strict=True)
        rows: list[tuple[int, dict[str, str]]] = []
        problems: list[Problem] = []
        line = 1
        try:
            header = tuple(name.strip() for name in next(lines, ()))
            _check_header(place, header, required, others)
            line = lines.line_num + 1
            for cells in lines:
                stripped = [cell.strip() for cell in cells]
                # Spreadsheets leave rows of nothing but commas below the table.
                if any(stripped) and len(cells) == len(header):
                    rows.append((line, dict(zip(header, stripped, strict=True))))
                elif any(stripped):
                    found = f"{len(cells)} fields where the header has {len(header)}"
                    message = f"{found}; put text with commas in quotes"
                    problems.append(Problem(place, line, 1, message))
                line = lines.line_num + 1
        except csv.Error as error:
            message = (
                f"is not valid CSV from here on: {error}; close every quote, and double those inside quotes"
            )
            raise InputError([*problems, Problem(place, line, 1, message)]) from None
        return cls(place, header, rows, problems)

    def raise_problems(self) -> None:
        """Raise if anything was refused."""
        if self.problems:
            raise InputError(self.problems)


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
    """Line and cells of the first rows of a CSV file of any shape, gzipped or not."""
    for lines, cells in _batches(path, encoding, 0, rows, lambda read: None):
        return list(zip(lines, cells, strict=True))
    return []


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
    with TextFile(path, encoding) as text:
        reader = csv.reader(text, strict=True)
        line, told = 1, 0
        try:
            while batch := list(islice(reader, size)):
                lines = list(range(line, line + len(batch)))
                if reader.line_num + 1 != line + len(batch):
                    # A quoted cell goes over several lines.
                    lines = [line]
                    for row in batch[:-1]:
                        lines.append(lines[-1] + 1 + sum(cell.count("\n") for cell in row))
                line = reader.line_num + 1
                advance(text.read_so_far - told)
                told = text.read_so_far
                kept = [i for i, at in enumerate(lines) if at > below]
                if len(kept) < len(batch):
                    lines, batch = [lines[i] for i in kept], [batch[i] for i in kept]
                yield lines, batch
        except csv.Error as error:
            message = f"is not valid CSV here or a little further on: {error}; close every quote"
            raise InputError.at(str(path), message, reader.line_num + 1, 1) from None
