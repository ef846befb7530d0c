"""Scales chosen again with a finding left out: a grid by hand, and the shipped one against full scoring."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_up import findings, scheme

import bci
from bci.data.panel import Panel
from bci.model.scheme import Scheme
from bci.replication.calibration import CrossValidation, Grid, cross_validate, leave_one_out, load_grid
from bci.replication.findings import Findings, load_findings

TREE = {"a": (1, {"x": 1}), "b": (1, {"y": 1})}
CODES = {True: 1, False: 0, None: -1}


def hand_scheme(tree: Any = TREE, **more: Any) -> Scheme:
    """Two dimensions of one indicator each: x is read from 0 to 10, y from 0 to 4."""
    scales = {
        "x": {"method": "anchors", "anchors": [[0, 0], [10, 1]], "basis": "calibrated"},
        "y": {"method": "goalposts", "lower": 0, "upper": 4, "basis": "calibrated"},
    }
    return scheme(tree, **({"scales": scales} | more))


def hand_data() -> pd.DataFrame:
    """Two years, x 4 then 6, y 1 then 2; China-Russia, and another dyad that must not matter."""
    rows = [
        ("CHN", "RUS", 1992, 4.0, 1.0),
        ("CHN", "RUS", 1993, 6.0, 2.0),
        ("DEU", "FRA", 1992, 9.0, np.nan),
        ("DEU", "FRA", 1993, np.nan, 3.0),
    ]
    return pd.DataFrame(rows, columns=["iso3_a", "iso3_b", "year", "x", "y"])


def hand_findings(*rows: tuple[str, str, tuple[int, int], str, str]) -> Findings:
    return findings(1993, *rows, level="indicator")


def scheme_at(result: CrossValidation, point: int) -> Scheme:
    """The scheme with the scales of a grid point."""
    content = result.base.model_dump(mode="json", by_alias=True)
    for name, choices in result.choices.items():
        content["scales"][name] = choices[int(result.points[name].iloc[point])].model_dump(mode="json")
    return Scheme.model_validate(content)


def hand_grid(**indicators: Any) -> Grid:
    return Grid.model_validate({"note": "", "indicators": indicators})


HAND_GRID = hand_grid(x={"lower": [0], "upper": [8, 10]}, y={"lower": [0], "upper": [2, 4]})
HAND_FINDINGS = hand_findings(
    ("x low", "x", (1992, 1992), "band", "low"),
    ("y high", "y", (1993, 1993), "band", "high"),
    ("index high", "index", (1993, 1993), "order", "index >= high"),
    ("index low", "index", (1992, 1992), "order", "index < high"),
    ("x above y", "index", (1992, 1992), "order", "x > y"),
    ("rise", "index", (1992, 1993), "trend", "nondecreasing"),
    ("turn", "index", (1992, 1993), "trend", "not_monotone"),
    ("no z", "z", (1992, 1992), "band", "low"),
)


def test_a_grid_by_hand():
    # Scores of 1992 and 1993.    x to 8: .5, .75    x to 10: .4, .6    y to 2: .5, 1    y to 4: .25, .5
    #
    # (x, y) to   x 1992 < .5   y 1993 >= .5   index 1993 >= .5   index 1992 < .5   x > y 1992   rise   turn
    # (8, 2)      .5   no       1    yes       .875  yes          .5    no          no           yes    no
    # (8, 4)      .5   no       .5   yes       .625  yes          .375  yes         yes          yes    no
    # (10, 2)     .4   yes      1    yes       .8    yes          .45   yes         no           yes    no
    # (10, 4)     .4   yes      .5   yes       .55   yes          .325  yes         yes          yes    no
    # z is not in the scheme: it cannot be told.
    result = cross_validate(hand_data(), hand_scheme(), HAND_FINDINGS, grid=HAND_GRID)
    assert result.verdicts.tolist() == [
        [0, 1, 1, 0, 0, 1, 0, -1],
        [0, 1, 1, 1, 1, 1, 0, -1],
        [1, 1, 1, 1, 0, 1, 0, -1],
        [1, 1, 1, 1, 1, 1, 0, -1],
    ]
    assert result.points["kept"].tolist() == [3, 5, 5, 6]
    assert (result.shipped, len(result.choices["y"])) == (3, 2)
    # Left out "x low", the others keep 3, 5, 4, 5: points 2 and 4 are best, and it holds at the second of
    # them. Left out "x above y", 3, 4, 5, 5: points 3 and 4, and it holds at the second. Left out "index
    # low", 3, 4, 4, 5: point 4. Whatever holds everywhere or nowhere leaves point 4 the best.
    frame = result.to_frame().set_index("id")
    assert frame["left_out"].tolist() == [0.5, 1, 1, 1, 0.5, 1, 0, 0]
    assert frame["best_points"].tolist() == [2, 1, 1, 1, 2, 1, 1, 1]
    assert frame["others_kept"].tolist() == [5, 5, 5, 5, 5, 5, 6, 6]
    assert frame["in_sample"].tolist() == [1, 1, 1, 1, 1, 1, 0, 0]
    assert frame["on_grid"].tolist() == [0.5, 1, 1, 0.75, 0.5, 1, 0, 0]
    # "index low" holds at points 2, 3 and 4, which takes in all points of "x low" and of "x above y".
    assert frame["implied_by"].tolist() == ["", "", "", "x low;x above y", "", "", "", ""]
    totals = result.totals().set_index("which").to_dict("index")
    assert totals["all"] == {
        "findings": 8,
        "scheme": 6,
        "in_sample": 6,
        "left_out": 4,
        "left_out_partly": 2,
        "left_out_sum": 5.0,
        "at_random": 4.75,
        "always": 3,
        "never": 2,
    }
    assert totals["moved"] == {
        "findings": 3,
        "scheme": 3,
        "in_sample": 3,
        "left_out": 1,
        "left_out_partly": 2,
        "left_out_sum": 2.0,
        "at_random": 1.75,
        "always": 0,
        "never": 0,
    }
    words = result.in_words()
    assert "3 hold at every point and need no calibration, 2 at none; 3 depend on the choice." in words
    assert "Left out while the scales are chosen, 4 hold at every best choice, 2 at some:" in words
    assert "5.00 in sum, against 4.75 at a point taken at random." in words


def test_left_out_is_what_a_loop_says():
    rng = np.random.default_rng(1)
    for _ in range(20):
        held = rng.random((12, 5)) < 0.6
        out = leave_one_out(held)
        for i in range(5):
            others = [sum(row[j] for j in range(5) if j != i) for row in held.tolist()]
            best = [row[i] for row, kept in zip(held.tolist(), others, strict=True) if kept == max(others)]
            assert out["left_out"][i] == sum(best) / len(best)
            assert (out["best_points"][i], out["others_kept"][i]) == (len(best), max(others))


def test_turned_scales_stay_turned():
    # With -1 the score is 1 - x / 10 = .6 in 1992, high; read to 8 it is .5, still high; .25 in 1993, low.
    scales = {
        "x": {"method": "anchors", "anchors": [[0, 0], [10, 1]], "direction": -1, "basis": "calibrated"}
    }
    alone = hand_scheme({"a": (1, {"x": 1})}, scales=scales)
    findings = hand_findings(
        ("F", "x", (1992, 1992), "band", "high"), ("G", "x", (1993, 1993), "band", "low")
    )
    result = cross_validate(hand_data(), alone, findings, grid=hand_grid(x={"lower": [0], "upper": [8, 10]}))
    assert result.verdicts.tolist() == [[1, 1], [1, 1]]
    assert scheme_at(result, 0).scales["x"].direction == -1


@pytest.mark.parametrize(
    ("grid", "message"),
    [
        ({"x": {"lower": [0], "upper": [8, 9]}}, "x lacks the scale .* of scheme hand; add it to the grid"),
        ({"q": {"lower": [0], "upper": [8]}}, "q is no indicator of the scheme or the data"),
    ],
)
def test_a_grid_that_does_not_fit_the_scheme_is_refused(grid, message):
    with pytest.raises(bci.InputError, match=message):
        cross_validate(hand_data(), hand_scheme(), HAND_FINDINGS, grid=hand_grid(**grid))


def test_a_scale_without_numbers_is_refused():
    fitted = hand_scheme(scales={name: {"method": "min_max", "basis": "definition"} for name in "xy"})
    with pytest.raises(bci.InputError, match="x lacks the scale min_max of scheme hand"):
        cross_validate(hand_data(), fitted, HAND_FINDINGS, grid=HAND_GRID)


def test_a_grid_of_indicators_that_the_scheme_leaves_out_is_refused(panel):
    grid = hand_grid(trade={"lower": [0], "upper": [0.15, 0.2]})
    with pytest.raises(bci.InputError, match="has no indicator of scheme four-indicators"):
        cross_validate(panel, "four-indicators", grid=grid)


def test_classes_without_a_finding_are_refused():
    with pytest.raises(bci.InputError, match="none is INFERRED; give other classes"):
        cross_validate(hand_data(), hand_scheme(), HAND_FINDINGS, grid=HAND_GRID, classes=("INFERRED",))


@pytest.fixture(scope="module")
def everything(panel: Panel) -> CrossValidation:
    return cross_validate(panel, classes=("STATED", "AMBIGUOUS", "INFERRED"))


@pytest.fixture(scope="module")
def stated(panel: Panel) -> CrossValidation:
    return cross_validate(panel)


def test_verdicts_on_the_grid_are_those_of_full_scoring(panel, everything):
    numbers = np.random.default_rng(2).choice(len(everything.points), 8, replace=False)
    seen = set()
    for point in (everything.shipped, *numbers):
        full = bci.check_findings(panel, scheme_at(everything, int(point))).verdicts
        codes = [CODES[verdict.holds] for verdict in full]
        assert everything.verdicts[point].tolist() == codes, point
        seen.add(tuple(codes))
    assert len(seen) > 4


@pytest.mark.parametrize(
    "more",
    [
        {"aggregation": {"indicators": "geometric", "dimensions": {"power": -1}}},
        {"missing": {"rule": "strict", "minimum_coverage": 0.8}},
        {"missing": {"rule": "bounds"}},
    ],
)
def test_so_they_are_under_other_means_and_missing_rules(panel, more):
    content = bci.load_weights().model_dump(mode="json", by_alias=True) | more
    findings = load_findings()
    grid = hand_grid(
        trade={"lower": [0], "upper": [0.15, 0.2]}, energy_trade={"lower": [0, 0.02], "upper": [0.12]}
    )
    result = cross_validate(panel, Scheme.model_validate(content), findings, grid=grid)
    ids = result.to_frame()["id"].tolist()
    for point in range(4):
        full = bci.check_findings(panel, scheme_at(result, point), findings).verdicts
        codes = {verdict.finding.id: CODES[verdict.holds] for verdict in full}
        assert result.verdicts[point].tolist() == [codes[name] for name in ids]


def test_the_shipped_point_is_the_scheme(panel, stated):
    shipped = {v.finding.id: v.holds for v in bci.check_findings(panel).verdicts}
    frame = stated.to_frame()
    assert frame["scheme"].tolist() == [shipped[name] for name in frame["id"]]
    assert (stated.verdicts[stated.shipped] == 1).tolist() == [shipped[name] is True for name in frame["id"]]
    there = scheme_at(stated, stated.shipped)
    definitions = panel.definitions
    assert all(there.scales[name] == definitions[name].scale for name in stated.choices)


def test_every_calibrated_scale_is_in_the_grid(panel, stated):
    calibrated = {name for name, part in panel.definitions.items() if part.scale.basis == "calibrated"}
    assert set(load_grid().indicators) == calibrated == set(stated.choices)
    assert len(stated.points) == 3 * 4 * 12 * 5 * 3
    assert stated.points.duplicated(list(stated.choices)).sum() == 0


def test_plain_scales_lie_on_the_grid_too(panel, everything):
    other = cross_validate(panel, "plain-scales", classes=("STATED", "AMBIGUOUS", "INFERRED"))
    assert other.shipped != everything.shipped
    assert (other.verdicts == everything.verdicts).all()


def test_what_calibration_buys(stated):
    # 34 of 36 hold at the shipped numbers. 25 hold whatever the numbers, 2 never; of the 9 that the numbers
    # decide, all hold when they choose the numbers, and 6.13 in sum when each is left out; numbers taken from
    # the grid at random keep 5.65 on average.
    totals = stated.totals().set_index("which")
    assert stated.short().rows[1][:4] == ["moved", "9", "9", "9"]
    assert totals.loc["all", ["findings", "scheme", "in_sample", "always", "never"]].tolist() == [
        *(36, 34, 34),
        *(25, 2),
    ]
    assert totals["left_out"].tolist() == [29, 4]
    assert totals["left_out_partly"].tolist() == [5, 5]
    assert totals["left_out_sum"].tolist() == pytest.approx([31.13, 6.13], abs=0.005)
    assert totals["at_random"].tolist() == pytest.approx([30.65, 5.65], abs=0.005)
    frame = stated.to_frame().set_index("id")
    assert set(frame.index[frame["on_grid"] == 0]) == {"index-1995-2019-growth", "index-1992-2019-rise"}
    # By hand from the verdicts, for one of the nine: the economic fall, left out.
    name = "economic-1996-2003-decrease"
    column = stated.to_frame()["id"].tolist().index(name)
    others = np.delete(stated.verdicts, column, axis=1).sum(axis=1)
    at_best = stated.verdicts[others == others.max(), column]
    assert (frame.loc[name, "best_points"], frame.loc[name, "left_out"]) == (len(at_best), at_best.mean())
    assert 0 < at_best.mean() < 1


def test_a_sound_grid_is_read(tmp_path):
    path = tmp_path / "grid.yaml"
    path.write_text(
        "note: ours\n"
        "indicators:\n"
        "  trade: {lower: [0], upper: [0.15, 0.2], note: tried}\n"
        "  un_voting: {anchors: [[[0, 0], [1, 1]], [[0.5, 0], [1, 1]]]}\n"
    )
    grid = load_grid(path)
    assert grid.indicators["trade"].choices == [[(0, 0), (0.15, 1)], [(0, 0), (0.2, 1)]]
    assert grid.indicators["un_voting"].choices == [[(0, 0), (1, 1)], [(0.5, 0), (1, 1)]]
