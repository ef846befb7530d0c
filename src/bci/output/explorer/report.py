"""What the page says without a script: result, scores, data, method. The script upgrades it in place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

from bci.data.dyads import Dyad
from bci.model import bands
from bci.model.periods import Span, label
from bci.numbers import percent
from bci.output.about import about_line, caveats, is_calibrated
from bci.output.explorer.data import Preset, dyad_name
from bci.output.explorer.provenance import provenance
from bci.replication.verdicts import Verdicts
from bci.scoring.scores import Scores
from bci.version import __version__

Stages = Mapping[str, NDArray[np.float64]]

#: Dyads whose tables are printed for readers without a script; the page itself shows one at a time.
MOST_PRINTED = 50
#: Periods side by side that fit on a sheet; the page's script has the same number.
ON_PAPER = 7
COLOURS = 4
WORDS = {True: "holds", False: "fails", None: "cannot be told"}


def report(presets: Sequence[Preset], verdicts: Verdicts | None) -> dict[str, str]:
    """The readable parts of the page as HTML, by name."""
    scores = presets[0].scores
    table = _stages(scores)
    return {
        "sentence": escape(sentence(scores, scores.dyads[0], scores.periods[-1])),
        "scheme": _scheme(scores),
        "strip": strip(scores, table, scores.dyads[0]),
        "paper": blocks(scores, table, scores.dyads[0]) if len(scores.periods) > ON_PAPER else "",
        "others": _others(scores, table),
        "notes": "".join(f"<li>{escape(note.removeprefix('note: '))}</li>" for note in caveats(scores)),
        "provenance": provenance(presets),
        "replication": _replication(scores, verdicts),
        "about": escape(about_line(scores)),
        "version": escape(__version__),
    }


def sentence(scores: Scores, dyad: Dyad, period: tuple[int, int]) -> str:
    """The result in one sentence.

    Examples
    --------
    >>> import bci
    >>> sentence(bci.score(), ("CHN", "RUS"), (2016, 2019))
    'China and Russia, 2016-2019: index 0.648, enhanced. Data stand behind 100% of the weight.'
    """
    row = scores.row("-".join(dyad), period)
    score, coverage = scores.index.score[row, 0], scores.index.coverage[row, 0]
    words = list(scores.scheme.bands)
    where = f"{dyad_name(dyad)}, {label(period)}"
    if np.isnan(score):
        found = "no index, too little data"
        if scores.index.low is not None and scores.index.high is not None:
            found = f"index between {scores.index.low[row, 0]:.3f} and {scores.index.high[row, 0]:.3f}"
    else:
        found = f"index {score:.3f}, {words[int(bands.band(score, scores.scheme.edges))]}"
    return f"{where}: {found}. Data stand behind {percent(round(coverage, 12))} of the weight."


def _scheme(scores: Scores) -> str:
    """The judgements behind the printed scores."""
    scheme = scores.scheme
    weights = "; ".join(
        f"{name} {part.weight:g} ({', '.join(f'{i} {w:g}' for i, w in part.indicators.items())})"
        for name, part in scheme.dimensions.items()
    )
    edges = ", ".join(f"{word} from {edge:g}" for word, edge in scheme.bands.items())
    return escape(f"Scheme {scheme.name}: {scheme.description} Weights: {weights}. Bands: {edges}.")


def _stages(scores: Scores) -> Stages:
    """Every stage a cell may need, of all names side by side."""
    stages = ["score", "coverage", *(("low", "high") if scores.index.low is not None else ())]
    return {stage: scores.column(stage) for stage in stages}


def strip(scores: Scores, table: Stages, dyad: Dyad, periods: Sequence[Span] = ()) -> str:
    """Head and body of the table of one dyad: names down, periods across, a score and its band a cell."""
    periods = periods or scores.periods
    rows = [scores.row("-".join(dyad), period) for period in periods]
    heads = "".join(f'<th scope="col">{escape(label(period))}</th>' for period in periods)
    lines = [f'<thead><tr><th scope="col">Name</th>{heads}</tr></thead><tbody>']
    for n, (level, name) in enumerate(scores.names):
        cells = "".join(_cell(scores, {stage: table[stage][row, n] for stage in table}) for row in rows)
        mark = "†" if level == "indicator" and is_calibrated(scores, name) else ""
        lines.append(f'<tr class="{level}"><th scope="row">{escape(name)}{mark}</th>{cells}</tr>')
    return "\n".join([*lines, "</tbody>"])


def blocks(scores: Scores, table: Stages, dyad: Dyad) -> str:
    """The same as tables of so many periods each as fit side by side on a sheet of paper."""
    starts = range(0, len(scores.periods), ON_PAPER)
    parts = (strip(scores, table, dyad, scores.periods[start : start + ON_PAPER]) for start in starts)
    return "\n".join(f'<table class="strip">{part}</table>' for part in parts)


def _cell(scores: Scores, found: Mapping[str, float]) -> str:
    score, coverage = found["score"], found["coverage"]
    if np.isnan(score):
        shown = "too little data" if coverage else "n/a"
        if "low" in found:
            shown = f"{found['low']:.2f}-{found['high']:.2f}"
        return f'<td class="missing">{shown}</td>'
    words = list(scores.scheme.bands)
    number = int(bands.band(np.array(score), scores.scheme.edges))
    mark = "" if coverage > 1 - 1e-12 else "*"
    shown = f"{score:.3f}{mark} <span>{escape(words[number])}</span>"
    return f'<td class="band{colour(number, len(words))}">{shown}</td>'


def colour(band: int, of: int) -> int:
    """Which of the page's colours a band has, from the first for the lowest to the last for the highest."""
    return int(band * (COLOURS - 1) / max(of - 1, 1) + 0.5)


def _others(scores: Scores, table: Stages) -> str:
    """Tables of the other dyads, for readers without a script."""
    further = scores.dyads[1 : MOST_PRINTED + 1]
    parts = [
        f'<h3>{escape(dyad_name(dyad))}</h3><div class="wide">{blocks(scores, table, dyad)}</div>'
        for dyad in further
    ]
    left = len(scores.dyads) - 1 - len(further)
    if left:
        parts.append(f"<p>{left} more dyads are shown with a script only, or by <code>bci score</code>.</p>")
    return "\n".join(parts)


def _replication(scores: Scores, verdicts: Verdicts | None) -> str:
    if verdicts is None:
        return (
            "<p>Published statements are checked for China and Russia only; this page does not hold them.</p>"
        )
    held = [verdict.holds for verdict in verdicts.verdicts]
    scheme = scores.scheme
    told = (
        f"{held.count(True)} of {len(held)} published statements on China and Russia hold, "
        f"{held.count(False)} fail, {held.count(None)} cannot be told. Checked by "
        f"<code>bci replicate</code> under the scheme {escape(scheme.name)}, version {scheme.version}, "
        "on the periods of the statements; moving weights here does not change this table. Holding proves "
        "little where a calibrated number stands behind it."
    )
    return (
        f'<p>{told}</p><div class="wide" role="region" tabindex="0" aria-label="Published statements, table">'
        '<table><thead><tr><th scope="col">Statement</th><th scope="col">Verdict</th>'
        f'<th scope="col">Found</th></tr></thead><tbody>{"".join(_verdicts(verdicts))}</tbody></table></div>'
    )


def _verdicts(verdicts: Verdicts) -> Iterator[str]:
    for verdict in verdicts.verdicts:
        kind = verdict.finding.class_.lower() + (", calibrated" if verdict.calibrated else "")
        yield (
            f'<tr><th scope="row">{escape(verdict.finding.statement)} <small>{escape(kind)}</small></th>'
            f"<td>{WORDS[verdict.holds]}</td><td>{escape(verdict.found)}</td></tr>"
        )
