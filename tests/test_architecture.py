"""The rules of import, read from the source itself."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import bci

ROOT = Path(bci.__file__).parent
MODULES = {path.relative_to(ROOT).with_suffix("").as_posix(): path for path in ROOT.rglob("*.py")}
DOOR = {"__init__", "__main__"}
#: From the ground up: a room sees those before it and nothing after it, not even inside a function.
ROOMS = ["ground", "model", "data", "scoring", "sensitivity_analysis", "replication", "output", "cli", "door"]
#: Raw files become indicators without a score.
SEEN_BY_SOURCES = {"ground", "model", "data", "sources"}


def imports(path: Path) -> set[str]:
    """Every module a file imports, at the top or inside a function."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)} - {"bci"}
    return names


def rooms_seen(path: Path) -> set[str]:
    """The rooms of our own that a file imports from."""
    names = {name.replace(".", "/") for name in imports(path) if name.split(".")[0] == "bci"}
    return {room(name.removeprefix("bci").removeprefix("/")) for name in names}


def modules_seen(name: str) -> set[str]:
    """The modules of our own that a module imports, e.g. ``model/means``."""
    paths = [module.split(".")[1:] for module in imports(MODULES[name]) if module.split(".")[0] == "bci"]
    names = {"/".join(parts[:end]) for parts in paths for end in (len(parts), len(parts) - 1)}
    seen = names & set(MODULES)
    # A package is meant by its name only where none of its modules is.
    packages = {f"{part}/__init__" for part in names if not any(one.startswith(f"{part}/") for one in seen)}
    return (seen | packages & set(MODULES)) - {name}


def room(name: str) -> str:
    """The room of a module or of a name in it: the ground is what lies at the top, the door `bci` itself."""
    top = name.split("/")[0]
    if (ROOT / top).is_dir() and top:
        return top
    return "ground" if top in MODULES and top not in DOOR else "door"


def importers(package: str) -> set[str]:
    """Modules that import a package."""
    return {
        name
        for name, path in MODULES.items()
        if any(module == package or module.startswith(f"{package}.") for module in imports(path))
    }


@pytest.mark.parametrize("name", sorted(MODULES))
def test_nothing_imports_a_room_above_it(name):
    own = room(name)
    allowed = SEEN_BY_SOURCES if own == "sources" else {*ROOMS[: ROOMS.index(own) + 1]}
    allowed |= {"sources"} if own in ("output", "cli", "door") else set()
    assert rooms_seen(MODULES[name]) <= allowed


def test_no_module_imports_itself_in_a_circle():
    assert set(TopologicalSorter({name: modules_seen(name) for name in MODULES}).static_order()) == set(
        MODULES
    )


NUMPY = {"__future__", "collections", "concurrent", "dataclasses", "functools", "itertools", "math"}
NUMPY |= {"typing", "numpy"}
FORMULAS = [
    *(
        "model/measures",
        "model/scales",
        "model/means",
        "model/bands",
        "model/missing",
        "sensitivity_analysis/exact",
    ),
    *("sensitivity_analysis/nested", "sensitivity_analysis/tipping", "sensitivity_analysis/kernel"),
]


@pytest.mark.parametrize("name", FORMULAS)
def test_formulas_see_numpy_and_each_other_alone(name):
    formulas = tuple(f"bci.{other.replace('/', '.')}" for other in [*FORMULAS, "arrays"])
    for module in imports(MODULES[name]):
        parents = ("bci.model", "bci.sensitivity_analysis")
        assert module.split(".")[0] in NUMPY or module.startswith(formulas) or module in parents, module


def test_only_yamlfile_parses_yaml():
    assert importers("ruamel") == {"yamlfile"}


def test_only_files_and_the_reader_of_raw_batches_open_files():
    def opens(path: Path) -> bool:
        calls = (node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
        names = {f.attr if isinstance(f, ast.Attribute) else getattr(f, "id", "") for f in calls}
        return bool(names & {"open", "read_bytes", "fdopen"})

    assert {name for name, path in MODULES.items() if opens(path)} == {"files", "sources/batches"}


def test_only_data_and_sources_read_tables():
    assert importers("pyarrow") == {"data/tables", "sources/batches", "sources/raw"}


def test_only_the_command_line_imports_click():
    assert {room(name) for name in importers("click")} == {"cli"}


@pytest.mark.parametrize("library", ["jinja2", "markdown_it", "matplotlib", "xlsxwriter", "tabulate"])
def test_only_output_writes_with_libraries(library):
    assert {room(name) for name in importers(library)} <= {"output"}


def test_no_module_does_anything_on_import_but_define():
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


def test_importing_bci_loads_nothing_heavy():
    assert not loaded_by("import bci") & HEAVY


def test_help_loads_nothing_heavy():
    assert not loaded_by("import sys; sys.argv = ['bci', '--help']; from bci.cli import main; main()") & HEAVY


def test_scoring_loads_neither_pandas_nor_scipy_nor_tabulate():
    code = "import sys; from bci.cli.group import group; group(['score', '-f', 'csv'], standalone_mode=False)"
    assert not loaded_by(code) & {"scipy", "tabulate", "pandas", "jinja2", "pyarrow"}


def test_public_names_are_what_the_door_lists():
    assert set(bci.__all__) == set(bci._HOME)
    for name in bci.__all__:
        assert getattr(bci, name).__module__ == bci._HOME[name]


def test_public_functions_say_what_they_do():
    for name in bci.__all__:
        assert getattr(bci, name).__doc__, name


def test_unknown_name_at_the_door():
    with pytest.raises(AttributeError, match="no attribute 'scor'"):
        bci.scor  # noqa: B018
