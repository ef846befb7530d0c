"""Trade as each country reports it, partner by partner -> directed flows, zeros only where they are known."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bci.arrays import Array
from bci.sources.flows import Flows, mirrored
from bci.sources.raw import Piece
from bci.sources.rules import Rules

#: The partner that stands for all partners together.
WORLD = "world"
#: What all listed partners together may fall short of the world, as a share of it, in a complete report.
COMPLETE = 0.001
#: Whose figure counts where both sides report, by `Rules.reported_by`, for definitions.
WHOSE = {"importer": "the importer's", "exporter": "the exporter's", "mean": "the mean of both"}


class Report(NamedTuple):
    """One country's report of one direction of its trade in one year, in one product ("" where in all)."""

    reporter: str
    exports: bool
    year: int
    product: str = ""


#: Amounts by report and partner, NaN where missing. A partner is an ISO3 code, `WORLD`, or the source's own
#: name of an area that is no country.
Reports = dict[Report, dict[str, float]]


def enter(
    reports: Reports, report: Report, partner: str, amount: float, piece: Piece, row: int, column: str
) -> None:
    """Take one amount; another one of the same flow is refused, the same once more is passed over."""
    if row in piece.wrong:
        return
    before = reports.setdefault(report, {}).setdefault(partner, amount)
    if before != amount and not (math.isnan(before) and math.isnan(amount)):
        flow = f"{'exports to' if report.exports else 'imports from'} {partner}"
        found = f"{report.reporter}'s {flow} in {report.year} stand here a second time, with another figure"
        piece.refuse(row, column, f"{found} ({amount:.15g}, before {before:.15g}); keep one of the two rows")


def only(piece: Piece, rows: Sequence[int]) -> Piece:
    """Some rows of a piece."""
    cells = {name: [column[row] for row in rows] for name, column in piece.columns.items()}
    return Piece(piece.raw, [piece.lines[row] for row in rows], cells)


def reported_flows(
    reports: Reports,
    products: Mapping[Report, Sequence[str]],
    joint: Mapping[str, frozenset[str]],
    per_unit: float,
    rules: Rules,
) -> tuple[Flows, tuple[str, ...]]:
    r"""Reports of both sides as one set of flows.

    A figure is taken as reported. A partner that a report does not list is 0 only where the report is
    complete,

    .. math:: \Big|\sum_p amount_p - world\Big| \le 0.001 \; world

    (partners that are no countries count towards the sum), where another report of that year names the
    partner, and where no area that the partner is part of is listed. Elsewhere it is missing: files are often
    downloads of some partners only. A country's totals are its own figures for the world, missing where there
    is none.

    Parameters
    ----------
    products
        For each report (with product "") the products to add up; a product of which the report lists no row
        is 0 there. Reports that are not among the keys are left out.
    joint
        Areas that are no country -> the countries that they take in.
    per_unit
        What one unit of the flows is in that of the reports, 1e6 for million US dollars from US dollars.
    rules
        ``reported_by``: whose figure of a flow counts.

    Returns
    -------
    flows
        Joined by `bci.sources.flows.mirrored`, with totals.
    remarks
        How many reports there are, and how many are without a total or complete.
    """
    named: dict[int, set[str]] = {}
    for report, listed in reports.items():
        if report._replace(product="") in products:
            present = named.setdefault(report.year, set())
            present.add(report.reporter)
            present.update(partner for partner in listed if is_country(partner))
    countries = tuple(sorted(set().union(*named.values())))
    years = tuple(sorted(named))
    number = {country: i for i, country in enumerate(countries)}
    exist = {year: np.isin(countries, sorted(present)) for year, present in named.items()}
    amounts = {side: np.full((len(years), len(countries), len(countries)), np.nan) for side in (True, False)}
    totals = {side: np.full((len(years), len(countries)), np.nan) for side in (True, False)}
    incomplete = without_world = 0
    for report, parts in products.items():
        of_parts = [reports.get(report._replace(product=part)) for part in parts]
        lines = [_line(rows, number, exist[report.year], joint) for rows in of_parts if rows]
        year, reporter = years.index(report.year), number[report.reporter]
        amounts[report.exports][year, reporter] = np.sum([line for line, _, _ in lines], axis=0) / per_unit
        amounts[report.exports][year, reporter, reporter] = np.nan
        totals[report.exports][year, reporter] = sum(total for _, total, _ in lines) / per_unit
        without_world += math.isnan(totals[report.exports][year, reporter])
        incomplete += not all(complete for _, _, complete in lines)
    unknown = np.full((len(years), len(countries)), np.nan)
    flows = mirrored(
        Flows(countries, years, amounts[True], totals[True], unknown),
        # An importer's report runs from importer to exporter.
        Flows(countries, years, amounts[False].swapaxes(1, 2), unknown, totals[False]),
        rules,
    )
    return flows, _remarks(len(products), without_world, incomplete)


def is_country(partner: str) -> bool:
    """Whether a partner is an ISO3 code, not the world or an area."""
    return len(partner) == 3 and partner.isascii() and partner.isalpha() and partner.isupper()


def _line(
    listed: Mapping[str, float],
    number: Mapping[str, int],
    exist: NDArray[np.bool_],
    joint: Mapping[str, frozenset[str]],
) -> tuple[Array, float, bool]:
    """One report as a row over all countries, its total, and whether it is complete."""
    world = listed.get(WORLD, math.nan)
    partners = {partner: amount for partner, amount in listed.items() if partner != WORLD}
    together = math.fsum(amount for amount in partners.values() if not math.isnan(amount))
    complete = abs(together - world) <= COMPLETE * world
    line = np.where(exist & complete, 0.0, np.nan)
    for area in partners.keys() & joint.keys():
        line[[number[member] for member in joint[area] if member in number]] = np.nan
    for partner, amount in partners.items():
        if is_country(partner):
            line[number[partner]] = amount
    return line, world, complete


def _remarks(reports: int, without_world: int, incomplete: int) -> tuple[str, ...]:
    counts = [
        (
            without_world,
            "of them give no figure for the world, so that the country's own total and all its shares are "
            "missing",
        ),
        (
            incomplete,
            "of them list partners that do not add up to the world, so that partners they leave out are "
            "missing, not 0",
        ),
    ]
    return (
        f"{reports:,} reports (of one country, direction and year)",
        *(f"{count:,} {what}" for count, what in counts if count),
    )
