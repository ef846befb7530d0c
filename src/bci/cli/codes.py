"""``bci codes``."""

from __future__ import annotations

from pathlib import Path

import click

from bci.cli import COMMANDS
from bci.cli.options import examples, finish, output_options, style_of, width
from bci.countries import SYSTEMS


@click.command(
    "codes",
    help=(
        f"{COMMANDS['codes']}\n\n"
        "Names are read exactly, but for case, accents, punctuation; nothing is guessed. A number is shown "
        "in every system that knows it, with the years in which a state existed and which one carries on "
        "its codes."
    ),
    epilog=examples("bci codes 'Viet Nam' Burma USSR", "bci codes --system cow --year 1985 365 260"),
)
@click.argument("texts", metavar="NAME...", nargs=-1, required=True)
@click.option("-s", "--system", type=click.Choice(SYSTEMS), help="Read them as codes of this system.")
@click.option("-y", "--year", type=click.IntRange(1800, 2200), help="The year in which the code was used.")
@output_options
def command(
    texts: tuple[str, ...],
    system: str | None,
    year: int | None,
    style: str,
    output: Path | None,
    force: bool,
    quiet: bool,
) -> None:
    import numpy as np

    from bci.codes import in_words, readings
    from bci.output.tables import render

    rows, style = readings(texts, system, year), style_of(style, output)
    columns = {name: np.array([row[name] for row in rows], dtype=object) for name in rows[0]}
    finish(in_words(rows, width()) if style == "table" else render(columns, style), output, force=force)
