"""What a report answers, and by which rules."""

from __future__ import annotations

from collections.abc import Iterator

from bci.output.about import is_calibrated
from bci.output.report.blocks import Block, Heading, Text, table
from bci.output.report.study import Study
from bci.output.report.wording import all_of, listed, named, plain, share, title


def question(study: Study) -> Iterator[Block]:
    """What is asked, and by which scheme it is answered."""
    scores, scheme = study.scores, study.scores.scheme
    who = all_of(scores.dyads)
    first, last = scores.periods[0][0], scores.periods[-1][1]
    yield Heading("Question")
    yield Text(
        f"How intensely did {who} cooperate in {first}-{last}, and how sure is the answer? The Bilateral "
        "Cooperation Intensity index (BCI) puts figures on it. Indicators with sources are read on scales "
        "from 0 (none) to 1 (full intensity), merged into dimensions, and these into one index, which falls "
        f"into a band: {listed([f'{plain(w)} from {edge:g}' for w, edge in scheme.bands.items()])}."
    )
    inside, above = _mean(scheme.mean("indicators")), _mean(scheme.mean("dimensions"))
    yield Text(
        f"The scheme is {scheme.name}, version {scheme.version}. {scheme.description} Indicators make a "
        f"dimension by their {inside}, dimensions the index by their {above}. The score of an indicator in a "
        f"period is the mean of its years with data. {_missing_rule(study)}"
    )
    rows = []
    for dimension, members in scheme.tree.items():
        for name in members:
            mark = "calibrated" if is_calibrated(scores, name) else "not calibrated"
            rows.append([title(scores, name), plain(dimension), share(scheme.overall_weight(name)), mark])
    yield table("Indicators and weights", ["", "Dimension", "Share of the weight", "Scale"], rows, words=True)
    calibrated = [name for name in scheme.indicators if is_calibrated(scores, name)]
    if calibrated:
        yield Text(
            f"The scales of {listed([named(scores, name) for name in calibrated])} are "
            "calibrated: their numbers were chosen so that published statements come out well. What rests on "
            "them is no independent evidence for those statements."
        )


def _mean(method: str | float) -> str:
    return f"{method} mean" if isinstance(method, str) else f"power mean with exponent {method:g}"


def _missing_rule(study: Study) -> str:
    missing = study.scores.scheme.missing
    least = f"what rests on data for less than {missing.minimum_coverage:.0%} of its weight has no score"
    return {
        "reweight": f"Where data are missing, the weights of what is there keep their proportions; {least}.",
        "strict": f"What lacks a member has no score, and {least}.",
        "bounds": "Where data are missing, the lowest and the highest score that they could make are given.",
    }[missing.rule]
