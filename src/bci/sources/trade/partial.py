"""What a file that was cut down to some countries no longer tells: the totals of the others.

Whoever needs only one country often keeps only its rows. What every other country trades with all its
partners is then gone, and the sum of what is left would be its trade with that country alone: a share of 1.
"""

from __future__ import annotations

import numpy as np

from bci.arrays import Mask

#: A country's total may be a sum over its partners where at least this share of the others are listed.
ENOUGH = 0.5
#: So many of the countries, and at least one, may be the only ones left to a file that was cut down.
FEW = 0.1


def lists_partners(listed: Mask) -> Mask:
    """For which countries and years a source lists enough partners to add up a total.

    Those with at least half of the year's other countries as partners; all of a year in which at least half
    of all pairs are listed, since what such a source lacks was never reported. Where few countries are in
    every flow, the others have no totals; of a single pair, neither has.

    Parameters
    ----------
    listed
        Shape ``(years, countries, countries)``: whether a source lists a flow, known or missing.

    Returns
    -------
    Mask
        Shape ``(years, countries)``.

    Examples
    --------
    Four pairs of five countries, each with the first, are the rows of that country.

    >>> star = np.zeros((1, 5, 5), dtype=bool)
    >>> star[0, 0, 1:] = True
    >>> lists_partners(star).tolist()
    [[True, False, False, False, False]]
    """
    pair = listed | listed.transpose(0, 2, 1)
    partners = pair.sum(axis=2)
    others = np.maximum((partners > 0).sum(axis=1) - 1, 0)[:, None]
    whole_year = partners.sum(axis=1)[:, None] >= ENOUGH * others * (others + 1)
    enough: Mask = (others > 1) & (partners > 0) & (whole_year | (partners >= ENOUGH * others))
    for year, flow in enumerate(pair):
        if few := in_every_flow(flow):
            enough[year] &= np.isin(np.arange(len(flow)), few)
    return enough


def in_every_flow(flow: Mask) -> list[int]:
    """The few countries of which every flow has one, in a file that was cut down to them; none elsewhere.

    Parameters
    ----------
    flow
        Shape ``(countries, countries)``: whether there is a flow.

    Examples
    --------
    >>> star = np.zeros((4, 4), dtype=bool)
    >>> star[1, [0, 2, 3]] = True
    >>> in_every_flow(star)
    [1]
    >>> in_every_flow(~np.eye(4, dtype=bool))
    []
    """
    pair = flow | flow.T
    partners = pair.sum(axis=1)
    most = np.argsort(-partners, kind="stable")
    for few in range(1, max(1, int(FEW * (partners > 0).sum())) + 1):
        rest = most[few:]
        if not pair[np.ix_(rest, rest)].any():
            return sorted(most[:few].tolist()) if pair.any() else []
    return []
