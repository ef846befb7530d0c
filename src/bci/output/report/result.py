"""The result in words, a chart and a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from bci.data.dyads import Dyad
from bci.model.periods import Span, label
from bci.output.about import is_calibrated
from bci.output.report.blocks import Block, Cell, Chart, Dot, Heading, Table, Text, by_period, table
from bci.output.report.study import Study
from bci.output.report.wording import (
    LEAST,
    MISSING,
    MOST_LISTED,
    REFUSED,
    between,
    listed,
    named,
    number,
    of,
    plain,
    score_cell,
    share,
    signed,
    title,
)
from bci.scoring.explanation import absences


def result(study: Study) -> Iterator[Block]:
    """Every dyad: the sentence, the path, what moved it, the table; first all of them side by side."""
    yield Heading("Result")
    dyads = study.scores.dyads
    if len(dyads) > 1:
        yield from _side_by_side(study)
    for dyad in dyads:
        if len(dyads) > 1:
            yield Heading(of(dyad), 3)
        yield Text(lead(study, dyad), lead=True)
        scored = study.scored(dyad)
        if len(scored) > 1:
            yield Text(" ".join(_path(study, dyad, scored)))
        if dyad in study.changes:
            yield Text(" ".join(_moved(study, dyad, scored)))
        if scored:
            yield Text(_dimensions(study, dyad, scored[-1]))
        chart = _chart(study, dyad)
        if len(chart.dots) > 1 and any(dot.score is not None or dot.low is not None for dot in chart.dots):
            yield chart
        yield from _scores(study, dyad)
        yield from _behind(study, dyad, scored)
    yield Text(_key(study))


def lead(study: Study, dyad: Dyad) -> str:
    """The result in a sentence or two."""
    periods, scored = study.scores.periods, study.scored(dyad)
    who, last = of(dyad), periods[-1]
    if not scored:
        row = study.index(dyad, last)
        if study.scores.index.low is not None and row["coverage"]:
            reach = between(row["low"], row["high"], 3)
            return f"The index of {who} is not known exactly in any period; in {label(last)} it lies {reach}."
        return f"{who} have no index in any period: too little is known for the rule of the scheme."
    row = study.index(dyad, scored[-1])
    said = (
        f"In {label(scored[-1])} the cooperation of {who} is {plain(row['band'])}: "
        f"the index is {number(row['score'])} on a scale from 0 to 1."
    )
    if row["coverage"] <= 1 - 1e-12:
        said += f" Data stand behind {share(row['coverage'])} of its weight."
    if scored[-1] != last:
        said += (
            f" For {label(last)} there is no index, as too little is known; this is the last that there is."
        )
    return said


def _path(study: Study, dyad: Dyad, scored: Sequence[Span]) -> Iterator[str]:
    score = {span: study.index(dyad, span)["score"] for span in scored}
    band = {span: plain(study.index(dyad, span)["band"]) for span in scored}
    first, highest, lowest = scored[0], max(scored, key=score.__getitem__), min(scored, key=score.__getitem__)
    yield f"The index begins at {number(score[first])} ({band[first]}) in {label(first)}."
    yield (
        f"It is highest in {label(highest)} ({number(score[highest])}) and lowest in {label(lowest)} "
        f"({number(score[lowest])})."
    )
    steps = [(a, b) for a, b in pairwise(study.scores.periods) if a in score and b in score]
    moves = {b: score[b] - score[a] for a, b in steps}
    fell = [span for span, move in moves.items() if move <= -LEAST]
    if steps:
        rose = sum(move >= LEAST for move in moves.values())
        still = len(steps) - rose - len(fell)
        often = "once" if still == 1 else f"{still} times"
        rest = f"; {often} it moves by less than {LEAST:g}" if still else ""
        yield f"From period to period it rises {rose} and falls {len(fell)} of {len(steps)} times{rest}."
    if len(fell) > MOST_LISTED:
        most = min(fell, key=moves.__getitem__)
        yield f"Its largest fall is that of {label(most)} ({signed(moves[most])})."
    elif fell:
        yield f"It falls in {listed([f'{label(span)} ({signed(moves[span])})' for span in fell])}."
    yield _bands([(b, band[b]) for a, b in pairwise(scored) if band[a] != band[b]], band[first])


def _bands(entered: Sequence[tuple[Span, str]], first: str) -> str:
    if not entered:
        return f"Its band is {first} throughout."
    said = [f"{band} in {label(span)}" for span, band in entered]
    if len(said) > MOST_LISTED:
        return f"Its band changes {len(said)} times, at last to {said[-1]}."
    return f"Its band becomes {listed(said)}."


def _moved(study: Study, dyad: Dyad, scored: Sequence[Span]) -> Iterator[str]:
    rows = study.changes[dyad]
    change = rows[0]["change"]
    way = "rises" if change >= LEAST else "falls" if change <= -LEAST else "hardly changes"
    by = f" by {number(abs(change))}" if abs(change) >= LEAST else ""
    yield f"From {label(scored[0])} to {label(scored[-1])} the index {way}{by}."
    away = absences(rows, (scored[0], scored[-1]))
    # What counts in neither period has no part in the change.
    parts = [row for row in rows if row["level"] == "indicator" and len(away[row["name"]]) < 2]
    parts.sort(key=lambda row: row["contribution"], reverse=change >= 0)
    said = []
    for row in parts:
        why = "".join(f" ({reason})" for reason in away[row["name"]])
        said.append(f"{named(study.scores, row['name'])} {signed(row['contribution'])}{why}")
    yield f"To this change the indicators contribute {listed(said)}; the parts add up to it."
    if any(away[row["name"]] for row in parts):
        yield "What counts in only one of the two periods contributes by joining the index or leaving it."


def _dimensions(study: Study, dyad: Dyad, span: Span) -> str:
    rows = [row for row in study.rows[dyad, span] if row["level"] == "dimension"]
    known = sorted((r for r in rows if r["score"] is not None), key=lambda r: r["score"], reverse=True)
    said = [f"{plain(row['name'])} {number(row['score'])} ({plain(row['band'])})" for row in known]
    sentence = f"In {label(span)}, from the highest dimension to the lowest: {listed(said)}." if said else ""
    missing = [plain(row["name"]) for row in rows if row["score"] is None]
    return f"{sentence} Without a score: {listed(missing)}.".strip() if missing else sentence


def _chart(study: Study, dyad: Dyad) -> Chart:
    dots = []
    for span in study.scores.periods:
        row = study.index(dyad, span)
        known = row["coverage"] > 0
        dots.append(
            Dot(label(span), row["score"], row["low"] if known else None, row["high"] if known else None)
        )
    caption = f"Index of {of(dyad)} by period; a bar is the reach over everything the missing data could be."
    return Chart(
        caption, tuple(dots), tuple((plain(w), edge) for w, edge in study.scores.scheme.bands.items())
    )


def _scores(study: Study, dyad: Dyad) -> Iterator[Table]:
    periods = study.scores.periods
    rows: list[list[str | Cell]] = []
    for place, (level, name) in enumerate(study.scores.names):
        mark = " (calibrated)" if level == "indicator" and is_calibrated(study.scores, name) else ""
        cells = [score_cell(study.rows[dyad, span][place], study.scores) for span in periods]
        rows.append([("– " if level == "indicator" else "") + title(study.scores, name) + mark, *cells])
    return by_period(f"Scores of {of(dyad)}", [*map(label, periods)], rows)


def _behind(study: Study, dyad: Dyad, scored: Sequence[Span]) -> Iterator[Block]:
    if dyad not in study.behind:
        return
    rows, above, refused = [], study.behind[dyad][0], False
    for row in study.behind[dyad]:
        if row["level"] == "dimension":
            above = row
        elif row["level"] == "indicator":
            unit = f" ({row['unit']})" if row["unit"] else ""
            value = MISSING if row["value"] is None else f"{row['value']:.4g}{unit}"
            weight, part = share(row["weight"]), number(row["contribution"])
            # Neither is a zero that was found.
            if row["score"] is None:
                part = MISSING
            elif above["score"] is None:
                weight, part, refused = REFUSED, REFUSED, True
            name, scale = title(study.scores, row["name"]), str(row["scale"])
            rows.append([name, value, scale, number(row["score"]), weight, part])
    index = study.behind[dyad][0]
    rows.append(
        ["index", "", "", number(index["score"]), share(index["weight"]), number(index["contribution"])]
    )
    caption = f"What the index of {of(dyad)} is made of in {label(scored[-1])}"
    yield table(caption, ["", "Mean value", "Scale", "Score", "Weight", "Contribution"], rows)
    if refused:
        yield Text(
            f"{REFUSED}: too little of the dimension rests on data, so that it has no score, and what is "
            "known of it does not count."
        )


def _side_by_side(study: Study) -> Iterator[Table]:
    rows: list[list[str | Cell]] = []
    for dyad in study.scores.dyads:
        rows.append(
            [of(dyad), *(score_cell(study.index(dyad, s), study.scores) for s in study.scores.periods)]
        )
    return by_period("Index of every dyad", [*map(label, study.scores.periods)], rows)


def _key(study: Study) -> str:
    said = "n/a: no score, as too little is known; it is not zero. *: rests on partial data."
    if study.scores.index.low is not None:
        said += " Two numbers: the lowest and the highest score over everything the missing data could be."
    return said
