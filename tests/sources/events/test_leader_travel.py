"""Journeys of leaders: counted by hand, and refused where they are wrong."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from house import RAW

from bci.errors import InputError
from bci.sources.events.leader_travel import FORMAT
from bci.sources.figures import Ingested
from bci.sources.raw import Raw
from bci.sources.rules import Rules

CASES = RAW / "leader_travel"
COLT, PLAIN = CASES / "colt_made_up.csv", CASES / "plain.csv"


def ingested(path: Path, **options: Any) -> Ingested:
    header = path.read_bytes().decode("latin-1").splitlines()[0].split(",")
    assert FORMAT.find_header([header]) == 0
    assert FORMAT.ingest is not None
    raw = Raw(path, tuple(header), encoding=FORMAT.encoding)
    return FORMAT.ingest("official_visits", [raw], [], Rules(**options))


def counts(result: Ingested) -> dict[tuple[str, int], int]:
    dyads = ["-".join(result.rows.dyads[i]) for i in result.rows.number]
    years, found = result.rows.year.tolist(), map(int, result.columns["count"])
    return dict(zip(zip(dyads, years, strict=True), found, strict=True))


def positive(result: Ingested) -> dict[tuple[str, int], int]:
    return {key: count for key, count in counts(result).items() if count}


def changed(folder: Path, line: int, **cells: str) -> Path:
    """The COLT file with other cells in one line (the header is line 1)."""
    rows = list(csv.reader(io.StringIO(COLT.read_bytes().decode("latin-1"), newline="")))
    for name, text in cells.items():
        rows[line - 1][rows[0].index(name)] = text
    path = folder / "colt.csv"
    with path.open("w", encoding="latin-1", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return path


def refused(path: Path, **options: Any) -> str:
    with pytest.raises(InputError) as error:
        ingested(path, **options)
    return str(error.value)


def test_journeys_of_heads_count_in_either_direction():
    # China-Russia 2010: the Chinese head in Russia (17-19 March, listed again from 20 March on: one journey),
    # the Russian president and the prime minister in China in May (two). The foreign minister does not count.
    # France in Congo: only the year is known. South Sudan in China: 2012.
    assert positive(ingested(COLT)) == {("CHN-RUS", 2010): 3, ("COD-FRA", 2011): 1, ("CHN-SSD", 2012): 1}


def test_what_is_no_dyad_is_left_out_and_told():
    remarks = "\n".join(ingested(COLT).remarks)
    assert "colt_made_up.csv: 1 journeys of leaders of organisations left out" in remarks
    # Crimea is no country; a leader at home makes no dyad.
    assert "2 entries left out: they name fewer than two countries" in remarks


def test_other_offices_count_where_the_rules_name_them():
    assert positive(ingested(COLT, levels=("F",))) == {("CHN-RUS", 2010): 1}
    assert positive(ingested(COLT, levels=("head of government", "F"))) == {("CHN-RUS", 2010): 2}
    assert "--level: 'crown prince' is none of the offices in the list" in refused(COLT, levels=("CP",))


def test_journeys_marked_multilateral_are_left_out_on_demand():
    assert positive(ingested(COLT, multilateral="exclude"))["CHN-RUS", 2010] == 2


def test_zeros_of_a_census_stand_for_all_pairs_of_its_states():
    found = counts(ingested(COLT, covers="all"))
    # South Sudan has stood since 2011; Palestine is no member of the state system, and named from 2012 on.
    assert [year for dyad, year in found if dyad == "CHN-FRA"] == [2010, 2011, 2012]
    assert [year for dyad, year in found if dyad == "RUS-SSD"] == [2011, 2012]
    assert found["CHN-RUS", 2011] == 0


def test_grades_are_those_of_a_census_or_of_a_list():
    census, plain = ingested(COLT), ingested(PLAIN, start=2010, end=2011)
    assert set(zip(census.columns["count"] > 0, census.quality, strict=True)) == {(True, "A"), (False, "B")}
    assert set(plain.quality) == {"C"}
    assert (census.source.title[:7], plain.source.title) == ("Country", "List of leaders' journeys")


def test_a_plain_list_is_read_alike():
    # Moscow to 19 March and Kazan from 20 March are one journey to Russia; the month in China is another.
    assert positive(ingested(PLAIN)) == {("CHN-RUS", 2010): 2}
    events = ingested(PLAIN).events
    assert events is not None
    assert events["name"][0] == "Wang Made-Up in Moscow"
    assert (events["place"][0], events["level"][0]) == ("Russia", "head of state and government")


def test_without_offices_all_journeys_count(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("leader,country,visited,date\nA,China,Russia,2010\nB,Russia,China,2010-05\n")
    assert positive(ingested(path)) == {("CHN-RUS", 2010): 2}


WRONG = {
    "office": ({"LeaderRole": "D"}, "2:8: LeaderRole: 'D' is no office; give one of GS (head of state"),
    "country": (
        {"CountryVisited": "Rusia"},
        "2:13: CountryVisited: 'Rusia' is no known country. Did you mean",
    ),
    "leader": ({"LeaderCountryOrIGO": ""}, "2:3: LeaderCountryOrIGO: "),
    "year": ({"TripYear": "2011"}, "2:19: TripYear: 2011 is not the year of TripStartDate, 2010-03-17"),
    "no year": ({"TripYear": "TBD"}, "2:19: TripYear: 'TBD' is no whole number"),
    "date": ({"TripStartDate": "March 2010"}, "2:20: TripStartDate: 'March 2010' is no date; write 2003,"),
    "order": (
        {"TripStartDate": "17/3/2010"},
        "2:20: TripStartDate: '17/3/2010' may name the month or the day",
    ),
    "end": ({"TripEndDate": "3/16/2010"}, "2:21: TripEndDate: 2010-03-16 lies before the begin, 2010-03-17"),
    "mark": ({"AttendedMultilatEvent": "perhaps"}, "'perhaps' is not allowed; give Yes or No"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_cells_are_refused_where_they_stand(tmp_path, name):
    cells, words = WRONG[name]
    path = changed(tmp_path, 2, **cells)
    message = refused(path)
    assert message.startswith(f"{path}:2:")
    assert words in message


def test_names_can_be_read_or_left_out(tmp_path):
    path = changed(tmp_path, 2, CountryVisited="Rusia")
    assert positive(ingested(path, readings={"Rusia": "RUS"}))["CHN-RUS", 2010] == 3
    # Without the first entry, the second is a journey of its own.
    assert positive(ingested(path, left_out=frozenset({"Rusia"})))["CHN-RUS", 2010] == 3
