"""The labels of dyad-years as numbers: year, and number of the dyad, of every row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bci.countries import dyad as read_dyad
from bci.errors import CountryError, InputError, Problem

Dyad = tuple[str, str]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class DyadYears:
    """Rows of dyad-years.

    Attributes
    ----------
    year
        Shape ``(rows,)``.
    number
        Shape ``(rows,)``: which of `dyads` the row belongs to, -1 for none of them.
    dyads
        Pairs of ISO3 codes.
    """

    year: Numbers
    number: Numbers
    dyads: tuple[Dyad, ...]

    def only(self, dyads: tuple[Dyad, ...]) -> DyadYears:
        """The same rows, counted towards these dyads alone."""
        place = {dyad: i for i, dyad in enumerate(dyads)}
        place_of = np.array([place.get(dyad, -1) for dyad in self.dyads])
        return DyadYears(self.year, place_of[self.number], dyads)


def dyad_years(labels: pd.Index) -> DyadYears:
    """The labels ``iso3_a, iso3_b, year`` of a frame, its dyads in alphabetical order.

    Raises
    ------
    InputError
        If there are no rows, or with the first ten rows that stand twice, hold a dyad in the other order,
        or a country with itself.
    """
    if not isinstance(labels, pd.MultiIndex) or not len(labels):
        raise InputError.at("DataFrame", "has no rows")
    names = sorted(set(labels.levels[0]) | set(labels.levels[1]))
    number = {name: i for i, name in enumerate(names)}
    a, b = (
        np.array([number[name] for name in labels.levels[side]], dtype=np.int64)[labels.codes[side]]
        for side in (0, 1)
    )
    year = labels.levels[2].to_numpy(dtype=np.int64)[labels.codes[2]]
    pair = a * len(names) + b
    _refuse_odd_rows(labels, a >= b, pair * 10_000 + year)
    pairs, of_row = np.unique(pair, return_inverse=True)
    dyads = tuple((names[p // len(names)], names[p % len(names)]) for p in pairs.tolist())
    return DyadYears(year, of_row, dyads)


def _refuse_odd_rows(labels: pd.MultiIndex, odd: NDArray[np.bool_], key: Numbers) -> None:
    order = "a dyad is stored once, in alphabetical order, and never with itself"
    problems = [Problem("DataFrame", 0, 0, f"row {labels[i]}: {order}") for i in np.flatnonzero(odd)[:10]]
    in_order = np.sort(key)
    if (in_order[1:] == in_order[:-1]).any():
        twice = labels[labels.duplicated()][:10]
        problems += [Problem("DataFrame", 0, 0, f"row {row} stands twice; keep one") for row in twice]
    if problems:
        raise InputError(problems)


def chosen_dyads(known: tuple[Dyad, ...], wanted: Iterable[str] | None) -> tuple[Dyad, ...]:
    """The dyads somebody asked for by name or code, all of the `known` ones where None.

    Raises
    ------
    InputError
        With every dyad that cannot be read or is not among the known.
    """
    if wanted is None:
        return known
    chosen, problems = [], []
    for text in wanted:
        try:
            dyad = read_dyad(text)
        except CountryError as error:
            problems.append(Problem("--dyad", 0, 0, str(error)))
            continue
        if dyad not in known:
            at_hand = ", ".join(map("-".join, known[:5])) + (" ..." if len(known) > 5 else "")
            message = f"{'-'.join(dyad)} is not in the data, which hold {at_hand}"
            problems.append(Problem("--dyad", 0, 0, message))
        chosen.append(dyad)
    if problems:
        raise InputError(problems)
    return tuple(dict.fromkeys(chosen))
