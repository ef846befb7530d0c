"""``bci ingest``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import click

from bci.cli.commands import COMMANDS
from bci.cli.options import Command, examples, together
from bci.cli.progress import progress_bar
from bci.cli.request import say
from bci.errors import InputError, Problem
from bci.sources.rules import RULES, Option, Rules


def _option(name: str, kind: Any, rule: Option) -> Callable[[Command], Command]:
    settings: dict[str, Any] = {"help": rule.help, "metavar": rule.metavar}
    if get_origin(kind) is Literal:
        settings["type"] = click.Choice(get_args(kind))
    elif kind is int:
        settings["type"] = click.IntRange(rule.lowest, rule.highest)
    elif kind == int | None:
        settings["type"] = int
    if rule.repeated:
        settings["multiple"] = True
    elif (default := getattr(Rules, name)) is not None:
        settings |= {"default": default, "show_default": True}
    return click.option(*rule.names.split(), name, **settings)


def chosen_rules(options: Mapping[str, Any]) -> Rules:
    """The options that were given as rules, the others as they are by default.

    Raises
    ------
    InputError
        With everything in them that cannot be read.
    """
    problems: list[Problem] = []

    def read(rule: Option, text: Any) -> Any:
        place = rule.names.split()[-1]
        try:
            return rule.read(text) if rule.read else text
        except InputError as error:
            problems.extend(Problem(place, 0, 0, problem.message) for problem in error.problems)
        except ValueError as error:
            problems.append(Problem(place, 0, 0, str(error)))

    chosen = {}
    for name, (_, rule) in RULES.items():
        value = options.get(name)
        if value and rule.repeated:
            values = [read(rule, text) for text in value]
            chosen[name] = rule.repeated(text for text in values if text is not None)
        elif value is not None and not rule.repeated:
            chosen[name] = read(rule, value)
    start, end = options.get("start"), options.get("end")
    if start is not None and end is not None and end < start:
        problems.append(Problem("--to", 0, 0, f"{end} lies before --from {start}"))
    if problems:
        raise InputError(problems)
    return Rules(**chosen)


@click.command(
    "ingest",
    help=(
        f"{COMMANDS['ingest']}\n\n"
        "RAW are files, or folders of them: CSV (also .gz) or Parquet, unchanged. Each is recognised by its "
        "header: roll calls of the General Assembly (Voeten, unvotes, UN Digital Library, a matrix), SIPRI "
        "arms transfers, trade (COW, IMF, UN Comtrade, BACI), lists of events, leaders' travel. "
        "What is missing stays missing; a zero is written only where the source covers the dyad and year "
        "and has none."
    ),
    epilog=examples(
        "bci ingest downloads -o mydata",
        "bci ingest votes.csv roll_calls.csv --dyad CHN-RUS --roll-calls all --absent abstain -o mydata",
    ),
)
@click.argument("raw", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    "folder",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder to write the indicators to.",
)
@click.option(
    "--form",
    type=click.Choice(["csv", "csv.gz", "parquet"]),
    default="csv",
    show_default=True,
    help="How to write the figures; parquet for all dyads of many years.",
)
@click.option("--indicator", "indicators", multiple=True, metavar="ID", help="Only this one; repeatable.")
@together(*(_option(name, *rule) for name, rule in RULES.items()))
@click.option("--force", is_flag=True, help="Replace indicators that are in the folder already.")
@click.option("-q", "--quiet", is_flag=True, help="Nothing on stderr but problems.")
def command(
    raw: tuple[Path, ...],
    folder: Path,
    form: str,
    indicators: tuple[str, ...],
    force: bool,
    quiet: bool,
    **options: Any,
) -> None:
    from bci.model.scheme import DEFAULT, load_weights
    from bci.output.screen.ingested import account
    from bci.sources.formats import FORMATS
    from bci.sources.ingesting import ingest, refuse_without_effect
    from bci.sources.recognise import check_names, raw_files, recognise
    from bci.sources.write import write_folder

    rules = chosen_rules(options)
    shipped = load_weights(DEFAULT).indicators
    check_names(indicators, shipped, "--indicator")
    check_names(rules.years, [name for name, known in FORMATS.items() if known.ingest], "--years")
    paths, passed_over = raw_files(raw)
    with progress_bar("reading", quiet) as progress:
        done = 0

        def advance(read: int) -> None:
            nonlocal done
            done += read
            progress(done, size)

        files = recognise(paths, advance)
        size = sum(max(1, len(file.format.indicators)) * file.raw.path.stat().st_size for file in files)
        refuse_without_effect(rules, files, indicators)
        results, nothing = ingest(files, rules, indicators=indicators)
    with_figures = {result.indicator for result in results}
    absent = [name for name in shipped if name not in with_figures] if not indicators else []
    written = write_folder(folder, results, form=form, absent=absent, force=force)
    say([f"{file.raw.path}: {file.format.name}" for file in files], quiet=quiet)
    say([f"{path}: passed over, {reason}" for path, reason in passed_over.items()], quiet=quiet)
    say(nothing, quiet=quiet)
    say(account(results, absent), quiet=quiet)
    say([*(f"wrote {path}" for path in written), f"next: bci validate --indicators {folder}"], quiet=quiet)
