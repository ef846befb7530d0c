"""The sheet that is meant to be changed: weights, means, missing rule, bands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bci.model.means import MEANS, exponent_of
from bci.model.scheme import Scheme
from bci.output.excel import LEVELS, formulas
from bci.output.excel.cells import Forms, Sheet, calculate, lay_out, put, put_row

TOP = 3


@dataclass(frozen=True)
class Judgements:
    """Where judgements stand, as formulas of other sheets name them.

    Attributes
    ----------
    weight, weights
        Cells and values of the weights of dimensions and indicators.
    exponent
        Cells of the exponents of the means, by level.
    rule, minimum
        Cells of the missing rule and the minimum coverage.
    edges, bands
        Ranges of the lower edges and the names of the bands.
    """

    weight: Mapping[str, str]
    weights: Mapping[str, float]
    exponent: Mapping[str, str]
    rule: str
    minimum: str
    edges: str
    bands: str


def write_judgements(sheet: Sheet, scheme: Scheme, forms: Forms) -> Judgements:
    """Write the sheet Weights."""
    put(sheet, 0, 0, "Weights, means and bands", forms["title"])
    put(sheet, 1, 0, "Change the shaded cells; every score of the sheet Index follows.", forms["note"])
    weight, row = _weights(sheet, scheme, forms)
    exponent, row = _means(sheet, row + 1, scheme, forms)
    put_row(sheet, row + 1, ["missing data", None, "rule"], forms["head"])
    put(sheet, row + 1, 3, "minimum coverage", forms["number_head"])
    rule, bounds = scheme.missing.rule, scheme.missing.rule == "bounds"
    put(sheet, row + 2, 0, "what has too little data for a score")
    put(sheet, row + 2, 2, rule, None if bounds else forms["input"])
    if not bounds:
        sheet.data_validation(row + 2, 2, row + 2, 2, {"validate": "list", "source": ["reweight", "strict"]})
        _share(sheet, row + 2, 3, scheme.missing.minimum_coverage, forms)
    edges = row + 5
    put(sheet, edges - 1, 0, "band", forms["head"])
    put(sheet, edges - 1, 2, "from score", forms["number_head"])
    for i, (word, edge) in enumerate(scheme.bands.items()):
        put(sheet, edges + i, 0, word)
        _share(sheet, edges + i, 2, edge, forms)
    last = edges + len(scheme.bands)
    word = f"$C${row + 3}"
    wrong = [
        f'COUNTIF({_column(TOP + 2, max(weight.values()) + 1)},"<0")',
        f"(C{edges + 1}<>0)",
        formulas.falling(_column, edges + 1, last),
        *([] if bounds else [f'({word}<>"reweight")*({word}<>"strict")']),
    ]
    put(sheet, last + 1, 0, "is this a scheme?", forms["head"])
    calculate(sheet, last + 1, 2, formulas.sound(wrong), "yes")
    lay_out(sheet, heads=2, widths=[38, 26, 22, 22, 22])
    dimensions, members = scheme.dimensions, scheme.tree.values()
    return Judgements(
        {name: f"Weights!$C${at + 1}" for name, at in weight.items()},
        {name: dimensions[name].weight for name in scheme.tree}
        | {name: own for each in members for name, own in each.items()},
        exponent,
        f"Weights!{word}",
        f"Weights!$D${row + 3}",
        f"Weights!$C${edges + 1}:$C${last}",
        f"Weights!$A${edges + 1}:$A${last}",
    )


def _column(first: int, last: int) -> str:
    return f"$C${first}:$C${last}"


def _weights(sheet: Sheet, scheme: Scheme, forms: Forms) -> tuple[dict[str, int], int]:
    """Rows of the weights, and the row below them."""
    put_row(sheet, TOP, ["dimension", "indicator"], forms["head"])
    put_row(
        sheet, TOP, ["weight", "share of its parent", "share of the index"], forms["number_head"], first=2
    )
    rows, row = dict[str, int](), TOP + 1
    for dimension, members in scheme.tree.items():
        for name in (dimension, *members):
            rows[name] = row
            row += 1
    sheet.data_validation(
        TOP + 1, 2, row - 1, 2, {"validate": "decimal", "criteria": ">=", "value": 0, "ignore_blank": False}
    )
    dimensions = [f"$C${rows[name] + 1}" for name in scheme.tree]
    total = sum(scheme.dimensions[name].weight for name in scheme.tree)
    for dimension, members in scheme.tree.items():
        at, own = rows[dimension], scheme.dimensions[dimension].weight
        put(sheet, at, 0, dimension)
        put(sheet, at, 2, own, forms["input"])
        for column in (3, 4):
            _part(sheet, at, column, f"$C{at + 1}", "+".join(dimensions), own / total, forms)
        within = f"SUM($C${at + 2}:$C${at + 1 + len(members)})"
        for name, weight in members.items():
            line, share = rows[name], weight / sum(members.values())
            put_row(sheet, line, [dimension, name])
            put(sheet, line, 2, weight, forms["input"])
            _part(sheet, line, 3, f"$C{line + 1}", within, share, forms)
            product = f"=$D{line + 1}*$D${at + 1}"
            calculate(sheet, line, 4, product, share * own / total, forms["share"])
    return rows, row


def _part(sheet: Sheet, row: int, column: int, of: str, whole: str, value: float, forms: Forms) -> None:
    calculate(sheet, row, column, f"=IF({whole}=0,0,{of}/({whole}))", value, forms["share"])


def _means(sheet: Sheet, row: int, scheme: Scheme, forms: Forms) -> tuple[dict[str, str], int]:
    """Cells of the exponents, and the row below them."""
    put_row(sheet, row, ["mean", None, "name or exponent"], forms["head"])
    put(sheet, row, 3, "as an exponent", forms["number_head"])
    cells = dict[str, str]()
    said_of = {"indicators": "of the indicators of a dimension", "dimensions": "of the dimensions"}
    for level in LEVELS:
        row += 1
        mean = scheme.mean(level)
        put(sheet, row, 0, said_of[level])
        put(sheet, row, 2, mean, forms["input"])
        # A warning lets a number pass, which is a power mean.
        sheet.data_validation(
            row, 2, row, 2, {"validate": "list", "source": [*MEANS], "error_type": "warning"}
        )
        value = formulas.finite(exponent_of(mean))
        calculate(sheet, row, 3, formulas.exponent(f"$C{row + 1}"), value)
        cells[level] = f"Weights!$D${row + 1}"
    return cells, row + 1


def _share(sheet: Sheet, row: int, column: int, value: float, forms: Forms) -> None:
    put(sheet, row, column, value, forms["input_share"])
    limits = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1}
    sheet.data_validation(row, column, row, column, limits)
