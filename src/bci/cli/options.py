"""Options and endings that commands share."""

from __future__ import annotations

import errno
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click
from click.core import ParameterSource

from bci.cli import COMMANDS
from bci.errors import InputError, Problem
from bci.files import discard, refuse_existing, write_bytes, write_text
from bci.model.scheme import DEFAULT

if TYPE_CHECKING:
    from datetime import datetime

    from bci.data.panel import Panel
    from bci.model.scheme import Scheme
    from bci.results import Data
    from bci.scoring.scores import Scores

Command = Callable[..., Any]
Option = Callable[[Command], Command]

FAILED_CHECK = 4
#: What the context of a run holds: the data, the rows of the result, and whether it is a recorded one again.
PANEL, ROWS, AGAIN = "bci.panel", "bci.rows", "bci.again"
COMMANDLINE = ParameterSource.COMMANDLINE
FORMATS = ("auto", "table", "csv", "json", "markdown", "latex")
SUFFIXES = {".csv": "csv", ".json": "json", ".md": "markdown", ".tex": "latex", ".txt": "table"}
COLOURS = (None, "cyan", "green", "bright_green")


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


class Kept(Exception):
    """A recorded command that is run again has come as far as its result, and writes nothing."""


@dataclass(frozen=True)
class Request:
    """What a command was asked beside its own options: which scores, and where the result goes.

    Attributes
    ----------
    weights, indicators
        The scheme, or the schemes, and the folder of data, as they were named.
    dyads, period, start, end, minimum_coverage
        What is scored (see `bci.score`).
    style
        The format as it was asked for; `format` is the one to write.
    output, force, quiet
        The file to write, whether it may be replaced, and whether nothing is told beside problems.
    record, date
        The file of the run record, and the date to put into it.
    """

    weights: str | tuple[str, ...] = DEFAULT
    indicators: str | None = None
    dyads: str | tuple[str, ...] | None = None
    period: str | None = None
    start: int | None = None
    end: int | None = None
    minimum_coverage: float | None = None
    style: str = "auto"
    output: Path | None = None
    force: bool = False
    quiet: bool = False
    record: Path | None = None
    date: datetime | None = None

    @property
    def format(self) -> str:
        """The format to write."""
        return style_of(self.style, self.output)

    def load(self, *schemes: str) -> tuple[Panel, list[Scheme]]:
        """The data and schemes by name or path, or every problem of all their files."""
        from bci.data.panel import load_indicators
        from bci.model.scheme import load_weights

        problems: list[Problem] = []
        panel, read = None, []
        try:
            panel = load_indicators(self.indicators)
        except InputError as error:
            problems += error.problems
        for name in schemes:
            try:
                read.append(load_weights(name))
            except InputError as error:
                problems += error.problems
        if problems or panel is None:
            raise InputError(problems)
        click.get_current_context().meta[PANEL] = panel
        return panel, read

    def score(self, panel: Panel, scheme: Scheme, **others: Any) -> Scores:
        """The scores that were asked for, under a scheme; `others` replace what was asked."""
        from bci.scoring.scoring import score

        asked = {
            "period": self.period,
            "start": self.start,
            "end": self.end,
            "dyads": self.dyads or None,
            "minimum_coverage": self.minimum_coverage,
        }
        return score(panel, scheme, **(asked | others))

    def scores(self) -> Scores:
        """The scores that were asked for, under the one scheme that was named."""
        panel, (scheme,) = self.load(str(self.weights))
        return self.score(panel, scheme)

    def keep(self, rows: Callable[[], Iterable[Data]]) -> None:
        """The tidy rows of the result, made only where they are recorded; called before any writing."""
        context = click.get_current_context()
        context.meta[ROWS] = rows
        if AGAIN in context.meta:
            raise Kept

    def write(self, result: str | bytes) -> None:
        """Print the result, or write it to the file that was named."""
        if isinstance(result, bytes):
            assert self.output is not None
            write_bytes(self.output, result, force=self.force)
        else:
            finish(result, self.output, force=self.force)

    def say(self, *lines: str) -> None:
        """Tell the reader something that is not data."""
        say(lines, quiet=self.quiet)

    def account(self, scores: Scores, *notes: str) -> None:
        """Tell the reader what the scores rest on, and what to know of them."""
        from bci.output.about import about_line, caveats

        self.say(about_line(scores), *notes, *caveats(scores))

    def fail(self, *lines: str) -> NoReturn:
        """Say that a check that was asked for has failed, and end with its exit code."""
        say(lines, quiet=False)
        raise click.exceptions.Exit(FAILED_CHECK)


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
                style_of(request.style, request.output)
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


def style_of(style: str, output: Path | None) -> str:
    """The format to write."""
    if style != "auto":
        return style
    if output is not None:
        if output.suffix not in SUFFIXES:
            known = ", ".join(SUFFIXES)
            raise click.UsageError(
                f"the ending of {output.name} tells no format; give --format, or one of {known}"
            )
        return SUFFIXES[output.suffix]
    return "table" if sys.stdout is not None and sys.stdout.isatty() else "csv"


def width() -> int:
    """Columns of the terminal."""
    return shutil.get_terminal_size((100, 24)).columns


def paint(text: str, band: int, bands: int) -> str:
    """The text in the colour of its band; band -1 is missing and has none."""
    if band < 0:
        return text
    step = round(band * (len(COLOURS) - 1) / max(bands - 1, 1))
    return click.style(text, fg=COLOURS[step], bold=step == len(COLOURS) - 1)


def finish(text: str, output: Path | None, *, force: bool) -> None:
    """Print the result, or write it to a file."""
    text = text if text.endswith("\n") else text + "\n"
    if output is None:
        with writing_stdout():
            click.echo(text, nl=False)
    else:
        write_text(output, click.unstyle(text), force=force)


@contextmanager
def writing_stdout() -> Iterator[None]:
    """Say in one line that stdout cannot be written; every text on stdout is printed under this."""
    try:
        if sys.stdout is None:
            raise OSError(errno.EBADF, "it is closed")
        yield
        sys.stdout.flush()
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise
        if sys.stdout is not None:
            discard(sys.stdout)
        raise click.ClickException(f"stdout cannot be written: {error.strerror}") from None


def say(lines: str | Iterable[str], *, quiet: bool) -> None:
    """Tell the reader something that is not data."""
    if not quiet:
        for line in [lines] if isinstance(lines, str) else lines:
            click.echo(line, err=True)
