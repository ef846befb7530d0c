"""When states stood, by the state system of the Correlates of War: a zero needs two states that there were.

States are as `bci.countries.successor` joins them: Russia has stood since 1816, Serbia since 1878. One that
left the system and came back has stood since the last entry that followed an absence of more than 20 years
(Estonia 1991, Morocco 1956, Egypt 1937); shorter ones, mostly occupations, do not count (Austria 1938-1955,
Haiti 1915-1934). The list ends in 2016, and the states that it has then are taken to stand since.

References
----------
Correlates of War Project. 2017. State System Membership List, v2016. https://correlatesofwar.org
"""

from __future__ import annotations

_ENTERED = {
    1816: "CHE DEU DNK ESP FRA GBR ITA NLD PRT RUS SWE TUR USA", 1822: "BRA", 1828: "GRC", 1830: "BEL",
    1831: "COL MEX", 1839: "CHL PER", 1841: "ARG VEN", 1846: "PRY", 1848: "BOL", 1854: "ECU", 1855: "IRN",
    1859: "HTI", 1860: "CHN JPN", 1868: "GTM", 1875: "SLV", 1878: "ROU SRB", 1882: "URY", 1887: "THA",
    1894: "DOM", 1898: "ETH", 1899: "HND", 1900: "NIC", 1902: "CUB", 1903: "PAN", 1905: "NOR", 1908: "BGR",
    1914: "ALB", 1917: "FIN", 1918: "CSK HUN POL", 1919: "AFG AUT", 1920: "AUS CAN CRI LBR LUX NPL NZL ZAF",
    1921: "MNG", 1922: "IRL", 1926: "YEM", 1927: "SAU", 1932: "IRQ", 1937: "EGY", 1944: "ISL",
    1946: "JOR LBN PHL SYR", 1947: "IND PAK", 1948: "ISR LKA MMR PRK", 1949: "IDN KOR TWN",
    1951: "LBY", 1953: "KHM LAO", 1954: "DDR RVN VNM", 1956: "MAR SDN TUN", 1957: "GHA MYS", 1958: "GIN",
    1960: "BEN BFA CAF CIV CMR COD COG CYP GAB MDG MLI MRT NER NGA SEN SOM TCD TGO", 1961: "KWT SLE TZA",
    1962: "BDI DZA JAM RWA TTO UGA", 1963: "KEN ZAN", 1964: "MLT MWI ZMB", 1965: "GMB MDV SGP ZWE",
    1966: "BRB BWA GUY LSO", 1967: "YMD", 1968: "GNQ MUS SWZ", 1970: "FJI", 1971: "ARE BGD BHR BTN OMN QAT",
    1973: "BHS", 1974: "GNB GRD", 1975: "AGO COM CPV MOZ PNG STP SUR", 1976: "SYC WSM", 1977: "DJI",
    1978: "DMA SLB", 1979: "LCA VCT", 1981: "ATG BLZ VUT", 1983: "KNA", 1984: "BRN", 1990: "LIE NAM",
    1991: "ARM AZE BLR EST FSM GEO KAZ KGZ LTU LVA MDA MHL TJK TKM UKR UZB", 1992: "BIH HRV SMR SVN",
    1993: "AND CZE ERI MCO MKD SVK", 1994: "PLW", 1999: "KIR NRU TON", 2000: "TUV", 2002: "TLS", 2006: "MNE",
    2008: "XKX", 2011: "SSD",
}  # fmt: skip

#: First year of each state; what is not here, such as Palestine or Hong Kong, is outside the state system.
FIRST_YEAR = {code: year for year, codes in _ENTERED.items() for code in codes.split()}
#: Last year of those that ended without a successor.
LAST_YEAR = {"CSK": 1992, "DDR": 1990, "RVN": 1975, "YMD": 1990, "ZAN": 1964}


def stood(iso3: str, year: int) -> bool:
    """Whether a state stood in a year, those of its entry and its end included; never outside the system.

    Examples
    --------
    >>> stood("SSD", 2010), stood("SSD", 2011), stood("CSK", 1993), stood("PSE", 2020)
    (False, True, False, False)
    """
    return iso3 in FIRST_YEAR and FIRST_YEAR[iso3] <= year <= LAST_YEAR.get(iso3, year)
