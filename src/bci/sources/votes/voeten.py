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
from bci.sources.formats import Format, Rows
from bci.sources.raw import Raw
from bci.sources.rules import Rules
from bci.sources.votes.ballots import (
    ABSENT,
    NO_MEMBER,
    Ballots,
    RollCall,
    Votes,
    assemble,
    coded,
    idents,
)
from bci.sources.votes.roll_calls import noted_pieces, roll_calls_of
from bci.sources.votes.voting import ingesting

CODES = {text: code for code in (1, 2, 3, 8, 9) for text in (str(code), f"{code}.0")}

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
    return successor(from_code(code.removesuffix(".0"), "cow"))


def read(raws: Sequence[Raw], companions: Sequence[Raw], rules: Rules) -> Votes:
    """The votes of some files."""
    columns = [raw.spelt(("rcid", "resid", "ccode", "vote", "member")) for raw in raws]
    key = "rcid" if "rcid" in columns[0] else "resid"
    calls = roll_calls_of(raws, companions, key)
    pieces = (
        ballots
        for raw, names in zip(raws, columns, strict=True)
        for ballots in _ballots(raw, names, key, calls, rules)
    )
    return assemble(raws, pieces, calls)


def _ballots(
    raw: Raw, names: dict[str, str], key: str, calls: dict[str, RollCall | None], rules: Rules
) -> Iterator[Ballots]:
    if key not in names:
        raw.refuse(raw.header_line, 1, f"has no column {key}, which the other files go by; read it alone")
        return
    ids, state, vote = names[key], names["ccode"], names["vote"]
    member = [names["member"]] if "member" in names else []
    column = raw.header.index(vote) + 1
    for piece in noted_pieces(raw, ids, [state, vote, *member], calls):
        codes = coded(piece, vote, CODES)
        if member:
            outside = np.array([cell in ("0", "0.0") for cell in piece.columns[member[0]]], dtype=np.bool_)
            codes[outside & (codes == ABSENT)] = NO_MEMBER
        yield Ballots(
            raw,
            piece.lines,
            [column] * len(piece),
            idents(piece.columns[ids]),
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
