"""The formulas of the index in the language of spreadsheets.

`s` is a range of scores in a row, `w` the range of their weights above them, `c` that of their coverages.
A score that is missing is an empty text, which is no number. Each formula is entered as one over ranges
(Ctrl-Shift-Enter in older Excel), so that ``IF`` looks at every member.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bci.model.means import MEANS

#: A sheet knows no infinite number; this exponent stands for the minimum, the limit of power means.
MINIMUM = -1e300

#: What is missing.
NONE = '""'


def mean(s: str, w: str, exponent: str) -> str:
    """Power mean of the members present: 1 arithmetic, 0 geometric, -1 harmonic, `MINIMUM` the minimum.

    Measured from the score that decides in the end (the highest for positive exponents, else the lowest), as
    `bci.model.means.power` is, so that no power overflows.
    """
    present = f"ISNUMBER({s})*({w}>0)"
    weight = f"SUM({present}*{w})"
    ends = f"IF({present},{s},{NONE})"
    deciding = f"IF({exponent}>0,MAX({ends}),MIN({ends}))"
    geometric = f"EXP(SUM(IF({present},{w}*LN({s}),0))/{weight})"
    # What is too small for a number is 0; a sheet would call it an error.
    ratio = f"{s}/{deciding}"
    lost = f"{exponent}*LN({ratio})<-700"
    powers = f"IF({present}*({s}>0),IF({lost},0,{w}*({ratio})^{exponent}),0)"
    power = f"{deciding}*(SUM({powers})/{weight})^(1/{exponent})"
    choice = f"IF({exponent}<=-1E+299,{deciding},IF({exponent}=0,{geometric},{power}))"
    return f"IF({weight}=0,{NONE},IF({deciding}=0,0,{choice}))"


def coverage(s: str, c: str, w: str) -> str:
    """Share of the weight that rests on data; what has no score of its own adds nothing."""
    return f"=IF(SUM({w})=0,0,SUM(IF(ISNUMBER({s}),{c}*{w},0))/SUM({w}))"


def coverage_of_all(c: str, w: str) -> str:
    """The same under the rule bounds, which refuses nothing."""
    return f"=IF(SUM({w})=0,0,SUM({c}*{w})/SUM({w}))"


def some_missing(s: str, w: str) -> str:
    """Whether any member that weighs something has no score."""
    return f"SUM((1-ISNUMBER({s}))*({w}>0))>0"


def unless(refused: str, formula: str) -> str:
    """The formula, or missing where it is refused."""
    return f"=IF({refused},{NONE},{formula})"


def too_little(covered: str, s: str, w: str, *, rule: str, minimum: str) -> str:
    """Whether a parent rests on too little, or, under the rule strict, on less than everything."""
    return f'OR({covered}<{minimum}-1E-12,({rule}="strict")*({some_missing(s, w)}))'


def band(score: str, edges: str, words: str) -> str:
    """The band that holds the score, its lower edge included, with the tolerance of `bands.HAIR`."""
    return f"=IF(ISNUMBER({score}),LOOKUP({score}+1E-12,{edges},{words}),{NONE})"


def exponent(word: str) -> str:
    """The exponent that the name of a mean stands for; a number is an exponent itself."""
    # Any other word is an error, and so is every score that rests on it.
    otherwise = f"IF(ISNUMBER({word}),{word},NA())"
    tests = "".join(f'IF({word}="{name}",{finite(number):G},' for name, number in MEANS.items())
    return f"={tests}{otherwise}{')' * len(MEANS)}"


def finite(exponent: float) -> float:
    """The exponent as a sheet can hold it."""
    return max(float(exponent), MINIMUM)


def falling(range_: Callable[[int, int], str], first: int, last: int) -> str:
    """How many of the cells from the first row to the last do not lie above the one before."""
    return f"SUMPRODUCT(({range_(first + 1, last)}<={range_(first, last - 1)})*1)" if last > first else "0"


def sound(wrong: Sequence[str]) -> str:
    """Whether none of the counts of what is wrong is more than 0."""
    said = "no: weights are 0 or more, bands rise from 0, the rule is reweight or strict"
    return f'=IF({"+".join(wrong)}>0,"{said}","yes")'


def end(s: str, w: str, exponent: str) -> str:
    """Lowest or highest score of a parent: means are monotone, so it is the mean of its members' ends."""
    return "=" + mean(s, w, exponent)
