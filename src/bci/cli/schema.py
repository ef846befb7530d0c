"""``bci schema``."""

from __future__ import annotations

import click

from bci.cli.options import FORCE, described, file_option, takes
from bci.cli.request import Request


@described(
    "schema",
    "FORMAT is weights (a scheme) or indicator (indicators/<id>.yaml).",
    "bci schema weights",
    "bci schema indicator -o indicator.schema.json",
)
@takes(
    click.argument("format_", metavar="FORMAT", type=click.Choice(["weights", "indicator"])),
    file_option(),
    FORCE,
)
def command(request: Request, format_: str) -> None:
    from bci.model.definitions import Indicator
    from bci.model.scheme import Scheme
    from bci.output.tables import to_json

    model = Scheme if format_ == "weights" else Indicator
    request.write(
        to_json(
            {
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                **model.model_json_schema(by_alias=True),
            }
        )
    )
