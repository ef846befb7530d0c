"""Flows as sources tell them -> all flows between countries: listed one by one, or reported by each country.

Zeros stand only where a source says that there is nothing, and totals only where it tells enough of a
country's partners: whoever needs one country often keeps only its rows, and the sums of all others would then
be their trade with that country alone, a share of 1.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from bci.arrays import Array, Mask, Whole
from bci.errors import InputError, NoFigures, Problem
from bci.sources.flows import Flows, mirrored
from bci.sources.raw import Piece
from bci.sources.rules import Rules


def added_up(year: Whole, exporter: Sequence[str], importer: Sequence[str], amount: Array) -> Flows:
    """Listed flows as a cube.

    Parameters
    ----------
    year, exporter, importer, amount
        One entry a listed flow, the countries as ISO3. What a country sends to itself is left out.

    Returns
    -------
    Flows
        Several entries of one pair and year are added up, and their sum is missing where one of them is.
        Pairs that are not listed are missing.
    """
    countries = tuple(sorted({*exporter, *importer}))
    place = {name: i for i, name in enumerate(countries)}
    years, of_year = np.unique(year, return_inverse=True)
    sender, receiver = (
        np.array([place[name] for name in side], dtype=np.int64) for side in (exporter, importer)
    )
    shape = (len(years), len(countries), len(countries))
    sums, listed = np.zeros(shape), np.zeros(shape, dtype=bool)
    np.add.at(sums, (of_year, sender, receiver), amount)
    listed[of_year, sender, receiver] = sender != receiver
    return Flows(countries, tuple(years.tolist()), np.where(listed, sums, np.nan))


#: A country's total may be a sum over its partners where at least this share of the others are listed.
ENOUGH = 0.5
#: So many of the countries, and at least one, may be the only ones left to a file that was cut down.
FEW = 0.1


def lists_partners(listed: Mask) -> Mask:
    """For which countries and years a source lists enough partners to add up a total.

    Those with at least half of the year's other countries as partners; all of a year in which at least half
    of all pairs are listed, since what such a source lacks was never reported. Where few countries are in
    every flow, the others have no totals; of a single pair, neither has.

    Parameters
    ----------
    listed
        Shape ``(years, countries, countries)``: whether a source lists a flow, known or missing.

    Returns
    -------
    Mask
        Shape ``(years, countries)``.

    Examples
    --------
    Four pairs of five countries, each with the first, are the rows of that country.

    >>> star = np.zeros((1, 5, 5), dtype=bool)
    >>> star[0, 0, 1:] = True
    >>> lists_partners(star).tolist()
    [[True, False, False, False, False]]
    """
    pair = listed | listed.transpose(0, 2, 1)
    partners = pair.sum(axis=2)
    others = np.maximum((partners > 0).sum(axis=1) - 1, 0)[:, None]
    whole_year = partners.sum(axis=1)[:, None] >= ENOUGH * others * (others + 1)
    enough: Mask = (others > 1) & (partners > 0) & (whole_year | (partners >= ENOUGH * others))
    for year, flow in enumerate(pair):
        if few := in_every_flow(flow):
            enough[year] &= np.isin(np.arange(len(flow)), few)
    return enough


def in_every_flow(flow: Mask) -> list[int]:
    """The few countries of which every flow has one, in a file that was cut down to them; none elsewhere.

    Parameters
    ----------
    flow
        Shape ``(countries, countries)``: whether there is a flow.

    Examples
    --------
    >>> star = np.zeros((4, 4), dtype=bool)
    >>> star[1, [0, 2, 3]] = True
    >>> in_every_flow(star)
    [1]
    >>> in_every_flow(~np.eye(4, dtype=bool))
    []
    """
    pair = flow | flow.T
    partners = pair.sum(axis=1)
    most = np.argsort(-partners, kind="stable")
    for few in range(1, max(1, int(FEW * (partners > 0).sum())) + 1):
        rest = most[few:]
        if not pair[np.ix_(rest, rest)].any():
            return sorted(most[:few].tolist()) if pair.any() else []
    return []


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
        direction = "exports to" if report.exports else "imports from"
        flow = f"{report.reporter}'s {direction} {partner} in {report.year}"
        figures = f"{amount:.15g}, before {before:.15g}"
        message = (
            f"{flow} stand here a second time, with another figure ({figures}); keep one of the two rows"
        )
        piece.refuse(row, column, message)


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
    exist: Mask,
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
    no_world = "give no figure for the world, so that the country's own total and all its shares are missing"
    no_zeros = (
        "list partners that do not add up to the world, so that partners they leave out are missing, not 0"
    )
    return (
        f"{reports:,} reports (of one country, direction and year)",
        *([f"{without_world:,} of them {no_world}"] if without_world else []),
        *([f"{incomplete:,} of them {no_zeros}"] if incomplete else []),
    )


def separate(products: Sequence[str]) -> tuple[str, ...]:
    """Products asked for, none of them part of another."""
    for product in products:
        if not (product.isascii() and product.isdecimal()):
            raise InputError.at(
                "products", f"{product!r} is no code of the Harmonized System; give digits, as in 27"
            )
        for other in products:
            if other is not product and other.startswith(product):
                raise InputError.at("products", f"{other} is part of {product}; give one of them")
    return tuple(products)


def chosen_codes(asked: Sequence[str], listed: Collection[str], place: str) -> dict[str, tuple[str, ...]]:
    """For each product asked for, itself where the files hold it, else the codes that begin with it."""
    chosen, problems = {}, []
    for product in asked:
        codes = (product,) if product in listed else tuple(sorted(c for c in listed if c.startswith(product)))
        if not codes:
            problems.append(f"holds no rows of {product}; download them, or ask for what it holds")
        elif len({len(code) for code in codes}) > 1:
            below = f"holds no rows of {product} but codes of several lengths below ({', '.join(codes[:8])})"
            problems.append(f"{below}, which overlap; ask for some that do not, with --product")
        chosen[product] = codes
    if problems:
        refused = InputError if any(chosen.values()) else NoFigures
        raise refused(Problem(place, 0, 0, problem) for problem in problems)
    return chosen


def complete_reports(
    reports: Reports, asked: Sequence[str], chosen: Mapping[str, Sequence[str]]
) -> tuple[dict[Report, tuple[str, ...]], int]:
    """The codes to add up in each report that has all products asked for, and how many reports have not."""
    of_product = {code: product for product, codes in chosen.items() for code in codes}
    reported: dict[Report, set[str]] = {}
    for report in reports:
        if report.product in of_product:
            reported.setdefault(report._replace(product=""), set()).add(of_product[report.product])
    whole = sorted(report for report, products in reported.items() if products == set(asked))
    return dict.fromkeys(whole, tuple(of_product)), len(reported) - len(whole)
