"""Broken files of votes: every problem located, in words that say what to do."""

from pathlib import Path

import pytest
from sources.votes.test_files import CALLS, RAW, case, counts, ingest, nine

from bci.errors import InputError

VOETEN = "rcid,ccode,session,date,amend,para,vote\n"
LIBRARY = "undl_id,ms_code,ms_name,ms_vote,date,session\n"


def refused(folder: Path, text: str, *companions: str, **rules: object) -> list[str]:
    """The problems of a file of votes, its companions beside it, without the folder."""
    paths = []
    for number, content in enumerate((text, *companions)):
        paths.append(folder / f"file{number}.csv")
        paths[-1].write_text(content)
    with pytest.raises(InputError) as caught:
        ingest(*paths, **rules)
    return [str(problem).removeprefix(f"{folder}/") for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("row", "place", "words"),
    [
        ("1,2,47,1992-12-08,0,0,4", "2:7", "vote: '4' is no vote; write 1, 2, 3, 8, 9"),
        ("1,2,47,1992-12-08,0,0,", "2:7", "vote: '' is no vote"),
        ("1,2,47,1992-12-08,0,0,yes", "2:7", "vote: 'yes' is no vote"),
        ("1,999,47,1992-12-08,0,0,1", "2:2", "'999' is no code of cow"),
        ("1,,47,1992-12-08,0,0,1", "2:2", "is no code of cow"),
        (",2,47,1992-12-08,0,0,1", "2:1", "a roll call without an id; write its number"),
        ("NA,2,47,1992-12-08,0,0,1", "2:1", "a roll call without an id"),
        ("1,2,,1992-12-08,0,0,1", "2:3", "session: '' is no session; write a number"),
        ("1,2,0,1992-12-08,0,0,1", "2:3", "session: '0' is no session"),
        ("1,2,999,1992-12-08,0,0,1", "2:3", "session: '999' is no session"),
        ("1,2,forty,1992-12-08,0,0,1", "2:3", "session: 'forty' is no session"),
        ("1,2,47,8.12.1992,0,0,1", "2:4", "'8.12.1992' is no date from 1945 on; write year-month-day"),
        ("1,2,47,1992-13-08,0,0,1", "2:4", "'1992-13-08' is no date"),
        ("1,2,47,1892-12-08,0,0,1", "2:4", "'1892-12-08' is no date from 1945 on"),
        ("1,2,47,NA,0,0,1", "2:4", "'NA' is no date"),
        ("1,2,47,1992-12-08,2,0,1", "2:5", "amend: '2' is no mark; write 1, 0, or nothing"),
        ("1,2,47,1992-12-08,0,no,1", "2:6", "para: 'no' is no mark"),
        ("1,2,47,1992-12-08,0,1", "2:1", "6 fields where the header has 7"),
    ],
)
def test_a_wrong_cell(tmp_path, row, place, words):
    (problem,) = refused(tmp_path, f"{VOETEN}{row}\n")
    assert problem.startswith(f"file0.csv:{place}: ")
    assert words in problem


def test_all_problems_at_once(tmp_path):
    text = VOETEN + "1,2,47,1992-12-08,0,0,7\n2,998,47,soon,0,0,1\n"
    problems = refused(tmp_path, text)
    assert [problem.split(" ")[0] for problem in problems] == [
        "file0.csv:2:7:",
        "file0.csv:3:2:",
        "file0.csv:3:4:",
    ]


def test_a_problem_of_a_roll_call_is_told_once(tmp_path):
    rows = "".join(f"1,{code},47,soon,0,0,1\n" for code in (2, 20, 365))
    assert len(refused(tmp_path, VOETEN + rows)) == 1


def test_a_roll_call_with_different_facts(tmp_path):
    text = VOETEN + "1,2,47,1992-12-08,0,0,1\n1,20,48,1992-12-08,0,0,1\n"
    (problem,) = refused(tmp_path, text)
    assert problem.startswith(
        "file0.csv:3:1: rcid: roll call 1 is of session 48, 1992-12-08, on a whole text here"
    )
    assert "but of session 47, 1992-12-08, on a whole text elsewhere; keep one" in problem


def test_a_state_that_votes_twice_and_not_the_same(tmp_path):
    text = VOETEN + "1,2,47,1992-12-08,0,0,1\n1,20,47,1992-12-08,0,0,1\n1,2,47,1992-12-08,0,0,3\n"
    (problem,) = refused(tmp_path, text)
    assert problem.startswith("file0.csv:4:7: 2 votes 3 here and 1 in ")
    assert "file0.csv:2, in the same roll call; keep one" in problem


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


def test_absent_and_no_member_of_one_state_contradict(tmp_path):
    text = VOETEN + "1,2,47,1992-12-08,0,0,9\n1,2,47,1992-12-08,0,0,8\n"
    (problem,) = refused(tmp_path, text)
    assert problem.startswith("file0.csv:3:7: 2 votes 8 here and 9 in ")


def test_a_state_that_the_user_reads(tmp_path):
    path = tmp_path / "votes.csv"
    path.write_text("undl_id,USA,GER,date,session\n1,Y,N,1985-12-08,40\n")
    with pytest.raises(
        InputError, match=r"votes.csv:1:3: 'GER' is no known country.* Read it with --reading"
    ):
        ingest(path)
    assert counts(ingest(path, readings={"GER": "DEU"})) == {("DEU", "USA", 1985): nine(no_yes=1)}


def test_votes_without_their_roll_calls(tmp_path):
    text = "rcid,country,country_code,vote\n1,China,CN,yes\n"
    (problem,) = refused(tmp_path, text)
    assert problem.startswith("file0.csv:1:1: does not say session and date of its roll calls; give the file")
    (problem,) = refused(tmp_path, text, "resid,session,date\n47001,47,1992-12-08\n")
    assert "with the columns rcid, session, date, amend, para" in problem
    (problem,) = refused(tmp_path, text, "rcid,session,date\n2,47,1992-12-08\n")
    assert problem.startswith("file0.csv:2:4: roll call 1 has no session and date; add it to the file")
    (problem,) = refused(tmp_path, text, "rcid,session,date\n1,,1992-12-08\n")
    assert problem.startswith("file1.csv:2:2: session: '' is no session")
    (problem,) = refused(tmp_path, text, "rcid,session,date\n1,47,1992-12-08\n1,47,1992-12-09\n")
    assert problem.startswith("file1.csv:3:1: rcid: roll call 1 is of session 47, 1992-12-09 here")


def test_a_column_that_stands_twice(tmp_path):
    (problem,) = refused(tmp_path, "rcid,ccode,session,date,vote,Vote\n1,2,47,1992-12-08,1,3\n")
    assert problem == "file0.csv:1:6: column 'Vote' stands twice, in columns 5 and 6; keep one"
    (problem,) = refused(tmp_path, "rcid,2,2,session,date\n1,1,3,47,1992-12-08\n")
    assert problem == "file0.csv:1:3: column '2' stands twice, in columns 2 and 3; keep one"


def test_columns_of_a_table_that_are_no_states(tmp_path):
    first, second = refused(tmp_path, "rcid,2,20,France,EU,session,date\n1,1,3,1,1,47,1992-12-08\n")
    assert first.startswith(
        "file0.csv:1:4: 'France' is no state; name columns by Correlates of War number or ISO3"
    )
    assert second.startswith("file0.csv:1:5: 'EU' is no state")
    (problem,) = refused(tmp_path, "rcid,2,20,session,date\n1,1,5,47,1992-12-08\n")
    assert problem.startswith("file0.csv:2:3: 20: '5' is no vote; write 1,")
    (problem,) = refused(tmp_path, "rcid,2,02,session,date\n1,1,1,47,1992-12-08\n")
    assert "2 and 02 are both read as USA" in problem


def test_unknown_and_ambiguous_names(tmp_path):
    calls = "rcid,session,date\n1,47,1992-12-08\n"
    rusia, korea = refused(tmp_path, "rcid,country,vote\n1,Rusia,yes\n1,Korea,no\n1,China,yes\n", calls)
    assert rusia.startswith("file0.csv:2:2: country: 'Rusia' is no known country. Did you mean 'Russia'?")
    assert korea.startswith("file0.csv:3:2: country: 'Korea' may be KOR")
    (problem,) = refused(tmp_path, "rcid,country,vote\n1,China,YES\n", calls)
    assert problem.startswith("file0.csv:2:3: vote: 'YES' is no vote; write yes, abstain, no")


def test_code_and_name_of_the_library(tmp_path):
    (problem,) = refused(
        tmp_path, LIBRARY + "1,FRA,GABON,Y,1992-12-08,47\n1,USA,UNITED STATES,N,1992-12-08,47\n"
    )
    assert problem.startswith("file0.csv:2:2: ms_code: 'FRA' is FRA, but 'GABON' beside it is GAB.")
    (problem,) = refused(tmp_path, LIBRARY + "1,XYZ,NOWHERE,Y,1992-12-08,47\n")
    assert problem.startswith("file0.csv:2:2: ms_code: 'XYZ' is no known country.")
    path = tmp_path / "good.csv"
    rows = [
        '1,GER,"GERMANY, FEDERAL REPUBLIC OF",Y,1985-12-08,40',  # a code of the Library's own
        "1,CZE,CZECHOSLOVAKIA,N,1985-12-08,40",  # a code that outlived the state
        "1,COG,CONGO,A,1985-12-08,40",  # a name that may be two countries
        "1,USA,UNITED STATES,NV,1985-12-08,40",
    ]
    path.write_text(LIBRARY + "\n".join(rows) + "\n")
    assert counts(ingest(path)) == {
        ("COG", "CSK", 1985): nine(abstain_no=1),
        ("COG", "DEU", 1985): nine(abstain_yes=1),
        ("CSK", "DEU", 1985): nine(no_yes=1),
    }


def test_nothing_is_found(tmp_path):
    (problem,) = refused(tmp_path, VOETEN)
    assert problem == "file0.csv: holds no votes; give a file that does"
    path = case("voeten")[0]
    with pytest.raises(
        InputError, match="holds roll calls from 1971 to 1997 only, none in the years asked for"
    ):
        ingest(path, start=2000)
    with pytest.raises(InputError, match="no roll call in which both countries of BRA-CHN voted"):
        ingest(path, dyads=frozenset({("BRA", "CHN")}))
    with pytest.raises(
        InputError, match="holds no year with 99 roll calls or more in which both countries of CHN-RUS voted"
    ):
        ingest(path, dyads=frozenset({("CHN", "RUS")}), minimum_roll_calls=99)
    with pytest.raises(InputError, match="no roll call in which both countries of any dyad asked for voted"):
        ingest(path, countries=frozenset({"BRA"}))


def test_absence_cannot_be_read_where_none_is_recorded():
    with pytest.raises(InputError, match="records no absence in the years asked for, so none can be read"):
        ingest(*case("unvotes"), absent="abstain")


def test_files_that_go_by_other_ids(tmp_path):
    texts = (
        VOETEN + "1,2,47,1992-12-08,0,0,1\n",
        VOETEN.replace("rcid", "resid") + "47001,2,47,1992-12-08,0,0,1\n",
    )
    assert "file1.csv:1:1: has no column rcid, which the other files go by; read it alone" in refused(
        tmp_path, *texts
    )
    tables = "rcid,2,20,session,date\n1,1,3,47,1992-12-08\n", "resid,2,20,session,date\n1,1,3,47,1992-12-08\n"
    assert "file1.csv:1:1: goes by resid, but the other files by rcid; read it alone" in refused(
        tmp_path, *tables
    )


def test_no_column_year_is_read():
    # The case says 2022 in every row of that column, as the real file does for all of session 78.
    assert "2022" in (RAW / "voeten/votes.csv").read_text()
    assert {year for *_, year in counts(ingest(*case("voeten")))} == {1971, 1992, 1997}


def test_facts_in_the_rows_go_before_those_beside_them(tmp_path):
    calls = tmp_path / "calls.csv"
    calls.write_text((RAW / CALLS).read_text().replace("1992-", "1950-"))
    assert counts(ingest(case("voeten")[0], calls)) == counts(ingest(*case("voeten")))


def test_absence_of_a_non_member_is_none(tmp_path):
    path = tmp_path / "votes.csv"
    path.write_text(
        "rcid,ccode,member,session,date,vote\n1,2,1,47,1992-12-08,1\n1,20,0,47,1992-12-08,8\n1,200,1,47,1992-12-08,8\n"
    )
    assert counts(ingest(path, roll_calls="all", absent="abstain")) == {
        ("GBR", "USA", 1992): nine(abstain_yes=1)
    }
