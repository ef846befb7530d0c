"""Measures: published scores of votes, hand-sized cases, a second route, and what holds for every table."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from house import ORACLES
from numpy.typing import NDArray

from bci.arrays import Array
from bci.model import measures
from bci.model.definitions import MutualShare, described, measured_variables
from bci.model.measures import (
    DIRECTED,
    JOINT_COUNTS,
    SIMILARITIES,
    count,
    mutual_share,
    national_shares,
    share,
    vote_similarity,
)

NAN = np.nan

# The research tables name the nine joint counts by vote codes: 1 yes, 2 abstain, 3 no.
CODED = [f"n{first}{second}" for first in "123" for second in "123"]
COLUMNS = {
    "agree": "agree",
    "identical": "ident",
    "s_absolute": "s_abs",
    "s_squared": "s_sq",
    "kappa_squared": "kappa_sq",
    "pi_squared": "pi_sq",
    "kappa_nominal": "kappa_nom",
    "pi_nominal": "pi_nom",
}
CHANCE_CORRECTED = ["kappa_squared", "pi_squared", "kappa_nominal", "pi_nominal"]


def votes(counts: object) -> dict[str, Array]:
    """Variables of `vote_similarity` from one table of nine counts, or from rows of nine."""
    return dict(zip(JOINT_COUNTS, np.asarray(counts, dtype=float).reshape(-1, 9).T, strict=True))


def tables(rows: int = 300) -> NDArray[np.int64]:
    """Tables of nine counts of many shapes: few and many roll calls, empty cells, whole empty tables."""
    rng = np.random.default_rng(0)
    full = rng.integers(0, rng.integers(1, 40, size=(rows, 1)), size=(rows, 9))
    return full * rng.integers(0, 2, size=(rows, 9))


def test_agree_is_the_published_one():
    # Voeten's dyadic file of April 2020, eighteen dyads of Brazil (140), sessions 47 and 58; the joint
    # counts are of the contested roll calls in which both cast a yes, an abstention or a no.
    known = pd.read_csv(ORACLES / "voeten_agree.csv")
    ours = vote_similarity(votes(known[list(JOINT_COUNTS)]), "agree")
    np.testing.assert_allclose(ours, known["agree"], rtol=0, atol=1e-12)


def test_identical_is_the_published_one():
    # Share of identical votes of China with Russia (Voeten 2013), printed to seven digits.
    known = pd.read_csv(ORACLES / "voeten_identical.csv")
    ours = vote_similarity(votes(known[list(JOINT_COUNTS)]), "identical")
    np.testing.assert_allclose(ours, known["identical"], rtol=0, atol=5.001e-8)


# United States and Mexico in 1946, counted in Voeten's roll calls with the unanimous one kept: 38 roll calls.
USA_MEXICO_1946 = [[17, 2, 5], [0, 0, 2], [9, 1, 2]]


@pytest.mark.parametrize(
    ("similarity", "published"),
    [
        ("kappa_squared", -0.01222707),
        # What the documentation of version 0.1.0 of fpsim calls pi is the nominal one.
        ("pi_nominal", -0.02775801),
    ],
)
def test_chance_corrected_score_is_the_one_in_the_fpsim_documentation(similarity, published):
    (ours,) = vote_similarity(votes(USA_MEXICO_1946), similarity)
    assert ours == pytest.approx(published, rel=0, abs=5e-9)


# Counts of the US Department of State on votes with the United States; its score is printed to two digits.
@pytest.mark.parametrize(
    ("country", "same", "partial", "opposite", "published"),
    [
        ("China 2018", 11, 21, 76, 0.20),
        ("Russia 2018", 21, 19, 70, 0.28),
        ("Albania 2018", 42, 27, 40, 0.51),
        ("Israel 2018", 91, 8, 4, 0.92),
        ("China 2020", 10, 17, 71, 0.19),
        ("Brazil 2020", 24, 24, 52, 0.36),
        ("Canada 2020", 54, 20, 26, 0.64),
        ("Cuba 2022", 14, 21, 54, 0.28),
        ("Canada 2023", 61, 18, 9, 0.80),
    ],
)
def test_agree_is_the_voting_coincidence_of_the_state_department(country, same, partial, opposite, published):
    (ours,) = vote_similarity(votes([same, partial, opposite, 0, 0, 0, 0, 0, 0]), "agree")
    assert ours == pytest.approx(published, abs=0.005 + 1e-12), country


@pytest.mark.parametrize(
    ("year", "absent_is_half"), [(2018, False), (2020, False), (2022, True), (2023, True)]
)
def test_agree_is_the_voting_coincidence_with_every_state(reference, year, absent_is_half):
    published = pd.read_csv(reference / "data/unga/oracle_state_dept_us_coincidence_2013_2023.csv.gz")
    published = published[published["year"] == year]
    figures = published[["SAME", "PARTIAL", "OPPOSITE", "ABSENT"]].astype(float)
    # From 2022 the reports count an absence as half an agreement; before, it is left out.
    partial = figures["PARTIAL"] + figures["ABSENT"] * absent_is_half
    nothing = figures["SAME"] * 0
    counts = np.column_stack([figures["SAME"], partial, figures["OPPOSITE"], *[nothing] * 6])
    difference = vote_similarity(votes(counts), "agree") - published["COINCIDENCE"].astype(float)
    assert len(published) == 192
    assert np.abs(difference).max() <= 0.005 + 1e-12


def test_counts_of_usa_and_mexico_are_those_of_the_roll_calls(reference):
    rolls = pd.read_csv(reference / "data/unga/rollcalls_voeten_1946_2024.csv.gz")
    of_1946 = rolls.loc[rolls["date"].str.startswith("1946"), "vote_id"]
    matrix = pd.read_csv(reference / "data/unga/votes_voeten_1946_2024_matrix.csv.gz")
    both = matrix.loc[matrix["vote_id"].isin(of_1946), ["2", "70"]].dropna()
    counted = pd.crosstab(both["2"], both["70"]).reindex(index=[1, 2, 3], columns=[1, 2, 3], fill_value=0)
    assert counted.to_numpy().tolist() == USA_MEXICO_1946


def test_identical_is_the_published_one_in_all_years_but_two(reference):
    # The release of 2013 lacks roll calls that were added later, votes on single paragraphs and amendments
    # after session 51; the later release does not say of them whether they were important votes.
    rolls = pd.read_csv(reference / "data/unga/china_russia_rollcalls_voeten.csv.gz")
    rolls = rolls[(rolls["contested"] == 1) & rolls["importantvote"].notna()]
    coded = {name: (rolls["vote_cn"] == int(name[1])) & (rolls["vote_ru"] == int(name[2])) for name in CODED}
    counts = pd.DataFrame(coded).groupby(rolls["session"] + 1945).sum()
    published = pd.read_csv(reference / "data/unga/oracle_qss_pctagree_1946_2012.csv.gz")
    published = published[published["CountryAbb"] == "CHN"].set_index("Year")["PctAgreeRUSSIA"]
    counts = counts.loc[published.index]
    ours = vote_similarity(votes(counts), "identical")
    apart = published[np.abs(ours - published) > 5.001e-8]
    # In these two, one roll call seems to stand in the session before: 53/69 and 55/72 were published,
    # 52/68 and 56/73 are counted.
    assert len(published) == 42
    assert apart.to_dict() == pytest.approx({2004: 53 / 69, 2005: 55 / 72}, abs=5.001e-8)
    assert ours[[2004 - 1971, 2005 - 1971]] == pytest.approx([52 / 68, 56 / 73])


def test_identical_of_contested_votes_is_the_published_one_up_to_1996(reference):
    # From session 52 (1997) on, the later release holds votes on paragraphs that the earlier one lacks.
    counts = pd.read_csv(reference / "data/unga/china_russia_annual.csv")
    counts = counts.query("source == 'voeten' and by == 'session' and rule == 'contested_pairwise'")
    counts = counts[counts["year"] <= 1996].set_index("year")
    published = pd.read_csv(reference / "data/unga/oracle_qss_pctagree_1946_2012.csv.gz")
    published = published[published["CountryAbb"] == "CHN"].set_index("Year")["PctAgreeRUSSIA"]
    ours = vote_similarity(votes(counts[CODED]), "identical")
    assert len(counts) == 26
    np.testing.assert_allclose(ours, published[counts.index], rtol=0, atol=5.001e-8)


@pytest.mark.parametrize(("similarity", "column"), COLUMNS.items())
def test_votes_of_china_and_russia_under_every_rule_of_counting(reference, similarity, column):
    # Computed by other code, straight from the formulas of the authors, and printed to six digits. Russia
    # stands first in that file, which must not matter.
    known = pd.read_csv(reference / "data/unga/china_russia_annual.csv")
    assert len(known) == 593
    np.testing.assert_allclose(
        vote_similarity(votes(known[CODED]), similarity), known[column], rtol=0, atol=5.001e-7
    )


@pytest.mark.parametrize("session", [47, 58])
@pytest.mark.parametrize(
    "similarity", ["agree", "identical", "s_absolute", "s_squared", "kappa_squared", "pi_squared"]
)
def test_votes_of_all_dyads_of_a_session(reference, session, similarity):
    # Computed by other code, printed to nine digits; hundreds of these dyads share very few roll calls.
    known = pd.read_csv(reference / f"data/unga/dyads_session{session}.csv.gz")
    ours = vote_similarity(votes(known[CODED]), similarity)
    np.testing.assert_allclose(ours, known[COLUMNS[similarity]], rtol=5.001e-9, atol=1e-15)


# Ten roll calls, the first state down, the second across: 6 the same, 3 one step apart, 1 two steps apart,
# so sum |x-y| = 3 + 2 = 5 and sum (x-y)^2 = 3 + 4 = 7.
# First:  5 yes, 3 abstain, 2 no: sum x = 5 + 6 + 6 = 17, sum x^2 = 5 + 12 + 18 = 35.
# Second: 3 yes, 4 abstain, 3 no: sum y = 3 + 8 + 9 = 20, sum y^2 = 3 + 16 + 27 = 46.
TEN = [[3, 1, 1], [0, 2, 1], [0, 1, 1]]


@pytest.mark.parametrize(
    ("similarity", "by_hand"),
    [
        ("agree", 1 - 5 / 20),
        ("identical", 6 / 10),
        ("s_absolute", 1 - 2 * 5 / 20),
        ("s_squared", 1 - 2 * 7 / 40),
        # 1 - 7 / (35 + 46 - 2 * 17 * 20 / 10) = 1 - 7 / 13
        ("kappa_squared", 6 / 13),
        # 1 - 7 / (35 + 46 - 37^2 / 20) = 1 - 7 / 12.55
        ("pi_squared", 5.55 / 12.55),
        # p_e = (5*3 + 3*4 + 2*3) / 100 = 0.33; (0.6 - 0.33) / (1 - 0.33)
        ("kappa_nominal", 0.27 / 0.67),
        # pooled 8 yes, 7 abstain, 5 no of 20: p_e = (64 + 49 + 25) / 400 = 0.345
        ("pi_nominal", 0.255 / 0.655),
    ],
)
def test_votes_of_ten_roll_calls(similarity, by_hand):
    assert vote_similarity(votes(TEN), similarity) == pytest.approx([by_hand])


def test_agree_is_the_similarity_unless_another_is_named():
    assert vote_similarity(votes(TEN)) == vote_similarity(votes(TEN), "agree")


def test_an_abstention_against_a_yes_or_a_no_is_half_an_agreement():
    agreed = vote_similarity(votes(np.eye(9)), "agree").reshape(3, 3)
    assert agreed.tolist() == [[1, 0.5, 0], [0.5, 1, 0.5], [0, 0.5, 1]]


BY_CHANCE = np.outer([20, 30, 50], [20, 30, 50]) / 100
INDEPENDENT = np.outer([20, 30, 50], [70, 20, 10]) / 100
KAPPA, FROM_0 = ["kappa_squared", "kappa_nominal"], ["agree", "identical"]
FROM_MINUS_1 = [similarity for similarity in SIMILARITIES if similarity not in FROM_0]


@pytest.mark.parametrize(
    ("counts", "similarities", "value"),
    [
        # The same vote in every roll call.
        ([4, 0, 0, 0, 2, 0, 0, 0, 3], list(SIMILARITIES), 1),
        # Five times yes against no and five times no against yes: as far apart as votes can be.
        ([0, 0, 5, 0, 0, 0, 5, 0, 0], FROM_0, 0),
        ([0, 0, 5, 0, 0, 0, 5, 0, 0], FROM_MINUS_1, -1),
        # Both vote yes, abstain and no in 20, 30 and 50 of 100; the cells are the products of those shares.
        (BY_CHANCE, CHANCE_CORRECTED, 0),
        # Kappa corrects for the votes that either casts, however different; pi for the pooled votes of both.
        (INDEPENDENT, KAPPA, 0),
        # One of the two never varies.
        ([7, 4, 3, 0, 0, 0, 0, 0, 0], KAPPA, 0),
        # Neither varies, and they always differ: kappa expects what either always does, pi of both a half of
        # yes and a half of no.
        ([0, 0, 6, 0, 0, 0, 0, 0, 0], KAPPA, 0),
        ([0, 0, 6, 0, 0, 0, 0, 0, 0], ["pi_squared", "pi_nominal"], -1),
    ],
)
def test_votes_at_the_ends_and_as_chance_has_it(counts, similarities, value):
    for similarity in similarities:
        assert vote_similarity(votes(counts), similarity) == pytest.approx([value], abs=1e-12), similarity


@pytest.mark.parametrize("always", [0, 4, 8])
@pytest.mark.parametrize("similarity", CHANCE_CORRECTED)
def test_two_states_that_always_cast_the_same_vote_are_not_beyond_chance(similarity, always):
    assert vote_similarity(votes(37 * np.eye(9)[always]), similarity).tolist() == [0]


def one_by_one(counts: NDArray[np.int64]) -> tuple[Array, Array]:
    """Votes of both states, roll call by roll call."""
    cells = np.repeat(np.arange(9), counts)
    return cells // 3 + 1.0, cells % 3 + 1.0


def beyond_chance(x: Array, y: Array, left: Array, right: Array, distance: Callable[..., Array]) -> float:
    """One minus the distance of the votes over that of every vote of `left` with every vote of `right`."""
    expected = np.mean([distance(a, right).mean() for a in left])
    return 1 - distance(x, y).mean() / expected if expected else 0.0


def apart(x: Array, y: Array) -> Array:
    return np.not_equal(x, y).astype(float)


def squared(x: Array, y: Array) -> Array:
    return (x - y) ** 2


SECOND_ROUTE: dict[str, Callable[[Array, Array], float]] = {
    "agree": lambda x, y: float(np.mean(np.select([x == y, np.abs(x - y) == 1], [1, 0.5], 0))),
    "identical": lambda x, y: float(np.mean(x == y)),
    "s_absolute": lambda x, y: 1 - 2 * float(np.mean(np.abs(x - y) / 2)),
    "s_squared": lambda x, y: 1 - 2 * float(np.mean((x - y) ** 2 / 4)),
    "kappa_squared": lambda x, y: beyond_chance(x, y, x, y, squared),
    "pi_squared": lambda x, y: beyond_chance(x, y, np.append(x, y), np.append(x, y), squared),
    "kappa_nominal": lambda x, y: beyond_chance(x, y, x, y, apart),
    "pi_nominal": lambda x, y: beyond_chance(x, y, np.append(x, y), np.append(x, y), apart),
}


@pytest.mark.parametrize("similarity", SIMILARITIES)
def test_counts_give_what_the_votes_give_one_by_one(similarity):
    counts = tables()
    slow = [SECOND_ROUTE[similarity](*one_by_one(row)) if row.any() else NAN for row in counts]
    np.testing.assert_allclose(vote_similarity(votes(counts), similarity), slow, rtol=0, atol=1e-12)


@pytest.mark.parametrize("similarity", SIMILARITIES)
@pytest.mark.parametrize(
    "other",
    [
        lambda counts: counts.reshape(-1, 3, 3).transpose(0, 2, 1),
        lambda counts: counts[:, ::-1],
        lambda counts: 7 * counts,
    ],
    ids=["which country comes first", "what is yes and what is no", "the number of roll calls"],
)
def test_votes_are_blind_to(similarity, other):
    known = vote_similarity(votes(tables()), similarity)
    np.testing.assert_allclose(vote_similarity(votes(other(tables())), similarity), known, rtol=0, atol=1e-12)


@pytest.mark.parametrize("similarity", SIMILARITIES)
def test_votes_stay_inside_their_range(similarity):
    scores = vote_similarity(votes(tables(2000)), similarity)
    lowest = 0 if similarity in {"agree", "identical"} else -1
    assert lowest - 1e-12 <= np.nanmin(scores)
    assert np.nanmax(scores) <= 1 + 1e-12


def test_absolute_s_is_agree_on_another_range():
    known = votes(tables())
    np.testing.assert_allclose(
        vote_similarity(known, "s_absolute"), 2 * vote_similarity(known, "agree") - 1, rtol=0, atol=1e-12
    )


@pytest.mark.parametrize("similarity", SIMILARITIES)
def test_votes_without_a_common_roll_call_are_missing(similarity):
    scores = vote_similarity(votes([[0] * 9, [1] * 9]), similarity)
    assert np.isnan(scores).tolist() == [True, False]


@pytest.mark.parametrize("missing", JOINT_COUNTS)
@pytest.mark.parametrize("similarity", SIMILARITIES)
def test_votes_with_a_missing_count_are_missing(similarity, missing):
    known = votes([TEN, TEN])
    known[missing][0] = NAN
    assert np.isnan(vote_similarity(known, similarity)).tolist() == [True, False]


def test_count_is_the_number_itself_and_zero_is_a_number():
    np.testing.assert_array_equal(count({"count": np.array([0.0, 3.0, NAN])}), [0, 3, NAN])


def test_share_is_part_over_total():
    parts = {"part": np.array([0.0, 3.0, 8.0]), "total": np.array([5.0, 12.0, 8.0])}
    np.testing.assert_array_equal(share(parts), [0, 0.25, 1])


@pytest.mark.parametrize(("part", "total"), [(0, 0), (NAN, 4), (2, NAN), (NAN, NAN)])
def test_share_of_nothing_or_of_the_unknown_is_missing(part, total):
    assert np.isnan(share({"part": np.array([part]), "total": np.array([total])})).tolist() == [True]


@pytest.mark.parametrize(
    ("mean", "by_hand"),
    [
        ("geometric", 0.06),  # sqrt(0.02 * 0.18) = sqrt(0.0036)
        ("arithmetic", 0.10),  # (0.02 + 0.18) / 2
        ("smaller", 0.02),
    ],
)
def test_mutual_share_of_a_small_and_a_large_economy(mean, by_hand):
    shares = {"share_a": np.array([0.02]), "share_b": np.array([0.18])}
    assert mutual_share(shares, mean) == pytest.approx([by_hand], abs=1e-15)


def test_mutual_share_is_geometric_unless_another_mean_is_named():
    shares = {"share_a": np.array([0.1]), "share_b": np.array([0.4])}
    assert mutual_share(shares) == pytest.approx([0.2])


def test_national_shares_are_the_flow_in_the_total_of_each():
    share_a, share_b = national_shares(
        {"flow": np.array([30.0]), "total_a": np.array([1500.0]), "total_b": np.array([240.0])}
    )
    assert (share_a.tolist(), share_b.tolist()) == ([0.02], [0.125])


@pytest.mark.parametrize("mean", ["geometric", "arithmetic", "smaller"])
def test_mutual_share_from_flows_is_that_from_their_shares(mean):
    rng = np.random.default_rng(1)
    total_a, total_b = rng.uniform(1, 100, size=(2, 50))
    flow = rng.uniform(0, 1, size=50) * np.minimum(total_a, total_b)
    flow[:2] = 0, NAN
    from_flows = mutual_share({"flow": flow, "total_a": total_a, "total_b": total_b}, mean)
    from_shares = mutual_share({"share_a": flow / total_a, "share_b": flow / total_b}, mean)
    np.testing.assert_allclose(from_flows, from_shares, rtol=1e-12)


@pytest.mark.parametrize("mean", ["geometric", "arithmetic", "smaller"])
def test_mutual_share_takes_the_shares_a_source_gives_before_its_own(mean):
    given = {"share_a": np.array([0.3]), "share_b": np.array([0.3])}
    flows = {"flow": np.array([1.0]), "total_a": np.array([2.0]), "total_b": np.array([2.0])}
    assert mutual_share(given | flows, mean) == pytest.approx([0.3])


@pytest.mark.parametrize("mean", ["geometric", "arithmetic", "smaller"])
def test_mutual_share_is_blind_to_which_country_comes_first(mean):
    rng = np.random.default_rng(2)
    a, b = rng.uniform(size=(2, 50))
    np.testing.assert_array_equal(
        mutual_share({"share_a": a, "share_b": b}, mean), mutual_share({"share_a": b, "share_b": a}, mean)
    )


def test_mutual_share_falls_from_arithmetic_to_geometric_to_smaller():
    rng = np.random.default_rng(3)
    shares = {"share_a": rng.uniform(size=50), "share_b": rng.uniform(size=50)}
    smaller, geometric, arithmetic = (
        mutual_share(shares, mean) for mean in ("smaller", "geometric", "arithmetic")
    )
    assert (smaller < geometric).all()
    assert (geometric < arithmetic).all()


@pytest.mark.parametrize(("mean", "end"), [("geometric", 0), ("arithmetic", 0.2), ("smaller", 0)])
def test_mutual_share_where_one_side_does_not_depend(mean, end):
    assert mutual_share({"share_a": np.array([0.0]), "share_b": np.array([0.4])}, mean).tolist() == [end]


@pytest.mark.parametrize("mean", ["geometric", "arithmetic", "smaller"])
@pytest.mark.parametrize(("share_a", "share_b"), [(NAN, 0.4), (0.4, NAN), (NAN, 0.0), (NAN, NAN)])
def test_mutual_share_with_an_unknown_side_is_missing(mean, share_a, share_b):
    shares = {"share_a": np.array([share_a]), "share_b": np.array([share_b])}
    assert np.isnan(mutual_share(shares, mean)).tolist() == [True]


@pytest.mark.parametrize("mean", ["geometric", "arithmetic", "smaller"])
@pytest.mark.parametrize(("total_a", "total_b"), [(0, 8), (8, 0)])
def test_mutual_share_of_a_country_without_any_trade_is_missing(mean, total_a, total_b):
    flows = {"flow": np.array([0.0]), "total_a": np.array([total_a]), "total_b": np.array([total_b])}
    assert np.isnan(mutual_share(flows, mean)).tolist() == [True]


def directed(*figures: float) -> dict[str, Array]:
    """One row of flow_ab, flow_ba, exports_a, imports_a, exports_b, imports_b."""
    return {name: np.array([figure]) for name, figure in zip(DIRECTED, figures, strict=True)}


@pytest.mark.parametrize(
    ("mean", "pooled", "stronger"),
    [
        # Pooled, both directions are in exports plus imports: (30 + 10) / (300 + 100) = 0.1 of a, and
        # 40 / (60 + 40) = 0.4 of b. From a to b: 30/300 = 0.1 and 30/40 = 0.75; from b to a: 10/60 = 1/6 and
        # 10/100 = 0.1; the stronger is the larger value of the two directions.
        ("geometric", 0.04**0.5, 0.075**0.5),  # against sqrt(1/60) = 0.129
        ("arithmetic", 0.25, 0.425),  # against 2/15
        ("smaller", 0.1, 0.1),  # both directions
    ],
)
def test_pooled_flows_and_those_of_the_stronger_direction(mean, pooled, stronger):
    for flows, by_hand in (("pooled", pooled), ("stronger", stronger)):
        found = mutual_share(directed(30, 10, 300, 100, 60, 40), mean, flows)
        assert found == pytest.approx([by_hand], abs=1e-15)


def test_national_shares_of_directed_flows_are_those_that_the_value_comes_from():
    row = directed(10, 30, 60, 40, 300, 100)
    assert [share.tolist() for share in national_shares(row)] == [[0.4], [0.1]]
    # From b to a: of the imports of a, and of the exports of b.
    assert [share.tolist() for share in national_shares(row, flows="stronger")] == [[0.75], [0.1]]


def test_of_two_directions_alike_that_from_a_to_b_counts():
    # From a to b: 1/2 and 1/8; from b to a: 1/8 and 1/2.
    row = directed(1, 1, 2, 8, 2, 8)
    assert [share.tolist() for share in national_shares(row, flows="stronger")] == [[0.5], [0.125]]


@pytest.mark.parametrize("mean", ["geometric", "arithmetic", "smaller"])
def test_stronger_is_the_one_direction_where_nothing_flows_the_other_way(mean):
    one_way = {"flow": np.array([12.0]), "total_a": np.array([20.0]), "total_b": np.array([48.0])}
    # Country b delivers 12 to a, which imports 20 in all; b exports 48 in all and imports nothing.
    for exports_a in (0.0, 5.0):
        both_ways = directed(0, 12, exports_a, 20, 48, 0)
        np.testing.assert_array_equal(mutual_share(both_ways, mean, "stronger"), mutual_share(one_way, mean))


@pytest.mark.parametrize("flows", ["pooled", "stronger"])
@pytest.mark.parametrize("missing", range(6))
def test_any_missing_directed_variable_makes_the_value_missing(flows, missing):
    figures = [30.0, 10, 300, 100, 60, 40]
    figures[missing] = NAN
    assert np.isnan(mutual_share(directed(*figures), flows=flows)).tolist() == [True]


@pytest.mark.parametrize(("mean", "end"), [("geometric", 0), ("arithmetic", NAN), ("smaller", 0)])
@pytest.mark.parametrize("flows", ["pooled", "stronger"])
def test_no_flow_with_a_country_that_trades_with_nobody_is_zero(mean, end, flows):
    for row in (directed(0, 0, 300, 100, 0, 0), directed(0, 0, 0, 0, 60, 40)):
        np.testing.assert_array_equal(mutual_share(row, mean, flows), [end])


@pytest.mark.parametrize("mean", ["geometric", "arithmetic", "smaller"])
@pytest.mark.parametrize("flows", ["pooled", "stronger"])
def test_two_countries_that_trade_with_nobody_have_no_value(mean, flows):
    assert np.isnan(mutual_share(directed(0, 0, 0, 0, 0, 0), mean, flows)).tolist() == [True]


@pytest.mark.parametrize("mean", ["geometric", "arithmetic", "smaller"])
@pytest.mark.parametrize("flows", ["pooled", "stronger"])
def test_directed_flows_give_shares_and_are_blind_to_which_country_comes_first(mean, flows):
    rng = np.random.default_rng(4)
    ab, ba = rng.choice([0, 1, 1, 1], size=(2, 200)) * rng.uniform(0, 10, size=(2, 200))
    x_a, m_b = ab + rng.uniform(0.1, 50, size=(2, 200))
    x_b, m_a = ba + rng.uniform(0.1, 50, size=(2, 200))
    one = mutual_share(dict(zip(DIRECTED, (ab, ba, x_a, m_a, x_b, m_b), strict=True)), mean, flows)
    other = mutual_share(dict(zip(DIRECTED, (ba, ab, x_b, m_b, x_a, m_a), strict=True)), mean, flows)
    np.testing.assert_array_equal(one, other)
    assert ((one >= 0) & (one <= 1)).all()


def test_directed_flows_do_not_change_how_a_measure_is_described():
    plain = MutualShare(method="mutual_share")
    assert described(plain) == "mutual_share, mean geometric"
    assert described(plain.model_copy(update={"flows": "stronger"})).endswith(
        "mean geometric, flows stronger"
    )
    assert measured_variables(plain, DIRECTED) == DIRECTED


@pytest.mark.parametrize(
    ("row", "value"),
    [
        # 597 of 2579 exported and of 1186 imported; what b imports of others does not matter to this.
        ((0, 597, 3, 1186, 2579, NAN), np.sqrt(597 / 1186 * 597 / 2579)),
        ((0, 597, NAN, 1186, 2579, NAN), np.sqrt(597 / 1186 * 597 / 2579)),
        # Goods went from b to a, but nobody knows of how much: the direction could be the stronger one.
        ((1, 597, 3, NAN, 2579, 10), NAN),
        # The same of little: half a unit is not nothing.
        ((0.5, 597, 3, 1186, 2579, NAN), NAN),
        ((597, 0.5, 2579, NAN, 3, 1186), NAN),
        # It is not known whether anything went from a to b.
        ((NAN, 597, 3, 1186, 2579, 10), NAN),
        # Nothing went either way: 0 where one of the totals shows that there was trade to have a share of.
        ((0, 0, 3, NAN, NAN, NAN), 0),
        ((0, 0, 0, NAN, NAN, 0), NAN),
    ],
)
def test_stronger_direction_needs_its_own_totals_alone(row, value):
    variables = {name: np.array([number], dtype=float) for name, number in zip(DIRECTED, row, strict=True)}
    found = mutual_share(variables, flows="stronger")
    assert found == pytest.approx([value], abs=1e-15, nan_ok=True)


def test_every_measure_says_what_it_takes_and_what_it_can_give():
    assert set(measures.MEASURES) == set(measures.REACH) == set(measures.VARIABLES)
    assert all(low < high for low, high in measures.REACH.values())
