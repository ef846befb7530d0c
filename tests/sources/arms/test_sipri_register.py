"""SIPRI's trade register -> arms trade."""

import numpy as np
import pytest
from house import cases, written
from sources.arms.test_sipri_reading import RAW, changed, ingested, problems
from trade_files import figures

from bci.errors import InputError
from bci.sources.arms.sipri_register import FORMAT

CASES = RAW / "sipri_register"
ALL = CASES / "all.csv"
EVERY = "from All countries  to All countries "


def test_deliveries_of_a_year_add_up():
    rows = figures(ingested(FORMAT, ALL))
    # 125 + 3.6 in 2019; 50 in 2020; 100.1 + 100.2 to Pakistan in 2021.
    assert [rows["CHN", "RUS", year]["flow_ba"] for year in range(2019, 2024)] == [128.6, 50, 0, 0, 0]
    assert rows["CHN", "PAK", 2021]["flow_ab"] == 200.3
    assert rows["CHN", "PAK", 2021]["exports_a"] == 200.3


def test_a_register_of_all_countries_covers_both_directions_of_all_pairs():
    rows = figures(ingested(FORMAT, ALL))
    assert all(row["flow_ab"] == 0 for (a, b, _), row in rows.items() if (a, b) == ("CHN", "RUS"))
    assert rows["PAK", "ZAF", 2019] == dict.fromkeys(rows["PAK", "ZAF", 2019], 0)


def test_unknown_suppliers_and_organisations_count_in_totals():
    result = ingested(FORMAT, ALL)
    rows = figures(result)
    assert rows["CHN", "RUS", 2023]["imports_b"] == 2.5
    assert rows["CHN", "ZAF", 2022]["exports_b"] == 7.2
    assert any("African Union**, unknown supplier(s)" in remark for remark in result.remarks)


def test_years_that_sipri_had_not_published_are_not_covered():
    # The title goes to 2030, the register was generated on 3 January 2025, and holds nothing of 2024.
    result = ingested(FORMAT, ALL)
    assert result.definition["coverage"] == {"from": 2019, "to": 2023}


def test_a_register_of_one_supplier_knows_its_exports_alone(tmp_path):
    text = ALL.read_text(encoding="utf-8").replace(EVERY, "from Russia  to All countries ")
    kept = [line for line in text.splitlines() if not line.startswith(("1003", "1004", "1005"))]
    path = written(tmp_path, "\n".join(kept) + "\n")
    row = figures(ingested(FORMAT, path))["CHN", "RUS", 2019]
    assert (row["flow_ba"], row["exports_b"]) == (128.6, 128.6)
    assert all(np.isnan(row[name]) for name in ("flow_ab", "exports_a", "imports_a", "imports_b"))


def test_a_delivery_in_a_year_not_yet_published_is_left_out_and_told(tmp_path):
    # Generated in January 2025: of 2025 nothing can be whole.
    result = ingested(FORMAT, changed(ALL, tmp_path, ("2022,No,New,0.3", "2025,No,New,0.3")))
    assert result.definition["coverage"] == {"from": 2019, "to": 2023}
    assert any(remark.startswith("1 figures of years") for remark in result.remarks)


def test_without_a_range_of_years_the_first_delivery_begins_it(tmp_path):
    path = changed(ALL, tmp_path, ("'2019' to '2030'", "'Not specified' to 'Not specified'"))
    assert ingested(FORMAT, path).definition["coverage"] == {"from": 2019, "to": 2023}


def test_an_order_without_deliveries_is_passed_over(tmp_path):
    path = changed(ALL, tmp_path, ("4,Yes,2020,Yes,New,12.5,12.5,50,No", "0,No,,No,New,12.5,12.5,,No"))
    assert figures(ingested(FORMAT, path))["CHN", "RUS", 2020]["flow_ba"] == 0


def test_tiv_of_several_years_of_delivery_cannot_be_divided():
    assert problems(FORMAT, CASES / "by-order.csv").startswith(
        "14:11: Year(s) of delivery: '2018; 2019' are several years with one TIV"
    )


def test_a_register_by_orders_of_single_years_is_read(tmp_path):
    lines = (CASES / "by-order.csv").read_text(encoding="utf-8").splitlines()
    path = written(tmp_path, "\n".join(lines[:-1]) + "\n")
    assert figures(ingested(FORMAT, path))["CHN", "RUS", 2018]["flow_ba"] == 125


@pytest.mark.parametrize(("change", "said"), cases("broken_sipri_registers"))
def test_broken_registers_are_refused_where_they_are_broken(tmp_path, change, said):
    assert said in problems(FORMAT, changed(ALL, tmp_path, change))


def test_registers_that_overlap_must_agree(tmp_path):
    path = changed(ALL, tmp_path, ("12.5,125,No", "12.5,126,No"))
    with pytest.raises(
        InputError, match=r"gives 129.6 million TIV for RUS-CHN in 2019, and another file 128.6"
    ):
        ingested(FORMAT, ALL, path)
    # The same register twice says nothing new, and is not counted twice.
    np.testing.assert_equal(figures(ingested(FORMAT, ALL, ALL)), figures(ingested(FORMAT, ALL)))
