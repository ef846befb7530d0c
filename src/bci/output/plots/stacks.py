"""What each indicator adds to the index: stacked contributions, period by period."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from bci.output.plots.caption import caption, countries, indicator_title
from bci.output.plots.ground import MISSING_KEY, PARTIAL_KEY, bands_of, hatched, in_order, is_partial
from bci.output.plots.options import Options
from bci.output.plots.sheet import Key, Panel, Sheet, composed, plain
from bci.output.plots.style import INK, fills
from bci.scoring.explanation import explain
from bci.scoring.scores import Scores

HEIGHT = 2.8


def contributions(scores: Scores, options: Options) -> Figure:
    """Stacked bars whose height is the index; a period without an index has none."""
    dyad = scores.dyad(None)
    names = scores.scheme.indicators
    parts = np.array([_parts(scores, number) for number in range(len(scores.periods))])
    score, coverage = scores.index.score[:, 0], scores.index.coverage[:, 0]
    ground = bands_of(scores.scheme, (0.0, 1.0), HEIGHT, upright=True)
    right = max(ground.room, 0.15)
    ticks = in_order(scores.periods, options.width - 0.4 - right)
    looks = fills(scores.scheme.tree)
    dot: dict[str, Any] = {"color": INK, "marker": "o", "linestyle": "", "markersize": 4.8}
    keys = [Key(indicator_title(scores, name), patch=looks[name].look()) for name in names]
    keys.append(Key("index", line=dot))
    partial, gone = is_partial(score, coverage), np.isnan(score)
    keys += ([PARTIAL_KEY] if partial.any() else []) + ([MISSING_KEY] if gone.any() else [])
    said = caption(
        scores,
        "Contributions are Shapley values and add up to the index; a hatch is a dimension, and the order "
        "upwards is that of the legend. The ground shows the bands.",
    )
    title = options.title or f"What the index of {countries(dyad)} is made of"
    sheet = Sheet(options.width, title, said, 0.4, right, [*keys, *ground.keys])
    panel = Panel("Contribution to the index (score, 0 to 1), by period", HEIGHT, below=ticks.room)
    figure, (axes,) = composed(sheet, [panel])
    ground.draw(axes)
    below = np.zeros(len(score))
    for i, name in enumerate(names):
        own = np.nan_to_num(parts[:, i])
        bars = axes.bar(ticks.at, own, 0.7, bottom=below, **looks[name].look(), zorder=2, label=name)
        for number, bar in enumerate(bars):
            bar.set_gid(f"{name}-{number}")
        below += own
    for place in np.flatnonzero(gone):
        hatched(axes, place - 0.5, place + 0.5)
    for marked, face, gid in ((partial, "white", "partial"), (~partial & ~gone, INK, "full")):
        axes.plot(
            ticks.at[marked], score[marked], **dot, markerfacecolor=face, gid=gid, clip_on=False, zorder=4
        )
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", ".25", ".5", ".75", "1"])
    ticks.draw(axes)
    plain(axes)
    return figure


def _parts(scores: Scores, number: int) -> list[float]:
    """Contribution of every indicator in one period, in the order of the scheme."""
    frame = explain(scores, scores.periods[number]).to_frame()
    own = frame[frame["level"] == "indicator"].set_index("name")["contribution"]
    return [float(own[name]) for name in scores.scheme.indicators]
