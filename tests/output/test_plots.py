"""Figures: marks stand where the scores are, what is missing is a gap, no text meets another."""

from dataclasses import replace
from functools import cache
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_up import NAN, default_scheme, dyad_years, own_scores
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text

import bci
from bci.countries import name as country_name
from bci.output.about import about_line
from bci.output.plots import KINDS, style
from bci.output.screen.sensitivity import SETTLED
from bci.scoring.scores import Scores
from bci.sensitivity_analysis.one_at_a_time import one_at_a_time

YEARS = range(1990, 2022)
DYADS = list(combinations(["CHN", "COD", "FRA", "RUS", "USA"], 2))
HOSTILE = "$\\frac{1$ & <b> مرحبا שלום \ud800\x00\n " + "W" * 90
#: Kinds that show several dyads, and those whose scores run to the right.
SEVERAL, FLAT = {"index", "partners"}, {"tornado", "change", "partners"}
WHOLE = [0.2, 0.4, 0.6, 0.2, 0.5, 0.9]


@pytest.fixture(scope="module")
def frame():
    """Ten dyads in 32 years, a fifth missing; no energy trade at all, and nothing in 2000-2007."""
    rng = np.random.default_rng(0)
    rows = {(*dyad, year): rng.random(6) for dyad in DYADS for year in YEARS}
    values = dyad_years(rows, bci.load_weights().indicators)
    values = values.mask(rng.random(values.shape) < 0.2).assign(energy_trade=NAN)
    values.loc[values.index.get_level_values("year").isin(range(2000, 2008))] = NAN
    return values


def annual(frame: pd.DataFrame, dyads: Any = "CHN-RUS", start: int = YEARS[0], **options: Any) -> Scores:
    return bci.score(frame, period="annual", start=start, end=YEARS[-1], dyads=dyads, **options)


def scored(*years: list[float]) -> Scores:
    """Scores of one dyad in years from 2000; the values are the scores."""
    return own_scores(dict(enumerate(years, 2000)))


def lacking(*places: int) -> list[float]:
    """Values of which these are missing."""
    return [NAN if place in places else value for place, value in enumerate(WHOLE)]


def hostile(scores: Scores) -> Scores:
    """The same scores with the same long title, numbered, for every indicator, and bands of long names."""
    numbered = {
        name: definition.model_copy(update={"title": f"{number} {HOSTILE}"})
        for number, (name, definition) in enumerate(scores.definitions.items())
    }
    bands = {f"{word} cooperation, more or less": edge for word, edge in scores.scheme.bands.items()}
    return replace(scores, definitions=numbered, scheme=scores.scheme.model_copy(update={"bands": bands}))


def drawn(scores: Scores, kind: str, **options: Any) -> Figure:
    """A figure, with a further scheme where a kind cannot do without."""
    other = scores.scheme.model_copy(update={"name": "another-" + "long-" * 20 + "name"})
    others = {"others": (replace(scores, scheme=other),)} if kind == "schemes" else {}
    return bci.plot(scores, kind, **others, **options)


@pytest.fixture(scope="module")
def shipped(scores):
    """Figures of the shipped scores, each drawn once."""
    return cache(lambda kind: drawn(scores, kind))


def artist(figure: Figure, gid: str, place: int = 0) -> Any:
    [only] = figure.axes[place].findobj(lambda each: each.get_gid() == gid)
    return only


def y_of(figure: Figure, gid: str, place: int = 0) -> np.ndarray:
    return np.asarray(artist(figure, gid, place).get_ydata(), dtype=float)


def heights_of(figure: Figure, gid: str) -> list[np.ndarray]:
    """Both ends of upright lines."""
    return [segment[:, 1] for segment in artist(figure, gid).get_segments()]


def bars(figure: Figure, label: str) -> list[Rectangle]:
    return next(list(group) for group in figure.axes[0].containers if group.get_label() == label)


def words(figure: Figure) -> list[str]:
    return [each.get_text() for each in figure.findobj(Text) if each.get_visible() and each.get_text()]


def running(figure: Figure) -> str:
    """All words of a figure, whatever their lines."""
    return " ".join(" ".join(words(figure)).split())


def rows(figure: Figure) -> list[str]:
    return [" ".join(each.get_text().split()) for each in figure.axes[0].get_yticklabels()]


def collisions(figure: Figure) -> list[str]:
    """Texts that meet another or leave the figure, by the boxes they are drawn in."""
    figure.draw_without_rendering()
    shown = [each for each in figure.findobj(Text) if each.get_visible() and each.get_text().strip()]
    boxes = np.array([each.get_window_extent().extents for each in shown])
    low, high = boxes[:, :2] + 0.5, boxes[:, 2:] - 0.5
    meets = ((low[:, None] < high[None]) & (low[None] < high[:, None])).all(axis=2)
    outside = (low < 0).any(axis=1) | (high > figure.bbox.size).any(axis=1)
    pairs = np.argwhere(np.triu(meets, 1))
    return [f"{shown[i].get_text()!r} meets {shown[j].get_text()!r}" for i, j in pairs] + [
        f"{shown[i].get_text()!r} leaves the figure" for i in np.flatnonzero(outside)
    ]


@pytest.mark.parametrize("width", [3.5, 6.5])
@pytest.mark.parametrize("kind", KINDS)
def test_texts_keep_apart_and_inside(kind, width, panel, scores, frame):
    for of in (scores, bci.score(panel, period="annual"), annual(frame, start=YEARS[-1])):
        if len(of.periods) > 1 or kind != "change":
            assert collisions(drawn(of, kind, width=width)) == []


@pytest.mark.parametrize("width", [3, 3.5, 6.5])
@pytest.mark.parametrize("kind", KINDS)
def test_texts_keep_apart_with_many_dyads_and_periods_missing_data_and_hostile_names(kind, width, frame):
    wanted = ["-".join(dyad) for dyad in DYADS[:8]] if kind in SEVERAL else "CHN-RUS"
    figure = drawn(hostile(annual(frame, wanted)), kind, width=width, title=HOSTILE)
    assert collisions(figure) == []
    assert "$\\frac{1$" in " ".join(words(figure))


def test_index_and_dimensions_stand_at_their_scores(scores, shipped):
    figure = shipped("index")
    middle = [1993.5, 1997.5, 2001.5, 2005.5, 2009.5, 2013.5, 2017.5]
    assert list(artist(figure, "line-0").get_xdata()) == middle
    np.testing.assert_array_equal(y_of(figure, "line-0"), scores.index.score[:, 0])
    for number in range(3):
        np.testing.assert_array_equal(y_of(figure, f"line-{number}", 1), scores.dimensions.score[:, number])
    assert [axes.get_ylim() for axes in figure.axes] == [(0, 1), (0, 1)]
    # Energy trade is known in half of the first two periods.
    np.testing.assert_array_equal(y_of(figure, "line-0-partial"), scores.index.score[:2, 0])
    np.testing.assert_array_equal(y_of(figure, "line-0-full"), scores.index.score[2:, 0])
    assert artist(figure, "line-0-partial").get_markerfacecolor() == "white"


def test_ranges_are_those_of_the_sensitivity(scores):
    figure = bci.plot(scores, within=0.3)
    table = bci.sensitivity(scores, within=0.3).to_frame().query("level == 'index'")
    for which in ("", "_within"):
        ends = table[[f"low{which}", f"high{which}"]]
        np.testing.assert_array_equal(heights_of(figure, f"reach{which}"), ends)


def test_missing_is_a_gap_and_hatched_where_nothing_is_known(frame):
    of = annual(frame)
    figure = bci.plot(of)
    heights = y_of(figure, "line-0")
    assert np.isnan(heights).sum() == np.isnan(of.index.score).sum() >= 8
    assert np.nanmin(heights) > 0
    known = np.flatnonzero(~np.isnan(of.index.score[:, 0]))
    # Nothing is whole here, as there is no energy trade.
    np.testing.assert_array_equal(y_of(figure, "line-0-partial"), of.index.score[known, 0])
    spans = [path.get_extents().intervalx for path in artist(figure, "no-score").get_paths()]
    assert any(left <= 1999.5 and right >= 2007.5 for left, right in spans)
    assert "no score" in words(figure)


def test_years_that_no_period_holds_break_the_line(panel):
    of = bci.score(panel, period=[(1992, 1995), (2000, 2003), (2004, 2007)])
    assert np.isnan(y_of(bci.plot(of), "line-0")).tolist() == [False, True, False, False]


def test_under_bounds_the_range_stands_for_the_score(frame):
    of = annual(frame, weights=default_scheme(missing={"rule": "bounds"}))
    figure = bci.plot(of)
    ends = np.column_stack([of.index.low, of.index.high])
    np.testing.assert_array_equal(heights_of(figure, "line-0-range"), ends)
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
    assert {".219", ".323", ".648", "1.00"} <= set(words(shipped("indicators")))
    of = annual(frame)
    figure = bci.plot(of, "indicators")
    cells = np.ma.filled(artist(figure, "scores").get_array(), NAN)
    np.testing.assert_array_equal(cells, of.column("score").T)
    hatched = artist(figure, "no-score")
    assert len(hatched.get_paths()) == np.isnan(cells).sum() > 0
    assert hatched.get_hatch() == style.NO_SCORE["hatch"]
    assert words(figure).count("no data") == 1


def test_tornado_is_the_index_of_halved_and_doubled_weights(scores, shipped):
    figure = shipped("tornado")
    moved = one_at_a_time(scores).query("name == 'index' and period_start == 2016").set_index("weight")
    order = moved.sort_values("swing", ascending=False, kind="stable").index
    assert len(rows(figure)) == len(order) == 9
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
    marks = np.concatenate([y_of(figure, "own-partial"), y_of(figure, "own-full")])
    for place, score in enumerate(scores.index.score[:, 0]):
        number = int(score // 0.25)
        below = heights[:number, place].sum()
        assert below < marks[place] < below + heights[number, place]


def test_schemes_are_a_line_each(panel, scores):
    other = bci.score(panel, "political-first")
    figure = bci.plot(scores, "schemes", others=(other,))
    np.testing.assert_array_equal(y_of(figure, "line-1"), other.index.score[:, 0])
    assert about_line(other)[1:] in running(figure)
    annual = bci.score(panel, "political-first", period="annual")
    for unfit, words in ((scores, "2 to 8 schemes of different names"), (annual, "other dyads or periods")):
        with pytest.raises(bci.InputError, match=words):
            bci.plot(scores, "schemes", others=(unfit,))


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
    assert list(artist(figure, "totals-partial").get_xdata()) == [ends[0]]
    np.testing.assert_allclose(artist(figure, "totals-full").get_xdata(), ends[-1])


def test_partners_stand_in_the_order_of_their_scores(frame):
    of = annual(frame, None)
    figure = bci.plot(of, "partners", country="China", top=3)
    ranking = bci.rank(of, country="China", top=3, period="2021").to_frame()
    names = map(country_name, ranking["partner"])
    assert rows(figure) == [f"{place}. {name}" for place, name in zip(ranking["rank"], names, strict=True)]
    np.testing.assert_array_equal(artist(figure, "score-partial").get_xdata(), ranking["score"])
    assert "Partners of China by the index, 2021" in words(figure)


@pytest.mark.parametrize("kind", sorted(FLAT))
def test_nothing_to_show_is_said(kind, frame):
    of = bci.score(frame, period=[(2000, 2007)], dyads="CHN-RUS")
    with pytest.raises(bci.InputError, match="too much is missing"):
        bci.plot(of, kind)


def test_one_dyad_is_needed_where_one_is_drawn(frame):
    of = annual(frame, None)
    for kind in sorted(KINDS.keys() - SEVERAL):
        with pytest.raises(bci.InputError, match="dyad: is needed: there are 10 dyads"):
            bci.plot(of, kind)


def test_a_member_that_joins_is_marked_and_one_without_data_has_no_row():
    figure = bci.plot(scored(lacking(3, 4), lacking(4)), "change")
    assert rows(figure)[4] == "Energy trade interdependence (no data in 2000)"
    assert len(rows(figure)) == 7
    assert not any("voting" in row for row in rows(figure))
    assert "contributes by joining the index or leaving it." in running(figure)
    # Economic from 0.6 to (0.6 + 0.2) / 2: a fall of 0.2, a third of it in the index, all by joining.
    assert bars(figure, "energy_trade")[0].get_width() == pytest.approx(-0.2 / 3)
    ends = [bar.get_x() for group in figure.axes[0].containers[:4] for bar in group]
    assert all(after == pytest.approx(before) for before, after in pairwise(ends))


def test_a_lone_member_has_a_word_for_its_row():
    lone = running(bci.plot(scored(lacking(3)), "tornado"))
    assert lone.count("alone with data") == 2  # in its row and in the caption
    assert lone.count("no data") == 2


@pytest.mark.parametrize("kind", ["bands", "index", "tornado", "change"])
def test_captions_say_what_settles_the_data_where_some_are_missing_and_nothing_of_whole_data(kind):
    assert kind == "change" or SETTLED in running(bci.plot(scored(lacking(3)), kind))
    text = running(bci.plot(scored(WHOLE, [0.3] * 6), kind))
    assert not [word for word in ("settled by", "no data", "alone", "joining", "partial") if word in text]


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"indicators", "bands", "schemes"}))
def test_ticks_of_scores_have_no_leading_zero(kind):
    axes = bci.plot(scored(WHOLE, [0.3, 0.5, 0.5, 0.9, 0.8, 0.4]), kind).axes[0]
    axis = axes.xaxis if kind in FLAT else axes.yaxis
    texts = [each.get_text() for each in axis.get_ticklabels()]
    assert len(texts) > 1
    assert all(text in ("0", "1") or (text[0] == "." and 0 < float(text) < 1) for text in texts)
    np.testing.assert_allclose([float(text) for text in texts], axis.get_ticklocs(), atol=1e-9)
