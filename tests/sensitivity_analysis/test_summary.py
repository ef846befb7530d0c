"""How sure scores are: against other weights scored again, linear programs, draws, and sums by hand."""

from collections.abc import Iterator, Mapping
from dataclasses import FrozenInstanceError
from itertools import product

import numpy as np
import pandas as pd
import pytest
from made_up import QUARTERS, default_scheme, scheme, years
from scipy.optimize import linprog

import bci
from bci.arrays import Array
from bci.model.bands import band
from bci.model.scheme import Scheme
from bci.scoring.scores import Scores
from bci.sensitivity_analysis.summary import Sensitivity

Tree = Mapping[str, Mapping[str, float]]

PERIODS = [(start, start + 3) for start in range(1992, 2020, 4)]
DIMENSIONS = ["military", "economic", "political"]
WORDS, EDGES = list(QUARTERS), np.array(list(QUARTERS.values()))
DRAWS = 200_000


@pytest.fixture(scope="module")
def answer(scores: Scores) -> Sensitivity:
    return bci.sensitivity(scores)


@pytest.fixture(scope="module")
def table(answer: Sensitivity) -> pd.DataFrame:
    return by_name(answer)


def by_name(answer: Sensitivity) -> pd.DataFrame:
    return answer.to_frame().set_index(["period_start", "name"]).sort_index()


def weighed(scheme: Scheme, dimensions: Mapping[str, float], indicators: Tree) -> Scheme:
    """The scheme with other weights; what is not named weighs nothing, and nothing is refused.

    How much is covered depends on the weights, and so would what is refused.
    """
    content = scheme.model_dump(by_alias=True)
    for name, part in content["dimensions"].items():
        inside = indicators.get(name, {})
        part["weight"] = float(dimensions.get(name, 0))
        if any(inside.values()):
            part["indicators"] = {member: float(inside.get(member, 0)) for member in part["indicators"]}
        else:
            part["weight"] = 0.0
    content["missing"]["minimum_coverage"] = 0
    return Scheme.model_validate(content)


def overall(scheme: Scheme, weights: Mapping[str, float]) -> Scheme:
    """The scheme in which indicators weigh so much in the index itself."""
    tree = {
        name: {member: max(0.0, weights[member]) for member in members}
        for name, members in scheme.tree.items()
    }
    return weighed(scheme, {name: sum(members.values()) for name, members in tree.items()}, tree)


def flat_weights(scheme: Scheme, rng: np.random.Generator) -> tuple[dict[str, float], Tree]:
    """One weighting on two levels, every one as likely as any other."""

    def over(names: list[str]) -> dict[str, float]:
        return dict(zip(names, rng.dirichlet(np.ones(len(names))).tolist(), strict=True))

    return over(list(scheme.tree)), {name: over(list(members)) for name, members in scheme.tree.items()}


def inside_box(weights: Mapping[str, float], within: float, rng: np.random.Generator) -> dict[str, float]:
    """Shares of one that are each at most so far, relative to itself, from those of the weights."""
    own = np.array([*weights.values()]) / sum(weights.values())
    while True:
        drawn = own * (1 + within * rng.uniform(-1, 1, len(own)))
        drawn[rng.integers(len(own))] += 1 - drawn.sum()
        if (np.abs(drawn / own - 1) <= within).all():
            return dict(zip(weights, drawn.tolist(), strict=True))


def drawn_index(scores: Scores, rng: np.random.Generator, draws: int = DRAWS) -> Array:
    """The index under draws that are flat over the dimensions and flat in each, ``(draws, rows)``."""
    parts = [
        rng.dirichlet(np.ones(len(weights)), draws) @ below.T
        for below, weights in scores.scheme.by_dimension(scores.indicators.score).values()
    ]
    across = rng.dirichlet(np.ones(len(parts)), draws)
    together: Array = np.einsum("nd,dnr->nr", across, np.stack(parts))
    return together


def near(share: float, drawn: float, draws: int = DRAWS) -> bool:
    """Within four standard errors, and a draw or two where hardly any draw is left out."""
    return abs(share - drawn) <= 4 * np.sqrt(share * (1 - share) / draws) + 5 / draws


TREE = {"p": (1, {"x": 1, "y": 3}), "q": (1, {"z": 1})}


def answered(*rows: list[float], within: float = 0.5) -> Sensitivity:
    """Of dimensions p of x and y (1:3) and q of z."""
    return bci.sensitivity(bci.score(years(*rows, names="xyz"), scheme(TREE)), within=within)


def test_a_case_small_enough_to_sum_by_hand():
    answer = answered([0.2, 0.6, 0.3], within=0.2)
    row = by_name(answer).loc[(2000, "index")]
    # p (.2 + 3 * .6)/4 = .5; index (.5 + .3)/2 = .4
    assert row["score"] == pytest.approx(0.4)
    assert (row["low"], row["high"]) == (0.2, 0.6)
    # x from .2 to .3, so p .2x + .6(1-x) from .48 to .52; p from .4 to .6:
    # lowest .6 * .3 + .4 * .48 = .372, highest .6 * .52 + .4 * .3 = .432
    assert row[["low_within", "high_within"]].tolist() == pytest.approx([0.372, 0.432])
    # p reaches .5 with x at .25 or less. Below, index >= .5 takes a share of p, u >= .2/(.3 - .4 x):
    # share of draws over: integral of 1 - .2/(.3 - .4x) dx over 0 .. .25
    #   = .25 - .5 ln(.3/.2) = .25 - .5 ln 1.5
    assert row["agree"] == pytest.approx(0.75 + 0.5 * np.log(1.5), abs=1e-9)
    # .1 is lacking. From x (.125) to y lifts .4 a unit: .05; from z to y .3 a unit: .05/.3 = 1/6
    assert row["tipping"] == pytest.approx(0.125 + 1 / 6)
    assert row["tipping_band"] == "high"
    # Index when q is halved: (2 * .5 + .3)/3 = .4333, doubled: (.5 + 2 * .3)/3 = .3667: swing .0667, as p.
    # x halved: (.5 * .2 + 1.8)/3.5 = .542857, doubled (.4 + 1.8)/5 = .44: half of the difference is .0514.
    # y halved: (.2 + .9)/2.5 = .44, doubled (.2 + 3.6)/7 = .542857: the same
    assert row["swing"] == pytest.approx(0.2 / 3)
    assert row["matters"] in ("p", "q")


@pytest.mark.parametrize("name", ["papageorgiou-equal", "political-first", "four-indicators"])
def test_no_weighting_leaves_the_range_and_one_reaches_each_end(panel, name):
    own = bci.load_weights(name)
    own = weighed(own, dict(zip(own.tree, own.dimension_weights, strict=True)), own.tree)
    table = by_name(bci.sensitivity(bci.score(panel, own))).query("level == 'index'")
    low, high = table["low"].to_numpy(), table["high"].to_numpy()
    corners = []
    for dimension, members in own.tree.items():
        for member in members:
            alone = bci.score(panel, weighed(own, {dimension: 1}, {dimension: {member: 1}}))
            corners.append(alone.index.score[:, 0])
    assert np.nanmin(corners, axis=0) == pytest.approx(low, abs=1e-12)
    assert np.nanmax(corners, axis=0) == pytest.approx(high, abs=1e-12)
    rng = np.random.default_rng(1)
    for _ in range(50):
        index = bci.score(panel, weighed(own, *flat_weights(own, rng))).index.score[:, 0]
        assert (index >= low - 1e-12).all()
        assert (index <= high + 1e-12).all()


def test_ranges_of_dimensions_run_from_one_indicator_to_the_other(scores, table):
    for name, members in scores.scheme.tree.items():
        for start, end in PERIODS:
            ends = sorted(scores.get(member, (start, end)) for member in members)
            assert table.loc[(start, name), ["low", "high"]].tolist() == pytest.approx(ends, abs=1e-15)


@pytest.mark.parametrize(("name", "within"), [("papageorgiou-equal", 0.5), ("political-first", 0.2)])
def test_no_weighting_in_the_box_leaves_its_range(panel, name, within):
    scores = bci.score(panel, name)
    own = scores.scheme
    table = by_name(bci.sensitivity(scores, within=within))
    rng = np.random.default_rng(2)
    for _ in range(50):
        across = inside_box(dict(zip(own.tree, own.dimension_weights, strict=True)), within, rng)
        inside = {name: inside_box(members, within, rng) for name, members in own.tree.items()}
        other = bci.score(panel, weighed(own, across, inside))
        for level in ["index", *own.tree]:
            rows = table.xs(level, level="name")
            found = np.array([other.get(level, span) for span in PERIODS])
            assert (found >= rows["low_within"] - 1e-12).all()
            assert (found <= rows["high_within"] + 1e-12).all()


@pytest.mark.parametrize(("name", "within"), [("papageorgiou-equal", 0.5), ("military-first", 0.25)])
def test_ends_of_the_box_are_those_of_linear_programs(panel, name, within):
    scores = bci.score(panel, name)
    own = scores.scheme
    table = by_name(bci.sensitivity(scores, within=within))
    shares = own.dimension_weights / own.dimension_weights.sum()
    box = [(share * (1 - within), share * (1 + within)) for share in shares]
    # Two equal indicators in each dimension: the ends of their box are (1 - within)/2 and (1 + within)/2.
    corners = list(product([(1 - within) / 2, (1 + within) / 2], repeat=3))
    for span in PERIODS:
        pairs = [[scores.get(member, span) for member in members] for members in own.tree.values()]
        ends = []
        for corner in corners:
            means = np.array([x * a + (1 - x) * b for x, (a, b) in zip(corner, pairs, strict=True)])
            for sign in (1, -1):
                solved = linprog(sign * means, A_eq=[[1, 1, 1]], b_eq=[1], bounds=box)
                ends.append(sign * solved.fun)
        found = table.loc[(span[0], "index"), ["low_within", "high_within"]].tolist()
        assert found == pytest.approx([min(ends), max(ends)], abs=1e-9)


# Six times the share of any weight is over 1, and nothing is left of it below.
@pytest.mark.parametrize(("within", "low", "high"), [(0, "score", "score"), (6, "low", "high")])
def test_a_box_of_no_width_leaves_the_score_and_a_wide_one_is_no_box(scores, within, low, high):
    table = bci.sensitivity(scores, within=within).to_frame()
    assert table["low_within"].to_numpy() == pytest.approx(table[low].to_numpy(), abs=1e-12)
    assert table["high_within"].to_numpy() == pytest.approx(table[high].to_numpy(), abs=1e-12)


def test_ranges_nest(table):
    order = table[["low", "low_within", "score", "high_within", "high"]].to_numpy()
    assert (np.diff(order, axis=1) >= -1e-12).all()


@pytest.mark.parametrize("within", [-0.01, -1, float("nan"), float("inf")])
def test_a_box_needs_a_width(scores, within):
    with pytest.raises(bci.InputError, match="no half-width; give 0 or more"):
        bci.sensitivity(scores, within=within)


def test_agreement_on_the_index_is_that_of_draws(scores, table):
    index = drawn_index(scores, np.random.default_rng(3))
    own = band(scores.index.score[:, 0], EDGES)
    drawn = (band(index, EDGES) == own).mean(axis=0)
    agree = table.xs("index", level="name")["agree"].tolist()
    assert len(agree) == 7
    assert [near(*pair) for pair in zip(agree, drawn, strict=True)] == [True] * 7
    assert table["agree_error"].max() < 1e-9


def test_agreement_on_a_dimension_is_the_share_of_an_interval(scores, table):
    # With two indicators the mean runs evenly from the one to the other.
    for name, members in scores.scheme.tree.items():
        for start, end in PERIODS:
            low, high = sorted(scores.get(member, (start, end)) for member in members)
            own = int(band(np.array(scores.get(name, (start, end))), EDGES))
            floor, ceiling = EDGES[own], [*EDGES[1:], np.inf][own]
            share = (min(high, ceiling) - max(low, floor)) / (high - low)
            assert table.loc[(start, name), "agree"] == pytest.approx(share, abs=1e-12)


def test_is_enhanced_in_2016_to_2019_robust(table):
    row = table.loc[(2016, "index")]
    assert (row["band"], row["score"]) == ("enhanced", pytest.approx(0.647588, abs=2e-5))
    # Two weightings in three agree. It can be anything from moderate to the top, and with half of each weight
    # up or down hardly leaves the band; a seventh of the weight must move for comprehensive.
    assert row["agree"] == pytest.approx(0.685, abs=0.005)
    assert row[["low", "high"]].tolist() == pytest.approx([0.287, 1.0], abs=1e-3)
    assert row[["low_within", "high_within"]].tolist() == pytest.approx([0.49, 0.82], abs=0.006)
    assert row["tipping"] == pytest.approx(0.14, abs=0.006)
    assert row["tipping_band"] == "comprehensive"


def test_shares_of_bands_add_up(answer, table):
    shares = answer.shares()
    assert shares[WORDS].sum(axis=1).to_numpy() == pytest.approx(1, abs=1e-12)
    assert (shares[WORDS] >= 0).all(axis=None)
    kinds = shares.groupby(["level", "over"]).size().to_dict()
    sevens = {("index", over): 7 for over in ("both", "dimensions", "indicators")}
    assert kinds == sevens | {("dimension", "indicators"): 21}
    # What agrees is the share of the own band: both levels for the index, its indicators for a dimension.
    kept = shares[(shares["over"] == "both") | (shares["level"] == "dimension")]
    for _, row in kept.iterrows():
        own = table.loc[(row["period_start"], row["name"])]
        assert row[own["band"]] == pytest.approx(own["agree"], abs=1e-12)


@pytest.mark.parametrize("over", ["both", "dimensions", "indicators"])
def test_shares_of_bands_are_those_of_draws(scores, answer, over):
    rng = np.random.default_rng(4)
    drawn = {
        "both": lambda: drawn_index(scores, rng),
        "dimensions": lambda: rng.dirichlet(np.ones(3), DRAWS) @ scores.dimensions.score.T,
        "indicators": lambda: rng.dirichlet(np.ones(6), DRAWS) @ scores.indicators.score.T,
    }[over]()
    shares = answer.shares().query("name == 'index' and over == @over")[WORDS].to_numpy()
    counted = np.stack([(band(drawn, EDGES) == number).mean(axis=0) for number in range(4)], axis=1)
    off = [near(*pair) for pair in zip(shares.ravel(), counted.ravel(), strict=True)]
    assert off == [True] * 28


def moved(answer: Sensitivity, norm: str) -> Iterator[tuple[pd.Series, pd.DataFrame]]:
    """What tips, and the weights on both ends of the way."""
    tipping = answer.tipping()
    for (start, name), way in tipping.groupby(["period_start", "name"]):
        if way[f"{norm}_distance"].notna().all():
            row = by_name(answer).loc[(start, name)]
            yield row.rename((start, name)), way.set_index("indicator")


@pytest.mark.parametrize("norm", ["absolute", "euclidean"])
def test_the_weight_that_moves_puts_the_score_on_the_edge(panel, scores, norm):
    answer = bci.sensitivity(scores)
    tips = 0
    for row, way in moved(answer, norm):
        start, name = row.name
        tips += 1
        now, then = way["now"], way[norm]
        assert now.sum() == pytest.approx(1)
        assert then.sum() == pytest.approx(1)
        assert then.min() > -1e-12
        order = 1 if norm == "absolute" else 2
        distance = np.linalg.norm(then - now, order)
        assert way[f"{norm}_distance"].to_numpy() == pytest.approx(distance, abs=1e-12)
        if norm == "absolute":
            assert row["tipping"] == pytest.approx(distance / 2, abs=1e-12)
            assert (way["absolute_band"] == row["tipping_band"]).all()

        def rescored(part: float, now: pd.Series = now, then: pd.Series = then) -> float:
            weights = dict.fromkeys(scores.scheme.indicators, 0.0) | (now + part * (then - now)).to_dict()
            return bci.score(panel, overall(scores.scheme, weights)).get(name, (start, start + 3))  # noqa: B023

        own, into = WORDS.index(row["band"]), WORDS.index(way[f"{norm}_band"].iloc[0])
        assert abs(own - into) == 1
        edge = EDGES[max(own, into)]
        assert rescored(0) == pytest.approx(row["score"], abs=1e-12)
        assert rescored(1) == pytest.approx(edge, abs=1e-9)
        assert int(band(np.array(rescored(0.999)), EDGES)) == own
    assert tips == by_name(answer)["tipping"].notna().sum() >= 15


def test_what_tips_nowhere_has_one_band_for_all_weightings(table):
    never = table[table["tipping"].isna()]
    assert len(never) > 0
    assert (never["agree"] == 1).all()
    assert (band(never["low"].to_numpy(), EDGES) == band(never["high"].to_numpy(), EDGES)).all()
    assert never["tipping_band"].isna().all()
    assert (table[table["tipping"].notna()]["agree"] < 1).all()


def test_a_score_on_the_lower_edge_of_its_band_tips_at_nothing():
    row = by_name(answered([0.4, 0.4, 0.6])).loc[(2000, "index")]
    assert row[["score", "band", "tipping", "tipping_band"]].tolist() == [0.5, "high", 0, "low"]


def test_what_matters_most_has_the_largest_swing(answer, table):
    moves = answer.weights().set_index(["period_start", "name", "weight"])["swing"].sort_index()
    assert table["swing"].notna().all()
    for key, row in table.iterrows():
        swings = moves.loc[key]
        assert row["swing"] == swings.max() == swings[row["matters"]]


SAME = ["score", "low", "high", "agree", "tipping"]


def same_without(whole: Sensitivity, reduced: Sensitivity, names: list[str]) -> None:
    """Ranges, shares and tipping of what is missing in the one and weighs nothing in the other."""
    for part in (whole, reduced):
        assert len(part.scores.periods) == 1
    ours, theirs = (part.to_frame().set_index("name").loc[names] for part in (whole, reduced))
    np.testing.assert_allclose(ours[SAME].astype(float), theirs[SAME].astype(float), rtol=0, atol=1e-9)
    assert ours["tipping_band"].fillna("").tolist() == theirs["tipping_band"].fillna("").tolist()
    shares = [part.shares().set_index(["name", "over"]).loc[names, WORDS] for part in (whole, reduced)]
    np.testing.assert_allclose(shares[0], shares[1], rtol=0, atol=1e-9)
    ways = [part.tipping().set_index(["name", "indicator"]).loc[names] for part in (whole, reduced)]
    assert ways[0]["now"].isna().any()
    columns = ["now", "absolute", "euclidean", "absolute_distance", "euclidean_distance"]
    both = ways[1].index
    np.testing.assert_allclose(ways[0].loc[both, columns], ways[1][columns], rtol=0, atol=1e-9)


def test_a_missing_indicator_leaves_its_weight_to_the_others(panel):
    # Energy trade of 1992 is missing, and the economic dimension is trade alone.
    own = bci.load_weights()
    tree = {name: dict(members) for name, members in own.tree.items()} | {"economic": {"trade": 1.0}}
    whole = bci.sensitivity(bci.score(panel, own, period="1992-1992"))
    assert np.isnan(whole.scores.get("energy_trade"))
    reduced = bci.score(panel, weighed(own, dict.fromkeys(own.tree, 1), tree), period="1992-1992")
    same_without(whole, bci.sensitivity(reduced), ["index", *DIMENSIONS])


def test_a_refused_dimension_leaves_its_weight_to_the_others(panel):
    # Economic rests on trade and one year of energy trade in four: (1 + 1/4)/2 = .625
    own = default_scheme(missing={"minimum_coverage": 0.65})
    whole = bci.sensitivity(bci.score(panel, own, period="1992-1995"))
    assert np.isnan(whole.scores.get("economic"))
    kept = {name: members for name, members in own.tree.items() if name != "economic"}
    reduced = bci.score(panel, weighed(own, dict.fromkeys(kept, 1), kept), period="1992-1995")
    same_without(whole, bci.sensitivity(reduced), ["index", "military", "political"])
    row = by_name(whole).loc[(1992, "economic")]
    assert row.drop(["iso3_a", "iso3_b", "period_end", "level"]).isna().all()


def test_the_box_of_what_is_missing_still_counts():
    # Four dimensions of one indicator, the last missing. Shares are 1/8 to 3/8. The first is at most
    # 3/8 of 5/8 (the others at 1/8, the missing one at 3/8): .6, where a scheme of three would stop at .5.
    four = scheme({name: (1, {f"{name}_only": 1}) for name in "pqrs"})
    scores = bci.score(years([1.0, 0.0, 0.0, float("nan")], names=four.indicators), four)
    row = by_name(bci.sensitivity(scores)).loc[(2000, "index")]
    # Lowest: 1/8 of 1/8 + 3/8 + 3/8, the missing one at 1/8: 1/7
    assert row[["low_within", "high_within"]].tolist() == pytest.approx([1 / 7, 0.6])


@pytest.mark.parametrize("rule", ["strict", "bounds"])
def test_what_has_no_score_has_nothing_else(panel, rule):
    scores = bci.score(panel, default_scheme(missing={"rule": rule}), period="1992-1992")
    answer = bci.sensitivity(scores)
    for name in ("index", "economic"):
        row = answer.to_frame().set_index("name").loc[name]
        given = row.drop(["iso3_a", "iso3_b", "period_start", "period_end", "level"])
        assert given.isna().all(), given.dropna().to_dict()
    # The others go on.
    assert answer.to_frame().set_index("name").loc["political", SAME[:-1]].notna().all()
    shares = answer.shares().set_index("name")[WORDS]
    assert shares.loc[["index", "economic"]].isna().all(axis=None)
    tipping = answer.tipping().set_index("name")
    assert tipping.loc[["index", "economic"], ["now", "absolute", "absolute_distance"]].isna().all(axis=None)
    assert tipping.loc["political", "now"].notna().all()


def test_under_other_means_agreement_comes_from_draws(panel):
    geometric = default_scheme(aggregation={"indicators": "geometric", "dimensions": "geometric"})
    scores = bci.score(panel, geometric, start=2000)
    answer = bci.sensitivity(scores)
    table = answer.to_frame()
    assert table[["low_within", "high_within", "tipping", "tipping_band"]].isna().all(axis=None)
    agree, error = table["agree"], table["agree_error"]
    assert error.to_numpy() == pytest.approx(np.sqrt(agree * (1 - agree) / 10_000).to_numpy(), abs=1e-12)
    assert error.max() > 1e-3
    rng = np.random.default_rng(5)
    logs = np.log(scores.indicators.score)
    inside = [rng.dirichlet(np.ones(2), DRAWS) @ logs[:, i : i + 2].T for i in (0, 2, 4)]
    index = np.exp(np.einsum("nd,dnr->nr", rng.dirichlet(np.ones(3), DRAWS), np.stack(inside)))
    drawn = (band(index, EDGES) == band(scores.index.score[:, 0], EDGES)).mean(axis=0)
    rows = table[table["level"] == "index"]
    assert (np.abs(rows["agree"] - drawn) <= 4 * rows["agree_error"] + 0.002).all()
    # All the weight on one indicator gives its score, whatever the mean.
    assert rows["low"].to_numpy() == pytest.approx(scores.indicators.score.min(axis=1), abs=1e-15)
    assert rows["high"].to_numpy() == pytest.approx(scores.indicators.score.max(axis=1), abs=1e-15)
    for exact in (answer.shares, answer.tipping):
        with pytest.raises(bci.InputError, match="arithmetic means on both levels"):
            exact()


@pytest.mark.parametrize("level", ["indicators", "dimensions"])
def test_one_other_mean_is_enough(panel, level):
    other = default_scheme(aggregation={level: "harmonic"})
    answer = bci.sensitivity(bci.score(panel, other, period="2016-2019"))
    assert answer.to_frame()["tipping"].isna().all()


def test_equal_scores_leave_nothing_to_choose():
    answer = answered([0.4, 0.4, 0.4], [0.5, 0.5, 0.5])
    table = answer.to_frame()
    assert table["low"].tolist() == table["high"].tolist() == [0.4] * 3 + [0.5] * 3
    assert table["low_within"].to_numpy() == pytest.approx(table["low"].to_numpy(), abs=1e-15)
    assert table["high_within"].to_numpy() == pytest.approx(table["low"].to_numpy(), abs=1e-15)
    assert (table["agree"] == 1).all()
    assert table["tipping"].isna().all()
    assert table["swing"].dropna().to_numpy() == pytest.approx(0, abs=1e-15)


def test_a_single_indicator_has_no_weight_to_choose():
    single = scheme({"p": (1, {"x": 1})})
    answer = bci.sensitivity(bci.score(years([0.4, 0.1, 0.1], names="xyz"), single))
    row = by_name(answer).loc[(2000, "index")]
    assert row[["score", "low", "high", "low_within", "high_within"]].tolist() == [0.4] * 5
    assert row["agree"] == 1
    assert row[["tipping", "tipping_band", "matters", "swing"]].isna().all()
    assert len(answer.weights()) == 0


def test_one_row_a_dyad_period_and_name():
    data = years([0.2, 0.6, 0.3], [0.4, 0.5, 0.9], names="xyz")
    other = data.rename(index={"CHN": "BLR"})
    both = bci.sensitivity(bci.score(pd.concat([data, other * 0.5]), scheme(TREE))).to_frame()
    assert len(both) == 2 * 2 * 3
    assert not both.duplicated(["iso3_a", "iso3_b", "period_start", "name"]).any()
    # A dyad has the same answer in company.
    for frame, a in ((data, "CHN"), (other * 0.5, "BLR")):
        alone = bci.sensitivity(bci.score(frame, scheme(TREE))).to_frame()
        together = both[both["iso3_a"] == a].reset_index(drop=True)
        words = ["tipping_band", "matters"]
        assert alone[words].fillna("").to_numpy().tolist() == together[words].fillna("").to_numpy().tolist()
        pd.testing.assert_frame_equal(alone.drop(columns=words), together.drop(columns=words))


def test_an_answer_does_not_change(scores):
    answer = bci.sensitivity(scores)
    with pytest.raises(FrozenInstanceError):
        answer.within = 0.1  # type: ignore[misc]
    frame = answer.to_frame()
    frame["agree"] = 0.0
    assert (answer.to_frame()["agree"] > 0).all()
    assert (answer.within, len(answer)) == (0.5, 28)


@pytest.mark.parametrize("period", ["2016-2019", "1992-1992"])
def test_the_weights_of_the_ends_reach_them(panel, period):
    scores = bci.score(panel, period=period)
    answer = bci.sensitivity(scores, within=0.3)
    ends = answer.to_frame().set_index("name")
    table = answer.ranges()
    own = dict(zip(scores.scheme.indicators, scores.indicators.score[0], strict=True))
    for name, part in table.groupby("name"):
        for end in ("low", "high", "low_within", "high_within"):
            assert part[end].sum() == pytest.approx(1)
            reached = sum(w * own[i] for i, w in zip(part["indicator"], part[end], strict=True) if w > 0)
            assert reached == pytest.approx(ends.loc[name, end], abs=1e-12)
    # Inside the box no share of a dimension's weight moves by more than 30 %.
    inside = table[(table["name"] == "political") & table["now"].notna()]
    assert ((inside["low_within"] / inside["now"] - 1).abs() <= 0.3 + 1e-12).all()
