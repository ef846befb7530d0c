"""Lists of events -> counts of dyad-years: which entries count, which are one event, where none is a zero."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from bci.data.dyads import Dyad
from bci.sources.rules import Rules
from bci.sources.states import FIRST_YEAR, stood

Numbers = NDArray[np.int64]

DAY = len("2003-08-06")


@dataclass(frozen=True, order=True)
class Entry:
    """One line of a list of events.

    Attributes
    ----------
    date, end
        Begin and end as ``2003``, ``2003-08`` or ``2003-08-06``; the end is empty where it is not given.
    states
        ISO3 codes of the countries that took part, in alphabetical order; fewer than two make no dyad.
    kind, level, place, name, note
        As the list has them.
    quality
        A, B or C.
    multilateral
        Whether more than two took part, or the list marks it so.
    """

    date: str
    end: str
    states: tuple[str, ...]
    kind: str
    level: str = ""
    place: str = ""
    name: str = ""
    note: str = ""
    quality: str = "C"
    multilateral: bool = False

    @property
    def year(self) -> int:
        """The year it begins, in which it counts."""
        return int(self.date[:4])

    @property
    def dyads(self) -> Iterable[Dyad]:
        """Each two of those who took part."""
        return combinations(self.states, 2)

    @property
    def datable(self) -> bool:
        """Whether begin and end are known to the day, or the begin is and no end is given."""
        return len(self.date) == DAY and len(self.end) in (0, DAY)


@dataclass(frozen=True)
class Listed:
    """An entry as an event of one of its dyads.

    Attributes
    ----------
    number
        Which of the entries it is.
    dyad
        The dyad.
    first
        The entry that begins the event: itself, or an earlier one that it repeats.
    left_out
        Why it does not count: its kind, its level, or that it is multilateral; empty where it does.
    """

    number: int
    dyad: Dyad
    first: int
    left_out: str

    @property
    def counts(self) -> bool:
        """Whether it is counted: not left out, and no repetition."""
        return not self.left_out and self.first == self.number


def left_out(entry: Entry, rules: Rules) -> str:
    """Why an entry does not count under the rules; empty where it does.

    Wang and Stone (2023) leave out journeys made only for a multilateral meeting, which is
    ``multilateral="exclude"`` here as far as a list marks them.

    References
    ----------
    Wang, Yu, and Randall W. Stone. 2023. China Visits: A Dataset of Chinese Leaders' Foreign Visits. Review
    of International Organizations 18 (1): 201-225.
    """
    if rules.kinds and entry.kind not in rules.kinds:
        return "kind"
    if rules.levels and entry.level not in rules.levels:
        return "level"
    if rules.multilateral == "exclude" and entry.multilateral:
        return "multilateral"
    return ""


def one_event(begin: Numbers, end: Numbers, within: int) -> Numbers:
    r"""Number of the event that each entry belongs to, for entries of one dyad, kind, level and place.

    .. math:: e_1 = 0, \qquad e_i = e_{i-1} + [\, begin_i > \max_{j<i} end_j + within \,]

    Parameters
    ----------
    begin, end
        Days as numbers, shape ``(entries,)``, in order of `begin`.
    within
        So many days after the end of what came before, an entry still belongs to it.

    Examples
    --------
    >>> one_event(np.array([1, 3, 6]), np.array([1, 3, 6]), within=2)
    array([0, 0, 1])
    """
    last = np.maximum.accumulate(end)
    return np.concatenate([[0], np.cumsum(begin[1:] > last[:-1] + within)]).astype(np.int64)


def listed(entries: Sequence[Entry], dyads: Collection[Dyad], rules: Rules) -> list[Listed]:
    """The entries as events of these dyads; repetitions know the entry that begins their event.

    Entries of one dyad, kind, level and place are one event where each begins at most `rules.same_within`
    days after the end of those before. An entry without a place, or dated only to the month or year, is
    never joined with another: nothing says that they are the same.

    Parameters
    ----------
    entries
        In order of date.
    """
    reasons = [left_out(entry, rules) for entry in entries]
    rows = [(number, dyad) for number, entry in enumerate(entries) for dyad in entry.dyads if dyad in dyads]
    alike: dict[tuple[Dyad, str, str, str], list[int]] = defaultdict(list)
    for at, (number, dyad) in enumerate(rows):
        entry = entries[number]
        if not reasons[number] and entry.place and entry.datable:
            alike[dyad, entry.kind, entry.level, entry.place.casefold()].append(at)
    first = [number for number, _ in rows]
    for members in alike.values():
        begin = np.array([_day(entries[rows[at][0]].date) for at in members])
        end = np.array([_day(entries[rows[at][0]].end or entries[rows[at][0]].date) for at in members])
        _, beginning, event = np.unique(
            one_event(begin, end, rules.same_within), return_index=True, return_inverse=True
        )
        for at, opener in zip(members, beginning[event].tolist(), strict=True):
            first[at] = rows[members[opener]][0]
    return [
        Listed(number, dyad, opener, reasons[number])
        for (number, dyad), opener in zip(rows, first, strict=True)
    ]


def covered_dyads(entries: Iterable[Entry], rules: Rules) -> list[Dyad]:
    """The dyads for which a year without an event is a zero, in alphabetical order.

    See Also
    --------
    bci.sources.rules.Rules : ``covers``.
    """
    named = {dyad for entry in entries for dyad in entry.dyads}
    states = {state for dyad in named for state in dyad}
    if rules.covers == "listed":
        dyads = named
    elif rules.covers == "all":
        dyads = set(combinations(sorted(states), 2))
    else:
        pairs = ((one, other) for one in rules.covers for other in states if one != other)
        dyads = {(min(pair), max(pair)) for pair in pairs}
    return sorted(dyad for dyad in dyads if rules.wants(dyad))


def complete_years(lists: Iterable[Sequence[Entry]], rules: Rules) -> set[int]:
    """The years asked for in which lists are taken to be complete: one without an event is a zero.

    They are those that `rules.covers_years` declares; where it declares none, of each list the years from its
    first entry to its last, whatever dyads and kinds are asked for. `rules.start` and `rules.end` only cut.

    Examples
    --------
    >>> early, late = [Entry("1990", "", (), "visit")], [Entry("1995", "", (), "visit")]
    >>> sorted(complete_years([early, late], Rules(end=2000))), len(complete_years([early + late], Rules()))
    ([1990, 1995], 6)
    """
    begun = [[entry.year for entry in entries] for entries in lists if entries]
    spans = [rules.covers_years] if rules.covers_years else [(min(years), max(years)) for years in begun]
    within = {year for first, last in spans for year in range(first, last + 1)}
    return {year for year in within if rules.covers_year(year)}


def zero_years(
    entries: Iterable[Entry], dyads: Sequence[Dyad], years: Sequence[int], complete: Collection[int]
) -> NDArray[np.bool_]:
    """Whether a year without an event is a zero, shape ``(dyads, years)``.

    It is where the lists are complete, in every year in which both states stood. What is outside the state
    system, such as Palestine, is taken to stand from the year in which the lists first name it.
    """
    named: dict[str, int] = {}
    for entry in entries:
        for state in entry.states:
            named[state] = min(named.get(state, entry.year), entry.year)

    def stands(state: str, year: int) -> bool:
        return stood(state, year) if state in FIRST_YEAR else state in named and year >= named[state]

    states = sorted({state for dyad in dyads for state in dyad})
    place = {state: i for i, state in enumerate(states)}
    covered = np.array([[year in complete and stands(state, year) for year in years] for state in states])
    a, b = (np.array([place[dyad[side]] for dyad in dyads]) for side in (0, 1))
    return np.asarray(covered[a] & covered[b], dtype=bool)


def count(
    dyad: Numbers, year: Numbers, grade: Numbers, shape: tuple[int, int]
) -> tuple[NDArray[np.float64], Numbers]:
    r"""Events and their worst grade by dyad and year.

    .. math:: count_{dy} = \sum_i [dyad_i = d, year_i = y], \qquad worst_{dy} = \max_{i \in dy} grade_i

    Parameters
    ----------
    dyad, year
        Place of each event that counts, shape ``(events,)``.
    grade
        0 (A) to 2 (C).
    shape
        Numbers of dyads and years.

    Returns
    -------
    count, worst
        Of that shape; the worst grade of none is -1.
    """
    counts, worst = np.zeros(shape), np.full(shape, -1, dtype=np.int64)
    np.add.at(counts, (dyad, year), 1)
    np.maximum.at(worst, (dyad, year), grade)
    return counts, worst


def _day(date: str) -> int:
    return datetime.date.fromisoformat(date).toordinal()
