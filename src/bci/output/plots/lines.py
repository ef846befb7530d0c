"""The index and its dimensions over time, on the ground of the bands, with what weights could do to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from bci.arrays import Array, Mask
from bci.errors import InputError
from bci.model.bands import is_partial
from bci.model.periods import Span
from bci.output.plots import Options
from bci.output.plots.bands_and_periods import (
    QUARTERS,
    dots,
    ground,
    hatched,
    in_time,
    name_periods,
    notes_on_data,
)
from bci.output.plots.caption import about, caption, countries, plain_name, settled
from bci.output.plots.layout import Drawing, finished, laid_out, page
from bci.output.plots.style import FAINT, FAR, NEAR, STROKES, THICK, Stroke, clean
from bci.scoring.scores import Scores
from bci.sensitivity_analysis.summary import sensitivity

INDEX, DIMENSIONS = (f"{what} (score, 0 to 1, by period)" for what in ("Index", "Dimensions"))
HEIGHTS = (2.4, 1.9)
#: Columns of a range over weights, and how it is drawn.
RANGES: dict[str, tuple[tuple[str, str], dict[str, Any]]] = {
    "reach": (("low", "high"), {"color": FAR, "linewidth": 1.0}),
    "reach-within": (("low_within", "high_within"), {"color": NEAR, "linewidth": 4.5}),
}


@dataclass(frozen=True)
class Line:
    """Scores of one name over the periods; `low` and `high` where missing data leave no more than a range."""

    label: str
    stroke: Stroke
    score: Array
    coverage: Array
    low: Array
    high: Array

    @classmethod
    def of(cls, scores: Scores, label: str, stroke: Stroke, name: str = "index", *, dyad: int = 0) -> Line:
        """The line of one name of one dyad."""
        cells = (slice(dyad * len(scores.periods), (dyad + 1) * len(scores.periods)), scores.place(name))
        score, coverage = (scores.column(stage)[cells] for stage in ("score", "coverage"))
        if scores.index.low is None:
            low = high = np.full(len(score), np.nan)
        else:
            low, high = (
                np.where(np.isnan(score), scores.column(stage)[cells], np.nan) for stage in ("low", "high")
            )
        return cls(label, stroke, score, coverage, low, high)

    @property
    def partial(self) -> Mask:
        """Where the score rests on partial data."""
        partial: Mask = ~np.isnan(self.score) & is_partial(self.coverage)
        return partial

    @property
    def empty(self) -> Mask:
        """Where there is neither a score nor a range."""
        empty: Mask = np.isnan(self.score) & np.isnan(self.low)
        return empty


def index(scores: Scores, options: Options) -> Drawing:
    """The index over time: of one dyad with its dimensions and ranges, or of several dyads."""
    if len(scores.dyads) > len(STROKES):
        message = (
            f"draws at most {len(STROKES)} dyads (found {len(scores.dyads):,}); choose some with --dyad, or "
            "rank them with bci plot partners"
        )
        raise InputError.at("index", message)
    if len(scores.dyads) > 1:
        lines = [
            Line.of(scores, countries(dyad), stroke, dyad=number)
            for number, (dyad, stroke) in enumerate(zip(scores.dyads, STROKES, strict=False))
        ]
        title = f"How intensely {len(lines)} pairs of countries cooperate"
        return _figure({INDEX: lines}, scores, options, title)
    lines = [
        Line.of(scores, plain_name(scores, "dimension", name), STROKES[i % len(STROKES)], name)
        for i, name in enumerate(scores.scheme.tree)
    ]
    panels = {INDEX: [Line.of(scores, "Index", THICK)], DIMENSIONS: lines}
    ranges = sensitivity(scores, within=options.within).to_frame().query("level == 'index'")
    return _figure(panels, scores, options, f"How intensely {countries(scores.dyads[0])} cooperate", ranges)


def schemes(scores: Scores, options: Options) -> Drawing:
    """The index of one dyad under several schemes, on the ground of the first scheme's bands."""
    every = (scores, *options.others)
    dyad = scores.dyad(None)
    names = [each.scheme.name for each in every]
    if not 2 <= len(every) <= len(STROKES) or len(set(names)) < len(names):
        message = f"draws 2 to {len(STROKES)} schemes of different names (found {', '.join(names)})"
        raise InputError.at("schemes", message)
    for each in every[1:]:
        if (each.dyads, each.periods) != (scores.dyads, scores.periods):
            message = f"scheme {each.scheme.name} is scored for other dyads or periods than {names[0]}"
            raise InputError.at("schemes", message)
    lines = [
        Line.of(each, clean(each.scheme.name, 80), stroke)
        for each, stroke in zip(every, STROKES, strict=False)
    ]
    edges = {tuple(each.scheme.bands.items()) for each in every}
    further = ["The bands are those of the first scheme; others have their own."] if len(edges) > 1 else []
    title = f"{countries(dyad)} under {len(every)} schemes of weights"
    return _figure({INDEX: lines}, scores, options, title, further=[*further, *map(about, every[1:])])


def _figure(
    panels: dict[str, list[Line]],
    scores: Scores,
    options: Options,
    title: str,
    ranges: pd.DataFrame | None = None,
    further: Sequence[str] = (),
) -> Drawing:
    """Panels of lines below each other, all on the same years; the ranges belong to the first."""
    figure, every_axes = page(options.width, dict(zip(panels, HEIGHTS, strict=False)))
    bands = []
    for axes, lines in zip(every_axes, panels.values(), strict=True):
        axes.set_ylim(0, 1)
        axes.set_yticks(**QUARTERS)
        bands.append(ground(axes, scores.scheme, upright=True))
        at = in_time(axes, scores.periods)
        _draw(axes, at, scores.periods, lines)
    width = laid_out(figure)
    for axes in every_axes:
        name_periods(axes, at, scores.periods, width)
    every = [line for lines in panels.values() for line in lines]
    partial = any(line.partial.any() for line in every)
    gone = any(np.all([line.empty for line in lines], axis=0).any() for lines in panels.values())
    keys: list[Artist] = [
        Line2D([], [], **line.stroke.look(), marker=line.stroke.marker, markersize=4.5, label=line.label)
        for line in every
    ]
    keys += notes_on_data(partial, gone)
    if ranges is not None:
        keys += _ranges(every_axes[0], at, ranges, options.within)
    if any(not np.isnan(line.low).all() for line in every):
        keys.append(Line2D([], [], color=FAINT, linestyle=":", label="range that missing data leave"))
    unnamed = max([each.unnamed() for each in bands], key=len)
    keys += unnamed
    below = caption(
        scores,
        "Each period stands at its middle year. The ground shows the bands.",
        "" if ranges is None else settled(scores),
    )
    return finished(figure, options.title or title, keys, [*below, *further])


def _draw(axes: Axes, at: Array, periods: Sequence[Span], lines: Sequence[Line]) -> None:
    for start, end in _runs(periods, np.all([line.empty for line in lines], axis=0)):
        hatched(axes, start - 0.5, end + 0.5)
    lengths = np.array([end - start + 1 for start, end in periods])
    # Years that no period holds are a gap, too.
    breaks = [i for i in range(1, len(periods)) if periods[i][0] != periods[i - 1][1] + 1]
    for number, line in enumerate(lines):
        gid, stroke = f"line-{number}", line.stroke
        x, y = np.insert(at, breaks, at[breaks]), np.insert(line.score, breaks, np.nan)
        axes.plot(x, y, **stroke.look(), label=line.label, gid=gid, zorder=3)
        known = ~np.isnan(line.score)
        marks = (at[known], line.score[known], line.partial[known])
        dots(axes, *marks, gid, color=stroke.colour, marker=stroke.marker)
        if not np.isnan(line.low).all():
            # Beside each other, as the ranges of several lines often cover the same scores.
            aside = at + 0.08 * lengths * (number - (len(lines) - 1) / 2)
            x, low, high = (values[~np.isnan(line.low)] for values in (aside, line.low, line.high))
            axes.vlines(x, low, high, colors=stroke.colour, linestyles=":", gid=f"{gid}-range")


def _ranges(axes: Axes, at: Array, table: pd.DataFrame, within: float) -> Iterator[Artist]:
    """Draw how far weights could move the index; entries of the legend."""
    words = {
        "reach": "index under any weights",
        "reach-within": f"index with each weight within {within:.0%} of itself",
    }
    for gid, (ends, look) in RANGES.items():
        low, high = (table[end].to_numpy(dtype=float) for end in ends)
        known = ~np.isnan(low)
        axes.vlines(at[known], low[known], high[known], **look, zorder=2, gid=gid)
        if known.any():
            yield Line2D([], [], **look, label=words[gid])


def _runs(periods: Sequence[Span], wanted: Mask) -> Iterator[Span]:
    """Neighbouring periods that are wanted, as whole spans of years."""
    run: Span | None = None
    for (start, end), taken in zip(periods, wanted, strict=True):
        if run and (not taken or start != run[1] + 1):
            yield run
            run = None
        if taken:
            run = (run[0], end) if run else (start, end)
    if run:
        yield run
