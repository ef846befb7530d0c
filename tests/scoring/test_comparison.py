"""Schemes side by side."""

import pytest

import bci


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
