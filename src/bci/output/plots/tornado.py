"""Which weight matters most: the index when one weight is halved, doubled, dropped or left alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from bci.errors import InputError
from bci.model.periods import label
from bci.numbers import is_missing, number, percent
from bci.output.plots import Options
from bci.output.plots.bands_and_periods import ground, last_scored
from bci.output.plots.layout import Drawing, in_rows
from bci.output.plots.style import EDGE, FAINT, INK, NOTE, fill
from bci.output.plots.text import countries, plain_name, settled
from bci.scoring.scores import Scores
from bci.sensitivity_analysis.one_at_a_time import one_at_a_time

ROW = 0.24
HALF, DOUBLE = fill("#d5dbe6", "////"), fill("#2f5f9e")


def tornado(scores: Scores, options: Options) -> Drawing:
    """Bars from the halved to the doubled weight, widest first; whiskers from nothing to everything."""
    span = last_scored(scores)
    index = float(scores.index.score[scores.row(None, span), 0])
    table = one_at_a_time(scores).query(
        "name == 'index' and period_start == @span[0] and period_end == @span[1]"
    )
    table = table.sort_values("swing", ascending=False, kind="stable", na_position="last")
    if table.empty:
        message = f"scheme {scores.scheme.name} has a single member on each level: no weight can move"
        raise InputError.at("plot", message)
    names = [
        plain_name(scores, name) + ("" if is_missing(share) else f" ({percent(share)})")
        for name, share in zip(table["weight"], table["share"], strict=True)
    ]
    page, _, middles = in_rows(scores, options, "Index (score, 0 to 1)", names, ROW)
    [axes] = page.axes
    ends = table[["at_zero", "at_one", "halved", "doubled"]].to_numpy(dtype=float)
    low, high = np.nanmin(ends, initial=index), np.nanmax(ends, initial=index)
    margin = max(0.04 * (high - low), 0.01)
    low, high = max(low - margin, 0.0), min(high + margin, 1.0)
    ground(page, axes, upright=False, limits=(low, high))
    ticks = MaxNLocator(max(2, int(page.across / 0.6)), steps=[1, 2, 5, 10]).tick_values(low, high)
    ticks = ticks[(ticks >= low) & (ticks <= high)]
    axes.set_xticks(ticks, [f"{tick:g}".removeprefix("0") or "0" for tick in ticks])
    for middle, (_, weight) in zip(middles, table.iterrows(), strict=True):
        _bar(axes, middle, weight, index)
    axes.axvline(index, color=INK, linewidth=1.2, linestyle="--", zorder=3, gid="index")
    page.keys += [
        Patch(**HALF, label="weight halved"),
        Patch(**DOUBLE, label="weight doubled"),
        Line2D([], [], color=FAINT, linewidth=0.8, label="from no weight to all of its level"),
        Line2D([], [], color=INK, linewidth=1.2, linestyle="--", label=f"index {number(index)}"),
    ]
    return page.finished(
        f"Which weight matters most for {countries(scores.dyads[0])}, {label(span)}",
        "One weight at a time is changed, the others keep their proportions; in brackets the share of its "
        "level it has now. The ground shows the bands.",
        "What has no data has no weight to move." if table["swing"].isna().any() else "",
        "What is alone with data has nothing to be weighed against." if (table["share"] == 1).any() else "",
        settled(scores),
    )


def _bar(axes: Axes, middle: float, weight: pd.Series, index: float) -> None:
    """What one weight could do, or in words why nothing."""
    alone = weight["share"] == 1
    if alone or np.isnan(weight["swing"]):
        box = {"facecolor": "white", "edgecolor": EDGE, "pad": 1.2, "linewidth": 0.4}
        word, inside = "alone with data" if alone else "no data", axes.get_yaxis_transform()
        axes.text(0.01, middle, word, transform=inside, va="center", fontsize=NOTE, bbox=box)
        return
    axes.hlines(middle, weight["at_zero"], weight["at_one"], color=FAINT, linewidth=0.8, zorder=1.5)
    for end, look in (("halved", HALF), ("doubled", DOUBLE)):
        name = f"{weight['weight']} {end}"
        axes.barh(middle, weight[end] - index, 0.15, left=index, **look, zorder=2, label=name)
