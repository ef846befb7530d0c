"""What files of the SIPRI Arms Transfers Database share: names, vintage, zeros, and what the figures are.

Volumes are million trend-indicator values (TIV). A printed 0 is a delivery of less than half a million, an
empty cell none that was identified; both are read as 0, and an unlisted partner likewise, but only in flows,
years and states that a file covers.

Names marked ``*`` (rebels) or ``**`` (organisations), `NO_STATES` and unknown parties are no countries: they
count in totals alone.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from bci.arrays import Array
from bci.countries import iso3, successor
from bci.errors import CountryError
from bci.model.definitions import Source
from bci.sources import flows
from bci.sources.figures import Ingested
from bci.sources.flows import Flows
from bci.sources.raw import Raw, raise_all
from bci.sources.rules import Rules
from bci.sources.states import FIRST_YEAR, LAST_YEAR

#: SIPRI's names that `bci.countries.iso3` does not read, or reads as more than one country.
OWN_NAMES = {"Congo": "COG", "Yemen Arab Republic (North Yemen)": "YEM"}
#: Unmarked in SIPRI's tables, and yet no states of their own in the table of countries.
NO_STATES = frozenset({"Biafra", "Katanga", "Libya GNC", "Northern Cyprus"})

#: Names that share a country with another one, and the years SIPRI files under each.
YEARS_OF_NAME = {
    "Soviet Union": (1950, 1991),
    "Russia": (1992, 9999),
    "Yugoslavia": (1950, 1991),
    "Serbia": (1992, 9999),
    "North Yemen": (1970, 1989),
    "Yemen Arab Republic (North Yemen)": (1967, 1969),
    "Yemen": (1990, 9999),
}

SOURCE = Source(
    title="SIPRI Arms Transfers Database",
    publisher="Stockholm International Peace Research Institute (SIPRI)",
    place="https://www.sipri.org/databases/armstransfers",
    licence="SIPRI terms: reuse with attribution, not commercially, and below a tenth of a data set",
    vintage="",
)

DEFINITION = """\
Geometric mean of two shares of arms deliveries, in the direction in which it is larger: the deliveries as a
share of the exporter's arms exports to all recipients, and of the importer's arms imports from all suppliers.
Deliveries count in the year they are made, in SIPRI trend-indicator values (TIV), which express the volume of
military capability delivered and not a price; orders and payments do not count. Totals hold non-state and
unknown parties too. Soviet Union and Russia are one country, Yugoslavia and Serbia, North Yemen and Yemen."""

LIMITS = """\
Yearly values are volatile, because a few large deliveries make up a year; SIPRI itself works with five-year
averages. A 0 is no delivery identified, or one of less than half a million TIV. Vintages of the database
disagree, mostly in late years, and must not be mixed. A share says how much the two matter to each other as
supplier and customer, not how much was delivered."""

_GENERATED = re.compile(r"generated:\s*(\d{1,2}) ([a-z]{3})[a-z]* (\d{4})\b", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True, eq=False)
class Listing:
    """Deliveries that a file lists, and the flows of which it lists all.

    Attributes
    ----------
    raw
        The file.
    suppliers, recipients
        Between any of these, an unlisted delivery is none; all countries where None.
    years
        The years it covers.
    tiv
        Million TIV by year, supplier and recipient (ISO3), of every figure that the file holds.
    """

    raw: Raw
    suppliers: frozenset[str] | None
    recipients: frozenset[str] | None
    years: range
    tiv: Mapping[tuple[int, str, str], float]


@dataclass(frozen=True, eq=False)
class Totals:
    """Exports or imports of some countries, by year and country; 0 in a year that is not listed."""

    raw: Raw
    side: Literal["exports", "imports"]
    countries: frozenset[str]
    years: range
    tiv: Mapping[tuple[int, str], float]


def country(text: str) -> str:
    """ISO3 of a name as SIPRI spells it, former states as the one that carries them on; "" for no country.

    Raises
    ------
    CountryError
        If it is no known name.

    Examples
    --------
    >>> country("Soviet Union"), country("Congo"), country("NATO**"), country("unknown supplier(s)")
    ('RUS', 'COG', '', '')
    """
    if text.endswith("*") or text in NO_STATES or text.casefold().startswith("unknown "):
        return ""
    if text == "NA":
        # ISO2 of Namibia, and R's mark of a missing value.
        raise CountryError("'NA' is no name of a country in SIPRI's files.")
    return successor(OWN_NAMES.get(text) or iso3(text))


def generated(raw: Raw) -> datetime.date | None:
    """The day on which SIPRI's site wrote a file, from its title lines; noted as a problem where missing."""
    for match in filter(None, (_GENERATED.search(cell) for row in raw.title for cell in row)):
        day, month, year = match.groups()
        try:
            return datetime.date(int(year), _MONTHS.index(month.casefold()) + 1, int(day))
        except ValueError:
            break
    raw.refuse(1, 1, "does not say when it was generated; keep the title line 'Data generated: 13 Oct 2024'")
    return None


def one_vintage(raws: Iterable[Raw]) -> str:
    """When the files were generated; a file of another day than the first is noted as a problem."""
    days = [(raw, day) for raw in raws if (day := generated(raw)) is not None]
    for raw, day in days[1:]:
        if day != days[0][1]:
            message = f"was generated on {day}, but {days[0][0].path.name} on {days[0][1]}"
            raw.refuse(1, 1, f"{message}; vintages must not be mixed: download all files on one day")
    return f"generated {days[0][1]}" if days else ""


def published_to(day: datetime.date, years_with_figures: Collection[int]) -> int:
    """The last year that a file can cover: SIPRI adds a year in March of the following one."""
    last = day.year - 1
    return last if day.month > 3 or last in years_with_figures else last - 1


def years_of_name(name: str, years: range) -> range:
    """The part of the years that SIPRI files under a name, by `YEARS_OF_NAME`."""
    first, last = YEARS_OF_NAME.get(name, (0, 9999))
    return range(max(years.start, first), min(years.stop, last + 1))


def left_out(names: Collection[str]) -> list[str]:
    """The remark on names that are no countries; none where there is no such name."""
    if not names:
        return []
    listed = ", ".join(sorted(names)[:8]) + (" ..." if len(names) > 8 else "")
    return [f"{len(names)} names that are no countries count in totals only: {listed}"]


def uncovered(figures: int) -> list[str]:
    """The remark on figures outside the years that their file covers; none where there are none."""
    why = "of years that SIPRI had not yet published, or files under another name, are left out"
    return [f"{figures} figures {why}"] if figures else []


def directed(listings: Sequence[Listing], totals: Sequence[Totals]) -> Flows:
    """Flows and totals of all countries that the files name.

    Where a listing covers a flow and has no figure, it is 0 if both states exist (as `bci.sources.states`
    has it, or from the first figure if earlier), else NaN; totals likewise. What is outside the state system
    has no zeros before its first figure. Files must not contradict each other.
    """
    named = {code for part in listings for _, *pair in part.tiv for code in pair if code}
    named |= {code for part in listings for ends in (part.suppliers, part.recipients) for code in ends or ()}
    countries = tuple(sorted(named | {code for part in totals for code in part.countries}))
    years = tuple(
        sorted({y for span in [p.years for p in listings] + [p.years for p in totals] for y in span})
    )
    exists = _existing(countries, years, [part.tiv for part in listings] + [part.tiv for part in totals])
    amount = np.full((len(years), len(countries), len(countries)), np.nan)
    for part in listings:
        ends = [sorted(countries if end is None else end) for end in (part.suppliers, part.recipients)]
        first, second = (exists[np.ix_(_among(years, part.years), _among(countries, end))] for end in ends)
        both = first[:, :, None] & second[:, None, :]
        _enter(amount, (years, countries, countries), part, (part.years, *ends), both, apart=1e-6)
    amount[:, range(len(countries)), range(len(countries))] = np.nan
    sums = {side: np.full((len(years), len(countries)), np.nan) for side in ("exports", "imports")}
    for total in totals:
        covered = sorted(total.countries)
        standing = exists[np.ix_(_among(years, total.years), _among(countries, covered))]
        # Printed totals are rounded.
        _enter(sums[total.side], (years, countries), total, (total.years, covered), standing, apart=1)
    return Flows(countries, years, amount, sums["exports"], sums["imports"])


def _among(labels: Sequence[Any], chosen: Sequence[Any]) -> NDArray[np.intp]:
    place = {label: i for i, label in enumerate(labels)}
    return np.array([place[label] for label in chosen], dtype=np.intp)


def _existing(
    countries: Sequence[str], years: Sequence[int], figures: Sequence[Mapping[Any, float]]
) -> NDArray[np.bool_]:
    """Whether each country exists in each year, shape ``(years, countries)``."""
    first = {code: FIRST_YEAR.get(code, 9999) for code in countries}
    last = {code: LAST_YEAR.get(code, 9999) for code in countries}
    for year, *codes in (key for tiv in figures for key in tiv):
        for code in filter(None, codes):
            first[code], last[code] = min(first[code], year), max(last[code], year)
    year = np.array(years, dtype=np.int64)[:, None]
    begun: NDArray[np.bool_] = year >= [first[code] for code in countries]
    return begun & (year <= [last[code] for code in countries])


def _enter(
    known: Array,
    labels: Sequence[Sequence[Any]],
    part: Listing | Totals,
    axes: Sequence[Sequence[Any]],
    covered: NDArray[np.bool_],
    apart: float,
) -> None:
    """Add what one file says; note where it differs from what another said by more than `apart`."""
    amounts = np.where(covered, 0.0, np.nan)
    place = [{label: i for i, label in enumerate(axis)} for axis in axes]
    for key, tiv in part.tiv.items():
        if all(key):
            amounts[tuple(at[label] for at, label in zip(place, key, strict=True))] = tiv
    block = np.ix_(*(_among(all_, axis) for all_, axis in zip(labels, axes, strict=True)))
    before = known[block]
    differs = np.argwhere(np.abs(amounts - before) > apart)
    if len(differs):
        year, *codes = (axis[i] for axis, i in zip(axes, differs[0], strict=True))
        new, old = amounts[tuple(differs[0])], before[tuple(differs[0])]
        message = f"gives {new:g} million TIV for {'-'.join(codes)} in {year}, and another file {old:g}"
        count = f" ({len(differs)} such figures)" if len(differs) > 1 else ""
        part.raw.refuse(part.raw.header_line, 1, f"{message}{count}; give whole files of one vintage")
    known[block] = np.where(np.isnan(before), amounts, before)


def ingested(
    name: str,
    listings: Sequence[Listing],
    totals: Sequence[Totals],
    rules: Rules,
    *,
    vintage: str,
    basis: str,
    remarks: Sequence[str],
) -> Ingested:
    """Figures of arms trade from what the files list, or all that was refused in them as `InputError`.

    `vintage` says when the files were generated, `basis` what the totals are.
    """
    known = directed(listings, totals)
    raise_all([part.raw for part in listings] + [part.raw for part in totals])
    return flows.ingested(
        "arms_trade",
        name,
        SOURCE.model_copy(update={"vintage": vintage}),
        known,
        rules,
        unit="million TIV",
        definition=" ".join(DEFINITION.split()),
        limits=f"{' '.join(LIMITS.split())} {basis}",
        direction="stronger",
        remarks=remarks,
    )
