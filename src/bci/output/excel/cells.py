"""Cells of a workbook: text that stays text, numbers, formulas with their values, and how they look."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from bci.countries import name as country_name
from bci.data.dyads import Dyad

Sheet: TypeAlias = Any
Forms: TypeAlias = Mapping[str, Any]

#: Signs that a cell holds.
LONGEST = 32_767

#: Rows above the data: block, weight or unit, name.
HEAD = 3

#: Decimals that values which are not whole are shown with; what is stored is never rounded.
DECIMALS = range(3, 10)

FORMS: Mapping[str, Mapping[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "head": {"bold": True, "bottom": 1},
    "top_head": {"bold": True, "valign": "top", "text_wrap": True},
    "number_head": {"bold": True, "bottom": 1, "align": "right"},
    "word_head": {"bold": True, "bottom": 1, "indent": 1},
    "note": {"italic": True, "font_color": "#555555"},
    "unit": {"italic": True, "font_color": "#555555", "align": "right", "valign": "top", "text_wrap": True},
    "wrapped": {"text_wrap": True, "valign": "top"},
    "words": {"text_wrap": True, "valign": "top", "indent": 1},
    "top": {"valign": "top"},
    "calibrated": {"bold": True, "bg_color": "#fce4d6", "indent": 1},
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
