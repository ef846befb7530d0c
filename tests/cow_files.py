"""Files of Correlates of War Trade for tests, and what a plain loop makes of them."""

import csv
import math
from collections import Counter, defaultdict
from pathlib import Path

from house import RAW
from trade_files import NAN, Figures, raw_of

from bci.countries import from_code, successor
from bci.sources.figures import Ingested
from bci.sources.rules import Rules
from bci.sources.trade import cow_trade

CASE = RAW / "cow_trade" / "Dyadic_COW_4.0.csv"
TEXT = CASE.read_text(encoding="utf-8")
HEADER = TEXT.split("\n")[0]
SHORT = "ccode1,ccode2,year,flow1,flow2\n"


def ingest(*paths: Path, rules: Rules | None = None) -> Ingested:
    return cow_trade.ingest("trade", [raw_of(path, cow_trade.FORMAT) for path in paths], [], rules or Rules())


def whole(text: str) -> str:
    return text.strip().removesuffix(".0")


def with_totals(pairs: set[frozenset[str]]) -> set[str]:
    """The states of one year whose flows add up to totals, of a file of few states or a whole one."""
    states = set().union(*pairs)
    partners = Counter(state for pair in pairs for state in pair)
    in_all = {state for state in states if partners[state] == len(pairs)}
    if len(states) < 3:
        return set()
    dense = len(pairs) >= len(states) * (len(states) - 1) / 4
    return {
        state
        for state in states
        if (dense or partners[state] >= (len(states) - 1) / 2) and (not in_all or state in in_all)
    }


def plainly(lines: list[str]) -> Figures:
    """The figures by dictionaries alone."""
    flow: dict[tuple[int, str, str], float] = {}
    pairs: dict[int, set[frozenset[str]]] = defaultdict(set)
    for row in csv.DictReader(lines):
        a, b = (successor(from_code(whole(row[name]), "cow")) for name in ("ccode1", "ccode2"))
        pairs[int(whole(row["year"]))].add(frozenset({a, b}))
        for exporter, importer, text in ((b, a, row["flow1"].strip()), (a, b, row["flow2"].strip())):
            key = (int(whole(row["year"])), exporter, importer)
            amount = NAN if text in ("", "-9", "-9.0", "NA") else float(text)
            flow[key] = flow.get(key, 0) + amount
    exports: dict[tuple[int, str], float] = defaultdict(float)
    imports: dict[tuple[int, str], float] = defaultdict(float)
    traded = set()
    summed = {(year, state) for year, listed in pairs.items() for state in with_totals(listed)}
    for (year, exporter, importer), amount in flow.items():
        if not math.isnan(amount):
            exports[year, exporter] += amount
            imports[year, importer] += amount
            traded |= {(year, exporter, "exports")} if (year, exporter) in summed else set()
            traded |= {(year, importer, "imports")} if (year, importer) in summed else set()
    found: Figures = {}
    for year, a, b in flow:
        ab, ba = flow[year, a, b], flow[year, b, a]
        if a < b and not (math.isnan(ab) and math.isnan(ba)):
            sides = {"exports_a": (exports, a), "imports_a": (imports, a)}
            sides |= {"exports_b": (exports, b), "imports_b": (imports, b)}
            found[a, b, year] = {"flow_ab": ab, "flow_ba": ba} | {
                name: side[year, country] if (year, country, name[:-2]) in traded else NAN
                for name, (side, country) in sides.items()
            }
    return found


def plain_share(row: dict[str, float]) -> float:
    both = row["flow_ab"] + row["flow_ba"]
    total_a, total_b = row["exports_a"] + row["imports_a"], row["exports_b"] + row["imports_b"]
    if math.isnan(both) or (total_a == 0 and total_b == 0):
        return NAN
    if both == 0:
        return 0.0
    return math.sqrt(both / total_a * both / total_b)
