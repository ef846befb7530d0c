"""Mutated files of votes: a located error, or figures that a plain re-reading of the file justifies."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sources.votes.test_files import CALLS, FILES, FORMATS, RAW, Counts, counts, ingest

from bci.countries import china_seat, from_code, iso3, successor
from bci.errors import CountryError, InputError
from bci.sources.raw import beginning
from bci.sources.votes.roll_calls import regular_session

CAST = {"1": 1, "2": 2, "3": 3, "yes": 1, "abstain": 2, "no": 3, "Y": 1, "A": 2, "N": 3}
GARBAGE = [
    "",
    "NA",
    "0",
    "1",
    "8",
    "9",
    "3",
    "x",
    "-1",
    "1e3",
    "nan",
    "Ü",
    "710",
    "China",
    "1992-12-08",
    "47",
    "10emsp",
]


def table(text: str) -> tuple[list[str], list[list[str]]]:
    rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text))]
    return rows[0], [row for row in rows[1:] if any(row)]


def session_of(cells: dict[str, str]) -> int:
    session = cells["session"].removesuffix(".0")
    return int(session) if session.isdecimal() else regular_session(cells["date"])


def country_of(state: str, called: str) -> str:
    try:
        return successor(from_code(state, "cow") if state.isdecimal() else iso3(state))
    except CountryError:
        return successor(iso3(called))


def plain(name: str, text: str, calls: str) -> Counts:
    """Counts of contested roll calls, pairwise, by session: one dictionary and loops over pairs."""
    header, rows = table(text)
    facts = dict[str, tuple[int, str]]()
    if name in ("unvotes", "vote_matrix"):
        names, known = table(calls)
        for row in known:
            cells = dict(zip(names, row, strict=True))
            facts[cells["rcid"]] = session_of(cells), cells["date"]
    votes: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        cells = dict(zip(header, row, strict=True))
        if name == "vote_matrix":
            ballots = [(state, vote) for state, vote in list(cells.items())[1:]]
        else:
            state = {"voeten": "ccode", "unvotes": "country", "un_library": "ms_code"}[name]
            ballots = [(cells[state], cells["ms_vote" if name == "un_library" else "vote"])]
        ident = cells[header[0] if name == "vote_matrix" else "undl_id" if name == "un_library" else "rcid"]
        ident = ident.removesuffix(".0")
        if name in ("voeten", "un_library"):
            facts[ident] = session_of(cells), cells["date"]
        for state, vote in ballots:
            if vote in CAST:
                country = country_of(state, cells.get("ms_name", ""))
                if name in ("unvotes", "un_library") and country == "CHN":
                    country = china_seat(facts[ident][1])
                assert votes[ident].setdefault(country, CAST[vote]) == CAST[vote]
    found: dict[tuple[str, str, int], list[int]] = defaultdict(lambda: [0] * 9)
    for ident, cast in votes.items():
        if len(set(cast.values())) > 1:
            for a in cast:
                for b in cast:
                    if a < b:
                        found[a, b, facts[ident][0] + 1945][(cast[a] - 1) * 3 + cast[b] - 1] += 1
    return {key: tuple(row) for key, row in found.items()}


Mutate = Callable[[list[list[str]]], None]


@st.composite
def mutations(draw: st.DrawFn) -> Mutate:
    """A change of a table of cells, header included."""
    kind = draw(
        st.sampled_from(["garble", "drop cell", "twice", "drop row", "swap", "row twice", "copy", "move"])
    )
    i, j, k, m = (draw(st.integers(0, 10_000)) for _ in range(4))
    garbage = draw(st.sampled_from(GARBAGE))

    def mutate(rows: list[list[str]]) -> None:
        row, other = rows[i % len(rows)], rows[k % len(rows)]
        if not row or not other:
            return
        if kind == "garble":
            row[j % len(row)] = garbage
        elif kind == "drop cell":
            del row[j % len(row)]
        elif kind == "twice":
            row.insert(j % len(row), row[j % len(row)])
        elif kind == "drop row":
            rows.remove(row)
        elif kind == "row twice":
            rows.append(list(row))
        elif kind == "copy":
            row[j % len(row)] = other[j % len(other)]
        elif kind == "move":
            rows.insert(1 + m % len(rows), list(row))
        else:
            for line in rows:
                if len(line) > max(j, m) % len(row):
                    a, b = j % len(line), m % len(line)
                    line[a], line[b] = line[b], line[a]

    return mutate


def check(name: str, content: bytes, calls: str) -> None:
    with TemporaryDirectory() as folder:
        path, beside = Path(folder) / "votes.csv", Path(folder) / "calls.csv"
        path.write_bytes(content)
        beside.write_text(calls)
        companions = [beside] if name in ("unvotes", "vote_matrix") else []
        try:
            first = beginning(path, "cp1252")
            claims = [form.name for form in FORMATS if form.find_header([cells for _, cells in first]) == 0]
            if claims != [name]:
                # Not recognised as what it was; it must not be two things at once.
                assert len(claims) < 2
                return
            found = counts(ingest(path, *companions))
        except InputError:
            return
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    assert found == plain(name, text, calls)


def text_of(rows: list[list[str]]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=120)
@given(changes=st.lists(mutations(), min_size=1, max_size=2), beside=st.booleans())
def test_mutated_cells(name: str, changes: list[Mutate], beside: bool) -> None:
    text, calls = (RAW / FILES[name]).read_text(), (RAW / CALLS).read_text()
    target = calls if beside and name in ("unvotes", "vote_matrix") else text
    rows = list(csv.reader(io.StringIO(target)))
    for change in changes:
        change(rows)
    if target is calls:
        if rows[0] == table(calls)[0]:
            check(name, text.encode(), text_of(rows))
    else:
        check(name, text_of(rows).encode(), calls)


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=80)
@given(
    at=st.integers(0, 10_000),
    length=st.integers(0, 40),
    new=st.sampled_from([b"", b'"', b"\xff", b"\x00", b"\r", b"\r\n", b",", b"\xef\xbb\xbf", b"\n\n", b";"]),
)
def test_mutated_bytes(name: str, at: int, length: int, new: bytes) -> None:
    content = (RAW / FILES[name]).read_bytes()
    place = at % len(content)
    check(name, content[:place] + new + content[place + length :], (RAW / CALLS).read_text())


@pytest.mark.parametrize("name", FILES)
def test_the_plain_reading_agrees_on_the_files_as_they_are(name: str) -> None:
    check(name, (RAW / FILES[name]).read_bytes(), (RAW / CALLS).read_text())
    assert plain(name, (RAW / FILES[name]).read_text(), (RAW / CALLS).read_text())
