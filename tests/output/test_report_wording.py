"""The words of a report: what is rounded, tied, refused, absent or long is told as what it is."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up import NAN, default_scheme, own_scores

import bci
from bci.numbers import ends
from bci.output.report import report, study
from bci.output.screen.sensitivity import SETTLED
from bci.scoring.scores import Scores

BOTH = "overall trade interdependence and energy trade interdependence"


def told(scores: Scores) -> str:
    return report(study(scores), "markdown")


@given(st.floats(0, 1), st.floats(0, 1), st.sampled_from([2, 3]))
def test_a_range_is_rounded_outwards_and_by_no_more_than_one_digit(a, b, digits):
    low, high = sorted((a, b))
    down, up = map(float, ends(low, high, digits))
    assert down <= low + 1e-10
    assert high <= up + 1e-10
    assert low - down < 10**-digits
    assert up - high < 10**-digits


def test_a_range_of_round_numbers_stays_as_it_is():
    assert ends(0.1 + 0.2, 0.7) == ("0.30", "0.70")
    assert ends(0.5, 0.5, 3) == ("0.500", "0.500")


def test_what_settles_the_data_is_told_only_where_data_are_missing():
    whole = told(own_scores({2000: [0.2, 0.4, 0.6, 0.3, 0.5, 0.9]}))
    assert SETTLED not in whole
    assert "No weights take the index below 0.20 or above 0.90." in whole
    partial = told(own_scores({2000: [0.2, 0.4, 0.6, NAN, 0.5, 0.9]}))
    assert SETTLED in partial
    settled = "as long as the scheme's own settle which data count."
    assert f"No weights take the index below 0.20 or above 0.90, {settled}" in partial


def test_an_indicator_that_joins_is_marked_and_one_without_data_left_out():
    text = told(own_scores({2000: [0.2, 0.4, 0.6, NAN, NAN, 0.9], 2001: [0.2, 0.4, 0.6, 0.2, NAN, 0.9]}))
    # Economic 0.6, then (0.6 + 0.2) / 2 = 0.4, so the index falls by 0.2 / 3; all of it by joining.
    assert "the index falls by 0.067." in text
    assert "energy trade interdependence -0.067 (no data in 2000)" in text.casefold()
    sentence = re.search("To this change the indicators contribute (.*?);", text)
    assert sentence
    assert "voting" not in sentence[1].casefold()
    assert "contributes by joining the index or leaving it." in text


def test_an_indicator_of_a_refused_dimension_is_refused_and_no_zero():
    dimensions = default_scheme().model_dump(mode="json", by_alias=True)["dimensions"]
    dimensions["economic"]["indicators"] = {"trade": 1, "energy_trade": 9}
    own = default_scheme(dimensions=dimensions)
    text = told(own_scores({2000: [0.2, 0.4, 0.6, 0.5, 0.7, 0.9], 2001: [0.2, 0.4, 0.6, NAN, 0.7, 0.9]}, own))
    (row,) = [
        line for line in text.splitlines() if line.count("|") == 7 and line.startswith("| Overall trade ")
    ]
    assert row.endswith("| 0.600 | refused | refused |")
    assert "refused: too little of the dimension rests on data" in text
    assert "(refused in 2001)" in text
    assert "(no data in 2001)" in text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        # Without the other dimensions, both indicators of the economic one move the index alike.
        (
            [0.5, 0.5, 1.0, 0.0, 0.5, 0.5],
            f"The weights of {BOTH} matter most, and equally: the index moves by",
        ),
        (
            [0.2, 0.2, 0.2, 0.2, 0.9, 0.9],
            "The weight of the political dimension matters most: the index moves by",
        ),
        ([0.4] * 6, "No single weight, halved or doubled, moves the index by as much as a thousandth."),
    ],
)
def test_which_weights_matter_most(values, words):
    text = told(own_scores({2000: values}))
    assert words in text
    ties = "| Overall trade interdependence, Energy trade interdependence |" in text
    assert ties == (BOTH in words)


def test_a_change_that_is_printed_as_nothing_is_no_fall():
    text = told(own_scores({2000: [0.4] * 6, 2001: [0.3999] * 6, 2002: [0.5] * 6}))
    assert "it rises 1 and falls 0 of 2 times; once it moves by less than 0.0005." in text
    assert "-0.000" not in text
    flat = told(own_scores({2000: [0.4] * 6, 2001: [0.3999] * 6}))
    assert "From 2000 to 2001 the index hardly changes." in flat


def test_a_part_that_is_printed_as_nothing_has_no_minus():
    text = told(own_scores({2000: [0.4] * 6, 2001: [0.5, 0.3999, 0.4, 0.4, 0.4, 0.4]}))
    assert "military exercises +0.000" in text


def test_many_falls_and_bands_are_counted(panel):
    scores = bci.score(panel, period="annual")
    index = np.array([scores.get("index", span) for span in scores.periods])
    falls = np.diff(index)
    text = told(scores)
    worst = scores.periods[int(falls.argmin()) + 1][0]
    assert f"Its largest fall is that of {worst} ({falls.min():+.3f})." in text
    assert "It falls in" not in text
    bands = scores.to_frame().query("level == 'index'")["band"].to_list()
    changes = [i for i in range(1, len(bands)) if bands[i] != bands[i - 1]]
    last = scores.periods[changes[-1]][0]
    assert f"Its band changes {len(changes)} times, at last to {bands[changes[-1]]} in {last}." in text


def test_under_bounds_nothing_is_said_to_be_tried_where_there_is_no_index():
    own = default_scheme(missing={"rule": "bounds"})
    text = told(own_scores({2000: [0.4, 0.4, 0.4, NAN, 0.4, 0.4]}, own))
    assert "without an index there is nothing to weigh otherwise." in text
    assert "every weighting" not in text
    whole = told(own_scores({2000: [0.4] * 6}, own))
    assert "Under the rule bounds there is an answer only where nothing is missing." in whole
    assert SETTLED not in whole


@pytest.mark.parametrize("gaps", [0.0, 0.4])
def test_every_end_in_words_holds_what_any_weights_reach(gaps):
    rng = np.random.default_rng(3)
    values = rng.random(6)
    values[rng.random(6) < gaps] = NAN
    scores = own_scores(
        {2000: [*values]}, default_scheme(missing={"rule": "reweight", "minimum_coverage": 0})
    )
    found = re.search(r"No weights take the index below (\S+) or above (\d\.\d\d)", told(scores))
    assert found
    # All the weight on one indicator gives its own score; no mixture lies outside of those.
    assert float(found[1]) <= np.nanmin(values) < float(found[1]) + 0.01
    assert float(found[2]) - 0.01 < np.nanmax(values) <= float(found[2])
    assert not math.isnan(float(found[1]))
