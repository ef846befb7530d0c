"""Names and codes of countries -> ISO 3166 alpha-3: exact, or an error that says what to do.

The table is ``countries.csv``: every ISO 3166-1 entry, Kosovo (``XKX``) and the states that ended since 1945.

- A cell with ``;`` holds several codes, today's first: COW 255 and 260 are both Germany, COW 679 and 678 both
  Yemen. ``m49`` holds, after the code of today, the former ones and those of UN Comtrade (842 is the United
  States).
- Historical states stand under their withdrawn ISO code (``SUN``, ``YUG``, ``SCG``, ``CSK``, ``DDR``, ``YMD``,
  ``ANT``), or under their COW letters where ISO never gave one (``RVN`` South Vietnam, ``ZAN`` Zanzibar). ``VDR``
  is refused: ISO meant North Vietnam, some data sets mean the South.
- An alias in two rows is ambiguous and therefore an error: Korea, Congo, Virgin Islands.
- A code that outlives a state means the state that carries it on: COW 365 is ``RUS`` in every year, although
  the name "USSR" is ``SUN``. Pass names through :func:`successor` to make the two agree.

The seat of China in the United Nations passed on 25 October 1971: votes recorded for "China" before that day
belong to ``TWN`` (COW 713), from that day on to ``CHN`` (COW 710); see :func:`china_seat`.
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

_SAME_WORD = {
    "dem": "democratic",
    "fed": "federal",
    "fmr": "former",
    "isds": "islands",
    "rep": "republic",
    "st": "saint",
    "the": "",
}


class _Country(NamedTuple):
    name: str
    aliases: tuple[str, ...]
    codes: dict[str, tuple[str, ...]]
    valid_from: str
    valid_to: str
    successor: str

    def stood_in(self, year: int) -> bool:
        """Whether it existed on at least one day of `year`."""
        return int(self.valid_from[:4] or year) <= year <= int(self.valid_to[:4] or year)


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
    readings = _readings(text)
    if len(readings) == 1:
        return readings[0]
    if readings:
        raise CountryError(f"{text!r} may be {_listed(readings)}; use the code.")
    if not any(character.isalpha() for character in text):
        raise CountryError(
            f"{text!r} is no name; if it is a code, say which: from_code({text.strip()!r}, 'cow'), 'gw' or 'm49'."
        )
    spellings = (word for country in _countries().values() for word in (country.name, *country.aliases))
    raise CountryError(f"{text!r} is no known country.{suggestion(text.strip().title(), spellings)}")


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
    >>> from_code("020", "cow"), from_code(365, "cow", 1980), from_code(260, "gw"), from_code("MNG", "cow_letters")
    ('CAN', 'RUS', 'DEU', 'MNE')
    >>> from_code("CS", "iso2", 1985), from_code("CS", "iso2", 2005)
    ('CSK', 'SCG')
    """
    if system not in SYSTEMS:
        choice = f"give one of {', '.join(SYSTEMS)}.{suggestion(system, SYSTEMS)}"
        raise CountryError(f"{system!r} is no code system; {choice}")
    key = _key(str(code))
    bearers = _codes(system).get(key, ())
    if not bearers:
        elsewhere = [other for other in SYSTEMS if key in _codes(other)]
        hint = f"; it is one of {', '.join(elsewhere)}" if elsewhere else ""
        raise CountryError(f"{str(code)!r} is no code of {system}{hint}.")
    standing = [bearer for bearer in bearers if year is None or _countries()[bearer].stood_in(year)]
    if not standing:
        raise CountryError(f"{system} {code} is {_listed(bearers)}; it meant no country in {year}.")
    carriers = {_carrier(bearer, system, key) for bearer in standing}
    if len(carriers) > 1 and year is None:
        raise CountryError(f"{system} {code} may be {_listed(sorted(carriers))}; give the year.")
    return max(carriers, key=lambda carrier: _countries()[carrier].valid_from)


def name(iso3: str) -> str:
    """Short English name.

    Examples
    --------
    >>> name("CHN"), name("SUN")
    ('China', 'Soviet Union')
    """
    return _countries()[from_code(iso3, "iso3")].name


def successor(iso3: str) -> str:
    """The state that carries on seat and codes of a former one; any other country is its own.

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

    Every place to split is tried, for names hold these characters too; exactly one may work.

    Raises
    ------
    CountryError
        If no split or more than one gives two countries, or both are the same.

    Examples
    --------
    >>> dyad("RUS-CHN"), dyad("Guinea-Bissau:Portugal"), dyad("Guinea-Bissau-Guinea")
    (('CHN', 'RUS'), ('GNB', 'PRT'), ('GIN', 'GNB'))
    >>> dyad("Taiwan, China")
    Traceback (most recent call last):
    bci.errors.CountryError: 'Taiwan, China' may be TWN (Taiwan) or the dyad CHN-TWN; use codes, as in CHN-RUS.
    """
    splits = [
        (text[:place], text[place + 1 :]) for mark in ":,–-" for place, sign in enumerate(text) if sign == mark
    ]
    pairs = [(_readings(left), _readings(right)) for left, right in splits]
    dyads = sorted({(min(a, b), max(a, b)) for left, right in pairs if len(left) == len(right) == 1
                    for a, b in [(left[0], right[0])]})
    alone = _readings(text)
    if not dyads:
        if alone or not splits:
            raise CountryError(f"{text!r} is not two countries; join two names or codes, as in CHN-RUS.")
        nearest = max(range(len(pairs)), key=lambda place: sum(map(bool, pairs[place])))
        for side in splits[nearest]:
            iso3(side)
    if alone or len(dyads) > 1:
        found = [_listed([country]) for country in alone] + [f"the dyad {a}-{b}" for a, b in dyads]
        raise CountryError(f"{text!r} may be {' or '.join(found)}; use codes, as in CHN-RUS.")
    a, b = dyads[0]
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


@cache
def _countries() -> dict[str, _Country]:
    text = Path(__file__).with_name("countries.csv").read_text(encoding="utf-8")
    return {
        row["iso3"]: _Country(
            row["name"],
            _cell(row["aliases"]),
            {system: _cell(row[system]) for system in SYSTEMS},
            row["valid_from"],
            row["valid_to"],
            row["successor"],
        )
        for row in csv.DictReader(text.splitlines())
    }


def _cell(text: str) -> tuple[str, ...]:
    return tuple(text.split(";")) if text else ()


@cache
def _codes(system: str) -> dict[str, tuple[str, ...]]:
    return _index((_key(code), key) for key, country in _countries().items() for code in country.codes[system])


@cache
def _spellings() -> dict[str, tuple[str, ...]]:
    return _index(
        (_normal(word), key)
        for key, country in _countries().items()
        for word in (country.name, *country.aliases)
    )


def _index(entries: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    index: dict[str, tuple[str, ...]] = {}
    for key, country in entries:
        index[key] = (*index.get(key, ()), country)
    return index


def _readings(text: str) -> tuple[str, ...]:
    key = _key(text)
    return _codes("iso3").get(key) or _codes("iso2").get(key) or _spellings().get(_normal(text), ())


def _key(code: str) -> str:
    code = code.strip()
    if code.isdecimal():
        return str(int(code))
    # Outside ASCII, upper() can grow letters: it would turn "ß" into South Sudan's SS.
    return code.upper() if code.isascii() else code


def _normal(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold().replace("&", " and "))
    kept = (
        character if character.isalnum() else " "
        for character in plain
        if not (unicodedata.combining(character) or character in ".'’‘ʼ`")
    )
    return " ".join(filter(None, (_SAME_WORD.get(word, word) for word in "".join(kept).split())))


def _carrier(bearer: str, system: str, key: str) -> str:
    heir = _countries()[bearer].successor
    return heir if heir in _codes(system)[key] else bearer


def _listed(codes: Iterable[str]) -> str:
    def label(code: str) -> str:
        country = _countries()[code]
        ended = f", until {country.valid_to[:4]}" if country.valid_to else ""
        return f"{code} ({country.name}{ended})"

    return " or ".join(map(label, codes))
