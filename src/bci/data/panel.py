"""Definitions and observations: a folder of YAML and CSV or Parquet, read and checked to a `Panel`."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bci.arrays import Array, frozen
from bci.data.dyads import DyadYears, together
from bci.data.observations import Figures, check_counts, read_events, read_observations
from bci.errors import InputError, Problem, suggestion
from bci.files import content, read_text, shipped
from bci.model.definitions import (
    GRADES,
    Identifier,
    Indicator,
    Measure,
    Source,
    check_measurable,
    measured_variables,
    options,
)
from bci.model.measures import MEASURES
from bci.yamlfile import check, read, top_keys

if TYPE_CHECKING:
    import pandas as pd


#: The endings of files with figures.
FORMS = (".csv", ".csv.gz", ".parquet")


@dataclass(frozen=True)
class Panel:
    """Definitions and observations of a folder of indicators.

    Attributes
    ----------
    folder
        Where they were read from.
    definitions
        The indicators by id.
    figures
        What was observed, by indicator.
    digest
        SHA-256 of the files read.
    """

    folder: Path
    definitions: Mapping[str, Indicator] = field(repr=False)
    figures: Mapping[str, Figures] = field(repr=False)
    digest: str

    @cached_property
    def observations(self) -> Mapping[str, pd.DataFrame]:
        """By indicator, one row a dyad-year (index ``iso3_a, iso3_b, year``), columns as in the CSV."""
        return {name: figures.frame for name, figures in self.figures.items()}

    def matrix(
        self, names: Sequence[str], measures: Mapping[str, Measure] | None = None
    ) -> tuple[DyadYears, Array, NDArray[np.int8]]:
        """Values of some indicators and their quality grades on all dyad-years of the panel.

        Returns
        -------
        rows, values, grades
            Values and grades have shape ``(rows, names)``; where there is none, a value is NaN, a grade -1.
        """
        problems = list(self._unmeasurable(measures or {}))
        if problems:
            raise InputError(problems)
        rows, places = together([figures.rows for figures in self.figures.values()])
        place = dict(zip(self.figures, places, strict=True))
        values = np.full((len(rows.year), len(names)), np.nan)
        grades = np.full(values.shape, -1, dtype=np.int8)
        number: dict[str, int] = {grade: i for i, grade in enumerate(GRADES)}
        for i, name in enumerate(names):
            quality = self.figures[name].provenance["quality"]
            values[place[name], i] = self.measured(name, (measures or {}).get(name))
            grades[place[name], i] = quality.of_words([number.get(g, -1) for g in quality.words], np.int8)
        return rows, frozen(values), frozen(grades)

    def values(self, measures: Mapping[str, Measure] | None = None) -> pd.DataFrame:
        """Values of all indicators, one row a dyad-year, one column an indicator, NaN where missing.

        Parameters
        ----------
        measures
            Measures to use instead of the definitions' own.

        Raises
        ------
        InputError
            With every measure whose variables an indicator lacks.
        """
        import pandas as pd

        rows, values, _ = self.matrix(list(self.figures), measures)
        return pd.DataFrame(values, rows.labels(), list(self.figures))

    def _unmeasurable(self, measures: Mapping[str, Measure]) -> Iterator[Problem]:
        for name in measures.keys() & self.figures.keys():
            try:
                check_measurable(measures[name], self.definitions[name].variables)
            except ValueError as error:
                yield Problem(f"measures.{name}", 0, 0, str(error))

    def measured(self, name: str, measure: Measure | None = None) -> Array:
        """Values of one indicator on the rows of its own figures, NaN where missing."""
        measure = measure or self.definitions[name].measure
        variables = measured_variables(measure, self.definitions[name].variables) or ()
        numbers = self.figures[name].numbers
        return MEASURES[measure.method]({v: numbers[v] for v in variables}, **options(measure))

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """The sources of this folder by id."""
        return read_sources(self.folder / "sources.yaml")

    def events(self, name: str) -> pd.DataFrame:
        """The events behind a counting indicator, one row an event (or a day of one), dates as text."""
        definition = self.definitions[name]
        if definition.events is None:
            raise InputError.at(f"{name}.yaml", "lists no events: this indicator is not counted from a list")
        return read_events(self.folder / definition.events.file, _known_sources(self.folder))


def load_indicators(folder: str | Path | None = None) -> Panel:
    """Read a folder of indicators.

    Parameters
    ----------
    folder
        A folder with ``<id>.csv``, ``<id>.csv.gz`` or ``<id>.parquet`` files and a ``sources.yaml``; the
        shipped one where None. An indicator without a ``<id>.yaml`` beside its figures uses the shipped
        definition of that id. A file with a header and no rows says that there are no figures here: the
        indicator is missing for every dyad. At least one must have rows.

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
    panel, problems = _read_folder(shipped("indicators") if folder is None else Path(folder))
    if problems:
        raise InputError(problems)
    return panel


def _read_folder(folder: Path) -> tuple[Panel, list[Problem]]:
    """What can be read of a folder, and what is wrong with it."""
    try:
        files = sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        raise InputError.at(
            str(folder), "is not a folder; give the folder that holds the indicators"
        ) from None
    except OSError as error:
        raise InputError.at(str(folder), f"cannot be read: {error.strerror}") from None
    tables, problems = _tables(files)
    definitions: dict[str, Indicator] = {}
    figures: dict[str, Figures] = {}
    digest = hashlib.sha256()
    problems += _without_table(files, tables)
    if not tables and not problems:
        problems.append(Problem(str(folder), 0, 0, "holds no <indicator>.csv; bci init writes a starter"))
    known_sources = _known_sources(folder)
    for name, path in tables.items():
        try:
            definitions[name], text = read_definition(folder, name)
            raw = content(path)
            figures[name] = read_observations(path, raw, definitions[name], known_sources)
        except InputError as error:
            problems += error.problems
            continue
        for part in (f"{name}\0{text}\0".encode(), raw, b"\0"):
            digest.update(part)
    if len(figures) == len(tables) and not any(len(found.rows.year) for found in figures.values()):
        none = "holds no rows; write one a dyad-year below the header"
        problems += [Problem(str(path), 1, 1, none) for path in tables.values()]
    return Panel(folder, definitions, figures, digest.hexdigest()), problems


def _tables(files: Iterable[Path]) -> tuple[dict[str, Path], list[Problem]]:
    """The file with the figures of each indicator by its id, and those that stand beside another."""
    tables: dict[str, Path] = {}
    problems = []
    for path in files:
        form = next((form for form in FORMS if path.name.endswith(form)), "")
        name = path.name.removesuffix(form)
        if not form or not name or name.endswith("_events"):
            continue
        if name in tables:
            message = f"holds the same indicator as {tables[name].name}, which stands beside it; keep one"
            problems.append(Problem(str(path), 0, 0, message))
        tables.setdefault(name, path)
    return tables, problems


def _without_table(files: Iterable[Path], tables: Container[str]) -> Iterator[Problem]:
    for path in files:
        if path.suffix == ".yml":
            yield Problem(str(path), 0, 0, f"is not read under this name; call it {path.stem}.yaml")
        elif path.suffix == ".yaml" and path.stem not in tables and path.stem != "sources":
            yield Problem(
                str(path), 0, 0, f"defines an indicator without figures; add {path.stem}.csv beside it"
            )


def _known_sources(folder: Path) -> frozenset[str]:
    path = folder / "sources.yaml"
    return top_keys(path) if path.exists() else frozenset()


def read_sources(path: Path) -> Mapping[str, Source]:
    """The file ``sources.yaml``: each source once, by its id."""
    from pydantic import RootModel

    return check(read(path), RootModel[dict[Identifier, Source]]).root


def read_definition(folder: Path, name: str) -> tuple[Indicator, str]:
    """An indicator's definition, the shipped one where the folder has none; and the file's text."""
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
        raise InputError(
            [document.problem(("id",), f"{definition.id!r} is not the name of the file, {name!r}")]
        )
    return definition, read_text(path)


def check_folder(folder: str | Path | None = None) -> Panel:
    """Read a folder as `load_indicators` does, and check its sources and lists of events as well.

    Raises
    ------
    InputError
        With everything that is wrong in any of the files.
    """
    panel, problems = _read_folder(shipped("indicators") if folder is None else Path(folder))
    events = (partial(_check_events, panel, name) for name in panel.definitions)
    for check_part in (partial(_check_sources, panel), *events):
        try:
            check_part()
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return panel


def _check_sources(panel: Panel) -> None:
    if (panel.folder / "sources.yaml").exists():
        read_sources(panel.folder / "sources.yaml")


def _check_events(panel: Panel, name: str) -> None:
    """Refuse a wrong list of events, and counts that are not those of the events behind them."""
    files = sorted(panel.folder.iterdir())
    definition, there = panel.definitions[name], {path.name for path in files}
    # A folder that takes the shipped definition may hold counts without the list behind them.
    if definition.events is not None and there & {definition.events.file, f"{name}.yaml"}:
        events = panel.events(name)
        if name in panel.figures:
            check_counts(_tables(files)[0][name], definition, events, definition.events.kinds)
