"""Raw files after accidents: refused, or read as a plain second reading of what is left justifies."""

import csv
import datetime
import io
import itertools
import math
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from house import RAW
from hypothesis import given, settings
from hypothesis import strategies as st
from sources.votes.test_files import counts
from trade_files import figures

from bci.countries import china_seat, from_code, iso3, successor
from bci.errors import CountryError, InputError
from bci.sources.arms import sipri
from bci.sources.figures import Ingested
from bci.sources.ingesting import ingest
from bci.sources.recognise import recognise
from bci.sources.rules import Rules
from bci.sources.votes.roll_calls import regular_session

Rows = list[list[str]]
#: What was read of a file, and the rows of it and of the file beside it: an assertion that both agree.
Check = Callable[[Ingested, Rows, Rows], None]
Flows = dict[tuple[int, str, str], float]
Events = list[tuple[list[str], tuple[str, ...], str, str]]

CELLS = ["", "NA", "0", "1", "8", "9", "12", "x", "-1", "1e3", "1e400", "nan", "1_0", "½", "ÿ\ufeff", '"']
CELLS += [" 7 ", "9" * 30, "710", "156", "China", "Россия", "NATO", "China;India", "Moscow", "Moscow\nagain"]
CELLS += ["\x1a", "1992-12-08", "2003", "2014", "2100", "2003-02-30", "3/4/2010", "13/4/2010", "1 May 2010"]
CELLS += ["47", "10emsp", "Total", "TOTAL", "X", "GS", "yes", "B"]
BYTES = [b"", b'"', b"\xff", b"\0", b"\r", b"\r\n", b",", b"\xef\xbb\xbf", b"\n", b"\n\n", b";", b"\xc3\xa9"]


def decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def rows_in(content: bytes) -> Rows:
    return list(csv.reader(io.StringIO(decoded(content), newline="")))


@st.composite
def mutated(draw: st.DrawFn, content: bytes) -> bytes:
    """A file after one to three accidents to its cells, or one to its bytes."""
    if draw(st.integers(0, 3)) == 0:
        at, length = draw(st.integers(0, len(content))), draw(st.integers(0, 40))
        end = at + length if draw(st.booleans()) else len(content)
        return content[:at] + draw(st.sampled_from(BYTES)) + content[end:]
    rows = rows_in(content)
    for _ in range(draw(st.integers(1, 3))):
        i, j = (draw(st.integers(0, len(rows) - 1)) for _ in range(2))
        row, other = rows[i], rows[j]
        k, m = (draw(st.integers(0, max(len(row) - 1, 0))) for _ in range(2))
        match draw(st.integers(0, 9)):
            case 0 if row:
                del row[k]
            case 1 if row:
                row.insert(k, row[k])
            case 2 if len(rows) > 2:
                del rows[i]
            case 3:
                rows.insert(j, list(row))
            case 4:
                rows[i], rows[j] = other, row
            case 5:
                for line in rows:
                    if len(line) > max(k, m):
                        line[k], line[m] = line[m], line[k]
            case 6 if row and k < len(other):
                row[k] = other[k]
            case _ if row:
                row[k] = draw(st.sampled_from(CELLS))
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue().encode()


def records(rows: Rows) -> list[dict[str, str]]:
    """Rows below a header by the names of their columns; a row may end in a comma that the header lacks."""
    names = [name.strip() for name in rows[0]]
    return [
        dict(zip(names, (cell.strip() for cell in row), strict=False))
        for row in rows[1:]
        if any(map(str.strip, row))
    ]


# Votes: one dictionary and loops over pairs, contested roll calls, pairwise, by session.
CAST = {"1": 1, "2": 2, "3": 3, "yes": 1, "abstain": 2, "no": 3, "Y": 1, "A": 2, "N": 3}


def session_of(cells: dict[str, str]) -> int:
    session = cells["session"].removesuffix(".0")
    return int(session) if session.isdecimal() else regular_session(cells["date"])


def voter(state: str, called: str) -> str:
    try:
        return successor(from_code(state, "cow") if state.isdecimal() else iso3(state))
    except CountryError:
        return successor(iso3(called))


def votes(ident: str, state: str = "", vote: str = "") -> Check:
    """Counts of a file with these columns; without one of states, all but the first are states."""

    def check(result: Ingested, rows: Rows, roll_calls: Rows) -> None:
        said = records(rows) + (records(roll_calls) if roll_calls else [])
        facts = {cells[ident]: (session_of(cells), cells["date"]) for cells in said if "session" in cells}
        cast: dict[str, dict[str, int]] = defaultdict(dict)
        for cells in records(rows):
            ballots = [(cells[state], cells[vote])] if state else [*cells.items()][1:]
            call = cells[ident] if state else next(iter(cells.values()))
            for name, ballot in ballots:
                if ballot in CAST:
                    country = voter(name, cells.get("ms_name", ""))
                    if country == "CHN" and not name.isdecimal():
                        country = china_seat(facts[call][1])
                    assert cast[call].setdefault(country, CAST[ballot]) == CAST[ballot]
        joint: dict[tuple[str, str, int], list[int]] = defaultdict(lambda: [0] * 9)
        for call, by_state in cast.items():
            if len(set(by_state.values())) > 1:
                for a, b in itertools.combinations(sorted(by_state), 2):
                    joint[a, b, facts[call][0] + 1945][(by_state[a] - 1) * 3 + by_state[b] - 1] += 1
        assert counts(result) == {key: tuple(nine) for key, nine in joint.items()}

    return check


# Arms: sums of figures, read without any check.
def party(name: str) -> str:
    try:
        return sipri.country(name.strip())
    except CountryError:
        return ""


def table_of_exports(rows: Rows) -> Flows:
    """Cells of the exports of one country."""
    subject = next(
        m[1] for row in rows if row and (m := re.match(r"TIV of arms exports from (.+), \d", row[0].strip()))
    )
    heads = (i for i, row in enumerate(rows) if row and not row[0].strip() and "Total" in row)
    at = next(i for i in heads if any(re.fullmatch(r"\d{4}", cell.strip()) for cell in rows[i]))
    flows: Flows = defaultdict(float)
    for row in rows[at + 1 :]:
        for head, cell in zip(rows[at][1:], row[1:], strict=False):
            if re.fullmatch(r"\d{4}", head.strip()) and cell.strip() and party(row[0]):
                flows[int(head), party(subject), party(row[0])] += float(cell)
    return flows


def register(rows: Rows) -> Flows:
    """Sums over rows of deliveries."""
    names = ("Delivery year", "Supplier", "Recipient", "TIV delivery values")
    at = next(i for i, row in enumerate(rows) if set(names) <= {cell.strip() for cell in row})
    flows: Flows = defaultdict(float)
    for cells in records(rows[at:]):
        year, supplier, recipient, tiv = (cells[name] for name in names)
        if year and party(supplier) and party(recipient):
            flows[int(float(year)), party(supplier), party(recipient)] += float(tiv)
    return flows


def arms(plain: Callable[[Rows], Flows]) -> Check:
    def check(result: Ingested, rows: Rows, _: Rows) -> None:
        flows, found = plain(rows), figures(result)
        for (a, b, year), row in found.items():
            for variable, key in (("flow_ab", (year, a, b)), ("flow_ba", (year, b, a))):
                if not math.isnan(row[variable]):
                    assert row[variable] == pytest.approx(flows.get(key, 0.0), abs=1e-6), (variable, key)
        read = {(year, *ends) for (a, b, year) in found for ends in ((a, b), (b, a))}
        assert {key for key in flows if key[1] != key[2]} <= read

    return check


# Trade: every report as the rows have it, in million US dollars.
def reports(rows: Rows) -> dict[tuple[str, str, int, str], float]:
    iso = {"156": "CHN", "643": "RUS", "842": "USA", "490": "TWN", "0": "world"}
    amounts = {}
    for cells in records(rows):
        parts = [cells.get(name, "") for name in ("motCode", "customsCode", "partner2Code")]
        flow = {"1": "M", "2": "X"}.get(cells["flowCode"], cells["flowCode"])
        if (
            all(part in ("0", "", "C00") for part in parts)
            and cells["cmdCode"] == "TOTAL"
            and flow in ("X", "M")
            and {cells["reporterCode"], cells["partnerCode"]} <= iso.keys()
        ):
            key = (iso[cells["reporterCode"]], flow, int(cells["period"]), iso[cells["partnerCode"]])
            amounts[key] = float(cells["primaryValue"] or "nan") / 1e6
    return amounts


def comtrade(result: Ingested, rows: Rows, _: Rows) -> None:
    reported = defaultdict(lambda: math.nan, reports(rows))
    for (a, b, year), row in figures(result).items():
        for sender, receiver, flow in ((a, b, row["flow_ab"]), (b, a, row["flow_ba"])):
            received, sent = reported[receiver, "M", year, sender], reported[sender, "X", year, receiver]
            if math.isnan(received):
                assert math.isnan(flow) or flow in {0, sent}
            else:
                assert flow == received
        for side, direction in (("exports", "X"), ("imports", "M")):
            for letter, country in zip("ab", (a, b), strict=True):
                total, world = row[f"{side}_{letter}"], reported[country, direction, year, "world"]
                # Totals below their parts by rounding are raised to them.
                assert math.isnan(total) or abs(total - world) <= max(1, world / 100)


# Events: countries, what must be alike to be one event, begin and end of each.
def dated(rows: Rows, *columns: str) -> list[dict[str, str]]:
    """The rows by names in small letters; slashed dates as 2003-08-06, in the order in which all are."""
    cells = [{name.casefold(): " ".join(text.split()) for name, text in row.items()} for row in records(rows)]
    for shape in ("%m/%d/%Y", "%d/%m/%Y"):
        try:
            days = [
                {
                    name: datetime.datetime.strptime(row[name], shape).date().isoformat()
                    for name in columns
                    if re.fullmatch(r"\d+/\d+/\d+", row.get(name, ""))
                }
                for row in cells
            ]
        except ValueError:
            continue
        return [row | day for row, day in zip(cells, days, strict=True)]
    return cells


def listed(rows: Rows) -> Events:
    return [
        (
            [iso3(word.strip()) for word in row["participants"].split(";") if word.strip()],
            (row["kind"], row["level"], row["place"].casefold()),
            row["date"],
            row.get("date_end", ""),
        )
        for row in dated(rows, "date", "date_end")
    ]


def journeys(rows: Rows) -> Events:
    heads = {"gs": "gs", "s": "s", "g": "g", "de facto": "d", "head of state": "s"}
    events: Events = []
    for row in dated(rows, "tripstartdate", "tripenddate", "date", "date_end"):
        if "leaderrole" in row:
            role, home, host = row["leaderrole"], row["leadercountryorigo"], row["countryvisited"]
            begin, end = row["tripstartdate"], row.get("tripenddate", "")
            begin = row["tripyear"].removesuffix(".0") if begin in ("", "TBD", "Unknown") else begin
        else:
            role, home, host = row.get("position", "s"), row["country"], row["visited"]
            begin, end = row["date"], row.get("date_end", "")
        beside = host in ("Crimea", "Unknown", "Northern Cyprus")
        if role.casefold() in heads and not beside and iso3(home) != iso3(host):
            end = "" if end in ("TBD", "Unknown") else end
            events.append(([iso3(home), iso3(host)], (heads[role.casefold()], iso3(host)), begin, end))
    return events


def events(plain: Callable[[Rows], Events]) -> Check:
    def check(result: Ingested, rows: Rows, _: Rows) -> None:
        expected: dict[tuple[str, str, int], int] = defaultdict(int)
        reached: dict[tuple[object, ...], int] = {}
        for states, alike, begin, end in sorted(plain(rows), key=lambda event: event[2]):
            for dyad in itertools.combinations(sorted(states), 2):
                if len(begin) == 10 and len(end) in (0, 10) and alike[-1]:
                    first, last = (
                        datetime.date.fromisoformat(day).toordinal() for day in (begin, end or begin)
                    )
                    repeats = first <= reached.get((dyad, alike), 0) + 2
                    reached[dyad, alike] = max(last, reached.get((dyad, alike), 0))
                    if repeats:
                        continue
                expected[*dyad, int(begin[:4])] += 1
        found = {key: row["count"] for key, row in figures(result).items() if row["count"]}
        assert found == expected

    return check


#: Files, those beside them, and what is read of them by a second way.
CASES: dict[str, tuple[Check, Sequence[str]]] = {
    "voeten/votes.csv": (votes("rcid", "ccode", "vote"), ()),
    "unvotes/unvotes.csv": (votes("rcid", "country", "vote"), ["roll_calls/un_roll_calls.csv"]),
    "un_library/ga_voting.csv": (votes("undl_id", "ms_code", "ms_vote"), ()),
    "vote_matrix/votes.csv": (votes("rcid"), ["roll_calls/un_roll_calls.csv"]),
    "sipri_tables/exports-russia.csv": (arms(table_of_exports), ()),
    "sipri_register/all.csv": (arms(register), ()),
    "comtrade/new.csv": (comtrade, ()),
    "event_list/military_exercises_made_up.csv": (events(listed), ()),
    "event_list/visits.csv": (events(listed), ()),
    "leader_travel/colt_made_up.csv": (events(journeys), ()),
    "leader_travel/plain.csv": (events(journeys), ()),
}


def read(paths: Sequence[Path], name: str) -> Ingested | None:
    """What comes of the first file as one of its format; None where it is refused, or not recognised."""
    try:
        files = recognise(paths)
        if [file.format.name for file in files] != [path.split("/")[0] for path in (name, *CASES[name][1])]:
            return None
        results, _ = ingest(files, Rules(fewest_states=1))
    except InputError:
        return None
    return results[0]


@pytest.mark.parametrize("name", CASES)
@settings(max_examples=150)
@given(st.data())
def test_a_mutated_file_is_refused_or_read_as_it_then_stands(name, data):
    check, beside = CASES[name]
    contents = [(RAW / each).read_bytes() for each in (name, *beside)]
    at = data.draw(st.integers(0, len(contents) - 1))
    contents[at] = data.draw(mutated(contents[at]))
    with TemporaryDirectory() as folder:
        paths = [Path(folder) / Path(each).name for each in (name, *beside)]
        for path, content in zip(paths, contents, strict=True):
            path.write_bytes(content)
        result = read(paths, name)
    if result is not None:
        check(result, rows_in(contents[0]), rows_in(contents[1]) if beside else [])


@pytest.mark.parametrize("name", CASES)
def test_a_file_as_it_is_agrees_with_the_plain_reading(name):
    check, beside = CASES[name]
    result = read([RAW / each for each in (name, *beside)], name)
    assert result is not None
    check(result, *([rows_in((RAW / each).read_bytes()) for each in (name, *beside)] + [[]])[:2])
