"""Cells of a workbook: text that stays text, numbers, formulas with their values, how they look and print."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias
from unicodedata import east_asian_width

import numpy as np

from bci.arrays import Array
from bci.countries import name as country_name
from bci.data.dyads import Dyad

Sheet: TypeAlias = Any
Forms: TypeAlias = Mapping[str, Any]

#: Signs that a cell holds.
LONGEST = 32_767

#: Rows above the data: block, weight or unit, name.
HEAD = 3

#: Signs of one cell of running text: a row is no higher than 409 points, so that longer ones need several.
PART = 1_500

#: Points of a line, and running text that surely fits into a unit of column width, in whatever font.
LINE, FILLED = 15, 0.95

#: Decimals that values which are not whole are shown with; what is stored is never rounded.
DECIMALS = range(3, 10)

FORMS: Mapping[str, Mapping[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "head": {"bold": True, "bottom": 1},
    "top_head": {"bold": True, "valign": "top", "text_wrap": True},
    "number_head": {"bold": True, "bottom": 1, "align": "right"},
    "word_head": {"bold": True, "bottom": 1, "indent": 1},
    "note": {"italic": True, "font_color": "#555555"},
    "unit": {"italic": True, "font_color": "#555555", "align": "right"},
    "wrapped": {"text_wrap": True, "valign": "top"},
    "top": {"valign": "top"},
    "calibrated": {"bold": True, "bg_color": "#fce4d6", "text_wrap": True, "valign": "top"},
    "word": {"indent": 1},
    "score": {"num_format": "0.000"},
    "share": {"num_format": "0.0%"},
    "input": {"bg_color": "#fff2cc", "border": 1},
    "input_share": {"bg_color": "#fff2cc", "border": 1, "num_format": "0.00##"},
    **{f"decimals {n}": {"num_format": f"#,##0.{'0' * n}" if n else "#,##0"} for n in (0, *DECIMALS)},
}


def put(sheet: Sheet, row: int, column: int, value: Any, form: Any = None) -> None:
    """Text as text, whatever it begins with; a number; nothing where it is missing."""
    if value is None or value != value:
        return
    if isinstance(value, str):
        shown = value if len(value) <= LONGEST else value[: LONGEST - 1] + "…"
        sheet.write_string(row, column, shown, form)
    else:
        sheet.write_number(row, column, value, form)


def put_row(sheet: Sheet, row: int, values: Iterable[Any], form: Any = None, first: int = 0) -> None:
    """Values side by side."""
    for column, value in enumerate(values, start=first):
        put(sheet, row, column, value, form)


def calculate(sheet: Sheet, row: int, column: int, formula: str, value: Any, form: Any = None) -> None:
    """A formula, stored with its value."""
    sheet.write_formula(row, column, formula, form, _stored(value))


def calculate_over(sheet: Sheet, row: int, column: int, formula: str, value: Any, form: Any = None) -> None:
    """A formula that looks at every cell of its ranges, stored with its value."""
    sheet.write_array_formula(row, column, row, column, formula, form, _stored(value))


def _stored(value: Any) -> Any:
    return "" if value is None or value != value else value


def names_of(dyads: Sequence[Dyad]) -> list[tuple[str, str, str, str]]:
    """Codes and names of the countries of each dyad."""
    return [(a, country_name(a), b, country_name(b)) for a, b in dyads]


def column_letters(count: int) -> list[str]:
    """The names of the first columns."""
    from xlsxwriter.utility import xl_col_to_name

    name: Callable[[int], str] = xl_col_to_name
    return [name(column) for column in range(count)]


def lay_out(sheet: Sheet, *, heads: int, labels: int = 0, widths: Sequence[int] = ()) -> None:
    """Columns as wide as what they hold, or so wide; heads in sight; a page as wide as the sheet."""
    sheet.autofit()
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(heads, labels)
    sheet.repeat_rows(0, heads - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&F, &A&RPage &P of &N")


def put_wrapped(
    sheet: Sheet, row: int, texts: Sequence[str], widths: Sequence[int], forms: Sequence[object]
) -> None:
    """Texts side by side from the first column, wrapped, in a row as high as the longest needs."""
    sheet.set_row(row, LINE * max(lines(text, width) for text, width in zip(texts, widths, strict=True)))
    for column, (text, form) in enumerate(zip(texts, forms, strict=True)):
        put(sheet, row, column, text or None, form)


def lines(text: str, width: int) -> int:
    r"""Lines that a wrapped text takes at most in a column so wide; signs of East Asia are as wide as two.

    Examples
    --------
    >>> lines("a" * 95, 100), lines("one\ntwo", 100), lines("合" * 95, 100)
    (1, 2, 2)
    """
    units = (sum(1 + (east_asian_width(sign) in "WF") for sign in part) for part in text.split("\n"))
    return sum(max(1, math.ceil(length / (FILLED * width))) for length in units)


def parts(text: str) -> list[str]:
    """A text in as many cells as it needs to be read whole; nothing is left out but spaces between them."""
    return textwrap.wrap(text, PART, replace_whitespace=False, expand_tabs=False, break_on_hyphens=False) or [
        text
    ]


def value_form(values: Array, forms: Forms) -> object:
    """Whole numbers without decimals; others with as many as show that the smallest is not 0."""
    known = np.abs(values[np.isfinite(values) & (values != 0)])
    if (known == np.round(known)).all():
        return forms["decimals 0"]
    needed = max(1 - math.floor(math.log10(known.min())), DECIMALS[0])
    return forms.get(f"decimals {needed}")
