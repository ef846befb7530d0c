"""Tables as CSV, JSON, Markdown, LaTeX and plain text."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bci.numbers import number
from bci.results import records

if TYPE_CHECKING:
    from bci.results import Data

STYLES = {"markdown": "github", "latex": "latex_booktabs"}


def render(data: Data, style: str, about: Mapping[str, Any] | None = None, rows: str = "rows") -> str:
    """A frame, or columns by name, in one of the formats.

    Parameters
    ----------
    data
        The data, unrounded.
    style
        ``csv`` and ``json`` are written unrounded; ``table``, ``markdown`` and ``latex`` to three decimals.
    about
        What a JSON document says before its `rows`; a bare list where None.
    rows
        The key of the rows in that document.
    """
    rows_of = records(data)
    heads, body = [str(name) for name in data], [[*row.values()] for row in rows_of]
    if style == "csv":
        written = io.StringIO()
        lines = csv.writer(written, lineterminator="\n")
        lines.writerow(heads)
        lines.writerows(["" if value is None else value for value in row] for row in body)
        return written.getvalue()
    if style == "json":
        return to_json(rows_of if about is None else {**about, rows: rows_of})
    return grid(heads, [[_cell(value) for value in row] for row in body], style)


def grid(heads: Sequence[str], rows: Sequence[Sequence[str]], style: str) -> str:
    """Cells of text as a table: plain, Markdown or LaTeX."""
    if style != "table":
        from tabulate import tabulate

        return tabulate(rows, headers=heads, tablefmt=STYLES[style], disable_numparse=True)
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    lines = [heads, ["-" * width for width in widths], *rows]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def to_json(data: Any) -> str:
    """JSON for people and programs: indented, numbers unrounded, names as they are spelt."""
    return json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False)


def _cell(value: Any) -> str:
    return number(value) if value is None or isinstance(value, float) else str(value)
