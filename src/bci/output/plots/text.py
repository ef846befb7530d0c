"""What is written on a figure: names, the caption, and lines no wider than the room that they have."""

from __future__ import annotations

import textwrap
import unicodedata
from functools import lru_cache
from typing import Any

from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties

from bci.countries import name as country_name
from bci.data.dyads import Dyad
from bci.model.bands import is_partial
from bci.output.about import about_line, calibrated
from bci.output.screen.sensitivity import SETTLED
from bci.scoring.scores import Scores


def caption(scores: Scores, *sentences: str) -> list[str]:
    """The sentences about this figure, then scales, scheme, data and version."""
    lines = [" ".join(sentence for sentence in sentences if sentence)]
    # Scales whose numbers rest on published results of a dyad, not on a definition or the literature.
    for dyad, names in calibrated(scores).items():
        to = f" to the published results for {dyad}" if dyad else ""
        lines.append(f"Scales calibrated{to}: {', '.join(plain_name(scores, name) for name in names)}.")
    return [line for line in (*lines, about(scores)) if line]


def about(scores: Scores) -> str:
    """The sentence of scheme, data and version."""
    line = about_line(scores).replace(scores.scheme.name, clean(scores.scheme.name, 80))
    return line[0].upper() + line[1:] + "."


def settled(scores: Scores) -> str:
    """What has to be said beside shares and reaches over all weightings, where data are missing or refused.

    Under bounds nothing has a score that lacks data, so there is nothing to settle.
    """
    return SETTLED if scores.index.low is None and is_partial(scores.column("coverage")).any() else ""


def plain_name(scores: Scores, name: str) -> str:
    """A name as a reader knows it: of an indicator its title, or its id where another has that title too."""
    if name in scores.definitions:
        titles = [clean(definition.title) for definition in scores.definitions.values()]
        title = clean(scores.definitions[name].title)
        return title if title and titles.count(title) == 1 else name
    words = name if name in scores.scheme.indicators else name.replace("_", " ")
    return words[:1].upper() + words[1:]


def countries(dyad: Dyad) -> str:
    """``China and Russia``."""
    return " and ".join(map(country_name, dyad))


def clean(text: str, longest: int = 500) -> str:
    """A label on one line, of characters that every format can hold."""
    kept = "".join(
        " " if c.isspace() else "\ufffd" if unicodedata.category(c) in ("Cc", "Cs", "Cn", "Co") else c
        for c in text
    )
    line = " ".join(kept.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


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
    """Width in inches of the widest line of a text, under the settings of the figures."""
    font = FontProperties(size=points, weight="bold" if bold else "normal")
    measure = _renderer().get_text_width_height_descent
    return max(float(measure(line, font, False)[0]) for line in text.split("\n")) / 200


@lru_cache(maxsize=1)
def _renderer() -> Any:
    measure: Any = RendererAgg
    return measure(1, 1, 200)
