"""A scheme as the text of a file, read back as the same scheme."""

import pytest
from made_up import HALVES, scheme

import bci
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
