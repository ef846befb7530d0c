"""The index and its dimensions over time, on the ground of the bands, with what weights could do to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from bci.arrays import Array
from bci.errors import InputError
from bci.model.periods import Span
from bci.output.plots.caption import caption, countries, plain_name, settled
from bci.output.plots.ground import (
    MISSING_KEY,
    PARTIAL_KEY,
    Ticks,
    bands_of,
    hatched,
    in_time,
    is_partial,
    runs,
)
from bci.output.plots.options import Options
from bci.output.plots.sheet import Key, Panel, Sheet, composed, plain
from bci.output.plots.style import FAINT, STROKES, THICK, Stroke
from bci.scoring.scores import Scores
from bci.sensitivity_analysis.summary import Sensitivity, sensitivity

NEAR, FAR = "#9db4d3", "#4f6384"
SCORE = "score, 0 to 1, by period"


@dataclass(frozen=True)
class Line:
    """Scores of one name over the periods; `low` and `high` where missing data leave a range, else None."""

    label: str
    stroke: Stroke
    score: Array
    coverage: Array
    low: Array | None = None
    high: Array | None = None

    @property
    def key(self) -> Key:
        """Its entry of the legend."""
        return Key(self.label, line={**_look(self.stroke), "marker": self.stroke.marker, "markersize": 4.5})


def index(scores: Scores, options: Options) -> Figure:
    """The index over time: of one dyad with its dimensions and ranges, or of several dyads."""
    if len(scores.dyads) > len(STROKES):
        message = (
            f"draws at most {len(STROKES)} dyads (found {len(scores.dyads):,}); choose some with --dyad, or "
            "rank them with bci plot partners"
        )
        raise InputError.at("index", message)
    if len(scores.dyads) > 1:
        lines = [
            line_of(scores, countries(dyad), stroke, dyad=number)
            for number, (dyad, stroke) in enumerate(zip(scores.dyads, STROKES, strict=False))
        ]
        title = f"How intensely {len(lines)} pairs of countries cooperate"
        return lines_figure([(f"Index ({SCORE})", lines)], scores, options, title)
    whole = line_of(scores, "Index", THICK)
    lines = [
        line_of(scores, plain_name(scores, "dimension", name), STROKES[i % len(STROKES)], name)
        for i, name in enumerate(scores.scheme.tree)
    ]
    title = f"How intensely {countries(scores.dyads[0])} cooperate"
    panels = [(f"Index ({SCORE})", [whole]), (f"Dimensions ({SCORE})", lines)]
    return lines_figure(panels, scores, options, title, sensitivity(scores, within=options.within))


def line_of(scores: Scores, label: str, stroke: Stroke, name: str = "index", *, dyad: int = 0) -> Line:
    """The line of one name of one dyad."""
    rows = slice(dyad * len(scores.periods), (dyad + 1) * len(scores.periods))
    place = scores.place(name)
    stages = {stage: scores.column(stage)[rows, place] for stage in ("score", "coverage")}
    if scores.index.low is not None:
        stages |= {stage: scores.column(stage)[rows, place] for stage in ("low", "high")}
    return Line(label, stroke, **stages)


def lines_figure(
    panels: Sequence[tuple[str, Sequence[Line]]],
    scores: Scores,
    options: Options,
    title: str,
    ranges: Sensitivity | None = None,
    further: Sequence[str] = (),
) -> Figure:
    """Panels of lines below each other, all on the same years; the ranges belong to the first."""
    lines = [line for _, own in panels for line in own]
    tall = [2.4, *([1.9] * (len(panels) - 1))]
    grounds = [bands_of(scores.scheme, (0.0, 1.0), height, upright=True) for height in tall]
    right = max(max(ground.room for ground in grounds), 0.15)
    ticks = in_time(scores.periods, options.width - 0.4 - right)
    reach = None if ranges is None else ranges.to_frame().query("level == 'index'")
    unknown = any(_unknown(line).any() for line in lines)
    gone = any(_nothing(own).any() for _, own in panels)
    keys = [line.key for line in lines]
    keys += [PARTIAL_KEY] if any(is_partial(line.score, line.coverage).any() for line in lines) else []
    keys += [MISSING_KEY] if gone else []
    if reach is not None and reach["low"].notna().any():
        keys.append(Key("index under any weights", line={"color": FAR, "linewidth": 1.0}))
    if reach is not None and reach["low_within"].notna().any():
        words = f"index with each weight within {options.within:.0%} of itself"
        keys.append(Key(words, line={"color": NEAR, "linewidth": 4.5}))
    if unknown:
        keys.append(Key("range that missing data leave", line={"color": FAINT, "linestyle": ":"}))
    keys += next((ground.keys for ground in grounds if not ground.named), [])
    sentences = ["Each period stands at its middle year.", "The ground shows the bands."]
    sentences += [] if ranges is None else [settled(scores)]
    said = caption(scores, *sentences)
    sheet = Sheet(options.width, options.title or title, [*said, *further], 0.4, right, keys)
    rooms = [Panel(head, height, below=ticks.room) for (head, _), height in zip(panels, tall, strict=True)]
    figure, axes = composed(sheet, rooms)
    for each, ground, (_, own) in zip(axes, grounds, panels, strict=True):
        ground.draw(each)
        _draw(each, ticks, scores.periods, own)
    if reach is not None:
        _ranges(axes[0], ticks.at, reach)
    return figure


def _draw(axes: Axes, ticks: Ticks, periods: Sequence[Span], lines: Sequence[Line]) -> None:
    for start, end in runs(periods, _nothing(lines)):
        hatched(axes, start - 0.5, end + 0.5)
    lengths = np.array([end - start + 1 for start, end in periods])
    for number, line in enumerate(lines):
        _line(axes, ticks.at, periods, line, number)
        # Beside each other, as the ranges of several lines often cover the same scores.
        _range(axes, ticks.at + 0.08 * lengths * (number - (len(lines) - 1) / 2), line, number)
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", ".25", ".5", ".75", "1"])
    ticks.draw(axes)
    plain(axes)


def _line(axes: Axes, at: Array, periods: Sequence[Span], line: Line, number: int) -> None:
    name = f"line-{number}"
    x, y = list(at), list(line.score)
    # Years that no period holds are a gap, too.
    for i in range(len(periods) - 1, 0, -1):
        if periods[i][0] != periods[i - 1][1] + 1:
            x.insert(i, (at[i] + at[i - 1]) / 2)
            y.insert(i, np.nan)
    axes.plot(x, y, **_look(line.stroke), label=line.label, gid=name, zorder=3)
    partial = is_partial(line.score, line.coverage)
    for marked, face, kind in (
        (partial, "white", "partial"),
        (~partial & ~np.isnan(line.score), line.stroke.colour, "full"),
    ):
        axes.plot(
            at[marked],
            line.score[marked],
            linestyle="",
            marker=line.stroke.marker,
            markersize=4.8,
            markerfacecolor=face,
            markeredgecolor=line.stroke.colour,
            gid=f"{name}-{kind}",
            clip_on=False,
            zorder=4,
        )


def _range(axes: Axes, at: Array, line: Line, number: int) -> None:
    unknown = _unknown(line)
    if unknown.any() and line.low is not None and line.high is not None:
        ends = (at[unknown], line.low[unknown], line.high[unknown])
        axes.vlines(*ends, colors=line.stroke.colour, linestyles=":", gid=f"line-{number}-range")


def _nothing(lines: Sequence[Line]) -> NDArray[np.bool_]:
    """Periods in which no line has a score or a range."""
    nothing: NDArray[np.bool_] = np.all([np.isnan(line.score) & ~_unknown(line) for line in lines], axis=0)
    return nothing


def _unknown(line: Line) -> NDArray[np.bool_]:
    """Where there is no score, but a range that it lies in."""
    if line.low is None:
        return np.zeros(len(line.score), dtype=bool)
    return np.isnan(line.score) & ~np.isnan(line.low)


def _ranges(axes: Axes, at: Array, reach: pd.DataFrame) -> None:
    for ends, colour, width, gid in (
        (("low", "high"), FAR, 1.0, "reach"),
        (("low_within", "high_within"), NEAR, 4.5, "reach-within"),
    ):
        low, high = (reach[end].to_numpy(dtype=float) for end in ends)
        known = ~np.isnan(low)
        axes.vlines(at[known], low[known], high[known], colors=colour, linewidths=width, zorder=2, gid=gid)


def _look(stroke: Stroke) -> dict[str, Any]:
    return {"color": stroke.colour, "linestyle": stroke.dashes, "linewidth": stroke.width}
