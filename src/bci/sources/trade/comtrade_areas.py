"""Reporters and partners of UN Comtrade -> ISO3, or the name of an area that is no country.

The codes are those of M49 with UN Comtrade's own beside them. These were looked up in public copies of its
lists of reporters and partners (``reporterAreas.json``, ``partnerAreas.json``), not at the source. "Other
Asia, not elsewhere specified" (490) is read as Taiwan: the UN files Taiwan's trade there, and little else in
practice.
"""

from __future__ import annotations

from functools import cache

from bci.countries import from_code, successor
from bci.errors import CountryError
from bci.sources.trade.reported import WORLD

TAIWAN = "490"

#: Partners that are no country; their trade counts towards that with the world.
AREAS = {
    "58": "Belgium-Luxembourg",
    "80": "British Antarctic Territory",
    "129": "Caribbean, nes",
    "221": "Eastern Europe, nes",
    "290": "Northern Africa, nes",
    "457": "Sarawak",
    "459": "Peninsula Malaysia",
    "461": "Sabah",
    "471": "CACM, nes",
    "472": "Africa CAMEU region, nes",
    "473": "LAIA, nes",
    # The code of Monaco in M49, whose trade UN Comtrade counts in that of France (251).
    "492": "Europe EU, nes",
    "527": "Oceania, nes",
    "536": "Neutral Zone",
    "568": "Other Europe, nes",
    "577": "Other Africa, nes",
    "582": "Former Pacific Islands",
    "592": "Former Panama Canal Zone",
    "636": "Rest of America, nes",
    "637": "North America and Central America, nes",
    "647": "Ryukyu Islands",
    "697": "Europe EFTA, nes",
    "711": "South African Customs Union",
    "717": "Former Rhodesia and Nyasaland",
    "836": "Former Zanzibar and Pemba",
    "837": "Bunkers",
    "838": "Free Zones",
    "839": "Special Categories",
    "849": "US Miscellaneous Pacific Islands",
    "879": "Western Asia, nes",
    "899": "Areas, nes",
}

#: Groups of countries that are listed one by one as well.
GROUPS = {"97": "European Union", "975": "ASEAN"}

#: States that some reporters go on to list after their end.
FORMER = {
    "200": "Former Czechoslovakia",
    "278": "Former East Germany",
    "530": "Former Netherlands Antilles",
    "532": "Former Netherlands Antilles and Aruba",
    "720": "Former Democratic Yemen",
    "810": "Former USSR",
    "868": "Former Republic of Viet Nam",
    "890": "Former Yugoslavia",
    "891": "Former Serbia and Montenegro",
}

#: Areas -> the countries whose trade may be in them, and which are therefore missing, not 0, beside them.
JOINT = {
    area: frozenset(members.split())
    for area, members in {
        "Belgium-Luxembourg": "BEL LUX",
        "Sarawak": "MYS",
        "Peninsula Malaysia": "MYS",
        "Sabah": "MYS",
        "Former Pacific Islands": "FSM MHL MNP PLW",
        "Former Panama Canal Zone": "PAN",
        "Ryukyu Islands": "JPN",
        "South African Customs Union": "BWA LSO NAM SWZ ZAF",
        "Former Rhodesia and Nyasaland": "MWI ZMB ZWE",
        "Former Zanzibar and Pemba": "TZA",
        "Former Czechoslovakia": "CZE SVK",
        "Former East Germany": "DEU",
        "Former Netherlands Antilles": "BES CUW SXM",
        "Former Netherlands Antilles and Aruba": "ABW BES CUW SXM",
        "Former Democratic Yemen": "YEM",
        "Former USSR": "ARM AZE BLR EST GEO KAZ KGZ LTU LVA MDA RUS TJK TKM UKR UZB",
        "Former Republic of Viet Nam": "VNM",
        "Former Yugoslavia": "BIH HRV MKD MNE SRB SVN XKX",
        "Former Serbia and Montenegro": "MNE SRB XKX",
    }.items()
}


@cache
def partner(code: str, year: int) -> str:
    """What a code of UN Comtrade means in a year.

    Returns
    -------
    str
        ISO3 (of the state that carries a former one on: Russia for the USSR), `WORLD`, the name of an area,
        or ``""`` for a group of countries.

    Raises
    ------
    CountryError
        If the code is not known, or its state had ended and the area is not listed here.

    Examples
    --------
    >>> partner("156", 2015), partner("810", 1985), partner("490", 2015), partner("899", 2015)
    ('CHN', 'RUS', 'TWN', 'Areas, nes')
    """
    plain = str(int(code)) if code.isascii() and code.isdecimal() else code
    if plain == "0":
        return WORLD
    if plain in GROUPS:
        return ""
    if plain == TAIWAN:
        return "TWN"
    if plain in AREAS:
        return AREAS[plain]
    try:
        return successor(from_code(plain, "m49", year))
    except CountryError:
        if plain in FORMER:
            return FORMER[plain]
        raise
