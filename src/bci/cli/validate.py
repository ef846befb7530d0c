"""``bci validate``."""

from __future__ import annotations

from pathlib import Path

import click

from bci.cli import COMMANDS
from bci.cli.options import examples, finish, indicators_option, output_options, say, style_of
from bci.errors import InputError, Problem


@click.command(
    "validate",
    help=(
        f"{COMMANDS['validate']}\n\n"
        "Lists every problem with its place (exit 3), or says what each indicator covers. SCHEMES are names "
        "or paths of scheme files to check with the data."
    ),
    epilog=examples("bci validate", "bci validate political-first --format json"),
)
@click.argument("schemes", nargs=-1)
@indicators_option
@output_options
def command(
    schemes: tuple[str, ...],
    indicators: str | None,
    style: str,
    output: Path | None,
    force: bool,
    quiet: bool,
) -> None:
    from bci.data.panel import check_folder
    from bci.model.scheme import load_weights
    from bci.output.screen.indicators import summary
    from bci.output.tables import render
    from bci.scoring.scoring import score

    problems: list[Problem] = []
    panel = None
    try:
        panel = check_folder(indicators)
    except InputError as error:
        problems += error.problems
    for scheme in schemes:
        try:
            read = load_weights(scheme)
            if panel is not None:
                score(panel, read)
        except InputError as error:
            problems += error.problems
    if problems or panel is None:
        raise InputError(problems)
    finish(render(summary(panel), style_of(style, output)), output, force=force)
    say(f"{panel.folder}: no problems", quiet=quiet)
