"""The IMF's International Trade in Goods by partner country (IMTS): trade as countries report it.

Both ways out of the IMF's data portal are read: its CSV (first column ``DATASET``; one row an observation, or
a column a year), whose figures are in the unit of ``SCALE``; and the CSV of its programming interface
(``DATAFLOW`` or ``STRUCTURE[;]``), whose figures are in US dollars, ``SCALE`` there being how to show them.

Layouts, names of groups and areas, and the IMF's codes beside ISO3 (``KOS``, ``WBG``, ``YAR``, ``G001`` ...,
``TX126`` ...) were looked up in public code that reads these files; the codes of areas stand in the order of
their names there. For the interface, three readers say independently that ``SCALE`` must not be applied
(France's imports from the USA in 2022 stand as 56004917567). For the portal, that ``SCALE`` applies rests on
one reader of IMTS and on a sample of the portal's export of another data set of the IMF.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache

from bci.countries import iso3, successor
from bci.errors import InputError
from bci.model.definitions import FIRST_YEAR, LAST_YEAR, Source
from bci.sources.figures import Ingested
from bci.sources.flows import ingested
from bci.sources.format import Format, Rows
from bci.sources.raw import Piece, Raw, raise_all
from bci.sources.rules import Rules
from bci.sources.trade.reports import WHOSE, WORLD, Report, Reports, enter, is_country, reported_flows

SOURCE = Source(
    title="International Trade in Goods by partner country (IMTS)",
    publisher="International Monetary Fund",
    place="https://data.imf.org/en/datasets/IMF.STA:IMTS",
    licence="IMF terms of use: free with the source named",
    vintage="",
)

#: What may hold each thing: the first that a file has.
COLUMNS = {
    "reporter": ("COUNTRY.ID", "COUNTRY"),
    "partner": ("COUNTERPART_COUNTRY.ID", "COUNTERPART_COUNTRY"),
    "series": ("INDICATOR.ID", "INDICATOR"),
    "frequency": ("FREQUENCY.ID", "FREQUENCY"),
    "scale": ("SCALE.ID", "SCALE"),
    "period": ("TIME_PERIOD",),
    "status": ("STATUS",),
}
PERIOD, FIGURE = "TIME_PERIOD", "OBS_VALUE"

#: Series by code or name: exports f.o.b., imports c.i.f., imports f.o.b., and what is no flow.
EXPORTS, IMPORTS_CIF, IMPORTS_FOB, BALANCE = "exports", "imports c.i.f.", "imports f.o.b.", ""
SERIES = {
    "XG_FOB_USD": EXPORTS,
    "Exports of goods, Free on board (FOB), US dollar": EXPORTS,
    "MG_CIF_USD": IMPORTS_CIF,
    "Imports of goods, Cost insurance freight (CIF), US dollar": IMPORTS_CIF,
    "MG_FOB_USD": IMPORTS_FOB,
    "Imports of goods, Free on board (FOB), US dollar": IMPORTS_FOB,
    "TBG_USD": BALANCE,
    "Trade balance goods, US dollar": BALANCE,
}
SCALES = {"0": 1.0, "3": 1e3, "6": 1e6, "9": 1e9}
SCALES |= {"Units": 1.0, "Thousands": 1e3, "Millions": 1e6, "Billions": 1e9}
YEARLY = {"A", "Annual"}
MISSING = ("", "NaN")
YEAR = re.compile(r"\d{4}")
PART_OF_YEAR = re.compile(r"\d{4}-?[MQ]\d{1,2}")

WORLDS = {"World", "G001"}

#: Groups of countries that are listed one by one as well; further ones have codes such as G163 and GX170.
GROUPS = {
    "Advanced Economies", "Africa", "CIS", "EMDEs by Source of Export Earnings: Fuel",
    "EMDEs by Source of Export Earnings: Nonfuel", "Emerging Market and Developing Economies",
    "Emerging Markets and Developing Economies", "Emerging and Developing Asia",
    "Emerging and Developing Economies", "Emerging and Developing Europe", "Euro Area", "Euro Area (EA)",
    "Europe", "European Union", "Export earnings: fuel", "Export earnings: nonfuel",
    "Latin America and Caribbean (LAC)", "Latin America and the Caribbean (LAC)", "Middle East",
    "Middle East and Central Asia", "Middle East, North Africa, Afghanistan, and Pakistan",
    "Middle East, North Africa, and Pakistan", "Other Countries n.i.e", "Other Countries n.i.e.",
    "Sub-Saharan Africa", "Sub-Saharan Africa (SSA)", "TX910", "Western Hemisphere",
}  # fmt: skip

#: Partners that are no country; their trade counts towards that with the world.
AREAS = {
    "TX126": "Belgium-Luxembourg", "TX198": "South African Common Customs Area (SACCA)",
    "TX399": "Western Hemisphere not specified", "TX489": "Middle East and Central Asia not specified",
    "TX554": "Malaysia, West", "TX598": "Asia not specified", "TX799": "Africa not specified",
    "TX884": "Europe not specified", "TX898": "Countries & Areas not specified",
    "TX899": "Special Categories",
}  # fmt: skip
_AREA_NAMES = {name.casefold(): name for name in AREAS.values()}

#: Areas -> the countries whose trade may be in them, and which are therefore missing, not 0, beside them.
JOINT = {
    "Belgium-Luxembourg": frozenset({"BEL", "LUX"}),
    "South African Common Customs Area (SACCA)": frozenset({"BWA", "LSO", "NAM", "SWZ", "ZAF"}),
    "Malaysia, West": frozenset({"MYS"}),
}

#: Names and codes that are the IMF's own; `bci.countries` knows the others.
ALIASES = {
    "Comoros, Union of the": "COM", "Eastern Germany": "DDR", "French Territories: French Polynesia": "PYF",
    "French Territories: New Caledonia": "NCL", "Hong Kong, China P.R.": "HKG", "KOS": "XKX",
    "Venezuela, República Bolivariana de": "VEN", "WBG": "PSE", "YAR": "YEM", "Yugoslavia, SFR": "YUG",
}  # fmt: skip
_ENDINGS = (
    ", Kingdom of the Netherlands",
    ", United Kingdom-British Overseas Territory",
    " Special Administrative Region, People's Republic of China",
)


@cache
def partner(text: str) -> str:
    """What a name or code of the IMF means.

    Returns
    -------
    str
        ISO3 (of the state that carries a former one on: Russia for the USSR), `WORLD`, the name of an area,
        or ``""`` for a group of countries.

    Raises
    ------
    CountryError
        If the name is not known.

    Examples
    --------
    >>> partner("China, People's Republic of"), partner("KOS"), partner("G163"), partner("Special Categories")
    ('CHN', 'XKX', '', 'Special Categories')
    """
    if text in WORLDS:
        return WORLD
    if text in GROUPS or re.fullmatch(r"GX?\d{3}", text):
        return ""
    if area := AREAS.get(text) or _AREA_NAMES.get(text.casefold()):
        return area
    for ending in _ENDINGS:
        text = text.removesuffix(ending)
    return successor(ALIASES.get(text) or iso3(text))


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
    lists no flow. For zeros and totals see `reported_flows`, for the unit the head of this file.

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
        at, figures = _columns(raw), _figures(raw.header)
        for piece in raw.pieces([*at.values(), *figures]):
            for column, year in figures.items():
                _read(piece, at, column, year, rules, reports, passed_over)
    raise_all(raws)
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


def _find_header(rows: Rows) -> int | None:
    """The first row, where it names reporter, counterpart and figures as the IMF does."""
    header = [cell.strip() for cell in rows[0]] if rows else []
    ends = all(set(COLUMNS[side]) & set(header) for side in ("reporter", "partner"))
    return 0 if ends and _figures(header) else None


def _figures(header: Sequence[str]) -> dict[str, int | None]:
    """The columns of figures: one, whose year stands beside it, or one a year."""
    if {PERIOD, FIGURE} <= set(header):
        return {FIGURE: None}
    return {name: int(name) for name in header if YEAR.fullmatch(name)}


def _columns(raw: Raw) -> dict[str, str]:
    """The columns of a file beside its figures, by what they hold.

    Raises
    ------
    InputError
        If the header has no column of indicators, or a scale that may or may not apply.
    """
    header = raw.header
    at = {
        field: next(name for name in names if name in header)
        for field, names in COLUMNS.items()
        if set(names) & set(header)
    }
    if "series" not in at:
        message = "has no column INDICATOR, so that nobody can tell exports from imports"
        raise InputError.at(raw.place, f"{message}; download it with the indicator", raw.header_line, 1)
    if "scale" in at and {"DATAFLOW", "STRUCTURE[;]", "STRUCTURE", "STRUCTURE_ID"} & set(header):
        del at["scale"]
    elif "scale" not in at and "DATASET" in header:
        message = "has a column DATASET but no column SCALE; without it the unit of the figures is not known"
        raise InputError.at(raw.place, message, raw.header_line, 1)
    elif "scale" in at and "DATASET" not in header:
        message = f"has a column {at['scale']} but none of DATASET, DATAFLOW and STRUCTURE"
        message = f"{message}, which tell whether it applies; give the file as downloaded"
        raise InputError.at(raw.place, message, raw.header_line, 1)
    if FIGURE not in _figures(header):
        at = {field: name for field, name in at.items() if field not in ("period", "status")}
    return at


def _read(
    piece: Piece,
    at: Mapping[str, str],
    column: str,
    year: int | None,
    rules: Rules,
    reports: Reports,
    passed_over: Counter[str],
) -> None:
    """Take one column of figures of a piece."""
    piece = piece.rows([row for row in range(len(piece)) if _counts(piece, at, column, row, passed_over)])
    years = [year] * len(piece) if year else piece.whole(at["period"], FIRST_YEAR, LAST_YEAR).tolist()
    amounts = piece.numbers(column, MISSING).tolist()
    reporters = piece.countries(at["reporter"], partner, rules)
    partners = piece.countries(at["partner"], partner, rules)
    for row, (of_year, amount) in enumerate(zip(years, amounts, strict=True)):
        if not rules.covers_year(of_year) or not is_country(reporters[row]) or not partners[row]:
            continue
        series = SERIES[piece.columns[at["series"]][row]]
        report = Report(reporters[row], series == EXPORTS, of_year, series)
        enter(reports, report, partners[row], amount * _scale(piece, at, row), piece, row, column)
        if "status" in at and piece.columns[at["status"]][row].upper().startswith("E"):
            passed_over["figures are estimates of the IMF"] += 1


def _counts(piece: Piece, at: Mapping[str, str], column: str, row: int, passed_over: Counter[str]) -> bool:
    """Whether a cell is a yearly figure of exports or imports."""
    if piece.columns[column][row] in MISSING:
        return False
    cells = {field: piece.columns[name][row] for field, name in at.items()}
    if cells["series"] not in SERIES:
        known = ", ".join(name for name in SERIES if name.isupper())
        message = f"{cells['series']!r} is no series of trade in goods; these are {known}"
        piece.refuse(row, at["series"], message)
    if SERIES.get(cells["series"], BALANCE) == BALANCE:
        return False
    period = cells.get("period", "")
    if PART_OF_YEAR.fullmatch(period) or cells.get("frequency", "A") not in YEARLY:
        passed_over["figures of months and quarters passed over"] += 1
        return False
    if "period" in cells and not YEAR.fullmatch(period):
        piece.refuse(row, at["period"], f"{period!r} is no period; write a year, as in 2015")
        return False
    return True


def _scale(piece: Piece, at: Mapping[str, str], row: int) -> float:
    """US dollars in one unit of a figure."""
    if "scale" not in at:
        return 1.0
    text = piece.columns[at["scale"]][row]
    if text not in SCALES:
        allowed = f"it is one of {', '.join(SCALES)}; without it the unit of the figure is not known"
        piece.refuse(row, at["scale"], f"{text!r} is no scale: {allowed}")
    return SCALES.get(text, 1.0)


def _valued(reports: Reports) -> dict[Report, tuple[str, ...]]:
    """The series to take of each report: imports c.i.f. where there are any, otherwise f.o.b."""
    given: dict[Report, set[str]] = {}
    for report in reports:
        given.setdefault(report._replace(product=""), set()).add(report.product)
    order = (EXPORTS, IMPORTS_CIF, IMPORTS_FOB)
    return {
        report: (next(name for name in order if name in series),) for report, series in sorted(given.items())
    }


FORMAT = Format(
    name="imf",
    indicators=("trade",),
    looks="COUNTRY,INDICATOR,COUNTERPART_COUNTRY,FREQUENCY,TIME_PERIOD,OBS_VALUE or a column a year",
    source=SOURCE,
    find_header=_find_header,
    ingest=ingest,
)
