"""When states stood, beside the table of countries and what is known of single states."""

import csv
from pathlib import Path

import bci
from bci.countries import country
from bci.sources import states
from bci.sources.states import FIRST_YEAR, LAST_YEAR, stood


def table() -> list[dict[str, str]]:
    text = Path(bci.__file__).with_name("countries.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def test_the_years_of_entry_are_those_of_the_state_system():
    # Spot checks: old members, the two waves of independence, returns after long and after short absences.
    years = {"FRA": 1816, "CHN": 1860, "JPN": 1860, "IND": 1947, "ISR": 1948, "DZA": 1962, "BGD": 1971}
    years |= {"AGO": 1975, "NAM": 1990, "UKR": 1991, "SVK": 1993, "SSD": 2011, "EST": 1991, "MAR": 1956}
    years |= {"EGY": 1937, "AUT": 1919, "SRB": 1878, "TWN": 1949, "VNM": 1954}
    assert {code: FIRST_YEAR.get(code) for code in years} == years


def test_no_state_stands_under_two_years():
    codes = " ".join(states._ENTERED.values()).split()
    assert len(codes) == len(set(codes)) == len(FIRST_YEAR)
    assert list(states._ENTERED) == sorted(states._ENTERED)


def test_members_are_the_states_that_have_a_number_of_the_correlates_of_war():
    """Second route: the codes in the table of countries; former states stand as their successors."""
    numbered = {row["iso3"] for row in table() if row["cow"]}
    assert set(FIRST_YEAR) == numbered - {"SUN", "YUG", "SCG"}


def test_states_end_as_in_the_table_of_countries():
    ended = {row["iso3"] for row in table() if row["valid_to"] and row["iso3"] in FIRST_YEAR}
    assert {code: country(code).last_year for code in ended} == LAST_YEAR


def test_a_state_stands_from_its_entry_to_its_end():
    assert [year for year in range(2008, 2014) if stood("SSD", year)] == [2011, 2012, 2013]
    assert [year for year in range(1989, 1995) if stood("CSK", year)] == [1989, 1990, 1991, 1992]
    assert stood("RUS", 1980)
    assert not any(stood(code, 2000) for code in ("PSE", "HKG", "VAT", "SUN", "nowhere"))
