"""Contributions and changes: exact, by hand and by brute force; and schemes side by side."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from made_up import NAN, PLAIN, default_scheme, dyad_years, scheme, years

import bci
from bci.scoring.explanation import absences, explain, shapley
from bci.scoring.scoring import index_of

TREE = {"first": (1, {"alpha": 1, "beta": 1}), "second": (1, {"gamma": 1})}
TWO_YEARS = years([0.2, 0.4, 0.5], [0.6, NAN, 0.7], names=["alpha", "beta", "gamma"])


def test_contributions_add_up_to_the_index(scores):
    for period in scores.periods:
        table = explain(scores, period).to_frame().set_index("name")
        below = table[table["level"] == "indicator"]
        assert below["contribution"].sum() == pytest.approx(scores.get("index", period), abs=1e-12)
        # Under arithmetic means a contribution is weight times score.
        assert below["contribution"].tolist() == pytest.approx((below["weight"] * below["score"]).tolist())


def test_a_change_is_decomposed_exactly(scores):
    table = explain(scores, (2016, 2019), since=(2008, 2011)).to_frame().set_index("name")
    change = scores.get("index", (2016, 2019)) - scores.get("index", (2008, 2011))
    below = table[table["level"] == "indicator"]
    assert below["contribution"].sum() == pytest.approx(change, abs=1e-12)
    assert table.loc["index", "contribution"] == pytest.approx(change, abs=1e-12)
    # Equal weights on two levels: a sixth of each indicator's own change.
    assert below["contribution"].tolist() == pytest.approx((below["change"] / 6).tolist(), abs=1e-12)


@pytest.mark.parametrize("method", ["geometric", "harmonic", "minimum", {"power": 2}])
def test_a_change_under_other_means_is_decomposed_exactly(method):
    scores = bci.score(None, default_scheme(aggregation={"indicators": "arithmetic", "dimensions": method}))
    table = explain(scores, (2016, 2019), since=(1992, 1995)).to_frame()
    below = table[table["level"] == "indicator"]
    assert below["contribution"].sum() == pytest.approx(table["change"].iloc[0], abs=1e-12)


def test_a_change_with_data_missing_in_one_period_only_is_decomposed_exactly(scores):
    # No energy figure in 1994, one in 1995: the weight of trade changes with it.
    table = explain(scores, (1995, 1995), since=(1994, 1994)).to_frame().set_index("name")
    assert np.isnan(table.loc["energy_trade", "change"])
    below = table[table["level"] == "indicator"]
    assert below["contribution"].sum() == pytest.approx(table.loc["index", "change"], abs=1e-12)
    assert table.loc["energy_trade", "contribution"] < 0


def test_a_table_of_one_period_shows_weights_and_contributions():
    table = explain(bci.score(TWO_YEARS, scheme(TREE)), "2001").short()
    assert table.note == "China and Russia, 2001; * rests on partial data."
    assert table.heads == ["name", "value", "score", "weight", "contribution", "coverage"]
    assert table.rows == [
        # 0.6 / 2 + 0.7 / 2; one of the two indicators of the first half of the weight is missing.
        ["index", "-", "0.650* high", "1.000", "0.650", "0.750"],
        ["first", "-", "0.600* high", "0.500", "0.300", "0.500"],
        ["- alpha", "0.600", "0.600 high", "0.500", "0.300", "1.000"],
        ["- beta", "-", "-", "0.000", "0.000", "0.000"],
        ["second", "-", "0.700 high", "0.500", "0.350", "1.000"],
        ["- gamma", "0.700", "0.700 high", "0.500", "0.350", "1.000"],
    ]


def test_a_table_of_a_change_shows_both_periods():
    table = explain(bci.score(TWO_YEARS, scheme(TREE)), "2001", since="2000").short()
    assert table.note == "China and Russia, 2000 to 2001; * rests on partial data."
    assert table.heads == ["name", "2000", "2001", "change", "contribution"]
    assert table.rows == [
        ["index", "0.400 low", "0.650* high", "+0.250", "+0.250"],
        ["first", "0.300 low", "0.600* high", "+0.300", "+0.150"],
        # With beta 0.4 there, alpha lifts the dimension from 0.3 to 0.5, without it from 0.2 to 0.6: the mean
        # of 0.2 and 0.4 is halved in the index. Beta leaves 0.3 for 0.2, or 0.5 for 0.6: nothing on balance.
        ["- alpha", "0.200 low", "0.600 high", "+0.400", "+0.150"],
        ["- beta", "0.400 low", "-", "-", "+0.000"],
        ["second", "0.500 high", "0.700 high", "+0.200", "+0.100"],
        ["- gamma", "0.500 high", "0.700 high", "+0.200", "+0.100"],
    ]


def test_an_indicator_does_not_count_without_data_or_in_a_dimension_that_was_refused():
    row = dict.fromkeys(["score_before", "score"], 0.5)
    rows = [
        {"level": "index", "name": "index"} | row,
        {"level": "dimension", "name": "first"} | row | {"score_before": None},
        {"level": "indicator", "name": "alpha"} | row,
        {"level": "indicator", "name": "beta"} | row | {"score_before": None, "score": None},
        {"level": "dimension", "name": "second"} | row,
        {"level": "indicator", "name": "gamma"} | row,
    ]
    assert absences(rows, [(1992, 1995), (2023, 2023)]) == {
        "alpha": ["refused in 1992-1995"],
        "beta": ["no data in 1992-1995", "no data in 2023"],
        "gamma": [],
    }


def test_a_value_is_of_the_dyad_alone_and_not_of_others_with_one_of_its_countries():
    pairs = {("CHN", "RUS"): 0.2, ("CHN", "USA"): 0.4, ("KAZ", "RUS"): 0.6}
    data = dyad_years(
        {(*pair, year): [value] for pair, value in pairs.items() for year in (2000, 2001)}, ["alpha"]
    )
    scores = bci.score(data, scheme({"only": (1, {"alpha": 1})}))
    for pair, value in pairs.items():
        assert explain(scores, "2000", dyad=pair).to_frame()["value"].iloc[-1] == value


def test_the_note_on_a_scale_stands_by_its_indicator():
    noted = scheme(
        TREE, scales=dict.fromkeys(["beta", "gamma"], PLAIN) | {"alpha": PLAIN | {"note": "a note"}}
    )
    table = explain(bci.score(TWO_YEARS, noted), "2000").to_frame().set_index("name")
    assert table["scale_note"].dropna().to_dict() == {"alpha": "a note"}


def test_sixteen_indicators_are_explained_and_no_more():
    names = [f"indicator_{n}" for n in range(17)]
    sixteen, more = (
        bci.score(years([0.5] * 17, names=names), scheme({"only": (1, dict.fromkeys(names[:count], 1))}))
        for count in (16, 17)
    )
    # 0.5 of a sixteenth of the weight each.
    assert explain(sixteen, "2000").to_frame()["contribution"][2:].tolist() == pytest.approx([1 / 32] * 16)
    with pytest.raises(bci.InputError, match="explain: takes at most 16 indicators"):
        explain(more, "2000")


def test_shapley_against_every_order():
    rng = np.random.default_rng(0)
    scheme = bci.load_weights("military-first")
    before, after = rng.random(6), rng.random(6)

    def worth(mixtures: np.ndarray) -> np.ndarray:
        return index_of(scheme, mixtures) ** 2

    gains = np.zeros(6)
    for order in permutations(range(6)):
        here = before.copy()
        for i in order:
            without = worth(here[None])[0]
            here[i] = after[i]
            gains[i] += worth(here[None])[0] - without
    assert shapley(before, after, worth) == pytest.approx(gains / 720, abs=1e-12)


def test_both_national_shares_and_their_asymmetry(scores):
    table = explain(scores, (2016, 2019)).to_frame().set_index("name")
    # Means of the four years' shares in the file: China .0216, Russia .1532
    assert table.loc["trade", ["share_a", "share_b"]].tolist() == pytest.approx([0.0216, 0.1532], abs=5e-5)
    assert table.loc["trade", "asymmetry"] == pytest.approx(0.1317, abs=5e-5)
    assert table.loc["arms_trade", "asymmetry"] < 0
    assert pd.isna(table.loc["un_voting", "share_a"])


def test_sources_and_notes_of_the_years_behind_a_score(scores):
    table = explain(scores, (1992, 1995)).to_frame().set_index("name")
    assert table.loc["energy_trade", "sources"] == "wind_gacc;bp2021"
    assert "lower bound" in table.loc["energy_trade", "notes"]
    assert table.loc["energy_trade", "quality"] == "C 100%"
    assert table.loc["energy_trade", "basis"] == "calibrated"
    assert table.loc["energy_trade", "value"] == pytest.approx((0.00108 * 0.000212) ** 0.5)


def test_what_is_missing_weighs_nothing_and_contributes_nothing(scores):
    table = explain(scores, (1992, 1992)).to_frame().set_index("name")
    assert table.loc["energy_trade", "weight"] == 0
    assert table.loc["trade", "weight"] == pytest.approx(1 / 3)
    assert table.loc["index", "contribution"] == pytest.approx(table.loc["index", "score"])
    nothing = explain(bci.score(years([NAN] * 3, names=TWO_YEARS.columns), scheme(TREE)), "2000").to_frame()
    assert (nothing["weight"] == 0).all()
    assert nothing["contribution"].isna().all()


def test_a_plain_frame_can_be_explained():
    values = bci.load_indicators().values()
    table = explain(bci.score(values), (2016, 2019)).to_frame().set_index("name")
    assert table.loc["index", "score"] == pytest.approx(0.647588, abs=2e-6)
    assert table.loc["trade", "scale"] == "anchors [0, 0], [0.2, 1]"


def test_a_change_from_nothing_is_refused(scores):
    # The first and the last year of the data are within.
    assert explain(scores, "2023", since="1992").periods == ((1992, 1992), (2023, 2023))
    with pytest.raises(bci.InputError, match="1980 lies outside the data, which run over 1992-2023"):
        explain(scores, (2016, 2019), since=(1980, 1980))
    with pytest.raises(bci.InputError, match="period: is needed"):
        explain(scores)
    with pytest.raises(bci.InputError, match="FRA-IND is not in the data"):
        explain(scores, (2016, 2019), dyad=("FRA", "IND"))


def test_a_refused_dimension_takes_no_part_in_the_index():
    # Economic rests on 62.5 % in 1992-1995: refused, so the index is military and political alone.
    scores = bci.score(None, default_scheme(missing={"rule": "reweight", "minimum_coverage": 0.65}))
    table = explain(scores, (1992, 1995)).to_frame().set_index("name")
    below = table[table["level"] == "indicator"]
    assert table.loc["index", "score"] == pytest.approx((0.182692 + 0.374111) / 2, abs=2e-6)
    assert below["contribution"].sum() == pytest.approx(table.loc["index", "score"], abs=1e-12)
    # A quarter for each of the four indicators of the other two dimensions.
    assert below["weight"].tolist() == pytest.approx([1 / 4, 1 / 4, 0, 0, 1 / 4, 1 / 4])
    change = explain(scores, (2016, 2019), since=(1992, 1995)).to_frame().set_index("name")
    parts = change.loc[change["level"] == "indicator", "contribution"]
    assert parts.sum() == pytest.approx(change.loc["index", "change"], abs=1e-12)


def test_without_an_index_nothing_contributes():
    bounds = bci.score(None, default_scheme(missing={"rule": "bounds"}))
    table = explain(bounds, (1992, 1995)).to_frame().set_index("name")
    assert table["contribution"].isna().all()
    # Under bounds what is missing may be anything, so every weight stands.
    assert table.loc["energy_trade", "weight"] == pytest.approx(1 / 6)
    assert table.loc["economic", ["low", "high"]].tolist() == pytest.approx([0.101370, 0.476370], abs=2e-6)


def test_a_change_from_a_period_without_an_index_is_refused(scores):
    strict = bci.score(None, default_scheme(missing={"rule": "strict"}))
    with pytest.raises(bci.InputError, match="1993: has no index"):
        explain(strict, (2016, 2019), since=(1993, 1993))


def test_scores_are_those_of_each_scheme():
    names = ["papageorgiou-equal", "political-first", "four-indicators"]
    table = bci.compare(None, names).to_frame().set_index(["period_start", "name"])
    for name in names:
        own = bci.score(None, name).to_frame().set_index(["period_start", "name"])["score"].dropna()
        assert table[f"score_{name}"].dropna().to_dict() == own.to_dict()
    first, second = table["score_papageorgiou-equal"], table["score_political-first"]
    assert (table["difference_political-first"] - (second - first)).abs().max() == 0


def test_every_band_that_changes_is_listed():
    comparison = bci.compare(None, ["papageorgiou-equal", "political-first"])
    listed = comparison.band_changes()[["period_start", "name"]].to_numpy().tolist()
    # Political is doubled: .374 lifts 1992-1995 over .25, and the index of 2004-2011 over .5
    assert listed == [[1992, "index"], [2004, "index"], [2008, "index"]]


def test_a_score_that_one_scheme_lacks_changes_no_band():
    table = bci.compare(None, ["papageorgiou-equal", "four-indicators"]).to_frame()
    lacking = table[table["name"] == "arms_trade"]
    assert lacking["score_four-indicators"].isna().all()
    assert lacking["band_change_four-indicators"].isna().all()


def test_schemes_of_other_periods_are_compared_on_those_of_the_first():
    annual = bci.load_weights("political-first").model_copy(update={"periods": "annual"})
    comparison = bci.compare(None, ["papageorgiou-equal", annual])
    assert set(comparison.to_frame()["period_start"]) == set(range(1992, 2020, 4))


def test_one_scheme_is_nothing_to_compare():
    with pytest.raises(bci.InputError, match="two or more schemes"):
        bci.compare(None, ["papageorgiou-equal", "papageorgiou-equal"])
