"""Every score in every period: names down, periods across, the darker the higher."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from bci import numbers
from bci.arrays import Array
from bci.output.plots.caption import caption, countries, plain_name
from bci.output.plots.ground import MISSING_KEY, hollow, in_order, is_partial
from bci.output.plots.options import Options
from bci.output.plots.sheet import Key, Panel, Sheet, composed, extent, widest, wrapped
from bci.output.plots.style import EDGE, INK, LABEL, MISSING_HATCH, readable_on, shade
from bci.scoring.scores import Scores

ROW = 0.24
#: The share of a figure that labels at its side may take.
SIDE = 0.42


def indicators(scores: Scores, options: Options) -> Figure:
    """A cell a name and period with the score in digits where they fit; hatched where there is none."""
    dyad = scores.dyad(None)
    score, coverage = scores.column("score").T, scores.column("coverage").T
    labels = [
        wrapped(plain_name(scores, level, name), LABEL, SIDE * options.width - 0.35, 2)
        for level, name in scores.names
    ]
    indents = [0.12 if level == "indicator" else 0.0 for level, _ in scores.names]
    left = max(widest([label], LABEL) + indent for label, indent in zip(labels, indents, strict=True)) + 0.2
    tall = np.array([max(ROW, extent(label, LABEL)[1] + 0.06) for label in labels])
    ticks = in_order(scores.periods, options.width - left - 0.12)
    cell = (options.width - left - 0.12) / len(scores.periods)
    partial = is_partial(score, coverage)
    said = caption(scores, "The darker, the higher the score.")
    keys = [
        Key(f"{level:g}", patch={"facecolor": shade(level), "edgecolor": EDGE, "linewidth": 0.4})
        for level in (0.0, 0.25, 0.5, 0.75, 1.0)
    ]
    if partial.any():
        keys.append(hollow(size=3))
    keys += [MISSING_KEY] if np.isnan(score).any() else []
    title = options.title or f"Scores of {countries(dyad)}, indicator by indicator"
    sheet = Sheet(options.width, title, said, left, 0.12, keys)
    panel = Panel("Score, 0 to 1, by period", float(tall.sum()), below=ticks.room)
    figure, (axes,) = composed(sheet, [panel])
    tops = np.concatenate([[0], np.cumsum(tall)])
    for n, (label, indent) in enumerate(zip(labels, indents, strict=True)):
        middle = (tops[n] + tops[n + 1]) / 2
        axes.annotate(
            label,
            (0, middle),
            (-(left - 0.1 - indent) * 72, 0),
            xycoords=axes.get_yaxis_transform(),
            textcoords="offset points",
            va="center",
            fontsize=LABEL,
            fontweight="bold" if scores.names[n][0] == "index" else "normal",
        )
        _row(axes, score[n], partial[n], tops[n], tall[n], cell, scores.names[n][1])
        if np.isnan(score[n]).all():
            _nothing(axes, (len(score[n]) - 1) / 2, middle, "no score" if coverage[n].any() else "no data")
    axes.set_ylim(tops[-1], 0)
    axes.set_yticks([])
    ticks.draw(axes)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, pad=3, labelsize=LABEL)
    return figure


def _digits_fit(cell: float) -> bool:
    return extent(".888", LABEL)[0] + 0.16 <= cell


def _row(
    axes: Axes, score: Array, partial: NDArray[np.bool_], top: float, tall: float, cell: float, name: str
) -> None:
    middle = top + tall / 2
    for p, value in enumerate(score):
        missing = np.isnan(value)
        colour = "white" if missing else shade(float(value))
        axes.add_patch(
            Rectangle(
                (p - 0.5, top),
                1,
                tall,
                facecolor=colour,
                edgecolor=EDGE if missing else "white",
                hatch=MISSING_HATCH if missing else None,
                linewidth=0.4,
                gid=f"{name}-{p}",
            )
        )
        if not missing and _digits_fit(cell):
            text = numbers.score(float(value), digits=3 if cell > 0.5 else 2, zero=False)
            axes.text(
                p, middle, text, ha="center", va="center", fontsize=LABEL - 0.5, color=readable_on(colour)
            )
        if partial[p]:
            corner = (p + 0.5 - min(0.09 / cell, 0.5), top + 0.07)
            axes.plot(*corner, "o", markersize=3, markerfacecolor="white", markeredgecolor=INK, gid="partial")


def _nothing(axes: Axes, at: float, middle: float, text: str) -> None:
    """Say over the hatching that a whole row is missing, so that nobody takes it for low scores."""
    box = {"facecolor": "white", "edgecolor": "none", "pad": 1}
    axes.text(at, middle, text, ha="center", va="center", fontsize=LABEL - 0.5, bbox=box)
