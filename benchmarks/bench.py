"""What speed is claimed from: whole processes against a bare interpreter, and a panel of any size in memory.

Run with ``make bench``. The machine's own speed drifts, so processes are timed in turn and compared pair by
pair; only the ratios mean something.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

RUNS = 15
BCI = str(Path(sys.executable).with_name("bci"))
YEARS, INDICATORS = 75, 6


def seconds(command: list[str]) -> float:
    """Wall time of one process."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def ratio(command: list[str], against: list[str], runs: int = RUNS) -> tuple[float, float, float]:
    """Lowest, median and highest ratio of the pairs, after one pair to warm up."""
    pairs = [(seconds(command), seconds(against)) for _ in range(runs + 1)][1:]
    ratios = sorted(a / b for a, b in pairs)
    return ratios[0], statistics.median(ratios), ratios[-1]


def panel(dyads: int) -> str:
    """Code of a process that scores so many dyads of 75 years, and prints seconds and MiB."""
    return f"""
import itertools, resource, time
from pathlib import Path
import numpy as np, pandas as pd, bci
table = Path(bci.__file__).with_name("countries.csv")
names = sorted(pd.read_csv(table, keep_default_na=False)["iso3"])[:196]
pairs = list(itertools.combinations(range(196), 2))[:{dyads}]
a, b = (np.repeat([pair[i] for pair in pairs], {YEARS}) for i in (0, 1))
years = np.tile(np.arange({YEARS}), len(pairs))
levels, labels = [names, names, range(1945, 1945 + {YEARS})], ["iso3_a", "iso3_b", "year"]
index = pd.MultiIndex(levels, [a, b, years], names=labels)
rng = np.random.default_rng(0)
values = rng.random((len(index), {INDICATORS}))
values[rng.random(values.shape) < 0.1] = np.nan
scheme = bci.load_weights()
frame = pd.DataFrame(values, index, list(scheme.indicators))
bci.score(frame.iloc[:{YEARS}], scheme)
for period in (None, "annual"):
    start = time.perf_counter()
    scores = bci.score(frame, scheme, period=period, start=1945, end=2019)
    print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def main() -> None:
    """Print the table."""
    python = sys.executable
    print(f"{'whole process, ' + str(RUNS) + ' pairs':44} lowest  median  highest")
    for name, command, against in [
        ("bci --help : python -c pass", [BCI, "--help"], [python, "-c", "pass"]),
        ("import bci : python -c pass", [python, "-c", "import bci"], [python, "-c", "pass"]),
        ("bci score : python -c 'import pandas'", [BCI, "score"], [python, "-c", "import pandas"]),
    ]:
        print(f"{name:44} " + "   ".join(f"{value:5.2f}" for value in ratio(command, against)))

    print(f"\n{'dyad-years x 6 indicators':28} four-year periods   annual   peak memory (four-year, annual)")
    for dyads in (4750, 9500, 19000):
        run = subprocess.run([python, "-c", panel(dyads)], check=True, capture_output=True, text=True)
        (four, low), (annual, high) = (map(float, line.split()) for line in run.stdout.splitlines())
        print(f"{dyads * YEARS:28,} {four:15.2f} s {annual:8.2f} s   {low:6.0f} MiB, {high:6.0f} MiB")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"highest memory of any process here: {peak:.0f} MiB")


if __name__ == "__main__":
    main()
