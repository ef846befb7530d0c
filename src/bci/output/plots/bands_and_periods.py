"""What figures share around their marks: bands as a labelled ground, periods on an axis, missing data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from bci.arrays import Array, Mask
from bci.errors import InputError
from bci.model.periods import Span, label
from bci.output.plots.layout import LINE, PAD, Page
from bci.output.plots.style import EDGE, GROUND, INK, LABEL, NO_SCORE, NOTE, steps
from bci.output.plots.text import width_of, wrapped
from bci.scoring.scores import Scores

#: The widest name of a band beside a figure, and the height of a line of it.
WIDEST_BAND, BAND_LINE = 1.2, 0.11
#: How a score is marked.
MARK: dict[str, Any] = {"color": INK, "marker": "o", "linestyle": "", "markersize": 4.8}


def ground(page: Page, axes: Axes, *, upright: bool, limits: tuple[float, float] = (0, 1)) -> None:
    """Make an axis of scores, with the bands behind the marks: named at its far side, else in the legend."""
    fill, line = (axes.axhspan, axes.axhline) if upright else (axes.axvspan, axes.axvline)
    # As scores cannot exceed 1, no leading zero.
    quarters = ([0, 0.25, 0.5, 0.75, 1], ["0", ".25", ".5", ".75", "1"])
    (axes.set_yticks if upright else axes.set_xticks)(*quarters)
    (axes.set_ylim if upright else axes.set_xlim)(limits)
    if upright:
        page.left = PAD + 0.3
    inches = (axes.bbox.height / page.figure.dpi if upright else page.across) / (limits[1] - limits[0])
    names, keys, fit = [], [], True
    words, edges = page.scores.scheme.bands, page.scores.scheme.edges
    shades = steps(len(edges), GROUND)
    for word, edge, upper, colour in zip(words, edges, [*edges[1:], 1.0], shades, strict=True):
        low, high = max(edge, limits[0]), min(upper, limits[1])
        if low < high:
            fill(low, high, facecolor=colour, edgecolor="none", zorder=0, gid=f"band-{word}")
            line(low, color=EDGE, linewidth=0.6, zorder=0.5)
            name = wrapped(word, NOTE, WIDEST_BAND, 2) if upright else wrapped(word, NOTE, page.width)
            names.append(((low + high) / 2, name))
            keys.append(Patch(facecolor=colour, edgecolor=EDGE, linewidth=0.5, label=f"{word} from {edge:g}"))
            needed = BAND_LINE * (name.count("\n") + 1) if upright else width_of(name, NOTE) + 0.06
            fit &= needed <= (high - low) * inches
    if not fit:
        page.note(*keys)
        return
    for middle, name in names:
        _beyond(axes, upright, middle, name, NOTE)
    if upright:
        page.right = max(page.right, PAD + 0.05 + max(width_of(name, NOTE) for _, name in names))


def _beyond(axes: Axes, upright: bool, place: float, text: str, points: float, flush: float = 0) -> None:
    """Write at the far side of axes: above a place, or right of a height, there flush with so many inches."""
    look: Any = {"ha": "center", "va": "bottom"}
    if upright:
        look = {"ha": "right" if flush else "left", "va": "center"}
    axes.annotate(
        text,
        (1, place) if upright else (place, 1),
        (4 + 72 * flush, 0) if upright else (0, 3),
        xycoords=axes.get_yaxis_transform() if upright else axes.get_xaxis_transform(),
        textcoords="offset points",
        fontsize=points,
        **look,
    )


def number_rows(page: Page, middles: Array, texts: Sequence[str]) -> None:
    """Numbers at the right of rows."""
    widest = max(width_of(text, LABEL) for text in texts)
    for middle, text in zip(middles, texts, strict=True):
        _beyond(page.axes[0], True, middle, text, LABEL, widest)
    page.right += widest + 0.05


def in_time(page: Page, axes: Axes) -> Array:
    """Make an axis of years; the places of the periods, which are their middles."""
    periods = page.scores.periods
    axes.set_xlim(periods[0][0] - 0.5, periods[-1][1] + 0.5)
    return _named(page, axes, np.array([(start + end) / 2 for start, end in periods]))


def in_order(page: Page, axes: Axes) -> Array:
    """Make an axis of periods, one place each however long; the places."""
    axes.set_xlim(-0.5, len(page.scores.periods) - 0.5)
    return _named(page, axes, np.arange(len(page.scores.periods), dtype=float))


def _named(page: Page, axes: Axes, at: Array) -> Array:
    """Name the periods: in full, shortened, or upright and as many as find room."""
    full = [label(span) for span in page.scores.periods]
    start, end = axes.get_xlim()
    inches = (at - start) / (end - start) * page.across
    for words in (full, [_short(span) for span in page.scores.periods]):
        halves = np.array([width_of(word, LABEL) / 2 for word in words])
        left, right = inches - halves, inches + halves
        if (left[1:] >= right[:-1] + 0.07).all() and left[0] >= -PAD and right[-1] <= page.across + PAD:
            axes.set_xticks(at, words)
            return at
    shown, last = [], -np.inf
    for place, word in zip(inches, full, strict=True):
        shown.append(word if place - last >= LINE else "")
        last = place if shown[-1] else last
    axes.set_xticks(at, shown, rotation=90)
    return at


def _short(span: Span) -> str:
    """``1992-95`` where the century is the same."""
    start, end = span
    return label(span) if start == end or start // 100 != end // 100 else f"{start}-{end % 100:02}"


def hatched(page: Page, axes: Axes, starts: Array, ends: Array, missing: Mask) -> None:
    """Hatch where there is no score between places of the horizontal axis."""
    if missing.any():
        x, where = np.column_stack([starts, ends]).ravel(), np.repeat(missing, 2)
        upwards = axes.get_xaxis_transform()
        axes.fill_between(x, 0, 1, where=where, transform=upwards, **NO_SCORE, zorder=1, gid="no-score")
        page.note(Patch(**NO_SCORE, label="no score"))


def dots(
    page: Page, axes: Axes, x: Array, y: Array, partial: Mask, gid: str, rim: str | None = None, **look: Any
) -> None:
    """Scores as marks: hollow where they rest on partial data, else full."""
    look = {**MARK, **look, "zorder": 4, "clip_on": False}
    full, hollow = {"markeredgecolor": rim or look["color"]}, {"markerfacecolor": "white"}
    for kind, kept, fill in (("partial", partial, hollow), ("full", ~partial, full)):
        if kept.any():
            axes.plot(x[kept], y[kept], **look, **fill, gid=f"{gid}-{kind}")
    if partial.any():
        look = {**look, **hollow, "color": INK}
        page.note(Line2D([], [], **look, label="hollow: rests on partial data"))


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
