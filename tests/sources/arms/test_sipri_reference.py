"""SIPRI's formats against published figures of some dyads and China-Russia, vintage 2022."""

import csv
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from sources.arms.test_sipri_reading import ingested
from trade_files import figures

from bci.countries import name as english
from bci.files import shipped
from bci.model.measures import MEASURES
from bci.sources.arms import sipri_register, sipri_tables
from bci.sources.figures import Ingested


@dataclass(frozen=True)
class Truth:
    """Published flows by year, supplier and recipient, totals by year and country, China-Russia's shares."""

    flows: Mapping[tuple[int, str, str], int]
    exports: Mapping[tuple[int, str], int]
    imports: Mapping[tuple[int, str], int]
    shares: Mapping[tuple[str, int], float]

    @property
    def years(self) -> range:
        return range(min(self.flows)[0], max(self.flows)[0] + 1)

    @property
    def pairs(self) -> set[tuple[str, str]]:
        return {(a, b) for _, a, b in self.flows}


@pytest.fixture(scope="session")
def truth(reference: Path) -> Truth:
    flows, exports, imports, shares = {}, {}, {}, {}
    for path in ("other-dyads/arms_trade_selected_dyads.csv", "china-russia/arms_trade.csv"):
        with (reference / "data" / path).open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                year, a, b = int(row["year"]), row["origin"], row["destination"]
                if row["source_id"] != "sipri_360":
                    continue
                if row["indicator"] == "arms_tiv":
                    flows[year, a, b] = int(row["value"])
                elif row["indicator"] == "arms_tiv_exports_total":
                    exports[year, a] = int(row["value"])
                elif row["indicator"] == "arms_tiv_imports_total":
                    imports[year, b] = int(row["value"])
                else:
                    shares[row["indicator"], year] = float(row["value"])
    truth = Truth(flows, exports, imports, shares)
    assert len(flows) == len(truth.pairs) * len(truth.years)
    return truth


def lines_of(truth: Truth) -> list[tuple[str, str, int, int]]:
    """Supplier, recipient, year, TIV; what the totals hold beyond the known flows has an unknown partner."""
    lines = [(english(a), english(b), year, tiv) for (year, a, b), tiv in truth.flows.items() if tiv]
    sent: dict[tuple[int, str], int] = defaultdict(int)
    received: dict[tuple[int, str], int] = defaultdict(int)
    for (year, a, b), tiv in truth.flows.items():
        sent[year, a] += tiv
        received[year, b] += tiv
    lines += [(english(a), "Unknown recipient(s)", y, t - sent[y, a]) for (y, a), t in truth.exports.items()]
    lines += [
        ("unknown supplier(s)", english(b), y, t - received[y, b]) for (y, b), t in truth.imports.items()
    ]
    # Nothing went to Russia, but it has a table of its own.
    lines.append(("unknown supplier(s)", "Russia", 1992, 0))
    assert all(tiv >= 0 for *_, tiv in lines)
    return lines


def check(result: Ingested, truth: Truth) -> None:
    rows = figures(result)
    compared = 0
    for (year, a, b), tiv in truth.flows.items():
        row = rows[*sorted((a, b)), year]
        out, exporter, importer = ("ab", "a", "b") if a < b else ("ba", "b", "a")
        assert row[f"flow_{out}"] == tiv
        if (a, b) == ("CHN", "RUS"):
            continue
        exports, imports = row[f"exports_{exporter}"], row[f"imports_{importer}"]
        assert (exports, imports) == (truth.exports[year, a], truth.imports[year, b])
        compared += 1
        if (a, b) == ("RUS", "CHN"):
            assert round(tiv / exports, 6) == truth.shares["arms_share_of_rus_exports", year]
            assert round(tiv / imports, 6) == truth.shares["arms_share_of_chn_imports", year]
    assert compared == (len(truth.pairs) - 1) * len(truth.years)


def tables(folder: Path, truth: Truth) -> list[Path]:
    """A table of the exports of each supplier and one of the imports of each recipient."""
    paths = []
    lines, years = lines_of(truth), truth.years
    for own, partner, what in ((0, 1, "exports from"), (1, 0, "imports to")):
        for country in sorted(
            {line[own] for line in lines if not line[own].casefold().startswith("unknown")}
        ):
            cells = {(line[partner], line[2]): line[3] for line in lines if line[own] == country}
            rows = [
                [f"TIV of arms {what} {country}, {years[0]}-{years[-1]}"],
                ["Generated: 28 July 2022"],
                [],
            ]
            rows.append(["", *map(str, years), "Total"])
            for name in sorted({name for name, _ in cells}):
                amounts = [cells.get((name, year), 0) for year in years]
                rows.append([name, *(str(tiv or "") for tiv in amounts), str(sum(amounts))])
            sums = [sum(tiv for (_, at), tiv in cells.items() if at == year) for year in years]
            rows.append(["Total", *map(str, sums), str(sum(sums))])
            paths.append(folder / f"{what} {country}.csv")
            with paths[-1].open("w", encoding="utf-8", newline="") as stream:
                csv.writer(stream).writerows(rows)
    return paths


def test_tables_give_the_published_flows_totals_and_shares(tmp_path, truth):
    check(ingested(sipri_tables.FORMAT, *tables(tmp_path, truth)), truth)


def test_a_register_gives_the_published_flows_totals_and_shares(tmp_path, truth):
    first, last = truth.years[0], truth.years[-1]
    scope = (
        "from All countries  to All countries . Deals with deliveries made for year range "
        f"'{first}' to '{last}' "
    )
    rows: list[list[object]] = [
        [f"Transfers of major conventional arms {scope}"],
        ["Data generated: 28 Jul 2022"],
    ]
    rows.append(["Supplier", "Recipient", "Delivery year", "TIV delivery values"])
    for supplier, recipient, year, tiv in lines_of(truth):
        # Every delivery in three parts.
        rows += [[supplier, recipient, year, part] for part in (tiv - tiv // 2 - 0.25, tiv // 2, 0.25) if tiv]
    path = tmp_path / "register.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    check(ingested(sipri_register.FORMAT, path), truth)


def test_the_value_of_china_and_russia_is_that_of_the_shipped_indicator(tmp_path, truth):
    result = ingested(sipri_tables.FORMAT, *tables(tmp_path, truth))
    rows = figures(result)
    with (shipped("indicators") / "arms_trade.csv").open(encoding="utf-8") as lines:
        old = {int(row["year"]): row for row in csv.DictReader(lines) if row["source"] == "sipri_360"}
    assert sorted(old) == list(range(1992, 2020))
    new = {name: np.array([rows["CHN", "RUS", year][name] for year in old]) for name in result.columns}
    given = {
        name: np.array([float(row[name]) for row in old.values()]) for name in ("flow", "total_a", "total_b")
    }
    options = {key: value for key, value in result.definition["measure"].items() if key != "method"}
    np.testing.assert_allclose(
        MEASURES["mutual_share"](new, **options), MEASURES["mutual_share"](given), rtol=1e-12
    )
