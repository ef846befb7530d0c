"""BACI of CEPII: ``BACI_HS92_Y2019_V202501.csv``, one file a year, read piece by piece.

Columns ``t`` year, ``i`` exporter and ``j`` importer, ``k`` product (six digits of the Harmonized System,
the first of which is lost where a program took them for a number; some releases also have codes such as
``9999AA``), ``v`` value in thousands of current US dollars, and ``q`` quantity in tonnes, ``NA`` where
unknown. BACI reconciles what exporters and importers report, and lists positive flows only.

Trade needs all products, hence more than one chapter; totals need all countries, hence flows without the
few that a file may have been cut down to.

Zero or missing: a country that appears in a year, on either side and with any product, is covered in that
year. A flow between two covered countries that is not listed is 0; others are missing. In tonnes, a flow is
missing where the tonnes of any of its products are.

Files made from BACI that tell groups of products apart instead of products (``270000`` for all of chapter
27, ``270900`` for all of heading 2709, and ``000000`` for everything else) are read alike, as long as they
can answer the question; see ``docs/beyond-memory.md``.

Codes of countries are those of UN Comtrade, hence nearly M49, and read by ``country_codes_V202501.csv`` and
its like where given (``country_code``, ``country_name``, ``country_iso2``, ``country_iso3`` since 2024;
before, ``country_code``, ``country_name_abbreviation``, ``country_name_full``, ``iso_2digit_alpha``,
``iso_3digit_alpha``). The releases of 2023 and 2025 were compared with the table of countries, and differ
from it in `OWN` and `NO_COUNTRY` alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from bci.arrays import Array, Mask, Whole
from bci.countries import from_code, iso3, successor
from bci.errors import CountryError, InputError, NoFigures, Problem
from bci.model.definitions import FIRST_YEAR, LAST_YEAR, Source
from bci.sources import flows
from bci.sources.figures import Ingested
from bci.sources.flows import Flows
from bci.sources.format import Format, Rows, header_with
from bci.sources.raw import Piece, Raw
from bci.sources.rules import Rules
from bci.sources.trade.reports import added_up, in_every_flow

_NAME = re.compile(r"BACI_(HS\d\d)_Y\d{4}_(V\d{6})")
_PRODUCT = re.compile(r"[0-9]{5,6}|[0-9]{4}[A-Z]{2}")
#: What stands for all products that a file does not tell apart.
REST = "000000"
#: More codes of countries, and more products, than a file can hold.
_CODES, _PRODUCTS = 2_000, 10_000_000

#: Belgium-Luxembourg to 1998, which CEPII files under Belgium; "Other Asia, nes", which in Comtrade is Taiwan
#: (CEPII's list gives it no code, and has no other one for Taiwan); Serbia and Montenegro to 2005.
OWN = {"58": "BEL", "490": "TWN", "891": "SRB"}
#: "Europe EFTA, nes", the Southern African Customs Union to 1999 (five countries), "US Misc. Pacific Isds".
NO_COUNTRY = frozenset({"697", "711", "849"})
#: What the list of codes writes where it has no ISO3 code.
NO_ISO3 = frozenset({"", "N/A", "NA"})
ISO3_COLUMNS = ("country_iso3", "iso_3digit_alpha")

SOURCE = Source(
    title="BACI: International Trade Database at the Product Level",
    publisher="CEPII (Gaulier and Zignago 2010), from UN Comtrade",
    place="https://www.cepii.fr/CEPII/en/bdd_modele/bdd_modele_item.asp?id=37",
    licence="Etalab Open Licence 2.0: any use with attribution",
    vintage="not stated in the name of the file",
)
LIMITS = """\
BACI begins in 1995 and lists positive flows only: a flow between two countries that appear in the year is
0 where none is listed. Totals are sums over the partners whose flow is known. Taiwan is "Other Asia,
nes"; Belgium-Luxembourg to 1998 is Belgium; the Southern African Customs Union to 1999 is no single
country and left out, also in totals. The last year is revised in the next release; releases must not be
mixed."""
LIMITS_OF_TONNES = """\
A flow is missing where the tonnes of any of its products are, and totals leave it out, which makes the
shares of the others too large where much is missing."""


def country(code: str) -> str:
    """The country of a BACI code, former states as their successors; ``""`` where it is no single country."""
    plain = code.lstrip("0")
    if plain in NO_COUNTRY:
        return ""
    return OWN.get(plain) or successor(from_code(code, "m49"))


def _country_of(companions: Sequence[Raw]) -> Callable[[str], str]:
    """How to read codes: by the lists given, else by `country`.

    Raises
    ------
    InputError
        With every code that stands twice in a list, or is another country there than in M49.
    """
    if not companions:
        return country
    known: dict[str, str] = {}
    for raw in companions:
        known |= _listed_countries(raw)

    def read(code: str) -> str:
        if code.lstrip("0") not in known:
            lists = ", ".join(raw.place for raw in companions)
            raise CountryError(f"{code!r} is not in the list of codes, {lists}.")
        return known[code.lstrip("0")]

    return read


def _listed_countries(raw: Raw) -> dict[str, str]:
    """ISO3 by code, ``""`` for what is no country."""
    code_name, iso3_name, *_ = raw.spelt(("country_code", *ISO3_COLUMNS)).values()
    known: dict[str, str] = {}
    for piece in raw.pieces([code_name, iso3_name]):
        codes = piece.whole(code_name, 1, 999).tolist()
        for row, (code, text) in enumerate(zip(map(str, codes), piece.columns[iso3_name], strict=True)):
            by_m49 = _country_or_none(country, code)
            listed = (
                by_m49 if text in NO_ISO3 or code in {*OWN, *NO_COUNTRY} else _country_or_none(iso3, text)
            )
            if row in piece.wrong:
                continue
            if code in known:
                piece.refuse(row, code_name, f"{code} stands twice; keep one row")
            elif by_m49 and listed != by_m49:
                piece.refuse(row, iso3_name, f"{text!r} is not the country of code {code}, which is {by_m49}")
            known[code] = listed
    raw.raise_problems()
    return known


def _country_or_none(read: Callable[[str], str], text: str) -> str:
    """A country, ``""`` where there is none: the list has codes of its own for groups, such as ``ZA1``."""
    try:
        return successor(read(text) or "")
    except CountryError:
        return ""


@dataclass
class _Products:
    """The products of a file, numbered as they come, and the chapters of each year."""

    number: dict[str, int] = field(default_factory=dict)
    chapters: dict[int, set[str]] = field(default_factory=dict)

    def of_rows(self, piece: Piece, name: str, asked: Sequence[str]) -> Whole:
        """The products of a column as numbers; whatever is no code of a product is refused."""
        column = piece.columns[name]
        numbers = np.array(piece.of_words(name, self._number, -1), dtype=np.int64)
        for place, text in enumerate(column.words):
            chapter = text.zfill(6)[:2]
            parts = [product for product in asked if len(product) > 2 and product[:2] == chapter]
            if parts and text.zfill(6) == f"{chapter}0000" != REST:
                message = f"{text} is all of chapter {chapter} and does not tell {', '.join(parts)} apart"
                row = int(np.argmax(column.codes == place))
                piece.refuse(row, name, f"{message}; give a file with the products")
        return numbers[column.codes]

    def _number(self, text: str) -> int:
        if not _PRODUCT.fullmatch(text):
            raise ValueError(f"{text!r} is no product; give the six digits of its code")
        return self.number.setdefault(text.zfill(6), len(self.number))

    def chosen(self, beginnings: tuple[str, ...]) -> Mask:
        """Whether the code of each product begins so."""
        return np.array([code.startswith(beginnings) for code in self.number] or [False], dtype=bool)

    def note_chapters(self, year: int, product: Whole) -> None:
        """Note which chapters a year holds."""
        codes = list(self.number)
        self.chapters.setdefault(year, set()).update(codes[number][:2] for number in _different(product))

    def refuse_rest(self, raw: Raw, asked: Sequence[str]) -> None:
        """Refuse a file in which a product that is asked for may be part of the rest."""
        unknown = [code for code in asked if code.ljust(6, "0") not in self.number]
        if REST in self.number and unknown:
            message = f"{REST} is all products that the file does not tell apart, and may hold"
            raw.refuse(raw.header_line, 1, f"{message} {', '.join(unknown)}; give a file with the products")

    def refuse_one_chapter(self, raw: Raw, name: str) -> None:
        """Refuse to take one chapter for all trade.

        Raises
        ------
        NoFigures
            With every year whose products all lie in one chapter, unless the file also holds the rest.
        """
        only = {year: min(chapters) for year, chapters in sorted(self.chapters.items()) if len(chapters) == 1}
        if REST not in self.number and only:
            line, column = raw.header_line + 1, raw.header.index(name) + 1
            needed = "which is not all trade; give a file of all products, or ask for energy trade only"
            raise NoFigures(
                Problem(raw.place, line, column, f"all products of {year} are of chapter {chapter}, {needed}")
                for year, chapter in only.items()
            )


@dataclass
class _Codes:
    """The codes of countries met in all files, numbered as they come, and rows without tonnes."""

    number: dict[str, int] = field(default_factory=dict)
    country: dict[int, str] = field(default_factory=dict)
    without_tonnes: int = 0

    def of_rows(self, piece: Piece, name: str, read: Callable[[str], str], rules: Rules) -> Whole:
        """The codes of a column as numbers."""
        codes, countries = piece.columns[name], piece.countries(name, read, rules)
        numbers = []
        for text, code in zip(codes.words, countries.words, strict=True):
            numbers.append(self.number.setdefault(text.lstrip("0"), len(self.number)))
            self.country[numbers[-1]] = code
        return np.array(numbers, dtype=np.int64)[codes.codes]

    def remarks(self) -> list[str]:
        """What was left out, and what is missing."""
        no_country = sorted(code for code, number in self.number.items() if not self.country[number])
        remarks = []
        if no_country:
            codes = ", ".join(no_country)
            remarks.append(f"left out, in totals too: the codes {codes}, which are no countries")
        if self.without_tonnes:
            remarks.append(f"{self.without_tonnes:,} rows have no tonnes, so that their flow is missing")
        return remarks


def ingest(indicator: str, raws: Sequence[Raw], companions: Sequence[Raw], rules: Rules) -> Ingested:
    """Figures of trade or energy trade; see the head of this file."""
    energy = indicator == "energy_trade"
    in_tonnes = energy and rules.amount == "quantity"
    source = _released(raws)
    all_flows, remarks = _read(raws, rules, _country_of(companions), energy)
    return flows.ingested(
        indicator,
        FORMAT.name,
        source,
        all_flows,
        rules,
        unit="tonnes" if in_tonnes else "million USD",
        definition=_definition(energy, rules),
        limits=f"{LIMITS} {LIMITS_OF_TONNES}" if in_tonnes else LIMITS,
        direction="pooled",
        remarks=remarks,
    )


def _read(
    raws: Sequence[Raw], rules: Rules, read_country: Callable[[str], str], energy: bool
) -> tuple[Flows, list[str]]:
    """All flows in the years asked for, in million US dollars or tonnes, and remarks.

    Parameters
    ----------
    read_country
        From a code of BACI to ISO3.
    energy
        Only `rules.products`, in `rules.amount`; all products in value where False.

    Raises
    ------
    InputError
        With every wrong cell, flow that stands twice, and year that stands in two files.
    """
    codes = _Codes()
    parts = [(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0))]
    file_of: dict[int, Raw] = {}
    for raw in raws:
        for year, (pairs, amounts) in _read_file(raw, rules, read_country, energy, codes).items():
            if year in file_of:
                where = f"{file_of[year].place} already; give one file a year"
                raw.refuse(raw.header_line + 1, 1, f"{year} stands in {where}")
            file_of[year] = raw
            parts.append((np.full(len(pairs), year), pairs, amounts))
        raw.raise_problems()
    years, pairs, amounts = (np.concatenate(column) for column in zip(*parts, strict=True))
    names = np.array([codes.country[number] for number in range(len(codes.country))], dtype=str)
    exporter, importer = names[pairs // _CODES], names[pairs % _CODES]
    kept = (exporter != "") & (importer != "")
    entry = years[kept], exporter[kept].tolist(), importer[kept].tolist()
    is_listed = added_up(*entry, np.zeros(kept.sum()))
    _refuse_cut_down(is_listed, file_of)
    return _with_zeros(added_up(*entry, amounts[kept]), is_listed), codes.remarks()


def _read_file(
    raw: Raw, rules: Rules, read_country: Callable[[str], str], energy: bool, codes: _Codes
) -> dict[int, tuple[Whole, Array]]:
    """Every pair of each year once, as a number made of exporter and importer, with its amount."""
    in_tonnes = energy and rules.amount == "quantity"
    at = raw.spelt("tijkvq" if in_tonnes else "tijkv")
    asked = rules.products if energy else ()
    products = _Products()
    sums: dict[int, list[tuple[Whole, Array]]] = {}
    items: list[Whole] = []
    lines: list[NDArray[np.int32]] = []
    for piece in raw.pieces(list(at.values())):
        year = piece.whole(at["t"], FIRST_YEAR, LAST_YEAR)
        exporter, importer = (codes.of_rows(piece, at[side], read_country, rules) for side in "ij")
        for row in np.flatnonzero(exporter == importer).tolist():
            piece.refuse(row, at["j"], f"{piece.columns[at['j']][row]} exports to itself")
        product = products.of_rows(piece, at["k"], asked)
        amount = piece.numbers(at["v"], missing=()) / 1000
        if in_tonnes:
            amount = piece.numbers(at["q"], missing=("", "NA"))
        if energy:
            amount = np.where(products.chosen(asked)[product], amount, 0.0)
        sound = np.ones(len(piece), dtype=bool)
        sound[list(piece.wrong)] = False
        pair = exporter * _CODES + importer
        for when in filter(rules.covers_year, _different(year).tolist()):
            rows = sound & (year == when)
            codes.without_tonnes += int(np.isnan(amount[rows]).sum())
            sums.setdefault(when, []).append(_grouped(pair[rows], amount[rows]))
            products.note_chapters(when, product[rows])
        items.append(((year * _CODES**2 + pair) * _PRODUCTS + product)[sound])
        lines.append(piece.lines[sound].astype(np.int32))
    products.refuse_rest(raw, asked)
    _refuse_twice(raw, items, lines)
    raw.raise_problems()
    if not energy:
        products.refuse_one_chapter(raw, at["k"])
    return {
        year: _grouped(*(np.concatenate(column) for column in zip(*parts, strict=True)))
        for year, parts in sums.items()
    }


def _different(numbers: Whole) -> Whole:
    """Each of some numbers once, in order; much faster than sorting them, where none is large."""
    return np.flatnonzero(np.bincount(numbers))


def _grouped(keys: Whole, amounts: Array) -> tuple[Whole, Array]:
    """Each key once, with the sum of its amounts; missing where one of them is."""
    different = _different(keys)
    return different, np.bincount(keys, amounts)[different].astype(np.float64)


def _refuse_twice(raw: Raw, items: list[Whole], lines: list[NDArray[np.int32]]) -> None:
    """Refuse every flow of one product that stands twice in a file."""
    in_order = np.concatenate([np.empty(0, dtype=np.int64), *items])
    in_order.sort()
    if not (in_order[1:] == in_order[:-1]).any():
        return
    first: dict[int, int] = {}
    for item, line in zip(chain(*map(np.ndarray.tolist, items)), chain(*lines), strict=True):
        if first.setdefault(item, line) != line:
            raw.refuse(int(line), 1, f"has the year, countries and product of line {first[item]}; keep one")


def _refuse_cut_down(is_listed: Flows, file_of: Mapping[int, Raw]) -> None:
    """Refuse years cut down to the flows of few countries: the totals of all others are lost."""
    problems = []
    for year, flow in zip(is_listed.years, ~np.isnan(is_listed.amount), strict=True):
        if few := [is_listed.countries[i] for i in in_every_flow(flow)]:
            raw = file_of[year]
            message = (
                f"every flow of {year} has {' or '.join(few)} in it, so that the totals of others are lost"
            )
            advice = "give the whole file, and filter with --country"
            problems.append(Problem(raw.place, raw.header_line + 1, 1, f"{message}; {advice}"))
    if problems:
        raise InputError(problems)


def _with_zeros(known: Flows, listed_at_all: Flows) -> Flows:
    """Zero where two countries that appear in the year list no flow."""
    is_listed = ~np.isnan(listed_at_all.amount)
    covered: Mask = np.logical_or(is_listed.any(axis=1), is_listed.any(axis=2))
    zero = covered[:, :, None] & covered[:, None, :] & ~is_listed & ~np.eye(len(known.countries), dtype=bool)
    return replace(known, amount=np.where(zero, 0.0, known.amount))


def _definition(energy: bool, rules: Rules) -> str:
    """What the figures are under these rules."""
    goods, measured = "goods", ""
    if energy:
        goods = f"energy (products {', '.join(rules.products)} of the Harmonized System)"
        measured = ", by value" if rules.amount == "value" else ", in tonnes"
    return f"""\
Geometric mean of two shares: the trade in {goods} between the two countries{measured}, exports plus
imports, as a share of such exports plus imports of each with all its partners. Flows are those of BACI,
which reconciles the reports of exporter and importer. A country's exports and imports are the sums of its
flows with all partners whose flow is known."""


def _released(raws: Sequence[Raw]) -> Source:
    """The source with the release that the names of the files tell.

    Raises
    ------
    InputError
        If they tell more than one.
    """
    names = {raw.place: _NAME.search(raw.path.name) for raw in raws}
    releases = {place: " ".join(name.groups()) for place, name in names.items() if name}
    if len(set(releases.values())) > 1:
        message = "releases and revisions of the Harmonized System must not be mixed; give files of one"
        raise InputError(
            Problem(place, 0, 0, f"is {release}; {message}") for place, release in releases.items()
        )
    return SOURCE.model_copy(update={"vintage": next(iter(releases.values()))}) if releases else SOURCE


def _find_country_codes(rows: Rows) -> int | None:
    names = {cell.strip().casefold() for cell in rows[0]} if rows else set()
    return 0 if "country_code" in names and names & set(ISO3_COLUMNS) else None


FORMAT = Format(
    name="baci",
    indicators=("trade", "energy_trade"),
    looks="t,i,j,k,v,q",
    source=SOURCE,
    find_header=header_with(*"tijkvq"),
    ingest=ingest,
    companions=("baci_countries",),
)
#: The list of codes, a companion of the flows.
COUNTRY_CODES = Format(
    name="baci_countries",
    indicators=(),
    looks="country_code,country_name,country_iso2,country_iso3",
    source=Source(
        title="BACI: codes of countries",
        publisher="CEPII",
        place=SOURCE.place,
        licence=SOURCE.licence,
        vintage="in the name of the file, e.g. V202501",
    ),
    find_header=_find_country_codes,
)
