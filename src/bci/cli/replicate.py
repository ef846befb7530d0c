"""``bci replicate``."""

from __future__ import annotations

from pathlib import Path

import click

from bci.cli import COMMANDS
from bci.cli.group import FAILED_CHECK
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
    "replicate",
    help=(
        f"{COMMANDS['replicate']}\n\n"
        "Every published statement on China and Russia, what this scheme gives, and whether it holds. What "
        "fails is shown as failing. Holding proves little where a calibrated number stands behind it."
    ),
    epilog=examples("bci replicate", "bci replicate --weights plain-scales --format json --fail-under 41"),
)
@weights_option
@indicators_option
@click.option("--findings", metavar="FILE", help="Other findings than the shipped ones.")
@click.option("--fail-under", type=int, metavar="N", help="Exit 4 if fewer than N findings hold.")
@output_options
@click.pass_context
def command(
    ctx: click.Context,
    weights: str,
    indicators: str | None,
    findings: str | None,
    fail_under: int | None,
    style: str,
    output: Path | None,
    force: bool,
    quiet: bool,
) -> None:
    from bci.output.screen.verdicts import listed
    from bci.output.tables import render, to_json
    from bci.replication.findings import load_findings
    from bci.replication.verdicts import check_findings

    panel, (scheme,) = load(indicators, [weights])
    verdicts = check_findings(panel, scheme, load_findings(findings))
    keep(lambda: [verdicts.to_frame()])
    style = style_of(style, output)
    if style == "json":
        text = to_json([verdict.to_dict() for verdict in verdicts.verdicts])
    elif style == "table":
        text = listed(verdicts, width())
    else:
        text = render(verdicts.to_frame(), style)
    finish(text, output, force=force)
    totals = verdicts.totals()
    told = "{class}: {hold} of {findings} hold, {fail} fail, {cannot_tell} cannot be told"
    say((told.format_map(row) for row in totals.to_dict("records")), quiet=quiet)
    held = int(totals["hold"].iloc[-1])
    if fail_under is not None and held < fail_under:
        say(f"{held} findings hold, fewer than {fail_under}.", quiet=False)
        ctx.exit(FAILED_CHECK)
