"""Run records: whole, portable, the same for the same run, and strict when they are read."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from house import run
from hypothesis import given, settings
from hypothesis import strategies as st

import bci
from bci.cli.record import MOST_BYTES, RECORDED, Record, portable, read_record, record_text
from bci.errors import InputError
from bci.files import shipped

RUNS = {
    "score": ["--period", "annual"],
    "compare": ["papageorgiou-equal", "political-first", "--changes"],
    "explain": ["2008-2011", "2016-2019"],
    "replicate": [],
    "sensitivity": ["--table", "draws", "--draws", "50", "--seed", "7"],
    "export": ["--as", "edges"],
    "explore": ["--weights", "political-first", "-o", "page.html"],
    "plot": ["index", "-o", "index.svg"],
    "report": ["-o", "report.md"],
}


def recorded(folder: Path, command: str, *args: str) -> Path:
    """Run a command in the current folder with a record in another."""
    path = folder / "run.json"
    done = run(command, *args, "--quiet", "--force", "--record", str(path))
    assert done.exit_code == 0, done.output
    return path


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The record of a short run."""
    folder = tmp_path_factory.mktemp("record")
    return recorded(folder, "score", "--period", "2012-2015,2016-2019").read_text()


def test_all_recorded_commands_are_tried_here():
    assert set(RUNS) == set(RECORDED)


@pytest.mark.parametrize("command", RUNS)
def test_a_record_is_json_and_is_read_back_as_the_same(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if command == "plot":
        pytest.importorskip("matplotlib")
    path = recorded(tmp_path, command, *RUNS[command])
    record = read_record(path)
    assert record_text(record) == path.read_text()
    content = json.loads(path.read_text())
    assert content["command"][:2] == ["bci", command]
    assert content["versions"]["bci"] == bci.__version__
    assert "date" not in content
    for place in (str(tmp_path), str(Path.home()) + "/", str(Path(bci.__file__).parent)):
        assert place not in path.read_text()


def test_the_digest_of_the_result_is_that_of_the_file_that_was_written(tmp_path):
    path = recorded(tmp_path, "score", "--period", "annual", "-o", str(tmp_path / "scores.csv"))
    written = (tmp_path / "scores.csv").read_bytes()
    record = read_record(path)
    assert record.result.sha256 == hashlib.sha256(written).hexdigest()
    assert record.result.lines == written.decode().split("\n")
    assert record.outputs == {"scores.csv": record.result.sha256}


def test_the_digests_of_the_files_are_those_of_sha256sum(tmp_path):
    assert run("init", str(tmp_path / "mine"), "--dyad", "IND-RUS").exit_code == 0
    folder, scheme = tmp_path / "mine/indicators", tmp_path / "mine/weights.yaml"
    args = ["-i", str(folder), "-w", str(scheme), "-d", "CHN-RUS", "-o", str(tmp_path / "s.csv")]
    path = recorded(tmp_path, "score", *args)
    files = {f"indicators {file.name}": file for file in folder.iterdir() if file.suffix in (".csv", ".yaml")}
    files["weights mine/weights.yaml"] = scheme
    for name in bci.load_weights().indicators:
        files.setdefault(f"indicators {name}.yaml", shipped("indicators") / f"{name}.yaml")
    record = read_record(path)
    assert record.inputs == {
        name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in files.items()
    }
    args = ["--weights", "mine/weights.yaml", "--indicators", "mine/indicators", "--dyad", "CHN-RUS"]
    assert record.command == ["bci", "score", *args, "--output", "s.csv"]


def test_every_file_of_a_folder_that_was_written_is_recorded(tmp_path):
    path = recorded(tmp_path, "export", "--as", "datapackage", "-o", str(tmp_path / "package"))
    files = {file for file in (tmp_path / "package").rglob("*") if file.is_file()}
    assert read_record(path).outputs.keys() == {file.relative_to(tmp_path).as_posix() for file in files}
    assert len(files) > 10


def test_the_same_run_gives_the_same_record_and_a_date_only_where_asked_for(tmp_path):
    first = recorded(tmp_path, "score").read_text()
    assert recorded(tmp_path, "score").read_text() == first
    dated = recorded(tmp_path, "score", "--date", "2026-11-21").read_text()
    assert dated.replace('  "date": "2026-11-21",\n', "") == first
    assert dated != first


@pytest.mark.parametrize("name", ["Daten ü", "line\u2028separator", "next\x85line", "\U0001f600", 'a\\b"c'])
def test_odd_names_of_files_survive(name, tmp_path):
    from bci.model.scheme import scheme_path

    mine = tmp_path / f"{name}.yaml"
    mine.write_text(scheme_path("political-first").read_text())
    path = recorded(tmp_path, "score", "--weights", str(mine))
    assert read_record(path).command[-1] == mine.name
    assert json.loads(path.read_text())["command"][-1] == mine.name
    assert run("verify", str(path)).exit_code == 0


def test_a_failed_check_is_recorded_and_a_failure_is_not(tmp_path):
    path = tmp_path / "run.json"
    assert run("replicate", "--fail-under", "45", "--record", str(path)).exit_code == 4
    assert read_record(path).command == ["bci", "replicate", "--fail-under", "45"]
    assert run("score", "--dyad", "FRA-DEU", "--record", str(tmp_path / "no.json")).exit_code == 3
    assert not (tmp_path / "no.json").exists()


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["--record", "there.json"], 3, "there.json: exists already; give --force"),
        (["--record", "none/run.json"], 3, "none/run.json: cannot be written: there is no such folder"),
        (["--record", "a.csv", "-o", "a.csv"], 3, "a.csv: is the file of the result"),
        (["--record", "a.json", "--date", "soon"], 2, "'soon' does not match the format"),
    ],
)
def test_a_record_that_cannot_be_written_stops_everything_else(args, code, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("there.json").write_text("mine")
    result = run("score", *args)
    assert result.exit_code == code
    assert words in result.stderr
    assert result.stdout == ""
    assert [path.name for path in tmp_path.iterdir()] == ["there.json"]
    assert Path("there.json").read_text() == "mine"


@pytest.mark.parametrize(
    ("path", "folder", "expected"),
    [
        ("/home/a/study/data", "/home/a/study", "data"),
        ("/home/a/study/data/x", "/home/a/study/out", "../data/x"),
        ("/home/a/study", "/home/a/study", "../study"),
        ("/home/a", "/home/a/study", "a"),
        ("/srv/data", "/home/a/study", "data"),
        ("/srv/data", "/tmp", "data"),
        ("/home/b/data", "/home/a", "../b/data"),
        ("/home/a/study/c:d", "/home/a/study", "./c:d"),
        ("/srv/c:d", "/home/a/study", "./c:d"),
    ],
)
def test_paths_are_near_or_plain_names(path, folder, expected):
    assert portable(Path(path), Path(folder)) == expected


def test_a_folder_with_a_colon_in_its_name_is_recorded_and_found_again(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("init", "mine", "--quiet").exit_code == 0
    (tmp_path / "mine/indicators").rename("a:b")
    path = recorded(tmp_path, "score", "--indicators", "a:b")
    assert read_record(path).command[-1] == "./a:b"
    assert run("verify", str(path)).exit_code == 0


def changed(text: str, old: str, new: str) -> str:
    assert re.search(old, text), old
    return re.sub(old, new, text, count=1)


BROKEN: dict[str, tuple[str, str, str]] = {
    "another version": (
        '"bci_record": 2',
        '"bci_record": 1',
        r":2:17: bci_record: '1' is not allowed; give 2",
    ),
    "an unknown key": ('"bci_record"', '"sead": 1, "bci_record"', r":2:3: sead: unknown key"),
    "a misspelt key": ('"inputs"', '"imputs"', r"imputs: unknown key. Did you mean 'inputs'\?"),
    "a missing key": (r'  "outputs": \{\},\n', "", r":1:1: the key outputs is missing"),
    "a key twice": ('"bci_record": 2,', '"bci_record": 2, "bci_record": 2,', "stands twice"),
    "a changed number": (r"0\.647", "0.747", "result: lines have another sha256, [0-9a-f]{64}; one of them"),
    "a changed digest": (
        r'("result": \{\s+"sha256": ")[0-9a-f]',
        r"\1g",
        r"result.sha256: 'g[0-9a-f]{63}' is not allowed",
    ),
    **{
        f"the path {path!r}": (r'"outputs": \{', f'"outputs": {{"{path}": "{"0" * 64}"', "leads away")
        for path in ("/etc/x", "../../x", "a/../../x", "C:/x", "")
    },
    "a number for text": ('"python": "[^"]*"', '"python": 3', "versions.python: must be text"),
    "no command": (r'"command": \[[^\]]*\]', '"command": []', r"command: needs 2 or more entries"),
    "no JSON": (r"^\{", "[{", "is not valid YAML"),
    "an anchor": ('"bci_record": 2', '"bci_record": &a 1', "anchor &a"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_record_is_refused_with_its_place(case, text, tmp_path):
    old, new, words = BROKEN[case]
    path = tmp_path / "run.json"
    path.write_text(changed(text, old, new))
    with pytest.raises(InputError, match=words) as caught:
        read_record(path)
    assert all(problem.place == str(path) and problem.line for problem in caught.value.problems)


def test_a_huge_file_is_refused_unread(tmp_path):
    path = tmp_path / "run.json"
    path.write_bytes(b"[" * (MOST_BYTES + 1))
    with pytest.raises(InputError, match=r"holds 10,000,001 bytes; a record of bci is never so large"):
        read_record(path)
    with pytest.raises(InputError, match="no such file"):
        read_record(tmp_path / "none.json")


def test_all_problems_of_a_record_are_told_at_once(text, tmp_path):
    path = tmp_path / "run.json"
    path.write_text(
        changed(changed(text, '"python": "[^"]*"', '"python": 3'), '"bci_record": 2', '"bci_record": 9')
    )
    with pytest.raises(InputError) as caught:
        read_record(path)
    assert len(caught.value.problems) == 2


@settings(max_examples=60)
@given(st.data())
def test_a_mangled_record_is_refused_or_says_what_it_says(text, data):
    import tempfile

    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    new = data.draw(
        st.sampled_from(["", "0", '"', "{", "}", ",", ":", "null", "\n", "é", "\x00", "[[", "1e999"])
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.json"
        path.write_text(text[:start] + new + text[end:])
        try:
            record = read_record(path)
        except InputError:
            return
    plain: dict[str, Any] = record.model_dump(mode="json")
    assert Record.model_validate(plain) == record
    assert record.result.lines is not None
    again = hashlib.sha256("\n".join(record.result.lines).encode()).hexdigest()
    assert again == record.result.sha256
