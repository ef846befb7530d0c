"""The sheets of dyad-periods: means of years, and the index above them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from bci.model import bands
from bci.output.excel import formulas
from bci.output.excel.cells import (
    HEAD,
    Forms,
    Sheet,
    calculate,
    calculate_over,
    column_letters,
    names_of,
    put,
    put_row,
)
from bci.output.excel.judgements import Judgements
from bci.output.excel.layout import label_widths, lay_out, put_labels, wide
from bci.output.excel.years import WIDTH as YEARS_WIDTH
from bci.output.labels import Years
from bci.scoring.levels import Levels
from bci.scoring.scores import Scores

LABELS = ["iso3_a", "country_a", "iso3_b", "country_b", "period_start", "period_end"]
WIDTH = len(LABELS)

#: How the numbers and words of each block look.
LOOKS = {"score": "score", "band": "word", "coverage": "share", "low": "score", "high": "score"}


def write_periods(
    sheet: Sheet,
    scores: Scores,
    years: Years,
    judged: Judgements,
    forms: Forms,
    advance: Callable[[], object],
) -> None:
    """Write the sheet Periods: mean and coverage of every indicator in every period."""
    names, levels = scores.scheme.indicators, scores.indicators
    stages, bounds = _stages(levels), scores.scheme.missing.rule == "bounds"
    letters = column_letters(YEARS_WIDTH + len(names))[YEARS_WIDTH:]
    _heads(sheet, scores, stages, names, _weights(scores, names, judged), forms)
    stored = {stage: getattr(levels, stage).tolist() for stage in stages}
    for i, (number, label, (start, end)) in enumerate(_rows(scores)):
        row = HEAD + i
        advance()
        put_row(sheet, row, label)
        first, after = years.span(number, start, end)
        length = f"($F{row + 1}-$E{row + 1}+1)"
        column = WIDTH
        for stage in stages:
            for value, letter in zip(stored[stage][i], letters, strict=True):
                if first == after:
                    # The data have no row of these years that a formula could refer to.
                    put(sheet, row, column, value, forms[LOOKS[stage]])
                else:
                    cells = f"Scores!${letter}${HEAD + first + 1}:${letter}${HEAD + after}"
                    formula = _of_years(stage, cells, length, bounds=bounds)
                    calculate(sheet, row, column, formula, value, forms[LOOKS[stage]])
                column += 1


def _of_years(stage: str, cells: str, length: str, *, bounds: bool) -> str:
    match stage:
        case "score":
            return formulas.mean_of_all(cells, length) if bounds else formulas.period_mean(cells)
        case "coverage":
            return formulas.years_covered(cells, length)
        case "low":
            return formulas.least(cells, length)
        case _:
            return formulas.most(cells, length)


def write_index(
    sheet: Sheet, scores: Scores, judged: Judgements, forms: Forms, advance: Callable[[], object]
) -> None:
    """Write the sheet Index: dimensions and index of every period, with bands and coverage."""
    names = ["index", *scores.scheme.tree]
    stored = {
        stage: np.concatenate([getattr(scores.index, stage), getattr(scores.dimensions, stage)], axis=1)
        for stage in _stages(scores.index)
    }
    words = np.array([*scores.scheme.bands, None], dtype=object)
    stored["band"] = words[bands.band(stored["score"], scores.scheme.edges)]
    blocks = _blocks(scores.index)
    weights = {1 + n: cell for n, cell in _weights(scores, names[1:], judged).items()}
    _heads(sheet, scores, blocks, names, weights, forms)
    listed = {stage: stored[stage].tolist() for stage in blocks}
    parents = _parents(scores)
    rule = scores.scheme.missing.rule
    for i, (_, label, _) in enumerate(_rows(scores)):
        row = HEAD + i
        advance()
        put_row(sheet, row, label)
        column = WIDTH
        for stage in blocks:
            for parent, value in zip(parents, listed[stage][i], strict=True):
                formula = _of_members(parent, stage, row + 1, judged, bounds=rule == "bounds")
                calculate_over(sheet, row, column, formula, value, forms[LOOKS[stage]])
                column += 1


@dataclass(frozen=True)
class Parent:
    """A dimension or the index: its own columns by stage, and those of its members.

    Attributes
    ----------
    level
        Level of its members: ``indicators`` or ``dimensions``.
    own
        Column letters.
    members
        Sheet, and letters of the first and the last column.
    """

    level: str
    own: Mapping[str, str]
    members: Mapping[str, tuple[str, str, str]]

    def range(self, stage: str, row: str) -> str:
        """The cells of the members in a row."""
        sheet, first, last = self.members[stage]
        return f"{sheet}${first}{row}:${last}{row}"


def _parents(scores: Scores) -> list[Parent]:
    """The index and its dimensions."""
    tree, blocks, stages = scores.scheme.tree, _blocks(scores.index), _stages(scores.index)
    below, count = len(scores.scheme.indicators), 1 + len(tree)
    letters = column_letters(WIDTH + max(below * len(stages), count * len(blocks)))

    def own(place: int) -> dict[str, str]:
        return {stage: letters[WIDTH + n * count + place] for n, stage in enumerate(blocks)}

    first, last = own(1), own(len(tree))
    parents = [Parent("dimensions", own(0), {stage: ("", first[stage], last[stage]) for stage in stages})]
    starts = accumulate((len(members) for members in tree.values()), initial=WIDTH)
    for place, (start, members) in enumerate(zip(starts, tree.values(), strict=False), start=1):
        spans = {
            stage: ("Periods!", letters[start + n * below], letters[start + n * below + len(members) - 1])
            for n, stage in enumerate(stages)
        }
        parents.append(Parent("indicators", own(place), spans))
    return parents


def _of_members(parent: Parent, stage: str, line: int, judged: Judgements, *, bounds: bool) -> str:
    """The formula of a parent's score, band, coverage or end in the row of that line."""
    s, w = parent.range("score", str(line)), parent.range("score", "$2")
    own = {name: f"${letter}{line}" for name, letter in parent.own.items()}
    exponent = judged.exponent[parent.level]
    match stage:
        case "score":
            missing = formulas.some_missing(s, w)
            least = formulas.too_little(own["coverage"], s, w, rule=judged.rule, minimum=judged.minimum)
            return formulas.unless(missing if bounds else least, formulas.mean(s, w, exponent))
        case "band":
            return formulas.band(own["score"], judged.edges, judged.bands)
        case "coverage":
            c = parent.range("coverage", str(line))
            return formulas.coverage_of_all(c, w) if bounds else formulas.coverage(s, c, w)
        case _:
            return formulas.end(parent.range(stage, str(line)), w, exponent)


def _stages(levels: Levels) -> list[str]:
    return ["score", "coverage"] if levels.low is None else ["score", "coverage", "low", "high"]


def _blocks(levels: Levels) -> list[str]:
    """The stages with bands behind scores."""
    score, *others = _stages(levels)
    return [score, "band", *others]


def _rows(scores: Scores) -> Iterator[tuple[int, list[object], tuple[int, int]]]:
    """Number of the dyad, labels and period of each row."""
    for number, names in enumerate(names_of(scores.dyads)):
        for start, end in scores.periods:
            yield number, [*names, start, end], (start, end)


def _weights(scores: Scores, names: Sequence[str], judged: Judgements) -> dict[int, tuple[str, float]]:
    """Cell and value of the weight above each column."""
    dimensions, tree = scores.scheme.dimensions, scores.scheme.tree
    own = {name: dimensions[name].weight for name in tree}
    own |= {name: weight for members in tree.values() for name, weight in members.items()}
    return {n: (judged.weight[name], own[name]) for n, name in enumerate(names)}


def _heads(
    sheet: Sheet,
    scores: Scores,
    blocks: Sequence[str],
    names: Sequence[str],
    weights: Mapping[int, tuple[str, float]],
    forms: Forms,
) -> None:
    """The rows of blocks, weights and names, from the top down."""
    widths = label_widths(LABELS, scores.dyads)
    for n, block in enumerate(blocks):
        put(sheet, 0, WIDTH + n * len(names), block, forms["head"])
        words = scores.scheme.bands if block == "band" else ()
        widths += [wide([name, *words]) for name in names]
    lay_out(sheet, widths, heads=HEAD, labels=WIDTH)
    put(sheet, 1, 0, "weights, from the sheet Weights", forms["note"])
    for n, (cell, weight) in weights.items():
        calculate(sheet, 1, WIDTH + n, f"={cell}", weight)
    put_labels(sheet, HEAD - 1, LABELS, forms)
    for n, block in enumerate(blocks):
        form = forms["word_head" if block == "band" else "number_head"]
        put_row(sheet, HEAD - 1, names, form, first=WIDTH + n * len(names))
