"""Rankings on one screen: a block a period, a line a dyad."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from bci import numbers
from bci.countries import name as country_name
from bci.model import bands
from bci.model.periods import Span, label
from bci.output.screen.scores import Paint
from bci.results import records
from bci.scoring.ranking import Ranking

HEADS = ["rank", "+/-", "dyad", "score", "band", "reach", "percentile"]
NUMBERS = {"rank", "+/-", "percentile"}
#: Names of countries in less than this would be no names.
FEWEST = 12

LEGEND = (
    "+/-: places gained since the period before. *: rests on partial data; reach: the lowest and the "
    "highest score over everything the missing data could be. percentile: share of all other dyads with a "
    "score in the period that score lower, ties counting half."
)


def ranking_table(
    ranking: Ranking, bands: Sequence[str], width: int, paint: Paint, periods: Sequence[Span] | None = None
) -> str:
    """Blocks of all periods, or of some; names of countries fill what `width` leaves."""
    blocks = ["\n".join(_block(ranking, span, bands, width, paint)) for span in periods or ranking.periods]
    return "\n\n".join([*blocks, textwrap.fill(LEGEND, width)])


def _block(ranking: Ranking, span: Span, bands: Sequence[str], width: int, paint: Paint) -> Iterator[str]:
    yield from textwrap.wrap(_title(ranking, span), width)
    in_period = (ranking.columns["period_start"] == span[0]) & (ranking.columns["period_end"] == span[1])
    rows = records({name: column[in_period] for name, column in ranking.columns.items()})
    if not rows:
        return
    cells = [_cells(row) for row in rows]
    widths = [max(map(len, column)) for column in zip(HEADS, *cells, strict=True)]
    left = width - sum(widths) - 2 * len(widths)
    yield _line(_aligned(HEADS, widths), "partner" if ranking.country else "countries", left)
    for row, texts in zip(rows, cells, strict=True):
        line = _aligned(texts, widths)
        band = HEADS.index("band")
        line[band] = paint(line[band], bands.index(row["band"]), len(bands))
        yield _line(line, _names(row), left)


def _title(ranking: Ranking, span: Span) -> str:
    place = ranking.periods.index(span)
    of = f" of {country_name(ranking.country)}" if ranking.country else ""
    counted = f"{ranking.ranked[place]:,} dyads{of} ranked, {ranking.unranked[place]:,} without a score"
    return f"{ranking.name} {label(span)}: {counted}"


def _cells(row: dict[str, Any]) -> list[str]:
    partial = bool(bands.is_partial(row["coverage"]))
    change, percentile = row["rank_change"], row["percentile"]
    return [
        f"{row['rank']}",
        "-" if change is None else f"{change:+d}" if change else "=",
        f"{row['iso3_a']}-{row['iso3_b']}",
        numbers.score(row["score"], partial=partial, zero=False),
        row["band"],
        numbers.between(row["low"], row["high"], zero=False) if partial else "",
        numbers.percentile(percentile),
    ]


def _names(row: dict[str, Any]) -> str:
    codes = [row["partner"]] if "partner" in row else [row["iso3_a"], row["iso3_b"]]
    return "-".join(map(country_name, codes))


def _aligned(texts: list[str], widths: list[int]) -> list[str]:
    return [
        text.rjust(width) if head in NUMBERS else text.ljust(width)
        for head, text, width in zip(HEADS, texts, widths, strict=True)
    ]


def _line(aligned: list[str], names: str, left: int) -> str:
    shown = names if len(names) <= left else names[: left - 1] + "…"
    return "  ".join([*aligned, shown] if left >= FEWEST else aligned).rstrip()
