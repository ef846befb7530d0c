"""Where the shipped files lie, and how text files are read and written."""

from __future__ import annotations

import codecs
import os
import tempfile
from pathlib import Path

from bci.errors import InputError


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
        message = "a NUL byte stands here; this is no text file, or one in UTF-16; save it as UTF-8"
        raise InputError.at(place, message, *position_after(text[: text.index("\0")]))
    return _one_line_end(text)


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
