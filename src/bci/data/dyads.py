"""The labels of dyad-years as numbers: year, and number of the dyad, of every row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bci.arrays import Mask, Whole, frozen
from bci.countries import carried_on, iso3
from bci.countries import dyad as read_dyad
from bci.errors import CountryError, InputError

if TYPE_CHECKING:
    import pandas as pd

KEY = ("iso3_a", "iso3_b", "year")

Dyad = tuple[str, str]


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

    year: Whole
    number: Whole
    dyads: tuple[Dyad, ...]

    def __post_init__(self) -> None:
        frozen(self.year)
        frozen(self.number)

    def only(self, dyads: tuple[Dyad, ...]) -> DyadYears:
        """The same rows, counted towards these dyads alone."""
        place = {dyad: i for i, dyad in enumerate(dyads)}
        place_of = np.array([place.get(dyad, -1) for dyad in self.dyads], dtype=np.int64)
        return DyadYears(self.year, place_of[self.number], dyads)

    def labels(self) -> pd.MultiIndex:
        """The labels ``iso3_a, iso3_b, year`` of the rows."""
        import pandas as pd

        names = sorted({name for dyad in self.dyads for name in dyad})
        place = {name: i for i, name in enumerate(names)}
        a, b = (
            np.array([place[dyad[side]] for dyad in self.dyads], dtype=np.int64)[self.number]
            for side in (0, 1)
        )
        years, year = np.unique(self.year, return_inverse=True)
        codes = [part.tolist() for part in (a, b, year)]
        return pd.MultiIndex([names, names, years.tolist()], codes, names=KEY)


def together(parts: Sequence[DyadYears]) -> tuple[DyadYears, list[Whole]]:
    """All dyad-years that stand in any of the parts, and the places of each part's rows among them.

    Parameters
    ----------
    parts
        Years from 0 to 9999, every row of one of the part's dyads.

    Returns
    -------
    rows, places
        Each dyad-year once, by dyad in alphabetical order and year; one array of shape ``(rows,)`` a part.
    """
    dyads = tuple(sorted({dyad for part in parts for dyad in part.dyads}))
    number = {dyad: i for i, dyad in enumerate(dyads)}
    keys = [
        np.array([number[dyad] for dyad in part.dyads], dtype=np.int64)[part.number] * 10_000 + part.year
        for part in parts
    ]
    every = np.sort(np.concatenate(keys), kind="stable") if keys else np.empty(0, dtype=np.int64)
    every = every[np.diff(every, prepend=-1) > 0]
    rows = DyadYears(every % 10_000, every // 10_000, dyads)
    return rows, [np.searchsorted(every, key) for key in keys]


def dyad_years(labels: pd.Index) -> DyadYears:
    """The labels ``iso3_a, iso3_b, year`` of a frame, its dyads in alphabetical order.

    Raises
    ------
    InputError
        If there are no rows; with every code that is no ISO3 code and every year that is no whole number; or
        with the first ten rows that stand twice, hold a dyad in the other order, or a country with itself.
    """
    import pandas as pd

    if not isinstance(labels, pd.MultiIndex) or not len(labels):
        raise InputError.at("DataFrame", "has no rows")
    names = _countries(labels)
    number = {name: i for i, name in enumerate(names)}
    a, b = (
        np.array([number[name] for name in labels.levels[side]], dtype=np.int64)[labels.codes[side]]
        for side in (0, 1)
    )
    year = _years(labels)[labels.codes[2]]
    pair = a * len(names) + b
    _refuse_odd_rows(labels, a >= b, pair * 10_000 + year)
    pairs, of_row = np.unique(pair, return_inverse=True)
    dyads = tuple((names[p // len(names)], names[p % len(names)]) for p in pairs.tolist())
    return DyadYears(year, of_row, dyads)


def _countries(labels: pd.MultiIndex) -> list[str]:
    """All countries of the labels in alphabetical order, each an ISO3 code."""
    problems = []
    for side, name in enumerate(KEY[:2]):
        if (labels.codes[side] < 0).any():
            problems.append(f"{name} is missing in some rows")
        for text in labels.levels[side]:
            try:
                code = iso3(str(text))
            except CountryError as error:
                problems.append(f"{name}: {error}")
            else:
                if code != text:
                    problems.append(f"{name}: {text!r} must be written as {code}")
    InputError.all("DataFrame", problems)
    return sorted({str(name) for side in (0, 1) for name in labels.levels[side]})


def _years(labels: pd.MultiIndex) -> Whole:
    import pandas as pd

    years = pd.to_numeric(pd.Series(labels.levels[2]), errors="coerce").to_numpy(dtype=float)
    odd = [text for text, year in zip(labels.levels[2], years, strict=True) if not float(year).is_integer()]
    if odd or (labels.codes[2] < 0).any():
        raise InputError.at(
            "DataFrame", f"year must be a whole number in every row (found {odd or 'missing'})"
        )
    return years.astype(np.int64)


def _refuse_odd_rows(labels: pd.MultiIndex, odd: Mask, key: Whole) -> None:
    order = "a dyad is stored once, in alphabetical order, and never with itself"
    problems = [f"row {_named(labels[i])}: {order}" for i in np.flatnonzero(odd)[:10]]
    in_order = np.sort(key)
    if (in_order[1:] == in_order[:-1]).any():
        twice = labels[labels.duplicated()][:10]
        problems += [f"row {_named(row)} stands twice; keep one" for row in twice]
    InputError.all("DataFrame", problems)


def _named(row: tuple[str, str, int]) -> str:
    a, b, year = row
    return f"{a}-{b} {year}"


def chosen_dyads(known: tuple[Dyad, ...], wanted: str | Iterable[str] | None) -> tuple[Dyad, ...]:
    """The dyad or dyads somebody asked for by name or code, all of the `known` ones where None.

    Raises
    ------
    InputError
        With every dyad that cannot be read or is not among the known.
    """
    if wanted is None:
        return known
    chosen, problems = [], []
    for text in [wanted] if isinstance(wanted, str) else wanted:
        try:
            dyad = read_dyad(text)
        except CountryError as error:
            problems.append(str(error))
            continue
        if dyad not in known:
            at_hand = ", ".join(map("-".join, known[:5])) + (" ..." if len(known) > 5 else "")
            problems.append(f"{'-'.join(dyad)} is not in the data, which hold {at_hand}.{carried_on(dyad)}")
        chosen.append(dyad)
    InputError.all("dyad", problems)
    return tuple(dict.fromkeys(chosen))
