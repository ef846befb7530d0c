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


Case = tuple[Scores, Mapping[str, Any], Scores]


def case(before: Scores, changes: Mapping[str, Any] | None = None, after: Scores | None = None) -> Case:
    """What is written, what is changed in the workbook, and what it must come to, with its weights."""
    after, changes = after or before, changes or {}
    weights = {name: changes[name] for name in {*before.scheme.tree, *before.scheme.indicators} & {*changes}}
    return before, changes, weighed(after, **weights) if weights else after


def mean_case(indicators: Any, dimensions: Any) -> Case:
    """The means changed in the workbook, and the same scheme written as YAML would have it."""
    means = {"indicators": indicators, "dimensions": dimensions}
    words = {level: mean["power"] if isinstance(mean, dict) else mean for level, mean in means.items()}
    return made(), {MEAN_OF[level]: word for level, word in words.items()}, made(aggregation=means)


def cases(scores: Scores) -> dict[str, Case]:
    """The cases by name."""
    lax, bounds = {"rule": "reweight", "minimum_coverage": 0.1}, {"rule": "bounds"}
    strict, edges = {"rule": "strict", "minimum_coverage": 0.2}, {"low": 0.0, "middle": 0.2, "high": 0.45}
    geometric = {"indicators": "geometric"}
    judged = {"rule": "strict", "minimum": 0.2, "middle": 0.2, "high": 0.45}
    bounds_geometric = made(missing=bounds, aggregation=geometric)
    means: list[tuple[Any, Any]] = [
        *((name, name) for name in MEANS if name != "arithmetic"),
        ("harmonic", "minimum"),
        ({"power": -2.5}, {"power": 3.0}),
        ({"power": 400.0}, {"power": -400.0}),
        ("minimum", "harmonic"),
    ]
    return {
        "shipped": case(scores),
        "shipped annual": case(bci.score(scores.panel, period="annual", end=2025)),
        "shipped weights": case(scores, {"trade": 3, "military": 0.25}),
        "shipped without two": case(scores, {"energy_trade": 0, "political": 0}),
        "made up": case(made()),
        "made up weights": case(made(missing=lax), {"beta": 0.125, "third": 10}),
        "made up without one": case(made(missing=lax), {"alpha": 0}),
        "written geometric": case(made(aggregation=geometric)),
        "rule and edges": case(made(missing=lax), judged, made(missing=strict, bands=edges)),
        "bounds": case(made(missing=bounds)),
        "bounds geometric": case(
            made(missing=bounds), {MEAN_OF["indicators"]: "geometric", "gamma": 4}, bounds_geometric
        ),
        **{f"means {i}": mean_case(*pair) for i, pair in enumerate(means)},
    }


def changed(folder: Path, name: str, scores: Scores, changes: Mapping[str, Any]) -> Path:
    """The workbook of the scores, changed after it was written and found to hold them."""
    path = folder / f"{name.replace(' ', '-')}.xlsx"
    write_excel(scores, path)
    assert_holds(stored(path), scores)
    book = openpyxl.load_workbook(path)
    change(book, changes)
    book.save(path)
    return path


@pytest.fixture(scope="module")
def written(
    tmp_path_factory: pytest.TempPathFactory, scores: Scores
) -> dict[str, tuple[Path, Scores, Scores]]:
    """Every case written and changed: the workbook, what was written, and what it must come to."""
    folder = tmp_path_factory.mktemp("books")
    return {
        name: (changed(folder, name, before, changes), before, after)
        for name, (before, changes, after) in cases(scores).items()
    }


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
    paths = [changed(folder, name, scores, changes) for name, changes in CHANGES.items()]
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
