"""The run record: what was asked, of which files and versions, and what came out, to be checked."""

from __future__ import annotations

import datetime
import hashlib
import json
import re
import stat
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

import click
from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from bci.cli.request import COMMANDLINE, PANEL, ROWS
from bci.data.panel import FORMS, Panel
from bci.errors import InputError
from bci.files import digest, refuse_existing, shipped, write_text
from bci.model.definitions import Model
from bci.model.scheme import DEFAULT, scheme_names, scheme_path
from bci.output.tables import render
from bci.version import __version__
from bci.yamlfile import check, read

if TYPE_CHECKING:
    from bci.cli.request import Request
    from bci.results import Data

#: Commands that make a result and write nothing but it: no other is run for a record.
RECORDED = ("score", "compare", "explain", "replicate", "sensitivity", "export", "explore", "plot", "report")
#: Options that change no number, or write a further file: a record leaves them out, and takes none back.
LEFT_OUT = {"record", "date", "force", "quiet", "jobs", "write_centre"}
#: Options that name schemes, and other files that are read, by the shipped ones in their place.
SCHEMES = ("weights", "schemes")
INPUTS = {"findings": "findings.yaml", "variants": "variants.yaml"}
#: A larger file is no record: those that `bci` writes are a tenth of it at most.
MOST_BYTES = 10_000_000
#: Results of more lines are known by their digest alone.
MOST_LINES = 5_000
LIBRARIES = ("numpy", "pandas", "scipy")

_UNSEEN = re.compile(r"[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\x85\u2028\u2029\ufeff]")


def near(path: str) -> str:
    """A path that leads no further than the folder above the record's own; no other is followed."""
    parts = PurePosixPath(path).parts
    if not parts or path.startswith(("/", "\\")) or ":" in path.split("/")[0] or ".." in parts[1:]:
        raise ValueError(f"{path!r} leads away; give a path below the record's folder or the one above it")
    return path


def _legible(text: Any) -> Any:
    """The name of a file need not be UTF-8; a record is."""
    return text.encode("utf-8", "backslashreplace").decode() if isinstance(text, str) else text


Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Word = Annotated[str, BeforeValidator(_legible), Field(max_length=4_000)]
Place = Annotated[Word, AfterValidator(near)]


class Outcome(Model):
    """The result as tidy rows: their digest, and the rows themselves where there are not too many."""

    sha256: Digest
    lines: Annotated[list[str], Field(max_length=MOST_LINES)] | None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        sha256 = self.sha256 if self.lines is None else sha256_of("\n".join(self.lines))
        if sha256 != self.sha256:
            raise ValueError(f"lines have another sha256, {sha256}; one of them was changed")
        return self


class Record(Model):
    """A run of `bci`: enough to do it again and to see whether the same comes out.

    Attributes
    ----------
    command
        As it was typed, without the machine's own paths: they are relative to the record, or plain names.
    date
        Only where one was asked for, so that the same run gives the same record.
    versions
        Of `bci`, Python and the libraries that compute.
    inputs
        SHA-256 of each file that was read, by the option that names it and its own name.
    outputs
        SHA-256 of each file that was written.
    result
        What came out, as tidy rows.
    """

    bci_record: Literal[2]
    command: Annotated[list[Word], Field(min_length=2, max_length=1_000)]
    date: datetime.date | None = None
    versions: dict[Literal["bci", "python", "numpy", "pandas", "scipy"], str]
    inputs: dict[Word, Digest]
    outputs: dict[Place, Digest]
    result: Outcome


def read_record(path: Path) -> Record:
    """Read a record, strictly: an unknown key, a wrong type or a changed part is an error with its place.

    Raises
    ------
    InputError
        With everything that is wrong in the file.
    """
    try:
        status = path.stat()
    except OSError:
        status = None  # what is wrong is told when it is read
    if status is not None and not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
        raise InputError.at(str(path), "is no regular file; give the file that --record wrote")
    if status is not None and status.st_size > MOST_BYTES:
        message = f"holds {status.st_size:,} bytes; a record of bci is never so large"
        raise InputError.at(str(path), message)
    return check(read(path), Record)


def record_text(record: Record) -> str:
    """A record as JSON, which `read_record` reads back as the same record."""
    content = record.model_dump(mode="json", exclude={"date"} if record.date is None else None)
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    # YAML, as which it is read back, counts some signs as ends of lines that JSON leaves as they are.
    return _UNSEEN.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text) + "\n"


@contextmanager
def recording(request: Request, outputs: Collection[Path]) -> Iterator[None]:
    """Write the record of the command that runs inside, once it has come to its result.

    Raises
    ------
    InputError
        Before the command runs, where the record could not be written.
    """
    file, date = request.record, request.date
    assert file is not None
    if file.absolute() in [path.absolute() for path in outputs]:
        raise InputError.at(str(file), "is the file of the result; give the record another name")
    if not file.absolute().parent.is_dir():
        raise InputError.at(str(file), "cannot be written: there is no such folder")
    refuse_existing(file, force=request.force)
    failed_check = None
    try:
        yield
    except click.exceptions.Exit as ending:
        # A check that was asked for may fail; its result is a result all the same.
        failed_check = ending
    context, folder = click.get_current_context(), file.absolute().parent
    text = canonical(context.meta[ROWS]())
    lines = text.split("\n")
    record = Record.model_validate(
        {
            "bci_record": 2,
            "command": ["bci", str(context.info_name), *_words(context, folder)],
            "date": None if date is None else date.date(),
            "versions": versions(),
            "inputs": inputs_of(context.meta[PANEL], context.params, folder),
            "outputs": {name: digest(path) for name, path in _written(outputs, folder)},
            "result": {"sha256": sha256_of(text), "lines": lines if len(lines) <= MOST_LINES else None},
        }
    )
    write_text(file, record_text(record), force=request.force)
    if failed_check is not None:
        raise failed_check


def versions() -> dict[str, str]:
    """What is installed here."""
    python = ".".join(map(str, sys.version_info[:3]))
    return {"bci": __version__, "python": python, **{name: version(name) for name in LIBRARIES}}


def canonical(tables: Iterable[Data]) -> str:
    """Tidy rows as one text: CSV, unrounded, the tables one after the other."""
    return "\n".join(render(table, "csv") for table in tables)


def sha256_of(text: str) -> str:
    """SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


def inputs_of(panel: Panel, options: Mapping[str, Any], folder: Path) -> dict[str, str]:
    """SHA-256 of every file that a command read: figures, definitions, schemes, findings, variants."""
    files = {path.name: path for path in panel.folder.iterdir() if path.name.endswith((*FORMS, ".yaml"))}
    for name in panel.definitions:
        # Where a folder has no definition of an indicator, the shipped one was read.
        files.setdefault(f"{name}.yaml", shipped("indicators") / f"{name}.yaml")
    read = {f"indicators {name}": path for name, path in sorted(files.items())}
    given = next(options[name] for name in SCHEMES if name in options)
    for name in [given] if isinstance(given, str) else given or [DEFAULT]:
        read[f"weights {_text('weights', name, folder)}"] = scheme_path(name)
    for option, name in INPUTS.items():
        if option in options:
            path = options[option]
            place = name if path is None else portable(Path(path), folder)
            read[f"{option} {place}"] = shipped("config") / name if path is None else Path(path)
    return {_legible(name): digest(path) for name, path in read.items() if path.is_file()}


def _written(outputs: Iterable[Path], folder: Path) -> Iterator[tuple[str, Path]]:
    """The files that were written, those of a folder one by one."""
    for output in outputs:
        place = portable(output, folder)
        if output.is_file():
            yield place, output
        for path in sorted(output.rglob("*")):
            if path.is_file():
                yield f"{place}/{path.relative_to(output).as_posix()}", path


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
    place = path.name
    for above, steps in ((folder.parent, "../"), (folder, "")):
        if path != above and path.is_relative_to(above) and above != Path(above.anchor):
            place = steps + path.relative_to(above).as_posix()
    # What stands before a colon is not to be taken for a drive.
    return f"./{place}" if ":" in place.split("/")[0] else place


def _words(context: click.Context, folder: Path) -> Iterator[str]:
    """The command line as it was typed, but for paths: options in the order of the help, then arguments."""
    arguments: list[str] = []
    for part in context.command.params:
        name = str(part.name)
        if name in LEFT_OUT or context.get_parameter_source(name) is not COMMANDLINE:
            continue
        value = context.params[name]
        texts = [_text(name, each, folder) for each in (value if isinstance(value, tuple) else [value])]
        if isinstance(part, click.Argument):
            arguments += texts
        elif isinstance(part, click.Option) and part.is_flag:
            yield max(part.opts, key=len)
        else:
            for text in texts:
                yield from (max(part.opts, key=len), text)
    yield from ["--", *arguments] if any(text.startswith("-") for text in arguments) else arguments


def _text(option: str, value: Any, folder: Path) -> str:
    """A value of an option without a path of this machine."""
    if option == "output":
        return Path(value).name
    if option in (*INPUTS, "indicators") or (option in SCHEMES and value not in scheme_names()):
        return portable(Path(value), folder)
    return str(value)
