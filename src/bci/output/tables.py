"""Tables as CSV, JSON, Markdown, LaTeX and plain text."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Data: TypeAlias = "pd.DataFrame | Mapping[str, NDArray[Any]]"

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
    heads, body = _rows(data)
    if style == "csv":
        written = io.StringIO()
        lines = csv.writer(written, lineterminator="\n")
        lines.writerow(heads)
        lines.writerows(["" if value is None else value for value in row] for row in body)
        return written.getvalue()
    if style == "json":
        listed = [dict(zip(heads, row, strict=True)) for row in body]
        return to_json(listed if about is None else {**about, rows: listed})
    return grid(heads, [[_cell(value) for value in row] for row in body], style)


def records(data: Data) -> list[dict[str, Any]]:
    """Rows as plain values, None where missing."""
    heads, body = _rows(data)
    return [dict(zip(heads, row, strict=True)) for row in body]


def _rows(data: Data) -> tuple[list[str], list[list[Any]]]:
    heads = [str(name) for name in data]
    columns = [[_plain(value) for value in data[name].tolist()] for name in heads]
    return heads, [list(row) for row in zip(*columns, strict=True)]


def grid(heads: list[str], rows: list[list[str]], style: str) -> str:
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


def number(value: float, digits: int = 3) -> str:
    """A number as it is printed: rounded, a dash where missing."""
    return "-" if math.isnan(value) else f"{value:.{digits}f}"


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and math.isnan(value) else value


def _cell(value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "-"
    if isinstance(value, float | np.floating):
        return number(float(value))
    return str(value)
