"""A folder of files as their publishers offer them, written from the reference tables."""

import csv
import gzip
import io
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

FIRST, LAST = 1992, 2021

#: SIPRI's table of 28 July 2022 on India's arms exports: the line "Total", million TIV; none went to Russia.
TO_2011 = [3, 9, 2, 2, 0, 0, 0, 0, 21, 2, 0, 4, 28, 19, 33, 23, 15, 27, 5, 3]
FROM_2012 = [0, 15, 36, 42, 46, 56, 44, 18, 151, 33]
INDIA_EXPORTS = dict(zip(range(FIRST, LAST + 1), [*TO_2011, *FROM_2012], strict=True))


def write_downloads(reference: Path, folder: Path) -> None:
    """Votes as in the Voeten data (sessions 47-78), trade of the Correlates of War, three SIPRI tables."""
    folder.mkdir()
    data = reference / "data"
    _write_votes(data / "unga", folder / "UNVotes.csv")
    trade = data / "other-dyads" / "alldyads_trade_cow_1990_2014.csv.gz"
    with gzip.open(trade, "rb") as packed, (folder / "Dyadic_COW_4.0.csv").open("wb") as plain:
        shutil.copyfileobj(packed, plain)
    arms = list(_rows(data / "other-dyads" / "arms_trade_selected_dyads.csv"))
    exports = _totals(arms, "arms_tiv_exports_total", "origin", "RUS")
    imports = _totals(arms, "arms_tiv_imports_total", "destination", "IND")
    from_russia, to_india = _flows(arms, "origin", "RUS"), _flows(arms, "destination", "IND")
    _write_table(folder / "TIV-Export-RUS.csv", "exports from Russia", from_russia, exports)
    _write_table(folder / "TIV-Import-IND.csv", "imports to India", to_india, imports)
    _write_table(folder / "TIV-Export-IND.csv", "exports from India", {}, INDIA_EXPORTS)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    content = path.read_bytes()
    plain = gzip.decompress(content) if path.suffix == ".gz" else content
    yield from csv.DictReader(io.StringIO(plain.decode()))


def _write_votes(unga: Path, path: Path) -> None:
    facts = ("session", "date", "amend", "para", "importantvote")
    roll_calls = {
        row["vote_id"]: [row[fact] for fact in facts]
        for row in _rows(unga / "rollcalls_voeten_1946_2024.csv.gz")
        if int(row["session"]) >= 47
    }
    with path.open("w", newline="") as stream:
        lines = csv.writer(stream)
        lines.writerow(["rcid", "ccode", "vote", *facts])
        for row in _rows(unga / "votes_voeten_1946_2024_matrix.csv.gz"):
            roll_call = row.pop("vote_id")
            if roll_call in roll_calls:
                votes = ((state, vote) for state, vote in row.items() if vote)
                lines.writerows([roll_call, *pair, *roll_calls[roll_call]] for pair in votes)


def _totals(rows: Iterable[dict[str, str]], indicator: str, side: str, country: str) -> dict[int, float]:
    mine = (row for row in rows if (row["indicator"], row[side]) == (indicator, country))
    return {int(row["year"]): float(row["value"]) for row in mine}


def _flows(rows: Iterable[dict[str, str]], side: str, country: str) -> dict[str, dict[int, float]]:
    other = {"origin": "destination", "destination": "origin"}[side]
    found: dict[str, dict[int, float]] = {}
    for row in rows:
        if (row["indicator"], row[side]) == ("arms_tiv", country):
            found.setdefault(row[other], {})[int(row["year"])] = float(row["value"])
    return found


NAMES = {"BLR": "Belarus", "DZA": "Algeria", "FRA": "France", "IND": "India", "IRN": "Iran"}
NAMES |= {"KAZ": "Kazakhstan", "RUS": "Russia", "USA": "United States", "VNM": "Viet Nam"}


def _write_table(
    path: Path, title: str, flows: Mapping[str, Mapping[int, float]], totals: Mapping[int, float]
) -> None:
    """A table of SIPRI's layout; partners that the reference does not list stand together in one row."""
    years = range(FIRST, LAST + 1)
    shown = {NAMES[code]: {year: flow.get(year, 0) for year in years} for code, flow in flows.items()}
    rest = {year: totals[year] - sum(row[year] for row in shown.values()) for year in years}
    if any(rest.values()):
        shown["Unknown recipient(s)" if "exports" in title else "Unknown supplier(s)"] = rest
    heads = [
        f"TIV of arms {title}, {FIRST}-{LAST}",
        "Figures are SIPRI Trend Indicator Values (TIVs) expressed in millions.",
        "Figures may not add up due to the conventions of rounding.",
        "A '0' indicates that the value of deliveries is less than 0.5m",
        "For more information, see http://www.sipri.org/databases/armstransfers/sources-and-methods/",
        "",
        "",
        "Source: SIPRI Arms Transfers Database",
        "Generated: 28 July 2022",
        "",
    ]
    blank = [""] * (len(years) + 1)
    with path.open("w", newline="") as stream:
        lines = csv.writer(stream)
        lines.writerows([head, *blank] for head in heads)
        lines.writerow(["", *years, "Total"])
        lines.writerows([name, *_line(row)] for name, row in sorted(shown.items()))
        lines.writerow(["", *blank])
        lines.writerow(["Total", *_line({year: totals[year] for year in years})])


def _line(row: Mapping[int, float]) -> list[str]:
    return [f"{flow:g}" if flow else "" for flow in row.values()] + [f"{sum(row.values()):g}"]
