"""The missing rules: when a parent (a dimension, the index) of which members are missing has no score."""

from __future__ import annotations

import numpy as np

from bci.arrays import Array, Mask
from bci.model.bands import HAIR


def refused(missing: Mask, coverage: Array, rule: str, minimum: float) -> Mask:
    """Which rows have no score.

    Parameters
    ----------
    missing
        Shape ``(rows, members)``: which members have no score of their own.
    coverage
        Shape ``(rows,)``: share of the parent's weight that rests on data, 0..1.
    rule
        ``reweight`` refuses what rests on less than the minimum, and lets the present members stand for the
        missing ones; ``strict`` also refuses where any member is missing; ``bounds`` refuses only that, and
        tells the range of what the score could be instead.
    minimum
        Least coverage; met by a coverage that falls short by no more than rounding.

    Examples
    --------
    >>> missing, coverage = np.array([[False, False], [False, True]]), np.array([1.0, 0.5])
    >>> refused(missing, coverage, "reweight", 0.5), refused(missing, coverage, "strict", 0.5)
    (array([False, False]), array([False,  True]))
    """
    some_missing = np.asarray(missing.any(axis=1))
    if rule == "bounds":
        return some_missing
    too_little = coverage < minimum - HAIR
    return too_little | some_missing if rule == "strict" else too_little
