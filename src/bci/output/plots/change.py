"""What moved the index between two periods: a waterfall from the first to the last."""

from __future__ import annotations

import numpy as np
from matplotlib.patches import Patch

from bci.errors import InputError
from bci.model.bands import is_partial
from bci.model.periods import label
from bci.numbers import number, signed
from bci.output.plots import Options
from bci.output.plots.bands_and_periods import QUARTERS, dot, ground, last_scored, notes_on_data
from bci.output.plots.caption import caption, countries, indicator_title
from bci.output.plots.layout import (
    SIDE,
    Drawing,
    finished,
    laid_out,
    name_rows,
    number_rows,
    page,
    rows,
    wrapped,
)
from bci.output.plots.style import FAINT, LABEL, Fill
from bci.results import records
from bci.scoring.explanation import absences, explain
from bci.scoring.scores import Scores

ROW, BAR = 0.24, 0.15
UP, DOWN, TOTAL = Fill("#2f5f9e", ""), Fill("#f2d9b8", "////"), Fill("#4a4a4a", "")


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
    before, after = index["score_before"], index["score"]
    ends = before + np.concatenate([[0], np.cumsum(moves)])
    room = SIDE * options.width - 0.3
    names = [wrapped(f"Index {label(since)}", LABEL, room, 2)]
    for name in moved:
        reasons = [wrapped(f"({reason})", LABEL, room, 2) for reason in missing[name]]
        names.append("\n".join([wrapped(indicator_title(scores, name), LABEL, room, 2), *reasons]))
    names.append(wrapped(f"Index {label(span)}", LABEL, room, 2))
    edges, middles = rows(names, ROW)
    figure, (axes,) = page(options.width, {"Index (score, 0 to 1)": edges[-1]})
    name_rows(axes, edges, middles, names)
    number_rows(axes, middles, [number(before), *map(signed, moves), number(after)])
    axes.set_xlim(0, 1)
    axes.set_xticks(**QUARTERS)
    bands = ground(axes, scores.scheme, upright=False)
    partial = is_partial([index["coverage_before"], index["coverage"]])
    totals = ((middles[0], before, partial[0], "before"), (middles[-1], after, partial[1], "after"))
    for middle, name, start, move in zip(middles[1:], moved, ends, moves, strict=False):
        look = (UP if move >= 0 else DOWN).look()
        axes.barh(middle, move, BAR, left=start, **look, zorder=2, label=name)
    for middle, score, hollow, gid in totals:
        axes.barh(middle, score, BAR, **TOTAL.look(), zorder=2, label=gid)
        dot(axes, score, middle, hollow, gid)
    axes.vlines(ends, middles[:-1], middles[1:], color=FAINT, linewidth=0.7, zorder=1.5)
    laid_out(figure)
    keys = [
        Patch(**UP.look(), label="raises the index"),
        Patch(**DOWN.look(), label="lowers it"),
        *notes_on_data(bool(partial.any()), missing=False),
        *bands.unnamed(),
    ]
    below = caption(
        scores,
        "Each bar starts where the one above ends. Contributions are Shapley values and add up to the change "
        "exactly. The ground shows the bands.",
        "What counts in only one of the two periods contributes by joining the index or leaving it."
        if any(missing[name] for name in moved)
        else "",
    )
    title = f"What moved the index of {countries(scores.dyads[0])} from {label(since)} to {label(span)}"
    return finished(figure, options.title or title, keys, below)
