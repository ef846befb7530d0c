"""Dyads by a score, highest first: those of one country, or all."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bci.countries import name as country_name
from bci.errors import InputError
from bci.model.periods import label
from bci.numbers import number
from bci.output.plots.caption import caption, plain_name
from bci.output.plots.ground import PARTIAL_KEY, bands_of, beside
from bci.output.plots.lines import FAR
from bci.output.plots.options import MOST, Options
from bci.output.plots.sheet import Key, Panel, Sheet, composed, extent, plain, widest, wrapped
from bci.output.plots.strip import SIDE
from bci.output.plots.style import FAINT, INK, LABEL
from bci.results import records
from bci.scoring.ranking import Ranking, rank
from bci.scoring.scores import Scores

ROW = 0.19


def partners(scores: Scores, options: Options) -> Figure:
    """A mark a dyad in the last period with scores; a line is what missing data could make of it."""
    ranking = _last(rank(scores, options.by, country=options.country, top=options.top), scores, options)
    span = ranking.periods[0]
    rows = records(ranking.columns)
    if len(rows) > MOST:
        message = f"{len(rows):,} dyads share the first {options.top} ranks; choose a --country or --dyad"
        raise InputError.at("partners", message)
    words = [
        country_name(row["partner"])
        if ranking.country
        else f"{country_name(row['iso3_a'])} and {country_name(row['iso3_b'])}"
        for row in rows
    ]
    labels = [
        wrapped(f"{row['rank']}. {word}", LABEL, SIDE * options.width - 0.2, 2)
        for row, word in zip(rows, words, strict=True)
    ]
    texts = [number(row["score"]) for row in rows]
    left, right = widest(labels) + 0.25, widest(texts) + 0.2
    tall = [max(ROW, extent(text, LABEL)[1] + 0.05) for text in labels]
    ground = bands_of(scores.scheme, (0.0, 1.0), options.width - left - right, upright=False)
    partial = [row["coverage"] <= 1 - 1e-12 for row in rows]
    level = next(level for level, name in scores.names if name == ranking.name)
    title_of = plain_name(scores, level, ranking.name)
    dot = {"color": INK, "marker": "o", "linestyle": "", "markersize": 5}
    keys = [Key(title_of, line=dot), *([PARTIAL_KEY] if any(partial) else [])]
    if any(partial):
        keys.append(Key("range that missing data leave", line={"color": FAR, "linewidth": 1.4}))
    ranked, unranked = ranking.ranked[0], ranking.unranked[0]
    said = caption(
        scores,
        f"Ranked: {ranked:,}; without a score, so not ranked: {unranked:,}. Shown: {len(rows):,}. Ties share "
        "a rank. The ground shows the bands.",
    )
    of = f"Partners of {country_name(ranking.country)}" if ranking.country else "Pairs of countries"
    by = "the index" if ranking.name == "index" else title_of
    title = options.title or f"{of} by {by}, {label(span)}"
    sheet = Sheet(options.width, title, said, left, right, [*keys, *ground.keys])
    panel = Panel(f"{title_of} (score, 0 to 1)", float(sum(tall)), above=ground.room, below=0.25)
    figure, (axes,) = composed(sheet, [panel])
    ground.draw(axes)
    edges = np.concatenate([[0], np.cumsum(tall)])
    middles = (edges[1:] + edges[:-1]) / 2
    for middle, row, hollow, text in zip(middles, rows, partial, texts, strict=True):
        _mark(axes, middle, row, hollow, text, right)
    axes.set_xlim(0, 1)
    axes.set_ylim(edges[-1], 0)
    axes.set_yticks(middles, labels)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", ".25", ".5", ".75", "1"])
    plain(axes)
    axes.tick_params(axis="y", length=0)
    return figure


def _last(ranking: Ranking, scores: Scores, options: Options) -> Ranking:
    """The ranking of the last period that has any."""
    known = [span for span, ranked in zip(ranking.periods, ranking.ranked, strict=True) if ranked]
    if not known:
        raise InputError.at("partners", f"no dyad has a score of {ranking.name}: too much is missing")
    return rank(scores, options.by, country=options.country, top=options.top, period=known[-1])


def _mark(axes: Axes, middle: float, row: dict[str, float], hollow: bool, text: str, right: float) -> None:
    axes.hlines(middle, 0, 1, color=FAINT, linewidth=0.3, linestyle=":", zorder=1)
    if hollow:
        axes.hlines(middle, row["low"], row["high"], color=FAR, linewidth=1.4, zorder=2)
    face = "white" if hollow else INK
    axes.plot(
        row["score"], middle, "o", markersize=5, markerfacecolor=face, markeredgecolor=INK, zorder=3,
        clip_on=False, gid=f"{row['iso3_a']}-{row['iso3_b']}",
    )  # fmt: skip
    beside(axes, middle, text, right)
