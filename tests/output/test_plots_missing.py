"""Figures where members have no data: who joined or left, who stands alone, what weights cannot undo."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

import bci
from bci.model.scheme import Scheme
from bci.output.plots import KINDS
from bci.output.screen.sensitivity import SETTLED
from bci.scoring.scores import Scores

NAN = float("nan")
NAMES = bci.load_weights().indicators
WHOLE = [0.2, 0.4, 0.6, 0.2, 0.5, 0.9]


def scored(*years: list[float]) -> Scores:
    """Scores of one dyad in years from 2000; the values are the scores."""
    labels = [("AUS", "BRA", 2000 + i) for i in range(len(years))]
    index = pd.MultiIndex.from_tuples(labels, names=["iso3_a", "iso3_b", "year"])
    plain = {
        name: {"method": "anchors", "anchors": [[0, 0], [1, 1]], "basis": "definition"} for name in NAMES
    }
    content = bci.load_weights().model_dump(mode="json", by_alias=True) | {"scales": plain}
    own = Scheme.model_validate(content)
    frame = pd.DataFrame(list(years), index, list(NAMES))
    return bci.score(frame, own, period="annual", start=2000, end=1999 + len(years))


def said(figure: Figure) -> str:
    return " ".join(" ".join(each.get_text().split()) for each in figure.findobj(Text) if each.get_visible())


def rows(figure: Figure) -> list[str]:
    return [" ".join(each.get_text().split()) for each in figure.axes[0].get_yticklabels()]


def test_a_member_that_joins_is_marked_and_one_without_data_has_no_row():
    first, last = [*WHOLE], [*WHOLE]
    first[3] = first[4] = last[4] = NAN
    figure = bci.plot(scored(first, last), "change")
    assert rows(figure)[4] == "Energy trade interdependence (no data in 2000)"
    assert len(rows(figure)) == 7
    assert not any("voting" in row for row in rows(figure))
    assert "contributes by joining the index or leaving it." in said(figure)
    ends = [bar.get_x() for group in figure.axes[0].containers[:-2] for bar in group]
    bars = {group.get_label(): group[0] for group in figure.axes[0].containers}
    # Economic from 0.6 to (0.6 + 0.2) / 2: a fall of 0.2, a third of it in the index, all by joining.
    assert bars["energy_trade"].get_width() == pytest.approx(-0.2 / 3)
    assert all(b - a == pytest.approx(0) for a, b in pairwise(ends[:4]))


def test_a_change_of_whole_data_says_nothing_of_joining():
    figure = bci.plot(scored(WHOLE, [0.3] * 6), "change")
    assert len(rows(figure)) == 8
    assert "joining" not in said(figure)
    assert "no data" not in said(figure)


def test_a_lone_member_has_a_word_for_its_row():
    lone = [*WHOLE]
    lone[3] = NAN
    text = said(bci.plot(scored(lone), "tornado"))
    assert text.count("alone with data") == 2  # in its row and in the caption
    assert text.count("no data") == 2
    whole = said(bci.plot(scored(WHOLE), "tornado"))
    assert "alone" not in whole
    assert "no data" not in whole


@pytest.mark.parametrize("kind", ["bands", "index", "tornado"])
def test_what_settles_the_data_stands_in_the_caption_where_data_are_missing(kind):
    partial = [*WHOLE]
    partial[3] = NAN
    assert SETTLED in said(bci.plot(scored(partial), kind))
    assert "settled by" not in said(bci.plot(scored(WHOLE), kind))


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"indicators", "bands", "schemes"}))
def test_ticks_of_scores_have_no_leading_zero(kind):
    figure = bci.plot(scored(WHOLE, [0.3, 0.5, 0.5, 0.9, 0.8, 0.4]), kind)
    axis = "get_xticklabels" if kind in ("tornado", "change", "partners") else "get_yticklabels"
    texts = [each.get_text() for each in getattr(figure.axes[0], axis)()]
    assert len(texts) > 1
    assert all(text in ("0", "1") or (text[0] == "." and 0 < float(text) < 1) for text in texts)
    places = figure.axes[0].get_xticks() if axis == "get_xticklabels" else figure.axes[0].get_yticks()
    np.testing.assert_allclose([float(text) for text in texts], places, atol=1e-9)
