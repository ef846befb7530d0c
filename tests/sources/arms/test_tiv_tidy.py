"""A tidy table of SIPRI's flows -> arms trade."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sources.arms.test_sipri_reading import RAW, ingested, rows_of

from bci.errors import InputError
from bci.sources.arms.tiv_tidy import FORMAT

FLOWS = RAW / "tiv_tidy" / "flows.csv"


def written(tmp_path: Path, *rows: str, header: str = "supplier,recipient,year,tiv") -> Path:
    path = tmp_path / "flows.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def problems(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        ingested(FORMAT, path)
    return str(caught.value).replace(f"{path}:", "")


def test_flows_and_totals_by_hand() -> None:
    rows = rows_of(ingested(FORMAT, FLOWS))
    row = rows["CHN", "RUS", 2020]
    # China is a supplier and Russia a recipient of the table, which lists nothing between them: 0.
    assert (row["flow_ab"], row["flow_ba"]) == (0, 700)
    assert (row["exports_a"], row["imports_a"], row["exports_b"], row["imports_b"]) == (541, 700, 700, 0)
    # A printed 0 stays 0; what went to NATO** counts in the total.
    assert (rows["CHN", "RUS", 2021]["flow_ba"], rows["CHN", "RUS", 2021]["exports_b"]) == (0, 6)
    assert rows["CHN", "RUS", 1991]["flow_ba"] == 200


def test_nothing_is_known_of_who_is_never_named_on_a_side() -> None:
    rows = rows_of(ingested(FORMAT, FLOWS))
    # Pakistan is no supplier of the table, Belarus no recipient.
    assert np.isnan(rows["CHN", "PAK", 2020]["flow_ba"])
    assert np.isnan(rows["CHN", "PAK", 2020]["exports_b"])
    assert ("BLR", "CHN", 2020) in rows
    assert np.isnan(rows["BLR", "CHN", 2020]["flow_ba"])


def test_a_total_is_the_sum_of_all_rows(tmp_path: Path) -> None:
    flows = "France,India,2000,10", "France,Greece,2000,5.5", "France,Unknown country,2000,1"
    row = rows_of(ingested(FORMAT, written(tmp_path, *flows, "Italy,India,2000,2")))["FRA", "IND", 2000]
    assert (row["flow_ab"], row["exports_a"], row["imports_b"]) == (10, 16.5, 12)


def test_years_between_are_covered_and_no_others(tmp_path: Path) -> None:
    path = written(tmp_path, "France,India,2000,10", "France,India,2002,5")
    rows = rows_of(ingested(FORMAT, path))
    assert {year: row["flow_ab"] for (*_, year), row in rows.items()} == {2000: 10, 2001: 0, 2002: 5}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("France,India,2000,3", "3:1: supplier: France to India stands twice in 2000; keep one row"),
        ("France,Indja,2001,3", "3:2: recipient: 'Indja' is no known country"),
        ("NA,India,2001,3", "3:1: supplier: 'NA' is no name of a country"),
        ("France,India,2001.5,3", "3:3: year: '2001.5' is no whole number"),
        ("France,India,2001,-3", "3:4: tiv: -3 is less than 0"),
        ("France,India,2001,", "3:4: tiv: is empty"),
        ("France,India,2001,NA", "3:4: tiv: 'NA' is no number"),
        ("France,India,2001", "3:1: 3 fields where the header has 4"),
    ],
)
def test_broken_rows_are_refused_where_they_are_broken(tmp_path: Path, row: str, said: str) -> None:
    assert said in problems(written(tmp_path, "France,India,2000,10", row))


def test_a_table_without_rows_and_one_with_two_amounts_are_refused(tmp_path: Path) -> None:
    assert "1:1: holds no rows" in problems(written(tmp_path))
    path = written(tmp_path, "France,India,2000,10,1", header="supplier,recipient,year,tiv,count")
    assert "1:1: has both tiv and count" in problems(path)


def test_the_limits_say_what_the_totals_are() -> None:
    result = ingested(FORMAT, FLOWS)
    assert "Totals are the sums of the rows" in result.definition["limits"]
    assert result.source.vintage == "not stated in the file"
