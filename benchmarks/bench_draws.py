"""What speed is claimed from: scores under drawn weights against bare numpy, and a large panel from a part.

The machine's own speed drifts, so both sides are timed in turn and compared pair by pair; only the ratios
mean something. What is extrapolated is shown to grow with the rows and with the draws. Run with
``python benchmarks/bench_draws.py``; with ``--whole`` the large panel itself is scored, too.
"""

from __future__ import annotations

import itertools
import resource
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd

import bci
from bci.model.scheme import Scheme
from bci.scoring.scores import Scores
from bci.sensitivity_analysis.montecarlo import acceptability, distribution, movements
from bci.sensitivity_analysis.sampling import Weightings, draw

RUNS = 15
WHOLE_ROWS, WHOLE_DRAWS = 1_425_000, 10_000
WORKERS = 2
SIZES = [(25_000, 2_500), (50_000, 2_500), (100_000, 2_500), (100_000, 5_000), (100_000, 10_000)]


def scores_of(dyads: int, years: int, gaps: float, mean: str = "arithmetic") -> Scores:
    """Annual scores of so many dyads, made up, with a share of the values missing."""
    names = sorted(pd.read_csv(Path(bci.__file__).with_name("countries.csv"), keep_default_na=False)["iso3"])
    pairs = list(itertools.combinations(range(196), 2))[:dyads]
    a, b = (np.repeat([pair[i] for pair in pairs], years) for i in (0, 1))
    levels, labels = [names[:196]] * 2, ["iso3_a", "iso3_b", "year"]
    codes = [a, b, np.tile(np.arange(years), len(pairs))]
    index = pd.MultiIndex([*levels, range(1945, 1945 + years)], codes, names=labels)
    content = bci.load_weights().model_dump(mode="json", by_alias=True)
    scheme = Scheme.model_validate(content | {"aggregation": {"dimensions": mean}})
    highest = {
        "arms_trade": 0.2,
        "military_exercises": 5,
        "trade": 0.2,
        "energy_trade": 0.12,
        "official_visits": 3,
    }
    rng = np.random.default_rng(0)
    values = rng.random((len(index), len(scheme.indicators)))
    values *= [highest.get(name, 1) for name in scheme.indicators]
    values[rng.random(values.shape) < gaps] = np.nan
    frame = pd.DataFrame(values, index, list(scheme.indicators))
    return bci.score(frame, scheme, period="annual", start=1945, end=1944 + years)


def weightings_of(scores: Scores, draws: int) -> Weightings:
    """Flat draws of both levels."""
    return draw(scores.scheme, "flat", draws, np.random.default_rng(1))


def floor(scores: Scores, weightings: Weightings) -> Callable[[], object]:
    """Bare numpy: one product, the order statistics that three quantiles need, three comparisons."""
    dimensions, indicators = weightings.dimensions, weightings.indicators
    weights = np.concatenate([dimensions[:, [d]] * part for d, part in enumerate(indicators)], axis=1)
    places = np.array([0.05, 0.5, 0.95]) * (len(weights) - 1)
    needed = np.unique([np.floor(places), np.ceil(places)]).astype(int)
    columns, transposed = scores.indicators.score, np.ascontiguousarray(weights.T)

    def run() -> None:
        drawn = columns @ transposed
        np.partition(drawn, needed, axis=1)
        for edge in scores.scheme.edges[1:]:
            (drawn >= edge).sum(axis=1)

    return run


def seconds(run: Callable[[], object]) -> float:
    """Wall time of one run."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def against(run: Callable[[], object], other: Callable[[], object]) -> str:
    """Lowest, median and highest ratio of the pairs, after one pair to warm up, and the median times."""
    pairs = [(seconds(run), seconds(other)) for _ in range(RUNS + 1)][1:]
    ratios = sorted(a / b for a, b in pairs)
    ours, theirs = (statistics.median(times) for times in zip(*pairs, strict=True))
    spread = f"{ratios[0]:6.2f}  {statistics.median(ratios):6.2f}  {ratios[-1]:7.2f}"
    return f"{spread}   {ours * 1e3:6.1f} ms : {theirs * 1e3:6.1f} ms"


def extrapolated(run: Callable[[Scores, Weightings], object]) -> None:
    """Time of parts of the whole, and what it makes of the whole."""
    for rows, draws in SIZES:
        scores = scores_of(rows // 25, 25, gaps=0.1)
        weightings = weightings_of(scores, draws)
        taken = seconds(lambda s=scores, w=weightings: run(s, w))
        whole = taken * WHOLE_ROWS / rows * WHOLE_DRAWS / draws
        per_score = taken / rows / draws * 1e9
        print(f"{rows:9,} {draws:7,} {taken:8.2f} s   {per_score:6.2f} ns a score   the whole {whole:6.0f} s")


def memory() -> str:
    """Highest memory of this process and of any worker so far."""
    own, workers = (
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return f"highest memory so far {own:.0f} MiB, of a worker {workers:.0f} MiB"


def main() -> None:
    """Print the ratios, the extrapolation, and the other analyses."""
    scores = scores_of(50, 28, gaps=0)
    weightings = weightings_of(scores, 1_000)
    print(f"1,400 rows x 6 x 1,000 draws, {RUNS} pairs       lowest  median  highest")
    bare = floor(scores, weightings)
    for name, run in {
        "index: 3 quantiles, 4 bands, mean": lambda: distribution(scores, weightings, names=["index"]),
        "index: 4 bands, mean": lambda: distribution(scores, weightings, names=["index"], quantiles=()),
        "index and 3 dimensions, all": lambda: distribution(scores, weightings),
        "movements of the index, 27 pairs": lambda: movements(scores, weightings, names=["index"]),
        "acceptability of 50 ranks, 28 times": lambda: acceptability(scores, weightings),
    }.items():
        print(f"{name:38} : floor  {against(run, bare)}")
    for mean in ("geometric", "minimum"):
        other = scores_of(50, 28, gaps=0, mean=mean)
        line = against(lambda s=other: distribution(s, weightings, names=["index"]), bare)
        print(f"{'index, arithmetic then ' + mean:38} : floor  {line}")

    with ProcessPoolExecutor(WORKERS) as pool:
        for title, quantiles, executor in [
            ("band shares of the index, one process", (), None),
            (f"band shares of the index, {WORKERS} processes", (), pool),
            (f"band shares and quantiles, {WORKERS} processes", (0.05, 0.5, 0.95), pool),
        ]:
            print(f"\n{title}; whole = {WHOLE_ROWS:,} rows x {WHOLE_DRAWS:,} draws")

            def run(
                scores: Scores,
                weightings: Weightings,
                quantiles: tuple[float, ...] = quantiles,
                executor: Executor | None = executor,
            ) -> object:
                return distribution(
                    scores, weightings, names=["index"], quantiles=quantiles, executor=executor
                )

            extrapolated(run)

    print()
    if "--whole" in sys.argv:
        scores = scores_of(19_000, 75, gaps=0.1)
        weightings = weightings_of(scores, WHOLE_DRAWS)
        print(f"the whole itself: {memory()} before the draws")
        with ProcessPoolExecutor(WORKERS) as pool:
            taken = seconds(
                lambda: distribution(scores, weightings, names=["index"], quantiles=(), executor=pool)
            )
        print(f"band shares of the index, {WORKERS} processes: {taken:.0f} s")
    print(memory())


if __name__ == "__main__":
    main()
