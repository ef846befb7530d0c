"""``bci compare``."""

from __future__ import annotations

import click

from bci.cli.options import DYADS, INDICATORS, OUTPUT, PERIODS, RECORD, described, takes
from bci.cli.request import Request


@described(
    "compare",
    "SCHEMES are names or paths; the others are compared with the first.",
    "bci compare papageorgiou-equal political-first",
    "bci compare papageorgiou-equal military-first economic-first --changes",
)
@takes(
    click.argument("schemes", nargs=-1, required=True),
    INDICATORS,
    DYADS,
    PERIODS,
    click.option("--changes", is_flag=True, help="Only the scores whose band changes."),
    click.option("--fail-on-band-change", is_flag=True, help="Exit 4 if any band changes."),
    OUTPUT,
    RECORD,
)
def command(request: Request, schemes: tuple[str, ...], changes: bool, fail_on_band_change: bool) -> None:
    from bci.output.tables import grid, render
    from bci.scoring.comparison import compare

    if len(schemes) < 2:
        raise click.UsageError("give two or more schemes to compare")
    panel, read = request.load(*schemes)
    comparison = compare(
        panel, read, period=request.period, start=request.start, end=request.end, dyads=request.dyads or None
    )
    frame = comparison.band_changes() if changes else comparison.to_frame()
    request.keep(lambda: [frame])
    if request.format in ("csv", "json"):
        request.write(render(frame, request.format))
    else:
        heads, rows, _ = comparison.short(changes=changes)
        request.write(grid(heads, rows, request.format))
    changed = len(comparison.band_changes())
    request.say(f"{changed} of {len(comparison)} scores change their band.")
    if changed and fail_on_band_change:
        request.fail()
