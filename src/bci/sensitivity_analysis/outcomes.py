"""What scores under drawn weightings come to: shares of draws, and how far chance may have moved them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bci.arrays import Array
from bci.model.periods import Span


@dataclass(frozen=True, eq=False)
class Distribution:
    """Scores of every dyad-period over the draws. Rows are those of the scores, NaN where missing.

    Attributes
    ----------
    names
        ``index`` and dimensions.
    draws
        Number of draws.
    quantiles
        Shape ``(rows, names, quantiles asked for)``.
    mean
        Shape ``(rows, names)``.
    bands
        Shape ``(rows, names, bands)``: share of draws in each band, the lowest first.
    """

    names: tuple[str, ...]
    draws: int
    quantiles: Array
    mean: Array
    bands: Array

    @property
    def bands_error(self) -> Array:
        """Standard error of `bands`."""
        return standard_error(self.bands, self.draws)


@dataclass(frozen=True, eq=False)
class Movements:
    """Shares of draws in which scores change from one period to another, both under the same draw.

    Attributes
    ----------
    names
        ``index`` and dimensions.
    draws
        Number of draws.
    pairs
        Periods from and to.
    rise, stay, fall
        Shape ``(dyads, pairs, names)``, adding up to 1; NaN where the score of either period is missing.
    """

    names: tuple[str, ...]
    draws: int
    pairs: tuple[tuple[Span, Span], ...]
    rise: Array
    stay: Array
    fall: Array


@dataclass(frozen=True, eq=False)
class Acceptability:
    """Shares of draws in which a dyad takes a rank among the dyads of a period.

    Attributes
    ----------
    name
        What is ranked: ``index`` or a dimension.
    draws
        Number of draws.
    shares
        Shape ``(periods, dyads, ranks)``, the highest score first; dyads that tie share the better rank. A
        dyad without a score is NaN, and the others rank among themselves.
    """

    name: str
    draws: int
    shares: Array


def standard_error(share: Array, draws: int) -> Array:
    r"""Standard error of a share of independent draws, :math:`\sqrt{p (1 - p) / n}`.

    It says nothing where every draw agrees: a share of 0 or 1 among n draws still allows about 3/n.
    """
    error: Array = np.sqrt(share * (1 - share) / draws)
    return error
