"""Scales: another program's tables, hand-sized cases, and that new values never move old scores.

The other program is COINr 1.1.14 (R) on a made-up panel of 12 units and 4 periods with ties, zeros and heavy
tails, in which more of ``pol_dist`` is less cooperation. Its tables are compared on 0..100 to 1e-9.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from house import ORACLES

from bci.arrays import Array
from bci.model import scales
from bci.model.definitions import Goalposts
from bci.model.scales import fit

NAN = np.nan

DIRECTIONS = {"mil_ex": 1, "mil_arms": 1, "eco_trade": 1, "eco_fdi": 1, "pol_visits": 1, "pol_dist": -1}

# Every method with the options that it needs.
METHODS: dict[str, dict[str, Any]] = {
    "anchors": {"anchors": [[1.0, 0.0], [3.0, 0.6], [8.0, 1.0]]},
    "goalposts": {"lower": 1.0, "upper": 8.0},
    "min_max": {},
    "z_score": {"centre": 0.5, "spread": 0.25},
    "percentile_rank": {},
    "rank": {},
}
FITTED = ["min_max", "z_score", "percentile_rank", "rank"]

every_method = pytest.mark.parametrize("method", METHODS)
both_directions = pytest.mark.parametrize("direction", [1, -1])
every_indicator = pytest.mark.parametrize("indicator", DIRECTIONS)


def scored(method: str, values: Any, **options: Any) -> Array:
    """Scores of the values that the scale was fitted to."""
    values = np.asarray(values, dtype=float)
    return fit(method, values, **options)(values)


def same(ours: Array, theirs: Any) -> None:
    """Compare a score with a figure on 0..100, missing in the same places."""
    np.testing.assert_allclose(100 * ours, np.asarray(theirs, dtype=float), rtol=0, atol=1e-9)


# What brings their figures to 0..100: ranks are over the number of values, and 10 of the spread is a
# standard deviation, so that no standard score of the panel (the largest is 4.7) is cut off.
TO_100: dict[str, Callable[[pd.Series], pd.Series]] = {
    "min_max": lambda figures: figures,
    "z_score": lambda figures: 50 + 10 * figures,
    "percentile_rank": lambda figures: 100 * figures,
    "rank_average": lambda figures: 100 * figures / figures.count(),
    "rank_lowest": lambda figures: 100 * figures / figures.count(),
}
OURS: dict[str, tuple[str, dict[str, Any]]] = {
    "min_max": ("min_max", {}),
    "z_score": ("z_score", {"centre": 0.5, "spread": 0.1}),
    "percentile_rank": ("percentile_rank", {}),
    "rank_average": ("rank", {"ties": "average"}),
    "rank_lowest": ("rank", {"ties": "lowest"}),
}


@pytest.mark.parametrize(
    ("file", "column"),
    [
        *(("coinr_scales.csv", column) for column in OURS),
        *(("coinr_scales_missing.csv", column) for column in ("min_max", "z_score", "percentile_rank")),
    ],
)
@pytest.mark.parametrize("indicator", ["pol_visits", "pol_dist"])
def test_scores_are_those_of_coinr(file, column, indicator):
    known = pd.read_csv(ORACLES / file)
    known = known[known["indicator"] == indicator]
    method, options = OURS[column]
    ours = scored(method, known["value"], direction=DIRECTIONS[indicator], **options)
    same(ours, TO_100[column](known[column]))


def table(reference: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(reference / "oracle" / "coinr" / f"{name}.csv")


NORMALISED: dict[str, tuple[str, dict[str, Any], Callable[[pd.Series], pd.Series]]] = {
    "norm_minmax_0_1": ("min_max", {}, lambda figures: 100 * figures),
    "norm_minmax_0_100": ("min_max", {}, lambda figures: figures),
    "norm_minmax_1_100": ("min_max", {}, lambda figures: (figures - 1) / 0.99),
    "norm_imeta_minmax": ("min_max", {}, lambda figures: (figures - 1) / 0.99),
    "norm_dist2max": ("min_max", {}, lambda figures: 100 * figures),
    "norm_zscore_0_1": (*OURS["z_score"], TO_100["z_score"]),
    "norm_zscore_50_10": (*OURS["z_score"], lambda figures: figures),
    "norm_rank_min": (*OURS["rank_lowest"], TO_100["rank_lowest"]),
    "norm_rank_average": (*OURS["rank_average"], TO_100["rank_average"]),
    # Borda counts start from 0 where ranks start from 1.
    "norm_borda": (*OURS["rank_lowest"], lambda figures: 100 * (figures + 1) / figures.count()),
    "norm_prank": ("percentile_rank", {}, lambda figures: 100 * figures),
    "norm_na_minmax_0_100": ("min_max", {}, lambda figures: figures),
    "norm_na_zscore": (*OURS["z_score"], TO_100["z_score"]),
    "norm_na_prank": ("percentile_rank", {}, lambda figures: 100 * figures),
}


@every_indicator
@pytest.mark.parametrize("name", NORMALISED)
def test_fitted_scales_are_those_of_coinr(reference, name, indicator):
    values = table(reference, "input_panel_na" if "_na_" in name else "input_panel")[indicator]
    method, options, to_100 = NORMALISED[name]
    ours = scored(method, values, direction=DIRECTIONS[indicator], **options)
    same(ours, to_100(table(reference, name)[indicator]))


@every_indicator
def test_min_max_of_each_period_is_that_of_coinr(reference, indicator):
    values, theirs = table(reference, "input_panel"), table(reference, "norm_minmax_by_period")
    for period, rows in values.groupby("time"):
        ours = scored("min_max", rows[indicator], direction=DIRECTIONS[indicator])
        same(ours, theirs.loc[theirs["time"] == period, indicator])


# Goalposts that say in our words what their methods do, for an indicator that rises and for one that falls
# (None: see below), and what brings their figures to 0..100, where COINr leaves 635.95 and a score ends at 1.
POSTS: dict[str, tuple[Callable[..., Any] | None, Callable[..., Any] | None, Callable[[pd.Series], Any]]] = {
    "norm_imeta_goalposts": (
        lambda values, meta: (meta["goalpost_lower"], meta["goalpost_upper"]),
        lambda values, meta: (meta["goalpost_lower"], meta["goalpost_upper"]),
        lambda figures: figures,
    ),
    # What is on target is 1; 0 is the lowest value, or the highest where less is better.
    "norm_imeta_dist2targ": (
        lambda values, meta: (values.min(), meta["Target"]),
        lambda values, meta: (meta["Target"], values.max()),
        lambda figures: 100 * figures,
    ),
    "norm_dist2ref_row1": (
        lambda values, meta: (values.min(), values.iloc[0]),
        lambda values, meta: (values.iloc[0], values.max()),
        lambda figures: 100 * figures.clip(0, 1),
    ),
    "norm_goalposts_0_20_100": (lambda values, meta: (0, 20), None, lambda figures: figures),
    "norm_scaled_0_10": (lambda values, meta: (0, 10), None, lambda figures: figures.clip(0, 100)),
    "norm_fracmax": (lambda values, meta: (0, values.max()), None, lambda figures: 100 * figures.clip(0)),
}


@pytest.mark.parametrize(
    ("name", "indicator"),
    [
        (name, indicator)
        for name, (rising, falling, _) in POSTS.items()
        for indicator, direction in DIRECTIONS.items()
        if (rising if direction == 1 else falling) and (name, indicator) != ("norm_dist2ref_row1", "mil_ex")
    ],
)
def test_goalposts_are_those_of_coinr(reference, name, indicator):
    values = table(reference, "input_panel")[indicator]
    meta = table(reference, "input_meta_posts").set_index("iCode").loc[indicator]
    rising, falling, to_100 = POSTS[name]
    direction = DIRECTIONS[indicator]
    lower, upper = (rising if direction == 1 else falling)(values, meta)
    ours = scored("goalposts", values, lower=lower, upper=upper, direction=direction)
    same(ours, to_100(table(reference, name)[indicator]))


@pytest.mark.parametrize(
    ("name", "theirs_are", "upper"),
    [
        # COINr negates the values and not the posts, so that every unit falls below the lower post.
        ("norm_goalposts_0_20_100", lambda theirs: theirs == 0, 20),
        # The same flaw without the cutting: all scores are below 0.
        ("norm_scaled_0_10", lambda theirs: theirs < 0, 10),
        # It divides by the negated lowest distance: all are 1 or more, and the farthest has the highest.
        ("norm_fracmax", lambda theirs: theirs >= 1, None),
    ],
)
def test_a_falling_indicator_stays_in_range_unlike_in_coinr(reference, name, theirs_are, upper):
    values = table(reference, "input_panel")["pol_dist"]
    theirs = table(reference, name)["pol_dist"]
    assert theirs_are(theirs).all()
    highest = upper or values.max()
    ours = scored("goalposts", values, lower=0, upper=highest, direction=-1)
    same(ours, 100 * (1 - values / highest))
    if upper is None:
        assert (theirs.idxmax(), ours.argmin()) == (values.idxmax(), values.argmax())


def test_posts_at_the_same_value_are_refused_where_coinr_divides_by_zero(reference):
    # The first unit has the lowest count of exercises: the distance to it is 0/0 or x/0 for all.
    values = table(reference, "input_panel")["mil_ex"]
    theirs = table(reference, "norm_dist2ref_row1")["mil_ex"]
    assert not np.isfinite(theirs).any()
    with pytest.raises(ValueError, match="must be above lower"):
        Goalposts(method="goalposts", lower=values.min(), upper=values.iloc[0], basis="definition")


@pytest.mark.parametrize(
    ("value", "score"),
    [
        (-5, 0.1),  # flat below the first point
        (0, 0.1),
        (1, 0.2),  # half way: 0.1 + (0.3 - 0.1) / 2
        (2, 0.3),
        (3, 0.45),  # a quarter of the way from 2 to 6: 0.3 + (0.9 - 0.3) / 4
        (6, 0.9),
        (99, 0.9),  # flat above the last
    ],
)
@pytest.mark.parametrize("direction", [1, -1])
def test_anchors_are_straight_between_the_points_and_flat_outside(value, score, direction):
    points = [[0, 0.1], [2, 0.3], [6, 0.9]]
    ours = scored("anchors", [value], anchors=points, direction=direction)
    assert ours == pytest.approx([score if direction == 1 else 1 - score], abs=1e-15)


def test_anchors_give_the_scores_of_their_points_exactly():
    # A band edge that an anchor stands on must be reached, not missed by a rounding.
    points = [[0.2, 0.0], [0.6, 0.25], [0.8, 0.5], [0.9, 0.75], [1.0, 1.0]]
    at, score = np.array(points).T
    np.testing.assert_array_equal(scales.anchors(at, points=points), score)


@pytest.mark.parametrize(("value", "score"), [(9, 0), (10, 0), (12, 0.1), (20, 0.5), (30, 1), (31, 1)])
def test_goalposts_run_from_the_lower_to_the_upper_post(value, score):
    rising = scored("goalposts", [value], lower=10.0, upper=30.0)
    falling = scored("goalposts", [value], lower=10.0, upper=30.0, direction=-1)
    assert (rising.tolist(), falling.tolist()) == ([score], [1 - score])


@pytest.mark.parametrize("method", ["anchors", "goalposts"])
def test_fixed_scales_do_not_look_at_the_values(method):
    at = np.array([0.0, 2.0, 4.0, 9.0])
    to_nothing = fit(method, np.array([NAN]), **METHODS[method])
    to_many = fit(method, np.array([3.0, 700.0]), **METHODS[method])
    np.testing.assert_array_equal(to_nothing(at), to_many(at))


FIVE = [10.0, 20.0, 20.0, 40.0, 60.0]


@pytest.mark.parametrize(
    ("method", "options", "rising", "falling"),
    [
        ("min_max", {}, [0, 0.2, 0.2, 0.6, 1], [1, 0.8, 0.8, 0.4, 0]),
        # Mean 30, squares 400 + 100 + 100 + 100 + 900 = 1600 over n - 1 = 4: standard deviation 20.
        (
            "z_score",
            {"centre": 0.5, "spread": 0.2},
            [0.5 - 0.2, 0.5 - 0.1, 0.5 - 0.1, 0.5 + 0.1, 0.5 + 0.3],
            [0.5 + 0.2, 0.5 + 0.1, 0.5 + 0.1, 0.5 - 0.1, 0.5 - 0.3],
        ),
        ("z_score", {"centre": 0.4, "spread": 0.2}, [0.2, 0.3, 0.3, 0.5, 0.7], [0.6, 0.5, 0.5, 0.3, 0.1]),
        # Unless said otherwise, 0 and 1 lie three standard deviations from the mean.
        ("z_score", {}, [1 / 3, 5 / 12, 5 / 12, 7 / 12, 3 / 4], [2 / 3, 7 / 12, 7 / 12, 5 / 12, 1 / 4]),
        # Of the other four lie below: 0, 1, 1, 3, 4.
        ("percentile_rank", {}, [0, 0.25, 0.25, 0.75, 1], [1, 0.5, 0.5, 0.25, 0]),
        ("rank", {"ties": "lowest"}, [0.2, 0.4, 0.4, 0.8, 1], [1, 0.6, 0.6, 0.4, 0.2]),
        ("rank", {"ties": "average"}, [0.2, 0.5, 0.5, 0.8, 1], [1, 0.7, 0.7, 0.4, 0.2]),
        ("rank", {}, [0.2, 0.5, 0.5, 0.8, 1], [1, 0.7, 0.7, 0.4, 0.2]),
    ],
)
def test_fitted_scales_of_five_values(method, options, rising, falling):
    np.testing.assert_allclose(scored(method, FIVE, **options), rising, rtol=0, atol=1e-15)
    np.testing.assert_allclose(scored(method, FIVE, direction=-1, **options), falling, rtol=0, atol=1e-15)


@both_directions
def test_z_score_is_cut_off_at_0_and_1(direction):
    # Standard scores -1, -0.5, -0.5, 0.5, 1.5; two standard deviations of spread each would leave 0..1.
    uncut = 0.5 + direction * 0.9 * np.array([-1, -0.5, -0.5, 0.5, 1.5])
    ours = scored("z_score", FIVE, centre=0.5, spread=0.9, direction=direction)
    assert {0.0, 1.0} <= set(ours.tolist())
    np.testing.assert_allclose(ours, np.clip(uncut, 0, 1), rtol=0, atol=1e-15)


@pytest.mark.parametrize(
    ("method", "options", "value", "score"),
    [
        ("min_max", {}, 35, 0.5),
        ("min_max", {}, -1000, 0),
        ("min_max", {}, 1000, 1),
        ("z_score", {"centre": 0.5, "spread": 0.2}, 35, 0.55),
        ("z_score", {"centre": 0.5, "spread": 0.2}, -1000, 0),
        ("z_score", {"centre": 0.5, "spread": 0.2}, 1000, 1),
        # 10, 20 and 20 lie below 35: three of the other four.
        ("percentile_rank", {}, 35, 0.75),
        ("percentile_rank", {}, 20, 0.25),
        ("percentile_rank", {}, 5, 0),
        ("percentile_rank", {}, 1000, 1),
        # It would stand fourth of five.
        ("rank", {"ties": "lowest"}, 35, 0.8),
        ("rank", {"ties": "average"}, 35, 0.8),
        ("rank", {"ties": "lowest"}, 20, 0.4),
        ("rank", {"ties": "average"}, 20, 0.5),
        ("rank", {}, 5, 0.2),
        ("rank", {}, 1000, 1),
    ],
)
def test_a_value_that_was_not_fitted_to(method, options, value, score):
    scale = fit(method, np.array(FIVE), **options)
    assert scale(np.array([float(value)])) == pytest.approx([score], abs=1e-15)


@both_directions
@every_method
def test_a_new_value_never_moves_old_scores(method, direction):
    rng = np.random.default_rng(4)
    old, new = rng.normal(4, 3, size=40), rng.normal(4, 30, size=40)
    scale = fit(method, old, direction=direction, **METHODS[method])
    np.testing.assert_array_equal(scale(np.append(old, new))[:40], scale(old))


@pytest.mark.parametrize("method", FITTED)
def test_a_fit_to_new_values_does_move_old_scores(method):
    # So that the test above says something about fitting.
    old, new = np.array(FIVE), np.array([100.0, 200.0])
    options = METHODS[method]
    moved = scored(method, np.append(old, new), **options)[:5] - scored(method, old, **options)
    assert np.abs(moved).max() > 0.1


@every_method
def test_a_scale_does_not_follow_the_values_it_was_fitted_to(method):
    values = np.array(FIVE)
    scale = fit(method, values, **METHODS[method])
    before = scale(np.array([15.0, 30.0]))
    values *= 3
    np.testing.assert_array_equal(scale(np.array([15.0, 30.0])), before)


@every_method
def test_fitting_and_applying_leave_the_values_as_they_were(method):
    values = np.array([5.0, NAN, 2.0, 9.0])
    scored(method, values, direction=-1, **METHODS[method])
    np.testing.assert_array_equal(values, [5.0, NAN, 2.0, 9.0])


@both_directions
@every_method
def test_scores_have_the_shape_of_the_values(method, direction):
    rng = np.random.default_rng(5)
    values = rng.normal(4, 3, size=(4, 6))
    scale = fit(method, values.ravel(), direction=direction, **METHODS[method])
    np.testing.assert_array_equal(scale(values), scale(values.ravel()).reshape(4, 6))


@both_directions
@every_method
def test_scores_follow_the_direction(method, direction):
    rng = np.random.default_rng(6)
    rising_values = np.sort(rng.normal(4, 3, size=60))
    steps = np.diff(scored(method, rising_values, direction=direction, **METHODS[method]))
    assert (direction * steps >= 0).all()
    assert (direction * steps > 0).any()


@every_method
def test_more_is_more_cooperation_unless_said_otherwise(method):
    rising = scored(method, FIVE, direction=1, **METHODS[method])
    np.testing.assert_array_equal(scored(method, FIVE, **METHODS[method]), rising)


@pytest.mark.parametrize(
    ("function", "options"),
    [
        (scales.anchors, {"points": [[10, 0], [60, 1]]}),
        (scales.goalposts, {"lower": 10, "upper": 60}),
        (scales.z_score, {"mean": 30, "deviation": 20, "centre": 0.5, "spread": 0.2}),
        (scales.percentile_rank, {"reference": np.array(FIVE)}),
        (scales.rank, {"reference": np.array(FIVE), "ties": "average"}),
    ],
)
def test_the_functions_themselves_rise_unless_said_otherwise(function, options):
    values = np.array(FIVE)
    np.testing.assert_array_equal(function(values, **options), function(values, direction=1, **options))


@pytest.mark.parametrize("method", FITTED)
def test_a_falling_indicator_is_the_rising_one_of_its_negative(method):
    rng = np.random.default_rng(7)
    values = rng.integers(0, 9, size=50).astype(float)
    falling = scored(method, values, direction=-1, **METHODS[method])
    np.testing.assert_allclose(falling, scored(method, -values, **METHODS[method]), rtol=0, atol=1e-12)


@pytest.mark.parametrize("method", ["anchors", "goalposts", "min_max", "z_score"])
def test_on_a_straight_scale_the_falling_score_is_1_minus_the_rising(method):
    rng = np.random.default_rng(8)
    values = rng.normal(4, 3, size=50)
    rising, falling = (scored(method, values, direction=sign, **METHODS[method]) for sign in (1, -1))
    np.testing.assert_allclose(rising + falling, 1, rtol=0, atol=1e-12)


@both_directions
@every_method
def test_scores_stay_in_0_to_1(method, direction):
    rng = np.random.default_rng(9)
    scale = fit(method, rng.normal(4, 3, size=50), direction=direction, **METHODS[method])
    ours = scale(rng.normal(4, 30, size=500))
    assert (ours >= 0).all()
    assert (ours <= 1).all()


@both_directions
@every_method
def test_a_missing_value_stays_missing_and_moves_no_other(method, direction):
    known = np.array([5.0, 2.0, 9.0, 2.0])
    with_gaps = np.array([NAN, 5.0, 2.0, NAN, 9.0, 2.0, NAN])
    scale = fit(method, with_gaps, direction=direction, **METHODS[method])
    ours = scale(with_gaps)
    np.testing.assert_array_equal(np.isnan(ours), np.isnan(with_gaps))
    without = scored(method, known, direction=direction, **METHODS[method])
    np.testing.assert_array_equal(ours[~np.isnan(with_gaps)], without)
    assert np.isnan(scale(np.array([NAN, NAN]))).all()


@pytest.mark.parametrize(
    ("method", "options", "scores"),
    [
        ("min_max", {}, [1, 0]),
        # Mean 5, squares 9 + 9 over n - 1 = 1: both lie 3 / sqrt(18), one over the root of two, away.
        ("z_score", {"spread": 0.2}, [0.5 + 0.2 / 2**0.5, 0.5 - 0.2 / 2**0.5]),
        ("percentile_rank", {}, [1, 0]),
        ("rank", {}, [1, 0.5]),
    ],
)
def test_two_values_that_differ_can_be_fitted_to(method, options, scores):
    np.testing.assert_allclose(scored(method, [8.0, 2.0], **options), scores, rtol=0, atol=1e-15)


@both_directions
@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([3.0, 3.0, 3.0], r"3 value\(s\), all equal"),
        ([3.0, NAN, 3.0], r"2 value\(s\), all equal"),
        ([3.0], r"1 value\(s\), all equal"),
        ([NAN, NAN], "no value"),
        ([], "no value"),
    ],
)
@pytest.mark.parametrize("method", FITTED)
def test_values_that_do_not_vary_cannot_be_fitted_to(method, values, found, direction):
    with pytest.raises(ValueError, match=f"{found}; choose anchors or goalposts"):
        fit(method, np.array(values), direction=direction)
