"""``bci schema``."""

from __future__ import annotations

from pathlib import Path

import click

from bci.cli import COMMANDS
from bci.cli.options import examples, finish


@click.command(
    "schema",
    help=f"{COMMANDS['schema']}\n\nFORMAT is weights (a scheme) or indicator (indicators/<id>.yaml).",
    epilog=examples("bci schema weights", "bci schema indicator -o indicator.schema.json"),
)
@click.argument("format_", metavar="FORMAT", type=click.Choice(["weights", "indicator"]))
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to a file.")
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
def command(format_: str, output: Path | None, force: bool) -> None:
    from bci.model.definitions import Indicator
    from bci.model.scheme import Scheme
    from bci.output.tables import to_json

    model = Scheme if format_ == "weights" else Indicator
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **model.model_json_schema(by_alias=True),
    }
    finish(to_json(schema), output, force=force)
