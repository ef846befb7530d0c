"""Raw files for tests: read as the command reads them, changed, and what comes of them."""

import csv
import math
from collections.abc import Callable
from pathlib import Path

import pytest

from bci.sources.figures import Ingested
from bci.sources.format import Format
from bci.sources.raw import Raw
from bci.sources.recognise import recognise

NAN = math.nan
VARIABLES = ("flow_ab", "flow_ba", "exports_a", "imports_a", "exports_b", "imports_b")

Rows = list[list[str]]
Figures = dict[tuple[str, str, int], dict[str, float]]


def raw_of(path: Path, form: Format) -> Raw:
    """A file that must be recognised as one of a format, and of no other."""
    (file,) = recognise([path])
    assert file.format is form
    return file.raw


def figures(made: Ingested) -> Figures:
    """Figures by dyad and year, and by variable."""
    numbers, years = made.rows.number.tolist(), made.rows.year.tolist()
    assert len({*zip(numbers, years, strict=True)}) == len(years)
    return {
        (*made.rows.dyads[number], year): {name: float(made.columns[name][row]) for name in made.columns}
        for row, (number, year) in enumerate(zip(numbers, years, strict=True))
    }


def in_order(made: Ingested) -> dict[tuple[str, str, int], tuple[float, ...]]:
    """Figures by dyad and year, in the order of `VARIABLES`."""
    return {key: tuple(row[name] for name in VARIABLES) for key, row in figures(made).items()}


def same(found: Figures, expected: Figures) -> None:
    assert found.keys() == expected.keys()
    for key, row in expected.items():
        for name, number in row.items():
            assert found[key][name] == pytest.approx(number, rel=1e-12, abs=1e-15, nan_ok=True)


def rows_of(path: Path) -> Rows:
    with path.open(newline="", encoding="utf-8") as lines:
        return list(csv.reader(lines))


def written(rows: Rows, path: Path) -> Path:
    with path.open("w", newline="", encoding="utf-8") as lines:
        csv.writer(lines).writerows(rows)
    return path


def cell(row: int, column: str, text: str) -> Callable[[Rows], None]:
    """A change of one cell; row 0 is the header."""

    def change(rows: Rows) -> None:
        rows[row][rows[0].index(column)] = text

    return change
