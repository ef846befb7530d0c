"""Schemes: read back as the same from their text; and which parents their missing rules refuse."""

import numpy as np
import pytest
from made_up import HALVES, scheme

import bci
from bci.model.bands import HAIR
from bci.model.missing import refused
from bci.model.scheme import scheme_names, scheme_text


@pytest.mark.parametrize("name", scheme_names())
def test_every_shipped_scheme_comes_back_from_its_text(name, tmp_path):
    shipped = bci.load_weights(name)
    path = tmp_path / "scheme.yaml"
    path.write_text(scheme_text(shipped), encoding="utf-8")
    assert bci.load_weights(path) == shipped


@pytest.mark.parametrize(
    "more",
    [
        {"periods": [[1992, 1995], [2000, 2007]], "description": 'A "quote", a colon: and a\nline — é'},
        {"aggregation": {"indicators": {"power": -1.5}, "dimensions": "minimum"}},
        {"missing": {"rule": "bounds", "minimum_coverage": 1 / 3}, "name": "1992"},
        {"measures": {"ia": {"method": "mutual_share", "mean": "smaller"}}},
    ],
)
def test_an_odd_scheme_comes_back_from_its_text(more, tmp_path):
    odd = scheme({"a": (1e-7, {"ia": 1 / 3, "ib": 0}), "b": (0, {"ic": 1e20})}, HALVES, **more)
    path = tmp_path / "scheme.yaml"
    path.write_text(scheme_text(odd), encoding="utf-8")
    assert bci.load_weights(path) == odd


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
