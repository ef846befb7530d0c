"""One indicator in full."""

from __future__ import annotations

import textwrap
from typing import Any

import pandas as pd

from bci.definitions import options
from bci.indicators import Panel
from bci.output.tables import records, render


def document(panel: Panel, name: str, years: pd.DataFrame) -> dict[str, Any]:
    """Definition, years and sources as plain values."""
    definition = panel.definitions[name].model_dump(mode="json", by_alias=True)
    used = _sources(years)
    sources = {i: panel.sources[i].model_dump() for i in used if i in panel.sources}
    return {**definition, "years": records(years), "sources": sources}


def page(panel: Panel, name: str, years: pd.DataFrame, width: int) -> str:
    """The same as a page to read."""
    definition = panel.definitions[name]
    scale, coverage = definition.scale, definition.coverage
    variables = [f"{key} ({v.unit}): {v.description}" for key, v in definition.variables.items()]
    sources = [
        f"{i}: {source.title}; {source.publisher}. {source.place}. {source.licence}. {source.vintage}"
        for i, source in panel.sources.items()
        if i in _sources(years)
    ]
    parts = [
        f"{definition.title} ({name})",
        _filled("Definition", definition.definition, width),
        _filled("Unit", definition.unit, width),
        _filled("Measure", _called(definition.measure.method, options(definition.measure)), width),
        _filled(
            "Scale", f"{_called(scale.method, options(scale))}. Basis: {scale.basis}. {scale.note}", width
        ),
        _filled(
            "Coverage", f"{coverage.from_}-{coverage.to}; a year inside without a value is missing", width
        ),
        _filled("Caveats", [f"{', '.join(map(str, c.years))}: {c.text}" for c in definition.caveats], width),
        _filled("Rule", definition.events.rule if definition.events else "", width),
        _filled("Limits", definition.limits, width),
        _filled("Variables", variables, width),
        render(years, "table"),
        _filled("Sources", sources, width),
        _filled("References", definition.references, width),
    ]
    return "\n\n".join(filter(None, parts))


def _called(method: str, given: dict[str, Any]) -> str:
    said = ", ".join(f"{name} {value}" for name, value in given.items() if (name, value) != ("direction", 1))
    return f"{method}, {said}" if said else method


def _sources(years: pd.DataFrame) -> list[str]:
    return sorted({i for ids in years["source"].dropna() for i in ids.split(";") if i})


def _filled(head: str, content: str | list[str], width: int) -> str:
    if not content:
        return ""
    if isinstance(content, str):
        return textwrap.fill(f"{head}: {content}", width)
    listed = [textwrap.fill(item, width, initial_indent="  ", subsequent_indent="    ") for item in content]
    return "\n".join([f"{head}:", *listed])
