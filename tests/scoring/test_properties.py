"""What must hold for every score, weight and gap: for the means alone, and from values to index."""

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from made_up import NAN, dyad_years

import bci
from bci.arrays import Array
from bci.model.means import MEANS, mean
from bci.model.scheme import Scheme
from bci.scoring.scores import Scores

Method = str | float
Plain = dict[str, Any]

HAIR = 1e-12

thorough = settings(max_examples=80)
brief = settings(max_examples=30)


methods = st.sampled_from([*MEANS, -3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 5.0])
scores_or_gaps = st.just(NAN) | st.just(0.0) | st.just(1.0) | st.floats(0.001, 1)
weights_or_none = st.just(0.0) | st.floats(0.01, 100)


@st.composite
def rows_and_weights(draw: st.DrawFn) -> tuple[Array, Array]:
    """Scores of a few rows, and weights of their members."""
    rows, members = draw(st.integers(1, 3)), draw(st.integers(1, 5))
    scores = draw(arrays(float, (rows, members), elements=scores_or_gaps))
    weights = draw(arrays(float, members, elements=weights_or_none).filter(np.any))
    return scores, weights


@thorough
@given(rows_and_weights(), methods)
def test_a_mean_lies_between_the_scores_that_are_present(case, method):
    scores, weights = case
    for row, value in zip(scores, mean(scores, weights, method), strict=True):
        present = row[~np.isnan(row) & (weights > 0)]
        if len(present):
            assert present.min() - HAIR <= value <= present.max() + HAIR
        else:
            assert np.isnan(value)


@thorough
@given(rows_and_weights(), methods, st.data())
def test_a_mean_never_falls_when_a_score_rises(case, method, data):
    scores, weights = case
    raised = scores.copy()
    member = data.draw(st.integers(0, scores.shape[1] - 1))
    # A missing score stays missing: what a new one does is not a matter of rising.
    raised[:, member] += (1 - raised[:, member]) * data.draw(st.floats(0.001, 1))
    before, after = mean(scores, weights, method), mean(raised, weights, method)
    np.testing.assert_array_equal(np.isnan(before), np.isnan(after))
    assert (after >= before - HAIR)[~np.isnan(before)].all()


@thorough
@given(rows_and_weights(), methods, st.floats(0.001, 1000), st.data())
def test_a_mean_is_blind_to_the_scale_of_weights_and_to_the_order_of_members(case, method, factor, data):
    scores, weights = case
    order = data.draw(st.permutations(range(len(weights))))
    turned = mean(scores[:, order], factor * weights[order], method)
    np.testing.assert_allclose(turned, mean(scores, weights, method), rtol=0, atol=HAIR)


@thorough
@given(rows_and_weights(), methods, st.just(0.0) | st.floats(0.001, 1))
def test_the_mean_of_equal_scores_is_that_score(case, method, equal):
    scores, weights = case
    scores = np.where(np.isnan(scores), NAN, equal)
    known = (~np.isnan(scores) & (weights > 0)).any(axis=1)
    np.testing.assert_allclose(mean(scores, weights, method), np.where(known, equal, NAN), rtol=0, atol=HAIR)


DYADS = [("CHN", "RUS"), ("CHN", "USA"), ("DEU", "FRA")]
YEARS = [2000, 2001, 2002, 2003]
TREE = {"first": ["alpha", "beta"], "second": ["gamma", "delta"], "third": ["epsilon"]}
INDICATORS = [name for members in TREE.values() for name in members]
# All from 0 to 10; more of beta is less cooperation.
SCALES: dict[str, Plain] = {
    "alpha": {"method": "anchors", "anchors": [[0.0, 0.0], [4.0, 0.7], [10.0, 1.0]], "basis": "definition"},
    "beta": {"method": "goalposts", "lower": 0.0, "upper": 10.0, "direction": -1, "basis": "definition"},
    "gamma": {"method": "goalposts", "lower": 0.0, "upper": 10.0, "basis": "definition"},
    "delta": {"method": "anchors", "anchors": [[0.0, 0.0], [10.0, 1.0]], "basis": "definition"},
    "epsilon": {"method": "goalposts", "lower": 0.0, "upper": 10.0, "basis": "definition"},
}
BANDS = {"low": 0.0, "middle": 0.4, "high": 0.7}

values_or_gaps = st.just(NAN) | st.just(0.0) | st.just(10.0) | st.floats(0.01, 12) | st.floats(-2, -0.01)
weights_of_some = st.floats(0.1, 10)
means = st.sampled_from([*MEANS, {"power": 2.0}, {"power": -2.0}])


@st.composite
def frames(draw: st.DrawFn) -> pd.DataFrame:
    """Values of all indicators for some dyad-years, in any order."""
    labels = [(a, b, year) for a, b in DYADS for year in YEARS]
    rows = draw(st.lists(st.sampled_from(labels), min_size=1, max_size=12, unique=True))
    values = draw(arrays(float, (len(rows), len(INDICATORS)), elements=values_or_gaps))
    return dyad_years(dict(zip(rows, values, strict=True)), INDICATORS)


@st.composite
def plain_schemes(draw: st.DrawFn, rules: tuple[str, ...] = ("reweight", "strict", "bounds")) -> Plain:
    """Content of a file of weights."""
    dimensions = {
        name: {
            "weight": draw(weights_of_some),
            "indicators": {member: draw(weights_of_some) for member in members},
        }
        for name, members in TREE.items()
    }
    return {
        "name": "drawn",
        "periods": {"length": draw(st.integers(1, 4)), "from": YEARS[0], "to": YEARS[-1]},
        "dimensions": dimensions,
        "aggregation": {"indicators": draw(means), "dimensions": draw(means)},
        "missing": {
            "rule": draw(st.sampled_from(rules)),
            "minimum_coverage": draw(st.sampled_from([0.0, 0.25, 0.5, 1.0])),
        },
        "bands": BANDS,
        "scales": SCALES,
    }


def scored(frame: pd.DataFrame, plain: Plain, **options: Any) -> Scores:
    return bci.score(frame, Scheme.model_validate(plain), **options)


def numbers(scores: Scores) -> pd.DataFrame:
    """All numbers of a result by dyad, period and name, in an order of their own."""
    frame = scores.to_frame().drop(columns="band")
    return frame.set_index(["iso3_a", "iso3_b", "period_start", "period_end", "level", "name"]).sort_index()


def same(ours: Scores, others: Scores) -> None:
    pd.testing.assert_frame_equal(numbers(ours), numbers(others), rtol=0, atol=HAIR)


@brief
@given(frames(), plain_schemes())
def test_scores_and_coverages_are_shares_and_a_score_has_a_band(frame, plain):
    result = scored(frame, plain)
    known = numbers(result).to_numpy()
    known = known[~np.isnan(known)]
    assert (known >= -HAIR).all()
    assert (known <= 1 + HAIR).all()
    tidy = result.to_frame()
    assert tidy["coverage"].notna().all()
    for score, band in zip(tidy["score"], tidy["band"], strict=True):
        within = [name for name, edge in BANDS.items() if edge <= score]
        assert band == within[-1] if within else pd.isna(band)


@brief
@given(
    frames(), plain_schemes(), st.randoms(use_true_random=False), arrays(float, 4, elements=weights_of_some)
)
def test_scores_are_blind_to_the_order_of_rows_and_members_and_to_the_scale_of_weights(
    frame, plain, random, factors
):
    def turned(items: Iterable[Any]) -> list[Any]:
        listed = list(items)
        return random.sample(listed, len(listed))

    dimensions = {}
    for (name, dimension), factor in turned(zip(plain["dimensions"].items(), factors[1:], strict=True)):
        members = {member: weight * factor for member, weight in turned(dimension["indicators"].items())}
        dimensions[name] = {"weight": dimension["weight"] * factors[0], "indicators": members}
    other = scored(frame.iloc[turned(range(len(frame)))], plain | {"dimensions": dimensions})
    same(other, scored(frame, plain))


@brief
@given(frames(), plain_schemes(), arrays(float, 12, elements=values_or_gaps))
def test_what_weighs_nothing_has_no_influence(frame, plain, more):
    wider, lighter, smaller = deepcopy(plain), deepcopy(plain), deepcopy(plain)
    wider["dimensions"]["third"]["indicators"]["zeta"] = 0.0
    wider["scales"] = SCALES | {"zeta": SCALES["delta"]}
    same(scored(frame.assign(zeta=more[: len(frame)]), wider), scored(frame, plain))
    lighter["dimensions"]["second"]["weight"] = 0.0
    del smaller["dimensions"]["second"]
    smaller["scales"] = {name: scale for name, scale in SCALES.items() if name not in TREE["second"]}
    same(scored(frame, lighter), scored(frame, smaller))


@brief
@given(frames(), frames(), plain_schemes())
def test_further_dyads_and_years_do_not_move_old_scores(frame, more, plain):
    # Each of the new rows becomes another dyad in the same year, or the same dyad in a later period.
    others = more.rename(index={"CHN": "IND", "DEU": "BRA"})
    later = more.rename(index={year: year + 100 for year in YEARS})
    old = scored(frame, plain)
    wide = scored(pd.concat([frame, others, later]), plain)
    assert set(wide.dyads) > set(old.dyads)
    pd.testing.assert_frame_equal(numbers(wide).reindex(numbers(old).index), numbers(old), rtol=0, atol=HAIR)


@brief
@given(frames(), plain_schemes())
def test_a_choice_of_dyads_does_not_move_their_scores(frame, plain):
    # Even where scales are fitted: they are fitted to all dyads either way.
    spread = {("FRA", "GBR", 2000): [0.0] * 5, ("FRA", "GBR", 2001): [10.0] * 5}
    frame = pd.concat([frame, dyad_years(spread, INDICATORS)])
    fitted = {"method": "min_max", "basis": "calibrated"}
    plain = plain | {"scales": SCALES | {"alpha": fitted, "gamma": {"method": "rank", "basis": "calibrated"}}}
    everyone = scored(frame, plain)
    for a, b in everyone.dyads:
        alone = scored(frame, plain, dyads=[f"{a}-{b}"])
        assert alone.dyads == ((a, b),)
        among = numbers(everyone).loc[[a]].loc[:, [b], :]
        pd.testing.assert_frame_equal(numbers(alone), among, check_index_type=False, rtol=0, atol=HAIR)


@brief
@given(frames(), plain_schemes(), st.just(0.0) | st.floats(0.001, 1))
def test_the_index_of_equal_scores_is_that_score(frame, plain, equal):
    values = pd.DataFrame(10 * equal, index=frame.index, columns=INDICATORS)
    plain = plain | {"scales": dict.fromkeys(INDICATORS, SCALES["delta"])}
    result = numbers(scored(values, plain))["score"].dropna()
    np.testing.assert_allclose(result, equal, rtol=0, atol=1e-12)


@brief
@given(frames(), plain_schemes(), st.sampled_from(INDICATORS), st.floats(0.001, 5))
def test_more_cooperation_never_lowers_a_score(frame, plain, indicator, more):
    raised = frame.assign(**{indicator: frame[indicator] + (-more if indicator == "beta" else more)})
    before, after = numbers(scored(frame, plain)), numbers(scored(raised, plain))
    pd.testing.assert_frame_equal(before.isna(), after.isna())
    assert (after.fillna(0) >= before.fillna(0) - HAIR).all(axis=None)


@brief
@given(frames(), plain_schemes())
def test_bounds_hold_what_the_other_rules_give_and_meet_where_nothing_is_missing(frame, plain):
    # Without a minimum of coverage, which leaves out data that the bounds still count.
    bounds, reweighted, strict = (
        numbers(scored(frame, plain | {"missing": {"rule": rule, "minimum_coverage": 0.0}}))
        for rule in ("bounds", "reweight", "strict")
    )
    assert (bounds["low"] <= bounds["high"] + HAIR).all()
    for found in (bounds["score"], reweighted["score"], strict["score"]):
        known = found.dropna()
        assert (bounds["low"].loc[known.index] <= known + HAIR).all()
        assert (known <= bounds["high"].loc[known.index] + HAIR).all()
    whole = bounds["coverage"] > 1 - HAIR
    for end in ("low", "high"):
        np.testing.assert_allclose(bounds.loc[whole, end], bounds.loc[whole, "score"], rtol=0, atol=HAIR)
    assert bounds.loc[~whole, "score"].isna().all()
    known = strict["score"].dropna()
    np.testing.assert_allclose(known, reweighted["score"].loc[known.index], rtol=0, atol=HAIR)


@brief
@given(frames(), plain_schemes())
def test_bounds_are_what_the_ends_of_the_scales_give(frame, plain):
    # A second route: fill every gap with the worst, or with the best value, and score the full frame.
    rows = pd.MultiIndex.from_tuples([(a, b, y) for a, b in DYADS for y in YEARS], names=frame.index.names)
    full = frame.reindex(rows)
    falling = {"beta"}
    worst, best = (
        full.fillna({name: end if name not in falling else 10.0 - end for name in INDICATORS})
        for end in (0.0, 10.0)
    )
    bounds = numbers(scored(full, plain | {"missing": {"rule": "bounds"}}))
    strict = plain | {"missing": {"rule": "strict"}}
    for end, filled in (("low", worst), ("high", best)):
        np.testing.assert_allclose(bounds[end], numbers(scored(filled, strict))["score"], rtol=0, atol=HAIR)


@brief
@given(frames(), plain_schemes(rules=("reweight",)))
def test_the_reweighting_rule_scores_a_parent_at_the_minimum_coverage(frame, plain):
    result = numbers(scored(frame, plain)).reset_index()
    parents = result[result["level"] != "indicator"]
    enough = parents["coverage"] >= plain["missing"]["minimum_coverage"] - HAIR
    some = parents["coverage"] > 0
    np.testing.assert_array_equal(parents["score"].notna(), enough & some)
