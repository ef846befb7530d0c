"""How SIPRI's files are recognised; names, vintage, years and zeros, which its formats share."""

import datetime
from pathlib import Path

import numpy as np
import pytest
from house import RAW, written
from trade_files import raw_of

from bci.errors import CountryError, InputError
from bci.sources.arms import sipri, sipri_register, sipri_tables
from bci.sources.figures import Ingested
from bci.sources.format import Format
from bci.sources.raw import Raw, beginning
from bci.sources.rules import Rules


def ingested(form: Format, *paths: Path, rules: Rules | None = None) -> Ingested:
    """What a format makes of files that must be recognised as its own."""
    assert form.ingest is not None
    return form.ingest("arms_trade", [raw_of(path, form) for path in paths], (), rules or Rules())


def changed(case: Path, folder: Path, *changes: tuple[str, str], name: str = "table.csv") -> Path:
    """A case with the first places of some texts replaced."""
    text = case.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return written(folder, text, name)


def problems(form: Format, *paths: Path) -> str:
    """What is said of files that are refused; the path of the first is left out."""
    with pytest.raises(InputError) as caught:
        ingested(form, *paths)
    return str(caught.value).replace(f"{paths[0]}:", "")


def raw_titled(*lines: str) -> Raw:
    return Raw(Path("table.csv"), ("Recipient",), 3, tuple((line,) for line in lines))


def test_each_case_is_recognised_by_its_own_format_alone():
    formats = (sipri_tables.FORMAT, sipri_register.FORMAT)
    for path in RAW.glob("*/*.csv"):
        rows = [cells for _, cells in beginning(path, "cp1252")]
        claims = {form.name for form in formats if form.find_header(rows) is not None}
        own = {path.parent.name} & {form.name for form in formats}
        assert claims == own, path


def test_names_are_read_as_sipri_means_them():
    means = {"UAE": "ARE", "Viet Nam": "VNM", "East Germany (GDR)": "DDR", "South Vietnam": "RVN"}
    means |= {"Yugoslavia": "SRB", "Soviet Union": "RUS", "Bosnia-Herzegovina": "BIH", "DR Congo": "COD"}
    means |= {"Cote d'Ivoire": "CIV", "Turkiye": "TUR", "eSwatini": "SWZ", "Congo": "COG"}
    means |= {"Yemen Arab Republic (North Yemen)": "YEM", "South Yemen": "YMD"}
    means |= {"Czechoslovakia": "CSK", "Saint Vincent": "VCT"}
    assert {name: sipri.country(name) for name in means} == means


def test_parties_that_are_no_countries_have_no_code():
    parties = ["NATO**", "Hezbollah (Lebanon)*", "unknown supplier(s)", "Unknown recipient(s)"]
    parties += ["Unknown country", "United Nations**", "unknown rebel group*", "Libya GNC", "Katanga"]
    assert {sipri.country(name) for name in parties} == {""}


@pytest.mark.parametrize("name", ["Atlantis", "NA", "", "Korea"])
def test_unknown_unmarked_names_are_errors(name):
    with pytest.raises(CountryError):
        sipri.country(name)


def test_the_day_is_read_from_both_layouts():
    days = ["Generated: 28 July 2022", "Data generated: 28 Jul 2022 12:33:29 PM"]
    for words in [*days, "Information generated: 28 July 2022"]:
        raw = raw_titled("Title", words)
        assert sipri.generated(raw) == datetime.date(2022, 7, 28)
        assert not raw.problems


@pytest.mark.parametrize(
    "line", ["Generated yesterday", "Generated: 31 February 2022", "Generated: 3 Foo 2022"]
)
def test_a_file_without_a_readable_day_is_refused(line):
    raw = raw_titled(line)
    assert sipri.generated(raw) is None
    assert "table.csv:1:1: does not say when it was generated" in str(raw.problems[0])


def test_the_last_year_is_the_one_sipri_has_published():
    assert sipri.published_to(datetime.date(2024, 10, 13), set()) == 2023
    # Before the yearly release in March only figures show that the year is there.
    assert sipri.published_to(datetime.date(2025, 1, 3), set()) == 2023
    assert sipri.published_to(datetime.date(2025, 3, 20), {2024}) == 2024


def test_a_name_that_shares_its_country_covers_its_own_years_only():
    assert sipri.years_of_name("Soviet Union", range(1950, 2022)) == range(1950, 1992)
    assert sipri.years_of_name("Russia", range(1950, 2022)) == range(1992, 2022)
    assert sipri.years_of_name("France", range(1950, 2022)) == range(1950, 2022)
    assert not sipri.years_of_name("Soviet Union", range(1995, 2022))


def listing(
    suppliers: set[str] | None, years: range, tiv: dict[tuple[int, str, str], float]
) -> sipri.Listing:
    return sipri.Listing(raw_titled(), None if suppliers is None else frozenset(suppliers), None, years, tiv)


def test_zeros_are_written_only_where_both_states_exist():
    # Kazakhstan from 1991, East Germany to 1990, Palestine from its first delivery.
    tiv = {(1990, "RUS", "DDR"): 5.0, (1992, "RUS", "KAZ"): 7.0, (1992, "RUS", "PSE"): 1.0}
    flows = sipri.directed([listing({"RUS"}, range(1989, 1994), tiv)], [])
    sent = {c: flows.amount[:, flows.countries.index("RUS"), i] for i, c in enumerate(flows.countries)}
    nan = np.nan
    np.testing.assert_equal(sent["DDR"], [0, 5, nan, nan, nan])
    np.testing.assert_equal(sent["KAZ"], [nan, nan, 0, 7, 0])
    np.testing.assert_equal(sent["PSE"], [nan, nan, nan, 1, 0])
    np.testing.assert_equal(sent["RUS"], [nan] * 5)


def test_a_first_delivery_before_independence_is_kept():
    flows = sipri.directed([listing({"GBR"}, range(1955, 1959), {(1956, "GBR", "SGP"): 6.0})], [])
    np.testing.assert_equal(flows.amount[:, 0, 1], [np.nan, 6, 0, 0])


def test_what_no_file_covers_is_unknown():
    flows = sipri.directed([listing({"RUS"}, range(2000, 2001), {(2000, "RUS", "CHN"): 6.0})], [])
    assert np.isnan(flows.amount[0, flows.countries.index("CHN"), flows.countries.index("RUS")])
    assert flows.exports is not None
    assert np.isnan(flows.exports).all()
