"""What the page says without a script: result, scores, data, method. The script upgrades it in place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from bci.arrays import Array
from bci.data.dyads import Dyad
from bci.data.panel import Panel
from bci.model import bands
from bci.model.definitions import GRADES, Indicator, Source, described
from bci.model.periods import Span, label
from bci.model.scheme import scale_of
from bci.numbers import number, percent
from bci.numbers import score as score_in_words
from bci.output.about import about_line, caveats, is_calibrated
from bci.output.explorer.data import Preset, dyad_name
from bci.output.templates import shade
from bci.replication.verdicts import Verdicts
from bci.scoring.scores import Scores
from bci.version import __version__

#: Dyads whose tables are printed for readers without a script; the page itself shows one at a time.
MOST_PRINTED = 50
#: Periods side by side that fit on a sheet; the page's script has the same number.
ON_PAPER = 7
WORDS = {True: "holds", False: "fails", None: "cannot be told"}


def content(presets: Sequence[Preset], verdicts: Verdicts | None) -> dict[str, Any]:
    """What the template of the page puts into words, by name."""
    scores = presets[0].scores
    stages = _stages(scores)
    first, *others = scores.dyads[: MOST_PRINTED + 1]
    held = [verdict.holds for verdict in verdicts.verdicts] if verdicts else []
    return {
        "sentence": sentence(scores, first, scores.periods[-1]),
        "scheme": scores.scheme,
        "edges": ", ".join(f"{word} from {edge:g}" for word, edge in scores.scheme.bands.items()),
        "table": _strip(scores, stages, first, scores.periods),
        "paper": _blocks(scores, stages, first) if len(scores.periods) > ON_PAPER else [],
        "others": [(dyad_name(dyad), _blocks(scores, stages, dyad)) for dyad in others],
        "unprinted": len(scores.dyads) - 1 - len(others),
        "notes": [note.removeprefix("note: ") for note in caveats(scores)],
        "indicators": _indicators(presets),
        "verdicts": verdicts and verdicts.verdicts,
        "held": {word: held.count(verdict) for verdict, word in WORDS.items()},
        "words": WORDS,
        "about": about_line(scores),
        "version": __version__,
        "is_address": is_address,
    }


def sentence(scores: Scores, dyad: Dyad, period: Span) -> str:
    """The result in one sentence.

    Examples
    --------
    >>> import bci
    >>> sentence(bci.score(), ("CHN", "RUS"), (2016, 2019))
    'China and Russia, 2016-2019: index 0.648, enhanced. Data stand behind 100% of the weight.'
    """
    row = scores.row("-".join(dyad), period)
    score, coverage = scores.index.score[row, 0], scores.index.coverage[row, 0]
    if not np.isnan(score):
        result = f"index {number(score)}, {scores.scheme.words(bands.band(score, scores.scheme.edges))}"
    elif scores.index.low is not None and scores.index.high is not None:
        result = f"index between {number(scores.index.low[row, 0])} and {number(scores.index.high[row, 0])}"
    else:
        result = "no index, too little data"
    known = percent(round(coverage, 12))
    return f"{dyad_name(dyad)}, {label(period)}: {result}. Data stand behind {known} of the weight."


def _stages(scores: Scores) -> dict[str, Array]:
    """Every stage a cell may need, of all names side by side."""
    stages = ["score", "coverage", *(("low", "high") if scores.index.low is not None else ())]
    return {stage: scores.column(stage) for stage in stages}


def _strip(
    scores: Scores, stages: Mapping[str, Array], dyad: Dyad, periods: Sequence[Span]
) -> dict[str, Any]:
    """The table of one dyad: names down, periods across, a score and its band a cell."""
    rows = [scores.row("-".join(dyad), period) for period in periods]
    lines = []
    for n, (level, name) in enumerate(scores.names):
        cells = [_cell(scores, {stage: values[row, n] for stage, values in stages.items()}) for row in rows]
        mark = "†" if level == "indicator" and is_calibrated(scores, name) else ""
        lines.append((level, f"{name}{mark}", cells))
    return {"periods": [*map(label, periods)], "rows": lines}


def _blocks(scores: Scores, stages: Mapping[str, Array], dyad: Dyad) -> list[dict[str, Any]]:
    """The same as tables of so many periods each as fit side by side on a sheet of paper."""
    starts = range(0, len(scores.periods), ON_PAPER)
    return [_strip(scores, stages, dyad, scores.periods[start : start + ON_PAPER]) for start in starts]


def _cell(scores: Scores, values: Mapping[str, float]) -> tuple[str, str, str]:
    """Class, text and band of a cell."""
    score, coverage = values["score"], values["coverage"]
    if np.isnan(score):
        if "low" in values:
            return "missing", f"{number(values['low'], 2)}-{number(values['high'], 2)}", ""
        return "missing", "too little data" if coverage else "n/a", ""
    place = int(bands.band(np.array(score), scores.scheme.edges))
    text = score_in_words(score, partial=bool(bands.is_partial(coverage)))
    words = [*scores.scheme.bands]
    return f"band{shade(place, len(words))}", text, words[place]


def _indicators(presets: Sequence[Preset]) -> Iterator[dict[str, Any]]:
    """Where the figures come from: the first line of each indicator, its definition, and its sources."""
    schemes: dict[str, Scores] = {}
    for preset in presets:
        for name in preset.whole.scheme.indicators:
            schemes.setdefault(name, preset.whole)
    for name, scores in schemes.items():
        if name not in scores.definitions:
            yield {"name": name, "facts": []}
            continue
        definition = scores.definitions[name]
        counts, sources = _figures(scores.panel, scores, name) if scores.panel else ("", [])
        scale = scale_of(scores.scheme, scores.definitions, name)
        basis = f"by {scale.basis}"
        if scale.basis == "calibrated":
            basis = f"calibrated to {scale.calibrated_to}" if scale.calibrated_to else "calibrated"
        covered = f"{definition.coverage.from_}-{definition.coverage.to}"
        yield {
            "summary": f"{definition.title} ({name}): {definition.unit}, {covered}{counts}; scale {basis}",
            "facts": [(head, text) for head, text in _facts(name, definition, presets) if text],
            "sources": sources,
            "licences": sorted({source.licence for source in sources}),
            "figures": scores.panel is not None and bool(len(scores.panel.observations[name])),
        }


def _facts(name: str, definition: Indicator, presets: Sequence[Preset]) -> Iterator[tuple[str, str]]:
    yield "Definition", definition.definition
    yield "Unit", definition.unit
    yield "Measure", described(definition.measure)
    scale = definition.scale
    to = f" to {scale.calibrated_to}" if scale.calibrated_to else ""
    yield "Scale", f"{described(scale)}. Basis: {scale.basis}{to}. {scale.note}"
    # Schemes may read the indicator on other scales.
    for preset in presets:
        other = preset.scores.scheme.scales.get(name)
        if other is not None:
            head = f"Scale under {preset.scores.scheme.name}"
            yield head, f"{described(other)}. Basis: {other.basis}. {other.note}"
    yield "Limits", definition.limits
    yield "Caveats", " ".join(f"{', '.join(map(str, c.years))}: {c.text}" for c in definition.caveats)


def _figures(panel: Panel, scores: Scores, name: str) -> tuple[str, list[Source]]:
    """Numbers of figures by quality, and the sources behind the dyads of the page."""
    frame = panel.observations[name]
    if frame.empty:
        return "; no figures", []
    a, b = (frame.index.get_level_values(side) for side in ("iso3_a", "iso3_b"))
    inside = frame[[dyad in set(scores.dyads) for dyad in zip(a, b, strict=True)]]
    quality = inside["quality"].tolist()
    counts = ", ".join(f"{quality.count(grade)} {grade}" for grade in GRADES)
    ids = sorted({i for cell in set(inside["source"]) for i in cell.split(";") if i})
    return f"; figures by quality {counts}", [panel.sources[i] for i in ids if i in panel.sources]


def is_address(place: str) -> bool:
    """Whether a place is a web address, and may become a link; no other scheme may."""
    return urlsplit(place).scheme in ("http", "https") and not set(place) & set(" ;\n")
