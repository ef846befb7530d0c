"""The rules by which raw files become indicators: each is an option of ``bci ingest``, written once, here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, get_origin, get_type_hints

from bci import countries as known
from bci.data.dyads import Dyad
from bci.errors import CountryError, InputError, Problem
from bci.model.periods import single


@dataclass(frozen=True)
class Option:
    """How a rule is given.

    Attributes
    ----------
    names
        On the command line, with a space between.
    help
        What it is for, with its reference.
    metavar
        What stands for its value.
    read
        From the text of one value to what it means; raises `ValueError` with what is wrong with it.
    repeated
        What several values become where it may be given more than once; None where it may not.
    lowest, highest
        Between which a whole number must lie.
    """

    names: str
    help: str
    metavar: str | None = None
    read: Callable[[str], Any] | None = None
    repeated: Callable[[Any], Any] | None = None
    lowest: int | None = None
    highest: int | None = None


def country(text: str) -> str:
    """ISO3 of a name or code; sources know a former state as the one that carries it on."""
    return known.successor(known.iso3(text))


def pair(text: str) -> Dyad:
    """Two names or codes as a dyad: "China-USSR" is ``("CHN", "RUS")``."""
    a, b = sorted(known.successor(code) for code in known.dyad(text))
    if a == b:
        raise CountryError(f"{text!r} is {a} twice; a dyad needs two different countries.")
    return a, b


def product(text: str) -> str:
    """The beginning of codes of the Harmonized System."""
    if not (text.isascii() and text.isdecimal() and 2 <= len(text) <= 6):
        raise ValueError(f"{text!r} is no HS code; give 2 to 6 digits")
    return text


def covered(text: str) -> Literal["listed", "all"] | frozenset[str]:
    """Whom lists of events cover: ``listed``, ``all``, or countries with commas between."""
    if text == "listed":
        return "listed"
    if text == "all":
        return "all"
    codes, problems = set[str](), []
    for name in text.split(","):
        try:
            codes.add(country(name))
        except CountryError as error:
            problems.append(Problem("", 0, 0, str(error)))
    if problems:
        raise InputError(problems)
    return frozenset(codes)


def assigned(form: str, text: str) -> tuple[str, str]:
    """``NAME=VALUE`` as two texts."""
    left, _, right = map(str.strip, text.partition("="))
    if not (left and right):
        raise ValueError(f"{text!r} must be {form}")
    return left, right


def years_of_format(text: str) -> tuple[str, tuple[int, int]]:
    """``FORMAT=FROM-TO`` as the name of a format and its years."""
    name, years = assigned("FORMAT=FROM-TO", text)
    return name, single(years)


def id_of_file(text: str) -> tuple[str, str]:
    """``ID=FILE`` as the name of a file and its id."""
    name, file = assigned("ID=FILE", text)
    if not (name.isascii() and name.isidentifier() and name.islower()):
        raise ValueError(f"{name!r} is no id; use small letters, digits and _, beginning with a letter")
    return file, name


def reading(text: str) -> tuple[str, str]:
    """``NAME=ISO3`` as the name in a file and the country it is read as."""
    name, code = assigned("NAME=ISO3", text)
    return name, country(code)


@dataclass(frozen=True)
class Rules:
    """What to take from raw files, and how: every field is an option, whose help says what it decides.

    References
    ----------
    Barbieri, K. and Keshk, O. (2016). Correlates of War Project Trade Data Set Codebook, version 4.0.
    Häge, F. (2011). Choice or circumstance? Political Analysis 19(3), 287-305.
    Voeten, E. (2013). Data and analyses of voting in the UN General Assembly. Routledge Handbook of
    International Organization.
    Wang, Y. and Stone, R. (2023). China visits. Review of International Organizations 18(1), 201-225.
    """

    dyads: Annotated[
        frozenset[Dyad], Option("-d --dyad", "Only this dyad; repeatable.", "A-B", pair, frozenset)
    ] = frozenset()
    countries: Annotated[
        frozenset[str],
        Option("-c --country", "Only its dyads; repeatable.", "NAME", country, frozenset),
    ] = frozenset()
    start: Annotated[int | None, Option("--from", "First year; cuts what files cover.", "YEAR")] = None
    end: Annotated[int | None, Option("--to", "Last year.", "YEAR")] = None
    roll_calls: Annotated[
        Literal["contested", "all"],
        Option("--roll-calls", "Votes: without unanimous roll calls (Voeten 2013), or all (Häge 2011)."),
    ] = "contested"
    absent: Annotated[
        Literal["pairwise", "abstain"],
        Option(
            "--absent",
            "Votes: roll calls in which both voted (Voeten), or absence as abstention (Häge).",
        ),
    ] = "pairwise"
    amendments: Annotated[
        Literal["keep", "drop"],
        Option(
            "--amendments",
            "Votes on amendments and paragraphs (kept by Voeten; only some sessions have them).",
        ),
    ] = "keep"
    vote_year: Annotated[
        Literal["session", "calendar"],
        Option("--vote-year", "Votes: session 47 is 1992 (Voeten), or the year of the date (Häge)."),
    ] = "session"
    # Agreement in a handful of votes says little: hundreds of dyads of a session have fewer than ten.
    minimum_roll_calls: Annotated[
        int,
        Option(
            "--minimum-roll-calls",
            "Votes: leave out dyad-years in which both voted fewer times.",
            "N",
            lowest=1,
        ),
    ] = 1
    # In a file cut down to some states, roll calls on which these agree look unanimous.
    fewest_states: Annotated[
        int,
        Option(
            "--fewest-states",
            "Votes: refuse to judge what is contested from fewer states in a session (the first had 51 "
            "members).",
            "N",
            lowest=2,
        ),
    ] = 40
    # Where the side that counts did not report, the other's report does.
    reported_by: Annotated[
        Literal["importer", "exporter", "mean"],
        Option(
            "--reported-by",
            "Trade: whose report counts where both sides report (importer: Barbieri and Keshk 2016).",
        ),
    ] = "importer"
    products: Annotated[
        tuple[str, ...],
        Option(
            "--product",
            "Energy: codes of the Harmonized System that begin so; default 27; repeatable (2709, 2711 ...).",
            "HS",
            product,
            tuple,
        ),
    ] = ("27",)
    amount: Annotated[Literal["value", "quantity"], Option("--amount", "Energy: US dollars, or tonnes.")] = (
        "value"
    )
    kinds: Annotated[
        tuple[str, ...],
        Option("--kind", "Events: kinds that count; repeatable; default all.", repeated=tuple),
    ] = ()
    levels: Annotated[
        tuple[str, ...], Option("--level", "Events: levels that count; repeatable.", repeated=tuple)
    ] = ()
    multilateral: Annotated[
        Literal["include", "exclude"],
        Option(
            "--multilateral",
            "Events with more than two participants (exclude: Wang and Stone 2023).",
        ),
    ] = "include"
    # From the end of one to the beginning of the next, as in the shipped lists; no published rule is known.
    same_within: Annotated[
        int,
        Option(
            "--same-within",
            "Events: entries of one dyad, kind, level and place so near to each other are one event.",
            "DAYS",
            lowest=0,
            highest=366,
        ),
    ] = 2
    covers: Annotated[
        Literal["listed", "all"] | frozenset[str],
        Option(
            "--covers",
            "Events: years without one are 0 for listed dyads, for all pairs of listed states (all), or for "
            "all pairs with these countries (CHN,RUS), while both states stood; elsewhere missing.",
            "WHOM",
            covered,
        ),
    ] = "listed"
    covers_years: Annotated[
        tuple[int, int] | None,
        Option(
            "--covers-years",
            "Events: the list is complete in these years; default from its first entry to its last.",
            "FROM-TO",
            single,
        ),
    ] = None
    years: Annotated[
        Mapping[str, tuple[int, int]],
        Option(
            "--years",
            "Only these years of one format, where two give the same indicator; repeatable.",
            "FORMAT=FROM-TO",
            years_of_format,
            dict,
        ),
    ] = field(default_factory=dict)
    sources: Annotated[
        Mapping[str, str],
        Option("--source", "Record a file's figures under this id.", "ID=FILE", id_of_file, dict),
    ] = field(default_factory=dict)
    readings: Annotated[
        Mapping[str, str],
        Option(
            "--reading",
            "How to read a name or code of the files (365, not Russia); repeatable.",
            "NAME=ISO3",
            reading,
            dict,
        ),
    ] = field(default_factory=dict)
    left_out: Annotated[
        frozenset[str],
        Option(
            "--leave-out",
            "Leave out a name or code as the files have it (710, not China); repeatable.",
            "NAME",
            repeated=frozenset,
        ),
    ] = frozenset()
    # Those of `readings` and `left_out` that were met in the files: noted by the readers, given by nobody.
    met: set[str] = field(default_factory=set, repr=False, compare=False)

    def wants(self, dyad: Dyad) -> bool:
        """Whether a dyad is asked for."""
        if self.dyads and dyad not in self.dyads:
            return False
        return not self.countries or bool(self.countries.intersection(dyad))

    def covers_year(self, year: int) -> bool:
        """Whether a year is asked for."""
        return (self.start is None or year >= self.start) and (self.end is None or year <= self.end)


#: Type and option of each rule, by its name.
RULES: Mapping[str, tuple[Any, Option]] = {
    name: (hint.__origin__, hint.__metadata__[0])
    for name, hint in get_type_hints(Rules, include_extras=True).items()
    if get_origin(hint) is Annotated
}
