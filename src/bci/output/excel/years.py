"""The sheets of dyad-years: values, the scales they are read on, and annual scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeAlias

from bci.definitions import GRADES
from bci.fitted import Fitted
from bci.output.dyadyears import Years
from bci.output.excel import formulas
from bci.output.excel.cells import (
    HEAD,
    Forms,
    Sheet,
    calculate,
    column_letters,
    names_of,
    prepare,
    put,
    put_row,
)
from bci.scores import Scores
from bci.weights import scale_of

LABELS = ["iso3_a", "country_a", "iso3_b", "country_b", "year"]
WIDTH = len(LABELS)

LINEAR: Mapping[str, Callable[..., str]] = {"goalposts": formulas.goalposts, "z_score": formulas.z_score}

#: The formula of a score from the cell of its value; None where scores are no formula.
Scales: TypeAlias = Mapping[str, Callable[[str], str] | None]


def write_values(sheet: Sheet, scores: Scores, years: Years, forms: Forms) -> None:
    """Write the sheet Values: what was measured, and how good the data are."""
    names = scores.scheme.indicators
    graded = scores.grades is not None
    blocks = ["value", "quality"] if graded else ["value"]
    _heads(sheet, names, blocks, forms, [_unit(scores, name) for name in names])
    prepare(sheet, WIDTH, WIDTH + len(names) * (1 + graded))
    dyads, values = names_of(scores.dyads), scores.matrix[years.row].tolist()
    grades = None if scores.grades is None else scores.grades[years.row].tolist()
    for i, (number, year) in enumerate(zip(years.number.tolist(), years.year.tolist(), strict=True)):
        put_row(sheet, HEAD + i, [*dyads[number], year, *values[i]])
        if grades is not None:
            words = [GRADES[grade] if grade >= 0 else None for grade in grades[i]]
            put_row(sheet, HEAD + i, words, first=WIDTH + len(names))


def write_scales(sheet: Sheet, scores: Scores, fitted: Mapping[str, Fitted], forms: Forms) -> Scales:
    """Write the sheet Scales: from which value to which score."""
    put(sheet, 0, 0, "Scales: how values become scores from 0 to 1", forms["title"])
    put_row(sheet, HEAD - 1, ["indicator", "what", "value", "score"], forms["head"])
    sheet.set_column(0, 1, 24)
    sheet.set_column(2, 3, 14)
    row, found = HEAD, dict[str, Callable[[str], str] | None]()
    for name in scores.scheme.indicators:
        scale = scale_of(scores.scheme, scores.definitions, name)
        said = scale.basis + (f" to {scale.calibrated_to}" if scale.calibrated_to else "")
        put_row(sheet, row, [name, "scale", scale.method])
        put_row(sheet, row + 1, [name, "basis", said])
        put_row(sheet, row + 2, [name, "direction", fitted[name].numbers["direction"]])
        found[name], row = _scale(sheet, row + 3, name, fitted[name])
        put_row(sheet, row, [name, "note", scale.note or None])
        row += 2
    return found


def _scale(sheet: Sheet, row: int, name: str, scale: Fitted) -> tuple[Callable[[str], str] | None, int]:
    """The numbers of one scale; its formula, and the row below."""
    direction = f"Scales!$C${row}"
    if scale.formula == "anchors":
        points = scale.numbers["points"]
        for i, point in enumerate(points):
            put_row(sheet, row + i, [name, "anchor", *map(float, point)])
        first, last = row + 1, row + len(points)
        ranges = {"values": f"Scales!$C${first}:$C${last}", "scores": f"Scales!$D${first}:$D${last}"}
        return partial(formulas.anchors, count=len(points), direction=direction, **ranges), last
    if "reference" in scale.numbers:
        said = (
            f"a {scale.formula} among the {len(scale.numbers['reference'])} values of the data; the scores "
            "are written as numbers, since one value more would move them all"
        )
        put_row(sheet, row, [name, "numbers", said])
        return None, row + 1
    numbers = {key: float(number) for key, number in scale.numbers.items() if key != "direction"}
    for i, (key, number) in enumerate(numbers.items()):
        put_row(sheet, row + i, [name, key, number])
    cells = {key: f"Scales!$C${row + 1 + i}" for i, key in enumerate(numbers)}
    return partial(LINEAR[scale.formula], **cells, direction=direction), row + len(numbers)


def write_scores(
    sheet: Sheet,
    scores: Scores,
    years: Years,
    scales: Scales,
    forms: Forms,
    advance: Callable[[], object],
) -> None:
    """Write the sheet Scores: the score of every value on its scale."""
    names = scores.scheme.indicators
    _heads(sheet, names, ["score, from the sheets Values and Scales"], forms, [])
    prepare(sheet, WIDTH, WIDTH + len(names))
    dyads, annual = names_of(scores.dyads), scores.annual[years.row].tolist()
    columns = list(zip(names, column_letters(WIDTH + len(names))[WIDTH:], strict=True))
    for i, (number, year) in enumerate(zip(years.number.tolist(), years.year.tolist(), strict=True)):
        row = HEAD + i
        advance()
        put_row(sheet, row, [*dyads[number], year])
        for n, (name, letter) in enumerate(columns):
            formula = scales[name]
            if formula is None:
                put(sheet, row, WIDTH + n, annual[i][n], forms["score"])
            else:
                cell = formula(f"Values!${letter}{row + 1}")
                calculate(sheet, row, WIDTH + n, cell, annual[i][n], forms["score"])


def _heads(
    sheet: Sheet, names: Sequence[str], blocks: Sequence[str], forms: Forms, units: Sequence[str]
) -> None:
    # Rows are written from the top down, and none twice.
    for i, block in enumerate(blocks):
        put(sheet, 0, WIDTH + i * len(names), block, forms["head"])
    put_row(sheet, 1, units, forms["note"], first=WIDTH)
    put_row(sheet, HEAD - 1, [*LABELS, *list(names) * len(blocks)], forms["head"])


def _unit(scores: Scores, name: str) -> str:
    return scores.definitions[name].unit if name in scores.definitions else ""
