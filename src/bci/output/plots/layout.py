"""The page: title, axes, legend and caption below each other, each given the room that it needs."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib import font_manager
from matplotlib.artist import Artist
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from bci.arrays import Array
from bci.output.plots import Options
from bci.output.plots.style import CAPTION, HEADING, LABEL, NOTE, TITLE, settings
from bci.output.plots.text import caption, width_of, wrapped
from bci.scoring.scores import Scores

#: Inches around the page and between its parts.
PAD = 0.1
#: Inches of the sign before an entry of the legend, and between entries.
SIGN, BETWEEN = 0.36, 0.1
#: The share of a figure that names of rows may take, the lines that one may have, and their height in inches.
SIDE, MOST_LINES, LINE = 0.42, 3, 0.13

# Without dates; the program is named without a version that would change nothing one sees.
_METADATA: dict[str, dict[str, Any]] = {
    "svg": {"Date": None, "Creator": "bci"},
    "pdf": {"CreationDate": None, "ModDate": None, "Creator": "bci", "Producer": None},
    "png": {"Software": "bci"},
}


class Drawing(Figure):
    """A figure that keeps its settings when it is drawn or saved, and shows itself in a notebook."""

    def draw(self, renderer: RendererBase) -> None:
        """As `matplotlib.figure.Figure.draw`."""
        with settings():
            super().draw(renderer)

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


class Page:
    """A figure in the making: axes below each other, and the entries of the one legend below them.

    Attributes
    ----------
    left, right
        Inches that what stands beside the axes needs; whoever writes there sets them.
    keys
        Entries of the legend.
    notes
        Further entries, by what they say: of missing data, and of bands without room for their names.
    """

    def __init__(self, scores: Scores, options: Options, panels: Mapping[str, float]) -> None:
        """Axes of the width of the page, by what they show, so many inches high."""
        self.scores, self.width, self.panels = scores, options.width, panels
        self._title = options.title
        self.left = self.right = PAD
        self.keys: list[Artist] = []
        self.notes: dict[str, Artist] = {}
        tall = sum(panels.values())
        self.figure = Drawing(figsize=(self.width, tall))
        FigureCanvasAgg(self.figure)
        self.axes = [self.figure.add_axes((0, 0, 1, height / tall)) for height in panels.values()]

    @property
    def across(self) -> float:
        """Inches that the axes are wide."""
        return self.width - self.left - self.right

    def note(self, *entries: Artist) -> None:
        """Say once in the legend what these mean."""
        for entry in entries:
            self.notes.setdefault(str(entry.get_label()), entry)

    def finished(self, title: str, *sentences: str, further: Sequence[str] = ()) -> Drawing:
        """The figure, as high as all that stands on it, with title, legend and caption.

        Parameters
        ----------
        title
            Unless the reader has one.
        sentences, further
            What the caption says before, and what after it tells of scales, scheme and data.
        """
        inner, tall = self.width - 2 * PAD, self.figure.get_figheight()
        lines = [*caption(self.scores, *sentences), *further]
        below = "\n".join(wrapped(line, NOTE, inner) for line in lines)
        top = self._write(below, PAD, NOTE, color=CAPTION, gid="caption") + PAD
        top = self._legend(top, inner) + PAD
        left, across, bottoms = self.left / self.width, self.across / self.width, []
        panels = [*zip(self.axes, self.panels.items(), strict=True)][::-1]
        for axes, (heading, height) in panels:
            axes.set_position((left, 0, across, height / tall))
            around = axes.get_tightbbox(for_layout_only=True)
            assert around is not None
            bottom = top - around.y0 / self.figure.dpi
            bottoms.append(bottom)
            top = bottom + around.y1 / self.figure.dpi + PAD / 2
            top = self._write(wrapped(heading, HEADING, inner, 3), top, HEADING) + PAD
        head = wrapped(self._title or title, TITLE, inner, 4, bold=True)
        tall = self._write(head, top, TITLE, fontweight="bold") + PAD
        self.figure.set_figheight(tall)
        for (axes, (_, height)), bottom in zip(panels, bottoms, strict=True):
            axes.set_position((left, bottom / tall, across, height / tall))
        return self.figure

    def _write(self, text: str, bottom: float, points: float, **look: Any) -> float:
        """Write a text at the left, so many inches above the end of the page; where it ends."""
        inches = self.figure.dpi_scale_trans
        artist = self.figure.text(PAD, bottom, text, fontsize=points, transform=inches, va="bottom", **look)
        return float(artist.get_window_extent().y1 / self.figure.dpi)

    def _legend(self, bottom: float, inner: float) -> float:
        """Set the legend in as many columns as find room; where it ends."""
        keys = [*self.keys, *self.notes.values()]
        for key in keys:
            key.set_label(wrapped(str(key.get_label()), LABEL, inner - SIGN, 3))
        widths = [SIGN + BETWEEN + width_of(str(key.get_label()), LABEL) for key in keys]
        columns = len(keys)
        while columns > 1 and sum(map(max, np.array_split(widths, columns))) > inner + BETWEEN:
            columns -= 1
        legend = self.figure.legend(
            handles=keys,
            ncols=columns,
            loc="lower left",
            bbox_to_anchor=(PAD, bottom),
            bbox_transform=self.figure.dpi_scale_trans,
            fontsize=LABEL,
            frameon=False,
            borderpad=0,
            borderaxespad=0,
            handlelength=SIGN * 72 / LABEL - 0.8,
            columnspacing=BETWEEN * 72 / LABEL,
        )
        return float(legend.get_window_extent().y1 / self.figure.dpi)


def in_rows(
    scores: Scores, options: Options, heading: str, names: Sequence[str], least: float
) -> tuple[Page, Array, Array]:
    """A page of rows below each other, each as high as its name at the left and at least so many inches.

    Returns
    -------
    tuple
        The page, the edges of the rows and their middles, in inches from the top of the axes.
    """
    room = SIDE * options.width - 0.3
    lines = [[wrapped(line, LABEL, room, MOST_LINES) for line in name.split("\n")] for name in names]
    labels = ["\n".join(each) for each in lines]
    tall = [max(least, LINE * (label.count("\n") + 1) + 0.05) for label in labels]
    edges = np.concatenate([[0.0], np.cumsum(tall)])
    middles = (edges[1:] + edges[:-1]) / 2
    page = Page(scores, options, {heading: edges[-1]})
    page.axes[0].set_ylim(edges[-1], 0)
    page.axes[0].set_yticks(middles, labels)
    page.axes[0].tick_params(axis="y", length=0)
    page.left += max(width_of(label, LABEL) for label in labels) + 0.05
    return page, edges, middles
