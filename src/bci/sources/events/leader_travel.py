"""Journeys of leaders -> official visits: the COLT data, or a plain list in that manner.

COLT is Country and Organizational Leader Travel (Moyer et al. 2025). What is read here was seen in public
code that reads the release of 17 March 2025, and in what it puts out: the names of the columns, the eight
codes of ``LeaderRole``, Yes and No as the only marks, ``TBD`` where a figure is wanting, and English names of
countries, among them "Soviet Union", "Congo-Kinshasa", "Crimea", "Northern Cyprus" and "Unknown". How its
dates are written was not seen, so that 2003-08-06 and either order with slashes are read. Its codes of
countries were not seen either, and are not read.

References
----------
Moyer, Jonathan D., et al. 2025. When Heads of Government and State (HOGS) Fly: Introducing the Country and
Organizational Leader Travel (COLT) Dataset Measuring Foreign Travel by HOGS. International Studies Quarterly
69 (2). doi:10.1093/isq/sqaf013. Data: doi:10.7910/DVN/87YG4K.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bci.countries import name as country_name
from bci.model.definitions import FIRST_YEAR, LAST_YEAR, Grade, Source
from bci.sources.events.counting import Entry
from bci.sources.events.dates import Order, dates, refuse_early_end, slashed_order
from bci.sources.events.entries import (
    About,
    Located,
    counted,
    each,
    grades,
    refuse_repeated,
    refuse_unknown,
    state,
    texts,
)
from bci.sources.figures import Ingested
from bci.sources.format import Format
from bci.sources.raw import Piece, Raw, raise_all
from bci.sources.rules import Rules

#: Codes of offices; a plain list may also write the words.
ROLES = {
    "gs": "head of state and government",
    "s": "head of state",
    "g": "head of government",
    "de facto": "de facto leader",
    "f": "foreign minister",
    "e": "finance minister",
    "cp": "crown prince",
    "i": "leader of an organisation",
}
ORGANISATION = ROLES["i"]
#: Heads of state and of government, who count where the rules choose no levels.
HEADS = ("head of state and government", "head of state", "head of government", "de facto leader")
ANY = "leader"  # The office, where a list does not name it.
KIND = "journey"


@dataclass(frozen=True)
class Layout:
    """Where a list of journeys says what.

    Attributes
    ----------
    needed
        The columns it is recognised by.
    columns
        The column of each thing that is read; those not needed may be wanting.
    unknown
        What stands in a cell for a date that is not known.
    beside
        Places that are listed beside countries.
    grade, zero_grade
        The quality of a journey that has no grade of its own, and of a year without one.
    """

    needed: tuple[str, ...]
    columns: Mapping[str, str]
    unknown: tuple[str, ...]
    beside: tuple[str, ...]
    grade: Grade
    zero_grade: Grade


COLT = Layout(
    needed=("LeaderCountryOrIGO", "LeaderRole", "CountryVisited", "TripYear", "TripStartDate"),
    columns={
        "country": "LeaderCountryOrIGO",
        "position": "LeaderRole",
        "leader": "LeaderFullName",
        "visited": "CountryVisited",
        "year": "TripYear",
        "date": "TripStartDate",
        "date_end": "TripEndDate",
        "multilateral": "AttendedMultilatEvent",
        "source": "SourceLink1",
        "note": "NameMultilatEvent",
    },
    unknown=("", "TBD", "Unknown"),
    beside=("Unknown", "Crimea", "Northern Cyprus"),
    grade="A",
    zero_grade="B",
)
_NEEDED = ("leader", "country", "visited", "date")
_WANTED = ("date_end", "position", "place", "multilateral", "source", "note", "quality")
PLAIN = Layout(_NEEDED, {name: name for name in (*_NEEDED, *_WANTED)}, (), (), "C", "C")


def _layout(header: Sequence[str]) -> Layout | None:
    names = {cell.strip().casefold() for cell in header}
    return next((layout for layout in (COLT, PLAIN) if names >= set(map(str.casefold, layout.needed))), None)


def ingest(indicator: str, raws: Sequence[Raw], companions: Sequence[Raw], rules: Rules) -> Ingested:
    """Journeys of leaders -> counts of dyad-years; see `bci.sources.events.entries.counted` for what counts.

    A journey of the leader of A to B is an event of A-B; journeys there and back are two. Heads of state and
    of government count, other leaders where ``rules.levels`` names their office or its code. Leaders of
    organisations belong to no country, and are left out. Entries of one office and one country visited that
    follow each other within ``rules.same_within`` days are one journey.

    A former state is the one that carries it on: the Soviet Union is Russia. Several files are one list, and
    may not hold the same entry.

    COLT is a census of journeys, so that ``--covers all`` is meant for it: its entries have quality A, and
    years without one, read from absence, B. A plain list has C for both where it does not say.

    A plain list has the columns ``leader``, ``country``, ``visited`` and ``date``,
    and if wanted ``date_end``, ``position`` (a code of COLT or its words; all count where there is no such
    column), ``place``, ``multilateral`` (yes or no), ``source``, ``note`` and ``quality``.

    Raises
    ------
    InputError
        With everything that is wrong in any of the files.
    """
    remarks: list[str] = []
    rows = [(raw, list(_entries(raw, rules, remarks))) for raw in raws]
    refuse_repeated(rows)
    raise_all(raws)
    lists = [[entry for _, entry in located] for _, located in rows]
    for raw, entries in zip(raws, lists, strict=True):
        if rules.multilateral == "exclude" and not any(entry.multilateral for entry in entries):
            remarks.append(f"{raw.path.name}: marks no journey as multilateral, so that none is left out")
    listed = {entry.level for entries in lists for entry in entries}
    chosen = tuple(ROLES.get(level.casefold(), level) for level in rules.levels)
    refuse_unknown("--level", chosen, listed, "offices in the list")
    levels = chosen or tuple(level for level in (*HEADS, ANY) if level in listed) or HEADS
    layouts = [layout for raw in raws if (layout := _layout(raw.header))]
    return counted(
        indicator,
        FORMAT.name,
        FORMAT.source if COLT in layouts else _PLAIN_SOURCE,
        lists,
        replace(rules, levels=levels),
        About(
            "Number of journeys, begun in the year, of a leader of one of the two countries to the other: "
            f"{', '.join(levels)}. The unit is the journey, not the meeting: whom the leader met does not "
            "matter, and meetings in third countries do not count.",
            "journeys a year",
            "Journeys are as the list has them. One to a meeting of an organisation, such as the United "
            "Nations in New York, counts towards the country it leads to, unless multilateral journeys are "
            "left out; then so is one on which the leader also met the host.",
            (_REFERENCE,) if COLT in layouts else (),
            max(layout.zero_grade for layout in layouts),
        ),
        remarks,
    )


def _entries(raw: Raw, rules: Rules, remarks: list[str]) -> Iterator[Located]:
    layout = _layout(raw.header) or PLAIN
    spellings = raw.spelt(layout.columns.values())
    at = {what: spellings[name] for what, name in layout.columns.items() if name in spellings}
    pieces = list(raw.pieces(list(at.values())))
    order = slashed_order(pieces, [at[what] for what in ("date", "date_end") if what in at])
    organisations = 0
    for whole in pieces:
        offices = each(whole, at["position"], _office, "") if "position" in at else [ANY] * len(whole)
        kept = [row for row, office in enumerate(offices) if office != ORGANISATION]
        organisations += len(whole) - len(kept)
        piece = whole.rows(kept)
        homes = piece.countries(at["country"], state, rules)
        hosts = piece.countries(
            at["visited"], lambda text: "" if text in layout.beside else state(text), rules
        )
        begins = _begins(piece, at, layout, order)
        ends = dates(piece, at["date_end"], order, {"", *layout.unknown}) if "date_end" in at else begins
        multilateral = (
            each(piece, at["multilateral"], _mark, False) if "multilateral" in at else [False] * len(piece)
        )
        quality = grades(piece, at.get("quality"), layout.grade)
        words = {
            what: texts(piece, at.get(what)) for what in ("leader", "visited", "place", "source", "note")
        }
        for row, begin in enumerate(begins):
            end = (ends[row] or "") if "date_end" in at else ""
            refuse_early_end(piece, row, at.get("date_end", ""), begin, end)
            if begin:
                entry = Entry(
                    begin,
                    end,
                    tuple(sorted({homes[row], hosts[row]} - {""})),
                    KIND,
                    offices[kept[row]],
                    hosts[row] and country_name(hosts[row]),
                    f"{words['leader'][row]} in {words['place'][row] or words['visited'][row]}".strip(),
                    "; ".join(filter(None, (words["source"][row], words["note"][row]))),
                    quality[row],
                    multilateral[row],
                )
                yield piece.lines[row], entry
    if organisations:
        remarks.append(f"{raw.path.name}: {organisations:,} journeys of leaders of organisations left out")


def _office(text: str) -> str:
    office = ROLES.get(text.casefold(), text.casefold())
    if office not in ROLES.values():
        allowed = ", ".join(f"{code.upper()} ({office})" for code, office in ROLES.items())
        raise ValueError(f"{text!r} is no office; give one of {allowed}")
    return office


def _mark(text: str) -> bool:
    if text.casefold() not in ("yes", "no", ""):
        raise ValueError(f"{text!r} is not allowed; give Yes or No, or leave it empty")
    return text.casefold() == "yes"


def _begins(piece: Piece, at: Mapping[str, str], layout: Layout, order: Order) -> list[str]:
    """Dates of departure; the year alone where only that is known."""
    days = dates(piece, at["date"], order, layout.unknown)
    if "year" not in at:
        return [day or "" for day in days]
    years = piece.whole(at["year"], FIRST_YEAR, LAST_YEAR).tolist()
    for row, (day, year) in enumerate(zip(days, years, strict=True)):
        if day and row not in piece.wrong and int(day[:4]) != year:
            piece.refuse(row, at["year"], f"{year} is not the year of {at['date']}, {day}; mend one")
    return [str(year) if day is None else day for day, year in zip(days, years, strict=True)]


_REFERENCE = (
    "Moyer, Jonathan D., et al. 2025. When Heads of Government and State (HOGS) Fly: Introducing the Country "
    "and Organizational Leader Travel (COLT) Dataset Measuring Foreign Travel by HOGS. International Studies "
    "Quarterly 69 (2). doi:10.1093/isq/sqaf013."
)
_PLAIN_SOURCE = Source(
    title="List of leaders' journeys",
    publisher="whoever put the list together",
    place="a file of the user",
    licence="as the list says",
    vintage="",
)
FORMAT = Format(
    name="leader_travel",
    indicators=("official_visits",),
    looks="LeaderCountryOrIGO,LeaderRole,CountryVisited,TripYear,TripStartDate ... (COLT), or "
    "leader,country,visited,date (and, if wanted, date_end, position, place, multilateral, source, note, "
    "quality)",
    source=Source(
        title="Country and Organizational Leader Travel (COLT)",
        publisher="Frederick S. Pardee Institute for International Futures, University of Denver",
        place="https://doi.org/10.7910/DVN/87YG4K",
        licence="as the place of download says",
        vintage="",
    ),
    find_header=lambda rows: 0 if rows and _layout(rows[0]) else None,
    ingest=ingest,
    encoding="latin-1",
)
