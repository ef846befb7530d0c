"""Files cut down to some of their rows: what they no longer tell is missing or refused, never a figure."""

import csv
import gzip
import math
from pathlib import Path

import numpy as np
import pytest
from baci_files import ingest as ingest_baci
from cow_files import CASE, SHORT, ingest, with_totals
from house import written
from hypothesis import given
from hypothesis import strategies as st
from sources.votes.test_files import case
from sources.votes.test_files import ingest as ingest_votes
from trade_files import Figures, figures

from bci.errors import InputError, NoFigures
from bci.model.measures import mutual_share
from bci.sources.rules import Rules
from bci.sources.trade.reports import in_every_flow, lists_partners

STATES = ("2", "200", "220", "255", "365", "710")
TOTALS = ("exports_a", "imports_a", "exports_b", "imports_b")


def trade_of(folder: Path, *pairs: tuple[str, str]) -> Figures:
    """Trade of 3 and 5 between each of some pairs, in 2000."""
    rows = "".join(f"{a},{b},2000,3,5\n" for a, b in pairs)
    return figures(ingest(written(folder, SHORT + rows)))


def test_trade_cut_down_to_one_country_has_totals_of_that_one_alone(tmp_path):
    found = trade_of(tmp_path, *((state, "710") for state in STATES[:-1]))
    assert len(found) == 5
    for (a, _, _), row in found.items():
        china, other = ("a", "b") if a == "CHN" else ("b", "a")
        assert (row[f"exports_{china}"], row[f"imports_{china}"]) == (15, 25)  # 5 times 3, 5 times 5
        assert math.isnan(row[f"exports_{other}"])
        assert math.isnan(row[f"imports_{other}"])


def test_trade_of_a_single_pair_has_no_totals_and_no_value(tmp_path):
    made = ingest(written(tmp_path, f"{SHORT}365,710,2000,3,5\n"))
    assert np.isnan([made.columns[name] for name in TOTALS]).all()
    assert np.isnan(mutual_share(made.columns)).all()


def test_remarks_tell_which_totals_are_missing_and_on_how_few_states_they_rest(tmp_path):
    rows = "".join(f"{state},710,2000,3,5\n" for state in STATES[:-1])
    told = "\n".join(ingest(written(tmp_path, SHORT + rows)).remarks)
    assert "totals missing for 5 country-years: the files list too few of their partners" in told
    assert "in 1 of the years the files list fewer than half of the states there were (6 of 191" in told
    assert "totals missing" not in "\n".join(ingest(CASE).remarks)


def test_rows_count_as_partners_whether_their_flow_is_a_figure_a_zero_or_missing(tmp_path):
    rows = "2,200,2000,1,2\n2,220,2000,0,0\n2,255,2000,-9,-9\n200,220,2000,4,8\n"
    found = figures(ingest(written(tmp_path, SHORT + rows)))
    # The United States list all three others; Britain and France two of three; Germany one.
    assert found["GBR", "USA", 2000]["exports_b"] == 2
    assert found["GBR", "USA", 2000]["exports_a"] == 9  # to the United States 1, to France 8
    assert found["FRA", "GBR", 2000]["exports_a"] == 4


def test_the_published_file_keeps_all_its_totals_and_its_chinese_rows_only_those_of_china(
    reference, tmp_path
):
    path = reference / "data" / "other-dyads" / "alldyads_trade_cow_1990_2014.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        header, *rows = stream
    years = {row.split(",")[2] for row in rows}
    lines = [header, *(row for row in rows if row.split(",")[2] in (min(years), max(years)))]
    whole = figures(ingest(written(tmp_path, "".join(lines), "whole.csv")))
    rows = [line for n, line in enumerate(lines) if not n or "710" in line.split(",")[:2]]
    cut = figures(ingest(written(tmp_path, "".join(rows), "cut.csv")))
    assert cut
    assert set(cut) == {key for key in whole if "CHN" in key}
    for key, row in cut.items():
        china = "a" if key[0] == "CHN" else "b"
        for name in TOTALS:
            if name.endswith(china):
                assert row[name] == pytest.approx(whole[key][name], rel=1e-12)
            else:
                assert math.isnan(row[name])
    traded = [row for key, row in whole.items() if "CHN" in key and row["flow_ab"] > 0]
    assert all(row[name] > 0 for row in traded for name in ("exports_a", "imports_b"))


@given(st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)).filter(lambda pair: pair[0] < pair[1])))
def test_whose_partners_are_listed_is_what_a_plain_count_says(pairs):
    listed = np.zeros((1, 7, 7), dtype=bool)
    for a, b in pairs:
        listed[0, a, b] = True
    plain = with_totals({frozenset(map(str, pair)) for pair in pairs})
    assert {str(i) for i in np.flatnonzero(lists_partners(listed)[0])} == plain


def test_a_large_file_cut_down_to_three_countries_is_seen_and_a_whole_one_is_not():
    rng = np.random.default_rng(3)
    whole = np.triu(rng.random((200, 200)) < 0.5, 1)
    assert in_every_flow(whole) == []
    cut = np.zeros_like(whole)
    for hub in (5, 70, 150):
        cut[hub], cut[:, hub] = whole[hub], whole[:, hub]
    assert in_every_flow(cut) == [5, 70, 150]
    assert np.flatnonzero(lists_partners(cut[None])[0]).tolist() in ([], [5, 70, 150])


def test_baci_cut_down_to_one_country_is_refused(tmp_path):
    rows = "2019,156,643,270900,1,1\n2019,842,156,880240,2,2\n2019,156,76,10121,3,3\n"
    path = written(tmp_path, f"t,i,j,k,v,q\n{rows}")
    words = r"file\.csv:2:1: every flow of 2019 has CHN in it.*give the whole file, and filter with --country"
    for indicator in ("trade", "energy_trade"):
        with pytest.raises(InputError, match=words):
            ingest_baci(path, indicator=indicator)
    whole = written(tmp_path, f"t,i,j,k,v,q\n{rows}2019,842,643,880240,2,2\n", "whole.csv")
    china = Rules(countries=frozenset({"CHN"}))
    assert figures(ingest_baci(whole, rules=china))["CHN", "USA", 2019]["imports_b"] == 0


def test_energy_is_not_taken_for_all_trade(tmp_path):
    rows = "2019,156,643,270900,1,1\n2019,842,156,271111,2,2\n2019,643,842,270112,3,3\n"
    path = written(tmp_path, f"t,i,j,k,v,q\n{rows}")
    with pytest.raises(
        NoFigures, match=r"file\.csv:2:4: all products of 2019 are of chapter 27, which is not"
    ):
        ingest_baci(path)
    assert figures(ingest_baci(path, indicator="energy_trade"))["CHN", "RUS", 2019]["flow_ab"] == 0.001
    # With another product, and in a table that holds the rest, there is trade.
    for more in ("2019,643,842,720110,3,3\n", "2019,643,842,000000,3,3\n"):
        other = written(tmp_path, f"t,i,j,k,v,q\n{rows}{more}", "other.csv")
        assert figures(ingest_baci(other))["RUS", "USA", 2019]["flow_ab"] == pytest.approx(0.006)


def test_years_that_are_not_asked_for_may_be_cut_down(tmp_path):
    rows = "2018,156,643,270900,1,1\n"
    rows += "2019,156,643,270900,1,1\n2019,842,156,10121,2,2\n2019,643,842,10121,3,3\n"
    path = written(tmp_path, f"t,i,j,k,v,q\n{rows}")
    assert ("CHN", "RUS", 2019) in figures(ingest_baci(path, rules=Rules(start=2019)))
    with pytest.raises(InputError, match="2018"):
        ingest_baci(path)


def test_votes_of_two_states_cannot_show_what_was_contested(tmp_path):
    rows = [f"{call},{state},47,1992-12-08,1\n" for call in (1, 2) for state in (365, 710)]
    path = written(tmp_path, "rcid,ccode,session,date,vote\n" + "".join(rows))
    with pytest.raises(InputError) as caught:
        ingest_votes(path, fewest_states=Rules().fewest_states)
    (problem,) = caught.value.problems
    assert "file.csv: session 47 has records of 2 states; fewer than 40 cannot show" in str(problem)
    for way in ("whole file", "--dyad", "--roll-calls all", "--fewest-states 2"):
        assert way in problem.message
    assert len(ingest_votes(path, fewest_states=40, roll_calls="all").rows.year) == 1


def test_states_of_a_session_count_where_they_have_a_record_and_were_members():
    # Five members have records in session 26 (1971), Namibia and Germany none; later all seven.
    with pytest.raises(InputError, match="session 26 has records of 5 states; fewer than 6"):
        ingest_votes(*case("voeten"), fewest_states=6)
    assert len(ingest_votes(*case("voeten"), fewest_states=6, start=1992, end=1992).rows.year)
    with pytest.raises(InputError, match="session 26 has records of 5 states, 2 more of few"):
        ingest_votes(*case("voeten"), fewest_states=40)


def test_the_case_of_the_tests_is_whole():
    with CASE.open(encoding="utf-8") as stream:
        pairs = {
            frozenset((row["ccode1"], row["ccode2"]))
            for row in csv.DictReader(stream)
            if row["year"] == "1990"
        }
    # Seven states, 21 pairs, one of them under two codes.
    assert len(pairs) == 22
