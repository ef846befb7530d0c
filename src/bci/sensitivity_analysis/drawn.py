"""What draws of weights give, as tidy frames."""

from __future__ import annotations

import pandas as pd

from bci.scoring.scores import ROW, Scores
from bci.sensitivity_analysis.outcomes import Acceptability, Distribution, Movements


def distribution_table(scores: Scores, drawn: Distribution, quantiles: tuple[float, ...]) -> pd.DataFrame:
    """One row a dyad, period and name: mean, quantiles, and the shares of bands with their errors."""
    tables = []
    for n, name in enumerate(drawn.names):
        table = pd.DataFrame(scores.row_labels, columns=ROW).assign(name=name, mean=drawn.mean[:, n])
        for q, quantile in enumerate(quantiles):
            table[f"q{quantile * 100:g}"] = drawn.quantiles[:, n, q]
        for b, word in enumerate(scores.scheme.bands):
            table[word] = drawn.bands[:, n, b]
            table[f"{word}_error"] = drawn.bands_error[:, n, b]
        tables.append(table)
    return pd.concat(tables).sort_values(ROW, kind="stable", ignore_index=True)


def movements_table(scores: Scores, drawn: Movements) -> pd.DataFrame:
    """One row a dyad, name and pair of periods: shares of draws in which the score rises, stays and falls."""
    rows = [
        (*dyad, *before, *after, name, drawn.rise[d, p, n], drawn.stay[d, p, n], drawn.fall[d, p, n])
        for d, dyad in enumerate(scores.dyads)
        for p, (before, after) in enumerate(drawn.pairs)
        for n, name in enumerate(drawn.names)
    ]
    spans = ["from_start", "from_end", "to_start", "to_end"]
    return pd.DataFrame(rows, columns=["iso3_a", "iso3_b", *spans, "name", "rise", "stay", "fall"])


def ranks_table(scores: Scores, drawn: Acceptability) -> pd.DataFrame:
    """One row a period, dyad and rank: share of draws in which the dyad takes that rank, 1 the highest."""
    rows = [
        (*dyad, *period, drawn.name, rank + 1, drawn.shares[p, d, rank])
        for p, period in enumerate(scores.periods)
        for d, dyad in enumerate(scores.dyads)
        for rank in range(drawn.shares.shape[2])
    ]
    return pd.DataFrame(rows, columns=[*ROW, "name", "rank", "share"])
