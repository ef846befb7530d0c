"""How names and codes of countries are read, explained."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from bci.countries import SYSTEMS, country, from_code, iso3
from bci.errors import CountryError, InputError

#: Systems in which a text of digits, or of letters, may be a code.
NUMERIC = ("cow", "gw", "m49")
LETTERS = ("iso3", "iso2", "cow_letters")


def readings(
    texts: Iterable[str], system: str | None = None, year: int | None = None
) -> list[dict[str, str]]:
    """Every reading of each text: what it was read as, and the country it means.

    A text that is read as a name or ISO code has that reading first; codes of other systems that it may be
    confused with follow. A number has a reading in each system that knows it.

    Parameters
    ----------
    system
        Read the texts as codes of this system alone.
    year
        The year for codes that two states bore one after the other.

    Raises
    ------
    InputError
        With every text that has no reading, and what was probably meant.

    Examples
    --------
    >>> [(row["read_as"], row["iso3"]) for row in readings(["MNG"])]
    [('iso3 code', 'MNG'), ('cow_letters code', 'MNE')]
    >>> [(row["read_as"], row["iso3"]) for row in readings(["20"])]
    [('cow code', 'CAN'), ('gw code', 'CAN'), ('m49 code', 'AND')]
    """
    rows: list[dict[str, str]] = []
    problems = []
    for text in texts:
        try:
            rows += [_row(text, read_as, meant) for read_as, meant in _readings(text, system, year)]
        except CountryError as error:
            problems.append(str(error))
    InputError.all("codes", problems)
    return rows


def in_words(rows: Iterable[dict[str, str]], width: int) -> str:
    """The readings as lines that fit in `width` columns.

    Examples
    --------
    >>> print(in_words(readings(["USSR"]), 80))
    USSR: Soviet Union (SUN), by another spelling; iso2 SU, m49 810, cow 365,
        cow_letters RUS, gw 365; from 1922-12-30 to 1991-12-26, carried on by RUS
    """
    return "\n".join(textwrap.fill(_in_words(row), width, subsequent_indent="    ") for row in rows)


def _in_words(row: dict[str, str]) -> str:
    codes = ", ".join(f"{system} {row[system]}" for system in SYSTEMS if system != "iso3" and row[system])
    span = " ".join(f"{end} {row[end]}" for end in ("from", "to") if row[end])
    carried = f"carried on by {row['successor']}" if row["successor"] else ""
    stood = ", ".join(filter(None, [span, carried]))
    read = f"{row['text']}: {row['name']} ({row['iso3']}), by {row['read_as']}"
    return "; ".join(filter(None, [read, codes, stood]))


def _readings(text: str, system: str | None, year: int | None) -> list[tuple[str, str]]:
    if system is not None:
        return [(f"{system} code", from_code(text, system, year))]
    if text.strip().isdecimal():
        return _as_codes(text, NUMERIC, year) or [("name", iso3(text))]
    meant = iso3(text)
    codes = _as_codes(text, LETTERS, year)
    as_code = next((read_as for read_as, other in codes if other == meant), None)
    written = country(meant).name.casefold() == text.strip().casefold()
    first = (as_code or ("name" if written else "another spelling"), meant)
    return [first, *((read_as, other) for read_as, other in codes if other != meant)]


def _as_codes(text: str, systems: Iterable[str], year: int | None) -> list[tuple[str, str]]:
    meanings = []
    for system in systems:
        try:
            meanings.append((f"{system} code", from_code(text, system, year)))
        except CountryError:
            continue
    return meanings


def _row(text: str, read_as: str, meant: str) -> dict[str, str]:
    entry = country(meant)
    others = {system: ";".join(entry.codes[system]) for system in SYSTEMS if system != "iso3"}
    span = {"from": entry.valid_from, "to": entry.valid_to, "successor": entry.successor}
    return {"text": text, "read_as": read_as, "iso3": meant, "name": entry.name, **others, **span}
