"""What the tests of workbooks share: made-up scores, reading, changing and recalculating a workbook."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from made_up import dyad_years

import bci
from bci.model import bands
from bci.model.scheme import Scheme
from bci.output.dyad_years import years_of
from bci.scoring.scores import Scores

NAN = float("nan")
HEAD, YEARS, SPANS = 3, 5, 6

SCALES: dict[str, dict[str, Any]] = {
    "alpha": {"method": "anchors", "anchors": [[-1.0, 0.1], [0.0, 0.2], [2.0, 0.9]], "direction": -1},
    "beta": {"method": "goalposts", "lower": 0.0, "upper": 1.0, "direction": -1},
    "gamma": {"method": "min_max"},
    "delta": {"method": "z_score", "centre": 0.4, "spread": 0.3, "direction": -1},
    "epsilon": {"method": "percentile_rank"},
    "zeta": {"method": "rank", "ties": "lowest"},
}


def scheme(**changes: Any) -> Scheme:
    """Made up: six indicators on six kinds of scales, one dimension with a single indicator."""
    content: dict[str, Any] = {
        "name": "made-up",
        "periods": [[2000, 2001], [2002, 2004], [2005, 2005], [2006, 2010]],
        "dimensions": {
            "first": {"weight": 2, "indicators": {"alpha": 1, "beta": 2, "gamma": 0.5}},
            "second": {"weight": 1, "indicators": {"delta": 1}},
            "third": {"weight": 3, "indicators": {"epsilon": 5, "zeta": 1, "unused": 0}},
        },
        "bands": {"low": 0.0, "middle": 0.35, "high": 0.7},
        "scales": {name: {**scale, "basis": "definition"} for name, scale in SCALES.items()},
    }
    return Scheme.model_validate(content | changes)


def values() -> pd.DataFrame:
    """Made up: three dyads in no order of years, a third of the values missing, one dyad without any."""
    chance = np.random.default_rng(7)
    keys = [(*dyad, year) for dyad in (("CHN", "RUS"), ("CIV", "FRA")) for year in range(2000, 2008)]
    matrix = chance.normal(0.5, 0.6, (len(keys), len(SCALES)))
    matrix[chance.random(matrix.shape) < 0.35] = NAN
    matrix[chance.random(matrix.shape) < 0.1] = 1.0
    matrix[keys.index(("CIV", "FRA", 2005))] = NAN
    order = chance.permutation(len(keys))
    frame = dyad_years({keys[i]: matrix[i] for i in order}, SCALES)
    frame.loc[("DEU", "FRA", 2003), :] = NAN
    return frame


def made(**changes: Any) -> Scores:
    return bci.score(values(), scheme(**changes))


def stored(path: Path) -> Any:
    return openpyxl.load_workbook(path, data_only=True)


def columns(book: Any) -> dict[tuple[str, str, str], list[Any]]:
    """The numbers and words of every column, by sheet, block and name; an empty text is missing."""
    found = {}
    for name, first in (("Scores", YEARS), ("Periods", SPANS), ("Index", SPANS)):
        blocks, _, names, *rows = (row[first:] for row in book[name].iter_rows(values_only=True))
        block = ""
        for column, head in enumerate(names):
            block = blocks[column] or block
            cells = [None if row[column] == "" else row[column] for row in rows]
            found[name, block.partition(",")[0], head] = cells
    return found


def expected(scores: Scores) -> dict[tuple[str, str, str], list[Any]]:
    """What the columns must hold."""
    stages = ["score", "coverage", *([] if scores.index.low is None else ["low", "high"])]
    words = np.array([*scores.scheme.bands, None], dtype=object)
    annual = scores.annual[years_of(scores).row]
    wanted = {
        ("Scores", "score", name): annual[:, i].tolist() for i, name in enumerate(scores.scheme.indicators)
    }
    for n, (level, name) in enumerate(scores.names):
        sheet = "Periods" if level == "indicator" else "Index"
        wanted |= {(sheet, stage, name): scores.column(stage)[:, n].tolist() for stage in stages}
        if sheet == "Index":
            number = bands.band(scores.column("score")[:, n], scores.scheme.edges)
            wanted[sheet, "band", name] = words[number].tolist()
    return wanted


def assert_holds(book: Any, scores: Scores) -> None:
    found = columns(book)
    for key, wanted in expected(scores).items():
        assert len(found[key]) == len(wanted), key
        for row, (have, want) in enumerate(zip(found[key], wanted, strict=True)):
            place = f"{key} row {row}: {have} is not {want}"
            if want is None or want != want:
                assert have is None, place
            elif isinstance(want, str):
                assert have == want, place
            else:
                assert have == pytest.approx(want, abs=1e-9), place


def change(book: Any, changes: Mapping[str, Any]) -> None:
    """Change shaded cells of the sheet Weights, found by the words beside them."""
    sheet = book["Weights"]
    places: dict[str, Any] = {}
    for row in sheet.iter_rows(min_row=5):
        if row[0].value is not None:
            places.setdefault(str(row[1].value or row[0].value), row[2])
            if row[0].value == "what has too little data for a score":
                places["rule"], places["minimum"] = row[2], row[3]
    for name, value in changes.items():
        places[name].value = value


MEAN_OF = {"indicators": "of the indicators of a dimension", "dimensions": "of the dimensions"}


def weighed(scores: Scores, **weights: float) -> Scores:
    """The scores of the same data under other weights."""
    content = scores.scheme.model_dump(mode="json", by_alias=True)
    for name, dimension in content["dimensions"].items():
        dimension["weight"] = weights.get(name, dimension["weight"])
        dimension["indicators"] |= {key: weights[key] for key in dimension["indicators"] if key in weights}
    data = scores.panel if scores.panel is not None else scores.values
    return bci.score(data, Scheme.model_validate(content))


def calculated(paths: list[Path], temporary: pytest.TempPathFactory) -> Path:
    """The folder of the same workbooks with all formulas calculated by LibreOffice."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed: apt-get install libreoffice-calc-nogui")
    into, profile = temporary.mktemp("calculated"), temporary.getbasetemp() / "profile"
    command = [office, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "xlsx"]
    done = subprocess.run(
        [*command, "--outdir", str(into), *map(str, paths)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return into
