"""Dates of events as located cells: known to the day, the month or the year."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Sequence
from itertools import chain
from typing import Literal

from bci.model.definitions import FIRST_YEAR, LAST_YEAR
from bci.sources.raw import Piece

Order = Literal["month", "day", ""]

# Parquet and pandas write midnight beside the day.
_ISO = re.compile(r"([0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?)(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_SLASHED = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")


def slashed_order(pieces: Sequence[Piece], names: Sequence[str]) -> Order:
    """Whether dates with slashes name the month or the day first, as spreadsheets save them.

    It is the one order in which all of them are dates; empty where both or neither will do.
    """
    cells = chain.from_iterable(piece.columns[name] for piece in pieces for name in names)
    slashed = [found for text in set(cells) if (found := _SLASHED.fullmatch(text))]
    month = all(int(found[1]) <= 12 for found in slashed)
    day = all(int(found[2]) <= 12 for found in slashed)
    return "" if month == day else "month" if month else "day"


def read_date(text: str, order: Order) -> str:
    """A date as ``2003``, ``2003-08`` or ``2003-08-06``; empty if it is none.

    Examples
    --------
    >>> read_date("2003-08", ""), read_date("8/6/2003", "month"), read_date("2003-08-06 00:00:00", "")
    ('2003-08', '2003-08-06', '2003-08-06')
    """
    plain = _ISO.fullmatch(text)
    slashed = _SLASHED.fullmatch(text)
    if slashed and order:
        month, day = (slashed[1], slashed[2]) if order == "month" else (slashed[2], slashed[1])
        date = f"{slashed[3]}-{month:0>2}-{day:0>2}"
    elif plain:
        date = plain[1]
    else:
        return ""
    try:
        day_of = datetime.date.fromisoformat((date + "-01-01")[:10])
    except ValueError:
        return ""
    return date if FIRST_YEAR <= day_of.year <= LAST_YEAR else ""


def dates(piece: Piece, name: str, order: Order, missing: Collection[str] = ("",)) -> list[str | None]:
    """A column of dates, None where missing; what is no date is refused, and then stands as ``""``."""
    found: list[str | None] = []
    for row, text in enumerate(piece.columns[name]):
        found.append(None if text in missing else read_date(text, order))
        if found[-1] == "":
            either = _SLASHED.fullmatch(text) and not order
            hint = "may name the month or the day first" if either else "is no date"
            piece.refuse(row, name, f"{text!r} {hint}; write 2003, 2003-08 or 2003-08-06")
    return found


def refuse_early_end(piece: Piece, row: int, name: str, begin: str, end: str) -> None:
    """Refuse an end before the begin, as far as both are known."""
    known = min(len(begin), len(end))
    if end[:known] < begin[:known]:
        piece.refuse(row, name, f"{end} lies before the begin, {begin}; mend one")
