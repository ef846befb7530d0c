"""``bci compare``."""

from __future__ import annotations

from pathlib import Path

import click

from bci.cli import COMMANDS
from bci.cli.group import FAILED_CHECK
from bci.cli.loading import load
from bci.cli.options import (
    dyad_option,
    examples,
    finish,
    indicators_option,
    output_options,
    period_options,
    say,
    style_of,
)
from bci.cli.recording import keep


@click.command(
    "compare",
    help=f"{COMMANDS['compare']}\n\nSCHEMES are names or paths; the others are compared with the first.",
    epilog=examples(
        "bci compare papageorgiou-equal political-first",
        "bci compare papageorgiou-equal military-first economic-first --changes",
    ),
)
@click.argument("schemes", nargs=-1, required=True)
@indicators_option
@dyad_option
@period_options
@click.option("--changes", is_flag=True, help="Only the scores whose band changes.")
@click.option("--fail-on-band-change", is_flag=True, help="Exit 4 if any band changes.")
@output_options
@click.pass_context
def command(
    ctx: click.Context,
    schemes: tuple[str, ...],
    indicators: str | None,
    dyads: tuple[str, ...],
    period: str | None,
    start: int | None,
    end: int | None,
    changes: bool,
    fail_on_band_change: bool,
    style: str,
    output: Path | None,
    force: bool,
    quiet: bool,
) -> None:
    from bci.output.tables import grid, render
    from bci.scoring.comparison import compare

    if len(schemes) < 2:
        raise click.UsageError("give two or more schemes to compare")
    panel, read = load(indicators, schemes)
    comparison = compare(panel, read, period=period, start=start, end=end, dyads=dyads or None)
    frame = comparison.band_changes() if changes else comparison.to_frame()
    keep(lambda: [frame])
    style = style_of(style, output)
    if style in ("csv", "json"):
        text = render(frame, style)
    else:
        heads, rows, _ = comparison.short(changes=changes)
        text = grid(heads, rows, style)
    finish(text, output, force=force)
    found = len(comparison.band_changes())
    say(f"{found} of {len(comparison)} scores change their band.", quiet=quiet)
    if found and fail_on_band_change:
        ctx.exit(FAILED_CHECK)
