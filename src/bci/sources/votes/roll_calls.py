"""Facts of roll calls: session, date, whether on an amendment; a file of their own, or columns of another.

Files of roll calls that were looked at: ``roll_calls.csv`` of TidyTuesday 2021-03-23, which is
``un_roll_calls`` of the R package unvotes (``rcid,session,importantvote,date,unres,amend,para,short,descr``;
R writes missing as ``NA``).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from bci.errors import InputError
from bci.model.definitions import Source
from bci.sources.format import Format, Rows
from bci.sources.raw import Piece, Raw, first_of_each, raise_all
from bci.sources.votes.ballots import Calls, RollCall, idents

#: What a roll call goes by; ``rcid`` and ``resid`` are two numberings, never joined with one another.
IDS = ("vote_id", "rcid", "resid", "undl_id")
FACTS = ("session", "date", "amend", "para")
_VOTES = {"vote", "ms_vote", "ccode", "country", "ms_code"}

_REGULAR = re.compile(r"\d{1,3}")
_SPECIAL = re.compile(r"\d{1,2}(em)?sp|E?S-\d{1,2}", re.IGNORECASE)
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})([T ]00:00(:00(\.0+)?)?(Z|\+00:00)?)?")
_MARKS: Mapping[str, bool | None] = {"1": True, "0": False, "": None, "NA": None}


def looks_like_state(name: str) -> bool:
    """Whether a column is named as a state: by Correlates of War number or three capital letters."""
    return name.isascii() and (name.isdecimal() or (len(name) == 3 and name.isalpha() and name.isupper()))


def _find_header(rows: Rows) -> int | None:
    names = [cell.strip() for cell in rows[0]] if rows else []
    known = {name.casefold() for name in names}
    is_ours = bool(known & set(IDS)) and {"session", "date"} <= known and not known & _VOTES
    return 0 if is_ours and not any(map(looks_like_state, names)) else None


FORMAT = Format(
    name="roll_calls",
    indicators=(),
    looks="rcid (or vote_id, resid, undl_id), session, date, amend, para",
    source=Source(
        title="Roll calls of the United Nations General Assembly",
        publisher="as the file says",
        place="the file that was read",
        licence="as the votes it belongs to",
        vintage="",
    ),
    find_header=_find_header,
)


def regular_session(date: str) -> int:
    """The regular session in course on a day, which special and emergency sessions count towards.

    A regular session is taken to open on the third Tuesday of September (rule 1 of the Assembly's rules of
    procedure, in its long-standing form) and to last until the next opens. The first is never preceded by
    another.

    Examples
    --------
    The third Tuesday of September 2022 was the 20th: emergency votes of March belong to session 76.

    >>> regular_session("2022-03-02"), regular_session("2022-09-20"), regular_session("2022-10-12")
    (76, 77, 77)
    """
    day = datetime.date.fromisoformat(date)
    first = datetime.date(day.year, 9, 1)
    third_tuesday = first + datetime.timedelta((1 - first.weekday()) % 7 + 14)
    return max(day.year - 1945 - (day < third_tuesday), 1)


def fact_columns(raw: Raw) -> dict[str, str] | None:
    """Columns of a file that hold facts of roll calls, or None if it has no session and date."""
    names = raw.spelt(FACTS)
    return names if {"session", "date"} <= names.keys() else None


def noted_pieces(raw: Raw, key: str, columns: Iterable[str], calls: Calls) -> Iterator[Piece]:
    """The rows of a file, once what they say of their roll calls is noted.

    What is wrong, or contradicts what is known, is refused, once a roll call.

    Parameters
    ----------
    key, columns
        The column of ids, and others to read.
    calls
        Roll calls known so far, by id; None for one that was refused. What the file says is added.
    """
    names = fact_columns(raw) or {}
    for piece in raw.pieces([key, *columns, *names.values()]):
        if names:
            _note(piece, key, names, calls)
        ids = idents(piece, key)
        for row in np.flatnonzero(np.isin(ids.codes, [i for i, word in enumerate(ids.words) if not word])):
            piece.refuse(int(row), key, "a roll call without an id; write its number, or take the row out")
        yield piece


def roll_calls_of(raws: Sequence[Raw], companions: Sequence[Raw], key: str) -> Calls:
    """Roll calls of companions, by the id that the votes go by; none if the files say session and date
    themselves.

    Parameters
    ----------
    raws
        Files of votes.
    companions
        Files of the format ``roll_calls``.
    key
        The id that the votes go by, one of :data:`IDS`; ``vote_id`` stands for any of them.

    Raises
    ------
    InputError
        If a file of votes lacks session and date and no companion goes by its ids; or with everything that is
        wrong in the companions.
    """
    calls: Calls = {}
    lacking = [raw for raw in raws if fact_columns(raw) is None]
    if not lacking:
        return calls
    allowed = IDS if key == "vote_id" else (key, "vote_id")
    ids_of = [(raw, raw.spelt(allowed)) for raw in companions]
    usable = [(raw, next(spelt[name] for name in allowed if name in spelt)) for raw, spelt in ids_of if spelt]
    if not usable:
        message = (
            "does not say session and date of its roll calls; give the file of roll calls beside it, "
            f"with the columns {key}, session, date, amend, para"
        )
        raise InputError.at(lacking[0].place, message, lacking[0].header_line, 1)
    for raw, ids in usable:
        for _ in noted_pieces(raw, ids, (), calls):
            pass
    raise_all(companions)
    return calls


def _note(piece: Piece, key: str, names: Mapping[str, str], calls: Calls) -> None:
    """Note what each different row says of a roll call."""
    ids = idents(piece, key)
    facts = {fact: piece.columns[name] for fact, name in names.items()}
    for row in np.sort(first_of_each([ids, *facts.values()])[0]).tolist():
        ident = ids[row]
        call = _roll_call(**{fact: facts[fact][row] if fact in facts else "" for fact in FACTS})
        before = calls.get(ident, call)
        if before is None:
            continue
        if isinstance(call, list):
            for fact, message in call:
                piece.refuse(row, names[fact], message)
            calls[ident] = None
        elif isinstance(before, RollCall):
            calls[ident] = _joined(before, call)
            if calls[ident] is None:
                differ = f"{_in_words(call)} here, but of {_in_words(before)} elsewhere"
                piece.refuse(row, key, f"roll call {ident} is of {differ}; keep one")


def _roll_call(session: str, date: str, amend: str, para: str) -> RollCall | list[tuple[str, str]]:
    """The facts as read, or what is wrong with each."""
    wrong = []
    match = _DAY.fullmatch(date)
    day = match[1] if match else ""
    try:
        if not 1945 <= datetime.date.fromisoformat(day).year <= 2200:
            day = ""
    except ValueError:
        day = ""
    if not day:
        wrong.append(("date", f"{date!r} is no date from 1945 on; write year-month-day, as in 1992-12-16"))
    number = int(session) if session.isascii() and _REGULAR.fullmatch(session) else 0
    if not number and day and _SPECIAL.fullmatch(session):
        number = regular_session(day)
    if not 1 <= number <= 250 and (day or not _SPECIAL.fullmatch(session)):
        wrong.append(("session", f"{session!r} is no session; write a number, or as in 10emsp, 29sp, ES-10"))
    for fact, mark in (("amend", amend), ("para", para)):
        if mark not in _MARKS:
            wrong.append((fact, f"{mark!r} is no mark; write 1, 0, or nothing where not known"))
    if wrong:
        return wrong
    marks = {_MARKS[amend], _MARKS[para]}
    return RollCall(number, day, True if True in marks else False if False in marks else None)


def _joined(one: RollCall, other: RollCall) -> RollCall | None:
    """What both say; None where they contradict. That a file does not mark amendments contradicts nothing."""
    if one == other or (one[:2] == other[:2] and other.amendment is None):
        return one
    return other if one[:2] == other[:2] and one.amendment is None else None


def _in_words(call: RollCall) -> str:
    kind = {True: ", on an amendment or paragraph", False: ", on a whole text", None: ""}[call.amendment]
    return f"session {call.session}, {call.date}{kind}"
