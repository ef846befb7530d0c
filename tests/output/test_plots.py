"""Figures: marks stand where the scores are, what is missing is a gap, no text meets another."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text

import bci
from bci.countries import name as country_name
from bci.output.about import about_line
from bci.output.plots import KINDS, style
from bci.scoring.scores import Scores
from bci.sensitivity_analysis.one_at_a_time import one_at_a_time

NAN = float("nan")
YEARS = range(1990, 2022)
DYADS = list(combinations(["CHN", "COD", "FRA", "RUS", "USA"], 2))
HOSTILE = "$\\frac{1$ & <b> مرحبا שלום \ud800\x00\n " + "W" * 90


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """Ten dyads in 32 years, a fifth missing; no energy trade at all, and nothing in 2000-2007."""
    rng = np.random.default_rng(0)
    index = pd.MultiIndex.from_tuples(
        [(a, b, year) for a, b in DYADS for year in YEARS], names=["iso3_a", "iso3_b", "year"]
    )
    names = bci.load_weights().indicators
    values = pd.DataFrame(rng.random((len(index), len(names))), index, list(names))
    values = values.mask(rng.random(values.shape) < 0.2).assign(energy_trade=NAN)
    values.loc[index.get_level_values("year").isin(range(2000, 2008))] = NAN
    return values


@pytest.fixture(scope="module")
def shipped(scores: Scores) -> Callable[[str], Figure]:
    """Figures of the shipped scores, each drawn once."""
    return cache(lambda kind: bci.plot(scores, kind, **options_of(kind, scores)))


def annual(frame: pd.DataFrame, dyads: Any = "CHN-RUS", start: int = YEARS[0], **options: Any) -> Scores:
    return bci.score(frame, period="annual", start=start, end=YEARS[-1], dyads=dyads, **options)


def renamed(scores: Scores, title: str) -> Scores:
    """The same scores with the same long title, numbered, for every indicator."""
    numbered = {
        name: definition.model_copy(update={"title": f"{number} {title}"})
        for number, (name, definition) in enumerate(scores.definitions.items())
    }
    return replace(scores, definitions=numbered)


def artist(figure: Figure, gid: str, place: int = 0) -> Any:
    [found] = figure.axes[place].findobj(lambda each: each.get_gid() == gid)
    return found


def y_of(figure: Figure, gid: str, place: int = 0) -> np.ndarray:
    return np.asarray(artist(figure, gid, place).get_ydata(), dtype=float)


def bars(figure: Figure, label: str) -> list[Rectangle]:
    return next(list(group) for group in figure.axes[0].containers if group.get_label() == label)


def words(figure: Figure) -> list[str]:
    return [each.get_text() for each in figure.findobj(Text) if each.get_visible() and each.get_text()]


def collisions(figure: Figure) -> list[str]:
    """Texts that meet another or leave the figure, by the boxes they are drawn in."""
    figure.draw_without_rendering()
    shown = [each for each in figure.findobj(Text) if each.get_visible() and each.get_text().strip()]
    boxes = np.array([each.get_window_extent().extents for each in shown])
    low, high = boxes[:, :2] + 0.5, boxes[:, 2:] - 0.5
    meets = ((low[:, None] < high[None]) & (low[None] < high[:, None])).all(axis=2)
    outside = (low < 0).any(axis=1) | (high > figure.bbox.size).any(axis=1)
    found = [
        f"{shown[i].get_text()!r} meets {shown[j].get_text()!r}" for i, j in np.argwhere(np.triu(meets, 1))
    ]
    return found + [f"{shown[i].get_text()!r} leaves the figure" for i in np.flatnonzero(outside)]


def options_of(kind: str, scores: Scores) -> dict[str, Any]:
    """What a kind cannot do without."""
    other = scores.scheme.model_copy(update={"name": "another-" + "long-" * 20 + "name"})
    return {"others": (replace(scores, scheme=other),)} if kind == "schemes" else {}


@pytest.mark.parametrize("kind", KINDS)
def test_texts_keep_apart_on_a_page(kind, shipped):
    assert collisions(shipped(kind)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_texts_keep_apart_in_a_narrow_column_of_many_periods_and_hostile_names(kind, frame):
    wanted = ["-".join(dyad) for dyad in DYADS[:8]] if kind in ("index", "partners") else "CHN-RUS"
    of = renamed(annual(frame, wanted), HOSTILE)
    figure = bci.plot(of, kind, width=3, title=HOSTILE, **options_of(kind, of))
    assert collisions(figure) == []
    assert "$\\frac{1$" in " ".join(words(figure))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "change"])
def test_one_period_is_a_figure(kind, frame):
    of = annual(frame, start=YEARS[-1])
    assert len(of.periods) == 1
    assert collisions(bci.plot(of, kind, width=4, **options_of(kind, of))) == []


def test_index_and_dimensions_stand_at_their_scores(scores, shipped):
    figure = shipped("index")
    middle = [1993.5, 1997.5, 2001.5, 2005.5, 2009.5, 2013.5, 2017.5]
    assert list(artist(figure, "line-0").get_xdata()) == middle
    np.testing.assert_array_equal(y_of(figure, "line-0"), scores.index.score[:, 0])
    for number in range(3):
        drawn = y_of(figure, f"line-{number}", 1)
        np.testing.assert_array_equal(drawn, scores.dimensions.score[:, number])
    assert [axes.get_ylim() for axes in figure.axes] == [(0, 1), (0, 1)]
    # Energy trade is known in half of the first two periods.
    np.testing.assert_array_equal(y_of(figure, "line-0-partial"), scores.index.score[:2, 0])
    np.testing.assert_array_equal(y_of(figure, "line-0-full"), scores.index.score[2:, 0])
    assert artist(figure, "line-0-partial").get_markerfacecolor() == "white"


def test_ranges_are_those_of_the_sensitivity(scores):
    figure = bci.plot(scores, within=0.3)
    table = bci.sensitivity(scores, within=0.3).to_frame().query("level == 'index'")
    for gid, ends in (("reach", ["low", "high"]), ("reach-within", ["low_within", "high_within"])):
        drawn = [segment[:, 1] for segment in artist(figure, gid).get_segments()]
        np.testing.assert_array_equal(drawn, table[ends].to_numpy())


def test_missing_is_a_gap_and_hatched_where_nothing_is_known(frame):
    of = annual(frame)
    figure = bci.plot(of)
    drawn = y_of(figure, "line-0")
    assert np.isnan(drawn).sum() == np.isnan(of.index.score).sum() >= 8
    assert np.nanmin(drawn) > 0
    known = np.flatnonzero(~np.isnan(of.index.score[:, 0]))
    # Nothing is whole here, as there is no energy trade.
    np.testing.assert_array_equal(y_of(figure, "line-0-partial"), of.index.score[known, 0])
    hatched = figure.axes[0].findobj(lambda each: each.get_gid() == "no-score")
    spans = [(each.get_x(), each.get_x() + each.get_width()) for each in hatched]
    assert any(left <= 1999.5 and right >= 2007.5 for left, right in spans)
    assert "no score" in words(figure)


def test_years_that_no_period_holds_break_the_line(panel):
    of = bci.score(panel, period=[(1992, 1995), (2000, 2003), (2004, 2007)])
    assert np.isnan(y_of(bci.plot(of), "line-0")).tolist() == [False, True, False, False]


def test_under_bounds_the_range_stands_for_the_score(frame):
    plain = bci.load_weights()
    missing = plain.missing.model_copy(update={"rule": "bounds"})
    of = annual(frame, weights=plain.model_copy(update={"missing": missing}))
    figure = bci.plot(of)
    drawn = [segment[:, 1] for segment in artist(figure, "line-0-range").get_segments()]
    np.testing.assert_array_equal(drawn, np.column_stack([of.index.low, of.index.high]))
    assert "range that missing data leave" in words(figure)


def test_several_dyads_are_a_line_each_and_too_many_are_refused(frame):
    of = annual(frame, ["CHN-RUS", "CHN-USA"])
    figure = bci.plot(of)
    for number in range(2):
        expected = of.index.score[number * 32 : (number + 1) * 32, 0]
        np.testing.assert_array_equal(y_of(figure, f"line-{number}"), expected)
    assert {"China and Russia", "China and United States"} <= set(words(figure))
    with pytest.raises(bci.InputError, match=r"at most 8 dyads \(found 10\); choose .* bci plot partners"):
        bci.plot(annual(frame, None))


def test_contributions_are_weight_times_score_and_add_up(scores, shipped):
    figure = shipped("contributions")
    heights = np.array([[bar.get_height() for bar in bars(figure, n)] for n in scores.scheme.indicators])
    np.testing.assert_allclose(heights.sum(axis=0), scores.index.score[:, 0])
    # 1/3 of the index to a dimension, 1/2 of that to each of its two indicators.
    np.testing.assert_allclose(heights, scores.indicators.score.T / 6)


def test_strip_has_a_cell_for_every_score_and_says_what_has_none(shipped, frame):
    said = words(shipped("indicators"))
    assert {".219", ".323", ".648", "1.00"} <= set(said)
    of = annual(frame)
    figure = bci.plot(of, "indicators")
    drawn = np.ma.filled(artist(figure, "scores").get_array(), NAN)
    np.testing.assert_array_equal(drawn, of.column("score").T)
    hatched = artist(figure, "no-score")
    assert len(hatched.get_paths()) == np.isnan(drawn).sum() > 0
    assert hatched.get_hatch() == style.NO_SCORE["hatch"]
    assert words(figure).count("no data") == 1


def test_tornado_is_the_index_of_halved_and_doubled_weights(scores, shipped):
    figure = shipped("tornado")
    moved = one_at_a_time(scores).query("name == 'index' and period_start == 2016").set_index("weight")
    labels = [each.get_text() for each in figure.axes[0].get_yticklabels()]
    order = moved.sort_values("swing", ascending=False, kind="stable").index
    assert len(labels) == len(order) == 9
    for weight in order:
        for end in ("halved", "doubled"):
            [bar] = bars(figure, f"{weight} {end}")
            assert bar.get_x() + bar.get_width() == pytest.approx(moved.loc[weight, end])
    # By another route: (2 * military + economic + political) / 4.
    [bar] = bars(figure, "military doubled")
    assert bar.get_x() + bar.get_width() == pytest.approx(scores.dimensions.score[-1] @ [0.5, 0.25, 0.25])


def test_band_shares_fill_the_column_and_the_own_band_is_marked(scores, shipped):
    figure = shipped("bands")
    shares = bci.sensitivity(scores).shares().query("name == 'index' and over == 'both'")
    heights = np.array([[bar.get_height() for bar in bars(figure, word)] for word in scores.scheme.bands])
    np.testing.assert_allclose(heights, 100 * shares[list(scores.scheme.bands)].to_numpy().T)
    np.testing.assert_allclose(heights.sum(axis=0), 100)
    for place, score in enumerate(scores.index.score[:, 0]):
        number = int(score // 0.25)
        below = heights[:number, place].sum()
        assert below < y_of(figure, f"own-{place}")[0] < below + heights[number, place]


def test_schemes_are_a_line_each(panel, scores):
    other = bci.score(panel, "political-first")
    figure = bci.plot(scores, "schemes", others=(other,))
    np.testing.assert_array_equal(y_of(figure, "line-1"), other.index.score[:, 0])
    assert about_line(other)[1:] in " ".join(words(figure)).replace("\n", " ")
    with pytest.raises(bci.InputError, match="2 to 8 schemes of different names"):
        bci.plot(scores, "schemes", others=(scores,))
    with pytest.raises(bci.InputError, match="other dyads or periods"):
        bci.plot(scores, "schemes", others=(bci.score(panel, "political-first", period="annual"),))


def test_change_leads_from_the_first_to_the_last_index(scores, shipped):
    figure = shipped("change")
    ends = [scores.index.score[0, 0]]
    for name in scores.scheme.indicators:
        [bar] = bars(figure, name)
        assert bar.get_x() == pytest.approx(ends[-1])
        ends.append(bar.get_x() + bar.get_width())
    assert ends[-1] == pytest.approx(scores.index.score[-1, 0])
    # 1/6 of what each indicator gained, as nothing is missing altogether.
    gained = (scores.indicators.score[-1] - scores.indicators.score[0]) / 6
    np.testing.assert_allclose(np.diff(ends), gained)
    assert artist(figure, "before").get_markerfacecolor() == "white"
    assert artist(figure, "after").get_markerfacecolor() == style.INK


def test_partners_stand_in_the_order_of_their_scores(frame):
    of = annual(frame, None)
    figure = bci.plot(of, "partners", country="China", top=3)
    ranking = bci.rank(of, country="China", top=3, period="2021").to_frame()
    assert [each.get_text() for each in figure.axes[0].get_yticklabels()] == [
        f"{row.rank}. {name}"
        for row, name in zip(ranking.itertuples(), _names(ranking["partner"]), strict=True)
    ]
    for row in ranking.itertuples():
        assert artist(figure, f"{row.iso3_a}-{row.iso3_b}").get_xdata() == row.score
    assert "Partners of China by the index, 2021" in words(figure)


def _names(codes: pd.Series) -> list[str]:
    return [country_name(code) for code in codes]


@pytest.mark.parametrize("kind", ["tornado", "change", "partners"])
def test_nothing_to_show_is_said(kind, frame):
    of = bci.score(frame, period=[(2000, 2007)], dyads="CHN-RUS")
    with pytest.raises(bci.InputError, match="too much is missing"):
        bci.plot(of, kind)


def test_one_dyad_is_needed_where_one_is_drawn(frame):
    of = annual(frame, None)
    for kind in sorted(KINDS.keys() - {"index", "partners"}):
        with pytest.raises(bci.InputError, match="dyad: is needed: there are 10 dyads"):
            bci.plot(of, kind)
