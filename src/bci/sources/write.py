"""What sources give -> a folder of indicators: all of it, or nothing."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bci.data.dyads import KEY
from bci.data.observations import PROVENANCE
from bci.data.panel import FORMS, read_sources
from bci.data.tables import write_columns, write_table
from bci.errors import InputError, Problem
from bci.files import is_file, refuse_existing, write_text
from bci.model.definitions import Indicator, Source
from bci.sources.figures import Ingested, shipped_definition
from bci.sources.merge import Joined, joined
from bci.yamlfile import block, check, read

#: Above this, not every whole number has a floating-point number of its own.
LARGEST_WHOLE = 2**53


def write_folder(
    folder: Path,
    ingested: Sequence[Ingested],
    *,
    form: str,
    absent: Sequence[str] = (),
    force: bool,
) -> list[Path]:
    """Write figures, definitions, lists of events and sources; return the files.

    Parameters
    ----------
    folder
        Where to; it is made where there is none.
    ingested
        One or more an indicator; several sources of one indicator become one file.
    form
        How to write figures: ``csv``, ``csv.gz`` or ``parquet``.
    absent
        Ids of shipped indicators without figures: each gets a CSV of a header alone, which says so.
    force
        Replace what the folder holds of these indicators, in whatever form. Sources that it names beside the
        new ones stay.

    Raises
    ------
    InputError
        If two sources of one indicator differ in what they measure or hold the same dyad-year; with every
        file that exists already, unless `force`; or if the folder cannot be written.
    """
    parts: dict[str, list[Ingested]] = {}
    for one in ingested:
        parts.setdefault(one.indicator, []).append(one)
    whole, problems = [], list[Problem]()
    for several in parts.values():
        try:
            whole.append(joined(several))
        except InputError as error:
            problems += error.problems
    sources = _sources(ingested, problems)
    absent = [name for name in absent if name not in parts]
    before = [path for path in _owned(folder, [*parts, *absent]) if is_file(path)]
    for path in before if not force else ():
        problems += _refused(path)
    if problems:
        raise InputError(problems)
    listed = folder / "sources.yaml"
    if is_file(listed):
        sources = {**read_sources(listed), **sources}

    with _beside(folder) as prepared:
        for result in whole:
            _write_indicator(prepared, result, form)
        for name in absent:
            header = (*KEY, *shipped_definition(name)["variables"], *PROVENANCE)
            write_columns(prepared / f"{name}.csv", dict.fromkeys(header, ()))
        named = {i: source.model_dump(mode="json") for i, source in sorted(sources.items())}
        write_text(prepared / "sources.yaml", block(named))
        written = sorted(path.name for path in prepared.iterdir())
        _move(prepared, folder, written, [path for path in before if path.name not in written])
    return [folder / name for name in written]


def _sources(ingested: Iterable[Ingested], problems: list[Problem]) -> Mapping[str, Source]:
    sources: dict[str, Source] = {}
    for one in ingested:
        if sources.setdefault(one.source_id, one.source) != one.source:
            message = f"stands for two sources, {sources[one.source_id].title} and {one.source.title}"
            problems.append(Problem(f"source {one.source_id}", 0, 0, f"{message}; give one another id"))
    return sources


def _owned(folder: Path, names: Iterable[str]) -> Iterator[Path]:
    """All files in which a folder can hold something of these indicators, and its list of sources."""
    for name in names:
        yield from (folder / f"{name}{ending}" for ending in (*FORMS, ".yaml", "_events.csv"))
    yield folder / "sources.yaml"


def _refused(path: Path) -> Sequence[Problem]:
    try:
        refuse_existing(path, force=False)
    except InputError as error:
        return error.problems
    return ()


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """A temporary folder beside the target, gone afterwards."""
    try:
        if folder.exists() and not folder.is_dir():
            raise InputError.at(str(folder), "is not a folder; name one to write to")
        folder.parent.mkdir(parents=True, exist_ok=True)
        prepared = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    except OSError as error:
        raise InputError.at(str(folder), f"cannot be written: {error.strerror}") from None
    try:
        yield prepared
    finally:
        shutil.rmtree(prepared, ignore_errors=True)


def _move(prepared: Path, folder: Path, written: Iterable[str], replaced: Iterable[Path]) -> None:
    try:
        folder.mkdir(exist_ok=True)
        for name in written:
            (prepared / name).replace(folder / name)
        for path in replaced:
            path.unlink()
    except OSError as error:
        raise InputError.at(str(folder), f"cannot be written: {error.strerror}") from None


def _write_indicator(folder: Path, whole: Joined, form: str) -> None:
    name, rows = whole.indicator, whole.rows
    if whole.events is not None:
        write_columns(folder / f"{name}_events.csv", whole.events)
    described = folder / f"{name}.yaml"
    write_text(
        described, block({key: part for key, part in whole.definition.items() if part not in ([], "")})
    )
    variables = check(read(described), Indicator).variables
    countries = {
        label: np.array([dyad[side] for dyad in rows.dyads], dtype=object)[rows.number].tolist()
        for side, label in enumerate(KEY[:2])
    }
    numbers = {label: whole.numbers[label] for label in variables}
    path = folder / f"{name}.{form}"
    if form == "parquet":
        write_table(path, {**countries, "year": rows.year.astype(float), **numbers, **whole.provenance})
    else:
        texts = {label: _written(column) for label, column in numbers.items()}
        write_columns(path, {**countries, "year": rows.year.tolist(), **texts, **whole.provenance})


def _written(column: NDArray[np.float64]) -> list[str]:
    """Figures as text: whole numbers without a point, others with all their digits, missing empty."""
    figures, codes = np.unique(column, return_inverse=True)
    texts: list[str] = np.array([_figure(figure) for figure in figures.tolist()], dtype=object)[
        codes
    ].tolist()
    return texts


def _figure(figure: float) -> str:
    if figure != figure:
        return ""
    return str(int(figure)) if figure % 1 == 0 and abs(figure) < LARGEST_WHOLE else repr(figure)
