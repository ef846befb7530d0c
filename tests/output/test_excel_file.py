"""The workbook as it is written: stored values, empty cells, text that stays text, and what is refused."""

from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import made_up
import numpy as np
import pandas as pd
import pytest
from made_up import dyad_years

import bci

pytest.importorskip("xlsxwriter", reason="XlsxWriter is not installed: pip install XlsxWriter")
openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is not installed: pip install openpyxl")

from workbooks import HEAD, NAN, SCALES, SPANS, YEARS, assert_holds, columns, made, scheme, stored, values  # noqa: E402

from bci.output.excel import write_excel  # noqa: E402
from bci.output.excel.cells import PART, parts, value_form  # noqa: E402
from bci.scoring.scores import Scores  # noqa: E402


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory, scores: Scores) -> Path:
    """The workbook of the shipped scores."""
    path = tmp_path_factory.mktemp("books") / "book.xlsx"
    write_excel(scores, path)
    return path


@pytest.fixture(scope="module")
def book(path: Path) -> Any:
    """The same, its formulas as they are written."""
    return openpyxl.load_workbook(path)


def test_every_number_of_the_index_is_a_formula_and_a_stored_value(path, book, scores):
    shown = stored(path)
    assert book.sheetnames == ["About", "Weights", "Values", "Scales", "Scores", "Periods", "Index"]
    for name, first, kind in (("Scores", YEARS, "n"), ("Periods", SPANS, "n"), ("Index", SPANS, "f")):
        for row in book[name].iter_rows(min_row=HEAD + 1, min_col=first + 1):
            assert all(cell.data_type == kind for cell in row)
    # 2016-2019: (.484 + .640 + .818) / 3, as README.md shows.
    last = shown["Index"].max_row
    assert shown["Index"].cell(last, SPANS + 1).value == scores.get("index", (2016, 2019))
    assert round(shown["Index"].cell(last, SPANS + 1).value, 3) == 0.648


def test_what_is_missing_is_an_empty_cell_and_never_a_zero(tmp_path):
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


def retitled(scores: Scores, **texts: str) -> Scores:
    """The scores with these texts about every indicator."""
    changed = {name: about.model_copy(update=texts) for name, about in scores.definitions.items()}
    return replace(scores, definitions=changed)


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", "{="])
def test_no_text_becomes_a_formula(tmp_path, scores, sign):
    text, path = sign + 'HYPERLINK("http://example.org","x")', tmp_path / "book.xlsx"
    write_excel(retitled(scores, title=text, unit=text, limits=text), path)
    book = openpyxl.load_workbook(path)
    cells = [cell for sheet in ("About", "Values") for row in book[sheet].iter_rows() for cell in row]
    assert text in [cell.value for cell in cells]
    assert all(cell.data_type != "f" for cell in cells)


def test_long_right_to_left_and_marked_up_text_stands_as_it_is(tmp_path, scores):
    title, long, path = "\u202bالتجارة <b>&amp;</b> ]]>", "ا" * 40_000, tmp_path / "book.xlsx"
    write_excel(retitled(scores, title=title, limits=long), path)
    texts = [str(row[1]) for row in stored(path)["About"].iter_rows(min_row=3, values_only=True)]
    assert any(text.startswith(title) for text in texts)
    # Longer than a row can show: in several, and nothing is lost.
    assert max(map(len, texts)) <= PART
    assert "".join(texts).count(long) == len(scores.definitions)


@pytest.mark.parametrize(
    ("dyads", "words"),
    [
        (520, "208,520 rows of formulas are more than 200,000, the most that is written; choose dyads"),
        (2_650, "1,062,650 rows are more than the 1,048,576 of a sheet; choose dyads with --dyad"),
    ],
)
def test_too_many_rows_are_refused(tmp_path, dyads, words):
    # Of 401 years each: 520 x 401 = 208,520, and 2,650 x 401 = 1,062,650.
    codes = sorted(pd.read_csv(Path(bci.__file__).with_name("countries.csv"))["iso3"])
    pairs = list(combinations(codes, 2))[:dyads]
    frame = dyad_years({(a, b, 2000): [i / dyads] for i, (a, b) in enumerate(pairs)}, ["alpha"])
    years = [[year, year] for year in range(1800, 2201)]
    of = made_up.scheme({"only": (1, {"alpha": 1})}, periods=years)
    path = tmp_path / "book.xlsx"
    with pytest.raises(bci.InputError) as refused:
        write_excel(bci.score(frame, of), path)
    assert words in str(refused.value)
    assert not list(tmp_path.iterdir())


def test_a_mean_that_a_sheet_cannot_calculate_is_refused(tmp_path):
    scores = made(aggregation={"indicators": {"power": 1e-6}})
    with pytest.raises(bci.InputError, match=r"exponent 1e-06 of indicators loses its digits.*geometric"):
        write_excel(scores, tmp_path / "book.xlsx")


def test_an_indicator_without_any_value_is_empty_and_the_others_stand(tmp_path):
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


def test_every_sheet_prints_as_wide_as_a_page_with_its_heads_and_keeps_them_in_sight(book):
    frozen = {}
    for sheet in book:
        page = sheet.page_setup
        assert (page.orientation, page.fitToWidth or 1, page.fitToHeight) == ("landscape", 1, 0), sheet.title
        assert sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.title
        frozen[sheet.title] = sheet.freeze_panes
        heads = int("".join(filter(str.isdigit, sheet.freeze_panes))) - 1
        assert sheet.print_title_rows == f"$1:${heads}", sheet.title
    years, spans = {"Values": "F4", "Scores": "F4"}, {"Periods": "G4", "Index": "G4"}
    assert frozen == {"About": "A3", "Weights": "A3", "Scales": "B4", **years, **spans}


def widths(sheet: Any) -> dict[int, float]:
    """The width of every column; neighbours of one width are stored as one."""
    spans = sheet.column_dimensions.values()
    return {column: span.width for span in spans for column in range(span.min, span.max + 1)}


def test_wrapped_texts_have_rows_high_enough(book):
    wrapped = 0
    for sheet in book:
        wide = widths(sheet)
        for row in sheet.iter_rows():
            for cell in row:
                width = wide[cell.column]
                if cell.alignment.wrap_text and isinstance(cell.value, str):
                    # 15 points a line, and at least a sign in a unit of width; no row above 409 points.
                    height = sheet.row_dimensions[cell.row].height or 15
                    assert len(cell.value) / width * 15 <= height <= 409, (sheet.title, cell.coordinate)
                    wrapped += len(cell.value) > width
    assert wrapped > 20


def test_calibrated_scales_are_marked_on_scales_and_about(book):
    found = {row[0].value: row[3] for row in book["Scales"].iter_rows(min_row=HEAD + 1) if row[0].value}
    shaded = {name for name, cell in found.items() if cell.fill.fill_type == "solid"}
    assert shaded == {"military_exercises", "trade", "energy_trade", "un_voting", "official_visits"}
    assert {found[name].value for name in shaded} == {"calibrated to CHN-RUS"}
    assert found["arms_trade"].value == "definition"
    said = {row[0]: row[1] for row in book["About"].iter_rows(min_row=3, values_only=True)}
    assert said["calibrated"] == (
        "scales calibrated to CHN-RUS: military_exercises, trade, energy_trade, un_voting, official_visits"
    )
    assert said["trade"].endswith("basis: calibrated to CHN-RUS.")


def test_parts_of_a_text_are_its_words_in_order_and_fit_into_a_row():
    text = " ".join(f"word{n}" for n in range(2_000))
    cut = parts(text)
    assert " ".join(cut) == text
    assert all(len(part) <= PART for part in cut)
    assert parts("=1+1") == ["=1+1"]


@pytest.mark.parametrize(
    ("values", "form"),
    [
        ([3.0, NAN, 0.0], "decimals 0"),
        ([NAN], "decimals 0"),
        ([0.25, 120.5], "decimals 3"),
        # 1 - floor(log10(0.00048)) = 1 + 4: the smallest is shown as 0.00048.
        ([0.1, -0.00048], "decimals 5"),
        ([1e-30, 0.5], None),
    ],
)
def test_values_are_shown_so_that_none_but_a_zero_looks_like_zero(values, form):
    forms = {f"decimals {n}": f"decimals {n}" for n in (0, *range(3, 10))}
    assert value_form(np.array(values), forms) == form
