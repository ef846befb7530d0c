"""The sheet Index: dimensions and index of every period as formulas over Periods and Weights."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
    lay_out,
    put,
    put_row,
)
from bci.output.excel.data import LOOKS, SPANS, label_spans, stages
from bci.output.excel.weights import Judgements
from bci.scoring.levels import Levels
from bci.scoring.scores import Scores

WIDTH = len(SPANS)


def write_index(
    sheet: Sheet, scores: Scores, judged: Judgements, forms: Forms, advance: Callable[[], object]
) -> None:
    """Write the sheet Index, every number a formula that is stored with its value."""
    names, blocks, parents = ["index", *scores.scheme.tree], _blocks(scores.index), _parents(scores)
    stored = {
        stage: np.concatenate([getattr(scores.index, stage), getattr(scores.dimensions, stage)], axis=1)
        for stage in stages(scores.index)
    }
    stored["band"] = scores.scheme.words(bands.band(stored["score"], scores.scheme.edges))
    label_spans(sheet, scores, forms)
    put(sheet, 1, 0, "weights, from the sheet Weights", forms["note"])
    for column, name in enumerate(names[1:], start=WIDTH + 1):
        calculate(sheet, 1, column, f"={judged.weight[name]}", judged.weights[name])
    for n, block in enumerate(blocks):
        first, form = WIDTH + n * len(names), forms["word_head" if block == "band" else "number_head"]
        put(sheet, 0, first, block, forms["head"])
        put_row(sheet, HEAD - 1, names, form, first=first)
    bounds = scores.scheme.missing.rule == "bounds"
    for row in range(HEAD, HEAD + len(stored["score"])):
        advance()
        column = WIDTH
        for block in blocks:
            for parent, value in zip(parents, stored[block][row - HEAD].tolist(), strict=True):
                formula = _of_members(parent, block, row + 1, judged, bounds=bounds)
                calculate_over(sheet, row, column, formula, value, forms[LOOKS[block]])
                column += 1
    lay_out(sheet, heads=HEAD, labels=WIDTH, widths=[8])


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

    def cells(self, stage: str, row: str) -> str:
        """The cells of the members in a row."""
        sheet, first, last = self.members[stage]
        return f"{sheet}${first}{row}:${last}{row}"


def _parents(scores: Scores) -> list[Parent]:
    """The index and its dimensions."""
    tree, blocks, known = scores.scheme.tree, _blocks(scores.index), stages(scores.index)
    below, count = len(scores.scheme.indicators), 1 + len(tree)
    letters = column_letters(WIDTH + max(below * len(known), count * len(blocks)))

    def letters_of(place: int) -> dict[str, str]:
        return {stage: letters[WIDTH + n * count + place] for n, stage in enumerate(blocks)}

    first, last = letters_of(1), letters_of(len(tree))
    parents = [
        Parent("dimensions", letters_of(0), {stage: ("", first[stage], last[stage]) for stage in known})
    ]
    starts = accumulate((len(members) for members in tree.values()), initial=WIDTH)
    for place, (start, members) in enumerate(zip(starts, tree.values(), strict=False), start=1):
        spans = {
            stage: ("Periods!", letters[start + n * below], letters[start + n * below + len(members) - 1])
            for n, stage in enumerate(known)
        }
        parents.append(Parent("indicators", letters_of(place), spans))
    return parents


def _of_members(parent: Parent, stage: str, line: int, judged: Judgements, *, bounds: bool) -> str:
    """The formula of a parent's score, band, coverage or end in the row of that line."""
    s, w = parent.cells("score", str(line)), parent.cells("score", "$2")
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
            c = parent.cells("coverage", str(line))
            return formulas.coverage_of_all(c, w) if bounds else formulas.coverage(s, c, w)
        case _:
            return formulas.end(parent.cells(stage, str(line)), w, exponent)


def _blocks(levels: Levels) -> list[str]:
    """The stages with bands behind scores."""
    score, *others = stages(levels)
    return [score, "band", *others]
