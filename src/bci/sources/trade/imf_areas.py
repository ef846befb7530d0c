"""Names and codes of the IMF's trade statistics -> ISO3, the world, or an area that is no country.

The names of groups and areas, and the IMF's codes beside ISO3 (``KOS``, ``WBG``, ``YAR``, ``G001`` ...,
``TX126`` ...), were looked up in public code that reads these files; the codes of areas stand in the order of
their names there.
"""

from __future__ import annotations

import re
from functools import cache

from bci.countries import iso3, successor
from bci.sources.trade.reported import WORLD

WORLDS = {"World", "G001", "W00"}

#: Groups of countries that are listed one by one as well; further ones have codes such as G163 and GX170.
GROUPS = {
    "Advanced Economies",
    "Africa",
    "CIS",
    "EMDEs by Source of Export Earnings: Fuel",
    "EMDEs by Source of Export Earnings: Nonfuel",
    "Emerging Market and Developing Economies",
    "Emerging Markets and Developing Economies",
    "Emerging and Developing Asia",
    "Emerging and Developing Economies",
    "Emerging and Developing Europe",
    "Euro Area",
    "Euro Area (EA)",
    "Europe",
    "European Union",
    "Export earnings: fuel",
    "Export earnings: nonfuel",
    "Latin America and Caribbean (LAC)",
    "Latin America and the Caribbean (LAC)",
    "Middle East",
    "Middle East and Central Asia",
    "Middle East, North Africa, Afghanistan, and Pakistan",
    "Middle East, North Africa, and Pakistan",
    "Other Countries n.i.e",
    "Other Countries n.i.e.",
    "Sub-Saharan Africa",
    "Sub-Saharan Africa (SSA)",
    "TX910",
    "Western Hemisphere",
}

#: Partners that are no country; their trade counts towards that with the world.
AREAS = {
    "TX126": "Belgium-Luxembourg",
    "TX198": "South African Common Customs Area (SACCA)",
    "TX399": "Western Hemisphere not specified",
    "TX489": "Middle East and Central Asia not specified",
    "TX554": "Malaysia, West",
    "TX598": "Asia not specified",
    "TX799": "Africa not specified",
    "TX884": "Europe not specified",
    "TX898": "Countries & Areas not specified",
    "TX899": "Special Categories",
}
_AREA_NAMES = {name.casefold(): name for name in AREAS.values()}

#: Areas -> the countries whose trade may be in them, and which are therefore missing, not 0, beside them.
JOINT = {
    "Belgium-Luxembourg": frozenset({"BEL", "LUX"}),
    "South African Common Customs Area (SACCA)": frozenset({"BWA", "LSO", "NAM", "SWZ", "ZAF"}),
    "Malaysia, West": frozenset({"MYS"}),
}

#: Names and codes that are the IMF's own; `bci.countries` knows the others.
ALIASES = {
    "Comoros, Union of the": "COM",
    "Eastern Germany": "DDR",
    "French Territories: French Polynesia": "PYF",
    "French Territories: New Caledonia": "NCL",
    "Hong Kong, China P.R.": "HKG",
    "KOS": "XKX",
    "Venezuela, República Bolivariana de": "VEN",
    "WBG": "PSE",
    "YAR": "YEM",
    "Yugoslavia, SFR": "YUG",
}
_ENDINGS = (
    ", Kingdom of the Netherlands",
    ", United Kingdom-British Overseas Territory",
    " Special Administrative Region, People's Republic of China",
)


@cache
def partner(text: str) -> str:
    """What a name or code of the IMF means.

    Returns
    -------
    str
        ISO3 (of the state that carries a former one on: Russia for the USSR), `WORLD`, the name of an area,
        or ``""`` for a group of countries.

    Raises
    ------
    CountryError
        If the name is not known.

    Examples
    --------
    >>> partner("China, P.R.: Mainland"), partner("KOS"), partner("G163"), partner("Special Categories")
    ('CHN', 'XKX', '', 'Special Categories')
    """
    if text in WORLDS:
        return WORLD
    if text in GROUPS or re.fullmatch(r"GX?\d{3}", text):
        return ""
    if area := AREAS.get(text) or _AREA_NAMES.get(text.casefold()):
        return area
    for ending in _ENDINGS:
        text = text.removesuffix(ending)
    return successor(ALIASES.get(text) or iso3(text))
