"""A list of events that somebody put together -> military exercises, official visits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bci.errors import CountryError
from bci.model.definitions import Source
from bci.sources.events.counting import Entry
from bci.sources.events.dates import dates, refuse_early_end, slashed_order
from bci.sources.events.entries import (
    MARKS,
    About,
    Located,
    counted,
    grades,
    refuse_repeated,
    refuse_unknown,
    state,
    texts,
)
from bci.sources.figures import Ingested
from bci.sources.format import Format, header_with
from bci.sources.raw import CHOICE, Piece, Raw, raise_all, read_country
from bci.sources.rules import Rules

INDICATORS = ("military_exercises", "official_visits")
COLUMNS = ("date", "participants", "kind", "level", "place", "source")
OPTIONAL = ("date_end", "name", "quality", "note", "indicator")

_ABOUT = {
    "military_exercises": (
        "exercises",
        "Number of exercises, as the list has them, begun in the year in which both countries took part, "
        "alone or together with others.",
    ),
    "official_visits": (
        "visits",
        "Number of visits and meetings, as the list has them, begun in the year in which both countries took "
        "part, alone or together with others.",
    ),
}
_LIMITS = "Counts depend on the list and on its rules; whether it is complete, the list itself must say."


def belongs(raw: Raw) -> str:
    """Which indicator a list of events is for: what its column indicator says, else how its name begins.

    Raises
    ------
    InputError
        If neither says it, or the column says more than one.
    """
    named = ""
    for name in raw.spelt(["indicator"]).values():
        for piece in raw.pieces([name]):
            for row, text in enumerate(piece.columns[name]):
                if text not in INDICATORS:
                    piece.refuse(row, name, f"{text!r} is not allowed; give {' or '.join(INDICATORS)}")
                elif named and text != named:
                    piece.refuse(row, name, f"{text} after {named}; give each indicator a file of its own")
                else:
                    named = text
        raw.raise_problems()
    named = named or next((name for name in INDICATORS if raw.path.name.casefold().startswith(name)), "")
    if not named:
        remedy = (
            f"give the file a column indicator with {' or '.join(INDICATORS)}, or a name that begins with one"
        )
        raw.refuse(raw.header_line, 1, f"belongs to no indicator: {remedy} of them")
        raw.raise_problems()
    return named


def ingest(indicator: str, raws: Sequence[Raw], companions: Sequence[Raw], rules: Rules) -> Ingested:
    """Lists of events -> counts of dyad-years; see `bci.sources.events.entries.counted` for what counts.

    Each row is an event: ``date`` (2003, 2003-08 or 2003-08-06, or with slashes as spreadsheets save it),
    ``participants`` (two or more names or codes of countries, separated by ``;``), ``kind``, ``level``,
    ``place``, ``source`` (text or ids, kept in the note), and if wanted ``date_end``, ``name``, ``quality``
    (A, B or C; C where the list does not say), ``note``, ``indicator``. Other columns are not read.

    A former state is the one that carries it on: "USSR" is Russia, "Yugoslavia" Serbia. Several files are
    one list; they may not hold the same entry.

    A year without an event is 0 from the first entry of a file to its last, or in ``rules.covers_years``, for
    the dyads that the list names, or as the rules say, with quality C: that nobody listed an event is a
    weaker statement than that somebody did.

    Raises
    ------
    InputError
        With everything that is wrong in any of the lists.
    """
    mine = [raw for raw in raws if belongs(raw) == indicator]
    rows = [(raw, list(_entries(raw, rules))) for raw in mine]
    refuse_repeated(rows)
    raise_all(mine)
    lists = [[entry for _, entry in located] for _, located in rows]
    levels = {entry.level for entries in lists for entry in entries}
    refuse_unknown("--level", rules.levels, levels, "levels in the list")
    unit, definition = _ABOUT[indicator]
    return counted(
        indicator,
        f"{indicator}_list",
        FORMAT.source,
        lists,
        rules,
        About(definition, f"{unit} a year", _LIMITS),
        [remark for raw in mine for remark in _not_read(raw)],
    )


def _entries(raw: Raw, rules: Rules) -> Iterator[Located]:
    at = raw.spelt((*COLUMNS, *OPTIONAL))
    pieces = list(raw.pieces(list(at.values())))
    dated = [at[name] for name in ("date", "date_end") if name in at]
    order = slashed_order(pieces, dated)
    for piece in pieces:
        begins = dates(piece, at["date"], order, missing=())
        ends = dates(piece, at["date_end"], order) if "date_end" in at else [None] * len(piece)
        quality = grades(piece, at.get("quality"), "C")
        columns = {name: texts(piece, at.get(name)) for name in (*COLUMNS, *OPTIONAL)}
        for row in range(len(piece)):
            begin, end = begins[row] or "", ends[row] or ""
            refuse_early_end(piece, row, at.get("date_end", ""), begin, end)
            kind = columns["kind"][row]
            if not kind:
                piece.refuse(row, at["kind"], "is empty; every event needs one")
            elif any(mark in kind for mark in MARKS):
                piece.refuse(row, at["kind"], f"{kind!r} reads as if it did not count; use other words")
            states, given = _participants(piece, row, at["participants"], rules)
            if begin:
                entry = Entry(
                    begin,
                    end,
                    states,
                    kind,
                    columns["level"][row],
                    columns["place"][row],
                    columns["name"][row],
                    "; ".join(filter(None, (columns["source"][row], columns["note"][row]))),
                    quality[row],
                    multilateral=given > 2,
                )
                yield piece.lines[row], entry


def _participants(piece: Piece, row: int, name: str, rules: Rules) -> tuple[tuple[str, ...], int]:
    """The countries among those who took part, and how many did."""
    words = [word.strip() for word in piece.columns[name][row].split(";")]
    states: list[str] = []
    for word in filter(None, words):
        code = read_country(word, state, rules)
        if isinstance(code, CountryError):
            hint = "separate countries by ';'; an organisation is none, so name its members that took part"
            piece.refuse(row, name, f"{code} ({hint}) {CHOICE}")
        elif code in states:
            piece.refuse(row, name, f"{word!r} is {code}, who stands here already; keep one")
        elif code:
            states.append(code)
    given = sum(map(bool, words))
    if given < 2:
        piece.refuse(row, name, "names fewer than two countries; separate those who took part by ';'")
    return tuple(sorted(states)), given


def _not_read(raw: Raw) -> Iterator[str]:
    others = [name for name in raw.header if name.casefold() not in (*COLUMNS, *OPTIONAL)]
    if others:
        yield f"{raw.path.name}: not read are the columns {', '.join(others)}"


FORMAT = Format(
    name="event_list",
    indicators=INDICATORS,
    looks=f"{','.join(COLUMNS)} (and, if wanted, {', '.join(OPTIONAL)})",
    source=Source(
        title="List of events",
        publisher="whoever put the list together",
        place="a file of the user",
        licence="as the list says",
        vintage="",
    ),
    find_header=header_with(*COLUMNS),
    ingest=ingest,
    belongs=belongs,
)
