"""Wrong options, arguments and places: refused in words, and everything stays as it was."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from house import BROKEN, INDICATORS, SCHEME, SOUND, assert_refused, cases, run
from test_broken import expected_of

import bci


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["--dyad", "XYZ-RUS"], ["dyad ... 'XYZ' is no known country"]),
        (["--dyad", "China-Rusia"], ["dyad ... 'Rusia' is no known country. Did you mean 'Russia'?"]),
        (["--dyad", "Korea-China"], ["dyad ... 'Korea' may be KOR (South Korea) or PRK (North Korea)"]),
        (["--dyad", "CHN-CHN"], ["dyad ... 'CHN-CHN' is CHN twice; a dyad needs two different countries"]),
        (
            ["--dyad", "China"],
            ["dyad ... 'China' is not two countries; join two names or codes, as in CHN-RUS"],
        ),
        (["--dyad", ""], ["dyad ... '' is not two countries"]),
        (["--dyad", "²-³"], ["dyad ... '²' is no name"]),
        (["--dyad", "CHN-USA"], ["dyad ... CHN-USA is not in the data, which hold CHN-RUS"]),
        (
            ["--dyad", "XYZ-RUS", "--dyad", "CHN-USA"],
            ["dyad ... 'XYZ' is no", "dyad ... CHN-USA is not in the data"],
        ),
        (
            ["--period", "soon"],
            ["period ... 'soon' cannot be read; give annual, decade, a length such as 5-year"],
        ),
        (["--period", ""], ["period ... '' cannot be read"]),
        (["--period", "0-year"], ["period ... '0-year' cannot be read"]),
        (["--period", "²⁰²⁰"], ["period ... '²⁰²⁰' cannot be read"]),
        (["--period", "1995-1992"], ["period 1995-1992 ends before it starts"]),
        (["--period", "1992-1994,1993-1995"], ["period 1993-1995 overlaps 1992-1994"]),
        (["--period", "1993,1992-1991"], ["period 1992-1991 ends before it starts"]),
        (["--period", "0000-9999"], ["period 0-9999 leaves the years 1800-2200"]),
        (["--from", "1995", "--to", "1992"], ["the years run from 1995 to 1992; nothing lies between"]),
        (["--from", "0"], ["the years run from 0 to 1995; stay within 1800-2200"]),
        (["--to", "999999999", "--period", "annual"], ["the years run from 1992 to 999999999; stay"]),
        (["--period", "1992-1993", "--from", "1994"], ["none of 1992-1993 lies inside"]),
        (["--weights", "nowhere.yaml"], ["nowhere.yaml: no such file"]),
        (["--weights", SOUND], ["/sound: is a directory; give a file"]),
        (["--weights", f"{'long' * 80}.yaml"], ["long.yaml: cannot be read: File name too long"]),
        (["--weights", "miltary-first"], ["no scheme 'miltary-first'. Did you mean 'military-first'?"]),
        (
            ["--indicators", SOUND / "nowhere"],
            ["/nowhere: is not a folder; give the folder that holds the indicators"],
        ),
        (["--indicators", SCHEME], ["/scheme.yaml: is not a folder"]),
        (["--indicators", "long" * 80], ["long: cannot be read: File name too long"]),
    ],
)
def test_a_wrong_option(args, expected):
    assert_refused(run("score", "--indicators", INDICATORS, "--weights", SCHEME, *args), *expected)


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["explain", "soon"], "period ... 'soon' is no period; write 1992-1995, or a single year"),
        (["explain", "1995-1992"], "period 1995-1992 ends before it starts"),
        (["explain", "9999"], "period 9999 leaves the years 1800-2200"),
        (["indicators", "trad"], "there is no 'trad'. Did you mean 'trade'?"),
        (["replicate", "--findings", "nowhere.yaml"], "nowhere.yaml: no such file"),
        (["replicate", "--findings", SOUND], "/sound: is a directory; give a file"),
    ],
    ids=lambda args: " ".join(map(str, args[:2])) if isinstance(args, list) else "",
)
def test_a_wrong_argument(args, expected):
    assert_refused(run(*args, "--indicators", INDICATORS), expected)


@pytest.mark.parametrize(
    ("name", "options", "expected"),
    [
        ("there.csv", [], "/there.csv: exists already; give --force to replace it"),
        ("", [], ": exists already; give --force to replace it"),
        ("", ["--force"], ": cannot be written: Is a directory"),
        ("nowhere/new.csv", [], "/nowhere/new.csv: cannot be written: No such file or directory"),
        ("there.csv/new.csv", [], "/there.csv/new.csv: cannot be written: Not a directory"),
        ("n" * 300, [], "n: cannot be written: File name too long"),
    ],
)
def test_what_cannot_be_written_leaves_everything_as_it_was(tmp_path, name, options, expected):
    (tmp_path / "there.csv").write_text("mine")
    target = tmp_path / name
    assert_refused(
        run("score", "-i", INDICATORS, "-w", SCHEME, "-f", "csv", "-o", target, *options), expected
    )
    assert [path.name for path in tmp_path.iterdir()] == ["there.csv"]
    assert (tmp_path / "there.csv").read_text() == "mine"


@pytest.mark.parametrize(
    "command",
    cases("no_file_is_replaced_without_force"),
)
def test_no_file_is_replaced_without_force(tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    assert run("score", "-q", "-p", "2016-2019", "--record", "run.json").exit_code == 0
    there = tmp_path / command.split()[-1]
    there.write_text("mine")
    before = sorted(tmp_path.iterdir())
    result = run(*command.split())
    assert (result.exit_code, result.stdout) == (3, "")
    assert f"{there.name}: exists already; give --force to replace it" in result.stderr
    assert (sorted(tmp_path.iterdir()), there.read_text()) == (before, "mine")
    assert run(*command.split(), "--force").exit_code == 0
    assert there.read_bytes() != b"mine"


@pytest.mark.parametrize(
    "folder", [INDICATORS, BROKEN / "indicators" / "number_nan"], ids=lambda path: path.name
)
def test_nothing_is_written_where_something_is_wrong(tmp_path, folder):
    result = run(
        "score", "-i", folder, "-w", BROKEN / "schemes" / "weight_nan.yaml", "-o", tmp_path / "new.csv"
    )
    # What is wrong with the figures and with the scheme is told at once.
    of_figures = () if folder == INDICATORS else expected_of(folder)
    assert_refused(result, *of_figures, *expected_of(BROKEN / "schemes" / "weight_nan.yaml"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "options", "expected"),
    [
        ("", [], ": exists and is not an empty folder; name a new one"),
        ("there.txt", [], "/there.txt: exists and is not an empty folder"),
        ("there.txt/new", [], "/there.txt/new: cannot be made: Not a directory"),
        ("new", ["--dyad", "CHN-CHN"], "dyad ... 'CHN-CHN' is CHN twice"),
        ("new", ["--dyad", "CHN-Rusia"], "dyad ... 'Rusia' is no known country. Did you mean 'Russia'?"),
    ],
)
def test_init_leaves_what_is_there_alone(tmp_path, name, options, expected):
    (tmp_path / "there.txt").write_text("mine")
    assert_refused(run("init", tmp_path / name, *options), expected)
    assert [path.name for path in tmp_path.iterdir()] == ["there.txt"]
    assert (tmp_path / "there.txt").read_text() == "mine"


def test_a_starter_in_a_folder_whose_name_is_no_text(tmp_path):
    folder = tmp_path / "\udcff"
    result = run("init", folder, "--quiet")
    if result.exit_code == 3:
        pytest.skip("this file system takes no name that is not UTF-8")
    assert result.exit_code == 0, result.exception
    assert "\\udcff/weights.yaml" in (folder / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("target", "expected"),
    [("nowhere.csv", "no such file"), ("trade.csv", "cannot be read: Too many levels of symbolic links")],
)
def test_a_link_that_leads_nowhere(tmp_path, target, expected):
    # Anybody meets these two, root included: a link to a file that is gone, and one to itself.
    (tmp_path / "trade.csv").symlink_to(tmp_path / target)
    assert_refused(run("score", "-i", tmp_path), f"/trade.csv: {expected}")


def test_a_file_that_may_not_be_read(tmp_path):
    shutil.copytree(INDICATORS, tmp_path, dirs_exist_ok=True)
    (tmp_path / "trade.csv").chmod(0)
    if os.access(tmp_path / "trade.csv", os.R_OK):
        pytest.skip("this user may read every file, whatever its mode")
    assert_refused(run("score", "-i", tmp_path), "/trade.csv: cannot be read: Permission denied")


def test_a_reader_that_stops_reading_is_no_failure():
    env = {**os.environ, "PYTHONPATH": str(Path(bci.__file__).parents[1])}
    command = [sys.executable, "-m", "bci", "score", "-i", INDICATORS, "-w", SCHEME, "-q", "-f", "csv"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
