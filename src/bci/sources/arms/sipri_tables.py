"""SIPRI's tables of TIV: the exports of one country, the imports of one, or the totals of all.

Two layouts, both as downloaded:

- to 2022: ``"TIV of arms exports from Russia, 1950-2021",,,`` and more title lines, a header
  ``,1950,...,Total``, a row a partner, an empty row, and a row ``Total``;
- later: ``Volume of transfers of major arms`` and more title lines, a header ``Recipient,1950,...,2024,``
  ``1950-2024,Percentage,Sum total years,Percentage of total`` (``Supplier`` or ``Exports by`` instead), a row
  a country, and a last row that says what the table holds: ``Total world import``, ``Total world export``,
  ``Total exports to Israel``; that of one supplier's table ends in ``from`` and its name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from bci.arrays import Array
from bci.errors import CountryError
from bci.sources.arms import sipri
from bci.sources.figures import Ingested
from bci.sources.format import Format, Rows
from bci.sources.raw import CHOICE, Raw, raise_all, read_country
from bci.sources.rules import Rules

#: Names of the first column by what its countries are.
RECIPIENTS, SUPPLIERS = ("recipient", "imports by"), ("supplier", "exports by")

_YEAR = re.compile(r"\d{4}")
_TITLE = re.compile(r"TIV of arms (?:exports|imports) (from|to) (.+), (\d{4})-(\d{4})")
_OF_ONE = re.compile(r"Total .*?\b(from|to) (.+)")
_OF_ALL = re.compile(r"Total world (import|export)s?")

Kind = Literal["from", "to", "import", "export"]


@dataclass(frozen=True, eq=False)
class Table:
    """A table as printed.

    Attributes
    ----------
    lines
        Line of each row, that of totals last.
    names, codes
        The country of each row as spelled and as ISO3 ("" for no country).
    years
        In order.
    tiv
        Shape ``(rows, years)``; NaN in empty cells.
    total
        Shape ``(years,)``: the last row.
    kind, subject
        Exports ``from`` a country or imports ``to`` it, and its name; or the totals of all countries,
        ``export`` or ``import``, and no name.
    """

    lines: list[int]
    names: list[str]
    codes: list[str]
    years: range
    tiv: Array
    total: Array
    kind: Kind
    subject: str


def find_header(rows: Rows) -> int | None:
    """Recognise either layout: a column of countries, without a name in a file so titled, then years."""
    titled = any(cell.strip().startswith("TIV of arms ") for row in rows for cell in row[:1])
    for i, row in enumerate(rows):
        first, *others = (cell.strip() for cell in row or [""])
        named = first.casefold() in RECIPIENTS + SUPPLIERS or (not first and titled and "Total" in others)
        if named and any(_YEAR.fullmatch(cell) for cell in others):
            return i
    return None


def ingest(indicator: str, raws: Sequence[Raw], companions: Sequence[Raw], rules: Rules) -> Ingested:
    """Tables of TIV -> arms trade.

    A table of one country covers all its flows in that direction: an unlisted partner is 0, in years that
    SIPRI had published by the day the table was generated. Flows in the other direction are known only from
    another table. Totals are those printed, of one country in its own table or of all in theirs.

    Every row and column must add up to its printed total, give or take the rounding of each cell.

    Raises
    ------
    InputError
        With every problem in any file: figures that do not add up, unknown names, tables of different
        vintages or that contradict each other, titles that do not say what a table holds.
    """
    vintage = sipri.one_vintage(raws)
    listings, totals, left_out = [], [], 0
    nameless: set[str] = set()
    for raw in raws:
        table, day = _read(raw, rules), sipri.generated(raw)
        code = None if table is None else _subject(raw, table, rules)
        if table is None or day is None or code is None:
            continue
        filled = ~np.isnan(table.tiv)
        used = {table.years[i] for i in np.nonzero(filled)[1].tolist()}
        last = sipri.published_to(day, used)
        years = sipri.years_of_name(table.subject, range(table.years.start, min(table.years.stop, last + 1)))
        left_out += int(filled[:, [year not in years for year in table.years]].sum())
        nameless |= {name for name, iso in zip(table.names, table.codes, strict=True) if not iso}
        if table.kind in ("import", "export"):
            totals.append(_totals(raw, table, years))
        elif code:
            listings.append(_listing(raw, table, code, years))
            totals.append(_own_total(raw, table, code, years))
        else:
            nameless.add(table.subject)
    raise_all(raws)
    remarks = [*sipri.left_out(nameless), *sipri.uncovered(left_out)]
    basis = "Totals are those that SIPRI prints, each rounded."
    return sipri.ingested(FORMAT.name, listings, totals, rules, vintage=vintage, basis=basis, remarks=remarks)


def _listing(raw: Raw, table: Table, code: str, years: range) -> sipri.Listing:
    tiv = {
        (year, code, partner) if table.kind == "from" else (year, partner, code): amount
        for (year, partner), amount in _cells(table, years).items()
    }
    suppliers, recipients = (frozenset({code}) if table.kind == kind else None for kind in ("from", "to"))
    return sipri.Listing(raw, suppliers, recipients, years, tiv)


def _own_total(raw: Raw, table: Table, code: str, years: range) -> sipri.Totals:
    side: Literal["exports", "imports"] = "exports" if table.kind == "from" else "imports"
    printed = zip(table.years, table.total.tolist(), strict=True)
    tiv = {(year, code): total for year, total in printed if year in years and total == total}
    return sipri.Totals(raw, side, frozenset({code}), years, tiv)


def _totals(raw: Raw, table: Table, years: range) -> sipri.Totals:
    side: Literal["exports", "imports"] = "exports" if table.kind == "export" else "imports"
    tiv = {(year, code): total for (year, code), total in _cells(table, years).items() if code}
    return sipri.Totals(raw, side, frozenset(table.codes) - {""}, years, tiv)


def _cells(table: Table, years: range) -> dict[tuple[int, str], float]:
    """Figures by year and country; names that are one country add up."""
    cells: dict[tuple[int, str], float] = defaultdict(float)
    for code, row in zip(table.codes, table.tiv.tolist(), strict=True):
        for year, amount in zip(table.years, row, strict=True):
            if amount == amount and year in years:
                cells[year, code] += amount
    return dict(cells)


def _subject(raw: Raw, table: Table, rules: Rules) -> str | None:
    """ISO3 of the country that a table is about, "" for none; None where its name cannot be read."""
    code = read_country(table.subject, sipri.country, rules) if table.subject else ""
    if isinstance(code, CountryError):
        line = table.lines[-1] if raw.header[0] else 1
        raw.refuse(line, 1, f"{code} {CHOICE}")
        return None
    return code


def _read(raw: Raw, rules: Rules) -> Table | None:
    """A table whose figures add up; None, and the problems noted, if there are any."""
    columns = _year_columns(raw)
    if columns is None:
        return None
    years, total_column = columns
    head, year_names = raw.header[0], [str(year) for year in years]
    figured = [*year_names, total_column] if total_column else year_names
    lines: list[int] = []
    names: list[str] = []
    codes: list[str] = []
    amounts: list[Array] = []

    def partner(text: str) -> str:
        return "" if not text or text.startswith("Total") else sipri.country(text)

    for piece in raw.pieces([head, *figured]):
        read = piece.countries(head, partner, rules)
        cells = np.column_stack([piece.numbers(name) for name in figured])
        for i, name in enumerate(piece.columns[head]):
            if not name and not any(piece.columns[column][i] for column in figured):
                continue
            if names and names[-1].startswith("Total"):
                piece.refuse(i, head, "stands below the row of totals; give each table as a file of its own")
            elif not name:
                piece.refuse(i, head, "is empty beside figures; write the country, or take the row out")
            elif name in names:
                piece.refuse(i, head, f"{name!r} stands twice; keep one row")
            lines.append(piece.lines[i])
            names.append(name)
            codes.append(read[i])
            amounts.append(cells[i])
    what = _what(raw, years, names[-1] if names else "", lines[-1] if lines else raw.header_line)
    if raw.problems or what is None:
        return None
    tiv = np.array(amounts)
    _add_up(raw, lines, figured, tiv, with_total=total_column is not None)
    body = tiv[:-1, : len(years)]
    return Table(lines, names[:-1], codes[:-1], years, body, tiv[-1, : len(years)], *what)


def _year_columns(raw: Raw) -> tuple[range, str | None] | None:
    """The years of the columns and the name of the column of totals, which a table of one year may lack."""
    at = [i for i, name in enumerate(raw.header) if _YEAR.fullmatch(name)]
    years = [int(raw.header[i]) for i in at]
    if len(years) == 2 and years[0] == years[1]:
        years = years[:1]
    for i, (before, after) in enumerate(pairwise(years), start=1):
        if after != before + 1:
            message = f"the year {after} follows {before}; every year must have its column, in order"
            raw.refuse(raw.header_line, at[i] + 1, message)
            return None
    total = next((name for name in ("Total", f"{years[0]}-{years[-1]}") if name in raw.header), None)
    if total is None and len(years) > 1:
        message = f"has no column Total or {years[0]}-{years[-1]}, the sum of its years; download it again"
        raw.refuse(raw.header_line, 1, message)
        return None
    return range(years[0], years[-1] + 1), total


def _what(raw: Raw, years: range, last_row: str, line: int) -> tuple[Kind, str] | None:
    """What a table holds, by its title or its last row; noted as a problem where neither says it."""
    first = raw.header[0].casefold()
    if not first:
        return _titled(raw, years, last_row, line)
    if match := _OF_ALL.fullmatch(last_row):
        kind: Kind = "import" if match[1] == "import" else "export"
        subject = ""
    elif match := _OF_ONE.fullmatch(last_row):
        kind, subject = ("from" if match[1] == "from" else "to"), match[2]
    else:
        wanted = "'Total world import', 'Total world export', 'Total ... from ...' or 'Total ... to ...'"
        raw.refuse(line, 1, f"the last row is {last_row!r}, but must say what the table holds: {wanted}")
        return None
    if first not in (RECIPIENTS if kind in ("from", "import") else SUPPLIERS):
        message = f"{raw.header[0]!r} does not head the rows of a table that ends in {last_row!r}"
        raw.refuse(raw.header_line, 1, f"{message}; download it again")
        return None
    return kind, subject


def _titled(raw: Raw, years: range, last_row: str, line: int) -> tuple[Kind, str] | None:
    titles = ((at, cell.strip()) for at, row in enumerate(raw.title, start=1) for cell in row)
    at, title = next((placed for placed in titles if placed[1].startswith("TIV of arms ")), (1, ""))
    match = _TITLE.fullmatch(title)
    if match is None or match[2].casefold() in ("all", "world"):
        wanted = "'TIV of arms exports from ..., 1950-2021' or 'TIV of arms imports to ..., 1950-2021'"
        raw.refuse(at, 1, f"{title!r} does not say whose flows these are; the title must be {wanted}")
        return None
    if (int(match[3]), int(match[4])) != (years[0], years[-1]):
        raw.refuse(at, 1, f"the title says {match[3]}-{match[4]}, the columns {years[0]}-{years[-1]}")
        return None
    if last_row != "Total":
        raw.refuse(line, 1, f"the last row is {last_row!r}, but must be 'Total'; download the whole table")
        return None
    return ("from" if match[1] == "from" else "to"), match[2]


def _add_up(raw: Raw, lines: Sequence[int], columns: Sequence[str], tiv: Array, *, with_total: bool) -> None:
    """Note every row and column whose figures differ from the printed total by more than rounding.

    Each of ``n`` figures and the total is rounded by at most a half: ``|sum - total| <= (n + 1) / 2``.
    """

    def off(parts: Array, printed: Array, axis: int) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
        apart = np.abs(np.nansum(parts, axis=axis) - np.nan_to_num(printed))
        return np.flatnonzero(apart > ((~np.isnan(parts)).sum(axis=axis) + 1) / 2 + 1e-9)

    def refuse(row: int, column: int, parts: Array) -> None:
        printed = float(np.nan_to_num(tiv[row, column]))
        place = raw.header.index(columns[column]) + 1
        message = (
            f"{columns[column]}: the total is {printed:g}, but its figures add up to {np.nansum(parts):g}"
        )
        raw.refuse(lines[row], place, f"{message}, which is more than rounding; download the table again")

    for column in off(tiv[:-1], tiv[-1], axis=0):
        refuse(-1, int(column), tiv[:-1, column])
    if with_total:
        for row in off(tiv[:, :-1], tiv[:, -1], axis=1):
            refuse(int(row), -1, tiv[row, :-1])


FORMAT = Format(
    name="sipri_tables",
    indicators=("arms_trade",),
    looks="title lines, then years as columns with a total, a country a row, and a last row of totals",
    source=sipri.SOURCE.model_copy(update={"title": "SIPRI Arms Transfers Database, tables of TIV"}),
    find_header=find_header,
    ingest=ingest,
)
