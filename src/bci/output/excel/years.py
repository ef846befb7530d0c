"""The sheets of dyad-years: values, the scales they are read on, and annual scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeAlias

from bci.model.definitions import GRADES, ScaleOptions
from bci.model.scheme import scale_of
from bci.output.about import calibrated
from bci.output.excel import formulas
from bci.output.excel.cells import (
    HEAD,
    Forms,
    Sheet,
    calculate,
    column_letters,
    names_of,
    put,
    put_row,
)
from bci.output.excel.layout import (
    LINE,
    label_widths,
    lay_out,
    lines,
    parts,
    put_labels,
    put_wrapped,
    value_form,
    wide,
)
from bci.output.labels import Years
from bci.scoring.fitted import Fitted
from bci.scoring.scores import Scores

LABELS = ["iso3_a", "country_a", "iso3_b", "country_b", "year"]
WIDTH = len(LABELS)

#: A column of numbers is no narrower than this, so that a value of seven digits and decimals shows.
NARROWEST = 11

#: Columns of the sheet Scales, and which of them holds words.
SCALES, WORDS = (22, 12, 14, 10, 110), 4

CALIBRATED = (
    "Shaded: calibrated against published results, of the dyad named; others are read on the same numbers."
)

LINEAR: Mapping[str, Callable[..., str]] = {"goalposts": formulas.goalposts, "z_score": formulas.z_score}

#: The formula of a score from the cell of its value; None where scores are no formula.
Scales: TypeAlias = Mapping[str, Callable[[str], str] | None]


def write_values(sheet: Sheet, scores: Scores, years: Years, forms: Forms) -> None:
    """Write the sheet Values: what was measured, and how good the data are."""
    names = scores.scheme.indicators
    graded = scores.grades is not None
    blocks = ["value", "quality"] if graded else ["value"]
    _heads(sheet, scores, blocks, forms, [_unit(scores, name) for name in names])
    dyads, matrix = names_of(scores.dyads), scores.matrix[years.row]
    shown, values = [value_form(column, forms) for column in matrix.T], matrix.tolist()
    grades = None if scores.grades is None else scores.grades[years.row].tolist()
    for i, (number, year) in enumerate(zip(years.number.tolist(), years.year.tolist(), strict=True)):
        put_row(sheet, HEAD + i, [*dyads[number], year])
        for n, (value, form) in enumerate(zip(values[i], shown, strict=True)):
            put(sheet, HEAD + i, WIDTH + n, value, form)
        if grades is not None:
            words = [GRADES[grade] if grade >= 0 else None for grade in grades[i]]
            put_row(sheet, HEAD + i, words, forms["word"], first=WIDTH + len(names))


def write_scales(sheet: Sheet, scores: Scores, fitted: Mapping[str, Fitted], forms: Forms) -> Scales:
    """Write the sheet Scales: from which value to which score."""
    put(sheet, 0, 0, "Scales: how values become scores from 0 to 1", forms["title"])
    lay_out(sheet, SCALES, heads=HEAD, labels=2)
    if calibrated(scores):
        put(sheet, 1, 0, CALIBRATED, forms["note"])
    heads = {"indicator": "head", "what": "head", "value": "number_head", "score": "number_head"}
    for column, (head, form) in enumerate([*heads.items(), ("in words", "word_head")]):
        put(sheet, HEAD - 1, column, head, forms[form])
    row, found = HEAD, dict[str, Callable[[str], str] | None]()
    for name in scores.scheme.indicators:
        scale = scale_of(scores.scheme, scores.definitions, name)
        put_row(sheet, row, [name, "scale", None, None])
        put(sheet, row, WORDS, scale.method, forms["word"])
        put_row(sheet, row + 1, [name, "basis"])
        marked = scale.basis == "calibrated" or bool(scale.calibrated_to)
        put(sheet, row + 1, WORDS, basis(scale), forms["calibrated" if marked else "word"])
        put_row(sheet, row + 2, [name, "direction", fitted[name].numbers["direction"]])
        found[name], row = _scale(sheet, row + 3, name, fitted[name], forms)
        row = 1 + _in_words(sheet, row, name, "note", scale.note, forms)
    return found


def basis(scale: ScaleOptions) -> str:
    """What the numbers of a scale rest on."""
    return scale.basis + (f" to {scale.calibrated_to}" if scale.calibrated_to else "")


def _in_words(sheet: Sheet, row: int, name: str, what: str, text: str, forms: Forms) -> int:
    """A text beside the numbers, and the row below it."""
    top = [forms["top"]] * WORDS
    for part in parts(text) if text else []:
        put_wrapped(sheet, row, [name, what, "", "", part], SCALES, [*top, forms["words"]])
        row += 1
    return row


def _scale(
    sheet: Sheet, row: int, name: str, scale: Fitted, forms: Forms
) -> tuple[Callable[[str], str] | None, int]:
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
        return None, _in_words(sheet, row, name, "numbers", said, forms)
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
    _heads(sheet, scores, ["score, from the sheets Values and Scales"], forms, [])
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


def _heads(sheet: Sheet, scores: Scores, blocks: Sequence[str], forms: Forms, units: Sequence[str]) -> None:
    # Rows are written from the top down, and none twice.
    names = scores.scheme.indicators
    columns = [wide([name], least=NARROWEST) for name in names]
    lay_out(sheet, [*label_widths(LABELS, scores.dyads), *columns * len(blocks)], heads=HEAD, labels=WIDTH)
    for i, block in enumerate(blocks):
        put(sheet, 0, WIDTH + i * len(names), block, forms["head"])
    if units:
        sheet.set_row(1, LINE * max(map(lines, units, columns)))
    put_row(sheet, 1, units, forms["unit"], first=WIDTH)
    put_labels(sheet, HEAD - 1, LABELS, forms)
    for i, block in enumerate(blocks):
        form = forms["word_head" if block == "quality" else "number_head"]
        put_row(sheet, HEAD - 1, names, form, first=WIDTH + i * len(names))


def _unit(scores: Scores, name: str) -> str:
    return scores.definitions[name].unit if name in scores.definitions else ""
