"""The rules of `bci ingest` as options, each with its reference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bci.cli.options import together
from bci.errors import CountryError, InputError, Problem

if TYPE_CHECKING:
    from bci.sources.rules import Rules

rule_options = together(
    click.option("-d", "--dyad", "dyads", multiple=True, metavar="A-B", help="Only this dyad; repeatable."),
    click.option(
        "-c", "--country", "countries", multiple=True, metavar="NAME", help="Only its dyads; repeatable."
    ),
    click.option("--from", "start", type=int, metavar="YEAR", help="First year; cuts what files cover."),
    click.option("--to", "end", type=int, metavar="YEAR", help="Last year."),
    click.option(
        "--roll-calls",
        type=click.Choice(["contested", "all"]),
        default="contested",
        show_default=True,
        help="Votes: without unanimous roll calls (Voeten 2013), or all (Häge 2011).",
    ),
    click.option(
        "--absent",
        type=click.Choice(["pairwise", "abstain"]),
        default="pairwise",
        show_default=True,
        help="Votes: roll calls in which both voted (Voeten), or absence as abstention (Häge).",
    ),
    click.option(
        "--amendments",
        type=click.Choice(["keep", "drop"]),
        default="keep",
        show_default=True,
        help="Votes on amendments and paragraphs (kept by Voeten; only some sessions have them).",
    ),
    click.option(
        "--vote-year",
        type=click.Choice(["session", "calendar"]),
        default="session",
        show_default=True,
        help="Votes: session 47 is 1992 (Voeten), or the year of the date (Häge).",
    ),
    click.option(
        "--minimum-roll-calls",
        type=click.IntRange(min=1),
        default=1,
        show_default=True,
        metavar="N",
        help="Votes: leave out dyad-years in which both voted fewer times.",
    ),
    click.option(
        "--fewest-states",
        type=click.IntRange(min=2),
        default=40,
        show_default=True,
        metavar="N",
        help="Votes: refuse to judge what is contested from fewer states in a session (the first had 51 "
        "members).",
    ),
    click.option(
        "--reported-by",
        type=click.Choice(["importer", "exporter", "mean"]),
        default="importer",
        show_default=True,
        help="Trade: whose report counts where both sides report (importer: Barbieri and Keshk 2016).",
    ),
    click.option(
        "--product",
        "products",
        multiple=True,
        metavar="HS",
        help="Energy: codes of the Harmonized System that begin so; default 27; repeatable (2709, 2711 ...).",
    ),
    click.option(
        "--amount",
        type=click.Choice(["value", "quantity"]),
        default="value",
        show_default=True,
        help="Energy: US dollars, or tonnes.",
    ),
    click.option("--kind", "kinds", multiple=True, help="Events: kinds that count; repeatable; default all."),
    click.option("--level", "levels", multiple=True, help="Events: levels that count; repeatable."),
    click.option(
        "--multilateral",
        type=click.Choice(["include", "exclude"]),
        default="include",
        show_default=True,
        help="Events with more than two participants (exclude: Wang and Stone 2023).",
    ),
    click.option(
        "--same-within",
        type=click.IntRange(0, 366),
        default=2,
        show_default=True,
        metavar="DAYS",
        help="Events: entries of one dyad, kind, level and place so near to each other are one event.",
    ),
    click.option(
        "--covers",
        default="listed",
        show_default=True,
        metavar="WHOM",
        help="Events: years without one are 0 for listed dyads, for all pairs of listed states (all), or for "
        "all pairs with these countries (CHN,RUS), while both states stood; elsewhere missing.",
    ),
    click.option(
        "--covers-years",
        metavar="FROM-TO",
        help="Events: the list is complete in these years; default from its first entry to its last.",
    ),
    click.option(
        "--years",
        multiple=True,
        metavar="FORMAT=FROM-TO",
        help="Only these years of one format, where two give the same indicator; repeatable.",
    ),
    click.option(
        "--source", "sources", multiple=True, metavar="ID=FILE", help="Record a file's figures under this id."
    ),
    click.option(
        "--reading",
        "readings",
        multiple=True,
        metavar="NAME=ISO3",
        help="How to read a name or code of the files (365, not Russia); repeatable.",
    ),
    click.option(
        "--leave-out",
        "left_out",
        multiple=True,
        metavar="NAME",
        help="Leave out a name or code as the files have it (710, not China); repeatable.",
    ),
)


def chosen_rules(options: dict[str, Any]) -> Rules:
    """The options as rules.

    Raises
    ------
    InputError
        With everything in them that cannot be read.
    """
    from bci.countries import dyad, iso3, successor
    from bci.model.periods import single
    from bci.sources.rules import Rules

    problems: list[Problem] = []

    def read(place: str, text: str, reader: Callable[[str], Any]) -> Any:
        try:
            return reader(text)
        except CountryError as error:
            problems.append(Problem(place, 0, 0, str(error)))

    # Sources know a former state as the one that carries it on.
    def country(text: str) -> str:
        return successor(iso3(text))

    def pair(text: str) -> tuple[str, str]:
        a, b = sorted(successor(code) for code in dyad(text))
        if a == b:
            raise CountryError(f"{text!r} is {a} twice; a dyad needs two different countries.")
        return a, b

    def span(text: str) -> Any:
        try:
            return single(text)
        except InputError as error:
            problems.extend(Problem("--covers-years", 0, 0, problem.message) for problem in error.problems)

    covers, covers_years = options["covers"], options["covers_years"]
    chosen: dict[str, Any] = {
        "dyads": frozenset(read("--dyad", text, pair) for text in options["dyads"]) or None,
        "countries": frozenset(read("--country", text, country) for text in options["countries"]) or None,
        "products": options["products"] or ("27",),
        "covers": covers
        if covers in ("listed", "all")
        else frozenset(read("--covers", text, country) for text in covers.split(",")),
        "covers_years": span(covers_years) if covers_years else None,
        "readings": {
            name: read("--reading", code, country)
            for name, code in _pairs("--reading", "NAME=ISO3", options["readings"], problems)
        },
        "left_out": frozenset(options["left_out"]),
    }
    for product in chosen["products"]:
        if not (product.isascii() and product.isdecimal() and 2 <= len(product) <= 6):
            problems.append(Problem("--product", 0, 0, f"{product!r} is no HS code; give 2 to 6 digits"))
    same = ["roll_calls", "absent", "amendments", "vote_year", "minimum_roll_calls", "reported_by", "amount"]
    same += ["fewest_states", "kinds", "levels", "multilateral", "same_within", "start", "end"]
    chosen |= {name: options[name] for name in same}
    start, end = chosen["start"], chosen["end"]
    if start is not None and end is not None and end < start:
        problems.append(Problem("--to", 0, 0, f"{end} lies before --from {start}"))
    if problems:
        raise InputError(problems)
    return Rules(**chosen)


def years_of(texts: Sequence[str]) -> dict[str, tuple[int, int]]:
    """``FORMAT=FROM-TO`` as a mapping."""
    from bci.model.periods import single

    problems: list[Problem] = []
    spans = {}
    for name, text in _pairs("--years", "FORMAT=FROM-TO", texts, problems):
        try:
            spans[name] = single(text)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return spans


def ids_of(texts: Sequence[str], files: Iterable[Path]) -> dict[Path, str]:
    """``ID=FILE`` as a mapping from files to ids."""
    problems: list[Problem] = []
    ids: dict[Path, str] = {}
    there = list(files)
    for name, text in _pairs("--source", "ID=FILE", texts, problems):
        meant = [path for path in there if text in (str(path), path.name)]
        if not (name.isascii() and name.isidentifier() and name.islower()):
            message = f"{name!r} is no id; use small letters, digits and _, beginning with a letter"
            problems.append(Problem("--source", 0, 0, message))
        if not meant:
            problems.append(Problem("--source", 0, 0, f"{text!r} is not among the raw files"))
        ids |= dict.fromkeys(meant, name)
    if problems:
        raise InputError(problems)
    return ids


def _pairs(place: str, form: str, texts: Iterable[str], problems: list[Problem]) -> list[tuple[str, str]]:
    pairs = []
    for text in texts:
        left, sign, right = text.partition("=")
        if sign and left.strip() and right.strip():
            pairs.append((left.strip(), right.strip()))
        else:
            problems.append(Problem(place, 0, 0, f"{text!r} must be {form}"))
    return pairs
