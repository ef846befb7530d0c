"""Roll-call votes as in the R package unvotes: one row a state and vote cast, states by name.

Looked at: ``unvotes.csv`` of TidyTuesday 2021-03-23 (``rcid,country,country_code,vote``; sessions 1-74), with
the roll calls in ``roll_calls.csv`` beside it. States are read by name, since ``country_code`` NA is
Namibia and R's missing too. The file holds neither absences nor non-members.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bci.countries import iso3, successor
from bci.model.definitions import Source
from bci.sources.format import Format, Rows
from bci.sources.raw import Raw
from bci.sources.rules import Rules
from bci.sources.votes.ballots import Ballots, Calls, Votes, assemble, coded, idents, seated
from bci.sources.votes.counts import ingesting
from bci.sources.votes.roll_calls import noted_pieces, roll_calls_of

CODES = {"yes": 1, "abstain": 2, "no": 3}

SOURCE = Source(
    title="Roll-call votes of the United Nations General Assembly, sessions 1-74",
    publisher="R package unvotes (Robinson, Goguen-Compagnoni), from Voeten's data, doi:10.7910/DVN/LEJUQZ",
    place="https://github.com/dgrtwo/unvotes, un_votes and un_roll_calls written as CSV",
    licence="MIT; its data-raw/README says that the Dataverse files are CC0",
    vintage="",
)
LIMITS = (
    "The package holds sessions 1-74, and no absences. Votes on amendments and single paragraphs are in "
    "the data for some sessions only (52-67, 71 and 72 of sessions 47-74)."
)


def read(raws: Sequence[Raw], companions: Sequence[Raw], rules: Rules) -> Votes:
    """The votes of some files."""
    calls = roll_calls_of(raws, companions, "rcid")
    return assemble(raws, (ballots for raw in raws for ballots in _ballots(raw, calls, rules)), calls)


def _ballots(raw: Raw, calls: Calls, rules: Rules) -> Iterator[Ballots]:
    ids, state, vote = raw.spelt(("rcid", "country", "vote")).values()
    for piece in noted_pieces(raw, ids, [state, vote], calls):
        roll_calls = idents(piece, ids)
        countries = piece.countries(state, lambda name: successor(iso3(name)), rules)
        yield Ballots(
            raw,
            piece.lines,
            raw.header.index(vote) + 1,
            roll_calls,
            piece.columns[state],
            seated(countries, roll_calls, calls),
            coded(piece, vote, CODES),
        )


def _find_header(rows: Rows) -> int | None:
    # Voeten's own files have a column Country too, and numbers of states.
    names = {cell.strip().casefold() for cell in rows[0]} if rows else set()
    return 0 if {"rcid", "country", "vote"} <= names and "ccode" not in names else None


FORMAT = Format(
    name="unvotes",
    indicators=("un_voting",),
    looks="rcid, country, country_code, vote",
    source=SOURCE,
    find_header=_find_header,
    ingest=ingesting("unvotes", SOURCE, LIMITS, read),
    companions=("roll_calls",),
)
