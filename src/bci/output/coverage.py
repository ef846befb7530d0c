"""What the indicators of a panel cover."""

from __future__ import annotations

import pandas as pd

from bci.definitions import GRADES
from bci.dyadyears import dyad_years
from bci.indicators import Panel


def summary(panel: Panel) -> pd.DataFrame:
    """One row an indicator: dyads, years, covered dyad-years with a value and without, and their grades."""
    values = panel.values()
    rows = []
    for name, frame in panel.observations.items():
        definition = panel.definitions[name]
        present = values[name].reindex(frame.index).notna().to_numpy()
        years = frame.index.get_level_values("year")
        dyads = len(dyad_years(frame.index).dyads)
        covered = definition.coverage.to - definition.coverage.from_ + 1
        grades = frame["quality"].to_numpy()[present]
        rows.append(
            {
                "indicator": name,
                "measure": definition.measure.method,
                "scale": definition.scale.method,
                "basis": definition.scale.basis,
                "dyads": dyads,
                "first": years.min(),
                "last": years.max(),
                "values": int(present.sum()),
                "missing": dyads * covered - int(present.sum()),
            }
            | {str(grade): int((grades == grade).sum()) for grade in GRADES}
        )
    return pd.DataFrame(rows)


def by_year(panel: Panel, name: str, dyad: tuple[str, str]) -> pd.DataFrame:
    """Value, quality, sources and note of every year of one dyad; a missing year stands as missing."""
    frame = panel.observations[name].assign(value=panel.values()[name])
    a, b = (frame.index.get_level_values(side) for side in ("iso3_a", "iso3_b"))
    own = frame[(a == dyad[0]) & (b == dyad[1])].reset_index()
    variables = list(panel.definitions[name].variables)
    return own[["year", *variables, "value", "quality", "source", "note"]].replace("", None)
