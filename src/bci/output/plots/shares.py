"""How sure the bands are: the share of all weightings that give each, period by period."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from bci.model.bands import band
from bci.output.plots.caption import caption, countries, settled
from bci.output.plots.ground import MISSING_KEY, hatched, hollow, in_order, is_partial
from bci.output.plots.options import Options
from bci.output.plots.sheet import Key, Panel, Sheet, composed, extent, plain
from bci.output.plots.style import INK, NOTE, Fill, readable_on, steps
from bci.scoring.scores import Scores
from bci.sensitivity_analysis.summary import sensitivity

HEIGHT, WIDE = 2.6, 0.78
HATCHES = ("", "....", "////", "")


def bands(scores: Scores, options: Options) -> Figure:
    """Columns of 100 per cent, a part a band; a ring marks the band of the scheme itself."""
    dyad = scores.dyad(None)
    table = sensitivity(scores).shares().query("name == 'index' and over == 'both'")
    words = list(scores.scheme.bands)
    part = 100 * table[words].to_numpy(dtype=float).reshape(-1, len(words))
    score, coverage = scores.index.score[:, 0], scores.index.coverage[:, 0]
    gone, partial = np.isnan(score), is_partial(score, coverage)
    looks = [Fill(colour, HATCHES[i % len(HATCHES)]) for i, colour in enumerate(steps(len(words)))]
    ticks = in_order(scores.periods, options.width - 0.65)
    cell = WIDE * (options.width - 0.65) / len(score)
    ring: dict[str, Any] = {"color": INK, "marker": "D", "linestyle": "", "markersize": 5}
    keys = [Key(word, patch=look.look()) for word, look in zip(words, looks, strict=True)]
    keys.append(Key("band under the scheme's own weights", line={**ring, "markeredgecolor": "white"}))
    keys += ([hollow("D")] if partial.any() else []) + ([MISSING_KEY] if gone.any() else [])
    said = caption(
        scores,
        "All weightings: every weight of the dimensions and of the indicators inside each, equally likely; "
        "exact shares, not draws.",
        settled(scores),
    )
    title = options.title or f"How many weightings put {countries(dyad)} in each band"
    sheet = Sheet(options.width, title, said, 0.5, 0.15, keys)
    panel = Panel("Share of all weightings (per cent), by period", HEIGHT, below=ticks.room)
    figure, (axes,) = composed(sheet, [panel])
    own = band(score, scores.scheme.edges)
    below = np.zeros(len(score))
    for i, (word, look) in enumerate(zip(words, looks, strict=True)):
        high = np.nan_to_num(part[:, i])
        axes.bar(ticks.at, high, WIDE, bottom=below, **look.look(), zorder=2, label=word)
        for place in np.flatnonzero(high):
            text = f"{high[place]:.0f}"
            wide, tall = extent(text, NOTE)
            room = high[place] / 100 * HEIGHT
            marked = own[place] == i
            centre = below[place] + high[place] / 2
            # The mark stands above the number where there is room for both, else alone.
            numbered = wide + 0.06 <= cell and room >= tall + 0.06 + (0.14 if marked else 0)
            shift = (0.07 if marked else 0.0) / HEIGHT * 100
            if numbered:
                axes.text(
                    ticks.at[place],
                    centre - shift,
                    text,
                    ha="center",
                    va="center",
                    fontsize=NOTE,
                    color=readable_on(look.colour),
                    bbox={"facecolor": look.colour, "edgecolor": "none", "pad": 0.8},
                    zorder=3,
                )
            if marked:
                face = "white" if partial[place] else INK
                edge = INK if partial[place] else "white"
                up = centre + (shift if numbered else 0.0)
                axes.plot(
                    ticks.at[place],
                    up,
                    **{**ring, "markerfacecolor": face, "markeredgecolor": edge},
                    gid=f"own-{place}",
                    zorder=4,
                )
        below += high
    for place in np.flatnonzero(gone):
        hatched(axes, place - 0.5, place + 0.5)
    axes.set_ylim(0, 100)
    axes.set_yticks([0, 25, 50, 75, 100], ["0%", "25%", "50%", "75%", "100%"])
    ticks.draw(axes)
    plain(axes)
    return figure
