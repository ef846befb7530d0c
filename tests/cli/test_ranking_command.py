"""Very many dyads at the command line: rankings, what a screen shows of them, networks."""

import json
import re
from itertools import combinations

import pytest
from house import rows, run

COUNTRIES = ["BIH", "CHN", "CIV", "GBR", "RUS", "STP", "USA"]
PLAIN = """\
name: plain
periods: [[2000, 2001], [2002, 2003]]
dimensions:
  contacts: {weight: 1, indicators: {official_visits: 1, military_exercises: 1}}
bands: {limited: 0, moderate: 0.25, enhanced: 0.5, comprehensive: 0.75}
"""


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """A folder of figures of all 21 dyads of seven countries, as options.

    All figures are made up. Those of exercises are missing for dyads of the Ivory Coast.
    """
    folder = tmp_path_factory.mktemp("many")
    scheme = tmp_path_factory.mktemp("scheme") / "plain.yaml"
    scheme.write_text(PLAIN)
    source = (
        "made_up: {title: Made up, publisher: Nobody, place: nowhere, licence: none, vintage: dated 2026}"
    )
    (folder / "sources.yaml").write_text(source + "\n")
    for name, most in (("official_visits", 3), ("military_exercises", 5)):
        lines = ["iso3_a,iso3_b,year,count,source,quality,note"]
        for i, (a, b) in enumerate(combinations(COUNTRIES, 2)):
            for year in range(2000, 2004):
                if name == "official_visits" or "CIV" not in (a, b):
                    lines.append(f"{a},{b},{year},{(i + year) % (most + 1)},made_up,A,")
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")
    return ("--indicators", str(folder), "--weights", str(scheme))


def test_a_ranking_fits_the_screen_and_marks_what_rests_on_part_of_the_data(many):
    result = run("score", *many, "--country", "Ivory Coast", "-f", "table")
    assert result.exit_code == 0
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert "index 2002-2003: 6 dyads of Côte d'Ivoire ranked, 0 without a score" in result.stdout
    lines = re.findall(r"^ +(\d+) +(\S+)  (\S+)  (\S+)  \w+ +([.\d-]+) ", result.stdout, re.MULTILINE)
    assert len(lines) == 12
    # One of two indicators: the reach is a half wide.
    for _, _, dyad, score, reach in lines:
        low, high = map(float, re.findall(r"[.\d]+", reach))
        assert "CIV" in dyad
        assert score.endswith("*")
        assert high - low == pytest.approx(0.5, abs=0.011)
    whole = run("score", *many, "--country", "GBR", "-f", "table").stdout
    complete = [line for line in whole.splitlines() if "GBR" in line and "CIV" not in line]
    assert complete
    assert not any("*" in line for line in complete)


def test_a_ranking_by_another_score_as_csv_and_json(many):
    args = ("score", *many, "--top", "2", "--by", "official_visits")
    result = run(*args, "-f", "csv")
    header = (
        "period_start,period_end,rank,iso3_a,iso3_b,score,band,coverage,low,high,percentile,among,rank_change"
    )
    assert result.stdout.splitlines()[0] == header
    assert (
        "Dyads ranked (without a score, so not ranked): 2000-2001 21 (0), 2002-2003 21 (0)" in result.stderr
    )
    document = json.loads(run(*args, "-f", "json", "-q").stdout)
    assert (document["name"], document["scheme"]["name"]) == ("official_visits", "plain")
    assert [period["ranked"] for period in document["periods"]] == [21, 21]
    assert [str(row["score"]) for row in document["ranking"]] == [row["score"] for row in rows(result.stdout)]


def test_very_many_dyads_are_summed_up_on_a_screen_and_whole_in_csv(many):
    shown = run("score", *many, "-f", "table").stdout
    assert shown.startswith("21 dyads; here are ranks 1 to 20 of the last period with scores.")
    assert "--dyad A-B, --country NAME or --top N" in shown
    assert "index 2002-2003: 21 dyads ranked" in shown
    assert "2000-2001" not in shown
    # Two periods, and index, dimension and two indicators of each.
    assert len(rows(run("score", *many, "-f", "csv").stdout)) == 21 * 2 * 4
    one = run("score", *many, "--dyad", "CHN-RUS", "-f", "table").stdout
    assert one.startswith("China and Russia (CHN-RUS), scheme plain")


def test_details_tell_reach_and_percentile_of_very_many_dyads(many):
    listed = rows(run("score", *many, "--details", "-f", "csv").stdout)
    assert all(float(row["low"]) <= float(row["score"] or row["low"]) for row in listed)
    assert {"low", "high", "percentile", "above_edge", "quality_a"} <= set(listed[0])
    chosen = rows(run("score", *many, "--details", "-f", "csv", "--dyad", "CHN-RUS").stdout)
    assert chosen == [row for row in listed if (row["iso3_a"], row["iso3_b"]) == ("CHN", "RUS")]


def test_another_minimum_coverage_is_told_beside_the_scores(many):
    more = run("score", *many, "--minimum-coverage", "0.9", "--country", "CIV", "-f", "csv")
    assert rows(more.stdout) == []
    assert "scheme plain-minimum-coverage-0.9 1" in more.stderr
    assert "missing: reweight from coverage 0.9" in more.stderr
    assert "2000-2001 0 (6)" in more.stderr


def test_an_edge_list_is_the_ranking_with_the_names_of_a_network(many):
    edges = rows(run("export", *many, "--as", "edges", "--country", "CHN").stdout)
    ranking = rows(run("score", *many, "--country", "CHN", "-f", "csv").stdout)
    renamed = {"source": "iso3_a", "target": "iso3_b", "weight": "score"}
    assert [{renamed.get(name, name): cell for name, cell in row.items()} for row in edges] == [
        {name: row[name] for name in [renamed.get(name, name) for name in edges[0]]} for row in ranking
    ]


def test_an_export_counts_what_it_leaves_out(many, tmp_path):
    target = tmp_path / "net.graphml"
    args = ("export", *many, "--as", "graphml", "-p", "2002-2003", "--minimum-coverage", "0.9")
    result = run(*args, "-o", str(target))
    assert (result.exit_code, result.stdout) == (0, "")
    assert "2002-2003 15 (6)" in result.stderr
    assert target.read_text(encoding="utf-8").count("<edge ") == 15


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["score", "--country", "Atlantis"], "country: 'Atlantis' is no known country"),
        (["score", "--top", "3", "--by", "militry"], "Did you mean 'military'?"),
        (["export", "--as", "edges", "--country", "Korea"], "'Korea' may be KOR (South Korea) or PRK"),
        (["export", "--as", "graphml", "-o", "x.graphml"], "choose one, as in --period 2016-2019"),
    ],
)
def test_what_is_not_there_exits_3(args, words):
    result = run(*args)
    assert result.exit_code == 3
    assert words in result.stderr
    assert result.stdout == ""
