"""The rules of import, read from the source itself."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import bci

ROOT = Path(bci.__file__).parent
MODULES = {path.relative_to(ROOT).with_suffix("").as_posix(): path for path in ROOT.rglob("*.py")}


def imports(path: Path) -> set[str]:
    """Every module a file imports, at the top or inside a function."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def importers(package: str) -> set[str]:
    """Modules that import a package."""
    return {
        name
        for name, path in MODULES.items()
        if any(module == package or module.startswith(f"{package}.") for module in imports(path))
    }


@pytest.mark.parametrize("name", ["measures", "scales", "aggregate", "bands"])
def test_formulas_see_numpy_alone(name: str) -> None:
    allowed = {"__future__", "collections", "functools", "typing", "numpy"}
    assert {module.split(".")[0] for module in imports(MODULES[name])} <= allowed


@pytest.mark.parametrize("name", ["exact", "tipping", "nested"])
def test_exact_sensitivity_sees_numpy_and_formulas_alone(name: str) -> None:
    ours = {module for module in imports(MODULES[f"robustness/{name}"]) if module.startswith("bci")}
    formulas = ("bci.aggregate", "bci.bands", "bci.robustness.exact")
    assert all(module.startswith(formulas) or module == "bci" for module in ours)
    others = {module.split(".")[0] for module in imports(MODULES[f"robustness/{name}"])}
    assert others <= {"__future__", "bci", "collections", "functools", "math", "typing", "numpy"}


def test_only_yamlfile_parses_yaml() -> None:
    assert importers("ruamel") == {"yamlfile"}


def test_only_parquetfile_needs_pyarrow() -> None:
    assert importers("pyarrow") == {"parquetfile"}


def test_only_csvfile_and_the_country_table_read_csv() -> None:
    # The starter writes CSV from shipped tables that were read and checked before, and output only writes it.
    assert importers("csv") == {"csvfile", "countries", "starter", "output/tables"}


def test_only_files_opens_files() -> None:
    def opens(path: Path) -> bool:
        calls = (node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
        names = {f.attr if isinstance(f, ast.Attribute) else getattr(f, "id", "") for f in calls}
        return bool(names & {"open", "read_bytes", "read_csv", "fdopen", "to_parquet", "read_parquet"})

    assert {name for name, path in MODULES.items() if opens(path)} == {"files"}


def test_only_the_command_line_imports_click() -> None:
    assert {name.split("/")[0] for name in importers("click")} == {"cli"}


def test_output_computes_no_score() -> None:
    computing = {"bci.scoring", "bci.aggregate", "bci.scales", "bci.measures"}
    for name, path in MODULES.items():
        if name.startswith("output/"):
            assert not imports(path) & computing, name


def test_nothing_outside_the_command_line_imports_it() -> None:
    assert {name.split("/")[0] for name in importers("bci.cli")} <= {"cli", "__main__"}


def test_no_module_does_anything_on_import_but_define() -> None:
    def acts(node: ast.stmt) -> bool:
        return isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)

    acting = {
        f"{name}: {ast.unparse(node)}"
        for name, path in MODULES.items()
        for node in ast.parse(path.read_text()).body
        if acts(node)
    }
    plugins_off = "cli/group: os.environ.setdefault('PYDANTIC_DISABLE_PLUGINS', '__all__')"
    assert acting == {"__main__: main()", plugins_off}


def loaded_by(code: str) -> set[str]:
    """Packages that are loaded after running some code in a fresh interpreter."""
    code += "\nimport sys; print(*{name.split('.')[0] for name in sys.modules})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(run.stdout.splitlines()[-1].split())


HEAVY = {"numpy", "pandas", "scipy", "pydantic", "ruamel", "click", "tabulate", "pyarrow"}


def test_importing_bci_loads_nothing_heavy() -> None:
    assert not loaded_by("import bci") & HEAVY


def test_help_loads_nothing_heavy() -> None:
    assert not loaded_by("import sys; sys.argv = ['bci', '--help']; from bci.cli import main; main()") & HEAVY


def test_scoring_loads_neither_pandas_nor_scipy_nor_tabulate() -> None:
    code = "import sys; from bci.cli.group import group; group(['score', '-f', 'csv'], standalone_mode=False)"
    assert not loaded_by(code) & {"scipy", "tabulate", "pandas", "pyarrow"}


def test_public_names_are_what_the_door_lists() -> None:
    assert set(bci.__all__) == set(bci._HOME)
    for name in bci.__all__:
        assert getattr(bci, name).__module__ == bci._HOME[name]


def test_public_functions_say_what_they_do() -> None:
    for name in bci.__all__:
        assert getattr(bci, name).__doc__, name


def test_unknown_name_at_the_door() -> None:
    with pytest.raises(AttributeError, match="no attribute 'scor'"):
        bci.scor  # noqa: B018
