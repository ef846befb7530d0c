"""``bci report``."""

from __future__ import annotations

import click

from bci.cli.options import (
    DYADS,
    FINDINGS,
    FORCE,
    INDICATORS,
    MINIMUM_COVERAGE,
    PERIODS,
    QUIET,
    RECORD,
    WEIGHTS,
    described,
    file_option,
    takes,
)
from bci.cli.request import Request

ENDINGS = {".html": "html", ".htm": "html", ".md": "markdown"}


@described(
    "report",
    "In plain English, for up to eight dyads: question and scheme, result, what other weights would say, "
    "agreement with what was published, data, limits, references. Every number is computed in this run. "
    "HTML is one file without a script; Markdown says the same.",
    "bci report -o report.html",
    "bci report --to 2023 --weights political-first -o report.md",
)
@takes(
    WEIGHTS,
    INDICATORS,
    DYADS,
    PERIODS,
    MINIMUM_COVERAGE,
    click.option(
        "--within",
        type=click.FloatRange(min=0),
        default=0.5,
        show_default=True,
        metavar="SHARE",
        help="Box around each weight's share.",
    ),
    FINDINGS,
    click.option("--title", default="", metavar="TEXT", help="Title of the report."),
    file_option(f"File to write ({', '.join(ENDINGS)}); Markdown to stdout without."),
    FORCE,
    QUIET,
    RECORD,
)
def command(request: Request, within: float, findings: str | None, title: str) -> None:
    from bci.output.report import report, study
    from bci.replication.findings import load_findings

    form, output = "markdown", request.output
    if output is not None:
        if output.suffix.casefold() not in ENDINGS:
            known = ", ".join(ENDINGS)
            raise click.UsageError(
                f"the ending of {output.name} tells no form of a report; use one of {known}"
            )
        form = ENDINGS[output.suffix.casefold()]
    panel, (scheme,) = request.load(str(request.weights))
    statements = load_findings(findings)
    scores = request.score(panel, scheme)
    content = study(scores, within=within, findings=statements)
    request.keep(lambda: [scores.columns(details=True), content.sure.to_frame()])
    request.write(report(content, form, title))
    if output is not None:
        request.say(f"wrote {output}")
    request.account(scores)
