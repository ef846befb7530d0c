"""``bci validate``."""

from __future__ import annotations

import click

from bci.cli.options import INDICATORS, OUTPUT, described, takes
from bci.cli.request import Request
from bci.errors import InputError, Problem


@described(
    "validate",
    "Lists every problem with its place (exit 3), or says what each indicator covers. SCHEMES are names "
    "or paths of scheme files to check with the data.",
    "bci validate",
    "bci validate political-first --format json",
)
@takes(click.argument("schemes", nargs=-1), INDICATORS, OUTPUT)
def command(request: Request, schemes: tuple[str, ...]) -> None:
    from bci.data.panel import check_folder
    from bci.model.scheme import load_weights
    from bci.output.screen.indicators import summary
    from bci.output.tables import render
    from bci.scoring.scoring import score

    problems: list[Problem] = []
    panel = None
    try:
        panel = check_folder(request.indicators)
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
    request.write(render(summary(panel), request.format))
    request.say(f"{panel.folder}: no problems")
