"""Where the shipped files lie, and how text files are read and written."""

from __future__ import annotations

import codecs
import gzip
import io
import os
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from bci.errors import InputError

NUL = "a NUL byte stands here; this is no text file, or one in UTF-16; save it as UTF-8"


def shipped(folder: str) -> Path:
    """The shipped ``indicators`` or ``config`` folder.

    A wheel carries both inside the package; in a checkout they stand at the top, where people edit them.
    """
    package = Path(__file__).parent
    inside = package / "shipped" / folder
    return inside if inside.is_dir() else package.parents[1] / folder


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, with or without byte order mark, with any line ends.

    Raises
    ------
    InputError
        If `path` is not a file, cannot be read, or is not UTF-8 (with line and column of the first bad byte).
    """
    place = str(path)
    try:
        raw = path.read_bytes()
    except IsADirectoryError:
        raise InputError.at(place, "is a directory; give a file") from None
    except FileNotFoundError:
        raise InputError.at(place, "no such file") from None
    except OSError as error:
        raise InputError.at(place, f"cannot be read: {error.strerror}") from None
    raw = raw.removeprefix(codecs.BOM_UTF8)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        found = f"byte 0x{raw[error.start]:02x} is not UTF-8"
        before = raw[: error.start].decode("utf-8")
        raise InputError.at(place, f"{found}; save the file as UTF-8", *position_after(before)) from None
    if "\0" in text:
        raise InputError.at(place, NUL, *position_after(text[: text.index("\0")]))
    return _one_line_end(text)


class TextFile:
    """The lines of a large text file, gzipped where its name ends in ``.gz``, for reading piece by piece.

    Attributes
    ----------
    read_so_far
        Bytes of the file that were read.
    """

    def __init__(self, path: Path, encoding: str = "") -> None:
        self.path = path
        self._encoding = encoding

    def __enter__(self) -> TextFile:
        try:
            self._file = self.path.open("rb")
        except OSError as error:
            raise InputError.at(str(self.path), f"cannot be read: {error.strerror}") from None
        stream = gzip.open(self._file) if self.path.suffix == ".gz" else self._file
        self._lines = io.BufferedReader(stream) if not isinstance(stream, io.BufferedReader) else stream
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    @property
    def read_so_far(self) -> int:
        return self._file.tell()

    def __iter__(self) -> Iterator[str]:
        decoding, ascii_so_far, number = "utf-8", True, 0
        try:
            for number, raw in enumerate(self._lines, start=1):
                line = raw.removeprefix(codecs.BOM_UTF8) if number == 1 else raw
                try:
                    text = line.decode(decoding)
                except UnicodeDecodeError as error:
                    if not self._encoding or not ascii_so_far:
                        found = f"byte 0x{line[error.start]:02x} is not {decoding.upper()}"
                        column = len(line[: error.start].decode(decoding, "replace")) + 1
                        message = f"{found}; save the file as UTF-8"
                        raise InputError.at(str(self.path), message, number, column) from None
                    # All before was ASCII, hence the same in either encoding.
                    decoding = self._encoding
                    text = line.decode(decoding, "replace")
                if "\0" in text:
                    message = (
                        "a NUL byte stands here; this is no text file, or one in UTF-16; save it as UTF-8"
                    )
                    raise InputError.at(str(self.path), message, number, text.index("\0") + 1)
                yield text
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            message = f"cannot be unpacked from here on: {error}; download it again"
            raise InputError.at(str(self.path), message, number + 1, 1) from None


def _one_line_end(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def position_after(text: str) -> tuple[int, int]:
    """Line and column, counted from 1, of what follows the text."""
    lines = _one_line_end(text).split("\n")
    return len(lines), len(lines[-1]) + 1


def refuse_existing(path: Path, *, force: bool) -> None:
    """Refuse a file that exists already, unless it may be replaced."""
    try:
        there = path.exists()
    except OSError as error:
        raise InputError.at(str(path), f"cannot be written: {error.strerror}") from None
    if there and not force:
        raise InputError.at(str(path), "exists already; give --force to replace it")


def write_text(path: Path, text: str, *, force: bool = False) -> None:
    """Write a file whole or not at all: beside the target first, then renamed onto it.

    Raises
    ------
    InputError
        If the file exists and `force` is not given, or the folder cannot be written.
    """
    refuse_existing(path, force=force)
    try:
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise InputError.at(str(path), f"cannot be written: {error.strerror}") from None
    try:
        # The text may name a folder whose name is not UTF-8.
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace", newline="") as stream:
            stream.write(text)
        umask = os.umask(0)
        os.umask(umask)
        Path(beside).chmod(0o666 & ~umask)
        Path(beside).replace(path)
    except OSError as error:
        Path(beside).unlink(missing_ok=True)
        raise InputError.at(str(path), f"cannot be written: {error.strerror}") from None
