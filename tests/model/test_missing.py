"""The missing rules: which parents have no score."""

import numpy as np
import pytest

from bci.model.bands import HAIR
from bci.model.missing import refused

#: Nothing missing, one of two members, both; the last two rest on too little.
MISSING = np.array([[False, False], [False, True], [True, True], [False, False], [False, True]])
COVERAGE = np.array([1, 0.5, 0, 0.5 - 2 * HAIR, 0.25])


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("reweight", [False, False, True, True, True]),
        ("strict", [False, True, True, True, True]),
        # What is known of these is told as a range, on however little it rests.
        ("bounds", [False, True, True, False, True]),
    ],
)
def test_what_is_refused_under_each_rule(rule, expected):
    assert refused(MISSING, COVERAGE, rule, 0.5).tolist() == expected


def test_the_minimum_itself_passes_though_rounding_puts_it_a_hair_below():
    whole = np.zeros((2, 2), dtype=bool)
    assert refused(whole, np.array([0.5, 0.5 - HAIR]), "reweight", 0.5).tolist() == [False, False]
