"""What speed of reading is claimed from: processes that score a large folder, against pandas reading it.

Run with ``python benchmarks/bench_files.py [rows]``: joint counts of votes are made up for so many dyad-years
(if not said, as many as all dyads of 1946-2024 have) and written as CSV, gzipped CSV and Parquet.
"""

from __future__ import annotations

import itertools
import sys
import tempfile
from pathlib import Path

import numpy as np
from bench import BCI, ratio

import bci
from bci.countries import SYSTEMS, iso3
from bci.data.dyads import DyadYears
from bci.model.definitions import Source
from bci.model.measures import JOINT_COUNTS
from bci.sources.figures import Ingested, shipped_definition
from bci.sources.write import write_folder

ROWS, PAIRS = 900_147, 5
YEARS = np.arange(1970, 2020)
READERS = {"csv": "read_csv", "csv.gz": "read_csv", "parquet": "read_parquet"}
SCHEME = """
name: votes
version: 1
periods: {length: 5, from: 2010, to: 2019}
dimensions:
  political: {weight: 1, indicators: {un_voting: 1}}
bands: {limited: 0, moderate: 0.25, enhanced: 0.5, comprehensive: 0.75}
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
    notes = [f"session {session}" for session in (year - 1945).tolist()]
    rows_made = DyadYears(year, number, dyads)
    return Ingested("un_voting", "made_up", source, rows_made, columns, definition, notes=notes)


def main() -> None:
    """Print the table."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    votes = made_up(rows)
    print(f"{f'{rows:,} dyad-years : pandas reads them, {PAIRS} pairs':54} lowest  median  highest")
    with tempfile.TemporaryDirectory() as folder:
        scheme = Path(folder) / "votes.yaml"
        scheme.write_text(SCHEME, encoding="utf-8")
        for form, reader in READERS.items():
            data = Path(folder) / form
            write_folder(data, [votes], form=form, force=False)
            file = str(data / f"un_voting.{form}")
            pandas = [sys.executable, "-c", f"import pandas; pandas.{reader}({file!r})"]
            score = [BCI, "score", "-i", str(data), "-w", str(scheme)]
            one = ["--dyad", "-".join(votes.rows.dyads[0])]
            for name, options in (("one dyad", one), ("ranks of all dyads", ["--top", "10"])):
                ratios = ratio([*score, *options], pandas, PAIRS)
                print(f"{f'{form}, {name}':54} " + "   ".join(f"{value:5.2f}" for value in ratios))


if __name__ == "__main__":
    main()
