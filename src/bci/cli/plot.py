"""``bci plot``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bci.cli import COMMANDS
from bci.cli.loading import load
from bci.cli.options import (
    country_option,
    dyad_option,
    examples,
    indicators_option,
    minimum_coverage_option,
    period_options,
    say,
)
from bci.cli.recording import keep
from bci.model.scheme import DEFAULT
from bci.output.plots import FORMATS, KINDS

if TYPE_CHECKING:
    from bci.scoring.scores import Scores

#: Options that only one kind of figure has.
ONLY = {"country": "partners", "by": "partners", "top": "partners", "within": "index"}


@click.command(
    "plot",
    help=(
        f"{COMMANDS['plot']}\n\n"
        "Titles, units, bands, gaps and partial data are drawn; scheme, data and version stand below. It "
        "prints in grey. KIND is one of\n\n\b\n" + "\n".join(f"{kind:<14}{s}" for kind, s in KINDS.items())
    ),
    epilog=examples(
        "bci plot index -o index.pdf",
        "bci plot schemes -w papageorgiou-equal -w political-first -o schemes.svg --width 3.5",
    ),
)
@click.argument("kind", type=click.Choice(list(KINDS)), metavar="KIND")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=f"File to write; its ending says how: {', '.join(f'.{ending}' for ending in FORMATS)}.",
)
@click.option(
    "-w",
    "--weights",
    multiple=True,
    metavar="SCHEME",
    help=f"Scheme: a name, or a .yaml file; repeatable for schemes.  [default: {DEFAULT}]",
)
@indicators_option
@dyad_option
@period_options
@minimum_coverage_option
@country_option
@click.option("--by", metavar="NAME", help="Score to rank partners by: index (the default), a dimension ...")
@click.option("--top", type=click.IntRange(1, 60), metavar="N", help="Ranks of partners to show: 20, or N.")
@click.option(
    "--within",
    type=click.FloatRange(min=0),
    metavar="SHARE",
    help="Box around each weight, for the ranges of index: 0.5, or SHARE.",
)
@click.option(
    "--width",
    type=click.FloatRange(3, 20),
    default=6.5,
    show_default=True,
    metavar="INCHES",
    help="Width of the figure; its height follows.",
)
@click.option("--title", metavar="TEXT", help="Title instead of the figure's own.")
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@click.option("-q", "--quiet", is_flag=True, help="Nothing on stderr but problems.")
def command(
    kind: str,
    output: Path,
    weights: tuple[str, ...],
    indicators: str | None,
    dyads: tuple[str, ...],
    period: str | None,
    start: int | None,
    end: int | None,
    minimum_coverage: float | None,
    width: float,
    title: str | None,
    force: bool,
    quiet: bool,
    **only: Any,
) -> None:
    from bci.files import refuse_existing, write_bytes
    from bci.output.about import about_line, caveats
    from bci.output.plots import plot
    from bci.scoring.scoring import score

    chosen = {name: value for name, value in only.items() if value is not None}
    style = _checked(kind, output, weights, chosen)
    refuse_existing(output, force=force)
    panel, schemes = load(indicators, weights or [DEFAULT])
    every: list[Scores] = []
    for scheme in schemes:
        # The periods of the first scheme are those of all, as in bci compare.
        spans = every[0].periods if every else period
        years = {} if every else {"start": start, "end": end}
        kept = score(
            panel, scheme, period=spans, dyads=dyads or None, minimum_coverage=minimum_coverage, **years
        )
        every.append(kept)
    # What is recorded is the scores behind the figure, so that they can be checked without drawing it.
    keep(lambda: [each.columns() for each in every])
    scores, *others = every
    figure = plot(scores, kind, width=width, title=title, others=tuple(others), **chosen)

    from bci.output.plots.saving import strange_letters, written

    write_bytes(output, written(figure, style), force=force)
    strange = strange_letters(figure)
    notes = [f"note: the font has no shape for {strange}; boxes are drawn instead"] if strange else []
    say([f"wrote {output}", about_line(scores), *notes, *caveats(scores)], quiet=quiet)


def _checked(kind: str, output: Path, weights: tuple[str, ...], chosen: dict[str, Any]) -> str:
    """The format to write, if the options fit together."""
    ending = output.suffix.casefold().removeprefix(".")
    if ending not in FORMATS:
        known = ", ".join(f".{name}" for name in FORMATS)
        raise click.UsageError(f"the ending of {output.name} tells no format of a figure; use one of {known}")
    for name in chosen:
        if ONLY[name] != kind:
            raise click.UsageError(f"--{name} belongs to bci plot {ONLY[name]}, not to {kind}")
    if kind == "schemes" and len(weights) < 2:
        raise click.UsageError("give two or more schemes: -w SCHEME -w SCHEME")
    if kind != "schemes" and len(weights) > 1:
        raise click.UsageError(f"bci plot {kind} takes one scheme; bci plot schemes takes several")
    return ending
