"""Directed flows between countries, year by year -> figures of dyads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from bci.arrays import Array
from bci.data.dyads import DyadYears
from bci.errors import NoFigures
from bci.model.definitions import Source
from bci.sources.figures import Ingested, shipped_definition
from bci.sources.rules import Rules

Side = Literal["exports", "imports"]

#: By so much a total may lie below one of its parts and still be taken for the same, rounded otherwise.
ROUNDING_SHARE, ROUNDING_UNITS = 0.01, 1.0


@dataclass(frozen=True, eq=False)
class Flows:
    """What went from each country to each other one.

    Attributes
    ----------
    countries
        ISO3 codes in alphabetical order.
    years
        In order.
    amount
        Shape ``(years, exporters, importers)``: NaN where unknown, 0 only where the source covers the
        flow and has none. The diagonal is NaN.
    exports, imports
        Shape ``(years, countries)``: each country's totals as the source gives them; None where they are the
        sums of its known flows.
    lists_partners
        Shape ``(years, countries)``: whose partners the source lists, so that their flows may be added up to
        totals; everybody's where None.
    """

    countries: tuple[str, ...]
    years: tuple[int, ...]
    amount: Array
    exports: Array | None = None
    imports: Array | None = None
    lists_partners: NDArray[np.bool_] | None = None


def mirrored(exports: Flows | None, imports: Flows | None, rules: Rules) -> Flows:
    """Two reports of the same flows, joined by `rules.reported_by`.

    Parameters
    ----------
    exports
        As the exporters report them; None where no such report is at hand.
    imports
        As the importers report them, likewise. ``amount`` runs from exporter to importer here as well.
    rules
        ``reported_by``: the importer's figure, the exporter's, or their mean; where that side did not report
        (NaN), the other's. A reported 0 is a report.

    Returns
    -------
    Flows
        Over the countries and years of either. Totals come from the country's own report: of exports from
        `exports`, of imports from `imports`, from the other only where that gives none.

    References
    ----------
    Barbieri, K. and Keshk, O. (2016). Correlates of War Project Trade Data Set Codebook, version 4.0: reports
    of importers are preferred.
    """
    if exports is None or imports is None:
        only = exports or imports
        if only is None:
            raise ValueError("neither exports nor imports are given")
        return only
    countries = tuple(sorted({*exports.countries, *imports.countries}))
    years = tuple(sorted({*exports.years, *imports.years}))
    by_exporter, by_importer = (_spread(report, countries, years) for report in (exports, imports))
    sent, received = by_exporter.amount, by_importer.amount
    if rules.reported_by == "importer":
        amount = _first_known(received, sent)
    elif rules.reported_by == "exporter":
        amount = _first_known(sent, received)
    else:
        amount = _first_known((sent + received) / 2, _first_known(sent, received))
    return Flows(
        countries,
        years,
        amount,
        _either(by_exporter.exports, by_importer.exports),
        _either(by_importer.imports, by_exporter.imports),
    )


def _spread(flows: Flows, countries: Sequence[str], years: Sequence[int]) -> Flows:
    """The same flows among more countries and years, unknown where they had none."""
    year = np.searchsorted(years, flows.years)
    country = np.searchsorted(countries, flows.countries)

    def over(known: Array, *places: NDArray[np.intp]) -> Array:
        spread = np.full((len(years),) + (len(countries),) * (len(places) - 1), np.nan)
        spread[np.ix_(*places)] = known
        return spread

    return Flows(
        tuple(countries),
        tuple(years),
        over(flows.amount, year, country, country),
        None if flows.exports is None else over(flows.exports, year, country),
        None if flows.imports is None else over(flows.imports, year, country),
    )


def _first_known(first: Array, second: Array) -> Array:
    return np.where(np.isnan(first), second, first)


def _either(own: Array | None, others: Array | None) -> Array | None:
    return _first_known(own, others) if own is not None and others is not None else _given(own, others)


def _given(own: Array | None, others: Array | None) -> Array | None:
    return others if own is None else own


def totals(flows: Flows, side: Side) -> Array:
    """Each country's exports or imports: as the source gives them, else the sum over its known partners.

    Returns
    -------
    Array
        Shape ``(years, countries)``; NaN where the source gives none, or no partner is known. Totals given
        by the source are never filled up with sums, which would leave out the partners that are not known;
        nor are there sums where the source lists too few partners.
    """
    given = flows.exports if side == "exports" else flows.imports
    if given is not None:
        return given
    partners = _partners(side)
    known = (~np.isnan(flows.amount)).any(axis=partners)
    if flows.lists_partners is not None:
        known &= flows.lists_partners
    return np.where(known, np.nansum(flows.amount, axis=partners), np.nan)


def _partners(side: Side) -> int:
    """The axis of the partners in `Flows.amount`."""
    return 2 if side == "exports" else 1


def consistent_totals(flows: Flows, side: Side) -> tuple[Array, int, int]:
    """`totals` that are nowhere below their largest part.

    A total below it by at most 1 per cent or 1 unit is taken for a matter of rounding and raised to it. One
    that lies further below contradicts the source's own flow; it is missing then, for all partners.

    Returns
    -------
    totals
        Shape ``(years, countries)``.
    raised, dropped
        How many totals were raised, and how many are missing for this reason.
    """
    total = totals(flows, side)
    part = np.max(np.nan_to_num(flows.amount), axis=_partners(side), initial=0)
    below = total < part
    rounded = below & ((part - total <= ROUNDING_SHARE * part) | (part - total <= ROUNDING_UNITS))
    mended = np.where(rounded, part, np.where(below, np.nan, total))
    return mended, int(rounded.sum()), int((below & ~rounded).sum())


def ingested(
    indicator: str,
    source_id: str,
    source: Source,
    flows: Flows,
    rules: Rules,
    *,
    unit: str,
    definition: str,
    limits: str,
    direction: Literal["pooled", "stronger"],
    remarks: Sequence[str] = (),
) -> Ingested:
    """Directed flows as figures of dyads.

    Parameters
    ----------
    indicator
        ``trade``, ``energy_trade`` or ``arms_trade``.
    source_id, source
        Where the flows come from.
    flows
        Of all countries, since the totals of a country that is asked for are sums over all its partners.
    rules
        Which dyads and years are asked for.
    unit
        Of the flows and totals, e.g. ``million USD``.
    definition, limits
        What the figures are and what to know before using them, under these rules.
    direction
        How `bci.model.measures.mutual_share` joins the two flows.
    remarks
        What the reader of the raw files has to say; what was done here is added.

    Returns
    -------
    Ingested
        A row for every dyad-year in which at least one of the two flows is known, with ``flow_ab``,
        ``flow_ba``, ``exports_a``, ``imports_a``, ``exports_b``, ``imports_b``.

    Raises
    ------
    InputError
        If there is no such row.
    """
    a, b = np.triu_indices(len(flows.countries), 1)
    flow_ab, flow_ba = flows.amount[:, a, b].T, flows.amount[:, b, a].T
    pairs = [(flows.countries[i], flows.countries[j]) for i, j in zip(a, b, strict=True)]
    wanted = np.array([rules.wants(pair) for pair in pairs], dtype=bool)
    covered = np.array([rules.covers_year(year) for year in flows.years], dtype=bool)
    known = ~np.isnan(flow_ab) | ~np.isnan(flow_ba)
    pair, year = np.nonzero(known & wanted[:, None] & covered)
    if not len(pair):
        message = "holds no flow of the dyads and years asked for; ask for others, or give more files"
        raise NoFigures.at(source_id, message)
    exports, *exports_mended = consistent_totals(flows, "exports")
    imports, *imports_mended = consistent_totals(flows, "imports")
    columns = {
        "flow_ab": flow_ab[pair, year],
        "flow_ba": flow_ba[pair, year],
        "exports_a": exports[year, a[pair]],
        "imports_a": imports[year, a[pair]],
        "exports_b": exports[year, b[pair]],
        "imports_b": imports[year, b[pair]],
    }
    kept, number = np.unique(pair, return_inverse=True)
    years = np.array(flows.years, dtype=np.int64)[year]
    one_way = int((np.isnan(columns["flow_ab"]) | np.isnan(columns["flow_ba"])).sum())
    raised, dropped = (x + y for x, y in zip(exports_mended, imports_mended, strict=True))
    return Ingested(
        indicator,
        source_id,
        source,
        DyadYears(years, number.astype(np.int64), tuple(pairs[i] for i in kept)),
        columns,
        shipped_definition(indicator)
        | {
            "measure": {"method": "mutual_share", "mean": "geometric", "flows": direction},
            "variables": _variables(unit, summed=(flows.exports is None, flows.imports is None)),
            "coverage": {"from": int(years.min()), "to": int(years.max())},
            "definition": " ".join(definition.split()),
            "limits": " ".join(limits.split()),
        },
        remarks=(*remarks, *_remarks(len(pair), len(kept), one_way, raised, dropped)),
    )


def _variables(unit: str, summed: tuple[bool, bool]) -> dict[str, Any]:
    variables = {
        "flow_ab": "From country a to country b in the year.",
        "flow_ba": "From country b to country a in the year.",
    }
    for side, is_sum in zip(("exports", "imports"), summed, strict=True):
        basis = "the sum over the partners whose flow is known" if is_sum else "as the source gives it"
        for country in "ab":
            variables[f"{side}_{country}"] = f"Country {country}'s {side} to all partners, {basis}."
    return {name: {"unit": unit, "description": text} for name, text in variables.items()}


def _remarks(rows: int, dyads: int, one_way: int, raised: int, dropped: int) -> list[str]:
    counts = [
        (one_way, "dyad-years know only one of their two flows, so that their value is missing"),
        (
            raised,
            "totals lay below a flow that is part of them, within rounding, and were raised to it",
        ),
        (dropped, "totals lay far below a flow that is part of them; they contradict it and are missing"),
    ]
    return [
        f"{rows:,} dyad-years of {dyads:,} dyads",
        *(f"{count:,} {what}" for count, what in counts if count),
    ]
