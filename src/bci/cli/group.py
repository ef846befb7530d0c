"""The group of all commands, and the border where a user's mistakes become messages."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

import click

from bci.cli.commands import COMMANDS, HELP
from bci.errors import InputError, suggestion
from bci.version import __version__

INVALID_INPUT = 3
MOST_SHOWN = 200

# No plugin may change how files are read, and looking for them takes time.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")


class LazyGroup(click.Group):
    """A group that imports a command's module only when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            ctx.fail(f"no such command {cmd_name!r}.{suggestion(cmd_name, COMMANDS)}")
        command: click.Command = import_module(f"bci.cli.{cmd_name}").command
        return command

    def get_help(self, ctx: click.Context) -> str:
        return HELP.rstrip()

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
def group() -> None:
    """All commands."""
