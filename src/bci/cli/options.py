"""Options and endings that commands share."""

from __future__ import annotations

import errno
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from bci.files import discard, write_text
from bci.model.scheme import DEFAULT

Command = TypeVar("Command", bound=Callable[..., Any])

FORMATS = ("auto", "table", "csv", "json", "markdown", "latex")
SUFFIXES = {".csv": "csv", ".json": "json", ".md": "markdown", ".tex": "latex", ".txt": "table"}
COLOURS = (None, "cyan", "green", "bright_green")


def together(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Several options as one decorator."""

    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


weights_option = click.option(
    "-w", "--weights", default=DEFAULT, show_default=True, help="Scheme: a name, or the path of a .yaml file."
)
indicators_option = click.option(
    "-i", "--indicators", metavar="DIR", help="Folder of indicators instead of the shipped one."
)
dyad_option = click.option(
    "-d", "--dyad", "dyads", multiple=True, metavar="A-B", help="Only this dyad, e.g. CHN-RUS; repeatable."
)
period_options = together(
    click.option("-p", "--period", help="annual, decade, N-year, or FROM-TO,...; default: the scheme's."),
    click.option("--from", "start", type=int, metavar="YEAR", help="First year, instead of the scheme's."),
    click.option("--to", "end", type=int, metavar="YEAR", help="Last year, instead of the scheme's."),
)
country_option = click.option(
    "--country", metavar="NAME", help="Only the dyads of this country, by name or code."
)
minimum_coverage_option = click.option(
    "--minimum-coverage",
    type=click.FloatRange(0, 1),
    metavar="SHARE",
    help="Score what rests on so much data (0 to 1), instead of the scheme's minimum.",
)
output_options = together(
    click.option(
        "-f",
        "--format",
        "style",
        type=click.Choice(FORMATS),
        default="auto",
        help="auto: by the ending of FILE (.csv .json .md .tex .txt); else table on a terminal, else csv.",
    ),
    click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to a file."),
    click.option("--force", is_flag=True, help="Replace the file if it exists."),
    click.option("-q", "--quiet", is_flag=True, help="Nothing on stderr but problems."),
)


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
