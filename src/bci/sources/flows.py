"""Directed flows between countries, year by year -> figures of dyads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Flows:
    """What went from each country to each other one.

    Attributes
    ----------
    countries
        ISO3 codes in alphabetical order.
    years
        In order.
    amount
        Shape ``(years, exporters, importers)``: NaN where unknown, 0 only where the source covers the
        flow and has none. The diagonal is NaN.
    exports, imports
        Shape ``(years, countries)``: each country's totals as the source gives them; None where they are the
        sums of its known flows.
    """

    countries: tuple[str, ...]
    years: tuple[int, ...]
    amount: Array
    exports: Array | None = None
    imports: Array | None = None
