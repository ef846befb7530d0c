"""UN Comtrade: both layouts, what counts once, zeros and totals, products, and broken files."""

from collections.abc import Callable
from pathlib import Path

import pytest
from house import RAW
from trade_files import NAN, Rows, cell, raw_of, rows_of, written
from trade_files import in_order as figures

from bci.errors import InputError
from bci.model.definitions import Indicator
from bci.sources.figures import Ingested
from bci.sources.rules import Rules
from bci.sources.trade.comtrade import AREAS, FORMAT, FORMER, JOINT, partner
from bci.sources.trade.reports import is_country

CASES = RAW / "comtrade"


def ingest(*paths: Path, indicator: str = "trade", **rules: object) -> Ingested:
    assert FORMAT.ingest is not None
    return FORMAT.ingest(indicator, [raw_of(path, FORMAT) for path in paths], (), Rules(**rules))  # type: ignore[arg-type]


def changed(tmp_path: Path, change: Callable[[Rows], object], name: str = "new.csv") -> Path:
    rows = rows_of(CASES / name)
    change(rows)
    return written(rows, tmp_path / "changed.csv")


def refused(path: Path, indicator: str = "trade", **rules: object) -> list[str]:
    with pytest.raises(InputError) as caught:
        ingest(path, indicator=indicator, **rules)
    return [str(problem).removeprefix(f"{path}") for problem in caught.value.problems]


@pytest.mark.parametrize("name", ["new.csv", "legacy.csv"])
def test_both_layouts_give_the_figures_of_the_importer_and_each_countrys_own_totals(name):
    # Russia imports 110 from China, China 120 from Russia. China's own totals are 560 and 330, Russia's 120
    # and 110.
    assert figures(ingest(CASES / name))["CHN", "RUS", 2015] == (110, 120, 560, 330, 120, 110)


@pytest.mark.parametrize(
    ("reported_by", "flows"), [("importer", (110, 120)), ("exporter", (100, 90)), ("mean", (105, 105))]
)
def test_the_rule_says_whose_report_counts(reported_by, flows):
    result = figures(ingest(CASES / "new.csv", reported_by=reported_by))
    assert result["CHN", "RUS", 2015][:2] == flows


def test_a_partner_left_out_of_a_complete_report_is_0_and_of_an_incomplete_one_missing():
    result = figures(ingest(CASES / "new.csv"))
    # Russia's imports are all from China (110 of 110), so that none come from the USA or Taiwan. China's list
    # of imports adds up to 320 of 330: whether any come from Taiwan nobody can tell. What Taiwan imports from
    # China only China reports, 50, under "Other Asia, nes"; Taiwan itself reports nothing.
    assert result["RUS", "USA", 2015][:2] == (33, 0)
    assert result["RUS", "TWN", 2015][:2] == (0, 0)
    assert result["CHN", "TWN", 2015] == pytest.approx((50, NAN, 560, 330, NAN, NAN), nan_ok=True)


def test_without_the_world_there_is_neither_total_nor_zero(tmp_path):
    def drop(rows: Rows) -> None:
        at = rows[0].index("partnerCode")
        rows[:] = [row for row in rows if row[at] != "0"]

    result = ingest(changed(tmp_path, drop))
    assert figures(result)["CHN", "RUS", 2015] == pytest.approx((110, 120, NAN, NAN, NAN, NAN), nan_ok=True)
    assert 0 not in {flow for row in figures(result).values() for flow in row}
    assert any(remark.startswith("6 of them give no figure for the world") for remark in result.remarks)


def test_parts_of_flows_are_passed_over_and_counted():
    remarks = ingest(CASES / "new.csv").remarks
    assert "2 rows passed over: re-exports, re-imports and other parts of exports and imports" in remarks
    assert "3 rows passed over: single second partners, customs procedures or modes of transport" in remarks


def test_rows_of_a_partner_without_its_total_do_not_become_a_zero(tmp_path):
    # Only China's imports from Russia by sea are left: 130 of 330 are not listed, the report is incomplete.
    path = changed(tmp_path, cell(7, "motCode", "2100"))
    assert figures(ingest(path))["CHN", "RUS", 2015][:2] == (110, 90)  # Russia's report of exports steps in


def test_the_same_row_twice_counts_once():
    # As text, since a missing figure is not equal to itself.
    both = figures(ingest(CASES / "new.csv", CASES / "legacy.csv"))
    assert str(both) == str(figures(ingest(CASES / "new.csv")))


def test_the_order_of_the_rows_does_not_matter(tmp_path):
    def turn(rows: Rows) -> None:
        rows[1:] = rows[:0:-1]

    assert str(figures(ingest(changed(tmp_path, turn)))) == str(figures(ingest(CASES / "new.csv")))


@pytest.mark.parametrize(("name", "indicator"), [("new.csv", "trade"), ("energy.csv", "energy_trade")])
def test_the_definition_is_one_that_indicators_can_have(name, indicator):
    definition = Indicator.model_validate(ingest(CASES / name, indicator=indicator).definition)
    assert definition.id == indicator
    assert (definition.coverage.from_, definition.coverage.to) == (2015, 2015)


def test_belgium_is_missing_not_0_beside_belgium_luxembourg(tmp_path):
    def join(rows: Rows) -> None:
        at = rows[0].index("partnerCode")
        for row in rows[1:]:
            if row[at] == "899":
                row[at] = "58"
        more = list(rows[1])
        more[rows[0].index("reporterCode")], more[at] = "643", "56"
        rows.append(more)

    # China's complete list of exports holds Belgium-Luxembourg; Russia names Belgium (100, beyond its world).
    result = figures(ingest(changed(tmp_path, join)))
    assert result["BEL", "RUS", 2015][1] == 100
    assert result["BEL", "USA", 2015][0] == 0
    assert ("BEL", "CHN", 2015) not in result


def test_energy_takes_the_chapter_where_it_is_there_and_counts_no_heading_beside_it():
    result = ingest(CASES / "energy.csv", indicator="energy_trade")
    # China imports 44 from Russia and 6 from the USA, 50 in all; its exports are 2, all to Russia.
    assert figures(result)["CHN", "RUS", 2015][:4] == (2, 44, 2, 50)
    assert "codes passed over as parts of these: 2709" in result.remarks


def test_energy_by_quantity_is_in_tonnes_and_a_weight_of_0_beside_a_value_is_missing():
    result = ingest(CASES / "energy.csv", indicator="energy_trade", amount="quantity")
    # 44 * 2000 kg are 88 tonnes. China's exports of a value of 2 have no weight.
    assert figures(result)["CHN", "RUS", 2015][:4] == pytest.approx((NAN, 88, NAN, 100), nan_ok=True)
    assert result.definition["variables"]["flow_ab"]["unit"] == "tonnes"


def test_a_chapter_that_is_not_there_is_the_sum_of_the_one_level_below_it(tmp_path):
    def headings(rows: Rows) -> None:
        at = rows[0].index("cmdCode")
        for row in rows[1:]:
            row[at] = {"27": "2710"}.get(row[at], row[at])

    # 2710 and 2709: 44 + 22 from Russia, 50 + 25 in all.
    result = ingest(changed(tmp_path, headings, "energy.csv"), indicator="energy_trade")
    assert figures(result)["CHN", "RUS", 2015][1:4:2] == (66, 75)
    assert "energy is the sum of 2709, 2710" in result.remarks


def test_a_report_that_lacks_a_product_asked_for_is_left_out():
    rules = {"products": ("2709", "2711")}
    assert "holds no rows of 2711" in " ".join(refused(CASES / "energy.csv", "energy_trade", **rules))


def test_codes_that_overlap_are_refused(tmp_path):
    def levels(rows: Rows) -> None:
        at = rows[0].index("cmdCode")
        for row in rows[1:]:
            row[at] = {"27": "270900"}.get(row[at], row[at])

    path = changed(tmp_path, levels, "energy.csv")
    assert "codes of several lengths below (2709, 270900)" in " ".join(refused(path, "energy_trade"))
    assert "2709 is part of 27" in " ".join(refused(path, "energy_trade", products=("27", "2709")))
    assert "'oil' is no code" in " ".join(refused(path, "energy_trade", products=("oil",)))


def test_a_file_of_other_products_is_refused_with_what_to_do():
    assert refused(CASES / "energy.csv") == [
        ": holds no rows of TOTAL; download them, or ask for what it holds"
    ]


@pytest.mark.parametrize(
    ("row", "column", "text", "problem"),
    [
        (2, "partnerCode", "999", "'999' is no code of m49. Read it with --reading, or leave it out"),
        (2, "reporterCode", "abc", "'abc' is no code of m49"),
        (3, "primaryValue", "a lot", "'a lot' is no number"),
        (3, "primaryValue", "-5", "-5 is less than 0"),
        (4, "flowCode", "Y", "'Y' is no flow of UN Comtrade; these are X, 2, M, 1, 3"),
        (4, "period", "201503", "'201503' is no year of trade in goods; download yearly data"),
        (4, "freqCode", "M", "'2015' is no year of trade in goods"),
        (4, "typeCode", "S", "'2015' is no year of trade in goods"),
        (4, "period", "15", "'15' is no whole number from 1800 to 2200"),
    ],
)
def test_a_broken_cell_is_refused_where_it_stands(tmp_path, row, column, text, problem):
    path = changed(tmp_path, cell(row, column, text))
    shown = {"freqCode": "period", "typeCode": "period"}.get(column, column)
    at = f":{row + 1}:{rows_of(path)[0].index(shown) + 1}: {shown}: "
    assert any(line.startswith(at) and problem in line for line in refused(path))


def test_a_flow_that_stands_twice_with_two_figures_is_refused(tmp_path):
    def double(rows: Rows) -> None:
        again = list(rows[1])
        again[rows[0].index("primaryValue")] = "7"
        rows.append(again)

    (line,) = refused(changed(tmp_path, double))
    assert line.startswith(":25:44: primaryValue: CHN's exports to RUS in 2015 stand here a second time")
    assert "(7, before 100000000); keep one of the two rows" in line


def test_rows_that_lose_their_last_comma_are_refused(tmp_path):
    path = changed(tmp_path, lambda rows: rows[3].pop())
    assert refused(path) == [":4:1: 47 fields where the first row has 48"]


def test_names_may_be_left_out_or_read_otherwise():
    result = figures(ingest(CASES / "new.csv", left_out=frozenset({"490"}), reported_by="exporter"))
    assert not any("TWN" in key for key in result)
    # China's list then falls 50 short of its world, so that it says nothing of partners it leaves out.
    read = figures(ingest(CASES / "new.csv", readings={"490": "DEU"}))
    assert read["CHN", "DEU", 2015][0] == 50


def test_what_the_areas_take_in_are_countries_and_no_area_looks_like_one():
    assert all(partner(code, 2015) == name for code, name in (AREAS | FORMER).items())
    assert set(JOINT) <= {*AREAS.values(), *FORMER.values()}
    assert all(is_country(member) for members in JOINT.values() for member in members)
    assert not any(map(is_country, AREAS.values()))
