"""What a year of BACI costs: from the file to figures, against a plain pandas.read_csv of the same columns.

Run with ``python benchmarks/bench_baci.py [flows]``; seven million flows where no number is given. The file
is made up, lies in a temporary folder, and is deleted afterwards. Times are processor seconds, best of three.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from bci.sources.raw import Raw
from bci.sources.rules import Rules
from bci.sources.trade import baci

#: Countries, by codes of BACI.
CODES = [4, 8, 12, 20, 24, 28, 31, 32, 36, 40, 44, 48, 50, 51, 52, 56, 60, 64, 68, 70, 72, 76, 84, 96]
CODES += [100, 104, 108, 112, 116, 120, 124, 132, 140, 144, 148, 152, 156, 170, 178, 180, 188, 191, 192]
CODES += [196, 203, 204, 208, 212, 214, 218, 222, 226, 231, 232, 233, 242, 246, 251, 258, 276, 490, 579]
CODES += [643, 699, 757, 842]
PRODUCTS = 5_000


def write(path: Path, flows: int) -> None:
    """A file of so many flows, each pair and product once."""
    rng = np.random.default_rng(0)
    size = len(CODES)
    with path.open("w", encoding="ascii") as stream:
        stream.write("t,i,j,k,v,q\n")
        pairs = size * (size - 1)
        for start in range(0, flows, 100_000):
            row = np.arange(start, min(start + 100_000, flows))
            product, pair = np.divmod(row, pairs)
            i, step = np.divmod(pair, size - 1)
            j = (i + 1 + step) % size
            value, tonnes = rng.lognormal(3, 3, (2, len(row)))
            lines = zip(
                i.tolist(), j.tolist(), product.tolist(), value.tolist(), tonnes.tolist(), strict=True
            )
            stream.writelines(
                f"2020,{CODES[a]},{CODES[b]},{10_000 + 197_003 * k % 990_000:06d},{v:.3f},{q:.3f}\n"
                for a, b, k, v, q in lines
            )


def read_by_pandas(path: Path, columns: str) -> None:
    """The same columns, and nothing else."""
    import pandas as pd

    pd.read_csv(path, usecols=list(columns))


def ingested(path: Path, indicator: str) -> None:
    """From the file to the figures of dyads."""
    baci.ingest(indicator, [Raw(path, tuple("tijkvq"))], [], Rules(amount="quantity"))


def seconds(task: Callable[[Path, str], None], path: Path, what: str) -> float:
    """Processor seconds of a task, the best of three."""
    times = []
    for _ in range(3):
        start = time.process_time()
        task(path, what)
        times.append(time.process_time() - start)
    return min(times)


if __name__ == "__main__":
    flows = int(sys.argv[1]) if len(sys.argv) > 1 else 7_000_000
    columns = {"trade": "tijkv", "energy_trade": "tijkvq"}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "BACI_HS92_Y2020_V202501.csv"
        write(path, flows)
        print(f"{flows:,} flows, {path.stat().st_size / 2**20:.0f} MiB")
        ours = {indicator: seconds(ingested, path, indicator) for indicator in columns}
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        for indicator, read in columns.items():
            bare = seconds(read_by_pandas, path, read)
            ratio = ours[indicator] / bare
            print(f"{indicator}: {ours[indicator]:.1f} s, {ratio:.1f} times pandas.read_csv ({bare:.1f} s)")
    print(f"peak memory {peak:.0f} MiB")
