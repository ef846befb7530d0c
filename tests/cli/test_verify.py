"""Recorded runs are run again: what is the same, what differs, and what a record may not ask for."""

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from house import run

from bci.cli.verify import distance

RUNS = {
    "score": ["--to", "2023"],
    "score of all, ranked": ["--top", "1"],
    "compare": ["papageorgiou-equal", "military-first"],
    "explain": ["2008-2011", "2016-2019"],
    "replicate": ["--weights", "plain-scales"],
    "sensitivity": ["--within", "20%"],
    "sensitivity drawn": ["--table", "draws", "--draws", "40", "--seed", "5"],
    "sensitivity ordered": [
        *("-t", "draws", "--draws", "40", "--kind", "ordered", "--order", "military > economic")
    ],
    "export": ["--as", "edges", "--by", "political"],
    "explore": ["-o", "page.html"],
    "plot": ["index", "-o", "index.svg"],
    "report": ["-o", "report.html"],
}


def record(*args: str) -> Path:
    """Run a command in the current folder, with a record there."""
    done = run(*args, "--quiet", "--record", "run.json")
    assert done.exit_code == 0, done.output
    return Path("run.json")


def verdicts(*args: str) -> dict[str, tuple[str, str]]:
    """What `bci verify` says of each check, and its exit code under ``code``."""
    result = run("verify", "run.json", *args, "--format", "json")
    assert result.exit_code in (0, 4), result.output
    said = {row["check"]: (row["verdict"], row["found"]) for row in json.loads(result.stdout)}
    return said | {"code": (str(result.exit_code), "")}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A folder of indicators and a scheme of one's own, beside the record."""
    assert run("init", "mine", "--quiet").exit_code == 0
    return tmp_path / "mine"


@pytest.mark.parametrize("case", RUNS)
def test_a_run_is_reproduced_and_nothing_is_written(case, tmp_path):
    if case == "plot":
        pytest.importorskip("matplotlib")
    record(case.split()[0], *RUNS[case])
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    said = verdicts()
    assert said["result"][0] == "same", said
    assert said["result"][1].startswith("reproduced to the digit (")
    assert {verdict for verdict, _ in said.values()} == {"same", "0"}
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_folder_with_its_record_can_be_moved(mine, tmp_path, monkeypatch):
    record("score", "--indicators", "mine/indicators", "--weights", "mine/weights.yaml")
    away = tmp_path / "away"
    away.mkdir()
    shutil.move(mine, away / "mine")
    shutil.move("run.json", away / "run.json")
    monkeypatch.chdir(tmp_path.parent)
    result = run("verify", str(away / "run.json"), "--format", "json")
    assert result.exit_code == 0
    assert {row["verdict"] for row in json.loads(result.stdout)} == {"same"}


def test_other_figures_are_told_with_the_file_and_the_first_line_that_differs(mine):
    record("score", "--indicators", "mine/indicators", "--period", "2012-2015,2016-2019")
    visits = mine / "indicators/official_visits.csv"
    lines = visits.read_text().splitlines(keepends=True)
    row = next(i for i, line in enumerate(lines) if line.startswith("CHN,RUS,2014,"))
    cells = lines[row].split(",")
    # One meeting is a third of the cap of three: in one of the four years 1 becomes 1 / 3, their mean 5 / 6.
    assert float(cells[3]) > 3
    visits.write_text("".join([*lines[:row], ",".join([*cells[:3], "1", *cells[4:]]), *lines[row + 1 :]]))
    said = verdicts()
    assert said["code"][0] == "4"
    assert said["inputs"][0] == "differs"
    assert said["inputs"][1].startswith("indicators official_visits.csv has digest ")
    # The political score falls by a twelfth and the index by a 36th, from .512 to .484.
    was, now = (f"'CHN,RUS,2012,2015,index,index,{start}" for start in ("0.51", "0.48"))
    assert said["result"][1].startswith(f"line 2 was {was}")
    assert f", is {now}" in said["result"][1]


def test_a_scheme_that_has_changed_or_gone_is_told(mine):
    record("score", "--weights", "mine/weights.yaml")
    scheme = mine / "weights.yaml"
    scheme.write_text(scheme.read_text() + "# a comment\n")
    said = verdicts()
    assert said["inputs"][0] == "differs"
    assert said["inputs"][1].startswith("weights mine/weights.yaml has digest ")
    assert (said["result"][0], said["code"][0]) == ("same", "0")
    scheme.write_text(scheme.read_text().replace("minimum_coverage: 0.5", "minimum_coverage: 1"))
    said = verdicts()
    assert (said["result"][0], said["code"][0]) == ("differs", "4")
    scheme.unlink()
    result = run("verify", "run.json")
    assert result.exit_code == 3
    assert "mine/weights.yaml: no such file; the record was made with these weights" in result.stderr


def test_a_file_that_was_written_and_changed_since_is_told(tmp_path):
    record("score", "-p", "2016-2019", "-o", "scores.csv")
    assert verdicts()["outputs"] == ("same", "1 of 1 as recorded")
    (tmp_path / "scores.csv").write_text("mine")
    said = verdicts()
    assert said["outputs"] == ("differs", "scores.csv has other bytes")
    assert (said["result"][0], said["code"][0]) == ("same", "4")
    (tmp_path / "scores.csv").unlink()
    said = verdicts()
    assert said["outputs"] == ("not here", "scores.csv")
    assert said["code"][0] == "0"


def test_data_that_are_not_here_can_be_named(mine, tmp_path):
    record("score", "--indicators", "mine/indicators")
    (tmp_path / "elsewhere").mkdir()
    shutil.move(mine / "indicators", tmp_path / "elsewhere/data")
    result = run("verify", "run.json")
    assert result.exit_code == 3
    assert "mine/indicators: is not here; name the folder of the data with --indicators DIR" in result.stderr
    assert verdicts("--indicators", "elsewhere/data")["result"][0] == "same"


def test_findings_of_ones_own_are_found_compared_and_missed(tmp_path):
    from bci.files import shipped

    findings = tmp_path / "mine.yaml"
    findings.write_text((shipped("config") / "findings.yaml").read_text())
    record("replicate", "--findings", "mine.yaml")
    assert verdicts()["inputs"][0] == "same"
    findings.write_text(findings.read_text() + "# a comment\n")
    said = verdicts()
    assert said["inputs"][1].startswith("findings mine.yaml has digest ")
    assert (said["result"][0], said["code"][0]) == ("same", "0")
    findings.unlink()
    result = run("verify", "run.json")
    assert result.exit_code == 3
    assert "mine.yaml: no such file; the record was made with these findings" in result.stderr


def altered(change: Any) -> None:
    """Change a record as a program would, with digests that fit."""
    content = json.loads(Path("run.json").read_text())
    change(content)
    if content["result"]["lines"] is not None:
        text = "\n".join(content["result"]["lines"])
        content["result"]["sha256"] = hashlib.sha256(text.encode()).hexdigest()
    Path("run.json").write_text(json.dumps(content, indent=2))


@pytest.mark.parametrize(
    ("far", "tolerant", "told"),
    [(2e-15, "0", "; --tolerance would accept it"), (1e-9, "4", "numbers differ by up to 1e-09; line 2 was")],
)
def test_a_tolerance_forgives_rounding_and_nothing_else(far, tolerant, told):
    record("score", "--period", "2016-2019")

    def shift(content: dict[str, Any]) -> None:
        cells = content["result"]["lines"][1].split(",")
        cells[6] = repr(float(cells[6]) + far)
        content["result"]["lines"][1] = ",".join(cells)

    altered(shift)
    said = verdicts()
    assert (said["result"][0], said["code"][0]) == ("differs", "4")
    assert told in said["result"][1]
    said = verdicts("--tolerance")
    assert said["code"][0] == tolerant
    assert (said["result"][0] == "same") == (tolerant == "0")
    if tolerant == "0":
        assert said["result"][1].startswith("reproduced to 1e-12 (11 lines; largest difference 2")


def test_words_and_gaps_are_never_within_a_tolerance():
    assert distance("a,1.0,\n", "a,1.0,\n") == 0
    assert distance("a,1.0,b\n", "a,1.0,c\n") is None
    assert distance("a,,b\n", "a,0.0,b\n") is None
    assert distance("2000000.0", "2000001.0") == pytest.approx(5e-7, rel=1e-5)


def test_a_record_without_rows_says_what_it_cannot_tell():
    record("score", "--period", "2016-2019")

    def forget(content: dict[str, Any]) -> None:
        content["result"] = {"sha256": "0" * 64, "lines": None}

    altered(forget)
    said = verdicts()
    assert said["result"] == ("differs", "differs; the record holds only a digest, so how far cannot be told")
    result = run("verify", "run.json", "--tolerance")
    assert result.exit_code == 3
    assert "--tolerance: needs the rows, and this record holds only their digest" in result.stderr


def test_other_versions_are_told_and_decide_nothing():
    record("score", "--period", "2016-2019")

    def age(content: dict[str, Any]) -> None:
        content["versions"]["numpy"] = "1.0"

    altered(age)
    said = verdicts()
    assert said["versions"][0] == "differs"
    assert "numpy has version 1.0 in the record, " in said["versions"][1]
    assert (said["result"][0], said["code"][0]) == ("same", "0")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no /dev/zero here")
def test_what_is_no_regular_file_is_refused_at_once(tmp_path):
    os.mkfifo("pipe")
    for place, told in (
        ("/dev/zero", "is no regular file; give the file that --record wrote"),
        ("pipe", "is no regular file"),
        (str(tmp_path), "is a directory; give a file"),
    ):
        result = run("verify", place)
        assert result.exit_code == 3
        assert result.stderr.startswith(f"{place}: {told}")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["score", "-w", "/dev/zero"], "command: weights: '/dev/zero' leads away"),
        (["score", "-w", "../../x.yaml"], "command: weights: '../../x.yaml' leads away"),
        (["score", "-i", "/etc"], "command: indicators: '/etc' leads away"),
        (["score", "-i", "C:/x"], "command: indicators: 'C:/x' leads away"),
        (["replicate", "--findings", "a/../../x"], "command: findings: 'a/../../x' leads away"),
        (["compare", "pipe.yaml", "pipe.yaml"], "pipe.yaml: no such file"),
        (["score", "-i", "pipe.yaml"], "pipe.yaml: is not here; name the folder"),
    ],
)
def test_a_record_names_only_files_and_folders_nearby(words, message):
    record("score", "--period", "2016-2019")
    os.mkfifo("pipe.yaml")
    altered(lambda content: content.update(command=["bci", *words]))
    result = run("verify", "run.json")
    assert (result.exit_code, result.stdout) == (3, "")
    assert message in result.stderr


HOSTILE: dict[str, tuple[list[str], str]] = {
    "another program": (["sh", "-c", "touch owned"], "command: sh -c makes no result that is recorded"),
    "a command that writes": (["bci", "init", "owned"], "command: bci init makes no result that is recorded"),
    "a command that reads the web": (["bci", "ingest", "x"], "bci ingest makes no result"),
    "itself": (["bci", "verify", "run.json"], "bci verify makes no result"),
    "a misspelt command": (["bci", "scor"], "Did you mean 'score'? Known are score, compare"),
    "help": (["bci", "score", "--help"], "command: cannot be rebuilt: No such option"),
    "an unknown option": (["bci", "score", "--exec", "x"], "command: cannot be rebuilt: No such option"),
    "a wrong value": (["bci", "score", "--top", "none"], "command: cannot be rebuilt: Invalid value"),
    "a further file": (["bci", "score", "--record", "owned"], "command: --record has no place in a record"),
    "force": (["bci", "score", "--force"], "command: --force has no place in a record"),
    "a scheme to write": (
        ["bci", "sensitivity", "-t", "allowed", "--write-centre", "owned"],
        "command: --write-centre has no place in a record",
    ),
    "very many processes": (["bci", "sensitivity", "--jobs", "9999"], "command: --jobs has no place"),
    "very many draws": (
        ["bci", "sensitivity", "-t", "draws", "--draws", "99999999999"],
        "--draws 99999999999 is more than a record may ask for, 10,000,000",
    ),
    "options that do not go together": (
        ["bci", "score", "--by", "trade"],
        "command: cannot be run: --by says",
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_record_may_ask_only_for_known_results(case, tmp_path):
    words, told = HOSTILE[case]
    record("score", "--period", "2016-2019")
    altered(lambda content: content.update(command=words))
    result = run("verify", "run.json")
    assert result.exit_code == 3, result.output
    assert result.stderr.startswith("run.json: command: ")
    assert told in result.stderr
    assert result.stdout == ""
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]


def test_an_output_named_in_a_record_is_never_written(tmp_path):
    pytest.importorskip("matplotlib")
    target = tmp_path / "precious.svg"
    record("plot", "index", "-o", "index.svg")
    target.write_text("mine")

    def aim(content: dict[str, Any]) -> None:
        content["command"][content["command"].index("index.svg")] = str(target)
        content["outputs"] = {}

    altered(aim)
    assert verdicts()["code"][0] == "0"
    assert target.read_text() == "mine"


def test_the_answer_goes_to_a_file_in_any_format():
    record("score", "--period", "2016-2019")
    assert run("verify", "run.json", "-o", "checks.md").exit_code == 0
    assert Path("checks.md").read_text().startswith("| check")
