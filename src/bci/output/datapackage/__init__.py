"""Scores as a folder that stands alone: a Data Package with everything they rest on."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from bci.countries import dyad as read_dyad
from bci.data.panel import FORMS, Panel, read_definition
from bci.errors import InputError
from bci.files import digest, is_gzipped, is_parquet, read_text, shipped, whole_folder, write_text
from bci.model.scheme import scheme_text
from bci.output.datapackage.descriptor import INDICATORS, descriptor
from bci.output.datapackage.texts import codebook, readme
from bci.output.dyad_years import value_columns
from bci.output.tables import render, to_json
from bci.replication.findings import load_findings
from bci.scoring.scores import Scores

DESCRIPTOR = "datapackage.json"


def write_datapackage(scores: Scores, folder: Path, *, force: bool = False) -> None:
    """Write a Data Package (version 2) of scores, values, figures, definitions, sources and scheme.

    The folder is written whole or not at all, and says how to make its scores again. The figures are copied
    as they were read (unpacked where they were gzipped), so that their digest stays the same. No file holds
    the day it was written: the same scores give the same bytes.

    Parameters
    ----------
    scores
        Of a panel: a plain frame of values has no figures and sources to write.
    folder
        Must not exist yet; `force` replaces a folder that holds a ``datapackage.json``.

    Raises
    ------
    InputError
        If the scores are of no panel, a source is wrong, or the folder exists or cannot be written.

    References
    ----------
    Frictionless Data. Data Package, version 2, https://datapackage.org.
    """
    if scores.panel is None:
        message = "needs the figures and sources of a folder of indicators; these scores are of a plain frame"
        raise InputError.at(str(folder), message)
    with whole_folder(folder, known_by=DESCRIPTOR, force=force) as beside:
        _fill(beside, scores, scores.panel)


def _fill(folder: Path, scores: Scores, panel: Panel) -> None:
    for name in ("schemes", INDICATORS):
        (folder / name).mkdir(parents=True)
    _copy_figures(panel, folder / INDICATORS)
    texts = {
        "data/scores.csv": render(scores.columns(details=True), "csv"),
        "data/values.csv": render(value_columns(scores), "csv"),
        f"schemes/{scores.scheme.name}.yaml": scheme_text(scores.scheme),
        "codebook.md": codebook(scores, panel),
        "README.md": readme(scores),
    }
    findings = load_findings()
    if read_dyad(findings.dyad) in scores.dyads:
        texts["findings.yaml"] = read_text(shipped("config") / "findings.yaml")
    for name, text in texts.items():
        write_text(folder / name, text)
    write_text(folder / DESCRIPTOR, to_json(descriptor(scores, panel, folder)) + "\n")
    sums = [f"{digest(path)}  {path.relative_to(folder).as_posix()}\n" for path in files_of(folder)]
    write_text(folder / "CHECKSUMS", "".join(sums))


def files_of(folder: Path) -> list[Path]:
    """All files of a folder, in order."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _copy_figures(panel: Panel, folder: Path) -> None:
    for name in panel.definitions:
        write_text(folder / f"{name}.yaml", read_definition(panel.folder, name)[1])
    for path in _read_files(panel):
        if is_parquet(path):
            shutil.copyfile(path, folder / path.name)
        else:
            unpacked = path.name[: -len(".gz")] if is_gzipped(path) else path.name
            write_text(folder / unpacked, read_text(path))


def _read_files(panel: Panel) -> Iterator[Path]:
    """Figures, lists of events and sources, where there are any."""
    yield from filter(Path.exists, [panel.folder / "sources.yaml"])
    for name, definition in panel.definitions.items():
        yield from filter(Path.exists, (panel.folder / f"{name}{form}" for form in FORMS))
        if definition.events is not None:
            yield from filter(Path.exists, [panel.folder / definition.events.file])
