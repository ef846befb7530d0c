"""What the indicators of a panel cover, and one indicator in full."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np
import pandas as pd

from bci.data.panel import Panel
from bci.model.definitions import GRADES, described
from bci.output.tables import render
from bci.results import records


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
    years = frame[(a == dyad[0]) & (b == dyad[1])].reset_index()
    variables = list(panel.definitions[name].variables)
    return years[["year", *variables, "value", "quality", "source", "note"]].replace("", None)


def document(panel: Panel, name: str, years: pd.DataFrame | None) -> dict[str, Any]:
    """Definition, years and sources as plain values."""
    definition = panel.definitions[name].model_dump(mode="json", by_alias=True)
    used = _sources(panel, name)
    sources = {i: panel.sources[i].model_dump() for i in used if i in panel.sources}
    return {**definition, "years": None if years is None else records(years), "sources": sources}


def page(panel: Panel, name: str, years: pd.DataFrame | None, width: int) -> str:
    """The same as a page to read; without years where there are too many dyads to list."""
    definition = panel.definitions[name]
    scale, coverage = definition.scale, definition.coverage
    variables = [f"{key} ({v.unit}): {v.description}" for key, v in definition.variables.items()]
    sources = [
        f"{i}: {source.title}; {source.publisher}. {source.place}. {source.licence}. {source.vintage}"
        for i, source in panel.sources.items()
        if i in _sources(panel, name)
    ]
    parts = [
        f"{definition.title} ({name})",
        _filled("Definition", definition.definition, width),
        _filled("Unit", definition.unit, width),
        _filled("Measure", described(definition.measure), width),
        _filled("Scale", f"{described(scale)}. Basis: {scale.basis}. {scale.note}", width),
        _filled(
            "Coverage", f"{coverage.from_}-{coverage.to}; a year inside without a value is missing", width
        ),
        _filled("Caveats", [f"{', '.join(map(str, c.years))}: {c.text}" for c in definition.caveats], width),
        _filled("Rule", definition.events.rule if definition.events else "", width),
        _filled("Limits", definition.limits, width),
        _filled("Variables", variables, width),
        "" if years is None else _years(years, width),
        _filled("Sources", sources, width),
        _filled("References", definition.references, width),
    ]
    return "\n\n".join(filter(None, parts))


def _years(years: pd.DataFrame, width: int) -> str:
    """The years as a table, their notes below it."""
    notes = [f"{row['year']}: {row['note']}" for _, row in years.iterrows() if row["note"]]
    shown = years.drop(columns=["note", "source"])
    return "\n\n".join(filter(None, [render(shown, "table"), _filled("Notes", notes, width)]))


def _sources(panel: Panel, name: str) -> list[str]:
    return sorted({i for ids in panel.observations[name]["source"] for i in ids.split(";") if i})


def _filled(head: str, content: str | list[str], width: int) -> str:
    if not content:
        return ""
    if isinstance(content, str):
        return textwrap.fill(f"{head}: {content}", width)
    listed = [textwrap.fill(item, width, initial_indent="  ", subsequent_indent="    ") for item in content]
    return "\n".join([f"{head}:", *listed])
