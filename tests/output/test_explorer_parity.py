"""The page to play with gives the numbers of the package: random schemes and gaps, by its own script."""

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from house import TESTS
from made_up import dyad_years

import bci
from bci.model.bands import band
from bci.model.scheme import Scheme
from bci.numbers import percent
from bci.output.explorer import Preset, page
from bci.output.explorer.data import document
from bci.scoring.scores import Scores
from bci.sensitivity_analysis.one_at_a_time import one_at_a_time
from bci.sensitivity_analysis.summary import is_additive

BROWSER = TESTS / "browser"
MEANS: list[Any] = ["arithmetic"] * 4 + ["geometric", "harmonic", "minimum"]
POWERS = [2.0, -2.5, 0.0, 1e-9, 0.5, 40.0]
CLOSE = 1e-12
NODE = shutil.which("node")

pytestmark = pytest.mark.skipif(NODE is None, reason="node is not installed: it runs the script of the page")


def random_scheme(rng: np.random.Generator, number: int) -> Scheme:
    """Any tree, weights, means, missing rule and bands, on scales that leave a value as it is."""
    plain = {"method": "goalposts", "lower": 0.0, "upper": 1.0, "basis": "definition"}
    dimensions, scales = {}, {}
    for d in range(rng.integers(1, 5)):
        members = {f"i{d}_{i}": weight(rng) for i in range(rng.integers(1, 5))}
        members[f"i{d}_0"] = members[f"i{d}_0"] or 1.0
        scales |= dict.fromkeys(members, plain)
        dimensions[f"d{d}"] = {"weight": weight(rng) if d else 1.0, "indicators": members}
    inner = sorted(rng.uniform(0.05, 0.95, size=rng.integers(0, 4)))
    return Scheme.model_validate(
        {
            "name": f"case-{number}",
            "periods": [[2000, 2000], [2001, 2003], [2004, 2009]],
            "dimensions": dimensions,
            "aggregation": {"indicators": any_mean(rng), "dimensions": any_mean(rng)},
            "missing": {
                "rule": str(rng.choice(["reweight", "reweight", "strict", "bounds"])),
                "minimum_coverage": float(rng.choice([0, 0.25, 0.5, 1])),
            },
            "bands": {"lowest": 0.0, **{f"band_{i}": float(edge) for i, edge in enumerate(inner)}},
            "scales": scales,
        }
    )


def weight(rng: np.random.Generator) -> float:
    kinds = [0.0, 1.0, rng.uniform(0.01, 5), 10 ** rng.uniform(-6, 6)]
    return float(rng.choice(kinds, p=[0.15, 0.3, 0.45, 0.1]))


def any_mean(rng: np.random.Generator) -> Any:
    return {"power": float(rng.choice(POWERS))} if rng.random() < 0.15 else str(rng.choice(MEANS))


def random_values(rng: np.random.Generator, scheme: Scheme) -> pd.DataFrame:
    """Values in 0..1 for two dyads and ten years: some missing, some on an edge, some 0 or 1."""
    keys = [(a, b, year) for a, b in (("CHN", "RUS"), ("FRA", "USA")) for year in range(2000, 2010)]
    names = list(scheme.indicators)
    values = rng.uniform(size=(len(keys), len(names)))
    special = rng.choice([0.0, 1.0, *scheme.edges], size=values.shape)
    values = np.where(rng.random(values.shape) < 0.15, special, values)
    values[rng.random(values.shape) < rng.choice([0, 0.1, 0.5])] = np.nan
    return dyad_years(dict(zip(keys, values, strict=True)), names)


@cache
def cases() -> list[Scores]:
    rng = np.random.default_rng(20261121)
    schemes = [random_scheme(rng, number) for number in range(60)]
    return [bci.score(random_values(rng, scheme), scheme) for scheme in schemes]


@pytest.fixture(scope="module")
def shipped_page(scores: Scores, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page, for the script in it."""
    path = tmp_path_factory.mktemp("explorer") / "page.html"
    path.write_text(page([Preset(scores, scores)]), encoding="utf-8")
    return path


def by_script(path: Path, given: list[dict[str, Any]], folder: Path) -> list[list[dict[str, Any]]]:
    """What the page's own script makes of cases, a list of rows a case."""
    asked = folder / "cases.json"
    asked.write_text(json.dumps(given), encoding="utf-8")
    run = subprocess.run(
        [str(NODE), str(BROWSER / "parity.mjs"), str(path), str(asked)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    answers: list[list[dict[str, Any]]] = json.loads(run.stdout)
    return answers


@pytest.fixture(scope="module")
def answers(
    shipped_page: Path, tmp_path_factory: pytest.TempPathFactory
) -> list[tuple[Scores, list[dict[str, Any]]]]:
    """Random cases scored by the package, and the same by the page."""
    given = [{"data": document([Preset(scores, scores)], ""), "preset": 0} for scores in cases()]
    found = by_script(shipped_page, given, tmp_path_factory.mktemp("cases"))
    return list(zip(cases(), found, strict=True))


def close(found: Any, expected: Any) -> None:
    """The same numbers to 1e-12, missing where missing."""
    found = np.array([[np.nan if x is None else x for x in np.ravel(row)] for row in found], dtype=float)
    expected = np.array(expected, dtype=float).reshape(found.shape)
    np.testing.assert_array_equal(np.isnan(found), np.isnan(expected))
    np.testing.assert_allclose(found, expected, rtol=0, atol=CLOSE)


def test_scores_and_coverage_are_those_of_the_package(answers):
    for scores, rows in answers:
        names = [name for _, name in scores.names]
        assert [[n["name"] for n in row["named"]] for row in rows] == [names] * len(rows)
        for stage in ("score", "coverage", *(("low", "high") if scores.index.low is not None else ())):
            close([[n[stage] for n in row["named"]] for row in rows], scores.column(stage))


def test_bands_are_those_of_the_package(answers):
    for scores, rows in answers:
        expected = band(scores.column("score"), scores.scheme.edges).tolist()
        assert [[n["band"] for n in row["named"]] for row in rows] == expected


def test_ends_over_all_weights_are_those_of_the_package(answers):
    for scores, rows in answers:
        found = [[row["ends"]["index"], *row["ends"]["dimensions"]] for row in rows]
        table = bci.sensitivity(scores).to_frame()
        for end in ("low", "high"):
            close([[each[end] for each in row] for row in found], table[end])


def test_boxes_shares_and_tipping_points_are_those_of_the_package(answers):
    additive = [case for case in answers if is_additive(case[0].scheme)]
    assert len(additive) > 10
    for scores, rows in additive:
        expected = bci.sensitivity(scores)
        table = expected.to_frame()
        index = table[table["level"] == "index"]
        found = [[row["ends"]["index"], *row["ends"]["dimensions"]] for row in rows]
        for ours, theirs in (("lowWithin", "low_within"), ("highWithin", "high_within")):
            close([[each[ours] for each in row] for row in found], table[theirs])
        close([row["agree"] for row in rows], index["agree"])
        close([row["nearest"]["distance"] for row in rows], index["tipping"])
        words = [*scores.scheme.bands, None]
        assert [words[row["nearest"]["band"]] for row in rows] == [
            None if pd.isna(word) else word for word in index["tipping_band"]
        ]
        shares = expected.shares()
        both = shares[(shares["name"] == "index") & (shares["over"] == "both")]
        close([row["shares"]["index"] for row in rows], both[list(scores.scheme.bands)])
        for d, name in enumerate(scores.scheme.tree):
            own = shares[(shares["name"] == name) & (shares["over"] == "indicators")]
            close([row["shares"]["dimensions"][d] for row in rows], own[list(scores.scheme.bands)])


def test_halving_and_doubling_are_those_of_the_package(answers):
    for scores, rows in answers:
        moved = one_at_a_time(scores)
        moved = moved[moved["name"] == "index"].dropna(subset=["swing"])
        parts = dict(list(moved.groupby(["iso3_a", "iso3_b", "period_start", "period_end"])))
        for label, row in zip(scores.row_labels, rows, strict=True):
            own = parts.get(tuple(label), moved[:0]).set_index("weight")
            assert {each["name"] for each in row["tornado"]} == set(own.index)
            for each in row["tornado"]:
                expected = own.loc[each["name"], ["halved", "doubled", "swing"]]
                close([[each["halved"], each["doubled"], each["swing"]]], [expected])


def test_contributions_are_those_of_the_package_and_add_up(answers):
    for scores, rows in answers[:25]:
        for (a, b, start, end), row in zip(scores.row_labels, rows, strict=True):
            told = bci.explain(scores, (start, end), dyad=f"{a}-{b}").to_frame()
            told = told[told["level"] == "indicator"].set_index("name")
            parts = [each["contribution"] for each in row["contributions"]]
            close(parts, told["contribution"].reindex([each["name"] for each in row["contributions"]]))
            index = row["named"][0]["score"]
            if index is not None:
                assert sum(part or 0 for part in parts) == pytest.approx(index, abs=CLOSE)


def test_shares_are_spelt_as_the_package_spells_them(shipped_page, tmp_path):
    rng = np.random.default_rng(7)
    edges = [0, 1e-9, 4.9e-4, 5e-4, 5.1e-4, 0.005, 0.0051, 0.125, 0.994, 0.995, 0.9994, 0.9995, 1 - 1e-9, 1]
    given = [*edges, *rng.uniform(size=200).tolist(), *(10 ** rng.uniform(-5, -1, 200)).tolist()]
    (tmp_path / "shares.json").write_text(json.dumps(given))
    code = (
        "const [, page, script, shares] = process.argv; const { opened } = await import(script);"
        "const { readFileSync } = await import('node:fs');"
        "console.log(JSON.stringify(JSON.parse(readFileSync(shares)).map(opened(page).percent)));"
    )
    command = [str(NODE), "--input-type=module", "-e", code, str(shipped_page)]
    files = [(BROWSER / "page.mjs").as_uri(), str(tmp_path / "shares.json")]
    run = subprocess.run([*command, *files], capture_output=True, text=True, check=True)
    assert json.loads(run.stdout) == [percent(share) for share in given]
