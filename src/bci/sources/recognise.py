"""The raw files among what is given, and the format of each, by its header and by nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bci.data.dyads import KEY
from bci.errors import InputError, Problem, suggestion
from bci.files import digest, is_folder
from bci.sources.format import Format
from bci.sources.formats import FORMATS
from bci.sources.raw import Raw, beginning

SUFFIXES = (".csv", ".csv.gz", ".parquet")

_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True)
class Recognised:
    """A raw file and its format."""

    raw: Raw
    format: Format


class _Unknown(InputError):
    """A file is of no known format."""


def recognise(
    paths: Iterable[Path], advance: Callable[[int], object] = lambda read: None
) -> list[Recognised]:
    """The format of each file, by its header and by nothing else.

    Raises
    ------
    InputError
        With every file that is of no known format, of more than one, or the same as another.
    """
    recognised: list[Recognised] = []
    problems: list[Problem] = []
    unknown: list[Problem] = []
    for path in paths:
        try:
            recognised.append(_recognised(path, advance))
        except _Unknown as error:
            unknown += error.problems
        except InputError as error:
            problems += error.problems
    problems += _same_files({file.raw.path: file.format.name for file in recognised})
    if unknown:
        # The long list is told once, in the last of them.
        *others, last = sorted(unknown)
        known = "; ".join(f"{form.name}: {form.looks}" for form in FORMATS.values())
        problems += [*others, replace(last, message=f"{last.message}. Known are {known}")]
    if problems:
        raise InputError(problems)
    return recognised


def raw_files(paths: Iterable[Path]) -> tuple[list[Path], dict[Path, str]]:
    """The raw files among files and folders, and what is passed over, with the reason.

    Passed over are hidden files and those of programs that have a table open, what `bci` wrote itself, and in
    folders whatever is neither CSV nor Parquet.

    Raises
    ------
    InputError
        With every path that does not exist, every pipe or device, and every named file that is no CSV or
        Parquet file; or if there is no raw file.
    """
    wanted: list[Path] = []
    passed_over: dict[Path, str] = {}
    problems: list[Problem] = []
    given = list(paths)
    for path in given:
        folder = path if is_folder(path) else None
        for entry in sorted(path.rglob("*")) if folder else [path]:
            if is_folder(entry):
                continue
            try:
                reason, wrong = _judged(entry, folder)
            except OSError as error:
                reason, wrong = "", f"cannot be read: {error.strerror}"
            if wrong:
                problems.append(Problem(str(entry), 0, 0, wrong))
            elif reason:
                passed_over[entry] = reason
            else:
                wanted.append(entry)
    if not wanted and not problems:
        first_few = "".join(
            f"; passed over {path} ({reason})" for path, reason in list(passed_over.items())[:5]
        )
        message = f"holds no raw file ({', '.join(SUFFIXES)}){first_few}"
        problems.append(Problem(", ".join(map(str, given)), 0, 0, message))
    if problems:
        raise InputError(problems)
    return list(dict.fromkeys(wanted)), passed_over


def _judged(path: Path, folder: Path | None) -> tuple[str, str]:
    """Why a path (of a folder, if any) is passed over, and what is wrong with it; neither for a raw file."""
    names = path.relative_to(folder).parts if folder else (path.name,)
    if any(name.startswith((".", "~$")) for name in names):
        return "hidden, or a copy that another program keeps", ""
    if folder is None and not path.exists():
        return "", "no such file or folder"
    if not path.name.casefold().endswith(SUFFIXES):
        if folder:
            return "neither CSV nor Parquet", ""
        return "", f"is read only as {', '.join(SUFFIXES)}; export or save it as CSV"
    if not path.exists():
        return "", "is a link to no file; take it out, or give the file"
    if not path.is_file():
        return "", "is a pipe or device, and no file; save what it gives as a file"
    return ("made by bci itself", "") if _is_own(path) else ("", "")


def _is_own(path: Path) -> bool:
    """Whether a file is an indicator or list of events of ours; what cannot be read is for others to tell."""
    try:
        ((_, header), *_) = beginning(path, "cp1252", 1)
    except InputError:
        return False
    return tuple(cell.strip() for cell in header[:2]) == KEY[:2]


def _recognised(path: Path, advance: Callable[[int], object]) -> Recognised:
    first = beginning(path, "cp1252")
    if not first:
        raise InputError.at(str(path), "is empty")
    rows = [cells for _, cells in first]
    claims = [(form, at) for form in FORMATS.values() if (at := form.find_header(rows)) is not None]
    if len(claims) == 1:
        (form, at), *_ = claims
        header = tuple(cell.strip() for cell in rows[at])
        title = tuple(tuple(cells) for cells in rows[:at])
        return Recognised(
            Raw(path, header, first[at][0], title, form.encoding, form.loose_end, advance), form
        )
    if claims:
        names = " and ".join(form.name for form, _ in claims)
        raise InputError.at(
            str(path), f"has a header of {names}; take out the columns of one", first[0][0], 1
        )
    _refuse_other_tables(str(path), rows)
    first_line = ",".join(rows[0])[:80]
    raise _Unknown.at(str(path), f"is of no known format (its first line is {first_line!r})", first[0][0], 1)


def _same_files(kinds: Mapping[Path, str]) -> Iterator[Problem]:
    """A problem for every file that has the content of another one of its kind, by link or copy."""
    by_size: dict[tuple[str, int], list[Path]] = {}
    for path, kind in kinds.items():
        by_size.setdefault((kind, path.stat().st_size), []).append(path)
    for alike in by_size.values():
        first: dict[str, Path] = {}
        for path in alike if len(alike) > 1 else ():
            before = first.setdefault(digest(path), path)
            if before != path:
                yield Problem(str(path), 0, 0, f"is the same file as {before}; give one")


def _refuse_other_tables(place: str, rows: Sequence[Sequence[str]]) -> None:
    """Refuse what is no CSV with a header on top, and was saved by another program's habits.

    Raises
    ------
    InputError
        If the first line is empty or names the separator, or cells are not separated by commas.
    """
    lines = [",".join(row) for row in rows]
    if not lines[0].strip():
        raise InputError.at(place, "begins with an empty line; take it out", 1, 1)
    if lines[0].casefold().startswith("sep="):
        message = f"begins with the line {lines[0]!r}, which only spreadsheets read; take it out"
        raise InputError.at(place, message, 1, 1)
    for line in lines:
        for sign, name in _SEPARATORS.items():
            if line.count(sign) > max(1, line.count(",")):
                raise InputError.at(place, f"looks separated by {name}; save it with commas", 1, 1)


def check_names(names: Iterable[str], known: Iterable[str], place: str) -> None:
    """Refuse names of formats or indicators that there are not."""
    problems = [
        Problem(
            place, 0, 0, f"{name!r} is not known; give one of {', '.join(known)}.{suggestion(name, known)}"
        )
        for name in names
        if name not in known
    ]
    if problems:
        raise InputError(problems)
