"""``bci score``."""

from __future__ import annotations

from pathlib import Path

import click

from bci.cli import COMMANDS
from bci.cli.loading import load
from bci.cli.options import (
    dyad_option,
    examples,
    finish,
    indicators_option,
    output_options,
    paint,
    period_options,
    say,
    style_of,
    weights_option,
    width,
)


@click.command(
    "score",
    help=COMMANDS["score"],
    epilog=examples(
        "bci score", "bci score --weights political-first --period annual --to 2023 --format csv"
    ),
)
@weights_option
@indicators_option
@dyad_option
@period_options
@click.option("--details", is_flag=True, help="Add distances to band edges and shares of data quality.")
@output_options
def command(
    weights: str,
    indicators: str | None,
    dyads: tuple[str, ...],
    period: str | None,
    start: int | None,
    end: int | None,
    details: bool,
    style: str,
    output: Path | None,
    force: bool,
    quiet: bool,
) -> None:
    from bci.output.about import about, about_line, caveats
    from bci.output.tables import render
    from bci.scoring import score

    panel, (scheme,) = load(indicators, [weights])
    scores = score(panel, scheme, period=period, start=start, end=end, dyads=dyads or None)
    style = style_of(style, output)
    if style in ("csv", "json") or details:
        text = render(scores.columns(details=details), style, about(scores), rows="scores")
    else:
        from bci.output.matrix import flat, matrix

        text = matrix(scores, width(), paint) if style == "table" else flat(scores, style)
    finish(text, output, force=force)
    say([about_line(scores), *caveats(scores)], quiet=quiet)
