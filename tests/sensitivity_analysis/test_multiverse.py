"""Every combination of choices: by hand, against scoring scheme by scheme, and what is refused."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from statistics import fmean, pvariance
from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_up import NAN, PLAIN, scheme, years

import bci
from bci.data.panel import Panel
from bci.errors import InputError
from bci.model.scheme import Scheme, scheme_names
from bci.scoring.scores import Scores
from bci.sensitivity_analysis.multiverse import Choices, choices
from bci.sensitivity_analysis.variants import Variants, load_variants

ROWS = ["iso3_a", "iso3_b", "period_start", "period_end", "level", "name"]
SHIPPED = ["means", "voting", "shares", "scales", "missing", "bands"]


@pytest.fixture(scope="module")
def shipped(panel: Panel) -> Choices:
    """The shipped variants of the default scheme on the shipped indicators."""
    return choices(panel)


@pytest.fixture(scope="module")
def frame(shipped: Choices) -> pd.DataFrame:
    return shipped.to_frame()


def some(*names: str) -> Variants:
    """Some of the shipped factors."""
    shipped = load_variants()
    return replace(shipped, factors={name: shipped.factors[name] for name in names})


def upper(scores: Scores) -> pd.DataFrame:
    """Score and band of the index and the dimensions."""
    tidy = scores.to_frame()
    return tidy[tidy["level"] != "indicator"].set_index(ROWS)[["score", "band"]]


MEANS = {"arithmetic": {}, "geometric": {"aggregation": {"dimensions": "geometric"}}}
OTHER: dict[str, Any] = {
    "harmonic": {"aggregation": {"dimensions": "harmonic"}},
    "power": {"aggregation": {"dimensions": {"power": 3.7}}},
}
TOP = {"wide": {}, "narrow": {"scales": {"z": {**PLAIN, "upper": 0.36}}}}


def two(**changes: object) -> Scheme:
    """Dimensions p of x and q of z, alike in weight."""
    return scheme({"p": (1, {"x": 1}), "q": (1, {"z": 1})}, **changes)


def by_hand(**factors: Any) -> Choices:
    """One year, x 0.16 and z 0.36."""
    return choices(years([0.16, 0.36], names="xz"), two(), {"factors": factors})


def test_two_choices_by_hand():
    found = by_hand(means=MEANS, top=TOP)
    index = found.to_frame().query("name == 'index'")
    # z is 0.36 or, with the narrow post, 1: arithmetic (0.16 + 0.36)/2 = 0.26, (0.16 + 1)/2 = 0.58;
    # geometric root of 0.0576 = 0.24, root of 0.16 = 0.40
    assert index["score"].tolist() == pytest.approx([0.26, 0.58, 0.24, 0.40])
    assert index["band"].tolist() == ["low", "high", "low", "low"]
    assert index["means"].tolist() == ["arithmetic", "arithmetic", "geometric", "geometric"]
    assert index["top"].tolist() == ["wide", "narrow", "wide", "narrow"]
    assert index["changed"].tolist() == [0, 1, 1, 2]


def test_importance_by_hand():
    table = by_hand(means=MEANS, top=TOP).importance().query("name == 'index'").set_index("factor")
    # 0.26 0.58 / 0.24 0.40: mean 0.37, V = (0.0121 + 0.0441 + 0.0169 + 0.0009)/4 = 0.0185
    # means: 0.42 and 0.32, variance 0.0025; top: 0.25 and 0.49, variance 0.0144; together 0.0016
    assert table["variance"].tolist() == pytest.approx([0.0185] * 2)
    assert table["first_order"].to_dict() == pytest.approx({"means": 25 / 185, "top": 144 / 185})
    assert table["total"].to_dict() == pytest.approx({"means": 41 / 185, "top": 160 / 185})
    # The band is another in one of four: 0 1 / 0 0, V = 1/4 - 1/16 = 3/16;
    # either choice: halves 1/2 and 0, variance 1/16; while the other stands still (1/4 + 0)/2 = 2/16
    bands = by_hand(means=MEANS, top=TOP).importance("band").query("name == 'index'")
    assert bands["first_order"].tolist() == pytest.approx([1 / 3] * 2)
    assert bands["total"].tolist() == pytest.approx([2 / 3] * 2)


def test_edges_are_one_more_choice():
    found = by_hand(means=MEANS, top=TOP, edges={"half": {}, "quarter": {"bands": {"low": 0, "high": 0.25}}})
    high = found.to_frame().query("name == 'index' and band == 'high'")
    # At one half only 0.58 is high, at one quarter all but 0.24
    assert high[["means", "top", "edges"]].to_numpy().tolist() == [
        ["arithmetic", "wide", "quarter"],
        ["arithmetic", "narrow", "half"],
        ["arithmetic", "narrow", "quarter"],
        ["geometric", "narrow", "quarter"],
    ]


def test_overall_weighs_rows_by_their_variance():
    data = years([0.16, 0.36], [0.9, 0.3], [0.25, 0.25], names="xz")
    found = choices(data, two(), {"factors": {"means": MEANS, "top": TOP}})
    rows = found.importance().query("name == 'index' and factor == 'top'")
    overall = found.overall().query("name == 'index'").set_index("factor")
    for column in ("first_order", "total"):
        known = (rows[column] * rows["variance"]).sum() / rows["variance"].sum()
        assert overall.loc["top", column] == pytest.approx(known)
    assert overall["rows"].tolist() == [3, 3]
    assert rows["variance"].nunique() == 3


def test_a_score_that_no_choice_moves_has_exactly_nothing_to_share():
    # With two equal scores every mean is the same.
    found = choices(years([0.3, 0.3], names="xz"), two(), {"factors": {"means": MEANS | OTHER}})
    table = found.importance()
    assert (table[["first_order", "total"]] == 0).all(axis=None)
    assert "no choice changes it" in found.in_words()


LENIENT = {"missing": {"rule": "reweight", "minimum_coverage": 0.1}}
STRICT = {"reweight": {}, "strict": {"missing": {"rule": "strict"}}}


def test_a_variant_without_a_score_is_left_out_and_named():
    data = years([0.16, NAN], [0.16, 0.36], names="xz")
    top = {"own": {}, "half": {"scales": {"x": {**PLAIN, "upper": 0.5}}}}
    found = choices(data, two(**LENIENT), {"factors": {"rule": STRICT, "top": top}})
    table = found.importance().query("name == 'index'").set_index(["period_start", "factor"]).sort_index()
    # In 2000 the index is x alone, 0.16 or 0.32, and missing where the rule is strict
    assert table.loc[2000, "left_out"].tolist() == ["rule=strict"] * 2
    assert table.loc[2000, "missing"].tolist() == [0.5, 0.5]
    assert table.loc[2000, "total"].tolist() == [0, 1]
    assert table.loc[(2000, "top"), "variance"] == pytest.approx(0.08**2)
    assert table.loc[2001, "left_out"].tolist() == ["", ""]
    assert table.loc[2001, "missing"].tolist() == [0, 0]
    assert "No score in 25% of the combinations" in found.in_words()
    assert "rule=strict in 1" in found.in_words()


def test_without_a_full_product_of_scores_the_indices_are_missing():
    # Coverage is the weight of x: 1/2, or 9/10 where x weighs nine times as much; 1/2 is less than 0.8.
    data = years([0.16, NAN], names="xz")
    weights = {"equal": {}, "x_first": {"dimensions": {"p": {"weight": 9}}}}
    least = {"little": {}, "much": {"missing": {"minimum_coverage": 0.8}}}
    found = choices(data, two(**LENIENT), {"factors": {"weights": weights, "least": least}})
    index = found.to_frame().query("name == 'index'")["score"]
    assert index.isna().tolist() == [False, True, False, False]
    table = found.importance().query("name == 'index'")
    assert table["total"].isna().all()
    assert table["missing"].tolist() == [0.25, 0.25]
    assert "In 1 dyad-periods the shares cannot be told" in found.in_words()


def test_where_the_scheme_has_no_score_there_is_no_band_to_compare():
    lenient = {"strict": {}, "reweight": {"missing": {"rule": "reweight"}}}
    least = {"rule": "strict", "minimum_coverage": 0.1}
    found = choices(years([0.9, NAN], names="xz"), two(missing=least), {"factors": {"rule": lenient}})
    index = found.to_frame().query("name == 'index'")
    assert index["score"].tolist() == [pytest.approx(NAN, nan_ok=True), 0.9]
    assert found.importance("band").query("name == 'index'")["total"].isna().all()


@pytest.mark.parametrize("name", scheme_names())
def test_the_first_combination_is_the_scheme_itself(panel, name):
    """Whatever the scheme, the first combination equals what scoring gives, to the last digit."""
    found = choices(panel, name, some("means", "shares", "scales", "bands"))
    own = found.to_frame().query("changed == 0").set_index(ROWS)[["score", "band"]]
    pd.testing.assert_frame_equal(own, upper(bci.score(panel, name)), check_exact=True)


def test_shipped_variants_are_all_combined(shipped, frame):
    assert shipped.combinations == 3**6 == 729
    assert list(shipped.factors) == SHIPPED
    # Periods do not multiply them.
    assert {*load_variants().factors} - {*SHIPPED} == {"length"}
    assert some("means", "length").combinations == 3
    assert len(frame) == 729 * 7 * 4
    assert list(frame) == [*SHIPPED, "changed", *ROWS, "score", "band"]
    assert not frame.duplicated([*SHIPPED, *ROWS]).any()
    own = frame.query("changed == 0").set_index(ROWS)[["score", "band"]]
    pd.testing.assert_frame_equal(own, upper(shipped.scores), check_exact=True)


VOTES = {
    "agree": None,
    "kappa_squared": {"method": "goalposts", "lower": 0, "upper": 1, "basis": "definition"},
    "s_absolute": {"method": "goalposts", "lower": -1, "upper": 1, "basis": "definition"},
}
READ_APART = ["arms_trade", "military_exercises", "trade", "energy_trade", "official_visits"]
MEANS_BY_NAME = {
    "arithmetic": ("arithmetic", "arithmetic"),
    "geometric_index": ("arithmetic", "geometric"),
    "geometric": ("geometric", "geometric"),
}
MISSING = {"reweight": ("reweight", 0.5), "strict": ("strict", 0.5), "well_covered": ("reweight", 0.75)}
EDGES = {"at_quarters": (0.25, 0.5, 0.75), "at_30_50_70": (0.3, 0.5, 0.7), "at_40_60_80": (0.4, 0.6, 0.8)}


def whole_scheme(own: Scheme, chosen: Mapping[str, str]) -> Scheme:
    """The scheme that somebody would write by hand for a combination of the shipped variants."""
    content = own.model_dump(by_alias=True)
    below, above = MEANS_BY_NAME[chosen["means"]]
    rule, least = MISSING[chosen["missing"]]
    content["aggregation"] = {"indicators": below, "dimensions": above}
    content["missing"] = {"rule": rule, "minimum_coverage": least}
    content["bands"] = dict(zip(own.bands, (0, *EDGES[chosen["bands"]]), strict=True))
    content["measures"] = {"un_voting": {"method": "vote_similarity", "similarity": chosen["voting"]}}
    for name in ("arms_trade", "trade", "energy_trade"):
        content["measures"][name] = {"method": "mutual_share", "mean": chosen["shares"]}
    if chosen["scales"] != "fixed":
        content["scales"] |= {
            name: {"method": chosen["scales"], "basis": "literature"} for name in READ_APART
        }
    if VOTES[chosen["voting"]]:
        content["scales"]["un_voting"] = VOTES[chosen["voting"]]
    return Scheme.model_validate(content)


def test_every_combination_is_what_scoring_its_scheme_gives(panel, shipped, frame):
    """Each variant of each factor in two or more combinations drawn, each scored as a scheme of its own."""
    combinations = list(product(*shipped.factors.values()))
    drawn = np.random.default_rng(5).choice(len(combinations), size=24, replace=False)
    seen = set()
    parts = frame.set_index(ROWS)
    for i in drawn:
        chosen = dict(zip(shipped.factors, combinations[i], strict=True))
        seen |= set(chosen.items())
        there = parts.iloc[i * 28 : (i + 1) * 28]
        assert (there[SHIPPED] == pd.Series(chosen)).all(axis=None)
        alone = upper(bci.score(panel, whole_scheme(shipped.scores.scheme, chosen)))
        pd.testing.assert_frame_equal(there[["score", "band"]], alone, check_exact=True)
    assert len(seen) == 18


def test_importance_by_the_definition(shipped, frame):
    """Conditional means and variances of the tidy frame, taken apart by hand."""
    table = shipped.importance().set_index(["name", "period_start", "factor"]).sort_index()
    for name, start in (("index", 2016), ("economic", 2004), ("political", 2008)):
        rows = frame[(frame["name"] == name) & (frame["period_start"] == start)]
        variance = pvariance(rows["score"])
        for factor in SHIPPED:
            others = [other for other in SHIPPED if other != factor]
            given_level = [part.mean() for _, part in rows.groupby(factor)["score"]]
            given_others = [pvariance(part) for _, part in rows.groupby(others)["score"]]
            found = table.loc[(name, start, factor)]
            assert found["first_order"] == pytest.approx(pvariance(given_level) / variance, abs=1e-10)
            assert found["total"] == pytest.approx(fmean(given_others) / variance, abs=1e-10)


def test_the_edges_of_bands_move_no_score_but_many_bands(shipped):
    scores = shipped.importance().query("factor == 'bands'")
    assert (scores[["first_order", "total"]] == 0).all(axis=None)
    moved = shipped.overall("band").query("factor == 'bands' and level == 'index'")
    assert moved["total"].item() > 0.2


def test_a_choice_outside_a_dimension_has_exactly_no_influence_on_it(shipped):
    table = shipped.importance().set_index(["name", "factor"]).sort_index()
    for name, factor in (("military", "voting"), ("economic", "voting"), ("political", "shares")):
        assert (table.loc[(name, factor), "total"] == 0).all()
    assert (table.loc[("political", "voting"), "total"] > 0.1).all()


def test_thin_coverage_is_told_and_not_dropped(shipped):
    # In 1992-1995 there is one year of energy trade: coverage (1 + 1/4)/2 = 0.625 of the economic dimension
    lost = shipped.importance().query("missing > 0")
    assert set(lost["name"]) == {"index", "economic"}
    assert set(lost["period_start"]) == {1992}
    assert set(lost["left_out"]) == {"missing=well_covered"}
    assert lost["missing"].tolist() == pytest.approx([1 / 3] * len(lost))
    assert lost["total"].notna().all()


def test_in_words(shipped):
    lines = shipped.in_words().splitlines()
    overall = shipped.overall().query("name == 'index'").set_index("factor")
    leading = overall["total"].idxmax()
    assert lines[0] == "729 combinations of 6 choices, 7 dyad-periods."
    assert lines[1].startswith(f"Score of index: the choice of {leading} matters most.")
    assert f"{leading} {overall['total'].max():.0%} ({overall.loc[leading, 'first_order']:.0%})" in lines[1]
    assert "no influence: missing, bands" in lines[1]
    assert "missing=well_covered in 1" in lines[3]
    lengths = [line.split(":")[0] for line in lines[4:]]
    assert lengths == ["Periods annual", "Periods two_years", "Periods eight_years"]
    assert shipped.short().rows[0][0] == "means"
    assert lines[0] in repr(shipped)
    with pytest.raises(InputError, match="Did you mean 'economic'"):
        shipped.in_words("economy")


def test_the_table_is_the_callers_own(shipped):
    table = shipped.to_frame()
    table["score"] = 0.0
    assert shipped.to_frame()["score"].max() > 0.5


def test_progress_counts_what_is_scored(panel):
    calls: list[tuple[int, int]] = []
    choices(
        panel, variants=some("means", "voting", "bands"), progress=lambda done, of: calls.append((done, of))
    )
    # Edges of bands need no scoring: 3 means by 3 measures of voting
    assert calls == [(done, 9) for done in range(1, 10)]


def test_dyads_and_years_are_those_of_scoring(panel):
    found = choices(panel, variants=some("means"), period="decade", end=2009, dyads=["CHN-RUS"])
    assert found.scores.periods == ((1992, 1999), (2000, 2009))
    assert set(found.to_frame()["period_end"]) == {1999, 2009}
    assert found.by_year.empty


def test_periods_are_compared_on_the_years_they_share(panel, shipped):
    table = shipped.by_year
    # Annual scores go on to 2023, the tilings to 2019
    assert sorted(set(table["year"])) == list(range(1992, 2020))
    assert len(table) == 4 * 28 * 4
    assert ((table["period_start"] <= table["year"]) & (table["year"] <= table["period_end"])).all()
    annual = upper(bci.score(panel, period="annual", end=2019)).reset_index()
    alone = table[table["variant"] == "annual"].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone[["name", "score", "band"]], annual[["name", "score", "band"]])
    own = table[table["variant"] == "as_in_scheme"].set_index(["period_start", "name"]).sort_index()
    assert own["difference"].eq(0).all()
    assert own.loc[(2012, "index"), "score"].tolist() == [shipped.scores.get("index", (2012, 2015))] * 4
    assert table["difference"].equals(table["score"] - table["score_scheme"])
    known = (table["band"] != table["band_scheme"]).tolist()
    assert table["band_change"].tolist() == known
    assert any(known)


def test_periods_of_several_dyads():
    one = years([0.1, 0.2], [0.2, 0.2], [0.3, 0.2], [0.4, 0.2], names="xz")
    data = pd.concat([one.rename(index={"CHN": "AUS", "RUS": "BRA"}), one.add([0.5, 0])])
    lengths = {"own": {}, "two": {"periods": {"length": 2, "from": 2001, "to": 2003}}}
    found = choices(data, two(), {"factors": {"means": MEANS, "length": lengths}})
    table = found.by_year.query("variant == 'two' and name == 'p'")
    # x: 0.1 0.2 0.3 0.4 and 0.5 more; the two years 2001-2002 (0.2 + 0.3)/2, then 2003 alone
    assert table["year"].tolist() == [2001, 2002, 2003] * 2
    assert table["score"].tolist() == pytest.approx([0.25, 0.25, 0.4, 0.75, 0.75, 0.9])
    assert table["score_scheme"].tolist() == pytest.approx([0.2, 0.3, 0.4, 0.7, 0.8, 0.9])
    assert table["iso3_a"].tolist() == ["AUS"] * 3 + ["CHN"] * 3


def test_periods_may_be_those_of_the_scheme_again(panel):
    lengths = some("means", "length")
    table = choices(panel, variants=lengths, period="annual").by_year
    assert table.loc[table["variant"] == "annual", "difference"].eq(0).all()
    assert table.loc[table["variant"] == "eight_years", "difference"].abs().max() > 0.01


def twenty_choices(panel: Panel) -> dict[str, Any]:
    """Twenty choices between two variants each: 1,048,576 combinations."""
    own = bci.load_weights()
    home = {name: dimension for dimension, members in own.tree.items() for name in members}
    changes: list[dict[str, Any]] = [{"dimensions": {name: {"weight": 2}}} for name in own.tree]
    changes += [{"dimensions": {home[name]: {"indicators": {name: 2}}}} for name in own.indicators]
    changes += [{"scales": {name: {"method": "min_max", "basis": "literature"}}} for name in own.indicators]
    changes += [{"aggregation": {level: "geometric"}} for level in ("indicators", "dimensions")]
    changes += [{"missing": {"rule": "strict"}}, {"missing": {"minimum_coverage": 0.4}}]
    changes += [{"bands": dict(zip(own.bands, (0, 0.3, 0.5, 0.7), strict=True))}]
    return {"factors": {f"choice_{i}": {"own": {}, "other": change} for i, change in enumerate(changes)}}


def test_a_million_combinations_are_refused_with_their_number_and_time(panel):
    with pytest.raises(InputError) as refused:
        choices(panel, variants=twenty_choices(panel))
    told = ("1,048,576 combinations", "limit of 10,000", "limit of 1048576", "fewer factors", "take about")
    assert [words for words in told if words not in str(refused.value)] == []
    # 524,288 of them differ in more than the edges of the bands, and none is scored in less than 0.1 ms
    assert any(f" {unit}" in str(refused.value) for unit in ("minutes", "hours"))


def test_the_limit_is_the_most_that_is_scored(panel):
    nine = some("means", "bands")
    assert choices(panel, variants=nine, limit=9).combinations == 9
    with pytest.raises(InputError, match="9 combinations are more than the limit of 8") as refused:
        choices(panel, variants=nine, limit=8)
    assert refused.value.problems[0].place.endswith("variants.yaml")


def test_a_table_too_large_for_memory_is_refused_whatever_the_limit(panel):
    # 1,048,576 combinations of 7 periods and 4 names
    with pytest.raises(InputError, match="1,048,576 combinations of 28 scores are more than the 20,000,000"):
        choices(panel, variants=twenty_choices(panel), limit=2_000_000)


def test_everything_that_is_wrong_is_told_at_once(panel):
    broken = {
        "scales": {"own": {}, "other": {"scales": {"trad": {"method": "min_max", "basis": "literature"}}}},
        "weights": {"own": {}, "other": {"dimensions": {"militry": {"weight": 2}}}},
    }
    with pytest.raises(InputError) as refused:
        choices(panel, variants={"factors": broken})
    assert [problem.message.split(": ")[0] for problem in refused.value.problems] == [
        "factors.scales.other.scales.trad",
        "factors.weights.other.dimensions.militry",
    ]


def test_an_indicator_that_the_scheme_lacks_is_passed_over(panel):
    # The scheme of four indicators has neither trade nor arms trade, which the shipped variants change.
    four = choices(panel, "four-indicators", some("shares"))
    shared = four.importance().set_index(["name", "factor"]).sort_index()
    assert (shared.loc[("military", "shares"), "total"] == 0).all()
    assert (shared.loc[("economic", "shares"), "total"] > 0).any()


def test_the_first_variant_may_say_what_the_scheme_says(panel):
    scale = panel.definitions["trade"].scale.model_dump()
    own = {"aggregation": {"dimensions": "arithmetic"}, "scales": {"trade": scale}}
    other = {"scales": {"trade": scale | {"anchors": [[0, 0], [0.15, 1]]}}}
    found = choices(panel, variants={"factors": {"trade": {"own": own, "other": other}}})
    own_index, other_index = (
        found.to_frame().query("name == 'index'").groupby("trade")["score"].mean()[["own", "other"]]
    )
    assert other_index > own_index


def test_measures_of_a_plain_frame_of_values_cannot_be_changed(panel):
    with pytest.raises(InputError, match="the data are values already") as refused:
        choices(panel.values(), variants=some("voting", "means"))
    variants = [problem.message.split(".")[2] for problem in refused.value.problems]
    assert variants == ["kappa_squared", "s_absolute"]
    few = some("means", "scales", "bands")
    plain, whole = choices(panel.values(), variants=few), choices(panel, variants=few)
    pd.testing.assert_frame_equal(plain.to_frame(), whole.to_frame())


def test_a_scale_that_cannot_be_fitted_names_the_combination():
    fitted = {"own": {}, "fitted": {"scales": {"z": {"method": "min_max", "basis": "literature"}}}}
    with pytest.raises(InputError, match="top=fitted: scale min_max of z cannot be fitted to 1 value"):
        by_hand(means=MEANS, top=fitted)


def test_periods_without_a_common_year():
    lengths = {"own": {}, "later": {"periods": [[2010, 2012]]}}
    with pytest.raises(InputError, match="the variants of periods share no year"):
        by_hand(means=MEANS, length=lengths)
