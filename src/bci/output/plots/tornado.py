"""Which weight matters most: the index when one weight is halved, doubled, dropped or left alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from bci.errors import InputError
from bci.model.periods import Span, label
from bci.numbers import number
from bci.output.plots.caption import caption, countries, plain_name, settled
from bci.output.plots.ground import bands_of
from bci.output.plots.options import Options
from bci.output.plots.sheet import Key, Panel, Sheet, composed, extent, plain, widest, wrapped
from bci.output.plots.strip import ROW, SIDE
from bci.output.plots.style import EDGE, FAINT, INK, LABEL, NOTE, Fill
from bci.scoring.scores import ROW as LABELS
from bci.scoring.scores import Scores
from bci.sensitivity_analysis.one_at_a_time import one_at_a_time

HALF, DOUBLE = Fill("#d5dbe6", "////"), Fill("#2f5f9e", "")


def last_scored(scores: Scores, first: bool = False) -> Span:
    """The last (or first) period in which the only dyad has an index.

    Raises
    ------
    InputError
        If there is more than one dyad, or no period has an index.
    """
    dyad = scores.dyad(None)
    known = np.flatnonzero(~np.isnan(scores.index.score[:, 0]))
    if not len(known):
        spans = f"{label(scores.periods[0])} to {label(scores.periods[-1])}"
        message = f"{'-'.join(dyad)} has no index in any period from {spans}: too much is missing"
        raise InputError.at("plot", message)
    return scores.periods[known[0 if first else -1]]


def tornado(scores: Scores, options: Options) -> Figure:
    """Bars from the halved to the doubled weight, widest first; whiskers from nothing to everything."""
    span = last_scored(scores)
    row = scores.row(None, span)
    now = float(scores.index.score[row, 0])
    moved = one_at_a_time(scores).query("name == 'index'")
    here = moved[(moved[LABELS[2]] == span[0]) & (moved[LABELS[3]] == span[1])]
    here = here.sort_values("swing", ascending=False, kind="stable", na_position="last")
    if here.empty:
        message = f"scheme {scores.scheme.name} has a single member on each level: no weight can move"
        raise InputError.at("plot", message)
    labels = _labels(scores, here, SIDE * options.width - 0.3)
    left, right = widest(labels) + 0.25, 0.2
    tall = [max(ROW, extent(text, LABEL)[1] + 0.06) for text in labels]
    ends = here[["at_zero", "at_one", "halved", "doubled"]].to_numpy(dtype=float)
    low, high = (float(end(ends[~np.isnan(ends)], initial=now)) for end in (np.min, np.max))
    margin = max(0.04 * (high - low), 0.01)
    limits = (max(low - margin, 0.0), min(high + margin, 1.0))
    ground = bands_of(scores.scheme, limits, options.width - left - right, upright=False)
    keys = [
        Key("weight halved", patch=HALF.look()),
        Key("weight doubled", patch=DOUBLE.look()),
        Key("from no weight to all of its level", line={"color": INK, "linewidth": 0.8}),
        Key(f"index {number(now)}", line={"color": INK, "linewidth": 1.2, "linestyle": "--"}),
        *ground.keys,
    ]
    said = caption(
        scores,
        "One weight at a time is changed, the others keep their proportions; in brackets the share of its "
        "level it has now. The ground shows the bands.",
        "What has no data has no weight to move." if here["swing"].isna().any() else "",
        "What is alone with data has nothing to be weighed against." if (here["share"] == 1).any() else "",
        settled(scores),
    )
    pair = countries(scores.dyads[0])
    title = options.title or f"Which weight matters most for {pair}, {label(span)}"
    sheet = Sheet(options.width, title, said, left, right, keys)
    panel = Panel("Index (score, 0 to 1)", float(sum(tall)), above=ground.room, below=0.25)
    figure, (axes,) = composed(sheet, [panel])
    ground.draw(axes)
    edges = np.concatenate([[0], np.cumsum(tall)])
    middles = (edges[1:] + edges[:-1]) / 2
    for middle, (_, weight) in zip(middles, here.iterrows(), strict=True):
        _bar(axes, middle, weight, now)
    axes.axvline(now, color=INK, linewidth=1.2, linestyle="--", zorder=3, gid="index")
    axes.set_xlim(limits)
    axes.set_ylim(edges[-1], 0)
    axes.set_yticks(middles, labels)
    ticks = MaxNLocator(max(2, int(sheet.across / 0.6)), steps=[1, 2, 5, 10]).tick_values(*limits)
    shown = [tick for tick in ticks if limits[0] <= tick <= limits[1]]
    axes.set_xticks(shown, [f"{tick:g}".removeprefix("0") or "0" for tick in shown])
    plain(axes)
    axes.tick_params(axis="y", length=0)
    return figure


def _labels(scores: Scores, here: pd.DataFrame, width: float) -> list[str]:
    level = {name: level for level, name in scores.names}
    return [
        wrapped(
            plain_name(scores, level[weight], weight) + ("" if np.isnan(share) else f" ({share:.0%})"),
            LABEL,
            width,
            3,
        )
        for weight, share in zip(here["weight"], here["share"], strict=True)
    ]


def _bar(axes: Axes, middle: float, weight: pd.Series, now: float) -> None:
    name = weight["weight"]
    alone = weight["share"] == 1
    if alone or np.isnan(weight["swing"]):
        word = "alone with data" if alone else "no data"
        box = {"facecolor": "white", "edgecolor": EDGE, "pad": 1.2, "linewidth": 0.4}
        at = (0.01, middle)
        axes.annotate(word, at, xycoords=axes.get_yaxis_transform(), va="center", fontsize=NOTE, bbox=box)
        return
    axes.hlines(
        middle, *sorted((weight["at_zero"], weight["at_one"])), color=FAINT, linewidth=0.8, zorder=1.5
    )
    for end, fill in (("halved", HALF), ("doubled", DOUBLE)):
        axes.barh(middle, weight[end] - now, 0.15, left=now, **fill.look(), zorder=2, label=f"{name} {end}")
