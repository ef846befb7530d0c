"""Scores under drawn weights: other programs' numbers, plain loops, and what must not matter."""

import itertools
import math
import multiprocessing
import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import made_up
import numpy as np
import pandas as pd
import pytest
from house import cases

import bci
from bci.arrays import Array
from bci.model.bands import band
from bci.model.scheme import Scheme
from bci.scoring.scores import Scores
from bci.sensitivity_analysis.kernel import AHEAD, BLOCK, SEGMENT
from bci.sensitivity_analysis.montecarlo import (
    MOST_RANKED,
    acceptability,
    distribution,
    movements,
    standard_error,
)
from bci.sensitivity_analysis.sampling import Weightings, draw, shares

Method = str | float

NAN = np.nan
TREE = {"p": {"x": 1, "y": 3, "z": 4}, "q": {"u": 1, "v": 1}, "r": {"w": 5}}
INDICATORS = [name for members in TREE.values() for name in members]
COUNTRIES = ["AUS", "BRA", "CHN", "DEU", "FRA"]
METHODS: list[Method] = ["arithmetic", "geometric", "harmonic", "minimum", 2.5, -3.0]
every_mean = pytest.mark.parametrize(("within", "across"), list(itertools.product(METHODS, METHODS)))


def scheme(within: Method = "arithmetic", across: Method = "arithmetic", **changes: Any) -> Scheme:
    """Dimensions p of x, y, z (1:3:4), q of u, v, and r of w (2:1:1)."""
    means = {"indicators": within, "dimensions": across}
    named = {level: mean if isinstance(mean, str) else {"power": mean} for level, mean in means.items()}
    tree = {name: (weight, TREE[name]) for name, weight in zip(TREE, [2, 1, 1], strict=True)}
    bands = {"low": 0, "middle": 0.3, "high": 0.5, "highest": 0.8}
    return made_up.scheme(tree, bands, **({"aggregation": named} | changes))


def scored(values: Any, of: Scheme, years: int = 4, countries: list[str] = COUNTRIES) -> Scores:
    """Annual scores of as many dyads as there are rows for."""
    values = np.asarray(values, dtype=float)
    pairs = list(itertools.combinations(countries, 2))[: len(values) // years]
    rows = [(*pair, 2000 + year) for pair in pairs for year in range(years)]
    return bci.score(made_up.dyad_years(dict(zip(rows, values, strict=True)), INDICATORS), of)


def values(rows: int, gaps: float = 0.2, seed: int = 0) -> Array:
    """Some of them 0, some 1, and some missing."""
    rng = np.random.default_rng(seed)
    given = np.clip(rng.uniform(-0.1, 1.1, (rows, len(INDICATORS))), 0, 1)
    given[rng.random(given.shape) < gaps] = NAN
    return given


def weightings(n: int, seed: int = 0) -> Weightings:
    return draw(scheme(), "flat", n, np.random.default_rng(seed))


def overall(drawn: Weightings) -> Array:
    """Shares of the indicators in the index, shape ``(draws, indicators)``."""
    return np.concatenate(
        [drawn.dimensions[:, [d]] * below for d, below in enumerate(drawn.indicators)], axis=1
    )


def emptied(drawn: Weightings, dimensions: Any = (), indicators: Any = ()) -> Weightings:
    """Weights with nothing on these draws and members, of the dimensions and of the indicators of p."""
    across, inside = drawn.dimensions.copy(), drawn.indicators[0].copy()
    across[dimensions if dimensions else slice(0)] = 0
    inside[indicators if indicators else slice(0)] = 0
    return Weightings(shares(across), (shares(inside), *drawn.indicators[1:]))


def part(drawn: Weightings, which: slice) -> Weightings:
    return Weightings(drawn.dimensions[which], tuple(part[which] for part in drawn.indicators))


@pytest.mark.parametrize("mean", ["arithmetic", "geometric"])
def test_noisy_weights_give_the_scores_of_coinr(reference, mean):
    """COINr 1.1.14: 20 sets of weights, each a quarter up or down, and the index of 12 units, 4 periods."""
    folder = reference / "oracle" / "coinr"
    scores = pd.read_csv(folder / "norm_minmax_1_100.csv", index_col=["unit", "time"])
    noisy = pd.read_csv(folder / "weights_noisy_20.csv").pivot(index="rep", columns="iCode", values="Weight")
    theirs = pd.read_csv(
        folder / f"scores_under_noisy_weights_{mean[0]}mean.csv", index_col=["unit", "time"]
    ).to_numpy()

    tree = {"MIL": ["mil_ex", "mil_arms"], "ECO": ["eco_trade", "eco_fdi"], "POL": ["pol_visits", "pol_dist"]}
    of = made_up.scheme(
        {name.lower(): (1, dict.fromkeys(below, 1)) for name, below in tree.items()},
        aggregation={"indicators": mean, "dimensions": mean},
    )
    years = scores.index.get_level_values("time")
    units = scores.index.get_level_values("unit")
    pairs = list(itertools.combinations([*COUNTRIES, "GBR"], 2))
    place = {unit: pairs[i] for i, unit in enumerate(dict.fromkeys(units))}
    labels = [(*place[unit], year) for unit, year in zip(units, years, strict=True)]
    frame = made_up.dyad_years(dict(zip(labels, scores.to_numpy() / 100, strict=True)), scores.columns)
    ours = bci.score(frame, of, period=[(year, year) for year in sorted(set(years))])
    drawn = Weightings(
        shares(noisy[list(tree)].to_numpy()),
        tuple(shares(noisy[below].to_numpy()) for below in tree.values()),
    )
    order = [ours.row((a, b), (year, year)) for a, b, year in labels]
    for r in range(20):
        one = distribution(ours, part(drawn, slice(r, r + 1)), names=["index"])
        assert 100 * one.mean[order, 0] == pytest.approx(theirs[:, r], abs=1e-9, rel=0)
    together = distribution(ours, drawn, names=["index"], quantiles=np.linspace(0, 1, 20).tolist())
    assert 100 * together.quantiles[order, 0] == pytest.approx(np.sort(theirs, axis=1), abs=1e-9, rel=0)


def test_rank_acceptability_of_pysensmcda():
    smaa = pytest.importorskip("pysensmcda.smaa", reason="pysensmcda 2 cannot be installed beside pandas 3")
    scores, drawn = scored(values(10, gaps=0), scheme(), years=1), weightings(2000)
    theirs = smaa.simulate(
        lambda matrix, weights, types: matrix @ weights,
        scores.indicators.score,
        np.ones(len(INDICATORS)),
        weights=overall(drawn),
        reverse_ranking=True,
    )
    found = acceptability(scores, drawn).shares[0]
    assert found == pytest.approx(smaa.rank_acceptability(theirs), abs=1e-12)
    assert len(np.unique(found)) > 10


def plain_mean(members: list[float], weights: list[float], method: Method) -> float:
    total = math.fsum(weights)
    pairs = [(s, w / total) for s, w in zip(members, weights, strict=True)]
    if method == "minimum":
        return min(members)
    if method == "arithmetic":
        return math.fsum(w * s for s, w in pairs)
    if method == "geometric":
        return math.prod(s**w for s, w in pairs)
    power = -1.0 if method == "harmonic" else float(method)
    if power < 0 and min(members) == 0:
        return 0.0
    return math.fsum(w * s**power for s, w in pairs) ** (1 / power)


def plain(scores: Scores, drawn: Weightings, within: Method, across: Method) -> Array:
    """Index and dimensions, shape ``(rows, names, draws)``, row by row and draw by draw."""
    out = np.full((len(scores.index.score), 1 + len(TREE), len(drawn)), NAN)
    for row, has_index in enumerate(~np.isnan(scores.index.score[:, 0])):
        for n in range(len(drawn)):
            upper, above, column = [], [], 0
            for d, members in enumerate(TREE.values()):
                own = scores.indicators.score[row, column : column + len(members)]
                column += len(members)
                there = np.flatnonzero(~np.isnan(own))
                if np.isnan(scores.dimensions.score[row, d]):
                    continue
                weights = drawn.indicators[d][n]
                out[row, 1 + d, n] = plain_mean(own[there].tolist(), weights[there].tolist(), within)
                upper.append(out[row, 1 + d, n])
                above.append(drawn.dimensions[n, d])
            if has_index:
                out[row, 0, n] = plain_mean(upper, above, across)
    return out


@pytest.mark.parametrize(
    ("within", "across", "rule"),
    [
        *((within, across, "reweight") for within in METHODS for across in METHODS),
        *((method, method, rule) for method in METHODS for rule in ("strict", "bounds")),
    ],
)
def test_every_mean_and_rule_by_plain_loops(within, across, rule):
    of = scheme(within, across, missing={"rule": rule, "minimum_coverage": 0.7})
    scores, drawn = scored(values(32, gaps=0.15), of), weightings(12)
    expected = plain(scores, drawn, within, across)
    found = distribution(scores, drawn, quantiles=np.linspace(0, 1, 12).tolist())
    assert found.names == ("index", "p", "q", "r")
    np.testing.assert_allclose(found.quantiles, np.sort(expected, axis=2), rtol=0, atol=1e-12)
    np.testing.assert_allclose(found.mean, expected.mean(axis=2), rtol=0, atol=1e-12)
    numbers = np.where(np.isnan(expected), -1, band(expected + 1e-12, of.edges))
    counts = np.stack([(numbers == b).mean(axis=2) for b in range(4)], axis=2)
    there = ~np.isnan(expected[..., 0])
    assert there.any(axis=0).all()
    assert not there[:, 0].all()
    np.testing.assert_allclose(found.bands[there], counts[there], rtol=0, atol=1e-12)
    assert np.isnan(found.bands[~there]).all()


@pytest.mark.parametrize("within", ["arithmetic", "harmonic"])
def test_movements_by_plain_loops(within):
    given = values(24, gaps=0.1)
    # One dyad that stays as it is, under any weights
    given[4:8] = given[4]
    scores, drawn = scored(given, scheme(within)), weightings(40)
    expected = plain(scores, drawn, within, "arithmetic").reshape(6, 4, 4, 40)
    change = np.diff(expected, axis=1)
    missing = np.isnan(change[..., 0])
    found = movements(scores, drawn)
    assert found.pairs == tuple(itertools.pairwise(scores.periods))
    for shares_found, moved in [
        (found.rise, change > 1e-12),
        (found.stay, abs(change) <= 1e-12),
        (found.fall, change < -1e-12),
    ]:
        share = np.where(missing, NAN, moved.mean(axis=3))
        np.testing.assert_allclose(shares_found, share, rtol=0, atol=1e-12)
    assert (found.stay[1] == 1).all()
    assert missing.any()
    together = (found.rise + found.stay + found.fall)[~missing]
    assert together == pytest.approx(np.ones(together.shape), abs=1e-15)


@pytest.mark.parametrize("name", ["index", "q"])
def test_ranks_by_plain_loops(name):
    scores, drawn = scored(values(32, gaps=0.15), scheme("geometric")), weightings(60)
    expected = plain(scores, drawn, "geometric", "arithmetic")[:, ["index", *TREE].index(name)]
    found = acceptability(scores, drawn, name=name).shares
    assert found.shape == (4, 8, 8)
    for p, of_period in enumerate(expected.reshape(8, 4, 60).swapaxes(0, 1)):
        counts = np.full((8, 8), NAN)
        ranked = [i for i in range(8) if not np.isnan(of_period[i, 0])]
        counts[ranked] = 0
        for n in range(60):
            for i in ranked:
                better = sum(of_period[j, n] > of_period[i, n] + 1e-12 for j in ranked)
                counts[i, better] += 1
        np.testing.assert_allclose(found[p], counts / 60, rtol=0, atol=1e-15)


def test_without_ties_every_rank_is_taken_once():
    found = acceptability(scored(values(40, gaps=0), scheme()), weightings(500)).shares
    assert found.sum(axis=1) == pytest.approx(np.ones((4, 10)))
    assert found.sum(axis=2) == pytest.approx(np.ones((4, 10)))
    assert found.max() < 1


def test_ties_share_the_better_rank_and_the_missing_have_none():
    given = np.array([[0.5] * 6, [0.9] * 6, [0.5] * 6, [NAN] * 6, [0.1] * 6])
    found = acceptability(scored(given, scheme(), years=1), weightings(7)).shares[0]
    assert np.argmax(found[[0, 1, 2, 4]], axis=1).tolist() == [1, 0, 1, 3]
    assert found[[0, 1, 2, 4]].sum(axis=1).tolist() == [1, 1, 1, 1]
    assert np.isnan(found[3]).all()


def test_a_case_small_enough_to_sum_by_hand():
    # Two draws: p is (2*.2 + 1*.8)/3 = .4 and (.2 + 3*.8)/4 = .65 of x and y, as z is missing; q and r are .5
    drawn = Weightings(
        np.array([[0.5, 0.25, 0.25], [0.2, 0.3, 0.5]]),
        (
            np.array([[0.4, 0.2, 0.4], [0.2, 0.6, 0.2]]),
            np.array([[0.5, 0.5], [0.1, 0.9]]),
            np.array([[1.0], [1.0]]),
        ),
    )
    lenient = scheme(missing={"minimum_coverage": 0.1})
    scores = scored([[0.2, 0.8, NAN, 0.5, 0.5, 0.5]], lenient, years=1)
    found = distribution(scores, drawn, quantiles=[0, 0.5, 1])
    # index .5*.4 + .5*.5 = .45 and .2*.65 + .8*.5 = .53
    assert found.quantiles[0, 0] == pytest.approx([0.45, 0.49, 0.53])
    assert found.quantiles[0, 1] == pytest.approx([0.4, 0.525, 0.65])
    assert found.mean[0] == pytest.approx([0.49, 0.525, 0.5, 0.5])
    assert found.bands[0].tolist() == [[0, 0.5, 0.5, 0], [0, 0.5, 0.5, 0], [0, 0, 1, 0], [0, 0, 1, 0]]
    assert found.bands_error[0, 0] == pytest.approx([0, math.sqrt(0.25 / 2), math.sqrt(0.25 / 2), 0])


def test_quantiles_are_numpy_s():
    scores, drawn = scored(values(20, gaps=0), scheme()), weightings(1001)
    whole = scores.indicators.score @ overall(drawn).T
    asked = [0, 0.001, 0.05, 1 / 3, 0.5, 0.95, 0.99999, 1]
    found = distribution(scores, drawn, names=["index"], quantiles=asked)
    np.testing.assert_allclose(found.quantiles[:, 0].T, np.quantile(whole, asked, axis=1), rtol=0, atol=1e-14)
    assert found.bands.sum(axis=2) == pytest.approx(np.ones((20, 1)), abs=1e-15)


def test_standard_error_of_a_share():
    assert standard_error(np.array([0, 0.5, 0.9, 1]), 100) == pytest.approx([0, 0.05, 0.03, 0])
    # Shares of many small runs are spread by it around the share of all
    scores = scored(values(4, gaps=0), scheme())
    runs = [distribution(scores, weightings(100, seed), quantiles=()).bands for seed in range(100)]
    spread = np.std(runs, axis=0, ddof=1)[:, 0]
    expected = standard_error(np.mean(runs, axis=0), 100)[:, 0]
    assert (expected > 0.02).any()
    # A deviation over 100 runs is itself known within about 7 %
    assert spread[expected > 0.02] == pytest.approx(expected[expected > 0.02], rel=0.3)


class InBytes(Executor):
    """Can submit and nothing else; hands over bytes, as another machine would get them."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        function, given = pickle.loads(pickle.dumps((fn, args)))
        future.set_result(pickle.loads(pickle.dumps(function(*given, **kwargs))))
        return future


@pytest.fixture(scope="module")
def executors() -> Iterator[list[Executor]]:
    """Threads and processes, one and two of each, and one that only submits."""
    fresh = multiprocessing.get_context("spawn")
    pools = [
        *(ThreadPoolExecutor(workers) for workers in (1, 2)),
        *(ProcessPoolExecutor(workers, mp_context=fresh) for workers in (1, 2)),
    ]
    yield [*pools, InBytes()]
    for pool in pools:
        pool.shutdown()


def everything(result: Any) -> list[Array]:
    return [value for value in vars(result).values() if isinstance(value, np.ndarray)]


def assert_same(one: Any, other: Any) -> None:
    for a, b in zip(everything(one), everything(other), strict=True):
        assert np.array_equal(a, b, equal_nan=True)


MEANS: list[tuple[Method, Method]] = [
    ("arithmetic", "arithmetic"),
    ("geometric", "geometric"),
    ("arithmetic", "harmonic"),
    (2.5, "geometric"),
]


@pytest.mark.parametrize(("within", "across"), MEANS)
@pytest.mark.parametrize("analysis", [distribution, movements])
def test_the_same_numbers_whoever_does_how_much(executors, analysis, within, across):
    scores, drawn = scored(values(40), scheme(within, across)), weightings(300)
    whole = analysis(scores, drawn)
    for chunk in (1, 7, 40):
        assert_same(analysis(scores, drawn, chunk=chunk), whole)
    for executor in executors:
        for chunk in (7, None):
            assert_same(analysis(scores, drawn, chunk=chunk, executor=executor), whole)


def test_the_same_ranks_whoever_counts(executors):
    scores, drawn = scored(values(40), scheme("geometric")), weightings(10_000)
    whole = acceptability(scores, drawn)
    for executor in executors:
        assert_same(acceptability(scores, drawn, executor=executor), whole)


def test_the_same_numbers_from_a_dask_cluster():
    distributed = pytest.importorskip("distributed", reason="dask[distributed] is not installed")
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    )
    scores, drawn = scored(values(40), scheme("geometric", "harmonic")), weightings(300)
    with cluster, distributed.Client(cluster) as client:
        executor = client.get_executor()
        for analysis in (distribution, movements):
            whole = analysis(scores, drawn)
            for chunk in (1, 7, None):
                assert_same(analysis(scores, drawn, chunk=chunk, executor=executor), whole)
        assert_same(acceptability(scores, drawn, executor=executor), acceptability(scores, drawn))


def test_more_draws_than_are_held_at_once():
    n = 2 * SEGMENT + 5
    scores, drawn = scored(values(4, gaps=0), scheme()), weightings(n)
    whole, streamed = distribution(scores, drawn), distribution(scores, drawn, quantiles=())
    assert streamed.quantiles.shape == (4, 4, 0)
    assert np.array_equal(whole.mean, streamed.mean)
    assert np.array_equal(whole.bands, streamed.bands)
    pieces = [part(drawn, slice(i, i + n // 3)) for i in range(0, n, n // 3)]
    apart = [distribution(scores, piece, quantiles=()) for piece in pieces]
    assert np.mean([piece.bands for piece in apart], axis=0) == pytest.approx(whole.bands, abs=1e-12)
    assert np.mean([piece.mean for piece in apart], axis=0) == pytest.approx(whole.mean, abs=1e-12)
    moved = movements(scores, drawn)
    apart_moved = [movements(scores, piece).rise for piece in pieces]
    assert np.mean(apart_moved, axis=0) == pytest.approx(moved.rise, abs=1e-12)


@pytest.mark.parametrize("dyads", [1, 3])
def test_more_draws_than_are_ranked_at_once(dyads):
    n = BLOCK + 4
    scores, drawn = scored(values(dyads, gaps=0), scheme(), years=1), weightings(n)
    apart = [acceptability(scores, part(drawn, slice(i, i + n // 2))).shares for i in (0, n // 2)]
    assert acceptability(scores, drawn).shares == pytest.approx(np.mean(apart, axis=0), abs=1e-12)


@every_mean
def test_equal_scores_do_not_move_under_any_weights(within, across):
    given = np.full((16, 6), 0.5)
    given[4:8] = 0.3
    given[8:12] = 0
    given[12:] = 1
    given[::3, [0, 4]] = NAN
    found = distribution(scored(given, scheme(within, across)), weightings(200))
    equal = np.array([0.5, 0.3, 0, 1]).repeat(4)
    assert np.array_equal(found.quantiles, np.broadcast_to(equal[:, None, None], (16, 4, 3)))
    assert found.mean == pytest.approx(np.tile(equal[:, None], (1, 4)), abs=1e-15)
    # A score on an edge belongs to the band above it, in every draw
    assert np.argmax(found.bands, axis=2).tolist() == [[b] * 4 for b in np.repeat([2, 1, 0, 3], 4)]
    assert set(found.bands.ravel()) == {0, 1}
    assert (found.bands_error == 0).all()


def test_dimensions_that_agree_hold_the_index_where_it_is():
    # p and q are .5, of indicators that are not, while only the dimensions' weights are drawn; r is missing.
    # Rounding may not push the index off the edge of its band, nor make it move
    given = np.array([[0.5, 0.9, 0.2, 0.3, 0.7, NAN], [0.3, 0.2, 0.775, 0.1, 0.9, NAN]])
    scores = scored(given, scheme(), years=2)
    assert scores.dimensions.score[:, :2] == pytest.approx(np.full((2, 2), 0.5))
    drawn = draw(scheme(), "flat", 2000, np.random.default_rng(0), levels="dimensions")
    assert distribution(scores, drawn).bands[:, 0].tolist() == [[0, 0, 1, 0]] * 2
    assert movements(scores, drawn).stay[0, 0, 0] == 1


def test_rounding_does_not_lead_below_zero():
    # Half the draws give everything to members that score 0, in shares that add up to one but for rounding
    drawn = emptied(weightings(2000), dimensions=np.s_[:1000, 2])
    found = distribution(scored([[0, 0, 0, 0, 0, 1]], scheme(), years=1), drawn, quantiles=[0, 0.49, 1])
    lowest, lower, highest = found.quantiles[0, 0]
    assert lowest == 0
    assert 0 <= lower < 1e-15
    assert 0.9 < highest < 1


@pytest.mark.parametrize(("within", "across"), [*MEANS, ("minimum", "minimum"), (-3.0, "minimum")])
def test_what_weighs_nothing_has_no_influence(within, across):
    drawn = emptied(weightings(50), dimensions=np.s_[:, 1], indicators=np.s_[:, 1])
    of = scheme(within, across, missing={"minimum_coverage": 0})
    before = values(32)
    after = before.copy()
    # y, and u and v of q, become anything, and there or not
    after[:, [1, 3, 4]] = values(32, gaps=0.5, seed=1)[:, [1, 3, 4]]
    one, other = (distribution(scored(given, of), drawn) for given in (before, after))
    same = [0, 1, 3]
    for a, b in zip(everything(one), everything(other), strict=True):
        assert np.array_equal(a[:, same], b[:, same], equal_nan=True)
        assert not np.array_equal(a[:, 2], b[:, 2], equal_nan=True)


@every_mean
def test_what_weighs_nothing_in_some_draws_has_no_influence_there(within, across):
    drawn = emptied(weightings(12), dimensions=np.s_[1::2, 2], indicators=np.s_[::2, 0])
    given = values(16, gaps=0)
    given[:8, [0, 5]] = 0
    scores = scored(given, scheme(within, across))
    together = distribution(scores, drawn, quantiles=np.linspace(0, 1, 12).tolist())
    # One draw at a time, what weighs nothing is left out altogether
    apart = [distribution(scores, part(drawn, slice(n, n + 1)), quantiles=[]).mean for n in range(12)]
    np.testing.assert_allclose(together.quantiles, np.sort(np.stack(apart, 2), axis=2), rtol=0, atol=1e-12)


def test_a_row_is_missing_where_a_draw_gives_weight_to_nothing_it_has():
    given = np.array([[0.2, NAN, NAN, 0.4, 0.4, 0.6], [0.2, 0.4, NAN, 0.4, 0.4, 0.6]])
    scores = scored(given, scheme(missing={"minimum_coverage": 0}), years=1)
    assert not np.isnan(scores.index.score).any()
    drawn = weightings(9)
    found = distribution(scores, emptied(drawn, indicators=(4, 0)))
    assert np.isnan(found.mean[:, 1]).tolist() == [True, False]
    # Without p the index of the first row rests on q and r
    two = shares(drawn.dimensions[:, 1:])
    assert found.mean[0, 0] == pytest.approx((two @ [0.4, 0.6]).mean())


def test_the_scheme_s_own_weights_give_its_own_scores(scores):
    of = scores.scheme
    own = Weightings(
        shares(of.dimension_weights)[None],
        tuple(shares(np.array([list(members.values())], dtype=float)) for members in of.tree.values()),
    )
    found = distribution(scores, own)
    np.testing.assert_allclose(found.mean[:, 0], scores.index.score[:, 0], rtol=0, atol=1e-14)
    np.testing.assert_allclose(found.mean[:, 1:], scores.dimensions.score, rtol=0, atol=1e-14)
    assert np.argmax(found.bands[:, 0], axis=1).tolist() == band(scores.index.score[:, 0], of.edges).tolist()


@pytest.mark.parametrize("pool", [None, InBytes()])
def test_progress_is_told_up_to_the_end(pool):
    scores, drawn = scored(values(40), scheme()), weightings(5)
    for analysis, options, total in [
        (distribution, {"chunk": 7}, 40),
        (movements, {"chunk": 7}, 30),
        (acceptability, {}, 4),
    ]:
        calls: list[tuple[int, int]] = []
        analysis(  # type: ignore[operator]
            scores, drawn, executor=pool, progress=lambda *call, calls=calls: calls.append(call), **options
        )
        done = [done for done, _ in calls]
        assert {of for _, of in calls} == {total}
        assert done == sorted(set(done))
        assert done[-1] == total
        assert len(calls) > 3


class Stuck(Executor):
    """Fails at the first thing it is given, and never gets to the others."""

    def __init__(self) -> None:
        self.futures: list[Future[Any]] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.futures.append(Future())
        if len(self.futures) == 1:
            self.futures[0].set_exception(MemoryError("no room"))
        return self.futures[-1]


def test_a_fault_in_a_worker_ends_the_others_of_which_few_are_handed_out():
    stuck = Stuck()
    with pytest.raises(MemoryError, match="no room"):
        distribution(scored(values(200), scheme(), years=20), weightings(2), chunk=1, executor=stuck)
    assert len(stuck.futures) == AHEAD + 1
    assert all(future.cancelled() for future in stuck.futures[1:])


def test_too_many_dyads_to_rank():
    countries = sorted(pd.read_csv(Path(bci.__file__).with_name("countries.csv"))["iso3"].dropna())[:33]
    given = values(MOST_RANKED + 1, gaps=0)
    scores = scored(given, scheme(), years=1, countries=countries)
    with pytest.raises(bci.InputError, match="501 dyads are too many to rank; choose at most 500"):
        acceptability(scores, weightings(2))
    assert distribution(scores, weightings(2)).mean.shape == (501, 4)


def test_a_single_period_has_nothing_to_move_to():
    found = movements(scored(values(3, gaps=0), scheme(), years=1), weightings(2))
    assert found.pairs == ()
    assert found.rise.shape == found.stay.shape == found.fall.shape == (3, 0, 4)


@pytest.mark.parametrize(("options", "words"), cases("refused_distributions"))
def test_a_distribution_that_cannot_be_had(options, words):
    with pytest.raises(bci.InputError) as caught:
        distribution(scored(values(4), scheme()), weightings(2), **options)
    assert words in str(caught.value)
    with pytest.raises(bci.InputError, match="'w' is neither the index nor a dimension"):
        acceptability(scored(values(4), scheme()), weightings(2), name="w")


P, Q, R = np.full((2, 3), 1 / 3), np.full((2, 2), 0.5), np.ones((2, 1))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (Weightings(P, (P, Q)), "do not fit scheme hand: draws by 3, 3, 2, 1 are needed"),
        (Weightings(Q, (P, Q, R)), "are needed (found 2 by 2, 2 by 3, 2 by 2, 2 by 1)"),
        (Weightings(P, (P, Q, R[:1])), "are needed (found 2 by 3, 2 by 3, 2 by 2, 1 by 1)"),
        (Weightings(P[:0], (P[:0], Q[:0], R[:0])), "weightings: hold no draw"),
        (Weightings(3 * P, (P, Q, R)), "those of the dimensions are not all shares of one"),
        (Weightings(P, (P, Q - [[0.0, 0.5], [0.6, -0.6]], R)), "those of q are not all shares of one"),
        (Weightings(P, (P, Q, R * NAN)), "those of r are not all shares of one"),
    ],
)
def test_weightings_that_do_not_fit(given, words):
    for analysis in (distribution, movements, acceptability):
        with pytest.raises(bci.InputError) as caught:
            analysis(scored(values(4), scheme()), given)  # type: ignore[operator]
        assert words in str(caught.value)
