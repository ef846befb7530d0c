"""Roll-call votes as a table: one row a roll call, one column a state.

The first column is ``vote_id``, ``rcid``, ``resid`` or ``undl_id``. Columns of states are named by their
Correlates of War number or ISO3 code; cells hold 1, 2, 3, 8, 9 (as in Voeten's data) or Y, A, N, X (as in
the UN Digital Library), and nothing where there is no record. Session, date and marks stand in columns of
their own, as in the Library's "resolution-level" file, or in a file of roll calls beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from bci.countries import iso3, successor
from bci.errors import CountryError
from bci.model.definitions import Source
from bci.sources.format import Format, Rows
from bci.sources.raw import Column, Raw, read_country
from bci.sources.rules import Rules
from bci.sources.votes import voeten
from bci.sources.votes.ballots import Ballots, Calls, Votes, assemble, coded, idents, seated
from bci.sources.votes.counts import ingesting
from bci.sources.votes.roll_calls import FACTS, IDS, looks_like_state, noted_pieces, roll_calls_of

CODES = {**voeten.CODES, "Y": 1, "A": 2, "N": 3, "X": 8, "NV": 8, "": 0, "NA": 0}
#: Columns of the Library's file, and of lists of roll calls, that hold no votes.
_OTHERS = {"unres", "importantvote", "source", "year", "short", "descr", "resolution", "draft", "meeting"}
_OTHERS |= {"committee_report", "title", "agenda_title", "subjects", "vote_note", "modality", "undl_link"}
_OTHERS |= {"total_yes", "total_no", "total_abstentions", "total_non_voting", "total_ms", *FACTS, *IDS}

SOURCE = Source(
    title="Roll-call votes of the United Nations General Assembly, as a table of roll calls by states",
    publisher="as the file says",
    place="the file that was read",
    licence="as the data it was made from",
    vintage="",
)
LIMITS = "Which roll calls and states the table holds is for whoever made it to say."


def read(raws: Sequence[Raw], companions: Sequence[Raw], rules: Rules) -> Votes:
    """The votes of some files."""
    key = raws[0].header[0].casefold()
    calls = roll_calls_of(raws, companions, key)
    return assemble(raws, (ballots for raw in raws for ballots in _ballots(raw, key, calls, rules)), calls)


def _ballots(raw: Raw, key: str, calls: Calls, rules: Rules) -> Iterator[Ballots]:
    if raw.header[0].casefold() != key:
        message = f"goes by {raw.header[0]}, but the other files by {key}; read it alone"
        raw.refuse(raw.header_line, 1, message)
        return
    states = _states(raw, rules)
    raw.refuse_twice(raw.header)
    for piece in noted_pieces(raw, raw.header[0], [name for _, name, _ in states], calls):
        roll_calls, every_row = idents(piece, raw.header[0]), np.zeros(len(piece), dtype=np.int64)
        for column, name, country in states:
            countries = Column([country], every_row)
            if not name.isdecimal():
                countries = seated(countries, roll_calls, calls)
            vote = coded(piece, name, CODES)
            yield Ballots(raw, piece.lines, column, roll_calls, Column([name], every_row), countries, vote)


def _states(raw: Raw, rules: Rules) -> list[tuple[int, str, str]]:
    """Column, name and country of each state; what is neither that nor known to hold no votes is refused."""
    states = []
    for column, name in enumerate(raw.header, start=1):
        if name.casefold() in _OTHERS and name not in rules.readings:
            continue
        read = voeten.country if name.isdecimal() else _by_code
        country = read_country(name, read, rules)
        if isinstance(country, CountryError):
            raw.refuse(
                raw.header_line,
                column,
                f"{country} Read it with --reading, or leave the column out with --leave-out",
            )
        elif country:
            states.append((column, name, country))
    return states


def _by_code(text: str) -> str:
    if not looks_like_state(text):
        raise CountryError(f"{text!r} is no state; name columns by Correlates of War number or ISO3.")
    return successor(iso3(text))


def _find_header(rows: Rows) -> int | None:
    names = [cell.strip() for cell in rows[0]] if rows else []
    is_ours = bool(names) and names[0].casefold() in IDS and sum(map(looks_like_state, names)) >= 2
    return 0 if is_ours and not {name.casefold() for name in names} & {"vote", "ms_vote"} else None


FORMAT = Format(
    name="vote_matrix",
    indicators=("un_voting",),
    looks="vote_id (or rcid, resid, undl_id), then a column a state: 2, 20, 31 ... or USA, CAN, BHS ...",
    source=SOURCE,
    find_header=_find_header,
    ingest=ingesting("vote_matrix", SOURCE, LIMITS, read),
    companions=("roll_calls",),
)
