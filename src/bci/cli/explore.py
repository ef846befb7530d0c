"""``bci explore``."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bci.cli import COMMANDS
from bci.cli.loading import load
from bci.cli.options import dyad_option, examples, indicators_option, period_options, say
from bci.cli.recording import keep
from bci.errors import InputError

if TYPE_CHECKING:
    from bci.data.panel import Panel
    from bci.model.scheme import Scheme
    from bci.replication.verdicts import Verdicts
    from bci.scoring.scores import Scores

#: Browsers open pages up to the first size at once, and become unusable somewhere above the second.
LARGE, TOO_LARGE = 5_000_000, 25_000_000


@click.command(
    "explore",
    help=(
        f"{COMMANDS['explore']}\n\n"
        "One file: it opens from a folder or an attachment, asks for nothing else, and reads and prints "
        "without a script. Weights, means and the missing rule can be changed in it; it gives the same "
        "numbers as bci score, and writes the scheme that bci score reads."
    ),
    epilog=examples(
        "bci explore -o page.html", "bci explore -o focus.html --weights political-first --period annual"
    ),
)
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The page to write.",
)
@click.option(
    "-w",
    "--weights",
    multiple=True,
    metavar="SCHEME",
    help="Scheme to show first, a name or a .yaml file; repeatable. The shipped ones follow.",
)
@indicators_option
@dyad_option
@period_options
@click.option("--title", default="", metavar="TEXT", help="Title of the page.")
@click.option("--force", is_flag=True, help="Replace the file if it exists, and write however large a page.")
@click.option("-q", "--quiet", is_flag=True, help="Nothing on stderr but problems.")
def command(
    output: Path,
    weights: tuple[str, ...],
    indicators: str | None,
    dyads: tuple[str, ...],
    period: str | None,
    start: int | None,
    end: int | None,
    title: str,
    force: bool,
    quiet: bool,
) -> None:
    from bci.files import refuse_existing, write_text
    from bci.output.explorer import Preset, page, weighed
    from bci.scoring.scoring import score

    refuse_existing(output, force=force)
    panel, schemes = load(indicators, _named(weights))
    presets: list[Preset] = []
    for number, scheme in enumerate(_usable(schemes, len(weights), panel)):
        if number and scheme.name in {preset.scores.scheme.name for preset in presets}:
            raise InputError.at("--weights", f"two schemes are called {scheme.name}; rename one")
        shown, whole = (
            score(panel, each, period=period, start=start, end=end, dyads=dyads or None)
            for each in (scheme, weighed(scheme, panel.definitions))
        )
        presets.append(Preset(shown, whole))
    asked = presets[: max(1, len(weights))]
    keep(lambda: [preset.scores.columns(details=True) for preset in asked])
    asked_for = {"--indicators": indicators, "--period": period, "--from": start, "--to": end}
    options = [part for name, given in asked_for.items() if given is not None for part in (name, str(given))]
    text = page(presets, _verdicts(panel, presets[0].scores), title, shlex.join(options))
    size = len(text.encode("utf-8", "backslashreplace"))
    told = f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.0f} kB"
    if size > TOO_LARGE and not force:
        message = f"would be {told}, too large for a browser; choose dyads with --dyad, or give --force"
        raise InputError.at(str(output), message)
    write_text(output, text, force=force)
    count, names = len(presets[0].scores.dyads), [preset.scores.scheme.name for preset in presets]
    say(f"wrote {output}: {told}, {count} dyad{'s' * (count != 1)}, schemes {', '.join(names)}", quiet=quiet)
    if size > LARGE:
        say(f"note: {told} is slow to open; choose dyads with --dyad", quiet=quiet)


def _named(weights: tuple[str, ...]) -> list[str]:
    """The schemes that were asked for, then the shipped ones that were not."""
    from bci.model.scheme import scheme_names

    return [*weights, *(name for name in scheme_names() if name not in weights)]


def _usable(schemes: list[Scheme], asked: int, panel: Panel) -> list[Scheme]:
    """All that were asked for, and those shipped ones that the indicators at hand can fill."""
    wanted = schemes[:asked]
    known, taken = set(panel.definitions), {scheme.name for scheme in wanted}
    fitting = [
        scheme for scheme in schemes[asked:] if set(scheme.indicators) <= known and scheme.name not in taken
    ]
    return [*wanted, *fitting] or schemes[:1]


def _verdicts(panel: Panel, scores: Scores) -> Verdicts | None:
    """The published statements against the first scheme, where their dyad is on the page."""
    from bci.countries import dyad
    from bci.replication.findings import load_findings
    from bci.replication.verdicts import check_findings

    findings = load_findings()
    if dyad(findings.dyad) not in scores.dyads:
        return None
    return check_findings(panel, scores.scheme, findings)
