"""How sure the result is: other weights, and what was published."""

from __future__ import annotations

from collections.abc import Iterator

from bci.countries import dyad as read_dyad
from bci.data.dyads import Dyad
from bci.model.periods import Span, label
from bci.output.report.blocks import Block, Heading, Points, Text, table
from bci.output.report.study import Row, Study, key_of
from bci.output.report.wording import (
    LEAST,
    MISSING,
    between,
    ends,
    listed,
    named,
    number,
    of,
    plain,
    share,
    title,
)
from bci.output.screen.sensitivity import SETTLED
from bci.results import records


def robustness(study: Study) -> Iterator[Block]:
    """What other weights could make of the index, in words and as a table."""
    yield Heading("Would other weights tell another story?")
    if not any(study.scored(dyad) for dyad in study.scores.dyads):
        yield Text("Weights are a judgement, but without an index there is nothing to weigh otherwise.")
        return
    yield Text(
        "Weights are a judgement. So every weighting is tried: any weights of the dimensions, and of the "
        "indicators inside each, all equally likely. The share of them that put the index into the same band "
        f"says how little the band owes to the scheme's own weights. {_how(study)}"
    )
    for dyad in study.scores.dyads:
        if len(study.scores.dyads) > 1:
            yield Heading(of(dyad), 3)
        scored = study.scored(dyad)
        if not scored:
            yield Text("There is no index, so there is nothing to weigh otherwise.")
            continue
        yield Text(" ".join(_last(study, dyad, scored[-1])))
        if len(scored) > 1:
            yield Text(" ".join(_all(study, dyad, scored)))
        rows = [_row(study, study.sureness[dyad, span]) for span in study.scores.periods]
        heads = ["", "Index", "Weightings that agree", "Any weights", f"Within {share(study.sure.within)}"]
        heads += ["Nearest other band, if weight moves", "Matters most"]
        yield table(f"Other weights for {of(dyad)}", heads, rows, words=True)


def _how(study: Study) -> str:
    errors = [row["agree_error"] for row in study.sureness.values() if row["agree_error"] is not None]
    largest = max(errors, default=0.0)
    if largest > 1e-6:
        said = f"The shares come from draws; their standard error is at most {share(largest)}."
    else:
        said = "The shares are exact."
    if study.scores.index.low is not None:
        return f"{said} Under the rule bounds there is an answer only where nothing is missing."
    settled = any(study.settled(*key) for key in study.rows)
    return f"{said} {SETTLED}" if settled else said


def _last(study: Study, dyad: Dyad, span: Span) -> Iterator[str]:
    row = study.sureness[dyad, span]
    band = plain(row["band"])
    yield f"In {label(span)}, {share(row['agree'])} of all weightings call the cooperation {band}."
    low, high = ends(row["low"], row["high"])
    settled = ", as long as the scheme's own settle which data count" if study.settled(dyad, span) else ""
    yield f"No weights take the index below {low} or above {high}{settled}."
    if row["low_within"] is not None:
        box = between(row["low_within"], row["high_within"])
        yield f"With each weight within {share(study.sure.within)} of its share it stays {box}."
        if row["tipping"] is None:
            yield "No weighting gives another band."
        else:
            other = plain(row["tipping_band"])
            yield f"It becomes {other} when {share(row['tipping'])} of the weight moves between indicators."
    yield from _matters(study, study.matters.get((dyad, span), []), row["swing"])


def _matters(study: Study, weights: list[str], swing: float | None) -> Iterator[str]:
    if not weights or swing is None:
        return
    if swing < LEAST:
        yield "No single weight, halved or doubled, moves the index by as much as a thousandth."
        return
    names, moved = [named(study.scores, name) for name in weights], f"the index moves by {number(swing)}"
    if len(names) == 1:
        yield f"The weight of {names[0]} matters most: {moved} between half and double its weight."
    else:
        whose = f"The weights of {listed(names)} matter most, and equally"
        yield f"{whose}: {moved} between half and double of each."


def _all(study: Study, dyad: Dyad, scored: list[Span]) -> Iterator[str]:
    agree = {span: study.sureness[dyad, span]["agree"] for span in scored}
    known = {span: share_ for span, share_ in agree.items() if share_ is not None}
    if not known:
        return
    most = sum(value > 0.5 for value in known.values())
    yield f"More than half of all weightings agree with the band in {most} of {len(known)} periods."
    least = min(known, key=known.__getitem__)
    yield f"The least sure period is {label(least)}, where {share(known[least])} agree."


def _row(study: Study, row: Row) -> list[str]:
    period = label((row["period_start"], row["period_end"]))
    if row["score"] is None:
        return [period, *[MISSING] * 6]
    tipping = "none" if row["tipping"] is None else f"{plain(row['tipping_band'])}: {share(row['tipping'])}"
    if row["low_within"] is None:
        tipping = MISSING
    return [
        period,
        f"{number(row['score'])} {plain(row['band'])}",
        share(row["agree"]),
        _span(row["low"], row["high"]),
        _span(row["low_within"], row["high_within"]),
        tipping,
        _most(study, row),
    ]


def _most(study: Study, row: Row) -> str:
    weights = study.matters.get(key_of(row), [])
    if not weights:
        return MISSING
    return "none" if row["swing"] < LEAST else ", ".join(title(study.scores, name) for name in weights)


def _span(low: float | None, high: float | None) -> str:
    return MISSING if low is None or high is None else " to ".join(ends(low, high))


def replication(study: Study) -> Iterator[Block]:
    """What was published about one of the dyads, and whether it holds; nothing for others."""
    if study.verdicts is None or study.findings is None:
        return
    verdicts = study.verdicts.verdicts
    held = [verdict.holds for verdict in verdicts]
    yield Heading("Does it agree with what was published?")
    yield Text(
        f"Of {len(verdicts)} published statements about {of(read_dyad(study.findings.dyad))}, "
        f"{held.count(True)} hold under this scheme, {held.count(False)} fail and {held.count(None)} "
        "cannot be told. They are tested on periods of their own, whatever the periods above. "
        f"{sum(verdict.calibrated for verdict in verdicts)} of them are about scores with a calibrated scale "
        "behind them; that such a statement holds shows consistency, not confirmation."
    )
    rows = [
        [row["class"], *(str(row[part]) for part in ("findings", "hold", "fail", "cannot_tell"))]
        for row in records(study.verdicts.totals())
    ]
    yield table("Published statements", ["", "Statements", "Hold", "Fail", "Cannot be told"], rows)
    for verdict, head in ((False, "These fail:"), (None, "These cannot be told:")):
        # The notes of the findings speak of the default scheme, so they are not repeated here.
        items = [f"{v.finding.statement} Found: {v.found}." for v in verdicts if v.holds is verdict]
        if items:
            yield Text(head)
            yield Points(tuple(items))
