"""``bci plot``."""

from __future__ import annotations

from typing import Any

import click

from bci.cli.options import (
    COUNTRY,
    DYADS,
    FORCE,
    INDICATORS,
    MINIMUM_COVERAGE,
    PERIODS,
    QUIET,
    RECORD,
    described,
    file_option,
    only_of,
    takes,
)
from bci.cli.request import Request
from bci.model.scheme import DEFAULT
from bci.output.plots import FORMATS, KINDS

#: Options that only one kind of figure has.
ONLY = {"country": ["partners"], "by": ["partners"], "top": ["partners"], "within": ["index"]}


@described(
    "plot",
    "Titles, units, bands, gaps and partial data are drawn; scheme, data and version stand below. It "
    "prints in grey. KIND is one of\n\n\b\n"
    + "\n".join(f"{kind:<14}{words}" for kind, words in KINDS.items()),
    "bci plot index -o index.pdf",
    "bci plot schemes -w papageorgiou-equal -w political-first -o schemes.svg --width 3.5",
)
@takes(
    click.argument("kind", type=click.Choice(list(KINDS)), metavar="KIND"),
    file_option(
        f"File to write; its ending says how: {', '.join(f'.{ending}' for ending in FORMATS)}.", required=True
    ),
    click.option(
        "-w",
        "--weights",
        multiple=True,
        metavar="SCHEME",
        help=f"Scheme: a name, or a .yaml file; repeatable for schemes.  [default: {DEFAULT}]",
    ),
    INDICATORS,
    DYADS,
    PERIODS,
    MINIMUM_COVERAGE,
    COUNTRY,
    click.option(
        "--by", metavar="NAME", help="Score to rank partners by: index (the default), a dimension ..."
    ),
    click.option(
        "--top", type=click.IntRange(1, 60), metavar="N", help="Ranks of partners to show: 20, or N."
    ),
    click.option(
        "--within",
        type=click.FloatRange(min=0),
        metavar="SHARE",
        help="Box around each weight, for the ranges of index: 0.5, or SHARE.",
    ),
    click.option(
        "--width",
        type=click.FloatRange(3, 20),
        default=6.5,
        show_default=True,
        metavar="INCHES",
        help="Width of the figure; its height follows.",
    ),
    click.option("--title", metavar="TEXT", help="Title instead of the figure's own."),
    FORCE,
    QUIET,
    RECORD,
)
def command(request: Request, kind: str, width: float, title: str | None, **only: Any) -> None:
    from bci.output.plots import plot

    ending, schemes = _checked(kind, request), tuple(request.weights) or (DEFAULT,)
    panel, read = request.load(*schemes)
    scores = request.score(panel, read[0])
    # The periods of the first scheme are those of all, as in bci compare.
    others = [
        request.score(panel, scheme, period=scores.periods, start=None, end=None) for scheme in read[1:]
    ]
    # What is recorded is the scores behind the figure, so that they can be checked without drawing it.
    request.keep(lambda: [each.columns() for each in (scores, *others)])
    chosen = {name: value for name, value in only.items() if value is not None}
    figure = plot(scores, kind, width=width, title=title, others=tuple(others), **chosen)

    from bci.output.plots.layout import strange_letters, written

    request.write(written(figure, ending))
    strange = strange_letters(figure)
    notes = [f"note: the font has no shape for {strange}; boxes are drawn instead"] if strange else []
    request.say(f"wrote {request.output}")
    request.account(scores, *notes)


def _checked(kind: str, request: Request) -> str:
    """The format to write, if the options fit together."""
    assert request.output is not None
    ending = request.output.suffix.casefold().removeprefix(".")
    if ending not in FORMATS:
        known = ", ".join(f".{name}" for name in FORMATS)
        raise click.UsageError(
            f"the ending of {request.output.name} tells no format of a figure; use one of {known}"
        )
    only_of(kind, ONLY, "bci plot ")
    if kind == "schemes" and len(request.weights) < 2:
        raise click.UsageError("give two or more schemes: -w SCHEME -w SCHEME")
    if kind != "schemes" and len(request.weights) > 1:
        raise click.UsageError(f"bci plot {kind} takes one scheme; bci plot schemes takes several")
    return ending
