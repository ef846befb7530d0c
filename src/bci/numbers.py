"""Scores, shares and changes as people read them: the one place that turns a number into text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeGuard

#: What stands where there is no number.
MISSING = "-"
#: Marks a score that rests on partial data.
PARTIAL = "*"


def score(
    value: float | None, band: str | None = None, *, partial: bool = False, digits: int = 3, zero: bool = True
) -> str:
    """A score with its mark and its band, e.g. ``0.648* enhanced``.

    Parameters
    ----------
    value
        The score; a dash where it is missing.
    band
        Its band, in a word or its initial.
    partial
        Whether it rests on partial data.
    zero
        Whether the leading zero stands; scores cannot exceed 1, and wide tables leave it out.

    Examples
    --------
    >>> score(0.6484, "enhanced", partial=True), score(0.6484, zero=False), score(None)
    ('0.648* enhanced', '.648', '-')
    """
    if is_missing(value):
        return MISSING
    text = f"{value:.{digits}f}"
    if not zero:
        text = _without_zero(text)
    return f"{text}{PARTIAL if partial else ''}{f' {band}' if band else ''}"


def number(value: float | None, digits: int = 3) -> str:
    """A number, rounded; a dash where it is missing."""
    return f"{value:.{digits}f}" if is_known(value) else MISSING


def signed(value: float | None, digits: int = 3) -> str:
    """A change, with its sign; what rounds to nothing is none.

    Examples
    --------
    >>> signed(0.05), signed(-0.0001)
    ('+0.050', '+0.000')
    """
    return f"{value:+z.{digits}f}" if is_known(value) else MISSING


def percent(share: float | None) -> str:
    """A share in per cent, never rounded to all or nothing unless it is.

    Examples
    --------
    >>> percent(0.254), percent(0.003), percent(0.0001), percent(1.0)
    ('25%', '0.3%', 'under 0.1%', '100%')
    """
    if not is_known(share):
        return MISSING
    if 0 < share <= 0.005 or 0.995 <= share < 1:
        return f"{share:.1%}" if 0.0005 < share < 0.9995 else ("over 99.9%" if share > 0.5 else "under 0.1%")
    return f"{share:.0%}"


def ends(low: float, high: float, digits: int = 2) -> tuple[str, str]:
    """A range, rounded outwards: it holds every number that it stands for.

    Examples
    --------
    >>> ends(0.1267, 0.5712)
    ('0.12', '0.58')
    >>> ends(0.1 + 0.2, 1.0)
    ('0.30', '1.00')
    """
    # What is a round number but for the last bits of its sum stays where it is.
    down, up = (round(end * 10**digits, 9) for end in (low, high))
    return f"{math.floor(down) / 10**digits:.{digits}f}", f"{math.ceil(up) / 10**digits:.{digits}f}"


def between(low: float | None, high: float | None, digits: int = 2, *, zero: bool = True) -> str:
    """A range, e.g. ``0.12-0.58``, rounded outwards as `ends` has it; a dash where it is missing."""
    if not (is_known(low) and is_known(high)):
        return MISSING
    return "-".join(end if zero else _without_zero(end) for end in ends(low, high, digits))


def percentile(value: float | None) -> str:
    """A percentile with as many digits as tell the first of very many from the next."""
    if not is_known(value):
        return MISSING
    return f"{value:.0f}" if value in (0, 100) else f"{value:.2f}"


def listed(words: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def is_known(value: float | None) -> TypeGuard[float]:
    """Whether there is a number: neither None nor NaN."""
    return value is not None and not math.isnan(value)


def is_missing(value: float | None) -> bool:
    """Whether there is none."""
    return not is_known(value)


def _without_zero(text: str) -> str:
    """A number from 0 to 1 in as many characters whatever it is: ``.648``, ``1.00``."""
    return text[1:] if text.startswith("0") else text[:-1]
