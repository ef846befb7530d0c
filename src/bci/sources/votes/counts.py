"""How often two states voted in which way in the same roll calls: matrix products, no loop over pairs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bci.arrays import Array

Codes = NDArray[np.int8]
Pairs = NDArray[np.intp]

#: Votes as Voeten codes them: yes, abstain, no.
CAST = np.array([1, 2, 3], dtype=np.int8)
_ABSENT, _ABSTAIN = 8, 2


def joint_counts(vote: Codes, pairs: Pairs | None = None) -> Array:
    r"""Joint counts of the votes of pairs of states.

    .. math:: n_{xy}(i, j) = \sum_r [v_{ri} = x] [v_{rj} = y], \qquad x, y \in \{yes, abstain, no\}

    With the indicators :math:`[v_{ri} = x]` side by side in one matrix :math:`Z`, all of these are the
    entries of :math:`Z^T Z`. The product is taken in single precision, which is exact for whole numbers
    below :math:`2^{24}`, far more than there will be roll calls.

    Parameters
    ----------
    vote
        Shape ``(roll calls, states)``: 1 yes, 2 abstain, 3 no; any other code is no vote.
    pairs
        Shape ``(pairs, 2)``: which states; all pairs ``i < j``, in order, where None.

    Returns
    -------
    Array
        Shape ``(pairs, 9)``, in the order of `bci.model.measures.JOINT_COUNTS`, the first state of the pair
        first. Their sum is the number of roll calls in which both voted; it is 0 where there is none.

    Examples
    --------
    Three roll calls: both yes; yes and no; yes and absent.

    >>> joint_counts(np.array([[1, 1], [1, 3], [1, 8]], dtype=np.int8))
    array([[1., 0., 1., 0., 0., 0., 0., 0., 0.]])
    """
    states = vote.shape[1]
    first, second = np.triu_indices(states, 1) if pairs is None else pairs.T
    cast = (vote[:, :, None] == CAST).reshape(len(vote), -1).astype(np.float32)
    joint = (cast.T @ cast).reshape(states, 3, states, 3)
    counts: Array = joint[first, :, second, :].reshape(-1, 9).astype(np.float64)
    return counts


def contested(vote: Codes) -> NDArray[np.bool_]:
    """Whether at least two different votes were cast in each roll call, absence aside.

    Parameters
    ----------
    vote
        Shape ``(roll calls, states)``, all states that the source has.

    Returns
    -------
    NDArray
        Shape ``(roll calls,)``.

    Examples
    --------
    >>> contested(np.array([[1, 1, 8], [1, 2, 1]], dtype=np.int8))
    array([False,  True])
    """
    different = sum((vote == code).any(axis=1).astype(int) for code in CAST)
    return np.asarray(different >= 2)


def absent_as_abstain(vote: Codes) -> Codes:
    """The votes with members' absence (8) read as abstention (2); no member (9) and no record (0) stay.

    References
    ----------
    Häge, F. (2011). Choice or circumstance? Political Analysis 19(3), 287-305.

    Examples
    --------
    >>> absent_as_abstain(np.array([[1, 8, 9, 0]], dtype=np.int8)).tolist()
    [[1, 2, 9, 0]]
    """
    return np.where(vote == _ABSENT, np.int8(_ABSTAIN), vote)
