"""``bci explain``."""

from __future__ import annotations

from pathlib import Path

import click

from bci.cli import COMMANDS
from bci.cli.loading import load
from bci.cli.options import (
    examples,
    finish,
    indicators_option,
    output_options,
    say,
    style_of,
    weights_option,
    width,
)
from bci.cli.recording import keep


@click.command(
    "explain",
    help=(
        f"{COMMANDS['explain']}\n\n"
        "One PERIOD (1992-1995, or a single year): value, scale, score, weight, contribution and sources of "
        "every indicator. Two: what each indicator contributed to the change of the index. The contributions "
        "add up exactly, also where data are missing in one of the periods (Shapley values)."
    ),
    epilog=examples("bci explain 2016-2019", "bci explain 2008-2011 2016-2019 --format csv"),
)
@click.argument("period")
@click.argument("later", required=False)
@click.option("-d", "--dyad", metavar="A-B", help="The dyad; needed where the data hold several.")
@weights_option
@indicators_option
@output_options
def command(
    period: str,
    later: str | None,
    dyad: str | None,
    weights: str,
    indicators: str | None,
    style: str,
    output: Path | None,
    force: bool,
    quiet: bool,
) -> None:
    from bci.model.periods import single
    from bci.output.about import about_line, caveats
    from bci.output.screen.explanation import readable
    from bci.output.tables import render
    from bci.scoring.explanation import explain
    from bci.scoring.scoring import score

    asked = [single(text) for text in (period, later) if text is not None]
    panel, (scheme,) = load(indicators, [weights])
    scores = score(panel, scheme, period=asked[-1:], dyads=dyad)
    explanation = explain(scores, asked[-1], since=asked[0] if later else None)
    keep(lambda: [explanation.to_frame()])
    style = style_of(style, output)
    if style in ("csv", "json"):
        text = render(explanation.to_frame(), style)
    else:
        text = readable(explanation, style, width())
    finish(text, output, force=force)
    say([about_line(scores), *caveats(scores)], quiet=quiet)
