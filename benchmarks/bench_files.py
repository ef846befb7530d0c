"""What speed of reading is claimed from: large indicator files as CSV, gzipped CSV and Parquet.

Run ``python benchmarks/bench_files.py [rows] [src]``: figures of votes are made up for so many dyad-years
(900,000 if not said), then read, checked and joined by processes of their own. With `src`, the folder of
another version of the package, that version reads the CSV, too, in turn, and the ratio is told: the
machine's own speed drifts.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

import bci
from bci.countries import SYSTEMS, iso3
from bci.data.dyads import DyadYears
from bci.model.definitions import Source
from bci.model.measures import JOINT_COUNTS
from bci.sources.figures import Ingested, shipped_definition
from bci.sources.write import write_folder

PAIRS = 3
YEARS = np.arange(1970, 2020)
READ = """
import resource, sys, time
from bci.data.panel import load_indicators
start = time.perf_counter()
panel = load_indicators(sys.argv[1])
panel.matrix(["un_voting"])
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def made_up(rows: int) -> Ingested:
    """Votes of so many dyad-years."""
    table = Path(bci.__file__).with_name("countries.csv").read_text(encoding="utf-8").splitlines()
    place = table[0].split(",").index(SYSTEMS[0])
    names = sorted({iso3(line.split(",")[place]) for line in table[1:] if line.split(",")[place].isalpha()})
    dyads = tuple(itertools.islice(itertools.combinations(names, 2), -(-rows // len(YEARS))))
    number, year = np.repeat(np.arange(len(dyads)), len(YEARS))[:rows], np.tile(YEARS, len(dyads))[:rows]
    counts = np.random.default_rng(0).integers(0, 80, (len(JOINT_COUNTS), rows)).astype(float)
    definition = shipped_definition("un_voting") | {"coverage": {"from": 1970, "to": 2019}}
    source = Source(title="made up", publisher="-", place="-", licence="-", vintage="-")
    columns = dict(zip(JOINT_COUNTS, counts, strict=True))
    return Ingested(
        "un_voting",
        "made_up",
        source,
        DyadYears(year, number, dyads),
        columns,
        definition,
        notes=[f"session {session}" for session in (year - 1945).tolist()],
    )


def read(folder: Path, src: str | None = None) -> tuple[float, float]:
    """Seconds and MiB of a process that reads a folder."""
    environment = os.environ | ({"PYTHONPATH": src} if src else {})
    command = [sys.executable, "-c", READ, str(folder)]
    run = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    seconds, memory = map(float, run.stdout.split())
    return seconds, memory


def main() -> None:
    """Print the table."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 900_000
    other = sys.argv[2] if len(sys.argv) > 2 else None
    votes = made_up(rows)
    with tempfile.TemporaryDirectory() as folder:
        for form in ("csv", "csv.gz", "parquet"):
            write_folder(Path(folder) / form, [votes], form=form, force=False)
            taken = sorted(read(Path(folder) / form) for _ in range(PAIRS))
            seconds, memory = taken[PAIRS // 2]
            print(f"{rows:,} dyad-years, {form:8} {seconds:6.2f} s  {memory:6.0f} MiB")
        if other:
            pairs = [(read(Path(folder) / "csv"), read(Path(folder) / "csv", other)) for _ in range(PAIRS)]
            for ours, theirs in pairs:
                print(
                    f"csv, this : other  {ours[0] / theirs[0]:.2f} of {theirs[0]:.1f} s, "
                    f"{ours[1] / theirs[1]:.2f} of {theirs[1]:.0f} MiB"
                )


if __name__ == "__main__":
    main()
