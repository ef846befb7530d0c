"""Which years a score is the mean of."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bci.errors import InputError
from bci.model.definitions import FIRST_YEAR, LAST_YEAR
from bci.model.scheme import Periods, Tiling, span_faults

Span = tuple[int, int]

_SPAN = re.compile(r"\s*([0-9]{4})(?:-([0-9]{4}))?\s*")
_HOW = "give annual, decade, a length such as 5-year, or spans such as 1992-1999,2000-2019"


def label(span: Span) -> str:
    """``1992-1995``, or ``1992`` for a single year.

    Examples
    --------
    >>> label((1992, 1995)), label((2012, 2012))
    ('1992-1995', '2012')
    """
    start, end = span
    return str(start) if start == end else f"{start}-{end}"


def spans(
    periods: Periods,
    years: Span,
    *,
    period: str | Sequence[Span] | None = None,
    start: int | None = None,
    end: int | None = None,
) -> list[Span]:
    """The periods to score.

    Parameters
    ----------
    periods
        What the scheme says.
    years
        First and last year of the data; they bound ``annual`` periods where the scheme names no years.
    period
        What the user says instead: ``annual``, ``decade``, ``N-year``, ``FROM-TO,...``, or the spans.
    start, end
        First and last year, instead of the scheme's. A last period may be shorter than the others.

    Raises
    ------
    InputError
        If `period` cannot be read, overlaps itself or leaves the years 1800-2200, or nothing is left.

    Examples
    --------
    >>> tiling = Tiling(length=4, from_=1992, to=1999)
    >>> spans(tiling, (1990, 2023))
    [(1992, 1995), (1996, 1999)]
    >>> spans(tiling, (1990, 2023), period="decade", end=2001)
    [(1992, 1999), (2000, 2001)]
    """
    first, last = years
    if isinstance(periods, Tiling):
        first, last = periods.from_, periods.to
    elif isinstance(periods, list):
        first, last = periods[0][0], periods[-1][1]
    first, last = first if start is None else start, last if end is None else end
    if last < first:
        raise InputError.at("years", f"the years run from {first} to {last}; nothing lies between")
    if first < FIRST_YEAR or last > LAST_YEAR:
        message = f"the years run from {first} to {last}; stay within {FIRST_YEAR}-{LAST_YEAR}"
        raise InputError.at("years", message)

    wanted = _read(period, periods)
    if isinstance(wanted, list):
        # Spans that somebody wrote out are taken whole; only what lies outside --from/--to is left out.
        kept = [(a, b) for a, b in wanted if (start is None or a >= start) and (end is None or b <= end)]
        if not kept:
            raise InputError.at("years", f"none of {', '.join(map(label, wanted))} lies inside")
        return kept
    length, by_calendar = wanted
    origin = first - first % length if by_calendar else first
    return [(max(a, first), min(a + length - 1, last)) for a in range(origin, last + 1, length)]


def single(wanted: str | Span) -> Span:
    """One period as a user gives it.

    Examples
    --------
    >>> single("1992-1995"), single("2012"), single((1992, 1995))
    ((1992, 1995), (2012, 2012), (1992, 1995))
    """
    if isinstance(wanted, str):
        match = _SPAN.fullmatch(wanted)
        if match is None:
            raise InputError.at("period", f"{wanted!r} is no period; write 1992-1995, or a single year")
        wanted = _span(match)
    return _checked([wanted])[0]


def _read(period: str | Sequence[Span] | None, periods: Periods) -> list[Span] | tuple[int, bool]:
    """Spans written out, or a length and whether periods begin at its multiples, as decades do."""
    if period is None:
        if isinstance(periods, Tiling):
            return periods.length, False
        return (1, False) if periods == "annual" else list(periods)
    if not isinstance(period, str):
        return _checked(list(period))
    if period == "annual":
        return 1, False
    if period == "decade":
        return 10, True
    if match := re.fullmatch(r"([1-9][0-9]{0,2})-years?", period):
        return int(match[1]), False
    parts = [_SPAN.fullmatch(part) for part in period.split(",")]
    if not all(parts):
        raise InputError.at("period", f"{period!r} cannot be read; {_HOW}")
    return _checked([_span(part) for part in parts if part])


def _span(match: re.Match[str]) -> Span:
    return int(match[1]), int(match[2] or match[1])


def _checked(wanted: list[Span]) -> list[Span]:
    messages = [message for _, message in span_faults(wanted)]
    messages += [
        f"period {label(span)} leaves the years {FIRST_YEAR}-{LAST_YEAR}"
        for span in wanted
        if span[0] < FIRST_YEAR or span[1] > LAST_YEAR
    ]
    if not wanted:
        raise InputError.at("period", _HOW)
    InputError.all("period", messages)
    return wanted
