"""How every figure looks: colours that differ in lightness, hatches, markers, and settings of its own."""

from __future__ import annotations

import unicodedata
import warnings
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.colors import Colormap, LinearSegmentedColormap, to_hex, to_rgb

#: From few to many points of a scale: each step is darker, so that the order survives a copier.
RAMP = LinearSegmentedColormap.from_list("bci", ["#f1eef6", "#bdc9e1", "#74a9cf", "#0b4a85"])
#: Pale enough to write and draw upon; the steps are told by their edges and names.
GROUND = LinearSegmentedColormap.from_list("bci-ground", ["#ffffff", "#dfe5ee"])
INK, CAPTION, FAINT, EDGE = "#1b1b1b", "#3f3f3f", "#6b6b6b", "#9aa3b0"
#: Ranges: of what is likely or near, and of all that is possible.
NEAR, FAR = "#9db4d3", "#4f6384"
#: Where there is no score.
NO_SCORE: dict[str, Any] = {"facecolor": "white", "edgecolor": EDGE, "hatch": "xxxx", "linewidth": 0.4}

TITLE, HEADING, LABEL, NOTE = 10.0, 8.0, 7.5, 6.5
#: Longer than this is no label.
LONGEST = 500

SETTINGS: dict[str, Any] = {
    "font.family": ["DejaVu Sans"],
    "font.size": LABEL,
    "text.color": INK,
    # A name may hold a dollar sign, which is no formula.
    "text.parse_math": False,
    "text.hinting": "none",
    "axes.edgecolor": FAINT,
    "axes.linewidth": 0.6,
    "axes.titlelocation": "left",
    "axes.titlesize": HEADING,
    "xtick.color": FAINT,
    "xtick.labelcolor": INK,
    "ytick.color": FAINT,
    "ytick.labelcolor": INK,
    "hatch.linewidth": 0.5,
    "hatch.color": FAINT,
    "lines.solid_capstyle": "butt",
    "svg.fonttype": "none",
    "svg.hashsalt": "bci",
    "pdf.fonttype": 42,
    "savefig.dpi": 200,
}


@contextmanager
def settings() -> Iterator[None]:
    """The settings of the figures, whatever the reader's own; his stand again afterwards."""
    with mpl.rc_context(), warnings.catch_warnings():
        # What the font lacks is told by `strange_letters`, once and in words.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        mpl.rcdefaults()
        for name, value in SETTINGS.items():
            mpl.rcParams[name] = value  # type: ignore[index]
        yield


@dataclass(frozen=True)
class Stroke:
    """A line that differs from the others in dashes, marker and lightness."""

    colour: str
    dashes: Any
    marker: str
    width: float = 1.3

    def look(self) -> dict[str, Any]:
        """What a line of it is drawn with, but for its markers."""
        return {"color": self.colour, "linestyle": self.dashes, "linewidth": self.width}


#: Lines of one kind: dyads, dimensions, schemes.
STROKES = (
    Stroke("#0b4a85", "-", "o"),
    Stroke("#d9802e", (0, (5, 1.5)), "s"),
    Stroke("#2f7d32", (0, (1.2, 1.2)), "^"),
    Stroke("#7a3b8f", (0, (6, 1.5, 1.2, 1.5)), "D"),
    Stroke("#3f3f3f", (0, (3, 1)), "v"),
    Stroke("#2a9d9d", (0, (8, 2)), "P"),
    Stroke("#c2185b", (0, (4, 1.5, 1, 1.5, 1, 1.5)), "X"),
    Stroke("#8a8a00", (0, (2, 3)), "*"),
)
#: The line of the index.
THICK = Stroke(INK, "-", "o", 2.2)


@dataclass(frozen=True)
class Fill:
    """An area that differs from the others in hatch or lightness."""

    colour: str
    hatch: str

    def look(self) -> dict[str, Any]:
        """What a patch of it is drawn with."""
        edge = readable_on(self.colour)
        # A light outline would hide a bar that is hardly wider.
        width = 0.4 if edge == INK else 0.0
        return {"facecolor": self.colour, "hatch": self.hatch, "edgecolor": edge, "linewidth": width}


_HUES = ("#08306b", "#8c3b0c", "#1d5c2f", "#54278f", "#252525", "#004d4d")
_HATCHES = ("", "////", "....", "\\\\\\\\", "----", "++++")


def fills(tree: Mapping[str, Collection[str]]) -> dict[str, Fill]:
    """A hue and a hatch for each dimension, a lightness for each of its indicators."""
    looks = {}
    for place, members in enumerate(tree.values()):
        hue, hatch = (choice[place % len(choice)] for choice in (_HUES, _HATCHES))
        paler = np.linspace(0, 0.65, len(members)) if len(members) > 1 else [0.35]
        for name, share in zip(members, paler, strict=True):
            looks[name] = Fill(mixed(hue, "#ffffff", float(share)), hatch)
    return looks


def mixed(first: str, second: str, share: float) -> str:
    """A colour on the way from the first to the second."""
    a, b = np.array(to_rgb(first)), np.array(to_rgb(second))
    return to_hex(tuple((1 - share) * a + share * b))


def shade(score: float, ramp: Colormap = RAMP) -> str:
    """The colour of 0..1 on a ramp."""
    return to_hex(ramp(float(score)))


def steps(number: int, ramp: Colormap = RAMP) -> list[str]:
    """So many colours, spread over a ramp."""
    return [shade(place, ramp) for place in np.linspace(0, 1, number)]


def lightness(colour: str) -> float:
    """Relative luminance, 0 black to 1 white (WCAG 2)."""
    parts = np.array(to_rgb(colour))
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def readable_on(colour: str) -> str:
    """Dark or white, whichever stands out more."""
    light = lightness(colour)
    dark = lightness(INK)
    return INK if (light + 0.05) / (dark + 0.05) >= 1.05 / (light + 0.05) else "#ffffff"


def clean(text: str, longest: int = LONGEST) -> str:
    """A label on one line, of characters that every format can hold."""
    kept = "".join(
        " " if c.isspace() else "\ufffd" if unicodedata.category(c) in ("Cc", "Cs", "Cn", "Co") else c
        for c in text
    )
    line = " ".join(kept.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"
