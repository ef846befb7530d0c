"""What each indicator adds to the index: stacked contributions, period by period."""

from __future__ import annotations

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from bci.model.bands import is_partial
from bci.output.plots import Options
from bci.output.plots.bands_and_periods import MARK, dots, ground, hatched, in_order
from bci.output.plots.layout import Drawing, Page
from bci.output.plots.style import fills
from bci.output.plots.text import countries, plain_name
from bci.scoring.explanation import explain
from bci.scoring.scores import Scores


def contributions(scores: Scores, options: Options) -> Drawing:
    """Stacked bars whose height is the index; a period without an index has none."""
    title = f"What the index of {countries(scores.dyad(None))} is made of"
    score, coverage = scores.index.score[:, 0], scores.index.coverage[:, 0]
    known = ~np.isnan(score)
    page = Page(scores, options, {"Contribution to the index (score, 0 to 1), by period": 2.8})
    [axes] = page.axes
    ground(page, axes, upright=True)
    at = in_order(page, axes)
    tables = [explain(scores, span).to_frame().set_index("name")["contribution"] for span in scores.periods]
    bottom = np.zeros(len(score))
    for name, look in fills(scores.scheme.tree).items():
        height = np.nan_to_num(np.array([table[name] for table in tables], dtype=float))
        axes.bar(at, height, 0.7, bottom=bottom, **look, zorder=2, label=name)
        page.keys.append(Patch(**look, label=plain_name(scores, name)))
        bottom += height
    page.keys.append(Line2D([], [], **MARK, label="index"))
    dots(page, axes, at[known], score[known], is_partial(coverage[known]), "index")
    hatched(page, axes, at - 0.5, at + 0.5, ~known)
    return page.finished(
        title,
        "Contributions are Shapley values and add up to the index; a hatch is a dimension, and the order "
        "upwards is that of the legend. The ground shows the bands.",
    )
