"""The pages do what they say: their files are written, their commands run, their outputs compared.

In README.md and docs/*.md

- a ``bash`` block is run by sh, without the lines that set something up (`SETTING_UP`);
- a ``python`` block is run by itself;
- a ``yaml`` or ``csv`` block below a line such as "Save as `folder/name.yaml`:" is written to that file, or
  added to it where the line says "at the end of"; below any other line it is for reading only;
- a ``text`` block that follows a ``bash`` or ``python`` block in the same section is what that block prints
  on stdout, 80 columns wide. A line of three dots stands for any lines.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from downloads import write_downloads
from house import ROOT

import bci
from bci.scoring.scores import Scores

ADDED = (ROOT / "docs" / "add-an-indicator.md").read_text(encoding="utf-8")
SETTING_UP = {"cd", "git", "make", "pip", "venv"}

_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_OPENING = re.compile(r"^\s*```\w", re.MULTILINE)
_NAMED = re.compile(r"`([\w./-]+\.(?:yaml|csv))`:$")

needs_sh = pytest.mark.skipif(shutil.which("sh") is None, reason="the commands of the pages are run by sh")


@dataclass(frozen=True)
class Step:
    """What a reader of a page does, run a program or fill a file, and what the page says it prints."""

    line: int
    language: str
    content: str
    file: str = ""
    adds: bool = False
    shown: str | None = None


def steps(page: str) -> list[Step]:
    """List the steps of a page in order."""
    fences = list(_FENCE.finditer(page))
    if len(fences) != len(_OPENING.findall(page)):
        raise ValueError("a block is indented, or not closed, or its first line has more than a language")
    found: list[Step] = []
    end, was_run = 0, False
    for fence in fences:
        language, content = fence.groups()
        prose, end = page[end : fence.start()], fence.end()
        step = Step(page.count("\n", 0, fence.start()) + 1, language, content)
        match language:
            case "bash":
                found.append(replace(step, content=_without_setting_up(content)))
            case "python":
                found.append(step)
            case "yaml" | "csv":
                above = prose.rstrip().rpartition("\n")[2]
                if named := _NAMED.search(above):
                    found.append(replace(step, file=named[1], adds="at the end of" in above.lower()))
            case "text":
                if was_run and not re.search("^#", prose, re.MULTILINE):
                    found[-1] = replace(found[-1], shown=content)
            case _:
                raise ValueError(f"line {step.line}: nobody knows what to do with a block of {language}")
        was_run = language in ("bash", "python")
    return [step for step in found if step.content or step.shown is not None]


def _without_setting_up(script: str) -> str:
    lines = script.splitlines(keepends=True)
    return "".join(line for line in lines if line.startswith("bci ") or not SETTING_UP & set(line.split()))


def carry_out(step: Step, folder: Path) -> str:
    """Do in `folder` what the step says, and return what it prints on stdout."""
    if step.file:
        path = folder / step.file
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a" if step.adds else "w", encoding="utf-8") as stream:
            stream.write(step.content)
        return ""
    command = [sys.executable, "-c", step.content]
    if step.language == "bash":
        # However bci is installed, the shell is to run the package under test.
        command = ["sh", "-c", 'set -e\nbci() { "$PYTHON" -m bci "$@"; }\n' + step.content]
    environment = {
        **os.environ,
        "COLUMNS": "80",
        "NO_COLOR": "1",
        "PYTHON": sys.executable,
        "PYTHONPATH": str(Path(bci.__file__).parents[1]),
        "PYTHONUTF8": "1",
    }
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, f"line {step.line}: {done.stderr}"
    return done.stdout


def agrees(printed: str, shown: str) -> bool:
    """Whether a program printed what the page shows."""
    parts = re.split(r"^\.\.\.\n", shown, flags=re.MULTILINE)
    return re.fullmatch(r"(?:.*\n)*?".join(map(re.escape, parts)), printed) is not None


def follow(page: str, folder: Path) -> None:
    """Carry out a page from top to bottom, and compare what it shows."""
    for step in steps(page):
        printed = carry_out(step, folder)
        if step.shown is not None and not agrees(printed, step.shown):
            assert printed == step.shown, f"line {step.line}"


def pages() -> Iterator[Path]:
    """Find the documents that hold anything to carry out."""
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        if path.exists() and steps(path.read_text(encoding="utf-8")):
            yield path


@needs_sh
@pytest.mark.parametrize("path", [pytest.param(path, id=path.name) for path in pages()])
def test_page_does_what_it_says(path, tmp_path, request):
    if path.name == "any-dyad.md":
        write_downloads(request.getfixturevalue("reference"), tmp_path / "downloads")
    follow(path.read_text(encoding="utf-8"), tmp_path)


def test_added_indicator_is_followed_whole():
    found = steps(ADDED)
    assert [step.file.rpartition("/")[2] for step in found if step.file] == [
        "co_publications.yaml",
        "co_publications.csv",
        "sources.yaml",
        "weights.yaml",
        "one-year-will-do.yaml",
    ]
    ran = [step for step in found if not step.file]
    assert [step.content.split()[1] for step in ran] == ["init", "validate", "score", "compare", "explain"]
    assert [step.shown is not None for step in ran] == [False, True, True, True, True]


def added(page: str, folder: Path, scheme: str) -> Scores:
    """Score what a reader of docs/add-an-indicator.md has made, without going through the command line."""
    for step in steps(page):
        if step.file or step.content.startswith("bci init"):
            carry_out(step, folder)
    return bci.score(bci.load_indicators(folder / "technology/indicators"), folder / "technology" / scheme)


@needs_sh
@pytest.mark.parametrize(("upper", "band"), [(5000, "moderate"), (3200, "enhanced")])
def test_post_of_the_added_indicator_decides_the_band(upper, band, tmp_path):
    # (0.314 + 0.431 + 0.792 + 1500 / upper) / 4 is 0.459 with 5000 and 0.501 with 3200, as the page says.
    assert "with 3,200 papers in place of 5,000" in " ".join(ADDED.split())
    page = ADDED.replace("upper: 5000", f"upper: {upper}")
    frame = added(page, tmp_path, "one-year-will-do.yaml").to_frame().set_index(["period_start", "name"])
    assert frame.loc[(2012, "index"), "band"] == band


@needs_sh
def test_added_dimension_leaves_the_index_alone_until_it_is_covered(tmp_path):
    scores, before = added(ADDED, tmp_path, "weights.yaml"), bci.score()
    assert [scores.get("index", period) for period in scores.periods] == pytest.approx(
        [before.get("index", period) for period in before.periods], abs=1e-12
    )
    # Three dimensions of four: what is refused is nothing the index rests on.
    assert scores.index.coverage[2:, 0].tolist() == [0.75] * 5


PAGE = """# A page

```bash
git clone nowhere
make score
cat a.csv
```

Prints:

```text
x
1
2
```

Save as `b/c.yaml`:

```yaml
a: 1
```

At the end of `b/c.yaml`:

```yaml
b: 2
```

A scheme may also say:

```yaml
c: 3
```

```python
print(open("b/c.yaml").read(), end="")
```

## The next section

```text
is no output of the last
```
"""


@needs_sh
def test_steps_are_carried_out(tmp_path):
    (tmp_path / "a.csv").write_text("x\n1\n2\n")
    found = steps(PAGE)
    assert [step.line for step in found] == [3, 19, 25, 35]
    assert [carry_out(step, tmp_path) for step in found] == ["x\n1\n2\n", "", "", "a: 1\nb: 2\n"]
    assert [step.shown for step in found] == ["x\n1\n2\n", None, None, None]


@needs_sh
def test_bci_of_a_page_is_the_package_under_test(tmp_path):
    page = "```bash\nbci --version | cut -d' ' -f3\n```\n\n```text\nVERSION\n```\n"
    follow(page.replace("VERSION", bci.__version__), tmp_path)


@needs_sh
@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("```bash\necho 1\n```\n\n```text\n2\n```\n", "line 1"),
        ("```bash\nmake score\n```\n\n```text\n2\n```\n", "line 1"),
        ("Text.\n\n```bash\nbci scroe\n```\n", "line 3: .*[Nn]o such command"),
        ("```python\nimport bci\n```\n\n```python\nbci.score\n```\n", "line 5: .*NameError"),
    ],
)
def test_page_that_is_wrong_fails(page, words, tmp_path):
    with pytest.raises(AssertionError, match=f"(?s){words}"):
        follow(page, tmp_path)


@pytest.mark.parametrize("page", ["```bsah\nx\n```\n", "- so:\n\n  ```bash\n  x\n  ```\n", "```bash\nx\n"])
def test_block_that_would_be_passed_over_is_refused(page):
    with pytest.raises(ValueError, match="block"):
        steps(page)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("a\nb\nc\n", True),
        ("a\n...\nc\n", True),
        ("a\nb\n...\nc\n", True),
        ("...\n", True),
        ("a\n...\nb\n", False),
        ("a\nc\n", False),
        ("a\nb\nc \n", False),
        (".\nb\nc\n", False),
        ("a\n... c\n", False),
    ],
)
def test_three_dots_stand_for_whole_lines(shown, expected):
    assert agrees("a\nb\nc\n", shown) is expected
