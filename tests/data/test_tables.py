"""Figures as CSV, gzipped CSV and Parquet: one reading, one set of problems, one digest of one text."""

import csv
import datetime
import gzip
import io
import tempfile
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from house import BROKEN, run
from hypothesis import given, settings
from hypothesis import strategies as st

import bci
from bci.data.dyads import DyadYears, together
from bci.data.observations import read_observations
from bci.data.panel import check_folder, load_indicators, read_definition
from bci.data.tables import _arrow_columns, first_rows, row_batches
from bci.files import TextFile, content
from bci.model.definitions import Indicator

SOUND = BROKEN / "sound" / "indicators"
FILES = {path.name: path.read_bytes() for path in SOUND.iterdir()}
TRADE = FILES["trade.csv"].decode()
HEADER = TRADE.partition("\n")[0]
DEFINITION, _ = read_definition(SOUND, "trade")
ODD = ["", "CHN", "China", "Rusia", "1992", "92", "NaN", "-1", "1e300", "5_1", "cwo;cow", "D", " 7 ", "é"]


def folder_of(folder: Path, **changed: bytes | None) -> Path:
    """The sound folder, its tables changed: ``trade_csv_gz=...`` adds a file, None takes one out."""
    files = FILES | {name.replace("_csv", ".csv").replace("_gz", ".gz"): raw for name, raw in changed.items()}
    for name, raw in files.items():
        if raw is not None:
            (folder / name).write_bytes(raw)
    return folder


def parquet_of(path: Path, text: str) -> Path:
    """The rows of a CSV text as a Parquet file of text."""
    header, *rows = csv.reader(io.StringIO(text))
    arrays = [pa.array([row[i] for row in rows], pa.string()) for i in range(len(header))]
    pq.write_table(pa.Table.from_arrays(arrays, names=header), path, write_page_checksum=True)
    return path


def found(path: Path) -> tuple[list[tuple[int, int, str]], list[list[float]]]:
    """Problems of a file with figures of trade, without its name, or the figures."""
    try:
        figures = read_observations(path, content(path), DEFINITION, {"cow"})
    except bci.InputError as error:
        return [(p.line, p.column, p.message) for p in error.problems], []
    return [], np.nan_to_num([figures.rows.year, *figures.numbers.values()], nan=-9).tolist()


def whole() -> dict[str, bytes]:
    """The sound table in both forms that carry checksums."""
    with tempfile.TemporaryDirectory() as made:
        parquet = parquet_of(Path(made) / "trade.parquet", TRADE).read_bytes()
    return {"parquet": parquet, "csv.gz": gzip.compress(TRADE.encode(), mtime=0)}


WHOLE = whole()


def test_values_are_those_of_a_plain_reading():
    panel = load_indicators(SOUND)
    rows, values, grades = panel.matrix(["trade", "nuclear"])
    plain = {
        name: {
            (row["iso3_a"], row["iso3_b"], int(row["year"])): row
            for row in csv.DictReader(io.StringIO(FILES[f"{name}.csv"].decode()))
        }
        for name in ("trade", "nuclear")
    }
    keys = [(*rows.dyads[n], y) for n, y in zip(rows.number.tolist(), rows.year.tolist(), strict=True)]
    assert keys == sorted(plain["trade"].keys() | plain["nuclear"].keys())
    for key, (trade, nuclear), (grade, _) in zip(keys, values.tolist(), grades.tolist(), strict=True):
        row = plain["trade"].get(key, {"share_a": "", "share_b": "", "quality": ""})
        # The geometric mean of the two shares.
        wanted = (float(row["share_a"]) * float(row["share_b"])) ** 0.5 if row["share_a"] else None
        assert trade == pytest.approx(wanted) if wanted is not None else np.isnan(trade)
        assert grade == {"A": 0, "B": 1, "C": 2, "": -1}[row["quality"]]
        count = plain["nuclear"].get(key, {"count": ""})["count"]
        assert nuclear == float(count) if count else np.isnan(nuclear)


def test_gzip_and_line_ends_change_neither_values_nor_digest(tmp_path):
    raw = FILES["trade.csv"]
    plain, zipped, dos = (tmp_path / name for name in ("plain", "zipped", "dos"))
    for folder in (plain, zipped, dos):
        folder.mkdir()
    folder_of(plain)
    folder_of(zipped, trade_csv=None, trade_csv_gz=gzip.compress(raw))
    folder_of(dos, trade_csv=raw.replace(b"\n", b"\r\n"))
    panels = [check_folder(folder) for folder in (plain, zipped, dos)]
    assert len({panel.digest for panel in panels}) == 1
    zipped_trade = zipped / "trade.csv.gz"
    assert found(plain / "trade.csv") == found(zipped_trade) == found(dos / "trade.csv")


def test_parquet_gives_the_same_values(tmp_path):
    folder = folder_of(tmp_path, trade_csv=None)
    parquet_of(folder / "trade.parquet", TRADE)
    text = check_folder(folder)
    frame = load_indicators(SOUND).observations["trade"]
    assert text.observations["trade"].equals(frame)
    # Numbers and categories of text, as pandas would write them.
    frame.reset_index().astype({"source": "category"}).to_parquet(folder / "trade.parquet", index=False)
    numbers = check_folder(folder)
    assert numbers.observations["trade"].equals(frame)
    assert numbers.digest != text.digest


@settings(max_examples=80)
@given(data=st.data())
def test_the_same_is_refused_in_every_form(data):
    rows = list(csv.reader(io.StringIO(TRADE)))
    for _ in range(data.draw(st.integers(1, 4))):
        i = data.draw(st.integers(1, len(rows) - 1))
        rows[i][data.draw(st.integers(0, len(rows[i]) - 1))] = data.draw(st.sampled_from(ODD))
    if data.draw(st.booleans()):
        rows.append(list(rows[data.draw(st.integers(1, len(rows) - 1))]))
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows)
    text = written.getvalue()
    with tempfile.TemporaryDirectory() as made:
        plain, zipped = Path(made) / "trade.csv", Path(made) / "trade.csv.gz"
        plain.write_text(text, encoding="utf-8")
        zipped.write_bytes(gzip.compress(text.encode(), 1))
        parquet = parquet_of(Path(made) / "trade.parquet", text)
        assert found(plain) == found(zipped) == found(parquet)


QUOTED = st.text(st.sampled_from('a",\n \r'), max_size=12)


@given(st.lists(st.one_of(QUOTED, QUOTED.map(lambda text: '"' + text.replace('"', '""') + '"')), max_size=9))
def test_what_arrow_reads_is_what_python_reads(cells):
    """However cells are quoted, Arrow gives the rows of Python's reader, or nothing at all."""
    text = "a,b,c\n" + "".join(",".join(cells[i : i + 3]) + "\n" for i in range(0, len(cells), 3))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if (read := _arrow_columns(text.encode())) is not None:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))[1:]
        columns = [column.texts() for column in read[1]]
        assert [list(row) for row in zip(*columns, strict=True)] == [
            [cell.strip() for cell in row] for row in rows if row
        ]


def test_what_was_read_cannot_be_changed():
    panel = load_indicators(SOUND)
    figures = panel.figures["trade"]
    rows, values, grades = panel.matrix(["trade"])
    codes = [column.codes for column in figures.provenance.values()]
    arrays = [figures.rows.year, figures.rows.number, *figures.numbers.values(), *codes]
    for array in [*arrays, rows.year, rows.number, values, grades]:
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_two_files_for_one_indicator_are_refused(tmp_path):
    folder_of(tmp_path)
    parquet_of(tmp_path / "trade.parquet", TRADE)
    with pytest.raises(bci.InputError, match=r"trade\.parquet: holds the same indicator as trade\.csv"):
        load_indicators(tmp_path)


def test_a_wrong_cell_of_parquet_stands_at_its_row(tmp_path):
    folder_of(tmp_path, trade_csv=None)
    parquet_of(tmp_path / "trade.parquet", f"{HEADER}\nCHN,RUS,1992,5,,,cow,A,\nCHN,RUS,1993,-5,,,cow,A,\n")
    with pytest.raises(bci.InputError) as caught:
        load_indicators(tmp_path)
    # The header counts as line 1, so that the second row is line 3; flow is the fourth column.
    assert str(caught.value).endswith("trade.parquet:3:4: flow: -5 is negative; this cannot be less than 0")


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_header_alone_says_that_there_are_no_figures(tmp_path, form):
    folder_of(tmp_path, trade_csv=None)
    if form == "csv":
        (tmp_path / "trade.csv").write_text(HEADER + "\n")
    else:
        parquet_of(tmp_path / "trade.parquet", HEADER)
    panel = check_folder(tmp_path)
    assert panel.observations["trade"].empty
    assert panel.values()["trade"].isna().all()
    assert panel.values()["nuclear"].notna().any()
    scheme = SOUND.parent / "scheme.yaml"
    text = scheme.read_text().replace("indicators: {trade: 1}", "indicators: {trade: 1, nuclear: 1}", 1)
    (tmp_path.parent / "scheme.yaml").write_text(text)
    validated = run("validate", "-i", tmp_path, "-f", "csv")
    assert validated.exit_code == 0, validated.output
    assert "trade,mutual_share,anchors,calibrated,0,,,0,0,0,0,0" in validated.stdout.splitlines()
    assert "nuclear,count,goalposts," in validated.stdout
    for args in (["indicators", "trade"], ["indicators", "nuclear"], ["indicators"]):
        result = run(*args, "-i", tmp_path, "-f", "table")
        assert result.exit_code == 0, result.output


def test_scores_say_which_indicators_have_no_figures(tmp_path):
    shipped = bci.load_indicators().folder
    for path in shipped.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    header = (tmp_path / "trade.csv").read_text().partition("\n")[0]
    (tmp_path / "trade.csv").write_text(header + "\n")
    result = run("score", "-i", tmp_path, "-f", "csv")
    assert result.exit_code == 0, result.output
    assert "note: trade has no figures in this folder; it is missing for every dyad\n" in result.stderr
    assert result.stderr.count("has no figures") == 1
    assert run("explain", "2016-2019", "-i", tmp_path).exit_code == 0


def test_a_folder_without_any_row_is_refused(tmp_path):
    folder_of(
        tmp_path, trade_csv=f"{HEADER}\n".encode(), nuclear_csv=FILES["nuclear.csv"].partition(b"\n")[0]
    )
    with pytest.raises(bci.InputError) as caught:
        load_indicators(tmp_path)
    assert [p.message for p in caught.value.problems] == [
        "holds no rows; write one a dyad-year below the header"
    ] * 2


def test_cells_of_parquet_read_as_text(tmp_path):
    day = datetime.date(2003, 8, 6)
    noon = datetime.datetime(2003, 8, 6, 12, 30)
    columns = {
        "whole": pa.array([1, None, -3], pa.int16()),
        "double": pa.array([0.1, 1e22, float("nan")]),
        "single": pa.array([0.1, None, 2.0], pa.float32()),
        "text": pa.array(["a,b", "", None], pa.large_string()),
        "day": pa.array([day, None, day]),
        "moment": pa.array([noon, None, datetime.datetime(2003, 8, 6)], pa.timestamp("ns")),
        "choice": pa.array(["x", None, "x"]).dictionary_encode(),
        "decimal": pa.array([Decimal("1.50"), None, Decimal("2.00")]),
        "truth": pa.array([True, None, False]),
        "none": pa.nulls(3),
    }
    path = tmp_path / "raw.parquet"
    pq.write_table(pa.table(columns), path)
    expected = [
        (1, list(columns)),
        (2, ["1", "0.1", "0.1", "a,b", "2003-08-06", "2003-08-06T12:30:00", "x", "1.50", "True", ""]),
        (3, ["", "1e+22", "", "", "", "", "", "", "", ""]),
        (4, ["-3", "", "2", "", "2003-08-06", "2003-08-06", "x", "2.00", "False", ""]),
    ]
    assert first_rows(path, "", 40) == expected
    assert first_rows(path, "", 2) == expected[:2]
    told: list[int] = []
    batches = list(row_batches(path, "", 1, told.append))
    assert [pair for lines, rows in batches for pair in zip(lines, rows, strict=True)] == expected[1:]
    assert sum(told) == path.stat().st_size


def test_columns_of_parquet_that_are_no_cells_are_refused(tmp_path):
    path = tmp_path / "raw.parquet"
    pq.write_table(pa.table({"a": [1], "b": [[1, 2]]}), path)
    with pytest.raises(bci.InputError, match=r"raw.parquet:1:2: column 'b' is of type list"):
        first_rows(path, "", 5)
    pq.write_table(pa.table({"a": ["x", "y\0"]}), path)
    with pytest.raises(bci.InputError, match=r"raw.parquet:3:1: a: a NUL byte stands here"):
        first_rows(path, "", 5)


@pytest.mark.parametrize("name", ["raw.csv", "raw.csv.gz", "raw.parquet"])
def test_what_is_no_file_to_read_is_refused(tmp_path, name):
    for raw in (b"", b"PAR1", b"\x1f\x8b\x08", b"PAR1aaaaaaaaaaaaPAR1"):
        (tmp_path / name).write_bytes(raw)
        if name != "raw.csv" or not raw.isascii() or not raw:
            with pytest.raises(bci.InputError, match=name):
                first_rows(tmp_path / name, "", 5)
    (tmp_path / name).unlink()
    with pytest.raises(bci.InputError, match=name):
        first_rows(tmp_path / name, "", 5)
    (tmp_path / name).mkdir()
    with pytest.raises(bci.InputError, match=f"{name}: .*directory"):
        first_rows(tmp_path / name, "", 5)
    folder_of(tmp_path, trade_csv=None)
    (tmp_path / name).rename(tmp_path / name.replace("raw", "trade"))
    with pytest.raises(bci.InputError, match=r"trade\..*: is a directory; give a file"):
        load_indicators(tmp_path)


@settings(max_examples=200)
@given(place=st.integers(0, 10**6), byte=st.integers(1, 255), cut=st.booleans(), parquet=st.booleans())
def test_a_damaged_file_is_refused_or_reads_the_same(place, byte, cut, parquet):
    """Both forms carry checksums of what they hold."""
    form = "parquet" if parquet else "csv.gz"
    raw = WHOLE[form]
    place %= len(raw)
    with tempfile.TemporaryDirectory() as made:
        path = Path(made) / f"trade.{form}"
        path.write_bytes(raw[:place] if cut else raw[:place] + bytes([raw[place] ^ byte]) + raw[place + 1 :])
        problems, figures = found(path)
        assert problems or figures == found(SOUND / "trade.csv")[1]


def test_a_directed_flow_is_no_more_than_the_totals_it_is_part_of(tmp_path):
    names = ("flow_ab", "flow_ba", "exports_a", "imports_a", "exports_b", "imports_b")
    variables = {name: {"unit": "US dollars", "description": name} for name in names}
    definition = Indicator.model_validate(DEFINITION.model_dump(by_alias=True) | {"variables": variables})
    path = tmp_path / "trade.csv"
    # What goes from a to b is part of the exports of a and the imports of b; what goes back, the reverse.
    path.write_text(
        f"iso3_a,iso3_b,year,{','.join(names)},source,quality,note\nCHN,RUS,1992,5,7,4,6,6,4,cow,A,\n"
    )
    with pytest.raises(bci.InputError) as caught:
        read_observations(path, content(path), definition, {"cow"})
    assert [(p.column, p.message) for p in caught.value.problems] == [
        (6, "exports_a: 4 is smaller than its part, flow_ab = 5"),
        (7, "imports_a: 6 is smaller than its part, flow_ba = 7"),
        (8, "exports_b: 6 is smaller than its part, flow_ba = 7"),
        (9, "imports_b: 4 is smaller than its part, flow_ab = 5"),
    ]


def test_one_encoding_a_file(tmp_path):
    path = tmp_path / "raw.csv"
    path.write_bytes("a\nCôte\nTürkiye\n".encode("cp1252"))
    with TextFile(path, "cp1252") as lines:
        assert list(lines) == ["a\n", "Côte\n", "Türkiye\n"]
    # What begins as UTF-8 does not go on as something else.
    path.write_bytes("a\nCôte\n".encode() + "Türkiye\n".encode("cp1252"))
    with pytest.raises(bci.InputError, match=r"raw.csv:3:2: byte 0xfc is not UTF-8"):
        first_rows(path, "cp1252", 5)
    path.write_bytes(b"a\nb\x81\n")
    with pytest.raises(bci.InputError, match=r"raw.csv:2:2: byte 0x81 is not CP1252"):
        first_rows(path, "cp1252", 5)


def test_lines_of_rows_count_line_ends_inside_cells(tmp_path):
    path = tmp_path / "raw.csv"
    path.write_text('a,b\n1,"x\n\ny"\n\n2,z\n3,"open')
    assert first_rows(path, "", 9) == [(1, ["a", "b"]), (2, ["1", "x\n\ny"]), (5, []), (6, ["2", "z"])]
    with pytest.raises(bci.InputError, match=r"raw.csv:7:1: is not valid CSV from here on"):
        list(row_batches(path, "", 1, lambda read: None))


KEYS = st.sets(
    st.tuples(st.sampled_from(["AAA", "BBB"]), st.sampled_from(["CCC", "DDD"]), st.integers(1990, 1993))
)


@given(st.lists(KEYS, max_size=4))
def test_joined_dyad_years_are_those_of_sets(parts):
    def rows_of(keys: list[tuple[str, str, int]]) -> DyadYears:
        dyads = sorted({key[:2] for key in keys}, reverse=True)
        number = [dyads.index(key[:2]) for key in keys]
        years = [key[2] for key in keys]
        return DyadYears(np.array(years, np.int64), np.array(number, np.int64), tuple(dyads))

    given_keys = [list(part) for part in parts]
    rows, places = together([rows_of(keys) for keys in given_keys])
    keys = [(*rows.dyads[n], y) for n, y in zip(rows.number.tolist(), rows.year.tolist(), strict=True)]
    assert keys == sorted(set().union(*parts))
    assert [[keys[place] for place in part] for part in places] == given_keys
