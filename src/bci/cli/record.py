"""The run record: what was asked, of which files and versions, and what came out, to be checked."""

from __future__ import annotations

import datetime
import hashlib
import json
import re
import stat
import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from bci.data.panel import FORMS, Panel
from bci.errors import InputError
from bci.files import digest, shipped
from bci.model.definitions import Model
from bci.model.scheme import Scheme
from bci.output.tables import render
from bci.version import __version__
from bci.yamlfile import check, read

if TYPE_CHECKING:
    from bci.results import Data

#: A larger file is no record: those that `bci` writes are a tenth of it at most.
MOST_BYTES = 10_000_000
#: Results of more lines are known by their digest alone.
MOST_LINES = 5_000
LIBRARIES = ("numpy", "pandas", "scipy")

_UNSEEN = re.compile(r"[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\x85\u2028\u2029\ufeff]")


def _near(path: str) -> str:
    """A path that leads no further than the folder above the record's own."""
    parts = PurePosixPath(path).parts
    if not parts or path.startswith(("/", "\\")) or ":" in path.split("/")[0] or ".." in parts[1:]:
        raise ValueError(f"{path!r} leads away; give a path below the record's folder or the one above it")
    return path


def _legible(text: Any) -> Any:
    """The name of a file need not be UTF-8; a record is."""
    return text.encode("utf-8", "backslashreplace").decode() if isinstance(text, str) else text


Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Word = Annotated[str, BeforeValidator(_legible), Field(max_length=4_000)]
Place = Annotated[Word, AfterValidator(_near)]
Option = Word | int | float | bool | None | list[Word]


class Versions(Model):
    """What the numbers were computed with."""

    bci: str
    python: str
    numpy: str
    pandas: str
    scipy: str


class RecordedScheme(Model):
    """A scheme as it was given, and all that it says."""

    given: Place
    sha256: Digest
    content: Scheme

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.content.digest != self.sha256:
            raise ValueError(f"content has another sha256, {self.content.digest}; one of them was changed")
        return self


class RecordedData(Model):
    """The folder of indicators (None: the shipped one), its digest, and that of each file."""

    folder: Place | None
    sha256: Digest
    files: dict[Word, Digest]


class RecordedFile(Model):
    """Another file that was read (None: the shipped one)."""

    path: Place | None
    sha256: Digest


class Outcome(Model):
    """The result as tidy rows: their digest, and the rows themselves where there are not too many."""

    sha256: Digest
    lines: Annotated[list[str], Field(max_length=MOST_LINES)] | None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        found = self.sha256 if self.lines is None else sha256("\n".join(self.lines))
        if found != self.sha256:
            raise ValueError(f"lines have another sha256, {found}; one of them was changed")
        return self


class Record(Model):
    """A run of `bci`: enough to do it again and to see whether the same comes out.

    Attributes
    ----------
    command
        As it was typed, without the machine's own paths: they are relative to the record, or plain names.
    options
        Every option of the command with its value, also where none was given; the seed is one of them.
    versions, schemes, data, inputs
        What it rests on, each with its SHA-256.
    result
        What came out.
    date
        Only where one was asked for, so that the same run gives the same record.
    """

    bci_record: Literal[1]
    command: Annotated[list[Word], Field(min_length=2, max_length=1_000)]
    date: datetime.date | None = None
    options: dict[Word, Option]
    versions: Versions
    schemes: list[RecordedScheme]
    data: RecordedData
    inputs: dict[Literal["findings", "variants"], RecordedFile]
    result: Outcome


def read_record(path: Path) -> Record:
    """Read a record, strictly: an unknown key, a wrong type or a changed part is an error with its place.

    Raises
    ------
    InputError
        With everything that is wrong in the file.
    """
    try:
        found = path.stat()
    except OSError:
        found = None  # what is wrong is told when it is read
    if found is not None and not stat.S_ISREG(found.st_mode) and not stat.S_ISDIR(found.st_mode):
        raise InputError.at(str(path), "is no regular file; give the file that --record wrote")
    if found is not None and found.st_size > MOST_BYTES:
        message = f"holds {found.st_size:,} bytes; a record of bci is never so large"
        raise InputError.at(str(path), message)
    return check(read(path), Record)


def record_text(record: Record) -> str:
    """A record as JSON, which `read_record` reads back as the same record."""
    content = record.model_dump(mode="json", by_alias=True, exclude={"date"} if record.date is None else None)
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    # YAML, as which it is read back, counts some signs as ends of lines that JSON leaves as they are.
    return _UNSEEN.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text) + "\n"


def versions() -> Versions:
    """What is installed here."""
    python = ".".join(map(str, sys.version_info[:3]))
    return Versions(bci=__version__, python=python, **{name: version(name) for name in LIBRARIES})


def canonical(tables: Iterable[Data]) -> str:
    """Tidy rows as one text: CSV, unrounded, the tables one after the other."""
    return "\n".join(render(table, "csv") for table in tables)


def outcome(text: str) -> Outcome:
    """What a record keeps of a result."""
    lines = text.split("\n")
    return Outcome(sha256=sha256(text), lines=lines if len(lines) <= MOST_LINES else None)


def sha256(text: str) -> str:
    """SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


def files_of(panel: Panel) -> Mapping[str, str]:
    """SHA-256 of every file of a folder of indicators, and of shipped definitions that it borrows."""
    own = [path for path in panel.folder.iterdir() if path.name.endswith((*FORMS, ".yaml"))]
    there = {path.name for path in own}
    borrowed = [name for name in panel.definitions if f"{name}.yaml" not in there]
    found = {path.name: path for path in own if path.is_file()}
    found |= {f"shipped {name}.yaml": shipped("indicators") / f"{name}.yaml" for name in borrowed}
    return {name: digest(found[name]) for name in sorted(found)}


def portable(path: Path, folder: Path) -> str:
    """A path as a record in `folder` may say it: relative where it lies near, else its plain name.

    Examples
    --------
    >>> portable(Path("/home/ann/study/data"), Path("/home/ann/study/out"))
    '../data'
    >>> portable(Path("/srv/data/mine.yaml"), Path("/home/ann/study"))
    'mine.yaml'
    >>> portable(Path("/home/ann/a:b"), Path("/home/ann"))
    './a:b'
    """
    path, folder = Path(path).absolute(), Path(folder).absolute()
    for above, steps in ((folder, ""), (folder.parent, "../")):
        if path != above and path.is_relative_to(above) and above != Path(above.anchor):
            return _no_drive(steps + path.relative_to(above).as_posix())
    return _no_drive(path.name)


def _no_drive(path: str) -> str:
    """A path whose first part is not taken for a drive."""
    return f"./{path}" if ":" in path.split("/")[0] else path


def plain(value: Any) -> Option:
    """The value of an option as JSON has it."""
    if isinstance(value, tuple | list):
        return [str(item) for item in value]
    return value if value is None or isinstance(value, str | int | float) else str(value)
