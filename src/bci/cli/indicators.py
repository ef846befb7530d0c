"""``bci indicators``."""

from __future__ import annotations

from pathlib import Path

import click

from bci.cli import COMMANDS
from bci.cli.options import examples, finish, indicators_option, output_options, style_of, width
from bci.errors import InputError, suggestion


@click.command(
    "indicators",
    help=(
        f"{COMMANDS['indicators']}\n\n"
        "With an ID: definition, measure, scale and what it rests on, every year with quality and sources, "
        "limits, references."
    ),
    epilog=examples("bci indicators", "bci indicators energy_trade --format json"),
)
@click.argument("id_", metavar="[ID]", required=False)
@click.option("-d", "--dyad", metavar="A-B", help="Dyad whose years to list, where there are several.")
@indicators_option
@output_options
def command(
    id_: str | None,
    dyad: str | None,
    indicators: str | None,
    style: str,
    output: Path | None,
    force: bool,
    quiet: bool,
) -> None:
    import pandas as pd

    from bci.data.dyads import chosen_dyads
    from bci.data.panel import load_indicators
    from bci.output.screen.indicators import by_year, document, page, summary
    from bci.output.tables import render, to_json

    panel = load_indicators(indicators)
    if id_ is None:
        text = render(summary(panel), style_of(style, output))
    elif id_ not in panel.definitions:
        near = suggestion(id_, panel.definitions)
        raise InputError.at(
            "indicators", f"there is no {id_!r}.{near} There are {', '.join(panel.definitions)}"
        )
    else:
        # In full means the page, also for a pipe: the years alone are there on request.
        style = "table" if style == "auto" and output is None else style_of(style, output)
        chosen = chosen_dyads(panel.figures[id_].rows.dyads, [dyad] if dyad else None)
        years = (
            pd.concat([by_year(panel, id_, pair) for pair in chosen]) if dyad or len(chosen) == 1 else None
        )
        if style == "json":
            text = to_json(document(panel, id_, years))
        elif style == "table":
            text = page(panel, id_, years, width())
        elif years is None:
            raise InputError.at("dyad", f"is needed for a table of years: {id_} has {len(chosen)} dyads")
        else:
            text = render(years, style)
    finish(text, output, force=force)
