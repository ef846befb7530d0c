"""Definitions and observations: a folder of YAML and CSV files, read, checked and joined to a `Panel`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from pydantic import RootModel

from bci.definitions import (
    GRADES,
    Identifier,
    Indicator,
    Measure,
    Source,
    check_measurable,
    measured_variables,
    options,
)
from bci.errors import InputError, Problem, suggestion
from bci.files import read_text, shipped
from bci.measures import MEASURES
from bci.observations import counted_events, read_events, read_observations
from bci.yamlfile import check, read, top_keys


class Sources(RootModel[dict[Identifier, Source]]):
    """The file ``sources.yaml``: each source once, by its id."""


@dataclass(frozen=True)
class Panel:
    """Definitions and observations of a folder of indicators.

    Attributes
    ----------
    folder
        Where they were read from.
    definitions
        The indicators by id.
    observations
        By indicator, one row a dyad-year (index ``iso3_a, iso3_b, year``), columns as in the CSV.
    digest
        SHA-256 of the files read.
    """

    folder: Path
    definitions: Mapping[str, Indicator]
    observations: Mapping[str, pd.DataFrame] = field(repr=False)
    digest: str

    def values(self, measures: Mapping[str, Measure] | None = None) -> pd.DataFrame:
        """Values of all indicators, one row a dyad-year, one column an indicator, NaN where missing.

        Parameters
        ----------
        measures
            Measures to use instead of the definitions' own.
        """
        columns = {
            name: pd.Series(self._measured(name, (measures or {}).get(name)), index=frame.index)
            for name, frame in self.observations.items()
        }
        return pd.concat(columns, axis=1, sort=True)

    def _measured(self, name: str, measure: Measure | None) -> np.ndarray:
        measure = measure or self.definitions[name].measure
        frame = self.observations[name]
        check_measurable(measure, self.definitions[name].variables)
        variables = measured_variables(measure, self.definitions[name].variables) or ()
        arrays = {variable: frame[variable].to_numpy(dtype=float) for variable in variables}
        return MEASURES[measure.method](arrays, **options(measure))

    def qualities(self) -> pd.DataFrame:
        """Quality grade of each value, shaped like `values`: 0, 1, 2 for A, B, C and -1 where there is none."""
        number = {grade: i for i, grade in enumerate(GRADES)}
        columns = {name: frame["quality"].map(number) for name, frame in self.observations.items()}
        return pd.concat(columns, axis=1, sort=True).fillna(-1).astype(np.int8)

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """The sources of this folder by id."""
        return read_sources(self.folder / "sources.yaml")

    def events(self, name: str) -> pd.DataFrame:
        """The events behind a counting indicator, one row an event (or a day of one), dates as text."""
        definition = self.definitions[name]
        if definition.events is None:
            raise InputError.at(f"{name}.yaml", "lists no events: this indicator is not counted from a list")
        return read_events(self.folder / definition.events.file)


def load_indicators(folder: str | Path | None = None) -> Panel:
    """Read a folder of indicators.

    Parameters
    ----------
    folder
        A folder with ``<id>.csv`` files and a ``sources.yaml``; the shipped one where None. An indicator
        without a ``<id>.yaml`` beside its CSV uses the shipped definition of that id.

    Returns
    -------
    Panel

    Raises
    ------
    InputError
        With everything that is wrong in any of the files.

    Examples
    --------
    >>> panel = load_indicators()
    >>> panel.values().loc[("CHN", "RUS", 2019), "trade"].round(4)
    np.float64(0.0626)
    """
    folder = shipped("indicators") if folder is None else Path(folder)
    if not folder.is_dir():
        raise InputError.at(str(folder), "is not a folder; give the folder that holds the indicators")
    tables = sorted(path for path in folder.glob("*.csv") if not path.stem.endswith("_events"))
    definitions: dict[str, Indicator] = {}
    observations: dict[str, pd.DataFrame] = {}
    digest = hashlib.sha256()
    problems = list(_without_table(folder, {path.stem for path in tables}))
    if not tables and not problems:
        problems.append(Problem(str(folder), 0, 0, "holds no <indicator>.csv; bci init writes a starter"))
    known_sources = _known_sources(folder)
    for path in tables:
        try:
            definition, text = read_definition(folder, path.stem)
            frame = read_observations(path, definition, known_sources)
        except InputError as error:
            problems += error.problems
            continue
        definitions[path.stem], observations[path.stem] = definition, frame
        digest.update(f"{path.stem}\0{text}\0{read_text(path)}\0".encode())
    if problems:
        raise InputError(problems)
    return Panel(folder, definitions, observations, digest.hexdigest())


def _without_table(folder: Path, tables: set[str]) -> Iterator[Problem]:
    for path in sorted(folder.glob("*.yaml")):
        if path.stem not in tables and path.stem != "sources":
            yield Problem(str(path), 0, 0, f"defines an indicator without figures; add {path.stem}.csv beside it")


def _known_sources(folder: Path) -> frozenset[str]:
    path = folder / "sources.yaml"
    return top_keys(path) if path.exists() else frozenset()


def read_sources(path: Path) -> Mapping[str, Source]:
    """The file ``sources.yaml``."""
    return check(read(path), Sources).root


def read_definition(folder: Path, name: str) -> tuple[Indicator, str]:
    """An indicator's definition from the folder or, where it has none, the shipped one; and the file's text."""
    path = folder / f"{name}.yaml"
    if not path.exists():
        path = shipped("indicators") / f"{name}.yaml"
    if not path.exists():
        others = [other.stem for other in shipped("indicators").glob("*.yaml")]
        message = f"no indicator {name!r} is defined; add {name}.yaml beside it.{suggestion(name, others)}"
        raise InputError.at(str(folder / f"{name}.csv"), message)
    document = read(path)
    definition = check(document, Indicator)
    if definition.id != name:
        raise InputError([document.problem(("id",), f"{definition.id!r} is not the name of the file, {name!r}")])
    return definition, read_text(path)


def check_folder(folder: str | Path | None = None) -> Panel:
    """Read a folder as `load_indicators` does, and check its sources and lists of events as well.

    Raises
    ------
    InputError
        With everything that is wrong in any of the files.
    """
    panel = load_indicators(folder)
    if (panel.folder / "sources.yaml").exists():
        known = frozenset(panel.sources)
    else:
        known = frozenset()
    problems: list[Problem] = []
    for name in panel.definitions:
        try:
            problems += _event_problems(panel, name, known)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return panel


def _event_problems(panel: Panel, name: str, known_sources: frozenset[str]) -> Iterator[Problem]:
    """Unknown sources of events, and years whose count is not that of the events behind it."""
    definition = panel.definitions[name]
    if definition.events is None or not (panel.folder / definition.events.file).exists():
        return
    place = str(panel.folder / definition.events.file)
    events = panel.events(name)
    ids = {i for listed in events["source"] for i in listed.split(";") if i}
    for i in sorted(ids - known_sources):
        yield Problem(place, 0, 0, f"source {i!r} is not in sources.yaml.{suggestion(i, known_sources)}")
    counted = counted_events(events, definition.events.kinds)
    # A dyad of which no event is listed was counted elsewhere; its counts stand on their own sources.
    listed_dyads = {key[:2] for key in counted.index}
    for key, count in panel.observations[name]["count"].dropna().items():
        assert isinstance(key, tuple)
        if key[:2] in listed_dyads and counted.get(key, 0) != count:
            dyad, found = "-".join(key[:2]), counted.get(key, 0)
            yield Problem(place, 0, 0, f"{dyad} {key[2]}: {found} events count, but {name}.csv says {count:g}")
