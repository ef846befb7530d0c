"""How sure the bands are: the share of all weightings that give each, period by period."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from bci.model.bands import band, is_partial
from bci.numbers import number
from bci.output.plots import Options
from bci.output.plots.bands_and_periods import MARK, dots, hatched, in_order
from bci.output.plots.layout import Drawing, Page
from bci.output.plots.style import NOTE, fill, readable_on, steps
from bci.output.plots.text import countries, settled, width_of
from bci.scoring.scores import Scores
from bci.sensitivity_analysis.summary import sensitivity

HEIGHT, WIDE = 2.6, 0.78
#: Inches by which mark and number stand above and below the middle of a part that holds both.
APART = 0.07
HATCHES = ("", "....", "////", "")


def bands(scores: Scores, options: Options) -> Drawing:
    """Columns of 100 per cent, a part a band; a diamond marks the band of the scheme itself."""
    title = f"How many weightings put {countries(scores.dyad(None))} in each band"
    table = sensitivity(scores).shares().query("name == 'index' and over == 'both'")
    words = list(scores.scheme.bands)
    shares = np.nan_to_num(100 * table[words].to_numpy(dtype=float))
    score, coverage = scores.index.score[:, 0], scores.index.coverage[:, 0]
    known = ~np.isnan(score)
    page = Page(scores, options, {"Share of all weightings (per cent), by period": HEIGHT})
    [axes] = page.axes
    axes.set_ylim(0, 100)
    axes.set_yticks([0, 25, 50, 75, 100], ["0%", "25%", "50%", "75%", "100%"])
    page.left += 0.35
    at = in_order(page, axes)
    numbered = WIDE * page.across / len(at) >= width_of("88", NOTE) + 0.06
    of_scheme = band(score, scores.scheme.edges)
    bottom, marks = np.zeros(len(at)), np.full(len(at), np.nan)
    for place, (word, colour) in enumerate(zip(words, steps(len(words)), strict=True)):
        look = fill(colour, HATCHES[place % len(HATCHES)])
        page.keys.append(Patch(**look, label=word))
        heights, marked = shares[:, place], of_scheme == place
        axes.bar(at, heights, WIDE, bottom=bottom, **look, zorder=2, label=word)
        # Where there is room for both, the mark stands above the number, else alone.
        written = numbered & (heights * HEIGHT / 100 >= np.where(marked, 0.3, 0.16))
        middle, apart = bottom + heights / 2, written * marked * APART * 100 / HEIGHT
        marks[marked] = (middle + apart)[marked]
        box = {"facecolor": colour, "edgecolor": "none", "pad": 0.8}
        ink: dict[str, Any] = {"fontsize": NOTE, "color": readable_on(colour), "bbox": box, "zorder": 3}
        for i in np.flatnonzero(written):
            spot = (at[i], middle[i] - apart[i])
            axes.text(*spot, number(heights[i], 0), ha="center", va="center", **ink)
        bottom += heights
    diamond = {**MARK, "marker": "D", "markersize": 5, "markeredgecolor": "white"}
    page.keys.append(Line2D([], [], **diamond, label="band under the scheme's own weights"))
    partial = is_partial(coverage[known])
    dots(page, axes, at[known], marks[known], partial, "own", rim="white", marker="D", markersize=5)
    hatched(page, axes, at - 0.5, at + 0.5, ~known)
    return page.finished(
        title,
        "All weightings: every weight of the dimensions and of the indicators inside each, equally likely; "
        "exact shares, not draws.",
        settled(scores),
    )
