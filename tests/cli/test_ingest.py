"""``bci ingest`` as a user runs it: a folder of downloads, three commands, banded scores."""

import shutil
from pathlib import Path

import pytest
from click.testing import Result
from house import RAW, cases, rows, run


def ingest(*words: str | Path) -> Result:
    """`bci ingest` of made-up files, in which seven states vote."""
    return run("ingest", *words, "--fewest-states", "5")


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    """A folder as a user would have it: trade, votes, arms, visits and a codebook."""
    folder = tmp_path / "downloads"
    (folder / "codebooks").mkdir(parents=True)
    (folder / "codebooks" / "codebook.pdf").write_text("x")
    for name in ("cow_trade/Dyadic_COW_4.0.csv", "voeten/votes.csv", "event_list/visits.csv"):
        shutil.copy(RAW / name, folder)
    shutil.copy(RAW / "sipri_register/all.csv", folder / "tiv.csv")
    return folder


def test_three_commands_give_banded_scores(downloads, tmp_path):
    data = tmp_path / "data"
    made = ingest(downloads, "-o", data)
    assert (made.exit_code, made.stdout) == (0, ""), made.stderr
    assert "Dyadic_COW_4.0.csv: cow_trade" in made.stderr
    assert "codebook.pdf: passed over" in made.stderr
    assert "energy_trade: no raw file; written without figures, missing for every dyad" in made.stderr
    valid = run("validate", "-i", data, "-f", "csv")
    assert valid.exit_code == 0, valid.stderr
    scored = run("score", "-i", data, "--period", "annual", "--minimum-coverage", "0.1", "-f", "csv")
    assert scored.exit_code == 0, scored.stderr
    banded = [row for row in rows(scored.stdout) if row["level"] == "index" and row["band"]]
    assert banded
    assert all(0 < float(row["coverage"]) < 1 for row in banded)
    assert "note: energy_trade has no figures in this folder" in scored.stderr


@pytest.mark.parametrize("form", ["csv.gz", "parquet"])
def test_all_forms_score_alike(form, downloads, tmp_path):
    if form == "parquet":
        pytest.importorskip("pyarrow", reason="needs the extra parquet")
    scores = []
    for name in ("csv", form):
        made = ingest(downloads, "-o", tmp_path / name, "--form", name)
        assert made.exit_code == 0, made.stderr
        scores.append(run("score", "-i", tmp_path / name, "--period", "annual", "-f", "csv").stdout)
    assert scores[0] == scores[1]
    assert len(scores[0].splitlines()) > 10


def test_nothing_is_replaced_without_force(downloads, tmp_path):
    data = tmp_path / "data"
    assert ingest(downloads, "-o", data, "-q").exit_code == 0
    before = {path.name: path.read_bytes() for path in data.iterdir()}
    again = ingest(downloads, "-o", data, "--dyad", "CHN-RUS")
    assert again.exit_code == 3
    assert "--force" in again.stderr
    assert {path.name: path.read_bytes() for path in data.iterdir()} == before
    assert ingest(downloads, "-o", data, "--dyad", "CHN-RUS", "--force").exit_code == 0


def test_a_broken_file_leaves_nothing_behind(downloads, tmp_path):
    path = downloads / "Dyadic_COW_4.0.csv"
    path.write_text(path.read_text().replace("1000,3000,", "1OOO,3000,", 1))
    line = next(n for n, text in enumerate(path.read_text().splitlines(), 1) if "1OOO" in text)
    made = ingest(downloads, "-o", tmp_path / "data")
    assert made.exit_code == 3
    assert f"Dyadic_COW_4.0.csv:{line}:6: flow1: '1OOO' is no number" in made.stderr
    assert "Nothing was written." in made.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    cases("wrong_options_are_refused"),
)
def test_wrong_options_are_refused(options, words, downloads, tmp_path):
    made = ingest(downloads, "-o", tmp_path / "data", *options)
    assert made.exit_code == 3, made.stderr
    assert words in made.stderr
    assert "Traceback" not in made.stderr
    assert not (tmp_path / "data").exists()


def test_names_count_as_the_files_spell_them(downloads, tmp_path):
    trade = downloads / "Dyadic_COW_4.0.csv"
    wrong = run("ingest", trade, "--leave-out", "China", "-o", tmp_path / "data")
    assert wrong.exit_code == 3
    assert (
        "--leave-out: 'China' stands in none of the files read; give it as the file spells it" in wrong.stderr
    )
    assert "(710, not China)" in wrong.stderr
    assert not (tmp_path / "data").exists()
    right = run("ingest", trade, "--leave-out", "710", "-o", tmp_path / "data")
    assert right.exit_code == 0, right.stderr
    assert "CHN" not in (tmp_path / "data" / "trade.csv").read_text()


def test_few_states_are_no_judges_of_contested_votes(downloads, tmp_path):
    made = run("ingest", downloads / "votes.csv", "-o", tmp_path / "data")
    assert made.exit_code == 3
    assert "session 26 has records of 5 states" in made.stderr
    assert "--fewest-states 5" in made.stderr
    assert run("ingest", downloads / "votes.csv", "--roll-calls", "all", "-o", tmp_path / "d").exit_code == 0


def test_indicators_may_be_written_among_the_downloads(downloads):
    assert ingest(downloads, "-o", downloads).exit_code == 0
    before = {path.name: path.read_bytes() for path in downloads.glob("*.csv")}
    again = ingest(downloads, "-o", downloads, "--force")
    assert again.exit_code == 0, again.stderr
    assert "trade.csv: passed over, made by bci itself" in again.stderr
    assert {path.name: path.read_bytes() for path in downloads.glob("*.csv")} == before


def test_every_rule_is_explained_in_help():
    shown = " ".join(run("ingest", "--help").stdout.split())
    for name in ("Voeten 2013", "Häge", "Barbieri and Keshk", "Harmonized System", "--covers", "--years"):
        assert name in shown


def test_names_that_no_system_takes_are_refused(downloads, tmp_path):
    long = "x" * 300
    trade = downloads / "Dyadic_COW_4.0.csv"
    for words in ([downloads / f"{long}.csv", "-o", tmp_path / "data"], [trade, "-o", tmp_path / long]):
        made = run("ingest", *words)
        assert made.exit_code == 3, made.exception
        assert "name too long" in made.stderr.lower()


def test_mistakes_of_all_files_are_told_at_once(downloads, tmp_path):
    path = downloads / "Dyadic_COW_4.0.csv"
    path.write_text(path.read_text().replace("1000,3000,", "1OOO,3000,", 1))
    events = "date,participants,kind,level,place,source\n2010-05-01,China;Russia,x,y,Moscow,news\n"
    (downloads / "list.csv").write_text(events)
    made = run("ingest", downloads, "-o", tmp_path / "data", "--fewest-states", "2")
    assert made.exit_code == 3
    assert "'1OOO' is no number" in made.stderr
    assert "list.csv" in made.stderr


def test_figures_beyond_what_an_indicator_may_hold_are_refused(downloads, tmp_path):
    path = downloads / "Dyadic_COW_4.0.csv"
    path.write_text(path.read_text().replace("1000,3000,", "1e300,3000,", 1))
    made = run("ingest", downloads, "-o", tmp_path / "data", "--fewest-states", "2")
    assert "Dyadic_COW_4.0.csv:5:6: flow1: 1e300 is no figure" in made.stderr
