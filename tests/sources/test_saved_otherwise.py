"""Raw files that went through another program: read as what they are, or refused in words of ours."""

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest
from baci_files import YEARS
from house import RAW, written
from hypothesis import given
from hypothesis import strategies as st

from bci.errors import InputError
from bci.sources.figures import Ingested
from bci.sources.ingesting import ingest
from bci.sources.raw import Raw
from bci.sources.recognise import recognise
from bci.sources.rules import Rules

COW = RAW / "cow_trade" / "Dyadic_COW_4.0.csv"
SHORT = "ccode1,ccode2,year,flow1,flow2\n"
FEW = Rules(fewest_states=1)

#: Files with columns of numeric codes, and the columns that pandas would write with a point.
CODED = {
    COW: ("ccode1", "ccode2", "year", "flow1", "flow2"),
    RAW / "voeten" / "votes.csv": ("rcid", "ccode", "vote", "session"),
    YEARS[0]: ("t", "i", "j", "k", "v"),
    RAW / "comtrade" / "energy.csv": ("period", "refYear", "reporterCode", "partnerCode", "cmdCode"),
}


def of(*paths: Path) -> dict[str, Ingested]:
    return {made.indicator: made for made in ingest(recognise(paths), FEW)[0]}


def refused(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        of(path)
    return str(caught.value).replace(f"{path}:", "")


def same(one: dict[str, Ingested], other: dict[str, Ingested]) -> None:
    assert one.keys() == other.keys()
    for name, made in one.items():
        assert made.rows.dyads == other[name].rows.dyads
        assert made.rows.year.tolist() == other[name].rows.year.tolist()
        for column, figures in made.columns.items():
            np.testing.assert_array_equal(figures, other[name].columns[column])


@pytest.mark.parametrize("path", [pytest.param(path, id=path.parent.name) for path in CODED])
def test_codes_and_markers_with_a_point_and_zero_are_the_same(path, tmp_path):
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    places = [place for place, name in enumerate(rows[0]) if name in CODED[path]]
    assert len(places) == len(CODED[path])
    for row in rows[1:]:
        for place in places:
            digits = row[place].strip()
            row[place] = f"{digits}.0" if digits.removeprefix("-").isdecimal() else row[place]
    target = tmp_path / "floats.csv"
    with target.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    assert ".0," in target.read_text()
    same(of(target), of(path))


def test_parquet_with_columns_of_floats_is_the_same(tmp_path):
    arrow = pytest.importorskip("pyarrow", reason="needs the extra parquet")
    from pyarrow import parquet

    rows = list(csv.DictReader(COW.read_text(encoding="utf-8").splitlines()))
    names = ("ccode1", "ccode2", "year", "flow1", "flow2")
    table = arrow.table({name: [float(row[name]) for row in rows] for name in names})
    parquet.write_table(table, tmp_path / "trade.parquet")
    same(of(tmp_path / "trade.parquet"), of(COW))


@pytest.mark.parametrize("code", ["2.00", "2.5", "2.0.0", "x.0", ".0", "٢.0"])
def test_no_other_code_with_a_point_is_read(code, tmp_path):
    message = refused(written(tmp_path, f"{SHORT}{code},20,1990,1,2\n"))
    assert f"2:1: ccode1: {code!r} is no code of cow" in message


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6))
def test_only_whole_numbers_lose_a_point_and_zero(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("cells") / "cells.csv"
    for cell in (text, f"{text}.0"):
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([["a", "b"], [cell, "x"]])
        try:
            (piece,) = Raw(path, ("a", "b"), encoding="cp1252").pieces(["a"])
        except InputError:
            continue
        left = cell.strip()
        whole = left.endswith(".0") and left[:-2].isascii() and left[:-2].removeprefix("-").isdigit()
        assert piece.columns["a"].texts() == [left[:-2] if whole else left]


def test_the_same_row_with_and_without_a_point_is_refused(tmp_path):
    path = written(tmp_path, f"{SHORT}365,679.0,1990,1,2\n365,679,1990,1,2\n")
    assert "3:2: ccode2: RUS and YEM in 1990 stand in " in refused(path)


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("cow_trade/Dyadic_COW_4.0.csv", "flow1"),
        ("baci/BACI_HS92_Y1997_V202501.csv", "V"),
        ("voeten/votes.csv", "vote"),
        ("comtrade/new.csv", "reporterCode"),
        ("event_list/visits.csv", "participants"),
        ("leader_travel/plain.csv", "country"),
    ],
)
def test_a_needed_column_that_stands_twice_is_refused(name, column, tmp_path):
    lines = (RAW / name).read_text(encoding="utf-8").splitlines()
    header = next(csv.reader(lines[:1]))
    lines = [f"{lines[0]},{column}", *(f"{line},9" for line in lines[1:])]
    last = len(header) + 1
    message = refused(written(tmp_path, "\n".join(lines) + "\n", Path(name).name))
    assert f"1:{last}: column {column!r} stands twice" in message
    assert message.rstrip().endswith("; keep one")


def test_both_columns_of_one_name_are_named(tmp_path):
    text = "ccode1,ccode2,year,flow1,flow2,Flow1\n2,20,1990,1,2,3\n"
    message = refused(written(tmp_path, text))
    assert message == "1:6: column 'Flow1' stands twice, in columns 4 and 6; keep one"


def test_a_column_that_is_not_needed_may_stand_twice(tmp_path):
    text = COW.read_text(encoding="utf-8").replace("spike1,spike2", "spike1,spike1", 1)
    same(of(written(tmp_path, text)), of(COW))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text.replace(",", ";"), "1:1: looks separated by semicolons; save it with commas"),
        (lambda text: text.replace(".", ",").replace(",", ";"), "looks separated by semicolons"),
        (lambda text: text.replace(",", "\t"), "1:1: looks separated by tabs; save it with commas"),
        (lambda text: text.replace(",", "|"), "1:1: looks separated by bars"),
        (
            lambda text: f"sep=,\n{text}",
            "1:1: begins with the line 'sep=,', which only spreadsheets read; take",
        ),
        (lambda text: f"sep=;\n{text.replace(',', ';')}", "begins with the line 'sep=;'"),
        (lambda text: f"\n{text}", "1:1: begins with an empty line; take it out"),
        (lambda text: f",,,\n{text}", "is of no known format"),
        (
            lambda text: text.replace("\n", "\r"),
            "1:1: has lines that end in a carriage return alone; save it",
        ),
        (lambda text: '"a";"b"\n', "cells are separated by commas"),
        (lambda text: gzip.compress(text.encode()), "is gzipped; name it trade.csv.gz"),
    ],
)
def test_what_another_program_saved_differently_is_told_in_a_word(change, words, tmp_path):
    assert callable(change)
    path = written(tmp_path, change(COW.read_text(encoding="utf-8")), "trade.csv")
    message = refused(path)
    assert words in message
    assert "universal-newline" not in message
    if "no known format" not in words:
        assert "Known are" not in message


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path):
    content = b"\xef\xbb\xbf" + COW.read_bytes().replace(b"\n", b"\r\n")
    same(of(written(tmp_path, content)), of(COW))


@pytest.mark.parametrize(
    ("header", "rows", "count"),
    [
        (SHORT, ["2,20,199x,1,2", "2,20,199y,1,2"], 2),
        (SHORT, ["2,999,1990,1,2", "2,999,1990,1,2"], 2),
        ("t,i,j,k,v,q\n", ["19x,156,643,270900,1,1", "19x,156,643,270900,1,1"], 2),
        ("date,participants,kind,level,place,source\n", ["x,China;Russia,a,b,c,d"] * 2, 2),
    ],
)
def test_a_wrong_cell_is_told_and_nothing_made_up_of_it(header, rows, count, tmp_path):
    name = "official_visits.csv" if header.startswith("date") else "file.csv"
    message = refused(written(tmp_path, header + "\n".join(rows) + "\n", name))
    assert len(message.splitlines()) == count
    assert "in 1800" not in message
    assert "stands" not in message


def test_wrong_years_of_reported_trade_are_told_and_nothing_made_up_of_them(tmp_path):
    text = (RAW / "comtrade" / "new.csv").read_text(encoding="utf-8")
    with (RAW / "comtrade" / "new.csv").open(encoding="utf-8") as stream:
        year = next(csv.DictReader(stream))["period"]
    message = refused(written(tmp_path, text.replace(f",{year},", ",20x,")))
    assert "'20x' is no whole number" in message
    assert "in 1800" not in message
    assert "second time" not in message
