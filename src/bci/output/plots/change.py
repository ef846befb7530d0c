"""What moved the index between two periods: a waterfall from the first to the last."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bci.errors import InputError
from bci.model.periods import label
from bci.numbers import number
from bci.output.plots.caption import caption, countries, indicator_title
from bci.output.plots.ground import PARTIAL_KEY, bands_of, beside
from bci.output.plots.options import Options
from bci.output.plots.sheet import Key, Panel, Sheet, composed, extent, plain, widest, wrapped
from bci.output.plots.strip import ROW, SIDE
from bci.output.plots.style import FAINT, INK, LABEL, Fill
from bci.output.plots.tornado import last_scored
from bci.results import records
from bci.scoring.explanation import absences, explain
from bci.scoring.scores import Scores

UP, DOWN, TOTAL = Fill("#2f5f9e", ""), Fill("#f2d9b8", "////"), Fill("#4a4a4a", "")


def change(scores: Scores, options: Options) -> Figure:
    """Bars from one index to the other, one an indicator; they add up to the change exactly."""
    since, span = last_scored(scores, first=True), last_scored(scores)
    if since == span:
        raise InputError.at("change", f"only {label(span)} has an index; a change needs two periods")
    rows = [*records(explain(scores, span, since=since).to_frame())]
    top = rows[0]
    moved = {row["name"]: row["contribution"] for row in rows}
    away = absences(rows, (since, span))
    # What counts in neither period has no part in the change.
    shown = [name for name in scores.scheme.indicators if len(away[name]) < 2]
    before, after = top["score_before"], top["score"]
    moves = [moved[name] for name in shown]
    places = before + np.concatenate([[0], np.cumsum(moves)])
    labels = [_label(text, options.width) for text in (f"Index {label(since)}", f"Index {label(span)}")]
    labels[1:1] = [_label(indicator_title(scores, name), options.width, *away[name]) for name in shown]
    tall = [max(ROW, extent(text, LABEL)[1] + 0.06) for text in labels]
    texts = [number(before), *(f"{move:+z.3f}" for move in moves), number(after)]
    left, right = widest(labels) + 0.25, widest(texts) + 0.2
    ground = bands_of(scores.scheme, (0.0, 1.0), options.width - left - right, upright=False)
    keys = [Key("raises the index", patch=UP.look()), Key("lowers it", patch=DOWN.look())]
    partial = [top[stage] <= 1 - 1e-12 for stage in ("coverage_before", "coverage")]
    keys += [PARTIAL_KEY] if any(partial) else []
    said = caption(
        scores,
        "Each bar starts where the one above ends. Contributions are Shapley values and add up to the change "
        "exactly. The ground shows the bands.",
        "What counts in only one of the two periods contributes by joining the index or leaving it."
        if any(away[name] for name in shown)
        else "",
    )
    pair = countries(scores.dyads[0])
    title = options.title or f"What moved the index of {pair} from {label(since)} to {label(span)}"
    sheet = Sheet(options.width, title, said, left, right, [*keys, *ground.keys])
    panel = Panel("Index (score, 0 to 1)", float(sum(tall)), above=ground.room, below=0.25)
    figure, (axes,) = composed(sheet, [panel])
    ground.draw(axes)
    edges = np.concatenate([[0], np.cumsum(tall)])
    middles = (edges[1:] + edges[:-1]) / 2
    _total(axes, middles[0], before, partial[0], "before")
    for i, (name, move) in enumerate(zip(shown, moves, strict=True)):
        look = (UP if move >= 0 else DOWN).look()
        axes.barh(middles[i + 1], move, 0.15, left=places[i], **look, zorder=2, label=name)
    _total(axes, middles[-1], after, partial[1], "after")
    ends = [before, *places[1:]]
    for i, place in enumerate(ends):
        axes.vlines(place, middles[i], middles[i + 1], color=FAINT, linewidth=0.7, zorder=1.5)
    for middle, text in zip(middles, texts, strict=True):
        beside(axes, middle, text, right)
    axes.set_xlim(0, 1)
    axes.set_ylim(edges[-1], 0)
    axes.set_yticks(middles, labels)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", ".25", ".5", ".75", "1"])
    plain(axes)
    axes.tick_params(axis="y", length=0)
    return figure


def _label(name: str, width: float, why: str = "") -> str:
    """A name, and below it why it does not count in one of the periods."""
    room = SIDE * width - 0.3
    return "\n".join(wrapped(text, LABEL, room, 2) for text in (name, f"({why})" if why else "") if text)


def _total(axes: Axes, middle: float, score: float, partial: bool, gid: str) -> None:
    axes.barh(middle, score, 0.15, **TOTAL.look(), zorder=2, label=gid)
    face = "white" if partial else INK
    axes.plot(
        score, middle, "o", markersize=4.8, markerfacecolor=face, markeredgecolor=INK, zorder=4, gid=gid,
        clip_on=False,
    )  # fmt: skip
