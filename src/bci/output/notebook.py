"""Results as a notebook shows them: a small table each, escaped, and a line on what it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from bci.countries import name as country_name
from bci.model.periods import label
from bci.output.comparison import readable
from bci.output.explanation import short
from bci.output.ranking import digits_of
from bci.output.replication import WORDS
from bci.output.robustness import percent
from bci.output.tables import Data, number, records

if TYPE_CHECKING:
    from bci.replication.verdicts import Verdicts
    from bci.scoring.comparison import Comparison
    from bci.scoring.explanation import Explanation
    from bci.scoring.ranking import Ranking
    from bci.scoring.scores import Scores
    from bci.sensitivity_analysis.summary import Sensitivity

#: A notebook is no place for more rows.
MOST_ROWS = 60


def html_table(heads: Sequence[str], rows: Sequence[Sequence[str]], said: str = "") -> str:
    """Texts as an HTML table whose first column names the rows; rows beyond the first sixty are counted."""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>{"".join(f"<td>{escape(text)}</td>" for text in rest)}</tr>'
        for first, *rest in rows[:MOST_ROWS]
    )
    left = len(rows) - MOST_ROWS
    more = f"<p>{left:,} more rows; to_frame() has them all.</p>" if left > 0 else ""
    note = f"<p>{escape(said)}</p>" if said else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}{note}"


def scores_html(scores: Scores) -> str:
    """Names down, periods across, bands in words."""
    rows: dict[tuple[str, str], list[str]] = {}
    for row in records(scores.columns()):
        dyad = f"{country_name(row['iso3_a'])}-{country_name(row['iso3_b'])}"
        rows.setdefault((dyad, row["name"]), [dyad, row["name"]]).append(_score(row))
    heads = ["dyad", "name", *map(label, scores.periods)]
    return html_table(heads, [*rows.values()], f"Scheme {scores.scheme.name}; * rests on partial data.")


def _score(row: Mapping[str, Any]) -> str:
    if row["score"] is not None:
        return f"{row['score']:.3f} {row['band']}{'' if row['coverage'] > 1 - 1e-12 else '*'}"
    return f"{row['low']:.3f}-{row['high']:.3f}" if row.get("low") is not None else "missing"


def comparison_html(comparison: Comparison) -> str:
    """Scores and bands scheme by scheme, with the differences from the first."""
    said = f"{len(comparison.band_changes())} of {len(comparison)} scores change their band."
    return _table(readable(comparison, comparison.to_frame()), said)


def explanation_html(explanation: Explanation) -> str:
    """What a score is made of, or what moved it."""
    spans = " to ".join(map(label, explanation.periods))
    said = f"{' and '.join(map(country_name, explanation.dyad))}, {spans}; * rests on partial data."
    return _table(short(explanation), said)


def verdicts_html(verdicts: Verdicts) -> str:
    """How many findings hold, and the statements that do not."""
    totals = _table(verdicts.totals(), "")
    others = [verdict for verdict in verdicts.verdicts if not verdict.holds]
    rows = [(v.finding.statement, WORDS[v.holds].lower(), v.found) for v in others]
    return totals + html_table(["statement", "verdict", "found"], rows) if rows else totals


def sensitivity_html(answer: Sensitivity) -> str:
    """Band, agreement, reach and tipping of every index."""
    rows = [_sure(row) for row in records(answer.to_frame()) if row["level"] == "index"]
    heads = ["dyad", "period", "index", "agree", "reach", "within", "next band", "matters most"]
    said = (
        "agree: share of all weightings that give the same band; reach: over any weights; within: over those "
        f"whose shares stay within {answer.within:.0%}; next band: and how much of the weight must move."
    )
    return html_table(heads, rows, said)


def _sure(row: Mapping[str, Any]) -> list[str]:
    start = [f"{row['iso3_a']}-{row['iso3_b']}", label((row["period_start"], row["period_end"]))]
    if row["score"] is None:
        return [*start, "missing", *["-"] * 5]
    return [
        *start,
        f"{number(row['score'])} {row['band']}",
        "-" if row["agree"] is None else percent(row["agree"]),
        _reach(row["low"], row["high"]),
        _reach(row["low_within"], row["high_within"]),
        "-" if row["tipping"] is None else f"{row['tipping_band']}: {percent(row['tipping'])}",
        row["matters"] or "-",
    ]


def ranking_html(ranking: Ranking, said: str) -> str:
    """Ranks with names, scores and bands."""
    rows = [
        [
            str(row["rank"]),
            "-" if row["rank_change"] is None else f"{row['rank_change']:+d}",
            f"{country_name(row['iso3_a'])}-{country_name(row['iso3_b'])}",
            label((row["period_start"], row["period_end"])),
            _score(row),
            _reach(row["low"], row["high"]),
            "-" if row["percentile"] is None else digits_of(row["percentile"]),
        ]
        for row in records(ranking.columns)
    ]
    heads = ["rank", "change", "dyad", "period", ranking.name, "reach", "percentile"]
    return html_table(heads, rows, f"Ranked by {ranking.name}; * rests on partial data. {said}")


def _reach(low: float | None, high: float | None) -> str:
    return "-" if low is None or high is None else f"{number(low, 2)}-{number(high, 2)}"


def _table(data: Data, said: str) -> str:
    rows = [[_cell(value) for value in row.values()] for row in records(data)]
    return html_table([str(name) for name in data], rows, said)


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    return number(value) if isinstance(value, float) else str(value)
