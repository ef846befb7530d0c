"""One weight at a time, and one member less: against the same weights scored again, and sums by hand."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_up import NAN, PLAIN, QUARTERS, dyad_years, scheme, years

import bci
from bci.model.bands import band
from bci.model.scheme import Scheme
from bci.scoring.scores import Scores
from bci.sensitivity_analysis.one_at_a_time import leave_one_out, one_at_a_time, without

KEYS = ["period_start", "name", "weight"]
WORDS, EDGES = list(QUARTERS), np.array(list(QUARTERS.values()))
MEANS: list[Any] = ["arithmetic", "geometric", "harmonic", {"power": 2}, "minimum"]

every_mean = pytest.mark.parametrize(
    ("within", "across"),
    [*zip(MEANS, MEANS, strict=True), ("arithmetic", "geometric"), ("harmonic", "minimum")],
)


def changed(scheme: Scheme, **changes: Any) -> Scheme:
    """The scheme with some of its parts replaced, and nothing refused: coverage depends on the weights."""
    content = scheme.model_dump(by_alias=True) | changes
    content["missing"] = changes.get("missing", {"minimum_coverage": 0})
    return Scheme.model_validate(content)


def with_weight(scheme: Scheme, name: str, change: float | str) -> Scheme:
    """The scheme with the weight of one member multiplied, or with all its parent's weight on it."""
    content = scheme.model_dump(by_alias=True)
    for dimension, part in content["dimensions"].items():
        if change == "all" and name in scheme.tree:
            part["weight"] = float(dimension == name)
        elif change == "all" and name in part["indicators"]:
            part["indicators"] = {member: float(member == name) for member in part["indicators"]}
        elif name == dimension:
            part["weight"] *= change
        elif name in part["indicators"]:
            part["indicators"][name] *= change
    return Scheme.model_validate(content)


def at_share(scheme: Scheme, name: str, share: float) -> Scheme:
    """The scheme with so much of its parent's weight on one member."""
    parent = scheme.tree if name in scheme.tree else next(m for m in scheme.tree.values() if name in m)
    weights = dict(zip(scheme.tree, scheme.dimension_weights, strict=True)) if name in scheme.tree else parent
    others = sum(weights.values()) - weights[name]
    return with_weight(scheme, name, share / (1 - share) * others / weights[name])


def crossings(text: str) -> list[tuple[float, float]]:
    """Shares and the edges met there, from words such as ``0.4100 moderate/enhanced``."""
    parts = [part.split() for part in text.split("; ") if part]
    found = [(float(share), *words.split("/")) for share, words in parts]
    assert all(WORDS.index(upper) == WORDS.index(lower) + 1 for _, lower, upper in found)
    return [(share, EDGES[WORDS.index(upper)]) for share, _, upper in found]


@pytest.fixture(scope="module")
def uneven() -> Scheme:
    """The shipped tree with weights of which no two are alike."""
    dimensions = {
        "military": {"weight": 2, "indicators": {"arms_trade": 1, "military_exercises": 3}},
        "economic": {"weight": 3, "indicators": {"trade": 5, "energy_trade": 2}},
        "political": {"weight": 4, "indicators": {"un_voting": 3, "official_visits": 2}},
    }
    return changed(bci.load_weights(), dimensions=dimensions)


TREE = {"p": (1, {"x": 1, "y": 3}), "q": (1, {"z": 1, "u": 1})}


def by_hand(*rows: list[float], tree: Any = TREE, **more: Any) -> Scores:
    """Scores of dimensions p of x and y (1:3) and q of z and u (1:1), nothing refused."""
    own = scheme(tree, QUARTERS, **({"missing": {"minimum_coverage": 0}} | more))
    return bci.score(years(*rows, names="xyzu"), own)


def moves(scores: Scores) -> pd.DataFrame:
    return one_at_a_time(scores).set_index(KEYS).sort_index()


def test_a_case_small_enough_to_sum_by_hand():
    table = moves(by_hand([0.2, 0.6, 0.3, 0.9]))
    # p (.2 + 3 * .6)/4 = .5, q (.3 + .9)/2 = .6, index .55
    x = table.loc[(2000, "p", "x")]
    # x halved: (.1 + 1.8)/3.5, doubled: (.4 + 1.8)/5; .6 - .4 share = .5 at a share of .25
    assert x["share"] == 0.25
    assert x[["at_zero", "at_one", "halved", "doubled"]].tolist() == pytest.approx(
        [0.6, 0.2, 1.9 / 3.5, 0.44]
    )
    assert x["swing"] == pytest.approx(1.9 / 3.5 - 0.44)
    # p meets .5 at x = 1/4 and .25 at x = .35/.4 = .875
    assert x["crossings"] == "0.2500 moderate/enhanced; 0.8750 limited/moderate"
    # Through p, index (p + .6)/2 = .5 where p = .4: x = 1/2. At x = 1 it is .4.
    through = table.loc[(2000, "index", "x")]
    assert through[["at_zero", "at_one"]].tolist() == pytest.approx([0.6, 0.4])
    assert through["crossings"] == "0.5000 moderate/enhanced"
    # z: index (.5 + .9 - .6 z)/2 = .5 where z = 2/3
    assert table.loc[(2000, "index", "z"), "crossings"] == "0.6667 moderate/enhanced"
    # q: .5 + .1 q never goes below .5, and meets it at 0 alone
    q = table.loc[(2000, "index", "q")]
    assert q[["halved", "doubled"]].tolist() == pytest.approx([1.6 / 3, 1.7 / 3])
    assert q["crossings"] == "0.0000 moderate/enhanced"


def test_every_parent_with_every_weight_below_it(scores):
    table = one_at_a_time(scores)
    tree = scores.scheme.tree
    pairs = [("index", name) for name in (*tree, *scores.scheme.indicators)]
    pairs += [(dimension, member) for dimension, members in tree.items() for member in members]
    for span in scores.periods:
        own = table[table["period_start"] == span[0]]
        assert sorted(zip(own["name"], own["weight"], strict=True)) == sorted(pairs)


@every_mean
def test_halved_and_doubled_are_those_weights_scored(panel, uneven, within, across):
    own = changed(uneven, aggregation={"indicators": within, "dimensions": across})
    table = moves(bci.score(panel, own))
    names = [*own.tree, *own.indicators]
    for name in names:
        for column, change in (("at_zero", 0.0), ("at_one", "all"), ("halved", 0.5), ("doubled", 2.0)):
            other = bci.score(panel, with_weight(own, name, change))
            for parent in {"index", *(d for d, members in own.tree.items() if name in members)}:
                found = table.xs((parent, name), level=["name", "weight"])[column]
                again = [other.get(parent, span) for span in other.periods]
                assert found.to_numpy() == pytest.approx(again, abs=1e-12), (parent, name, column)


@every_mean
def test_at_a_crossing_the_score_is_on_the_edge(panel, uneven, within, across):
    own = changed(uneven, aggregation={"indicators": within, "dimensions": across})
    table = one_at_a_time(bci.score(panel, own, start=2008))
    met = 0
    for _, row in table.iterrows():
        span = (row["period_start"], row["period_end"])
        listed = crossings(row["crossings"])
        ends = sorted([row["at_zero"], row["at_one"]])
        if within != "minimum" and across != "minimum":
            # The way leads from end to end without a turn, so it meets what lies between, and nothing else.
            between = [edge for edge in EDGES[1:] if ends[0] < edge < ends[1]]
            assert sorted(edge for _, edge in listed) == between
        assert [share for share, _ in listed] == sorted(share for share, _ in listed)
        for share, edge in listed:
            if 0.001 < share < 0.999:
                met += 1
                other = bci.score(panel, at_share(own, row["weight"], share), period=[span])
                # Shares are given to four decimals; a score moves less than that, but near nothing at all.
                assert other.get(row["name"], span) == pytest.approx(edge, abs=1e-3)
    assert met >= 15 or "minimum" in (within, across)


def test_the_minimum_meets_edges_by_leaps_alone(panel, uneven):
    own = changed(uneven, aggregation={"indicators": "minimum", "dimensions": "minimum"})
    table = one_at_a_time(bci.score(panel, own))
    assert (table["swing"].dropna() == 0).all()
    assert (table["crossings"] == "").all()
    assert (table["at_zero"] >= table["halved"]).all()


@pytest.mark.parametrize("exponent", [1e-17, 1e-9, 400, -400])
def test_an_extreme_power_mean_is_scored_as_anywhere(exponent):
    method = {"power": exponent}
    scores = by_hand([0.02, 0.06, 0.03, 0.09], aggregation={"indicators": method, "dimensions": method})
    table = moves(scores)
    for name in ("p", "x"):
        again = bci.score(scores.values, with_weight(scores.scheme, name, 2.0)).get("index")
        assert table.loc[(2000, "index", name), "doubled"] == pytest.approx(again, abs=1e-6)


def test_what_is_missing_has_no_weight_to_move():
    table = moves(by_hand([0.2, NAN, 0.3, 0.9], [NAN, NAN, 0.3, 0.9], [NAN] * 4))
    columns = ["share", "at_zero", "at_one", "halved", "doubled", "swing"]
    # 2000: y is missing, and p is x whatever its weight
    assert table.loc[(2000, "p", "y"), columns].isna().all()
    assert table.loc[(2000, "p", "x"), columns].tolist() == pytest.approx([1, 0.2, 0.2, 0.2, 0.2, 0])
    # The rest goes on: p .2, q .6 and p doubled (.4 + .6)/3
    assert table.loc[(2000, "index", "p"), "doubled"] == pytest.approx(1 / 3)
    # 2001: p is missing, and q is the index
    assert table.loc[2001].loc[[("index", "p"), ("index", "x"), ("p", "x")], columns].isna().all(axis=None)
    assert table.loc[(2001, "index", "q"), columns].tolist() == pytest.approx([1, 0.6, 0.6, 0.6, 0.6, 0])
    assert table.loc[(2001, "index", "z"), "at_one"] == pytest.approx(0.3)
    # 2002: nothing is there
    assert table.loc[2002, columns].isna().all(axis=None)
    assert (table.loc[2002, "crossings"] == "").all()


@pytest.mark.parametrize("rule", ["strict", "bounds"])
def test_an_index_that_is_refused_does_not_move(rule):
    table = moves(by_hand([0.2, NAN, 0.3, 0.9], missing={"rule": rule}))
    columns = ["at_zero", "at_one", "halved", "doubled", "swing"]
    assert table.xs("index", level="name")[columns].isna().all(axis=None)
    assert (table.xs("index", level="name")["crossings"] == "").all()
    assert table.xs("p", level="name")[columns].isna().all(axis=None)
    assert table.loc[(2000, "q", "z"), columns].notna().all()


def test_leaving_a_member_out_is_weighing_it_nothing(panel, uneven):
    scores = bci.score(panel, uneven)
    table = leave_one_out(scores)
    assert set(table["dropped"]) == {*uneven.tree, *uneven.indicators}
    assert len(table) == 7 * (3 + 6 * 2)
    for (dropped, parent), rows in table.groupby(["dropped", "name"]):
        other = bci.score(panel, with_weight(uneven, str(dropped), 0.0))
        before = np.array([scores.get(str(parent), span) for span in scores.periods])
        after = np.array([other.get(str(parent), span) for span in scores.periods])
        assert rows["score"].tolist() == after.tolist()
        assert rows["difference"].to_numpy() == pytest.approx(after - before, abs=1e-15)
        assert rows["band"].tolist() == [WORDS[number] for number in band(after, EDGES)]
        assert rows["band_change"].tolist() == (band(after, EDGES) != band(before, EDGES)).tolist()
    assert table["band_change"].any()
    assert not table["band_change"].all()
    levels = dict.fromkeys(uneven.tree, "dimension") | dict.fromkeys(uneven.indicators, "indicator")
    assert table["level"].tolist() == [levels[name] for name in table["dropped"]]


def test_leaving_out_by_hand():
    table = leave_one_out(by_hand([0.2, 0.6, 0.3, 0.9]))
    table = table.set_index(["dropped", "name"])
    # Without x, p is .6 and the index .6, from .5 and .55; without p the index is q
    assert table.loc[("x", "p"), ["score", "difference"]].tolist() == pytest.approx([0.6, 0.1])
    assert table.loc[("x", "index"), ["score", "difference"]].tolist() == pytest.approx([0.6, 0.05])
    assert table.loc[("p", "index"), "score"] == pytest.approx(0.6)
    # Without y, p is .2, and the index .4: from enhanced to moderate
    assert table.loc[("y", "index"), ["band", "band_change"]].tolist() == ["moderate", True]
    assert table.loc[("y", "p"), ["band", "band_change"]].tolist() == ["limited", True]
    assert ("p", "p") not in table.index


def test_a_score_that_is_missing_before_or_after_changes_no_band():
    # The index of strict rests on y, which is missing: there is none to compare with.
    table = leave_one_out(by_hand([0.2, NAN, 0.3, 0.9], missing={"rule": "strict"}))
    gained = table[(table["dropped"] == "y") & (table["name"] == "index")].iloc[0]
    assert gained["score"] == pytest.approx(0.4)
    assert np.isnan(gained["difference"])
    assert not gained["band_change"]


def test_a_single_indicator_cannot_be_left_out():
    with pytest.raises(bci.InputError, match="single indicator"):
        leave_one_out(by_hand([0.4, 0.1, 0.1, 0.1], tree={"p": (1, {"x": 1})}))


def test_without_takes_the_dimension_along_with_its_last_indicator():
    three = scheme({"p": (1, {"x": 1, "y": 0}), "q": (1, {"z": 1, "u": 1})})
    reduced = without(three, "x")
    assert reduced is not None
    assert reduced.indicators == ("z", "u")
    assert reduced.name == "hand-without-x"
    assert three.indicators == ("x", "z", "u")
    last = without(reduced, "z")
    assert last is not None
    assert last.indicators == ("u",)
    assert without(last, "u") is None
    assert without(last, "q") is None


COINR = {
    "mil": (0.4, {"mil_ex": 0.6, "mil_arms": 0.4}),
    "eco": (0.35, {"eco_trade": 0.7, "eco_fdi": 0.3}),
    "pol": (0.25, {"pol_visits": 0.5, "pol_dist": 0.5}),
}


@pytest.mark.parametrize("what", ["indicator", "dimension"])
def test_without_is_what_coinr_removes(reference, what):
    folder = reference / "oracle" / "coinr"
    given = pd.read_csv(folder / "norm_minmax_1_100.csv")
    theirs = pd.read_csv(folder / f"remove_{what}_scores.csv").set_index("uCode")
    units = sorted(set(given["unit"]))
    partners = ["DEU", "FRA", "GBR", "IND", "IRN", "JPN", "KAZ", "KOR", "MNG", "RUS", "USA", "VNM"]
    partner = dict(zip(units, partners, strict=True))
    keys = [("CHN", partner[unit], int(time)) for unit, time in given[["unit", "time"]].to_numpy()]
    names = [name for _, members in COINR.values() for name in members]
    values = dyad_years(dict(zip(keys, given[names].to_numpy(), strict=True)), names)
    # They score on 1..100.
    own = scheme(COINR, scales=dict.fromkeys(names, PLAIN | {"upper": 100}))
    labels = given["unit"] + "_t" + given["time"].astype(str)
    table = leave_one_out(bci.score(values, own))
    table = table[(table["name"] == "index") & (table["level"] == what)]
    ours = table.set_index(["dropped", "iso3_b", "period_start"])["score"]
    removed = [name for name in theirs if name != "Nominal"]
    assert len(removed) == {"indicator": 6, "dimension": 3}[what]
    for name in removed:
        found = np.array([ours[(name.lower(), b, year)] for _, b, year in keys])
        np.testing.assert_allclose(100 * found, theirs.loc[labels, name], rtol=0, atol=1e-9)
