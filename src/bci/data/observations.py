"""The figures of one indicator and the events behind them: read, and every cell checked."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bci.arrays import Array
from bci.data.cells import check_once, check_provenance, check_totals, dyads_of, figures_of, refuse, years_of
from bci.data.csvfile import Column, Table
from bci.data.dyads import KEY, DyadYears
from bci.model.definitions import Indicator

if TYPE_CHECKING:
    import pandas as pd

PROVENANCE = ("source", "quality", "note")
EVENT_COLUMNS = ("iso3_a", "iso3_b", "event", "date", "name", "kind", "place", "source", "quality", "note")

_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")


@dataclass(frozen=True, eq=False)
class Figures:
    """The figures of one indicator, dyad by dyad and year by year.

    Attributes
    ----------
    rows
        Dyad and year of each row, in order; no rows where there are no figures at all.
    numbers
        The variables, each of shape ``(rows,)``, NaN where missing.
    provenance
        ``source``, ``quality`` and ``note`` as text.
    """

    rows: DyadYears
    numbers: Mapping[str, Array]
    provenance: Mapping[str, Column]

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The same with index ``iso3_a, iso3_b, year``."""
        import pandas as pd

        texts = {name: column.texts() for name, column in self.provenance.items()}
        return pd.DataFrame({**self.numbers, **texts}, index=self.rows.labels())


def read_observations(path: Path, definition: Indicator, known_sources: Collection[str]) -> Figures:
    """The figures of one indicator, checked.

    Raises
    ------
    InputError
        With every wrong cell of the file. The column of a problem is the number of the field, the line of a
        Parquet file that of the row as if the header were line 1.
    """
    table = Table.read(path, required=(*KEY, *definition.variables, *PROVENANCE))
    dyads, year = dyads_of(table), years_of(table, definition)
    numbers = {name: figures_of(table, name) for name in definition.variables}
    check_totals(table, numbers)
    known: NDArray[np.bool_] = np.logical_or.reduce([~np.isnan(column) for column in numbers.values()])
    check_provenance(table, known_sources, known)
    key = dyads.number * 10_000 + year
    check_once(table, dyads, key, year)
    table.raise_problems()
    order = np.argsort(key, kind="stable")
    found, number = np.unique(dyads.number[order], return_inverse=True)
    return Figures(
        DyadYears(year[order], number, tuple(map(dyads.dyad, found.tolist()))),
        {name: column[order] for name, column in numbers.items()},
        {name: table.columns[name].rows(order) for name in PROVENANCE},
    )


def read_events(path: Path, known_sources: Collection[str]) -> pd.DataFrame:
    """A list of events, dates as they are written (``2003``, ``2003-08`` or ``2003-08-06``).

    Raises
    ------
    InputError
        With every wrong cell of the file.
    """
    import pandas as pd

    table = Table.read(path, required=EVENT_COLUMNS, others=True)
    dyads = dyads_of(table)
    refuse(table, "date", _odd_date)
    for name in ("event", "kind"):
        refuse(table, name, lambda text: [] if text else ["is empty; every event needs one"])
    check_provenance(table, known_sources, np.ones(len(table), dtype=bool))
    table.raise_problems()
    sides = np.array([dyads.dyad(pair) for pair in dyads.number.tolist()], dtype=object).reshape(-1, 2)
    countries = {name: sides[:, side].tolist() for side, name in enumerate(KEY[:2])}
    return pd.DataFrame({name: column.texts() for name, column in table.columns.items()} | countries)


def _odd_date(text: str) -> Iterable[str]:
    try:
        datetime.date.fromisoformat((text + "-01-01")[:10])
        odd = _DATE.fullmatch(text) is None
    except ValueError:
        odd = True
    if odd:
        yield f"{text!r} is no date; write 2003, 2003-08 or 2003-08-06"


def check_counts(path: Path, definition: Indicator, events: pd.DataFrame, kinds: Iterable[str]) -> None:
    """Refuse every count that is not the number of events behind it.

    A dyad of which no event is listed was counted elsewhere; its counts stand on their own sources.
    """
    table = Table.read(path, required=(*KEY, *definition.variables, *PROVENANCE))
    dyads, year, count = dyads_of(table), years_of(table, definition), figures_of(table, "count")
    counted: dict[Any, int] = counted_events(events, kinds).to_dict()
    listed = set(zip(events["iso3_a"], events["iso3_b"], strict=True))
    for row in np.flatnonzero(~np.isnan(count)).tolist():
        dyad = dyads.dyad(dyads.number[row])
        found = counted.get((*dyad, int(year[row])), 0)
        if dyad in listed and count[row] != found:
            message = f"{count[row]:g} is not the number of listed events that count, {found}; mend one"
            table.refuse(row, "count", message)
    table.raise_problems()


def counted_events(events: pd.DataFrame, kinds: Iterable[str]) -> pd.Series:
    """Events that count, by dyad and year: each event id once, however many rows it has."""
    counted = events[events["kind"].isin(list(kinds))].drop_duplicates(["iso3_a", "iso3_b", "event"])
    year = counted["date"].str[:4].astype(int).rename("year")
    return counted.groupby(["iso3_a", "iso3_b", year]).size().rename("count")
