"""Names and codes of countries: what is read, what is refused, and the table itself."""

import csv
import os
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from house import cases
from hypothesis import given
from hypothesis import strategies as st

from bci import countries
from bci.countries import SYSTEMS, china_seat, dyad, from_code, iso3, name, successor
from bci.errors import CountryError

TABLE = Path(countries.__file__).with_name("countries.csv")
with TABLE.open(encoding="utf-8", newline="") as stream:
    ROWS = list(csv.DictReader(stream))
NAMES = {row["iso3"]: row["name"] for row in ROWS}

FORMER = {"ANT", "CSK", "DDR", "RVN", "SCG", "SUN", "YMD", "YUG", "ZAN"}

# Spellings that two rows share on purpose: refused, with both countries named.
AMBIGUOUS = {
    "Congo": {"COD", "COG"},
    "Korea": {"KOR", "PRK"},
    "Saint Martin": {"MAF", "SXM"},
    "VDR": {"RVN", "VNM"},
    "Virgin Islands": {"VGB", "VIR"},
}

# Codes that two rows share: one state carries them on, ...
CARRIED_ON = {
    ("cow", "345"): "SRB",
    ("cow", "365"): "RUS",
    ("cow_letters", "RUS"): "RUS",
    ("cow_letters", "YUG"): "SRB",
    ("gw", "365"): "RUS",
}
# ... or the year decides.
BY_YEAR = {
    ("iso2", "CS"): {1992: "CSK", 2003: "SCG", 2006: "SCG"},
    ("m49", "891"): {1992: "YUG", 2002: "YUG", 2003: "SCG", 2006: "SCG"},
    ("gw", "345"): {1946: "YUG", 2002: "YUG", 2004: "SCG"},
}

# Typed from the Correlates of War state list (v2016), not copied from the table.
COW = {
    2: "USA", 20: "CAN", 40: "CUB", 70: "MEX", 101: "VEN", 140: "BRA", 145: "BOL", 160: "ARG", 200: "GBR",
    210: "NLD", 220: "FRA", 225: "CHE", 230: "ESP", 255: "DEU", 260: "DEU", 265: "DDR", 290: "POL",
    305: "AUT", 315: "CSK", 316: "CZE", 317: "SVK", 325: "ITA", 341: "MNE", 343: "MKD", 345: "SRB",
    347: "XKX", 349: "SVN", 360: "ROU", 365: "RUS", 369: "UKR", 375: "FIN", 385: "NOR", 437: "CIV",
    484: "COG", 490: "COD", 511: "ZAN", 560: "ZAF", 565: "NAM", 640: "TUR", 652: "SYR", 678: "YEM",
    679: "YEM", 680: "YMD", 710: "CHN", 712: "MNG", 713: "TWN", 731: "PRK", 732: "KOR", 740: "JPN",
    750: "IND", 775: "MMR", 811: "KHM", 816: "VNM", 817: "RVN", 835: "BRN", 860: "TLS", 900: "AUS",
    946: "KIR", 947: "TUV", 955: "TON", 970: "NRU", 987: "FSM",
}  # fmt: skip


def cell(row: dict[str, str], column: str) -> list[str]:
    return row[column].split(";") if row[column] else []


@pytest.mark.parametrize(
    ("text", "code"),
    cases("iso3_reads"),
)
def test_iso3_reads(text, code):
    assert iso3(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "Perugia", "Lyngby", "Inner Mongolia", "Mongol", "Chinas", "CHNX", "C.H.N.", "C H N", "Saint", "The",
        "Republic", "Democratic Republic", "Islands", "nan", "None", "ß", "中国", "WLD", "OWID_KOS", "AUL",
        "Niger/Nigeria", "China Russia", "Belgium-Luxembourg", "European Union", "Scotland",
        "Other Asia, nes",
    ],
)  # fmt: skip
def test_iso3_refuses_what_is_no_country(text):
    with pytest.raises(CountryError, match="is no known country"):
        iso3(text)


@pytest.mark.parametrize("text", ["710", "020", " 2 ", "365.0", "-9", "", "  ", "...", "-"])
def test_iso3_refuses_numbers_and_nothing(text):
    with pytest.raises(CountryError, match=r"is no name; .* name its system \(cow, gw or m49\)"):
        iso3(text)


@pytest.mark.parametrize(
    ("text", "found"), [*AMBIGUOUS.items(), ("KOREA", {"KOR", "PRK"}), ("cs", {"CSK", "SCG"})]
)
def test_iso3_lists_what_an_ambiguous_text_may_mean(text, found):
    with pytest.raises(CountryError, match="use the code") as caught:
        iso3(text)
    assert {code for code in NAMES if f"{code} ({NAMES[code]})" in str(caught.value)} == found


@pytest.mark.parametrize(
    ("text", "nearest"),
    [("Rusia", "Russia"), ("KAZAHSTAN", "Kazakhstan"), ("Viet Nma", "Viet Nam"), ("Germnay", "Germany")],
)
def test_iso3_suggests_the_nearest_spelling(text, nearest):
    with pytest.raises(CountryError, match=f"Did you mean '{nearest}'"):
        iso3(text)


@pytest.mark.parametrize("row", [row for row in ROWS if len(row["name"]) <= 5], ids=lambda row: row["name"])
def test_no_short_name_with_a_letter_missing_is_taken_for_another_country(row):
    word = row["name"]
    for place in range(len(word)):
        try:
            read = iso3(word[:place] + word[place + 1 :])
        except CountryError:
            continue
        assert read == row["iso3"]


@given(st.text(max_size=30) | st.text("CHINAchina .-'&ßİ", max_size=8))
def test_iso3_answers_with_a_country_or_a_country_error(text):
    try:
        read = iso3(text)
    except CountryError:
        return
    assert read in NAMES


@pytest.mark.parametrize(("code", "expected"), COW.items())
def test_cow_numbers(code, expected):
    assert {from_code(code, "cow"), from_code(str(code), "cow"), from_code(f"{code:03}", "cow")} == {expected}


@pytest.mark.parametrize(
    ("code", "system", "year", "expected"),
    cases("from_code_reads"),
)
def test_from_code_reads(code, system, year, expected):
    assert from_code(code, system, year) == expected


@pytest.mark.parametrize(("shared", "years"), BY_YEAR.items())
def test_a_code_of_two_states_needs_the_year(shared, years):
    system, code = shared
    assert {year: from_code(code, system, year) for year in years} == years
    with pytest.raises(CountryError, match="; give the year"):
        from_code(code, system)


@pytest.mark.parametrize(
    ("code", "system", "year", "message"),
    cases("from_code_refuses"),
)
def test_from_code_refuses(code, system, year, message):
    with pytest.raises(CountryError, match=message):
        from_code(code, system, year)


def test_name_and_successor():
    assert [name(code) for code in ("CHN", "rus", "DDR", "CIV")] == [
        "China",
        "Russia",
        "East Germany",
        "Côte d'Ivoire",
    ]
    heirs = {code: successor(code) for code in FORMER if successor(code) != code}
    assert heirs == {"SUN": "RUS", "YUG": "SRB", "SCG": "SRB"}
    assert successor("CHN") == "CHN"
    for function in (name, successor):
        with pytest.raises(CountryError, match="'China' is no code of iso3"):
            function("China")


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("CHN-RUS", ("CHN", "RUS")), ("RUS-CHN", ("CHN", "RUS")), ("China:Russia", ("CHN", "RUS")),
        ("china - russia", ("CHN", "RUS")), ("China–Russia", ("CHN", "RUS")), ("CHN,RUS", ("CHN", "RUS")),
        ("China--Russia", ("CHN", "RUS")), ("cn:RUS", ("CHN", "RUS")), ("NA-NO", ("NAM", "NOR")),
        ("Guinea-Bissau:Portugal", ("GNB", "PRT")), ("Guinea-Bissau-Portugal", ("GNB", "PRT")),
        ("Portugal-Guinea-Bissau", ("GNB", "PRT")), ("Guinea-Guinea-Bissau", ("GIN", "GNB")),
        ("Guinea-Bissau-Guinea", ("GIN", "GNB")), ("Timor-Leste-Indonesia", ("IDN", "TLS")),
        ("Congo, Dem. Rep.:Congo, Rep.", ("COD", "COG")),
        ("Congo-Brazzaville-Congo-Kinshasa", ("COD", "COG")),
        ("Korea, Republic of-Korea, North", ("KOR", "PRK")), ("China, P.R.: Mainland-Japan", ("CHN", "JPN")),
        ("China:Hong Kong", ("CHN", "HKG")), ("Serbia-Montenegro", ("MNE", "SRB")),
        ("SUN-DDR", ("DDR", "SUN")), ("Belgium-Luxembourg", ("BEL", "LUX")),
    ],
)  # fmt: skip
def test_dyad_reads(text, pair):
    assert dyad(text) == pair


@pytest.mark.parametrize(
    ("text", "message"),
    cases("dyad_refuses"),
)
def test_dyad_refuses(text, message):
    with pytest.raises(CountryError, match=message):
        dyad(text)


@given(st.sampled_from(ROWS), st.sampled_from(ROWS), st.sampled_from(":,-–"))
def test_dyad_of_two_codes_is_ordered(one, two, mark):
    a, b = one["iso3"], two["iso3"]
    if a == b:
        with pytest.raises(CountryError, match="twice"):
            dyad(a + mark + b)
    else:
        assert dyad(a + mark + b) == dyad(b + mark + a) == (min(a, b), max(a, b))


def test_china_seat_passes_on_25_october_1971():
    days = ["1946-01-01", "1971-10-24", "1971-10-25", "2024-06-04"]
    assert [china_seat(day) for day in days] == ["TWN", "TWN", "CHN", "CHN"]
    with pytest.raises(CountryError, match="'1971' is no date; write year-month-day"):
        china_seat("1971")


def test_table_is_plain_sorted_and_complete():
    raw = TABLE.read_bytes()
    header = b"iso3,iso2,m49,cow,cow_letters,gw,name,aliases,valid_from,valid_to,successor\n"
    assert raw.startswith(header)
    assert b"\r" not in raw
    keys = [row["iso3"] for row in ROWS]
    assert keys == sorted(set(keys))
    assert {row["iso3"] for row in ROWS if row["valid_to"]} == FORMER
    present = set(keys) - FORMER - {"XKX"}
    assert len(present) == 249, "ISO 3166-1 has 249 entries"
    assert all(row["iso2"] and row["m49"] for row in ROWS if row["iso3"] in present)


def test_table_cells_have_their_form():
    day = r"|\d{4}|\d{4}-\d\d-\d\d"
    forms = {
        "iso3": "[A-Z]{3}", "iso2": "[A-Z]{2}", "m49": r"\d{3}", "cow": r"[1-9]\d{0,2}",
        "cow_letters": "[A-Z]{3}", "gw": r"[1-9]\d{0,2}", "name": r"\S.*\S", "aliases": r"\S.*\S",
        "valid_from": day, "valid_to": day, "successor": "[A-Z]{3}",
    }  # fmt: skip
    for row in ROWS:
        for column, form in forms.items():
            assert all(re.fullmatch(form, code) for code in cell(row, column)), (column, row)
        assert len(cell(row, "cow")) >= len(cell(row, "cow_letters")), row
        assert row["valid_from"] <= row["valid_to"], row
        assert row["successor"] in {"", *NAMES} - FORMER, row


def test_every_code_leads_back_to_its_row():
    for row in ROWS:
        year = int(row["valid_from"][:4] or 2020)
        for system in SYSTEMS:
            for code in cell(row, system):
                expected = CARRIED_ON.get((system, code), row["iso3"])
                assert from_code(code, system, year) == expected, (system, code, year)
                if (system, code) not in BY_YEAR:
                    assert from_code(code.lower(), system) == expected, (system, code)


def test_only_the_documented_codes_stand_in_two_rows():
    rows = defaultdict(list)
    for row in ROWS:
        for system in SYSTEMS:
            for code in cell(row, system):
                rows[system, code].append(row["iso3"])
    assert {code for code, found in rows.items() if len(found) > 1} == CARRIED_ON.keys() | BY_YEAR.keys()


def test_every_spelling_leads_to_its_row_alone():
    refused = defaultdict(set)
    for row in ROWS:
        for spelling in (row["name"], *cell(row, "aliases")):
            try:
                assert iso3(spelling) == iso3(spelling.upper()) == row["iso3"], spelling
            except CountryError:
                refused[spelling].add(row["iso3"])
    assert refused == AMBIGUOUS


def test_no_spelling_stands_twice_in_a_row():
    for row in ROWS:
        spellings = [spelling.casefold() for spelling in (row["iso3"], row["name"], *cell(row, "aliases"))]
        assert len(spellings) == len(set(spellings)), row


def test_import_reads_no_table_and_no_pandas():
    program = (
        "import sys, bci.countries as c; print(c._countries.cache_info().currsize, 'pandas' in sys.modules);"
        "c.iso3('China'); print(c._countries.cache_info().currsize)"
    )
    path = os.pathsep.join(filter(None, (str(TABLE.parents[1]), os.environ.get("PYTHONPATH"))))
    run = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
    )
    assert run.stdout.split() == ["0", "False", "1"], run.stderr


def test_against_the_voting_members_of_the_general_assembly(reference):
    with (reference / "data" / "unga" / "countries.csv").open(encoding="utf-8", newline="") as table:
        members = list(csv.DictReader(table))
    assert len(members) == 200
    without_iso3 = {"260": "DEU", "511": "ZAN", "678": "YEM", "680": "YMD"}
    for member in members:
        code = member["iso3c"] or without_iso3[member["ccode"]]
        assert from_code(member["ccode"], "cow") == code, member
        assert from_code(member["cow_abb"], "cow_letters") == code, member
        if member["cow_name"] != "Congo":
            assert successor(iso3(member["cow_name"])) == code, member
        assert successor(iso3(member["unvotes_name"])) == code, member
