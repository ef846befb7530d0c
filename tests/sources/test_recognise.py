"""Which files among downloads are raw files: told, passed over with a reason, or refused."""

import gzip
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest
from house import RAW

from bci.errors import InputError
from bci.sources.formats import FORMATS
from bci.sources.ingesting import ingest
from bci.sources.recognise import raw_files, recognise
from bci.sources.rules import Rules
from bci.sources.write import write_folder

COW = RAW / "cow_trade" / "Dyadic_COW_4.0.csv"
VISITS = RAW / "event_list" / "visits.csv"


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    folder = tmp_path / "downloads"
    folder.mkdir()
    shutil.copy(COW, folder / "c.csv")
    return folder


def names(paths: Iterable[Path]) -> list[str]:
    return sorted(path.name for path in paths)


def refused(*paths: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        recognise(raw_files(paths)[0])
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("form", ["csv", "csv.gz", "parquet"])
def test_what_we_wrote_into_the_folder_is_passed_over(form, downloads):
    if form == "parquet":
        pytest.importorskip("pyarrow", reason="needs the extra parquet")
    shutil.copy(VISITS, downloads / "visits.csv")
    first, _ = raw_files([downloads])
    made, _ = ingest(recognise(first), Rules())
    write_folder(downloads, made, form=form, absent=["energy_trade"], force=False)
    again, passed_over = raw_files([downloads])
    assert again == first
    own = {path.name for path, reason in passed_over.items() if reason == "made by bci itself"}
    assert {f"trade.{form}", "official_visits_events.csv", "energy_trade.csv"} <= own
    assert f"official_visits.{form}" in own


def test_a_folder_of_ours_alone_holds_no_raw_file_and_says_why(downloads, tmp_path):
    made, _ = ingest(recognise([downloads / "c.csv"]), Rules())
    write_folder(tmp_path / "mine", made, form="csv", force=False)
    (problem,) = refused(tmp_path / "mine")
    assert "holds no raw file" in problem
    assert "trade.csv (made by bci itself)" in problem


@pytest.mark.parametrize("name", [".c.csv", "._c.csv", "~$c.csv", ".checkpoints/c.csv"])
def test_hidden_files_and_those_of_open_programs_are_passed_over(name, downloads):
    (downloads / name).parent.mkdir(exist_ok=True)
    (downloads / name).write_bytes(b"\0\1\2")
    wanted, passed_over = raw_files([downloads])
    assert names(wanted) == ["c.csv"]
    assert passed_over == {downloads / name: "hidden, or a copy that another program keeps"}


def test_a_hidden_file_that_is_named_is_passed_over_too(downloads):
    (downloads / "~$c.csv").write_bytes(b"\0\1\2")
    wanted, passed_over = raw_files(sorted(downloads.iterdir()))
    assert names(wanted) == ["c.csv"]
    assert names(passed_over) == ["~$c.csv"]


def test_a_hidden_folder_above_does_not_matter(tmp_path):
    inside = tmp_path / ".cache" / "downloads"
    inside.mkdir(parents=True)
    shutil.copy(COW, inside / "c.csv")
    assert names(raw_files([inside])[0]) == ["c.csv"]


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("link", [True, False])
def test_the_same_file_twice_is_refused(link, named, downloads):
    other = downloads / "d.csv"
    if link:
        other.symlink_to(downloads / "c.csv")
    else:
        shutil.copy(downloads / "c.csv", other)
    paths = [downloads / "c.csv", other] if named else [downloads]
    assert refused(*paths) == [f"{other}: is the same file as {downloads / 'c.csv'}; give one"]


def test_a_path_given_twice_is_one_file_and_files_of_one_size_are_two(downloads):
    path = downloads / "c.csv"
    assert raw_files([path, downloads, path])[0] == [path]
    (downloads / "d.csv").write_bytes(path.read_bytes().replace(b"1000,3000", b"3000,1000", 1))
    assert len(recognise(raw_files([downloads])[0])) == 2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("named", [True, False])
def test_a_pipe_is_refused_and_nobody_waits_for_it(named, downloads):
    pipe = downloads / "x.csv"
    os.mkfifo(pipe)
    (problem,) = refused(pipe if named else downloads)
    assert problem == f"{pipe}: is a pipe or device, and no file; save what it gives as a file"


def test_a_device_by_another_name_is_refused(downloads):
    (downloads / "zero.csv").symlink_to("/dev/zero")
    (problem,) = refused(downloads)
    assert "zero.csv: is a pipe or device" in problem


def test_links_to_nothing_are_told(downloads):
    (downloads / "gone.csv").symlink_to(downloads / "nowhere.csv")
    (downloads / "gone.txt").symlink_to(downloads / "nowhere.txt")
    (problem,) = refused(downloads)
    assert "gone.csv: is a link to no file" in problem
    (problem,) = refused(downloads / "gone.csv")
    assert "no such file or folder" in problem


def test_the_known_formats_are_told_once(downloads):
    for name in ("x.csv", "y.csv", "z.csv"):
        (downloads / name).write_text("a,b\n1,2\n")
    (downloads / "zz.csv").write_text("a;b;c;d\n1;2;3;4\n")
    problems = refused(downloads)
    assert [problem.partition(":")[0].rpartition("/")[2] for problem in problems] == [
        "x.csv", "y.csv", "z.csv", "zz.csv",
    ]  # fmt: skip
    told = ["Known are" in problem for problem in problems]
    assert told == [False, False, True, False]
    assert all(name in problems[2] for name in FORMATS)


def test_a_gzipped_file_of_ours_and_one_that_is_none_are_told_apart(downloads):
    (downloads / "own.csv.gz").write_bytes(gzip.compress(b"iso3_a,iso3_b,year\n"))
    (downloads / "broken.csv.gz").write_bytes(b"iso3_a,iso3_b,year\n")
    wanted, passed_over = raw_files([downloads])
    assert names(wanted) == ["broken.csv.gz", "c.csv"]
    assert names(passed_over) == ["own.csv.gz"]
