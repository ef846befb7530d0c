"""What formulas take and give: the types of their arrays, and division by what may be 0."""

from __future__ import annotations

from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array: TypeAlias = NDArray[np.float64]
Whole: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]

AnyArray = TypeVar("AnyArray", bound=NDArray[Any])


def divided(part: Array, whole: ArrayLike, otherwise: float = np.nan) -> Array:
    """``part / whole``, and `otherwise` where the whole is 0.

    Parameters
    ----------
    part, whole
        Shapes that can be broadcast to that of `part`.

    Examples
    --------
    >>> divided(np.array([1.0, 0.0]), np.array([2.0, 0.0]))
    array([0.5, nan])
    """
    quotient: Array = np.divide(
        part, whole, out=np.full(np.shape(part), otherwise, dtype=np.float64), where=np.not_equal(whole, 0)
    )
    return quotient


def frozen(array: AnyArray) -> AnyArray:
    """The array itself, read-only from now on."""
    array.flags.writeable = False
    return array
