"""A recorded run against what is here: versions, data, scheme, result."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bci.cli.record import Record, RecordedFile, RecordedScheme, Versions, files_of, sha256
from bci.data.panel import Panel
from bci.errors import InputError
from bci.files import digest, is_file, shipped
from bci.model.scheme import load_weights

#: How far two numbers may lie apart under a tolerance, relative to the larger where that is above 1.
HAIR = 1e-12

_PART = re.compile(r'[^",\n]+|[",\n]')


@dataclass(frozen=True)
class Check:
    """One thing that a record and a run may have in common.

    Attributes
    ----------
    what
        ``versions``, ``scheme``, ``data``, ``findings``, ``variants``, ``options`` or ``result``.
    same
        Whether they do; None where it cannot be told.
    found
        What was found, in words.
    """

    what: str
    same: bool | None
    found: str


def checked_versions(record: Record, here: Versions) -> Check:
    """Whether the package, Python and the libraries are those of the record."""
    pairs = zip(record.versions.model_dump().items(), here.model_dump().values(), strict=True)
    others = [f"{name} {there} in the record, {now} here" for (name, there), now in pairs if there != now]
    return Check("versions", not others, "; ".join(others) or f"bci {here.bci} and all libraries as recorded")


def checked_schemes(record: Record, folder: Path) -> Iterator[Check]:
    """Whether the schemes that were given still say what the record holds of them."""
    for scheme in record.schemes:
        yield Check("scheme", *_scheme(scheme, folder))


def _scheme(scheme: RecordedScheme, folder: Path) -> tuple[bool | None, str]:
    name = f"{scheme.content.name} {scheme.content.version} ({scheme.sha256[:12]})"
    path = Path(scheme.given)
    is_path = bool(path.suffix) or len(path.parts) > 1
    try:
        if is_path and not is_file(folder / path):
            raise InputError.at(scheme.given, "no such file")
        here = load_weights(folder / path if is_path else scheme.given)
    except InputError:
        return None, f"{name}: {scheme.given} is not here; the record's own text was used"
    if here.digest == scheme.sha256:
        return True, f"{name}: {scheme.given} says the same here"
    return (
        False,
        f"{name}: {scheme.given} says something else here ({here.digest[:12]}); the record's was used",
    )


def checked_data(record: Record, panel: Panel) -> Check:
    """Whether the figures are those of the record, and which files differ."""
    here, there = files_of(panel), record.data.files
    changes = [f"{name} is not in the record" for name in here.keys() - there.keys()]
    changes += [f"{name} is not here" for name in there.keys() - here.keys()]
    changes += [f"{name} has other bytes" for name in here.keys() & there.keys() if here[name] != there[name]]
    same = panel.digest == record.data.sha256
    told = f"{len(here)} files, data {panel.digest[:12]}"
    if not same:
        told = f"other figures or definitions: {record.data.sha256[:12]} recorded, {panel.digest[:12]} here"
    elif changes:
        told += ", the same figures and definitions"
    return Check("data", same, "; ".join([told, *sorted(changes)]))


def checked_file(name: str, recorded: RecordedFile, path: Path) -> Check:
    """Whether another file that was read is that of the record."""
    found = digest(path)
    same = found == recorded.sha256
    told = "the shipped ones" if recorded.path is None else recorded.path
    return Check(name, same, f"{told}, {'the same' if same else f'other bytes here ({found[:12]})'}")


def input_path(name: str, recorded: RecordedFile, folder: Path, default: str) -> Path:
    """Where a file that the record names lies here."""
    if recorded.path is None:
        return shipped("config") / default
    path = folder / recorded.path
    if not is_file(path):
        raise InputError.at(str(path), f"no such file; the record was made with these {name}")
    return path


def checked_options(record: Record, here: Mapping[str, object]) -> Check:
    """Whether the recorded command has the recorded options, or a default has changed since.

    Options that came after the record are told, and do not count.
    """
    there = record.options
    others = [
        f"{name} was {value!r}, " + (f"is {here[name]!r}" if name in here else "is no option")
        for name, value in there.items()
        if name not in here or here[name] != value
    ]
    later = [f"not in the record: {name}, now {here[name]!r}" for name in here if name not in there]
    return Check("options", not others, "; ".join([*(others or [f"all {len(there)} as recorded"]), *later]))


def checked_result(record: Record, text: str, *, tolerance: bool = False) -> Check:
    """Whether the same rows came out, to the digit or within `HAIR`."""
    rows = text.count("\n")
    if sha256(text) == record.result.sha256:
        return Check("result", True, f"reproduced to the digit ({rows:,} lines)")
    if record.result.lines is None:
        if tolerance:
            raise InputError.at("--tolerance", "needs the rows, and this record holds only their digest")
        return Check("result", False, "differs; the record holds only a digest, so how far cannot be told")
    far = distance("\n".join(record.result.lines), text)
    if far is None:
        return Check("result", False, _first_difference(record.result.lines, text.split("\n")))
    if tolerance and far <= HAIR:
        return Check("result", True, f"reproduced to {HAIR:g} ({rows:,} lines; largest difference {far:.2g})")
    hint = "; --tolerance would accept it" if far <= HAIR else ""
    first = _first_difference(record.result.lines, text.split("\n"))
    return Check("result", False, f"numbers differ by up to {far:.2g}{hint}; {first}")


def distance(one: str, other: str) -> float | None:
    """Largest difference between the numbers of two texts, relative above 1; None where words differ.

    Examples
    --------
    >>> distance("a,1.0,", "a,1.5,")
    0.3333333333333333
    >>> distance("a,1.0,", "a,,") is None
    True
    """
    parts, others = _PART.findall(one), _PART.findall(other)
    if len(parts) != len(others):
        return None
    largest = 0.0
    for a, b in zip(parts, others, strict=True):
        if a != b:
            try:
                x, y = float(a), float(b)
            except ValueError:
                return None
            largest = max(largest, abs(x - y) / max(1.0, abs(x), abs(y)))
    return largest


def _first_difference(there: list[str], here: list[str]) -> str:
    for number, (a, b) in enumerate(zip(there, here, strict=False), start=1):
        if a != b:
            return f"line {number} was {_short(a)}, is {_short(b)}"
    return f"{len(there):,} lines in the record, {len(here):,} here"


def _short(line: str) -> str:
    return repr(line if len(line) <= 160 else line[:159] + "…")
