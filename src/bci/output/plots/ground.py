"""What figures share below their marks: bands as a labelled ground, and periods along an axis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from bci.arrays import Array
from bci.model.periods import Span, label
from bci.model.scheme import Scheme
from bci.output.plots.sheet import Key, extent, wrapped
from bci.output.plots.style import EDGE, GROUND, INK, LABEL, MISSING_HATCH, NOTE, steps

#: The widest name of a band beside a figure.
WIDEST_BAND = 1.2


@dataclass(frozen=True)
class Bands:
    """The bands inside the limits of an axis; `named` where their names fit beside it."""

    words: tuple[str, ...]
    lower: Array
    upper: Array
    edges: Array
    colours: tuple[str, ...]
    upright: bool
    named: bool
    room: float

    @property
    def keys(self) -> list[Key]:
        """Entries of the legend, where the names do not fit."""
        if self.named:
            return []
        look = {"edgecolor": EDGE, "linewidth": 0.5}
        named = zip(self.words, self.edges, self.colours, strict=True)
        return [
            Key(f"{word} from {edge:g}", patch={"facecolor": colour, **look}) for word, edge, colour in named
        ]

    def draw(self, axes: Axes) -> None:
        """Fill the ground, band by band, and name them where they fit."""
        span, line = (axes.axhspan, axes.axhline) if self.upright else (axes.axvspan, axes.axvline)
        for word, low, high, colour in zip(self.words, self.lower, self.upper, self.colours, strict=True):
            span(low, high, facecolor=colour, edgecolor="none", zorder=0, gid=f"band-{word}")
            line(low, color=EDGE, linewidth=0.6, zorder=0.5)
            if not self.named:
                continue
            middle = (low + high) / 2
            text = wrapped(word, NOTE, WIDEST_BAND, 1) if self.upright else word
            if self.upright:
                axes.annotate(
                    text,
                    (1, middle),
                    (4, 0),
                    xycoords=axes.get_yaxis_transform(),
                    textcoords="offset points",
                    va="center",
                    fontsize=NOTE,
                )
            else:
                axes.annotate(
                    text,
                    (middle, 1),
                    (0, 2),
                    xycoords=axes.get_xaxis_transform(),
                    textcoords="offset points",
                    ha="center",
                    va="bottom",
                    fontsize=NOTE,
                )


def bands_of(scheme: Scheme, limits: tuple[float, float], length: float, *, upright: bool) -> Bands:
    """The bands that an axis of this length shows between its limits."""
    lower = np.array(scheme.edges)
    upper = np.append(lower[1:], 1.0)
    colours = np.array(steps(len(lower), GROUND))
    seen = (upper > limits[0]) & (lower < limits[1])
    words = tuple(word for word, shown in zip(scheme.bands, seen, strict=True) if shown)
    lower, upper = np.maximum(lower[seen], limits[0]), np.minimum(upper[seen], limits[1])
    room = (upper - lower) / (limits[1] - limits[0]) * length
    sizes = np.array([extent(word, NOTE) for word in words])
    needed = sizes[:, 1] if upright else sizes[:, 0] + 0.04
    named = bool((room >= needed).all())
    beside = min(sizes[:, 0].max(), WIDEST_BAND) + 0.1 if upright else sizes[:, 1].max() + 0.04
    edges = scheme.edges[seen]
    return Bands(
        words, lower, upper, edges, tuple(colours[seen]), upright, named, float(beside) if named else 0.0
    )


@dataclass(frozen=True)
class Ticks:
    """Where periods stand on an axis, what is written there, and the room that takes."""

    at: Array
    limits: tuple[float, float]
    labels: tuple[str, ...]
    rotation: int
    room: float

    def draw(self, axes: Axes) -> None:
        """Set limits, ticks and labels."""
        axes.set_xlim(self.limits)
        axes.set_xticks(self.at, self.labels, rotation=self.rotation)


def in_time(periods: Sequence[Span], across: float) -> Ticks:
    """Each period at its middle, on an axis of years."""
    at = np.array([(start + end) / 2 for start, end in periods])
    return _ticks(periods, at, (periods[0][0] - 0.5, periods[-1][1] + 0.5), across)


def in_order(periods: Sequence[Span], across: float) -> Ticks:
    """One place a period, however long."""
    at = np.arange(len(periods), dtype=float)
    return _ticks(periods, at, (-0.5, len(periods) - 0.5), across)


def _ticks(periods: Sequence[Span], at: Array, limits: tuple[float, float], across: float) -> Ticks:
    words = [label(span) for span in periods]
    inches = (at - limits[0]) / (limits[1] - limits[0]) * across
    for level in (words, [_short(span) for span in periods]):
        wide = np.array([extent(word, LABEL)[0] for word in level])
        left, right = inches - wide / 2, inches + wide / 2
        if (left[1:] >= right[:-1] + 0.07).all() and left[0] >= -0.05 and right[-1] <= across + 0.05:
            high = max(extent(word, LABEL)[1] for word in level)
            return Ticks(at, limits, tuple(level), 0, high + 0.1)
    thick = max(extent(word, LABEL, rotation=90)[0] for word in words) + 0.02
    shown, last = [], -np.inf
    for place, word in zip(inches, words, strict=True):
        shown.append(word if place - last >= thick else "")
        last = place if shown[-1] else last
    tall = max(extent(word, LABEL, rotation=90)[1] for word in shown if word)
    return Ticks(at, limits, tuple(shown), 90, tall + 0.1)


def _short(span: Span) -> str:
    """``1992-95`` where the century is the same."""
    start, end = span
    return label(span) if start == end or start // 100 != end // 100 else f"{start}-{end % 100:02}"


MISSING_KEY = Key(
    "no score", patch={"facecolor": "white", "edgecolor": EDGE, "hatch": MISSING_HATCH, "linewidth": 0.4}
)


def hollow(marker: str = "o", size: float = 5) -> Key:
    """The entry of the legend for what rests on partial data."""
    look = {"color": INK, "marker": marker, "linestyle": "", "markerfacecolor": "white", "markersize": size}
    return Key("hollow: rests on partial data", line=look)


PARTIAL_KEY = hollow()


def hatched(axes: Axes, left: float, right: float) -> None:
    """Say that there is no score between two places of the horizontal axis."""
    axes.axvspan(
        left,
        right,
        facecolor="white",
        edgecolor=EDGE,
        hatch=MISSING_HATCH,
        linewidth=0,
        zorder=1,
        gid="no-score",
    )


def is_partial(score: Array, coverage: Array) -> NDArray[np.bool_]:
    """Which scores rest on partial data."""
    partial: NDArray[np.bool_] = ~np.isnan(score) & (coverage <= 1 - 1e-12)
    return partial


def runs(periods: Sequence[Span], wanted: NDArray[np.bool_]) -> Iterator[Span]:
    """Neighbouring periods that are wanted, as whole spans of years."""
    found: Span | None = None
    for (start, end), taken in zip(periods, wanted, strict=True):
        if found and (not taken or start != found[1] + 1):
            yield found
            found = None
        if taken:
            found = (found[0], end) if found else (start, end)
    if found:
        yield found


def beside(axes: Axes, height: float, text: str, room: float) -> None:
    """A text at the right of the axes, flush with the end of the room, in inches, measured for it."""
    axes.annotate(
        text,
        (1, height),
        (room * 72 - 7, 0),
        xycoords=axes.get_yaxis_transform(),
        textcoords="offset points",
        ha="right",
        va="center",
        fontsize=LABEL,
    )
