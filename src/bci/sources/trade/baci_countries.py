"""Codes of countries in BACI: ``country_codes_V202501.csv`` and its like, and what they are without it.

Columns ``country_code``, ``country_name``, ``country_iso2``, ``country_iso3`` since 2024; before,
``country_code``, ``country_name_abbreviation``, ``country_name_full``, ``iso_2digit_alpha``,
``iso_3digit_alpha``. The codes are those of UN Comtrade, hence nearly M49; the releases of 2023 and 2025 were
compared with the table of countries, and differ from it in `OWN` and `NO_COUNTRY` alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bci.countries import from_code, iso3, successor
from bci.errors import CountryError
from bci.model.definitions import Source
from bci.sources.formats import Format, Rows
from bci.sources.raw import Raw
from bci.sources.trade.reports import spelt

#: Belgium-Luxembourg to 1998, which CEPII files under Belgium; "Other Asia, nes", which in Comtrade is Taiwan
#: (CEPII's list gives it no code, and has no other one for Taiwan); Serbia and Montenegro to 2005.
OWN = {"58": "BEL", "490": "TWN", "891": "SRB"}

#: "Europe EFTA, nes", the Southern African Customs Union to 1999 (five countries), "US Misc. Pacific Isds".
NO_COUNTRY = frozenset({"697", "711", "849"})

#: What the list writes where it has no ISO3 code.
NO_ISO3 = frozenset({"", "N/A", "NA"})
ISO3_COLUMNS = ("country_iso3", "iso_3digit_alpha")


def country(code: str) -> str:
    """The country of a BACI code, former states as their successors; ``""`` where it is no single country."""
    plain = code.lstrip("0")
    if plain in NO_COUNTRY:
        return ""
    return OWN.get(plain) or successor(from_code(code, "m49"))


def reader(companions: Sequence[Raw]) -> Callable[[str], str]:
    """How to read codes: by the lists given, else by `country`.

    Raises
    ------
    InputError
        With every code that stands twice in a list, or is another country there than in M49.
    """
    if not companions:
        return country
    known: dict[str, str] = {}
    for raw in companions:
        known |= _read(raw)

    def read(code: str) -> str:
        if code.lstrip("0") not in known:
            lists = ", ".join(raw.place for raw in companions)
            raise CountryError(f"{code!r} is not in the list of codes, {lists}.")
        return known[code.lstrip("0")]

    return read


def _read(raw: Raw) -> dict[str, str]:
    """ISO3 by code, ``""`` for what is no country."""
    spellings = {name.casefold() for name in raw.header}
    column = next(name for name in ISO3_COLUMNS if name in spellings)
    code_name, iso3_name = spelt(raw, "country_code", column)
    known: dict[str, str] = {}
    for piece in raw.pieces([code_name, iso3_name]):
        codes = piece.whole(code_name, 1, 999).tolist()
        for row, (code, text) in enumerate(zip(map(str, codes), piece.columns[iso3_name], strict=True)):
            own = _country(country, code)
            listed = own if text in NO_ISO3 or code in {*OWN, *NO_COUNTRY} else _country(iso3, text)
            if row in piece.wrong:
                continue
            if code in known:
                piece.refuse(row, code_name, f"{code} stands twice; keep one row")
            elif own and listed != own:
                piece.refuse(row, iso3_name, f"{text!r} is not the country of code {code}, which is {own}")
            known[code] = listed
    raw.raise_problems()
    return known


def _country(read: Callable[[str], str], text: str) -> str:
    """A country, ``""`` where there is none: the list has codes of its own for groups, such as ``ZA1``."""
    try:
        return successor(read(text) or "")
    except CountryError:
        return ""


def _find_header(rows: Rows) -> int | None:
    names = {cell.strip().casefold() for cell in rows[0]} if rows else set()
    return 0 if "country_code" in names and names & set(ISO3_COLUMNS) else None


FORMAT = Format(
    name="baci_countries",
    indicators=(),
    looks="country_code,country_name,country_iso2,country_iso3",
    source=Source(
        title="BACI: codes of countries",
        publisher="CEPII",
        place="https://www.cepii.fr/CEPII/en/bdd_modele/bdd_modele_item.asp?id=37",
        licence="Etalab Open Licence 2.0: any use with attribution",
        vintage="in the name of the file, e.g. V202501",
    ),
    find_header=_find_header,
)
