"""``bci explain``."""

from __future__ import annotations

import click

from bci.cli.options import INDICATORS, OUTPUT, RECORD, WEIGHTS, described, takes
from bci.cli.request import Request, width


@described(
    "explain",
    "One PERIOD (1992-1995, or a single year): value, scale, score, weight, contribution and sources of "
    "every indicator. Two: what each indicator contributed to the change of the index. The contributions "
    "add up exactly, also where data are missing in one of the periods (Shapley values).",
    "bci explain 2016-2019",
    "bci explain 2008-2011 2016-2019 --format csv",
)
@takes(
    click.argument("first", metavar="PERIOD"),
    click.argument("later", required=False),
    click.option(
        "-d", "--dyad", "dyads", metavar="A-B", help="The dyad; needed where the data hold several."
    ),
    WEIGHTS,
    INDICATORS,
    OUTPUT,
    RECORD,
)
def command(request: Request, first: str, later: str | None) -> None:
    from bci.model.periods import single
    from bci.output.screen.explanation import readable
    from bci.output.tables import render
    from bci.scoring.explanation import explain

    spans = [single(text) for text in (first, later) if text is not None]
    panel, (scheme,) = request.load(str(request.weights))
    scores = request.score(panel, scheme, period=spans[-1:])
    explanation = explain(scores, spans[-1], since=spans[0] if later else None)
    request.keep(lambda: [explanation.to_frame()])
    if request.format in ("csv", "json"):
        request.write(render(explanation.to_frame(), request.format))
    else:
        request.write(readable(explanation, request.format, width()))
    request.account(scores)
