"""``bci report``."""

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
    minimum_coverage_option,
    period_options,
    say,
    weights_option,
)
from bci.cli.recording import keep

ENDINGS = {".html": "html", ".htm": "html", ".md": "markdown"}


@click.command(
    "report",
    help=(
        f"{COMMANDS['report']}\n\n"
        "In plain English, for up to eight dyads: question and scheme, result, what other weights would say, "
        "agreement with what was published, data, limits, references. Every number is computed in this run. "
        "HTML is one file without a script; Markdown says the same."
    ),
    epilog=examples(
        "bci report -o report.html", "bci report --to 2023 --weights political-first -o report.md"
    ),
)
@weights_option
@indicators_option
@dyad_option
@period_options
@minimum_coverage_option
@click.option(
    "--within",
    type=click.FloatRange(min=0),
    default=0.5,
    show_default=True,
    metavar="SHARE",
    help="Box around each weight's share.",
)
@click.option("--findings", metavar="FILE", help="Other findings than the shipped ones.")
@click.option("--title", default="", metavar="TEXT", help="Title of the report.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=f"File to write ({', '.join(ENDINGS)}); Markdown to stdout without.",
)
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@click.option("-q", "--quiet", is_flag=True, help="Nothing on stderr but problems.")
def command(
    weights: str,
    indicators: str | None,
    dyads: tuple[str, ...],
    period: str | None,
    start: int | None,
    end: int | None,
    minimum_coverage: float | None,
    within: float,
    findings: str | None,
    title: str,
    output: Path | None,
    force: bool,
    quiet: bool,
) -> None:
    from bci.files import refuse_existing
    from bci.output.about import about_line, caveats
    from bci.output.report import report, study
    from bci.replication.findings import load_findings
    from bci.scoring.scoring import score

    if output is not None:
        if output.suffix.casefold() not in ENDINGS:
            known = ", ".join(ENDINGS)
            raise click.UsageError(
                f"the ending of {output.name} tells no form of a report; use one of {known}"
            )
        refuse_existing(output, force=force)
    form = "markdown" if output is None else ENDINGS[output.suffix.casefold()]
    panel, (scheme,) = load(indicators, [weights])
    statements = load_findings(findings)
    scores = score(
        panel,
        scheme,
        period=period,
        start=start,
        end=end,
        dyads=dyads or None,
        minimum_coverage=minimum_coverage,
    )
    told = study(scores, within=within, findings=statements)
    keep(lambda: [scores.columns(details=True), told.sure.to_frame()])
    finish(report(told, form, title), output, force=force)
    written = [] if output is None else [f"wrote {output}"]
    say([*written, about_line(scores), *caveats(scores)], quiet=quiet)
