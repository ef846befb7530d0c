"""The order of the steps: China and Russia against an independent computation, and cases summed by hand."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from made_up import NAN, dyad_years, scheme

import bci
from bci.errors import InputError
from bci.model.scheme import Scheme, scheme_path
from bci.scoring.scores import score_spans

PERIODS = [(start, start + 3) for start in range(1992, 2020, 4)]

# Computed independently of this package from the same series: annual scores, means of the years with data,
# means of two indicators, means of three dimensions.
INDEPENDENT = {
    "military": [0.182692, 0.208735, 0.341429, 0.354353, 0.270961, 0.313831, 0.484398],
    "economic": [0.101370, 0.068850, 0.094825, 0.255562, 0.257186, 0.430875, 0.639900],
    "political": [0.374111, 0.691139, 0.768803, 0.838214, 0.866540, 0.792467, 0.818466],
    "index": [0.219391, 0.322908, 0.401686, 0.482710, 0.464896, 0.512391, 0.647588],
}


@pytest.mark.parametrize("name", INDEPENDENT)
def test_china_and_russia_agree_with_an_independent_computation(scores, name):
    assert [scores.get(name, period) for period in PERIODS] == pytest.approx(INDEPENDENT[name], abs=2e-5)


def test_index_by_a_second_route(panel, scores):
    """Plain loops over the file's own rows, with the formulas written out."""

    def anchors(value: float, points: list[tuple[float, float]]) -> float:
        for (x0, y0), (x1, y1) in pairwise(points):
            if value <= x1:
                return y0 + (y1 - y0) * (max(value, x0) - x0) / (x1 - x0)
        return points[-1][1]

    def annual(name: str, row: pd.Series) -> float:
        if name == "arms_trade":
            return float(((row.flow / row.total_a) * (row.flow / row.total_b)) ** 0.5)
        if name == "military_exercises":
            return float(min(row["count"] / 5, 1))
        if name == "official_visits":
            return float(min(row["count"] / 3, 1))
        if name == "un_voting":
            votes = {"yes": 1, "abstain": 2, "no": 3}
            cells = [(row[f"{x}_{y}"], abs(votes[x] - votes[y])) for x in votes for y in votes]
            agree = 1 - sum(n * d for n, d in cells) / (2 * sum(n for n, _ in cells))
            return anchors(agree, [(0.2, 0), (0.6, 0.25), (0.8, 0.5), (0.9, 0.75), (1, 1)])
        post = {"trade": [(0, 0), (0.2, 1)], "energy_trade": [(0.02, 0), (0.12, 1)]}[name]
        return anchors((row.share_a * row.share_b) ** 0.5, post)

    for start, end in PERIODS:
        means = {}
        for name, frame in panel.observations.items():
            rows = frame.loc[("CHN", "RUS")].loc[start:end].drop(columns=["source", "quality", "note"])
            years = [annual(name, row) for _, row in rows.dropna().iterrows()]
            means[name] = sum(years) / len(years)
        dimensions = [
            (means["arms_trade"] + means["military_exercises"]) / 2,
            (means["trade"] + means["energy_trade"]) / 2,
            (means["un_voting"] + means["official_visits"]) / 2,
        ]
        assert scores.get("index", (start, end)) == pytest.approx(sum(dimensions) / 3, abs=1e-12)


def hand(**changes: object) -> Scheme:
    """Two dimensions, p of x and y (1:3) and q of z, on scales that leave values as they are."""
    periods = {"length": 2, "from": 2000, "to": 2003}
    return scheme({"p": (1, {"x": 1, "y": 3}), "q": (1, {"z": 1})}, **({"periods": periods} | changes))


ROWS = {
    ("FRA", "GBR", 2000): [0.2, 0.6, 1.0],
    ("FRA", "GBR", 2001): [0.4, NAN, 0.0],
    ("FRA", "GBR", 2002): [0.8, NAN, 0.4],
    ("FRA", "GBR", 2003): [0.6, NAN, NAN],
}
HAND = dyad_years(ROWS, "xyz")
RELATIVE = {"method": "min_max", "basis": "definition"}


def test_case_small_enough_to_sum_by_hand():
    scores = bci.score(HAND, hand())
    # 2000-2001: x (.2+.4)/2 = .3, y .6 of one year, z (1+0)/2 = .5
    # p (1*.3 + 3*.6)/4 = .525; index (.525 + .5)/2 = .5125
    assert scores.column("score")[0] == pytest.approx([0.5125, 0.525, 0.3, 0.6, 0.5, 0.5])
    # coverage: x 1, y 1/2, z 1; p (1 + 3/2)/4 = .625; index (.625 + 1)/2 = .8125
    assert scores.column("coverage")[0] == pytest.approx([0.8125, 0.625, 1, 0.5, 1, 1])
    assert scores.to_frame()["band"][:6].tolist() == ["high", "high", "low", "high", "high", "high"]


def test_reweight_refuses_what_rests_on_too_little():
    scores = bci.score(HAND, hand())
    # 2002-2003: y is missing, so p rests on x alone: coverage 1/4, below .5, hence missing;
    # the index would rest on q alone, of which one year of two is there: coverage (0 + .5)/2 = .25
    row = dict(zip([name for _, name in scores.names], scores.column("score")[1], strict=True))
    assert np.isnan([row["p"], row["index"], row["y"]]).all()
    assert [row["x"], row["z"], row["q"]] == pytest.approx([0.7, 0.4, 0.4])
    assert scores.index.coverage[1] == pytest.approx(0.25)
    assert pd.isna(scores.to_frame().query("name == 'index'")["band"].tolist()[1])


def test_reweight_keeps_the_proportions_of_what_is_there():
    lenient = hand(missing={"rule": "reweight", "minimum_coverage": 0.1})
    scores = bci.score(HAND, lenient)
    # p rests on x alone, .7; index (.7 + .4)/2
    assert scores.get("p", (2002, 2003)) == pytest.approx(0.7)
    assert scores.get("index", (2002, 2003)) == pytest.approx(0.55)


def test_strict_wants_every_member():
    scores = bci.score(HAND, hand(missing={"rule": "strict"}))
    assert scores.get("index", (2000, 2001)) == pytest.approx(0.5125)
    assert np.isnan(scores.get("p", (2002, 2003)))
    assert np.isnan(scores.get("index", (2002, 2003)))
    assert scores.get("q", (2002, 2003)) == pytest.approx(0.4)


def test_bounds_reach_over_everything_missing_data_could_be():
    scores = bci.score(HAND, hand(missing={"rule": "bounds"}))
    tidy = scores.to_frame().set_index(["period_start", "name"])
    # 2002-2003: x .7; y anything, 0..1; z one year of two: (.4 + 0..1)/2 = .2...7
    assert tidy.loc[(2002, "z"), ["low", "high"]].tolist() == pytest.approx([0.2, 0.7])
    # p (.7 + 3*0)/4 = .175 to (.7 + 3)/4 = .925; index (.175+.2)/2 to (.925+.7)/2
    assert tidy.loc[(2002, "p"), ["low", "high"]].tolist() == pytest.approx([0.175, 0.925])
    assert tidy.loc[(2002, "index"), ["low", "high"]].tolist() == pytest.approx([0.1875, 0.8125])
    assert np.isnan(tidy.loc[(2002, "index"), "score"])
    # x is complete, so its reach is a point
    assert tidy.loc[(2002, "x"), ["score", "low", "high"]].tolist() == pytest.approx([0.7, 0.7, 0.7])


def test_zero_drops_a_member():
    dropped = hand(
        dimensions={
            "p": {"weight": 1, "indicators": {"x": 1, "y": 0}},
            "q": {"weight": 0, "indicators": {"z": 1}},
        }
    )
    scores = bci.score(HAND, dropped)
    assert [name for _, name in scores.names] == ["index", "p", "x"]
    assert scores.get("index", (2000, 2001)) == pytest.approx(0.3)


def test_quality_shares_follow_years_and_weights(scores):
    tidy = scores.to_frame(details=True).set_index(["period_start", "name"])
    grades = ["quality_a", "quality_b", "quality_c"]
    # Visits of 1992-1995 are graded B, C, C, C; votes A throughout; equal weights
    assert tidy.loc[(1992, "official_visits"), grades].tolist() == [0, 0.25, 0.75]
    assert tidy.loc[(1992, "political"), grades].tolist() == [0.5, 0.125, 0.375]
    assert tidy[grades].sum(axis=1).to_numpy() == pytest.approx(1)


def test_distance_to_the_band_edges(scores):
    tidy = scores.to_frame(details=True).set_index(["period_start", "name"])
    assert tidy.loc[(2016, "index"), "to_next"] == pytest.approx(0.75 - tidy.loc[(2016, "index"), "score"])
    assert tidy.loc[(2016, "index"), "above_edge"] == pytest.approx(tidy.loc[(2016, "index"), "score"] - 0.5)
    assert np.isnan(tidy.loc[(2016, "political"), "to_next"])


def test_seventy_tidy_rows(scores):
    tidy = scores.to_frame()
    assert list(tidy) == [
        *("iso3_a", "iso3_b", "period_start", "period_end", "level", "name", "score", "band", "coverage")
    ]
    assert tidy["level"].value_counts().to_dict() == {"index": 7, "dimension": 21, "indicator": 42}


def test_going_on_to_2023_does_not_move_earlier_scores(panel, scores):
    longer = bci.score(panel, end=2023)
    assert longer.periods[-1] == (2020, 2023)
    assert np.array_equal(longer.column("score")[:7], scores.column("score"))
    assert longer.get("energy_trade", (2020, 2023)) == 1
    assert longer.column("coverage")[7][[name for _, name in longer.names].index("energy_trade")] == 0.25


def test_periods_that_overlap_can_be_scored_on_the_same_scales(scores):
    spans = [(1992, 1995), (1994, 1997), (2012, 2012)]
    there = score_spans(scores, spans)
    assert there.get("index", (1992, 1995)) == scores.get("index", (1992, 1995))
    assert there.periods == tuple(spans)


def test_another_dyad_does_not_move_scores_on_fixed_scales():
    alone = bci.score(HAND, hand())
    more = ROWS | {("FRA", "USA", year): [0.9, 0.9, 0.9] for year in range(2000, 2004)}
    together = bci.score(dyad_years(more, "xyz"), hand(), dyads=None)
    assert np.array_equal(together.column("score")[:2], alone.column("score"), equal_nan=True)


def test_min_max_is_fitted_to_all_dyads_also_when_one_is_asked_for():
    more = dyad_years(ROWS | {("GBR", "USA", year): [0.0, 0.5, 0.9] for year in range(2000, 2004)}, "xyz")
    relative = hand(scales=dict.fromkeys("xyz", RELATIVE))
    all_dyads = bci.score(more, relative)
    one = bci.score(more, relative, dyads="United Kingdom:US")
    assert one.dyads == (("GBR", "USA"),)
    assert np.array_equal(one.column("score"), all_dyads.column("score")[2:], equal_nan=True)


def test_a_scheme_may_read_an_indicator_with_another_measure(panel):
    default = bci.load_weights()
    kappa = {"un_voting": {"method": "vote_similarity", "similarity": "kappa_squared"}}
    posts = {"un_voting": {"method": "goalposts", "lower": -1, "upper": 1, "basis": "definition"}}
    content = default.model_dump(mode="json", by_alias=True) | {"measures": kappa, "scales": posts}
    scores = bci.score(panel, Scheme.model_validate(content), period="annual")
    # Published to four decimals for the session of 2019: kappa .7096, so (.7096 + 1)/2
    assert scores.get("un_voting", (2019, 2019)) == pytest.approx((0.7096 + 1) / 2, abs=5e-5)


def test_columns_will_do_for_an_index():
    flat, indexed = (bci.score(frame, hand()).column("score") for frame in (HAND.reset_index(), HAND))
    assert np.array_equal(flat, indexed, equal_nan=True)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda f: f.drop(columns="x"), "needs x, which is not there"),
        (lambda f: f.iloc[:0], "no rows"),
        (lambda f: pd.concat([f, f]), "stands twice"),
        (lambda f: f.set_axis(f.index.swaplevel(0, 1).set_names(f.index.names)), "alphabetical"),
        (lambda f: f.reset_index().drop(columns="year"), "lacks year"),
        (lambda f: f.rename({"GBR": "United Kingdom"}), "'United Kingdom' must be written as GBR"),
        (lambda f: f.rename({"GBR": "QQQ"}), "'QQQ' is no known country"),
        (lambda f: f.rename({2000: 2000.5}), "whole number in every row"),
        (lambda f: f.assign(x=np.inf), "x is inf in row"),
        (lambda f: f.assign(x="n/a"), "x is n/a in row FRA-GBR 2000"),
        (lambda f: f.rename(columns={"x": "xx"}), "needs x"),
    ],
)
def test_a_frame_that_cannot_be_scored(change, words):
    with pytest.raises(bci.InputError, match=words):
        bci.score(change(HAND), hand())


def test_a_value_that_its_measure_cannot_give_is_refused(panel):
    values = panel.values()
    values.loc[("CHN", "RUS", 2000), ["trade", "official_visits"]] = [20, -1]
    with pytest.raises(bci.InputError) as caught:
        bci.score(values)
    assert "trade is 20" in str(caught.value)
    assert "official_visits is -1" in str(caught.value)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("indx", (2016, 2019)), "Did you mean 'index'?"),
        (("index", (2016, 2018)), "2016-2018 is not among the scores, which are of 1992-1995"),
        (("index",), "period: is needed"),
        (("index", "2016-2019", "FRA-DEU"), "DEU-FRA is not in the data, which hold CHN-RUS"),
        (("index", (2019, 2016)), "ends before it starts"),
    ],
)
def test_asking_for_a_score_that_is_not_there(scores, args, words):
    with pytest.raises(bci.InputError) as caught:
        scores.get(*args)
    assert words in str(caught.value)


def test_periods_and_dyads_may_be_written_as_text(scores):
    asked = scores.get("index", "2016-2019", "Russia:China")
    assert asked == scores.get("index", (2016, 2019), ("CHN", "RUS")) == scores.get("index", (2016, 2019))


def test_a_scale_that_cannot_be_fitted_names_the_indicator():
    relative = hand(scales=dict.fromkeys("xyz", RELATIVE))
    with pytest.raises(bci.InputError) as caught:
        bci.score(HAND.assign(x=0.5), relative)
    # x never varies, and y is there only once: both are told
    assert "min_max of x cannot be fitted" in str(caught.value)
    assert "min_max of y cannot be fitted" in str(caught.value)


def test_results_are_frozen(scores):
    with pytest.raises(AttributeError):
        scores.periods = ()  # type: ignore[misc]


def test_a_notebook_shows_names_and_bands(scores):
    shown = scores._repr_html_()
    assert "China-Russia" in shown
    assert "0.648 enhanced" in shown


@pytest.mark.parametrize("minimum_coverage", [None, 0.3])
def test_an_indicator_that_the_data_lack_is_told_where_the_scheme_names_it(minimum_coverage, tmp_path):
    text = scheme_path("military-first").read_text(encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(text.replace("arms_trade: 1", "arms_trde: 1"), encoding="utf-8")
    line, column = next(
        (number, text.index("arms_trade:") + 1)
        for number, text in enumerate(text.splitlines(), start=1)
        if "arms_trade:" in text
    )
    with pytest.raises(InputError, match="Did you mean 'arms_trade'") as caught:
        bci.score(weights=tmp_path / "mine.yaml", minimum_coverage=minimum_coverage)
    (problem,) = caught.value.problems
    assert (problem.place, problem.line, problem.column) == (str(tmp_path / "mine.yaml"), line, column)
    assert problem.message.startswith("dimensions.military.indicators.arms_trde: is not in ")


def test_scores_are_frozen_in_truth(scores):
    arrays = [scores.matrix, scores.annual, scores.index.score, scores.dimensions.coverage, scores.rows.year]
    for array in arrays:
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 9
    before = scores.get("index", (2016, 2019))
    values, table = scores.values, scores.to_frame()
    values.iloc[:], table["score"] = 9, 9
    assert (scores.values != 9).any(axis=None)
    assert scores.get("index", (2016, 2019)) == before
    frame = scores.values
    of_frame = bci.score(frame)
    frame.iloc[:] = 9
    assert (of_frame.values != 9).any(axis=None)
