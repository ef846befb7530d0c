"""The page in a real browser: needs node, Debian's chromium and `npm install` in this folder."""

import csv
import json
import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import pytest
from click.testing import CliRunner

import bci
from bci.cli.group import group
from bci.data.panel import Panel
from bci.model.scheme import load_weights, scheme_names

HERE = Path(__file__).parent
CHROMIUM = os.environ.get("BCI_CHROMIUM") or shutil.which("chromium")
NEEDED = {
    "node is not installed": shutil.which("node") is None,
    "chromium is not installed": CHROMIUM is None,
    "run npm install in tests/browser first": not (HERE / "node_modules" / "playwright-core").is_dir(),
}

pytestmark = pytest.mark.skipif(
    any(NEEDED.values()), reason="; ".join(why for why, lacks in NEEDED.items() if lacks) or "-"
)


def run(*args: str) -> str:
    result = CliRunner().invoke(group, list(args))
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture(scope="module")
def pages(panel: Panel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages: as shipped, annual with gaps, under bounds, of three dyads, with long or hostile words."""
    folder = tmp_path_factory.mktemp("pages")
    run("explore", "-o", str(folder / "shipped.html"))
    run("explore", "-o", str(folder / "annual.html"), "--period", "annual", "--from", "1992", "--to", "2023")
    bounds = scheme_file(folder, "bounds", {"missing": {"rule": "bounds", "minimum_coverage": 0.5}})
    run("explore", "-o", str(folder / "bounds.html"), "--weights", str(bounds), "--period", "annual")
    run("explore", "-o", str(folder / "many.html"), "--indicators", str(three_dyads(panel, folder / "many")))
    with chdir(folder):
        run("explore", "-o", "other.html", "-i", "many", "-p", "2-year", "--from", "1996", "--to", "2003")
    gaps = ("--weights", str(bounds), "--period", "1992-1995")
    run("explore", "-o", str(folder / "gaps.html"), *gaps)
    long = "a_word_that_goes_on" + 5 * "_and_on"
    words = scheme_file(folder, "words", {"bands": {"low": 0, long: 0.25, "high": 1}})
    run("explore", "-o", str(folder / "words.html"), "--weights", str(words))
    hostile = copied(panel, folder / "hostile")
    edit(
        hostile / "trade.yaml", "title: Overall", "title: '<img src=x onerror=alert(1)> &amp; \u202eevil' # "
    )
    edit(hostile / "un_voting.yaml", "title: UN", f"title: {'endless' * 60} # ")
    edit(hostile / "sources.yaml", "africanews.com/2023", "javascript:alert(1)//")
    args = ("--indicators", str(hostile), "--title", "</title><script>alert(1)</script>")
    run("explore", "-o", str(folder / "hostile.html"), *args)
    expected = {}
    for name in scheme_names():
        frame = bci.score(panel, name).to_frame()[["name", "score", "band", "coverage"]].astype(object)
        expected[name] = frame.where(frame.notna(), None).to_numpy().tolist()
    (folder / "expected.json").write_text(json.dumps(expected))
    return folder


def copied(panel: Panel, folder: Path) -> Path:
    shutil.copytree(panel.folder, folder)
    return folder


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def three_dyads(panel: Panel, folder: Path) -> Path:
    """The shipped rows, and some of them again under the names of other countries."""
    copied(panel, folder)
    for path in folder.glob("*.csv"):
        if not path.stem.endswith("_events"):
            head, *rows = path.read_text(encoding="utf-8").splitlines()
            others = [row.replace("CHN,RUS", pair) for pair in ("FRA,USA", "DEU,POL") for row in rows[::3]]
            path.write_text("\n".join([head, *rows, *others, ""]), encoding="utf-8")
    for path in folder.glob("*_events.csv"):
        path.unlink()
    for path in folder.glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        if "\nevents:" in text:
            before, _, after = text.partition("\nevents:")
            rest = after.split("\n")
            kept = next(
                (i for i, line in enumerate(rest[1:], 1) if line and not line.startswith(" ")), len(rest)
            )
            path.write_text("\n".join([before, *rest[kept:]]), encoding="utf-8")
    return folder


def scheme_file(folder: Path, name: str, change: dict[str, object]) -> Path:
    content = load_weights().model_dump(mode="json", by_alias=True) | {"name": name} | change
    path = folder / f"{name}.yaml"
    path.write_text(json.dumps(content))
    return path


@pytest.fixture(scope="module")
def visits(pages: Path) -> Iterator[dict[str, subprocess.Popen[str]]]:
    """The tests in the browser by file, all under way at once."""
    environment = {**os.environ, "BCI_PAGES": str(pages), "BCI_CHROMIUM": str(CHROMIUM)}
    started = {
        name: subprocess.Popen(
            ["node", "--test", "--test-reporter=tap", str(HERE / f"{name}.test.mjs")],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for name in ("use", "honest", "access")
    }  # fmt: skip
    yield started
    for process in started.values():
        process.kill()
        process.wait()


def succeeds(visit: subprocess.Popen[str]) -> None:
    output, errors = visit.communicate(timeout=400)
    print("\n".join(line for line in output.splitlines() if "recalculation" in line))
    assert visit.returncode == 0, output + errors


def test_it_does_what_it_says_and_its_files_are_read_by_the_package(pages, visits):
    succeeds(visits["use"])
    saved = str(pages / "page.yaml")
    run("validate", saved)
    same(pages / "page.csv", run("score", "--weights", saved, "--format", "csv", "-q"))


def test_it_says_nothing_that_was_not_computed(pages, visits):
    succeeds(visits["honest"])
    program, *command = shlex.split((pages / "command.txt").read_text())
    assert program == "bci"
    assert command[-2:] == ["--to", "2003"]
    with chdir(pages):
        same(pages / "other.csv", run(*command, "--format", "csv", "-q"))


def test_everybody_can_use_it(visits):
    succeeds(visits["access"])


def same(page: Path, scored: str) -> None:
    """The table that a page saved, and that of the package."""
    shown = list(csv.DictReader(page.read_text().splitlines()))
    rows = list(csv.DictReader(scored.splitlines()))
    assert [list(row.values())[:6] for row in shown] == [list(row.values())[:6] for row in rows]
    for ours, theirs in zip(shown, rows, strict=True):
        assert ours["band"] == theirs["band"]
        for column in ("score", "coverage"):
            assert (ours[column] == "") == (theirs[column] == "")
            assert float(ours[column] or 0) == pytest.approx(float(theirs[column] or 0), abs=1e-12)
