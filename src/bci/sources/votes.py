"""Roll calls of the General Assembly: who voted how in each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Votes as Voeten codes them; 0 stands for no record.
YES, ABSTAIN, NO, ABSENT, NO_MEMBER = 1, 2, 3, 8, 9


@dataclass(frozen=True, eq=False)
class Votes:
    """Roll calls and the votes in them.

    Attributes
    ----------
    countries
        ISO3 codes in alphabetical order.
    vote
        Shape ``(roll calls, countries)``: 1 yes, 2 abstain, 3 no, 8 absent, 9 no member, 0 no record.
    session
        Shape ``(roll calls,)``: the regular session a roll call belongs to.
    calendar_year
        Shape ``(roll calls,)``: the year of its date.
    amendment
        Shape ``(roll calls,)``: whether it was on an amendment or a single paragraph.
    """

    countries: tuple[str, ...]
    vote: NDArray[np.int8]
    session: NDArray[np.int64]
    calendar_year: NDArray[np.int64]
    amendment: NDArray[np.bool_]
