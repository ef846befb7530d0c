"""Flows listed one by one, as a row of a file has them -> all flows between countries."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bci.arrays import Array
from bci.sources.flows import Flows
from bci.sources.raw import Raw

Numbers = NDArray[np.int64]


def spelt(raw: Raw, *names: str) -> list[str]:
    """Names of columns as the file spells them, whatever their case."""
    spellings = {spelling.casefold(): spelling for spelling in reversed(raw.header)}
    return [spellings[name.casefold()] for name in names]


def added_up(year: Numbers, exporter: Sequence[str], importer: Sequence[str], amount: Array) -> Flows:
    """Listed flows as a cube.

    Parameters
    ----------
    year, exporter, importer, amount
        One entry a listed flow, the countries as ISO3. What a country sends to itself is left out.

    Returns
    -------
    Flows
        Several entries of one pair and year are added up, and their sum is missing where one of them is.
        Pairs that are not listed are missing.
    """
    countries = tuple(sorted({*exporter, *importer}))
    place = {name: i for i, name in enumerate(countries)}
    years, of_year = np.unique(year, return_inverse=True)
    entry = (
        of_year,
        np.array([place[name] for name in exporter], dtype=np.int64),
        np.array([place[name] for name in importer], dtype=np.int64),
    )
    sums = np.zeros((len(years), len(countries), len(countries)))
    np.add.at(sums, entry, amount)
    listed = np.zeros(sums.shape, dtype=bool)
    listed[entry] = True
    listed[:, np.arange(len(countries)), np.arange(len(countries))] = False
    return Flows(countries, tuple(years.tolist()), np.where(listed, sums, np.nan))
