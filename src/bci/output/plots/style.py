"""How every figure looks: colours that differ in lightness, hatches, markers, and settings of its own."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
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
TICKS: dict[str, Any] = {
    "color": FAINT,
    "labelcolor": INK,
    "labelsize": LABEL,
    "major.size": 2.5,
    "major.width": 0.6,
    "major.pad": 2,
}
SETTINGS: Any = {
    "font.family": ["DejaVu Sans"],
    "font.size": LABEL,
    "text.color": INK,
    # A name may hold a dollar sign, which is no formula.
    "text.parse_math": False,
    "text.hinting": "none",
    "axes.edgecolor": FAINT,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    **{f"{axis}tick.{what}": value for axis in "xy" for what, value in TICKS.items()},
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
        mpl.rcParams.update(SETTINGS)
        yield


#: How lines of one kind, dyads, dimensions or schemes, differ: in dashes, marker and lightness.
STROKES: tuple[dict[str, Any], ...] = tuple(
    {"color": colour, "linestyle": dashes, "marker": marker, "linewidth": 1.3}
    for colour, dashes, marker in (
        ("#0b4a85", "-", "o"),
        ("#d9802e", (0, (5, 1.5)), "s"),
        ("#2f7d32", (0, (1.2, 1.2)), "^"),
        ("#7a3b8f", (0, (6, 1.5, 1.2, 1.5)), "D"),
        ("#3f3f3f", (0, (3, 1)), "v"),
        ("#2a9d9d", (0, (8, 2)), "P"),
        ("#c2185b", (0, (4, 1.5, 1, 1.5, 1, 1.5)), "X"),
        ("#8a8a00", (0, (2, 3)), "*"),
    )
)
#: The line of the index.
THICK: dict[str, Any] = {"color": INK, "linestyle": "-", "marker": "o", "linewidth": 2.2}


_HUES = ("#08306b", "#8c3b0c", "#1d5c2f", "#54278f", "#252525", "#004d4d")
_HATCHES = ("", "////", "....", "\\\\\\\\", "----", "++++")


def fills(tree: Mapping[str, Collection[str]]) -> dict[str, dict[str, Any]]:
    """A hue and a hatch for each dimension, a lightness for each of its indicators."""
    looks = {}
    for place, members in enumerate(tree.values()):
        hue, hatch = (choice[place % len(choice)] for choice in (_HUES, _HATCHES))
        paler = np.linspace(0, 0.65, len(members)) if len(members) > 1 else [0.35]
        for name, share in zip(members, paler, strict=True):
            looks[name] = fill(to_hex(1 - (1 - np.array(to_rgb(hue))) * (1 - share)), hatch)
    return looks


def fill(colour: str, hatch: str = "") -> dict[str, Any]:
    """How an area looks, which differs from others in hatch or lightness."""
    edge = readable_on(colour)
    # A light outline would hide a bar that is hardly wider.
    return {"facecolor": colour, "hatch": hatch, "edgecolor": edge, "linewidth": 0.4 if edge == INK else 0}


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
