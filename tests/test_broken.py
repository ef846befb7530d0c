"""Broken inputs, a file or folder each with its problems beside it: all are told, each in its place.

A new rule is two files below ``cases/broken``: the broken input, and ``<rule>.expected``.
"""

from pathlib import Path

import pytest
from house import BROKEN, INDICATORS, SCHEME, assert_refused, run

import bci
from bci.replication.calibration import load_grid
from bci.sensitivity_analysis.multiverse import choices


def expected_of(case: Path) -> list[str]:
    """What is told of a broken file or folder: a line a problem, `` ... `` where words are left out.

    Of a file of its own a line begins with line and column, of a folder with the file.
    """
    lines = case.with_suffix(".expected").read_text(encoding="utf-8").splitlines()
    return [f"/{case.name}:{line}" if line[0].isdigit() else line for line in lines]


def broken(kind: str) -> list[Path]:
    """The broken files or folders of a kind; none lacks its problems, and none of these its case."""
    cases = sorted(path for path in (BROKEN / kind).iterdir() if path.suffix != ".expected")
    assert [path.stem for path in cases] == sorted(path.stem for path in (BROKEN / kind).glob("*.expected"))
    return cases


def name_of(value: Path | list[str]) -> str:
    """The rule, or the command."""
    return value.stem if isinstance(value, Path) else value[0]


@pytest.mark.parametrize("scheme", broken("schemes"), ids=name_of)
@pytest.mark.parametrize("command", [["validate"], ["score", "--weights"]], ids=name_of)
def test_a_broken_scheme(command, scheme):
    # A scale can be fitted to any values that vary; only this rule is about those that do not.
    data = BROKEN / "constant" if scheme.stem == "min_max_constant" else INDICATORS
    assert_refused(run(*command, scheme, "-i", data), *expected_of(scheme))


@pytest.mark.parametrize("folder", broken("indicators"), ids=name_of)
def test_a_broken_folder_of_indicators(folder):
    assert_refused(run("validate", "--indicators", folder), *expected_of(folder))


@pytest.mark.parametrize("findings", broken("findings"), ids=name_of)
def test_broken_findings(findings):
    result = run("replicate", "-i", INDICATORS, "-w", SCHEME, "--findings", findings)
    assert_refused(result, *expected_of(findings))


@pytest.mark.parametrize("variants", broken("variants"), ids=name_of)
def test_broken_variants(panel, variants):
    with pytest.raises(bci.InputError) as caught:
        choices(panel, variants=variants)
    assert_told(caught.value, variants)


@pytest.mark.parametrize("grid", broken("grids"), ids=name_of)
def test_a_broken_grid(grid):
    with pytest.raises(bci.InputError) as caught:
        load_grid(grid)
    assert_told(caught.value, grid)


def assert_told(error: bci.InputError, case: Path) -> None:
    """All problems of a file and nothing else, each in its place."""
    for problem, words in zip(error.problems, expected_of(case), strict=True):
        assert words in str(problem)


@pytest.mark.parametrize(
    "args",
    [
        ["validate"],
        ["score"],
        ["explain", "1992"],
        ["compare", "papageorgiou-equal", "military-first"],
        ["replicate"],
        ["indicators"],
        ["indicators", "trade"],
    ],
    ids=" ".join,
)
def test_every_command_that_reads_figures_says_the_same(args):
    expected = expected_of(BROKEN / "indicators" / "many_problems")
    assert len(expected) == 5
    assert_refused(run(*args, "-i", BROKEN / "indicators" / "many_problems"), *expected)


@pytest.mark.parametrize(
    "args",
    [
        ["validate"],
        ["score", "-w"],
        ["explain", "1992", "-w"],
        ["compare", "papageorgiou-equal"],
        ["replicate", "-w"],
    ],
    ids=lambda args: args[0],
)
def test_every_command_that_reads_a_scheme_says_the_same(args):
    expected = expected_of(BROKEN / "schemes" / "several.yaml")
    assert len(expected) == 5
    assert_refused(run(*args, BROKEN / "schemes" / "several.yaml", "-i", INDICATORS), *expected)


def test_figures_and_schemes_are_refused_together():
    schemes = BROKEN / "schemes"
    result = run(
        "validate",
        schemes / "weight_nan.yaml",
        schemes / "nowhere.yaml",
        "-i",
        BROKEN / "indicators" / "year_text",
    )
    expected = [
        *expected_of(BROKEN / "indicators" / "year_text"),
        "/nowhere.yaml: no such file",
        *expected_of(schemes / "weight_nan.yaml"),
    ]
    assert_refused(result, *expected)


def test_the_library_raises_what_the_command_prints():
    with pytest.raises(bci.InputError, match="'NaN' is no number") as caught:
        bci.load_indicators(BROKEN / "indicators" / "many_problems")
    places = [(Path(p.place).name, p.line, p.column) for p in caught.value.problems]
    assert places == [
        ("trade.csv", 2, 2),
        ("trade.csv", 2, 4),
        ("trade.csv", 3, 7),
        ("trade.csv", 3, 8),
        ("trade.csv", 4, 1),
    ]
