"""UN Comtrade: yearly trade in goods as each country reports it, in all products or in energy.

Both layouts of the website's CSV are read: that of 2022 and later (``typeCode,freqCode,refPeriodId,...``,
TradeData_*.csv) and the one before (``Classification,Year,Period,...``). The names of their columns, the
codes of flows and the totals (second partner 0, customs procedure C00, mode of transport 0, or blank) were
looked up in public code that reads such files and in a copy of an older download; in the newer one the rows
end in a comma that the header lacks.

Codes of countries are those of M49 with UN Comtrade's own beside them. These were looked up in public copies
of its lists of reporters and partners (``reporterAreas.json``, ``partnerAreas.json``), not at the source.
"Other Asia, not elsewhere specified" (490) is read as Taiwan: the UN files Taiwan's trade there, and little
else in practice.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache, partial

from bci.countries import from_code, successor
from bci.errors import CountryError, InputError
from bci.model.definitions import FIRST_YEAR, LAST_YEAR, Source
from bci.sources.figures import Ingested
from bci.sources.flows import ingested
from bci.sources.format import Format, Rows
from bci.sources.raw import Piece, Raw, raise_all, read_country
from bci.sources.rules import Rules
from bci.sources.trade.reports import (
    WHOSE,
    WORLD,
    Report,
    Reports,
    chosen_codes,
    complete_reports,
    enter,
    is_country,
    reported_flows,
    separate,
)

SOURCE = Source(
    title="UN Comtrade Database",
    publisher="United Nations Statistics Division",
    place="https://comtradeplus.un.org/",
    licence="free to use with the source named; the UN limits passing it on (policy on re-dissemination)",
    vintage="",
)

#: The columns of both layouts; the older one has neither kind nor frequency.
_COLUMNS = {
    "period": ("period", "Period"),
    "reporter": ("reporterCode", "Reporter Code"),
    "flow": ("flowCode", "Trade Flow Code"),
    "partner": ("partnerCode", "Partner Code"),
    "product": ("cmdCode", "Commodity Code"),
    "scheme": ("classificationCode", "Classification"),
    "value": ("primaryValue", "Trade Value (US$)"),
    "weight": ("netWgt", "Netweight (kg)"),
    "second partner": ("partner2Code", "2nd Partner Code"),
    "customs": ("customsCode", "Customs Proc. Code"),
    "transport": ("motCode", "Mode of Transport Code"),
    "kind": ("typeCode",),
    "frequency": ("freqCode",),
}
LAYOUTS = [{field: names[i] for field, names in _COLUMNS.items() if i < len(names)} for i in (0, 1)]
NEEDED = ("period", "reporter", "flow", "partner", "product", "scheme", "value")

#: Whether a flow is exports; re-exports, re-imports and the like are parts of exports and imports.
FLOWS = {"X": True, "2": True, "M": False, "1": False}
PARTS = {"RX", "RM", "DX", "FM", "MIP", "MOP", "XIP", "XOP", "3", "4"}
TOTALS = {"second partner": {"", "0"}, "customs": {"", "C00"}, "transport": {"", "0"}}
TOTAL = "TOTAL"

TAIWAN = "490"

#: Partners that are no country; their trade counts towards that with the world. (492 is Monaco in M49, whose
#: trade UN Comtrade counts in that of France, 251.)
AREAS = {
    "58": "Belgium-Luxembourg", "80": "British Antarctic Territory", "129": "Caribbean, nes",
    "221": "Eastern Europe, nes", "290": "Northern Africa, nes", "457": "Sarawak",
    "459": "Peninsula Malaysia", "461": "Sabah", "471": "CACM, nes", "472": "Africa CAMEU region, nes",
    "473": "LAIA, nes", "492": "Europe EU, nes", "527": "Oceania, nes", "536": "Neutral Zone",
    "568": "Other Europe, nes", "577": "Other Africa, nes", "582": "Former Pacific Islands",
    "592": "Former Panama Canal Zone", "636": "Rest of America, nes",
    "637": "North America and Central America, nes", "647": "Ryukyu Islands", "697": "Europe EFTA, nes",
    "711": "South African Customs Union", "717": "Former Rhodesia and Nyasaland",
    "836": "Former Zanzibar and Pemba", "837": "Bunkers", "838": "Free Zones", "839": "Special Categories",
    "849": "US Miscellaneous Pacific Islands", "879": "Western Asia, nes", "899": "Areas, nes",
}  # fmt: skip

#: Groups of countries that are listed one by one as well.
GROUPS = {"97": "European Union", "975": "ASEAN"}

#: States that some reporters go on to list after their end.
FORMER = {
    "200": "Former Czechoslovakia", "278": "Former East Germany", "530": "Former Netherlands Antilles",
    "532": "Former Netherlands Antilles and Aruba", "720": "Former Democratic Yemen", "810": "Former USSR",
    "868": "Former Republic of Viet Nam", "890": "Former Yugoslavia", "891": "Former Serbia and Montenegro",
}  # fmt: skip

#: Areas -> the countries whose trade may be in them, and which are therefore missing, not 0, beside them.
_MEMBERS = {
    "Belgium-Luxembourg": "BEL LUX", "Sarawak": "MYS", "Peninsula Malaysia": "MYS", "Sabah": "MYS",
    "Former Pacific Islands": "FSM MHL MNP PLW", "Former Panama Canal Zone": "PAN", "Ryukyu Islands": "JPN",
    "South African Customs Union": "BWA LSO NAM SWZ ZAF", "Former Rhodesia and Nyasaland": "MWI ZMB ZWE",
    "Former Zanzibar and Pemba": "TZA", "Former Czechoslovakia": "CZE SVK", "Former East Germany": "DEU",
    "Former Netherlands Antilles": "BES CUW SXM",
    "Former Netherlands Antilles and Aruba": "ABW BES CUW SXM", "Former Democratic Yemen": "YEM",
    "Former USSR": "ARM AZE BLR EST GEO KAZ KGZ LTU LVA MDA RUS TJK TKM UKR UZB",
    "Former Republic of Viet Nam": "VNM", "Former Yugoslavia": "BIH HRV MKD MNE SRB SVN XKX",
    "Former Serbia and Montenegro": "MNE SRB XKX",
}  # fmt: skip
JOINT = {area: frozenset(members.split()) for area, members in _MEMBERS.items()}


@cache
def partner(code: str, year: int) -> str:
    """What a code of UN Comtrade means in a year.

    Returns
    -------
    str
        ISO3 (of the state that carries a former one on: Russia for the USSR), `WORLD`, the name of an area,
        or ``""`` for a group of countries.

    Raises
    ------
    CountryError
        If the code is not known, or its state had ended and the area is not listed here.

    Examples
    --------
    >>> partner("156", 2015), partner("810", 1985), partner("490", 2015), partner("899", 2015)
    ('CHN', 'RUS', 'TWN', 'Areas, nes')
    """
    plain = str(int(code)) if code.isascii() and code.isdecimal() else code
    if plain == "0":
        return WORLD
    if plain in GROUPS:
        return ""
    if plain == TAIWAN:
        return "TWN"
    if plain in AREAS:
        return AREAS[plain]
    try:
        return successor(from_code(plain, "m49", year))
    except CountryError:
        if plain in FORMER:
            return FORMER[plain]
        raise


def _find_header(rows: Rows) -> int | None:
    """The first row, where it has the columns of one of the layouts."""
    return 0 if rows and any(_is_of(layout, rows[0]) for layout in LAYOUTS) else None


def _is_of(layout: Mapping[str, str], header: Sequence[str]) -> bool:
    names = {cell.strip().casefold() for cell in header}
    return all(layout[field].casefold() in names for field in NEEDED)


def ingest(indicator: str, raws: Sequence[Raw], companions: Sequence[Raw], rules: Rules) -> Ingested:
    """Trade between countries as they report it to the UN, folded to dyads.

    Parameters
    ----------
    indicator
        ``trade`` (the product TOTAL) or ``energy_trade`` (products of the Harmonized System).
    rules
        ``products``: each is taken as it stands in the files where they hold it, otherwise as the sum of the
        codes that begin with it, which must be of one length. ``amount``: value in US dollars, or net weight;
        a weight of 0 beside a value is missing. ``reported_by``: whose report counts.

    Notes
    -----
    Imports and exports count. Re-exports and re-imports are parts of them, as are rows of single second
    partners, customs procedures or modes of transport; all these are passed over. For zeros and totals see
    `reported_flows`.

    Raises
    ------
    InputError
        With every cell that cannot be read and every flow that stands twice with two figures; if products
        that are asked for overlap, are not there, or stand in codes of several lengths.

    References
    ----------
    United Nations (2011). International Merchandise Trade Statistics: Concepts and Definitions 2010, on
    general trade, re-exports and the valuation of imports c.i.f. and exports f.o.b.
    """
    asked = (TOTAL,) if indicator == "trade" else separate(rules.products)
    quantity = indicator != "trade" and rules.amount == "quantity"
    reports: Reports = {}
    passed_over: Counter[str] = Counter()
    for raw in raws:
        _read(raw, asked, quantity, rules, reports, passed_over)
    raise_all(raws)
    codes_met = {report.product for report in reports}
    chosen = chosen_codes(asked, codes_met, raws[0].place)
    finer = sorted(codes_met - {code for codes in chosen.values() for code in codes})
    products, lacking = complete_reports(reports, asked, chosen)
    per_unit, unit = (1e3, "tonnes") if quantity else (1e6, "million USD")
    flows, remarks = reported_flows(reports, products, JOINT, per_unit, rules)
    listed = ", ".join(code for codes in chosen.values() for code in codes)
    what = "goods" if indicator == "trade" else f"goods of the HS codes {listed}"
    measured = "net weight" if quantity else "value"
    return ingested(
        indicator,
        FORMAT.name,
        SOURCE,
        flows,
        rules,
        unit=unit,
        definition=(
            "Geometric mean of two shares: the trade between the two countries, exports plus imports, as a "
            f"share of the trade of each with the world, in {what}, by {measured}, as reported to UN "
            f"Comtrade. Where both countries report a flow, {WHOSE[rules.reported_by]} counts; where one "
            "does, that report."
        ),
        limits=(
            "Imports are valued c.i.f. and exports f.o.b., so that an importer's figure tends to be the "
            "higher one. A country's totals are its own reports; one that does not report has none, and "
            "its shares are missing. A partner that a report leaves out is 0 only where the partners "
            "listed add up to the world within one in a thousand. Trade under Areas, nes, Bunkers, Free "
            "Zones and Special Categories belongs to no dyad. Other Asia, nes is read as Taiwan."
        ),
        direction="pooled",
        remarks=(
            *remarks,
            *(f"{count:,} rows passed over: {why}" for why, count in sorted(passed_over.items())),
            *([f"energy is the sum of {listed}"] if indicator != "trade" else []),
            *([f"codes passed over as parts of these: {', '.join(finer)}"] if finer else []),
            *([f"{lacking:,} reports lack one of {', '.join(asked)} and are left out"] if lacking else []),
        ),
    )


def _columns(raw: Raw, quantity: bool) -> dict[str, str]:
    """The columns of a file as its header spells them, by what they hold."""
    layout = next(layout for layout in LAYOUTS if _is_of(layout, raw.header))
    spellings = raw.spelt(layout.values())
    if quantity and layout["weight"] not in spellings:
        message = f"column {layout['weight']} is missing, which quantities need; ask for the value instead"
        raise InputError.at(raw.place, message, raw.header_line, 1)
    return {
        field: spellings[name]
        for field, name in layout.items()
        if name in spellings and (quantity or field != "weight")
    }


def _read(
    raw: Raw, asked: Sequence[str], quantity: bool, rules: Rules, reports: Reports, passed_over: Counter[str]
) -> None:
    at = _columns(raw, quantity)
    yearly = True
    for piece in raw.pieces(list(at.values())):
        cells = {field: piece.columns[name] for field, name in at.items()}
        rows = [row for row, code in enumerate(cells["product"]) if code.upper().startswith(tuple(asked))]
        if yearly and (row := _not_yearly(cells, rows)) is not None:
            yearly = False
            message = "is no year of trade in goods; download yearly data (frequency annual, type goods)"
            piece.refuse(row, at["period"], f"{cells['period'][row]!r} {message}")
        if yearly:
            kept = [row for row in rows if _counts(piece, at, cells, row, asked, passed_over)]
            _enter(piece.rows(kept), at, quantity, rules, reports, passed_over)


def _not_yearly(cells: Mapping[str, Sequence[str]], rows: Sequence[int]) -> int | None:
    """The first row of a month, or of services."""
    for row in rows:
        if len(cells["period"][row]) == 6 or ("frequency" in cells and cells["frequency"][row] != "A"):
            return row
        if "kind" in cells and cells["kind"][row] != "C":
            return row
    return None


def _counts(
    piece: Piece,
    at: Mapping[str, str],
    cells: Mapping[str, Sequence[str]],
    row: int,
    asked: Sequence[str],
    passed_over: Counter[str],
) -> bool:
    """Whether a row is a total of imports or exports, not a part of one."""
    if (flow := cells["flow"][row]) not in FLOWS:
        if flow not in PARTS:
            allowed = ", ".join([*FLOWS, *sorted(PARTS)])
            piece.refuse(row, at["flow"], f"{flow!r} is no flow of UN Comtrade; these are {allowed}")
        passed_over["re-exports, re-imports and other parts of exports and imports"] += 1
        return False
    if any(field in cells and cells[field][row] not in total for field, total in TOTALS.items()):
        passed_over["single second partners, customs procedures or modes of transport"] += 1
        return False
    if tuple(asked) != (TOTAL,) and not cells["scheme"][row].upper().startswith("H"):
        passed_over["products of another classification than the Harmonized System"] += 1
        return False
    return True


def _enter(
    piece: Piece,
    at: Mapping[str, str],
    quantity: bool,
    rules: Rules,
    reports: Reports,
    passed_over: Counter[str],
) -> None:
    amounts = piece.numbers(at["value"])
    if quantity:
        weights = piece.numbers(at["weight"])
        weights[(weights == 0) & (amounts != 0)] = math.nan
        amounts = weights
    column = at["weight" if quantity else "value"]
    years = piece.whole(at["period"], FIRST_YEAR, LAST_YEAR).tolist()
    exports = [FLOWS[flow] for flow in piece.columns[at["flow"]]]
    products = [code.upper() for code in piece.columns[at["product"]]]
    for row, (year, amount) in enumerate(zip(years, amounts.tolist(), strict=True)):
        if not rules.covers_year(year):
            continue
        reporter, other = (_country(piece, row, at[side], year, rules) for side in ("reporter", "partner"))
        if not is_country(reporter) or not other:
            passed_over["groups of countries, reporters that are no country, and those left out"] += 1
            continue
        enter(reports, Report(reporter, exports[row], year, products[row]), other, amount, piece, row, column)


def _country(piece: Piece, row: int, column: str, year: int, rules: Rules) -> str:
    country = read_country(piece.columns[column][row], partial(partner, year=year), rules)
    if isinstance(country, CountryError):
        piece.refuse(row, column, f"{country} Read it with --reading, or leave it out with --leave-out")
        return ""
    return country


FORMAT = Format(
    name="comtrade",
    indicators=("trade", "energy_trade"),
    looks="typeCode,freqCode,...,reporterCode,...,flowCode,...,partnerCode,...,cmdCode,...,primaryValue,... "
    "or Classification,Year,Period,...,Trade Flow Code,...,Commodity Code,...,Trade Value (US$),...",
    source=SOURCE,
    find_header=_find_header,
    ingest=ingest,
    loose_end=True,
)
