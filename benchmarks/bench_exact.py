"""Exact sensitivity of a large panel: ranges, flat band shares and tipping distances, and how time grows.

Run with ``python benchmarks/bench_exact.py``.
"""

from __future__ import annotations

import resource
import time

import numpy as np

from bci.sensitivity_analysis.exact import band_shares, mean_range
from bci.sensitivity_analysis.tipping import tipping

SIZES = (178_125, 356_250, 712_500, 1_425_000)
EDGES = np.array([0, 0.25, 0.5, 0.75])


def seconds(rows: int) -> dict[str, float]:
    """Seconds each part takes on so many rows of six indicators, a tenth of them missing."""
    rng = np.random.default_rng(0)
    scores = rng.random((rows, 6))
    scores[rng.random(scores.shape) < 0.1] = np.nan
    weights = np.full(6, 1 / 6)
    parts = {
        "range, all weights": lambda: mean_range(scores, np.zeros(6), np.ones(6)),
        "range, within 50%": lambda: mean_range(scores, weights / 2, weights * 1.5),
        "flat band shares": lambda: band_shares(scores, EDGES),
        "tipping, absolute": lambda: tipping(scores, weights, EDGES),
        "tipping, Euclidean": lambda: tipping(scores, weights, EDGES, "euclidean"),
    }
    taken = {}
    for name, part in parts.items():
        start = time.perf_counter()
        part()
        taken[name] = time.perf_counter() - start
    return taken


def main() -> None:
    """Print the table."""
    table = {rows: seconds(rows) for rows in SIZES}
    for name in table[SIZES[0]]:
        print(f"{name:20}" + "".join(f"{table[rows][name]:9.2f} s" for rows in SIZES))
    totals = [sum(table[rows].values()) for rows in SIZES]
    print(f"{'together':20}" + "".join(f"{total:9.2f} s" for total in totals))
    print(
        f"{'seconds a million':20}"
        + "".join(f"{t / n * 1e6:9.2f}  " for t, n in zip(totals, SIZES, strict=True))
    )
    print(f"highest memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
