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
from bci.output.plots.bands_and_periods import dots, in_order
from bci.output.plots.layout import Drawing, in_rows
from bci.output.plots.style import EDGE, LABEL, NO_SCORE, RAMP, readable_on, shade
from bci.output.plots.text import countries, plain_name, width_of
from bci.scoring.scores import Scores

ROW = 0.24
#: Indicators stand below their dimension; spaces that do not break are kept in every format.
INDENT = "\u00a0" * 4


def indicators(scores: Scores, options: Options) -> Drawing:
    """A cell a name and period with the score in digits where they fit; hatched where there is none."""
    title = f"Scores of {countries(scores.dyad(None))}, indicator by indicator"
    score, coverage = scores.column("score").T, scores.column("coverage").T
    missing = np.isnan(score)
    names = [plain_name(scores, name) for _, name in scores.names]
    page, edges, middles = in_rows(scores, options, "Score, 0 to 1, by period", names, ROW)
    [axes] = page.axes
    axes.spines[:].set_visible(False)
    page.left += width_of(INDENT, LABEL) + 0.05
    axes.tick_params(axis="x", length=0)
    axes.tick_params(axis="y", pad=72 * (page.left - 0.1))
    labels = [text.get_text() for text in axes.get_yticklabels()]
    indents = [INDENT if level == "indicator" else "" for level, _ in scores.names]
    axes.set_yticks(middles, list(map(textwrap.indent, labels, indents)))
    for text, (level, _) in zip(axes.get_yticklabels(), scores.names, strict=True):
        text.set(horizontalalignment="left", fontweight="bold" if level == "index" else "normal")
    at = in_order(page, axes)
    corners = (np.arange(len(at) + 1) - 0.5, edges)
    cells: dict[str, Any] = {"linewidth": 0.4, "zorder": 1}
    axes.pcolormesh(*corners, score, cmap=RAMP, vmin=0, vmax=1, edgecolor="white", gid="scores", **cells)
    cell = page.across / len(at)
    small: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": LABEL - 0.5}
    if width_of(".888", LABEL) + 0.16 <= cell:
        for row, place in np.argwhere(~missing):
            digits = numbers.score(score[row, place], zero=False, digits=3 if cell > 0.5 else 2)
            axes.text(place, middles[row], digits, color=readable_on(shade(score[row, place])), **small)
    row, place = np.nonzero(~missing & is_partial(coverage))
    right = np.asarray(place + 0.5 - min(0.09 / cell, 0.5), dtype=float)
    dots(page, axes, right, edges[row] + 0.07, np.ones(len(row), dtype=bool), "scores", markersize=3)
    if missing.any():
        white, none = ListedColormap(["white"]), np.ma.masked_where(~missing, missing)
        hatch = {"edgecolor": EDGE, "hatch": NO_SCORE["hatch"], "gid": "no-score"}
        axes.pcolor(*corners, none, cmap=white, **hatch, **cells)
        page.note(Patch(**NO_SCORE, label="no score"))
    for row in np.flatnonzero(missing.all(axis=1)):
        # Nobody shall take a row without any score for low scores.
        reason = "no score" if coverage[row].any() else "no data"
        box = {"facecolor": "white", "edgecolor": "none", "pad": 1}
        axes.text((len(at) - 1) / 2, middles[row], reason, bbox=box, **small)
    for tick in (0, 0.25, 0.5, 0.75, 1):
        page.keys.append(Patch(facecolor=shade(tick), edgecolor=EDGE, linewidth=0.4, label=f"{tick:g}"))
    return page.finished(title, "The darker, the higher the score.")
