"""Dyads by a score, highest first: those of one country, or all."""

from __future__ import annotations

from matplotlib.lines import Line2D

from bci.countries import name as country_name
from bci.errors import InputError
from bci.model.bands import is_partial
from bci.model.periods import label
from bci.numbers import number
from bci.output.plots import MOST, Options
from bci.output.plots.bands_and_periods import QUARTERS, dot, ground, notes_on_data
from bci.output.plots.caption import caption, countries, plain_name
from bci.output.plots.layout import (
    SIDE,
    Drawing,
    finished,
    laid_out,
    name_rows,
    number_rows,
    page,
    rows,
    wrapped,
)
from bci.output.plots.style import FAINT, FAR, INK, LABEL
from bci.results import records
from bci.scoring.ranking import Ranking, rank
from bci.scoring.scores import Scores

ROW = 0.19


def partners(scores: Scores, options: Options) -> Drawing:
    """A mark a dyad in the last period with scores; a line is what missing data could make of it."""
    ranking = _last(rank(scores, options.by, country=options.country, top=options.top), scores, options)
    ranked = records(ranking.columns)
    if len(ranked) > MOST:
        message = f"{len(ranked):,} dyads share the first {options.top} ranks; choose a --country or --dyad"
        raise InputError.at("partners", message)
    words = [
        country_name(row["partner"]) if ranking.country else countries((row["iso3_a"], row["iso3_b"]))
        for row in ranked
    ]
    names = [
        wrapped(f"{row['rank']}. {word}", LABEL, SIDE * options.width - 0.2, 2)
        for row, word in zip(ranked, words, strict=True)
    ]
    edges, middles = rows(names, ROW)
    level = next(level for level, name in scores.names if name == ranking.name)
    score_name = plain_name(scores, level, ranking.name)
    figure, (axes,) = page(options.width, {f"{score_name} (score, 0 to 1)": edges[-1]})
    name_rows(axes, edges, middles, names)
    number_rows(axes, middles, [number(row["score"]) for row in ranked])
    axes.set_xlim(0, 1)
    axes.set_xticks(**QUARTERS)
    bands = ground(axes, scores.scheme, upright=False)
    axes.hlines(middles, 0, 1, color=FAINT, linewidth=0.3, linestyle=":", zorder=1)
    partial = is_partial([row["coverage"] for row in ranked])
    for middle, row, hollow in zip(middles, ranked, partial, strict=True):
        if hollow:
            axes.hlines(middle, row["low"], row["high"], color=FAR, linewidth=1.4, zorder=2)
        dot(axes, row["score"], middle, hollow, f"{row['iso3_a']}-{row['iso3_b']}")
    laid_out(figure)
    keys = [
        Line2D([], [], color=INK, marker="o", linestyle="", markersize=4.8, label=score_name),
        *notes_on_data(bool(partial.any()), missing=False),
    ]
    if partial.any():
        keys.append(Line2D([], [], color=FAR, linewidth=1.4, label="range that missing data leave"))
    below = caption(
        scores,
        f"Ranked: {ranking.ranked[0]:,}; without a score, so not ranked: {ranking.unranked[0]:,}. "
        f"Shown: {len(ranked):,}. Ties share a rank. The ground shows the bands.",
    )
    of = f"Partners of {country_name(ranking.country)}" if ranking.country else "Pairs of countries"
    by = "the index" if ranking.name == "index" else score_name
    title = f"{of} by {by}, {label(ranking.periods[0])}"
    return finished(figure, options.title or title, [*keys, *bands.unnamed()], below)


def _last(ranking: Ranking, scores: Scores, options: Options) -> Ranking:
    """The ranking of the last period that has any."""
    known = [span for span, number in zip(ranking.periods, ranking.ranked, strict=True) if number]
    if not known:
        raise InputError.at("partners", f"no dyad has a score of {ranking.name}: too much is missing")
    return rank(scores, options.by, country=options.country, top=options.top, period=known[-1])
