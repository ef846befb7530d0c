"""Correlates of War Trade, version 4.0 and earlier: ``Dyadic_COW_4.0.csv``.

The file has a row for every pair of states and year, and begins with the columns ``ccode1``, ``ccode2``,
``year``, ``importer1``, ``importer2``, ``flow1``, ``flow2``. ``flow1`` is what ``ccode1`` imports from
``ccode2``, ``flow2`` what ``ccode2`` imports from ``ccode1``, in millions of current US dollars. A zero
stands in the file as 0 and a missing flow as -9 (or as an empty cell or ``NA`` in copies made by other
programs). Smoothed and alternative flows (``smoothflow1``, ``bel_lux_alt_flow1``, ``china_alt_flow1`` and
the like) are not read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from bci.arrays import Array, Mask, Whole
from bci.countries import from_code, successor
from bci.model.definitions import FIRST_YEAR, LAST_YEAR, Source
from bci.sources import flows
from bci.sources.figures import Ingested
from bci.sources.flows import Flows
from bci.sources.format import Format, header_with
from bci.sources.raw import Piece, Raw
from bci.sources.rules import Rules
from bci.sources.states import FIRST_YEAR as FIRST_YEAR_OF
from bci.sources.states import stood
from bci.sources.trade.reports import ENOUGH, added_up, lists_partners

COLUMNS = ("ccode1", "ccode2", "year", "flow1", "flow2")
MISSING = ("", "-9", "NA")

#: States of the list that ended before 1945, of which the table of countries knows nothing: Bavaria, Baden,
#: Wuerttemberg, Austria-Hungary, and Korea to 1905.
ENDED = frozenset({"245", "267", "271", "300", "730"})

#: The year in which both states that changed their code bear the old and the new one: Germany (260, then 255)
#: and Yemen (678, then 679).
CHANGE = 1990

SOURCE = Source(
    title="Correlates of War Project Trade Data Set, dyadic trade",
    publisher="Correlates of War Project (Katherine Barbieri and Omar M. G. Keshk)",
    place="https://correlatesofwar.org/data-sets/bilateral-trade/",
    licence="free for research with citation (Barbieri and Keshk 2016)",
    vintage="not stated in the file; version 4.0 covers 1870-2014",
)

DEFINITION = """\
Geometric mean of two shares: the trade in goods between the two countries, exports plus imports, as a
share of the exports plus imports of each with all its partners. A flow is what the importer imported from
the exporter, as the Correlates of War Project compiled it. A country's exports and imports are the sums
of its flows with all partners whose flow is known, in years in which the files list at least half of the
other states as its partners, or at least half of all pairs of states; elsewhere they are missing."""
LIMITS = """\
A missing flow is missing and not zero; where one of the two flows is missing, so is the value. Totals
leave missing flows out, which makes shares too large where much is missing, and are those of the world
only where the files list the states of the world. States carry the code of
their successor: Russia is the Soviet Union before 1992, Serbia is Yugoslavia before 2006. In 1990, the
year in which Germany and Yemen changed their codes, flows listed under both codes are added up, and the
sum is missing where one of them is. Figures are in current dollars, which does not matter to shares."""


def country(code: str) -> str:
    """The country of a COW code; ``""`` for a state that ended before 1945."""
    return "" if code in ENDED else successor(from_code(code, "cow"))


@dataclass
class _Listed:
    """What was listed so far: an entry for each row of the files that counts."""

    a: list[str] = field(default_factory=list)
    b: list[str] = field(default_factory=list)
    year: list[Whole] = field(default_factory=list)
    to_a: list[Array] = field(default_factory=list)
    to_b: list[Array] = field(default_factory=list)
    rows: dict[tuple[str, str, int], tuple[set[str], str]] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)


def read(raws: Sequence[Raw], rules: Rules) -> tuple[Flows, list[str]]:
    """All flows of the files in the years asked for, and remarks on how they were read.

    Raises
    ------
    InputError
        With every wrong cell, every state with itself, and every pair of states that stands twice in a year.
    """
    listed = _Listed()
    for raw in raws:
        names = list(raw.spelt(COLUMNS).values())
        for piece in raw.pieces(names):
            _read_piece(piece, names, rules, listed)
        raw.raise_problems()
    year, to_a, to_b = (
        np.concatenate(parts or [np.empty(0)]) for parts in (listed.year, listed.to_a, listed.to_b)
    )
    entry = np.concatenate([year, year]).astype(np.int64), listed.b + listed.a, listed.a + listed.b
    all_flows = added_up(*entry, np.concatenate([to_a, to_b]))
    is_listed = ~np.isnan(added_up(*entry, np.zeros(2 * len(year))).amount)
    all_flows = replace(all_flows, lists_partners=lists_partners(is_listed))
    missing = int(np.isnan(to_a).sum() + np.isnan(to_b).sum())
    remarks = [f"{missing:,} of {2 * len(year):,} flows of the files are missing there"]
    if listed.left_out:
        codes = ", ".join(sorted(listed.left_out))
        remarks.append(f"left out, in totals too: the states with the codes {codes}")
    return all_flows, [*remarks, *_on_totals(all_flows, is_listed)]


def _on_totals(all_flows: Flows, is_listed: Mask) -> list[str]:
    """Which totals are missing because their partners are not listed, and which are sums over few of them."""
    remarks = []
    partners, summed = is_listed.sum(axis=2), np.asarray(all_flows.lists_partners)
    states = (partners > 0).sum(axis=1)
    too_few = (partners > 0) & ~summed
    if too_few.any():
        what = "the files list too few of their partners; give the whole file, and filter with --country"
        remarks.append(f"totals missing for {too_few.sum():,} country-years: {what}")
    thin = summed & (partners < ENOUGH * (states[:, None] - 1))
    if thin.any():
        remarks.append(f"totals of {thin.sum():,} country-years are sums over fewer than half of the others")
    standing = [sum(stood(state, year) for state in FIRST_YEAR_OF) for year in all_flows.years]
    few = [row for row in zip(states.tolist(), standing, all_flows.years, strict=True) if row[0] < row[1] / 2]
    if few:
        first = "{} of {} states in {}".format(*few[0])
        remarks.append(
            f"in {len(few):,} of the years the files list fewer than half of the states there were ({first})"
            "; totals are sums over these alone, and shares too large"
        )
    return remarks


def _read_piece(piece: Piece, names: Sequence[str], rules: Rules, listed: _Listed) -> None:
    first, second, year_name, flow1, flow2 = names
    a, b = piece.countries(first, country, rules), piece.countries(second, country, rules)
    year = piece.whole(year_name, FIRST_YEAR, LAST_YEAR)
    to_a, to_b = (piece.numbers(name, MISSING) for name in (flow1, flow2))
    kept = []
    for row, (ours, theirs, when) in enumerate(zip(a, b, year.tolist(), strict=True)):
        if row in piece.wrong or not rules.covers_year(when):
            continue
        if ours and theirs:
            if _is_first(piece, row, names, (ours, theirs, when), listed):
                kept.append(row)
        else:
            sides = ((first, ours), (second, theirs))
            listed.left_out |= {piece.columns[name][row] for name, side in sides if not side}
    listed.a += [a[row] for row in kept]
    listed.b += [b[row] for row in kept]
    listed.year.append(year[kept])
    listed.to_a.append(to_a[kept])
    listed.to_b.append(to_b[kept])


def _is_first(
    piece: Piece, row: int, names: Sequence[str], entry: tuple[str, str, int], listed: _Listed
) -> bool:
    """Whether a row is the only one of its two states and year; refuse it if not.

    In the year of a change, rows under the old and the new code are two parts of the year.
    """
    codes = " ".join(sorted(piece.columns[name][row].lstrip("0") for name in names[:2]))
    a, b, year = entry
    if len(set(codes.split())) == 1:
        piece.refuse(row, names[1], f"{a} with itself is no dyad; take the row out")
        return False
    place = f"{piece.raw.place}:{piece.lines[row]}"
    codes_before, first = listed.rows.setdefault((min(a, b), max(a, b), year), (set(), place))
    if codes in codes_before or (codes_before and year != CHANGE):
        piece.refuse(row, names[1], f"{a} and {b} in {year} stand in {first} already; keep one row")
        return False
    codes_before.add(codes)
    return True


def ingest(indicator: str, raws: Sequence[Raw], companions: Sequence[Raw], rules: Rules) -> Ingested:
    """Figures of trade; see the head of this file."""
    all_flows, remarks = read(raws, rules)
    return flows.ingested(
        indicator,
        FORMAT.name,
        SOURCE,
        all_flows,
        rules,
        unit="million USD",
        definition=DEFINITION,
        limits=LIMITS,
        direction="pooled",
        remarks=remarks,
    )


FORMAT = Format(
    name="cow_trade",
    indicators=("trade",),
    looks="ccode1,ccode2,year,importer1,importer2,flow1,flow2,...",
    source=SOURCE,
    find_header=header_with(*COLUMNS),
    ingest=ingest,
)
