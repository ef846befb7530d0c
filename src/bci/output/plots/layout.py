"""The page: matplotlib lays out title and axes; legend and caption stand below, and the height follows."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib import font_manager
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text

from bci.arrays import Array
from bci.output.plots.style import CAPTION, FAINT, HEADING, LABEL, NOTE, TITLE, clean, settings

#: Inches around the page and between its parts.
PAD = 0.1
#: The share of a figure that names of rows may take.
SIDE = 0.42
#: Inches of the sign before an entry of the legend.
SIGN = 0.36
#: Inches of a line of a label.
LINE = 0.13

# Without dates; the program is named without a version that would change nothing one sees.
_METADATA: dict[str, dict[str, Any]] = {
    "svg": {"Date": None, "Creator": "bci"},
    "pdf": {"CreationDate": None, "ModDate": None, "Creator": "bci", "Producer": None},
    "png": {"Software": "bci"},
}


class Drawing(Figure):
    """A figure that keeps its settings when it is saved, and shows itself in a notebook without pyplot."""

    def savefig(self, *args: Any, **kwargs: Any) -> None:
        """As `matplotlib.figure.Figure.savefig`."""
        with settings():
            super().savefig(*args, **kwargs)

    def _repr_png_(self) -> bytes:
        return written(self, "png")


def written(figure: Drawing, ending: str) -> bytes:
    """The figure as SVG (text as text), PDF (fonts embedded) or PNG (200 dots an inch); always the same."""
    stream = io.BytesIO()
    figure.savefig(stream, format=ending, metadata=_METADATA[ending])
    return stream.getvalue()


def strange_letters(figure: Figure) -> str:
    """Letters that DejaVu Sans has no shape for, and that are drawn as boxes."""
    font = font_manager.get_font(font_manager.findfont("DejaVu Sans"))
    known = set(font.get_charmap())
    text = {letter for artist in figure.findobj(Text) for letter in artist.get_text()}
    return "".join(sorted(letter for letter in text if ord(letter) not in known and letter != "\n"))


def page(width: float, panels: Mapping[str, float]) -> tuple[Drawing, list[Axes]]:
    """A figure with axes below each other, by what they show, so many inches high when it is `finished`."""
    figure = Drawing(figsize=(width, sum(panels.values()) + 4), layout="constrained")
    FigureCanvasAgg(figure)
    engine: Any = figure.get_layout_engine()
    engine.set(w_pad=PAD, h_pad=PAD / 2, hspace=0, wspace=0)
    rows = figure.subplots(len(panels), height_ratios=list(panels.values()), squeeze=False)[:, 0]
    for axes, heading in zip(rows, panels, strict=True):
        axes.set_title(heading, in_layout=False)
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(length=2.5, width=0.6, pad=2, labelsize=LABEL, color=FAINT)
    return figure, list(rows)


def laid_out(figure: Drawing, below: float = 0.0) -> float:
    """Let matplotlib find room for all that stands around the axes; the width of the axes in inches."""
    engine: Any = figure.get_layout_engine()
    tall = figure.get_figheight()
    engine.set(rect=(0, below / tall, 1, 1 - below / tall))
    engine.execute(figure)
    return float(figure.axes[0].get_position().width * figure.get_figwidth())


def finished(figure: Drawing, title: str, keys: Sequence[Artist], caption: Sequence[str]) -> Drawing:
    """Write title, legend and caption, and make the figure as high as they and the axes are."""
    width = figure.get_figwidth()
    inner = width - 2 * PAD
    for axes in figure.axes:
        room = (1 - axes.get_position().x0) * width - PAD
        axes.set_title(wrapped(axes.get_title("left"), HEADING, room, 3), in_layout=True)
    head = wrapped(title, TITLE, inner, 4, bold=True)
    figure.suptitle(head, x=PAD / width, ha="left", fontsize=TITLE, fontweight="bold")
    # A legend that stands outside by itself would cover a text below it, so both are placed from the bottom.
    inches, dpi = figure.dpi_scale_trans, figure.dpi
    below = "\n".join(wrapped(line, NOTE, inner) for line in caption)
    note = figure.text(
        *(PAD, PAD), below, transform=inches, va="bottom", fontsize=NOTE, color=CAPTION, gid="caption"
    )
    top = note.get_window_extent().y1 / dpi + PAD
    for key in keys:
        key.set_label(wrapped(str(key.get_label()), LABEL, inner - SIGN, 3))
    for columns in range(len(keys), 0, -1):
        legend = figure.legend(
            handles=keys,
            ncols=columns,
            loc="lower left",
            bbox_to_anchor=(PAD, top),
            bbox_transform=inches,
            fontsize=LABEL,
            frameon=False,
            borderpad=0,
            borderaxespad=0,
            handlelength=SIGN * 72 / LABEL - 0.8,
            columnspacing=1,
        )
        box = legend.get_window_extent()
        if box.width <= inner * dpi or columns == 1:
            break
        legend.remove()
    top = box.y1 / dpi + PAD / 2
    # What stands around the axes keeps its height, so one step leads to the heights that they shall have.
    grid: Any = figure.axes[0].get_gridspec()
    heights = sum(grid.get_height_ratios())
    tall = heights + top + 3
    figure.set_figheight(tall)
    laid_out(figure, top)
    figure.set_figheight(tall + heights - tall * sum(axes.get_position().height for axes in figure.axes))
    laid_out(figure, top)
    figure.set_layout_engine("none")
    return figure


def rows(labels: Sequence[str], least: float) -> tuple[Array, Array]:
    """Edges and middles of rows below each other, in inches, each as high as its label and at least so."""
    tall = [max(least, LINE * (label.count("\n") + 1) + 0.05) for label in labels]
    edges = np.concatenate([[0.0], np.cumsum(tall)])
    return edges, (edges[1:] + edges[:-1]) / 2


def name_rows(axes: Axes, edges: Array, middles: Array, labels: Sequence[str]) -> None:
    """Names at the left of rows, the first at the top."""
    axes.set_ylim(edges[-1], 0)
    axes.set_yticks(middles, labels)
    axes.tick_params(axis="y", length=0)


def number_rows(axes: Axes, middles: Array, texts: Sequence[str]) -> None:
    """Numbers at the right of rows."""
    side = axes.secondary_yaxis("right")
    side.set_yticks(middles, texts, fontsize=LABEL)
    side.tick_params(length=0)
    side.spines[:].set_visible(False)


def wrapped(text: str, points: float, inches: float, lines: int | None = None, *, bold: bool = False) -> str:
    """The text on lines of at most so many inches; what more lines would hold is cut off with an ellipsis."""
    text = clean(text, 2000)
    characters = len(text)
    while True:
        parts = textwrap.wrap(text, max(characters, 1), max_lines=lines, placeholder="…")
        widest = max((width_of(part, points, bold) for part in parts), default=0.0)
        if widest <= inches or characters <= 1:
            return "\n".join(parts)
        characters = min(characters - 1, int(max(map(len, parts)) * inches / widest))


@lru_cache(maxsize=8192)
def width_of(text: str, points: float, bold: bool = False) -> float:
    """Width of a line in inches, under the settings of the figures."""
    font = FontProperties(size=points, weight="bold" if bold else "normal")
    return float(_renderer().get_text_width_height_descent(text, font, False)[0]) / 200


@lru_cache(maxsize=1)
def _renderer() -> Any:
    measure: Any = RendererAgg
    return measure(1, 1, 200)
