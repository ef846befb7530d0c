"""Where the shipped files lie, and how text files are read and written."""

from __future__ import annotations

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
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        found = f"byte 0x{raw[error.start]:02x} is not UTF-8"
        raise InputError.at(place, f"{found}; save the file as UTF-8", line, column) from None
    if "\0" in text:
        raise InputError.at(place, "holds NUL bytes; it is no text file (UTF-16?); save it as UTF-8")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def write_text(path: Path, text: str, *, force: bool = False) -> None:
    """Write a file whole or not at all: beside the target first, then renamed onto it.

    Raises
    ------
    InputError
        If the file exists and `force` is not given, or the folder cannot be written.
    """
    if path.exists() and not force:
        raise InputError.at(str(path), "exists already; give --force to replace it")
    try:
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise InputError.at(str(path), f"cannot be written: {error.strerror}") from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
        umask = os.umask(0)
        os.umask(umask)
        Path(beside).chmod(0o666 & ~umask)
        Path(beside).replace(path)
    except OSError as error:
        Path(beside).unlink(missing_ok=True)
        raise InputError.at(str(path), f"cannot be written: {error.strerror}") from None
