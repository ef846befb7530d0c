"""A comparison of schemes as people read it."""

from __future__ import annotations

import pandas as pd

from bci.model.periods import label
from bci.output.tables import number
from bci.scoring.comparison import Comparison


def readable(comparison: Comparison, frame: pd.DataFrame) -> pd.DataFrame:
    """Periods, names, and a column of score and band a scheme; a changed band is said."""
    shown = pd.DataFrame(
        {
            "dyad": frame["iso3_a"] + "-" + frame["iso3_b"],
            "period": [label(span) for span in zip(frame["period_start"], frame["period_end"], strict=True)],
            "name": frame["name"],
        }
    )
    for name in comparison.schemes:
        cells = []
        for score, band in zip(frame[f"score_{name}"], frame[f"band_{name}"], strict=True):
            cells.append(f"{number(score)} {band}" if isinstance(band, str) else "-")
        shown[name] = cells
        if name != comparison.schemes[0]:
            difference = [f"{d:+.3f}" if d == d else "-" for d in frame[f"difference_{name}"]]
            changed = frame[f"band_change_{name}"]
            shown[f"difference {name}"] = [
                f"{d} other band" if c is True else d for d, c in zip(difference, changed, strict=True)
            ]
    return shown
