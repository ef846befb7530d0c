"""What a report is made of, before it is HTML or Markdown: one content, two forms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple


class Cell(NamedTuple):
    """A cell of a table; `shade` is its band's colour from 0 to 3, or -1 where a score is missing."""

    text: str
    shade: int | None = None


@dataclass(frozen=True)
class Heading:
    """A heading of a section (2) or of a part of one (3)."""

    text: str
    level: Literal[2, 3] = 2


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: str
    lead: bool = False


@dataclass(frozen=True)
class Points:
    """A list."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table whose first column names the rows; the others hold numbers unless `words` says otherwise."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    words: bool = False


class Dot(NamedTuple):
    """One period of a chart: its name, the score and its reach, None where there is none."""

    period: str
    score: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Chart:
    """Scores over periods before the bands; it shows nothing that a table does not say."""

    caption: str
    dots: tuple[Dot, ...]
    bands: tuple[tuple[str, float], ...]


Block = Heading | Text | Points | Table | Chart


#: Periods that stand side by side: more would leave the page.
MOST_ACROSS = 10


def by_period(caption: str, periods: Sequence[str], rows: Sequence[Sequence[str | Cell]]) -> Iterator[Table]:
    """A table with a column a period behind the names; further ones where there are many periods."""
    for first in range(0, len(periods), MOST_ACROSS):
        part = periods[first : first + MOST_ACROSS]
        said = caption if len(part) == len(periods) else f"{caption}: {part[0]} to {part[-1]}"
        cut = slice(first + 1, first + 1 + MOST_ACROSS)
        yield table(said, ["", *part], [[row[0], *row[cut]] for row in rows])


def table(
    caption: str, heads: Sequence[str], rows: Sequence[Sequence[str | Cell]], *, words: bool = False
) -> Table:
    """A table of texts and cells."""
    cells = (tuple(cell if isinstance(cell, Cell) else Cell(cell) for cell in row) for row in rows)
    return Table(caption, tuple(heads), tuple(cells), words)
