"""The command that writes the page, and what the page says about how its scores are made."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from explorer_pages import parts, preset
from house import run

import bci
from bci.model.scheme import load_weights
from bci.output.explorer import Preset, page


def explore(*args: str | Path) -> Result:
    return run("explore", *args)


def test_the_command_writes_a_page_and_says_so(tmp_path):
    path = tmp_path / "page.html"
    result = explore("-o", path, "--title", "Two powers")
    assert result.exit_code == 0
    assert result.stdout == ""
    size = path.stat().st_size
    told = f"wrote {path}: {size / 1e3:.0f} kB, 1 dyad, schemes papageorgiou-equal, "
    assert result.stderr.startswith(told)
    assert "<title>Two powers</title>" in path.read_text(encoding="utf-8")


def test_the_schemes_asked_for_come_first_and_files_are_read(tmp_path):
    own = load_weights().model_dump(mode="json", by_alias=True) | {"name": "own"}
    (tmp_path / "own.yaml").write_text(json.dumps(own))
    path = tmp_path / "page.html"
    result = explore("-o", path, "-w", tmp_path / "own.yaml", "-w", "political-first")
    assert "schemes own, political-first, papageorgiou-equal, economic-first" in result.stderr
    data = json.loads(parts(path.read_text(encoding="utf-8"))[3])
    assert [each["scheme"]["name"] for each in data["presets"]][:2] == ["own", "political-first"]


def test_two_schemes_of_one_name_are_refused(tmp_path):
    own = load_weights().model_dump(mode="json", by_alias=True)
    (tmp_path / "own.yaml").write_text(json.dumps(own))
    schemes = ("-w", "papageorgiou-equal", "-w", tmp_path / "own.yaml")
    result = explore("-o", tmp_path / "page.html", *schemes)
    assert result.exit_code == 3
    assert "--weights: two schemes are called papageorgiou-equal; rename one" in result.stderr
    assert not (tmp_path / "page.html").exists()


def test_pages_too_large_for_a_browser_are_refused_and_large_ones_are_said(tmp_path, monkeypatch):
    path = tmp_path / "page.html"
    monkeypatch.setattr("bci.cli.explore.TOO_LARGE", 50_000)
    result = explore("-o", path)
    assert result.exit_code == 3
    assert "too large for a browser; choose dyads with --dyad, or give --force" in result.stderr
    assert not path.exists()
    monkeypatch.setattr("bci.cli.explore.LARGE", 40_000)
    assert "is slow to open" in explore("-o", path, "--force").stderr


def test_an_unknown_dyad_or_scheme_is_said_with_what_there_is(tmp_path):
    path = tmp_path / "page.html"
    assert explore("-o", path, "-d", "FRA-USA").exit_code == 3
    result = explore("-o", path, "-w", "politcal-first")
    assert result.exit_code == 3
    assert "Did you mean 'political-first'?" in result.stderr


@pytest.mark.parametrize("emptied", ["trade", "military_exercises"])
def test_an_indicator_without_a_row_has_a_page_that_says_so(panel, tmp_path, emptied):
    folder = tmp_path / "indicators"
    shutil.copytree(panel.folder, folder)
    for path in (folder / f"{emptied}.csv", folder / f"{emptied}_events.csv"):
        if path.exists():
            path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n")
    output = tmp_path / "page.html"
    result = explore("-o", output, "--indicators", str(folder))
    assert result.exit_code == 0, result.output
    assert re.search(rf"<summary>[^<]*\({emptied}\)[^<]*; no figures; ", output.read_text(encoding="utf-8"))


def test_a_page_of_another_folder_says_how_its_scores_are_made_and_not_where_it_lies(panel, tmp_path):
    def options(text: str) -> Any:
        return json.loads(parts(text)[3])["options"]

    folder = tmp_path / "my own"
    shutil.copytree(panel.folder, folder)
    other = bci.score(bci.load_indicators(folder))
    assert options(page([Preset(other, other)])) == "--indicators 'the folder this page was made from'"
    assert str(tmp_path) not in page([Preset(other, other)])
    assert options(page([preset(panel, load_weights())])) == ""
    plain = bci.score(other.values[list(other.scheme.indicators)])
    assert options(page([Preset(plain, plain)])) is None

    output = tmp_path / "page.html"
    assert (
        explore("-o", output, "-i", folder, "-p", "2-year", "--from", "1996", "--to", "2003").exit_code == 0
    )
    assert (
        options(output.read_text(encoding="utf-8"))
        == f"--indicators '{folder}' --period 2-year --from 1996 --to 2003"
    )
