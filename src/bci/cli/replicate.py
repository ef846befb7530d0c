"""``bci replicate``."""

from __future__ import annotations

import click

from bci.cli.options import FINDINGS, INDICATORS, OUTPUT, RECORD, WEIGHTS, described, takes
from bci.cli.request import Request, width


@described(
    "replicate",
    "Every published statement on China and Russia, what this scheme gives, and whether it holds. What "
    "fails is shown as failing. Holding proves little where a calibrated number stands behind it.",
    "bci replicate",
    "bci replicate --weights plain-scales --format json --fail-under 41",
)
@takes(
    WEIGHTS,
    INDICATORS,
    FINDINGS,
    click.option("--fail-under", type=int, metavar="N", help="Exit 4 if fewer than N findings hold."),
    OUTPUT,
    RECORD,
)
def command(request: Request, findings: str | None, fail_under: int | None) -> None:
    from bci.output.screen.verdicts import listed
    from bci.output.tables import render, to_json
    from bci.replication.findings import load_findings
    from bci.replication.verdicts import check_findings

    panel, (scheme,) = request.load(str(request.weights))
    verdicts = check_findings(panel, scheme, load_findings(findings))
    request.keep(lambda: [verdicts.to_frame()])
    if request.format == "json":
        request.write(to_json([verdict.to_dict() for verdict in verdicts.verdicts]))
    elif request.format == "table":
        request.write(listed(verdicts, width()))
    else:
        request.write(render(verdicts.to_frame(), request.format))
    totals = verdicts.totals()
    counts = "{class}: {hold} of {findings} hold, {fail} fail, {cannot_tell} cannot be told"
    request.say(*(counts.format_map(row) for row in totals.to_dict("records")))
    held = int(totals["hold"].iloc[-1])
    if fail_under is not None and held < fail_under:
        request.fail(f"{held} findings hold, fewer than {fail_under}.")
