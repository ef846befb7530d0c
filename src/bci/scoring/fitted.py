"""The scales in force with the numbers they were fitted to, for those who apply them elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from bci.model import scales
from bci.model.definitions import options
from bci.model.scheme import scale_of
from bci.scoring.scores import Scores


@dataclass(frozen=True)
class Fitted:
    """A scale as a formula of `bci.model.scales` and its numbers.

    Attributes
    ----------
    formula
        ``anchors``, ``goalposts`` (``min_max`` fits to these), ``z_score``, ``percentile_rank`` or ``rank``.
    numbers
        What the formula takes besides the values: ``points``; ``lower`` and ``upper``; ``mean``,
        ``deviation``, ``centre`` and ``spread``; the ``reference`` values; and ``direction``.
    """

    formula: str
    numbers: Mapping[str, Any]


def fitted_scales(scores: Scores) -> dict[str, Fitted]:
    """The scale of every indicator, fitted to the values of all dyads of the data as `bci.score` does.

    Examples
    --------
    >>> import bci
    >>> fitted_scales(bci.score())["trade"].numbers["points"]
    ((0.0, 0.0), (0.2, 1.0))
    """
    found = {}
    for i, name in enumerate(scores.scheme.indicators):
        scale = scale_of(scores.scheme, scores.definitions, name)
        applied = scales.fit(scale.method, scores.matrix[:, i], **options(scale))
        assert isinstance(applied, partial)
        found[name] = Fitted(applied.func.__name__, applied.keywords)
    return found
