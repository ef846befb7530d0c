"""The reach of scores over everything the missing data could be, and another minimum of coverage."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from made_up import NAN, QUARTERS, TREE, dyad_years, scheme, years

import bci
from bci.model.means import MEANS
from bci.model.scheme import Scheme
from bci.scoring.scores import Scores, bounded

HAIR = 1e-12
YEARS = [2000, 2001, 2002, 2003]
ROWS = [
    (*pair, year)
    for pair in [("CHN", "RUS"), ("CHN", "USA"), ("DEU", "FRA"), ("GBR", "USA")]
    for year in YEARS
]
COLUMNS = [name for _, members in TREE.values() for name in members]
means = st.sampled_from([*MEANS, {"power": 2.0}, {"power": -2.0}])


@st.composite
def scored(draw: st.DrawFn) -> Scores:
    """Scores of made-up values, with gaps or without, under any missing rule, minimum and mean."""
    cells = st.sampled_from([0.0, 0.3, 1.0]) | st.floats(0, 1)
    if draw(st.booleans()):
        cells |= st.just(NAN)
    values = draw(arrays(float, (len(ROWS), len(COLUMNS)), elements=cells))
    made = scheme(
        TREE,
        QUARTERS,
        periods={"length": draw(st.integers(1, 4)), "from": 2000, "to": 2003},
        aggregation={"indicators": draw(means), "dimensions": draw(means)},
        missing={
            "rule": draw(st.sampled_from(["reweight", "strict", "bounds"])),
            "minimum_coverage": draw(st.sampled_from([0.0, 0.3, 0.5, 1.0])),
        },
    )
    return bci.score(dyad_years(dict(zip(ROWS, values.tolist(), strict=True)), COLUMNS), made)


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
    # Where nothing is missing, the reach is the score itself.
    complete = made.column("coverage") > 1 - HAIR
    np.testing.assert_allclose(low[complete], score[complete], rtol=0, atol=HAIR)
    np.testing.assert_allclose(high[complete], score[complete], rtol=0, atol=HAIR)
    # Where nothing is refused, it is that of the rule bounds; below the index nothing ever is.
    under = made.scheme.model_dump(mode="json", by_alias=True) | {"missing": {"rule": "bounds"}}
    bounds = bci.score(made.values, Scheme.model_validate(under))
    refused = np.isnan(made.dimensions.score).any(axis=1)
    for ours, end in ((low, "low"), (high, "high")):
        theirs = bounds.column(end)
        np.testing.assert_allclose(ours[~refused], theirs[~refused], rtol=0, atol=HAIR)
        np.testing.assert_allclose(ours[:, 1:], theirs[:, 1:], rtol=0, atol=HAIR)


def test_a_dimension_the_index_leaves_out_counts_as_wholly_unknown():
    tree = {"first": (1, {"alpha": 1, "beta": 1}), "second": (1, {"gamma": 1})}
    data = years([1, NAN, 0], *[[NAN, NAN, 0]] * 3, names=["alpha", "beta", "gamma"])
    made = bounded(bci.score(data, scheme(tree, periods=[[2000, 2003]])))
    # The first dimension rests on 1 of 4 years of 1 of 2 indicators, an eighth: refused. What is known of it
    # puts it between 1/8 and 1, so that the index would begin at 1/16; but the index of 0 leaves this out.
    first = [name for _, name in made.names].index("first")
    assert np.isnan(made.get("first"))
    assert [made.column(end)[0, first] for end in ("low", "high")] == [0.125, 1]
    assert made.get("index") == 0
    assert (made.column("low")[0, 0], made.column("high")[0, 0]) == (0, 0.5)


def test_strict_refuses_what_lacks_a_member_and_what_lacks_years():
    strict = scheme(
        {"only": (1, {"alpha": 1, "beta": 1})}, periods=[[2000, 2003]], missing={"rule": "strict"}
    )

    def scored(*rows: list[float]) -> float:
        return bci.score(years(*rows, names=["alpha", "beta"]), strict).get("only")

    # Alpha in all four years is half of all there could be, which the minimum of a half would let pass.
    assert np.isnan(scored(*[[0.8, NAN]] * 4))
    # Both members in one of four years: a quarter. In two: a half, which passes.
    assert np.isnan(scored([0.8, 0.4]))
    assert scored([0.8, 0.4], [0.8, 0.4]) == pytest.approx(0.6)


def test_another_minimum_coverage_scores_more_and_says_so():
    data = years([0.8, NAN], names=["alpha", "beta"])
    plain = scheme({"first": (1, {"alpha": 1, "beta": 1})}, periods=[[2000, 2001]])
    # One indicator of two in one of two years: a quarter.
    assert np.isnan(bci.score(data, plain).get())
    lower = bci.score(data, plain, minimum_coverage=0.25)
    assert lower.get() == 0.8
    assert lower.scheme.name == "hand-minimum-coverage-0.25"
    assert lower.scheme.digest != plain.digest
    assert bci.score(data, plain, minimum_coverage=0.5).scheme is plain


@pytest.mark.parametrize(
    ("rule", "least", "words"),
    [
        ("reweight", 1.5, "minimum coverage: is 1.5; give a share from 0 to 1"),
        ("reweight", NAN, "minimum coverage: is nan"),
        ("bounds", 0.3, "has no meaning for scheme hand, which refuses nothing"),
    ],
)
def test_a_minimum_coverage_that_cannot_be(rule, least, words):
    made = scheme({"only": (1, {"alpha": 1})}, missing={"rule": rule})
    with pytest.raises(bci.InputError, match=words):
        bci.score(years([0.5], names=["alpha"]), made, minimum_coverage=least)
