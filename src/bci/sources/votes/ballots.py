"""Roll calls of the General Assembly: who voted how in each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bci.arrays import Whole
from bci.countries import china_seat
from bci.sources.raw import Column, Piece, Raw, raise_all

#: Votes as Voeten codes them; 0 stands for no record.
YES, ABSTAIN, NO, ABSENT, NO_MEMBER = 1, 2, 3, 8, 9

Codes = NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class Votes:
    """Roll calls and the votes in them.

    Attributes
    ----------
    roll_calls
        Ids, as the source has them, in no particular order.
    countries
        ISO3 codes in alphabetical order.
    vote
        Shape ``(roll calls, countries)``: 1 yes, 2 abstain, 3 no, 8 absent, 9 no member, 0 no record.
    session
        Shape ``(roll calls,)``: the regular session a roll call belongs to.
    calendar_year
        Shape ``(roll calls,)``: the year of its date.
    amendment
        Shape ``(roll calls,)``: whether it was on an amendment or a single paragraph.
    unmarked
        Shape ``(roll calls,)``: whether the source does not say so; these have False in `amendment`.
    repeated
        Rows that said the same as an earlier one, and were dropped.
    """

    roll_calls: tuple[str, ...]
    countries: tuple[str, ...]
    vote: Codes
    session: Whole
    calendar_year: Whole
    amendment: NDArray[np.bool_]
    unmarked: NDArray[np.bool_]
    repeated: int = 0


class RollCall(NamedTuple):
    """When a roll call was held, and whether on an amendment or paragraph (None where not said)."""

    session: int
    date: str
    amendment: bool | None


#: Roll calls by id; None for one that was refused.
Calls = dict[str, RollCall | None]


@dataclass(frozen=True, eq=False)
class Ballots:
    """Votes as they stand in a column of a raw file, one a row.

    Attributes
    ----------
    raw
        The file.
    line, column
        Where each vote stands.
    roll_call
        Id of the roll call of each.
    state
        The state as the file names it.
    country
        The country it is read as, ISO3; ``""`` where it is left out.
    vote
        As in `Votes`; -1 where it was refused.
    """

    raw: Raw
    line: Whole
    column: int
    roll_call: Column
    state: Column
    country: Column
    vote: Codes


def idents(piece: Piece, name: str) -> Column:
    """A column of ids of roll calls, ``""`` where missing."""
    column = piece.columns[name]
    return Column(["" if word == "NA" else word for word in column.words], column.codes)


def coded(piece: Piece, name: str, codes: Mapping[str, int]) -> Codes:
    """A column of votes as in `Votes`, -1 where a cell is none of the allowed ones, which is refused."""

    def code(text: str) -> int:
        if text not in codes:
            allowed = ", ".join(word for word, vote in codes.items() if word and vote)
            raise ValueError(f"{text!r} is no vote; write {allowed}")
        return codes[text]

    by_word = piece.of_words(name, code, -1)
    return np.array(by_word, dtype=np.int8)[piece.columns[name].codes]


def seated(countries: Column, roll_calls: Column, calls: Calls) -> Column:
    """Countries of votes, China as whoever held its seat on the day of each roll call."""
    seats = [china_seat(call.date) if (call := calls.get(ident)) else "CHN" for ident in roll_calls.words]
    is_china = np.array([word == "CHN" for word in countries.words], dtype=np.bool_)[countries.codes]
    codes = np.where(is_china, len(countries.words) + roll_calls.codes, countries.codes)
    return Column([*countries.words, *seats], codes)


def assemble(
    raws: Sequence[Raw], ballots: Iterable[Ballots], roll_calls: Mapping[str, RollCall | None]
) -> Votes:
    """Votes one by one, from some files -> roll calls by countries.

    Refused are votes of a roll call of which nothing is known (None stands for one that was refused before),
    a state that votes twice in a roll call and not the same, and two states that are one country and vote in
    the same roll call. A row that only repeats another is dropped and counted. That a state was no member (9)
    gives way to the vote of another that is the same country, as with the two Germanies' codes.

    Raises
    ------
    InputError
        With all problems of the files, those found before included.
    """
    calls: dict[str, int] = {}
    states: dict[str, int] = {}
    countries: dict[str, int] = {}
    parts = []
    for piece in ballots:
        entries = (
            _numbered(piece.roll_call, calls),
            _numbered(piece.country, countries),
            _numbered(piece.state, states),
            piece.vote.astype(np.int64),
            piece.line,
            np.full(len(piece.vote), piece.column),
            np.full(len(piece.vote), raws.index(piece.raw)),
        )
        parts.append(np.stack(entries))
    entries_of = np.concatenate(parts, axis=1) if parts else np.empty((7, 0), dtype=np.int64)
    left_out = countries.get("", -1)
    entry = entries_of[:, (entries_of[3] > 0) & (entries_of[1] != left_out)]
    _refuse_unknown(entry, list(calls), roll_calls, raws)
    entry, repeated = _once(entry, list(states), raws)
    _refuse_shared(entry, list(states), list(countries), raws)
    raise_all(raws)
    return _votes(entry, list(calls), list(countries), roll_calls, repeated)


def _numbered(column: Column, places: dict[str, int]) -> Whole:
    """The place of each cell among all different ones that were met."""
    by_word = [places.setdefault(word, len(places)) for word in column.words]
    return np.array(by_word, dtype=np.int64)[column.codes]


def _refuse(entry: Whole, raws: Sequence[Raw], message: str) -> None:
    *_, line, column, file = entry.tolist()
    raws[file].refuse(line, column, message)


def _refuse_unknown(
    entry: Whole, calls: Sequence[str], known: Mapping[str, RollCall | None], raws: Sequence[Raw]
) -> None:
    held, first = np.unique(entry[0], return_index=True)
    for call, at in zip(held.tolist(), first.tolist(), strict=True):
        if calls[call] and calls[call] not in known:
            message = f"roll call {calls[call]} has no session and date; add it to the file of roll calls"
            _refuse(entry[:, at], raws, message)


def _once(entry: Whole, states: Sequence[str], raws: Sequence[Raw]) -> tuple[Whole, int]:
    """Each state's vote in each roll call once, and how many rows only repeated another."""
    call, country, state = entry[:3]
    entry = entry[:, np.lexsort((state, country, call))]
    again = (entry[:3, 1:] == entry[:3, :-1]).all(axis=0)
    for at in np.flatnonzero(again & (entry[3, 1:] != entry[3, :-1])).tolist():
        before = raws[int(entry[6, at])]
        message = (
            f"{states[int(entry[2, at])]} votes {entry[3, at + 1]} here and {entry[3, at]} in "
            f"{before.place}:{entry[4, at]}, in the same roll call; keep one (1 yes, 2 abstain, 3 no, 8 "
            f"absent)"
        )
        _refuse(entry[:, at + 1], raws, message)
    return entry[:, np.append(True, ~again)[: entry.shape[1]]], int(again.sum())


def _refuse_shared(
    entry: Whole, states: Sequence[str], countries: Sequence[str], raws: Sequence[Raw]
) -> None:
    entry = entry[:, entry[3] != NO_MEMBER]
    shared = (entry[:2, 1:] == entry[:2, :-1]).all(axis=0) & (entry[2, 1:] != entry[2, :-1])
    for at in np.flatnonzero(shared).tolist():
        first, second = states[int(entry[2, at])], states[int(entry[2, at + 1])]
        country = countries[int(entry[1, at])]
        message = (
            f"{first} and {second} are both read as {country} and vote in the same roll call; "
            "leave one out with --leave-out, or read it as another country with --reading"
        )
        _refuse(entry[:, at + 1], raws, message)


def _votes(
    entry: Whole,
    calls: Sequence[str],
    countries: Sequence[str],
    known: Mapping[str, RollCall | None],
    repeated: int,
) -> Votes:
    held, row = np.unique(entry[0], return_inverse=True)
    names = sorted({countries[country] for country in np.unique(entry[1]).tolist()})
    place = {name: i for i, name in enumerate(names)}
    column = np.array([place.get(country, -1) for country in countries], dtype=np.int64)[entry[1]]
    vote = np.zeros((len(held), len(names)), dtype=np.int8)
    for last in (False, True):
        placed = (entry[3] != NO_MEMBER) == last
        vote[row[placed], column[placed]] = entry[3, placed]
    facts = [fact for call in held.tolist() if (fact := known[calls[call]]) is not None]
    return Votes(
        tuple(calls[call] for call in held.tolist()),
        tuple(names),
        vote,
        np.array([fact.session for fact in facts], dtype=np.int64),
        np.array([int(fact.date[:4]) for fact in facts], dtype=np.int64),
        np.array([fact.amendment is True for fact in facts], dtype=np.bool_),
        np.array([fact.amendment is None for fact in facts], dtype=np.bool_),
        repeated,
    )
