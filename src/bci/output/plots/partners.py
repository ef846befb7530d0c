"""Dyads by a score, highest first: those of one country, or all."""

from __future__ import annotations

import numpy as np
from matplotlib.lines import Line2D

from bci.countries import name as country_name
from bci.errors import InputError
from bci.model.bands import is_partial
from bci.model.periods import label
from bci.numbers import number
from bci.output.plots import MOST, Options
from bci.output.plots.bands_and_periods import MARK, dots, ground, number_rows
from bci.output.plots.layout import Drawing, in_rows
from bci.output.plots.style import FAINT, FAR
from bci.output.plots.text import countries, plain_name
from bci.scoring.ranking import rank
from bci.scoring.scores import Scores

ROW = 0.19


def partners(scores: Scores, options: Options) -> Drawing:
    """A mark a dyad in the last period with scores; a line is what missing data could make of it."""
    ranking = rank(scores, options.by, country=options.country, top=options.top)
    table = ranking.to_frame()
    if table.empty:
        raise InputError.at("partners", f"no dyad has a score of {ranking.name}: too much is missing")
    table = table[table["period_start"] == table["period_start"].iloc[-1]]
    last = np.flatnonzero(ranking.ranked)[-1]
    if len(table) > MOST:
        message = f"{len(table):,} dyads share the first {options.top} ranks; choose a --country or --dyad"
        raise InputError.at("partners", message)
    pairs = zip(table["iso3_a"], table["iso3_b"], strict=True)
    whose = map(country_name, table["partner"]) if ranking.country else map(countries, pairs)
    names = [f"{place}. {name}" for place, name in zip(table["rank"], whose, strict=True)]
    score_name = plain_name(scores, ranking.name)
    page, _, middles = in_rows(scores, options, f"{score_name} (score, 0 to 1)", names, ROW)
    [axes] = page.axes
    score, partial = table["score"].to_numpy(), is_partial(table["coverage"].to_numpy())
    number_rows(page, middles, [number(each) for each in score])
    ground(page, axes, upright=False)
    axes.hlines(middles, 0, 1, color=FAINT, linewidth=0.3, linestyle=":", zorder=1)
    dots(page, axes, score, middles, partial, "score")
    page.keys.append(Line2D([], [], **MARK, label=score_name))
    if partial.any():
        low, high = table.loc[partial, "low"], table.loc[partial, "high"]
        axes.hlines(middles[partial], low, high, color=FAR, linewidth=1.4, zorder=2)
        page.note(Line2D([], [], color=FAR, linewidth=1.4, label="range that missing data leave"))
    of = f"Partners of {country_name(ranking.country)}" if ranking.country else "Pairs of countries"
    by = "the index" if ranking.name == "index" else score_name
    return page.finished(
        f"{of} by {by}, {label(ranking.periods[last])}",
        f"Ranked: {ranking.ranked[last]:,}; without a score, so not ranked: {ranking.unranked[last]:,}. "
        f"Shown: {len(table):,}. Ties share a rank. The ground shows the bands.",
    )
