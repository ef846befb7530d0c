"""The tables of ``bci sensitivity``: one function a table, with the options that the table takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from inspect import signature
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from bci.cli.progress import progress_bar
from bci.cli.request import width

if TYPE_CHECKING:
    import pandas as pd

    from bci.scoring.scores import Scores
    from bci.sensitivity_analysis.multiverse import Choices
    from bci.sensitivity_analysis.sampling import Weightings
    from bci.sensitivity_analysis.summary import Sensitivity

QUANTILES = (0.05, 0.5, 0.95)


class Answer(NamedTuple):
    """A table, the same in words where there are such, and what to tell beside it."""

    frame: pd.DataFrame
    words: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Draws:
    """How weights are drawn (see `bci.sensitivity_analysis.sampling.draw`), and by how many processes."""

    kind: Literal["flat", "dirichlet", "lognormal", "box", "ordered", "constrained"]
    draws: int
    spread: float | None
    order: tuple[str, ...]
    constraint: tuple[str, ...]
    levels: Literal["both", "dimensions", "indicators"]
    seed: int
    jobs: int

    def weightings(self, scores: Scores) -> Weightings:
        """The weightings of the scheme of the scores."""
        import numpy as np

        from bci.sensitivity_analysis.sampling import draw

        return draw(
            scores.scheme,
            self.kind,
            self.draws,
            np.random.default_rng(self.seed),
            spread=self.spread,
            order=self.order,
            constraints=self.constraint,
            levels=self.levels,
        )

    def answer(self, scores: Scores, quiet: bool, method: Callable[..., Any], **how: Any) -> Answer:
        """What a method makes of the weightings."""
        from concurrent.futures import ProcessPoolExecutor
        from contextlib import nullcontext

        weightings = self.weightings(scores)
        pool: Any = ProcessPoolExecutor(self.jobs) if self.jobs > 1 else nullcontext()
        with pool as executor, progress_bar("draws", quiet) as progress:
            result = method(scores, weightings, executor=executor, progress=progress, **how)
        return Answer(result.to_frame(), notes=(f"{self.draws} {self.kind} draws, seed {self.seed}",))


def _sensitivity(scores: Scores, within: float = 0.5) -> Sensitivity:
    from bci.sensitivity_analysis.summary import sensitivity

    return sensitivity(scores, within=within)


def summary(scores: Scores, within: float, dimensions: bool) -> Answer:
    """The answer in plain words."""
    from bci.output.screen.sensitivity import in_words

    answer = _sensitivity(scores, within)
    return Answer(answer.to_frame(), in_words(answer, width(), dimensions=dimensions))


def ranges(scores: Scores, within: float) -> Answer:
    """The weights that reach the lowest and the highest score."""
    return Answer(_sensitivity(scores, within).ranges())


def shares(scores: Scores) -> Answer:
    """Exact share of the weightings in each band."""
    return Answer(_sensitivity(scores).shares())


def tipping(scores: Scores) -> Answer:
    """The nearest weights that lead into another band."""
    return Answer(_sensitivity(scores).tipping())


def weights(scores: Scores) -> Answer:
    """One weight at a time: path, crossings, halved and doubled."""
    return Answer(_sensitivity(scores).weights())


def leave_out(scores: Scores) -> Answer:
    """Without each indicator and dimension."""
    from bci.sensitivity_analysis.one_at_a_time import leave_one_out

    return Answer(leave_one_out(scores))


def flips(scores: Scores) -> Answer:
    """Findings whose verdict changes without one."""
    from bci.replication.findings import load_findings
    from bci.replication.verdicts import flipped_verdicts

    return Answer(flipped_verdicts(scores, load_findings()))


def draws(scores: Scores, drawing: Draws, quiet: bool) -> Answer:
    """Quantiles and band shares over draws of weights."""
    from bci.sensitivity_analysis.montecarlo import distribution

    return drawing.answer(scores, quiet, distribution, quantiles=QUANTILES)


def movements(scores: Scores, drawing: Draws, quiet: bool) -> Answer:
    """Share of draws in which a score rises, stays or falls."""
    from bci.sensitivity_analysis.montecarlo import movements

    return drawing.answer(scores, quiet, movements)


def ranks(scores: Scores, drawing: Draws, quiet: bool) -> Answer:
    """Share of draws in which a dyad takes each rank."""
    from bci.sensitivity_analysis.montecarlo import acceptability

    return drawing.answer(scores, quiet, acceptability)


def choices(scores: Scores, variants: str | None, limit: int, quiet: bool) -> Answer:
    """Every combination of scales, means, measures and so on."""
    combined = _combined(scores, variants, limit, quiet)
    return Answer(combined.to_frame(), notes=(f"{combined.combinations} combinations",))


def importance(scores: Scores, variants: str | None, limit: int, quiet: bool) -> Answer:
    """Which of these choices matters: Sobol indices."""
    combined = _combined(scores, variants, limit, quiet)
    notes = (f"{combined.combinations} combinations",)
    return Answer(combined.importance(), _filled(combined.in_words()), notes)


def _combined(scores: Scores, variants: str | None, limit: int, quiet: bool) -> Choices:
    from bci.sensitivity_analysis.multiverse import choices
    from bci.sensitivity_analysis.variants import load_variants

    with progress_bar("choices", quiet) as progress:
        return choices(
            scores.panel,
            scores.scheme,
            load_variants(variants),
            limit=limit,
            progress=progress,
            period=list(scores.periods),
            dyads=["-".join(dyad) for dyad in scores.dyads],
        )


def allowed(scores: Scores) -> Answer:
    """The weights that the published findings leave open."""
    import pandas as pd

    from bci.replication.admissible import allowed_weights

    both = [
        allowed_weights(scores.panel, scores.scheme, which="dimensions"),
        allowed_weights(scores.panel, scores.scheme, which="indicators"),
    ]
    words = "\n\n".join(_filled(weights.in_words()) for weights in both)
    return Answer(pd.concat([weights.to_frame() for weights in both], ignore_index=True), words)


def centre(scores: Scores) -> str:
    """The scheme file of the centre of the allowed dimension weights."""
    from bci.model.scheme import scheme_text
    from bci.replication.admissible import allowed_weights, centre_scheme

    return scheme_text(centre_scheme(allowed_weights(scores.panel, scores.scheme)))


def calibration(scores: Scores) -> Answer:
    """Whether findings hold that were left out of the calibration."""
    from bci.replication.calibration import cross_validate

    validation = cross_validate(scores.panel, scores.scheme)
    return Answer(validation.to_frame(), _filled(validation.in_words()))


def _filled(words: str) -> str:
    """Sentences no wider than the terminal."""
    import textwrap

    return "\n".join(textwrap.fill(line, width(), subsequent_indent="  ") for line in words.splitlines())


TABLES: Mapping[str, Callable[..., Answer]] = {
    table.__name__.replace("_", "-"): table
    for table in (
        *(summary, ranges, shares, tipping, weights, leave_out, flips, draws, movements, ranks),
        *(choices, importance, allowed, calibration),
    )
}
#: What each shows, for the help.
WORDS = {
    name: f"{doc[0].lower()}{doc[1:].removesuffix('.')}"
    for name, doc in ((n, str(t.__doc__)) for n, t in TABLES.items())
}
#: Tables of the findings, which name their own dyad and periods.
OF_FINDINGS = ("flips", "allowed", "calibration")


def taken_by(table: str) -> list[str]:
    """What the function of a table is called with beside the scores."""
    return [name for name in signature(TABLES[table]).parameters if name != "scores"]


def takers() -> Mapping[str, list[str]]:
    """By the name of an option, the tables that take it."""
    tables = {
        name: [t for t in TABLES if t not in OF_FINDINGS] for name in ("dyads", "period", "start", "end")
    }
    tables["write_centre"] = ["allowed"]
    for table in TABLES:
        for name in taken_by(table):
            for option in [each.name for each in fields(Draws)] if name == "drawing" else [name]:
                tables.setdefault(option, []).append(table)
    del tables["quiet"]
    return tables
