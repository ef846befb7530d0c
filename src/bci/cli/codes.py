"""``bci codes``."""

from __future__ import annotations

import click

from bci.cli.options import OUTPUT, Request, described, takes, width
from bci.countries import SYSTEMS


@described(
    "codes",
    "Names are read exactly, but for case, accents, punctuation; nothing is guessed. A number is shown "
    "in every system that knows it, with the years in which a state existed and which one carries on "
    "its codes.",
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

    from bci.codes import in_words, readings
    from bci.output.tables import render

    rows, style = readings(texts, system, year), request.format
    columns = {name: np.array([row[name] for row in rows], dtype=object) for name in rows[0]}
    request.write(in_words(rows, width()) if style == "table" else render(columns, style))
