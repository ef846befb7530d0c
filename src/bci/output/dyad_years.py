"""The dyad-years behind scores, in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bci.data.dyads import KEY
from bci.scoring.scores import Scores


@dataclass(frozen=True, eq=False)
class Years:
    """The dyad-years of the dyads that are scored, dyad by dyad in order of years.

    Attributes
    ----------
    row
        Which rows of the data they are.
    number, year
        Number of the dyad among those scored, and year.
    """

    row: NDArray[np.int64]
    number: NDArray[np.int64]
    year: NDArray[np.int64]

    def span(self, number: int, start: int, end: int) -> tuple[int, int]:
        """First of the rows of a dyad in a span of years, and the one after the last."""
        own = slice(*np.searchsorted(self.number, [number, number + 1]))
        first, after = np.searchsorted(self.year[own], [start, end + 1])
        return own.start + int(first), own.start + int(after)


def years_of(scores: Scores) -> Years:
    """The dyad-years of the dyads that are scored."""
    number = scores.rows.only(scores.dyads).number
    order = np.lexsort((scores.rows.year, number))
    order = order[number[order] >= 0]
    return Years(order, number[order], scores.rows.year[order])


def value_columns(scores: Scores) -> dict[str, NDArray[Any]]:
    """Values of the dyads that are scored, one row a dyad-year, one column an indicator."""
    years = years_of(scores)
    dyads = np.array(scores.dyads, dtype=object).reshape(-1, 2)[years.number]
    labels = dict(zip(KEY, (dyads[:, 0], dyads[:, 1], years.year), strict=True))
    return {**labels, **dict(zip(scores.scheme.indicators, scores.matrix[years.row].T, strict=True))}
