"""Mutated lists of events: refused, or counted as a plain second reading of the mutated file counts them."""

from __future__ import annotations

import csv
import datetime
import io
import random
import re
import tempfile
from collections import defaultdict
from itertools import combinations
from pathlib import Path

from house import RAW
from hypothesis import given, settings
from hypothesis import strategies as st

from bci.countries import iso3
from bci.errors import InputError
from bci.sources.events import event_list, leader_travel
from bci.sources.figures import Ingested
from bci.sources.formats import Format
from bci.sources.raw import Raw
from bci.sources.rules import Rules

LISTS = [RAW / "event_list" / name for name in ("military_exercises_made_up.csv", "visits.csv")]
JOURNEYS = [RAW / "leader_travel" / name for name in ("colt_made_up.csv", "plain.csv")]
JUNK = ["", "NATO", "China;India", "2003", "2010-05-03", "2003-02-30", "3/4/2010", "13/4/2010", "1 May 2010"]
JUNK += ["GS", "yes", "2010", "Россия", "Moscow", "B", "-1", "  ", "China", "\x1a", "1e3", "Moscow\nagain"]

Counts = dict[tuple[str, str, int], int]


def mutated(path: Path, seed: int) -> bytes:
    """The file with one to three accidents."""
    chance = random.Random(seed)
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode("latin-1"), newline="")))
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(rows))
        column = chance.randrange(max(1, len(rows[at])))
        match chance.randrange(7):
            case 0 if len(rows) > 2:
                del rows[at]
            case 1:
                rows.insert(at, list(rows[chance.randrange(len(rows))]))
            case 2 if rows[at]:
                del rows[at][column]
            case 3 if rows[at]:
                rows[at].insert(column, rows[at][column])
            case 4:
                other = chance.randrange(len(rows[0]))
                for row in rows:
                    if max(column, other) < len(row):
                        row[column], row[other] = row[other], row[column]
            case _ if rows[at]:
                rows[at][column] = chance.choice(JUNK)
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(rows)
    raw = stream.getvalue().encode("utf-8")
    if chance.random() < 0.2:
        raw = raw[: chance.randrange(len(raw))]
    if chance.random() < 0.1:
        place = chance.randrange(len(raw) + 1)
        raw = raw[:place] + bytes([chance.randrange(256)]) + raw[place:]
    return raw


def read(form: Format, indicator: str, path: Path) -> Ingested | None:
    """What comes of a file, None where it is refused."""
    try:
        with path.open(encoding="utf-8", errors="replace", newline="") as stream:
            header = [name.strip() for name in next(csv.reader(stream), [])]
        if form.find_header([header]) is None or form.ingest is None:
            return None
        return form.ingest(indicator, [Raw(path, tuple(header), encoding=form.encoding)], [], Rules())
    except InputError:
        return None


def plain_rows(path: Path) -> list[dict[str, str]]:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    names = [name.strip().casefold() for name in header]
    # A row may end in a comma that the header lacks.
    return [
        dict(zip(names, (" ".join(cell.split()) for cell in row), strict=False))
        for row in rows
        if any(map(str.strip, row))
    ]


def plain_dates(rows: list[dict[str, str]], *columns: str) -> None:
    """Slashed dates written as 2003-08-06, in the order in which all are dates."""
    for shape in ("%m/%d/%Y", "%d/%m/%Y"):
        try:
            for row in rows:
                for column in columns:
                    if re.fullmatch(r"\d+/\d+/\d+", row.get(column, "")):
                        day = datetime.datetime.strptime(row[column], shape)
                        row[f"read {column}"] = day.date().isoformat()
        except ValueError:
            continue
        break
    for row in rows:
        row.update({column: row.get(f"read {column}", row.get(column, "")) for column in columns})


def plain_counts(events: list[tuple[list[str], tuple[str, ...], str, str]]) -> Counts:
    """Countries, what must be alike to be one event, begin and end -> counts of the dyads that are named."""
    counts: Counts = defaultdict(int)
    reached: dict[tuple[object, ...], int] = {}
    for states, alike, begin, end in sorted(events, key=lambda event: event[2]):
        for dyad in combinations(sorted(states), 2):
            if len(begin) == 10 and len(end) in (0, 10) and alike[-1]:
                first, last = (datetime.date.fromisoformat(day).toordinal() for day in (begin, end or begin))
                repeats = first <= reached.get((dyad, alike), 0) + 2
                reached[dyad, alike] = max(last, reached.get((dyad, alike), 0))
                if repeats:
                    continue
            counts[*dyad, int(begin[:4])] += 1
    return dict(counts)


def check(result: Ingested, expected: Counts) -> None:
    rows = zip(result.rows.number, result.rows.year.tolist(), result.columns["count"].tolist(), strict=True)
    found = {(*result.rows.dyads[i], year): count for i, year, count in rows}
    assert {key: count for key, count in found.items() if count} == expected


@settings(max_examples=200)
@given(st.sampled_from(LISTS), st.integers(0, 2**32))
def test_event_lists(path: Path, seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "military_exercises.csv"
        copy.write_bytes(mutated(path, seed))
        result = read(event_list.FORMAT, "military_exercises", copy)
        if result is None:
            return
        rows = plain_rows(copy)
    plain_dates(rows, "date", "date_end")
    check(
        result,
        plain_counts(
            [
                (
                    [iso3(word.strip()) for word in row["participants"].split(";") if word.strip()],
                    (row["kind"], row["level"], row["place"].casefold()),
                    row["date"],
                    row["date_end"],
                )
                for row in rows
            ]
        ),
    )


def plain_journeys(rows: list[dict[str, str]]) -> list[tuple[list[str], tuple[str, ...], str, str]]:
    heads = {"gs": "gs", "s": "s", "g": "g", "de facto": "d", "head of state": "s"}
    events = []
    for row in rows:
        colt = "leaderrole" in row
        role = row["leaderrole" if colt else "position"].casefold() if colt or "position" in row else "s"
        home, host = (
            row[name]
            for name in (("leadercountryorigo", "countryvisited") if colt else ("country", "visited"))
        )
        begin, end = (
            (row["tripstartdate"], row.get("tripenddate", ""))
            if colt
            else (row["date"], row.get("date_end", ""))
        )
        if colt and begin in ("", "TBD", "Unknown"):
            begin = row["tripyear"].removesuffix(".0")
        if (
            role in heads
            and host not in ("Crimea", "Unknown", "Northern Cyprus")
            and iso3(home) != iso3(host)
        ):
            events.append(
                (
                    [iso3(home), iso3(host)],
                    (heads[role], iso3(host)),
                    begin,
                    "" if end in ("TBD", "Unknown") else end,
                )
            )
    return events


@settings(max_examples=200)
@given(st.sampled_from(JOURNEYS), st.integers(0, 2**32))
def test_journeys(path: Path, seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "journeys.csv"
        copy.write_bytes(mutated(path, seed))
        result = read(leader_travel.FORMAT, "official_visits", copy)
        if result is None:
            return
        rows = plain_rows(copy)
    plain_dates(rows, "tripstartdate", "tripenddate", "date", "date_end")
    check(result, plain_counts(plain_journeys(rows)))


def test_the_unmutated_lists_are_not_refused() -> None:
    for path in LISTS:
        assert read(
            event_list.FORMAT,
            event_list.belongs(Raw(path, tuple(path.read_text().split("\n")[0].split(",")))),
            path,
        )
    for path in JOURNEYS:
        assert read(leader_travel.FORMAT, "official_visits", path)
