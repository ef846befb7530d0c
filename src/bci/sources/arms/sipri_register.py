"""SIPRI's trade register with one row a delivery year, summed to flows.

Two layouts bear the same title lines. The one that is read begins ``SIPRI AT Database ID,Supplier,Recipient``
and has ``Delivery year`` and ``TIV delivery values``. The other begins ``Recipient,Supplier,Year of order``
and has one row an order with ``SIPRI TIV of delivered weapons``, which cannot be divided among the years of
delivery where there are several; it is recognised and refused if so. Both as in exports of 2024 and 2025.
"""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bci.errors import CountryError
from bci.model.definitions import FIRST_YEAR, LAST_YEAR
from bci.sources.arms import sipri
from bci.sources.figures import Ingested
from bci.sources.format import Format, Rows
from bci.sources.raw import Raw, raise_all, read_country
from bci.sources.rules import Rules

#: Names of year of delivery and TIV in the two layouts.
BY_DELIVERY = ("Delivery year", "TIV delivery values")
BY_ORDER = ("Year(s) of delivery", "SIPRI TIV of delivered weapons")

_TITLE = re.compile(
    r"Transfers of major conventional arms from (?P<supplier>.+?)\s+to (?P<recipient>.+?)\s*\."
    r".*'(?P<first>\d{4}|Not specified)' to '(?P<last>\d{4}|Not specified)'",
)
EVERY = "All countries"

#: What a register lists, its totals, and how many of its figures lie outside the years it covers.
Register = tuple[sipri.Listing, list[sipri.Totals], int]


@dataclass(frozen=True)
class Scope:
    """What a register lists, as its title says.

    Attributes
    ----------
    ends
        Name and ISO3 of the supplier and of the recipient; the code is None for all countries.
    first, last
        The range of years; None where it was not specified.
    title
        The words of the title.
    """

    ends: tuple[tuple[str, str | None], tuple[str, str | None]]
    first: int | None
    last: int | None
    title: str

    def holds(self, year: int, *codes: str) -> bool:
        """Whether a delivery belongs into the register."""
        within = (self.first is None or year >= self.first) and (self.last is None or year <= self.last)
        return within and all(own in (None, code) for (_, own), code in zip(self.ends, codes, strict=True))

    def years_of_names(self, years: range) -> range:
        """The years that SIPRI files under both names."""
        for name, _ in self.ends:
            years = sipri.years_of_name(name, years)
        return years


def find_header(rows: Rows) -> int | None:
    """Recognise either layout by supplier, recipient, year of delivery and TIV in one row."""
    for i, row in enumerate(rows):
        cells = {cell.strip() for cell in row}
        if any({"Supplier", "Recipient", *layout} <= cells for layout in (BY_DELIVERY, BY_ORDER)):
            return i
    return None


def ingest(indicator: str, raws: Sequence[Raw], companions: Sequence[Raw], rules: Rules) -> Ingested:
    """Trade registers -> arms trade.

    The title says whose deliveries in which years a register lists; within these an unlisted flow is 0, up to
    the last year that SIPRI had published. Totals are known of a supplier whose deliveries to all countries
    are listed, and of a recipient likewise. They are sums of unrounded TIV.

    Raises
    ------
    InputError
        With every problem in any file.
    """
    vintage = sipri.one_vintage(raws)
    nameless: set[str] = set()
    parts = [part for raw in raws if (part := _read(raw, rules, nameless)) is not None]
    raise_all(raws)
    listings = [listing for listing, *_ in parts]
    totals = [total for _, both, _ in parts for total in both]
    remarks = [*sipri.left_out(nameless), *sipri.uncovered(sum(later for *_, later in parts))]
    basis = "Totals are the sums of all deliveries listed."
    return sipri.ingested(FORMAT.name, listings, totals, rules, vintage=vintage, basis=basis, remarks=remarks)


def _read(raw: Raw, rules: Rules, nameless: set[str]) -> Register | None:
    scope, day = _scope(raw, rules), sipri.generated(raw)
    year_name, tiv_name = BY_DELIVERY if set(BY_DELIVERY) <= set(raw.header) else BY_ORDER
    tiv: dict[tuple[int, str, str], float] = defaultdict(float)
    undivided = False
    for rows in raw.pieces(["Supplier", "Recipient", year_name, tiv_name]):
        cells = list(zip(rows.columns[year_name], rows.columns[tiv_name], strict=True))
        several = [i for i, (year, _) in enumerate(cells) if ";" in year]
        if several and not undivided:
            undividable = (
                f"{cells[several[0]][0]!r} are several years with one TIV, which cannot be divided among them"
            )
            wanted = f"download the register with one row a delivery (columns {' and '.join(BY_DELIVERY)})"
            rows.refuse(several[0], year_name, f"{undividable}; {wanted}")
        undivided = undivided or bool(several)
        # An order without deliveries has neither year nor TIV.
        piece = rows.rows(
            [i for i, (year, amount) in enumerate(cells) if ";" not in year and (year or amount)]
        )
        suppliers = piece.countries("Supplier", sipri.country, rules)
        recipients = piece.countries("Recipient", sipri.country, rules)
        years = piece.whole(year_name, FIRST_YEAR, LAST_YEAR).tolist()
        amounts = piece.numbers(tiv_name).tolist()
        for i, (year, a, b, amount) in enumerate(zip(years, suppliers, recipients, amounts, strict=True)):
            if not piece.columns[tiv_name][i]:
                piece.refuse(
                    i, tiv_name, "is empty beside a year of delivery; write the TIV, or take out the row"
                )
            if scope is not None and i not in piece.wrong and not scope.holds(year, a, b):
                piece.refuse(
                    i, year_name, f"lies outside what the title says the register lists ({scope.title})"
                )
            tiv[year, a, b] += amount
            nameless |= {
                piece.columns[name][i] for name, code in (("Supplier", a), ("Recipient", b)) if not code
            }
    if raw.problems or scope is None or day is None:
        return None
    return _listed(raw, scope, day, {key: round(amount, 9) for key, amount in tiv.items()})


def _listed(
    raw: Raw, scope: Scope, day: datetime.date, tiv: Mapping[tuple[int, str, str], float]
) -> Register:
    delivered = {year for year, *_ in tiv}
    first = min(delivered, default=day.year) if scope.first is None else scope.first
    last = min(sipri.published_to(day, delivered), 9999 if scope.last is None else scope.last)
    years = scope.years_of_names(range(first, last + 1))
    kept = {key: amount for key, amount in tiv.items() if key[0] in years}
    senders, receivers = (None if code is None else frozenset({code} - {""}) for _, code in scope.ends)
    named = frozenset(code for _, *ends in kept for code in ends if code)
    totals = []
    if receivers is None:
        totals.append(_summed(raw, "exports", named if senders is None else senders, years, kept))
    if senders is None:
        totals.append(_summed(raw, "imports", named if receivers is None else receivers, years, kept))
    return sipri.Listing(raw, senders, receivers, years, kept), totals, len(tiv) - len(kept)


def _summed(
    raw: Raw,
    side: Literal["exports", "imports"],
    countries: frozenset[str],
    years: range,
    tiv: Mapping[tuple[int, str, str], float],
) -> sipri.Totals:
    sums: dict[tuple[int, str], float] = defaultdict(float)
    for (year, supplier, recipient), amount in tiv.items():
        code = supplier if side == "exports" else recipient
        if code in countries:
            sums[year, code] += amount
    return sipri.Totals(raw, side, countries, years, {key: round(tiv, 9) for key, tiv in sums.items()})


def _scope(raw: Raw, rules: Rules) -> Scope | None:
    """What the title line says the register lists; noted as a problem where it does not say it."""
    for line, row in enumerate(raw.title, start=1):
        match = _TITLE.search(",".join(row))
        if match is None:
            continue
        ends = []
        for name in (match["supplier"].strip(), match["recipient"].strip()):
            code = None if name == EVERY else read_country(name, sipri.country, rules)
            if isinstance(code, CountryError):
                raw.refuse(line, 1, f"{code} Take a register of {EVERY}, or of one country")
                return None
            ends.append((name, code))
        first, last = (int(match[end]) if match[end].isdigit() else None for end in ("first", "last"))
        return Scope((ends[0], ends[1]), first, last, match[0])
    wanted = "'Transfers of major conventional arms from ... to ...' with its range of years"
    raw.refuse(1, 1, f"does not say whose deliveries it lists; keep the title line {wanted}")
    return None


FORMAT = Format(
    name="sipri_register",
    indicators=("arms_trade",),
    looks="title lines, then Supplier, Recipient, ..., Delivery year, ..., TIV delivery values",
    source=sipri.SOURCE.model_copy(update={"title": "SIPRI Arms Transfers Database, trade register"}),
    find_header=find_header,
    ingest=ingest,
)
