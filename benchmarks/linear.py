"""Draw how time grows with rows and draws. Run ``python benchmarks/linear.py``; needs matplotlib."""

from __future__ import annotations

from pathlib import Path

from bench_draws import scores_of, seconds, weightings_of
from bench_exact import SIZES
from bench_exact import seconds as exact_seconds
from matplotlib import pyplot

from bci.sensitivity_analysis.montecarlo import distribution

ROWS = (25_000, 50_000, 100_000, 200_000)
DRAWS = (1_250, 2_500, 5_000, 10_000)


def main() -> None:
    """Measure and draw."""
    pyplot.rcParams["svg.hashsalt"] = "bci"
    figure, (rows, draws, exact) = pyplot.subplots(1, 3, figsize=(12, 3.6), constrained_layout=True)
    taken = []
    for n in ROWS:
        scores = scores_of(n // 25, 25, gaps=0.1)
        weightings = weightings_of(scores, 2_500)
        taken.append(
            seconds(lambda s=scores, w=weightings: distribution(s, w, names=["index"], quantiles=()))
        )
    rows.plot(ROWS, taken, marker="o")
    rows.set(xlabel="rows, 2,500 draws", ylabel="seconds", title="Band shares from draws")
    scores = scores_of(2_000, 25, gaps=0.1)
    taken = []
    for n in DRAWS:
        weightings = weightings_of(scores, n)
        taken.append(seconds(lambda w=weightings: distribution(scores, w, names=["index"], quantiles=())))
    draws.plot(DRAWS, taken, marker="o")
    draws.set(xlabel="draws, 50,000 rows", title="Band shares from draws")
    table = {n: exact_seconds(n) for n in SIZES}
    for name in table[SIZES[0]]:
        exact.plot(SIZES, [table[n][name] for n in SIZES], marker="o", label=name)
    exact.set(xlabel="rows", title="Exact")
    exact.legend(frameon=False, fontsize="small")
    for axes in (rows, draws, exact):
        axes.set_xlim(0)
        axes.set_ylim(0)
    figure.savefig(Path(__file__).with_name("linear.svg"), metadata={"Date": None})


if __name__ == "__main__":
    main()
