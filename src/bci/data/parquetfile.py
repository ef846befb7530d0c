"""The only reader and writer of Parquet, which needs pyarrow: an extra, loaded only for such files."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bci.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa

#: The different cells of a column as text, and the place of each row's cell among them.
Encoded = tuple[list[str], NDArray[np.int64]]

#: The types that a cell of a table can be of.
CELLS = (
    *("null", "string", "large_string", "integer", "floating", "decimal", "boolean"),
    *("date", "timestamp"),
)


def read_columns(path: Path, size: int) -> tuple[list[str], Iterator[tuple[range, list[Encoded]]]]:
    """Names of the columns, and their cells as text, some rows at a time.

    Missing is an empty cell, and so is a NaN; figures are written with as few digits as tell them from their
    neighbours, whole numbers without a point; dates as 2003-08-06.

    Parameters
    ----------
    size
        Rows at a time.

    Returns
    -------
    header, pieces
        Each piece with the lines of its rows, as if the header were line 1 and every row a line.

    Raises
    ------
    InputError
        If pyarrow is not installed, the file is damaged or no Parquet file, or a column holds lists, bytes or
        other things that no cell of a table can be.
    """
    file = _opened(path)
    return list(file.schema_arrow.names), _pieces(file, str(path), size)


def row_count(path: Path) -> int:
    """Number of rows."""
    return int(_opened(path).metadata.num_rows)


def text_rows(path: Path, size: int, advance: Callable[[int], object]) -> Iterator[list[list[str]]]:
    """The header as a row, and the rows below it, some at a time; `advance` is told of bytes read."""
    header, pieces = read_columns(path, size)
    whole, every, done = path.stat().st_size, max(row_count(path), 1), 0
    # The header comes with the first rows, as it does in CSV.
    rows = [header]
    for lines, columns in pieces:
        cells = [np.array(words, dtype=object)[codes].tolist() for words, codes in columns]
        rows += map(list, zip(*cells, strict=True))
        yield rows
        rows = []
        advance(whole * (done + len(lines)) // every - whole * done // every)
        done += len(lines)
    if rows:
        yield rows


def write_table(path: Path, columns: Mapping[str, Any]) -> None:
    """Write columns: lists of text as they are, figures as whole numbers where all are, NaN as missing.

    Raises
    ------
    InputError
        If pyarrow is not installed, or the file cannot be written.
    """
    arrow = _pyarrow(str(path))
    arrays = {
        name: arrow.array(column) if isinstance(column, list) else _figures(arrow, column)
        for name, column in columns.items()
    }
    try:
        arrow.parquet.write_table(arrow.table(arrays), path, write_page_checksum=True)
    except OSError as error:
        raise InputError.at(str(path), f"cannot be written: {error}") from None


def write_typed(
    path: Path, columns: Mapping[str, NDArray[Any]], metadata: Mapping[str, str], *, place: str
) -> None:
    """Write columns in the types they have, whatever they hold: None and NaN as missing.

    Parameters
    ----------
    metadata
        Texts by key, for the schema.
    place
        The file to name in an error.

    Raises
    ------
    InputError
        If pyarrow is not installed, or the file cannot be written.
    """
    arrow = _pyarrow(place)
    texts = {name: arrow.string() for name, column in columns.items() if column.dtype == object}
    arrays = {
        name: arrow.array(column, type=texts.get(name), from_pandas=True) for name, column in columns.items()
    }
    table = arrow.table(arrays).replace_schema_metadata(dict(metadata))
    try:
        arrow.parquet.write_table(table, path, write_page_checksum=True)
    except OSError as error:
        raise InputError.at(place, f"cannot be written: {error}") from None


def _figures(arrow: Any, column: NDArray[np.float64]) -> Any:
    missing = np.isnan(column)
    known = np.where(missing, 0, column)
    whole = bool((known % 1 == 0).all() and (abs(known) < 2**53).all())
    return arrow.array(known.astype(np.int64) if whole else known, mask=missing)


def _pyarrow(place: str) -> Any:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        message = "needs pyarrow; install it with: pip install pyarrow"
        raise InputError.at(place, message) from None
    return pyarrow


def _opened(path: Path) -> Any:
    place = str(path)
    if path.is_dir():
        raise InputError.at(place, "is a directory; give a file")
    arrow = _pyarrow(place)
    with _located(place):
        return arrow.parquet.ParquetFile(path, page_checksum_verification=True)


@contextmanager
def _located(place: str, line: int = 0) -> Iterator[None]:
    """Whatever pyarrow finds wrong with a file, as a problem of that file."""
    try:
        yield
    except InputError:
        raise
    except FileNotFoundError:
        raise InputError.at(place, "no such file") from None
    except (_pyarrow(place).ArrowException, OSError, ValueError) as error:
        reason = str(error).strip().partition("\n")[0].rstrip(".")
        message = f"cannot be read as Parquet: {reason}; save or download it again"
        raise InputError.at(place, message, line, min(line, 1)) from None


def _pieces(file: Any, place: str, size: int) -> Iterator[tuple[range, list[Encoded]]]:
    line = 2
    with _located(place):
        batches = file.iter_batches(batch_size=size)
    while True:
        with _located(place, line):
            batch = next(batches, None)
            if batch is None:
                if line - 2 != file.metadata.num_rows:
                    raise ValueError(f"{file.metadata.num_rows} rows are announced, {line - 2} are there")
                return
            columns = [
                _encoded(column, place, line, number, name)
                for number, (column, name) in enumerate(
                    zip(batch.columns, batch.schema.names, strict=True), start=1
                )
            ]
        yield range(line, line + len(batch)), columns
        line += len(batch)


def _encoded(column: pa.Array, place: str, line: int, number: int, name: str) -> Encoded:
    arrow = _pyarrow(place)
    coded = arrow.types.is_dictionary(column.type)
    kind = column.type.value_type if coded else column.type
    if not any(getattr(arrow.types, f"is_{name}")(kind) for name in CELLS):
        message = f"column {name!r} is of type {column.type}; save it as text, numbers or dates"
        raise InputError.at(place, message, 1, number)
    known = column if coded else column.dictionary_encode()
    words = _words(arrow, known.dictionary)
    codes = known.indices.cast("int64").fill_null(len(words)).to_numpy(zero_copy_only=False)
    odd = [i for i, word in enumerate(words) if "\0" in word]
    if np.isin(codes, odd).any():
        row = int(np.isin(codes, odd).argmax())
        raise InputError.at(place, f"{name}: a NUL byte stands here; take it out", line + row, number)
    return [*words, ""], codes


def _words(arrow: Any, values: pa.Array) -> list[str]:
    """Each value as text."""
    types, kind = arrow.types, values.type
    if types.is_floating(kind):
        figures = values.to_numpy(zero_copy_only=False)
        return ["" if value != value else str(value).removesuffix(".0") for value in figures]
    if types.is_timestamp(kind):
        return [_moment(value) for value in values.cast(arrow.timestamp("us", kind.tz)).to_pylist()]
    if types.is_date(kind):
        return ["" if value is None else value.isoformat() for value in values.to_pylist()]
    return ["" if value is None else str(value) for value in values.to_pylist()]


def _moment(value: datetime.datetime | None) -> str:
    if value is None:
        return ""
    midnight = value.tzinfo is None and value.time() == datetime.time()
    return value.date().isoformat() if midnight else value.isoformat()
