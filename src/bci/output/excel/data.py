"""The sheets that hold numbers: values, the scales they are read on, annual scores, and means of periods."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bci.model.definitions import GRADES, ScaleOptions, described
from bci.model.scheme import scale_of
from bci.output.dyad_years import Years
from bci.output.excel.cells import (
    HEAD,
    Forms,
    Sheet,
    calculate,
    lay_out,
    names_of,
    parts,
    put,
    put_row,
    put_wrapped,
    value_form,
)
from bci.output.excel.weights import Judgements
from bci.scoring.levels import Levels
from bci.scoring.scores import Scores
from bci.scoring.scoring import fitted_numbers

YEARS = ["iso3_a", "country_a", "iso3_b", "country_b", "year"]
SPANS = [*YEARS[:4], "period_start", "period_end"]

#: Columns of the sheet Scales.
SCALES = (22, 30, 24, 24, 100)

#: How the numbers and words of each stage look.
LOOKS = {"score": "score", "band": "word", "coverage": "share", "low": "score", "high": "score"}

CALIBRATED = (
    "Shaded: calibrated against published results, of the dyad named; others are read on the same numbers."
)


def write_values(sheet: Sheet, scores: Scores, years: Years, forms: Forms) -> None:
    """Write the sheet Values: what was measured, and how good the data are."""
    names, matrix = scores.scheme.indicators, scores.matrix[years.row]
    _label_years(sheet, scores, years, forms)
    units = [scores.definitions[name].unit if name in scores.definitions else "" for name in names]
    put_row(sheet, 1, units, forms["unit"], first=len(YEARS))
    looks = [value_form(column, forms) for column in matrix.T]
    _block(sheet, "value", names, matrix, len(YEARS), looks, forms)
    if scores.grades is not None:
        words = np.array([*GRADES, None], dtype=object)[scores.grades[years.row]]
        _block(sheet, "quality", names, words, len(YEARS) + len(names), [forms["word"]] * len(names), forms)
    lay_out(sheet, heads=HEAD, labels=len(YEARS))


def write_scales(sheet: Sheet, scores: Scores, forms: Forms) -> None:
    """Write the sheet Scales: by which formula and numbers values become scores."""
    put(sheet, 0, 0, "Scales: how values become scores from 0 to 1", forms["title"])
    put(sheet, 1, 0, CALIBRATED, forms["note"])
    put_row(sheet, HEAD - 1, ["indicator", "scale", "fitted to", "basis", "note"], forms["head"])
    row, numbers = HEAD, fitted_numbers(scores)
    for name in scores.scheme.indicators:
        scale = scale_of(scores.scheme, scores.definitions, name)
        fitted = ", ".join(f"{what} {number:g}" for what, number in numbers[name].items())
        marked = scale.basis == "calibrated" or bool(scale.calibrated_to)
        looks = [forms["wrapped"]] * len(SCALES)
        looks[3] = forms["calibrated" if marked else "wrapped"]
        for n, part in enumerate(parts(scale.note)):
            texts = [name, described(scale), fitted, basis(scale)] if not n else [""] * 4
            put_wrapped(sheet, row, [*texts, part], SCALES, looks)
            row += 1
    lay_out(sheet, heads=HEAD, labels=1, widths=SCALES)


def basis(scale: ScaleOptions) -> str:
    """What the numbers of a scale rest on."""
    return scale.basis + (f" to {scale.calibrated_to}" if scale.calibrated_to else "")


def write_scores(sheet: Sheet, scores: Scores, years: Years, forms: Forms) -> None:
    """Write the sheet Scores: the score of every value on its scale."""
    names = scores.scheme.indicators
    _label_years(sheet, scores, years, forms)
    _block(sheet, "score", names, scores.annual[years.row], len(YEARS), [forms["score"]] * len(names), forms)
    lay_out(sheet, heads=HEAD, labels=len(YEARS))


def write_periods(sheet: Sheet, scores: Scores, judged: Judgements, forms: Forms) -> None:
    """Write the sheet Periods: mean and coverage of every indicator in every period, under its weight."""
    names = scores.scheme.indicators
    label_spans(sheet, scores, forms)
    put(sheet, 1, 0, "weights, from the sheet Weights", forms["note"])
    for column, name in enumerate(names, start=len(SPANS)):
        calculate(sheet, 1, column, f"={judged.weight[name]}", judged.weights[name])
    for n, stage in enumerate(stages(scores.indicators)):
        first, looks = len(SPANS) + n * len(names), [forms[LOOKS[stage]]] * len(names)
        _block(sheet, stage, names, getattr(scores.indicators, stage), first, looks, forms)
    lay_out(sheet, heads=HEAD, labels=len(SPANS), widths=[8])


def stages(levels: Levels) -> list[str]:
    """What is known of every name."""
    return ["score", "coverage"] if levels.low is None else ["score", "coverage", "low", "high"]


def label_spans(sheet: Sheet, scores: Scores, forms: Forms) -> None:
    """The columns that say which dyad and period a row is about."""
    _label_heads(sheet, SPANS, forms)
    rows = [(*names, *span) for names in names_of(scores.dyads) for span in scores.periods]
    for row, label in enumerate(rows, start=HEAD):
        put_row(sheet, row, label)


def _label_years(sheet: Sheet, scores: Scores, years: Years, forms: Forms) -> None:
    _label_heads(sheet, YEARS, forms)
    names = names_of(scores.dyads)
    for row, (number, year) in enumerate(
        zip(years.number.tolist(), years.year.tolist(), strict=True), start=HEAD
    ):
        put_row(sheet, row, [*names[number], year])


def _label_heads(sheet: Sheet, labels: list[str], forms: Forms) -> None:
    put_row(sheet, HEAD - 1, labels[:4], forms["head"])
    put_row(sheet, HEAD - 1, labels[4:], forms["number_head"], first=4)


def _block(
    sheet: Sheet,
    title: str,
    names: Sequence[str],
    cells: NDArray[Any],
    first: int,
    looks: Sequence[object],
    forms: Forms,
) -> None:
    """Columns under one title, from the head down."""
    put(sheet, 0, first, title, forms["head"])
    put_row(sheet, HEAD - 1, names, forms["word_head" if title == "quality" else "number_head"], first=first)
    for row, values in enumerate(cells.tolist(), start=HEAD):
        for column, (value, look) in enumerate(zip(values, looks, strict=True), start=first):
            put(sheet, row, column, value, look)
