"""Scores on one screen: names down, periods across, a dyad at a time."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator

import numpy as np

from bci import numbers
from bci.countries import name as country_name
from bci.data.dyads import Dyad
from bci.model import bands
from bci.model.periods import label
from bci.output.about import calibrated_lines
from bci.output.booktabs import Block, tables
from bci.output.tables import grid
from bci.scoring.scores import Scores

INDENT = {"index": "", "dimension": "", "indicator": "  "}
CELL = 7

#: More dyads than this are no table for a screen.
MOST_DYADS = 12

Paint = Callable[[str, int, int], str]


def matrix(scores: Scores, width: int, paint: Paint) -> str:
    """Every score with the initial of its band, as many periods side by side as fit in `width` columns."""
    initials = _initials(list(scores.scheme.bands))
    blocks = []
    for dyad in scores.dyads:
        rows = [scores.row(dyad, period) for period in scores.periods]
        cells = _cells(scores, rows, initials, paint)
        names = [INDENT[level] + name for level, name in scores.names]
        heads = [_short(label(period)) for period in scores.periods]
        blocks.append("\n".join([_title(scores, dyad), *_side_by_side(names, heads, cells, width)]))
        blocks += [textwrap.fill(line, width) for line in _marks(scores, rows)]
    return "\n\n".join([*blocks, textwrap.fill(_legend(scores, initials), width)])


def flat(scores: Scores, style: str) -> str:
    """The same for a paper: one table of all dyads, and what its marks mean below it."""
    if style == "latex":
        heads, blocks, notes = blocks_and_notes(scores)
        # What follows % is a comment in LaTeX: the notes travel with the table and do not break it.
        return "\n\n".join([tables(heads, blocks), *(f"% {note}" for note in notes)])
    table, notes = table_and_notes(scores, style)
    return "\n\n".join([table, *notes])


def blocks_and_notes(scores: Scores) -> tuple[list[str], list[Block], list[str]]:
    """What a table in LaTeX holds: heads, a block a dyad with the initials of bands, and notes."""
    initials = _initials(list(scores.scheme.bands))
    blocks, marks = [], []
    for dyad in scores.dyads:
        rows = [scores.row(dyad, period) for period in scores.periods]
        cells = _cells(scores, rows, initials, _unpainted)
        names = [INDENT[level] + name for level, name in scores.names]
        stripped = [[cell.strip() for cell in row] for row in cells]
        blocks.append(Block(_dyad(dyad), list(zip(names, stripped, strict=True))))
        marks += [f"{'-'.join(dyad)}: {line}" for line in _marks(scores, rows)]
    heads = [_short(label(period)) for period in scores.periods]
    return heads, blocks, [_legend(scores, initials), *marks, *calibrated_lines(scores)]


def table_and_notes(scores: Scores, style: str) -> tuple[str, list[str]]:
    """The table with bands in words, and the notes as plain text."""
    words = list(scores.scheme.bands)
    table, notes = [], []
    for dyad in scores.dyads:
        rows = [scores.row(dyad, period) for period in scores.periods]
        for (level, name), cells in zip(scores.names, _cells(scores, rows, words, _unpainted), strict=True):
            table.append(["-".join(dyad), level, name, *(cell.strip() for cell in cells)])
        notes += [f"{'-'.join(dyad)}: {line}" for line in _marks(scores, rows)]
    return grid(["dyad", "level", "name", *map(label, scores.periods)], table, style), notes


def _unpainted(text: str, band: int, of: int) -> str:
    return text


def _marks(scores: Scores, rows: list[int]) -> Iterator[str]:
    """What the marks in the cells of one dyad mean."""
    yield from _partial(scores, scores.column("coverage")[rows])
    yield from _refused(scores, rows)


def _title(scores: Scores, dyad: Dyad) -> str:
    return f"{_dyad(dyad)}, scheme {scores.scheme.name}"


def _dyad(dyad: Dyad) -> str:
    return f"{' and '.join(map(country_name, dyad))} ({'-'.join(dyad)})"


def _cells(scores: Scores, rows: list[int], initials: list[str], paint: Paint) -> list[list[str]]:
    """A row a name, a cell a period."""
    score, coverage = scores.column("score")[rows], scores.column("coverage")[rows]
    reach = (
        (scores.column("low")[rows], scores.column("high")[rows]) if scores.index.low is not None else None
    )
    number_of = bands.band(score, scores.scheme.edges)
    table = []
    for n in range(len(scores.names)):
        cells = []
        for p in range(len(rows)):
            if not np.isnan(score[p, n]):
                mark = "*" if bands.is_partial(coverage[p, n]) else " "
                cell = numbers.score(score[p, n], initials[number_of[p, n]], zero=False).rjust(CELL - 1)
                cells.append(paint(cell, number_of[p, n], len(initials)) + mark)
            elif reach is not None:
                cells.append(numbers.between(*(end[p, n] for end in reach), zero=False).rjust(CELL))
            else:
                cells.append(("/  " if coverage[p, n] else "-  ").rjust(CELL))
        table.append(cells)
    return table


def _short(period: str) -> str:
    start, _, end = period.partition("-")
    return f"{start}-{end[2:]}" if end and end[:2] == start[:2] else period


def _side_by_side(names: list[str], heads: list[str], cells: list[list[str]], width: int) -> Iterator[str]:
    longest = max(map(len, names))
    fit = max(1, (width - longest) // (CELL + 1))
    for first in range(0, len(heads), fit):
        part = slice(first, first + fit)
        if first:
            yield ""
        yield " ".join([" " * longest, *(head.rjust(CELL) for head in heads[part])]).rstrip()
        for name, row in zip(names, cells, strict=True):
            yield " ".join([name.ljust(longest), *row[part]]).rstrip()


def _partial(scores: Scores, coverage: np.ndarray) -> Iterator[str]:
    """Indicators without data in every year, and where; and what has none at all."""
    partly, nothing = [], []
    for n, (level, name) in enumerate(scores.names):
        if level == "indicator":
            partly += _where(scores, name, coverage[:, n], lambda share: 0 < share < 1 - bands.HAIR)
            nothing += _where(scores, name, coverage[:, n], lambda share: share == 0)
    if partly:
        yield f"* rests on partial data: {'; '.join(partly)}"
    if nothing:
        yield f"- no data: {'; '.join(part.replace(' 0% in', '') for part in nothing)}"


def _refused(scores: Scores, rows: list[int]) -> Iterator[str]:
    """Dimensions and indices that have data, but too little for a score."""
    if scores.index.low is not None:
        yield "Two numbers: the lowest and the highest score over everything the missing data could be"
        return
    score, coverage = scores.column("score")[rows], scores.column("coverage")[rows]
    where = []
    for n, (_, name) in enumerate(scores.names):
        refused = np.where(np.isnan(score[:, n]), coverage[:, n], 0)
        where += _where(scores, name, refused, lambda share: share > 0)
    if where:
        yield f"/ has data, but too little for a score ({scores.scheme.missing.rule}): {'; '.join(where)}"


def _where(scores: Scores, name: str, shares: np.ndarray, wanted: Callable[[float], bool]) -> list[str]:
    """``name 25% in 1992-1999, 75% in 2004-2007``: neighbouring periods of one share as one span."""
    found: list[tuple[str, int, int]] = []
    for (start, end), share in zip(scores.periods, shares, strict=True):
        if wanted(share):
            shown = f"{share:.0%}"
            if found and found[-1][0] == shown and found[-1][2] == start - 1:
                start = found.pop()[1]
            found.append((shown, start, end))
    spans = ", ".join(f"{shown} in {label((start, end))}" for shown, start, end in found)
    return [f"{name} {spans}"] if spans else []


def _legend(scores: Scores, initials: list[str]) -> str:
    (lowest, _), *others = scores.scheme.bands.items()
    edges = [
        f"{i} {word} from {edge:g}".replace(" 0.", " .")
        for i, (word, edge) in zip(initials[1:], others, strict=True)
    ]
    return ", ".join([f"{initials[0]} {lowest}", *edges])


def _initials(words: list[str]) -> list[str]:
    """The shortest beginnings that tell the bands apart."""
    length = next(n for n in range(1, 100) if len({word[:n] for word in words}) == len(words))
    return [word[:length].upper() for word in words]
