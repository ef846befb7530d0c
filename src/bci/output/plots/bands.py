"""How sure the bands are: the share of all weightings that give each, period by period."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from bci.model.bands import band, is_partial
from bci.output.plots import Options
from bci.output.plots.bands_and_periods import hatched, in_order, name_periods, notes_on_data
from bci.output.plots.caption import caption, countries, settled
from bci.output.plots.layout import Drawing, finished, laid_out, page, width_of
from bci.output.plots.style import INK, NOTE, Fill, readable_on, steps
from bci.scoring.scores import Scores
from bci.sensitivity_analysis.summary import sensitivity

HEIGHT, WIDE = 2.6, 0.78
HATCHES = ("", "....", "////", "")
MARK: dict[str, Any] = {"marker": "D", "linestyle": "", "markersize": 5}


def bands(scores: Scores, options: Options) -> Drawing:
    """Columns of 100 per cent, a part a band; a diamond marks the band of the scheme itself."""
    title = f"How many weightings put {countries(scores.dyad(None))} in each band"
    table = sensitivity(scores).shares().query("name == 'index' and over == 'both'")
    words = list(scores.scheme.bands)
    shares = 100 * table[words].to_numpy(dtype=float)
    score, coverage = scores.index.score[:, 0], scores.index.coverage[:, 0]
    missing, partial = np.isnan(score), is_partial(coverage)
    looks = [Fill(colour, HATCHES[i % len(HATCHES)]) for i, colour in enumerate(steps(len(words)))]
    figure, (axes,) = page(options.width, {"Share of all weightings (per cent), by period": HEIGHT})
    axes.set_ylim(0, 100)
    axes.set_yticks([0, 25, 50, 75, 100], ["0%", "25%", "50%", "75%", "100%"])
    at = in_order(axes, scores.periods)
    width = laid_out(figure)
    name_periods(axes, at, scores.periods, width)
    numbered = WIDE * width / len(at) >= width_of("88", NOTE) + 0.06
    of_scheme = band(score, scores.scheme.edges)
    bottom = np.zeros(len(at))
    for number, word in enumerate(words):
        look = looks[number]
        heights = np.nan_to_num(shares[:, number])
        bars = axes.bar(at, heights, WIDE, bottom=bottom, **look.look(), zorder=2, label=word)
        marked = of_scheme == number
        # Where there is room for both, the mark stands above the number, else alone.
        written = numbered & (heights * HEIGHT / 100 >= np.where(marked, 0.3, 0.16))
        texts = np.where(written, [f"{height:.0f}" for height in heights], "")
        for place, text in enumerate(axes.bar_label(bars, texts, label_type="center", fontsize=NOTE)):
            text.set(color=readable_on(look.colour), zorder=3)
            if texts[place]:
                text.set(bbox={"facecolor": look.colour, "edgecolor": "none", "pad": 0.8})
            if marked[place]:
                text.xyann = (0, -5)
        for place in map(int, np.flatnonzero(marked)):
            up = bottom[place] + heights[place] / 2 + (0.07 * 100 / HEIGHT if written[place] else 0)
            face, edge = ("white", INK) if partial[place] else (INK, "white")
            mark = {**MARK, "markerfacecolor": face, "markeredgecolor": edge}
            axes.plot(at[place], up, **mark, gid=f"own-{place}", zorder=4)
        bottom += heights
    for place in at[missing]:
        hatched(axes, place - 0.5, place + 0.5)
    of_weights = "band under the scheme's own weights"
    keys = [
        *(Patch(**look.look(), label=word) for word, look in zip(words, looks, strict=True)),
        Line2D([], [], color=INK, markeredgecolor="white", **MARK, label=of_weights),
        *notes_on_data(bool(partial[~missing].any()), bool(missing.any()), MARK["marker"]),
    ]
    below = caption(
        scores,
        "All weightings: every weight of the dimensions and of the indicators inside each, equally likely; "
        "exact shares, not draws.",
        settled(scores),
    )
    return finished(figure, options.title or title, keys, below)
