"""Mutants of the formulas against their tests: ``python tests/mutants.py``, by hand, not with the tests.

A mutant is a module with one operator, comparison, constant, ``min``, ``max``, ``any`` or ``all`` changed. It
is killed where a test of that module fails. What survives is printed, and why where that is no fault. All
modules with twenty mutants each take about five minutes on two cores.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import os
import random
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from types import CodeType

import pytest

ROOT = Path(__file__).parents[1]

PIECES = "sensitivity_analysis/test_pieces.py"
#: Modules and the tests that must kill their mutants.
TESTS = {
    "model/measures": ["model/test_measures.py"],
    "model/scales": ["model/test_scales.py"],
    "model/means": ["model/test_means.py"],
    "model/bands": ["model/test_bands.py"],
    "model/missing": ["model/test_scheme.py"],
    "model/periods": ["model/test_periods.py"],
    "scoring/levels": ["scoring/test_scoring.py", "scoring/test_levels.py"],
    "scoring/explanation": ["scoring/test_explanation.py"],
    "sensitivity_analysis/exact": ["sensitivity_analysis/test_exact.py", PIECES],
    "sensitivity_analysis/nested": ["sensitivity_analysis/test_nested.py", PIECES],
    "sensitivity_analysis/tipping": ["sensitivity_analysis/test_tipping.py", PIECES],
}

#: Survivors that change nothing anybody can see: what tells them from other changes of the module, and why.
EQUIVALENT = {
    "model/scales": {
        "_fit_percentile_rank(values: Array, direction: int = 2)": "ranks know no unit",
        'ties: str = "average", direction: int = 2)': "ranks know no unit",
    },
    "model/means": {"if exponent >= 0 else": "an exponent of 0 is the geometric mean, returned before"},
    "sensitivity_analysis/exact": {
        "(difference <= 0) &": "0 stays 0",
        "range(0, max(2, rows), step)": "a piece has more rows",
        "rest_floor, rest_room, 1.0)": "it is multiplied by 0",
        "len(difference) + 2": "no row has more scores than there are",
    },
    "sensitivity_analysis/nested": {
        "  ->  STEP =": "finer than the promised 1e-12 needs",
        "  ->  START =": "as good for the promised 1e-12",
        "  ->  LAST_NODE =": "all rows are done before",
        "  ->  INNER_NODES =": "finer than the promised 1e-12 needs",
        "  ->  LOOK =": "speed alone",
        "  ->  if number": "speed alone: rows that are done add nothing more",
        ">= NEGLIGIBLE": "speed alone",
        "(1 + ratio - (1 - ratio) * nodes) / 2": "the nodes lie symmetrically",
    },
    "sensitivity_analysis/tipping": {
        "((3, ": "a third side that nothing reads",
        "  ->  below_top": "scores count from their mean, whatever they are measured from",
        "divided(left, spread, 1.0)": "it is multiplied by 0",
        "to_edge >= step": "a step more, of length 0",
    },
}

#: Operators as they are written, and what they become.
OPERATORS: dict[type[ast.AST], tuple[str, str]] = {
    **{ast.Add: ("+", "-"), ast.Sub: ("-", "+"), ast.Mult: ("*", "/"), ast.Div: ("/", "*")},
    **{ast.Pow: ("**", "*"), ast.Mod: ("%", "*"), ast.FloorDiv: ("//", "*")},
    **{ast.Lt: ("<", "<="), ast.LtE: ("<=", "<"), ast.Gt: (">", ">="), ast.GtE: (">=", ">")},
    **{ast.Eq: ("==", "!="), ast.NotEq: ("!=", "=="), ast.And: ("and", "or"), ast.Or: ("or", "and")},
    **{ast.BitAnd: ("&", "|"), ast.BitOr: ("|", "&")},
}
NAMES = {"min": "max", "max": "min", "minimum": "maximum", "maximum": "minimum", "any": "all", "all": "any"}
#: Taken in before the processes part, as it would cost each of them seconds; nothing of the package.
SLOW = ["pandas", "scipy.stats", "scipy.optimize", "hypothesis.extra.numpy", "pydantic", "yaml", "click"]
SECONDS = 120


@dataclass(frozen=True)
class Mutant:
    """A module, such as ``model/means``, the line that is changed, before and after, and the new text."""

    module: str
    line: int
    change: str
    text: bytes


def unchanged(module: str) -> Mutant:
    """The module as it is."""
    return Mutant(module, 0, "", (ROOT / "src" / "bci" / f"{module}.py").read_bytes())


def mutants(module: str) -> Iterator[Mutant]:
    """Every mutant of a module, from the top down."""
    text = unchanged(module).text
    for start, end, new in sorted(set(_changes(text))):
        changed = text[:start] + new.encode() + text[end:]
        row = text.count(b"\n", 0, start)
        before, after = (source.splitlines()[row].strip().decode() for source in (text, changed))
        yield Mutant(module, row + 1, f"{before}  ->  {after}", changed)


def _changes(text: bytes) -> Iterator[tuple[int, int, str]]:
    """Start and end of what is replaced, and what by."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def ends(node: ast.expr) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset

    for node in _evaluated(ast.parse(text)):
        between: list[tuple[ast.expr, ast.expr, ast.AST]] = []
        match node:
            case ast.BinOp(left, operator, right) | ast.AugAssign(left, operator, right):
                between = [(left, right, operator)]
            case ast.Compare(left, operators, others):
                between = [
                    (*pair, one) for pair, one in zip(pairwise([left, *others]), operators, strict=True)
                ]
            case ast.BoolOp(operator, values):
                between = [(*pair, operator) for pair in pairwise(values)]
            case ast.Constant(value) if type(value) in (int, float):
                start, end = ends(node)
                negative = text[start - 1 : start] == b"-"
                yield start - negative, end, str(1 - value if negative else value + 1)
            case ast.Attribute(attr=name) | ast.Name(id=name) if name in NAMES:
                end = ends(node)[1]
                yield end - len(name), end, NAMES[name]
        for left, right, operator in between:
            if type(operator) in OPERATORS:
                symbol, other = OPERATORS[type(operator)]
                place = text.index(symbol.encode(), ends(left)[1], ends(right)[0])
                yield place, place + len(symbol), other


def _evaluated(node: ast.AST) -> Iterator[ast.AST]:
    """Everything under a node but the hints of types, which are never evaluated."""
    yield node
    for field, value in ast.iter_fields(node):
        if field not in ("annotation", "returns"):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from _evaluated(child)


class _Changed(SourceFileLoader):
    """Imports the mutant where its module is asked for."""

    def __init__(self, mutant: Mutant) -> None:
        path = ROOT / "src" / "bci" / f"{mutant.module}.py"
        super().__init__(f"bci.{mutant.module.replace('/', '.')}", str(path))
        self.text = mutant.text

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        return spec_from_file_location(name, self.path, loader=self) if name == self.name else None

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.text, self.path, "exec", dont_inherit=True)


def is_killed(mutant: Mutant) -> bool:
    """Whether a test of the module fails, or never ends, under the mutant."""
    process = get_context("fork").Process(target=_tested, args=(mutant,))
    process.start()
    process.join(SECONDS)
    process.kill()
    return process.exitcode != 0


def _tested(mutant: Mutant) -> None:
    sys.path.insert(0, str(ROOT / "src"))
    sys.meta_path.insert(0, _Changed(mutant))
    for stream in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
    tests = [str(ROOT / "tests" / test) for test in TESTS[mutant.module]]
    os._exit(pytest.main(["-x", "-q", "--assert=plain", "-p", "no:cacheprovider", *tests]))


def main() -> None:
    """Draw mutants, run them, and print what survives."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="*", help="such as model/means; all where none is named")
    parser.add_argument("--each", type=int, default=20, help="mutants drawn from each module (0: every one)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    os.chdir(ROOT)
    for name in SLOW:
        importlib.import_module(name)
    rng = random.Random(options.seed)
    modules = options.modules or list(TESTS)
    drawn: list[Mutant] = []
    for module in modules:
        every = list(mutants(module))
        drawn += rng.sample(every, min(options.each, len(every))) if options.each else every
    survivors = [0, 0]
    with ThreadPoolExecutor(options.jobs) as pool:
        # Where the tests fail of themselves, all mutants would count as killed.
        for module, fails in zip(modules, pool.map(is_killed, map(unchanged, modules)), strict=True):
            if fails:
                sys.exit(f"the tests of {module} do not pass")
        for mutant, killed in zip(drawn, pool.map(is_killed, drawn), strict=True):
            if killed:
                continue
            excuses = EQUIVALENT.get(mutant.module, {}).items()
            why = next((why for part, why in excuses if part in mutant.change), None)
            survivors[why is None] += 1
            print(f"{mutant.module}.py:{mutant.line}: {mutant.change}  [{why or 'SURVIVES'}]", flush=True)
    print(f"{len(drawn) - sum(survivors)} of {len(drawn)} mutants killed; {survivors[0]} survivors explained")


if __name__ == "__main__":
    main()
