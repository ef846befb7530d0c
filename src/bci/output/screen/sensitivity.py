"""How sure the scores are, in plain words."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import pandas as pd

from bci.countries import name as country_name
from bci.model import bands
from bci.model.periods import label
from bci.numbers import number, percent
from bci.sensitivity_analysis.summary import Sensitivity

#: What has to be said beside shares and reaches over all weightings wherever data are partial.
SETTLED = (
    "Which data count is settled by the scheme's own weights: what these refuse for missing data, no "
    "weighting brings back, and what they accept, none refuses."
)


def in_words(answer: Sensitivity, width: int, *, dimensions: bool = False) -> str:
    """One paragraph a period: band, share of weightings that agree, reach, tipping, what matters."""
    table = answer.to_frame()
    blocks = []
    for dyad in answer.scores.dyads:
        of_dyad = table[(table["iso3_a"] == dyad[0]) & (table["iso3_b"] == dyad[1])]
        kept = of_dyad if dimensions else of_dyad[of_dyad["level"] == "index"]
        title = (
            f"{' and '.join(map(country_name, dyad))} ({'-'.join(dyad)}), scheme {answer.scores.scheme.name}"
        )
        lines = [_paragraph(row, answer, width) for _, row in kept.iterrows()]
        blocks.append("\n".join([title, "", *lines]))
    blocks.append(textwrap.fill(_legend(answer), width))
    return "\n\n".join(blocks)


def _paragraph(row: pd.Series, answer: Sensitivity, width: int) -> str:
    head = f"{label((row['period_start'], row['period_end']))}  {row['name']} "
    if pd.isna(row["score"]):
        return f"{head}has no score: too little is known"
    text = head + "; ".join(_clauses(row, answer))
    return textwrap.fill(text, width, subsequent_indent="    ")


def _clauses(row: pd.Series, answer: Sensitivity) -> Iterator[str]:
    yield f"{number(row['score'])} {row['band']}"
    yield f"{percent(row['agree'])} of all weightings agree"
    reach = f"reach {number(row['low'], 2)}-{number(row['high'], 2)}"
    if not pd.isna(row["low_within"]):
        box = f"{number(row['low_within'], 2)}-{number(row['high_within'], 2)}"
        reach += f", within {answer.within:.0%} of each weight {box}"
    yield reach
    if pd.isna(row["tipping"]):
        # Without a box the scheme is not additive, and tipping was not looked for.
        if not pd.isna(row["low_within"]):
            yield "no weighting gives another band"
    else:
        yield f"{row['tipping_band']} when {percent(row['tipping'])} of the weight moves"
    if isinstance(row["matters"], str):
        yield f"{row['matters']} matters most ({number(row['swing'])} between half and double its weight)"


def _legend(answer: Sensitivity) -> str:
    drawn = answer.to_frame()["agree_error"].max()
    exact = "exact" if not drawn > 1e-6 else f"from draws, standard error up to {percent(drawn)}"
    text = (
        "All weightings: every weight of the dimensions and of the indicators inside each, equally likely "
        f"({exact})."
    )
    if answer.to_frame()["tipping"].notna().any():
        text += " The weight that moves is counted between indicators."
    if bands.is_partial(answer.scores.column("coverage")).any():
        text += f" {SETTLED}"
    return text
