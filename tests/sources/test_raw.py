"""Rows of raw files by Arrow and by Python's reader of CSV: the same cells, lines and words."""

import csv
import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bci.errors import InputError
from bci.sources import batches
from bci.sources.raw import Raw

#: Cells as they are written: plain, quoted as need be, and quoted as it must not be.
CELLS = st.sampled_from(
    ["1", "2.0", " 3 ", "", "NA", "é", "x", '"a,b"', '"a""b"', '"two\nlines"', '""', 'a"b', '"a"b', ' "a"']
)
LINES = st.lists(st.lists(CELLS, min_size=1, max_size=4).map(",".join), max_size=8)


def by_python(text: str) -> tuple[list[tuple[int, str, str]], str]:
    """Line, first and last cell of the rows of three below the header, and the first thing that is wrong.

    Rows of empty cells count from the first row on that holds something.
    """
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    rows, wrong, line = [], "", 1
    try:
        for row in reader:
            if len(row) == 3 and line > 1 and (rows or any(cell.strip() for cell in row)):
                rows.append((line, *(row[i].strip().replace("2.0", "2") for i in (0, 2))))
            elif len(row) != 3 and any(cell.strip() for cell in row):
                wrong = wrong or f"{line}:1: {len(row)} fields where the header has 3"
            line = reader.line_num + 1
    except csv.Error:
        wrong = f"{line}:1: is not valid CSV from here on"
    return rows, wrong


@given(LINES, st.sampled_from(["\n", "\r\n"]), st.booleans(), st.integers(1, 40))
def test_rows_are_those_of_the_plain_reader_and_stand_in_the_same_lines(
    tmp_path_factory, lines, end, is_gzipped, block
):
    text = end.join(["a,b,c", *lines, ""])
    path = tmp_path_factory.mktemp("rows") / ("rows.csv.gz" if is_gzipped else "rows.csv")
    path.write_bytes(gzip.compress(text.encode()) if is_gzipped else b"\xef\xbb\xbf" + text.encode())
    rows, wrong = by_python(text)
    read = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "BLOCK", block)
        raw = Raw(path, ("a", "b", "c"))
        message = ""
        try:
            for piece in raw.pieces(["c", "a"]):
                read += list(zip(piece.lines.tolist(), piece.columns["a"], piece.columns["c"], strict=True))
            raw.raise_problems()
        except InputError as error:
            message = str(error).removeprefix(f"{path}:")
    assert message.startswith(wrong) if wrong else (message, read) == ("", rows)


@pytest.mark.parametrize("block", [7, 1 << 20])
def test_the_first_line_that_is_not_ascii_says_what_a_file_is_read_as(block, tmp_path, monkeypatch):
    monkeypatch.setattr(batches, "BLOCK", block)
    path = tmp_path / "names.csv"

    def names(content: bytes) -> list[str]:
        path.write_bytes(b"name,n\nPeru,1\n" + content)
        return [
            text
            for piece in Raw(path, ("name", "n"), encoding="cp1252").pieces(["name"])
            for text in piece.columns["name"]
        ]

    assert names("Côte,2\nÅland,3\n".encode()) == ["Peru", "Côte", "Åland"]
    assert names("Côte,2\nÅland,3\n".encode("cp1252")) == ["Peru", "Côte", "Åland"]
    with pytest.raises(InputError, match=r"names.csv:4:1: byte 0xc5 is not UTF-8"):
        names("Côte,2\n".encode() + "Åland,3\n".encode("cp1252"))


@given(st.lists(st.sampled_from(["1", "2.5", "1e3", "+4", " 5", "", "NA", "-9", "-9.0"]), min_size=1))
def test_figures_are_those_of_python_and_markers_are_missing(tmp_path_factory, cells):
    path = tmp_path_factory.mktemp("cells") / "figures.csv"
    path.write_text("\n".join(["n,x", *(f"{cell},y" for cell in cells), ""]))
    (piece,) = Raw(path, ("n", "x")).pieces(["n"])
    expected = [float("nan" if cell in ("", "NA", "-9", "-9.0") else cell) for cell in cells]
    np.testing.assert_array_equal(piece.numbers("n", missing=("", "NA", "-9")), expected)


def test_every_wrong_cell_is_told_with_line_and_column(tmp_path):
    path = tmp_path / "wrong.csv"
    path.write_text("year,n\n1990,1\n199o,nan\n1990,-1\n1700,1e999\n")
    raw = Raw(path, ("year", "n"))
    (piece,) = raw.pieces(["year", "n"])
    piece.whole("year", 1800, 2100)
    piece.numbers("n")
    assert piece.wrong == {1, 2, 3}
    with pytest.raises(InputError) as caught:
        raw.raise_problems()
    assert [str(problem).removeprefix(f"{path}:").partition(";")[0] for problem in caught.value.problems] == [
        "3:1: year: '199o' is no whole number from 1800 to 2100",
        "3:2: n: 'nan' is no number",
        "4:2: n: -1 is less than 0, which this cannot be",
        "5:1: year: '1700' is no whole number from 1800 to 2100",
        "5:2: n: '1e999' is no number",
    ]


def test_some_rows_of_a_piece_keep_their_lines(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("a,b\n1,x\n2,y\n3,z\n")
    (piece,) = Raw(path, ("a", "b")).pieces(["b"])
    some = piece.rows([2, 0])
    assert (some.lines.tolist(), some.columns["b"].texts()) == ([4, 2], ["z", "x"])
