"""What a source gives for one indicator: figures of dyad-years, and what they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bci.data.dyads import DyadYears
from bci.data.panel import read_definition
from bci.files import shipped
from bci.model.definitions import Source


@dataclass(frozen=True, eq=False)
class Ingested:
    """Figures of one indicator from one source.

    Attributes
    ----------
    indicator
        Its id, e.g. ``trade``.
    source_id, source
        The id under which the figures are recorded, and what it is.
    rows
        Dyad and year of each row; dyads in alphabetical order within, no dyad-year twice.
    columns
        The variables, each of shape ``(rows,)``, NaN where missing.
    quality
        A, B or C of each row, or one for all.
    notes
        A note for each row, or one for all.
    definition
        The indicator's definition as a mapping in the form of ``indicators/<id>.yaml``: measure, variables,
        scale, coverage, definition, limits.
    events
        Rows of the list of events behind counts, by column; None where there is none.
    remarks
        What a reader must know of how the raw files were read, a line each: what was left out, how many
        figures are missing, which years and states the source covers.
    """

    indicator: str
    source_id: str
    source: Source
    rows: DyadYears
    columns: Mapping[str, NDArray[np.float64]]
    definition: Mapping[str, Any]
    quality: str | list[str] = "A"
    notes: str | list[str] = ""
    events: Mapping[str, list[str]] | None = None
    remarks: tuple[str, ...] = field(default=())


def shipped_definition(indicator: str) -> dict[str, Any]:
    """The shipped definition as a mapping, without the caveats and the list of events of its own figures."""
    definition, _ = read_definition(shipped("indicators"), indicator)
    mapping = definition.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return {key: part for key, part in mapping.items() if key not in ("caveats", "events")}
