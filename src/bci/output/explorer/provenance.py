"""Where the figures of the page come from: definition, scale, years, quality, sources and their terms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from urllib.parse import urlsplit

from bci.data.panel import Panel
from bci.model.definitions import GRADES, Indicator, Source, described
from bci.model.scheme import scale_of
from bci.output.explorer.data import Preset
from bci.scoring.scores import Scores


def provenance(presets: Sequence[Preset]) -> str:
    """A closed block an indicator; its first line is enough for a first look."""
    seen: dict[str, Scores] = {}
    for preset in presets:
        for name in preset.whole.scheme.indicators:
            seen.setdefault(name, preset.whole)
    return "\n".join(_block(name, scores, presets) for name, scores in seen.items())


def _block(name: str, scores: Scores, presets: Sequence[Preset]) -> str:
    if name not in scores.definitions:
        return f"<p>{escape(name)}: values as given; no definition is at hand.</p>"
    definition = scores.definitions[name]
    rows = [
        ("Definition", definition.definition),
        ("Unit", definition.unit),
        ("Measure", described(definition.measure)),
        *_scales(name, definition, presets),
        ("Limits", definition.limits),
        ("Caveats", " ".join(f"{', '.join(map(str, c.years))}: {c.text}" for c in definition.caveats)),
    ]
    listed = "".join(f"<dt>{head}</dt><dd>{escape(text)}</dd>" for head, text in rows if text)
    figures, sources = "", ""
    if scores.panel is not None:
        grades, sources = _figures(scores.panel, scores, name)
        figures = f"; {grades}"
    scale = scale_of(scores.scheme, scores.definitions, name)
    basis = f"by {scale.basis}"
    if scale.basis == "calibrated":
        basis = f"calibrated to {scale.calibrated_to}" if scale.calibrated_to else "calibrated"
    covered = f"{definition.coverage.from_}-{definition.coverage.to}"
    first_line = f"{definition.title} ({name}): {definition.unit}, {covered}{figures}; scale {basis}"
    return f"<details><summary>{escape(first_line)}</summary><dl>{listed}{sources}</dl></details>"


def _scales(name: str, definition: Indicator, presets: Sequence[Preset]) -> Iterator[tuple[str, str]]:
    """The scale of the definition, and those that schemes read the indicator on instead."""
    scale = definition.scale
    to = f" to {scale.calibrated_to}" if scale.calibrated_to else ""
    yield "Scale", f"{described(scale)}. Basis: {scale.basis}{to}. {scale.note}"
    for preset in presets:
        own = preset.scores.scheme.scales.get(name)
        if own is not None:
            head = f"Scale under {preset.scores.scheme.name}"
            yield escape(head), f"{described(own)}. Basis: {own.basis}. {own.note}"


def _figures(panel: Panel, scores: Scores, name: str) -> tuple[str, str]:
    """Numbers of figures by quality, and the sources behind the dyads of the page with their terms."""
    shown = set(scores.dyads)
    frame = panel.observations[name]
    if frame.empty:
        return "no figures", ""
    a, b = (frame.index.get_level_values(side) for side in ("iso3_a", "iso3_b"))
    inside = frame[[dyad in shown for dyad in zip(a, b, strict=True)]]
    quality = inside["quality"].tolist()
    counts = ", ".join(f"{quality.count(grade)} {grade}" for grade in GRADES)
    ids = sorted({i for cell in set(inside["source"]) for i in cell.split(";") if i})
    used = [panel.sources[i] for i in ids if i in panel.sources]
    licences = "".join(f"<li>{escape(text)}</li>" for text in sorted({source.licence for source in used}))
    listed = "".join(f"<li>{linked(source)}</li>" for source in used)
    return (
        f"figures by quality {counts}",
        f"<dt>Licences</dt><dd><ul>{licences}</ul></dd>"
        f"<dt>Sources ({len(used)})</dt><dd><ul>{listed}</ul></dd>",
    )


def linked(source: Source) -> str:
    """A source in one line of HTML, with a link where it stands on the web."""
    place = escape(source.place)
    # Anything but a web address is shown as text: no other scheme may become a link.
    if urlsplit(source.place).scheme in ("http", "https") and not set(source.place) & set(" ;\n"):
        place = f'<a href="{place}" rel="noreferrer">{place}</a>'
    return f"{escape(source.title)}. {escape(source.publisher)}. {place} ({escape(source.vintage)})"
