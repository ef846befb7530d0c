"""What each ``--table`` of ``bci sensitivity`` shows: a frame, perhaps words, and notes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bci.cli.options import width
from bci.cli.progress import progress_bar

if TYPE_CHECKING:
    import pandas as pd

    from bci.scoring.scores import Scores

QUANTILES = (0.05, 0.5, 0.95)

Made = tuple["pd.DataFrame", str | None, list[str]]


def _summary(scores: Scores, options: dict[str, Any], quiet: bool) -> Made:
    from bci.output.screen.sensitivity import in_words
    from bci.sensitivity_analysis.summary import sensitivity

    answer = sensitivity(scores, within=options["within"])
    return answer.to_frame(), in_words(answer, width(), dimensions=options["dimensions"]), []


def _exact(method: str) -> Callable[..., Made]:
    def made(scores: Scores, options: dict[str, Any], quiet: bool) -> Made:
        from bci.sensitivity_analysis.summary import sensitivity

        answer = sensitivity(scores, within=options["within"])
        return getattr(answer, method)(), None, []

    return made


def _leave_out(scores: Scores, options: dict[str, Any], quiet: bool) -> Made:
    from bci.sensitivity_analysis.one_at_a_time import leave_one_out

    return leave_one_out(scores), None, []


def _flips(scores: Scores, options: dict[str, Any], quiet: bool) -> Made:
    from bci.replication.findings import load_findings
    from bci.replication.verdicts import flipped_verdicts

    return flipped_verdicts(scores, load_findings()), None, []


def _drawn(what: str) -> Callable[..., Made]:
    def made(scores: Scores, options: dict[str, Any], quiet: bool) -> Made:
        from concurrent.futures import ProcessPoolExecutor
        from contextlib import nullcontext

        import numpy as np

        from bci.sensitivity_analysis import montecarlo
        from bci.sensitivity_analysis.sampling import draw

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
        with pool as executor, progress_bar("draws", quiet) as progress:
            how: dict[str, Any] = {"executor": executor, "progress": progress}
            if what == "draws":
                frame = montecarlo.distribution(scores, weightings, quantiles=QUANTILES, **how).to_frame()
            elif what == "movements":
                frame = montecarlo.movements(scores, weightings, **how).to_frame()
            else:
                frame = montecarlo.acceptability(scores, weightings, **how).to_frame()
        return frame, None, [f"{options['draws']} {options['kind']} draws, seed {options['seed']}"]

    return made


def _choices(what: str) -> Callable[..., Made]:
    def made(scores: Scores, options: dict[str, Any], quiet: bool) -> Made:
        from bci.sensitivity_analysis.multiverse import choices
        from bci.sensitivity_analysis.variants import load_variants

        with progress_bar("choices", quiet) as progress:
            found = choices(
                scores.panel,
                scores.scheme,
                load_variants(options["variants"]),
                limit=options["limit"],
                progress=progress,
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

    from bci.replication.admissible import allowed_weights

    both = [
        allowed_weights(scores.panel, scores.scheme, which=which) for which in ("dimensions", "indicators")
    ]
    words = "\n\n".join(_filled(allowed.in_words()) for allowed in both)
    return pd.concat([allowed.to_frame() for allowed in both], ignore_index=True), words, []


def centre(scores: Scores) -> str:
    """The scheme file of the centre of the allowed dimension weights."""
    from bci.model.scheme import scheme_text
    from bci.replication.admissible import allowed_weights, centre_scheme

    return scheme_text(centre_scheme(allowed_weights(scores.panel, scores.scheme)))


def _calibration(scores: Scores, options: dict[str, Any], quiet: bool) -> Made:
    from bci.replication.calibration import cross_validate

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
