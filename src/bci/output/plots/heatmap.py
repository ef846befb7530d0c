"""Every score in every period: names down, periods across, the darker the higher."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.patches import Patch

from bci import numbers
from bci.model.bands import is_partial
from bci.output.plots import Options
from bci.output.plots.bands_and_periods import in_order, name_periods, notes_on_data
from bci.output.plots.caption import caption, countries, plain_name
from bci.output.plots.layout import (
    SIDE,
    Drawing,
    finished,
    laid_out,
    name_rows,
    page,
    rows,
    width_of,
    wrapped,
)
from bci.output.plots.style import EDGE, INK, LABEL, NO_SCORE, RAMP, readable_on, shade
from bci.scoring.scores import Scores

ROW = 0.24
#: Indicators stand below their dimension; spaces that do not break are kept in every format.
INDENT = "\u00a0" * 4


def indicators(scores: Scores, options: Options) -> Drawing:
    """A cell a name and period with the score in digits where they fit; hatched where there is none."""
    title = f"Scores of {countries(scores.dyad(None))}, indicator by indicator"
    score, coverage = scores.column("score").T, scores.column("coverage").T
    missing, partial = np.isnan(score), ~np.isnan(score) & is_partial(coverage)
    names = [
        textwrap.indent(
            wrapped(plain_name(scores, level, name), LABEL, SIDE * options.width - 0.35, 2),
            INDENT if level == "indicator" else "",
        )
        for level, name in scores.names
    ]
    edges, middles = rows(names, ROW)
    figure, (axes,) = page(options.width, {"Score, 0 to 1, by period": edges[-1]})
    at = in_order(axes, scores.periods)
    name_rows(axes, edges, middles, names)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, pad=3)
    widest = max(width_of(line, LABEL) for name in names for line in name.split("\n"))
    axes.tick_params(axis="y", pad=72 * widest + 8)
    for text, (level, _) in zip(axes.get_yticklabels(), scores.names, strict=True):
        text.set(horizontalalignment="left", fontweight="bold" if level == "index" else "normal")
    width = laid_out(figure)
    name_periods(axes, at, scores.periods, width)
    corners = (np.arange(len(at) + 1) - 0.5, edges)
    cells: dict[str, Any] = {"linewidth": 0.4, "zorder": 1}
    axes.pcolormesh(*corners, score, cmap=RAMP, vmin=0, vmax=1, edgecolor="white", gid="scores", **cells)
    if missing.any():
        white, none = ListedColormap(["white"]), np.ma.masked_where(~missing, missing)
        axes.pcolor(
            *corners, none, cmap=white, edgecolor=EDGE, hatch=NO_SCORE["hatch"], gid="no-score", **cells
        )
    cell = width / len(at)
    small: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": LABEL - 0.5}
    if width_of(".888", LABEL) + 0.16 <= cell:
        for row, place in np.argwhere(~missing):
            digits = numbers.score(score[row, place], zero=False, digits=3 if cell > 0.5 else 2)
            axes.text(place, middles[row], digits, color=readable_on(shade(score[row, place])), **small)
    row, place = np.nonzero(partial)
    ring: dict[str, Any] = {"markersize": 3, "markerfacecolor": "white", "markeredgecolor": INK}
    corner = (place + 0.5 - min(0.09 / cell, 0.5), edges[row] + 0.07)
    axes.plot(*corner, marker="o", linestyle="", **ring, gid="partial")
    for row in np.flatnonzero(missing.all(axis=1)):
        # Nobody shall take a row without any score for low scores.
        reason = "no score" if coverage[row].any() else "no data"
        box = {"facecolor": "white", "edgecolor": "none", "pad": 1}
        axes.text((len(at) - 1) / 2, middles[row], reason, bbox=box, **small)
    keys = [
        *(
            Patch(facecolor=shade(x), edgecolor=EDGE, linewidth=0.4, label=f"{x:g}")
            for x in (0, 0.25, 0.5, 0.75, 1)
        ),
        *notes_on_data(bool(partial.any()), bool(missing.any()), markersize=3),
    ]
    return finished(
        figure, options.title or title, keys, caption(scores, "The darker, the higher the score.")
    )
