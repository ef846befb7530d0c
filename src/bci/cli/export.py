"""``bci export``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bci.cli.options import (
    COUNTRY,
    DYADS,
    INDICATORS,
    MINIMUM_COVERAGE,
    PERIODS,
    QUIET,
    RECORD,
    WEIGHTS,
    described,
    file_option,
    only_of,
    takes,
)
from bci.cli.progress import progress_bar
from bci.cli.request import Request

if TYPE_CHECKING:
    from bci.scoring.scores import Scores

#: Forms and what they are; written out, so that help need not load them.
FORMS = {
    "excel": "workbook (.xlsx): change the weights, and the index follows",
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
ONLY = {"country": NETWORKS, "by": NETWORKS, "caption": TABLES, "label": TABLES}


@described(
    "export",
    "\b\n"
    + "\n".join(f"{form:<12}{words}" for form, words in FORMS.items())
    + "\n\nMissing stays missing in every form. Networks leave out dyads without a score, and count them.",
    "bci export --as excel -o scores.xlsx",
    "bci export --as graphml --period 2016-2019 --by political -o political.graphml",
)
@takes(
    click.option("--as", "form", type=click.Choice(list(FORMS)), required=True, help="What to write."),
    WEIGHTS,
    INDICATORS,
    DYADS,
    PERIODS,
    MINIMUM_COVERAGE,
    COUNTRY,
    click.option("--by", metavar="NAME", help="Score that weighs the edges: index (the default) ..."),
    click.option("--caption", default="", metavar="TEXT", help="Caption of a table, instead of its own."),
    click.option(
        "--label", metavar="WORD", help="Label of a table, by which a text refers to it: tab:bci, or WORD."
    ),
    file_option("File or folder to write; edges and tables go to stdout without.", metavar="PATH"),
    click.option("--force", is_flag=True, help="Replace what exists."),
    QUIET,
    RECORD,
)
def command(
    request: Request, form: str, country: str | None, by: str | None, caption: str, label: str | None
) -> None:
    _check(request, form, label)
    scores, notes = request.scores(), []
    if form in NETWORKS:
        from bci.output.about import about_line
        from bci.output.networks import FORMS as WRITE
        from bci.scoring.ranking import counts, rank

        ranking = rank(scores, by or "index", country=country)
        request.keep(lambda: [ranking.columns])
        request.write(WRITE[form](ranking, about_line(scores)))
        notes.append(counts(ranking))
    else:
        request.keep(lambda: [scores.columns(details=True)])
        if form in TABLES:
            from bci.output import paper

            written = {"latex": paper.latex, "markdown": paper.markdown}[form]
            request.write(written(scores, caption, label or "tab:bci"))
        else:
            _write(request, form, scores)
    if request.output is not None:
        request.say(f"wrote {request.output}")
    request.account(scores, *notes)


def _check(request: Request, form: str, label: str | None) -> None:
    """Refuse options that do not fit the form."""
    from bci.output.paper import LABEL

    only_of(form, ONLY)
    if label is not None and not LABEL.fullmatch(label):
        raise click.UsageError(
            f"{label!r} is no label; use letters, digits and : . _ -, a letter first, as in tab:bci"
        )
    output = request.output
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


def _write(request: Request, form: str, scores: Scores) -> None:
    """Write a form that is no text."""
    assert request.output is not None
    match form:
        case "excel":
            from bci.output.excel import write_excel

            with progress_bar("writing", request.quiet) as progress:
                write_excel(scores, request.output, force=request.force, progress=progress)
        case "stata":
            from bci.output.stata_and_parquet import write_stata

            write_stata(scores, request.output, force=request.force)
        case "parquet":
            from bci.output.stata_and_parquet import write_parquet

            write_parquet(scores, request.output, force=request.force)
        case "datapackage":
            from bci.output.datapackage import write_datapackage

            write_datapackage(scores, request.output, force=request.force)
