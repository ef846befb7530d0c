"""``bci sensitivity``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bci.cli import COMMANDS
from bci.cli.group import FAILED_CHECK
from bci.cli.loading import load
from bci.cli.options import (
    dyad_option,
    examples,
    finish,
    indicators_option,
    output_options,
    period_options,
    say,
    style_of,
    weights_option,
)
from bci.cli.recording import keep

if TYPE_CHECKING:
    from bci.scoring.scores import Scores

TABLES = {
    "summary": "the answer in plain words",
    "ranges": "the weights that reach the lowest and the highest score",
    "shares": "exact share of the weightings in each band",
    "tipping": "the nearest weights that lead into another band",
    "weights": "one weight at a time: path, crossings, halved and doubled",
    "leave-out": "without each indicator and dimension",
    "flips": "findings whose verdict changes without one",
    "draws": "quantiles and band shares over draws of weights",
    "movements": "share of draws in which a score rises, stays or falls",
    "ranks": "share of draws in which a dyad takes each rank",
    "choices": "every combination of scales, means, measures ...",
    "importance": "which of these choices matters: Sobol indices",
    "allowed": "the weights that the published findings leave open",
    "calibration": "findings left out of the calibration: do they hold?",
}


def _share(ctx: click.Context, param: click.Parameter, value: str | None) -> float | None:
    """A share such as 0.5 or 50%."""
    if value is None:
        return None
    text = value.strip()
    try:
        return float(text[:-1]) / 100 if text.endswith("%") else float(text)
    except ValueError:
        raise click.BadParameter(f"{value!r} is no share; give 0.5 or 50%") from None


@click.command(
    "sensitivity",
    help=(
        f"{COMMANDS['sensitivity']}\n\n"
        "First the answer in words: how many of all weightings agree, how far scores can be moved, how near "
        "the next band is. More with --table:\n\n\b\n" + "\n".join(f"{k:<12}{v}" for k, v in TABLES.items())
    ),
    epilog=examples(
        "bci sensitivity", "bci sensitivity --table draws --kind dirichlet --spread 30% --format csv"
    ),
)
@weights_option
@indicators_option
@dyad_option
@period_options
@click.option("-t", "--table", type=click.Choice(list(TABLES)), default="summary", help="What to show.")
@click.option(
    "--within",
    callback=_share,
    metavar="SHARE",
    default="50%",
    show_default=True,
    help="Box around each weight's share.",
)
@click.option(
    "--dimensions", is_flag=True, help="Dimensions too, not the index alone, in the answer in words."
)
@click.option("--draws", type=int, default=10_000, show_default=True, help="Number of draws.")
@click.option(
    "--kind",
    type=click.Choice(["flat", "dirichlet", "lognormal", "box", "ordered", "constrained"]),
    default="flat",
    show_default=True,
    help="How weights are drawn.",
)
@click.option(
    "--spread",
    callback=_share,
    metavar="SHARE",
    help="Of dirichlet, lognormal and box draws, relative to each weight.",
)
@click.option(
    "--order", multiple=True, metavar="A>B", help="Of ordered draws: military > economic > political."
)
@click.option(
    "--constraint", multiple=True, metavar="LIMIT", help="Of constrained draws: military >= 0.2 ..."
)
@click.option(
    "--levels",
    type=click.Choice(["both", "dimensions", "indicators"]),
    default="both",
    show_default=True,
    help="Which weights are drawn.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Of the draws; same seed, same numbers.",
)
@click.option(
    "--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Processes for the draws."
)
@click.option("--variants", metavar="FILE", help="Choices to combine, instead of the shipped ones.")
@click.option("--limit", default=10_000, show_default=True, help="Most combinations of choices to score.")
@click.option("--require-stable", callback=_share, metavar="SHARE", help="Exit 4 if fewer weightings agree.")
@click.option(
    "--write-centre", type=click.Path(path_type=Path), metavar="FILE", help="Write the allowed centre."
)
@output_options
@click.pass_context
def command(
    ctx: click.Context,
    /,
    weights: str,
    indicators: str | None,
    dyads: tuple[str, ...],
    period: str | None,
    start: int | None,
    end: int | None,
    table: str,
    style: str,
    output: Path | None,
    force: bool,
    quiet: bool,
    require_stable: float | None,
    **options: Any,
) -> None:
    from bci.cli.sensitivity_tables import MAKERS, centre
    from bci.files import refuse_existing, write_text
    from bci.output.about import about_line, caveats
    from bci.output.tables import render
    from bci.scoring.scoring import score

    panel, (scheme,) = load(indicators, [weights])
    scores = score(panel, scheme, period=period, start=start, end=end, dyads=dyads or None)
    style = style_of(style, output)
    if options["write_centre"] and table != "allowed":
        raise click.UsageError("--write-centre writes what --table allowed finds; give both")
    frame, words, notes = MAKERS[table](scores, options, quiet)
    keep(lambda: [frame])
    for path in filter(None, (output, options["write_centre"])):
        refuse_existing(path, force=force)
    finish(words if words is not None and style == "table" else render(frame, style), output, force=force)
    if options["write_centre"]:
        write_text(options["write_centre"], centre(scores), force=force)
        notes.append(f"wrote {options['write_centre']}: the centre of the allowed dimension weights")
    say([about_line(scores), *notes, *caveats(scores)], quiet=quiet)
    if require_stable is not None:
        _require(ctx, scores, require_stable)


def _require(ctx: click.Context, scores: Scores, share: float) -> None:
    """Fail the check if fewer weightings agree with any band of the index."""
    from bci.model.periods import label
    from bci.sensitivity_analysis.summary import sensitivity

    table = sensitivity(scores).to_frame().query("level == 'index'")
    shaky = table[~(table["agree"] >= share)]
    for _, row in shaky.iterrows():
        span = label((row["period_start"], row["period_end"]))
        dyad, agree = f"{row['iso3_a']}-{row['iso3_b']}", row["agree"]
        found = f"{agree:.1%} of all weightings agree" if agree == agree else "no score"
        say(f"{dyad} {span}: {found}, fewer than {share:.1%}", quiet=False)
    if len(shaky):
        ctx.exit(FAILED_CHECK)
