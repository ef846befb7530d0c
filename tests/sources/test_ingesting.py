"""Raw files -> a folder of indicators: recognised by their headers, and never by anything else."""

import gzip
import shutil
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
#: What stands beside the files of a format in its folder.
COMPANIONS = {
    "un_roll_calls.csv": "roll_calls",
    "country_codes_V202501.csv": "baci_countries",
    "country_codes_V202301.csv": "baci_countries",
}


def cases() -> list[Path]:
    return sorted(RAW.rglob("*.csv"))


@pytest.mark.parametrize("path", [pytest.param(path, id=path.name) for path in cases()])
def test_every_published_layout_is_recognised_as_itself(path):
    (found,) = recognise([path])
    assert found.format.name == COMPANIONS.get(path.name, path.parent.name)


def test_every_format_has_a_case():
    assert {found.format.name for found in recognise(cases())} == set(FORMATS)


def test_a_gzipped_file_is_recognised_by_the_same_header(tmp_path):
    path = tmp_path / "trade.csv.gz"
    path.write_bytes(gzip.compress((COW).read_bytes()))
    (found,) = recognise([path])
    assert found.format.name == "cow_trade"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "is empty"),
        ("a,b,c\n1,2,3\n", r"x\.csv:1:1: is of no known format \(its first line is 'a,b,c'\)\. Known are"),
        ("ccode1,ccode2,year,flow1\n2,20,1990,1\n", "no known format"),
        ("t,i,j,k,v,q,ccode1,ccode2,year,flow1,flow2\n", "has a header of cow_trade and baci"),
        ("\0\0\0", "NUL byte"),
        ('"a\n', "close every quote"),
    ],
)
def test_what_is_not_recognised_is_refused(content, words, tmp_path):
    path = tmp_path / "x.csv"
    path.write_text(content)
    with pytest.raises(InputError, match=words):
        recognise([path])


def test_folders_are_searched_and_other_kinds_of_file_are_told(tmp_path):
    (tmp_path / "inside").mkdir()
    shutil.copy(COW, tmp_path / "inside")
    (tmp_path / "codebook.pdf").write_text("x")
    wanted, passed_over = raw_files([tmp_path])
    assert [path.name for path in wanted] == ["Dyadic_COW_4.0.csv"]
    assert [path.name for path in passed_over] == ["codebook.pdf"]


@pytest.mark.parametrize(
    ("name", "words"),
    [("nowhere", "no such file"), ("table.xlsx", "save it as CSV"), (".", "holds no raw file")],
)
def test_what_holds_no_raw_file_is_refused(name, words, tmp_path):
    (tmp_path / "table.xlsx").write_text("x")
    with pytest.raises(InputError, match=words):
        raw_files([tmp_path / name])


def test_two_sources_of_one_dyad_year_are_refused_and_cut_by_years(tmp_path):
    second = tmp_path / "later.csv"
    second.write_text("ccode1,ccode2,year,flow1,flow2\n2,710,1991,20,30\n2,710,1992,20,30\n")
    both, _ = ingest(recognise([COW, second]), Rules(sources={"later.csv": "later"}))
    with pytest.raises(InputError, match=r"CHN-USA 1991.*--years"):
        write_folder(tmp_path / "out", both, form="csv", force=False)
    assert not (tmp_path / "out").exists()


def test_years_cut_one_format():
    files = recognise([COW])
    (cut,), _ = ingest(files, Rules(start=1990, end=1991, years={"cow_trade": (1991, 2010)}))
    assert set(cut.rows.year.tolist()) == {1991}
    assert cut.definition["coverage"] == {"from": 1991, "to": 1991}


def test_source_says_which_file_was_read():
    (made,), _ = ingest(recognise([COW]), Rules(sources={str(COW): "my_trade"}))
    assert made.source_id == "my_trade"
    assert "read from Dyadic_COW_4.0.csv (SHA-256 " in made.source.vintage


def test_only_chosen_indicators_are_made():
    files = recognise(sorted((RAW / "baci").glob("*.csv"))[:1])
    assert [made.indicator for made in ingest(files, Rules(), indicators=["energy_trade"])[0]] == [
        "energy_trade"
    ]
    with pytest.raises(InputError, match="hold no figures of official_visits"):
        ingest(files, Rules(), indicators=["official_visits"])


def test_an_unknown_name_can_be_read_or_left_out(tmp_path):
    path = tmp_path / "official_visits.csv"
    path.write_text(
        "date,participants,kind,level,place,source\n"
        "2010-05-01,Ruritania;Russia,meeting,heads of state,Moscow,news\n"
        "2011-05-01,China;Russia,meeting,heads of state,Moscow,news\n"
    )
    files = recognise([path])
    with pytest.raises(InputError, match=r"official_visits\.csv:2:2: .*'Ruritania' is no known country"):
        ingest(files, Rules())
    (read,), _ = ingest(recognise([path]), Rules(readings={"Ruritania": "ROU"}))
    assert read.rows.dyads == (("CHN", "RUS"), ("ROU", "RUS"))
    (left,), _ = ingest(recognise([path]), Rules(left_out=frozenset({"Ruritania"})))
    assert left.rows.dyads == (("CHN", "RUS"),)


def test_a_source_without_the_dyad_is_told_and_does_not_stop_the_others():
    files = recognise([COW, RAW / "event_list" / "visits.csv"])
    made, nothing = ingest(files, Rules(dyads=frozenset({("CHN", "USA")})))
    assert [result.indicator for result in made] == ["trade"]
    assert nothing == (
        "official_visits_list: holds no event of the dyads and years asked for; ask for others, or give "
        "more files",
    )


def test_a_comtrade_file_without_energy_gives_trade_alone():
    made, nothing = ingest(recognise([RAW / "comtrade" / "new.csv"]), Rules())
    assert [result.indicator for result in made] == ["trade"]
    assert "holds no rows of 27" in nothing[0]
