"""``bci export``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bci.cli import COMMANDS
from bci.cli.loading import load
from bci.cli.options import (
    country_option,
    dyad_option,
    examples,
    finish,
    indicators_option,
    minimum_coverage_option,
    period_options,
    say,
    weights_option,
)
from bci.cli.progress import progress_bar
from bci.cli.recording import keep

if TYPE_CHECKING:
    from bci.scoring.scores import Scores

#: Forms and what they are; written out, so that help need not load them.
FORMS = {
    "excel": "workbook of live formulas (.xlsx); change the weights, and the index follows",
    "stata": "tidy scores, labelled (.dta)",
    "parquet": "tidy scores (.parquet)",
    "datapackage": "folder with scores, figures, sources, codebook and checksums",
    "latex": "table with caption, label and notes",
    "markdown": "the same for pandoc",
    "edges": "network, a CSV with one row a dyad and period",
    "graphml": "network of one period",
}
NETWORKS = ("edges", "graphml")
TABLES = ("latex", "markdown")
ENDINGS = {"excel": ".xlsx", "stata": ".dta", "parquet": ".parquet"}

#: Options that only some forms have.
ONLY = {"country": NETWORKS, "name": NETWORKS, "caption": TABLES, "label": TABLES}
WRITTEN = {"name": "by"}


@click.command(
    "export",
    help=(
        f"{COMMANDS['export']}\n\n\b\n"
        + "\n".join(f"{form:<12}{said}" for form, said in FORMS.items())
        + "\n\nMissing stays missing in every form. Networks leave out dyads without a score, and count them."
    ),
    epilog=examples(
        "bci export --as excel -o scores.xlsx",
        "bci export --as graphml --period 2016-2019 --by political -o political.graphml",
    ),
)
@click.option("--as", "form", type=click.Choice(list(FORMS)), required=True, help="What to write.")
@weights_option
@indicators_option
@dyad_option
@period_options
@minimum_coverage_option
@country_option
@click.option("--by", "name", metavar="NAME", help="Score that weighs the edges: index (the default) ...")
@click.option("--caption", metavar="TEXT", help="Caption of a table, instead of its own.")
@click.option(
    "--label", metavar="WORD", help="Label of a table, by which a text refers to it: tab:bci, or WORD."
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="File or folder to write; edges and tables go to stdout without.",
)
@click.option("--force", is_flag=True, help="Replace what exists.")
@click.option("-q", "--quiet", is_flag=True, help="Nothing on stderr but problems.")
def command(
    form: str,
    weights: str,
    indicators: str | None,
    dyads: tuple[str, ...],
    period: str | None,
    start: int | None,
    end: int | None,
    minimum_coverage: float | None,
    country: str | None,
    name: str | None,
    caption: str | None,
    label: str | None,
    output: Path | None,
    force: bool,
    quiet: bool,
) -> None:
    from bci.files import refuse_existing
    from bci.output.about import about_line, caveats
    from bci.scoring.scoring import score

    _check(form, output, {"country": country, "name": name, "caption": caption, "label": label})
    if output is not None:
        refuse_existing(output, force=force)
    panel, (scheme,) = load(indicators, [weights])
    scores = score(
        panel,
        scheme,
        period=period,
        start=start,
        end=end,
        dyads=dyads or None,
        minimum_coverage=minimum_coverage,
    )
    notes = []
    if form in NETWORKS:
        from bci.output.networks import FORMS as WRITE
        from bci.scoring.ranking import counts, rank

        ranking = rank(scores, name or "index", country=country)
        keep(lambda: [ranking.columns])
        finish(WRITE[form](ranking, about_line(scores)), output, force=force)
        notes.append(counts(ranking))
    else:
        keep(lambda: [scores.columns(details=True)])
        if form in TABLES:
            from bci.output import paper

            written = {"latex": paper.latex, "markdown": paper.markdown}[form]
            finish(written(scores, caption or "", label or "tab:bci"), output, force=force)
        elif output is not None:
            _write(form, scores, output, force=force, quiet=quiet)
    say([*([f"wrote {output}"] if output else []), about_line(scores), *notes, *caveats(scores)], quiet=quiet)


def _check(form: str, output: Path | None, given: dict[str, str | None]) -> None:
    """Refuse options that do not fit the form."""
    from bci.output.paper import LABEL

    for name, value in given.items():
        if value is not None and form not in ONLY[name]:
            forms = " and ".join(ONLY[name])
            raise click.UsageError(f"--{WRITTEN.get(name, name)} belongs to {forms}, not to {form}")
    if given["label"] is not None and not LABEL.fullmatch(given["label"]):
        raise click.UsageError(
            f"{given['label']!r} is no label; use letters, digits and : . _ -, a letter first, as in tab:bci"
        )
    if output is None:
        if form not in (*TABLES, "edges"):
            kind = (
                "a folder; name it with -o DIR" if form == "datapackage" else "a file; name it with -o FILE"
            )
            raise click.UsageError(f"{form} is written to {kind}")
    elif form in ENDINGS and output.suffix.casefold() != ENDINGS[form]:
        raise click.UsageError(
            f"{output.name} has the wrong ending; --as {form} writes {ENDINGS[form]} files"
        )


def _write(form: str, scores: Scores, output: Path, *, force: bool, quiet: bool) -> None:
    match form:
        case "excel":
            from bci.output.excel import write_excel

            with progress_bar("writing", quiet) as progress:
                write_excel(scores, output, force=force, progress=progress)
        case "stata":
            from bci.output.stata import write_stata

            write_stata(scores, output, force=force)
        case "parquet":
            from bci.output.parquet import write_parquet

            write_parquet(scores, output, force=force)
        case "datapackage":
            from bci.output.datapackage import write_datapackage

            write_datapackage(scores, output, force=force)
