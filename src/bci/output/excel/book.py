"""The workbook as a whole."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import xlsxwriter

from bci.model.definitions import described
from bci.model.periods import label
from bci.model.scheme import measure_of, scale_of
from bci.output.about import about, about_line, calibrated_lines, caveats
from bci.output.dyad_years import years_of
from bci.output.excel.cells import FORMS, Forms, Sheet, lay_out, parts, put, put_wrapped
from bci.output.excel.data import basis, write_periods, write_scales, write_scores, write_values
from bci.output.excel.index import write_index
from bci.output.excel.weights import write_judgements
from bci.scoring.scores import Scores

SHEETS = ("About", "Weights", "Values", "Scales", "Scores", "Periods", "Index")

#: Columns of the sheet About.
WIDTHS = (26, 110)

GUIDE = {
    "Weights": "the judgements: weights, means, missing rule, bands. Change a shaded cell: Index follows.",
    "Values": "what was measured, one row a dyad and year, with the quality of the data (A best). "
    "An empty cell is missing, never 0.",
    "Scales": "how a value becomes a score from 0 to 1.",
    "Scores": "the score of every value.",
    "Periods": "the mean of the years with data, and the share of the years that have any (coverage).",
    "Index": "dimensions and index: means of their members' scores, with the weights above the columns.",
}

FOLLOWS = (
    "Every number on Index is a formula over Periods and Weights; those of the other sheets are computed by "
    "bci. A member that is missing or weighs 0 takes no part, and the other weights keep their proportions. "
    "What rests on less than the minimum coverage has no score. The formula of a mean is that of a power "
    "mean, (sum of w s^p / sum of w)^(1/p), whose exponent p stands on Weights: 1 arithmetic, 0 geometric, "
    "-1 harmonic; the score that decides in the end is taken out of the sum and put back, so that no power "
    "overflows."
)


def fill(path: Path, scores: Scores, advance: Callable[[], object]) -> None:
    """Write all sheets."""
    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"title": _title(scores), "comments": about_line(scores)})
    forms: Forms = {name: book.add_format(dict(form)) for name, form in FORMS.items()}
    sheets, years = {name: book.add_worksheet(name) for name in SHEETS}, years_of(scores)
    _write_about(sheets["About"], scores, forms)
    judged = write_judgements(sheets["Weights"], scores.scheme, forms)
    write_values(sheets["Values"], scores, years, forms)
    write_scales(sheets["Scales"], scores, forms)
    write_scores(sheets["Scores"], scores, years, forms)
    write_periods(sheets["Periods"], scores, judged, forms)
    write_index(sheets["Index"], scores, judged, forms, advance)
    book.close()


def _title(scores: Scores) -> str:
    return f"Bilateral Cooperation Intensity, scheme {scores.scheme.name}"


def _write_about(sheet: Sheet, scores: Scores, forms: Forms) -> None:
    put(sheet, 0, 0, _title(scores), forms["title"])
    cells = (
        (head if not n else "", part) for head, text in _lines(scores) for n, part in enumerate(parts(text))
    )
    for row, (head, text) in enumerate(cells, start=2):
        put_wrapped(sheet, row, [head, text], WIDTHS, [forms["top_head"], forms["wrapped"]])
    lay_out(sheet, heads=2, widths=WIDTHS)


def _lines(scores: Scores) -> Iterator[tuple[str, str]]:
    scheme = scores.scheme
    yield "made by", f"bci {about(scores)['bci_version']}"
    yield "scheme", f"{scheme.name}, version {scheme.version}, SHA-256 {scheme.digest}. {scheme.description}"
    yield "data", f"SHA-256 {scores.digest}"
    yield "dyads", f"{len(scores.dyads):,}"
    yield "periods", textwrap.shorten(", ".join(map(label, scores.periods)), 2_000, placeholder=" ...")
    yield "how it follows", FOLLOWS
    for name, text in GUIDE.items():
        yield f"sheet {name}", text
    dropped = [
        name
        for part, dimension in scheme.dimensions.items()
        for name in (part, *dimension.indicators)
        if name not in scheme.tree and name not in scheme.indicators
    ]
    if dropped:
        yield "left out", f"the scheme weighs these 0: {', '.join(dropped)}"
    for line in calibrated_lines(scores):
        yield "calibrated", line
    for line in caveats(scores):
        yield "note", line.removeprefix("note: ")
    for name, definition in scores.definitions.items():
        measure = described(measure_of(scheme, scores.definitions, name))
        scale = scale_of(scheme, scores.definitions, name)
        reading = (
            f"Unit: {definition.unit}. Measure: {measure}. Scale: {scale.method}, basis: {basis(scale)}."
        )
        yield name, f"{definition.title}. {definition.definition} {reading}"
        if definition.limits:
            yield f"{name}, limits", definition.limits
