"""What a command was asked, and where its result goes."""

from __future__ import annotations

import errno
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click
from click.core import ParameterSource

from bci.errors import InputError, Problem
from bci.files import discard, write_bytes, write_text
from bci.model.scheme import DEFAULT

if TYPE_CHECKING:
    from datetime import datetime

    from bci.data.panel import Panel
    from bci.model.scheme import Scheme
    from bci.results import Data
    from bci.scoring.scores import Scores

FAILED_CHECK = 4
#: What the context of a run holds: the data, the rows of the result, and whether it is a recorded one again.
PANEL, ROWS, AGAIN = "bci.panel", "bci.rows", "bci.again"
COMMANDLINE = ParameterSource.COMMANDLINE
SUFFIXES = {".csv": "csv", ".json": "json", ".md": "markdown", ".tex": "latex", ".txt": "table"}
COLOURS = (None, "cyan", "green", "bright_green")


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
        if self.style != "auto":
            return self.style
        if self.output is None:
            return "table" if sys.stdout is not None and sys.stdout.isatty() else "csv"
        if self.output.suffix not in SUFFIXES:
            known = ", ".join(SUFFIXES)
            raise click.UsageError(
                f"the ending of {self.output.name} tells no format; give --format, or one of {known}"
            )
        return SUFFIXES[self.output.suffix]

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
            return
        text = result if result.endswith("\n") else result + "\n"
        if self.output is None:
            with _writing_stdout():
                click.echo(text, nl=False)
        else:
            write_text(self.output, click.unstyle(text), force=self.force)

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


def width() -> int:
    """Columns of the terminal."""
    return shutil.get_terminal_size((100, 24)).columns


def paint(text: str, band: int, bands: int) -> str:
    """The text in the colour of its band; band -1 is missing and has none."""
    if band < 0:
        return text
    step = round(band * (len(COLOURS) - 1) / max(bands - 1, 1))
    return click.style(text, fg=COLOURS[step], bold=step == len(COLOURS) - 1)


@contextmanager
def _writing_stdout() -> Iterator[None]:
    """Say in one line that stdout cannot be written."""
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
