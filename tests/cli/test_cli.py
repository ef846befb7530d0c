"""The command line as people and scripts meet it: whole outputs, streams, exit codes, files."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from house import RAW, rows, run

import bci
from bci.cli.commands import COMMANDS, HELP


def test_csv_is_never_rounded():
    scores = bci.score().column("score").ravel().tolist()
    assert [float(row["score"]) for row in rows(run("score", "-f", "csv").stdout)] == scores


def test_json_says_what_made_it():
    document = json.loads(run("score", "-f", "json", "--to", "2023").stdout)
    assert document["scheme"]["name"] == "papageorgiou-equal"
    assert document["scheme"]["sha256"] == bci.load_weights().digest
    assert document["data"]["sha256"] == bci.load_indicators().digest
    assert document["missing"] == {"rule": "reweight", "minimum_coverage": 0.5}
    assert len(document["scores"]) == 80


def test_missing_is_null_in_json_and_empty_in_csv():
    args = ("score", "-p", "1992-1992", "-q")
    listed = {row["name"]: row for row in json.loads(run(*args, "-f", "json").stdout)["scores"]}
    assert (listed["energy_trade"]["score"], listed["energy_trade"]["band"]) == (None, None)
    tidy = {row["name"]: row for row in rows(run(*args, "-f", "csv").stdout)}
    assert (tidy["energy_trade"]["score"], tidy["energy_trade"]["band"]) == ("", "")
    assert tidy["energy_trade"]["coverage"] == "0.0"


def test_visits_by_video_are_mentioned_where_they_show():
    said = "Meetings by video or telephone do not count"
    assert said in run("score", "--to", "2023").stderr
    assert said in run("explain", "2020-2023").stderr
    assert said not in run("score").stderr
    assert said in run("indicators", "official_visits", "-f", "table").stdout.replace("\n", " ")


@pytest.mark.parametrize("columns", [24, 40, 60, 80, 200])
def test_a_table_fits_the_terminal(columns):
    table = run("score", "-f", "table", "-q", columns=columns).stdout
    lines = [line for line in table.splitlines() if not line.startswith(("China and", "L limited"))]
    assert max(map(len, lines)) <= max(columns, 28)
    assert len(re.findall(r"^index .*", table, re.MULTILINE)) == -(-7 // max(1, (columns - 20) // 8))


def test_bands_are_coloured_on_request_only():
    assert "\x1b[" not in run("score", "-f", "table").stdout
    assert "\x1b[" in run("score", "-f", "table", FORCE_COLOR="1").stdout
    assert "\x1b[" not in run("score", "-f", "table", FORCE_COLOR="1", NO_COLOR="1").stdout


def test_scheme_by_name_and_by_path_are_the_same(tmp_path):
    from bci.model.scheme import scheme_path

    copy = tmp_path / "mine.yaml"
    copy.write_text(scheme_path("political-first").read_text())
    assert run("score", "-w", str(copy), "-q").stdout == run("score", "-w", "political-first", "-q").stdout


@pytest.mark.parametrize(
    ("name", "starts"), [("s.md", "| dyad"), ("s.tex", "{\\footnotesize"), ("s.csv", "iso3_a,")]
)
def test_the_ending_of_a_file_chooses_the_format(tmp_path, name, starts):
    assert run("score", "-o", str(tmp_path / name)).exit_code == 0
    assert (tmp_path / name).read_text().startswith(starts)


def test_replicate_as_json():
    result = run("replicate", "--format", "json")
    listed = json.loads(result.stdout)
    keys = "id level name period_start period_end statement class found holds calibrated sources"
    assert all(list(row) == keys.split() for row in listed)
    assert [row["holds"] for row in listed].count(True) == 41
    assert "STATED: 34 of 36 hold, 2 fail" in result.stderr


@pytest.mark.parametrize(("wanted", "code"), [("41", 0), ("42", 4)])
def test_replicate_fails_a_script_under_a_number(wanted, code):
    assert run("replicate", "--fail-under", wanted).exit_code == code


def test_validate_says_what_each_indicator_covers():
    result = run("validate", "political-first", "-f", "csv")
    assert result.exit_code == 0
    listed = {row["indicator"]: row for row in rows(result.stdout)}
    assert (listed["energy_trade"]["values"], listed["energy_trade"]["missing"]) == ("25", "4")
    assert (listed["trade"]["missing"], listed["arms_trade"]["missing"]) == ("1", "0")


@pytest.mark.parametrize(
    "name", ["papageorgiou-equal", "military-first", "economic-first", "political-first"]
)
def test_shipped_schemes_are_valid_and_differ_in_weights_alone(name):
    assert run("validate", name).exit_code == 0
    scheme = bci.load_weights(name)
    weights = dict(zip(scheme.tree, scheme.dimension_weights.tolist(), strict=True))
    first = name.removesuffix("-first")
    assert weights == {dimension: 2 if dimension == first else 1 for dimension in weights}


def test_indicators_in_full():
    document = json.loads(run("indicators", "energy_trade", "-f", "json").stdout)
    assert document["scale"]["basis"] == "calibrated"
    missing = [row["year"] for row in document["years"] if row["value"] is None]
    assert missing == [1992, 1993, 1994, 1996]
    assert set(document["sources"]) == {"wind_gacc", "bp2021"}


def test_the_starter_scores_at_once(tmp_path):
    folder = tmp_path / "mine"
    assert run("init", str(folder), "--dyad", "India:Russia").exit_code == 0
    args = ("--indicators", str(folder / "indicators"))
    assert run("validate", str(folder / "weights.yaml"), *args).exit_code == 0
    result = run("score", *args, "--weights", str(folder / "weights.yaml"), "-f", "csv")
    own = [row for row in rows(result.stdout) if (row["iso3_a"], row["iso3_b"]) == ("IND", "RUS")]
    assert len(own) == 70
    assert {row["score"] for row in own} == {""}
    example = [float(row["score"]) for row in rows(result.stdout) if row["iso3_a"] == "CHN"]
    assert example == bci.score().column("score").ravel().tolist()


@pytest.mark.parametrize("format_", ["weights", "indicator"])
def test_schema_is_json_schema_that_knows_the_shipped_files(format_):
    schema = json.loads(run("schema", format_).stdout)
    assert schema["$schema"].startswith("https://json-schema.org/")
    keys = {"weights": ["dimensions", "bands", "periods"], "indicator": ["measure", "scale", "coverage"]}[
        format_
    ]
    assert set(keys) <= set(schema["properties"])
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_what_it_does_with_two_examples_that_run(command, tmp_path, monkeypatch):
    text = run(command, "--help").stdout
    assert COMMANDS[command].split(":")[0] in text
    examples = re.findall(r"^    bci (.*)$", text, re.MULTILINE)
    assert len(examples) == 2
    for number, example in enumerate(examples):
        folder = tmp_path / str(number)
        folder.mkdir()
        monkeypatch.chdir(folder)
        if command == "ingest":
            # The files that its examples speak of: trade in a folder, roll calls, and their dates.
            (folder / "downloads").mkdir()
            shutil.copy(RAW / "cow_trade" / "Dyadic_COW_4.0.csv", folder / "downloads")
            shutil.copy(RAW / "vote_matrix" / "votes.csv", folder)
            shutil.copy(RAW / "roll_calls" / "un_roll_calls.csv", folder / "roll_calls.csv")
        if command == "verify":
            run("score", "--record", "run.json")
        # The example of a check that is asked for shows one that fails.
        failing = 4 if "plain-scales" in example else 0
        assert run(*shlex.split(example)).exit_code == failing, example


def test_help_of_the_program():
    assert run("--help").stdout == HELP
    assert all(f"  {name} " in HELP for name in COMMANDS)


def test_version():
    assert run("--version").stdout == f"bci, version {bci.__version__}\n"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["scor"], "no such command 'scor'. Did you mean 'score'?"),
        (["score", "--formt", "csv"], "No such option"),
        (["score", "--to", "soon"], "not a valid integer"),
        (["compare", "papageorgiou-equal"], "two or more schemes"),
        (["explain"], "Missing argument"),
        (["score", "--top", "0"], "0 is not in the range"),
        (["score", "--minimum-coverage", "1.5"], "1.5 is not in the range"),
        (["export", "--as", "graphml"], "graphml is written to a file; name it with -o FILE"),
        (["export"], "Missing option '--as'"),
    ],
)
def test_wrong_usage_exits_2(args, words):
    result = run(*args)
    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stdout == ""


def test_a_closed_pipe_is_silent():
    code = "from bci.cli import main; import sys; sys.argv = ['bci', 'score', '-q', '-p', 'annual']; main()"
    pipe = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert pipe.stdout is not None
    assert pipe.stderr is not None
    pipe.stdout.close()
    assert pipe.stderr.read() == b""
    pipe.wait()
    pipe.stderr.close()


def test_another_folder_gives_the_same(tmp_path):
    command = [sys.executable, "-m", "bci", "score", "-q"]
    env = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    env["PYTHONPATH"] = str(Path(bci.__file__).parents[1])
    elsewhere = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=True)
    assert elsewhere.stdout == run("score", "-q", "-f", "csv").stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("command", ["codes Burma", "score -f csv -q", "report -q"])
def test_output_that_cannot_be_written_is_told_in_one_line(command):
    environment = {**os.environ, "PYTHONPATH": str(Path(bci.__file__).parents[1])}
    words = [sys.executable, "-m", "bci", *command.split()]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True, env=environment)
    assert (done.returncode, done.stderr) == (1, "Error: stdout cannot be written: No space left on device\n")
    closed = subprocess.run(
        ["sh", "-c", '"$@" >&-', "sh", *words], stderr=subprocess.PIPE, text=True, env=environment
    )
    assert (closed.returncode, closed.stderr) == (1, "Error: stdout cannot be written: it is closed\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("command", ["--help", "--version", "score --help"])
def test_help_that_cannot_be_written_is_told_in_one_line(command):
    environment = {**os.environ, "PYTHONPATH": str(Path(bci.__file__).parents[1])}
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "bci", *command.split()], stdout=full, stderr=subprocess.PIPE, text=True,
            env=environment,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "Error: stdout cannot be written: No space left on device\n")
