"""SIPRI's tables of TIV -> arms trade: by hand, and every way in which a table can be broken."""

from pathlib import Path

import numpy as np
import pytest
from house import cases
from sources.arms.test_sipri_reading import RAW, changed, ingested, problems
from trade_files import VARIABLES, figures

from bci.sources.arms.sipri_tables import FORMAT
from bci.sources.rules import Rules

CASES = RAW / "sipri_tables"
OLD = [CASES / f"{way}-{name}.csv" for name in ("russia", "china") for way in ("exports", "imports")]
NEW = [
    CASES / f"{name}.csv" for name in ("imports-all", "exports-all", "imports-turkiye", "exports-china-2023")
]


def test_four_tables_tell_everything_of_a_dyad():
    rows = figures(ingested(FORMAT, *OLD))
    known = {year: [rows["CHN", "RUS", year][name] for name in VARIABLES] for year in range(2018, 2022)}
    # China sends Russia nothing; the rest stands in the tables, totals with NATO** and unknown recipients.
    assert known == {
        2018: [0, 700, 590, 780, 1710, 3],
        2019: [0, 900, 600, 930, 2185, 1],
        2020: [0, 0, 567, 126, 1321, 0],
        2021: [0, 400, 765, 457, 430, 0],
    }


def test_a_table_of_one_country_tells_one_direction_only():
    row = figures(ingested(FORMAT, OLD[0]))["CHN", "RUS", 2019]
    assert (row["flow_ba"], row["exports_b"]) == (900, 2185)
    assert all(np.isnan(row[name]) for name in ("flow_ab", "exports_a", "imports_a", "imports_b"))


def test_an_unlisted_partner_has_no_deliveries_and_a_printed_0_stays_0():
    rows = figures(ingested(FORMAT, *OLD))
    # Pakistan is named by China's table only: Russia's covers it all the same.
    assert rows["PAK", "RUS", 2020]["flow_ba"] == 0
    assert rows["PAK", "RUS", 2020]["flow_ab"] == 0
    assert rows["RUS", "TUR", 2020]["flow_ab"] == 1
    assert rows["RUS", "TUR", 2021]["flow_ab"] == 0
    assert ("BGD", "PAK", 2020) not in rows


def test_tables_of_totals_give_every_listed_country_its_totals():
    rows = figures(ingested(FORMAT, *NEW))
    row = rows["RUS", "TUR", 2023]
    assert (row["flow_ab"], row["exports_a"], row["imports_a"], row["imports_b"]) == (850, 1900, 600, 900)
    assert np.isnan(row["flow_ba"])
    assert np.isnan(row["exports_b"])
    row = rows["CHN", "RUS", 2020]
    assert (row["flow_ab"], row["exports_a"], row["imports_b"]) == (5, 265, 5)


def test_a_year_that_sipri_had_not_published_is_not_covered():
    # The tables of October 2024 have an empty column 2024.
    result = ingested(FORMAT, *NEW)
    assert sorted(set(result.rows.year.tolist())) == [2020, 2021, 2022, 2023]
    assert result.definition["coverage"] == {"from": 2020, "to": 2023}


def test_a_figure_of_a_year_not_yet_published_is_left_out_and_told(tmp_path):
    changes = (("850,,1390,", "850,4,1394,"), ("900,,1500,", "900,4,1504,"))
    result = ingested(FORMAT, changed(NEW[2], tmp_path, *changes))
    assert ("RUS", "TUR", 2024) not in figures(result)
    assert any(remark.startswith("1 figures of years") for remark in result.remarks)


def test_the_definition_tells_what_was_read():
    result = ingested(FORMAT, *OLD)
    assert result.definition["measure"] == {
        "method": "mutual_share",
        "mean": "geometric",
        "flows": "stronger",
    }
    assert result.definition["variables"]["flow_ab"]["unit"] == "million TIV"
    assert result.source.vintage == "generated 2022-07-28"
    assert result.indicator == "arms_trade"
    assert any(
        "2 names that are no countries count in totals only: NATO**, Unknown" in r for r in result.remarks
    )


def test_only_the_dyads_and_years_asked_for_are_given():
    rules = Rules(dyads=frozenset({("CHN", "RUS")}), start=2019, end=2020)
    assert list(figures(ingested(FORMAT, *OLD, rules=rules))) == [("CHN", "RUS", 2019), ("CHN", "RUS", 2020)]


def test_a_name_can_be_read_or_left_out_by_the_rules(tmp_path):
    path = changed(OLD[0], tmp_path, ("\nIndia,", "\nBharat,"))
    rows = figures(ingested(FORMAT, path, rules=Rules(readings={"Bharat": "IND"})))
    assert rows["IND", "RUS", 2018]["flow_ba"] == 1000
    rows = figures(ingested(FORMAT, path, rules=Rules(left_out=frozenset({"Bharat"}))))
    assert not any("IND" in key for key in rows)
    assert rows["CHN", "RUS", 2018]["exports_b"] == 1710


def test_the_soviet_union_and_russia_are_one_country(tmp_path):
    def of(subject: str, first: int) -> Path:
        title = ("Russia, 2018-2021", f"{subject}, {first}-{first + 3}")
        years = [(f",{2018 + i}", f",{first + i}") for i in range(4)]
        return changed(OLD[0], tmp_path, title, *years, name=f"{subject}.csv")

    # Deliveries of 1990 and 1991 stand in the table of the Soviet Union, of 1992 and 1993 in that of Russia.
    rows = figures(ingested(FORMAT, of("Soviet Union", 1988), of("Russia", 1992)))
    assert [rows["CHN", "RUS", year]["flow_ba"] for year in range(1988, 1996)] == [700, 900, 0, 400] * 2


@pytest.mark.parametrize(("name", "changes", "said"), cases("broken_sipri_tables"))
def test_broken_tables_are_refused_where_they_are_broken(tmp_path, name, changes, said):
    # Of the first case: 950 + 1200 + 80 + 5 = 2235.
    assert said in problems(FORMAT, changed(CASES / f"{name}.csv", tmp_path, *changes))


def test_tables_of_two_vintages_are_refused():
    words = "imports-all.csv:1:1: was generated on 2024-10-13, but exports-russia.csv"
    assert words in problems(FORMAT, OLD[0], NEW[0])


def test_tables_that_contradict_each_other_are_refused(tmp_path):
    path = changed(OLD[3], tmp_path, ("700,900,,400,2000", "701,899,,400,2000"))
    words = f"{path}:11:1: gives 701 million TIV for RUS-CHN in 2018, and another"
    assert words in problems(FORMAT, OLD[0], path)


def test_problems_of_all_files_are_told_at_once(tmp_path):
    first = changed(OLD[0], tmp_path, ("India", "Indja"))
    message = problems(FORMAT, first, changed(OLD[3], tmp_path, ("France", "Frence"), name="other.csv"))
    assert "Indja" in message
    assert "Frence" in message


def test_a_table_of_no_country_gives_nothing_but_is_told(tmp_path):
    path = changed(OLD[1], tmp_path, ("imports to Russia", "imports to African Union**"))
    assert any("African Union**" in remark for remark in ingested(FORMAT, OLD[0], path).remarks)


def test_rounding_of_each_cell_is_forgiven_and_no_more(tmp_path):
    # 10 + 20 + 30 = 60; four roundings allow 2, in the row and, with 3 figures of 2021, in the column.
    ingested(FORMAT, changed(OLD[0], tmp_path, ("30,60", "30,62")))
    words = "17:6: Total: the total is 63, but its figures add up to 60"
    assert words in problems(FORMAT, changed(OLD[0], tmp_path, ("30,60", "30,63")))


def test_other_files_are_not_taken_for_tables():
    assert FORMAT.find_header([["", "2018", "2019", "Total"], ["China", "1", "2", "3"]]) is None
    assert FORMAT.find_header([["Recipient", "Supplier", "Year of order"]]) is None
    assert FORMAT.find_header([[]]) is None
