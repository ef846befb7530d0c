"""The page: title, panels, legend and caption below each other, each given the room that it needs.

All lengths are inches. Text is measured before it is placed, so that none meets another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from bci.output.plots.style import FAINT, HEADING, INK, LABEL, NOTE, TITLE, clean, settings

PAD, GAP = 0.1, 0.08
#: Room of a sign in the legend, and between entries.
SIGN, BETWEEN = 0.34, 0.16


class Drawing(Figure):
    """A figure that keeps its settings when it is saved, and shows itself in a notebook without pyplot."""

    def savefig(self, *args: Any, **kwargs: Any) -> None:
        """As `matplotlib.figure.Figure.savefig`."""
        with settings():
            super().savefig(*args, **kwargs)

    def _repr_png_(self) -> bytes:
        from bci.output.plots.saving import written

        return written(self, "png")


@dataclass(frozen=True)
class Panel:
    """Room for axes: what is written above them, and how much room their own labels need."""

    heading: str
    height: float
    above: float = 0.0
    below: float = 0.0


@dataclass(frozen=True)
class Key:
    """An entry of the legend: how a line, a patch or both are drawn, and what they mean."""

    label: str
    line: dict[str, Any] | None = None
    patch: dict[str, Any] | None = None


@dataclass(frozen=True)
class Sheet:
    """What stands around the panels; `left` and `right` is the room of the labels beside them."""

    width: float
    title: str
    caption: Sequence[str]
    left: float = 0.4
    right: float = PAD
    keys: Sequence[Key] = field(default=())

    @property
    def across(self) -> float:
        """Width of the axes."""
        return self.width - self.left - self.right


@lru_cache(maxsize=1)
def _probe() -> Figure:
    figure = Figure(dpi=200)
    FigureCanvasAgg(figure)
    return figure


@lru_cache(maxsize=8192)
def extent(text: str, points: float, bold: bool = False, rotation: float = 0.0) -> tuple[float, float]:
    """Width and height of a text, under the settings of the figures."""
    figure = _probe()
    weight = "bold" if bold else "normal"
    artist = figure.text(0.5, 0.5, text, fontsize=points, fontweight=weight, rotation=rotation)
    box = artist.get_window_extent()
    artist.remove()
    return box.width / figure.dpi, box.height / figure.dpi


def wrapped(text: str, points: float, width: float, lines: int = 1000, *, bold: bool = False) -> str:
    """The text on lines of at most `width`; what more lines would hold is cut off with an ellipsis."""

    def fits(line: str) -> bool:
        return extent(line, points, bold)[0] <= width

    found, line = [], ""
    for word in _words(clean(text, 4 * 500), fits):
        together = f"{line} {word}" if line else word
        if line and not fits(together):
            found.append(line)
            together = word
        line = together
    found.append(line)
    if len(found) > lines:
        last = " ".join(found[lines - 1 :])
        keep = _longest(last, lambda part: fits(part + "…"))
        found = [*found[: lines - 1], last[:keep].rstrip() + "…"]
    return "\n".join(found)


def _words(text: str, fits: Any) -> Iterator[str]:
    """Words, those too long for a line in pieces."""
    for word in text.split(" "):
        rest = word
        while rest and not fits(rest):
            keep = _longest(rest, fits)
            yield rest[:keep]
            rest = rest[keep:]
        if rest:
            yield rest


def _longest(text: str, fits: Any) -> int:
    """How many characters from the beginning fit; at least one."""
    low, high = 1, max(len(text), 1)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(text[:middle]) else (low, middle - 1)
    return low


def widest(labels: Sequence[str], points: float = LABEL) -> float:
    """Width of the widest of some labels."""
    return max((extent(text, points)[0] for text in labels if text), default=0.0)


def _height(text: str, points: float, *, bold: bool = False) -> float:
    return extent(text, points, bold)[1] if text else 0.0


def composed(sheet: Sheet, panels: Sequence[Panel]) -> tuple[Figure, list[Axes]]:
    """The figure with everything but what the panels show, and the axes to draw that in."""
    inner = sheet.width - 2 * PAD
    title = wrapped(sheet.title, TITLE, inner, 4, bold=True)
    heads = [wrapped(panel.heading, HEADING, inner, 3) for panel in panels]
    caption = "\n".join(wrapped(line, NOTE, inner) for line in sheet.caption)
    rows = list(_rows(sheet.keys, inner))
    legend = [max(_height(text, LABEL) for _, _, text in row) + 0.06 for row in rows]
    tall = PAD + _height(title, TITLE, bold=True)
    for panel, head in zip(panels, heads, strict=True):
        tall += 1.5 * GAP + _height(head, HEADING) + GAP + panel.above + panel.height + panel.below
    tall += GAP + sum(legend) + GAP + _height(caption, NOTE) + PAD
    figure = Drawing(figsize=(sheet.width, tall))
    FigureCanvasAgg(figure)

    def put(text: str, top: float, points: float, bold: bool = False, colour: str = INK) -> float:
        if text:
            weight = "bold" if bold else "normal"
            figure.text(
                *(PAD, top),
                text,
                transform=figure.dpi_scale_trans,
                va="top",
                fontsize=points,
                fontweight=weight,
                color=colour,
            )
        return top - _height(text, points, bold=bold)

    top, axes = put(title, tall - PAD, TITLE, bold=True), []
    for panel, head in zip(panels, heads, strict=True):
        top = put(head, top - 1.5 * GAP, HEADING) - GAP - panel.above - panel.height
        box = (
            sheet.left / sheet.width,
            top / tall,
            sheet.across / sheet.width,
            panel.height / tall,
        )
        axes.append(figure.add_axes(box))
        top -= panel.below
    top -= GAP
    for row, high in zip(rows, legend, strict=True):
        _signs(figure, row, top, high)
        top -= high
    put(caption, top - GAP, NOTE, colour="#3f3f3f")
    return figure, axes


def _rows(keys: Sequence[Key], inner: float) -> Iterator[list[tuple[float, Key, str]]]:
    """Entries of the legend, as many side by side as fit."""
    row: list[tuple[float, Key, str]] = []
    left = 0.0
    for key in keys:
        text = wrapped(key.label, LABEL, inner - SIGN, 3)
        wide = SIGN + extent(text, LABEL)[0]
        if row and left + wide > inner:
            yield row
            row, left = [], 0.0
        row.append((PAD + left, key, text))
        left += wide + BETWEEN
    if row:
        yield row


def _signs(figure: Figure, row: list[tuple[float, Key, str]], top: float, high: float) -> None:
    middle, inches = top - high / 2, figure.dpi_scale_trans
    for left, key, text in row:
        if key.patch is not None:
            corner = (left, middle - 0.05)
            figure.add_artist(Rectangle(corner, SIGN - 0.08, 0.1, transform=inches, **key.patch))
        if key.line is not None:
            ends = [left, left + (SIGN - 0.08) / 2, left + SIGN - 0.08]
            figure.add_artist(Line2D(ends, [middle] * 3, transform=inches, markevery=[1], **key.line))
        figure.text(left + SIGN, middle, text, transform=inches, va="center", fontsize=LABEL)


def plain(axes: Axes) -> None:
    """Axes without ticks of their own and with faint edges on two sides only."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(length=2.5, width=0.6, pad=2, labelsize=LABEL, color=FAINT)
    axes.minorticks_off()
