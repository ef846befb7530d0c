"""Small data, schemes and findings, made up to be worked out by hand."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

import bci
from bci.arrays import Array
from bci.model.scheme import Scheme, Tiling
from bci.replication.findings import Finding, Findings, load_findings
from bci.scoring.scores import Scores

#: A scale that leaves values as they are.
PLAIN = {"method": "goalposts", "lower": 0, "upper": 1, "basis": "definition"}
NAN = float("nan")
#: Two or more indicators in a dimension, and one alone.
TREE = {
    "first": (1, {"alpha": 1, "beta": 2}),
    "second": (1, {"gamma": 1, "delta": 1}),
    "third": (1, {"epsilon": 3}),
}
HALVES = {"low": 0, "high": 0.5}
QUARTERS = {"limited": 0, "moderate": 0.25, "enhanced": 0.5, "comprehensive": 0.75}


def scheme(
    tree: Mapping[str, tuple[float, Mapping[str, float]]], bands: Mapping[str, float] = HALVES, **more: Any
) -> Scheme:
    """A scheme of annual periods whose indicators are scores already, by weight and members of dimensions."""
    content = {
        "name": "hand",
        "periods": "annual",
        "dimensions": {name: {"weight": w, "indicators": dict(inside)} for name, (w, inside) in tree.items()},
        "bands": dict(bands),
        "scales": {name: PLAIN for _, inside in tree.values() for name in inside},
    }
    return Scheme.model_validate(content | more)


def default_scheme(**changes: Any) -> Scheme:
    """The default scheme with some of its parts exchanged."""
    return Scheme.model_validate(bci.load_weights().model_dump(mode="json", by_alias=True) | changes)


def dyad_years(rows: Mapping[tuple[str, str, int], Sequence[float]], names: Iterable[str]) -> pd.DataFrame:
    """A plain frame of values by dyad and year."""
    index = pd.MultiIndex.from_tuples(rows, names=["iso3_a", "iso3_b", "year"])
    return pd.DataFrame(list(rows.values()), index, list(names))


def own_scores(rows: Mapping[int, Sequence[float]], scheme: Scheme | None = None) -> Scores:
    """Annual scores of Australia and Brazil in which the values of the six indicators are their scores."""
    own = scheme or default_scheme()
    plain = {"method": "anchors", "anchors": [[0, 0], [1, 1]], "basis": "definition"}
    content = own.model_dump(mode="json", by_alias=True) | {"scales": dict.fromkeys(own.indicators, plain)}
    frame = dyad_years({("AUS", "BRA", year): row for year, row in rows.items()}, own.indicators)
    return bci.score(frame, Scheme.model_validate(content), period="annual", start=min(rows), end=max(rows))


def values(first: int = 1992, **columns: Sequence[float]) -> pd.DataFrame:
    """A plain frame of China-Russia, one value a year from the first on, by indicator."""
    return years(*zip(*columns.values(), strict=True), names=columns, first=first)


def years(*rows: Sequence[float], names: Iterable[str], first: int = 2000) -> pd.DataFrame:
    """The same, year by year."""
    return dyad_years({("CHN", "RUS", first + i): row for i, row in enumerate(rows)}, names)


def findings(
    last: int, *rows: tuple[str, str, tuple[int, int], str, str], level: str = "dimension"
) -> Findings:
    """Findings by id, name, years, type and claim, tested year by year from 1992 on."""
    content = [
        {
            "id": name,
            "level": "index" if about == "index" else level,
            "name": about,
            "period": years,
            "type": kind,
            "claim": claim,
            "each": "year",
            "statement": claim,
            "class": "STATED",
            "sources": ["seed"],
        }
        for name, about, years, kind, claim in rows
    ]
    periods = Tiling.model_validate({"length": 1, "from": 1992, "to": last})
    made_up = [Finding.model_validate(each) for each in content]
    return load_findings().model_copy(update={"findings": made_up, "periods": periods})


def panel(rows: int, members: int, missing: float, seed: int) -> Array:
    """Scores drawn evenly, with gaps."""
    rng = np.random.default_rng(seed)
    scores = rng.random((rows, members))
    scores[rng.random(scores.shape) < missing] = np.nan
    return scores
