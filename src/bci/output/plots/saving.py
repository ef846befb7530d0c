"""A figure as the bytes of a file: the same figure gives the same bytes."""

from __future__ import annotations

import io
from typing import Any

from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.text import Text

from bci.output.plots.style import settings

# Without dates; the program is named without a version that would change nothing one sees.
_METADATA: dict[str, dict[str, Any]] = {
    "svg": {"Date": None, "Creator": "bci"},
    "pdf": {"CreationDate": None, "ModDate": None, "Creator": "bci", "Producer": None},
    "png": {"Software": "bci"},
}


def written(figure: Figure, style: str) -> bytes:
    """The figure as SVG (text as text), PDF (fonts embedded) or PNG (200 dots an inch)."""
    stream = io.BytesIO()
    with settings():
        figure.savefig(stream, format=style, metadata=_METADATA[style])
    return stream.getvalue()


def strange_letters(figure: Figure) -> str:
    """Letters that DejaVu Sans has no shape for, and that are drawn as boxes."""
    font = font_manager.get_font(font_manager.findfont("DejaVu Sans"))
    known = set(font.get_charmap())
    text = {letter for artist in figure.findobj(Text) for letter in artist.get_text()}
    return "".join(sorted(letter for letter in text if ord(letter) not in known and letter != "\n"))
