"""Contributions and changes: exact, by hand and by brute force; and schemes side by side."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from made_up import default_scheme

import bci
from bci.scoring.explanation import explain, shapley
from bci.scoring.scoring import index_of


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


def test_a_plain_frame_can_be_explained():
    values = bci.load_indicators().values()
    table = explain(bci.score(values), (2016, 2019)).to_frame().set_index("name")
    assert table.loc["index", "score"] == pytest.approx(0.647588, abs=2e-6)
    assert table.loc["trade", "scale"] == "anchors [0, 0], [0.2, 1]"


def test_a_change_from_nothing_is_refused(scores):
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
    assert table.loc[["trade", "energy_trade"], "weight"].tolist() == [0, 0]
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
