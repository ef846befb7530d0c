"""Mutated files of SIPRI: refused, or read as a plain reading of the mutated file justifies."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sources.arms.test_sipri_reading import RAW, ingested, rows_of

from bci.errors import CountryError, InputError
from bci.sources.arms import sipri, sipri_register, sipri_tables
from bci.sources.formats import Format
from bci.sources.raw import beginning

Plain = Callable[[list[list[str]]], dict[tuple[int, str, str], float]]
ODD = ["", "x", "-1", "0", "12", "1e3", "nan", "1_0", "½", '"', "China", "Total", "2019", " 7 ", "9" * 30]


def code(name: str) -> str:
    try:
        return sipri.country(name.strip())
    except CountryError:
        return ""


def plain_table(rows: list[list[str]]) -> dict[tuple[int, str, str], float]:
    """Cells of the exports of one country, read without any check."""
    subject = next(
        m[1] for row in rows if row and (m := re.match(r"TIV of arms exports from (.+), \d", row[0].strip()))
    )
    heads = (i for i, row in enumerate(rows) if row and not row[0].strip() and "Total" in row)
    at = next(i for i in heads if any(re.fullmatch(r"\d{4}", cell.strip()) for cell in rows[i]))
    flows: dict[tuple[int, str, str], float] = {}
    for row in rows[at + 1 :]:
        for head, cell in zip(rows[at][1:], row[1:], strict=False):
            if re.fullmatch(r"\d{4}", head.strip()) and cell.strip() and code(row[0]):
                key = (int(head), code(subject), code(row[0]))
                flows[key] = flows.get(key, 0) + float(cell)
    return flows


def plain_rows(*names: str) -> Plain:
    """Sums over rows that hold year, supplier, recipient and TIV in columns of these names."""

    def read(rows: list[list[str]]) -> dict[tuple[int, str, str], float]:
        at = next(i for i, row in enumerate(rows) if set(names) <= {cell.strip() for cell in row})
        header = [cell.strip() for cell in rows[at]]
        flows: dict[tuple[int, str, str], float] = {}
        for row in rows[at + 1 :]:
            year, supplier, recipient, tiv = (
                (row[header.index(name)].strip() for name in names) if row else [""] * 4
            )
            if year and code(supplier) and code(recipient):
                key = (int(float(year)), code(supplier), code(recipient))
                flows[key] = flows.get(key, 0) + float(tiv)
        return flows

    return read


CASES: dict[str, tuple[Format, str, Plain]] = {
    "table": (sipri_tables.FORMAT, "sipri_tables/exports-russia.csv", plain_table),
    "register": (
        sipri_register.FORMAT,
        "sipri_register/all.csv",
        plain_rows("Delivery year", "Supplier", "Recipient", "TIV delivery values"),
    ),
}


@st.composite
def mutated(draw: st.DrawFn, path: Path) -> bytes:
    """The file after one to three changes."""
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    for _ in range(draw(st.integers(1, 3))):
        i, j = (draw(st.integers(0, len(rows) - 1)) for _ in range(2))
        k, m = (draw(st.integers(0, max(len(rows[i]) - 1, 0))) for _ in range(2))
        change = draw(
            st.sampled_from(["set", "cut cell", "double cell", "cut row", "double row", "swap rows", "swap"])
        )
        if change == "set" and rows[i]:
            rows[i][k] = draw(st.sampled_from(ODD))
        elif change == "cut cell" and rows[i]:
            del rows[i][k]
        elif change == "double cell" and rows[i]:
            rows[i].insert(k, rows[i][k])
        elif change == "cut row" and len(rows) > 1:
            del rows[i]
        elif change == "double row":
            rows.insert(j, list(rows[i]))
        elif change == "swap rows":
            rows[i], rows[j] = rows[j], rows[i]
        elif change == "swap":
            for row in rows:
                if len(row) > max(k, m):
                    row[k], row[m] = row[m], row[k]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    data = out.getvalue().encode("utf-8")
    if draw(st.integers(0, 4)) == 0:
        data = data[: draw(st.integers(1, len(data)))]
    if draw(st.integers(0, 4)) == 0:
        at = draw(st.integers(0, len(data)))
        data = data[:at] + draw(st.sampled_from([b"\xff", b"\0", b'"', b",", b"\n", b"\xc3\xa9"])) + data[at:]
    return data


def decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


@pytest.mark.parametrize("name", CASES)
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_mutated_files_are_refused_or_read_as_they_stand(
    name: str, tmp_path: Path, data: st.DataObject
) -> None:
    form, case, plain = CASES[name]
    text = data.draw(mutated(RAW / case))
    path = tmp_path / "mutated.csv"
    path.write_bytes(text)
    try:
        first = beginning(path, form.encoding)
        if form.find_header([cells for _, cells in first]) is None:
            return
        figures = rows_of(ingested(form, path))
    except InputError:
        return
    flows = plain(list(csv.reader(io.StringIO(decoded(text)))))
    for (a, b, year), row in figures.items():
        for variable, key in (("flow_ab", (year, a, b)), ("flow_ba", (year, b, a))):
            if not math.isnan(row[variable]):
                assert row[variable] == pytest.approx(flows.get(key, 0.0), abs=1e-6), (variable, key)
    read = {(y, *ends) for (a, b, y), row in figures.items() for ends in ((a, b), (b, a))}
    assert {key for key in flows if key[1] != key[2]} <= read
