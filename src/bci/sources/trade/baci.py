"""BACI of CEPII: ``BACI_HS92_Y2019_V202501.csv``, one file a year, read piece by piece.

Columns ``t`` year, ``i`` exporter and ``j`` importer (see `baci_countries`), ``k`` product (six digits of the
Harmonized System, the first of which is lost where a program took them for a number; some releases also have
codes such as ``9999AA``), ``v`` value in thousands of current US dollars, and ``q``
quantity in tonnes, ``NA`` where unknown. BACI reconciles what exporters and importers report, and lists
positive flows only.

Trade needs all products, hence more than one chapter; totals need all countries, hence flows without the few
that a file may have been cut down to.

Zero or missing: a country that appears in a year, on either side and with any product, is covered in that
year. A flow between two covered countries that is not listed is 0; others are missing. In tonnes, a flow is
missing where the tonnes of any of its products are.

Files made from BACI that tell groups of products apart instead of products (``270000`` for all of chapter 27,
``270900`` for all of heading 2709, and ``000000`` for everything else) are read alike, as long as they can
answer the question; see ``docs/beyond-memory.md``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from bci.arrays import Array, Whole
from bci.errors import InputError, Problem
from bci.model.definitions import FIRST_YEAR, LAST_YEAR, Source
from bci.sources import flows
from bci.sources.figures import Ingested
from bci.sources.flows import Flows
from bci.sources.formats import Format, header_with
from bci.sources.raw import Piece, Raw
from bci.sources.rules import Rules
from bci.sources.trade import baci_countries
from bci.sources.trade.baci_products import PRODUCTS, Products
from bci.sources.trade.reports import added_up, in_every_flow, spelt

_NAME = re.compile(r"BACI_(HS\d\d)_Y\d{4}_(V\d{6})")
_CODES = 1000

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


@dataclass
class _Seen:
    """What was met in all files so far: codes and their countries."""

    place: dict[str, int] = field(default_factory=dict)
    country: dict[int, str] = field(default_factory=dict)
    without_tonnes: int = 0


@dataclass
class _Parts:
    """A file as read so far: sums of pairs, piece by piece, and every row as one number, with its line."""

    pairs: list[Whole] = field(default_factory=lambda: [np.empty(0, dtype=np.int64)])
    amounts: list[Array] = field(default_factory=lambda: [np.empty(0)])
    items: list[Whole] = field(default_factory=lambda: [np.empty(0, dtype=np.int64)])
    lines: list[NDArray[np.int32]] = field(default_factory=lambda: [np.empty(0, dtype=np.int32)])

    def add(self, pair: Whole, amount: Array, item: Whole, lines: Whole) -> None:
        """Add a piece."""
        pairs, amounts = grouped(pair, amount)
        self.pairs.append(pairs)
        self.amounts.append(amounts)
        self.items.append(item)
        self.lines.append(lines.astype(np.int32))


def grouped(keys: Whole, amounts: Array) -> tuple[Whole, Array]:
    """Each key once, with the sum of its amounts; missing where one of them is."""
    unique, entry = np.unique(keys, return_inverse=True)
    return unique, np.bincount(entry, amounts, minlength=len(unique)).astype(np.float64)


def read(
    raws: Sequence[Raw], rules: Rules, country: Callable[[str], str], energy: bool
) -> tuple[Flows, list[str]]:
    """All flows in the years asked for, in million US dollars or tonnes, and remarks.

    Parameters
    ----------
    country
        From a code of BACI to ISO3.
    energy
        Only `rules.products`, in `rules.amount`; all products in value where False.

    Raises
    ------
    InputError
        With every wrong cell, flow that stands twice, and year that stands in two files.
    """
    seen = _Seen()
    parts: list[tuple[Whole, Array]] = []
    file_of: dict[int, Raw] = {}
    for raw in raws:
        pairs, amounts = _read_file(raw, rules, country, energy, seen)
        for year in np.unique(pairs // _CODES**2).tolist():
            if year in file_of:
                where = f"{file_of[year].place} already; give one file a year"
                raw.refuse(raw.header_line + 1, 1, f"{year} stands in {where}")
            file_of[year] = raw
        raw.raise_problems()
        parts.append((pairs, amounts))
    pairs, amounts = (np.concatenate(column) for column in zip(*parts, strict=True))
    year, exporter, importer = pairs // _CODES**2, pairs // _CODES % _CODES, pairs % _CODES
    names = np.array([seen.country[number] for number in range(len(seen.country))], dtype=str)
    is_country = np.array([bool(name) for name in names], dtype=bool)
    kept = is_country[exporter] & is_country[importer]
    entry = year[kept], names[exporter[kept]].tolist(), names[importer[kept]].tolist()
    is_listed = added_up(*entry, np.zeros(kept.sum()))
    _refuse_cut_down(is_listed, file_of)
    return _with_zeros(added_up(*entry, amounts[kept]), is_listed), _remarks(seen)


def _refuse_cut_down(is_listed: Flows, file_of: Mapping[int, Raw]) -> None:
    """Refuse years cut down to the flows of few countries: the totals of all others are lost."""
    problems = []
    for year, flow in zip(is_listed.years, ~np.isnan(is_listed.amount), strict=True):
        if few := [is_listed.countries[i] for i in in_every_flow(flow)]:
            raw = file_of[year]
            message = (
                f"every flow of {year} has {' or '.join(few)} in it, so that the totals of others are lost"
            )
            told = f"{message}; give the whole file, and filter with --country"
            problems.append(Problem(raw.place, raw.header_line + 1, 1, told))
    if problems:
        raise InputError(problems)


def _with_zeros(known: Flows, listed_at_all: Flows) -> Flows:
    """Zero where two countries that appear in the year list no flow."""
    is_listed = ~np.isnan(listed_at_all.amount)
    covered = np.logical_or(is_listed.any(axis=1), is_listed.any(axis=2))
    pairs = np.logical_and(covered[:, :, None], covered[:, None, :])
    zero = pairs & ~is_listed & ~np.eye(len(known.countries), dtype=bool)
    return replace(known, amount=np.where(zero, 0.0, known.amount))


def _read_file(
    raw: Raw, rules: Rules, country: Callable[[str], str], energy: bool, seen: _Seen
) -> tuple[Whole, Array]:
    """Every pair of the file once, as a number made of year, exporter and importer, with its amount."""
    in_tonnes = energy and rules.amount == "quantity"
    names = dict(zip("tijkvq", spelt(raw, *"tijkvq"), strict=True))
    asked_products = tuple(rules.products) if energy else ()
    products, whole_file = Products(), _Parts()
    for piece in raw.pieces([names[letter] for letter in ("tijkvq" if in_tonnes else "tijkv")]):
        year = piece.whole(names["t"], FIRST_YEAR, LAST_YEAR)
        exporter, importer = (_codes(piece, names[side], country, rules, seen) for side in "ij")
        for row in np.flatnonzero(exporter == importer).tolist():
            piece.refuse(row, names["j"], f"{piece.columns[names['j']][row]} exports to itself")
        product = products.of_rows(piece, names["k"], asked_products)
        amount = piece.numbers(names["v"], missing=()) / 1000
        if in_tonnes:
            amount = piece.numbers(names["q"], missing=("", "NA"))
        if energy:
            amount = np.where(np.isin(product, products.chosen(asked_products)), amount, 0.0)
        pair = (year * _CODES + exporter) * _CODES + importer
        asked = np.isin(year, [when for when in np.unique(year).tolist() if rules.covers_year(when)])
        sound = np.delete(np.arange(len(piece)), list(piece.wrong))
        products.note_chapters(year[asked], product[asked])
        seen.without_tonnes += int(np.isnan(amount[asked]).sum())
        whole_file.add(
            pair[asked], amount[asked], (pair * PRODUCTS + product)[sound], np.array(piece.lines)[sound]
        )
    products.refuse_rest(raw, asked_products)
    _refuse_twice(raw, whole_file)
    raw.raise_problems()
    if not energy:
        products.refuse_one_chapter(raw)
    return grouped(np.concatenate(whole_file.pairs), np.concatenate(whole_file.amounts))


def _codes(piece: Piece, name: str, country: Callable[[str], str], rules: Rules, seen: _Seen) -> Whole:
    """The codes of a column, numbered as they come."""
    texts, countries = piece.columns[name], piece.countries(name, country, rules)
    number_of = {}
    for text, iso3 in set(zip(texts, countries, strict=True)):
        number_of[text] = number = seen.place.setdefault(text.lstrip("0"), len(seen.place))
        seen.country[number] = iso3
    return np.array([number_of[text] for text in texts], dtype=np.int64)


def _refuse_twice(raw: Raw, parts: _Parts) -> None:
    """Refuse every flow of one product that stands twice in a file."""
    items = np.concatenate(parts.items)
    in_order = np.sort(items)
    if not (in_order[1:] == in_order[:-1]).any():
        return
    lines = np.concatenate(parts.lines)
    first: dict[int, int] = {}
    for item, line in zip(items.tolist(), lines.tolist(), strict=True):
        if first.setdefault(item, line) != line:
            raw.refuse(line, 1, f"has the year, countries and product of line {first[item]}; keep one")


def _remarks(seen: _Seen) -> list[str]:
    no_country = sorted(code for code, number in seen.place.items() if not seen.country[number])
    remarks = []
    if no_country:
        remarks.append(f"left out, in totals too: the codes {', '.join(no_country)}, which are no countries")
    if seen.without_tonnes:
        remarks.append(f"{seen.without_tonnes:,} rows have no tonnes, so that their flow is missing")
    return remarks


def ingest(indicator: str, raws: Sequence[Raw], companions: Sequence[Raw], rules: Rules) -> Ingested:
    """Figures of trade or energy trade; see the head of this file."""
    energy = indicator == "energy_trade"
    in_tonnes = energy and rules.amount == "quantity"
    source = released(raws)
    all_flows, remarks = read(raws, rules, baci_countries.reader(companions), energy)
    return flows.ingested(
        indicator,
        FORMAT.name,
        source,
        all_flows,
        rules,
        unit="tonnes" if in_tonnes else "million USD",
        definition=definition(energy, rules),
        limits=f"{LIMITS} {LIMITS_OF_TONNES}" if in_tonnes else LIMITS,
        direction="pooled",
        remarks=remarks,
    )


def definition(energy: bool, rules: Rules) -> str:
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


def released(raws: Sequence[Raw]) -> Source:
    """The source with the release that the names of the files tell.

    Raises
    ------
    InputError
        If they tell more than one.
    """
    releases = {raw.place: " ".join(found.groups()) for raw in raws if (found := _NAME.search(raw.path.name))}
    if len(set(releases.values())) > 1:
        message = "releases and revisions of the Harmonized System must not be mixed; give files of one"
        raise InputError(
            Problem(place, 0, 0, f"is {release}; {message}") for place, release in releases.items()
        )
    return SOURCE.model_copy(update={"vintage": next(iter(releases.values()))}) if releases else SOURCE


FORMAT = Format(
    name="baci",
    indicators=("trade", "energy_trade"),
    looks="t,i,j,k,v,q",
    source=SOURCE,
    find_header=header_with(*"tijkvq"),
    ingest=ingest,
    companions=("baci_countries",),
)
