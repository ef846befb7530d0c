"""What the indicators of a panel cover."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bci.data.panel import Panel
from bci.model.definitions import GRADES


def summary(panel: Panel) -> pd.DataFrame:
    """One row an indicator: dyads, years, covered dyad-years with a value and without, and their grades."""
    rows = []
    for name, figures in panel.figures.items():
        definition = panel.definitions[name]
        present = ~np.isnan(panel.measured(name))
        years, dyads = figures.rows.year, len(figures.rows.dyads)
        covered = definition.coverage.to - definition.coverage.from_ + 1
        grades = np.array(figures.provenance["quality"].texts(), dtype=object)[present]
        rows.append(
            {
                "indicator": name,
                "measure": definition.measure.method,
                "scale": definition.scale.method,
                "basis": definition.scale.basis,
                "dyads": dyads,
                "first": int(years.min()) if dyads else None,
                "last": int(years.max()) if dyads else None,
                "values": int(present.sum()),
                "missing": dyads * covered - int(present.sum()),
            }
            | {str(grade): int((grades == grade).sum()) for grade in GRADES}
        )
    frame = pd.DataFrame(rows)
    # As objects, so that a missing year leaves the others whole.
    for end in ("first", "last"):
        frame[end] = pd.Series([row[end] for row in rows], dtype=object)
    return frame


def by_year(panel: Panel, name: str, dyad: tuple[str, str]) -> pd.DataFrame:
    """Value, quality, sources and note of every year of one dyad; a missing year stands as missing."""
    frame = panel.observations[name].assign(value=panel.values()[name])
    a, b = (frame.index.get_level_values(side) for side in ("iso3_a", "iso3_b"))
    own = frame[(a == dyad[0]) & (b == dyad[1])].reset_index()
    variables = list(panel.definitions[name].variables)
    return own[["year", *variables, "value", "quality", "source", "note"]].replace("", None)
