"""The command line: each command a short file of its own, loaded only when it is called."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

import click

from bci import __version__
from bci.errors import InputError

#: Commands and what they do, so that help need not load them.
COMMANDS = {
    "score": "Score dyads: index, dimensions and indicators, with band and coverage.",
    "compare": "Put several schemes side by side on the same data.",
    "explain": "Take one score apart, or the change between two periods.",
    "replicate": "Check the published findings against a scheme.",
    "validate": "Check a folder of indicators and scheme files.",
    "indicators": "List the indicators, or show one in full.",
    "init": "Write a commented starter for a dyad of your own.",
    "schema": "Print the JSON Schema of a YAML format, for editors.",
}

FAILED_CHECK = 4
INVALID_INPUT = 3
MOST_SHOWN = 200


class LazyGroup(click.Group):
    """A group that imports a command's module only when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"bci.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        ctx.color = _colour()
        try:
            return super().invoke(ctx)
        except InputError as error:
            found = len(error.problems)
            for problem in error.problems[:MOST_SHOWN]:
                click.echo(problem, err=True)
            if found > MOST_SHOWN:
                click.echo(f"... and {found - MOST_SHOWN} more", err=True)
            click.echo(f"{found} problem{'s' * (found != 1)}. Nothing was written.", err=True)
            ctx.exit(INVALID_INPUT)


def _colour() -> bool | None:
    """Whether to colour: never, always, or (None) on a terminal only."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return True if os.environ.get("FORCE_COLOR") else None


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="bci")
def main() -> None:
    """Bilateral Cooperation Intensity: how intensely two states cooperate, and how sure that is.

    \b
    Examples:
      bci score
      bci compare papageorgiou-equal political-first
    """
