"""The workbook as it is written: stored values, empty cells, text that stays text, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import bci
from bci.scores import Scores

pytest.importorskip("xlsxwriter", reason="XlsxWriter is not installed: pip install 'bci-index[excel]'")
openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is not installed: pip install openpyxl")

from workbooks import HEAD, NAN, SCALES, SPANS, YEARS, assert_holds, columns, made, scheme, stored, values  # noqa: E402

from bci.output.excel import write_excel  # noqa: E402


def test_every_number_of_the_index_is_a_formula_and_a_stored_value(tmp_path: Path, scores: Scores) -> None:
    path = tmp_path / "book.xlsx"
    write_excel(scores, path)
    book, shown = openpyxl.load_workbook(path), stored(path)
    assert book.sheetnames == ["About", "Weights", "Values", "Scales", "Scores", "Periods", "Index"]
    for name, first in (("Scores", YEARS), ("Periods", SPANS), ("Index", SPANS)):
        for row in book[name].iter_rows(min_row=HEAD + 1, min_col=first + 1):
            assert all(cell.data_type == "f" for cell in row)
    # 2016-2019: (.484 + .640 + .818) / 3, as README.md shows.
    last = shown["Index"].max_row
    assert shown["Index"].cell(last, SPANS + 1).value == scores.get("index", (2016, 2019))
    assert round(shown["Index"].cell(last, SPANS + 1).value, 3) == 0.648


def test_what_is_missing_is_an_empty_cell_and_never_a_zero(tmp_path: Path) -> None:
    scores, path = made(), tmp_path / "book.xlsx"
    write_excel(scores, path)
    rows = list(stored(path)["Values"].iter_rows(min_row=HEAD + 1, values_only=True))
    assert [row[YEARS - 1] for row in rows] == [*range(2000, 2008), *range(2000, 2008), 2003]
    # Stored dyads come in the order of their codes.
    assert [row[0] for row in rows] == ["CHN"] * 8 + ["CIV"] * 8 + ["DEU"]
    for row in rows:
        wanted = values().loc[row[0], row[2], row[YEARS - 1]]
        for have, want in zip(row[YEARS:], wanted, strict=True):
            assert (have is None) == bool(np.isnan(want))
            assert have is None or have == pytest.approx(want, rel=1e-14)


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", "{="])
def test_no_text_becomes_a_formula(tmp_path: Path, scores: Scores, sign: str) -> None:
    text = sign + 'HYPERLINK("http://example.org","x")'
    definitions = {
        name: definition.model_copy(update={"title": text, "unit": text, "limits": text})
        for name, definition in scores.definitions.items()
    }
    changed = replace(scores, definitions=definitions)
    path = tmp_path / "book.xlsx"
    write_excel(changed, path)
    book = openpyxl.load_workbook(path)
    texts = [cell.value for sheet in ("About", "Values") for row in book[sheet].iter_rows() for cell in row]
    assert text in texts
    for sheet in ("About", "Values"):
        assert all(cell.data_type != "f" for row in book[sheet].iter_rows() for cell in row)


def test_long_right_to_left_and_marked_up_text_stands_as_it_is(tmp_path: Path, scores: Scores) -> None:
    title, long = "\u202bالتجارة <b>&amp;</b> ]]>", "ا" * 40_000
    definitions = {
        name: definition.model_copy(update={"title": title, "limits": long})
        for name, definition in scores.definitions.items()
    }
    path = tmp_path / "book.xlsx"
    write_excel(replace(scores, definitions=definitions), path)
    texts = [str(row[1]) for row in stored(path)["About"].iter_rows(min_row=3, values_only=True)]
    assert any(text.startswith(title) for text in texts)
    # A cell holds 32,767 signs; the cut is shown.
    assert "ا" * 32_766 + "…" in texts


@pytest.mark.parametrize(
    ("dyads", "words"),
    [
        (
            260,
            "208,780 rows of formulas are more than 200,000, the most that is written; choose dyads",
        ),
        (2_650, "1,062,650 rows are more than the 1,048,576 of a sheet; choose dyads with --dyad"),
    ],
)
def test_too_many_rows_are_refused(tmp_path: Path, dyads: int, words: str) -> None:
    # Of 401 years each: 260 + 2 x 260 x 401 = 208,780, and 2,650 x 401 = 1,062,650.
    codes = sorted(pd.read_csv(Path(bci.__file__).with_name("countries.csv"))["iso3"])
    keys = [(a, b, 2000) for a, b in list(combinations(codes, 2))[:dyads]]
    index = pd.MultiIndex.from_tuples(keys, names=["iso3_a", "iso3_b", "year"])
    frame = pd.DataFrame({"alpha": np.linspace(0, 1, dyads)}, index=index)
    one = {
        "periods": [[year, year] for year in range(1800, 2201)],
        "dimensions": {"only": {"weight": 1, "indicators": {"alpha": 1}}},
        "scales": {"alpha": {"method": "goalposts", "lower": 0.0, "upper": 1.0, "basis": "definition"}},
    }
    path = tmp_path / "book.xlsx"
    with pytest.raises(bci.InputError) as refused:
        write_excel(bci.score(frame, scheme(one)), path)
    assert words in str(refused.value)
    assert not list(tmp_path.iterdir())


def test_a_mean_that_a_sheet_cannot_calculate_is_refused(tmp_path: Path) -> None:
    scores = made(aggregation={"indicators": {"power": 1e-6}})
    with pytest.raises(bci.InputError, match=r"exponent 1e-06 of indicators loses its digits.*geometric"):
        write_excel(scores, tmp_path / "book.xlsx")


def test_an_indicator_without_any_value_is_empty_and_the_others_stand(tmp_path: Path) -> None:
    frame = values().assign(beta=NAN, delta=NAN)
    fixed = {name: {**SCALES["beta"], "basis": "definition"} for name in SCALES}
    scores = bci.score(frame, scheme(scales=fixed))
    path = tmp_path / "book.xlsx"
    write_excel(scores, path)
    assert_holds(stored(path), scores)
    found = columns(stored(path))
    assert set(found["Periods", "score", "beta"]) == {None}
    assert set(found["Index", "coverage", "second"]) == {0}
    assert set(found["Index", "score", "second"]) == {None}
