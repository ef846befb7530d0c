"""The options that commands share, each written once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import fields
from functools import wraps
from pathlib import Path
from typing import Any

import click

from bci.cli.commands import COMMANDS
from bci.cli.request import COMMANDLINE, Request
from bci.files import refuse_existing
from bci.model.scheme import DEFAULT

Command = Callable[..., Any]
Option = Callable[[Command], Command]

FORMATS = ("auto", "table", "csv", "json", "markdown", "latex")


def together(*options: Option) -> Option:
    """Several options as one decorator."""

    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


WEIGHTS = click.option(
    "-w", "--weights", default=DEFAULT, show_default=True, help="Scheme: a name, or the path of a .yaml file."
)
INDICATORS = click.option(
    "-i", "--indicators", metavar="DIR", help="Folder of indicators instead of the shipped one."
)
DYADS = click.option(
    "-d", "--dyad", "dyads", multiple=True, metavar="A-B", help="Only this dyad, e.g. CHN-RUS; repeatable."
)
PERIODS = together(
    click.option("-p", "--period", help="annual, decade, N-year, or FROM-TO,...; default: the scheme's."),
    click.option("--from", "start", type=int, metavar="YEAR", help="First year, instead of the scheme's."),
    click.option("--to", "end", type=int, metavar="YEAR", help="Last year, instead of the scheme's."),
)
COUNTRY = click.option("--country", metavar="NAME", help="Only the dyads of this country, by name or code.")
MINIMUM_COVERAGE = click.option(
    "--minimum-coverage",
    type=click.FloatRange(0, 1),
    metavar="SHARE",
    help="Score what rests on so much data (0 to 1), instead of the scheme's minimum.",
)
FINDINGS = click.option("--findings", metavar="FILE", help="Other findings than the shipped ones.")
FORMAT = click.option(
    "-f",
    "--format",
    "style",
    type=click.Choice(FORMATS),
    default="auto",
    help="auto: by the ending of FILE (.csv .json .md .tex .txt); else table on a terminal, else csv.",
)
FORCE = click.option("--force", is_flag=True, help="Replace the file if it exists.")
QUIET = click.option("-q", "--quiet", is_flag=True, help="Nothing on stderr but problems.")


def file_option(words: str = "Write to a file.", *, required: bool = False, metavar: str = "FILE") -> Option:
    """``-o``: where the result goes."""
    return click.option(
        "-o", "--output", required=required, type=click.Path(path_type=Path), metavar=metavar, help=words
    )


OUTPUT = together(FORMAT, file_option(), FORCE, QUIET)
RECORD = together(
    click.option(
        "--record",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Also write a run record, which bci verify checks.",
    ),
    click.option(
        "--date",
        type=click.DateTime(["%Y-%m-%d"]),
        metavar="YYYY-MM-DD",
        help="A date to put into the record; none without.",
    ),
)


def described(name: str, more: str, *lines: str) -> Callable[[Callable[..., None]], click.Command]:
    """A command: its sentence, what more there is to say of it, and examples."""
    return click.command(name, help=f"{COMMANDS[name]}\n\n{more}", epilog=examples(*lines))


def takes(*options: Option) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The arguments and options of a command, in the order of its help.

    What is a part of `Request` comes to the command as one, first; the rest under its own names.
    """
    shared = {field.name for field in fields(Request)}

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def asked(**given: Any) -> None:
            request = Request(**{name: value for name, value in given.items() if name in shared})
            if "style" in given:
                _ = request.format  # an ending that tells none is refused before anything is read
            if request.output is not None:
                refuse_existing(request.output, force=request.force)
            with _recording(request, given.get("write_centre")):
                command(request, **{name: value for name, value in given.items() if name not in shared})

        return together(*options)(asked)

    return decorate


def _recording(request: Request, further: Path | None) -> AbstractContextManager[None]:
    """Where a record was asked for, what writes it once the command has come to its result."""
    if request.record is None:
        if request.date is not None:
            raise click.UsageError("--date is written into the record; it needs --record FILE")
        return nullcontext()
    from bci.cli.record import recording

    return recording(request, [path for path in (request.output, further) if path is not None])


def only_of(chosen: str, takers: Mapping[str, Sequence[str]], prefix: str = "") -> None:
    """Refuse options on the command line that belong to other choices than the one that was made.

    Parameters
    ----------
    chosen
        The table, form or kind that was asked for.
    takers
        By the name of an option, the choices that take it.
    prefix
        What stands before a choice on the command line.
    """
    context = click.get_current_context()
    for option in context.command.params:
        belongs = takers.get(str(option.name), [chosen])
        if context.get_parameter_source(str(option.name)) is COMMANDLINE and chosen not in belongs:
            *first, last = belongs
            choices = f"{', '.join(first)} and {last}" if first else last
            flag = max(option.opts, key=len)
            raise click.UsageError(f"{flag} belongs to {prefix}{choices}, not to {chosen}")


def examples(*lines: str) -> str:
    """The end of a command's help: runnable examples."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)
