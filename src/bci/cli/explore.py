"""``bci explore``."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import click

from bci.cli.options import DYADS, INDICATORS, PERIODS, QUIET, RECORD, described, file_option, takes
from bci.cli.request import Request
from bci.errors import InputError

if TYPE_CHECKING:
    from bci.data.panel import Panel
    from bci.replication.verdicts import Verdicts
    from bci.scoring.scores import Scores

#: Browsers open pages up to the first size at once, and become unusable somewhere above the second.
LARGE, TOO_LARGE = 5_000_000, 25_000_000


@described(
    "explore",
    "One file: it opens from a folder or an attachment, asks for nothing else, and reads and prints "
    "without a script. Weights, means and the missing rule can be changed in it; it gives the same "
    "numbers as bci score, and writes the scheme that bci score reads.",
    "bci explore -o page.html",
    "bci explore -o focus.html --weights political-first --period annual",
)
@takes(
    file_option("The page to write.", required=True),
    click.option(
        "-w",
        "--weights",
        multiple=True,
        metavar="SCHEME",
        help="Scheme to show first, a name or a .yaml file; repeatable. The shipped ones follow.",
    ),
    INDICATORS,
    DYADS,
    PERIODS,
    click.option("--title", default="", metavar="TEXT", help="Title of the page."),
    click.option(
        "--force", is_flag=True, help="Replace the file if it exists, and write however large a page."
    ),
    QUIET,
    RECORD,
)
def command(request: Request, title: str) -> None:
    from bci.model.scheme import scheme_names
    from bci.output.explorer import Preset, page, weighed

    weights = tuple(request.weights)
    panel, schemes = request.load(*weights, *(name for name in scheme_names() if name not in weights))
    asked, shipped = schemes[: len(weights)], schemes[len(weights) :]
    taken = {scheme.name for scheme in asked}
    # Of the shipped schemes those that the indicators at hand can fill.
    fitting = [
        scheme
        for scheme in shipped
        if set(scheme.indicators) <= set(panel.definitions) and scheme.name not in taken
    ]
    presets: list[Preset] = []
    for number, scheme in enumerate([*asked, *fitting] or schemes[:1]):
        if number and scheme.name in {preset.scores.scheme.name for preset in presets}:
            raise InputError.at("--weights", f"two schemes are called {scheme.name}; rename one")
        shown, whole = (request.score(panel, each) for each in (scheme, weighed(scheme, panel.definitions)))
        presets.append(Preset(shown, whole))
    request.keep(lambda: [preset.scores.columns(details=True) for preset in presets[: max(1, len(weights))]])
    text = page(presets, _verdicts(panel, presets[0].scores), title, _options(request))
    size = len(text.encode("utf-8", "backslashreplace"))
    in_words = f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.0f} kB"
    if size > TOO_LARGE and not request.force:
        message = f"would be {in_words}, too large for a browser; choose dyads with --dyad, or give --force"
        raise InputError.at(str(request.output), message)
    request.write(text)
    count, names = len(presets[0].scores.dyads), [preset.scores.scheme.name for preset in presets]
    dyads = f"{count} dyad{'s' * (count != 1)}"
    request.say(f"wrote {request.output}: {in_words}, {dyads}, schemes {', '.join(names)}")
    if size > LARGE:
        request.say(f"note: {in_words} is slow to open; choose dyads with --dyad")


def _options(request: Request) -> str:
    """The options of `bci score` that give the numbers of the page."""
    asked: dict[str, str | int | None] = {"--indicators": request.indicators, "--period": request.period}
    asked |= {"--from": request.start, "--to": request.end}
    return shlex.join(
        part for name, value in asked.items() if value is not None for part in (name, str(value))
    )


def _verdicts(panel: Panel, scores: Scores) -> Verdicts | None:
    """The published statements against the first scheme, where their dyad is on the page."""
    from bci.countries import dyad
    from bci.replication.findings import load_findings
    from bci.replication.verdicts import check_findings

    findings = load_findings()
    if dyad(findings.dyad) not in scores.dyads:
        return None
    return check_findings(panel, scores.scheme, findings)
