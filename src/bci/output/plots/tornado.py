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
from bci.numbers import number, percent
from bci.output.plots import Options
from bci.output.plots.bands_and_periods import ground, last_scored
from bci.output.plots.caption import caption, countries, plain_name, settled
from bci.output.plots.layout import SIDE, Drawing, finished, laid_out, name_rows, page, rows, wrapped
from bci.output.plots.style import EDGE, FAINT, INK, LABEL, NOTE, Fill
from bci.scoring.scores import Scores
from bci.sensitivity_analysis.one_at_a_time import one_at_a_time

ROW = 0.24
HALF, DOUBLE = Fill("#d5dbe6", "////"), Fill("#2f5f9e", "")


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
    names = _names(scores, table, SIDE * options.width - 0.3)
    edges, middles = rows(names, ROW)
    figure, (axes,) = page(options.width, {"Index (score, 0 to 1)": edges[-1]})
    name_rows(axes, edges, middles, names)
    ends = table[["at_zero", "at_one", "halved", "doubled"]].to_numpy(dtype=float)
    low, high = np.nanmin(ends, initial=index), np.nanmax(ends, initial=index)
    margin = max(0.04 * (high - low), 0.01)
    limits = (max(low - margin, 0.0), min(high + margin, 1.0))
    axes.set_xlim(limits)
    bands = ground(axes, scores.scheme, upright=False)
    for middle, (_, weight) in zip(middles, table.iterrows(), strict=True):
        _bar(axes, middle, weight, index)
    axes.axvline(index, color=INK, linewidth=1.2, linestyle="--", zorder=3, gid="index")
    most = max(2, int(laid_out(figure) / 0.6))
    ticks = [
        x for x in MaxNLocator(most, steps=[1, 2, 5, 10]).tick_values(*limits) if limits[0] <= x <= limits[1]
    ]
    axes.set_xticks(ticks, [f"{tick:g}".removeprefix("0") or "0" for tick in ticks])
    keys = [
        Patch(**HALF.look(), label="weight halved"),
        Patch(**DOUBLE.look(), label="weight doubled"),
        Line2D([], [], color=FAINT, linewidth=0.8, label="from no weight to all of its level"),
        Line2D([], [], color=INK, linewidth=1.2, linestyle="--", label=f"index {number(index)}"),
        *bands.unnamed(),
    ]
    below = caption(
        scores,
        "One weight at a time is changed, the others keep their proportions; in brackets the share of its "
        "level it has now. The ground shows the bands.",
        "What has no data has no weight to move." if table["swing"].isna().any() else "",
        "What is alone with data has nothing to be weighed against." if (table["share"] == 1).any() else "",
        settled(scores),
    )
    title = f"Which weight matters most for {countries(scores.dyads[0])}, {label(span)}"
    return finished(figure, options.title or title, keys, below)


def _names(scores: Scores, table: pd.DataFrame, room: float) -> list[str]:
    levels = {name: level for level, name in scores.names}
    return [
        wrapped(
            plain_name(scores, levels[name], name) + ("" if np.isnan(share) else f" ({percent(share)})"),
            *(LABEL, room, 3),
        )
        for name, share in zip(table["weight"], table["share"], strict=True)
    ]


def _bar(axes: Axes, middle: float, weight: pd.Series, index: float) -> None:
    alone = weight["share"] == 1
    if alone or np.isnan(weight["swing"]):
        box = {"facecolor": "white", "edgecolor": EDGE, "pad": 1.2, "linewidth": 0.4}
        word = "alone with data" if alone else "no data"
        at = (0.01, middle)
        axes.annotate(word, at, xycoords=axes.get_yaxis_transform(), va="center", fontsize=NOTE, bbox=box)
        return
    axes.hlines(middle, weight["at_zero"], weight["at_one"], color=FAINT, linewidth=0.8, zorder=1.5)
    for end, fill in (("halved", HALF), ("doubled", DOUBLE)):
        name = f"{weight['weight']} {end}"
        axes.barh(middle, weight[end] - index, 0.15, left=index, **fill.look(), zorder=2, label=name)
