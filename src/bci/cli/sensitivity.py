"""``bci sensitivity``."""

from __future__ import annotations

from collections.abc import Callable
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
    width,
)

if TYPE_CHECKING:
    import pandas as pd

    from bci.scores import Scores

QUANTILES = (0.05, 0.5, 0.95)

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
    from bci.files import refuse_existing, write_text
    from bci.output.about import about_line, caveats
    from bci.output.tables import render
    from bci.scoring import score

    panel, (scheme,) = load(indicators, [weights])
    scores = score(panel, scheme, period=period, start=start, end=end, dyads=dyads or None)
    style = style_of(style, output)
    if options["write_centre"] and table != "allowed":
        raise click.UsageError("--write-centre writes what --table allowed finds; give both")
    frame, words, notes = MAKERS[table](scores, options, quiet)
    for path in filter(None, (output, options["write_centre"])):
        refuse_existing(path, force=force)
    finish(words if words is not None and style == "table" else render(frame, style), output, force=force)
    if options["write_centre"]:
        write_text(options["write_centre"], _centre(scores), force=force)
        notes.append(f"wrote {options['write_centre']}: the centre of the allowed dimension weights")
    say([about_line(scores), *notes, *caveats(scores)], quiet=quiet)
    if require_stable is not None:
        _require(ctx, scores, require_stable)


Made = tuple["pd.DataFrame", str | None, list[str]]


def _summary(scores: Scores, options: dict[str, Any], quiet: bool) -> Made:
    from bci.output.robustness import in_words
    from bci.robustness.summary import sensitivity

    answer = sensitivity(scores, within=options["within"])
    return answer.to_frame(), in_words(answer, width(), dimensions=options["dimensions"]), []


def _exact(method: str) -> Callable[..., Made]:
    def made(scores: Scores, options: dict[str, Any], quiet: bool) -> Made:
        from bci.robustness.summary import sensitivity

        answer = sensitivity(scores, within=options["within"])
        return (answer.weights if method == "weights" else getattr(answer, method)()), None, []

    return made


def _leave_out(scores: Scores, options: dict[str, Any], quiet: bool) -> Made:
    from bci.robustness.perturb import leave_one_out

    return leave_one_out(scores), None, []


def _flips(scores: Scores, options: dict[str, Any], quiet: bool) -> Made:
    from bci.findings import load_findings
    from bci.robustness.perturb import flipped_verdicts

    return flipped_verdicts(scores, load_findings()), None, []


def _drawn(what: str) -> Callable[..., Made]:
    def made(scores: Scores, options: dict[str, Any], quiet: bool) -> Made:
        import sys
        from concurrent.futures import ProcessPoolExecutor
        from contextlib import nullcontext

        import numpy as np

        from bci.robustness import drawn, draws
        from bci.robustness.weightings import draw

        weightings = draw(
            scores.scheme,
            options["kind"],
            options["draws"],
            np.random.default_rng(options["seed"]),
            spread=options["spread"],
            order=options["order"],
            constraints=options["constraint"],
            levels=options["levels"],
        )
        pool = ProcessPoolExecutor(options["jobs"]) if options["jobs"] > 1 else nullcontext()
        hidden = quiet or not sys.stderr.isatty()
        rows = len(scores.index.score)
        bar = click.progressbar(length=rows, file=sys.stderr, hidden=hidden, label="draws")
        with pool as executor, bar:

            def progress(done: int, total: int) -> None:
                bar.update(done - bar.pos)

            how: dict[str, Any] = {"executor": executor, "progress": progress}
            if what == "draws":
                found = draws.distribution(scores, weightings, quantiles=QUANTILES, **how)
                frame = drawn.distribution_table(scores, found, QUANTILES)
            elif what == "movements":
                frame = drawn.movements_table(scores, draws.movements(scores, weightings, **how))
            else:
                frame = drawn.ranks_table(scores, draws.acceptability(scores, weightings, **how))
        return frame, None, [f"{options['draws']} {options['kind']} draws, seed {options['seed']}"]

    return made


def _choices(what: str) -> Callable[..., Made]:
    def made(scores: Scores, options: dict[str, Any], quiet: bool) -> Made:
        from bci.robustness.choices import choices
        from bci.robustness.variants import load_variants

        found = choices(
            scores.panel,
            scores.scheme,
            load_variants(options["variants"]),
            limit=options["limit"],
            period=list(scores.periods),
            dyads=["-".join(dyad) for dyad in scores.dyads],
        )
        frame = found.to_frame() if what == "choices" else found.importance()
        return (
            frame,
            None if what == "choices" else _filled(found.in_words()),
            [f"{found.combinations} combinations"],
        )

    return made


def _allowed(scores: Scores, options: dict[str, Any], quiet: bool) -> Made:
    import pandas as pd

    from bci.robustness.allowed import allowed_weights

    both = [
        allowed_weights(scores.panel, scores.scheme, which=which) for which in ("dimensions", "indicators")
    ]
    words = "\n\n".join(_filled(allowed.in_words()) for allowed in both)
    return pd.concat([allowed.to_frame() for allowed in both], ignore_index=True), words, []


def _centre(scores: Scores) -> str:
    from bci.robustness.allowed import allowed_weights, centre_scheme
    from bci.robustness.schemefile import scheme_text

    return scheme_text(centre_scheme(allowed_weights(scores.panel, scores.scheme)))


def _calibration(scores: Scores, options: dict[str, Any], quiet: bool) -> Made:
    from bci.robustness.calibration import cross_validate

    found = cross_validate(scores.panel, scores.scheme)
    return found.to_frame(), _filled(found.in_words()), []


def _filled(words: str) -> str:
    """Sentences no wider than the terminal."""
    import textwrap

    return "\n".join(textwrap.fill(line, width(), subsequent_indent="  ") for line in words.splitlines())


MAKERS: dict[str, Callable[..., Made]] = {
    "summary": _summary,
    "ranges": _exact("ranges"),
    "shares": _exact("shares"),
    "tipping": _exact("tipping"),
    "weights": _exact("weights"),
    "leave-out": _leave_out,
    "flips": _flips,
    "draws": _drawn("draws"),
    "movements": _drawn("movements"),
    "ranks": _drawn("ranks"),
    "choices": _choices("choices"),
    "importance": _choices("importance"),
    "allowed": _allowed,
    "calibration": _calibration,
}


def _require(ctx: click.Context, scores: Scores, share: float) -> None:
    """Fail the check if fewer weightings agree with any band of the index."""
    from bci.periods import label
    from bci.robustness.summary import sensitivity

    table = sensitivity(scores).to_frame().query("level == 'index'")
    shaky = table[~(table["agree"] >= share)]
    for _, row in shaky.iterrows():
        span = label((row["period_start"], row["period_end"]))
        dyad, agree = f"{row['iso3_a']}-{row['iso3_b']}", row["agree"]
        found = f"{agree:.1%} of all weightings agree" if agree == agree else "no score"
        say(f"{dyad} {span}: {found}, fewer than {share:.1%}", quiet=False)
    if len(shaky):
        ctx.exit(FAILED_CHECK)
