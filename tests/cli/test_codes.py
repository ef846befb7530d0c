"""How names and codes are explained."""

import pytest
from click.testing import CliRunner

from bci.cli.group import group
from bci.errors import InputError
from bci.output.screen.codes import readings


def read_as(text: str, system: str | None = None, year: int | None = None) -> list[tuple[str, str]]:
    return [(row["read_as"], row["iso3"]) for row in readings([text], system, year)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("China", [("name", "CHN")]),
        ("china", [("name", "CHN")]),
        ("Viet Nam", [("another spelling", "VNM")]),
        ("USSR", [("another spelling", "SUN")]),
        # MNG is Mongolia, but in the letters of the Correlates of War it is Montenegro.
        ("MNG", [("iso3 code", "MNG"), ("cow_letters code", "MNE")]),
        ("NA", [("iso2 code", "NAM")]),
        # 20 is Canada for the Correlates of War and Andorra for the United Nations.
        ("20", [("cow code", "CAN"), ("gw code", "CAN"), ("m49 code", "AND")]),
        ("020", [("cow code", "CAN"), ("gw code", "CAN"), ("m49 code", "AND")]),
    ],
)
def test_every_reading_is_told(text, expected):
    assert read_as(text) == expected


def test_a_system_and_a_year_settle_a_code():
    assert read_as("CS", "iso2", 1985) == [("iso2 code", "CSK")]
    assert read_as("CS", "iso2", 2005) == [("iso2 code", "SCG")]
    assert read_as("365", "cow") == [("cow code", "RUS")]


def test_a_former_state_says_when_it_ended_and_who_carries_on():
    (row,) = readings(["Soviet Union"])
    assert (row["to"], row["successor"], row["cow"]) == ("1991-12-26", "RUS", "365")


def test_all_that_cannot_be_read_is_told_at_once():
    with pytest.raises(InputError) as raised:
        readings(["Rusia", "China", "Korea", "99999"])
    told = str(raised.value)
    assert "Did you mean 'Russia'" in told
    assert "KOR (South Korea) or PRK (North Korea)" in told
    assert "'99999' is no name" in told


def test_command_line_prints_what_it_can_read_and_tells_what_it_cannot():
    done = CliRunner().invoke(group, ["codes", "Burma", "-f", "csv"])
    assert done.stdout.splitlines()[1].startswith("Burma,another spelling,MMR,Myanmar,MM,104,775,MYA,775,")
    some = CliRunner().invoke(group, ["codes", "Atlantis", "Burma", "Korea", "-f", "csv"])
    assert (some.exit_code, some.stdout) == (3, done.stdout)
    assert [line.split(":")[0] for line in some.stderr.splitlines()] == ["codes", "codes"]
    assert "'Atlantis' is no known country" in some.stderr
    wrong = CliRunner().invoke(group, ["codes", "Atlantis"])
    assert (wrong.exit_code, wrong.stdout) == (3, "")
    assert wrong.stderr.endswith("1 problem. Nothing was written.\n")
