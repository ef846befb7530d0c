"""Dates of events as located cells: known to the day, the month or the year."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Sequence
from itertools import chain
from typing import Literal

from bci.model.definitions import FIRST_YEAR, LAST_YEAR
from bci.sources.events.entries import each
from bci.sources.raw import Piece

Order = Literal["month", "day", ""]

HOW = "write 2003, 2003-08 or 2003-08-06"

# Parquet and pandas write midnight beside the day.
_ISO = re.compile(r"([0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?)(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_SLASHED = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")


def slashed_order(pieces: Sequence[Piece], names: Sequence[str]) -> Order:
    """Whether dates with slashes name the month or the day first, as spreadsheets save them.

    It is the one order in which all of them are dates; empty where both or neither will do.
    """
    texts = chain.from_iterable(piece.columns[name].words for piece in pieces for name in names)
    slashed = [date for text in texts if (date := _SLASHED.fullmatch(text))]
    month, day = (all(int(date[part]) <= 12 for date in slashed) for part in (1, 2))
    return "" if month == day else "month" if month else "day"


def read_date(text: str, order: Order) -> str:
    """A date as ``2003``, ``2003-08`` or ``2003-08-06``.

    Raises
    ------
    ValueError
        If it is none, or could be two.

    Examples
    --------
    >>> read_date("2003-08", ""), read_date("8/6/2003", "month"), read_date("2003-08-06 00:00:00", "")
    ('2003-08', '2003-08-06', '2003-08-06')
    """
    slashed = _SLASHED.fullmatch(text)
    if slashed and not order:
        raise ValueError(f"{text!r} may name the month or the day first; {HOW}")
    iso = _ISO.fullmatch(text)
    date = iso[1] if iso else ""
    if slashed:
        month, day = (slashed[1], slashed[2]) if order == "month" else (slashed[2], slashed[1])
        date = f"{slashed[3]}-{month:0>2}-{day:0>2}"
    try:
        year = datetime.date.fromisoformat((date + "-01-01")[:10]).year
    except ValueError:
        year = 0
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"{text!r} is no date; {HOW}")
    return date


def dates(piece: Piece, name: str, order: Order, missing: Collection[str] = ("",)) -> list[str | None]:
    """A column of dates, None where missing; what is no date is refused, and then stands as ``""``."""

    def read(text: str) -> str | None:
        return None if text in missing else read_date(text, order)

    return each(piece, name, read, "")


def refuse_early_end(piece: Piece, row: int, name: str, begin: str, end: str) -> None:
    """Refuse an end before the begin, as far as both are known."""
    known = min(len(begin), len(end))
    if end[:known] < begin[:known]:
        piece.refuse(row, name, f"{end} lies before the begin, {begin}; mend one")
