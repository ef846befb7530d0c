"""Where the shipped files lie, and how text files are read and written."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import os
import shutil
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from bci.errors import InputError

UNPACKING = (EOFError, zlib.error, gzip.BadGzipFile)
NUL = "a NUL byte stands here; this is no text file, or one in UTF-16; save it as UTF-8"


def shipped(folder: str) -> Path:
    """The shipped ``indicators`` or ``config`` folder.

    A wheel carries both inside the package; in a checkout they stand at the top, where people edit them.
    """
    package = Path(__file__).parent
    inside = package / "shipped" / folder
    return inside if inside.is_dir() else package.parents[1] / folder


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, gzipped or not, with or without byte order mark, with any line ends.

    Raises
    ------
    InputError
        If `path` is not a file, cannot be read or unpacked, or is not UTF-8 (with line and column of the
        first bad byte).
    """
    return text_of(str(path), content(path))


def text_of(place: str, raw: bytes) -> str:
    """The text of a file that holds these bytes; raises as `read_text` does."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        found = f"byte 0x{raw[error.start]:02x} is not UTF-8"
        before = raw[: error.start].decode("utf-8")
        raise InputError.at(place, f"{found}; save the file as UTF-8", *position_after(before)) from None
    if "\0" in text:
        raise InputError.at(place, NUL, *position_after(text[: text.index("\0")]))
    return text


def content(path: Path) -> bytes:
    """What a file holds, and a digest of it rests on: Parquet as it is, text unpacked and with one line end.

    Raises
    ------
    InputError
        If `path` is not a file, or cannot be read or unpacked.
    """
    place = str(path)
    try:
        raw = path.read_bytes()
        if is_parquet(path):
            return raw
        text = gzip.decompress(raw) if is_gzipped(path) else raw
    except IsADirectoryError:
        raise InputError.at(place, "is a directory; give a file") from None
    except FileNotFoundError:
        raise InputError.at(place, "no such file") from None
    except UNPACKING as error:
        raise InputError.at(place, f"cannot be unpacked: {error}; download it again") from None
    except OSError as error:
        raise InputError.at(place, f"cannot be read: {error.strerror}") from None
    text = text.removeprefix(codecs.BOM_UTF8)
    return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in text else text


def is_gzipped(path: Path) -> bool:
    """Whether the name says so."""
    return path.name.casefold().endswith(".gz")


def is_parquet(path: Path) -> bool:
    """Whether the name says so."""
    return path.name.casefold().endswith(".parquet")


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
        stream = gzip.open(self._file) if is_gzipped(self.path) else self._file
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
        place, decoding, ascii_so_far, number = str(self.path), "utf-8", True, 0
        try:
            for number, raw in enumerate(self._lines, start=1):
                if number == 1 and raw.startswith(b"\x1f\x8b"):
                    raise InputError.at(place, f"is gzipped; name it {self.path.stem}.csv.gz")
                line = raw.removeprefix(codecs.BOM_UTF8) if number == 1 else raw
                if decoding == "utf-8" and not line.isascii():
                    if self._encoding and ascii_so_far and not _is_utf_8(line):
                        decoding = self._encoding  # all before was ASCII, the same in either
                    ascii_so_far = False
                try:
                    text = line.decode(decoding)
                except UnicodeDecodeError as error:
                    found = f"byte 0x{line[error.start]:02x} is not {decoding.upper()}"
                    column = len(line[: error.start].decode(decoding)) + 1
                    raise InputError.at(place, f"{found}; save the file as UTF-8", number, column) from None
                if "\0" in text:
                    raise InputError.at(place, NUL, number, text.index("\0") + 1)
                yield text
        except UNPACKING as error:
            message = f"cannot be unpacked from here on: {error}; download it again"
            raise InputError.at(place, message, number + 1, 1) from None
        except OSError as error:
            raise InputError.at(place, f"cannot be read: {error.strerror}", number + 1, 1) from None


def _is_utf_8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def lines_of(text: str) -> Iterator[str]:
    """The lines of a text, each with its end, one after the other."""
    start = 0
    while end := text.find("\n", start) + 1:
        yield text[start:end]
        start = end
    if start < len(text):
        yield text[start:]


def position_after(text: str) -> tuple[int, int]:
    """Line and column, counted from 1, of what follows the text."""
    lines = text.split("\n")
    return len(lines), len(lines[-1]) + 1


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def is_folder(path: Path) -> bool:
    """Whether there is such a folder; for a name that no system takes there is none."""
    try:
        return path.is_dir()
    except OSError:
        return False


def is_file(path: Path) -> bool:
    """Whether there is such a regular file; for a name that no system takes there is none."""
    try:
        return path.is_file()
    except OSError:
        return False


def refuse_existing(path: Path, *, force: bool) -> None:
    """Refuse a file that exists already, unless it may be replaced."""
    try:
        there = path.exists()
    except OSError as error:
        raise InputError.at(str(path), f"cannot be written: {error.strerror}") from None
    if there and not force:
        raise InputError.at(str(path), "exists already; give --force to replace it")


@contextmanager
def text_writer(path: Path) -> Iterator[TextIO]:
    """A new text file to write line by line, gzipped where its name says so.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    try:
        with path.open("wb") as raw, ExitStack() as open_files:
            stream: Any = raw
            if is_gzipped(path):
                # Without a name and a time in its head, the same text gives the same bytes.
                stream = open_files.enter_context(gzip.GzipFile("", "wb", 6, raw, mtime=0))
            yield open_files.enter_context(io.TextIOWrapper(stream, encoding="utf-8", newline=""))
    except OSError as error:
        raise InputError.at(str(path), f"cannot be written: {error.strerror}") from None


@contextmanager
def whole_file(path: Path, *, force: bool = False) -> Iterator[Path]:
    """A file to write beside the target, renamed onto it in the end: it is there whole or not at all.

    Raises
    ------
    InputError
        If the file exists and `force` is not given, or the folder cannot be written.
    """
    refuse_existing(path, force=force)
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise InputError.at(str(path), f"cannot be written: {error.strerror}") from None
    os.close(handle)
    beside = Path(name)
    try:
        yield beside
        umask = os.umask(0)
        os.umask(umask)
        beside.chmod(0o666 & ~umask)
        beside.replace(path)
    except OSError as error:
        raise InputError.at(str(path), f"cannot be written: {error.strerror}") from None
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def whole_folder(path: Path, *, known_by: str, force: bool = False) -> Iterator[Path]:
    """A folder to fill beside the target, renamed to it in the end: it is there whole or not at all.

    Parameters
    ----------
    known_by
        A file that every folder of this kind holds; `force` replaces no folder of another kind.

    Raises
    ------
    InputError
        If the folder exists and `force` is not given, or it holds other things, or it cannot be written.
    """
    refuse_existing(path, force=force)
    place = str(path)
    try:
        if path.exists() and not (path / known_by).is_file():
            message = f"is no folder with a {known_by}, and is not replaced; name another, or take it away"
            raise InputError.at(place, message)
        outside = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
    except OSError as error:
        raise InputError.at(place, f"cannot be written: {error.strerror}") from None
    new, old = outside / "new", outside / "old"
    try:
        new.mkdir()
        yield new
        if path.exists():
            path.rename(old)
        try:
            new.rename(path)
        except OSError:
            if old.exists():
                old.rename(path)
            raise
    except OSError as error:
        raise InputError.at(place, f"cannot be written: {error.strerror}") from None
    finally:
        # What was there before is lost only to what is there now.
        if path.exists() or not old.exists():
            shutil.rmtree(outside, ignore_errors=True)


def write_text(path: Path, text: str, *, force: bool = False) -> None:
    """Write a text file whole or not at all (see `whole_file`)."""
    # The text may name a folder whose name is not UTF-8.
    with (
        whole_file(path, force=force) as beside,
        beside.open("w", encoding="utf-8", errors="backslashreplace", newline="") as stream,
    ):
        stream.write(text)


def write_bytes(path: Path, content: bytes, *, force: bool = False) -> None:
    """Write any file whole or not at all (see `whole_file`)."""
    with whole_file(path, force=force) as beside:
        beside.write_bytes(content)


def discard(stream: TextIO) -> None:
    """Let a stream that cannot be written swallow what it still holds, lest it fail again at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
