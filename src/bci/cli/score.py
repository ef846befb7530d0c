"""``bci score``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bci.cli.options import (
    COUNTRY,
    DYADS,
    INDICATORS,
    MINIMUM_COVERAGE,
    OUTPUT,
    PERIODS,
    RECORD,
    WEIGHTS,
    described,
    takes,
)
from bci.cli.request import Request, paint, width

if TYPE_CHECKING:
    from bci.scoring.ranking import Ranking
    from bci.scoring.scores import Scores

#: How many dyads of very many are shown where no choice is made.
SHOWN = 20


@described(
    "score",
    "With --top or --country, a ranking of dyads instead: the score by which they are ranked, its reach "
    "over everything the missing data could be, and its percentile among all dyads that have a score.",
    "bci score",
    "bci score --weights political-first --period annual --to 2023 --format csv",
)
@takes(
    WEIGHTS,
    INDICATORS,
    DYADS,
    PERIODS,
    click.option(
        "--top", type=click.IntRange(min=1), metavar="N", help="The N highest dyads in each period."
    ),
    COUNTRY,
    click.option(
        "--by", metavar="NAME", help="Score to rank by: index (the default), a dimension, an indicator."
    ),
    MINIMUM_COVERAGE,
    click.option(
        "--details",
        is_flag=True,
        help="Add reach, percentile, distances to band edges and shares of data quality.",
    ),
    OUTPUT,
    RECORD,
)
def command(request: Request, top: int | None, country: str | None, by: str | None, details: bool) -> None:
    ranked = top is not None or country is not None
    if by is not None and not ranked:
        raise click.UsageError("--by says what to rank by; it needs --top or --country")
    if details and ranked:
        raise click.UsageError("a ranking has its reach and percentile; leave out --details")
    scores, notes = request.scores(), []
    if ranked:
        from bci.scoring.ranking import counts, rank

        ranking = rank(scores, by or "index", country=country, top=top)
        request.keep(lambda: [ranking.columns])
        request.write(_ranking(scores, ranking, request.format))
        notes = [counts(ranking)] if request.format != "table" else []
    else:
        request.keep(lambda: [scores.columns(details=details)])
        request.write(_scores(scores, request.format, details=details))
    request.account(scores, *notes)


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
