"""Names and codes of countries -> ISO 3166 alpha-3: exact, or an error that says what to do.

The table is ``countries.csv``: every ISO 3166-1 entry, Kosovo (``XKX``) and states that ended since 1945.

- A cell with ``;`` holds several codes, today's first: COW 255 and 260 are Germany, COW 679 and 678 Yemen.
  ``m49`` also holds former codes and those of UN Comtrade: 842 is the United States, 280 West Germany.
- Former states stand under their withdrawn ISO code (``SUN``, ``YUG``, ``SCG``, ``CSK``, ``DDR``, ``YMD``,
  ``ANT``), or under their COW letters where ISO gave them none (``RVN`` South Vietnam, ``ZAN`` Zanzibar).
- An alias in two rows is ambiguous, hence an error: Korea, Congo, Virgin Islands; also ``VDR``, North Vietnam
  in ISO 3166-3 but found for the South too.
- A code that outlives a state means the state that carries it on: COW 365 is ``RUS`` and COW 345 ``SRB`` in
  every year, while the names "USSR" and "Yugoslavia" are ``SUN`` and ``YUG``; `successor` joins the two.

The seat of China in the United Nations passed on 25 October 1971: votes recorded for "China" before that day
belong to ``TWN`` (COW 713), from that day on to ``CHN`` (COW 710); see `china_seat`.
"""

from __future__ import annotations

import csv
import datetime
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from bci.errors import CountryError, suggestion

SYSTEMS = ("iso3", "iso2", "m49", "cow", "cow_letters", "gw")

_SAME_WORD = {"dem": "democratic", "fed": "federal", "fmr": "former", "isds": "islands", "rep": "republic"}
_SAME_WORD |= {"st": "saint", "the": ""}


class Country(NamedTuple):
    """One row of the table; codes by system, dates as written, empty where the state is older or lives on."""

    name: str
    spellings: list[str]
    codes: dict[str, list[str]]
    valid_from: str
    valid_to: str
    successor: str

    @property
    def first_year(self) -> int:
        """The year it began."""
        return int(self.valid_from[:4] or datetime.MINYEAR)

    @property
    def last_year(self) -> int:
        """The year it ended."""
        return int(self.valid_to[:4] or datetime.MAXYEAR)


def iso3(text: str) -> str:
    """ISO3 code of a country given by ISO3 or ISO2 code or by name.

    Case, accents, punctuation, "the" and "&" do not matter in names; nothing else is forgiven.

    Raises
    ------
    CountryError
        If `text` is no known country, may be more than one, or is a number.

    Examples
    --------
    >>> iso3("Viet Nam"), iso3("NA"), iso3("COTE D'IVOIRE"), iso3("U.S.S.R.")
    ('VNM', 'NAM', 'CIV', 'SUN')
    >>> iso3("Rusia")
    Traceback (most recent call last):
    bci.errors.CountryError: 'Rusia' is no known country. Did you mean 'Russia'?
    >>> iso3("Korea")
    Traceback (most recent call last):
    bci.errors.CountryError: 'Korea' may be KOR (South Korea) or PRK (North Korea); use the code.
    """
    if text in _countries():
        return text
    readings = _readings(text)
    if len(readings) == 1:
        return readings[0]
    if readings:
        raise CountryError(f"{text!r} may be {_listed(readings)}; use the code.")
    if not any(sign.isalpha() for sign in text):
        raise CountryError(f"{text!r} is no name; if it is a code, name its system (cow, gw or m49).")
    spellings = (spelling for country in _countries().values() for spelling in country.spellings)
    # At less, "Some Area" would be South Korea.
    nearest = suggestion(text.strip().title(), spellings, likeness=0.75)
    raise CountryError(f"{text!r} is no known country.{nearest}")


def from_code(code: str | int, system: str, year: int | None = None) -> str:
    """ISO3 code of the country that `code` means in a code system.

    Parameters
    ----------
    code
        The code; leading zeros and case do not matter.
    system
        One of :data:`SYSTEMS`: ``iso3``, ``iso2``, ``m49``, ``cow`` and ``cow_letters`` (Correlates of War),
        ``gw`` (Gleditsch and Ward).
    year
        Settles a code that two states bore one after the other, and refuses one whose state had ended. In the
        year of a change the code means the newer state.

    Raises
    ------
    CountryError
        If the system or the code is unknown, or the code means no country or several.

    Examples
    --------
    >>> from_code("020", "cow"), from_code(365, "cow", 1980), from_code("MNG", "cow_letters")
    ('CAN', 'RUS', 'MNE')
    >>> from_code("CS", "iso2", 1985), from_code("CS", "iso2", 2005)
    ('CSK', 'SCG')
    """
    if system not in SYSTEMS:
        choice = f"give one of {', '.join(SYSTEMS)}.{suggestion(system, SYSTEMS)}"
        raise CountryError(f"{system!r} is no code system; {choice}")
    key, table = _key(str(code)), _countries()
    bearers = _codes(system).get(key, [])
    if not bearers:
        elsewhere = [other for other in SYSTEMS if key in _codes(other)]
        hint = f"; it is one of {', '.join(elsewhere)}" if elsewhere else ""
        raise CountryError(f"{str(code)!r} is no code of {system}{hint}.")
    standing = [c for c in bearers if year is None or table[c].first_year <= year <= table[c].last_year]
    if not standing:
        raise CountryError(f"{system} {code} is {_listed(bearers)}; it meant no country in {year}.")
    carriers = {table[c].successor if table[c].successor in bearers else c for c in standing}
    if len(carriers) > 1 and year is None:
        raise CountryError(f"{system} {code} may be {_listed(sorted(carriers))}; give the year.")
    return max(carriers, key=lambda c: table[c].first_year)


def name(iso3: str) -> str:
    """Short English name.

    Examples
    --------
    >>> name("CHN"), name("SUN")
    ('China', 'Soviet Union')
    """
    return _countries()[from_code(iso3, "iso3")].name


def country(iso3: str) -> Country:
    """The row of a country.

    Examples
    --------
    >>> country("SUN").valid_to, country("SUN").codes["cow"]
    ('1991-12-26', ['365'])
    """
    return _countries()[from_code(iso3, "iso3")]


def successor(iso3: str) -> str:
    """State that carries on the seat and the codes of a former one, or the country itself.

    East Germany, Czechoslovakia, South Yemen, South Vietnam and Zanzibar ended without one.

    Examples
    --------
    >>> successor("SUN"), successor("YUG"), successor("CSK"), successor("CHN")
    ('RUS', 'SRB', 'CSK', 'CHN')
    """
    key = from_code(iso3, "iso3")
    return _countries()[key].successor or key


def dyad(text: str) -> tuple[str, str]:
    """Two countries in one text, joined by ``:``, ``,`` or ``-``, in alphabetical order.

    Names hold these signs too, so every place to split is tried; exactly one may give two countries.

    Raises
    ------
    CountryError
        If no split or more than one does, or the two are the same country.

    Examples
    --------
    >>> dyad("RUS-CHN"), dyad("Guinea-Bissau:Portugal"), dyad("Guinea-Bissau-Guinea")
    (('CHN', 'RUS'), ('GNB', 'PRT'), ('GIN', 'GNB'))
    >>> dyad("Taiwan, China")
    Traceback (most recent call last):
    bci.errors.CountryError: 'Taiwan, China' may be TWN (Taiwan) or the dyad CHN-TWN; join two codes.
    """
    places = (place for mark in ":,–-" for place, sign in enumerate(text) if sign == mark)
    splits = [(text[:place], text[place + 1 :]) for place in places]
    alone = _readings(text)
    pairs = [(_readings(left), _readings(right)) for left, right in splits]
    dyads = {tuple(sorted(left + right)) for left, right in pairs if len(left) == len(right) == 1}
    if not dyads and splits and not alone:
        # The likeliest split has the most readable sides; iso3 says what is wrong with the other.
        for side in max(splits, key=lambda split: sum(bool(_readings(side)) for side in split)):
            iso3(side)
    if not dyads:
        raise CountryError(f"{text!r} is not two countries; join two names or codes, as in CHN-RUS.")
    if alone or len(dyads) > 1:
        found = [*map(_label, alone), *(f"the dyad {'-'.join(pair)}" for pair in sorted(dyads))]
        raise CountryError(f"{text!r} may be {' or '.join(found)}; join two codes.")
    a, b = dyads.pop()
    if a == b:
        raise CountryError(f"{text!r} is {a} twice; a dyad needs two different countries.")
    return a, b


def china_seat(date: str) -> str:
    """Whose vote "China" was in the United Nations on a day: ``TWN`` before 25 October 1971, then ``CHN``.

    Examples
    --------
    >>> china_seat("1971-10-24"), china_seat("1971-10-25")
    ('TWN', 'CHN')
    """
    try:
        day = datetime.date.fromisoformat(date)
    except ValueError:
        raise CountryError(f"{date!r} is no date; write year-month-day, as in 1971-10-25.") from None
    return "TWN" if day < datetime.date(1971, 10, 25) else "CHN"


def carried_on(iso3s: Iterable[str]) -> str:
    """`` SUN is carried on by RUS.`` for each former state among some countries, to end a message with.

    Examples
    --------
    >>> carried_on(["CHN", "SUN"])
    ' SUN is carried on by RUS.'
    """
    former = [iso3 for iso3 in iso3s if successor(iso3) != iso3]
    return "".join(f" {iso3} is carried on by {successor(iso3)}." for iso3 in former)


@cache
def _countries() -> dict[str, Country]:
    text = Path(__file__).with_name("countries.csv").read_text(encoding="utf-8")
    return {
        row["iso3"]: Country(
            row["name"],
            [row["name"], *_cell(row["aliases"])],
            {system: _cell(row[system]) for system in SYSTEMS},
            row["valid_from"],
            row["valid_to"],
            row["successor"],
        )
        for row in csv.DictReader(text.splitlines())
    }


def _cell(text: str) -> list[str]:
    return text.split(";") if text else []


@cache
def _codes(system: str) -> dict[str, list[str]]:
    return _index((_key(code), iso3) for iso3, row in _countries().items() for code in row.codes[system])


@cache
def _spellings() -> dict[str, list[str]]:
    return _index((_plain(word), iso3) for iso3, row in _countries().items() for word in row.spellings)


def _index(entries: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    index: dict[str, list[str]] = {}
    for key, country in entries:
        index.setdefault(key, []).append(country)
    return index


def _readings(text: str) -> list[str]:
    key = _key(text)
    return _codes("iso3").get(key) or _codes("iso2").get(key) or _spellings().get(_plain(text), [])


def _key(code: str) -> str:
    code = code.strip()
    if code.isdecimal():
        return str(int(code))
    # Outside ASCII, upper() can grow letters: it would turn "ß" into South Sudan's SS.
    return code.upper() if code.isascii() else code


def _plain(text: str) -> str:
    letters = (
        sign if sign.isalnum() else " "
        for sign in unicodedata.normalize("NFKD", text.casefold().replace("&", " and "))
        if not (unicodedata.combining(sign) or sign in ".'’‘ʼ`")
    )
    return " ".join(filter(None, (_SAME_WORD.get(word, word) for word in "".join(letters).split())))


def _listed(codes: Iterable[str]) -> str:
    return " or ".join(map(_label, codes))


def _label(code: str) -> str:
    return f"{code} ({_countries()[code].name})"
