"""The IMF's Direction of Trade Statistics and its successor IMTS: trade in goods as countries report it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bci.errors import InputError
from bci.model.definitions import FIRST_YEAR, LAST_YEAR, Source
from bci.sources.figures import Ingested
from bci.sources.flows import ingested
from bci.sources.formats import Format
from bci.sources.raw import Piece, Raw
from bci.sources.rules import Rules
from bci.sources.trade.imf_areas import JOINT, partner
from bci.sources.trade.imf_layouts import (
    EXPORTS,
    IMPORTS_CIF,
    IMPORTS_FOB,
    PART_OF_YEAR,
    SERIES,
    YEAR,
    Layout,
    Values,
    find_header,
    layout_of,
)
from bci.sources.trade.reported import WHOSE, Report, Reports, enter, is_country, only, reported_flows

SOURCE = Source(
    title="Direction of Trade Statistics; International Trade in Goods by partner country (IMTS)",
    publisher="International Monetary Fund",
    place="https://data.imf.org/en/datasets/IMF.STA:IMTS",
    licence="IMF terms of use: free with the source named",
    vintage="",
)

SCALES = {"0": 1.0, "3": 1e3, "6": 1e6, "9": 1e9}
SCALES |= {"Units": 1.0, "Thousands": 1e3, "Millions": 1e6, "Billions": 1e9}
YEARLY = {"A", "Annual"}
MISSING = ("", "NaN")


def ingest(indicator: str, raws: Sequence[Raw], companions: Sequence[Raw], rules: Rules) -> Ingested:
    """Trade between countries as they report it to the IMF, folded to dyads.

    Parameters
    ----------
    indicator
        ``trade``.
    rules
        ``reported_by``: whose report of a flow counts.

    Notes
    -----
    Yearly figures count; those of months and quarters are passed over, since the years stand beside them.
    Imports are those c.i.f.; a report that gives none in a year counts by its imports f.o.b. An empty cell
    lists no flow. For zeros and totals see `reported_flows`; for the unit of the figures
    `bci.sources.trade.imf_layouts`.

    Raises
    ------
    InputError
        With every cell that cannot be read, and every flow that stands twice with two figures.

    References
    ----------
    Marini, M., Dippelsman, R. and Stanger, M. (2018). New Estimates for Direction of Trade Statistics. IMF
    Working Paper 18/16, on estimates for countries that do not report.
    """
    reports: Reports = {}
    passed_over: Counter[str] = Counter()
    for raw in raws:
        layout = layout_of(raw)
        for piece in raw.pieces(layout.columns()):
            for values in layout.values:
                _read(piece, layout, values, rules, reports, passed_over)
    if problems := [problem for raw in raws for problem in raw.problems]:
        raise InputError(problems)
    products = _valued(reports)
    fob = sum(series == (IMPORTS_FOB,) for series in products.values())
    flows, remarks = reported_flows(reports, products, JOINT, 1e6, rules)
    return ingested(
        indicator,
        FORMAT.name,
        SOURCE,
        flows,
        rules,
        unit="million USD",
        definition=(
            "Geometric mean of two shares: the trade in goods between the two countries, exports plus "
            "imports, as a share of the trade of each with the world, as reported to the IMF. Where both "
            f"countries report a flow, {WHOSE[rules.reported_by]} counts; where one does, that report."
        ),
        limits=(
            "Imports are valued c.i.f. (f.o.b. where a country gives only that) and exports f.o.b., so "
            "that an importer's figure tends to be the higher one. The IMF fills gaps with estimates, from "
            "partners' reports among others; they are taken as they stand. A country's totals are its "
            "figures for the world; where there are none its shares are missing. A partner that a report "
            "leaves out is 0 only where the partners listed add up to the world within one in a thousand. "
            "Trade under areas not specified and special categories belongs to no dyad."
        ),
        direction="pooled",
        remarks=(
            *remarks,
            *(f"{count:,} {what}" for what, count in sorted(passed_over.items())),
            *([f"{fob:,} reports give imports f.o.b. only"] if fob else []),
        ),
    )


def _read(
    piece: Piece, layout: Layout, values: Values, rules: Rules, reports: Reports, passed_over: Counter[str]
) -> None:
    """Take one column of figures of a piece."""
    kept = [row for row in range(len(piece)) if _counts(piece, layout, values, row, passed_over)]
    piece = only(piece, kept)
    series = [values.series or SERIES[code] for code in piece.columns[layout.series]] if layout.series else []
    years = (
        piece.whole(layout.period, FIRST_YEAR, LAST_YEAR).tolist()
        if values.year is None
        else [values.year] * len(piece)
    )
    amounts = piece.numbers(values.column, MISSING).tolist()
    reporters = piece.countries(layout.reporter, partner, rules)
    partners = piece.countries(layout.partner, partner, rules)
    for row, (year, amount) in enumerate(zip(years, amounts, strict=True)):
        if not rules.covers_year(year) or not is_country(reporters[row]) or not partners[row]:
            continue
        which = values.series or series[row]
        report = Report(reporters[row], which == EXPORTS, year, which)
        amount *= _scale(piece, layout, row)
        enter(reports, report, partners[row], amount, piece, row, values.column)
        if layout.status and piece.columns[layout.status][row].upper().startswith("E"):
            passed_over["figures are estimates of the IMF"] += 1


def _counts(piece: Piece, layout: Layout, values: Values, row: int, passed_over: Counter[str]) -> bool:
    """Whether a cell is a yearly figure of exports or imports."""

    def cell(column: str) -> str:
        return piece.columns[column][row]

    if cell(values.column) in MISSING:
        return False
    if layout.attribute and cell(layout.attribute) != "Value":
        if cell(layout.attribute) != "Status":
            piece.refuse(row, layout.attribute, f"{cell(layout.attribute)!r} is neither Value nor Status")
        return False
    if layout.series and cell(layout.series) not in SERIES:
        known = ", ".join(name for name in SERIES if name.isupper())
        piece.refuse(
            row, layout.series, f"{cell(layout.series)!r} is no series of trade in goods; these are {known}"
        )
        return False
    if layout.series and not SERIES[cell(layout.series)]:
        return False
    part_of_year = layout.period and PART_OF_YEAR.fullmatch(cell(layout.period))
    if part_of_year or (layout.frequency and cell(layout.frequency) not in YEARLY):
        passed_over["figures of months and quarters passed over"] += 1
        return False
    if layout.period and not YEAR.fullmatch(cell(layout.period)):
        piece.refuse(row, layout.period, f"{cell(layout.period)!r} is no period; write a year, as in 2015")
        return False
    return True


def _scale(piece: Piece, layout: Layout, row: int) -> float:
    """US dollars in one unit of a figure."""
    if not layout.scale:
        return 1.0
    text = piece.columns[layout.scale][row]
    if text not in SCALES:
        allowed = f"it is one of {', '.join(SCALES)}; without it the unit of the figure is not known"
        piece.refuse(row, layout.scale, f"{text!r} is no scale: {allowed}")
    return SCALES.get(text, 1.0)


def _valued(reports: Reports) -> dict[Report, tuple[str, ...]]:
    """The series to take of each report: imports c.i.f. where there are any, otherwise f.o.b."""
    there: dict[Report, set[str]] = {}
    for report in reports:
        there.setdefault(report._replace(product=""), set()).add(report.product)
    order = (EXPORTS, IMPORTS_CIF, IMPORTS_FOB)
    return {
        report: (next(name for name in order if name in series),) for report, series in sorted(there.items())
    }


FORMAT = Format(
    name="imf_dots",
    indicators=("trade",),
    looks="Country Name,...,Counterpart Country Name,...,Time Period,Value or a column a year; "
    "or COUNTRY,INDICATOR,COUNTERPART_COUNTRY,FREQUENCY,TIME_PERIOD,OBS_VALUE",
    source=SOURCE,
    find_header=find_header,
    ingest=ingest,
)
