"""What each indicator adds to the index: stacked contributions, period by period."""

from __future__ import annotations

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from bci.model.bands import is_partial
from bci.output.plots import Options
from bci.output.plots.bands_and_periods import (
    QUARTERS,
    dots,
    ground,
    hatched,
    in_order,
    name_periods,
    notes_on_data,
)
from bci.output.plots.caption import caption, countries, indicator_title
from bci.output.plots.layout import Drawing, finished, laid_out, page
from bci.output.plots.style import INK, fills
from bci.scoring.explanation import explain
from bci.scoring.scores import Scores


def contributions(scores: Scores, options: Options) -> Drawing:
    """Stacked bars whose height is the index; a period without an index has none."""
    title = f"What the index of {countries(scores.dyad(None))} is made of"
    score, coverage = scores.index.score[:, 0], scores.index.coverage[:, 0]
    known, partial = ~np.isnan(score), is_partial(coverage)
    looks = fills(scores.scheme.tree)
    figure, (axes,) = page(options.width, {"Contribution to the index (score, 0 to 1), by period": 2.8})
    axes.set_ylim(0, 1)
    axes.set_yticks(**QUARTERS)
    bands = ground(axes, scores.scheme, upright=True)
    at = in_order(axes, scores.periods)
    parts = np.array([_parts(scores, number) for number in range(len(scores.periods))])
    bottom = np.zeros(len(score))
    for name, height in zip(scores.scheme.indicators, np.nan_to_num(parts).T, strict=True):
        axes.bar(at, height, 0.7, bottom=bottom, **looks[name].look(), zorder=2, label=name)
        bottom += height
    for place in at[~known]:
        hatched(axes, place - 0.5, place + 0.5)
    dots(axes, at[known], score[known], partial[known], "index")
    name_periods(axes, at, scores.periods, laid_out(figure))
    keys = [
        *(Patch(**look.look(), label=indicator_title(scores, name)) for name, look in looks.items()),
        Line2D([], [], color=INK, marker="o", linestyle="", markersize=4.8, label="index"),
        *notes_on_data(partial=bool(partial[known].any()), missing=not known.all()),
        *bands.unnamed(),
    ]
    below = caption(
        scores,
        "Contributions are Shapley values and add up to the index; a hatch is a dimension, and the order "
        "upwards is that of the legend. The ground shows the bands.",
    )
    return finished(figure, options.title or title, keys, below)


def _parts(scores: Scores, number: int) -> list[float]:
    """Contribution of every indicator in one period, in the order of the scheme."""
    table = explain(scores, scores.periods[number]).to_frame().query("level == 'indicator'")
    contribution = table.set_index("name")["contribution"]
    return [float(contribution[name]) for name in scores.scheme.indicators]
