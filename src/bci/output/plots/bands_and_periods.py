"""What figures share around their marks: bands as a labelled ground, periods on an axis, missing data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from bci.arrays import Array, Mask
from bci.errors import InputError
from bci.model.periods import Span, label
from bci.model.scheme import Scheme
from bci.output.plots.layout import LINE, width_of, wrapped
from bci.output.plots.style import EDGE, GROUND, INK, LABEL, NO_SCORE, NOTE, steps
from bci.scoring.scores import Scores

#: Ticks of an axis of scores; as these cannot exceed 1, no leading zero.
QUARTERS: dict[str, Any] = {"ticks": [0, 0.25, 0.5, 0.75, 1], "labels": ["0", ".25", ".5", ".75", "1"]}
#: The widest name of a band beside a figure.
WIDEST_BAND = 1.2


@dataclass(frozen=True)
class Ground:
    """The bands of a scheme behind the marks, named at the far side of the axes."""

    names: Any
    keys: list[Patch]
    upright: bool

    def unnamed(self) -> list[Patch]:
        """Entries of the legend for the bands, where their names find no room beside axes laid out."""
        labels = self.names.get_yticklabels() if self.upright else self.names.get_xticklabels()
        boxes = [each.get_window_extent() for each in labels]
        ends = [box.intervaly if self.upright else (box.x0 - 2, box.x1 + 2) for box in boxes]
        if all(below[1] <= above[0] for below, above in pairwise(ends)):
            return []
        self.names.remove()
        return self.keys


def ground(axes: Axes, scheme: Scheme, *, upright: bool) -> Ground:
    """Fill the bands that lie within the limits of the axes, and name them at their far side."""
    fill, line = (axes.axhspan, axes.axhline) if upright else (axes.axvspan, axes.axvline)
    start, end = axes.get_ylim() if upright else axes.get_xlim()
    middles, names, keys = [], [], []
    uppers = [*scheme.edges[1:], 1.0]
    colours = steps(len(uppers), GROUND)
    for word, edge, upper, colour in zip(scheme.bands, scheme.edges, uppers, colours, strict=True):
        low, high = max(edge, start), min(upper, end)
        if low < high:
            fill(low, high, facecolor=colour, edgecolor="none", zorder=0, gid=f"band-{word}")
            line(low, color=EDGE, linewidth=0.6, zorder=0.5)
            middles.append((low + high) / 2)
            names.append(wrapped(word, NOTE, WIDEST_BAND, 2) if upright else word)
            keys.append(Patch(facecolor=colour, edgecolor=EDGE, linewidth=0.5, label=f"{word} from {edge:g}"))
    side = axes.secondary_yaxis("right") if upright else axes.secondary_xaxis("top")
    (side.set_yticks if upright else side.set_xticks)(middles, names, fontsize=NOTE)
    side.tick_params(length=0, pad=3)
    side.spines[:].set_visible(False)
    return Ground(side, keys, upright)


def in_time(axes: Axes, periods: Sequence[Span]) -> Array:
    """An axis of years; the places of the periods, which are their middles."""
    axes.set_xlim(periods[0][0] - 0.5, periods[-1][1] + 0.5)
    return np.array([(start + end) / 2 for start, end in periods])


def in_order(axes: Axes, periods: Sequence[Span]) -> Array:
    """An axis of periods, one place each however long; the places."""
    axes.set_xlim(-0.5, len(periods) - 0.5)
    return np.arange(len(periods), dtype=float)


def name_periods(axes: Axes, at: Array, periods: Sequence[Span], width: float) -> None:
    """Write the periods below axes so wide: in full, shortened, or upright and as many as find room."""
    full, short = [label(span) for span in periods], [_short(span) for span in periods]
    start, end = axes.get_xlim()
    inches = (at - start) / (end - start) * width
    for words in (full, short):
        halves = np.array([width_of(word, LABEL) / 2 + 0.035 for word in words])
        if (np.diff(inches) >= halves[1:] + halves[:-1]).all():
            axes.set_xticks(at, words)
            return
    shown, last = [], -np.inf
    for place, word in zip(inches, full, strict=True):
        shown.append(word if place - last >= LINE else "")
        last = place if shown[-1] else last
    axes.set_xticks(at, shown, rotation=90)


def _short(span: Span) -> str:
    """``1992-95`` where the century is the same."""
    start, end = span
    return label(span) if start == end or start // 100 != end // 100 else f"{start}-{end % 100:02}"


def hatched(axes: Axes, left: float, right: float) -> None:
    """Say that there is no score between two places of the horizontal axis."""
    axes.axvspan(left, right, **NO_SCORE, zorder=1, gid="no-score")


def notes_on_data(partial: bool, missing: bool, marker: str = "o", markersize: float = 5) -> list[Artist]:
    """Entries of the legend for what rests on partial data and for what has no score, where there is any."""
    ring: dict[str, Any] = {"marker": marker, "markersize": markersize, "markerfacecolor": "white"}
    hollow = Line2D([], [], color=INK, linestyle="", label="hollow: rests on partial data", **ring)
    return [*([hollow] if partial else []), *([Patch(**NO_SCORE, label="no score")] if missing else [])]


def dots(axes: Axes, at: Array, score: Array, partial: Mask, gid: str, **look: Any) -> None:
    """Scores as marks: hollow where they rest on partial data, else full."""
    look = {"color": INK, "marker": "o", "markersize": 4.8, "linestyle": "", **look}
    for kind, kept, face in (("partial", partial, "white"), ("full", ~partial, look["color"])):
        if kept.any():
            marks = axes.plot(
                at[kept], score[kept], **look, markerfacecolor=face, gid=f"{gid}-{kind}", zorder=4
            )
            marks[0].set_clip_on(False)


def dot(axes: Axes, at: float, height: float, partial: bool, gid: str) -> None:
    """One score as a mark: hollow where it rests on partial data."""
    face = "white" if partial else INK
    look: dict[str, Any] = {"marker": "o", "markersize": 4.8, "color": INK, "markerfacecolor": face}
    axes.plot([at], [height], **look, gid=gid, clip_on=False, zorder=4)


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
