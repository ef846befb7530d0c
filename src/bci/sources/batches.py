"""The rows of a raw file, some at a time, each with its line.

Arrow reads what is plain: a row a line, every row as long as the first. From the first block on that is not,
Python's reader of CSV takes over, which knows the line of every row however its cells are quoted, and tells
what is wrong with it.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

import numpy as np

from bci.arrays import Whole
from bci.data.tables import row_batches
from bci.files import UNPACKING, is_gzipped, is_parquet

if TYPE_CHECKING:
    import pyarrow as pa

#: Bytes that are read at a time, and those of them that Arrow gives to one processor.
BLOCK, PART = 1 << 24, 1 << 20

BOM = b"\xef\xbb\xbf"
LINE_END, RETURN, QUOTE, NON_ASCII = 10, 13, 34, 128

#: Lines of some rows, and the cells of each chosen column as they stand in the file.
Batch = tuple[Whole, "list[pa.StringArray]"]


@dataclass
class Layout:
    """How the rows of a file look.

    Attributes
    ----------
    width
        Columns of the header.
    header_line
        The line that holds it, counted from 1.
    chosen
        The places of the columns to read.
    loose_end
        Whether rows may end in a comma that the header lacks; where the first does, every row must.
    length
        Fields of every row; -1 until a row was seen.
    """

    width: int
    header_line: int
    chosen: Sequence[int]
    loose_end: bool
    length: int = -1

    def settle(self, row: Sequence[str]) -> None:
        """Take the length of all rows from the first that is not empty."""
        if self.length < 0 and any(cell.strip() for cell in row):
            one_more = len(row) == self.width + 1 and not row[-1].strip()
            self.length = self.width + (self.loose_end and one_more)

    def fits(self, row: Sequence[str]) -> bool:
        """Whether a row is as long as it must be."""
        return len(row) == self.length and (self.length == self.width or not row[-1].strip())


def batches(
    path: Path,
    encoding: str,
    layout: Layout,
    advance: Callable[[int], object],
    refuse: Callable[[int, int, str], None],
) -> Iterator[Batch]:
    """The rows below the header of a CSV or Parquet file, gzipped or not.

    Rows of another length than the first are refused; empty ones are passed over.

    Parameters
    ----------
    encoding
        What the file is read as where it is not UTF-8; empty where nothing else is allowed.
    advance
        Told the bytes read since it was last told.
    refuse
        Told line, column and what is wrong.

    Raises
    ------
    InputError
        If the file cannot be read to its end.
    """
    below: int | None = layout.header_line
    passed = 0

    def count(read: int) -> None:
        nonlocal passed
        passed += read
        advance(read)

    if not is_parquet(path):
        below = yield from _plain_batches(path, encoding, layout, count)
    if below is None:
        return
    advance(-passed)  # the file is read again from its beginning
    for lines, rows in row_batches(path, encoding, below, advance):
        yield _of_rows(lines, rows, layout, refuse)


def _of_rows(
    lines: Sequence[int],
    rows: Sequence[Sequence[str]],
    layout: Layout,
    refuse: Callable[[int, int, str], None],
) -> Batch:
    """Those of some rows that are as long as they must be; others are refused, unless they are empty."""
    import pyarrow as pa

    kept = []
    for place, (line, row) in enumerate(zip(lines, rows, strict=True)):
        layout.settle(row)
        if layout.fits(row):
            kept.append(place)
        elif any(cell.strip() for cell in row):
            above = "the header" if layout.length == layout.width else "the first row"
            refuse(line, 1, f"{len(row)} fields where {above} has {layout.length}")
    columns = [pa.array([rows[place][i] for place in kept], pa.string()) for i in layout.chosen]
    return np.array([lines[place] for place in kept], dtype=np.int64), columns


def _plain_batches(
    path: Path, encoding: str, layout: Layout, advance: Callable[[int], object]
) -> Generator[Batch, None, int | None]:
    """The rows of the blocks that Arrow can read; returns the line below which it cannot, None at the end."""
    line, position, decoding = 0, 0, ""
    try:
        with path.open("rb") as file:
            stream = cast(IO[bytes], gzip.GzipFile(fileobj=file)) if is_gzipped(path) else file
            for block in _blocks(stream):
                decoding = decoding or _decoding(block, encoding)
                text = block.decode(decoding).encode() if decoding else block
                above, rows = (b"", text) if line else _cut(text.removeprefix(BOM), layout.header_line)
                rows, ends = _without_ends(rows)
                if not _is_closed(above) or not _is_plain(rows):
                    break
                columns = _read(rows, layout)
                if columns is None:
                    break
                line, count = line + above.count(b"\n"), len(columns[0])
                yield np.arange(line + 1, line + 1 + count), columns
                line += max(count - 1, 0) + ends
                advance(file.tell() - position)
                position = file.tell()
            else:
                return None
    except (OSError, UnicodeDecodeError, *UNPACKING):
        pass  # to be told where it stands
    return max(line, layout.header_line)


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    """A file in pieces of whole lines."""
    rest = b""
    while block := stream.read(BLOCK):
        end = block.rfind(b"\n") + 1
        if end:
            yield rest + block[:end]
            rest = b""
        rest += block[end:]
    if rest:
        yield rest


def _decoding(block: bytes, encoding: str) -> str:
    """What a file is to be read as by its first line that is not ASCII; "" where all lines are."""
    if block.isascii():
        return ""
    at = int((np.frombuffer(block, dtype=np.uint8) >= NON_ASCII).argmax())
    line = block[block.rfind(b"\n", 0, at) + 1 : block.find(b"\n", at) % (len(block) + 1)]
    try:
        line.decode()
    except UnicodeDecodeError:
        return encoding or "utf-8"
    return "utf-8"


def _cut(text: bytes, lines: int) -> tuple[bytes, bytes]:
    """The first lines, and what is below them."""
    end = 0
    for _ in range(lines):
        end = text.find(b"\n", end) + 1 or len(text)
    return text[:end], text[end:]


def _without_ends(rows: bytes) -> tuple[bytes, int]:
    """The lines without the line ends behind the last one that is not empty, and how many these are."""
    text = rows.rstrip(b"\r\n")
    return text, rows.count(b"\n", len(text))


def _is_plain(rows: bytes) -> bool:
    """Whether nothing stands in the rows, which end in no line end, that Arrow takes for something else."""
    characters = np.frombuffer(rows, dtype=np.uint8)
    returns = np.flatnonzero(characters == RETURN)
    return b"\0" not in rows and bool((characters[returns + 1] == LINE_END).all()) and _is_closed(rows)


def _is_closed(text: bytes) -> bool:
    """Whether quotes stand only around whole cells, doubled within, and every line end is outside."""
    if b'"' not in text:
        return True
    characters = np.frombuffer(b"\n" + text + b"\n", dtype=np.uint8)
    quotes = np.flatnonzero(characters == QUOTE)
    line_ends = np.flatnonzero(characters == LINE_END)
    before, behind = characters[quotes[::2] - 1], characters[quotes[1::2] + 1]
    return (
        not (np.searchsorted(quotes, line_ends) % 2).any()
        and bool(np.isin(before, np.frombuffer(b',\n"', dtype=np.uint8)).all())
        and bool(np.isin(behind, np.frombuffer(b',\r\n"', dtype=np.uint8)).all())
    )


def _read(rows: bytes, layout: Layout) -> list[pa.StringArray] | None:
    """The chosen columns of rows a line each; None where some row is of another length."""
    import pyarrow as pa
    from pyarrow import compute
    from pyarrow import csv as arrow_csv

    if not rows:
        return [pa.array([], pa.string()) for _ in layout.chosen]
    first, _ = _cut(rows, 1)
    layout.settle(next(csv.reader([first.decode()])))
    if layout.length < 0:
        return None
    names = [str(i) for i in range(layout.length)]
    chosen = [names[i] for i in layout.chosen] + names[layout.width :]
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(rows),
            arrow_csv.ReadOptions(column_names=names, block_size=PART),
            arrow_csv.ParseOptions(),
            arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(chosen, pa.string()),
                include_columns=chosen,
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
    except pa.ArrowInvalid:
        return None
    # Arrow passes over empty lines; which ones is for the other reader to know.
    if len(table) != np.count_nonzero(np.frombuffer(rows, dtype=np.uint8) == LINE_END) + 1:
        return None
    columns = [column.combine_chunks() for column in table.columns]
    if any(compute.any(compute.not_equal(end, "")).as_py() for end in columns[len(layout.chosen) :]):
        return None
    return columns[: len(layout.chosen)]
