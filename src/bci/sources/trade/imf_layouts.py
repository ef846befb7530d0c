"""The layouts in which the IMF gives out its trade statistics, told apart by their headers.

- Direction of Trade Statistics (until 2025), in bulk: one row an observation (``Time Period``, ``Value``), a
  column a year (``Attribute`` is Value or Status), or a column an indicator (panel). The series are in US
  dollars by their name.
- International Trade in Goods by partner country (IMTS): the portal's CSV (its first column is ``DATASET``),
  whose figures are in the unit of ``SCALE``; and the CSV of the programming interface (``DATAFLOW`` or
  ``STRUCTURE[;]``), whose figures are in US dollars, ``SCALE`` there being how to show them.

Looked up in public code that reads these files. For the interface, three of them say independently that
``SCALE`` must not be applied (France's imports from the USA in 2022 stand as 56004917567). For the portal,
that ``SCALE`` applies rests on one reader of IMTS and on a sample of the portal's export of another data set
of the IMF.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bci.errors import InputError
from bci.sources.formats import Rows
from bci.sources.raw import Raw

#: Series by code or name: exports f.o.b., imports c.i.f., imports f.o.b., and what is no flow.
EXPORTS, IMPORTS_CIF, IMPORTS_FOB, BALANCE = "exports", "imports c.i.f.", "imports f.o.b.", ""
SERIES = {
    "TXG_FOB_USD": EXPORTS,
    "XG_FOB_USD": EXPORTS,
    "Exports of goods, Free on board (FOB), US dollar": EXPORTS,
    "TMG_CIF_USD": IMPORTS_CIF,
    "MG_CIF_USD": IMPORTS_CIF,
    "Imports of goods, Cost insurance freight (CIF), US dollar": IMPORTS_CIF,
    "TMG_FOB_USD": IMPORTS_FOB,
    "MG_FOB_USD": IMPORTS_FOB,
    "Imports of goods, Free on board (FOB), US dollar": IMPORTS_FOB,
    "TBG_USD": BALANCE,
    "Trade balance goods, US dollar": BALANCE,
}
YEAR = re.compile(r"\d{4}")
PART_OF_YEAR = re.compile(r"\d{4}-?[MQ]\d{1,2}")


@dataclass(frozen=True)
class Values:
    """A column of figures; `series` and `year` where its name says them."""

    column: str
    series: str | None = None
    year: int | None = None


@dataclass(frozen=True)
class Layout:
    """Which columns of a file hold what; ``""`` where none does."""

    reporter: str
    partner: str
    series: str
    period: str
    frequency: str
    attribute: str
    scale: str
    status: str
    values: tuple[Values, ...]

    def columns(self) -> list[str]:
        """All of them, each once."""
        single = (self.reporter, self.partner, self.series, self.period, self.frequency)
        others = (self.attribute, self.scale, self.status, *(values.column for values in self.values))
        return list(dict.fromkeys(filter(None, (*single, *others))))


def find_header(rows: Rows) -> int | None:
    """The first row, where it names reporter, counterpart and figures as the IMF does."""
    if not rows:
        return None
    header = tuple(cell.strip() for cell in rows[0])
    ends = _first(header, "Country Name", "COUNTRY.ID", "COUNTRY") and _first(
        header, "Counterpart Country Name", "COUNTERPART_COUNTRY.ID", "COUNTERPART_COUNTRY"
    )
    return 0 if ends and _values(header) else None


def layout_of(raw: Raw) -> Layout:
    """The layout of a file.

    Raises
    ------
    InputError
        If the header has no column of indicators, or a scale that may or may not apply.
    """
    header = raw.header
    values = _values(header)
    panel = values[0].series is not None
    series = "" if panel else _first(header, "Indicator Code", "INDICATOR.ID", "INDICATOR")
    if not (series or panel):
        message = "has no column INDICATOR or Indicator Code, so that nobody can tell exports from imports"
        raise InputError.at(raw.place, f"{message}; download it with the indicator", raw.header_line, 1)
    scale = _first(header, "SCALE.ID", "SCALE", "Scale")
    if scale and _first(header, "DATAFLOW", "STRUCTURE[;]", "STRUCTURE", "STRUCTURE_ID"):
        scale = ""
    elif scale and scale != "Scale" and "DATASET" not in header:
        message = (
            f"has a column {scale} but none of DATASET, DATAFLOW and STRUCTURE, which tell whether it applies"
        )
        raise InputError.at(raw.place, f"{message}; give the file as downloaded", raw.header_line, 1)
    return Layout(
        reporter=_first(header, "Country Name", "COUNTRY.ID", "COUNTRY"),
        partner=_first(header, "Counterpart Country Name", "COUNTERPART_COUNTRY.ID", "COUNTERPART_COUNTRY"),
        series=series,
        period="" if values[0].year is not None else _first(header, "Time Period", "TIME_PERIOD"),
        frequency=_first(header, "FREQUENCY.ID", "FREQUENCY"),
        attribute=_first(header, "Attribute"),
        scale=scale,
        status="" if panel or values[0].year is not None else _first(header, "Status", "STATUS"),
        values=values,
    )


def _first(header: tuple[str, ...], *names: str) -> str:
    """The first of some names that the header has, as it spells it, or ``""``."""
    return next((name for name in names if name in header), "")


def _values(header: tuple[str, ...]) -> tuple[Values, ...]:
    """The columns of figures: one, one a year, or one a series."""
    if _first(header, "Time Period", "TIME_PERIOD"):
        if single := _first(header, "Value", "OBS_VALUE"):
            return (Values(single),)
        coded = [(name, re.search(r"\((\w+)\)$", name)) for name in header]
        return tuple(Values(name, SERIES[code[1]]) for name, code in coded if code and SERIES.get(code[1]))
    return tuple(Values(name, year=int(name)) for name in header if YEAR.fullmatch(name))
