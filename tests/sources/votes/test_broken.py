"""Broken files of votes: every problem located, in words that say what to do."""

import re
from pathlib import Path

import pytest
from house import cases, written
from sources.votes.test_files import CALLS, RAW, case, counts, ingest, nine

from bci.errors import InputError

VOETEN = "rcid,ccode,session,date,amend,para,vote\n"
LIBRARY = "undl_id,ms_code,ms_name,ms_vote,date,session\n"


def refused(folder: Path, text: str, *companions: str, **rules: object) -> list[str]:
    """The problems of a file of votes, its companions beside it, without the folder."""
    paths = [written(folder, each, f"file{n}.csv") for n, each in enumerate((text, *companions))]
    with pytest.raises(InputError) as caught:
        ingest(*paths, **rules)
    return [str(problem).removeprefix(f"{folder}/") for problem in caught.value.problems]


@pytest.mark.parametrize(("texts", "expected"), cases("broken_votes"))
def test_broken_files_are_refused_where_they_are_broken(tmp_path, texts, expected):
    problems = refused(tmp_path, *texts)
    for problem, words in zip(problems, expected, strict=True):
        assert re.fullmatch(".*".join(map(re.escape, words.split(" ... "))), problem), (words, problem)


def test_two_states_that_are_one_country(tmp_path):
    text = VOETEN + "1,255,45,1990-11-08,0,0,1\n1,260,45,1990-11-08,0,0,1\n1,2,45,1990-11-08,0,0,3\n"
    (problem,) = refused(tmp_path, text)
    assert problem.startswith(
        "file0.csv:3:7: 255 and 260 are both read as DEU and vote in the same roll call;"
    )
    assert "--leave-out" in problem
    # One of them being no member then is no contradiction; nor is leaving one out.
    path = tmp_path / "good.csv"
    path.write_text(text.replace("260,45,1990-11-08,0,0,1", "260,45,1990-11-08,0,0,9"))
    assert counts(ingest(path)) == {("DEU", "USA", 1990): nine(yes_no=1)}
    path.write_text(text)
    assert counts(ingest(path, left_out=frozenset({"260"}))) == {("DEU", "USA", 1990): nine(yes_no=1)}


def test_a_state_that_the_user_reads(tmp_path):
    text = "undl_id,USA,GER,date,session\n1,Y,N,1985-12-08,40\n"
    (problem,) = refused(tmp_path, text)
    assert problem.startswith("file0.csv:1:3: 'GER' is no known country")
    assert " Read it with --reading" in problem
    path = written(tmp_path, text)
    assert counts(ingest(path, readings={"GER": "DEU"})) == {("DEU", "USA", 1985): nine(no_yes=1)}


def test_code_and_name_of_the_library(tmp_path):
    rows = [
        '1,GER,"GERMANY, FEDERAL REPUBLIC OF",Y,1985-12-08,40',  # a code of the Library's own
        "1,CZE,CZECHOSLOVAKIA,N,1985-12-08,40",  # a code that outlived the state
        "1,COG,CONGO,A,1985-12-08,40",  # a name that may be two countries
        "1,USA,UNITED STATES,NV,1985-12-08,40",
    ]
    assert counts(ingest(written(tmp_path, LIBRARY + "\n".join(rows) + "\n"))) == {
        ("COG", "CSK", 1985): nine(abstain_no=1),
        ("COG", "DEU", 1985): nine(abstain_yes=1),
        ("CSK", "DEU", 1985): nine(no_yes=1),
    }


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"start": 2000}, "holds roll calls from 1971 to 1997 only, none in the years asked for"),
        (
            {"dyads": frozenset({("BRA", "CHN")})},
            "no roll call in which both countries of BRA-CHN voted",
        ),
        (
            {"dyads": frozenset({("CHN", "RUS")}), "minimum_roll_calls": 99},
            "holds no year with 99 roll calls or more in which both countries of CHN-RUS voted",
        ),
        (
            {"countries": frozenset({"BRA"})},
            "no roll call in which both countries of any dyad asked for voted",
        ),
    ],
)
def test_nothing_is_found(rules, words):
    with pytest.raises(InputError, match=words):
        ingest(case("voeten")[0], **rules)


def test_absence_cannot_be_read_where_none_is_recorded():
    with pytest.raises(InputError, match="records no absence in the years asked for, so none can be read"):
        ingest(*case("unvotes"), absent="abstain")


def test_no_column_year_is_read():
    # The case says 2022 in every row of that column, as the real file does for all of session 78.
    assert "2022" in (RAW / "voeten/votes.csv").read_text()
    assert {year for *_, year in counts(ingest(*case("voeten")))} == {1971, 1992, 1997}


def test_facts_in_the_rows_go_before_those_beside_them(tmp_path):
    calls = written(tmp_path, (RAW / CALLS).read_text().replace("1992-", "1950-"))
    assert counts(ingest(case("voeten")[0], calls)) == counts(ingest(*case("voeten")))


def test_absence_of_a_non_member_is_none(tmp_path):
    rows = "1,2,1,47,1992-12-08,1\n1,20,0,47,1992-12-08,8\n1,200,1,47,1992-12-08,8\n"
    path = written(tmp_path, f"rcid,ccode,member,session,date,vote\n{rows}")
    assert counts(ingest(path, roll_calls="all", absent="abstain")) == {
        ("GBR", "USA", 1992): nine(abstain_yes=1)
    }
