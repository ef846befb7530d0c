"""The only reader of CSV: strict, and it knows the line of every row."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from bci.errors import InputError, Problem, suggestion
from bci.files import read_text


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
