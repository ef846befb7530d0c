"""Frames as CSV, JSON, Markdown, LaTeX and plain text."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

STYLES = {"markdown": "github", "latex": "latex_booktabs"}


def render(
    frame: pd.DataFrame, style: str, about: Mapping[str, Any] | None = None, rows: str = "rows"
) -> str:
    """A frame in one of the formats.

    Parameters
    ----------
    frame
        The data, unrounded.
    style
        ``csv`` and ``json`` are written unrounded; ``table``, ``markdown`` and ``latex`` to three decimals.
    about
        What a JSON document says before its `rows`; a bare list where None.
    rows
        The key of the rows in that document.
    """
    if style == "csv":
        return str(frame.to_csv(index=False, lineterminator="\n"))
    if style == "json":
        listed = records(frame)
        return to_json(listed if about is None else {**about, rows: listed})
    shown = [[_cell(value) for value in row] for row in frame.itertuples(index=False)]
    return grid(list(frame.columns), shown, style)


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


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain values, None where missing."""
    names = list(frame.columns)
    return [
        {name: _plain(value) for name, value in zip(names, row, strict=True)}
        for row in frame.itertuples(index=False, name=None)
    ]


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
