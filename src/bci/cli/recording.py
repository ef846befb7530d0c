"""``--record`` of every command that makes a result, and the way back from a record to the command."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from bci.errors import InputError
from bci.files import digest, refuse_existing, shipped, write_text

if TYPE_CHECKING:
    from bci.data.panel import Panel
    from bci.results import Data

#: Commands that take ``--record``: those that call `keep`.
RECORDED = ("score", "compare", "explain", "replicate", "sensitivity", "export", "explore", "plot", "report")
#: Options that change no number, or write a further file: a record leaves them out, and takes none back.
LEFT_OUT = {"record", "date", "force", "quiet", "jobs", "write_centre"}
SCHEMES = ("weights", "schemes")
INPUTS = {"findings": "findings.yaml", "variants": "variants.yaml"}

#: Options whose values stand nowhere in a record.
NOT_RECORDED = {*LEFT_OUT, "style", "output"}
#: Options that name files: a record holds what is in them.
PATHS = {*SCHEMES, *INPUTS, "indicators", "output"}
#: What gathers in the context of a run.
FILE, DATE, PANEL, TABLES, AGAIN = (f"bci.{name}" for name in ("file", "date", "panel", "tables", "again"))

Tables = Callable[[], "Iterable[Data]"]


class Kept(Exception):
    """A command that is run again has come as far as its result, and writes nothing."""


def keep(tables: Tables) -> None:
    """The tidy rows of a command's result, made only where they are asked for; called before any writing."""
    context = click.get_current_context(silent=True)
    if context is not None:
        context.meta[TABLES] = tables
        if AGAIN in context.meta:
            raise Kept


def keep_panel(panel: Panel) -> None:
    """The panel that a command has read."""
    context = click.get_current_context(silent=True)
    if context is not None:
        context.meta[PANEL] = panel


def recorded(command: click.Command) -> click.Command:
    """The command with ``--record`` and ``--date``."""
    if command.callback is not None and not any(option.name == "record" for option in command.params):
        command.params += [_option("--record", FILE, **_RECORD), _option("--date", DATE, **_DATED)]
        command.callback = _writing(command.callback)
    return command


_RECORD: Mapping[str, Any] = {
    "type": click.Path(path_type=Path),
    "metavar": "FILE",
    "help": "Also write a run record, which bci verify checks.",
}
_DATED: Mapping[str, Any] = {
    "type": click.DateTime(["%Y-%m-%d"]),
    "metavar": "YYYY-MM-DD",
    "help": "A date to put into the record; none without.",
}


def _option(name: str, key: str, **how: Any) -> click.Option:
    def note(context: click.Context, option: click.Parameter, value: Any) -> None:
        context.meta[key] = value

    return click.Option([name], expose_value=False, callback=note, **how)


def _writing(callback: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(callback)
    def run(*args: Any, **options: Any) -> None:
        context = click.get_current_context()
        file = context.meta.get(FILE)
        if file is None or AGAIN in context.meta:
            if context.meta.get(DATE) is not None:
                raise click.UsageError("--date is written into the record; it needs --record FILE")
            callback(*args, **options)
            return
        _check_target(file, options)
        ending = None
        try:
            callback(*args, **options)
        except click.exceptions.Exit as found:
            # A check that was asked for may fail; its result is a result all the same.
            ending = found
        _write(context, file, force=bool(options.get("force")))
        if ending is not None:
            raise ending

    return run


def _check_target(file: Path, options: Mapping[str, Any]) -> None:
    """Refuse what could not be written, before anything is."""
    output = options.get("output")
    if output is not None and Path(output).absolute() == file.absolute():
        raise InputError.at(str(file), "is the file of the result; give the record another name")
    if not file.absolute().parent.is_dir():
        raise InputError.at(str(file), "cannot be written: there is no such folder")
    refuse_existing(file, force=bool(options.get("force")))


def _write(context: click.Context, file: Path, *, force: bool) -> None:
    from bci.cli import record

    panel, options = context.meta[PANEL], context.params
    folder = file.absolute().parent
    inputs = {
        name: {"path": _portable(options[name], folder), "sha256": digest(_input(name, options[name]))}
        for name in INPUTS
        if name in options
    }
    data = {
        "folder": _portable(options["indicators"], folder),
        "sha256": panel.digest,
        "files": record.files_of(panel),
    }
    date = context.meta.get(DATE)
    made = record.Record.model_validate(
        {
            "bci_record": 1,
            "command": ["bci", str(context.info_name), *_words(context, folder)],
            "date": None if date is None else date.date(),
            "options": dict(_options(context, folder)),
            "versions": record.versions(),
            "schemes": [_scheme(name, folder) for name in scheme_names(options)],
            "data": data,
            "inputs": inputs,
            "result": record.outcome(record.canonical(context.meta[TABLES]())),
        }
    )
    write_text(file, record.record_text(made), force=force)


def scheme_names(options: Mapping[str, Any]) -> Sequence[str]:
    """The schemes that a command was given, or the default."""
    given = next(options[name] for name in SCHEMES if name in options)
    from bci.model.scheme import DEFAULT

    return [given] if isinstance(given, str) else given or [DEFAULT]


def _scheme(name: str, folder: Path) -> Mapping[str, Any]:
    from bci.model.scheme import load_weights

    scheme = load_weights(name)
    return {"given": _as_scheme(name, folder), "sha256": scheme.digest, "content": scheme}


def _as_scheme(name: str, folder: Path) -> str:
    from bci.cli.record import portable
    from bci.model.scheme import scheme_path

    named = scheme_path(name).parent == shipped("config") and not Path(name).suffix
    return name if named else portable(Path(name), folder)


def _portable(path: str | None, folder: Path) -> str | None:
    from bci.cli.record import portable

    return None if path is None else portable(Path(path), folder)


def _input(name: str, given: str | None) -> Path:
    return shipped("config") / INPUTS[name] if given is None else Path(given)


def _options(context: click.Context, folder: Path) -> Iterator[tuple[str, Any]]:
    """Every option that decides the result, also those that were not given."""
    from bci.cli.record import plain

    for part in context.command.params:
        name = str(part.name)
        if name in context.params and name not in NOT_RECORDED:
            yield name, plain(_said(name, context.params[name], folder))


def _said(name: str, value: Any, folder: Path) -> Any:
    """The value of an option without a path of this machine."""
    if value is None:
        return None
    if name == "output":
        return Path(value).name
    if name in SCHEMES:
        return _as_scheme(value, folder) if isinstance(value, str) else [_as_scheme(v, folder) for v in value]
    return _portable(value, folder) if name in PATHS else value


def _words(context: click.Context, folder: Path) -> Iterator[str]:
    """The command line as it was typed, but for paths: options in the order of the help, then arguments."""
    arguments: list[str] = []
    for part in context.command.params:
        name = str(part.name)
        if name in LEFT_OUT or context.get_parameter_source(name) is not ParameterSource.COMMANDLINE:
            continue
        value = _said(name, context.params[name], folder)
        several = [str(each) for each in (value if isinstance(value, tuple | list) else [value])]
        if isinstance(part, click.Argument):
            arguments += several
        elif isinstance(part, click.Option) and part.is_flag:
            yield max(part.opts, key=len)
        else:
            for each in several:
                yield from (max(part.opts, key=len), each)
    yield from ["--", *arguments] if any(text.startswith("-") for text in arguments) else arguments
