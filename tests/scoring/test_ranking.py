"""Ranks, percentiles and the reach of scores: summed by hand, counted by loops, and by properties."""

import time
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from made_up import NAN, QUARTERS, TREE, dyad_years, scheme

import bci
from bci.scoring.ranks import percentiles, ranks
from bci.scoring.scores import Scores, score_dyads

ONE = scheme({"only": (1, {"alpha": 1})}, QUARTERS)
# Scores of four dyads in two years: in 2001 CHN-USA overtakes, two tie, and GBR-USA has nothing in 2000.
SMALL = dyad_years(
    {
        ("CHN", "RUS", 2000): [0.6],
        ("CHN", "USA", 2000): [0.4],
        ("DEU", "FRA", 2000): [0.9],
        ("GBR", "USA", 2000): [NAN],
        ("CHN", "RUS", 2001): [0.6],
        ("CHN", "USA", 2001): [0.8],
        ("DEU", "FRA", 2001): [0.6],
        ("GBR", "USA", 2001): [0.1],
    },
    ["alpha"],
)


@pytest.fixture(scope="module")
def small() -> Scores:
    return bci.score(SMALL, ONE)


def test_a_ranking_small_enough_to_check_by_hand(small):
    ranking = bci.rank(small)
    found = ranking.to_frame()
    listed = found[["period_start", "iso3_a", "iso3_b", "rank", "percentile", "band"]].to_numpy().tolist()
    assert listed == [
        # Three are scored: below the first are 2 of the 2 others, below the second 1 of 2.
        [2000, "DEU", "FRA", 1, 100.0, "comprehensive"],
        [2000, "CHN", "RUS", 2, 50.0, "enhanced"],
        [2000, "CHN", "USA", 3, 0.0, "moderate"],
        # Four are scored; the two of .6 have one below and one tied: 100 (1 + 1/2) / 3 = 50, and no rank 3.
        [2001, "CHN", "USA", 1, 100.0, "comprehensive"],
        [2001, "CHN", "RUS", 2, 50.0, "enhanced"],
        [2001, "DEU", "FRA", 2, 50.0, "enhanced"],
        [2001, "GBR", "USA", 4, 0.0, "limited"],
    ]
    # Since 2000: CHN-USA from 3 to 1, CHN-RUS stays, DEU-FRA from 1 to 2, GBR-USA had no rank.
    assert found["rank_change"].tolist()[3:] == [2, 0, -1, pd.NA]
    assert found["rank_change"].isna().tolist()[:3] == [True] * 3
    assert ranking.periods == ((2000, 2000), (2001, 2001))
    assert (ranking.ranked, ranking.unranked) == ((3, 4), (1, 0))


def test_a_country_ranks_its_own_dyads_and_keeps_percentiles_of_all(small):
    ranking = bci.rank(small, country="United States", period="2001")
    assert ranking.country == "USA"
    found = ranking.to_frame()[["partner", "rank", "percentile", "rank_change"]]
    # Among all four dyads CHN-USA is first and GBR-USA last.
    assert found[["partner", "rank", "percentile"]].to_numpy().tolist() == [
        ["CHN", 1, 100.0],
        ["GBR", 2, 0.0],
    ]
    # Alone in 2000, CHN-USA was first of the dyads of the United States then, too.
    assert found["rank_change"].tolist() == [0, pd.NA]


def test_chosen_dyads_keep_percentiles_of_all_and_are_ranked_among_themselves():
    chosen = bci.score(SMALL, ONE, dyads=["USA-GBR", "CHN-RUS"])
    found = bci.rank(chosen, period=(2001, 2001)).to_frame()
    listed = found[["iso3_a", "rank", "percentile"]].to_numpy().tolist()
    assert listed == [["CHN", 1, 50.0], ["GBR", 2, 0.0]]


def test_top_keeps_ties_at_the_last_place(small):
    assert bci.rank(small, top=2, period="2001").to_frame()["rank"].tolist() == [1, 2, 2]
    assert bci.rank(small, top=1, period="2001").to_frame()["iso3_b"].tolist() == ["USA"]
    # The change is counted from the former ranks, also of those who were not among the top.
    assert bci.rank(small, top=1).to_frame()["rank_change"].tolist()[1] == 2


def test_a_single_dyad_has_a_rank_and_no_percentile(scores):
    found = bci.rank(scores).to_frame()
    assert found["rank"].tolist() == [1] * 7
    assert found["percentile"].isna().all()
    assert "percentile" not in scores.to_frame(details=True)


def test_what_rounding_sets_apart_is_a_tie():
    table = np.array([[0.1 + 0.2], [0.3], [0.3 - 1e-9]])
    assert ranks(table).ravel().tolist() == [1, 1, 3]
    assert percentiles(table).ravel().tolist() == [75, 75, 0]


tables = arrays(
    float, st.tuples(st.integers(1, 8), st.integers(1, 3)), elements=st.sampled_from([NAN, 0, 0.2, 0.5, 1])
)


@given(tables)
def test_ranks_and_percentiles_by_counting_one_by_one(table):
    for column, rank, percentile in zip(table.T, ranks(table).T, percentiles(table).T, strict=True):
        for i, score in enumerate(column):
            others = [other for j, other in enumerate(column) if j != i and other == other]
            if score != score:
                assert np.isnan([rank[i], percentile[i]]).all()
                continue
            assert rank[i] == 1 + sum(other > score for other in others)
            if others:
                half = sum((other < score) + 0.5 * (other == score) for other in others)
                assert percentile[i] == pytest.approx(100 * half / len(others), abs=1e-9)
            else:
                assert np.isnan(percentile[i])


@given(tables)
def test_percentiles_mirror_when_scores_do_and_fifty_is_their_mean(table):
    np.testing.assert_allclose(percentiles(table), 100 - percentiles(1 - table), atol=1e-9)
    for column in percentiles(table).T:
        if not np.isnan(column).all():
            assert np.nanmean(column) == pytest.approx(50)


def test_details_tell_reach_and_percentile(small):
    tidy = small.to_frame(details=True)
    index = tidy[(tidy["name"] == "index") & (tidy["period_start"] == 2001)]
    assert index["percentile"].tolist() == [50, 100, 50, 0]
    assert index["low"].tolist() == index["high"].tolist() == index["score"].tolist()
    assert not {"low", "high", "percentile"} & set(small.to_frame())
    unknown = tidy[(tidy["iso3_a"] == "GBR") & (tidy["period_start"] == 2000)]
    assert unknown[["low", "high"]].to_numpy().tolist() == [[0, 1]] * 3
    assert unknown["percentile"].isna().all()


def test_details_of_chosen_dyads_are_those_among_all(small):
    chosen = bci.score(SMALL, ONE, dyads="USA-GBR").to_frame(details=True)
    whole = small.to_frame(details=True)
    expected = whole[whole["iso3_a"] == "GBR"].reset_index(drop=True)
    pd.testing.assert_frame_equal(chosen, expected)


def test_other_dyads_can_be_scored_on_the_same_scales(small):
    there = score_dyads(bci.score(SMALL, ONE, dyads="CHN-RUS"), small.dyads)
    np.testing.assert_array_equal(there.column("score"), small.column("score"))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"name": "alhpa"}, "'alhpa' is not among the scores. Did you mean 'alpha'?"),
        ({"country": "Atlantis"}, "country: 'Atlantis' is no known country"),
        ({"country": "Korea"}, r"country: 'Korea' may be KOR \(South Korea\) or PRK"),
        ({"country": "Italy"}, r"no dyad of ITA \(Italy\) is among the scores, which hold CHN, DEU"),
        ({"period": "1999"}, "period: 1999 is not among the scores"),
        ({"top": 0}, "top: is 0; give 1 or more"),
    ],
)
def test_a_ranking_that_cannot_be(small, options, words):
    with pytest.raises(bci.InputError, match=words):
        bci.rank(small, **options)


def test_a_ranking_is_frozen_and_shows_in_a_notebook(small):
    ranking = bci.rank(small)
    with pytest.raises(AttributeError):
        ranking.name = "other"  # type: ignore[misc]
    copy = ranking.to_frame()
    copy["rank"] = 0
    assert ranking.to_frame()["rank"].min() == 1
    assert len(ranking) == 7
    shown = ranking._repr_html_()
    assert "Ranked by index" in shown
    assert "2000 3 (1), 2001 4 (0)" in shown


def test_twenty_thousand_dyads_take_seconds():
    from bci.countries import _countries

    pairs = np.array(list(combinations(sorted(_countries())[:201], 2)))
    years = np.arange(2000, 2004)
    rng = np.random.default_rng(0)
    index = pd.MultiIndex.from_arrays(
        [*pairs.repeat(len(years), axis=0).T, np.tile(years, len(pairs))], names=["iso3_a", "iso3_b", "year"]
    )
    values = rng.random((len(index), 5))
    values[rng.random(values.shape) < 0.3] = NAN
    columns = [name for _, members in TREE.values() for name in members]
    scores = bci.score(pd.DataFrame(values, index, columns), scheme(TREE))
    start = time.perf_counter()
    ranking = bci.rank(scores)
    assert time.perf_counter() - start < 5
    assert len(ranking) == sum(ranking.ranked) > 60_000
