"""Results: tables that do not change, and how they show themselves in a notebook and at a prompt."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Data: TypeAlias = pd.DataFrame | Mapping[str, NDArray[Any]]

#: A notebook is no place for more rows, a prompt for more rows or columns of text.
MOST_ROWS, MOST_LINES, WIDTH = 60, 20, 100


class Short(NamedTuple):
    """A result as a small table of text, whose first column names the rows, and a line on what it is."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


class Shown(ABC):
    """What shows itself by its short form: as text at a prompt, as a table in a notebook."""

    @abstractmethod
    def short(self) -> Short:
        """What it comes to, as text."""

    def __repr__(self) -> str:
        heads, rows, note = self.short()
        lines = _fitting([heads, *rows[:MOST_LINES]])
        left = f"... {len(rows) - MOST_LINES:,} more rows" if len(rows) > MOST_LINES else ""
        return "\n".join(filter(None, [*lines, left, note]))

    def _repr_html_(self) -> str:
        heads, rows, note = self.short()
        head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
        body = "".join(
            f'<tr><th scope="row">{escape(first)}</th>{"".join(map(_td, rest))}</tr>'
            for first, *rest in rows[:MOST_ROWS]
        )
        left = len(rows) - MOST_ROWS
        more = f"<p>{left:,} more rows; to_frame() has them all.</p>" if left > 0 else ""
        below = f"<p>{escape(note)}</p>" if note else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}{below}"


@dataclass(frozen=True, eq=False, repr=False)
class Result(Shown):
    """A table that does not change: a copy of it on request, its short form where it is shown."""

    _frame: pd.DataFrame = field(repr=False)

    def to_frame(self) -> pd.DataFrame:
        """The table as a tidy frame of the caller's own."""
        return self._frame.copy()

    def __len__(self) -> int:
        return len(self._frame)


def records(data: Data) -> list[dict[str, Any]]:
    """Rows of a frame, or of columns by name, as plain values, None where missing."""
    heads = [str(name) for name in data]
    columns = [[_plain(value) for value in data[name].tolist()] for name in heads]
    return [dict(zip(heads, row, strict=True)) for row in zip(*columns, strict=True)]


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return None if math.isnan(value) else value
    return value.item() if hasattr(value, "item") else value


def _td(text: str) -> str:
    return f"<td>{escape(text)}</td>"


def _fitting(rows: Sequence[Sequence[str]]) -> list[str]:
    """Cells in columns; the middle ones give way where the line would be too long."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    shown = list(range(len(widths)))
    while len(shown) > 2 and sum(widths[i] for i in shown) + 2 * len(shown) > WIDTH:
        del shown[len(shown) // 2]
    middle = next((n for n, i in enumerate(shown) if i > n), len(shown))
    gap = ["..."] if middle < len(shown) else []
    lines = []
    for row in rows:
        cells = [row[i].ljust(widths[i]) for i in shown]
        lines.append("  ".join([*cells[:middle], *gap, *cells[middle:]]).rstrip())
    return lines
