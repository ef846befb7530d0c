"""``bci score``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bci.cli import COMMANDS
from bci.cli.loading import load
from bci.cli.options import (
    country_option,
    dyad_option,
    examples,
    finish,
    indicators_option,
    minimum_coverage_option,
    output_options,
    paint,
    period_options,
    say,
    style_of,
    weights_option,
    width,
)
from bci.cli.recording import keep

if TYPE_CHECKING:
    from bci.scoring.ranking import Ranking
    from bci.scoring.scores import Scores

#: How many dyads of very many are shown where no choice is made.
SHOWN = 20


@click.command(
    "score",
    help=(
        f"{COMMANDS['score']}\n\n"
        "With --top or --country, a ranking of dyads instead: the score by which they are ranked, its reach "
        "over everything the missing data could be, and its percentile among all dyads that have a score."
    ),
    epilog=examples(
        "bci score", "bci score --weights political-first --period annual --to 2023 --format csv"
    ),
)
@weights_option
@indicators_option
@dyad_option
@period_options
@click.option("--top", type=click.IntRange(min=1), metavar="N", help="The N highest dyads in each period.")
@country_option
@click.option(
    "--by", metavar="NAME", help="Score to rank by: index (the default), a dimension, an indicator."
)
@minimum_coverage_option
@click.option(
    "--details",
    is_flag=True,
    help="Add reach, percentile, distances to band edges and shares of data quality.",
)
@output_options
def command(
    weights: str,
    indicators: str | None,
    dyads: tuple[str, ...],
    period: str | None,
    start: int | None,
    end: int | None,
    top: int | None,
    country: str | None,
    by: str | None,
    minimum_coverage: float | None,
    details: bool,
    style: str,
    output: Path | None,
    force: bool,
    quiet: bool,
) -> None:
    from bci.output.about import about_line, caveats
    from bci.scoring.scoring import score

    ranked = top is not None or country is not None
    if by is not None and not ranked:
        raise click.UsageError("--by says what to rank by; it needs --top or --country")
    if details and ranked:
        raise click.UsageError("a ranking has its reach and percentile; leave out --details")
    style = style_of(style, output)
    panel, (scheme,) = load(indicators, [weights])
    scores = score(
        panel,
        scheme,
        period=period,
        start=start,
        end=end,
        dyads=dyads or None,
        minimum_coverage=minimum_coverage,
    )
    notes: list[str] = []
    if ranked:
        from bci.scoring.ranking import counts, rank

        ranking = rank(scores, by or "index", country=country, top=top)
        keep(lambda: [ranking.columns])
        text = _ranking(scores, ranking, style)
        notes = [counts(ranking)] if style != "table" else []
    else:
        keep(lambda: [scores.columns(details=details)])
        text = _scores(scores, style, details=details)
    finish(text, output, force=force)
    say([about_line(scores), *notes, *caveats(scores)], quiet=quiet)


def _scores(scores: Scores, style: str, *, details: bool) -> str:
    from bci.output.screen.scores import MOST_DYADS, flat, matrix

    many = style == "table" and len(scores.dyads) > MOST_DYADS
    if many and details:
        raise click.UsageError(
            f"--details of {len(scores.dyads):,} dyads are no table; give --dyad, or --format csv"
        )
    if style in ("csv", "json") or details:
        from bci.output.about import about
        from bci.output.tables import render

        return render(scores.columns(details=details), style, about(scores), rows="scores")
    if many:
        return _overview(scores)
    return matrix(scores, width(), paint) if style == "table" else flat(scores, style)


def _overview(scores: Scores) -> str:
    """The highest of very many dyads in the last period that has any score, and how to see the others."""
    from bci.output.screen.ranking import ranking_table
    from bci.scoring.ranking import rank

    ranking = rank(scores, top=SHOWN)
    scored = [span for span, known in zip(ranking.periods, ranking.ranked, strict=True) if known]
    last = (scored or ranking.periods)[-1]
    said = (
        f"{len(scores.dyads):,} dyads; here are ranks 1 to {SHOWN} of the last period with scores.\n"
        "For others, give --dyad A-B, --country NAME or --top N; for everything, --format csv.\n\n"
    )
    return said + ranking_table(ranking, list(scores.scheme.bands), width(), paint, [last])


def _ranking(scores: Scores, ranking: Ranking, style: str) -> str:
    from bci.output.about import about
    from bci.output.screen.ranking import ranking_table
    from bci.output.tables import render

    if style == "table":
        return ranking_table(ranking, list(scores.scheme.bands), width(), paint)
    counted = {
        "name": ranking.name,
        "country": ranking.country,
        "periods": [
            {"period_start": start, "period_end": end, "ranked": ranked, "unranked": unranked}
            for (start, end), ranked, unranked in zip(
                ranking.periods, ranking.ranked, ranking.unranked, strict=True
            )
        ],
    }
    return render(ranking.columns, style, about(scores) | counted, rows="ranking")
