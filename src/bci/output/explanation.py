"""An explanation as people read it: the numbers in one table, the words below it."""

from __future__ import annotations

import textwrap

import pandas as pd

from bci.countries import name as country_name
from bci.model.periods import label
from bci.output.tables import number, render
from bci.scoring.explanation import Explanation


def readable(explanation: Explanation, style: str, width: int) -> str:
    """Title, table, and for one period what stands behind each indicator."""
    frame, shown = explanation.to_frame(), short(explanation)
    dyad, spans = " and ".join(map(country_name, explanation.dyad)), [*map(label, explanation.periods)]
    if len(spans) == 2:
        parts = [f"{dyad}, from {spans[0]} to {spans[1]}", render(shown, style)]
        if any("*" in cell for span in spans for cell in shown[span]):
            parts.append("* rests on partial data")
        return "\n\n".join(parts)
    indicators = frame[frame["level"] == "indicator"]
    lines = [line for _, row in indicators.iterrows() for line in _behind(explanation, row)]
    behind = "\n".join(textwrap.fill(line, width, subsequent_indent="    ") for line in lines)
    return f"{dyad}, {spans[0]}\n\n{render(shown, style)}\n\n{behind}"


def short(explanation: Explanation) -> pd.DataFrame:
    """The numbers: of one period with weights and contributions, of two with the change."""
    frame = explanation.to_frame()
    names = [
        f"- {row['name']}" if row["level"] == "indicator" else row["name"] for _, row in frame.iterrows()
    ]
    if len(explanation.periods) == 2:
        before, after = map(label, explanation.periods)
        return pd.DataFrame(
            {
                "name": names,
                before: _scores(frame, "score_before", "band_before", "coverage_before"),
                after: _scores(frame, "score", "band", "coverage"),
                "change": _signed(frame["change"]),
                "contribution": _signed(frame["contribution"]),
            }
        )
    shown = pd.DataFrame(
        {"name": names, "value": frame["value"], "score": _scores(frame, "score", "band", "coverage")}
    )
    if "low" in frame:
        shown["low"], shown["high"] = frame["low"], frame["high"]
    return shown.assign(
        weight=frame["weight"], contribution=frame["contribution"], coverage=frame["coverage"]
    )


def _scores(frame: pd.DataFrame, score: str, band: str, coverage: str) -> list[str]:
    """Scores with their bands, a star where they rest on partial data."""
    return [
        "-"
        if pd.isna(row[score])
        else f"{number(row[score])} {row[band]}{'' if row[coverage] > 1 - 1e-12 else '*'}"
        for _, row in frame.iterrows()
    ]


def _signed(values: pd.Series) -> list[str]:
    return ["-" if pd.isna(value) else f"{value:+.3f}" for value in values]


def _behind(explanation: Explanation, row: pd.Series) -> list[str]:
    name = row["name"]
    unit = row["unit"] if isinstance(row["unit"], str) else "unknown"
    parts = [f"{name}: in {unit}; scale {row['scale']} ({row['basis']})"]
    if isinstance(row.get("quality"), str):
        parts.append(f"  quality: {row['quality']}")
    if row.get("share_a") == row.get("share_a") and "share_a" in row:
        a, b = map(country_name, explanation.dyad)
        more = b if row["asymmetry"] > 0 else a
        parts.append(
            f"  {a} {row['share_a']:.4f}, {b} {row['share_b']:.4f}, asymmetry {row['asymmetry']:+.4f}"
            f" ({more} depends more)"
        )
    if isinstance(row.get("sources"), str):
        parts.append(f"  sources: {row['sources'].replace(';', ', ')}")
    if isinstance(row.get("notes"), str):
        parts.append(f"  notes: {row['notes']}")
    return parts
