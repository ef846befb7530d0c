"""BACI by a second route: a plain loop, the query of the page, broken files; and what a large file costs."""

import gzip
import itertools
import random
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from baci_files import TEXT, TONNES, YEARS, ingest, plainly
from house import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from trade_files import figures, same

from bci.errors import InputError
from bci.sources.raw import beginning
from bci.sources.rules import Rules
from bci.sources.trade import baci


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A year of 20,000 flows of 40 countries, in no order."""
    rng = random.Random(5)
    codes = ["842", "156", "643", "276", "251", "699", "757", "579", "490", "697", "58", "56", "4", "8", "12"]
    codes += [str(code) for code in (32, 36, 40, 50, 76, 100, 124, 152, 170, 188, 203, 208, 246, 300, 348)]
    products = ["10121", "270119", "270900", "271019", "271121", "271600", "9999AA", "854231", "870323"]
    pairs = list(itertools.permutations(codes, 2))
    rows = [(*pair, product) for pair in pairs for product in products if rng.random() < 0.9]
    rng.shuffle(rows)
    lines = ["t,i,j,k,v,q"]
    for i, j, k in rows:
        tonnes = "NA" if rng.random() < 0.05 else f"{rng.lognormvariate(3, 3):.3f}"
        lines.append(f"2010,{i},{j},{k},{rng.lognormvariate(4, 3):.3f},{tonnes}")
    path = tmp_path_factory.mktemp("baci") / "BACI_HS92_Y2010_V202501.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("indicator", "rules"),
    [
        ("trade", Rules()),
        ("energy_trade", Rules()),
        ("energy_trade", TONNES),
        ("energy_trade", Rules(products=("2709", "2710"), amount="quantity")),
    ],
)
def test_a_plain_loop_finds_the_same(made_up, indicator, rules):
    energy = rules.products if indicator == "energy_trade" else ()
    expected = plainly([made_up], energy, rules.amount == "quantity")
    same(figures(ingest(made_up, indicator=indicator, rules=rules)), expected)


def test_years_and_dyads_asked_for_are_those_of_the_whole(made_up, tmp_path):
    packed = tmp_path / "flows.csv.gz"
    packed.write_bytes(gzip.compress(made_up.read_bytes()))
    rules = Rules(start=1998, end=2010, dyads=frozenset({("CHN", "RUS")}))
    found = figures(ingest(*YEARS, packed, rules=rules))
    assert set(found) == {("CHN", "RUS", 1998), ("CHN", "RUS", 2010)}
    whole = figures(ingest(*YEARS, made_up))
    assert found["CHN", "RUS", 2010] == whole["CHN", "RUS", 2010]


def test_the_query_of_the_page_gives_the_same_figures(made_up, tmp_path):
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed; it runs the query of the page")
    page = (ROOT / "docs" / "beyond-memory.md").read_text(encoding="utf-8")
    (query,) = re.findall(r"^ {4}COPY .*?;$", page, re.DOTALL | re.MULTILINE)
    for path in (*YEARS, made_up):
        shutil.copy(path, tmp_path)
    there = query.replace("BACI_HS92_Y*", f"{tmp_path}/BACI_HS92_Y*")
    narrow = there.replace("'27%'", "'2709%'").replace("'270000'", "'270900'")
    added, oil = tmp_path / "baci_chapters.csv", tmp_path / "oil.csv"
    with duckdb.connect() as connection:
        connection.execute(there.replace("'baci_chapters.csv'", f"'{added}'"))
        connection.execute(narrow.replace("'baci_chapters.csv'", f"'{oil}'"))
    assert len(added.read_text().splitlines()) < len(made_up.read_text().splitlines()) / 3
    for indicator, rules in (("trade", Rules()), ("energy_trade", Rules()), ("energy_trade", TONNES)):
        same(
            figures(ingest(added, indicator=indicator, rules=rules)),
            figures(ingest(*YEARS, made_up, indicator=indicator, rules=rules)),
        )
    rules = Rules(products=("2709",), amount="quantity")
    same(
        figures(ingest(oil, indicator="energy_trade", rules=rules)),
        figures(ingest(*YEARS, made_up, indicator="energy_trade", rules=rules)),
    )


def test_the_benchmark_runs_small_and_stays_small():
    script = ROOT / "benchmarks" / "bench_baci.py"
    # Started by a process of its own: the peak of a process counts in what it was started from.
    start = "import subprocess, sys; subprocess.run(sys.argv[1:], check=True)"
    command = [sys.executable, "-c", start, sys.executable, str(script), "30000"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    peak = re.search(r"peak memory (\d+) MiB", run.stdout)
    assert peak is not None
    assert int(peak[1]) < 400


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    rows = [line.split(",") for line in TEXT.splitlines()]
    for _ in range(draw(st.integers(1, 2))):
        at = draw(st.integers(0, len(rows) - 1))
        kind = draw(st.sampled_from(["cell", "cell", "drop", "repeat", "swap", "shorten"]))
        if kind == "cell":
            odd = ["", "NA", "x", "1e3", "-1", "nan", "4", "156", "1998", "0", "270000", "000000", '"', "\0"]
            cell = draw(st.sampled_from(odd) | st.text(max_size=3))
            rows[at][draw(st.integers(0, len(rows[at]) - 1))] = cell
        elif kind == "drop" and at:
            del rows[at]
        elif kind == "repeat" and at:
            rows.insert(draw(st.integers(1, len(rows))), list(rows[at]))
        elif kind == "swap":
            one, other = draw(st.lists(st.integers(0, 5), min_size=2, max_size=2, unique=True))
            for row in rows:
                if len(row) == 6:
                    row[one], row[other] = row[other], row[one]
        elif len(rows[at]) > 1:
            rows[at].pop()
    text = "\n".join(",".join(row) for row in rows).encode("utf-8", "surrogatepass")
    return text[: draw(st.integers(0, len(text)))] if draw(st.booleans()) and draw(st.booleans()) else text


@settings(max_examples=150)
@given(mutated(), st.sampled_from(["trade", "energy_trade"]), st.sampled_from([Rules(), TONNES]))
def test_a_broken_file_is_refused_or_read_as_a_plain_reading_has_it(content, indicator, rules):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "flows.csv"
        path.write_bytes(content)
        try:
            rows = beginning(path, baci.FORMAT.encoding)
            if baci.FORMAT.find_header([cells for _, cells in rows]) is None:
                return
            found = figures(ingest(path, indicator=indicator, rules=rules))
        except InputError:
            return
        energy = rules.products if indicator == "energy_trade" else ()
        tonnes = bool(energy) and rules.amount == "quantity"
        same(found, plainly([path], energy, tonnes))
