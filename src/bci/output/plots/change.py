"""What moved the index between two periods: a waterfall from the first to the last."""

from __future__ import annotations

import numpy as np
from matplotlib.patches import Patch

from bci.errors import InputError
from bci.model.bands import is_partial
from bci.model.periods import label
from bci.numbers import number, signed
from bci.output.plots import Options
from bci.output.plots.bands_and_periods import dots, ground, last_scored, number_rows
from bci.output.plots.layout import Drawing, in_rows
from bci.output.plots.style import FAINT, fill
from bci.output.plots.text import countries, plain_name
from bci.results import records
from bci.scoring.explanation import absences, explain
from bci.scoring.scores import Scores

ROW, BAR = 0.24, 0.15
UP, DOWN, TOTAL = fill("#2f5f9e"), fill("#f2d9b8", "////"), fill("#4a4a4a")


def change(scores: Scores, options: Options) -> Drawing:
    """Bars from one index to the other, one an indicator; they add up to the change exactly."""
    since, span = last_scored(scores, first=True), last_scored(scores)
    if since == span:
        raise InputError.at("change", f"only {label(span)} has an index; a change needs two periods")
    table = records(explain(scores, span, since=since).to_frame())
    index, contribution = table[0], {row["name"]: row["contribution"] for row in table}
    missing = absences(table, (since, span))
    # What counts in neither period has no part in the change.
    moved = [name for name in scores.scheme.indicators if len(missing[name]) < 2]
    moves = [contribution[name] for name in moved]
    if None in moves:
        message = f"{label(since)} and {label(span)} have no indicator in common; choose others with --period"
        raise InputError.at("change", message)
    totals = np.array([index["score_before"], index["score"]])
    ends = totals[0] + np.concatenate([[0], np.cumsum(moves)])
    parts = ["\n".join([plain_name(scores, name), *(f"({why})" for why in missing[name])]) for name in moved]
    names = [f"Index {label(since)}", *parts, f"Index {label(span)}"]
    page, _, middles = in_rows(scores, options, "Index (score, 0 to 1)", names, ROW)
    [axes] = page.axes
    number_rows(page, middles, [number(totals[0]), *map(signed, moves), number(totals[1])])
    ground(page, axes, upright=False)
    for middle, name, start, move in zip(middles[1:], moved, ends, moves, strict=False):
        axes.barh(middle, move, BAR, left=start, **(UP if move >= 0 else DOWN), zorder=2, label=name)
    axes.barh(middles[[0, -1]], totals, BAR, **TOTAL, zorder=2, label="totals")
    partial = is_partial([index["coverage_before"], index["coverage"]])
    dots(page, axes, totals, middles[[0, -1]], partial, "totals")
    axes.vlines(ends, middles[:-1], middles[1:], color=FAINT, linewidth=0.7, zorder=1.5)
    page.keys += [Patch(**UP, label="raises the index"), Patch(**DOWN, label="lowers it")]
    joined = "What counts in only one of the two periods contributes by joining the index or leaving it."
    return page.finished(
        f"What moved the index of {countries(scores.dyads[0])} from {label(since)} to {label(span)}",
        "Each bar starts where the one above ends. Contributions are Shapley values and add up to the change "
        "exactly. The ground shows the bands.",
        joined if any(missing[name] for name in moved) else "",
    )
