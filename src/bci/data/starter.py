"""A commented starter for a dyad of one's own: it scores at once and says what to fill in."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from bci.countries import name as country_name
from bci.data.dyads import KEY
from bci.data.observations import PROVENANCE
from bci.data.panel import Panel
from bci.errors import InputError
from bci.files import read_text, shipped, write_text
from bci.model.definitions import Indicator

README = """# {title}

A starter for the Bilateral Cooperation Intensity of {title}. Score it:

    bci score --indicators {folder}/indicators --weights {folder}/weights.yaml

- `indicators/*.csv`: the figures, one row a dyad-year, an empty cell where there is none. {rows}
  Columns that end in `_a` belong to {name_a}, those that end in `_b` to {name_b}. Write 0 only where a
  source says that there was nothing.
- `source` holds ids of `indicators/sources.yaml`, separated by `;`. `quality` is A (data file), B (a table
  or sentence) or C (a single mention, a lower bound). Every figure needs both.
- `weights.yaml`: the scheme. Change weights, means, periods and bands as you judge.
- What an indicator is, is read from the definitions that come with bci (`bci indicators ID`); put an
  `ID.yaml` beside its CSV to define it otherwise, or to add an indicator of your own.

Check as you go: `bci validate {folder}/weights.yaml --indicators {folder}/indicators`
"""


SHIPPED_ROWS = "The rows are the shipped ones of\n  {title}; change them as you know better."
EMPTY_ROWS = (
    "The rows of\n  China and Russia are real and stand there as an example; take them out when you no longer"
    "\n  need them. The rows of {a}-{b} are empty and wait for yours."
)


def write_starter(folder: Path, dyad: tuple[str, str], panel: Panel) -> list[Path]:
    """Write the starter and return its files.

    Parameters
    ----------
    folder
        Where to; must not exist yet, or be empty.
    dyad
        The dyad to leave empty rows for.
    panel
        The shipped panel: its files serve as an example.

    Raises
    ------
    InputError
        If the folder holds anything already, or cannot be written.
    """
    try:
        occupied = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    except OSError as error:
        raise InputError.at(str(folder), f"cannot be made: {error.strerror}") from None
    if occupied:
        raise InputError.at(str(folder), "exists and is not an empty folder; name a new one")
    a, b = dyad
    title = f"{country_name(a)} and {country_name(b)}"
    known = {key[:2] for frame in panel.observations.values() for key in frame.index}
    rows = (SHIPPED_ROWS if dyad in known else EMPTY_ROWS).format(title=title, a=a, b=b)
    files = {
        "README.md": README.format(
            title=title, folder=folder, rows=rows, name_a=country_name(a), name_b=country_name(b)
        ),
        "weights.yaml": read_text(shipped("config") / "weights.yaml").replace(
            "name: papageorgiou-equal", f"name: {a.lower()}-{b.lower()}"
        ),
        "indicators/sources.yaml": read_text(panel.folder / "sources.yaml"),
    }
    for name, definition in panel.definitions.items():
        files[f"indicators/{name}.csv"] = _table(panel, name, definition, dyad)
        if definition.events is not None:
            listed = definition.events.file
            files[f"indicators/{listed}"] = read_text(panel.folder / listed)
    try:
        (folder / "indicators").mkdir(parents=True)
    except OSError as error:
        raise InputError.at(str(folder), f"cannot be made: {error.strerror}") from None
    for name, text in files.items():
        write_text(folder / name, text)
    return [folder / name for name in files]


def _table(panel: Panel, name: str, definition: Indicator, dyad: tuple[str, str]) -> str:
    """The shipped table with empty rows for the dyad added, one a year that the indicator covers."""
    shown = read_text(panel.folder / f"{name}.csv")
    if dyad in {key[:2] for key in panel.observations[name].index}:
        return shown
    header, *rows = csv.reader(io.StringIO(shown))
    empty = [""] * (len(definition.variables) + len(PROVENANCE))
    assert header == [*KEY, *definition.variables, *PROVENANCE]
    years = range(definition.coverage.from_, definition.coverage.to + 1)
    rows += [[*dyad, str(year), *empty] for year in years]
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([header, *sorted(rows)])
    return written.getvalue()
