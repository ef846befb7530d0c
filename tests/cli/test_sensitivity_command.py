"""``bci sensitivity`` and ``bci compare`` as a check: outputs, formats, exit codes, files."""

import json
import re

import pandas as pd
import pytest
from click.testing import Result
from house import rows, run
from made_up import default_scheme

import bci
from bci.cli.sensitivity_tables import TABLES, takers
from bci.model.scheme import scheme_text
from bci.sensitivity_analysis.one_at_a_time import leave_one_out

PERIODS = [f"{start}-{start + 3}" for start in range(1992, 2020, 4)]


def sensitivity(*args: str, columns: int = 80) -> Result:
    return run("sensitivity", *args, columns=columns)


def refused(result: Result, *words: str, code: int = 3) -> None:
    """Nothing on stdout, what is wrong in words on stderr, and no traceback."""
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == code
    assert result.stdout == ""
    for word in words:
        assert word in result.stderr


def test_the_answer_says_what_the_table_says(scores):
    shown = " ".join(sensitivity("-f", "table", "-q").stdout.split())
    table = bci.sensitivity(scores).to_frame().query("level == 'index'")
    for _, row in table.iterrows():
        assert (
            f"index {row['score']:.3f} {row['band']}; {row['agree']:.0%} of all weightings agree; "
            f"reach {row['low']:.2f}-{row['high']:.2f}, within 50% of each weight "
            f"{row['low_within']:.2f}-{row['high_within']:.2f}; {row['tipping_band']} when "
            f"{row['tipping']:.0%} of the weight moves; {row['matters']} matters most "
            f"({row['swing']:.3f} between half and double its weight)"
        ) in shown


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_the_answer_fits_other_terminals(columns):
    lines = sensitivity("-f", "table", "--dimensions", columns=columns).stdout.splitlines()
    assert max(map(len, lines)) <= columns


def test_a_share_is_never_rounded_to_all_or_nothing():
    shown = " ".join(sensitivity("-f", "table", "--dimensions", "-p", "2000-2003").stdout.split())
    agree = bci.sensitivity(bci.score(period="2000-2003")).to_frame()["agree"]
    assert shown.count("100% of all weightings") == (agree == 1).sum()


def test_csv_holds_the_table_unrounded(scores):
    table = bci.sensitivity(scores).to_frame()
    listed = rows(sensitivity("-f", "csv").stdout)
    assert list(listed[0]) == list(table)
    for column in ("score", "low_within", "agree", "tipping"):
        found = [float(row[column]) if row[column] else None for row in listed]
        assert found == [None if pd.isna(x) else x for x in table[column]]


MEANS = "factors:\n  means:\n    as_is: {}\n    geometric: {aggregation: {dimensions: geometric}}\n"


def few(table: str, *, drawn: int = 50) -> list[str]:
    """A table with few draws, where it takes any."""
    return ["--table", table, *(["--draws", str(drawn)] if table in takers()["draws"] else [])]


@pytest.mark.parametrize("table", TABLES)
def test_every_table_in_every_format(tmp_path, table):
    args = few(table)
    if table in takers()["variants"]:
        (tmp_path / "few.yaml").write_text(MEANS)
        args += ["--variants", str(tmp_path / "few.yaml")]
    if table in takers()["period"]:
        args += ["-p", "1996-1999,2016-2019"]
    outputs = {style: sensitivity(*args, "-f", style) for style in ("csv", "json", "markdown")}
    for style, result in outputs.items():
        assert result.exit_code == 0, (style, result.stderr, result.exception)
        assert "Warning" not in result.stderr
        assert "scheme papageorgiou-equal 1" in result.stderr
    listed = rows(outputs["csv"].stdout)
    assert len(listed) >= 1
    document = json.loads(outputs["json"].stdout)
    assert len(document) == len(listed)
    assert list(document[0]) == list(listed[0])
    head, rule, *body = outputs["markdown"].stdout.splitlines()
    assert head.startswith("|")
    assert set(rule) <= set("|-: ")
    assert len([line for line in body if line.startswith("|")]) == len(listed)


def test_leave_out_is_that_of_the_library(scores):
    listed = rows(sensitivity("--table", "leave-out", "-f", "csv").stdout)
    table = leave_one_out(scores)
    given = [None if pd.isna(score) else score for score in table["score"]]
    assert [float(row["score"]) if row["score"] else None for row in listed] == given
    # Without trade, economic rests on a single year of 1992-1995.
    assert None in given
    assert [row["band_change"] for row in listed] == table["band_change"].astype(str).tolist()


def test_a_share_is_read_in_two_ways():
    percent, plain = sensitivity("--within", "20%", "-f", "csv"), sensitivity("--within", "0.2", "-f", "csv")
    assert percent.stdout == plain.stdout
    expected = bci.sensitivity(bci.score(), within=0.2).to_frame()["high_within"].tolist()
    assert [float(row["high_within"]) for row in rows(percent.stdout)] == expected
    assert percent.stdout != sensitivity("-f", "csv").stdout
    assert "within 20% of each weight" in " ".join(
        sensitivity("--within", "0.2", "-f", "table").stdout.split()
    )


@pytest.mark.parametrize("wrong", ["wide", "%", "50%%", ""])
def test_what_is_no_share_is_wrong_usage(wrong):
    refused(sensitivity("--within", wrong), "is no share; give 0.5 or 50%", code=2)


@pytest.mark.parametrize("wrong", ["-5%", "-0.1", "nan", "inf"])
def test_a_box_needs_a_width(wrong):
    refused(sensitivity("--within", wrong), "within:", "no half-width")


@pytest.mark.parametrize("share", ["40%", "0.5", "55%", "100%"])
def test_a_check_of_stability_names_the_shaky_periods(scores, share):
    wanted = float(share.rstrip("%")) / (100 if share.endswith("%") else 1)
    table = bci.sensitivity(scores).to_frame().query("level == 'index'")
    shaky = [f"{start}-{start + 3}" for start in table["period_start"][table["agree"] < wanted]]
    assert (len(shaky) == 0) == (share == "40%")
    result = sensitivity("--require-stable", share)
    assert result.exit_code == (4 if shaky else 0)
    assert re.findall(r"CHN-RUS (\d{4}-\d{4}): .* fewer than", result.stderr) == shaky
    # The answer is there all the same.
    assert len(rows(result.stdout)) == 28


def test_a_check_of_stability_counts_no_score_as_shaky(tmp_path):
    path = tmp_path / "strict.yaml"
    path.write_text(scheme_text(default_scheme(missing={"rule": "strict"})))
    result = sensitivity("-w", str(path), "-p", "1992-1992,1999-1999", "--require-stable", "1%")
    assert result.exit_code == 4
    assert "CHN-RUS 1992: no score" in result.stderr
    assert "1999" not in result.stderr.replace("1992-1999", "")


def test_compare_fails_on_a_band_that_changes(tmp_path):
    pair = ("compare", "papageorgiou-equal", "political-first")
    assert run(*pair, "--fail-on-band-change").stdout == run(*pair).stdout
    # Under these two weights of the political dimension nothing is near enough to an edge.
    content = bci.load_weights().model_dump(by_alias=True)
    content["name"] = "hardly-otherwise"
    content["dimensions"]["political"]["weight"] = 1.001
    path = tmp_path / "hardly.yaml"
    path.write_text(json.dumps(content))
    same = run("compare", "papageorgiou-equal", str(path), "--fail-on-band-change")
    assert same.exit_code == 0
    assert "0 of 70 scores change" in same.stderr


@pytest.mark.parametrize("table", ["draws", "movements"])
def test_a_seed_decides(table):
    args = ("--table", table, "--draws", "300", "-f", "csv")
    first = sensitivity(*args, "--seed", "1")
    assert first.exit_code == 0
    assert first.stdout == sensitivity(*args, "--seed", "1").stdout
    assert first.stdout != sensitivity(*args, "--seed", "2").stdout
    assert "300 flat draws, seed 1" in first.stderr


@pytest.mark.parametrize("table", ["draws", "movements", "ranks"])
def test_processes_do_not_change_the_numbers(table):
    args = ("--table", table, "--draws", "500", "-f", "csv", "-p", "annual")
    alone, shared = sensitivity(*args), sensitivity(*args, "--jobs", "2")
    assert shared.exit_code == 0
    assert len(rows(alone.stdout)) >= 27
    assert shared.stdout == alone.stdout


def test_draws_are_near_the_exact_shares(scores):
    listed = rows(sensitivity("--table", "draws", "-f", "csv").stdout)
    table = bci.sensitivity(scores).to_frame()
    assert [row["name"] for row in listed] == table["name"].tolist()
    for row, (_, exact) in zip(listed, table.iterrows(), strict=True):
        drawn, error = float(row[exact["band"]]), float(row[f"{exact['band']}_error"])
        assert abs(drawn - exact["agree"]) <= 4 * error + 1e-3
        assert exact["low"] - 1e-12 <= float(row["q5"]) <= float(row["q50"]) <= float(row["q95"])
        assert float(row["q95"]) <= exact["high"] + 1e-12


@pytest.mark.parametrize(
    "args",
    [
        ("--kind", "dirichlet", "--spread", "30%"),
        ("--kind", "lognormal", "--spread", "0.3"),
        ("--kind", "box", "--spread", "25%", "--levels", "dimensions"),
        ("--kind", "ordered", "--order", "military > economic > political"),
        ("--kind", "constrained", "--constraint", "military >= 0.2", "--constraint", "economic <= 0.5"),
        ("--kind", "flat", "--levels", "indicators"),
    ],
)
def test_every_kind_of_draw(args):
    result = sensitivity("--table", "draws", "--draws", "200", "-f", "csv", *args)
    assert result.exit_code == 0
    words = ["limited", "moderate", "enhanced", "comprehensive"]
    listed = rows(result.stdout)
    assert len(listed) == 28
    assert all(sum(float(row[word]) for word in words) == pytest.approx(1) for row in listed)
    assert f"200 {args[1]} draws, seed 0" in result.stderr


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--kind", "dirichlet"), ["spread", "the kind dirichlet needs one"]),
        (("--kind", "dirichlet", "--spread", "0"), ["spread: must be above 0"]),
        (("--kind", "box", "--spread", "-20%"), ["spread: must be above 0"]),
        (("--kind", "box", "--spread", "120%"), ["spread: 1.2 would make weights negative"]),
        (("--kind", "flat", "--spread", "20%"), ["the kind flat takes none"]),
        (("--kind", "ordered"), ["order", "needs one"]),
        (
            ("--kind", "ordered", "--order", "militry > economic"),
            ["order:1:1", "'militry'", "Did you mean 'military'?"],
        ),
        (("--kind", "ordered", "--order", "military > trade"), ["share no parent"]),
        (
            ("--kind", "constrained", "--constraint", "military >= 0.6", "--constraint", "economic >= 0.6"),
            ["'military >= 0.6' and 'economic >= 0.6' exclude each other"],
        ),
        (("--kind", "constrained", "--constraint", "military >"), ["constraints:1:"]),
        (("--draws", "0"), ["draws: must be 1 or more"]),
        (("--draws", "-5"), ["draws: must be 1 or more"]),
    ],
)
def test_draws_that_cannot_be_are_refused(args, words):
    refused(sensitivity("--table", "draws", *args), *words, "1 problem. Nothing was written.")


@pytest.mark.parametrize(
    "args",
    [
        *(("--kind", "even"), ("--draws", "many"), ("--levels", "one"), ("--table", "x"), ("--spread", "x")),
        ("--seed", "-1"),
    ],
)
def test_wrong_usage_of_draws(args):
    refused(sensitivity("--table", "draws", *args), args[0], code=2)


def test_variants_of_ones_own(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(MEANS)
    result = sensitivity("--table", "choices", "--variants", str(path), "-f", "csv")
    assert result.exit_code == 0
    assert "2 combinations" in result.stderr
    listed = rows(result.stdout)
    assert {row["means"] for row in listed} == {"as_is", "geometric"}
    as_is = [float(row["score"]) for row in listed if (row["means"], row["name"]) == ("as_is", "index")]
    assert as_is == bci.score().index.score[:, 0].tolist()


@pytest.mark.parametrize("table", ["choices", "importance"])
def test_variants_that_leave_nothing_to_choose_are_refused(tmp_path, table):
    path = tmp_path / "one.yaml"
    refused(sensitivity("--table", table, "--variants", str(path)), "one.yaml: no such file")
    path.write_text("factors:\n  means:\n    as_is: {}\n")
    refused(
        sensitivity("--table", table, "--variants", str(path)), "one.yaml:3:5", "leaves nothing to choose"
    )
    refused(
        sensitivity("--table", table, "--limit", "728"), "729 combinations are more than the limit of 728"
    )
    assert sensitivity("--table", table, "--limit", "729").exit_code == 0


def test_the_centre_that_is_written_is_valid(tmp_path):
    target = tmp_path / "centre.yaml"
    args = ("--table", "allowed", "--write-centre", str(target))
    first = sensitivity(*args)
    assert first.exit_code == 0, first.exception
    assert f"wrote {target}" in first.stderr
    assert list(tmp_path.iterdir()) == [target]
    assert run("validate", str(target)).exit_code == 0
    scheme = bci.load_weights(target)
    assert list(scheme.tree) == ["military", "economic", "political"]
    assert scheme.tree == bci.load_weights().tree
    # Written, it keeps what the shipped weights keep of the published findings.
    held = [v.holds for v in bci.check_findings(None, scheme).verdicts].count(True)
    assert held >= 41


def test_no_centre_is_written_when_something_else_fails(tmp_path):
    target, taken = tmp_path / "centre.yaml", tmp_path / "taken.csv"
    taken.write_text("mine\n")
    args = ("--table", "allowed", "--write-centre", str(target))
    refused(sensitivity(*args, "-o", str(taken)), "exists already", "Nothing was written")
    assert taken.read_text() == "mine\n"
    assert not target.exists()
    refused(sensitivity(*args, "-w", "no-such-scheme"), "no scheme 'no-such-scheme'")
    refused(sensitivity(*args, "-o", str(tmp_path / "out.unknown")), "tells no format", code=2)
    assert not target.exists()


def test_a_starter_without_data_has_rows_of_missing(tmp_path):
    folder = tmp_path / "mine"
    assert run("init", str(folder), "--dyad", "India:Russia").exit_code == 0
    args = ("--indicators", str(folder / "indicators"), "--weights", str(folder / "weights.yaml"))
    result = sensitivity(*args, "--dyad", "IND-RUS", "-f", "csv")
    assert result.exit_code == 0, result.exception
    assert "Warning" not in result.stderr
    listed = rows(result.stdout)
    assert len(listed) == 28
    keys = ["iso3_a", "iso3_b", "period_start", "period_end", "level", "name"]
    assert {value for row in listed for key, value in row.items() if key not in keys} == {""}
    shown = sensitivity(*args, "-f", "table").stdout
    assert shown.count("has no score: too little is known") == 7
    assert "India and Russia (IND-RUS)" in shown
    assert "index 0.648 enhanced" in shown


@pytest.mark.parametrize("table", [t for t in TABLES if t not in ("allowed", "calibration", "choices")])
def test_no_table_of_a_starter_breaks(tmp_path, table):
    folder = tmp_path / "mine"
    assert run("init", str(folder), "--dyad", "India:Russia").exit_code == 0
    args = ("--indicators", str(folder / "indicators"), "--weights", str(folder / "weights.yaml"))
    dyad = ["--dyad", "IND-RUS"] if table in takers()["dyads"] else []
    result = sensitivity(*args, *few(table), *dyad, "-f", "csv")
    assert result.exception is None or result.exit_code == 3, result.exception
    assert "Warning" not in result.stderr


@pytest.mark.parametrize("name", ["four-indicators", "plain-scales"])
@pytest.mark.parametrize(
    "table", [table for table in TABLES if table not in ("ranks", "movements", "choices")]
)
def test_other_shipped_schemes(panel, name, table):
    result = sensitivity("--weights", name, *few(table), "-f", "csv")
    assert result.exit_code == 0, result.exception
    assert f"scheme {name} 1" in result.stderr
    if table == "summary":
        scores = bci.score(panel, name)
        index = [row for row in rows(result.stdout) if row["name"] == "index"]
        assert [float(row["score"]) for row in index] == scores.index.score[:, 0].tolist()


def test_a_scheme_of_bounds(tmp_path):
    path = tmp_path / "bounds.yaml"
    path.write_text(scheme_text(default_scheme(missing={"rule": "bounds"})))
    result = sensitivity("-w", str(path), "-f", "csv")
    assert result.exit_code == 0, result.exception
    listed = {(row["period_start"], row["name"]): row for row in rows(result.stdout)}
    # Energy trade of 1992-1994 and 1996 is missing, so two periods have no index.
    index = {start: row for (start, name), row in listed.items() if name == "index"}
    assert [start for start, row in index.items() if row["score"] == ""] == ["1992", "1996"]
    for start in ("1992", "1996"):
        assert {index[start][key] for key in ("agree", "low", "high", "tipping", "matters", "swing")} == {""}
    assert float(index["2016"]["agree"]) == pytest.approx(0.685, abs=0.005)
    shown = sensitivity("-w", str(path), "-f", "table").stdout
    assert shown.count("has no score: too little is known") == 2


def test_partial_data_are_said_to_be_settled_by_the_own_weights():
    # Energy of 1992-1995 rests on one year of four; 2016-2019 on all.
    partial, whole = (
        " ".join(run("sensitivity", "--period", period, "-f", "table").stdout.split())
        for period in ("1992-1995", "2016-2019")
    )
    assert "settled by the scheme's own weights" in partial
    assert "settled" not in whole
