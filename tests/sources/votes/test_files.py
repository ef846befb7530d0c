"""The raw formats of roll-call votes: recognised by their headers, and the same votes in every one."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from house import RAW

from bci.model.definitions import Indicator
from bci.model.measures import JOINT_COUNTS
from bci.sources.figures import Ingested
from bci.sources.format import Format
from bci.sources.recognise import recognise
from bci.sources.rules import Rules
from bci.sources.votes import roll_calls, un_library, unvotes, voeten, vote_matrix

FORMATS: tuple[Format, ...] = tuple(
    module.FORMAT for module in (voeten, unvotes, un_library, vote_matrix, roll_calls)
)
FILES = {
    "voeten": "voeten/votes.csv",
    "unvotes": "unvotes/unvotes.csv",
    "un_library": "un_library/ga_voting.csv",
    "vote_matrix": "vote_matrix/votes.csv",
}
CALLS = "roll_calls/un_roll_calls.csv"
#: The made-up files hold seven states at most.
FEW = Rules(fewest_states=1)

Counts = dict[tuple[str, str, int], tuple[int, ...]]


def ingest(*paths: Path, **rules: object) -> Ingested:
    """What the files of votes among some files give."""
    files = recognise(paths)
    (form,) = {file.format.name: file.format for file in files if file.format.ingest is not None}.values()
    assert form.ingest is not None
    raws = [file.raw for file in files if file.format is form]
    companions = [file.raw for file in files if file.format.name in form.companions]
    return form.ingest("un_voting", raws, companions, replace(FEW, **rules))  # type: ignore[arg-type]


def counts(result: Ingested) -> Counts:
    """The nine joint counts by dyad and year."""
    table = np.stack([result.columns[name] for name in JOINT_COUNTS], axis=1).astype(int).tolist()
    keys = zip(result.rows.number.tolist(), result.rows.year.tolist(), strict=True)
    return {
        (*result.rows.dyads[number], year): tuple(row)
        for (number, year), row in zip(keys, table, strict=True)
    }


def case(name: str) -> list[Path]:
    """A made-up file of a format, and the roll calls beside it where it needs them."""
    return [RAW / FILES[name]] + [RAW / CALLS] * (name in ("unvotes", "vote_matrix"))


def nine(**named: int) -> tuple[int, ...]:
    return tuple(named.get(name, 0) for name in JOINT_COUNTS)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("resid,ccode,date,year,vote", "voeten"),
        ("RCID,CCode,Vote,Session,Date", "voeten"),
        ("rcid,country,vote", "unvotes"),
        ("undl_id,ms_code,ms_vote,date,session", "un_library"),
        ("resid,USA,CAN,RUS", "vote_matrix"),
        ("vote_id,source,session,date,me,nu,di,hr,co,ec,yes,abstain,no", "roll_calls"),
        # Of the Security Council: no session.
        ("undl_id,ms_code,ms_name,permanent_member,ms_vote,date,resolution", ""),
        ("rcid,short_name,issue", ""),
        ("iso3_a,iso3_b,year", ""),
        ("", ""),
    ],
)
def test_headers_of_other_releases_and_of_other_files(header, name):
    claims = [form.name for form in FORMATS if form.find_header([header.split(",")]) is not None]
    assert claims == ([name] if name else [])


def test_china_and_russia_by_hand():
    # 1971: one roll call after the seating, both yes (the one before was Taipei's). 1992: yes and yes, a
    # paragraph with abstention and abstention, yes and abstention; that of April 1993 was unanimous.
    # 1997: the emergency vote of March 1998 belongs to session 52.
    found = counts(ingest(*case("voeten"), dyads=frozenset({("CHN", "RUS")})))
    assert found == {
        ("CHN", "RUS", 1971): nine(yes_yes=1),
        ("CHN", "RUS", 1992): nine(yes_yes=1, yes_abstain=1, abstain_abstain=1),
        ("CHN", "RUS", 1997): nine(yes_yes=1),
    }


def test_before_its_seat_passed_china_is_taipei_in_every_format():
    for name in FILES:
        found = counts(ingest(*case(name), start=1971, end=1971))
        assert found["RUS", "TWN", 1971] == nine(no_yes=1), name
        assert found["CHN", "USA", 1971] == nine(yes_no=1), name
        assert ("CHN", "TWN", 1971) not in found, name


@pytest.mark.parametrize("vote_year", ["session", "calendar"])
@pytest.mark.parametrize("which", ["contested", "all"])
def test_every_format_gives_the_same_counts(which, vote_year):
    whole = {"roll_calls": which, "vote_year": vote_year}
    expected = counts(ingest(*case("voeten"), **whole))
    assert counts(ingest(*case("unvotes"), **whole)) == expected
    assert counts(ingest(*case("vote_matrix"), **whole)) == expected
    # The Library holds no votes on paragraphs.
    adopted = counts(ingest(*case("voeten"), amendments="drop", **whole))
    assert counts(ingest(*case("un_library"), **whole)) == adopted
    assert counts(ingest(RAW / "vote_matrix/resolutions.csv", **whole)) == adopted


def test_absence_as_abstention_by_hand():
    # Namibia and the United States, session 47: yes and abstention; absent (read as abstention) and no; yes
    # and yes (unanimous); yes and no.
    haege = {"roll_calls": "all", "absent": "abstain"}
    expected = nine(yes_abstain=1, abstain_no=1, yes_yes=1, yes_no=1)
    for name in ("voeten", "vote_matrix"):
        found = counts(ingest(*case(name), **haege))
        assert found["NAM", "USA", 1992] == expected
        # No member in 1971: no row, not even of abstentions.
        assert not [key for key in found if "NAM" in key and key[2] == 1971]
    library = counts(ingest(*case("un_library"), **haege))
    assert library["NAM", "USA", 1992] == nine(yes_abstain=1, yes_yes=1, yes_no=1)
    assert library["DEU", "SRB", 1992] == nine(no_abstain=1, yes_abstain=1, abstain_abstain=1)


def test_calendar_years_put_a_vote_in_the_year_of_its_date():
    found = counts(ingest(*case("voeten"), roll_calls="all", vote_year="calendar"))
    assert found["CHN", "RUS", 1993] == nine(yes_yes=1)
    assert found["CHN", "RUS", 1998] == nine(yes_yes=1)
    assert ("CHN", "RUS", 1997) not in found


def test_notes_name_the_session_and_rows_are_sorted():
    result = ingest(*case("voeten"))
    assert result.quality == "A"
    assert result.notes == [f"session {year - 1945}" for year in result.rows.year.tolist()]
    assert ingest(*case("voeten"), vote_year="calendar").notes == ""
    keys = list(counts(result))
    assert keys == sorted(keys)
    assert all(a < b for a, b, _ in keys)


def test_the_definition_says_which_rules_hold_and_is_valid(tmp_path):
    shipped = ingest(*case("voeten"))
    other = ingest(
        *case("voeten"), roll_calls="all", absent="abstain", amendments="drop", vote_year="calendar"
    )
    for result in (shipped, other):
        definition = Indicator.model_validate(result.definition)
        assert definition.scale.calibrated_to == "CHN-RUS"
        assert definition.caveats == []
    assert shipped.definition["coverage"] == {"from": 1971, "to": 1997}
    assert other.definition["coverage"] == {"from": 1971, "to": 1998}
    assert "Only contested roll calls count" in shipped.definition["definition"]
    assert "session 47 is 1992" in shipped.definition["definition"]
    assert "under other rules" not in shipped.definition["limits"]
    for words in (
        "All roll calls count",
        "read as abstention (Häge 2011)",
        "do not count",
        "date of the vote",
    ):
        assert words in other.definition["definition"]
    assert "under other rules" in other.definition["limits"]
    assert "is absent" in other.definition["variables"]["no_abstain"]["description"]


def test_remarks_tell_what_was_left_out():
    told = "\n".join(
        ingest(*case("voeten"), amendments="drop", dyads=frozenset({("CHN", "RUS"), ("BRA", "CHN")})).remarks
    )
    assert "7 roll calls of sessions 26 to 52, 7 states; 5 count under the rules" in told
    assert "roll calls left out as uncontested: 1" in told
    assert "left out as on amendments or paragraphs: 1; not marked either way, and kept: 1" in told
    assert "hence no row: BRA-CHN" in told
    # Yugoslavia five times, Namibia once.
    assert "read as abstentions: 6" in "\n".join(
        ingest(*case("voeten"), roll_calls="all", absent="abstain").remarks
    )


def test_files_of_one_format_are_read_together(tmp_path):
    lines = (RAW / FILES["voeten"]).read_text().splitlines(keepends=True)
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text("".join(lines[:30]))
    second.write_text("".join([lines[0], *lines[20:]]))
    together = ingest(first, second)
    assert counts(together) == counts(ingest(*case("voeten")))
    assert "rows dropped that only repeat another: 10" in together.remarks
