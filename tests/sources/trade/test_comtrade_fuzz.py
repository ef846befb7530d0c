"""UN Comtrade: whatever happens to a file, it is refused or read as it then stands."""

from __future__ import annotations

import csv
import itertools
import math
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from sources.trade.test_comtrade import CASES, NAN, figures, ingest, rows_of

from bci.errors import InputError
from bci.sources.raw import beginning
from bci.sources.trade.comtrade import FORMAT

BASE = rows_of(CASES / "new.csv")
MUTATIONS = st.lists(
    st.tuples(
        st.sampled_from(["cell", "cut", "drop", "double", "swap", "short"]),
        st.integers(1, len(BASE) - 1),
        st.integers(0, len(BASE[0]) - 1),
        st.sampled_from(
            ["", "0", "5", "-1", "nan", "1e400", "_1", "ÿ\ufeff", "X", "TOTAL", "2100", "156", "2014", '"']
        ),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=150)
@given(MUTATIONS)
def test_a_mutated_file_is_refused_or_read_as_it_now_stands(
    mutations: list[tuple[str, int, int, str]],
) -> None:
    rows = [list(row) for row in BASE]
    for kind, at, column, text in mutations:
        row = rows[at % len(rows)]
        if kind == "cell" and row:
            row[column % len(row)] = text
        elif kind == "cut":
            del row[column:]
        elif kind == "drop" and len(rows) > 2:
            del rows[max(1, at % len(rows))]
        elif kind == "double":
            rows.append(list(row))
        elif kind == "swap" and len(row) > column:
            row[0], row[column] = row[column], row[0]
        elif kind == "short":
            del rows[at:]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mutated.csv"
        with path.open("w", newline="", encoding="utf-8") as lines:
            csv.writer(lines).writerows(rows)
        first = beginning(path, FORMAT.encoding)
        if FORMAT.find_header([cells for _, cells in first]) is None:
            return
        try:
            result = ingest(path)
        except InputError:
            return
    reported = plainly(rows)
    for (a, b, year), (ab, ba, *totals) in figures(result).items():
        for sender, receiver, flow in ((a, b, ab), (b, a, ba)):
            received = reported.get((receiver, "M", year, sender), NAN)
            sent = reported.get((sender, "X", year, receiver), NAN)
            if math.isnan(received):
                assert math.isnan(flow) or flow in {0, sent}
            else:
                assert flow == received
        for total, (country, direction) in zip(totals, itertools.product((a, b), "XM"), strict=True):
            world = reported.get((country, direction, year, "world"), NAN)
            # Totals below their parts by rounding are raised to them.
            assert math.isnan(total) or abs(total - world) <= max(1, world / 100)


def plainly(rows: list[list[str]]) -> dict[tuple[str, str, int, str], float]:
    """Every report as the rows have it, in million US dollars, read without any of the reader's code."""
    header, iso = rows[0], {"156": "CHN", "643": "RUS", "842": "USA", "490": "TWN", "0": "world"}
    found = {}
    for row in rows[1:]:
        line = {name: text.strip() for name, text in zip(header, row, strict=False)}
        whole = line.get("motCode") in {"0", ""} and line["customsCode"] in {"C00", ""}
        whole = whole and line["partner2Code"] in {"0", ""} and line["cmdCode"] == "TOTAL"
        flow = {"1": "M", "2": "X"}.get(line.get("flowCode", ""), line.get("flowCode", ""))
        if whole and flow in {"X", "M"} and {line["reporterCode"], line["partnerCode"]} <= iso.keys():
            key = (iso[line["reporterCode"]], flow, int(line["period"]), iso[line["partnerCode"]])
            found[key] = float(line["primaryValue"]) / 1e6 if line["primaryValue"] else NAN
    return found
