"""Roll-call votes as released by Voeten, Strezhnev and Bailey: one row a state and roll call.

Columns, by the codebook of the Dataverse deposit as others copied it: ``rcid`` (``resid`` in newer releases,
where votes on amendments and paragraphs have none), ``ccode`` (Correlates of War), ``member``, ``vote`` (1
yes, 2 abstain, 3 no, 8 absent, 9 no member), ``Country``, ``Countryname``, ``year``, ``session``,
``abstain``, ``yes``, ``no``, ``importantvote``, ``date``, ``unres``, ``amend``, ``para``, ``short``,
``descr``, six issue codes. A file written by R may begin with an unnamed column of row numbers, and writes
missing as ``NA``. The column ``year`` is never read: it is the year of the vote in most rows, but one year
for all of session 78.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from bci.countries import from_code, successor
from bci.model.definitions import Source
from bci.sources.format import Format, Rows
from bci.sources.raw import Raw
from bci.sources.rules import Rules
from bci.sources.votes.ballots import ABSENT, NO_MEMBER, Ballots, Calls, Votes, assemble, coded, idents
from bci.sources.votes.counts import ingesting
from bci.sources.votes.roll_calls import noted_pieces, roll_calls_of

CODES = {str(code): code for code in (1, 2, 3, 8, 9)}

SOURCE = Source(
    title="United Nations General Assembly Voting Data: roll-call votes",
    publisher="Voeten, Strezhnev and Bailey, Harvard Dataverse, doi:10.7910/DVN/LEJUQZ",
    place="https://doi.org/10.7910/DVN/LEJUQZ, file of roll-call votes",
    licence="see the deposit",
    vintage="",
)
LIMITS = (
    "Votes on amendments and single paragraphs are in the data for some sessions only (52-67, 71 and 72 of "
    "sessions 47-78). The release of June 2024 lacks the emergency votes of 2022 on Ukraine."
)


def country(code: str) -> str:
    """Country of a Correlates of War number: 365 is Russia and 345 Serbia in every year, 713 Taiwan."""
    return successor(from_code(code, "cow"))


def read(raws: Sequence[Raw], companions: Sequence[Raw], rules: Rules) -> Votes:
    """The votes of some files."""
    key = "rcid" if raws[0].spelt(["rcid"]) else "resid"
    calls = roll_calls_of(raws, companions, key)
    return assemble(raws, (ballots for raw in raws for ballots in _ballots(raw, key, calls, rules)), calls)


def _ballots(raw: Raw, key: str, calls: Calls, rules: Rules) -> Iterator[Ballots]:
    names = raw.spelt((key, "ccode", "vote", "member"))
    if key not in names:
        raw.refuse(raw.header_line, 1, f"has no column {key}, which the other files go by; read it alone")
        return
    ids, state, vote, *member = names.values()
    for piece in noted_pieces(raw, ids, [state, vote, *member], calls):
        codes = coded(piece, vote, CODES)
        for name in member:
            outside = np.array([word == "0" for word in piece.columns[name].words], dtype=np.bool_)
            codes[outside[piece.columns[name].codes] & (codes == ABSENT)] = NO_MEMBER
        yield Ballots(
            raw,
            piece.lines,
            raw.header.index(vote) + 1,
            idents(piece, ids),
            piece.columns[state],
            piece.countries(state, country, rules),
            codes,
        )


def _find_header(rows: Rows) -> int | None:
    names = {cell.strip().casefold() for cell in rows[0]} if rows else set()
    return 0 if {"ccode", "vote"} <= names and names & {"rcid", "resid"} else None


FORMAT = Format(
    name="voeten",
    indicators=("un_voting",),
    looks="rcid (or resid), ccode, vote, session, date",
    source=SOURCE,
    find_header=_find_header,
    ingest=ingesting("voeten", SOURCE, LIMITS, read),
    companions=("roll_calls",),
)
