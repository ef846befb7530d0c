"""Every column and every indicator in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bci.data.panel import Panel
from bci.model.definitions import Indicator, described
from bci.model.scheme import measure_of, scale_of
from bci.output.columns import DESCRIPTIONS
from bci.output.paper import escaped_markdown as plain
from bci.scoring.scores import Scores


def codebook(scores: Scores, panel: Panel) -> str:
    """The text of ``codebook.md``, from the definitions in force."""
    return "\n".join(_lines(scores, panel))


def _lines(scores: Scores, panel: Panel) -> Iterator[str]:
    yield "# Codebook\n"
    yield "An empty cell is missing, never 0. The countries of a dyad stand in alphabetical order of codes.\n"
    yield "## data/scores.csv\n"
    shown = scores.columns(details=True)
    yield from _table(("column", "meaning"), [(name, DESCRIPTIONS[name]) for name in shown])
    edges = ", ".join(f"{word} from {edge:g}" for word, edge in scores.scheme.bands.items())
    yield f"Bands: {plain(edges)}.\n"
    yield "## data/values.csv\n"
    yield "Columns `iso3_a`, `iso3_b`, `year`, and one column of values an indicator:\n"
    definitions = scores.definitions
    rows = [(name, definitions[name].title, definitions[name].unit) for name in scores.scheme.indicators]
    yield from _table(("column", "indicator", "unit"), rows)
    for name, definition in panel.definitions.items():
        yield from _indicator(scores, name, definition)


def _indicator(scores: Scores, name: str, definition: Indicator) -> Iterator[str]:
    used = name in scores.scheme.indicators
    yield f"## {plain(definition.title)} (`{name}`)\n"
    yield f"{plain(definition.definition)}\n"
    scale = scale_of(scores.scheme, scores.definitions, name) if used else definition.scale
    measure = measure_of(scores.scheme, scores.definitions, name) if used else definition.measure
    covered = f"{definition.coverage.from_} to {definition.coverage.to}"
    said = {
        "Unit": definition.unit,
        "Measure": described(measure),
        "Scale": f"{described(scale)}. Basis: {scale.basis}. {scale.note}",
        "Coverage": f"{covered}; a year inside without a value is missing",
        "Rule": definition.events.rule if definition.events else "",
        "Limits": definition.limits,
    }
    if not used:
        yield "Stands beside the others, but the scheme does not use it.\n"
    yield from (f"- {head}: {plain(text)}" for head, text in said.items() if text)
    yield from (f"- {', '.join(map(str, c.years))}: {plain(c.text)}" for c in definition.caveats)
    yield from (f"- Reference: {plain(reference)}" for reference in definition.references)
    yield ""
    variables = [(key, v.unit, v.description) for key, v in definition.variables.items()]
    yield from _table((f"column of data/indicators/{name}", "unit", "meaning"), variables)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for row in (heads, ["---"] * len(heads), *([plain(cell) for cell in row] for row in rows)):
        yield f"| {' | '.join(row)} |"
    yield ""
