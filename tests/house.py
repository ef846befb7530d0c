"""What many tests share: where things lie, how commands are run, what a refusal looks like."""

import csv
import io
import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from bci.cli.group import group

TESTS = Path(__file__).parent
ROOT = TESTS.parent
CASES = TESTS / "cases"
RAW = CASES / "raw"
BROKEN = CASES / "broken"
ORACLES = CASES / "oracles"
SOUND = BROKEN / "sound"
INDICATORS, SCHEME = SOUND / "indicators", SOUND / "scheme.yaml"


def run(*args: str | Path, columns: int = 80, **env: str) -> Result:
    """Run a command in this process, on a terminal so wide."""
    runner = CliRunner(env={"COLUMNS": str(columns), **env})
    return runner.invoke(group, [str(arg) for arg in args], prog_name="bci")


def written(folder: Path, content: str | bytes, name: str = "file.csv") -> Path:
    """A file in a folder, just written."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def rows(text: str) -> list[dict[str, str]]:
    """The rows of a CSV text."""
    return list(csv.DictReader(io.StringIO(text)))


def cases(name: str) -> list[list[Any]]:
    """The cases of a table, one a line, for the parameters of a test."""
    table: list[list[Any]] = json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))
    return table


class Reading(HTMLParser):
    """The words of a page, its elements and what is wrong with their nesting."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "rect", "line", "polyline", "circle"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"svg", "style", "title", "figcaption"} & set(self.open):
            self.words.append(data)


def read(page: str) -> Reading:
    """The page, read, every element of it closed."""
    reading = Reading()
    reading.feed(page)
    assert reading.open == []
    return reading


def assert_refused(result: Result, *expected: str) -> None:
    """The problems, each with these words, `` ... `` where some are left out, and nothing else."""
    assert result.exit_code == 3, (result.exception, result.output)
    *problems, total = result.stderr.splitlines()
    assert len(problems) == len(expected), result.stderr
    for problem, words in zip(problems, expected, strict=True):
        assert all(word in problem for word in words.split(" ... ")), (words, problem)
    assert total == f"{len(expected)} problem{'s' * (len(expected) != 1)}. Nothing was written."
    assert "Traceback" not in result.stderr
    assert result.stdout == ""
