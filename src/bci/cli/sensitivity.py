"""``bci sensitivity``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bci.cli.options import DYADS, INDICATORS, OUTPUT, PERIODS, RECORD, WEIGHTS, described, only_of, takes
from bci.cli.request import Request
from bci.cli.sensitivity_tables import TABLES, WORDS, Draws, centre, taken_by, takers

if TYPE_CHECKING:
    from bci.scoring.scores import Scores


def _share(ctx: click.Context, param: click.Parameter, value: str | None) -> float | None:
    """A share such as 0.5 or 50%."""
    if value is None:
        return None
    text = value.strip()
    try:
        return float(text[:-1]) / 100 if text.endswith("%") else float(text)
    except ValueError:
        raise click.BadParameter(f"{value!r} is no share; give 0.5 or 50%") from None


@described(
    "sensitivity",
    "First the answer in words: how many of all weightings agree, how far scores can be moved, how near "
    "the next band is. More with --table:\n\n\b\n"
    + "\n".join(f"{table:<12}{words}" for table, words in WORDS.items()),
    "bci sensitivity",
    "bci sensitivity --table draws --kind dirichlet --spread 30% --format csv",
)
@takes(
    WEIGHTS,
    INDICATORS,
    DYADS,
    PERIODS,
    click.option("-t", "--table", type=click.Choice(list(TABLES)), default="summary", help="What to show."),
    click.option(
        "--within",
        callback=_share,
        metavar="SHARE",
        default="50%",
        show_default=True,
        help="Box around each weight's share.",
    ),
    click.option(
        "--dimensions", is_flag=True, help="Dimensions too, not the index alone, in the answer in words."
    ),
    click.option("--draws", type=int, default=10_000, show_default=True, help="Number of draws."),
    click.option(
        "--kind",
        type=click.Choice(["flat", "dirichlet", "lognormal", "box", "ordered", "constrained"]),
        default="flat",
        show_default=True,
        help="How weights are drawn.",
    ),
    click.option(
        "--spread",
        callback=_share,
        metavar="SHARE",
        help="Of dirichlet, lognormal and box draws, relative to each weight.",
    ),
    click.option(
        "--order", multiple=True, metavar="A>B", help="Of ordered draws: military > economic > political."
    ),
    click.option(
        "--constraint", multiple=True, metavar="LIMIT", help="Of constrained draws: military >= 0.2 ..."
    ),
    click.option(
        "--levels",
        type=click.Choice(["both", "dimensions", "indicators"]),
        default="both",
        show_default=True,
        help="Which weights are drawn.",
    ),
    click.option(
        "--seed",
        type=click.IntRange(min=0),
        default=0,
        show_default=True,
        help="Of the draws; same seed, same numbers.",
    ),
    click.option(
        "--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Processes for the draws."
    ),
    click.option("--variants", metavar="FILE", help="Choices to combine, instead of the shipped ones."),
    click.option("--limit", default=10_000, show_default=True, help="Most combinations of choices to score."),
    click.option(
        "--require-stable", callback=_share, metavar="SHARE", help="Exit 4 if fewer weightings agree."
    ),
    click.option(
        "--write-centre", type=click.Path(path_type=Path), metavar="FILE", help="Write the allowed centre."
    ),
    OUTPUT,
    RECORD,
)
def command(
    request: Request, table: str, require_stable: float | None, write_centre: Path | None, **options: Any
) -> None:
    from bci.files import refuse_existing, write_text
    from bci.output.tables import render

    only_of(table, takers(), "--table ")
    if options["dimensions"] and request.format != "table":
        raise click.UsageError("--dimensions is of the answer in words; the rows hold all dimensions anyway")
    if write_centre is not None:
        refuse_existing(write_centre, force=request.force)
    drawing = Draws(**{name: options.pop(name) for name in Draws.__dataclass_fields__})
    chosen = {**options, "drawing": drawing, "quiet": request.quiet}
    scores = request.scores()
    answer = TABLES[table](scores, **{name: chosen[name] for name in taken_by(table)})
    request.keep(lambda: [answer.frame])
    in_words = answer.words is not None and request.format == "table"
    request.write(str(answer.words) if in_words else render(answer.frame, request.format))
    notes = [*answer.notes]
    if write_centre is not None:
        write_text(write_centre, centre(scores), force=request.force)
        notes.append(f"wrote {write_centre}: the centre of the allowed dimension weights")
    request.account(scores, *notes)
    if require_stable is not None:
        _require(request, scores, require_stable)


def _require(request: Request, scores: Scores, share: float) -> None:
    """Fail the check if fewer weightings agree with any band of the index."""
    from bci.model.periods import label
    from bci.sensitivity_analysis.summary import sensitivity

    table = sensitivity(scores).to_frame().query("level == 'index'")
    shaky = []
    for _, row in table[~(table["agree"] >= share)].iterrows():
        span = label((row["period_start"], row["period_end"]))
        agree = row["agree"]
        words = f"{agree:.1%} of all weightings agree" if agree == agree else "no score"
        shaky.append(f"{row['iso3_a']}-{row['iso3_b']} {span}: {words}, fewer than {share:.1%}")
    if shaky:
        request.fail(*shaky)
