"""Means and coverage: another program's tables, hand-sized cases, and what becomes of gaps, zeros and limits.

The other program is COINr 1.1.14 (R) on a made-up panel of 12 units and 4 periods, two indicators in each of
three dimensions, scores on 1..100. Its tables are compared on that range to 1e-9.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from house import ORACLES
from numpy.typing import ArrayLike

import bci
from bci.model.means import LIMITS, MEANS, arithmetic, coverage, mean, minimum, power, quality
from bci.model.scales import fit
from bci.model.scheme import Scheme

Method = str | float

NAN = np.nan

TREE = {
    "MIL": {"mil_ex": 0.6, "mil_arms": 0.4},
    "ECO": {"eco_trade": 0.7, "eco_fdi": 0.3},
    "POL": {"pol_visits": 0.5, "pol_dist": 0.5},
}
DIMENSIONS = {"MIL": 0.4, "ECO": 0.35, "POL": 0.25}
INDICATORS = [name for members in TREE.values() for name in members]
FALLING = {"pol_dist"}
RESULTS = [*TREE, "BCI"]

ALL_MEANS: list[Method] = [*MEANS, -3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0]
every_mean = pytest.mark.parametrize("method", ALL_MEANS)


def of_row(scores: ArrayLike, weights: ArrayLike, method: Method) -> float:
    """Mean of a single row."""
    (value,) = mean(np.array([scores], dtype=float), np.asarray(weights, dtype=float), method)
    return float(value)


def through(
    scores: pd.DataFrame,
    within: Method,
    across: Method,
    tree: dict[str, dict[str, float]] = TREE,
    dimensions: dict[str, float] = DIMENSIONS,
) -> pd.DataFrame:
    """Dimensions and index from scores of indicators, mean by mean."""
    parts = {
        name: mean(scores[list(members)].to_numpy(), np.array(list(members.values())), within)
        for name, members in tree.items()
    }
    below = pd.DataFrame(parts, index=scores.index)
    weights = np.array(list(dimensions.values()))
    return below.assign(BCI=mean(below[list(dimensions)].to_numpy(), weights, across))


def same(ours: pd.DataFrame, theirs: pd.DataFrame) -> None:
    """Compare dimensions and index on 1..100, missing in the same places."""
    np.testing.assert_allclose(ours[RESULTS], theirs[RESULTS].astype(float), rtol=0, atol=1e-9)


COINR = pd.read_csv(ORACLES / "coinr_means.csv")


def method_of(word: str) -> Method:
    """Mean that a table writes: its name, or its exponent."""
    return word if word in MEANS else float(word)


@pytest.mark.parametrize(
    ("within", "across"), sorted(set(zip(COINR["within"], COINR["across"], strict=True)))
)
def test_means_are_those_of_coinr(within, across):
    # Where scores are missing, the weights of the others keep their proportions; one row lacks a dimension.
    known = COINR[(COINR["within"] == within) & (COINR["across"] == across)]
    same(through(known[INDICATORS], method_of(within), method_of(across)), known)


def table(reference: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(reference / "oracle" / "coinr" / f"{name}.csv")


def scores_with_gaps(reference: Path) -> pd.DataFrame:
    """Scores of the panel with missing values on 1..100."""
    values = table(reference, "input_panel_na")[INDICATORS].astype(float)
    return values.apply(
        lambda column: (
            1 + 99 * fit("min_max", column.to_numpy(), direction=-1 if column.name in FALLING else 1)(column)
        )
    )


TABLES: dict[str, tuple[Method, Method]] = {
    "agg_amean": ("arithmetic", "arithmetic"),
    "purse_global_amean": ("arithmetic", "arithmetic"),
    "agg_gmean": ("geometric", "geometric"),
    "agg_hmean": ("harmonic", "harmonic"),
    "agg_genmean_p2": (2.0, 2.0),
    "agg_genmean_pm1": (-1.0, -1.0),
    "agg_genmean_p05": (0.5, 0.5),
    "agg_mixed_amean_gmean": ("arithmetic", "geometric"),
}


def test_equal_weights_are_those_of_coinr(reference):
    scores = table(reference, "norm_minmax_1_100")[INDICATORS]
    tree = {name: dict.fromkeys(members, 1.0) for name, members in TREE.items()}
    ours = through(scores, "arithmetic", "arithmetic", tree, dict.fromkeys(TREE, 1.0))
    same(ours, table(reference, "agg_amean_equal_weights"))


def test_power_mean_passes_over_gaps_unlike_coinr(reference):
    # COINr says that its power mean skips missing members, and returns missing instead.
    scores = scores_with_gaps(reference)
    theirs = table(reference, "agg_na_genmean_p2")
    ours = through(scores, 2.0, 2.0)
    np.testing.assert_allclose(ours[theirs.notna()[RESULTS]], theirs[RESULTS], rtol=0, atol=1e-9)
    assert theirs[RESULTS].isna().sum().to_dict() == {"MIL": 10, "ECO": 9, "POL": 10, "BCI": 21}
    of_dimensions = ((name, scores[list(members)], members) for name, members in TREE.items())
    for name, below, weights in (*of_dimensions, ("BCI", ours[list(TREE)], DIMENSIONS)):
        for row, found in zip(below.to_numpy(), ours[name], strict=True):
            there = [(w, s) for w, s in zip(weights.values(), row, strict=True) if not np.isnan(s)]
            total = sum(w for w, _ in there)
            by_hand = (sum(w * s**2 for w, s in there) / total) ** 0.5 if there else NAN
            assert found == pytest.approx(by_hand, rel=0, abs=1e-9, nan_ok=True)
    # One row lacks both members of one dimension; no row lacks all three dimensions.
    assert ours.isna().sum().to_dict() == {"MIL": 0, "ECO": 1, "POL": 0, "BCI": 0}


def test_a_threshold_on_the_share_of_members_is_that_of_coinr(reference):
    # Half of the indicators for a dimension, six in ten of the dimensions for the index.
    scores = scores_with_gaps(reference)
    ours = through(scores, "arithmetic", "arithmetic")
    for name, members in TREE.items():
        enough = scores[list(members)].notna().mean(axis=1) >= 0.5
        ours[name] = ours[name].where(enough)
    weights = np.array(list(DIMENSIONS.values()))
    index = pd.Series(mean(ours[list(TREE)].to_numpy(), weights), index=ours.index)
    ours["BCI"] = index.where(ours[list(TREE)].notna().mean(axis=1) >= 0.6)
    same(ours, table(reference, "agg_na_amean_thresh_06"))


# Twelve dyads that stand for the twelve units, in their order.
PARTNERS = ["DEU", "FRA", "GBR", "IND", "IRN", "JPN", "KAZ", "KOR", "MNG", "RUS", "USA", "VNM"]


def scored(values: pd.DataFrame, within: Method, across: Method, missing: dict[str, Any]) -> pd.DataFrame:
    """Dimensions and index of the panel on 1..100, as `bci.score` gives them."""

    def posts(column: pd.Series) -> dict[str, Any]:
        # So that the worst value scores 1 of 100, as COINr needs for its geometric mean.
        worst, best = (column.max(), column.min()) if column.name in FALLING else (column.min(), column.max())
        low, high = sorted([worst - (best - worst) / 99, best])
        sign = -1 if column.name in FALLING else 1
        return {"method": "goalposts", "lower": low, "upper": high, "direction": sign, "basis": "definition"}

    def written(method: Method) -> Any:
        return method if isinstance(method, str) else {"power": method}

    names = {name: name.lower() for name in [*TREE, *INDICATORS]}
    scheme = Scheme.model_validate(
        {
            "name": "panel",
            "periods": "annual",
            "dimensions": {
                names[name]: {"weight": DIMENSIONS[name], "indicators": members}
                for name, members in TREE.items()
            },
            "aggregation": {"indicators": written(within), "dimensions": written(across)},
            "missing": missing,
            "bands": {"all": 0.0},
            "scales": {name: posts(values[name].astype(float)) for name in INDICATORS},
        }
    )
    frame = values[INDICATORS].assign(
        iso3_a="CHN",
        iso3_b=values["unit"].str[1:].astype(int).map(lambda n: PARTNERS[n - 1]),
        year=values["time"],
    )
    wide = bci.score(frame, scheme).to_wide()
    rows = [("CHN", b, year, year) for b, year in zip(frame["iso3_b"], frame["year"], strict=True)]
    ours = 100 * wide.loc[rows, [*(names[name] for name in TREE), "index"]]
    return ours.set_axis(RESULTS, axis=1)


@pytest.mark.parametrize("name", TABLES)
def test_scoring_a_panel_gives_what_coinr_gives(reference, name):
    ours = scored(table(reference, "input_panel"), *TABLES[name], {"rule": "strict"})
    same(ours, table(reference, name))


@pytest.mark.parametrize("method", ["arithmetic", "geometric", "harmonic"])
def test_scoring_a_panel_with_gaps_gives_what_coinr_gives(reference, method):
    # Without a minimum of coverage: COINr takes any dimension that has one member.
    rule = {"rule": "reweight", "minimum_coverage": 0}
    ours = scored(table(reference, "input_panel_na"), method, method, rule)
    same(ours, table(reference, f"agg_na_{method[0]}mean"))


def test_the_strict_rule_is_the_full_threshold_of_coinr(reference):
    ours = scored(table(reference, "input_panel_na"), "arithmetic", "arithmetic", {"rule": "strict"})
    same(ours, table(reference, "agg_na_amean_thresh_1"))


@pytest.mark.parametrize(
    ("method", "by_hand"),
    [
        # Scores 0.2 and 0.8, weights 1 and 3.
        ("arithmetic", 0.65),  # (0.2 + 3 * 0.8) / 4
        ("geometric", 0.2**0.25 * 0.8**0.75),
        ("harmonic", 4 / 8.75),  # 4 / (1 / 0.2 + 3 / 0.8) = 4 / (5 + 3.75)
        ("minimum", 0.2),
        (2.0, 0.49**0.5),  # (0.04 + 3 * 0.64) / 4 = 0.49
        (0.5, ((0.2**0.5 + 3 * 0.8**0.5) / 4) ** 2),
        (-2.0, ((25 + 3 * 1.5625) / 4) ** -0.5),  # 1 / 0.04 = 25, 1 / 0.64 = 1.5625
        ("cubic", (1.544 / 4) ** (1 / 3)),  # 0.008 + 3 * 0.512 = 1.544
    ],
)
def test_means_of_two_scores(method, by_hand):
    assert of_row([0.2, 0.8], [1, 3], method) == pytest.approx(by_hand, abs=1e-15)


def test_the_mean_is_arithmetic_unless_another_is_named():
    assert mean(np.array([[0.2, 0.8]]), np.ones(2)) == pytest.approx([0.5])


def test_every_row_has_its_own_mean():
    scores = np.array([[0.2, 0.8], [0.4, 0.4], [NAN, 0.6], [NAN, NAN]])
    np.testing.assert_allclose(arithmetic(scores, np.array([1.0, 3.0])), [0.65, 0.4, 0.6, NAN])


@every_mean
def test_the_weights_of_what_is_there_keep_their_proportions(method):
    with_gap = of_row([0.3, NAN, 0.7], [1, 5, 2], method)
    assert with_gap == pytest.approx(of_row([0.3, 0.7], [1, 2], method), abs=1e-15)


@every_mean
@pytest.mark.parametrize("of_no_weight", [NAN, 0.0, 0.1, 1.0])
def test_a_member_of_no_weight_has_no_influence(method, of_no_weight):
    ours = of_row([0.3, of_no_weight, 0.7], [1, 0, 2], method)
    assert ours == pytest.approx(of_row([0.3, 0.7], [1, 2], method), abs=1e-15)


@every_mean
@pytest.mark.parametrize("scores", [[NAN, NAN], [NAN, 0.4]])
def test_a_row_without_any_member_that_weighs_is_missing(method, scores):
    assert np.isnan(of_row(scores, [1, 0], method))


@every_mean
def test_a_single_member_is_the_mean(method):
    assert of_row([NAN, 0.37, NAN], [2, 0.1, 1], method) == pytest.approx(0.37, abs=1e-15)


@pytest.mark.parametrize("method", ["geometric", "harmonic", "minimum", -3.0, -1.0, -0.5, 0.0])
@pytest.mark.parametrize("scores", [[0.0, 1.0], [0.0, 0.0], [0.9, 0.0], [0.0, NAN]])
def test_a_single_zero_cannot_be_made_good(method, scores):
    assert of_row(scores, [1, 9], method) == 0


@pytest.mark.parametrize("method", ["arithmetic", 0.5, 1.0, 2.0])
def test_a_zero_can_be_made_good_by_others(method):
    assert of_row([0, 1], [1, 9], method) == pytest.approx(
        0.9 ** (1 if method == "arithmetic" else 1 / method)
    )


@pytest.mark.parametrize(("exponent", "near"), [(1.0, 1 + 1e-9), (0.0, 1e-9), (-np.inf, -1e6)])
def test_forms_of_their_own_are_what_power_means_come_to(exponent, near):
    rng = np.random.default_rng(0)
    scores, weights = rng.uniform(size=(200, 5)), rng.uniform(0.1, 1, size=5)
    scores[rng.uniform(size=scores.shape) < 0.3] = NAN
    form = LIMITS[exponent](scores, weights)
    np.testing.assert_allclose(power(scores, weights, near), form, rtol=0, atol=1e-5)


def test_means_fall_with_their_exponent():
    rng = np.random.default_rng(3)
    scores, weights = rng.uniform(0.05, 1, size=(100, 4)), rng.uniform(0.1, 1, size=4)
    falling = [power(scores, weights, p) for p in (3.0, 1.0, 0.5, 0.0, -0.5, -1.0, -3.0)]
    falling.append(minimum(scores, weights))
    assert (np.diff(falling, axis=0) < 0).all()


def test_harmonic_is_the_inverse_of_the_mean_of_inverses():
    rng = np.random.default_rng(4)
    scores, weights = rng.uniform(0.05, 1, size=(100, 4)), rng.uniform(0.1, 1, size=4)
    np.testing.assert_allclose(
        mean(scores, weights, "harmonic"), 1 / arithmetic(1 / scores, weights), rtol=1e-12
    )


@every_mean
def test_means_leave_the_scores_and_weights_as_they_were(method):
    scores, weights = np.array([[0.2, NAN, 0.0]]), np.array([1.0, 2.0, 0.0])
    mean(scores, weights, method)
    np.testing.assert_array_equal(scores, [[0.2, NAN, 0.0]])
    np.testing.assert_array_equal(weights, [1, 2, 0])


@pytest.mark.parametrize(
    ("coverages", "weights", "by_hand"),
    [
        ([1, 1, 1], [1, 2, 5], 1),
        ([0, 0, 0], [1, 2, 5], 0),
        ([1, 0, 0.5], [1, 2, 5], 0.4375),  # (1 + 0 + 2.5) / 8
        ([0.2, 1, 0], [3, 0, 3], 0.1),
    ],
)
def test_coverage_is_the_weighted_share_that_rests_on_data(coverages, weights, by_hand):
    assert coverage(np.array([coverages]), np.array(weights, dtype=float)) == pytest.approx([by_hand])


def test_quality_is_the_weighted_share_of_each_grade_among_what_is_present():
    # Members of weight 1, 2 and 5; the third has no score, and takes no part.
    grades = np.array([[[1.0, 0, 0], [0.25, 0.75, 0], [0, 0, 1.0]]])
    ours = quality(grades, np.array([[0.4, 0.0, NAN]]), np.array([1.0, 2.0, 5.0]))
    # A: (1 + 2 * 0.25) / 3, B: 2 * 0.75 / 3, C: 0.
    np.testing.assert_allclose(ours, [[0.5, 0.5, 0]])
    # Nor does the second without a weight.
    ours = quality(grades, np.array([[0.4, 0.6, NAN]]), np.array([3.0, 0.0, 1.0]))
    np.testing.assert_array_equal(ours, [[1, 0, 0]])


def test_quality_of_a_row_without_members_is_missing():
    nothing = np.full((1, 2, 3), NAN)
    assert np.isnan(quality(nothing, np.array([[NAN, NAN]]), np.ones(2))).all()


@pytest.mark.parametrize("exponent", [400, -400, 1000, -1000, 1e-9, -1e-9, 1e-17])
def test_a_power_mean_of_equal_scores_is_that_score_whatever_the_exponent(exponent):
    scores = np.array([[0.1, 0.1], [0.01, 0.01], [1.0, 1.0], [0.0, 0.0]])
    found = power(scores, np.array([1.0, 3.0]), exponent)
    assert found == pytest.approx([0.1, 0.01, 1, 0], abs=1e-12)


def test_a_score_of_next_to_nothing_decides_a_mean_without_a_warning():
    # Half of the weight on it: 2 / (1/0.1 + 1/s) is 2 s; divided by it, the other score is past all numbers.
    assert of_row([0.1, 5e-324], [1, 1], "harmonic") == 2 * 5e-324


@pytest.mark.parametrize(
    ("exponent", "by_hand"),
    [
        (1e-12, 0.4),  # next to geometric: sqrt(0.2 * 0.8)
        (1000, 0.8 * 2**-0.001),  # (0.8**1000 / 2)**(1/1000)
        (-1000, 0.2 * 2**0.001),  # likewise from above
    ],
)
def test_a_power_mean_nears_its_limits(exponent, by_hand):
    assert of_row([0.2, 0.8], [1, 1], exponent) == pytest.approx(by_hand, abs=1e-12)
