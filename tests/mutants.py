"""Mutants of the formulas against their tests: ``python tests/mutants.py``, by hand, not with the tests.

A mutant is a module with one operator, comparison, constant, ``min``, ``max``, ``and`` or ``or`` changed. It
is killed where a test of that module fails. What survives is printed, and why where that is no fault.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parents[1]

#: Modules and the tests that must kill their mutants.
TESTS = {
    "model/measures": ["model/test_measures.py"],
    "model/scales": ["model/test_scales.py"],
    "model/means": ["model/test_means.py"],
    "model/bands": ["model/test_bands.py"],
    "model/periods": ["model/test_periods.py"],
    "scoring/levels": ["scoring/test_levels.py", "scoring/test_scoring.py"],
    "scoring/explanation": ["scoring/test_explanation.py"],
    "sensitivity_analysis/exact": ["sensitivity_analysis/test_exact.py"],
    "sensitivity_analysis/nested": ["sensitivity_analysis/test_nested.py"],
    "sensitivity_analysis/tipping": ["sensitivity_analysis/test_tipping.py"],
}

#: Survivors that change nothing anybody can see: the changed line, and why.
EQUIVALENT: dict[str, str] = {}

OPERATORS: dict[type[ast.AST], str] = {
    **{
        ast.Add: "-",
        ast.Sub: "+",
        ast.Mult: "/",
        ast.Div: "*",
        ast.Pow: "*",
        ast.Mod: "*",
        ast.FloorDiv: "*",
    },
    **{ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Eq: "!=", ast.NotEq: "=="},
    **{ast.And: "or", ast.Or: "and", ast.BitAnd: "|", ast.BitOr: "&"},
}
SYMBOLS: dict[type[ast.AST], str] = {
    **{
        ast.Add: "+",
        ast.Sub: "-",
        ast.Mult: "*",
        ast.Div: "/",
        ast.Pow: "**",
        ast.Mod: "%",
        ast.FloorDiv: "//",
    },
    **{ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="},
    **{ast.And: "and", ast.Or: "or", ast.BitAnd: "&", ast.BitOr: "|"},
}
NAMES = {"min": "max", "max": "min", "minimum": "maximum", "maximum": "minimum", "any": "all", "all": "any"}
SECONDS = 300


@dataclass(frozen=True)
class Mutant:
    """A module with one change.

    Attributes
    ----------
    module
        Such as ``model/means``.
    line
        Where, counted from 1.
    change
        The line before and after.
    text
        The whole changed module.
    """

    module: str
    line: int
    change: str
    text: str


def mutants(module: str) -> Iterator[Mutant]:
    """Every mutant of a module, from the top down."""
    text = (ROOT / "src" / "bci" / f"{module}.py").read_text(encoding="utf-8")
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for start, end, new in sorted(set(_changes(ast.parse(text), text, starts))):
        changed = text[:start] + new + text[end:]
        row = text.count("\n", 0, start)
        before, after = (source.splitlines()[row].strip() for source in (text, changed))
        yield Mutant(module, row + 1, f"{before}  ->  {after}", changed)


def _changes(tree: ast.AST, text: str, starts: list[int]) -> Iterator[tuple[int, int, str]]:
    """Start and end of what is replaced, and what by. All lines are plain ASCII up to the change."""

    def at(line: int, column: int) -> int:
        encoded = text[starts[line - 1] : starts[line]].encode()[:column]
        return starts[line - 1] + len(encoded.decode())

    def between(left: ast.expr, right: ast.expr, operator: ast.AST) -> Iterator[tuple[int, int, str]]:
        assert left.end_lineno is not None
        assert left.end_col_offset is not None
        start, end = at(left.end_lineno, left.end_col_offset), at(right.lineno, right.col_offset)
        symbol = SYMBOLS.get(type(operator))
        if symbol is not None and symbol in text[start:end]:
            place = start + text[start:end].index(symbol)
            yield place, place + len(symbol), OPERATORS[type(operator)]

    for node in ast.walk(tree):
        match node:
            case ast.BinOp(left, operator, right):
                yield from between(left, right, operator)
            case ast.Compare(left, operators, others):
                for operator, (one, other) in zip(
                    operators, zip([left, *others], others, strict=False), strict=False
                ):
                    yield from between(one, other, operator)
            case ast.BoolOp(operator, values):
                for one, other in pairwise(values):
                    yield from between(one, other, operator)
            case ast.Constant(value) if type(value) in (int, float):
                start = at(node.lineno, node.col_offset)
                assert node.end_col_offset is not None
                yield start, start + node.end_col_offset - node.col_offset, str(value + 1)
            case ast.Attribute(attr=name) if name in NAMES:
                assert node.end_lineno is not None
                assert node.end_col_offset is not None
                end = at(node.end_lineno, node.end_col_offset)
                yield end - len(name), end, NAMES[name]
            case ast.Name(id=name) if name in NAMES:
                start = at(node.lineno, node.col_offset)
                yield start, start + len(name), NAMES[name]


def is_killed(mutant: Mutant) -> bool:
    """Whether a test of the module fails, or never ends, under the mutant."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "src", Path(folder) / "src", ignore=shutil.ignore_patterns("__pycache__"))
        for part in ("config", "indicators"):
            shutil.copytree(ROOT / part, Path(folder) / part)
        (Path(folder) / "src" / "bci" / f"{mutant.module}.py").write_text(mutant.text, encoding="utf-8")
        tests = [str(ROOT / "tests" / test) for test in TESTS[mutant.module]]
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-x",
            "-q",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:xdist",
            *tests,
        ]
        environment = {**os.environ, "PYTHONPATH": str(Path(folder) / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            return True
    return run.returncode != 0


def main() -> None:
    """Draw mutants, run them, and print what survives."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="*", help="such as model/means; all where none is named")
    parser.add_argument("--each", type=int, default=20, help="mutants drawn from each module (0: every one)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    drawn: list[Mutant] = []
    for module in options.modules or TESTS:
        every = list(mutants(module))
        drawn += rng.sample(every, min(options.each, len(every))) if options.each else every
    with ThreadPoolExecutor(options.jobs) as pool:
        killed = list(pool.map(is_killed, drawn))
    for mutant, dead in zip(drawn, killed, strict=True):
        if not dead:
            why = EQUIVALENT.get(f"{mutant.module}: {mutant.change}", "SURVIVES")
            print(f"{mutant.module}.py:{mutant.line}: {mutant.change}  [{why}]")
    print(f"{sum(killed)} of {len(drawn)} mutants killed")


if __name__ == "__main__":
    main()
