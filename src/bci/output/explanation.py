"""An explanation as people read it: the numbers in one table, the words below it."""

from __future__ import annotations

import textwrap

import pandas as pd

from bci.countries import name as country_name
from bci.explaining import Explanation
from bci.output.tables import render
from bci.periods import label

CHANGE = ["name", "score_before", "band_before", "score", "band", "change", "contribution"]
PERIOD = ["name", "value", "score", "band", "weight", "contribution", "coverage", "quality"]


def readable(explanation: Explanation, style: str, width: int) -> str:
    """Title, table, and for one period what stands behind each indicator."""
    frame = explanation.to_frame()
    frame["name"] = [
        f"- {name}" if level == "indicator" else name
        for level, name in zip(frame["level"], frame["name"], strict=True)
    ]
    dyad = " and ".join(map(country_name, explanation.dyad))
    if len(explanation.periods) == 2:
        before, after = map(label, explanation.periods)
        return f"{dyad}, from {before} to {after}\n\n{render(frame[CHANGE], style)}"
    table = render(frame[PERIOD], style)
    indicators = frame[frame["level"] == "indicator"]
    lines = [line for _, row in indicators.iterrows() for line in _behind(explanation, row)]
    behind = "\n".join(textwrap.fill(line, width, subsequent_indent="    ") for line in lines)
    return f"{dyad}, {label(explanation.periods[0])}\n\n{table}\n\n{behind}"


def _behind(explanation: Explanation, row: pd.Series) -> list[str]:
    name = row["name"].removeprefix("- ")
    parts = [f"{name}: {row['scale']} scale, {row['basis']}; unit: {row['unit'] or 'unknown'}"]
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
