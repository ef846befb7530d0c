"""The reach of scores over everything the missing data could be, and another minimum of coverage."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import bci
from bci.model.means import MEANS
from bci.model.scheme import Scheme
from bci.scoring.scores import Scores
from bci.scoring.scoring import bounded

NAN = float("nan")
HAIR = 1e-12
DYADS = [("CHN", "RUS"), ("CHN", "USA"), ("DEU", "FRA"), ("GBR", "USA")]
YEARS = [2000, 2001, 2002, 2003]
POSTS = {"method": "goalposts", "lower": 0.0, "upper": 1.0, "basis": "definition"}
BANDS = {"limited": 0.0, "moderate": 0.25, "enhanced": 0.5, "comprehensive": 0.75}


def scheme(tree: dict[str, dict[str, float]], **changes: object) -> Scheme:
    names = [name for members in tree.values() for name in members]
    content: dict[str, object] = {
        "name": "made-up",
        "periods": {"length": 2, "from": 2000, "to": 2003},
        "dimensions": {name: {"weight": 1, "indicators": members} for name, members in tree.items()},
        "bands": BANDS,
        "scales": dict.fromkeys(names, POSTS),
    }
    return Scheme.model_validate(content | changes)


def frame(values: dict[tuple[str, str, int], list[float]], columns: list[str]) -> pd.DataFrame:
    index = pd.MultiIndex.from_tuples(values, names=["iso3_a", "iso3_b", "year"])
    return pd.DataFrame(list(values.values()), index=index, columns=columns)


TREE = {
    "first": {"alpha": 1.0, "beta": 2.0},
    "second": {"gamma": 1.0, "delta": 1.0},
    "third": {"epsilon": 3.0},
}
COLUMNS = [name for members in TREE.values() for name in members]
means = st.sampled_from([*MEANS, {"power": 2.0}, {"power": -2.0}])


@st.composite
def scored(draw: st.DrawFn, gaps: bool = True) -> Scores:
    """Scores of made-up values under any missing rule, minimum and mean."""
    cells = st.sampled_from([0.0, 0.3, 1.0]) | st.floats(0, 1)
    shape = (len(DYADS) * len(YEARS), len(COLUMNS))
    values = draw(arrays(float, shape, elements=cells | st.just(NAN) if gaps else cells))
    rows = [(a, b, year) for a, b in DYADS for year in YEARS]
    made = scheme(
        TREE,
        periods={"length": draw(st.integers(1, 4)), "from": 2000, "to": 2003},
        aggregation={"indicators": draw(means), "dimensions": draw(means)},
        missing={
            "rule": draw(st.sampled_from(["reweight", "strict", "bounds"])),
            "minimum_coverage": draw(st.sampled_from([0.0, 0.3, 0.5, 1.0])),
        },
    )
    return bci.score(frame(dict(zip(rows, values.tolist(), strict=True)), COLUMNS), made)


@settings(max_examples=80)
@given(scored())
def test_a_score_lies_within_its_reach_under_every_rule(made):
    reach = bounded(made)
    score, low, high = (reach.column(stage) for stage in ("score", "low", "high"))
    assert ((low >= -HAIR) & (low <= high + HAIR) & (high <= 1 + HAIR)).all()
    known = ~np.isnan(score)
    assert (low[known] <= score[known] + HAIR).all()
    assert (score[known] <= high[known] + HAIR).all()
    np.testing.assert_array_equal(score, made.column("score"))
    complete = made.column("coverage") > 1 - HAIR
    np.testing.assert_allclose(low[complete], score[complete], rtol=0, atol=HAIR)
    np.testing.assert_allclose(high[complete], score[complete], rtol=0, atol=HAIR)


@settings(max_examples=40)
@given(scored(gaps=False))
def test_reach_is_the_score_itself_where_nothing_is_missing(made):
    reach = bounded(made)
    for end in ("low", "high"):
        np.testing.assert_allclose(reach.column(end), made.column("score"), rtol=0, atol=HAIR)


@settings(max_examples=40)
@given(scored())
def test_reach_is_that_of_the_rule_bounds_where_nothing_is_refused(made):
    under = made.scheme.model_dump(mode="json", by_alias=True) | {"missing": {"rule": "bounds"}}
    bounds = bci.score(made.values, Scheme.model_validate(under))
    refused = np.isnan(made.dimensions.score).any(axis=1)
    for end in ("low", "high"):
        ours, theirs = bounded(made).column(end), bounds.column(end)
        np.testing.assert_allclose(ours[~refused], theirs[~refused], rtol=0, atol=HAIR)
        # Below the index nothing is refused, and so the reach of these is the same everywhere.
        np.testing.assert_allclose(ours[:, 1:], theirs[:, 1:], rtol=0, atol=HAIR)


def test_a_dimension_the_index_leaves_out_counts_as_wholly_unknown():
    tree = {"first": {"alpha": 1.0, "beta": 1.0}, "second": {"gamma": 1.0}}
    data = frame(
        {("CHN", "RUS", year): [1.0 if year == 2000 else NAN, NAN, 0.0] for year in YEARS},
        ["alpha", "beta", "gamma"],
    )
    made = bounded(bci.score(data, scheme(tree, periods=[[2000, 2003]])))
    # The first dimension rests on 1 of 4 years of 1 of 2 indicators, an eighth: refused. What is known of it
    # puts it between 1/8 and 1, so that the index would begin at 1/16; but the index of 0 leaves this out.
    first = [name for _, name in made.names].index("first")
    assert np.isnan(made.get("first"))
    assert [made.column(end)[0, first] for end in ("low", "high")] == [0.125, 1]
    assert made.get("index") == 0
    assert (made.column("low")[0, 0], made.column("high")[0, 0]) == (0, 0.5)


# Another minimum


def test_another_minimum_coverage_scores_more_and_says_so():
    tree = {"first": {"alpha": 1.0, "beta": 1.0}}
    data = frame({("CHN", "RUS", 2000): [0.8, NAN]}, ["alpha", "beta"])
    plain = scheme(tree, periods=[[2000, 2001]])
    # One indicator of two in one of two years: a quarter.
    assert np.isnan(bci.score(data, plain).get())
    lower = bci.score(data, plain, minimum_coverage=0.25)
    assert lower.get() == 0.8
    assert lower.scheme.name == "made-up-minimum-coverage-0.25"
    assert lower.scheme.digest != plain.digest
    assert bci.score(data, plain, minimum_coverage=0.5).scheme is plain


@pytest.mark.parametrize(
    ("rule", "least", "words"),
    [
        ("reweight", 1.5, "minimum coverage: is 1.5; give a share from 0 to 1"),
        ("reweight", NAN, "minimum coverage: is nan"),
        ("bounds", 0.3, "has no meaning for scheme made-up, which refuses nothing"),
    ],
)
def test_a_minimum_coverage_that_cannot_be(rule, least, words):
    made = scheme({"only": {"alpha": 1.0}}, missing={"rule": rule})
    with pytest.raises(bci.InputError, match=words):
        bci.score(frame({("CHN", "RUS", 2000): [0.5]}, ["alpha"]), made, minimum_coverage=least)
