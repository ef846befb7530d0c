"""Which years a score is the mean of: what a scheme says, what a user says instead, what cannot be."""

import pytest

from bci.errors import InputError
from bci.model.periods import label, single, spans
from bci.model.scheme import Tiling

TILING = Tiling.model_validate({"length": 4, "from": 1992, "to": 2001})
LISTED = [(1990, 1994), (1995, 1999), (2005, 2009)]
DATA = (1988, 2003)


def test_years_of_one_period_are_named_once():
    assert (label((1992, 1992)), label((1992, 1993))) == ("1992", "1992-1993")


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        # 1992 to 2001 are ten years: two periods of four, and the two years that are left.
        (TILING, [(1992, 1995), (1996, 1999), (2000, 2001)]),
        (LISTED, LISTED),
        # A scheme that names no years takes those of the data, both ends included: 2003 - 1988 + 1 = 16.
        ("annual", [(year, year) for year in range(1988, 2004)]),
    ],
)
def test_the_periods_of_a_scheme(periods, expected):
    assert spans(periods, DATA) == expected


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("annual", [(1992, 1992), (1993, 1993), (1994, 1994)]),
        ("1-year", [(1992, 1992), (1993, 1993), (1994, 1994)]),
        ("2-years", [(1992, 1993), (1994, 1994)]),
        ("3-year", [(1992, 1994)]),
        ("999-year", [(1992, 1994)]),
        # Spans written out are taken whole, with gaps and beyond the years of the scheme.
        ("1985-1992, 1994,2001-2200", [(1985, 1992), (1994, 1994), (2001, 2200)]),
        ([(1985, 1992), (1993, 2010)], [(1985, 1992), (1993, 2010)]),
    ],
)
def test_what_a_user_says_goes_before_the_scheme(period, expected):
    periods = Tiling.model_validate({"length": 4, "from": 1992, "to": 1994})
    assert spans(periods, DATA, period=period) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        # Decades begin where the year ends in 0, and the first and last are cut to the years asked for.
        (1992, 2011, [(1992, 1999), (2000, 2009), (2010, 2011)]),
        (1990, 2009, [(1990, 1999), (2000, 2009)]),
        (1989, 1990, [(1989, 1989), (1990, 1990)]),
        (2000, 2000, [(2000, 2000)]),
    ],
)
def test_decades_are_those_of_the_calendar(start, end, expected):
    assert spans("annual", DATA, period="decade", start=start, end=end) == expected


def test_years_of_a_user_go_before_those_of_the_scheme_and_of_the_data():
    assert spans("annual", DATA, start=2003) == [(2003, 2003)]
    assert spans("annual", DATA, end=1988) == [(1988, 1988)]
    # Periods of equal length begin anew at the first year, and may leave the scheme's years.
    assert spans(TILING, DATA, start=1990, end=1999) == [(1990, 1993), (1994, 1997), (1998, 1999)]
    assert spans(TILING, DATA, end=1999) == [(1992, 1995), (1996, 1999)]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (1990, 2009, LISTED),
        (1991, None, LISTED[1:]),
        (1995, None, LISTED[1:]),
        (None, 1999, LISTED[:2]),
        (None, 1998, LISTED[:1]),
        (1991, 2008, LISTED[1:2]),
    ],
)
def test_spans_that_reach_beyond_the_years_asked_for_are_left_out(start, end, expected):
    assert spans(LISTED, DATA, start=start, end=end) == expected
    assert spans(TILING, DATA, period=LISTED, start=start, end=end or 2009) == expected


def test_the_first_and_the_last_year_there_is():
    assert spans("annual", DATA, period="999-year", start=1800, end=2200) == [(1800, 2200)]
    assert spans("annual", DATA, period="1800-2200") == [(1800, 2200)]
    assert (single("1800"), single("2200")) == ((1800, 1800), (2200, 2200))


@pytest.mark.parametrize(
    ("periods", "options", "message"),
    [
        (TILING, {"start": 2002}, "years: the years run from 2002 to 2001; nothing lies between"),
        (LISTED, {"end": 1989}, "years: the years run from 1990 to 1989; nothing lies between"),
        (LISTED, {"start": 2010}, "years: the years run from 2010 to 2009; nothing lies between"),
        ("annual", {"start": 1799}, "years: the years run from 1799 to 2003; stay within 1800-2200"),
        ("annual", {"end": 2201}, "years: the years run from 1988 to 2201; stay within 1800-2200"),
        (
            LISTED,
            {"start": 1991, "end": 1998},
            "years: none of 1990-1994, 1995-1999, 2005-2009 lies inside",
        ),
    ],
)
def test_years_between_which_nothing_lies_are_refused(periods, options, message):
    with pytest.raises(InputError) as refused:
        spans(periods, DATA, **options)
    assert str(refused.value) == message


HOW = "give annual, decade, a length such as 5-year, or spans such as 1992-1999,2000-2019"


@pytest.mark.parametrize(
    ("period", "messages"),
    [
        *((word, [f"{word!r} cannot be read; {HOW}"]) for word in ("", "0-year", "1000-year", "92", "1992,")),
        ([], [HOW]),
        ("1999-1992", ["period 1999-1992 ends before it starts"]),
        ("1992-1995,1995", ["period 1995-1995 overlaps 1992-1995 or comes before it"]),
        ("1799,2201", [f"period {year} leaves the years 1800-2200" for year in (1799, 2201)]),
        # All that is wrong is said at once.
        (
            [(1700, 1900), (1900, 1899)],
            ["period 1700-1900 leaves the years 1800-2200", "period 1900-1899 ends before it starts"],
        ),
    ],
)
def test_periods_that_cannot_be_read_are_refused(period, messages):
    with pytest.raises(InputError) as refused:
        spans(TILING, DATA, period=period)
    assert str(refused.value).splitlines() == [f"period: {message}" for message in messages]


@pytest.mark.parametrize(
    ("wanted", "period"),
    [("1992-1995", (1992, 1995)), ("2012", (2012, 2012)), ((1992, 1995), (1992, 1995))],
)
def test_a_single_period(wanted, period):
    assert single(wanted) == period


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("annual", "period: 'annual' is no period; write 1992-1995, or a single year"),
        ("1992,1995", "period: '1992,1995' is no period; write 1992-1995, or a single year"),
        ("1995-1992", "period: period 1995-1992 ends before it starts"),
        ((1799, 1800), "period: period 1799-1800 leaves the years 1800-2200"),
    ],
)
def test_what_is_no_single_period_is_refused(wanted, message):
    with pytest.raises(InputError) as refused:
        single(wanted)
    assert str(refused.value) == message
