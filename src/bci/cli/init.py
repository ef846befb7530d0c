"""``bci init``."""

from __future__ import annotations

from pathlib import Path

import click

from bci.cli.options import QUIET, described, takes
from bci.cli.request import Request
from bci.errors import CountryError, InputError


@described(
    "init",
    "Writes DIR with a scheme, a table for each indicator and a README. It scores at once: the rows of "
    "China and Russia stand in it as an example, those of your dyad are empty.",
    "bci init my-dyad --dyad IND-RUS",
    "bci init my-dyad --dyad 'Viet Nam:Japan'",
)
@takes(
    click.argument("folder", metavar="DIR", type=click.Path(path_type=Path)),
    click.option("-d", "--dyad", default="CHN-RUS", show_default=True, metavar="A-B", help="Your dyad."),
    QUIET,
)
def command(request: Request, folder: Path, dyad: str) -> None:
    from bci.countries import dyad as read_dyad
    from bci.data.panel import load_indicators
    from bci.data.starter import write_starter

    try:
        pair = read_dyad(dyad)
    except CountryError as error:
        raise InputError.at("dyad", str(error)) from None
    files = write_starter(folder, pair, load_indicators())
    score = f"bci score --indicators {folder}/indicators --weights {folder}/weights.yaml"
    request.say(*(f"wrote {file}" for file in files), f"next: {score}")
