"""BACI: trade and energy trade from flows by product, and its lists of codes."""

import math
import shutil
from pathlib import Path

import pytest
from baci_files import LISTS, TEXT, TONNES, YEARS, ingest
from house import cases
from trade_files import figures

from bci.errors import InputError
from bci.sources.rules import Rules
from bci.sources.trade import baci


def refused(tmp_path: Path, text: str, indicator: str = "trade", rules: Rules | None = None) -> str:
    path = tmp_path / "flows.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        ingest(path, indicator=indicator, rules=rules)
    return str(error.value).replace(f"{path}:", "")


def test_trade_is_all_products_in_millions():
    row = figures(ingest(*YEARS))["CHN", "RUS", 1997]
    assert row == {
        "flow_ab": pytest.approx(2.0005),  # (500.5 + 1,500) thousand
        "flow_ba": pytest.approx(4.25),  # (4,000 + 250) thousand
        "exports_a": pytest.approx(2.0005),
        "imports_a": pytest.approx(16.25),  # from Russia 4.25, the United States 3, Taiwan 9
        "exports_b": pytest.approx(10.25),  # to China 4.25, the United States 6
        "imports_b": pytest.approx(2.8105),  # from China 2.0005, the United States 0.7, Belgium 0.11
    }


def test_energy_is_the_products_that_begin_with_the_digits():
    row = figures(ingest(*YEARS, indicator="energy_trade"))["CHN", "RUS", 1997]
    assert row == {
        "flow_ab": pytest.approx(1.5),  # 270119
        "flow_ba": pytest.approx(4.25),  # 270900 and 271600
        "exports_a": pytest.approx(1.5),
        "imports_a": pytest.approx(4.25),
        "exports_b": pytest.approx(4.25),
        "imports_b": pytest.approx(2.2),  # 1.5 and 271019 from the United States, 0.7
    }
    oil = ingest(*YEARS, indicator="energy_trade", rules=Rules(products=("2709", "2710")))
    row = figures(oil)["CHN", "RUS", 1997]
    assert (row["flow_ab"], row["flow_ba"], row["imports_b"]) == (0, 4, pytest.approx(0.7))
    assert "products 2709, 2710 of the Harmonized System" in oil.definition["definition"]


def test_tonnes_are_missing_where_any_product_has_none():
    made = ingest(*YEARS, indicator="energy_trade", rules=TONNES)
    row = figures(made)["CHN", "RUS", 1997]
    assert row["flow_ab"] == 30000
    assert math.isnan(row["flow_ba"])  # 200,000 tonnes of oil, and electricity without tonnes
    assert row["exports_b"] == 0  # to the United States, the only partner whose flow is known
    assert "1 rows have no tonnes, so that their flow is missing" in made.remarks
    assert made.definition["variables"]["flow_ab"]["unit"] == "tonnes"
    oil = ingest(*YEARS, indicator="energy_trade", rules=Rules(amount="quantity", products=("2709",)))
    assert figures(oil)["CHN", "RUS", 1997]["flow_ba"] == 200000


def test_a_flow_that_is_not_listed_is_zero_between_countries_that_appear_in_the_year():
    found = figures(ingest(*YEARS))
    assert (found["BEL", "USA", 1997]["flow_ab"], found["BEL", "USA", 1997]["flow_ba"]) == (0, 0)
    # In 1997 five countries appear, in 1998 China, Russia and the United States.
    assert len(found) == 10 + 3
    assert ("BEL", "CHN", 1998) not in found


def test_a_country_without_energy_is_covered_nonetheless():
    row = figures(ingest(*YEARS, indicator="energy_trade"))["CHN", "TWN", 1997]
    assert (row["flow_ab"], row["flow_ba"], row["exports_b"]) == (0, 0, 0)


def test_codes_that_are_no_countries_are_left_out_and_told():
    made = ingest(*YEARS)
    assert "left out, in totals too: the codes 697, which are no countries" in made.remarks
    assert figures(made)["RUS", "USA", 1997]["imports_b"] == 6


@pytest.mark.parametrize("lists", [(), *((path,) for path in LISTS), tuple(LISTS[:1])])
def test_the_lists_of_codes_read_them_as_the_table_of_countries_does(lists):
    assert str(figures(ingest(*YEARS, lists=lists))) == str(figures(ingest(*YEARS)))


@pytest.mark.parametrize(
    ("code", "country"),
    [
        *(("842", "USA"), ("757", "CHE"), ("699", "IND"), ("251", "FRA"), ("579", "NOR"), ("490", "TWN")),
        *(("58", "BEL"), ("056", "BEL"), ("891", "SRB"), ("688", "SRB"), ("810", "RUS"), ("711", "")),
    ],
)
def test_codes_of_comtrade_are_read(code, country):
    assert baci.country(code) == country


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("643,RUZ", "3:2: country_iso3: 'RUZ' is not the country of code 643, which is RUS"),
        ("643,CHN", "3:2: country_iso3: 'CHN' is not the country of code 643, which is RUS"),
        ("156,CHN", "3:1: country_code: 156 stands twice; keep one row"),
        ("x,CHN", "3:1: country_code: 'x' is no whole number from 1 to 999"),
    ],
)
def test_a_list_of_codes_that_cannot_be_is_refused(tmp_path, row, message):
    path = tmp_path / "codes.csv"
    path.write_text(f"country_code,country_iso3\n156,CHN\n{row}\n", encoding="utf-8")
    with pytest.raises(InputError) as error:
        ingest(*YEARS, lists=(path,))
    assert message in str(error.value)


def test_a_code_that_is_not_in_the_list_is_refused(tmp_path):
    path = tmp_path / "codes.csv"
    path.write_text(
        "country_code,country_iso3\n156,CHN\n643,RUS\n490,S19\n58,BEL\n697,R20\n", encoding="utf-8"
    )
    with pytest.raises(InputError, match=r"6:3: j: '842' is not in the list of codes, .*codes\.csv\. Read"):
        ingest(YEARS[0], lists=(path,))


@pytest.mark.parametrize(
    ("row", "message"),
    cases("what_cannot_be_is_refused_where_it_stands"),
)
def test_what_cannot_be_is_refused_where_it_stands(tmp_path, row, message):
    assert message in refused(tmp_path, f"{TEXT}{row}\n", "energy_trade", TONNES)


def test_a_year_in_two_files_is_refused(tmp_path):
    again = tmp_path / "again.csv"
    shutil.copy(YEARS[1], again)
    with pytest.raises(InputError, match=r"again\.csv:2:1: 1998 stands in .* already; give one file a year"):
        ingest(*YEARS, again)


def test_releases_and_revisions_are_not_mixed(tmp_path):
    other = tmp_path / "BACI_HS17_Y1998_V202501.csv"
    shutil.copy(YEARS[1], other)
    with pytest.raises(InputError, match=r"is HS17 V202501; releases and revisions .* must not be mixed"):
        ingest(YEARS[0], other)
    assert ingest(*YEARS).source.vintage == "HS92 V202501"
    assert "not stated" in ingest(shutil.copy(YEARS[0], tmp_path / "flows.csv")).source.vintage


def test_groups_of_products_answer_only_what_they_tell_apart(tmp_path):
    rows = (
        "1997,156,643,270000,5,1\n1997,156,643,000000,9,1\n1997,643,842,000000,2,1\n1997,842,156,000000,2,1\n"
    )
    path = tmp_path / "flows.csv"
    path.write_text(f"t,i,j,k,v,q\n{rows}", encoding="utf-8")
    assert figures(ingest(path))["CHN", "RUS", 1997]["flow_ab"] == pytest.approx(0.014)
    energy = figures(ingest(path, indicator="energy_trade"))["CHN", "RUS", 1997]
    assert energy["flow_ab"] == pytest.approx(0.005)
    narrow = refused(tmp_path, f"t,i,j,k,v,q\n{rows}", "energy_trade", Rules(products=("2709",)))
    assert "2:4: k: 270000 is all of chapter 27 and does not tell 2709 apart" in narrow
    for product in ("4401", "2709"):
        rest = "t,i,j,k,v,q\n1997,156,643,000000,9,1\n"
        message = refused(tmp_path, rest, "energy_trade", Rules(products=(product,)))
        assert (
            f"1:1: 000000 is all products that the file does not tell apart, and may hold {product}"
            in message
        )
