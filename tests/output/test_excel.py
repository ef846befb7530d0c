"""The workbook: its formulas, recalculated by LibreOffice, give the numbers of bci, also after a change."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import bci
from bci.scoring.scores import Scores

pytest.importorskip("xlsxwriter", reason="XlsxWriter is not installed: pip install XlsxWriter")
openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is not installed: pip install openpyxl")

from workbooks import MEAN_OF, assert_holds, calculated, change, columns, made, stored, weighed  # noqa: E402

from bci.model.means import MEANS  # noqa: E402
from bci.output.excel import write_excel  # noqa: E402

UNCHANGED = {"shipped", "shipped annual", "made up", "written geometric", "bounds"}


def mean_case(indicators: Any, dimensions: Any) -> tuple[Scores, Mapping[str, Any], Scores]:
    """The scheme changed in the workbook, and the same scheme written as YAML would have it."""

    def word(mean: Any) -> Any:
        return mean["power"] if isinstance(mean, dict) else mean

    changes = {MEAN_OF["indicators"]: word(indicators), MEAN_OF["dimensions"]: word(dimensions)}
    return made(), changes, made(aggregation={"indicators": indicators, "dimensions": dimensions})


def cases(scores: Scores) -> dict[str, tuple[Scores, Mapping[str, Any], Scores]]:
    """What is written, what is changed in the workbook, and what it must come to."""
    annual = bci.score(scores.panel, period="annual", end=2025)
    lax = {"rule": "reweight", "minimum_coverage": 0.1}
    edges = {"low": 0.0, "middle": 0.2, "high": 0.45}
    means: list[tuple[Any, Any]] = [
        *((name, name) for name in MEANS if name != "arithmetic"),
        ("harmonic", "minimum"),
        ({"power": -2.5}, {"power": 3.0}),
        ({"power": 400.0}, {"power": -400.0}),
        ("minimum", "harmonic"),
    ]
    strict = {"rule": "strict", "minimum_coverage": 0.2}
    geometric = made(aggregation={"indicators": "geometric"})
    return {
        "shipped": (scores, {}, scores),
        "shipped annual": (annual, {}, annual),
        "shipped weights": (scores, {"trade": 3, "military": 0.25}, weighed(scores, trade=3, military=0.25)),
        "made up": (made(), {}, made()),
        "made up weights": (
            made(missing=lax),
            {"beta": 0.125, "third": 10},
            weighed(made(missing=lax), beta=0.125, third=10),
        ),
        "shipped without two": (
            scores,
            {"energy_trade": 0, "political": 0},
            weighed(scores, energy_trade=0, political=0),
        ),
        "made up without one": (made(missing=lax), {"alpha": 0}, weighed(made(missing=lax), alpha=0)),
        "written geometric": (geometric, {}, geometric),
        "rule and edges": (
            made(missing=lax),
            {"rule": "strict", "minimum": 0.2, "middle": 0.2, "high": 0.45},
            made(missing=strict, bands=edges),
        ),
        "bounds": (made(missing={"rule": "bounds"}), {}, made(missing={"rule": "bounds"})),
        "bounds geometric": (
            made(missing={"rule": "bounds"}),
            {MEAN_OF["indicators"]: "geometric", "gamma": 4},
            weighed(made(missing={"rule": "bounds"}, aggregation={"indicators": "geometric"}), gamma=4),
        ),
        **{f"means {i}": mean_case(*pair) for i, pair in enumerate(means)},
    }


@pytest.fixture(scope="module")
def written(
    tmp_path_factory: pytest.TempPathFactory, scores: Scores
) -> dict[str, tuple[Path, Scores, Scores]]:
    """Every case written and changed: the workbook, what was written, and what it must come to."""
    folder = tmp_path_factory.mktemp("books")
    books = {}
    for name, (before, changes, after) in cases(scores).items():
        path = folder / f"{name.replace(' ', '-')}.xlsx"
        write_excel(before, path)
        assert_holds(stored(path), before)
        book = openpyxl.load_workbook(path)
        change(book, changes)
        book.save(path)
        books[name] = (path, before, after)
    return books


@pytest.fixture(scope="module")
def recalculated(
    written: dict[str, tuple[Path, Scores, Scores]], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The folder of the cases, recalculated."""
    return calculated([path for path, _, _ in written.values()], tmp_path_factory)


def test_recalculated_workbooks_hold_the_scores_of_bci(written, recalculated):
    for name, (path, _, after) in written.items():
        try:
            assert_holds(stored(recalculated / path.name), after)
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}") from None


def test_cases_hold_what_they_are_meant_to_test(written):
    made_up = written["made up"][2]
    score = made_up.column("score")
    assert np.isnan(score).any()
    assert not np.isnan(score).all()
    assert (made_up.indicators.score == 0).any(), "a geometric mean with a 0 in it"
    for name, (_, before, after) in written.items():
        stage = "score" if after.index.low is None else "low"
        assert not np.isnan(after.column(stage)).all(), name
        same = np.array_equal(getattr(before.index, stage), getattr(after.index, stage), equal_nan=True)
        assert same == (name in UNCHANGED), name


CHANGES = {
    "yes": {"trade": 3},
    "negative weight": {"trade": -1},
    "falling edge": {"enhanced": 0.1},
    "lowest edge": {"limited": 0.1},
    "unknown rule": {"rule": "lenient"},
    "unknown mean": {MEAN_OF["dimensions"]: "median"},
}


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory, scores: Scores) -> dict[str, Any]:
    """Workbooks with judgements that no scheme may have, recalculated."""
    folder = tmp_path_factory.mktemp("judged")
    paths = []
    for name, changes in CHANGES.items():
        path = folder / f"{name.replace(' ', '-')}.xlsx"
        write_excel(scores, path)
        book = openpyxl.load_workbook(path)
        change(book, changes)
        book.save(path)
        paths.append(path)
    into = calculated(paths, tmp_path_factory)
    return {name: stored(into / path.name) for name, path in zip(CHANGES, paths, strict=True)}


def test_the_sheet_says_whether_its_judgements_are_a_scheme(judged):
    for name, book in judged.items():
        (said,) = (
            row[2] for row in book["Weights"].iter_rows(values_only=True) if row[0] == "is this a scheme?"
        )
        assert said.startswith("yes" if name in ("yes", "unknown mean") else "no: weights are 0 or more"), (
            name
        )


def test_an_unknown_mean_gives_no_number(judged):
    assert set(columns(judged["unknown mean"])["Index", "score", "index"]) == {"#N/A"}
    assert columns(judged["unknown mean"])["Index", "score", "economic"][0] > 0
