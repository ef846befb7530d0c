"""Where a list of events says zero: its years, the states that stood; one event, one country, one entry."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from house import RAW
from hypothesis import given
from hypothesis import strategies as st

from bci.cli.group import group
from bci.cli.ingest import chosen_rules
from bci.data.panel import check_folder
from bci.errors import InputError
from bci.sources.events.counting import Entry, complete_years, covered_dyads, zero_years
from bci.sources.figures import Ingested
from bci.sources.ingesting import ingest
from bci.sources.recognise import recognise
from bci.sources.rules import Rules
from bci.sources.write import write_folder

HEADER = "date,participants,kind,level,place,source"
EXERCISES = RAW / "event_list" / "military_exercises_made_up.csv"


def written(folder: Path, *events: str, name: str = "military_exercises") -> Path:
    """A list of drills, each given as its date and who took part."""
    path = folder / f"{name}.csv"
    rows = (f"{date},{states},drill,,,news" for date, states in (event.split(" ", 1) for event in events))
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return path


def ingested(*paths: Path, **options: Any) -> Ingested:
    (result,), _ = ingest(recognise(paths), Rules(**options))
    return result


def refused(*paths: Path, **options: Any) -> str:
    with pytest.raises(InputError) as error:
        ingested(*paths, **options)
    return str(error.value)


def counts(result: Ingested) -> dict[str, dict[int, int]]:
    found: dict[str, dict[int, int]] = {}
    rows = zip(result.rows.number, result.rows.year.tolist(), result.columns["count"].tolist(), strict=True)
    for number, year, count in rows:
        found.setdefault("-".join(result.rows.dyads[number]), {})[year] = int(count)
    return found


def test_years_asked_for_cut_the_years_of_a_list_and_never_widen_them():
    # The list runs from 2003 to 2006.
    only = frozenset({("CHN", "RUS")})
    assert counts(ingested(EXERCISES, start=1992, end=2023, dyads=only)) == {
        "CHN-RUS": {2003: 2, 2004: 0, 2005: 2, 2006: 0}
    }
    cut = ingested(EXERCISES, start=1992, end=2004, dyads=only)
    assert counts(cut) == {"CHN-RUS": {2003: 2, 2004: 0}}
    assert cut.definition["coverage"] == {"from": 2003, "to": 2004}
    assert "A year from 2003 to 2004 (its entries run so far) without an event" in cut.remarks[-1]
    assert cut.remarks[-1].split(". ", 1)[1] in str(cut.definition["limits"])
    assert "holds no event of the dyads and years asked for" in refused(EXERCISES, start=2010)


def test_the_years_of_a_list_are_those_of_all_its_entries(tmp_path):
    # China-Russia alone runs from 2001 to 2002; the list from 2000 to 2004.
    path = written(tmp_path, "2000 FRA;DEU", "2001 CHN;RUS", "2002-05 CHN;RUS", "2004 FRA;DEU")
    asked = counts(ingested(path, dyads=frozenset({("CHN", "RUS")})))
    assert asked == {"CHN-RUS": {2000: 0, 2001: 1, 2002: 1, 2003: 0, 2004: 0}}


def test_a_span_that_the_user_declares_has_zeros_throughout(tmp_path):
    path = written(tmp_path, "2001 CHN;RUS", "2003 CHN;RUS")
    result = ingested(path, covers_years=(2000, 2005), end=2004)
    assert counts(result) == {"CHN-RUS": {2000: 0, 2001: 1, 2002: 0, 2003: 1, 2004: 0}}
    assert "A year from 2000 to 2004 (the list is said to be complete) without" in result.remarks[-1]


def test_what_lies_outside_a_declared_span_counts_but_is_nowhere_zero(tmp_path):
    path = written(tmp_path, "1995 CHN;RUS", "2001 CHN;RUS")
    result = ingested(path, covers_years=(2000, 2002))
    assert counts(result) == {"CHN-RUS": {1995: 1, 2000: 0, 2001: 1, 2002: 0}}
    assert result.definition["coverage"] == {"from": 1995, "to": 2002}
    late = ingested(path, covers_years=(2010, 2012), end=2009)
    assert counts(late) == {"CHN-RUS": {1995: 1, 2001: 1}}
    assert "A year without an event is missing" in late.remarks[-1]


def test_years_between_two_lists_are_missing(tmp_path):
    early = written(tmp_path, "1990 CHN;RUS", "1992 CHN;RUS", name="military_exercises_1")
    late = written(tmp_path, "2000 CHN;RUS", "2002 CHN;RUS", name="military_exercises_2")
    result = ingested(early, late)
    assert counts(result) == {"CHN-RUS": {1990: 1, 1991: 0, 1992: 1, 2000: 1, 2001: 0, 2002: 1}}
    assert "A year from 1990 to 1992 and from 2000 to 2002 (" in result.remarks[-1]


@pytest.mark.parametrize("covers", ["listed", "all", frozenset({"KEN"})])
def test_no_zero_for_a_state_that_did_not_stand(tmp_path, covers):
    # South Sudan since 2011; Czechoslovakia to 1992.
    young = written(tmp_path, "2008 KEN;UGA", "2012 KEN;SSD", "2013 KEN;UGA")
    assert counts(ingested(young, covers=covers))["KEN-SSD"] == {2011: 0, 2012: 1, 2013: 0}
    ended = written(tmp_path, "1990 Czechoslovakia;KEN", "1994 KEN;UGA")
    assert counts(ingested(ended, covers=covers))["CSK-KEN"] == {1990: 1, 1991: 0, 1992: 0}


def test_an_event_with_a_state_before_its_entry_counts_and_makes_no_zeros(tmp_path):
    path = written(tmp_path, "2008 KEN;SSD", "2012 KEN;UGA")
    assert counts(ingested(path))["KEN-SSD"] == {2008: 1, 2011: 0, 2012: 0}


def test_what_is_outside_the_state_system_has_zeros_from_its_first_entry_on(tmp_path):
    path = written(tmp_path, "2008 KEN;UGA", "2010 KEN;Palestine", "2012 KEN;UGA")
    found = counts(ingested(path, covers="all"))
    assert found["KEN-PSE"] == {2010: 1, 2011: 0, 2012: 0}
    assert found["PSE-UGA"] == {2010: 0, 2011: 0, 2012: 0}
    assert "HKG-KEN" not in counts(ingested(path, covers=frozenset({"HKG", "KEN"})))


def test_all_pairs_are_never_fewer_zeros_than_the_listed_ones():
    listed, everyone = counts(ingested(EXERCISES)), counts(ingested(EXERCISES, covers="all"))
    # Four states, all of them standing: 6 dyads of 4 years.
    assert sum(map(len, everyone.values())) == 24
    assert {dyad: everyone[dyad] for dyad in listed} == listed


STATES = ("CHN", "CSK", "KEN", "PSE", "RUS", "SSD", "SVK", "VAT")
ENTRIES = st.builds(
    lambda year, states: Entry(str(year), "", tuple(sorted(states)), "drill"),
    st.integers(1985, 2015),
    st.sets(st.sampled_from(STATES), min_size=2, max_size=3),
)


@given(st.lists(st.lists(ENTRIES, min_size=1, max_size=4), min_size=1, max_size=3), st.integers(1980, 2020))
def test_wider_rules_never_take_a_zero_away(lists, start):
    entries = [entry for own in lists for entry in own]
    years = range(1980, 2021)

    def zeros(**options: Any) -> set[tuple[Any, int]]:
        rules = Rules(**options)
        dyads = covered_dyads(entries, rules)
        found = zero_years(entries, dyads, years, complete_years(lists, rules))
        return {
            (dyad, year) for dyad, row in zip(dyads, found, strict=True) for year in years if row[year - 1980]
        }

    listed = zeros()
    assert listed <= zeros(covers="all")
    assert listed <= zeros(covers_years=(1980, 2020))
    # A first year cuts, and does nothing else.
    assert zeros(start=start) == {key for key in listed if key[1] >= start}
    span = {entry.year for entry in entries}
    assert all(min(span) <= year <= max(span) for _, year in listed)


def test_a_former_state_is_the_one_that_carries_it_on(tmp_path):
    path = written(tmp_path, "1990 USSR;China", "1993 Russia;China", "1994 Yugoslavia;China")
    found = counts(ingested(path))
    assert found == {
        "CHN-RUS": {1990: 1, 1991: 0, 1992: 0, 1993: 1, 1994: 0},
        "CHN-SRB": {1990: 0, 1991: 0, 1992: 0, 1993: 0, 1994: 1},
    }
    both = written(tmp_path, "1991 USSR;Russia;China")
    assert f"{both}:2:2: participants: 'Russia' is RUS, who stands here already" in refused(both)


def test_journeys_to_the_soviet_union_are_journeys_to_russia(tmp_path):
    path = tmp_path / "journeys.csv"
    path.write_text(
        "leader,country,visited,date\n"
        "A,China,Soviet Union,1991-05\nB,Russia,China,1992-12\nC,USSR,Russia,1991\n"
    )
    assert counts(ingested(path)) == {"CHN-RUS": {1991: 1, 1992: 1}}


def test_options_name_former_states_as_sources_do():
    rules = chosen_rules(
        {"dyads": ["CHN-USSR"], "countries": ["Yugoslavia"], "covers": "USSR,CHN", "readings": ["X=SUN"]}
    )
    assert (rules.dyads, rules.countries) == (frozenset({("CHN", "RUS")}), frozenset({"SRB"}))
    assert (rules.covers, rules.readings) == (frozenset({"CHN", "RUS"}), {"X": "RUS"})
    with pytest.raises(InputError, match="--dyad: 'USSR-Russia' is RUS twice; a dyad needs two different"):
        chosen_rules({"dyads": ["USSR-Russia"]})


def test_the_declared_span_is_read_or_refused():
    assert chosen_rules({"covers_years": "1992-2023"}).covers_years == (1992, 2023)
    assert chosen_rules({"covers_years": "1992"}).covers_years == (1992, 1992)
    assert chosen_rules({}) == Rules()
    for text in ("2023-1992", "x", "1992-1995,2000"):
        with pytest.raises(InputError, match=r"^--covers-years: "):
            chosen_rules({"covers_years": text})


def test_the_declared_span_is_an_option(tmp_path):
    path, out = written(tmp_path, "2001 CHN;RUS"), tmp_path / "out"
    words = ["ingest", path, "-o", out, "--covers-years", "2000-2002", "--dyad", "CHN-USSR"]
    done = CliRunner().invoke(group, [str(word) for word in words])
    assert done.exit_code == 0, done.stderr
    lines = (out / "military_exercises.csv").read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[:4] for line in lines[1:]] == [
        ["CHN", "RUS", "2000", "0"],
        ["CHN", "RUS", "2001", "1"],
        ["CHN", "RUS", "2002", "0"],
    ]


def test_one_list_under_two_names_is_refused(tmp_path):
    # Dated to the month, the rows would never be joined, and count twice.
    first = written(tmp_path, "2003-05 CHN;RUS", "2004-05 CHN;RUS", name="military_exercises_a")
    # The same events with other spellings, and one more.
    other = ("2002 CHN;IND", "2003-05 Russia;China", "2004-05 RUS;CHN")
    second = written(tmp_path, *other, name="military_exercises_b")
    words = "give one of the files, or one that joins both lists"
    assert refused(first, second) == f"{second}:3:1: stands in {first}:2 too, as do 1 more rows; {words}"
    third = written(tmp_path, "2004-05 CHN;RUS", name="military_exercises_c")
    assert refused(first, third) == f"{third}:2:1: stands in {first}:3 too; {words}"
    assert counts(ingested(first))["CHN-RUS"] == {2003: 1, 2004: 1}


def test_rows_that_are_alike_in_one_list_are_two_events(tmp_path):
    path = written(tmp_path, "2003-05 CHN;RUS", "2003-05 CHN;RUS")
    assert counts(ingested(path)) == {"CHN-RUS": {2003: 2}}


def test_journeys_that_stand_in_two_files_are_refused(tmp_path):
    path = RAW / "leader_travel" / "plain.csv"
    copy = tmp_path / "copy.csv"
    copy.write_text(path.read_text(encoding="utf-8").replace("Moscow", "Kazan"), encoding="utf-8")
    # The first journey has another place now; three rows stand in both.
    assert f"{copy}:3:1: stands in {path}:3 too, as do 2 more rows" in refused(path, copy)


def test_two_lists_in_one_folder_are_two_sources(tmp_path):
    files = recognise([EXERCISES, RAW / "event_list" / "visits.csv"])
    results, _ = ingest(files, Rules())
    assert {made.indicator: made.source_id for made in results} == {
        "military_exercises": "military_exercises_list",
        "official_visits": "official_visits_list",
    }
    write_folder(tmp_path / "out", results, form="csv", force=False)
    whole = check_folder(tmp_path / "out")
    assert set(whole.observations["military_exercises"]["source"]) == {"military_exercises_list"}
    assert set(whole.sources) >= {"military_exercises_list", "official_visits_list"}


def test_an_id_that_was_given_is_kept(tmp_path):
    path = written(tmp_path, "2003 CHN;RUS")
    (made,), _ = ingest(recognise([path]), Rules(sources={path.name: "mine"}))
    assert made.source_id == "mine"
    assert made.events is not None
    assert set(made.events["source"]) == {"mine"}
