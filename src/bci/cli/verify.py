"""``bci verify``: a recorded command is run again up to its result, and nothing of it is written."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import click

from bci.cli.options import INDICATORS, OUTPUT, described, takes
from bci.cli.request import AGAIN, COMMANDLINE, PANEL, ROWS, Kept, Request
from bci.errors import InputError, suggestion

if TYPE_CHECKING:
    from bci.cli.record import Record

#: How far two numbers may lie apart under a tolerance, relative to the larger where that is above 1.
HAIR = 1e-12
#: What a stranger's record may make this machine draw or combine.
MOST_DRAWS = 10_000_000
#: Checks that decide the exit code. Versions and inputs are told: other ones may give the same result.
DECISIVE = ("outputs", "result")

_PART = re.compile(r'[^",\n]+|[",\n]')


class Check(NamedTuple):
    """What was compared, whether it is the same (None where it cannot be told), and what was found."""

    check: str
    same: bool | None
    found: str


@described(
    "verify",
    "RECORD is what --record wrote. The command is run again up to its result, on the files named in it; "
    "it writes nothing. Exit 0: the result is the same, and so is the file that was written, if it is "
    "here; 4: they are not; 3: the record is broken, or something it needs is not here.",
    "bci verify run.json",
    "bci verify run.json --tolerance --format json",
)
@takes(
    click.argument("file", metavar="RECORD", type=click.Path(path_type=Path)),
    INDICATORS,
    click.option("--tolerance", is_flag=True, help="Count numbers within 1e-12 of one another as the same."),
    OUTPUT,
)
def command(request: Request, file: Path, tolerance: bool) -> None:
    import numpy as np

    from bci.cli.record import read_record, versions
    from bci.output.tables import render

    recorded, folder = read_record(file), file.absolute().parent
    inputs, result = run_again(recorded, str(file), folder, request.indicators)
    checks = [
        Check("versions", *_same(recorded.versions, versions(), "version")),
        Check("inputs", *_same(recorded.inputs, inputs, "digest")),
        *_outputs(recorded, folder),
        Check("result", *_result(recorded, result, tolerance=tolerance)),
    ]
    words = {True: "same", False: "differs", None: "not here"}
    rows = [(check.check, words[check.same], check.found) for check in checks]
    columns = zip(("check", "verdict", "found"), np.array(rows, dtype=object).T, strict=True)
    request.write(render(dict(columns), request.format))
    if any(check.same is False for check in checks if check.check in DECISIVE):
        request.fail()


def run_again(record: Record, place: str, folder: Path, indicators: str | None) -> tuple[dict[str, str], str]:
    """Run a recorded command up to its result; nothing of it is written.

    Parameters
    ----------
    record, place, folder
        The record, what to call it in a message, and the folder from which its paths lead.
    indicators
        Folder of indicators instead of the recorded one.

    Returns
    -------
    inputs, result
        The digests of what was read, and the rows as one text.

    Raises
    ------
    InputError
        If the command is none of those that are recorded, cannot be rebuilt, names a file that leads away or
        is not here, or does not come to a result.
    """
    from bci.cli.record import INPUTS, LEFT_OUT, RECORDED, SCHEMES, canonical, inputs_of
    from bci.model.scheme import scheme_names

    def refuse(message: str) -> NoReturn:
        raise InputError.at(place, f"command: {message}")

    program, name, *words = record.command
    if program != "bci" or name not in RECORDED:
        known = f"{suggestion(name, RECORDED)} Known are {', '.join(RECORDED)}"
        refuse(f"{program} {name} makes no result that is recorded.{known}")
    parent = click.get_current_context().parent
    assert parent is not None
    assert isinstance(parent.command, click.Group)
    command = parent.command.get_command(parent, name)
    assert command is not None
    try:
        # Help would be printed, and be no result.
        context = command.make_context(name, words, parent=parent, help_option_names=[])
    except click.UsageError as error:
        refuse(f"cannot be rebuilt: {error.format_message()}")
    except (click.exceptions.Exit, click.Abort):
        refuse("asks for no result")
    for option in LEFT_OUT:
        if context.get_parameter_source(option) is COMMANDLINE:
            refuse(f"--{option.replace('_', '-')} has no place in a record")
    options = context.params
    for option in ("draws", "limit"):
        if (options.get(option) or 0) > MOST_DRAWS:
            refuse(f"--{option} {options[option]} is more than a record may ask for, {MOST_DRAWS:,}")

    def nearby(option: str, path: str) -> str:
        """A file or folder that the record names, where it lies here."""
        from bci.cli.record import near
        from bci.files import is_file, is_folder

        if option in SCHEMES and path in scheme_names():
            return path
        try:
            target = folder / near(path)
        except ValueError as error:
            refuse(f"{option}: {error}")
        if option == "indicators" and not is_folder(target):
            message = "is not here; name the folder of the data with --indicators DIR"
            raise InputError.at(str(target), message)
        if option != "indicators" and not is_file(target):
            raise InputError.at(str(target), f"no such file; the record was made with these {option}")
        return str(target)

    if indicators is not None:
        options["indicators"] = None
    for option in (*SCHEMES, *INPUTS, "indicators"):
        value = options.get(option)
        if isinstance(value, tuple):
            options[option] = tuple(nearby(option, path) for path in value)
        elif value is not None:
            options[option] = nearby(option, value)
    options["indicators"] = indicators or options["indicators"]
    options |= {option: True for option in ("force", "quiet") if option in options}
    if options.get("output") is not None:
        # It is never come to; and were it, nothing can be written there.
        options["output"] = Path(os.devnull) / Path(options["output"]).name
    context.meta[AGAIN] = True
    try:
        with context:
            command.invoke(context)
    except Kept:
        return inputs_of(context.meta[PANEL], options, folder), canonical(context.meta[ROWS]())
    except click.UsageError as error:
        refuse(f"cannot be run: {error.format_message()}")
    except click.exceptions.Exit:
        refuse("asks for a check alone")
    return refuse("comes to no result")


def _same(recorded: Mapping[Any, str], here: Mapping[str, str], what: str) -> tuple[bool, str]:
    """Whether versions or digests are those of the record, and which are not."""
    others = [f"{name} is not in the record" for name in here.keys() - recorded.keys()]
    others += [f"{name} is not here" for name in recorded.keys() - here.keys()]
    for name in here.keys() & recorded.keys():
        if here[name] != recorded[name]:
            others.append(f"{name} has {what} {recorded[name][:12]} in the record, {here[name][:12]} here")
    return not others, "; ".join(sorted(others)) or f"all {len(here)} as recorded"


def _outputs(record: Record, folder: Path) -> Iterator[Check]:
    """Whether the files that were written are still the same, where they are here."""
    from bci.files import digest, is_file

    here = {name: digest(folder / name) for name in record.outputs if is_file(folder / name)}
    changed = [f"{name} has other bytes" for name in here if here[name] != record.outputs[name]]
    if here:
        as_recorded = f"{len(here)} of {len(record.outputs)} as recorded"
        yield Check("outputs", not changed, "; ".join(changed) or as_recorded)
    elif record.outputs:
        yield Check("outputs", None, ", ".join(record.outputs))


def _result(record: Record, text: str, *, tolerance: bool) -> tuple[bool, str]:
    """Whether the same rows came out, to the digit or within `HAIR`."""
    from bci.cli.record import sha256_of

    rows, lines = text.count("\n"), record.result.lines
    if sha256_of(text) == record.result.sha256:
        return True, f"reproduced to the digit ({rows:,} lines)"
    if lines is None:
        if tolerance:
            raise InputError.at("--tolerance", "needs the rows, and this record holds only their digest")
        return False, "differs; the record holds only a digest, so how far cannot be told"
    first, far = _first_difference(lines, text.split("\n")), distance("\n".join(lines), text)
    if far is None:
        return False, first
    if tolerance and far <= HAIR:
        return True, f"reproduced to {HAIR:g} ({rows:,} lines; largest difference {far:.2g})"
    hint = "; --tolerance would accept it" if far <= HAIR else ""
    return False, f"numbers differ by up to {far:.2g}{hint}; {first}"


def distance(one: str, other: str) -> float | None:
    """Largest difference between the numbers of two texts, relative above 1; None where words differ.

    Examples
    --------
    >>> distance("a,1.0,", "a,1.5,")
    0.3333333333333333
    >>> distance("a,1.0,", "a,,") is None
    True
    """
    parts, others = _PART.findall(one), _PART.findall(other)
    if len(parts) != len(others):
        return None
    largest = 0.0
    for a, b in zip(parts, others, strict=True):
        if a != b:
            try:
                x, y = float(a), float(b)
            except ValueError:
                return None
            largest = max(largest, abs(x - y) / max(1.0, abs(x), abs(y)))
    return largest


def _first_difference(recorded: list[str], here: list[str]) -> str:
    for number, pair in enumerate(zip(recorded, here, strict=False), start=1):
        if pair[0] != pair[1]:
            was, now = (repr(line if len(line) <= 160 else line[:159] + "…") for line in pair)
            return f"line {number} was {was}, is {now}"
    return f"{len(recorded):,} lines in the record, {len(here):,} here"
