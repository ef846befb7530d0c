"""``bci ingest``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from bci.cli import COMMANDS
from bci.cli.ingest_options import chosen_rules, ids_of, rule_options, years_of
from bci.cli.options import examples, say
from bci.cli.progress import progress_bar


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
@rule_options
@click.option("--force", is_flag=True, help="Replace indicators that are in the folder already.")
@click.option("-q", "--quiet", is_flag=True, help="Nothing on stderr but problems.")
def command(
    raw: tuple[Path, ...],
    folder: Path,
    form: str,
    indicators: tuple[str, ...],
    years: tuple[str, ...],
    sources: tuple[str, ...],
    force: bool,
    quiet: bool,
    **options: Any,
) -> None:
    from bci.model.scheme import DEFAULT, load_weights
    from bci.output.ingested import account
    from bci.sources.ingesting import FORMATS, check_names, ingest, recognise
    from bci.sources.recognise import raw_files
    from bci.sources.write import write_folder

    rules, spans = chosen_rules(options), years_of(years)
    shipped = load_weights(DEFAULT).indicators
    check_names(indicators, shipped, "--indicator")
    check_names(spans, [name for name, known in FORMATS.items() if known.ingest], "--years")
    paths, passed_over = raw_files(raw)
    with progress_bar("reading", quiet) as progress:
        done = 0

        def advance(read: int) -> None:
            nonlocal done
            done += read
            progress(done, size)

        files = recognise(paths, advance)
        size = sum(max(1, len(file.format.indicators)) * file.raw.path.stat().st_size for file in files)
        results, nothing = ingest(
            files, rules, indicators=indicators, years=spans, source_ids=ids_of(sources, paths)
        )
    made = {result.indicator for result in results}
    absent = [name for name in shipped if name not in made] if not indicators else []
    written = write_folder(folder, results, form=form, absent=absent, force=force)
    say([f"{file.raw.path}: {file.format.name}" for file in files], quiet=quiet)
    say([f"{path}: passed over, {reason}" for path, reason in passed_over.items()], quiet=quiet)
    say(nothing, quiet=quiet)
    say(account(results, absent), quiet=quiet)
    say([*(f"wrote {path}" for path in written), f"next: bci validate --indicators {folder}"], quiet=quiet)
