"""The only reader and writer of tables: CSV, gzipped CSV and Parquet as text, each cell with its place.

Arrow reads a large file of an indicator column by column, each different cell once. It knows neither the line
of a row nor what is wrong with a file: one with something wrong is read again by Python's reader, row by row,
as small ones are at once.

Parquet is read as if it were CSV: its columns as text below a header in line 1, so that the first row stands
in line 2. What is refused in the one is refused in the other.
"""

from __future__ import annotations

import codecs
import csv
import datetime
import io
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, starmap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bci.arrays import Array, frozen
from bci.errors import InputError, Problem, suggestion
from bci.files import TextFile, is_file, is_folder, is_parquet, lines_of, text_of, text_writer

if TYPE_CHECKING:
    import pyarrow as pa

#: Bytes from which on it pays to load Arrow.
LARGE = 1 << 20

#: Rows at a time: few enough to stay near the processor while they are taken apart.
BATCH = 10_000

#: The types that a cell of a table can be of.
CELLS = (
    *("null", "string", "large_string", "integer", "floating", "decimal", "boolean"),
    *("date", "timestamp"),
)

#: What Arrow reads although it is no CSV: text behind the quote that ends a cell, and a quote left open.
_ODD_QUOTE = re.compile(rb'(?<![^,\n])"[^"]*+(?:""[^"]*+)*+(?:"[^",\n]|\Z)')

_SIGNS = re.compile(r"[0-9.eE+\n-]*")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


@dataclass(frozen=True, eq=False)
class Column:
    """A column of text that holds each different cell once.

    Attributes
    ----------
    words
        The different cells, stripped; two of them may be alike, and some may stand in no row.
    codes
        Shape ``(rows,)``: the place in `words` of each row's cell.
    """

    words: list[str]
    codes: NDArray[np.int32]

    def __post_init__(self) -> None:
        frozen(self.codes)

    def __getitem__(self, row: int) -> str:
        return self.words[int(self.codes[row])]

    def texts(self) -> list[str]:
        """The cells, row by row."""
        texts: list[str] = self.of_words(self.words, object).tolist()
        return texts

    def of_words(self, values: ArrayLike, dtype: Any) -> NDArray[Any]:
        """What each row has if each of the words has one of the `values`."""
        return np.asarray(values, dtype=dtype)[self.codes]

    def rows(self, chosen: NDArray[Any] | slice) -> Column:
        """Some of the rows, or all in another order."""
        return Column(self.words, self.codes[chosen])

    def figures(self) -> Array:
        """The words as numbers, NaN where one is empty or no number (see `figure`)."""
        try:
            # Made of these signs alone, a text is what `figure` takes, or nothing that Python takes either.
            plain = _SIGNS.fullmatch("\n".join(self.words)) is not None
            figures = np.array([float(word or "nan") if plain else figure(word) for word in self.words])
        except ValueError:
            figures = np.array(list(map(figure, self.words)))
        return np.where(np.isfinite(figures), figures, np.nan)


def figure(text: str) -> float:
    """Text as a finite number, NaN where it is none; it also takes a point at either end and a plus."""
    number = float(text) if _NUMBER.fullmatch(text) else math.nan
    return number if math.isfinite(number) else math.nan


@dataclass(frozen=True, eq=False)
class Table:
    """A CSV or Parquet file as text, and what is wrong with it.

    Attributes
    ----------
    place
        The file's name as the user gave it.
    columns
        The columns by name, without rows of nothing but commas, which spreadsheets leave below the table.
    problems
        What was refused so far.
    """

    place: str
    columns: Mapping[str, Column]
    problems: list[Problem]
    _read_lines: Callable[[], Sequence[int]]

    @classmethod
    def read(cls, path: Path, raw: bytes, required: tuple[str, ...], *, others: bool = False) -> Table:
        """Read a file that has the `required` columns, and no `others` unless allowed.

        Parameters
        ----------
        raw
            What the file holds (see `bci.files.content`).
        """
        place, problems = str(path), list[Problem]()
        if is_parquet(path):
            header, columns = _parquet_columns(place, raw)
            _check_header(place, header, required, others)
        elif len(raw) >= LARGE and (by_arrow := _arrow_columns(raw)) is not None:
            header, columns = by_arrow
            _check_header(place, header, required, others)
        else:
            header, columns = _located_columns(place, raw, required, others, problems)
        empty = np.ones(len(columns[0].codes), dtype=bool)
        for column in columns:
            if not empty.any():
                break
            empty &= column.of_words([not word for word in column.words], bool)
        if empty.any():
            columns = [column.rows(~empty) for column in columns]

        def lines() -> Sequence[int]:
            if is_parquet(path):
                return (np.flatnonzero(~empty) + 2).tolist()
            rows = _numbered_rows(place, raw)
            return [line for line, row in rows if len(row) == len(header) and any(map(str.strip, row))][1:]

        return cls(place, dict(zip(header, columns, strict=True)), problems, lines)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())).codes)

    @cached_property
    def lines(self) -> Sequence[int]:
        """The line each row starts in; for these the file is read once more."""
        return self._read_lines()

    def refuse(self, row: int, name: str, message: str) -> None:
        """Note a problem with the cell in that column."""
        column = list(self.columns).index(name) + 1
        self.problems.append(Problem(self.place, self.lines[row], column, f"{name}: {message}"))

    def refuse_words(
        self, name: str, faults: Callable[[str], Iterable[str]], among: Iterable[int] | None = None
    ) -> None:
        """Note what is wrong with the cells of a column: each word is judged once, or some `among` them."""
        column = self.columns[name]
        judged = range(len(column.words)) if among is None else among
        wrong = {code: messages for code in judged if (messages := list(faults(column.words[code])))}
        if wrong:
            for row in np.flatnonzero(np.isin(column.codes, list(wrong))).tolist():
                for message in wrong[int(column.codes[row])]:
                    self.refuse(row, name, message)

    def raise_problems(self) -> None:
        """Raise if anything was refused."""
        if self.problems:
            raise InputError(self.problems)


def _check_header(place: str, header: Sequence[str], required: tuple[str, ...], others: bool) -> None:
    if not header:
        raise InputError.at(place, f"is empty; its first line must be {','.join(required)}", 1, 1)
    if len(header) == 1 and (separator := next((s for s in ";\t|" if s in header[0]), None)):
        name = {";": "semicolons", "\t": "tabs", "|": "bars"}[separator]
        raise InputError.at(place, f"is separated by {name}; save it with commas", 1, 1)
    if not set(required) & set(header):
        raise InputError.at(place, f"has no header; its first line must be {','.join(required)}", 1, 1)
    problems = [
        Problem(place, 1, 1, f"column {name} is missing; the columns are {', '.join(required)}")
        for name in required
        if name not in header
    ]
    for number, name in enumerate(header, start=1):
        if header.index(name) != number - 1:
            problems.append(Problem(place, 1, number, f"column {name!r} stands twice; keep one"))
        elif name not in required and not others:
            message = f"unknown column {name!r}.{suggestion(name, required)}"
            problems.append(
                Problem(place, 1, number, f"{message} Declare it under variables, or take it out")
            )
    if problems:
        raise InputError(problems)


def _arrow_columns(raw: bytes) -> tuple[list[str], list[Column]] | None:
    """Header and columns of a CSV text, or None where Arrow cannot read it, or not as Python does."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    if b"\0" in raw or (b'"' in raw and _ODD_QUOTE.search(raw)):
        return None
    text = io.BytesIO(raw)
    try:
        header = next(csv.reader((line.decode() for line in text), strict=True), [])
        below = memoryview(raw)[text.tell() :]
        if raw.startswith(codecs.BOM_UTF8, text.tell()):
            return None
        names, coded = [str(number) for number in range(len(header))], pa.dictionary(pa.int32(), pa.string())
        table = arrow_csv.read_csv(
            pa.BufferReader(below),
            arrow_csv.ReadOptions(column_names=names),
            arrow_csv.ParseOptions(newlines_in_values=True),
            arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, coded)),
        )
    except (UnicodeDecodeError, csv.Error, pa.ArrowInvalid):
        return None
    return [name.strip() for name in header], [_column(cells) for cells in table.columns]


def _located_columns(
    place: str, raw: bytes, required: tuple[str, ...], others: bool, problems: list[Problem]
) -> tuple[list[str], list[Column]]:
    """Header and columns of a CSV text, read row by row; rows of another length are refused."""
    rows = _numbered_rows(place, raw)
    header = [name.strip() for name in next(rows, (1, list[str]()))[1]]
    _check_header(place, header, required, others)
    kept = []
    try:
        for line, row in rows:
            if len(row) == len(header):
                kept.append(row)
            elif any(map(str.strip, row)):
                message = (
                    f"{len(row)} fields where the header has {len(header)}; put text with commas in quotes"
                )
                problems.append(Problem(place, line, 1, message))
    except InputError as error:
        raise InputError([*problems, *error.problems]) from None
    cells = zip(*kept, strict=True) if kept else [()] * len(header)
    return header, [_encoded(column) for column in cells]


def _encoded(cells: Iterable[str]) -> Column:
    number = dict[str, int]()
    codes = np.array([number.setdefault(cell, len(number)) for cell in cells], dtype=np.int32)
    return Column([word.strip() for word in number], codes)


def _numbered_rows(place: str, raw: bytes) -> Iterator[tuple[int, list[str]]]:
    """Line and cells of each row of a CSV text."""
    return chain.from_iterable(starmap(zip, _rows(place, lines_of(text_of(place, raw)), BATCH)))


def _rows(place: str, text: Iterable[str], size: int) -> Iterator[tuple[list[int], list[list[str]]]]:
    """Lines and cells of a CSV text, a batch at a time."""
    reader = csv.reader(text, strict=True)
    lines, rows, line = list[int](), list[list[str]](), 1
    wrong = None
    try:
        for row in reader:
            lines.append(line)
            rows.append(row)
            line = reader.line_num + 1
            if len(rows) == size:
                yield lines, rows
                lines, rows = [], []
    except csv.Error as error:
        wrong = f"is not valid CSV from here on: {error}; close every quote, and double those inside quotes"
        if "expected after" in str(error):
            wrong += "; cells are separated by commas"
        if str(error).startswith("new-line character"):
            wrong = (
                "has lines that end in a carriage return alone; save it with the line ends of Unix or Windows"
            )
    if rows:
        yield lines, rows
    if wrong:
        raise InputError.at(place, wrong, line, 1)


def _column(cells: pa.ChunkedArray) -> Column:
    """Cells that Arrow has read, as text."""
    array = cells.unify_dictionaries().combine_chunks()
    words = _words(array.dictionary)
    codes = array.indices.fill_null(len(words)) if array.null_count else array.indices
    # To ask Arrow for the array would load pandas.
    return Column([*map(str.strip, words), ""], np.asarray(np.from_dlpack(codes), dtype=np.int32))


def _words(values: pa.Array) -> list[str]:
    """Each value as text: missing and NaN empty, whole numbers without a point, dates as 2003-08-06.

    Figures have as few digits as tell them from their neighbours.
    """
    import pyarrow as pa

    kind = values.type
    if pa.types.is_floating(kind):
        figures = np.from_dlpack(values.fill_null(math.nan))
        return ["" if value != value else str(value).removesuffix(".0") for value in figures]
    if pa.types.is_timestamp(kind):
        return [_moment(value) for value in values.cast(pa.timestamp("us", kind.tz)).to_pylist()]
    if pa.types.is_date(kind):
        return ["" if value is None else value.isoformat() for value in values.to_pylist()]
    return ["" if value is None else str(value) for value in values.to_pylist()]


def _moment(value: datetime.datetime | None) -> str:
    if value is None:
        return ""
    midnight = value.tzinfo is None and value.time() == datetime.time()
    return value.date().isoformat() if midnight else value.isoformat()


@contextmanager
def _located(place: str, line: int = 0) -> Iterator[None]:
    """Whatever Arrow finds wrong with a Parquet file, as a problem of that file."""
    import pyarrow as pa

    try:
        yield
    except InputError:
        raise
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = str(error).strip().partition("\n")[0].rstrip(".")
        message = f"cannot be read as Parquet: {reason}; save or download it again"
        raise InputError.at(place, message, line, min(line, 1)) from None


def _parquet_columns(place: str, raw: bytes) -> tuple[list[str], list[Column]]:
    """Names and columns of a Parquet file."""
    import pyarrow as pa
    from pyarrow import parquet

    with _located(place):
        file = parquet.ParquetFile(pa.BufferReader(raw), page_checksum_verification=True)
        table = file.read()
        _check_rows(file, len(table))
        return table.column_names, _cells(place, table, 2)


def _check_rows(file: Any, rows: int) -> None:
    announced = file.metadata.num_rows
    if rows != announced:
        raise ValueError(f"{announced} rows are announced, {rows} are there")


def _cells(place: str, table: pa.Table, line: int) -> list[Column]:
    """Columns of Parquet as text; refused where a type or a NUL byte is what no cell of a table can be."""
    import pyarrow as pa

    columns = []
    for number, (name, cells) in enumerate(zip(table.column_names, table.columns, strict=True), start=1):
        kind = cells.type.value_type if pa.types.is_dictionary(cells.type) else cells.type
        if not any(getattr(pa.types, f"is_{cell}")(kind) for cell in CELLS):
            message = f"column {name!r} is of type {cells.type}; save it as text, numbers or dates"
            raise InputError.at(place, message, 1, number)
        column = _column(cells if kind != cells.type else cells.dictionary_encode())
        nul = column.of_words(["\0" in word for word in column.words], bool)
        if nul.any():
            message = f"{name}: a NUL byte stands here; take it out"
            raise InputError.at(place, message, line + int(nul.argmax()), number)
        columns.append(column)
    return columns


def first_rows(path: Path, encoding: str, rows: int) -> list[tuple[int, list[str]]]:
    """Line and cells of the first rows of a CSV or Parquet file of any shape, gzipped or not.

    Raises
    ------
    InputError
        If the file is empty, or cannot be read.
    """
    for lines, cells in row_batches(path, encoding, 0, lambda read: None, rows):
        return list(zip(lines, cells, strict=True))[:rows]
    raise InputError.at(str(path), "is empty; download it again", 1, 1)


def row_batches(
    path: Path, encoding: str, below: int, advance: Callable[[int], object], size: int = BATCH
) -> Iterator[tuple[list[int], list[list[str]]]]:
    """Lines and cells of the rows below a line, a batch at a time, for files that do not fit in memory.

    Parameters
    ----------
    encoding
        What the file is read as where it is not UTF-8; empty where nothing else is allowed.
    advance
        Told the bytes read since it was last told.
    size
        Rows of a batch.
    """
    batches = (
        _parquet_rows(path, size, advance) if is_parquet(path) else _text_rows(path, encoding, size, advance)
    )
    for lines, rows in batches:
        kept = [i for i, line in enumerate(lines) if line > below]
        yield [lines[i] for i in kept], [rows[i] for i in kept]


def _text_rows(
    path: Path, encoding: str, size: int, advance: Callable[[int], object]
) -> Iterator[tuple[list[int], list[list[str]]]]:
    before = 0
    with TextFile(path, encoding) as text:
        for lines, rows in _rows(str(path), text, size):
            advance(text.read_so_far - before)
            before = text.read_so_far
            yield lines, rows


def _parquet_rows(
    path: Path, size: int, advance: Callable[[int], object]
) -> Iterator[tuple[list[int], list[list[str]]]]:
    import pyarrow as pa
    from pyarrow import parquet

    place = str(path)
    if not is_file(path):
        raise InputError.at(place, "is a directory; give a file" if is_folder(path) else "no such file")
    with _located(place):
        file = parquet.ParquetFile(path, page_checksum_verification=True)
        batches, size_in_bytes = file.iter_batches(batch_size=size), path.stat().st_size
    # The header comes with the first rows, as it does in CSV.
    line, rows, before = 1, [list(file.schema_arrow.names)], 0
    while True:
        with _located(place, line):
            batch = next(batches, None)
            if batch is None:
                _check_rows(file, line + len(rows) - 2)
                break
            cells = [column.texts() for column in _cells(place, pa.table(batch), line + len(rows))]
        rows += map(list, zip(*cells, strict=True))
        yield list(range(line, line + len(rows))), rows
        line, rows = line + len(rows), []
        advance(-before + (before := size_in_bytes * (line - 2) // file.metadata.num_rows))
    if rows:
        yield [1], rows


def write_columns(path: Path, columns: Mapping[str, Sequence[object]]) -> None:
    """Write columns of one length as CSV, gzipped where the name says so.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    with text_writer(path) as stream:
        lines = csv.writer(stream, lineterminator="\n")
        lines.writerow(columns)
        lines.writerows(zip(*columns.values(), strict=True))


def write_table(path: Path, columns: Mapping[str, list[str] | Array]) -> None:
    """Write columns as Parquet: text as it is, figures as whole numbers where all are, NaN as missing.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    import pyarrow as pa

    def typed(column: list[str] | Array) -> pa.Array:
        if isinstance(column, list):
            return pa.array(column)
        missing = np.isnan(column)
        known = np.where(missing, 0, column)
        whole = bool((known % 1 == 0).all() and (abs(known) < 2**53).all())
        return pa.array(known.astype(np.int64) if whole else known, mask=missing)

    _write_parquet(path, pa.table({name: typed(column) for name, column in columns.items()}), str(path))


def write_typed(
    path: Path, columns: Mapping[str, NDArray[Any]], metadata: Mapping[str, str], *, place: str
) -> None:
    """Write columns as Parquet in the types they have, whatever they hold: None and NaN as missing.

    Parameters
    ----------
    metadata
        Texts by key, for the schema.
    place
        The file to name in an error.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    import pyarrow as pa

    texts = {name: pa.string() for name, column in columns.items() if column.dtype == object}
    arrays = {name: pa.array(column, texts.get(name), from_pandas=True) for name, column in columns.items()}
    _write_parquet(path, pa.table(arrays).replace_schema_metadata(dict(metadata)), place)


def _write_parquet(path: Path, table: pa.Table, place: str) -> None:
    from pyarrow import parquet

    try:
        parquet.write_table(table, path, write_page_checksum=True)
    except OSError as error:
        raise InputError.at(place, f"cannot be written: {error}") from None
