"""What lists of events share: their columns as located cells, and the counts with the list behind them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

import numpy as np

from bci.countries import iso3, successor
from bci.data.dyads import DyadYears
from bci.errors import InputError, NoFigures, suggestion
from bci.model.definitions import GRADES, Grade, Source
from bci.sources.events.counting import (
    Entry,
    Listed,
    complete_years,
    count,
    covered_dyads,
    listed,
    zero_years,
)
from bci.sources.figures import Ingested, shipped_definition
from bci.sources.raw import Piece, Raw
from bci.sources.rules import Rules

T = TypeVar("T")
#: An entry and the line it stands in.
Located = tuple[int, Entry]

#: What the list of events says of entries that do not count; no kind may say it of itself.
MARKS = ("(not counted: ", "(same event as ")

NO_EVENT = "the list has no event of this dyad and year"


@dataclass(frozen=True)
class About:
    """What the definition of a count says that is of its own list.

    Attributes
    ----------
    definition, unit, limits, references
        As in ``indicators/<id>.yaml``; references are added to the shipped ones.
    zero_grade
        The quality of a year without an event.
    """

    definition: str
    unit: str
    limits: str
    references: tuple[str, ...] = ()
    zero_grade: Grade = "C"


def each(piece: Piece, name: str, read: Callable[[str], T], otherwise: T) -> list[T]:
    """A column row by row as `read` has its texts; refused, and `otherwise`, where it raises `ValueError`."""
    by_word = piece.of_words(name, read, otherwise)
    return [by_word[code] for code in piece.columns[name].codes.tolist()]


def grades(piece: Piece, name: str | None, default: str) -> list[str]:
    """A column of A, B or C, `default` where empty or where there is no such column."""

    def read(text: str) -> str:
        if text not in (*GRADES, ""):
            raise ValueError(f"{text!r} is not allowed; give A, B or C, or leave it empty")
        return text or default

    return [default] * len(piece) if name is None else each(piece, name, read, default)


def texts(piece: Piece, name: str | None) -> list[str]:
    """A column of text on one line each, empty where there is no such column."""
    return [""] * len(piece) if name is None else each(piece, name, lambda text: " ".join(text.split()), "")


def state(text: str) -> str:
    """ISO3 of a name or code, a former state as the one that carries it on: "USSR" is ``RUS``."""
    return successor(iso3(text))


def refuse_repeated(lists: Iterable[tuple[Raw, Sequence[Located]]]) -> None:
    """Refuse a list of which an entry stands in one of the lists before it, as in one list under two names.

    Within one list, rows that are alike may be two events, of which only the month is known.
    """
    before: dict[Entry, str] = {}
    for raw, rows in lists:
        again = [(line, before[entry]) for line, entry in rows if entry in before and len(entry.states) > 1]
        if again:
            line, place = again[0]
            more = f", as do {len(again) - 1:,} more rows" if len(again) > 1 else ""
            raw.refuse(
                line, 1, f"stands in {place} too{more}; give one of the files, or one that joins both lists"
            )
        for line, entry in rows:
            before.setdefault(entry, f"{raw.place}:{line}")


def refuse_unknown(option: str, chosen: Iterable[str], known: Iterable[str], what: str) -> None:
    """Refuse kinds or levels that were asked for but that no entry has."""
    names = sorted(set(known) - {""})
    allowed = f"is none of the {what}: {', '.join(names)}."
    InputError.all(
        option, [f"{name!r} {allowed}{suggestion(name, names)}" for name in chosen if name not in names]
    )


def counted(
    indicator: str,
    source_id: str,
    source: Source,
    lists: Sequence[Sequence[Entry]],
    rules: Rules,
    about: About,
    remarks: Sequence[str] = (),
) -> Ingested:
    """Entries of lists -> counts of dyad-years, with the list behind them.

    An event counts in the year it begins, for each two of those who took part. A dyad-year without an event
    is 0 where the lists cover it, else it has no row: see `complete_years` of the module `counting` for
    the years, `covered_dyads` for the dyads, and `zero_years` for the states.
    Quality is the worst of the events that count, and `about.zero_grade` where there is none.

    Events are numbered ``E0001`` ... in order of date, whatever of them is asked for. Those that do not count
    stand in the list under kinds of their own.

    Raises
    ------
    InputError
        If there is no dyad-year to tell of.
    """
    ordered = sorted(chain.from_iterable(lists))
    refuse_unknown("--kind", rules.kinds, {entry.kind for entry in ordered}, "kinds in the list")
    complete = complete_years(lists, rules)
    begun = {entry.year for entry in ordered if rules.covers_year(entry.year)}
    years = range(min(complete | begun, default=0), max(complete | begun, default=-1) + 1)
    dyads = covered_dyads(ordered, rules)
    if not dyads or not years:
        message = "holds no event of the dyads and years asked for; ask for others, or give more files"
        raise NoFigures.at(source_id, message)
    place = {dyad: i for i, dyad in enumerate(dyads)}
    events = [event for event in listed(ordered, place, rules) if ordered[event.number].year in years]
    counting = [(event, ordered[event.number]) for event in events if event.counts]
    counts, worst = count(
        np.array([place[event.dyad] for event, _ in counting], dtype=np.int64),
        np.array([entry.year - years[0] for _, entry in counting], dtype=np.int64),
        np.array(["ABC".index(entry.quality) for _, entry in counting], dtype=np.int64),
        (len(dyads), len(years)),
    )
    number, year = np.nonzero(zero_years(ordered, dyads, years, complete) | (counts > 0))
    if not len(number):
        raise NoFigures.at(source_id, "covers no dyad in the years asked for; ask for others")
    kinds = sorted(rules.kinds or {entry.kind for entry in ordered})
    zero_rule = _zero_rule(complete, rules)
    zeros = int((counts[number, year] == 0).sum())
    # A year without an event has the worst grade -1, hence the last of these.
    graded = [(*GRADES, about.zero_grade)[grade] for grade in worst[number, year].tolist()]
    return Ingested(
        indicator,
        source_id,
        source,
        DyadYears(year + years[0], number, tuple(dyads)),
        {"count": counts[number, year]},
        _definition(indicator, about, kinds, years, (_rule(rules, kinds), zero_rule)),
        graded,
        [NO_EVENT if grade < 0 else "" for grade in worst[number, year].tolist()],
        _list(ordered, events, source_id),
        (
            *remarks,
            *_remarks(ordered, events, kinds),
            f"{len(number):,} dyad-years, {zeros:,} of them zero. {zero_rule}",
        ),
    )


def _list(entries: Sequence[Entry], events: Sequence[Listed], source_id: str) -> Mapping[str, list[str]]:
    width = max(4, len(str(len(entries))))
    of = [entries[event.number] for event in events]
    return {
        "iso3_a": [event.dyad[0] for event in events],
        "iso3_b": [event.dyad[1] for event in events],
        "event": [f"E{event.number + 1:0{width}}" for event in events],
        "date": [entry.date for entry in of],
        "date_end": [entry.end for entry in of],
        "name": [entry.name for entry in of],
        "kind": [_kind(entry, event, width) for entry, event in zip(of, events, strict=True)],
        "level": [entry.level for entry in of],
        "place": [entry.place for entry in of],
        "source": [source_id] * len(of),
        "quality": [entry.quality for entry in of],
        "note": [entry.note for entry in of],
    }


def _kind(entry: Entry, event: Listed, width: int) -> str:
    if event.left_out in ("level", "multilateral"):
        return f"{entry.kind} {MARKS[0]}{event.left_out})"
    if event.first != event.number:
        return f"{entry.kind} {MARKS[1]}E{event.first + 1:0{width}})"
    return entry.kind


def _rule(rules: Rules, kinds: Sequence[str]) -> str:
    levels = f" and whose level is {' or '.join(rules.levels)}" if rules.levels else ""
    multilateral = " Multilateral events do not count." if rules.multilateral == "exclude" else ""
    return (
        "The count of a year is the number of distinct event ids that begin in that year whose kind is "
        f"{' or '.join(kinds)}{levels}.{multilateral} Entries of one dyad, kind, level and place that begin "
        f"at most {rules.same_within} days after the last one's end are one event; entries without a place, "
        "or dated only to the month or year, are never joined."
    )


def _zero_rule(complete: Collection[int], rules: Rules) -> str:
    if not complete:
        return "A year without an event is missing: it lies outside the years that the list covers."
    covers = {
        "listed": "the dyads that the list names",
        "all": "all pairs of the states that the list names",
    }
    chosen = "" if isinstance(rules.covers, str) else ", ".join(sorted(rules.covers))
    whom = covers.get(str(rules.covers), f"the pairs of {chosen} with the states that the list names")
    first = (year for year in sorted(complete) if year - 1 not in complete)
    last = (year for year in sorted(complete) if year + 1 not in complete)
    spans = " and from ".join(f"{a} to {b}" for a, b in zip(first, last, strict=True))
    why = "the list is said to be complete" if rules.covers_years else "its entries run so far"
    return (
        f"A year from {spans} ({why}) without an event is read as zero for {whom}, while both states stood "
        "(state system of the Correlates of War)."
    )


def _definition(
    indicator: str, about: About, kinds: Sequence[str], years: range, rules: tuple[str, str]
) -> dict[str, object]:
    rule, zero_rule = rules
    shipped = shipped_definition(indicator)
    unit = about.unit.removesuffix(" a year")
    return shipped | {
        "definition": about.definition,
        "unit": about.unit,
        "measure": {"method": "count"},
        "variables": {"count": {"unit": unit, "description": "Distinct events of the year that count."}},
        "coverage": {"from": years[0], "to": years[-1]},
        "references": [*shipped.get("references", []), *about.references],
        "limits": f"{about.limits} {zero_rule} The scale was calibrated with another list; "
        "list and scale belong together, so set the scale anew or read the score with care.",
        "events": {"file": f"{indicator}_events.csv", "kinds": list(kinds), "rule": rule},
    }


def _remarks(
    entries: Sequence[Entry],
    events: Sequence[Listed],
    kinds: Sequence[str],
) -> list[str]:
    states = {state for entry in entries for state in entry.states}
    why = Counter(event.left_out or "repeats" for event in events if not event.counts)
    reasons = {
        "kind": "are of other kinds",
        "level": "are of other levels",
        "multilateral": "are multilateral",
        "repeats": "repeat an event that is listed before",
    }
    alone = sum(len(entry.states) < 2 for entry in entries)
    not_counted = [f"{why[reason]:,} {text}" for reason, text in reasons.items() if why[reason]]
    return [
        f"{len(entries):,} entries name {len(states)} states; of kind {', '.join(kinds)} they count",
        *([f"in the list but not counted, a dyad each: {'; '.join(not_counted)}"] if not_counted else []),
        *([f"{alone:,} entries left out: they name fewer than two countries"] if alone else []),
    ]
