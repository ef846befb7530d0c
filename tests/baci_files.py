"""Files of BACI for tests, and what a plain loop makes of them."""

import csv
import itertools
import math
from collections import defaultdict
from pathlib import Path

from house import RAW
from trade_files import NAN, Figures, raw_of

from bci.sources.figures import Ingested
from bci.sources.rules import Rules
from bci.sources.trade import baci

CASES = RAW / "baci"
YEARS = [CASES / f"BACI_HS92_Y{year}_V202501.csv" for year in (1997, 1998)]
LISTS = [CASES / f"country_codes_V{release}.csv" for release in (202301, 202501)]
TEXT = YEARS[0].read_text(encoding="utf-8")
TONNES = Rules(amount="quantity")


def ingest(
    *paths: Path, indicator: str = "trade", rules: Rules | None = None, lists: tuple[Path, ...] = ()
) -> Ingested:
    companions = [raw_of(path, baci.COUNTRY_CODES) for path in lists]
    return baci.ingest(indicator, [raw_of(path, baci.FORMAT) for path in paths], companions, rules or Rules())


def plainly(paths: list[Path], energy: tuple[str, ...] = (), tonnes: bool = False) -> Figures:
    """The figures by dictionaries alone."""
    flow: dict[tuple[int, str, str], float] = defaultdict(float)
    covered: dict[int, set[str]] = defaultdict(set)
    for path in paths:
        content = path.read_bytes()
        for row in csv.DictReader(content.decode("utf-8").splitlines()):
            cells = {name: cell.strip().removesuffix(".0") for name, cell in row.items()}
            year, exporter, importer = (int(cells["t"]), *(baci.country(cells[side]) for side in "ij"))
            if exporter and importer and exporter != importer:
                covered[year] |= {exporter, importer}
                if not energy or cells["k"].zfill(6).startswith(energy):
                    amount = (
                        NAN if tonnes and cells["q"] in ("", "NA") else float(cells["q" if tonnes else "v"])
                    )
                    flow[year, exporter, importer] += amount if tonnes else amount / 1000
    found: Figures = {}
    for year, countries in covered.items():
        for a, b in itertools.combinations(sorted(countries), 2):
            ab, ba = flow.get((year, a, b), 0.0), flow.get((year, b, a), 0.0)
            if math.isnan(ab) and math.isnan(ba):
                continue
            row = {"flow_ab": ab, "flow_ba": ba}
            for side, country in (("a", a), ("b", b)):
                out = [flow.get((year, country, other), 0.0) for other in countries - {country}]
                into = [flow.get((year, other, country), 0.0) for other in countries - {country}]
                for name, parts in (("exports", out), ("imports", into)):
                    known = [part for part in parts if not math.isnan(part)]
                    row[f"{name}_{side}"] = math.fsum(known) if known else NAN
            found[a, b, year] = row
    return found
