"""Variables -> values: one pure function a formula.

A measure takes the columns of an indicator's file as arrays of one length and returns one value a row.
A missing variable (NaN) makes the value missing; nothing is filled in.

Counting: `count`. Dependence: `share`, `mutual_share`. Votes: `vote_similarity`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from bci.arrays import Array, divided

VOTES = ("yes", "abstain", "no")
JOINT_COUNTS = tuple(f"{first}_{second}" for first in VOTES for second in VOTES)
DIRECTED = ("flow_ab", "flow_ba", "exports_a", "imports_a", "exports_b", "imports_b")

#: The variables a measure reads; where there are alternatives, the first that the file has.
VARIABLES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "count": (("count",),),
    "share": (("part", "total"),),
    "mutual_share": (("share_a", "share_b"), ("flow", "total_a", "total_b"), DIRECTED),
    "vote_similarity": (JOINT_COUNTS,),
}


def count(variables: Mapping[str, Array]) -> Array:
    """Number of events in the year, as counted by the indicator's own rule.

    Parameters
    ----------
    variables
        ``count``, shape ``(rows,)``: 0 or more. Zero says that a source found none.

    Returns
    -------
    Array
        The counts, shape ``(rows,)``.
    """
    return variables["count"]


def share(variables: Mapping[str, Array]) -> Array:
    """Part of a total.

    .. math:: v = part / total

    Parameters
    ----------
    variables
        ``part`` and ``total``, shape ``(rows,)``, in one unit, ``0 <= part <= total``.

    Returns
    -------
    Array
        Shape ``(rows,)``, from 0 (none of the total) to 1 (all of it); missing where the total is 0.

    Examples
    --------
    >>> share({"part": np.array([1.0, 0.0]), "total": np.array([4.0, 0.0])})
    array([0.25,  nan])
    """
    return divided(variables["part"], variables["total"])


def national_shares(
    variables: Mapping[str, Array], mean: str = "geometric", flows: str = "pooled"
) -> tuple[Array, Array]:
    r"""What the tie weighs for either country: its share in the country's own total.

    .. math:: s_a = flow / total_a, \qquad s_b = flow / total_b

    With :math:`f_{ab}` what goes from a to b, and exports :math:`X` and imports :math:`M`:

    .. math::
        \text{pooled:} & s_a = (f_{ab} + f_{ba}) / (X_a + M_a), && s_b = (f_{ab} + f_{ba}) / (X_b + M_b) \\
        \text{stronger, } a \to b: & s_a = f_{ab} / X_a, && s_b = f_{ab} / M_b \\
        \text{stronger, } b \to a: & s_a = f_{ba} / M_a, && s_b = f_{ba} / X_b

    Parameters
    ----------
    variables
        ``share_a`` and ``share_b`` as a source gives them; or ``flow``, ``total_a`` and ``total_b``; or
        ``flow_ab``, ``flow_ba`` and ``exports`` and ``imports`` of ``a`` and ``b``, of which ``flows`` says
        how they are joined. Each of shape ``(rows,)``, in one unit, ``0 <= flow <= total``.
    mean
        By which ``stronger`` compares the directions; of two alike, that from a to b counts. One without
        goods gives way to the other, whatever its totals are.

    Returns
    -------
    share_a, share_b
        Shape ``(rows,)``, from 0 (no tie) to 1 (no other partner); missing where a total is 0 or missing,
        and where a flow is. ``stronger`` needs both flows, and the totals of a direction in which goods went.

    References
    ----------
    Gartzke, E. and Li, Q. (2003). Measure for measure. Journal of Peace Research 40(5), on trade shares.
    """
    if "share_a" in variables:
        return variables["share_a"], variables["share_b"]
    if "flow" in variables:
        flow = variables["flow"]
        return divided(flow, variables["total_a"]), divided(flow, variables["total_b"])
    ab, ba, x_a, m_a, x_b, m_b = (variables[name] for name in DIRECTED)
    if flows == "pooled":
        return divided(ab + ba, x_a + m_a), divided(ab + ba, x_b + m_b)
    from_a = divided(ab, x_a), divided(ab, m_b)
    from_b = divided(ba, m_a), divided(ba, x_b)
    of_a, of_b = _joined(*from_a, mean), _joined(*from_b, mean)
    # A direction without goods cannot be the stronger one, whatever its totals are; one with goods can.
    unknown = np.isnan(ab) | np.isnan(ba) | ((ab > 0) & np.isnan(of_a)) | ((ba > 0) & np.isnan(of_b))
    turned = (of_b > of_a) | np.isnan(of_a)
    share_a, share_b = (np.where(turned, *pair) for pair in zip(from_b, from_a, strict=True))
    return np.where(unknown, np.nan, share_a), np.where(unknown, np.nan, share_b)


def mutual_share(variables: Mapping[str, Array], mean: str = "geometric", flows: str = "pooled") -> Array:
    r"""Interdependence: the two national shares in one number.

    .. math:: v = \sqrt{s_a s_b} \quad\text{or}\quad (s_a + s_b)/2 \quad\text{or}\quad \min(s_a, s_b)

    Parameters
    ----------
    variables
        As for `national_shares`.
    mean
        ``geometric`` (Barbieri's salience: dependence that is one-sided counts for little), ``arithmetic``,
        or ``smaller`` (the weak link of Oneal and Russett).
    flows
        What becomes of two directed flows: ``pooled`` into one (trade of either kind), or the ``stronger``
        direction alone, the larger of the two values (arms, which mostly flow one way).

    Returns
    -------
    Array
        Shape ``(rows,)``, from 0 (at least one country does not depend on the other; for ``arithmetic``,
        neither does) to 1 (neither has another partner). Where directed flows leave one share undefined,
        since that country's total is 0, a 0 of the other is enough for 0, except for ``arithmetic``.

    References
    ----------
    Gartzke, E. and Li, Q. (2003). Measure for measure. Journal of Peace Research 40(5).

    Examples
    --------
    >>> mutual_share({"share_a": np.array([0.02]), "share_b": np.array([0.18])}).round(12)
    array([0.06])
    """
    share_a, share_b = national_shares(variables, mean, flows)
    given = variables.keys() & {"share_a", "flow"}
    return MUTUAL_SHARES[mean](share_a, share_b) if given else _joined(share_a, share_b, mean)


def _joined(share_a: Array, share_b: Array, mean: str) -> Array:
    """The mean, and 0 where one share is 0 and the other undefined: sqrt(0 x) = min(0, x) = 0 for all x."""
    joined = MUTUAL_SHARES[mean](share_a, share_b)
    return joined if mean == "arithmetic" else np.where((share_a == 0) | (share_b == 0), 0.0, joined)


MUTUAL_SHARES: Mapping[str, Callable[[Array, Array], Array]] = {
    "geometric": lambda share_a, share_b: np.sqrt(share_a * share_b),
    "arithmetic": lambda share_a, share_b: (share_a + share_b) / 2,
    "smaller": lambda share_a, share_b: np.minimum(share_a, share_b),
}


def vote_similarity(variables: Mapping[str, Array], similarity: str = "agree") -> Array:
    r"""How alike two states vote, from the nine joint counts of a year.

    With votes coded yes = 1, abstain = 2, no = 3, :math:`n` the roll calls in which both cast one of the
    three, :math:`n_{xy}` the joint counts, :math:`p_{xy} = n_{xy}/n`, :math:`\bar x, \bar y` the mean votes
    and :math:`s_x^2, s_y^2` their variances (over :math:`n`):

    ================ =============================================================== =========
    ``agree``        :math:`1 - \sum |x-y| / 2n` (an abstention is half a vote)      0 .. 1
    ``identical``    :math:`\sum_x p_{xx}`                                           0 .. 1
    ``s_absolute``   :math:`1 - 2 \sum |x-y| / 2n`                                   -1 .. 1
    ``s_squared``    :math:`1 - 2 \sum (x-y)^2 / 4n`                                 -1 .. 1
    ``kappa_squared``:math:`1 - \sum (x-y)^2 / n(s_x^2 + s_y^2 + (\bar x-\bar y)^2)` -1 .. 1
    ``pi_squared``   as kappa, chance from the pooled votes of both                  -1 .. 1
    ``kappa_nominal``:math:`(p_o - p_e)/(1 - p_e)`, :math:`p_o` identical            -1 .. 1
    ``pi_nominal``   as nominal kappa, chance from the pooled votes of both          -1 .. 1
    ================ =============================================================== =========

    1 is the same vote in every roll call. 0 of the chance-corrected measures is what two states would reach
    that cast their own mixture of votes independently; it is also given where neither state ever varies and
    chance correction has nothing to divide by.

    Parameters
    ----------
    variables
        ``yes_yes`` ... ``no_no``, the vote of ``iso3_a`` first, each of shape ``(rows,)``.
    similarity
        A name of the table.

    Returns
    -------
    Array
        Shape ``(rows,)``; missing where the two share no roll call. Blind to which country comes first.

    References
    ----------
    ``agree``: Voeten, E. (2013). Data and analyses of voting in the UN General Assembly; equal to Lijphart,
    A. (1963), APSR 57(4), 902-917. S: Signorino, C. and Ritter, J. (1999), ISQ 43(1), 115-144. Squared kappa
    and pi: Häge, F. (2011), Political Analysis 19(3), 287-305. Nominal: Cohen, J. (1960); Scott, W. (1955).

    Examples
    --------
    China and Russia in the session of 1992, as Voeten's `agree`:

    >>> counts = dict(zip(JOINT_COUNTS, np.array([[27.0], [28], [5], [4], [3], [0], [3], [0], [0]])))
    >>> vote_similarity(counts).round(4)
    array([0.6571])
    """
    return SIMILARITIES[similarity](np.stack([variables[name] for name in JOINT_COUNTS]).reshape(3, 3, -1))


_CODES = np.array([1.0, 2.0, 3.0])
_DISTANCE = np.abs(_CODES[:, None] - _CODES)


def _agree(joint: Array) -> Array:
    return 1 - divided(_apart(joint), 2 * _total(joint))


def _identical(joint: Array) -> Array:
    return divided(np.trace(joint), _total(joint))


def _s_absolute(joint: Array) -> Array:
    return 1 - 2 * divided(_apart(joint), 2 * _total(joint))


def _s_squared(joint: Array) -> Array:
    return 1 - 2 * divided(_apart(joint, power=2), 4 * _total(joint))


def _kappa_squared(joint: Array) -> Array:
    first, second = joint.sum(axis=1), joint.sum(axis=0)
    cross = divided((_CODES @ first) * (_CODES @ second), _total(joint))
    expected = _CODES**2 @ first + _CODES**2 @ second - 2 * cross
    return _beyond_chance(_apart(joint, power=2), expected)


def _pi_squared(joint: Array) -> Array:
    pooled = joint.sum(axis=1) + joint.sum(axis=0)
    expected = _CODES**2 @ pooled - divided((_CODES @ pooled) ** 2, 2 * _total(joint))
    return _beyond_chance(_apart(joint, power=2), expected)


def _kappa_nominal(joint: Array) -> Array:
    total = _total(joint)
    by_chance = divided((joint.sum(axis=1) * joint.sum(axis=0)).sum(axis=0), total)
    return _beyond_chance(total - np.trace(joint), total - by_chance)


def _pi_nominal(joint: Array) -> Array:
    total = _total(joint)
    pooled = joint.sum(axis=1) + joint.sum(axis=0)
    by_chance = divided((pooled**2).sum(axis=0), 4 * total)
    return _beyond_chance(total - np.trace(joint), total - by_chance)


SIMILARITIES: Mapping[str, Callable[[Array], Array]] = {
    "agree": _agree,
    "identical": _identical,
    "s_absolute": _s_absolute,
    "s_squared": _s_squared,
    "kappa_squared": _kappa_squared,
    "pi_squared": _pi_squared,
    "kappa_nominal": _kappa_nominal,
    "pi_nominal": _pi_nominal,
}

#: What a value can be, by the measure it comes from.
REACH: Mapping[str, tuple[float, float]] = {
    "count": (0, np.inf),
    "share": (0, 1),
    "mutual_share": (0, 1),
    "vote_similarity": (-1, 1),
}

MEASURES: Mapping[str, Callable[..., Array]] = {
    "count": count,
    "share": share,
    "mutual_share": mutual_share,
    "vote_similarity": vote_similarity,
}


def _total(joint: Array) -> Array:
    """Roll calls in which both voted."""
    total: Array = joint.sum(axis=(0, 1))
    return total


def _apart(joint: Array, power: int = 1) -> Array:
    """Sum over roll calls of the distance of the two votes."""
    apart: Array = (_DISTANCE**power).ravel() @ joint.reshape(9, -1)
    return apart


def _beyond_chance(observed: Array, expected: Array) -> Array:
    """``1 - observed / expected``, and 0 where no disagreement was to be expected."""
    return np.where(np.isclose(expected, 0, atol=1e-9), 0.0, 1 - divided(observed, expected))
