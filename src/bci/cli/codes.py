"""``bci codes``."""

from __future__ import annotations

import click

from bci.cli.options import OUTPUT, described, takes
from bci.cli.request import Request, width
from bci.countries import SYSTEMS
from bci.errors import InputError, Problem


@described(
    "codes",
    "Names are read exactly, but for case, accents, punctuation; nothing is guessed. A number is shown "
    "in every system that knows it, with the years in which a state existed and which one carries on "
    "its codes. What cannot be read is told in the end (exit 3).",
    "bci codes 'Viet Nam' Burma USSR",
    "bci codes --system cow --year 1985 365 260",
)
@takes(
    click.argument("texts", metavar="NAME...", nargs=-1, required=True),
    click.option("-s", "--system", type=click.Choice(SYSTEMS), help="Read them as codes of this system."),
    click.option(
        "-y", "--year", type=click.IntRange(1800, 2200), help="The year in which the code was used."
    ),
    OUTPUT,
)
def command(request: Request, texts: tuple[str, ...], system: str | None, year: int | None) -> None:
    import numpy as np

    from bci.cli.group import INVALID_INPUT
    from bci.output.screen.codes import in_words, readings
    from bci.output.tables import render

    rows: list[dict[str, str]] = []
    problems: list[Problem] = []
    for text in texts:
        try:
            rows += readings([text], system, year)
        except InputError as error:
            problems += error.problems
    if not rows:
        raise InputError(problems)
    columns = {name: np.array([row[name] for row in rows], dtype=object) for name in rows[0]}
    plain = request.format != "table"
    request.write(render(columns, request.format) if plain else in_words(rows, width()))
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise click.exceptions.Exit(INVALID_INPUT)
