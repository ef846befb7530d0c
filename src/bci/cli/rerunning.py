"""The way back from a record to its command, which is run again up to its result and writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import click
from click.core import ParameterSource

from bci.cli.recording import AGAIN, LEFT_OUT, NOT_RECORDED, PANEL, SCHEMES, TABLES, Kept, scheme_names
from bci.errors import InputError
from bci.files import write_text

if TYPE_CHECKING:
    from bci.cli.record import Record
    from bci.data.panel import Panel
    from bci.results import Data

#: What a stranger's record may make this machine draw or combine.
MOST_DRAWS = 10_000_000


class Again(NamedTuple):
    """What a command gave that was run again."""

    panel: Panel
    options: Mapping[str, Any]
    tables: Iterable[Data]


def run_again(
    record: Record,
    place: str,
    command: click.Command,
    indicators: str | None,
    inputs: Mapping[str, Path],
    into: Path,
) -> Again:
    """Run a recorded command up to its result, on the record's schemes; nothing of it is written.

    Parameters
    ----------
    record, place
        The record, and what to call it in a message.
    command
        The command, out of `RECORDED`.
    indicators
        Folder of indicators; the shipped one where None.
    inputs
        Other files by the option that names them.
    into
        An empty folder for the schemes.

    Raises
    ------
    InputError
        If the command cannot be rebuilt, or does not come to a result.
    """
    from bci.cli.record import plain
    from bci.model.scheme import scheme_text

    def refuse(message: str) -> NoReturn:
        raise InputError.at(place, f"command: {message}")

    try:
        context = command.make_context(
            record.command[1],
            list(record.command[2:]),
            parent=click.get_current_context(),
            # Help would be printed, and be no result.
            help_option_names=[],
        )
    except click.UsageError as error:
        refuse(f"cannot be rebuilt: {error.format_message()}")
    except (click.exceptions.Exit, click.Abort):
        refuse("asks for no result")
    for name in LEFT_OUT:
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            refuse(f"--{name.replace('_', '-')} has no place in a record")
    options = context.params
    # As the command has them; those that name files are replaced below.
    said = {name: plain(value) for name, value in options.items() if name not in NOT_RECORDED}
    for name in ("draws", "limit"):
        if (options.get(name) or 0) > MOST_DRAWS:
            refuse(f"--{name} {options[name]} is more than a record may ask for, {MOST_DRAWS:,}")
    given = scheme_names(options)
    if len(given) != len(record.schemes):
        refuse(f"names {len(given)} schemes, but the record holds {len(record.schemes)}")
    files = []
    for number, scheme in enumerate(record.schemes):
        files.append(str(into / f"{number}.yaml"))
        write_text(Path(files[-1]), scheme_text(scheme.content))
    name = next(name for name in SCHEMES if name in options)
    options[name] = files[0] if isinstance(options[name], str) else tuple(files)
    options["indicators"] = indicators
    options |= {name: str(path) for name, path in inputs.items() if name in options}
    options |= {name: value for name, value in (("force", True), ("quiet", True)) if name in options}
    if options.get("output") is not None:
        options["output"] = into / Path(options["output"]).name
    context.meta[AGAIN] = True
    try:
        with context:
            command.invoke(context)
    except Kept:
        return Again(context.meta[PANEL], said, context.meta[TABLES]())
    except click.UsageError as error:
        refuse(f"cannot be run: {error.format_message()}")
    except click.exceptions.Exit:
        refuse("asks for a check alone")
    return refuse("comes to no result")
