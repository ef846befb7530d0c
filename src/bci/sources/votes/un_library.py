"""Votes on adopted resolutions as published by the UN Digital Library: one row a state and resolution.

The file is that of record 4060887.

Headers, as others quote them from the files of March 2025 and of February 2026, which adds ``vote_note``::

    undl_id,ms_code,ms_name,ms_vote,date,session,resolution,draft,committee_report,meeting,title,agenda_title,
    subjects,vote_note,total_yes,total_no,total_abstentions,total_non_voting,total_ms,undl_link

``ms_vote`` is Y, N, A or X (non-voting; NV in the description of 2024). ``session`` is a number, or
``10emsp`` and ``29sp`` (``ES-10`` in another copy) for emergency special and special sessions, which count
towards the regular session in course. ``ms_code`` has codes of its own for some former states (GER for West
Germany), so the name "at the time of the vote" decides where the code is unknown, or outlived the state. A
file of the Security Council lacks ``session``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from bci.countries import from_code, iso3, successor
from bci.errors import CountryError
from bci.model.definitions import LAST_YEAR, Source
from bci.sources.format import Format, header_with
from bci.sources.raw import CHOICE, Column, Piece, Raw, first_of_each, read_country
from bci.sources.rules import Rules
from bci.sources.votes.ballots import Ballots, Calls, Votes, assemble, coded, idents, seated
from bci.sources.votes.counts import ingesting
from bci.sources.votes.roll_calls import noted_pieces

CODES = {"Y": 1, "A": 2, "N": 3, "X": 8, "NV": 8, "": 8}

SOURCE = Source(
    title="United Nations General Assembly Voting Data",
    publisher="United Nations, Dag Hammarskjöld Library, UN Digital Library",
    place="https://digitallibrary.un.org/record/4060887",
    licence="Copyright United Nations; non-commercial use, with attribution",
    vintage="",
)
LIMITS = (
    "The Library holds adopted resolutions only: no failed drafts, amendments or paragraphs. Its records "
    "of who voted how before about 1975 are incomplete."
)


def read(raws: Sequence[Raw], companions: Sequence[Raw], rules: Rules) -> Votes:
    """The votes of some files."""
    calls: Calls = {}
    return assemble(raws, (ballots for raw in raws for ballots in _ballots(raw, calls, rules)), calls)


def _ballots(raw: Raw, calls: Calls, rules: Rules) -> Iterator[Ballots]:
    names = raw.spelt(("undl_id", "ms_code", "ms_name", "ms_vote"))
    ids, code, vote = names["undl_id"], names["ms_code"], names["ms_vote"]
    name = names.get("ms_name", code)
    for piece in noted_pieces(raw, ids, [code, name, vote], calls):
        roll_calls = idents(piece, ids)
        countries = seated(_countries(piece, code, name, rules), roll_calls, calls)
        yield Ballots(
            raw,
            piece.lines,
            raw.header.index(vote) + 1,
            roll_calls,
            piece.columns[code],
            countries,
            coded(piece, vote, CODES),
        )


def _countries(piece: Piece, code: str, name: str, rules: Rules) -> Column:
    first, number = first_of_each([piece.columns[code], piece.columns[name]])
    words = []
    for at, row in enumerate(first.tolist()):
        country = _country(piece.columns[code][row], piece.columns[name][row], rules)
        if isinstance(country, CountryError):
            for same in np.flatnonzero(number == at).tolist():
                piece.refuse(same, code, f"{country} {CHOICE}")
            country = ""
        words.append(country)
    return Column(words, number)


def _country(code: str, name: str, rules: Rules) -> str | CountryError:
    """The country of a row: by what the user says, else by code and name, which must not contradict."""
    for text in (code, name):
        if text in rules.readings or text in rules.left_out:
            return read_country(text, rules=rules)
    by_code, by_name = read_country(code, _current), read_country(name, _current)
    if isinstance(by_name, CountryError):
        return by_code
    if isinstance(by_code, CountryError) or by_code == by_name or _ended(by_name):
        return by_name
    return CountryError(f"{code!r} is {by_code}, but {name!r} beside it is {by_name}.")


def _current(text: str) -> str:
    return successor(iso3(text))


def _ended(country: str) -> bool:
    """Whether a state ended without a successor, as Czechoslovakia did."""
    try:
        from_code(country, "iso3", LAST_YEAR)
    except CountryError:
        return True
    return False


FORMAT = Format(
    name="un_library",
    indicators=("un_voting",),
    looks="undl_id, ms_code, ms_name, ms_vote, date, session, resolution",
    source=SOURCE,
    find_header=header_with("undl_id", "ms_code", "ms_vote", "date", "session"),
    ingest=ingesting("un_library", SOURCE, LIMITS, read),
)
