"""An explanation as people read it: the numbers in one table, the words below it."""

from __future__ import annotations

import textwrap

import pandas as pd

from bci.countries import name as country_name
from bci.model.periods import label
from bci.numbers import PARTIAL
from bci.output.tables import grid
from bci.scoring.explanation import Explanation


def readable(explanation: Explanation, style: str, width: int) -> str:
    """Title, table, and for one period what stands behind each indicator."""
    heads, rows, _ = explanation.short()
    table = grid(heads, rows, style)
    dyad, spans = " and ".join(map(country_name, explanation.dyad)), [*map(label, explanation.periods)]
    if len(spans) == 2:
        parts = [f"{dyad}, from {spans[0]} to {spans[1]}", table]
        if any(PARTIAL in cell for row in rows for cell in row):
            parts.append("* rests on partial data")
        return "\n\n".join(parts)
    frame = explanation.to_frame()
    indicators = frame[frame["level"] == "indicator"]
    lines = [line for _, row in indicators.iterrows() for line in _behind(explanation, row)]
    behind = "\n".join(textwrap.fill(line, width, subsequent_indent="    ") for line in lines)
    return f"{dyad}, {spans[0]}\n\n{table}\n\n{behind}"


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
