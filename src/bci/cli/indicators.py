"""``bci indicators``."""

from __future__ import annotations

import click

from bci.cli.options import INDICATORS, OUTPUT, described, takes
from bci.cli.request import Request, width
from bci.errors import InputError, suggestion


@described(
    "indicators",
    "With an ID: definition, measure, scale and what it rests on, every year with quality and sources, "
    "limits, references.",
    "bci indicators",
    "bci indicators energy_trade --format json",
)
@takes(
    click.argument("id_", metavar="[ID]", required=False),
    click.option("-d", "--dyad", metavar="A-B", help="Dyad whose years to list, where there are several."),
    INDICATORS,
    OUTPUT,
)
def command(request: Request, id_: str | None, dyad: str | None) -> None:
    import pandas as pd

    from bci.data.dyads import chosen_dyads
    from bci.output.screen.indicators import by_year, document, page, summary
    from bci.output.tables import render, to_json

    panel, _ = request.load()
    if id_ is None:
        if dyad is not None:
            raise click.UsageError("--dyad chooses the years of one indicator; give an ID")
        request.write(render(summary(panel), request.format))
        return
    if id_ not in panel.definitions:
        near = suggestion(id_, panel.definitions)
        raise InputError.at(
            "indicators", f"there is no {id_!r}.{near} There are {', '.join(panel.definitions)}"
        )
    # In full means the page, also for a pipe: the years alone are there on request.
    in_full = request.style == "auto" and request.output is None
    style = "table" if in_full else request.format
    chosen = chosen_dyads(panel.figures[id_].rows.dyads, [dyad] if dyad else None)
    years = pd.concat([by_year(panel, id_, pair) for pair in chosen]) if dyad or len(chosen) == 1 else None
    if style == "json":
        request.write(to_json(document(panel, id_, years)))
    elif style == "table":
        request.write(page(panel, id_, years, width()))
    elif years is None:
        raise InputError.at("dyad", f"is needed for a table of years: {id_} has {len(chosen)} dyads")
    else:
        request.write(render(years, style))
