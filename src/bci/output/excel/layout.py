"""How sheets are read and printed: widths, heights, heads that stay in sight, pages."""

from __future__ import annotations

import math
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from bci.data.dyads import Dyad
from bci.output.excel.cells import DECIMALS, Forms, Sheet, names_of, put, put_row

#: Points of a line of text.
LINE = 15

#: Signs of one cell of running text: a row is no higher than 409 points, so that longer ones need several.
PART = 1_500

#: Running text that surely fits into a unit of column width, in whatever font a program has.
FILLED = 0.95

#: The paper, A4, and its margins in inches.
PAPER = 9
MARGINS = {"left": 0.4, "right": 0.4, "top": 0.6, "bottom": 0.6}


def lay_out(sheet: Sheet, widths: Iterable[float], *, heads: int, labels: int = 0) -> None:
    """Columns so wide; heads and labels that stay in sight; pages as wide as the sheet, with its heads."""
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(heads, labels)
    sheet.repeat_rows(0, heads - 1)
    sheet.set_landscape()
    sheet.set_paper(PAPER)
    sheet.set_margins(**MARGINS)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&F, &A&RPage &P of &N")


def wide(texts: Iterable[object], least: int = 9) -> int:
    """A column that holds these texts, each on one line."""
    return max([least, *(units(str(text)) + 2 for text in texts)])


def label_widths(labels: Sequence[str], dyads: Sequence[Dyad]) -> list[int]:
    """The columns of codes and names of dyads, and of the years behind them."""
    columns: list[Sequence[object]] = list(zip(*names_of(dyads), strict=True))
    columns += [()] * (len(labels) - len(columns))
    return [wide([label, *texts], least=6) for label, texts in zip(labels, columns, strict=True)]


def put_labels(sheet: Sheet, row: int, labels: Sequence[str], forms: Forms) -> None:
    """The heads of those columns."""
    put_row(sheet, row, labels[:4], forms["head"])
    put_row(sheet, row, labels[4:], forms["number_head"], first=4)


def units(text: str) -> int:
    """Signs of a text, where those of East Asian scripts are as wide as two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def lines(text: str, width: float) -> int:
    r"""Lines that a wrapped text takes at most in a column of that width.

    Examples
    --------
    >>> lines("a" * 95, 100), lines("one\ntwo", 100)
    (1, 2)
    """
    return sum(max(1, math.ceil(units(part) / (FILLED * width))) for part in text.split("\n"))


def parts(text: str) -> list[str]:
    """A text in as many cells as it needs to be read whole; nothing is left out but spaces between them."""
    cut = textwrap.wrap(text, PART, replace_whitespace=False, expand_tabs=False, break_on_hyphens=False)
    return cut or [text]


def put_wrapped(
    sheet: Sheet, row: int, texts: Sequence[str], widths: Sequence[float], forms: Sequence[object]
) -> None:
    """Texts side by side from the first column, wrapped, in a row as high as the longest needs."""
    sheet.set_row(row, LINE * max(lines(text, width) for text, width in zip(texts, widths, strict=True)))
    for column, (text, form) in enumerate(zip(texts, forms, strict=True)):
        put(sheet, row, column, text or None, form)


def value_form(values: NDArray[np.float64], forms: Forms) -> object:
    """Whole numbers without decimals; others with as many as show that the smallest is not 0."""
    known = np.abs(values[np.isfinite(values) & (values != 0)])
    if (known == np.round(known)).all():
        return forms["decimals 0"]
    needed = max(1 - math.floor(math.log10(known.min())), DECIMALS[0])
    return forms.get(f"decimals {needed}")
