"""What a year of BACI costs: time against the csv module alone, and peak memory.

Run with ``python benchmarks/bench_baci.py [flows]``; seven million flows where no number is given. The file
is made up, lies in a temporary folder, and is deleted afterwards.
"""

from __future__ import annotations

import csv
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from bci.sources.raw import Raw
from bci.sources.rules import Rules
from bci.sources.trade import baci

CODES = [
    842,
    156,
    643,
    276,
    251,
    699,
    757,
    579,
    490,
    4,
    8,
    12,
    20,
    24,
    28,
    31,
    32,
    36,
    40,
    44,
    48,
    50,
    51,
    52,
]
CODES += [56, 60, 64, 68, 70, 72, 76, 84, 96, 100, 104, 108, 112, 116, 120, 124, 132, 140, 144, 148, 152, 170]
CODES += [178, 180, 188, 191, 192, 196, 203, 204, 208, 212, 214, 218, 222, 226, 231, 232, 233, 242, 246, 258]
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


def plain(path: Path) -> float:
    """Processor seconds the csv module needs to split the file into cells."""
    start = time.process_time()
    with path.open(encoding="ascii", newline="") as stream:
        for _ in csv.reader(stream):
            pass
    return time.process_time() - start


def ingested(path: Path, indicator: str) -> float:
    """Processor seconds from the file to the figures of dyads."""
    start = time.process_time()
    baci.ingest(indicator, [Raw(path, ("t", "i", "j", "k", "v", "q"))], [], Rules(amount="quantity"))
    return time.process_time() - start


if __name__ == "__main__":
    flows = int(sys.argv[1]) if len(sys.argv) > 1 else 7_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "BACI_HS92_Y2020_V202501.csv"
        write(path, flows)
        print(f"{flows:,} flows, {path.stat().st_size / 2**20:.0f} MiB")
        for indicator in ("trade", "energy_trade"):
            bare, ours = plain(path), ingested(path, indicator)
            print(f"{indicator}: {ours:.1f} s, {ours / bare:.1f} times the csv module alone ({bare:.1f} s)")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
