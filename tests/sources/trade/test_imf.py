"""The IMF's trade statistics: all layouts tell the same, units, what is passed over, and broken files."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
import trade_files
from house import RAW
from hypothesis import given, settings
from hypothesis import strategies as st
from sources.test_mutations import mutated, rows_in
from trade_files import NAN, Rows, cell, raw_of, written
from trade_files import in_order as figures

from bci.countries import from_code
from bci.errors import InputError
from bci.sources.figures import Ingested
from bci.sources.raw import beginning
from bci.sources.rules import Rules
from bci.sources.trade.imf import ALIASES, AREAS, FORMAT, GROUPS, JOINT, partner
from bci.sources.trade.reports import WORLD, is_country

CASES = RAW / "imf"
INTERFACE = "imts_interface.csv"
LAYOUTS = sorted(path.name for path in CASES.glob("*.csv"))
#: What every file tells, in million US dollars, by hand: the importer's figure, else the exporter's; 0 where
#: the list of imports (of exports for Taiwan's imports) adds up to the world; Taiwan reports nothing. The
#: USA's exports of 180 are less than the 200 that China imports from it, so that this total is missing.
TOLD = {
    ("CHN", "RUS", 2015): (110, 120, 560, 330, 120, 110),
    ("CHN", "TWN", 2015): (50, NAN, 560, 330, NAN, NAN),
    ("CHN", "USA", 2015): (420, 200, 560, 330, NAN, 453),
    ("RUS", "TWN", 2015): (0, 0, 120, 110, NAN, NAN),
    ("RUS", "USA", 2015): (33, 0, 120, 110, NAN, 453),
    ("TWN", "USA", 2015): (0, 0, NAN, NAN, NAN, 453),
}


def ingest(*paths: Path, **rules: object) -> Ingested:
    assert FORMAT.ingest is not None
    return FORMAT.ingest("trade", [raw_of(path, FORMAT) for path in paths], (), Rules(**rules))  # type: ignore[arg-type]


def rows_of(name: str) -> Rows:
    return trade_files.rows_of(CASES / name)


def changed(tmp_path: Path, name: str, change: Callable[[Rows], object]) -> Path:
    rows = rows_of(name)
    change(rows)
    return written(rows, tmp_path / "changed.csv")


def refused(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        ingest(path)
    return [str(problem).removeprefix(f"{path}") for problem in caught.value.problems]


def told(result: Ingested) -> bool:
    found = figures(result)
    same = (found[key] == pytest.approx(row, nan_ok=True) for key, row in TOLD.items())
    return found.keys() == TOLD.keys() and all(same)


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_tells_the_same(name):
    assert told(ingest(CASES / name))


def test_files_of_several_layouts_together_count_once():
    assert told(ingest(*(CASES / name for name in LAYOUTS)))


def test_months_quarters_and_estimates_are_counted():
    remarks = ingest(CASES / INTERFACE).remarks
    assert "1 figures of months and quarters passed over" in remarks
    assert "1 figures are estimates of the IMF" in remarks


def test_imports_fob_count_only_where_there_are_none_cif(tmp_path):
    # China gives 115 f.o.b. beside 120 c.i.f. from Russia; without its c.i.f. rows the 115 are all there is.
    def drop(rows: Rows) -> None:
        country, series = rows[0].index("COUNTRY"), rows[0].index("INDICATOR")
        rows[:] = [row for row in rows if (row[country], row[series]) != ("CHN", "MG_CIF_USD")]

    result = ingest(changed(tmp_path, INTERFACE, drop))
    row = figures(result)["CHN", "RUS", 2015]
    assert row == pytest.approx((110, 115, 560, NAN, 120, 110), nan_ok=True)
    assert "1 reports give imports f.o.b. only" in result.remarks


def test_the_portal_is_read_in_the_unit_of_its_scale(tmp_path):
    def to_thousands(rows: Rows) -> None:
        for row in rows[1:]:
            row[7], row[9] = "Thousands", row[9] and f"{row[9]}000"

    assert told(ingest(changed(tmp_path, "imts_portal.csv", to_thousands)))


def test_a_portal_figure_without_scale_is_refused(tmp_path):
    path = changed(tmp_path, "imts_portal.csv", cell(3, "SCALE", ""))
    assert refused(path) == [
        ":4:8: SCALE: '' is no scale: it is one of 0, 3, 6, 9, Units, Thousands, Millions, Billions; "
        "without it the unit of the figure is not known"
    ]


def test_a_scale_in_a_file_of_unknown_origin_is_refused(tmp_path):
    def strip(rows: Rows) -> None:
        for row in rows:
            del row[:3]

    for name in ("imts_interface.csv", "imts_portal.csv"):
        (line,) = refused(changed(tmp_path, name, strip))
        assert line.startswith(":1:1: has a column SCALE but none of DATASET, DATAFLOW and STRUCTURE")


def test_a_file_without_indicator_is_refused(tmp_path):
    path = changed(tmp_path, INTERFACE, cell(0, "INDICATOR", "SERIES"))
    assert refused(path)[0].startswith(":1:1: has no column INDICATOR, so that nobody can tell")


@pytest.mark.parametrize(
    ("column", "text", "problem"),
    [
        ("COUNTERPART_COUNTRY", "Ruritania", "'Ruritania' is no known country"),
        ("COUNTRY", "ZZZ", "'ZZZ' is no known country"),
        ("OBS_VALUE", "n.a.", "'n.a.' is no number"),
        ("OBS_VALUE", "-1", "-1 is less than 0"),
        ("TIME_PERIOD", "2015/16", "'2015/16' is no period; write a year, as in 2015"),
        ("TIME_PERIOD", "0015", "'0015' is no whole number from 1800 to 2200"),
        ("INDICATOR", "NGDP", "'NGDP' is no series of trade in goods; these are XG_FOB_USD"),
    ],
)
def test_a_broken_cell_is_refused_where_it_stands(tmp_path, column, text, problem):
    path = changed(tmp_path, INTERFACE, cell(4, column, text))
    at = f":5:{rows_of(INTERFACE)[0].index(column) + 1}: {column}: "
    assert any(line.startswith(at) and problem in line for line in refused(path))


def test_a_flow_that_stands_twice_with_two_figures_is_refused(tmp_path):
    path = changed(tmp_path, INTERFACE, lambda rows: rows.append([*rows[1][:8], "7", *rows[1][9:]]))
    (line,) = refused(path)
    assert "CHN's exports to RUS in 2015 stand here a second time, with another figure" in line


def test_the_imfs_own_names_mean_countries_areas_or_groups():
    known = {
        "China, P.R.: Mainland": "CHN",
        "China, P.R.: Hong Kong": "HKG",
        "Hong Kong, China P.R.": "HKG",
        "Hong Kong Special Administrative Region, People's Republic of China": "HKG",
        "Russian Federation": "RUS",
        "Korea, Rep. of": "KOR",
        "Venezuela, Rep. Bolivariana de": "VEN",
        "Aruba, Kingdom of the Netherlands": "ABW",
        "Anguilla, United Kingdom-British Overseas Territory": "AIA",
        "USSR": "RUS",
        "World": WORLD,
        "G001": WORLD,
        "G998": "",
        "GX170": "",
        "Countries & areas not specified": "Countries & Areas not specified",
    }
    assert {name: partner(name) for name in known} == known
    assert all(from_code(country, "iso3") == country for country in ALIASES.values())
    assert not any(partner(group) for group in GROUPS)
    assert all(partner(code) == partner(name) == name for code, name in AREAS.items())
    assert set(JOINT) <= set(AREAS.values())
    assert all(is_country(member) for members in JOINT.values() for member in members)


def test_a_list_of_another_kind_is_not_taken_for_trade():
    header = ["DATASET", "COUNTRY", "INDICATOR", "FREQUENCY", "SCALE", "TIME_PERIOD", "OBS_VALUE"]
    assert FORMAT.find_header([header]) is None
    assert FORMAT.find_header([]) is None


@pytest.mark.parametrize("name", LAYOUTS)
@settings(max_examples=40)
@given(st.data())
def test_a_mutated_file_is_refused_or_tells_figures_that_stand_in_it(name, data):
    content = data.draw(mutated((CASES / name).read_bytes()))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mutated.csv"
        path.write_bytes(content)
        try:
            if FORMAT.find_header([cells for _, cells in beginning(path, FORMAT.encoding)]) is None:
                return
            result = ingest(path)
        except InputError:
            return
    rows = [[cell.strip() for cell in row] for row in rows_in(content)]
    per_unit = 1 if "portal" in name else 1e6
    units = {"Units", "0"} & {text for row in rows for text in row[7:13]} if "portal" in name else set()
    for (a, b, year), (ab, ba, *_) in figures(result).items():
        for sender, receiver, flow in ((a, b, ab), (b, a, ba)):
            if flow > 0 and not units:
                assert any(tells(row, sender, receiver, year, flow * per_unit, rows[0]) for row in rows[1:])


def tells(row: list[str], sender: str, receiver: str, year: int, amount: float, header: list[str]) -> bool:
    """Whether a row holds an amount and names both countries, read without any of the reader's code."""
    stems = {"CHN": "China", "RUS": "Russia", "USA": "United States", "TWN": "Taiwan"}

    def names(country: str) -> bool:
        return any(text == country or text.startswith(stems[country]) for text in row)

    dated = str(year) in row or str(year) in header
    return names(sender) and names(receiver) and dated and any(is_amount(text, amount) for text in row)


def is_amount(text: str, amount: float) -> bool:
    """Whether a cell is that number, however it is written."""
    try:
        return abs(float(text) - amount) < 0.5
    except ValueError:
        return False


def test_figures_of_the_portal_without_their_scale_are_refused(tmp_path):
    path = tmp_path / "portal.csv"
    path.write_text((CASES / "imts_portal.csv").read_text().replace('"SCALE"', '"Scaled"'))
    with pytest.raises(InputError, match="a column DATASET but no column SCALE; without it the unit"):
        ingest(path)
