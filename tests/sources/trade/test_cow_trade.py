"""Correlates of War Trade: read, folded, and compared with a plain loop over the published figures."""

import csv
import gzip
import math
import random
import tempfile
from pathlib import Path

import numpy as np
import pytest
from cow_files import CASE, SHORT, TEXT, ingest, plain_share, plainly
from hypothesis import given, settings
from hypothesis import strategies as st
from trade_files import figures, same

from bci.errors import InputError
from bci.model.measures import mutual_share
from bci.sources.raw import beginning
from bci.sources.rules import Rules
from bci.sources.trade import cow_trade


def refused(tmp_path: Path, text: str) -> str:
    path = tmp_path / "trade.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        ingest(path)
    return str(error.value).replace(f"{path}:", "")


def test_a_flow_is_what_its_importer_imports():
    row = figures(ingest(CASE))["CHN", "USA", 1990]
    # The United States (ccode 2, flow1) import 15,000 from China, China (flow2) 5,000 from them.
    assert (row["flow_ab"], row["flow_ba"]) == (15000, 5000)


def test_totals_are_sums_over_known_partners():
    row = figures(ingest(CASE))["CHN", "RUS", 1990]
    assert row == {
        "flow_ab": 2000,
        "flow_ba": 2000,
        "exports_a": 17000,  # to the United States 15,000, to Russia 2,000
        "imports_a": 7000,  # 5,000 + 2,000
        "exports_b": 3000,  # to the United States 1,000, to Yemen 0, to China 2,000
        "imports_b": 5000,  # 3,000 + 0 + 2,000
    }


def test_a_missing_flow_is_missing_and_a_zero_is_a_zero():
    found = figures(ingest(CASE))
    assert math.isnan(found["CHN", "RUS", 1991]["flow_ab"])
    assert found["CHN", "RUS", 1991]["flow_ba"] == 1800
    assert found["CHN", "RUS", 1991]["exports_a"] == 20000
    assert (found["RUS", "YEM", 1990]["flow_ab"], found["RUS", "YEM", 1990]["flow_ba"]) == (0, 0)


def test_parts_of_the_year_of_a_change_of_codes_add_up_and_stay_missing_where_one_is():
    row = figures(ingest(CASE))["NIC", "YEM", 1990]
    assert row["flow_ab"] == 7  # 2 under code 678, 5 under code 679
    assert math.isnan(row["flow_ba"])


def test_west_germany_is_germany():
    assert figures(ingest(CASE))["BEL", "DEU", 1990]["flow_ab"] == 23000


def test_years_that_are_not_asked_for_do_not_count():
    found = figures(ingest(CASE, rules=Rules(start=1991, countries=frozenset({"RUS"}))))
    assert set(found) == {("CHN", "RUS", 1991), ("RUS", "USA", 1991)}
    assert found["RUS", "USA", 1991]["flow_ab"] == 800.5


def test_remarks_tell_what_is_missing():
    made = ingest(CASE)
    # Twice Nicaragua from Yemen, once Russia from China, and both flows of 15 pairs.
    assert made.remarks[0] == "33 of 50 flows of the files are missing there"
    assert made.source_id == "cow_trade"


def test_states_that_ended_before_1945_are_left_out_and_told(tmp_path):
    path = tmp_path / "trade.csv"
    path.write_text(
        f"{SHORT}2,300,1900,5,6\n2,200,1900,7,8\n2,220,1900,1,2\n200,220,1900,3,4\n", encoding="utf-8"
    )
    made = ingest(path)
    found = figures(made)
    assert found.keys() == {("GBR", "USA", 1900), ("FRA", "USA", 1900), ("FRA", "GBR", 1900)}
    assert found["GBR", "USA", 1900]["exports_a"] == 11  # to the United States 7, to France 4
    assert "left out, in totals too: the states with the codes 300" in made.remarks


def test_several_files_are_one(tmp_path):
    lines = TEXT.splitlines(keepends=True)
    parts = [tmp_path / "first.csv", tmp_path / "second.csv.gz"]
    parts[0].write_text("".join(lines[:5]), encoding="utf-8")
    parts[1].write_bytes(gzip.compress("".join(lines[:1] + lines[5:]).encode()))
    assert str(figures(ingest(*parts))) == str(figures(ingest(CASE)))


def test_the_order_of_rows_and_columns_and_the_case_of_names_do_not_matter(tmp_path):
    rows = list(csv.DictReader(TEXT.splitlines()))
    random.Random(1).shuffle(rows)
    path = tmp_path / "trade.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["FLOW2", "Year", "note", "ccode2", "CCode1", "flow1"])
        writer.writerows(
            [r["flow2"], r["year"], "", r["ccode2"].zfill(3), r["ccode1"], r["flow1"]] for r in rows
        )
    assert str(figures(ingest(path))) == str(figures(ingest(CASE)))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("2,999,1990,1,2\n", "2:2: ccode2: '999' is no code of cow"),
        ("2,20,199x,1,2\n", "2:3: year: '199x' is no whole number from 1800 to 2200"),
        ("2,20,1990,1,n.a.\n", "2:5: flow2: 'n.a.' is no number; write digits with a decimal point, or '-9'"),
        ("2,20,1990,-8,2\n", "2:4: flow1: -8 is less than 0, which this cannot be"),
        ("2,20,1990,1\n", "2:1: 4 fields where the header has 5"),
        ("2,2,1990,1,2\n", "2:2: ccode2: USA with itself is no dyad; take the row out"),
        ("2,20,1990,1,2\n2,20,1990,1,2\n", "3:2: ccode2: USA and CAN in 1990 stand in "),
        ("2,20,1990,1,2\n20,2,1990,1,2\n", "3:2: ccode2: CAN and USA in 1990 stand in "),
        ("2,255,1991,1,2\n2,260,1991,1,2\n", "3:2: ccode2: USA and DEU in 1991 stand in "),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(tmp_path, rows, message):
    assert message in refused(tmp_path, SHORT + rows)


def test_all_problems_are_told_at_once(tmp_path):
    assert refused(tmp_path, f"{SHORT}2,999,1990,1,2\n2,20,1990,x,2\n").count("\n") == 1


def test_a_file_without_rows_has_no_flows(tmp_path):
    assert "cow_trade: holds no flow of the dyads and years asked for" in refused(tmp_path, SHORT)


def test_a_plain_loop_finds_the_same_in_the_small_file():
    same(figures(ingest(CASE)), plainly(TEXT.splitlines()))


def test_a_plain_loop_finds_the_same_in_the_published_figures(reference):
    path = reference / "data" / "other-dyads" / "alldyads_trade_cow_1990_2014.csv.gz"
    years = {"1990", "2003"}
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        lines = [line for number, line in enumerate(stream) if not number or line.split(",")[2] in years]
    small = Path(tempfile.mkdtemp()) / "trade.csv"
    small.write_text("".join(lines), encoding="utf-8")
    made = ingest(small)
    found, expected = figures(made), plainly(lines)
    assert found.keys() == expected.keys()
    values = dict(zip(found, mutual_share(made.columns).tolist(), strict=True))
    drawn = random.Random(7).sample(sorted(expected), 2000)
    same({key: found[key] for key in drawn}, {key: expected[key] for key in drawn})
    for key in drawn:
        assert values[key] == pytest.approx(plain_share(expected[key]), rel=1e-12, nan_ok=True)
    assert len({year for _, _, year in drawn}) == 2


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    rows = [line.split(",") for line in TEXT.splitlines()]
    for _ in range(draw(st.integers(1, 2))):
        at = draw(st.integers(0, len(rows) - 1))
        kind = draw(st.sampled_from(["cell", "drop", "repeat", "swap", "shorten", "names"]))
        if kind == "cell":
            odd = st.sampled_from(
                ["", "-9", "NA", "x", "1e3", "-1", "nan", "2", "365", "1990", "0", '"', "\0"]
            )
            rows[at][draw(st.sampled_from([0, 1, 2, 5, 6]))] = draw(odd | st.text(max_size=3))
        elif kind == "drop" and at:
            del rows[at]
        elif kind == "repeat" and at:
            rows.insert(draw(st.integers(1, len(rows))), list(rows[at]))
        elif kind == "swap":
            rows[at][0], rows[at][1] = rows[at][1], rows[at][0]
        elif kind == "names":
            rows[0][5], rows[0][6] = rows[0][6], rows[0][5]
        else:
            rows[at].pop()
        if len(rows) < 2:
            break
    text = "\n".join(",".join(row) for row in rows).encode("utf-8", "surrogatepass")
    return text[: draw(st.integers(0, len(text)))] if draw(st.booleans()) and draw(st.booleans()) else text


@settings(max_examples=150)
@given(mutated())
def test_a_broken_file_is_refused_or_read_as_a_plain_reading_has_it(content):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "trade.csv"
        path.write_bytes(content)
        try:
            rows = beginning(path, cow_trade.FORMAT.encoding)
            if cow_trade.FORMAT.find_header([cells for _, cells in rows]) is None:
                return
            made = ingest(path)
        except InputError:
            return
    text = content.decode("utf-8") if _is_utf8(content) else content.decode("cp1252")
    same(figures(made), plainly(text.splitlines()))


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def test_the_definition_says_what_the_source_is():
    made = ingest(CASE)
    assert made.definition["measure"] == {"method": "mutual_share", "mean": "geometric", "flows": "pooled"}
    assert made.definition["coverage"] == {"from": 1990, "to": 1991}
    assert made.definition["scale"]["calibrated_to"] == "CHN-RUS"
    assert "Correlates of War" in made.definition["definition"]
    assert np.isfinite(made.columns["exports_a"]).all()
