"""Scores over time as lines on the ground of the bands: of one dyad, of several, or under several schemes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from bci.arrays import Array, Mask
from bci.errors import InputError
from bci.model.bands import is_partial
from bci.numbers import percent
from bci.output.plots import Options
from bci.output.plots.bands_and_periods import dots, ground, hatched, in_time
from bci.output.plots.layout import Drawing, Page
from bci.output.plots.style import FAINT, FAR, NEAR, STROKES, THICK
from bci.output.plots.text import about, clean, countries, plain_name, settled
from bci.scoring.scores import Scores
from bci.sensitivity_analysis.summary import sensitivity

INDEX, DIMENSIONS = (f"{what} (score, 0 to 1, by period)" for what in ("Index", "Dimensions"))
HEIGHTS = (2.4, 1.9)
EXPLAINED = "Each period stands at its middle year. The ground shows the bands."


@dataclass(frozen=True)
class Line:
    """Scores of one name over the periods; `low` and `high` where missing data leave no more than a range."""

    label: str
    look: dict[str, Any]
    score: Array
    partial: Mask
    low: Array
    high: Array

    @classmethod
    def of(
        cls, scores: Scores, label: str, look: dict[str, Any], name: str = "index", *, dyad: int = 0
    ) -> Line:
        """The line of one name of one dyad."""
        cells = (slice(dyad * len(scores.periods), (dyad + 1) * len(scores.periods)), scores.place(name))
        score, partial = scores.column("score")[cells], is_partial(scores.column("coverage")[cells])
        low = high = np.full(len(score), np.nan)
        if scores.index.low is not None:
            ends = (scores.column(end)[cells] for end in ("low", "high"))
            low, high = (np.where(np.isnan(score), end, np.nan) for end in ends)
        return cls(label, look, score, partial, low, high)


def index(scores: Scores, options: Options) -> Drawing:
    """The index over time: of one dyad with its dimensions and ranges, or of several dyads."""
    if len(scores.dyads) > len(STROKES):
        message = (
            f"draws at most {len(STROKES)} dyads (found {len(scores.dyads):,}); choose some with --dyad, or "
            "rank them with bci plot partners"
        )
        raise InputError.at("index", message)
    if len(scores.dyads) > 1:
        named = enumerate(zip(map(countries, scores.dyads), STROKES, strict=False))
        lines = [Line.of(scores, name, look, dyad=place) for place, (name, look) in named]
        page, _ = _page(scores, options, {INDEX: lines})
        return page.finished(f"How intensely {len(lines)} pairs of countries cooperate", EXPLAINED)
    lines = [
        Line.of(scores, plain_name(scores, name), STROKES[i % len(STROKES)], name)
        for i, name in enumerate(scores.scheme.tree)
    ]
    page, at = _page(scores, options, {INDEX: [Line.of(scores, "Index", THICK)], DIMENSIONS: lines})
    ranges = sensitivity(scores, within=options.within).to_frame().query("level == 'index'")
    within = f"index with each weight within {percent(options.within)} of itself"
    reach: list[tuple[str, str, dict[str, Any]]] = [
        ("", "index under any weights", {"color": FAR, "linewidth": 1.0}),
        ("_within", within, {"color": NEAR, "linewidth": 4.5}),
    ]
    for which, label, look in reach:
        low, high = (ranges[f"{end}{which}"].to_numpy(dtype=float) for end in ("low", "high"))
        page.axes[0].vlines(at, low, high, **look, zorder=2, gid=f"reach{which}")
        if not np.isnan(low).all():
            page.note(Line2D([], [], **look, label=label))
    return page.finished(f"How intensely {countries(scores.dyads[0])} cooperate", EXPLAINED, settled(scores))


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
        Line.of(each, clean(each.scheme.name, 80), look) for each, look in zip(every, STROKES, strict=False)
    ]
    page, _ = _page(scores, options, {INDEX: lines})
    further = [about(each) for each in every[1:]]
    if len({tuple(each.scheme.bands.items()) for each in every}) > 1:
        further.insert(0, "The bands are those of the first scheme; others have their own.")
    title = f"{countries(dyad)} under {len(every)} schemes of weights"
    return page.finished(title, EXPLAINED, further=further)


def _page(scores: Scores, options: Options, panels: Mapping[str, Sequence[Line]]) -> tuple[Page, Array]:
    """Panels of lines below each other, all on the same years; the places of the periods."""
    page = Page(scores, options, dict(zip(panels, HEIGHTS, strict=False)))
    for axes in page.axes:
        ground(page, axes, upright=True)
    starts, ends = np.array(scores.periods).T
    for axes, lines in zip(page.axes, panels.values(), strict=True):
        at = in_time(page, axes)
        for place, line in enumerate(lines):
            # Ranges beside each other, as those of several lines often cover the same scores.
            aside = at + 0.08 * (place - (len(lines) - 1) / 2) * (ends - starts + 1)
            _draw(page, axes, at, aside, line, f"line-{place}")
        missing = np.all([np.isnan(line.score) & np.isnan(line.low) for line in lines], axis=0)
        hatched(page, axes, starts - 0.5, ends + 0.5, missing)
    return page, at


def _draw(page: Page, axes: Axes, at: Array, aside: Array, line: Line, gid: str) -> None:
    """One line with its marks, and its ranges."""
    page.keys.append(Line2D([], [], **line.look, markersize=4.5, label=line.label))
    # Years that no period holds are a gap, too.
    starts, ends = np.array(page.scores.periods).T
    breaks = 1 + np.flatnonzero(starts[1:] != ends[:-1] + 1)
    x, y = np.insert(at, breaks, at[breaks]), np.insert(line.score, breaks, np.nan)
    axes.plot(x, y, **{**line.look, "marker": ""}, label=line.label, gid=gid, zorder=3)
    known, ranged = ~np.isnan(line.score), ~np.isnan(line.low)
    colour, marker = line.look["color"], line.look["marker"]
    dots(page, axes, at[known], line.score[known], line.partial[known], gid, color=colour, marker=marker)
    if ranged.any():
        low, high = line.low[ranged], line.high[ranged]
        axes.vlines(aside[ranged], low, high, colors=colour, linestyles=":", gid=f"{gid}-range")
        page.note(Line2D([], [], color=FAINT, linestyle=":", label="range that missing data leave"))
